#include "discover/links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/url.h"

static const struct {
    const char *url, *anchor;
    bool likely;
} cases[] = {
    {"https://example.org/2024/05/03/storm-hits-the-northern-coast", "Storm hits the coast", true},
    {"https://example.org/politics/storm-hits-the-northern-coast-1234567.html", "Storm", true},
    {"https://example.org/news/article-882731", "Council votes for a new bridge today", true},
    {"https://example.org/wirtschaft/wie-die-bahn-ihre-zuege-umbaut-a-918273.html", "Bahn", true},
    {"https://example.org/noticias/el-gobierno-aprueba-la-nueva-ley-de-costas", "Aprueba", true},
    {"https://example.org/20240503/weather-turns-for-the-worse", "Weather turns", true},
    {"https://example.org/", "Home", false},
    {"https://example.org/news", "News", false},
    {"https://example.org/news/world", "World", false},
    {"https://example.org/tag/storm-at-sea-and-on-land", "storm at sea", false},
    {"https://example.org/author/jane-ann-doe", "Jane Doe", false},
    {"https://example.org/category/local-sports-and-leisure", "Local sports", false},
    {"https://example.org/login?next=/2024/05/03/storm-hits-the-coast", "Log in", false},
    {"https://example.org/news/page/2", "Older posts", false},
    {"https://example.org/privacy-policy", "Privacy policy", false},
    {"https://example.org/impressum", "Impressum", false},
    {"https://example.org/files/2024/05/yearly-report-of-the-council.pdf", "Report", false},
    {"https://example.org/newsletter", "Get our newsletter every morning now", false},
    {"https://other.example.com/about", "About them", false},
    {"https://example.org/sport/38811234.html", "Team wins after a long evening", true},
    {"https://example.org/2026/03/14/bridge", "The bridge, one year on", true},
    {"https://example.org/kagaku/story-3413-3413.html", "調査チームが港の近くで新しい鳥を確認",
     true},
    {"https://example.org/seiji/", "政治", false},
    {"https://example.org/media/2026/03/bridge-in-the-evening-light.jpg", "The bridge", false},
    {"https://example.org/news.php?lang=en&id=2815", "Harbour to be dredged again next year", true},
    {"https://example.org/?p=4411", "Why we stopped counting the swans", true},
    {"https://example.org/index.php?id=12", "Politics", false},
    {"https://example.org/member.php?u=28151", "Ann Example", false},
};

static void test_scores(void **state)
{
    (void)state;
    struct arena arena;
    struct url page;
    arena_init(&arena, 0);
    assert_int_equal(url_parse(&page, &arena, span_of("https://example.org/"), NULL, NULL), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct link_record link = {.url = cases[i].url, .anchor = cases[i].anchor};
        links_score(&link, 1, &page);
        if ((link.score >= 0.5F) != cases[i].likely || link.score < 0 || link.score > 1)
            fail_msg("%s: got %.2f", cases[i].url, (double)link.score);
    }
    arena_clear(&arena);
}

/* Of two links that differ in one thing the first is likelier. */
static const struct {
    const char *name;
    struct link_record better, worse;
} pairs[] = {
    {"a long headline",
     {.url = "https://example.org/a/some-words",
      .anchor = "A headline of seven or more words here"},
     {.url = "https://example.org/a/some-words", .anchor = "More"}},
    {"the same site",
     {.url = "https://example.org/a/some-more-words", .anchor = "Some more words"},
     {.url = "https://example.com/a/some-more-words", .anchor = "Some more words"}},
    {"no rel=tag",
     {.url = "https://example.org/a/some-more-words", .anchor = "Some more words"},
     {.url = "https://example.org/a/some-more-words", .anchor = "Some more words", .rel = "tag"}},
    {"a longer slug",
     {.url = "https://example.org/a/some-more-words-than-before", .anchor = "x"},
     {.url = "https://example.org/a/some-words", .anchor = "x"}},
};

static void test_order(void **state)
{
    (void)state;
    struct arena arena;
    struct url page;
    arena_init(&arena, 0);
    assert_int_equal(url_parse(&page, &arena, span_of("https://example.org/"), NULL, NULL), 0);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct link_record links[2] = {pairs[i].better, pairs[i].worse};
        links_score(links, 2, &page);
        if (links[0].score <= links[1].score)
            fail_msg("%s: %.2f is not above %.2f", pairs[i].name, (double)links[0].score,
                     (double)links[1].score);
    }
    arena_clear(&arena);
}

static void test_odd_addresses(void **state)
{
    (void)state;
    struct link_record links[] = {
        {.url = "https://example.org//////", .anchor = ""},
        {.url = "https://example.org/a//b/", .anchor = " "},
        {.url = "https://example.org/%20/?", .anchor = "x"},
        {.url = "https://example.org/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18", .anchor = "x"},
    };
    links_score(links, COUNT(links), NULL);
    for (size_t i = 0; i < COUNT(links); i++)
        assert_true(links[i].score >= 0 && links[i].score <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_odd_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
