/* How likely an article lies behind a link, told by its address and its words alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "discover/links.h"
#include "storage/record.h"

static const struct {
    const char *name, *url, *anchor;
    bool article;
} cases[] = {
    {"a headline as the path", "https://a.example/news/council-votes-on-the-new-bridge",
     "Council votes on the new bridge", true},
    {"a date in the path", "https://a.example/2026/03/14/bridge", "The bridge, one year on", true},
    {"a number and a headline", "https://a.example/sport/38811234.html",
     "Team wins after a long evening", true},
    {"a headline in a script without spaces", "https://a.example/kagaku/story-3413-3413.html",
     "調査チームが港の近くで新しい鳥を確認", true},
    {"a section", "https://a.example/politics/", "Politics", false},
    {"a section in a script without spaces", "https://a.example/seiji/", "政治", false},
    {"the next page of a list", "https://a.example/news/page/2", "Next", false},
    {"about the paper", "https://a.example/about", "About us", false},
    {"the account", "https://a.example/login?back=/", "Log in", false},
    {"an image", "https://a.example/media/2026/03/bridge-in-the-evening-light.jpg",
     "The bridge in the evening", false},
};

static void tells_articles_by_their_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct link_record link = {.url = cases[i].url, .anchor = cases[i].anchor};
        links_score(&link, 1, NULL);
        if ((link.score >= 0.5F) != cases[i].article)
            fail_msg("%s: %s scores %.2f", cases[i].name, cases[i].url, (double)link.score);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tells_articles_by_their_links)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
