#include "exchange/warc_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/error.h"
#include "storage/record.h"

enum { PIECE = 128 << 10, LINE_MAX_BYTES = 64 << 10, HEADERS_MAX = 1000 };

struct warc_reader {
    int fd;
    uint64_t position;
    bool gzip, ended; /* ended: nothing more comes from the file */
    bool member_open; /* of gzip: the end of the file would be in the middle of one */
    z_stream stream;
    unsigned char *packed;      /* as the file has it */
    unsigned char *plain;       /* the unpacked piece … */
    size_t plain_at, plain_end; /* … and what is left of it */
    size_t block_bytes_max;
    struct bytes line, block;
    struct arena arena; /* of the record */
};

/* ---- bytes ---- */

/* More of the file behind stream.next_in, which is used up. */
static int read_file(struct warc_reader *reader)
{
    ssize_t size;
    do
        size = read(reader->fd, reader->packed, PIECE);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return ERR_IO;
    reader->ended = size == 0;
    reader->position += (uint64_t)size;
    reader->stream.next_in = reader->packed;
    reader->stream.avail_in = (unsigned)size;
    return 0;
}

/* Returns how many bytes there are now in `plain`: 0 at the end; or an error. */
static int unpack(struct warc_reader *reader)
{
    z_stream *stream = &reader->stream;
    stream->next_out = reader->plain;
    stream->avail_out = PIECE;
    while (stream->avail_out == PIECE) {
        int err = stream->avail_in || reader->ended ? 0 : read_file(reader);
        if (err)
            return err;
        if (!stream->avail_in && reader->ended)
            return reader->member_open ? ERR_INPUT : 0;
        reader->member_open = true;
        int code = inflate(stream, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END)
            return ERR_INPUT;
        if (code == Z_STREAM_END) {
            reader->member_open = false;
            inflateReset(stream);
        }
    }
    return (int)(PIECE - stream->avail_out);
}

/* Fills `plain` when nothing is left of it. Returns 1, 0 at the end, or an error. */
static int fill(struct warc_reader *reader)
{
    if (reader->plain_at < reader->plain_end)
        return 1;
    int size;
    if (reader->gzip) {
        size = unpack(reader);
    } else {
        size = reader->stream.avail_in ? 0 : read_file(reader);
        if (size == 0) {
            size = (int)reader->stream.avail_in;
            memcpy(reader->plain, reader->stream.next_in, (size_t)size);
            reader->stream.avail_in = 0;
        }
    }
    reader->plain_at = 0;
    reader->plain_end = size > 0 ? (size_t)size : 0;
    return size < 0 ? size : size > 0;
}

int warc_reader_open(struct warc_reader **out, const char *path, size_t block_bytes_max)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    struct warc_reader *reader = alloc_zeroed(1, sizeof *reader);
    reader->fd = fd;
    reader->packed = alloc_bytes(PIECE);
    reader->plain = alloc_bytes(PIECE);
    reader->block_bytes_max = block_bytes_max;
    bytes_init(&reader->line, LINE_MAX_BYTES);
    bytes_init(&reader->block, 0);
    arena_init(&reader->arena, 0);
    int err = read_file(reader);
    if (err) {
        warc_reader_close(reader);
        return err;
    }
    reader->gzip = reader->stream.avail_in > 1 && reader->packed[0] == 0x1f;
    if (reader->gzip && inflateInit2(&reader->stream, 15 + 16) != Z_OK)
        alloc_failed(0);
    *out = reader;
    return 0;
}

void warc_reader_close(struct warc_reader *reader)
{
    if (!reader)
        return;
    int error = errno;
    if (reader->gzip)
        inflateEnd(&reader->stream);
    close(reader->fd);
    bytes_clear(&reader->line);
    bytes_clear(&reader->block);
    arena_clear(&reader->arena);
    free(reader->packed);
    free(reader->plain);
    free(reader);
    errno = error;
}

uint64_t warc_reader_position(const struct warc_reader *reader)
{
    return reader->position;
}

/* ---- records ---- */

/* A line without its end. Returns 1, 0 at the end of the file, or an error. */
static int read_line(struct warc_reader *reader)
{
    reader->line.size = 0;
    for (;;) {
        int more = fill(reader);
        if (more <= 0)
            return more < 0 ? more : reader->line.size ? ERR_INPUT : 0;
        const unsigned char *from = reader->plain + reader->plain_at;
        size_t left = reader->plain_end - reader->plain_at;
        const unsigned char *end = memchr(from, '\n', left);
        size_t size = end ? (size_t)(end - from) : left;
        if (bytes_append(&reader->line, from, size))
            return ERR_INPUT;
        reader->plain_at += size + (end ? 1 : 0);
        if (!end)
            continue;
        if (reader->line.size && reader->line.data[reader->line.size - 1] == '\r')
            reader->line.data[--reader->line.size] = '\0';
        return 1;
    }
}

/* Holds (`wanted`) or passes over the block. */
static int read_block(struct warc_reader *reader, uint64_t size, bool wanted, bool *cut)
{
    reader->block.size = 0;
    while (size > 0) {
        int more = fill(reader);
        if (more <= 0)
            return more < 0 ? more : ERR_INPUT;
        uint64_t left = reader->plain_end - reader->plain_at;
        size_t taken = (size_t)(left < size ? left : size);
        size_t room = reader->block_bytes_max - reader->block.size;
        size_t kept = !wanted ? 0 : taken < room ? taken : room;
        bytes_append(&reader->block, reader->plain + reader->plain_at, kept);
        *cut = *cut || (wanted && kept < taken);
        reader->plain_at += taken;
        size -= taken;
    }
    return 0;
}

static void take_field(struct warc_reader *reader, struct warc_record *record, uint64_t *length,
                       struct span line)
{
    const char *colon = memchr(line.data, ':', line.size);
    if (!colon)
        return;
    struct span name = span_trimmed((struct span){line.data, (size_t)(colon - line.data)});
    struct span value =
        span_trimmed((struct span){colon + 1, (size_t)(line.data + line.size - colon) - 1});
    struct moment moment;
    if (span_equals_nocase(name, "content-length")) {
        *length = strtoull(arena_copy(&reader->arena, value.data, value.size), NULL, 10);
    } else if (span_equals_nocase(name, "warc-type")) {
        record->type = arena_copy(&reader->arena, value.data, value.size);
    } else if (span_equals_nocase(name, "warc-ip-address")) {
        record->ip = arena_copy(&reader->arena, value.data, value.size);
    } else if (span_equals_nocase(name, "warc-date")) {
        if (date_parse_feed(value, &moment) == 0)
            record->date_ms = moment.ms;
    } else if (span_equals_nocase(name, "warc-target-uri")) {
        if (value.size > 2 && value.data[0] == '<' && value.data[value.size - 1] == '>')
            value = (struct span){value.data + 1, value.size - 2};
        record->target = arena_copy(&reader->arena, value.data, value.size);
    }
}

int warc_reader_next(struct warc_reader *reader, struct warc_record *out)
{
    struct warc_record record = {.date_ms = MOMENT_NONE};
    uint64_t length = 0;
    arena_reset(&reader->arena);
    int more;
    do /* records end in two empty lines, some writers leave out one or add some */
        more = read_line(reader);
    while (more == 1 && reader->line.size == 0);
    if (more != 1)
        return more;
    if (reader->line.size < 6 || memcmp(reader->line.data, "WARC/", 5) != 0)
        return ERR_INPUT;
    for (unsigned i = 0; (more = read_line(reader)) == 1 && reader->line.size; i++) {
        if (i == HEADERS_MAX)
            return ERR_INPUT;
        take_field(reader, &record, &length, (struct span){reader->line.data, reader->line.size});
    }
    if (more != 1)
        return more ? more : ERR_INPUT;
    bool wanted = record.type && strcasecmp(record.type, "response") == 0;
    int err = read_block(reader, length, wanted, &record.cut);
    if (err)
        return err;
    record.block = (struct span){reader->block.data, reader->block.size};
    *out = record;
    return 1;
}

/* ---- HTTP answers ---- */

/* The size of the chunk that begins at *at, which then stands behind the line; -1: none. */
static int64_t chunk_size(const char *data, size_t size, size_t *at)
{
    int64_t number = 0;
    size_t i = *at;
    for (; i < size && i < *at + 8; i++) {
        char c = data[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            break;
        number = number * 16 + digit;
    }
    const char *end = i > *at && i < size ? memchr(data + i, '\n', size - i) : NULL;
    /* behind the number may stand an extension or blanks, nothing else */
    if (!end || !strchr("\r\n; \t", data[i]))
        return -1;
    *at = (size_t)(end - data) + 1;
    return number;
}

/* Joins chunks in place, if that is what the body is: many archives took them off, and left the
 * head as it was. A last chunk that is cut short counts as far as it goes. */
static void join_chunks(struct span *body)
{
    char *data = (char *)(uintptr_t)body->data; /* the reader's own block */
    size_t from = 0, to = 0, at = 0;
    int64_t size;
    if (chunk_size(data, body->size, &at) < 0)
        return;
    while (from < body->size && (size = chunk_size(data, body->size, &from)) > 0) {
        size_t left = body->size - from;
        size_t taken = (uint64_t)size < left ? (size_t)size : left;
        memmove(data + to, data + from, taken);
        to += taken;
        from += taken;
        from += from < body->size && data[from] == '\r';
        from += from < body->size && data[from] == '\n';
    }
    body->size = to;
}

static bool is_chunked(struct span head)
{
    static const char name[] = "\ntransfer-encoding:";
    size_t size = sizeof name - 1;
    for (size_t i = 0; i + size < head.size; i++) {
        if (head.data[i] != '\n' || strncasecmp(head.data + i, name, size) != 0)
            continue;
        const char *from = head.data + i + size, *end = head.data + head.size;
        const char *line_end = memchr(from, '\n', (size_t)(end - from));
        struct span value =
            span_trimmed((struct span){from, (size_t)((line_end ? line_end : end) - from)});
        return value.size >= 7 && strncasecmp(value.data + value.size - 7, "chunked", 7) == 0;
    }
    return false;
}

int warc_answer_parse(struct warc_answer *out, struct span block)
{
    if (block.size < 12 || memcmp(block.data, "HTTP/", 5) != 0)
        return ERR_INPUT;
    const char *blank = memchr(block.data, ' ', 12), *end = block.data + block.size;
    if (!blank)
        return ERR_INPUT;
    *out = (struct warc_answer){0};
    for (const char *at = blank + 1; at < end && at < blank + 4 && *at >= '0' && *at <= '9'; at++)
        out->status = out->status * 10 + (*at - '0');
    const char *line = block.data;
    for (;;) { /* up to the empty line */
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (!line_end)
            return ERR_INPUT;
        bool empty = line_end == line || (line_end == line + 1 && *line == '\r');
        if (empty) {
            out->head = (struct span){block.data, (size_t)(line - block.data)};
            out->body = (struct span){line_end + 1, (size_t)(end - line_end) - 1};
            break;
        }
        line = line_end + 1;
    }
    if (is_chunked(out->head))
        join_chunks(&out->body);
    return 0;
}
