/* test_packer.c - pages packed against another, by a process that has no rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "extract/packer.h"

enum { PAGE_BYTES_MAX = 1 << 20, TEMPLATE_BYTES = 20000 };

/* A page of some site: what all have, which alone can't be made smaller, and what it says. */
static void make_page(struct bytes *out, const char *text)
{
    unsigned state = 7;
    bytes_init(out, 0);
    for (int i = 0; i < TEMPLATE_BYTES; i++) {
        state = state * 1664525 + 1013904223;
        char letter = (char)(33 + (state >> 16) % 90);
        bytes_append(out, &letter, 1);
    }
    bytes_append_string(out, text);
}

static void gzip(const struct bytes *page, struct bytes *out)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    bytes_init(out, 0);
    bytes_reserve(out, page->size + 1000);
    stream.next_in = (unsigned char *)page->data;
    stream.avail_in = (unsigned)page->size;
    stream.next_out = (unsigned char *)out->data;
    stream.avail_out = (unsigned)out->capacity;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->size = stream.total_out;
    deflateEnd(&stream);
}

static struct span all_of(const struct bytes *bytes)
{
    return (struct span){bytes->data, bytes->size};
}

static void expect_page(struct span frame, const struct bytes *base, const struct bytes *page)
{
    char *plain = alloc_bytes(page->size + 1);
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (base)
        ZSTD_DCtx_refPrefix(context, base->data, base->size);
    size_t size = ZSTD_decompressDCtx(context, plain, page->size + 1, frame.data, frame.size);
    assert_int_equal(size, page->size);
    assert_memory_equal(plain, page->data, size);
    ZSTD_freeDCtx(context);
    free(plain);
}

static void test_pages_are_what_they_have_besides_the_base(void **state)
{
    struct packer *packer;
    struct bytes first, second, second_gzip;
    struct span frame;
    (void)state;
    make_page(&first, "The bridge closes on Monday.");
    make_page(&second, "A ferry takes its place by spring.");
    gzip(&second, &second_gzip);
    assert_int_equal(packer_open(&packer, PAGE_BYTES_MAX), 0);
    assert_int_equal(packer_pack(packer, all_of(&first), "none", true, &frame), 0);
    expect_page(frame, NULL, &first);
    assert_true(frame.size > TEMPLATE_BYTES / 2);
    assert_int_equal(packer_pack(packer, all_of(&second_gzip), "gzip", false, &frame), 0);
    expect_page(frame, &first, &second);
    assert_true(frame.size < 200);
    assert_int_equal(packer_pack(packer, all_of(&second_gzip), "gzip", true, &frame), 0);
    assert_int_equal(packer_pack(packer, all_of(&first), "none", false, &frame), 0);
    expect_page(frame, &second, &first);
    packer_close(packer);
    bytes_clear(&first);
    bytes_clear(&second);
    bytes_clear(&second_gzip);
}

static void test_what_cannot_be_unpacked_leaves_the_base(void **state)
{
    struct packer *packer;
    struct bytes base, page, cut, large;
    struct span frame;
    (void)state;
    make_page(&base, "The bridge closes on Monday.");
    make_page(&page, "A ferry takes its place by spring.");
    gzip(&page, &cut);
    cut.size /= 2;
    bytes_init(&large, 0);
    bytes_reserve(&large, PAGE_BYTES_MAX + 1);
    memset(large.data, 'x', PAGE_BYTES_MAX + 1);
    large.size = PAGE_BYTES_MAX + 1;
    assert_int_equal(packer_open(&packer, PAGE_BYTES_MAX), 0);
    assert_int_equal(packer_pack(packer, all_of(&base), "none", true, &frame), 0);
    assert_int_equal(packer_pack(packer, all_of(&cut), "gzip", false, &frame), ERR_INPUT);
    assert_int_equal(packer_pack(packer, all_of(&cut), "gzip", true, &frame), ERR_INPUT);
    assert_int_equal(packer_pack(packer, all_of(&large), "none", true, &frame), ERR_INPUT);
    assert_int_equal(packer_pack(packer, all_of(&page), "none", false, &frame), 0);
    expect_page(frame, &base, &page);
    packer_close(packer);
    bytes_clear(&base);
    bytes_clear(&page);
    bytes_clear(&cut);
    bytes_clear(&large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_are_what_they_have_besides_the_base),
        cmocka_unit_test(test_what_cannot_be_unpacked_leaves_the_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
