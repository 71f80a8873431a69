#include "extract/decode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/error.h"

enum {
    CHUNK_BYTES = 64 * 1024,
    CODINGS_MAX = 4,          /* more than that in one header is an attack */
    GZIP_TAIL_BYTES = 8,      /* CRC and length of a member */
    GZIP_MEMBER_BYTES = 18,   /* the shortest member */
    DEFLATE_RATIO_MAX = 1032, /* no deflate stream expands more */
    ZSTD_WINDOW_LOG_MAX = 23, /* 8 MiB: what RFC 9659 lets a content coding ask for */
};

/* One coding taken off. Appends to *out up to `limit` bytes in all; 0, ERR_INPUT, ERR_TOO_LARGE. */
typedef int decoder_fn(struct span in, size_t limit, struct bytes *out);

/* ---- room: where a stream may write next ----------------------------------------------------- */

struct room {
    unsigned char *at;
    size_t size;
    unsigned char spare; /* takes the byte too many that proves the cap is passed */
    bool full;
};

static int room_make(struct room *room, size_t limit, struct bytes *out)
{
    size_t left = limit - out->size;
    room->full = left == 0;
    room->size = room->full ? 1 : left < CHUNK_BYTES ? left : CHUNK_BYTES;
    if (room->full) {
        room->at = &room->spare;
        return 0;
    }
    int err = bytes_reserve(out, room->size);
    if (!err)
        room->at = (unsigned char *)out->data + out->size;
    return err;
}

/* `left` bytes of the room were not written. */
static int room_close(const struct room *room, size_t left, struct bytes *out)
{
    size_t written = room->size - left;
    if (room->full)
        return written ? ERR_TOO_LARGE : 0;
    out->size += written;
    out->data[out->size] = '\0';
    return 0;
}

/* ---- gzip and deflate -------------------------------------------------------------------------
 */

static bool has_gzip_magic(struct span in)
{
    return in.size > 2 && memcmp(in.data, "\x1f\x8b\x08", 3) == 0;
}

/* zlib as a stream: slower than libdeflate, but gives what came before the trouble and needs no
 * size in advance. `window_bits` says which wrapping is expected. *used gets the input taken. */
static int inflate_stream(struct span in, int window_bits, size_t limit, struct bytes *out,
                          size_t *used)
{
    z_stream stream = {0};
    struct room room;
    if (inflateInit2(&stream, window_bits) != Z_OK)
        alloc_failed(0);
    int err = 0, status = Z_OK;
    size_t given = 0;
    while (!err && status != Z_STREAM_END) {
        if (!stream.avail_in) {
            size_t part = in.size - given < UINT32_MAX ? in.size - given : UINT32_MAX;
            stream.next_in = (unsigned char *)(uintptr_t)in.data + given;
            stream.avail_in = (uInt)part;
            given += part;
        }
        err = room_make(&room, limit, out);
        if (err)
            break;
        stream.next_out = room.at;
        stream.avail_out = (uInt)room.size;
        status = inflate(&stream, Z_NO_FLUSH);
        err = room_close(&room, stream.avail_out, out);
        if (!err && status != Z_OK && status != Z_STREAM_END)
            err = ERR_INPUT; /* broken, or Z_BUF_ERROR: cut short */
    }
    *used = given - stream.avail_in;
    inflateEnd(&stream);
    return err;
}

static struct libdeflate_decompressor *decompressor(void)
{
    static _Thread_local struct libdeflate_decompressor *kept; /* 32 KiB, made once a thread */
    if (!kept)
        kept = libdeflate_alloc_decompressor();
    if (!kept)
        alloc_failed(0);
    return kept;
}

/* How much room one call of libdeflate gets: what the last four bytes claim, within reason. */
static size_t gzip_size_guess(struct span in, size_t left)
{
    const unsigned char *tail = (const unsigned char *)in.data + in.size - 4;
    size_t claimed = tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
    size_t possible =
        in.size < SIZE_MAX / DEFLATE_RATIO_MAX / 2 ? in.size * DEFLATE_RATIO_MAX : left;
    size_t guess = claimed < possible ? claimed : 4 * in.size;
    return guess < left ? guess : left;
}

/* The whole member in one call, which is twice as fast; false leaves *out as it was. */
static bool gunzip_at_once(struct span in, size_t limit, struct bytes *out, size_t *used)
{
    if (in.size < GZIP_MEMBER_BYTES)
        return false;
    size_t room = gzip_size_guess(in, limit - out->size), written;
    if (bytes_reserve(out, room))
        return false;
    if (libdeflate_gzip_decompress_ex(decompressor(), in.data, in.size, out->data + out->size, room,
                                      used, &written) != LIBDEFLATE_SUCCESS)
        return false;
    out->size += written;
    out->data[out->size] = '\0';
    return true;
}

static int decode_gzip(struct span in, size_t limit, struct bytes *out)
{
    enum { GZIP_WRAPPING = 16 + MAX_WBITS };
    while (has_gzip_magic(in)) { /* what follows the last member is junk */
        size_t used = 0;
        if (!gunzip_at_once(in, limit, out, &used)) {
            int err = inflate_stream(in, GZIP_WRAPPING, limit, out, &used);
            if (err)
                return err;
        }
        in.data += used;
        in.size -= used;
    }
    return 0;
}

/* Text can't be meant as a coding: what is called deflate or br and starts so was never encoded. */
static bool looks_like_text(struct span in)
{
    struct span start = span_trimmed((struct span){in.data, in.size < 64 ? in.size : 64});
    if (start.size >= 3 && memcmp(start.data, "\xef\xbb\xbf", 3) == 0)
        return true;
    if (!start.size || !strchr("<{[", start.data[0]) || !start.data[0])
        return false;
    for (size_t i = 0; i < start.size; i++)
        if ((unsigned char)start.data[i] < ' ' && !strchr("\t\n\r\f", start.data[i]))
            return false;
    return true;
}

static int decode_deflate(struct span in, size_t limit, struct bytes *out)
{
    const unsigned char *head = (const unsigned char *)in.data;
    size_t used, start = out->size;
    bool is_zlib = in.size > 2 && (head[0] & 0x0f) == 8 && (head[0] << 8 | head[1]) % 31 == 0;
    int err = ERR_INPUT;
    if (is_zlib)
        err = inflate_stream(in, MAX_WBITS, limit, out, &used);
    if (err == ERR_INPUT && out->size == start && !looks_like_text(in))
        err = inflate_stream(in, -MAX_WBITS, limit, out, &used);
    return err;
}

/* ---- brotli and zstd --------------------------------------------------------------------------
 */

static int decode_brotli(struct span in, size_t limit, struct bytes *out)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!state)
        alloc_failed(0);
    const uint8_t *next = (const uint8_t *)in.data;
    size_t left = in.size;
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    int err = 0;
    while (!err && result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        struct room room;
        err = room_make(&room, limit, out);
        if (err)
            break;
        size_t unwritten = room.size;
        uint8_t *at = room.at;
        result = BrotliDecoderDecompressStream(state, &left, &next, &unwritten, &at, NULL);
        err = room_close(&room, unwritten, out);
    }
    if (!err && result != BROTLI_DECODER_RESULT_SUCCESS)
        err = ERR_INPUT;
    BrotliDecoderDestroyInstance(state);
    return err;
}

static bool has_zstd_magic(struct span in)
{
    return in.size > 3 && memcmp(in.data, "\x28\xb5\x2f\xfd", 4) == 0;
}

static int decode_zstd(struct span in, size_t limit, struct bytes *out)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (!context)
        alloc_failed(0);
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
    ZSTD_inBuffer input = {in.data, in.size, 0};
    int err = 0;
    size_t hint = 1;  /* 0: a frame has ended and all of it is written */
    bool held = true; /* the last call filled its room, so that more may wait inside */
    while (!err && (input.pos < input.size || (hint && held))) {
        struct room room;
        err = room_make(&room, limit, out);
        if (err)
            break;
        ZSTD_outBuffer output = {room.at, room.size, 0};
        hint = ZSTD_decompressStream(context, &output, &input);
        held = output.pos == output.size;
        err = room_close(&room, room.size - output.pos, out);
        if (!err && ZSTD_isError(hint))
            err = ERR_INPUT;
    }
    if (!err && hint)
        err = ERR_INPUT;
    ZSTD_freeDCtx(context);
    return err;
}

/* ---- which codings ----------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    decoder_fn *decode;
} decoders[] = {
    {"gzip", decode_gzip}, {"x-gzip", decode_gzip}, {"deflate", decode_deflate},
    {"br", decode_brotli}, {"zstd", decode_zstd},
};

/* The codings of the header that we know, in its order. The others ("identity", "none", "utf-8")
 * change nothing; whether that is right shows when the bytes are read. */
static size_t codings_read(const char *header, decoder_fn *codings[CODINGS_MAX])
{
    size_t count = 0;
    while (header && *header) {
        struct span name = span_trimmed((struct span){header, strcspn(header, ",")});
        for (size_t i = 0; i < COUNT(decoders); i++)
            if (count < CODINGS_MAX && span_equals_nocase(name, decoders[i].name))
                codings[count++] = decoders[i].decode;
        header += strcspn(header, ",");
        header += *header == ',';
    }
    return count;
}

/* Whether the bytes may be what the header calls them. */
static bool is_plausible(decoder_fn *coding, struct span in)
{
    if (!in.size)
        return false;
    if (coding == decode_gzip)
        return has_gzip_magic(in);
    if (coding == decode_zstd)
        return has_zstd_magic(in);
    return !has_gzip_magic(in) && !looks_like_text(in);
}

/* Takes one coding off *body: decodes `in`, which may be a part of *body, and puts the result
 * there. */
static int decode_once(decoder_fn *coding, struct span in, size_t limit, struct bytes *body)
{
    struct bytes decoded;
    bytes_init(&decoded, body->bytes_max);
    int err = coding(in, limit, &decoded);
    bytes_clear(body);
    *body = decoded;
    return err;
}

int decode_body(const void *data, size_t size, const char *content_encoding, size_t bytes_max,
                struct bytes *out)
{
    size_t limit = bytes_max ? bytes_max : SIZE_MAX / 8;
    struct span in = {data, size};
    decoder_fn *codings[CODINGS_MAX];
    size_t count = codings_read(content_encoding, codings);
    bool decoded = false;
    int err = 0;
    bytes_clear(out);
    while (count && !err) {
        decoder_fn *coding = codings[--count];
        if (is_plausible(coding, in)) {
            err = decode_once(coding, in, limit, out);
            in = (struct span){out->data, out->size};
            decoded = true;
        }
    }
    /* A file that is gzip in itself, perhaps sent as such: twice is seen, thrice is an attack. */
    for (unsigned i = 0; i < 2 && !err && has_gzip_magic(in); i++) {
        err = decode_once(decode_gzip, in, limit, out);
        in = (struct span){out->data, out->size};
        decoded = true;
    }
    if (decoded)
        return err;
    if (size > limit)
        err = ERR_TOO_LARGE;
    int append_err = bytes_append(out, data, size < limit ? size : limit);
    return err ? err : append_err;
}
