/* test_period.c - which time an address speaks of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "discover/period.h"

/* "2024-05-01 2024-05-31", both days within. */
static const char *days_of(bool found, const struct period *period, char text[32])
{
    time_t from = (time_t)(period->from_ms / 1000), last = (time_t)(period->until_ms / 1000) - 1;
    struct tm first_day, last_day;
    if (!found)
        return "";
    gmtime_r(&from, &first_day);
    gmtime_r(&last, &last_day);
    strftime(text, 16, "%Y-%m-%d ", &first_day);
    strftime(text + strlen(text), 16, "%Y-%m-%d", &last_day);
    return text;
}

static void test_sitemaps(void **state)
{
    static const char *const cases[][2] = {
        {"https://a.example/sitemap-2024-05.xml", "2024-05-01 2024-05-31"},
        {"https://a.example/sitemap_2024_05_03.xml.gz", "2024-05-03 2024-05-03"},
        {"https://a.example/sitemap-202402.xml", "2024-02-01 2024-02-29"},
        {"https://a.example/sitemap-20240229.xml", "2024-02-29 2024-02-29"},
        {"https://a.example/2019/12/sitemap.xml", "2019-12-01 2019-12-31"},
        {"https://a.example/sitemap-2019.xml", "2019-01-01 2019-12-31"},
        {"https://a.example/sitemap.xml?yyyy=2019&mm=03&dd=01", "2019-03-01 2019-03-01"},
        {"https://a.example/archive-1998-2003.xml", "1998-01-01 2003-12-31"},
        {"https://a.example/sitemap-2024-3.xml", "2024-01-01 2024-12-31"},  /* part three? */
        {"https://a.example/sitemap-2024-31.xml", "2024-01-01 2024-12-31"}, /* part 31 */
        {"https://a.example/sitemap-2024-02-30.xml", "2024-02-01 2024-02-29"},
        {"https://a.example/sitemap-120245.xml", ""},
        {"https://a.example/sitemap-20245.xml", ""},
        {"https://a.example/sitemap-3.xml", ""},
        {"", ""},
    };
    char text[32];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct period period;
        bool found = period_of_sitemap(span_of(cases[i][0]), &period);
        if (strcmp(days_of(found, &period, text), cases[i][1]) != 0)
            fail_msg("%s: %s", cases[i][0], days_of(found, &period, text));
    }
}

static void test_articles(void **state)
{
    static const char *const cases[][2] = {
        {"/2024/05/03/a-story.html", "2024-05-03 2024-05-03"},
        {"/news/20240503-a-story", "2024-05-03 2024-05-03"},
        {"/a-story-2024-05-03.html", "2024-05-03 2024-05-03"},
        {"/2024/05/a-story/", "2024-05-01 2024-05-31"},
        {"/2024/a-story/", ""}, /* a folder for the games of 2024, perhaps */
        {"/sports/summer-2024-05-teams", ""},
        {"/news/1990051", ""},
        {"/story-17", ""},
    };
    char text[32];
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct period period;
        bool found = period_of_article(span_of(cases[i][0]), &period);
        if (strcmp(days_of(found, &period, text), cases[i][1]) != 0)
            fail_msg("%s: %s", cases[i][0], days_of(found, &period, text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sitemaps),
                                       cmocka_unit_test(test_articles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
