#include "exchange/warc_writer.h"

#include <libdeflate.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "exchange/digest.h"

enum { COMPRESSION = 6, ID_BYTES = 48 };

/* A response of the address whose pages are being written. */
struct warc_told {
    struct warc_told *next;
    int64_t raw_id;
    const char *date, *id;
    const char *payload;
};

void warc_writer_init(struct warc_writer *writer, bool gzip)
{
    *writer =
        (struct warc_writer){.compressor = gzip ? libdeflate_alloc_compressor(COMPRESSION) : NULL};
    if (gzip && !writer->compressor)
        alloc_failed(0);
    bytes_init(&writer->record, 0);
    bytes_init(&writer->block, 0);
    arena_init(&writer->told, 0);
}

void warc_writer_clear(struct warc_writer *writer)
{
    libdeflate_free_compressor(writer->compressor);
    bytes_clear(&writer->record);
    bytes_clear(&writer->block);
    arena_clear(&writer->told);
}

/* ---- records ---- */

static void append_line(struct bytes *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append_line(struct bytes *out, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    bytes_append_values(out, format, values);
    va_end(values);
    bytes_append(out, "\r\n", 2);
}

static void label_of(const void *data, size_t size, char out[DIGEST_LABEL_BYTES])
{
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    digest_init(&digest);
    digest_add(&digest, data, size);
    digest_finish(&digest, sum);
    digest_label(sum, out);
}

/* A name made of what the record is, so that the same export has the same names (RFC 9562,
 * section 5.5). */
static void make_id(const char *type, const char *url, const char *date, char out[ID_BYTES])
{
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    digest_init(&digest);
    digest_add(&digest, type, strlen(type) + 1);
    digest_add(&digest, url, strlen(url) + 1);
    digest_add(&digest, date, strlen(date) + 1);
    digest_finish(&digest, sum);
    sum[6] = (unsigned char)((sum[6] & 0x0f) | 0x50);
    sum[8] = (unsigned char)((sum[8] & 0x3f) | 0x80);
    int at = snprintf(out, ID_BYTES, "<urn:uuid:");
    for (size_t i = 0; i < 16; i++)
        at += snprintf(out + at, ID_BYTES - (size_t)at,
                       i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", sum[i]);
    snprintf(out + at, ID_BYTES - (size_t)at, ">");
}

static void begin_record(struct warc_writer *writer, const char *type, const char *id,
                         const char *date)
{
    writer->record.size = 0;
    append_line(&writer->record, "WARC/1.1");
    append_line(&writer->record, "WARC-Type: %s", type);
    append_line(&writer->record, "WARC-Record-ID: %s", id);
    append_line(&writer->record, "WARC-Date: %s", date);
}

/* The block, its length and digest, and the record as one member of a gzip file. */
static void end_record(struct warc_writer *writer, struct bytes *out, const char *content_type)
{
    char label[DIGEST_LABEL_BYTES];
    struct bytes *record = &writer->record, *block = &writer->block;
    label_of(block->data, block->size, label);
    append_line(record, "WARC-Block-Digest: %s", label);
    append_line(record, "Content-Type: %s", content_type);
    append_line(record, "Content-Length: %zu", block->size);
    bytes_reserve(record, block->size + 6);
    bytes_append(record, "\r\n", 2);
    bytes_append(record, block->data, block->size);
    bytes_append(record, "\r\n\r\n", 4);
    if (!writer->compressor) {
        bytes_append(out, record->data, record->size);
        return;
    }
    size_t most = libdeflate_gzip_compress_bound(writer->compressor, record->size);
    bytes_reserve(out, most);
    out->size += libdeflate_gzip_compress(writer->compressor, record->data, record->size,
                                          out->data + out->size, most);
}

void warc_writer_begin_file(struct warc_writer *writer, struct bytes *out, const char *date)
{
    char id[ID_BYTES], number[16];
    snprintf(number, sizeof number, "%u", ++writer->files);
    make_id("warcinfo", number, date, id);
    begin_record(writer, "warcinfo", id, date);
    writer->block.size = 0;
    append_line(&writer->block, "software: crawler/" CRAWLER_VERSION);
    append_line(&writer->block, "format: WARC File Format 1.1");
    append_line(&writer->block, "conformsTo: http://iipc.github.io/warc-specifications/"
                                "specifications/warc-format/warc-1.1/");
    end_record(writer, out, "application/warc-fields");
}

/* ---- a page ---- */

/* "/path?query" of an absolute URL, and its host with a port that is not the default. */
static void split_url(const char *url, struct span *host, const char **path)
{
    const char *from = strstr(url, "://");
    from = from ? from + 3 : url;
    size_t size = strcspn(from, "/?#");
    *host = (struct span){from, size};
    *path = from[size] ? from + size : "/";
}

static void add_request(struct warc_writer *writer, struct bytes *out, const struct warc_page *page,
                        const char *concurrent)
{
    char id[ID_BYTES];
    struct span host;
    const char *path;
    split_url(page->url, &host, &path);
    make_id("request", page->url, page->date, id);
    begin_record(writer, "request", id, page->date);
    append_line(&writer->record, "WARC-Target-URI: %s", page->url);
    append_line(&writer->record, "WARC-Concurrent-To: %s", concurrent);
    writer->block.size = 0;
    append_line(&writer->block, "GET %s%s HTTP/1.1", *path == '?' ? "/" : "", path);
    append_line(&writer->block, "Host: %.*s", (int)host.size, host.data);
    bytes_append(&writer->block, "\r\n", 2);
    end_record(writer, out, "application/http;msgtype=request");
}

static bool is_field(struct span line, const char *name)
{
    const char *colon = memchr(line.data, ':', line.size);
    return colon && span_equals_nocase((struct span){line.data, (size_t)(colon - line.data)}, name);
}

/* The answer's head, true for the body as it is kept: without chunks, of this length. */
static void append_head(struct bytes *out, const struct warc_page *page)
{
    const char *rest = page->headers;
    for (bool first = true; *rest; first = false) {
        struct span line = {rest, strcspn(rest, "\n")};
        rest += line.size;
        rest += *rest == '\n';
        bool changed = is_field(line, "content-length") || is_field(line, "transfer-encoding") ||
                       (page->decoded && is_field(line, "content-encoding"));
        if (first && line.size > 7 && memcmp(line.data, "HTTP/", 5) == 0 && line.data[6] != '.') {
            /* HTTP/2 has no lines, and readers of WARC know this form alone */
            size_t version = strcspn(line.data, " \n");
            bytes_append_string(out, "HTTP/1.1");
            bytes_append(out, line.data + version, line.size - version);
        } else {
            bytes_append_string(out, changed ? "X-Crawler-" : "");
            bytes_append(out, line.data, line.size);
        }
        bytes_append(out, "\r\n", 2);
    }
    append_line(out, "Content-Length: %zu", page->body_size);
    bytes_append(out, "\r\n", 2);
}

static struct warc_told *find_told(struct warc_writer *writer, const struct warc_page *page)
{
    if (!writer->told_url || strcmp(writer->told_url, page->url) != 0) {
        arena_reset(&writer->told);
        writer->told_url = arena_string(&writer->told, page->url);
        writer->told_first = NULL;
    }
    struct warc_told *told = writer->told_first;
    while (told && told->raw_id != page->raw_id)
        told = told->next;
    return told;
}

static void remember(struct warc_writer *writer, const struct warc_page *page, const char *id,
                     const char *payload)
{
    struct warc_told *told = arena_alloc(&writer->told, sizeof *told);
    *told = (struct warc_told){.next = writer->told_first,
                               .raw_id = page->raw_id,
                               .date = arena_string(&writer->told, page->date),
                               .id = arena_string(&writer->told, id),
                               .payload = arena_string(&writer->told, payload)};
    writer->told_first = told;
}

void warc_writer_add(struct warc_writer *writer, struct bytes *out, const struct warc_page *page)
{
    char id[ID_BYTES], payload[DIGEST_LABEL_BYTES];
    struct bytes *record = &writer->record;
    const struct warc_told *told = find_told(writer, page);
    const char *type = told ? "revisit" : "response";
    make_id(type, page->url, page->date, id);
    begin_record(writer, type, id, page->date);
    append_line(record, "WARC-Target-URI: %s", page->url);
    if (page->ip)
        append_line(record, "WARC-IP-Address: %s", page->ip);
    writer->block.size = 0;
    append_head(&writer->block, page);
    if (told) {
        snprintf(payload, sizeof payload, "%s", told->payload);
        append_line(record, "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/"
                            "identical-payload-digest");
        append_line(record, "WARC-Refers-To: %s", told->id);
        append_line(record, "WARC-Refers-To-Target-URI: %s", page->url);
        append_line(record, "WARC-Refers-To-Date: %s", told->date);
    } else {
        label_of(page->body, page->body_size, payload);
        if (page->truncated)
            append_line(record, "WARC-Truncated: length");
        bytes_append(&writer->block, page->body, page->body_size);
        remember(writer, page, id, payload);
    }
    append_line(record, "WARC-Payload-Digest: %s", payload);
    end_record(writer, out, "application/http;msgtype=response");
    add_request(writer, out, page, id);
}
