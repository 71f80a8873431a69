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
    assert_non_null(strstr(explained, "a guess: no page names it"));
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
           "api|json-api|guess|ok|0\napi|json-api|next|retired|1\napi|json-api|next|retired|2\n");
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

/* What is not to be had over the interface is fetched as ever. */
static void wordpress_keeps_its_posts_to_itself(void **state)
{
    static const struct site_route closed[] = {
        {.path = "/robots.txt", .status = 404},
        {.path = "/",
         .body = "<html><head><link rel='https://api.w.org/' href='{base}/wp-json/'></head>"
                 "<body><a href='/2026/05/05/post-1'>A post with a headline of many words</a>"
                 "</body></html>"},
        {.path = "/wp-json/*", .status = 401, .type = "application/json", .body = "{}"},
        {.path = "/2026/*", .answer = story_answer},
    };
    static const struct site_route empty[] = {
        {.path = "/robots.txt", .status = 404},
        {.path = "/",
         .body = "<html><body><h1>Daily</h1></body></html>",
         .headers = "Link: <{base}/?rest_route=/>; rel=\"https://api.w.org/\"\r\n"},
        {.path = "/?rest_route=/wp/v2/posts*",
         .type = "application/json",
         .body = "[{\"id\":1,\"date\":\"2026-05-05T00:00:00\",\"link\":\"{base}/2026/05/05/one\","
                 "\"title\":{\"rendered\":\"One\"},\"content\":{\"rendered\":\"\"}}]"},
        {.path = "/2026/*", .answer = story_answer},
    };
    static const struct site_host hosts[] = {{.routes = closed, .routes_count = COUNT(closed)},
                                             {.routes = empty, .routes_count = COUNT(empty)}};
    struct site *site = site_start(hosts, 2, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    crawl(database, "due");
    expect(database, "SELECT status FROM v_feeds WHERE source = 'api' ORDER BY 1", "dead\nok\n");
    assert_int_equal(site_requests(site, 0, "/2026/05/05/post-1"), 1);
    assert_int_equal(site_requests(site, 1, "/2026/05/05/one"), 1);
    expect(database, "SELECT words > 50 FROM v_articles", "1\n1\n");
    char *sites = CRAWLER(0, "sites", "--sites", database);
    assert_null(strstr(sites, " 401"));
    free(sites);
    crawl(database, "all");
    assert_int_equal(site_requests(site, 0, NULL), 4 + 8 + 1); /* the front page alone again */
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

/* ---- an archive by date ---- */

#define URLSET(...)                                                                                \
    "<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>" __VA_ARGS__ "</urlset>"
#define ENTRY(path, more) "<url><loc>{base}" path "</loc>" more "</url>"
#define CHANGED(day)      "<lastmod>" day "</lastmod>"
#define NEWS(moment)                                                                               \
    "<n:news><n:publication_date>" moment "</n:publication_date><n:title>T</n:title></n:news>"
#define CHILD(path, more) "<sitemap><loc>{base}" path "</loc>" more "</sitemap>"

static const struct site_route archive_routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/index.xml\n"},
    {.path = "/", .body = "<html><body><h1>Daily</h1></body></html>"},
    {.path = "/index.xml",
     .type = "application/xml",
     .etag = "\"i\"",
     .body = "<sitemapindex>" CHILD("/part-1.xml", CHANGED("2022-12-30"))
         CHILD("/map-2023.xml", CHANGED("2024-02-01")) CHILD("/map-2024-05.xml", "")
             CHILD("/rest.xml", "") "</sitemapindex>"},
    {.path = "/part-1.xml",
     .type = "application/xml",
     .body = URLSET(ENTRY("/old/a-story-of-the-year-before", CHANGED("2022-03-03")))},
    {.path = "/map-2023.xml",
     .type = "application/xml",
     .etag = "\"m\"",
     .body = URLSET(ENTRY("/2023/03/10/a-story-within", "")
                        ENTRY("/2023/06/01/a-story-too-late", CHANGED("2023-06-01"))
                            ENTRY("/x/a-story-too-early", CHANGED("2023-01-01"))
                                ENTRY("/x/changed-later-perhaps-within", CHANGED("2024-01-01")))},
    {.path = "/map-2024-05.xml",
     .type = "application/xml",
     .body = URLSET(ENTRY("/x/a-story-of-may", CHANGED("2024-05-05")))},
    {.path = "/rest.xml",
     .type = "application/xml",
     .body = URLSET(ENTRY("/news/on-the-last-evening", NEWS("2023-04-30T22:00:00Z"))
                        ENTRY("/news/on-the-morning-after", NEWS("2023-05-01T01:00:00Z")))},
    {.path = "/old/*", .answer = story_answer},
    {.path = "/2023/*", .answer = story_answer},
    {.path = "/x/*", .answer = story_answer},
    {.path = "/news/*", .answer = story_answer},
};

static void backfill(const char *database, const char *since, const char *until)
{
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--tries", "1", "--since", since, "--until",
                 until));
}

static const char fetched[] =
    "SELECT substr(url, instr(substr(url, 9), '/') + 8) AS path FROM v_fetches"
    " WHERE run_id = (SELECT max(run_id) FROM runs) AND url NOT LIKE '%/robots.txt' ORDER BY path";

static void an_archive_is_filled_by_date(void **state)
{
    static const struct site_host host = {.routes = archive_routes,
                                          .routes_count = COUNT(archive_routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    backfill(database, "2023-03-01", "2023-04-30");
    expect(database, fetched,
           "/2023/03/10/a-story-within\n/index.xml\n/map-2023.xml\n/news/on-the-last-evening\n"
           "/rest.xml\n/x/changed-later-perhaps-within\n");
    expect(database, "SELECT count(*), min(why) FROM v_urls WHERE state = 'skipped' GROUP BY why",
           "5|outside --since and --until\n");
    char *explained =
        CRAWLER(0, "explain", "--sites", database, site_url(site, 0, "/x/a-story-too-early"));
    assert_non_null(strstr(explained, "outside --since and --until"));
    free(explained);

    /* The usual run takes what was left out, here as far as the queue. What is known of one time
     * then waits for a backfill of it, whatever else waits, and 304s hide nothing. */
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--discover-only", "--poll", "all"));
    backfill(database, "2022-01-01", "2022-12-31");
    expect(database, fetched,
           "/index.xml\n/old/a-story-of-the-year-before\n/part-1.xml\n/rest.xml\n");
    backfill(database, "2023-05-01", "2023-06-01");
    expect(database, fetched,
           "/2023/06/01/a-story-too-late\n/index.xml\n/map-2023.xml\n/news/on-the-morning-after\n"
           "/rest.xml\n");
    expect(database, "SELECT DISTINCT status FROM v_feeds WHERE source = 'sitemap'", "ok\n");
    free(CRAWLER(2, "--sites", database, "--since", "soon"));
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_that_nobody_names_is_guessed),
        cmocka_unit_test(no_guess_beside_a_feed_that_is_named),
        cmocka_unit_test(wordpress_gives_its_posts_whole),
        cmocka_unit_test(wordpress_keeps_its_posts_to_itself),
        cmocka_unit_test(an_archive_is_filled_by_date),
        cmocka_unit_test(an_unchanged_world_is_asked_once_more_and_for_no_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
