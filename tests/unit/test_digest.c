/* test_digest.c - SHA-1 as WARC files carry it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "exchange/digest.h"

static void expect_label(const char *text, size_t size, size_t step, const char *expected)
{
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    char label[DIGEST_LABEL_BYTES];
    digest_init(&digest);
    for (size_t at = 0; at < size; at += step)
        digest_add(&digest, text + at, size - at < step ? size - at : step);
    digest_finish(&digest, sum);
    digest_label(sum, label);
    assert_string_equal(label, expected);
}

static void test_labels(void **state)
{
    static const struct {
        const char *text, *label;
    } cases[] = {
        /* the empty one is in most WARC files of the world; the others RFC 3174 has in hex */
        {"", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"},
        {"abc", "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "sha1:QSMD4RA4HPJG5OVOJKQ7SUJJ4XSUM4HR"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step < 70; step++)
            expect_label(cases[i].text, strlen(cases[i].text), step, cases[i].label);
}

static void test_a_million(void **state)
{
    char *text = alloc_bytes(1000000);
    (void)state;
    memset(text, 'a', 1000000);
    expect_label(text, 1000000, 1000000, "sha1:GSVJOPGUYTNKJ5Q65MV5XLJHGFSTIALP");
    expect_label(text, 1000000, 777, "sha1:GSVJOPGUYTNKJ5Q65MV5XLJHGFSTIALP");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_a_million),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
