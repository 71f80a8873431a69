#include "extract/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/error.h"

static const char text[] =
    "<p>The harbour froze in January, and the ferries stayed where they were.";
enum { TEXT_SIZE = sizeof text - 1 };

/* What zlib makes of `data`; window_bits choose gzip (31), zlib (15) or raw (-15). */
static void append_deflated(struct bytes *out, const void *data, size_t size, int window_bits)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(bytes_reserve(out, size + 1024), 0);
    stream.next_in = (unsigned char *)(uintptr_t)data;
    stream.avail_in = (unsigned)size;
    stream.next_out = (unsigned char *)out->data + out->size;
    stream.avail_out = (unsigned)size + 1024;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size += stream.total_out;
    deflateEnd(&stream);
}

static void append_zstd(struct bytes *out, const void *data, size_t size)
{
    assert_int_equal(bytes_reserve(out, ZSTD_compressBound(size)), 0);
    out->size += ZSTD_compress(out->data + out->size, ZSTD_compressBound(size), data, size, 3);
}

/* `text` as brotli, stored: the bits of a window of 16, then one uncompressed piece, then the end.
 */
static void append_brotli(struct bytes *out)
{
    unsigned length = TEXT_SIZE - 1; /* MLEN - 1 */
    /* WBITS 0 (1 bit), ISLAST 0, MNIBBLES 0 (2 bits: 4 nibbles), MLEN-1 (16), ISUNCOMPRESSED 1 */
    unsigned bits = 0u | 0u << 1 | 0u << 2 | length << 4 | 1u << 20;
    unsigned char head[3] = {bits & 0xff, bits >> 8 & 0xff, bits >> 16 & 0xff};
    bytes_append(out, head, 3);
    bytes_append(out, text, TEXT_SIZE);
    bytes_append(out, "\x03", 1); /* ISLAST, ISLASTEMPTY */
}

enum form {
    PLAIN,
    GZIP,
    TWO_MEMBERS,
    JUNK_AFTER,
    ZLIB,
    RAW,
    BROTLI,
    ZSTD,
    GZIP_TWICE,
    ZSTD_OF_GZIP
};

static void append_form(struct bytes *out, enum form form)
{
    struct bytes inner;
    bytes_init(&inner, 0);
    append_deflated(&inner, text, TEXT_SIZE, 31);
    switch (form) {
    case PLAIN:
        bytes_append(out, text, TEXT_SIZE);
        break;
    case GZIP:
        append_deflated(out, text, TEXT_SIZE, 31);
        break;
    case TWO_MEMBERS:
        append_deflated(out, text, 10, 31);
        append_deflated(out, text + 10, TEXT_SIZE - 10, 31);
        break;
    case JUNK_AFTER:
        append_deflated(out, text, TEXT_SIZE, 31);
        bytes_append(out, "\0\0\0<!-- cached -->", 19);
        break;
    case ZLIB:
        append_deflated(out, text, TEXT_SIZE, 15);
        break;
    case RAW:
        append_deflated(out, text, TEXT_SIZE, -15);
        break;
    case BROTLI:
        append_brotli(out);
        break;
    case ZSTD:
        append_zstd(out, text, TEXT_SIZE);
        break;
    case GZIP_TWICE:
        append_deflated(out, inner.data, inner.size, 31);
        break;
    case ZSTD_OF_GZIP:
        append_zstd(out, inner.data, inner.size);
        break;
    }
    bytes_clear(&inner);
}

static const struct {
    const char *name;
    enum form form;
    const char *header;
} whole[] = {
    {"nothing said, nothing done", PLAIN, NULL},
    {"identity", PLAIN, "identity"},
    {"a coding that nobody knows", PLAIN, "utf-8"},
    {"identity called gzip", PLAIN, "gzip"},
    {"identity called deflate", PLAIN, "deflate"},
    {"identity called br", PLAIN, "br"},
    {"identity called zstd", PLAIN, "zstd"},
    {"gzip", GZIP, "gzip"},
    {"gzip in other letters", GZIP, " X-GZip "},
    {"gzip not called so", GZIP, NULL},
    {"gzip called deflate", GZIP, "deflate"},
    {"gzip called br", GZIP, "br"},
    {"two members", TWO_MEMBERS, "gzip"},
    {"junk after the last member", JUNK_AFTER, "gzip"},
    {"deflate is zlib", ZLIB, "deflate"},
    {"deflate is raw", RAW, "deflate"},
    {"brotli", BROTLI, "br"},
    {"zstd", ZSTD, "zstd"},
    {"a gzip file sent as gzip", GZIP_TWICE, "gzip"},
    {"two codings, last one taken off first", ZSTD_OF_GZIP, "gzip, zstd"},
    {"gzip named twice and done once", GZIP, "gzip, gzip"},
};

static void test_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(whole); i++) {
        struct bytes in, out;
        bytes_init(&in, 0);
        bytes_init(&out, 0);
        append_form(&in, whole[i].form);
        int err = decode_body(in.data, in.size, whole[i].header, 1000, &out);
        if (err || out.size != TEXT_SIZE || memcmp(out.data, text, TEXT_SIZE) != 0)
            fail_msg("%s: %d, %zu bytes", whole[i].name, err, out.size);
        bytes_clear(&in);
        bytes_clear(&out);
    }
}

/* Every shorter beginning of an encoded body is ERR_INPUT and gives a beginning of the text. */
static void test_cut_short(void **state)
{
    static const struct {
        enum form form;
        const char *header;
        size_t magic; /* shorter ones can't be told from identity */
    } cases[] = {{GZIP, "gzip", 3}, {ZLIB, "deflate", 3}, {BROTLI, "br", 1}, {ZSTD, "zstd", 4}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in, out;
        bytes_init(&in, 0);
        bytes_init(&out, 0);
        append_form(&in, cases[i].form);
        for (size_t size = cases[i].magic; size < in.size; size++) {
            char *exact = alloc_bytes(size); /* so that a read past the end is seen */
            memcpy(exact, in.data, size);
            int err = decode_body(exact, size, cases[i].header, 0, &out);
            if (err != ERR_INPUT || out.size > TEXT_SIZE ||
                (out.size && memcmp(out.data, text, out.size) != 0))
                fail_msg("%s cut to %zu bytes: %d", cases[i].header, size, err);
            free(exact);
        }
        bytes_clear(&in);
        bytes_clear(&out);
    }
}

static void test_cap(void **state)
{
    static const struct {
        enum form form;
        const char *header;
    } cases[] = {{PLAIN, NULL},    {GZIP, "gzip"}, {TWO_MEMBERS, "gzip"}, {ZLIB, "deflate"},
                 {RAW, "deflate"}, {BROTLI, "br"}, {ZSTD, "zstd"}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in, out;
        bytes_init(&in, 0);
        bytes_init(&out, 0);
        append_form(&in, cases[i].form);
        assert_int_equal(decode_body(in.data, in.size, cases[i].header, TEXT_SIZE, &out), 0);
        assert_int_equal(decode_body(in.data, in.size, cases[i].header, TEXT_SIZE - 1, &out),
                         ERR_TOO_LARGE);
        assert_true(out.size <= TEXT_SIZE - 1);
        assert_memory_equal(out.data, text, out.size);
        bytes_clear(&in);
        bytes_clear(&out);
    }
}

/* 64 MiB of zeros in 64 KiB, and a length field that claims 4 GiB: neither costs memory. */
static void test_bomb(void **state)
{
    (void)state;
    enum { ZEROS = 64 << 20, CAP = 1 << 20 };
    char *zeros = alloc_zeroed(1, ZEROS);
    struct bytes in, out;
    bytes_init(&in, 0);
    bytes_init(&out, 0);
    append_deflated(&in, zeros, ZEROS, 31);
    assert_int_equal(decode_body(in.data, in.size, "gzip", CAP, &out), ERR_TOO_LARGE);
    assert_int_equal(out.size, CAP);
    assert_true(out.capacity <= 4 * CAP);
    memset(in.data + in.size - 4, 0xff, 4);
    assert_int_equal(decode_body(in.data, in.size, "gzip", CAP, &out), ERR_TOO_LARGE);
    assert_true(out.capacity <= 4 * CAP);
    bytes_clear(&in);
    bytes_clear(&out);
    free(zeros);
}

static void test_empty(void **state)
{
    (void)state;
    static const char *const headers[] = {NULL, "gzip", "deflate", "br", "zstd", ",,", "gzip, br"};
    struct bytes out;
    bytes_init(&out, 0);
    for (size_t i = 0; i < COUNT(headers); i++) {
        assert_int_equal(decode_body(NULL, 0, headers[i], 100, &out), 0);
        assert_int_equal(out.size, 0);
    }
    bytes_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole), cmocka_unit_test(test_cut_short), cmocka_unit_test(test_cap),
        cmocka_unit_test(test_bomb),  cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
