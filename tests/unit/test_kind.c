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
    {"a wall that names its reason", url,
     "<title>the-herald.example.com</title><h1>Sorry, you have been blocked</h1><p>You are unable "
     "to "
     "access the-herald.example.com. The site protects itself with a security service.</p>",
     "bot wall"},
    {"a wall of a content network", url,
     "<title>Access Denied</title><h1>Access Denied</h1><p>You don't have permission to access "
     "this "
     "page on this server.</p><p>Reference #18.0</p>",
     "bot wall"},
    {"a puzzle", url,
     "<title>the-herald.example.com</title><p>Slide right to complete the puzzle.</p>", "bot wall"},
    {"a button to hold", url,
     "<title>Herald</title><h2>Before we continue ...</h2><p>Press &amp; Hold to confirm you are a "
     "human (and not a bot).</p>",
     "bot wall"},
    {"a wall in German", url,
     "<title>Nur einen Moment…</title><p>Bitte bestätigen Sie, dass Sie ein "
     "Mensch sind.</p>",
     "bot wall"},
    {"a wall in French", url,
     "<title>herald</title><p>Activez JavaScript et les cookies pour continuer.</p>", "bot wall"},
    {"a wall in Russian", url, "<title>Один момент…</title><p>Проверяем, что вы человек.</p>",
     "bot wall"},
    {"a wall in Turkish", url,
     "<title>Bir dakika lütfen...</title><p>Robot olmadığınızı doğrulayın"
     "</p>",
     "bot wall"},
    {"a wall in Chinese", url, "<title>安全验证</title><p>请完成安全验证后继续访问。</p>",
     "bot wall"},
    {"a wall in Japanese", url,
     "<title>しばらくお待ちください...</title><p>人間であることを確認します。</p>", "bot wall"},
    {"a short article headed by such words", url,
     "<title>Forbidden bridges</title><h1>Forbidden bridges</h1>" PROSE PROSE PROSE, NULL},
    {"a short article about what was not found", url,
     "<title>Old bridge's stones not found</title><h1>Old bridge's stones not found</h1>" PROSE
         PROSE PROSE,
     NULL},
    {"a page for other regions", url,
     "<title>Herald</title><h1>451</h1><p>We recognise that you come from a country belonging to "
     "the "
     "European Economic Area, and cannot show this page.</p>",
     "not for this region"},
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
    {"not there, in Greek", url, "<title>Η σελίδα δεν βρέθηκε</title><p>Λυπούμαστε.</p>",
     "soft 404"},
    {"not there, in Arabic", url, "<title>الصفحة غير موجودة</title><p>عذرا.</p>", "soft 404"},
    {"not there, in Korean", url, "<title>페이지를 찾을 수 없습니다</title><p>죄송합니다.</p>",
     "soft 404"},
    {"a page to sign in", url, "<title>ログイン | Herald</title><p>Herald</p>", "log-in wall"},
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
    {"an offer behind a teaser",
     "<h1>Old bridge</h1>" PROSE "<div><p>Subscribe to continue reading."
     "</p></div>",
     0},
    {"the same in German",
     "<html lang=de><h1>Old bridge</h1>" PROSE
     "<aside>Sie möchten weiterlesen? Jetzt Probe-Abo bestellen.</aside>",
     0},
    {"an offer behind a whole article",
     "<h1>Old bridge</h1>" PROSE PROSE PROSE PROSE PROSE PROSE PROSE
     "<div><p>Subscribe to continue reading.</p>"
     "</div>",
     -1},
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
