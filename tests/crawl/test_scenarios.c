/* Whole crawls of small websites, judged by what the database says and what the server saw. How
 * fast they are is asked in tests/bench/; here nobody may block, lose or repeat anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS_MAX = 64 };

/* The same table for `count` hosts. */
static const struct site_host *same_hosts(struct site_host *hosts, size_t count,
                                          const struct site_route *routes, size_t routes_count)
{
    for (size_t i = 0; i < count; i++)
        hosts[i] = (struct site_host){.routes = routes, .routes_count = routes_count};
    return hosts;
}

static void crawl(const char *database, const char *flag, const char *value)
{
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--concurrency", "50", "--per-host", "4",
                 "--tries", "1", flag, value));
}

/* Pages of one host each: the last one has started before the first one ended. */
static void slow_pages_are_fetched_at_one_time(void **state)
{
    static const struct {
        size_t pages;
        unsigned latency_ms;
    } cases[] = {{10, 1000}, {20, 400}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct site_host hosts[HOSTS_MAX];
        const struct site_route route = {
            .path = "/story", .answer = story_answer, .latency_ms = cases[i].latency_ms};
        struct site *site =
            site_start(same_hosts(hosts, cases[i].pages, &route, 1), cases[i].pages, 0);
        const char *database = crawl_database();
        crawl_add(database, "page", site, cases[i].pages, "/story");
        crawl(database, "--timeout", "10");
        assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), cases[i].pages);
        assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results"
                                               " WHERE url LIKE '%/story' AND status = 200"),
                         cases[i].pages);
        assert_true(sql_integer(database, "SELECT max(started_ms) < min(started_ms + total_ms)"
                                          " FROM v_fetches WHERE url LIKE '%/story'"));
        assert_true(site_most_at_once(site, SITE_ANY) >= cases[i].pages);
        site_stop(site);
    }
}

static void api_answer(const struct site_request *request, struct site_answer *answer,
                       void *context)
{
    (void)context;
    answer->type = "application/json";
    answer->latency_ms = 200 + 20 * (unsigned)request->host;
    if (request->host == 7)
        answer->status = 500;
    if (request->host == 23)
        answer->fault = SITE_HANG;
    bytes_append_string(&answer->body,
                        arena_format(answer->arena,
                                     "[{\"id\": %zu, \"name\": \"one\"}, {\"id\": 0, \"name\": "
                                     "\"two\"}]",
                                     request->host));
}

/* Fifty APIs, one answers 500 and one never: each leaves a row, and none waits for those two. */
static void many_apis_leave_a_row_each(void **state)
{
    enum { APIS = 50 };
    struct site_host hosts[APIS];
    const struct site_route route = {.path = "/api", .answer = api_answer};
    struct site *site = site_start(same_hosts(hosts, APIS, &route, 1), APIS, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "api", site, APIS, "/api");
    crawl(database, "--timeout", "3");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results"
                                           " WHERE url LIKE '%/api'"),
                     APIS);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results"
                                           " WHERE url LIKE '%/api' AND status = 200"),
                     APIS - 2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results"
                                           " WHERE url LIKE '%/api' AND status = 500"),
                     1);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results WHERE url LIKE '%/api'"
                                           " AND status IS NULL AND error IS NOT NULL"),
                     1);
    assert_true(site_most_at_once(site, SITE_ANY) >= APIS - 2);
    char *report = CRAWLER(0, "report", "--sites", database, "--apis");
    size_t lines = 0;
    for (const char *line = report; (line = strstr(line, "http://127.")); line++)
        lines++;
    assert_int_equal(lines, APIS);
    free(report);
    site_stop(site);
}

/* A host that bans who opens more than ten connections gets all it has crawled, and nobody is
 * banned. */
static void a_strict_host_never_sees_too_many_connections(void **state)
{
    static const struct story_map map = {2000};
    static const struct site_route routes[] = {
        {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
        {.path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)&map},
        {.path = "/news/*", .answer = story_answer, .latency_ms = 2},
        {.path = "/", .body = "<html><body><h1>Daily</h1></body></html>"},
    };
    static const struct site_host host = {
        .routes = routes, .routes_count = COUNT(routes), .connections_max = 10};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--per-host", "10", "--max-per-site", "0"));
    assert_false(site_banned(site, 0));
    assert_in_range(site_most_connections(site, 0), 2, 10);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), map.count);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_results WHERE status = 403"), 0);
    site_stop(site);
}

static const struct story_map few = {5};

#define GOOD_SITE                                                                                  \
    {.path = "/", .answer = story_front, .context = (void *)&few},                                 \
    {                                                                                              \
        .path = "/news/*", .answer = story_answer, .latency_ms = 30                                \
    }

static const struct site_route good_routes[] = {GOOD_SITE};
static const struct site_route error_routes[] = {{.path = "/robots.txt", .status = 404},
                                                 {.path = "*", .status = 500}};
static const struct site_route hang_routes[] = {{.path = "/robots.txt", .status = 404},
                                                {.path = "*", .fault = SITE_HANG}};
static const struct site_route reset_routes[] = {{.path = "/robots.txt", .status = 404},
                                                 {.path = "*", .fault = SITE_RESET}};
static const struct site_route short_routes[] = {
    {.path = "/robots.txt", .status = 404},
    {.path = "*", .body = "<html><body>half of it</body></html>", .fault = SITE_SHORT_BODY}};
static const struct site_route garbage_routes[] = {{.path = "/robots.txt", .status = 404},
                                                   {.path = "*", .fault = SITE_GARBAGE}};
static const struct site_route loop_routes[] = {{.path = "/robots.txt", .status = 404},
                                                {.path = "/", .location = "/a"},
                                                {.path = "/a", .location = "/"}};

/* What is broken in every way costs nobody else anything. */
static void broken_hosts_harm_nobody(void **state)
{
    enum { GOOD = 12 };
    struct site_host hosts[GOOD + 7];
    same_hosts(hosts, GOOD, good_routes, COUNT(good_routes));
    hosts[GOOD] = (struct site_host){.routes = error_routes, .routes_count = COUNT(error_routes)};
    hosts[GOOD + 1] = (struct site_host){.routes = hang_routes, .routes_count = COUNT(hang_routes)};
    hosts[GOOD + 2] =
        (struct site_host){.routes = reset_routes, .routes_count = COUNT(reset_routes)};
    hosts[GOOD + 3] =
        (struct site_host){.routes = short_routes, .routes_count = COUNT(short_routes)};
    hosts[GOOD + 4] =
        (struct site_host){.routes = garbage_routes, .routes_count = COUNT(garbage_routes)};
    hosts[GOOD + 5] = (struct site_host){.routes = loop_routes, .routes_count = COUNT(loop_routes)};
    hosts[GOOD + 6] = (struct site_host){.refuse = true};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, COUNT(hosts), "/");
    crawl(database, "--timeout", "2");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), GOOD * few.count);
    /* Each broken host has left a row that says how. */
    for (size_t i = GOOD; i < COUNT(hosts); i++) {
        char query[512];
        snprintf(query, sizeof(query),
                 "SELECT count(*) FROM v_results WHERE url LIKE '%s%%' AND"
                 " (error IS NOT NULL OR status >= 300) AND url NOT LIKE '%%robots.txt'",
                 site_url(site, i, "/"));
        if (i == GOOD + 6) /* its robots.txt could not be asked: nothing else was */
            snprintf(query, sizeof(query),
                     "SELECT count(*) FROM v_results WHERE url LIKE '%s%%' AND error IS NOT NULL",
                     site_url(site, i, "/"));
        if (sql_integer(database, query) == 0)
            fail_msg("no row tells what is wrong with host %zu", i);
    }
    site_stop(site);
}

/* What is told with an error is the error's: the next request asks for the page in full. */
static void validators_of_an_error_are_not_used(void **state)
{
    static const struct site_route routes[] = {
        {.path = "/", .answer = story_front, .context = (void *)&few},
        {.path = "/news/*",
         .answer = story_answer,
         .etag = "\"same\"",
         .fail_first = 1,
         .fail_headers = "Retry-After: 1\r\n"},
    };
    static const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--rest-after", "100"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), few.count);
    site_stop(site);
}

/* Somebody else holds the write lock for three seconds: fetching goes on, also when two batches
 * wait already, and nothing is lost. */
static void a_locked_database_delays_rows_and_loses_none(void **state)
{
    enum { HOSTS = 40, CONCURRENCY = 10, ROWS = 2 };
    struct site_host hosts[HOSTS];
    struct site *site =
        site_start(same_hosts(hosts, HOSTS, good_routes, COUNT(good_routes)), HOSTS, 0);
    const char *database = crawl_database();
    sqlite3 *other;
    (void)state;
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.1",
                                            "--concurrency", "10", "--commit-rows", "2");
    crawl_await(program, site, HOSTS);
    assert_int_equal(sqlite3_open(database, &other), SQLITE_OK);
    sqlite3_busy_timeout(other, 5000);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    size_t before = site_requests(site, SITE_ANY, NULL);
    pause_ms(3000);
    assert_true(site_requests(site, SITE_ANY, NULL) > before + 2 * ROWS + CONCURRENCY);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);

    struct program_result result;
    program_wait(program, 60000, &result);
    if (result.exit_status != 0)
        fail_msg("exit %d\n%s", result.exit_status, result.err);
    program_result_clear(&result);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), HOSTS * few.count);
    assert_int_equal(sql_integer(database, "SELECT count(DISTINCT url) FROM v_articles"),
                     HOSTS * few.count);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_pages_are_fetched_at_one_time),
        cmocka_unit_test(many_apis_leave_a_row_each),
        cmocka_unit_test(a_strict_host_never_sees_too_many_connections),
        cmocka_unit_test(broken_hosts_harm_nobody),
        cmocka_unit_test(validators_of_an_error_are_not_used),
        cmocka_unit_test(a_locked_database_delays_rows_and_loses_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
