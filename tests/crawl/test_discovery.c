/* test_discovery.c - how sources are found and asked again: whole crawls of small websites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

static void crawl(const char *database, const char *poll)
{
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--tries", "1", "--poll", poll));
}

static void expect(const char *database, const char *query, const char *expected)
{
    char *got = sql_rows(database, query);
    if (strcmp(got, expected) != 0)
        fail_msg("%s:\n%sexpected:\n%s", query, got, expected);
    free(got);
}

#define FEED                                                                                       \
    "<rss><channel><title>Daily</title>"                                                           \
    "<item><title>One</title><link>{base}/news/2026/one-story-of-many-words</link></item>"         \
    "</channel></rss>"

/* The site names neither feed nor sitemap: some places are looked at, once for long. */
static void a_feed_that_nobody_names_is_guessed(void **state)
{
    static const struct site_route routes[] = {
        {.path = "/robots.txt", .status = 404},
        {.path = "/", .body = "<html><body><h1>Daily</h1></body></html>"},
        {.path = "/rss.xml", .type = "application/rss+xml", .body = FEED},
        {.path = "/feed.xml",
         .type = "application/rss+xml",
         .body = FEED,
         .headers = "Link: <{base}/push>; rel=\"hub\"\r\n"},
        {.path = "/news/*", .answer = story_answer},
    };
    static const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    crawl(database, "due");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), 1);
    expect(database,
           "SELECT status, count(*) FROM v_feeds WHERE found_via = 'guess' AND source = 'feed'"
           " GROUP BY status ORDER BY status",
           "dead|3\nmoved|1\nok|1\n"); /* the same feed twice is one */
    crawl(database, "all");
    assert_int_equal(site_requests(site, 0, "/feed"), 1);
    assert_int_equal(site_requests(site, 0, "/sitemap.xml"), 1);
    assert_int_equal(site_requests(site, 0, "/rss.xml") + site_requests(site, 0, "/feed.xml"), 3);
    assert_int_equal(site_requests(site, 0, "/"), 2);
    char *explained = CRAWLER(0, "explain", "--sites", database, site_url(site, 0, "/feed"));
    assert_non_null(strstr(explained, "a guess: the site names none"));
    free(explained);
    site_stop(site);
}

/* One that is named is enough, in the page or in the answer's head. */
static void no_guess_beside_a_feed_that_is_named(void **state)
{
    static const struct site_route in_page[] = {
        {.path = "/robots.txt", .status = 404},
        {.path = "/",
         .body = "<html><head><link rel=alternate type=application/rss+xml href=/news.rss>"
                 "<link rel=hub href=https://hub.example.org/></head><body></body></html>"},
        {.path = "/news.rss", .type = "application/rss+xml", .body = FEED},
    };
    static const struct site_route in_head[] = {
        {.path = "/robots.txt", .status = 404},
        {.path = "/",
         .body = "<html><body><h1>Daily</h1></body></html>",
         .headers = "Link: </news.rss>; rel=\"alternate\"; type=\"application/rss+xml\"\r\n"
                    "Link: <https://hub.example.org/>; rel=hub\r\n"},
        {.path = "/news.rss", .type = "application/rss+xml", .body = FEED},
    };
    static const struct site_host hosts[] = {{.routes = in_page, .routes_count = COUNT(in_page)},
                                             {.routes = in_head, .routes_count = COUNT(in_head)}};
    struct site *site = site_start(hosts, 2, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    crawl(database, "due");
    expect(database,
           "SELECT count(*), min(found_via), min(kind), min(status) FROM v_feeds"
           " WHERE source = 'feed'",
           "2|link|rss|ok\n");
    expect(database, "SELECT hub FROM v_feeds WHERE source = 'front'",
           "https://hub.example.org/\nhttps://hub.example.org/\n");
    site_stop(site);
}

/* ---- WordPress ---- */

enum { POSTS = 120, PER_PAGE = 50 };

/* Posts, the newest first, in pages of fifty; the ETag is the first post's number. */
static void answer_posts(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    size_t newest = *(const size_t *)context;
    const char *page = strstr(request->path, "&page=");
    size_t skipped = page ? (strtoul(page + 6, NULL, 10) - 1) * PER_PAGE : 0;
    answer->type = "application/json";
    bytes_append_string(&answer->body, "[");
    for (size_t i = skipped; i < newest && i < skipped + PER_PAGE; i++) {
        size_t id = newest - i;
        bytes_append_string(
            &answer->body,
            arena_format(answer->arena,
                         "%s{\"id\":%zu,\"date\":\"2026-01-02T03:04:05\",\"link\":\"%s/post-%zu/\","
                         "\"title\":{\"rendered\":\"Post %zu\"},\"content\":{\"rendered\":"
                         "\"<p>Text of post %zu.</p><p>And more of it.</p>\"}}",
                         i > skipped ? "," : "", id, site_url(request->site, 0, ""), id, id, id));
    }
    bytes_append_string(&answer->body, "]");
}

static void wordpress_gives_its_posts_whole(void **state)
{
    size_t newest = POSTS;
    const struct site_route routes[] = {
        {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nAllow: /\n"},
        {.path = "/",
         .body = "<html><head><link rel='https://api.w.org/' href='{base}/wp-json/'></head>"
                 "<body><a href='/post-120/'>A post with a headline of many words</a>"
                 "<a href='/post-3'>A post with a headline of many other words</a></body></html>"},
        {.path = "/wp-json/wp/v2/posts*", .answer = answer_posts, .context = &newest},
        {.path = "/post-*", .answer = story_answer},
    };
    const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    crawl(database, "due");
    expect(database,
           "SELECT source, kind, found_via, status, depth FROM v_feeds WHERE source = 'api'"
           " ORDER BY depth",
           "api|json-api|link|ok|0\napi|json-api|next|retired|1\napi|json-api|next|retired|2\n");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), POSTS);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_api_records"), POSTS);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_apis"), 1);
    expect(database,
           "SELECT title, body_from, published_from FROM v_articles WHERE url LIKE '%-77/'",
           "Post 77|api|api\n");
    /* Two more, and only the first page has to be asked: it holds some that are known. */
    newest += 2;
    size_t before = site_requests(site, 0, NULL);
    crawl(database, "all");
    assert_int_equal(site_requests(site, 0, NULL) - before, 2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), POSTS + 2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_revisions"), POSTS + 2);
    /* Sixty more: page two as well, but not the third. */
    newest += 60;
    before = site_requests(site, 0, NULL);
    crawl(database, "all");
    assert_int_equal(site_requests(site, 0, NULL) - before, 3);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), POSTS + 62);
    site_stop(site);
}

/* ---- the second crawl ---- */

static unsigned answers;

/* The same links under other bytes each time, as many a site makes them. */
static void answer_restless(const struct site_request *request, struct site_answer *answer,
                            void *context)
{
    (void)request;
    bytes_append_string(&answer->body, arena_format(answer->arena, context, ++answers));
}

static void an_unchanged_world_is_asked_once_more_and_for_no_article(void **state)
{
    static const struct story_map map = {40};
    static const struct site_route routes[] = {
        {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
        {.path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)&map, .etag = "\"s\""},
        {.path = "/",
         .answer = answer_restless,
         .context = (void *)"<html><head><link rel=alternate type=application/rss+xml href=/feed>"
                            "<link rel=alternate type=application/rss+xml href=/liar></head>"
                            "<body>Visitor %u</body></html>"},
        {.path = "/feed",
         .type = "application/rss+xml",
         .answer = answer_restless,
         .context = (void *)"<rss><channel><lastBuildDate>%u</lastBuildDate><item><title>A</title>"
                            "<link>/news/2026/a-story-of-a-feed</link></item></channel></rss>"},
        {.path = "/liar", .type = "application/rss+xml", .body = FEED, .etag = "\"always\""},
        {.path = "/news/*", .answer = story_answer},
    };
    static const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    crawl(database, "due");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), map.count + 2);
    for (int run = 2; run <= 12; run++) {
        size_t before = site_requests(site, 0, NULL);
        crawl(database, "all");
        assert_int_equal(site_requests(site, 0, NULL) - before, 4);
        expect(database, "SELECT url FROM v_feeds WHERE NOT unchanged OR last_new_count", "");
    }
    assert_int_equal(sql_integer(database, "SELECT min(polls) FROM v_feeds"), 12);
    /* Whoever always answers 304 is asked without validators now and then. */
    expect(database,
           "SELECT sum(status = 200), sum(status = 304) FROM v_fetches WHERE url LIKE '%/liar'",
           "2|10\n");
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_that_nobody_names_is_guessed),
        cmocka_unit_test(no_guess_beside_a_feed_that_is_named),
        cmocka_unit_test(wordpress_gives_its_posts_whole),
        cmocka_unit_test(an_unchanged_world_is_asked_once_more_and_for_no_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
