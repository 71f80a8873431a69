/* Which links of a front page are taken for section pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/url.h"
#include "discover/sections.h"

static const struct {
    const char *url, *anchor;
    bool section;
} cases[] = {
    {"https://news.example.org/politics/", "Politics", true},
    {"https://news.example.org/news/world", "World", true},
    {"https://sport.example.org/football", "Football", true},
    {"https://news.example.org/kultur-und-medien/", "Kultur & Medien", true},
    {"https://news.example.org/%E6%94%BF%E6%B2%BB", "政治", true},
    {"https://news.example.org/", "Home", false},
    {"https://news.example.org/politics/2024/", "2024", false},
    {"https://news.example.org/minister-resigns-after-budget-row", "Minister resigns", false},
    {"https://news.example.org/a/b/c", "Deep", false},
    {"https://news.example.org/impressum", "Impressum", false},
    {"https://news.example.org/login", "Log in", false},
    {"https://news.example.org/rss.xml", "RSS", false},
    {"https://news.example.org/politics?page=2", "Next", false},
    {"https://other.example.com/politics/", "Politics", false},
    {"https://news.example.org/politics/", "The whole story of how the government fell last night",
     false},
    {"https://news.example.org/politics/", "", false},
};

static void test_sections(void **state)
{
    (void)state;
    struct arena arena;
    struct url page, target;
    arena_init(&arena, 0);
    assert_int_equal(url_parse(&page, &arena, span_of("https://news.example.org/"), NULL, NULL), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct link_record link = {.url = cases[i].url, .anchor = cases[i].anchor};
        assert_int_equal(url_parse(&target, &arena, span_of(link.url), NULL, NULL), 0);
        if (sections_likely(&link, &target, &page) != cases[i].section)
            fail_msg("%s (%s) should %sbe a section", cases[i].url, cases[i].anchor,
                     cases[i].section ? "" : "not ");
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sections)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
