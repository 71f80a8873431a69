/* test_link_header.c - Link fields (RFC 8288). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "discover/link_header.h"

static void test_parse(void **state)
{
    static const struct {
        const char *name, *fields, *relation;
        size_t count;
        const char *url; /* of the first link with the relation; NULL: there is none */
    } cases[] = {
        {"none", NULL, "hub", 0, NULL},
        {"a token", "<https://hub.example/>; rel=hub", "hub", 1, "https://hub.example/"},
        {"quoted, several relations, without case", "<https://h.example/>; rel=\"self HUB\"", "hub",
         1, "https://h.example/"},
        {"a URL as relation", "<https://a.example/wp-json/>; rel=\"https://api.w.org/\"",
         "https://api.w.org/", 1, "https://a.example/wp-json/"},
        {"several in one field", "<https://a.example/>; rel=self, </push>; rel=hub", "hub", 2,
         "https://example.org/push"},
        {"relative to the answer", "<feed/>; rel=alternate; type=application/rss+xml", "alternate",
         1, "https://example.org/news/feed/"},
        {"commas and semicolons in an address", "<https://a.example/x;y,z>; rel=hub", "hub", 1,
         "https://a.example/x;y,z"},
        {"commas in a value", "<https://a.example/>; title=\"a, <b>; rel=no\"; rel=hub", "hub", 1,
         "https://a.example/"},
        {"a backslash in a value", "<https://a.example/>; title=\"\\\"\"; rel=hub", "hub", 1,
         "https://a.example/"},
        {"of several rel the first", "<https://a.example/>; rel=self; rel=hub", "hub", 1, NULL},
        {"blanks anywhere", " <https://a.example/> ; rel = hub ", "hub", 1, "https://a.example/"},
        {"part of a relation is none", "<https://a.example/>; rel=hubs", "hub", 1, NULL},
        {"no relation", "<https://a.example/>", "hub", 1, NULL},
        {"no http", "<mailto:a@example.org>; rel=hub", "hub", 0, NULL},
        {"cut short", "<https://a.example/>; rel=\"hub", "hub", 1, "https://a.example/"},
        {"no end", "<https://a.example/; rel=hub", "hub", 0, NULL},
        {"nonsense", ";;,,\"", "hub", 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct url base;
        struct header_link *links;
        const char *got = NULL;
        arena_init(&arena, 0);
        assert_int_equal(url_parse(&base, &arena, span_of("https://example.org/news/"), NULL, NULL),
                         0);
        size_t count = link_header_parse(&links, &arena, cases[i].fields, &base);
        for (size_t k = count; k-- > 0;)
            if (link_header_is(&links[k], cases[i].relation))
                got = links[k].url;
        if (count != cases[i].count || !got != !cases[i].url ||
            (got && strcmp(got, cases[i].url) != 0))
            fail_msg("%s: %zu links, %s", cases[i].name, count, got ? got : "none");
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
