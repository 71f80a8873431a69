#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"

static const struct {
    const char *name, *text;
    size_t taken;
    uint32_t point;
    size_t length; /* what utf8_length says */
} decoded[] = {
    {"ASCII", "A", 1, 'A', 1},
    {"two bytes", "\xc3\xa4x", 2, 0xe4, 2},
    {"three bytes", "\xe2\x82\xac", 3, 0x20ac, 3},
    {"four bytes", "\xf0\x9f\x98\x80", 4, 0x1f600, 4},
    {"U+FFFD itself is well-formed", "\xef\xbf\xbd", 3, 0xfffd, 3},
    {"overlong lead", "\xc0\x80", 1, 0xfffd, 0},
    {"overlong three bytes", "\xe0\x80\x80", 1, 0xfffd, 0},
    {"surrogate", "\xed\xa0\x80", 1, 0xfffd, 0},
    {"past U+10FFFF", "\xf4\x90\x80\x80", 1, 0xfffd, 0},
    {"lone continuation", "\x80", 1, 0xfffd, 0},
    {"cut after two of three", "\xe2\x82", 2, 0xfffd, 0},
    {"broken after three of four", "\xf0\x9f\x98x", 3, 0xfffd, 0},
    {"byte that never occurs", "\xff", 1, 0xfffd, 0},
};

static void test_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(decoded); i++) {
        uint32_t point;
        size_t size = strlen(decoded[i].text);
        size_t taken = utf8_decode(decoded[i].text, size, &point);
        size_t length = utf8_length(decoded[i].text, size);
        if (taken != decoded[i].taken || point != decoded[i].point || length != decoded[i].length)
            fail_msg("%s: got U+%04x of %zu bytes, length %zu", decoded[i].name, point, taken,
                     length);
    }
}

static void test_every_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10ffff; point++) {
        if (point == 0xd800)
            point = 0xe000;
        char sequence[UTF8_LENGTH_MAX];
        uint32_t back;
        size_t length = utf8_encode(point, sequence);
        assert_int_equal(utf8_decode(sequence, length, &back), length);
        assert_int_equal(back, point);
    }
}

static const struct {
    const char *name, *text, *clean, *printable;
} texts[] = {
    {"plain", "a plain text, longer than a word", "a plain text, longer than a word",
     "a plain text, longer than a word"},
    {"umlauts after eight bytes", "12345678\xc3\xbc", "12345678\xc3\xbc", "12345678\xc3\xbc"},
    {"Latin-1 among UTF-8", "\xc3\xbc\xfc z", "\xc3\xbc\xef\xbf\xbd z", "\xc3\xbc\xef\xbf\xbd z"},
    {"cut at the end", "ab\xe2\x82", "ab\xef\xbf\xbd", "ab\xef\xbf\xbd"},
    {"escape sequence", "a\x1b[31mb", "a\x1b[31mb", "a\xef\xbf\xbd[31mb"},
    {"C1 control",
     "a\xc2\x9b"
     "b",
     "a\xc2\x9b"
     "b",
     "a\xef\xbf\xbd"
     "b"},
    {"line feed and tab", "a\n\tb", "a\n\tb", "a  b"},
    {"bidi override",
     "a\xe2\x80\xae"
     "b",
     "a\xe2\x80\xae"
     "b",
     "ab"},
    {"joiner is kept",
     "a\xe2\x80\x8d"
     "b",
     "a\xe2\x80\x8d"
     "b",
     "a\xe2\x80\x8d"
     "b"},
    {"line separator", "a\xe2\x80\xa8z", "a\xe2\x80\xa8z", "a\xef\xbf\xbdz"},
    {"empty", "", "", ""},
};

static void test_texts(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t size = strlen(texts[i].text), clean_size;
        const char *clean = utf8_cleaned(&arena, texts[i].text, size, &clean_size);
        bytes.size = 0;
        assert_int_equal(utf8_append_clean(&bytes, texts[i].text, size), 0);
        if (strcmp(clean, texts[i].clean) != 0 || clean_size != strlen(clean) ||
            clean_size != bytes.size || (clean_size && memcmp(clean, bytes.data, clean_size) != 0))
            fail_msg("%s: cleaned to \"%s\"", texts[i].name, clean);
        assert_int_equal(utf8_valid(texts[i].text, size), strcmp(clean, texts[i].text) == 0);
        const char *printable = utf8_printable(&arena, texts[i].text);
        if (strcmp(printable, texts[i].printable) != 0)
            fail_msg("%s: printed as \"%s\"", texts[i].name, printable);
    }
    assert_null(utf8_printable(&arena, NULL));
    bytes_clear(&bytes);
    arena_clear(&arena);
}

static void test_cut(void **state)
{
    (void)state;
    const char *text = "a\xc3\xa4\xe2\x82\xac";
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6};
    for (size_t size = 0; size < COUNT(expected); size++)
        assert_int_equal(utf8_cut(text, size), expected[size]);
}

static const struct {
    const char *json, *repaired;
} escapes[] = {
    {"\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\""},
    {"\"\\ud83dx\"", "\"\\ufffdx\""},
    {"\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\""},
    {"\"\\uD800\\uD83D\\uDE00\"", "\"\\ufffd\\uD83D\\uDE00\""},
    {"\"\\\\ud83d\"", "\"\\\\ud83d\""},
    {"\"\\u00e4\\n\\ud8", "\"\\u00e4\\n\\ud8"},
    {"\\", "\\"},
    {"", ""},
};

static void test_repair_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(escapes); i++) {
        char text[64];
        size_t size = strlen(escapes[i].json);
        memcpy(text, escapes[i].json, size + 1);
        utf8_repair_json(text, size);
        assert_string_equal(text, escapes[i].repaired);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),      cmocka_unit_test(test_every_point_comes_back),
        cmocka_unit_test(test_texts),       cmocka_unit_test(test_cut),
        cmocka_unit_test(test_repair_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
