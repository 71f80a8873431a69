/* Sites that make addresses without end, each beside real articles on the same site and on another:
 * every article is stored, and the traps cost few requests, few rows, and leave a reason. */
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

/* Of links in pages and of what feeds announce, and what may be asked until a batch is written: it
 * is the batches that tell, so with 10 ms between requests some twenty are more. */
enum { STORIES = 60, LINKS_TRIED = 32, ANNOUNCED_TRIED = 128, UNDER_WAY = 100 };

static const struct story_map stories = {STORIES};
static unsigned polls; /* of front pages with new links each time; one test at a time */

/* ---- websites ---- */

static void append_stories(const struct site_request *request, struct site_answer *answer)
{
    story_front(request, answer, (void *)&stories);
    answer->body.size -= strlen("</ul></body></html>");
}

/* A front page: the stories, and `count` links written by `format` from a number. */
struct links {
    const char *format;
    unsigned count;
    bool fresh; /* others each time it is asked */
};

static void front_answer(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    const struct links *links = context;
    append_stories(request, answer);
    unsigned first = links->fresh ? 100000 + 10000 * polls++ : 100000;
    for (unsigned i = 0; i < links->count; i++) {
        bytes_append_string(&answer->body, "<li><a href=\"");
        bytes_append_string(&answer->body, arena_format(answer->arena, links->format, first + i,
                                                        i % 7, i % 11, i % 13));
        bytes_append_string(&answer->body, "\">More of what is going on in town</a></li>");
    }
    bytes_append_string(&answer->body, "</ul></body></html>");
}

/* No article: a list of things, another one for each address. */
static void list_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    (void)context;
    bytes_append_string(&answer->body,
                        arena_format(answer->arena,
                                     "<html><head><title>List</title></head><body><h1>List</h1><ul>"
                                     "<li><a href=\"%s/1\">One</a></li></ul></body></html>",
                                     request->path));
}

/* A story under a path that begins with anything: /s-81cd/news/2026/story... */
static void any_prefix_answer(const struct site_request *request, struct site_answer *answer,
                              void *context)
{
    (void)context;
    story_append(strstr(request->path, "/news/") ? strstr(request->path, "/news/") : "/",
                 &answer->body);
}

/* Pages filled from a form: the text of one, under another headline. */
static void farm_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    struct bytes story;
    (void)context;
    bytes_init(&story, 0);
    story_append("/farm", &story);
    const char *text = strstr(story.data, "<p class");
    bytes_append_string(
        &answer->body,
        arena_format(answer->arena,
                     "<html><head><title>Best %s of the year</title><meta property=\"og:type\" "
                     "content=\"article\"></head><body><article><h1>Best %s of the year</h1>%s",
                     request->path + 6, request->path + 6, text));
    bytes_clear(&story);
}

/* A sitemap of the stories and of 2,000 pages of a list. */
static void sitemap_answer(const struct site_request *request, struct site_answer *answer,
                           void *context)
{
    story_sitemap(request, answer, (void *)&stories);
    (void)context;
    answer->body.size -= strlen("</urlset>");
    for (unsigned i = 1; i <= 2000; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena, "<url><loc>%s/list?page=%u</loc></url>",
                                         site_url(request->site, request->host, ""), i));
    bytes_append_string(&answer->body, "</urlset>");
}

/* A feed of ten stories, and of 500 advertisements on other hosts, others each time. */
static void feed_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    const char *base = site_url(request->site, request->host, "");
    (void)context;
    bytes_append_string(&answer->body, "<rss version=\"2.0\"><channel><title>News</title>");
    for (unsigned i = 0; i < 10; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena,
                                         "<item><title>Story %u</title><link>%s%s</link></item>", i,
                                         base, story_path(i, answer->arena)));
    for (unsigned i = 0; i < 500; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena,
                                         "<item><title>Buy</title><link>http://shop-%u.example/"
                                         "offer-of-the-day-%u</link></item>",
                                         polls * 500 + i, i));
    polls++;
    bytes_append_string(&answer->body, "</channel></rss>");
    answer->type = "application/rss+xml";
}

/* ---- crawls ---- */

#define STORY_ROUTE                                                                                \
    {                                                                                              \
        .path = "/news/*", .answer = story_answer                                                  \
    }

static const struct site_route healthy_routes[] = {
    {.path = "/", .answer = story_front, .context = (void *)&stories}, STORY_ROUTE};

struct trap {
    const struct site_route *routes;
    size_t routes_count;
    unsigned runs;
};

static struct site *crawl_with(const struct trap *trap, const char **database)
{
    static struct site_host hosts[2]; /* the site borrows them */
    hosts[0] = (struct site_host){.routes = trap->routes, .routes_count = trap->routes_count};
    hosts[1] = (struct site_host){.routes = healthy_routes, .routes_count = COUNT(healthy_routes)};
    struct site *site = site_start(hosts, 2, 0);
    *database = crawl_database();
    polls = 0;
    crawl_add(*database, "site", site, 2, "/");
    for (unsigned i = 0; i < trap->runs; i++)
        free(CRAWLER(0, "--sites", *database, CRAWL_FAST, "--delay", "0.01", "--max-per-site", "0",
                     "--poll", "all"));
    return site;
}

static void expect_stories(const char *database, struct site *site)
{
    for (size_t host = 0; host < 2; host++) {
        char query[256];
        snprintf(query, sizeof(query),
                 "SELECT count(*) FROM v_articles WHERE url LIKE '%s%%/news/2026/%%'",
                 site_url(site, host, ""));
        assert_int_equal(sql_integer(database, query), STORIES);
    }
    /* No identity is asked twice in a run but to try again. */
    char *twice = sql_rows(database, "SELECT run_id, url, count(*) FROM v_fetches"
                                     " GROUP BY run_id, url, attempt HAVING count(*) > 1");
    assert_string_equal(twice, "");
    free(twice);
}

static size_t requests_like(const char *database, const char *like)
{
    char query[256];
    snprintf(query, sizeof(query), "SELECT count(*) FROM v_fetches WHERE url LIKE '%s'", like);
    return (size_t)sql_integer(database, query);
}

/* What `crawler explain` says of the first URL like that holds this. */
static void expect_explained(const char *database, const char *query, const char *words)
{
    char *url = sql_text(database, query);
    assert_non_null(url);
    char *text = CRAWLER(0, "explain", "--sites", database, url);
    if (!strstr(text, words))
        fail_msg("'%s' is not said of %s:\n%s", words, url, text);
    free(text);
    free(url);
}

static void expect_closed(const char *database, const char *pattern)
{
    char query[256];
    snprintf(query, sizeof(query),
             "SELECT count(*) FROM v_budgets WHERE state <> 'open' AND name LIKE '%%%s'", pattern);
    assert_int_equal(sql_integer(database, query), 1);
}

/* ---- the traps ---- */

static void a_calendar_has_an_end(void **state)
{
    static const struct links months = {"/calendar/%u/%02u/what-is-on-in-the-old-town", 900, false};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&months},
        {.path = "/calendar/*", .answer = list_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_in_range(requests_like(database, "%/calendar/%"), LINKS_TRIED,
                    LINKS_TRIED + UNDER_WAY + 2);
    expect_closed(database, "/calendar/#/#/*");
    expect_explained(database, "SELECT url FROM v_urls WHERE state = 'waiting'", "held back");
    site_stop(site);
}

static void session_ids_make_no_new_pages(void **state)
{
    static const struct links same = {
        "/news/2026/story-about-the-fair;jsessionid=%uCAFE0123456789AB", 1, true};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&same}, STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 3};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    assert_int_equal(requests_like(database, "%jsessionid%"), 1);
    site_stop(site);
}

static void session_paths_bring_copies_and_are_closed(void **state)
{
    static const struct links copies = {"/s-%uab81cd44ef/news/2026/story-about-the-mayor-%u", 300,
                                        true};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&copies},
        {.path = "/s-*", .answer = any_prefix_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 4};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_articles WHERE url LIKE '%/s-%'"),
        7); /* as many as there are, whatever the session */
    assert_in_range(requests_like(database, "%/s-%"), 7, LINKS_TRIED + 7 + UNDER_WAY + 3 * 2);
    /* What is not queued is counted, and a few are kept with the reason. */
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_urls WHERE url LIKE '%/s-%'"), 1,
                    300 + 200 + 20 + LINKS_TRIED + 2 * UNDER_WAY);
    assert_true(sql_integer(database, "SELECT skipped FROM v_budgets WHERE name LIKE '%/*/news/#/*'"
                                      " AND state <> 'open'") > 300);
    expect_explained(database, "SELECT url FROM v_urls WHERE state = 'skipped'", "left out");
    site_stop(site);
}

static void pagination_in_a_sitemap_has_an_end(void **state)
{
    static const struct site_route routes[] = {
        {.path = "/", .body = "<html><body><h1>Daily</h1></body></html>"},
        {.path = "/sitemap.xml", .answer = sitemap_answer},
        {.path = "/list*", .answer = list_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_in_range(requests_like(database, "%/list?%"), ANNOUNCED_TRIED,
                    ANNOUNCED_TRIED + UNDER_WAY + 2);
    expect_closed(database, "/list?page");
    site_stop(site);
}

static void paths_that_grow_are_left(void **state)
{
    static const struct links growing = {
        "/town/news/town/news/town/news/what-happened-in-our-street-%u", 500, false};
    static const struct site_route repeating[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&growing},
        {.path = "/town*", .answer = list_answer},
        STORY_ROUTE};
    static const struct trap trap = {repeating, COUNT(repeating), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_int_equal(requests_like(database, "%/town/%"), 0);
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_urls WHERE url LIKE '%/town/%'"),
                    1, 20);
    expect_explained(database, "SELECT url FROM v_urls WHERE state = 'skipped'",
                     "path repeats itself");
    site_stop(site);
}

/* Each folder is a pattern of its own: a site has only so many. */
static void words_answer(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    (void)context;
    append_stories(request, answer);
    for (unsigned i = 0; i < 900; i++)
        bytes_append_string(
            &answer->body,
            arena_format(answer->arena,
                         "<li><a href=\"/maze/%c%c%c/%c%c/the-way-out-of-here\">The "
                         "way out of the old maze</a></li>",
                         'a' + i % 26, 'a' + i / 26 % 26, 'a' + i % 5, 'a' + i % 7, 'a' + i % 11));
    bytes_append_string(&answer->body, "</ul></body></html>");
}

static void a_maze_of_folders_is_left(void **state)
{
    static const struct site_route routes[] = {{.path = "/", .answer = words_answer},
                                               {.path = "/maze/*", .answer = list_answer},
                                               STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_in_range(requests_like(database, "%/maze/%"), LINKS_TRIED, 128 + UNDER_WAY + 2);
    site_stop(site);
}

static void facets_are_left(void **state)
{
    static const struct links facets = {
        "/shop-for-all-our-readers/list-%u?colour=%u&size=%u&sort=%u", 900, false};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&facets},
        {.path = "/shop*", .answer = list_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_in_range(requests_like(database, "%/shop%"), LINKS_TRIED, LINKS_TRIED + UNDER_WAY + 2);
    site_stop(site);
}

static void advertisements_in_a_feed_are_counted(void **state)
{
    static const struct site_route routes[] = {
        {.path = "/",
         .body = "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" "
                 "href=\"/feed\"></head><body><h1>Daily</h1></body></html>"},
        {.path = "/feed", .answer = feed_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 3};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), STORIES + 10);
    assert_int_equal(requests_like(database, "http://shop-%"), 0);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_urls WHERE url LIKE 'http://shop-%'"), 20);
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_hosts"), 2, 2 + 20);
    assert_int_equal(
        sql_integer(database, "SELECT skipped FROM v_budgets WHERE name = 'other site'"), 3 * 500);
    expect_explained(database, "SELECT url FROM v_urls WHERE state = 'skipped'", "crawler add");
    site_stop(site);
}

static void a_farm_of_one_text_is_left(void **state)
{
    static const struct links farm = {"/farm/best-tips-%u-for-your-old-garden-house", 900, false};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&farm},
        {.path = "/farm/*", .answer = farm_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 2};
    const char *database;
    (void)state;
    struct site *site = crawl_with(&trap, &database);
    expect_stories(database, site);
    assert_in_range(requests_like(database, "%/farm/%"), LINKS_TRIED,
                    LINKS_TRIED + 1 + UNDER_WAY + 2);
    site_stop(site);
}

/* What was closed is tried again in the next run, and opens with the first article. */
static bool articles_there;

static void later_answer(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    if (articles_there)
        story_append(request->path, &answer->body);
    else
        list_answer(request, answer, context);
}

static void a_closed_pattern_opens_again(void **state)
{
    enum { LATER = 300 };
    static const struct links later = {"/later/%u/what-happened-in-our-street", LATER, false};
    static const struct site_route routes[] = {
        {.path = "/", .answer = front_answer, .context = (void *)&later},
        {.path = "/later/*", .answer = later_answer},
        STORY_ROUTE};
    static const struct trap trap = {routes, COUNT(routes), 1};
    const char *database;
    (void)state;
    articles_there = false;
    struct site *site = crawl_with(&trap, &database);
    size_t before = requests_like(database, "%/later/%");
    assert_in_range(before, LINKS_TRIED, LINKS_TRIED + UNDER_WAY);
    articles_there = true;
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--delay", "0.01", "--max-per-site", "0"));
    assert_int_equal(requests_like(database, "%/later/%"), LATER);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_articles WHERE url LIKE '%/later/%'"),
        LATER - before);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calendar_has_an_end),
        cmocka_unit_test(session_ids_make_no_new_pages),
        cmocka_unit_test(session_paths_bring_copies_and_are_closed),
        cmocka_unit_test(pagination_in_a_sitemap_has_an_end),
        cmocka_unit_test(paths_that_grow_are_left),
        cmocka_unit_test(a_maze_of_folders_is_left),
        cmocka_unit_test(facets_are_left),
        cmocka_unit_test(advertisements_in_a_feed_are_counted),
        cmocka_unit_test(a_farm_of_one_text_is_left),
        cmocka_unit_test(a_closed_pattern_opens_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
