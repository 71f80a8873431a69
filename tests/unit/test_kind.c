#include "extract/kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/extract.h"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

static const struct {
    const char *name, *address, *html, *why;
} kinds[] = {
    {"an article", url, "<h1>Old bridge</h1>" PROSE, NULL},
    {"a wall against robots", url,
     "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", "bot wall"},
    {"a headline with the words of a wall", url,
     "<title>Just a moment of silence for the old bridge that fell last night</title><h1>Just a "
     "moment of silence for the old bridge that fell last night</h1>" PROSE,
     NULL},
    {"a page that is not there", url,
     "<title>Page not found - The Herald</title><p>The page may have moved.</p>", "soft 404"},
    {"the same in German", url,
     "<title>Seite nicht gefunden</title><p>Leider gibt es diese Seite nicht.</p>", "soft 404"},
    {"a consent page", url, "<title>Before you continue</title><p>We use cookies.</p>",
     "consent page"},
    {"the front page", "https://the-herald.example.com/", "<h1>The Herald</h1>" PROSE,
     "front page"},
    {"a list of a tag", "https://the-herald.example.com/tag/bridges", "<h1>Bridges</h1>" PROSE,
     "section page"},
    {"no text at all", url, "<h1>Old bridge</h1>", "no text"},
    {"a video", url,
     "<meta property=og:type content=video.other><h1>Old bridge</h1><p>Watch it fall.</p>",
     "video page"},
};

static void test_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, kinds[i].html, kinds[i].address);
        extract_check(kinds[i].name, "why", page.article.not_article_why, kinds[i].why);
        assert_true(page.article.is_article == !kinds[i].why);
        arena_clear(&arena);
    }
}

static const struct {
    const char *name, *html;
    int free_access;
} accesses[] = {
    {"not said", "<h1>Old bridge</h1>" PROSE, -1},
    {"false as text",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old bridge\","
     "\"isAccessibleForFree\":\"False\"}</script><h1>Old bridge</h1>" PROSE,
     0},
    {"true",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old "
     "bridge\",\"isAccessibleForFree\":true}</script><h1>Old bridge</h1>" PROSE,
     1},
    {"a part that costs",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old bridge\","
     "\"hasPart\":{\"isAccessibleForFree\":false,\"cssSelector\":\".p\"}}</script><h1>Old "
     "bridge</h1>" PROSE,
     0},
    {"a tier", "<meta property=article:content_tier content=metered><h1>Old bridge</h1>" PROSE, 0},
};

static void test_access(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(accesses); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, accesses[i].html, url);
        if (page.article.free_access != accesses[i].free_access)
            fail_msg("%s: got %d, expected %d", accesses[i].name, page.article.free_access,
                     accesses[i].free_access);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_access),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
