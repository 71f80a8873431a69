/* What a worker makes of one document, as a plain function: each kind of URL, and each trouble. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/worker.h"
#include "support/site.h"
#include "support/story.h"

#define SITE "https://news.example/"

/* One line for each thing found: what, how it was found, address, and why it is not asked. */
static void describe_found(const struct worker_answer *answer, struct bytes *out)
{
    static const char *const kinds[] = {"robots", "source", "article", "page"};
    static const char *const sources[] = {"", "front", "section", "feed", "sitemap", "api"};
    char line[1024];
    for (size_t i = 0; i < answer->found_count; i++) {
        const struct found_record *found = &answer->found[i];
        snprintf(line, sizeof line, "%s%s %s %s%s%s\n",
                 found->kind == URL_SOURCE ? sources[found->source] : kinds[found->kind],
                 found->depth ? (const char[]){(char)('0' + found->depth), '\0'} : "", found->via,
                 found->url, found->skip_why ? " - " : "", found->skip_why ? found->skip_why : "");
        bytes_append_string(out, line);
    }
}

static struct worker_request request_of(enum url_kind kind, enum source_kind source,
                                        const char *url, const char *type, const char *body)
{
    return (struct worker_request){.kind = kind,
                                   .source = source,
                                   .now_ms = INT64_C(1770000000000),
                                   .url = url,
                                   .site_home = SITE,
                                   .content_type = type,
                                   .hint_published_ms = MOMENT_NONE,
                                   .body_bytes_max = 1 << 20,
                                   .agent = "testbot",
                                   .body = span_of(body)};
}

/* Documents that announce others, and what they announce. */
static const struct {
    const char *name;
    enum url_kind kind;
    enum source_kind source;
    unsigned depth;
    const char *url, *type, *body;
    enum outcome outcome;
    const char *found;
} sources[] = {
    {"robots.txt names sitemaps", URL_ROBOTS, KIND_NO_SOURCE, 0, SITE "robots.txt", "text/plain",
     "User-agent: *\nDisallow: /x\nSitemap: /maps/one.xml\nSitemap: https://cdn.example/two.xml\n",
     OUTCOME_OK,
     "sitemap robots https://news.example/maps/one.xml\n"
     "sitemap robots https://cdn.example/two.xml\n"},
    {"without a sitemap the usual places are tried", URL_ROBOTS, KIND_NO_SOURCE, 0,
     SITE "robots.txt", "text/plain", "User-agent: *\nDisallow:\n", OUTCOME_OK,
     "sitemap guess https://news.example/sitemap.xml\n"
     "sitemap guess https://news.example/sitemap_index.xml\n"
     "sitemap guess https://news.example/sitemap-news.xml\n"},
    {"but not on a host that is not the site's", URL_ROBOTS, KIND_NO_SOURCE, 0,
     "https://cdn.example/robots.txt", "text/plain", "User-agent: *\n", OUTCOME_OK, ""},
    {"a feed's entries are articles", URL_SOURCE, KIND_FEED, 0, SITE "feed", "application/rss+xml",
     "<rss version='2.0'><channel><title>News</title>"
     "<item><title>One</title><link>/2026/one</link></item>"
     "<item><title>Two</title><link>https://other.example/two</link></item></channel></rss>",
     OUTCOME_OK,
     "article feed https://news.example/2026/one\n"
     "article feed https://other.example/two - other site\n"},
    {"a page in a feed's place is no feed", URL_SOURCE, KIND_FEED, 0, SITE "feed", "text/html",
     "<html><body><p>gone</p></body></html>", OUTCOME_BAD_DOCUMENT, ""},
    {"a sitemap's locations are articles", URL_SOURCE, KIND_SITEMAP, 0, SITE "sitemap.xml",
     "text/xml",
     "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
     "<url><loc>https://news.example/2026/one</loc><lastmod>2026-01-02</lastmod></url></urlset>",
     OUTCOME_OK, "article sitemap https://news.example/2026/one\n"},
    {"an index leads one step deeper", URL_SOURCE, KIND_SITEMAP, 1, SITE "sitemap.xml", "text/xml",
     "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
     "<sitemap><loc>https://news.example/part.xml</loc></sitemap></sitemapindex>",
     OUTCOME_OK, "sitemap2 index https://news.example/part.xml\n"},
    {"but not for ever", URL_SOURCE, KIND_SITEMAP, 3, SITE "sitemap.xml", "text/xml",
     "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
     "<sitemap><loc>https://news.example/part.xml</loc></sitemap></sitemapindex>",
     OUTCOME_OK, ""},
};

static void finds_what_sources_announce(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct arena arena;
        struct worker_answer answer;
        struct bytes found;
        arena_init(&arena, 0);
        bytes_init(&found, 0);
        bytes_append_string(&found, "");
        struct worker_request request = request_of(
            sources[i].kind, sources[i].source, sources[i].url, sources[i].type, sources[i].body);
        request.depth = sources[i].depth;
        worker_answer(&answer, &arena, &request);
        describe_found(&answer, &found);
        const char *got = found.size ? found.data : "";
        if (answer.outcome != sources[i].outcome)
            fail_msg("%s: outcome %u", sources[i].name, answer.outcome);
        if (strcmp(got, sources[i].found) != 0)
            fail_msg("%s: found\n%sexpected\n%s", sources[i].name, got, sources[i].found);
        bytes_clear(&found);
        arena_clear(&arena);
    }
}

/* Trouble, and documents that are not what they were asked for. */
static const struct {
    const char *name;
    enum url_kind kind;
    enum source_kind source;
    const char *type, *coding, *body;
    enum outcome outcome;
} troubles[] = {
    {"a picture is not html", URL_ARTICLE, KIND_NO_SOURCE, "image/png", NULL, "\x89PNG\r\n",
     OUTCOME_NOT_HTML},
    {"nor is one that is called html", URL_ARTICLE, KIND_NO_SOURCE, "text/html", NULL,
     "\x89PNG\r\n\x1a\n\x01\x02\x03\x04", OUTCOME_NOT_HTML},
    {"a coding that nobody knows", URL_ARTICLE, KIND_NO_SOURCE, "text/html", "hurdy-gurdy",
     "\x01\x02\x90\xa5\x03\xfe", OUTCOME_BAD_ENCODING},
    {"a wrong name for what is plain", URL_ARTICLE, KIND_NO_SOURCE, "text/html", "hurdy-gurdy",
     "<html><body>None</body></html>", OUTCOME_NOT_ARTICLE},
    {"nor is JSON", URL_ARTICLE, KIND_NO_SOURCE, "application/json", NULL, "{}", OUTCOME_NOT_HTML},
    {"without a type the bytes tell", URL_ARTICLE, KIND_NO_SOURCE, NULL, NULL, "%PDF-1.7",
     OUTCOME_NOT_HTML},
    {"an empty page is no article", URL_ARTICLE, KIND_NO_SOURCE, "text/html", NULL, "",
     OUTCOME_NOT_ARTICLE},
    {"gzip that is cut short", URL_ARTICLE, KIND_NO_SOURCE, "text/html", "gzip",
     "\x1f\x8b\x08 and then nothing", OUTCOME_BAD_ENCODING},
    {"broken XML of a sitemap", URL_SOURCE, KIND_SITEMAP, "text/xml", NULL, "<<<>>>",
     OUTCOME_BAD_DOCUMENT},
    {"broken JSON of an API", URL_SOURCE, KIND_API, "application/json", NULL,
     "{\"a\":", OUTCOME_BAD_DOCUMENT},
};

static void tells_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(troubles); i++) {
        struct arena arena;
        struct worker_answer answer;
        arena_init(&arena, 0);
        struct worker_request request =
            request_of(troubles[i].kind, troubles[i].source, SITE "2026/page", troubles[i].type,
                       troubles[i].body);
        request.content_encoding = troubles[i].coding;
        worker_answer(&answer, &arena, &request);
        if (answer.outcome != troubles[i].outcome)
            fail_msg("%s: outcome %u, expected %u", troubles[i].name, answer.outcome,
                     troubles[i].outcome);
        assert_false(answer.has_article);
        arena_clear(&arena);
    }
}

static void a_body_that_is_too_large_decoded(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes body;
    struct worker_answer answer;
    arena_init(&arena, 0);
    bytes_init(&body, 0);
    for (size_t i = 0; i < 3000; i++)
        bytes_append_string(&body, "<p>The same paragraph once more.</p>\n");
    site_gzip(&body);
    struct worker_request request =
        request_of(URL_ARTICLE, KIND_NO_SOURCE, SITE "bomb", "text/html", "");
    request.content_encoding = "gzip";
    request.body = (struct span){body.data, body.size};
    request.body_bytes_max = 10000;
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_TOO_LARGE);
    assert_string_equal(answer.detail, "decoded");
    bytes_clear(&body);
    arena_clear(&arena);
}

/* What can be had of a robots.txt counts, even when it is cut short or absurd (RFC 9309, 2.2). */
static void reads_any_robots_txt(void **state)
{
    (void)state;
    static const char *const bodies[] = {"", "<html>404</html>", "\xff\xfe\x00 binary",
                                         "User-agent: testbot\nDisallow: /private\n"};
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct arena arena;
        struct worker_answer answer;
        arena_init(&arena, 0);
        struct worker_request request =
            request_of(URL_ROBOTS, KIND_NO_SOURCE, SITE "robots.txt", "text/html", bodies[i]);
        worker_answer(&answer, &arena, &request);
        assert_int_equal(answer.outcome, OUTCOME_OK);
        assert_non_null(answer.robots_body);
        assert_int_equal(strstr(answer.robots_body, "/private") != NULL, i == 3);
        arena_clear(&arena);
    }
}

/* It has the grammar of robots.txt, but leads nowhere. */
static void ai_txt_announces_nothing(void **state)
{
    (void)state;
    struct arena arena;
    struct worker_answer answer;
    arena_init(&arena, 0);
    struct worker_request request =
        request_of(URL_ROBOTS, KIND_NO_SOURCE, SITE "ai.txt", "text/plain",
                   "Sitemap: /map.xml\nUser-agent: *\nDisallow: *.txt\n");
    request.file = HOST_AI_TXT;
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_int_equal(answer.found_count, 0);
    assert_non_null(strstr(answer.robots_body, "*.txt"));
    arena_clear(&arena);
}

static void tdmrep_json_that_is_none_says_nothing(void **state)
{
    static const char *const bodies[] = {"", "[]", "<html>404</html>"};
    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct arena arena;
        struct worker_answer answer;
        arena_init(&arena, 0);
        struct worker_request request =
            request_of(URL_ROBOTS, KIND_NO_SOURCE, SITE "tdmrep.json", "text/html", bodies[i]);
        request.file = HOST_TDMREP;
        worker_answer(&answer, &arena, &request);
        assert_int_equal(answer.outcome, i == 2 ? OUTCOME_BAD_DOCUMENT : OUTCOME_OK);
        assert_string_equal(answer.robots_body, "");
        arena_clear(&arena);
    }
}

static void story_request(struct worker_request *request, struct bytes *page, enum url_kind kind)
{
    bytes_init(page, 0);
    story_append("/news/2026/a-story", page);
    *request =
        request_of(kind, KIND_NO_SOURCE, SITE "news/2026/a-story", "text/html; charset=utf-8", "");
    request->body = (struct span){page->data, page->size};
}

static void makes_an_article_of_a_story(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes page;
    struct worker_request request;
    struct worker_answer answer;
    arena_init(&arena, 0);
    story_request(&request, &page, URL_ARTICLE);
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_true(answer.has_article);
    assert_non_null(answer.article.title);
    assert_true(strlen(answer.article.body) > 400);
    assert_true(answer.article.published_ms != MOMENT_NONE);
    assert_int_equal(answer.bytes_body, page.size);
    assert_true(answer.body_hash != 0);
    assert_string_equal(answer.mime, "text/html");
    assert_int_equal(answer.found_count, 0); /* an article announces nothing */
    bytes_clear(&page);
    arena_clear(&arena);
}

/* A page that was given by hand is kept even when it is no article; one that was found is not. */
static void keeps_a_page_given_by_hand(void **state)
{
    (void)state;
    static const char page[] =
        "<html><head><title>The office</title></head><body><h1>The office</h1>"
        "<p>The office in the old town hall is closed on Monday and open again from Tuesday on, "
        "from nine in the morning until five in the afternoon, as it has been since March.</p>"
        "<p>Who wants to speak with an editor should ring before noon, since most of them are on "
        "the road in the afternoon and will not be back before the paper goes to press.</p>"
        "</body></html>";
    struct arena arena;
    struct worker_answer answer;
    arena_init(&arena, 0);
    struct worker_request request = request_of(URL_PAGE, KIND_NO_SOURCE, SITE, "text/html", page);
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_true(answer.has_article);
    assert_false(answer.article.is_article);
    assert_non_null(strstr(answer.article.body, "closed on Monday"));
    request.kind = URL_ARTICLE;
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_NOT_ARTICLE);
    assert_string_equal(answer.detail, "front page");
    assert_false(answer.has_article);
    arena_clear(&arena);
}

static void finds_links_feeds_and_sections_of_a_front_page(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes found;
    struct worker_answer answer;
    arena_init(&arena, 0);
    bytes_init(&found, 0);
    struct worker_request request = request_of(
        URL_SOURCE, KIND_FRONT, SITE, "text/html; charset=utf-8",
        "<html><head><title>The Example News</title>"
        "<link rel='alternate' type='application/rss+xml' href='/rss'></head><body>"
        "<nav><a href='/politics/'>Politics</a> <a href='/sport/'>Sport</a> "
        "<a href='/login'>Log in</a></nav><main>"
        "<h2><a href='/2026/01/17/council-votes-to-close-the-old-bridge-48211'>"
        "Council votes to close the old bridge</a></h2>"
        "<h2><a href='/2026/01/17/a-winter-without-snow-worries-the-valley-48212'>"
        "A winter without snow worries the valley</a></h2>"
        "<h2><a href='https://elsewhere.example/2026/01/17/an-offer-you-should-not-miss-999'>"
        "An offer that you really should not miss today</a></h2></main></body></html>");
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_false(answer.has_article);
    describe_found(&answer, &found);
    assert_non_null(strstr(found.data, "feed link https://news.example/rss\n"));
    assert_non_null(strstr(found.data, "section1 link https://news.example/politics/\n"));
    assert_non_null(strstr(found.data, "section1 link https://news.example/sport/\n"));
    assert_non_null(strstr(found.data, "article front https://news.example/2026/01/17/council-"
                                       "votes-to-close-the-old-bridge-48211\n"));
    assert_non_null(strstr(found.data, "article front https://news.example/2026/01/17/a-winter-"));
    assert_null(strstr(found.data, "/login\n"));
    const char *elsewhere = strstr(found.data, "elsewhere.example");
    if (elsewhere)
        assert_non_null(strstr(elsewhere, "- other site"));
    bytes_clear(&found);
    arena_clear(&arena);
}

static void makes_records_and_articles_of_an_api(void **state)
{
    (void)state;
    struct arena arena;
    struct worker_answer answer;
    arena_init(&arena, 0);
    struct worker_request request =
        request_of(URL_SOURCE, KIND_API, SITE "api", "application/json",
                   "{\"data\":{\"list\":[{\"no\":7,\"head\":\"One\",\"text\":\"First text.\","
                   "\"web\":\"https://news.example/one\"},"
                   "{\"no\":8,\"head\":\"Two\",\"text\":\"Second text.\","
                   "\"web\":\"https://news.example/two\"}]}}");
    request.rules = "{\"items\":\"/data/list\",\"id\":\"/no\",\"title\":\"/head\","
                    "\"body\":\"/text\",\"url\":\"/web\"}";
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_int_equal(answer.api_rows_count, 2);
    assert_string_equal(answer.api_rows[0].key, "7");
    assert_non_null(strstr(answer.api_rows[1].json, "Second text."));
    assert_non_null(answer.api_rows[0].article);
    assert_string_equal(answer.api_rows[0].article->title, "One");
    assert_string_equal(answer.api_rows[1].article->url, "https://news.example/two");
    request.rules = NULL; /* without a mapping: records, but nothing says how to read them */
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    arena_clear(&arena);
}

#define MS(day) (INT64_C(86400000) * (day)) /* days since 1970; 2024-05-01 is the 19844th */

/* What the head of an answer names, and what lies outside of the time that is wanted. */
static const struct {
    const char *name;
    enum source_kind source;
    const char *url, *type, *link;
    int64_t since_ms, until_ms;
    const char *body, *found, *hub;
} settings[] = {
    {"feeds that the head of a page names", KIND_FRONT, SITE, "text/html",
     "</a.xml>; rel=alternate; type=application/atom+xml, </b>; rel=alternate; type=text/html, "
     "</c.json>; rel=\"alternate\"; type=\"application/feed+json\", </hub>; rel=hub, </d>; "
     "rel=next, "
     "</e>; rel=alternate",
     0, 0, "<p>x</p>",
     "feed link https://news.example/a.xml\n"
     "feed link https://news.example/c.json\n",
     SITE "hub"},
    {"no more than eight feeds", KIND_SECTION, SITE, "text/html", NULL, 0, 0,
     "<link rel=alternate type=application/rss+xml href=/1>"
     "<link rel=alternate type=application/rss+xml href=/2>"
     "<link rel=alternate type=application/rss+xml href=/3>"
     "<link rel=alternate type=application/rss+xml href=/4>"
     "<link rel=alternate type=application/rss+xml href=/5>"
     "<link rel=alternate type=application/rss+xml href=/6>"
     "<link rel=alternate type=application/rss+xml href=/7>"
     "<link rel=alternate type=application/rss+xml href=/8>"
     "<link rel=alternate type=application/rss+xml href=/9>",
     "feed link https://news.example/1\nfeed link https://news.example/2\n"
     "feed link https://news.example/3\nfeed link https://news.example/4\n"
     "feed link https://news.example/5\nfeed link https://news.example/6\n"
     "feed link https://news.example/7\nfeed link https://news.example/8\n",
     NULL},
    {"a front page that names no feed: the usual places", KIND_FRONT, SITE, "text/html", NULL, 0, 0,
     "<p>x</p>",
     "feed guess https://news.example/feed\nfeed guess https://news.example/rss\n"
     "feed guess https://news.example/rss.xml\nfeed guess https://news.example/feed.xml\n"
     "feed guess https://news.example/atom.xml\n",
     NULL},
    {"a section page that names none", KIND_SECTION, SITE "sport/", "text/html", NULL, 0, 0,
     "<p>x</p>", "", NULL},
    {"a feed in a front page's place, behind a byte order mark", KIND_FRONT, SITE, NULL, NULL, 0, 0,
     "\xef\xbb\xbf"
     "<rss><channel><item><link>/1</link></item></channel></rss>",
     "article feed https://news.example/1\n", NULL},
    {"XML in a front page's place that is no feed", KIND_FRONT, SITE, "application/xhtml+xml", NULL,
     0, 0,
     "<?xml version='1.0'?><html><link rel=alternate type=application/rss+xml href=/r></html>",
     "feed link https://news.example/r\n", NULL},
    {"the posts of WordPress, which its head names", KIND_FRONT, SITE, "text/html",
     "</wp-json/>; rel=\"https://api.w.org/\", </f>; rel=alternate; type=application/rss+xml", 0, 0,
     "<p>x</p>",
     "feed link https://news.example/f\n"
     "api guess https://news.example/wp-json/wp/v2/posts?per_page=50&_embed=author,wp:term,"
     "wp:featuredmedia\n",
     NULL},
    {"but of a section page not again", KIND_SECTION, SITE, "text/html",
     "</wp-json/>; rel=\"https://api.w.org/\"", 0, 0, "<p>x</p>", "", NULL},
    {"posts of WordPress without a text are pages to be read", KIND_API,
     SITE "wp-json/wp/v2/posts?per_page=1", "application/json", NULL, 0, 0,
     "[{\"id\":5,\"date\":\"2024-05-03T12:00:00\",\"link\":\"https://news.example/p\",\"title\":"
     "{\"rendered\":\"T\"},\"content\":{\"rendered\":\"\"}}]",
     "article api https://news.example/p\n"
     "api1 next https://news.example/wp-json/wp/v2/posts?per_page=1&page=2\n",
     NULL},
    {"the next page of an API, which its head names", KIND_API, SITE "api", "application/json",
     "<?p=2>; rel=next", 0, 0, "[{\"id\":1}]", "api1 next https://news.example/api?p=2\n", NULL},
    {"a hub that the head of a feed names", KIND_FEED, SITE "feed", NULL,
     "<https://hub.example/>; "
     "rel=\"hub self\"",
     0, 0, "<rss><channel/></rss>", "", "https://hub.example/"},
    {"sitemaps that can't hold what is wanted", KIND_SITEMAP, SITE "sitemap.xml", "text/xml", NULL,
     MS(19844), MS(19875),
     "<sitemapindex><sitemap><loc>/map-2024-04.xml</loc></sitemap>"
     "<sitemap><loc>/map-2024-05.xml</loc></sitemap><sitemap><loc>/map-2024-06.xml</loc>"
     "</sitemap><sitemap><loc>/map-2024-07.xml</loc></sitemap><sitemap><loc>/map-7.xml</loc>"
     "<lastmod>2024-03-01</lastmod></sitemap><sitemap><loc>/map-8.xml</loc>"
     "<lastmod>2024-09-01</lastmod></sitemap><sitemap><loc>/map-2020-01.xml</loc>"
     "<lastmod>2019-12-01</lastmod></sitemap></sitemapindex>",
     "sitemap1 index https://news.example/map-2024-04.xml - outside --since and --until\n"
     "sitemap1 index https://news.example/map-2024-05.xml\n"
     "sitemap1 index https://news.example/map-2024-06.xml\n"
     "sitemap1 index https://news.example/map-2024-07.xml - outside --since and --until\n"
     "sitemap1 index https://news.example/map-7.xml - outside --since and --until\n"
     "sitemap1 index https://news.example/map-8.xml\n"
     "sitemap1 index https://news.example/map-2020-01.xml - outside --since and --until\n",
     NULL},
    {"articles that are older or newer than wanted", KIND_SITEMAP, SITE "sitemap.xml", "text/xml",
     NULL, MS(19844), MS(19875) - 1,
     "<urlset><url><loc>/2024/04/30/old</loc></url><url><loc>/2024/05/31/last</loc></url>"
     "<url><loc>/2024/06/01/new</loc></url><url><loc>/any</loc></url>"
     "<url><loc>/changed</loc><lastmod>2024-04-01</lastmod></url>"
     "<url><loc>/2024/04/30/changed-since</loc><lastmod>2024-05-10</lastmod></url></urlset>",
     "article sitemap https://news.example/2024/04/30/old - outside --since and --until\n"
     "article sitemap https://news.example/2024/05/31/last\n"
     "article sitemap https://news.example/2024/06/01/new - outside --since and --until\n"
     "article sitemap https://news.example/any\n"
     "article sitemap https://news.example/changed - outside --since and --until\n"
     "article sitemap https://news.example/2024/04/30/changed-since - outside --since and "
     "--until\n",
     NULL},
    {"what a feed says of its entries' moments", KIND_FEED, SITE "feed", NULL, NULL, MS(19844), 0,
     "<rss><channel><item><link>/1</link><pubDate>30 Apr 2024 23:59:59 GMT</pubDate></item>"
     "<item><link>/2</link><pubDate>01 May 2024 00:00:00 GMT</pubDate></item></channel></rss>",
     "article feed https://news.example/1 - outside --since and --until\n"
     "article feed https://news.example/2\n",
     NULL},
    {"nothing later than wanted", KIND_FEED, SITE "feed", NULL, NULL, 0, MS(19844),
     "<rss><channel><item><link>/1</link><pubDate>30 Apr 2024 23:59:59 GMT</pubDate></item>"
     "<item><link>/2</link><pubDate>01 May 2024 00:00:01 GMT</pubDate></item></channel></rss>",
     "article feed https://news.example/1\n"
     "article feed https://news.example/2 - outside --since and --until\n",
     NULL},
};

static void reads_what_stands_around_a_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(settings); i++) {
        struct arena arena;
        struct worker_answer answer;
        struct bytes found;
        arena_init(&arena, 0);
        bytes_init(&found, 0);
        struct worker_request request = request_of(URL_SOURCE, settings[i].source, settings[i].url,
                                                   settings[i].type, settings[i].body);
        request.link = settings[i].link;
        request.since_ms = settings[i].since_ms;
        request.until_ms = settings[i].until_ms;
        worker_answer(&answer, &arena, &request);
        describe_found(&answer, &found);
        const char *got = found.size ? found.data : "", *hub = answer.source.hub;
        if (answer.outcome != OUTCOME_OK || strcmp(got, settings[i].found) != 0)
            fail_msg("%s: outcome %u, found\n%sexpected\n%s", settings[i].name, answer.outcome, got,
                     settings[i].found);
        if (settings[i].hub ? !hub || strcmp(hub, settings[i].hub) != 0 : hub != NULL)
            fail_msg("%s: the hub is %s", settings[i].name, hub ? hub : "none");
        bytes_clear(&found);
        arena_clear(&arena);
    }
}

/* The other addresses of an article come with it, and the article's links know their sites. */
static void knows_the_other_forms_of_an_article(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes page, found;
    struct worker_request request;
    struct worker_answer answer;
    arena_init(&arena, 0);
    bytes_init(&found, 0);
    story_request(&request, &page, URL_ARTICLE);
    struct bytes amp;
    bytes_init(&amp, 0);
    bytes_append_string(&amp,
                        "<link rel=amphtml href='https://amp.news.example/news/2026/a-story'>"
                        "<link rel=canonical href='https://www.news.example/news/2026/a-story'>");
    bytes_append(&amp, page.data, page.size);
    request.url = "https://m.news.example/news/2026/a-story";
    request.body = (struct span){amp.data, amp.size};
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    describe_found(&answer, &found);
    assert_string_equal(found.data,
                        "article amp https://amp.news.example/news/2026/a-story\n"
                        "article canonical https://www.news.example/news/2026/a-story\n");
    bytes_clear(&found);
    bytes_clear(&amp);
    bytes_clear(&page);
    arena_clear(&arena);
}

static void a_request_that_is_no_url(void **state)
{
    (void)state;
    struct arena arena;
    struct worker_answer answer;
    arena_init(&arena, 0);
    struct worker_request request =
        request_of(URL_ARTICLE, KIND_NO_SOURCE, "not a url", "text/html", "<p>x</p>");
    worker_answer(&answer, &arena, &request);
    assert_int_equal(answer.outcome, OUTCOME_BAD_URL);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ai_txt_announces_nothing),
        cmocka_unit_test(tdmrep_json_that_is_none_says_nothing),
        cmocka_unit_test(finds_what_sources_announce),
        cmocka_unit_test(tells_what_is_wrong),
        cmocka_unit_test(a_body_that_is_too_large_decoded),
        cmocka_unit_test(reads_any_robots_txt),
        cmocka_unit_test(makes_an_article_of_a_story),
        cmocka_unit_test(keeps_a_page_given_by_hand),
        cmocka_unit_test(finds_links_feeds_and_sections_of_a_front_page),
        cmocka_unit_test(makes_records_and_articles_of_an_api),
        cmocka_unit_test(reads_what_stands_around_a_document),
        cmocka_unit_test(knows_the_other_forms_of_an_article),
        cmocka_unit_test(a_request_that_is_no_url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
