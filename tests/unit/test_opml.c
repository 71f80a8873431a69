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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
