/* test_opml.c - subscriptions of feed readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "discover/opml.h"

static void test_parse(void **state)
{
    static const struct {
        const char *name, *text;
        int err;
        size_t count;
        const char *home, *feed, *title; /* of the last outline */
    } cases[] = {
        {"a subscription",
         "<?xml version='1.0'?><opml version='2.0'><body><outline text='A' "
         "htmlUrl='https://a.example/' xmlUrl='https://a.example/feed'/></body></opml>",
         0, 1, "https://a.example/", "https://a.example/feed", "A"},
        {"title before text", "<opml><body><outline text='x' title='B' xmlUrl='u'/></body></opml>",
         0, 1, NULL, "u", "B"},
        {"folders are opened, and are none themselves",
         "<opml><body><outline text='folder'><outline text='1' xmlUrl='a'/><outline text='2' "
         "xmlUrl='b'><outline text='3' xmlUrl='c'/></outline></outline></body></opml>",
         0, 3, NULL, "c", "3"},
        {"attributes in any case", "<opml><outline XMLURL='a' HtmlUrl='b'/></opml>", 0, 1, "b", "a",
         NULL},
        {"entities are read", "<opml><outline xmlUrl='a?b&amp;c' text='A &#228; &lt;'/></opml>", 0,
         1, NULL, "a?b&c", "A \xc3\xa4 <"},
        {"empty addresses are none", "<opml><outline xmlUrl='' htmlUrl=''/></opml>", 0, 0, NULL,
         NULL, NULL},
        {"no subscriptions", "<opml><body/></opml>", 0, 0, NULL, NULL, NULL},
        {"cut short: what came before is kept",
         "<opml><outline xmlUrl='a'/><outline xmlUrl='b'/><outl", ERR_INPUT, 2, NULL, "b", NULL},
        {"some other XML", "<rss><outline xmlUrl='a'/></rss>", ERR_INPUT, 0, NULL, NULL, NULL},
        {"no XML", "https://a.example/\n", ERR_INPUT, 0, NULL, NULL, NULL},
        {"nothing", "", ERR_INPUT, 0, NULL, NULL, NULL},
        {"entities from outside are not read",
         "<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml><outline text='&x;' "
         "xmlUrl='a'/></opml>",
         ERR_INPUT, 0, NULL, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct opml_outline *found;
        size_t count;
        arena_init(&arena, 0);
        int err = opml_parse(&found, &count, &arena, cases[i].text, strlen(cases[i].text));
        if (err != cases[i].err || count != cases[i].count)
            fail_msg("%s: got %d and %zu", cases[i].name, err, count);
        const char *expected[] = {cases[i].home, cases[i].feed, cases[i].title};
        for (size_t j = 0; count > 0 && j < COUNT(expected); j++) {
            const struct opml_outline *last = &found[count - 1];
            const char *got[] = {last->home_url, last->feed_url, last->title};
            if ((got[j] == NULL) != (expected[j] == NULL) ||
                (got[j] && strcmp(got[j], expected[j]) != 0))
                fail_msg("%s: got '%s'", cases[i].name, got[j] ? got[j] : "NULL");
        }
        arena_clear(&arena);
    }
}

/* However deep the folders: no recursion, and the same answer. */
static void test_depth(void **state)
{
    struct arena arena;
    struct bytes text;
    struct opml_outline *found;
    size_t count;
    (void)state;
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    bytes_append_string(&text, "<opml>");
    for (int i = 0; i < 100000; i++)
        bytes_append_string(&text, "<outline xmlUrl='a'>");
    int err = opml_parse(&found, &count, &arena, text.data, text.size);
    assert_int_equal(err, ERR_INPUT); /* the parser's own ceiling of depth, or the end */
    assert_true(count >= 200);
    bytes_clear(&text);
    arena_clear(&arena);
}

static void test_folders(void **state)
{
    static const char text[] =
        "<opml><body><outline text='World'><outline text='Eu/rope'><outline xmlUrl='a'/></outline>"
        "<outline xmlUrl='b'><outline xmlUrl='c'/></outline></outline><outline text=' '>"
        "<outline xmlUrl='d'/></outline><outline text='Last'/><outline xmlUrl='e'/></body></opml>";
    static const char *const expected[] = {"World/Eu-rope", "World", "World", NULL, NULL};
    struct opml_outline *outlines;
    struct arena arena;
    size_t count;
    (void)state;
    arena_init(&arena, 0);
    assert_int_equal(opml_parse(&outlines, &count, &arena, text, sizeof text - 1), 0);
    assert_int_equal(count, COUNT(expected));
    for (size_t i = 0; i < count; i++) {
        if (expected[i])
            assert_string_equal(outlines[i].folder, expected[i]);
        else
            assert_null(outlines[i].folder);
    }
    arena_clear(&arena);
}

/* What is written is read as what it was, and its folders are written once. */
static void test_write(void **state)
{
    static const struct opml_outline given[] = {
        {"https://a.example/feed?x&y", "https://a.example/", "A \"quoted\" <name>", NULL, 0},
        {NULL, "https://b.example/", NULL, "World", 0},
        {"https://c.example/feed", NULL, "C", "World/Asia", 0},
        {"https://d.example/feed", NULL, "D", "World/Asia", 0},
        {"https://e.example/feed", NULL, "E", "World/Asia Pacific/Far", 0},
        {"https://f.example/feed", NULL, "F", "Worlds", 0},
    };
    struct opml_outline *outlines;
    struct arena arena;
    struct bytes text;
    size_t count, folders = 0;
    (void)state;
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    assert_int_equal(opml_write(&text, "T", given, COUNT(given)), 0);
    assert_int_equal(opml_parse(&outlines, &count, &arena, text.data, text.size), 0);
    assert_int_equal(count, COUNT(given));
    for (size_t i = 0; i < count; i++) {
        const char *const pairs[][2] = {{outlines[i].feed_url, given[i].feed_url},
                                        {outlines[i].home_url, given[i].home_url},
                                        {outlines[i].folder, given[i].folder}};
        for (size_t k = 0; k < COUNT(pairs); k++) {
            assert_int_equal(!pairs[k][0], !pairs[k][1]);
            if (pairs[k][0])
                assert_string_equal(pairs[k][0], pairs[k][1]);
        }
        assert_string_equal(outlines[i].title, given[i].title ? given[i].title : given[i].home_url);
    }
    for (const char *at = text.data; (at = strstr(at, "</outline>")); at++)
        folders++;
    assert_int_equal(folders, 5);
    bytes_clear(&text);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
