/* test_takedown_command.c - crawler takedown as people call it, on what a crawl has stored. */
#include <setjmp.h>
#include <signal.h>
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

enum { STORIES = 6, LIMIT_MS = 60000 };

static void expect_in(char *text, const char *expected)
{
    if (!strstr(text, expected))
        fail_msg("printed '%s', expected '%s'", text, expected);
    free(text);
}

static void expect_usage(const char *database, const char *pattern, const char *reason,
                         const char *expected)
{
    struct program_result got;
    const char *const arguments[] = {CRAWLER_PROGRAM, "takedown", "--sites", database,
                                     pattern,         "--reason", reason,    NULL};
    program_run(arguments, LIMIT_MS, &got);
    if (got.exit_status != 2 || !strstr(got.err, expected))
        fail_msg("status %d, '%s', expected '%s'", got.exit_status, got.err, expected);
    program_result_clear(&got);
}

static void test_takedown(void **state)
{
    static const struct story_map map = {STORIES};
    struct site *site = story_sites_start(1, &map, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), STORIES);
    char *url = sql_text(database, "SELECT url FROM v_articles ORDER BY url LIMIT 1");
    char *server = sql_text(database, "SELECT substr(origin, 8) FROM v_hosts");

    expect_usage(database, url, "", "say why, with --reason");
    expect_usage(database, "co.uk", "r", "is no site's own domain");
    expect_usage(database, "https://*.example/", "r", "has a * that does not stand at its end");
    expect_usage(database, "ftp://example.org/", "r", "is no http or https URL");

    expect_in(CRAWLER(0, "takedown", "--sites", database, url, "--dry-run"), "       1 articles");
    expect_in(CRAWLER(0, "takedown", "--sites", database, url, "--dry-run"), url);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), STORIES);

    expect_in(CRAWLER(0, "takedown", "--sites", database, url, "--reason", "asked to", "--by",
                      "the author"),
              "       1 articles");
    expect_in(CRAWLER(0, "explain", "--sites", database, url), "taken down: removed for good");
    expect_in(CRAWLER(0, "explain", "--sites", database, url), "the author");
    expect_in(CRAWLER(0, "takedown", "--sites", database), "asked to");
    int64_t asked = sql_integer(database, "SELECT count(*) FROM v_fetches WHERE kind = 'article'");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), STORIES - 1);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_fetches WHERE kind = 'article'"),
                     asked);

    /* the whole server, by its name and port */
    expect_in(CRAWLER(0, "takedown", "--sites", database, server, "--reason", "gone", "--json"),
              "\"articles\": 5");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), 0);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_takedowns WHERE done IS NOT NULL"), 2);
    free(url);
    free(server);
    site_stop(site);
}

/* While a run is on there is one clear sentence, and nothing is changed. */
static void test_a_run_is_on(void **state)
{
    static const struct site_route routes[] = {
        {.path = "/*", .type = "text/html", .body = "<title>Slow", .latency_ms = 60000}};
    const struct site_host hosts[] = {{.routes = routes, .routes_count = COUNT(routes)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    struct program_result got;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    struct program *run = CRAWLER_START("--sites", database, CRAWL_FAST, "--timeout", "50");
    while (program_running(run) &&
           !sql_integer(database, "SELECT count(*) FROM runs WHERE outcome = 'running'"))
        ;
    const char *const arguments[] = {CRAWLER_PROGRAM, "takedown", "--sites", database,
                                     "example.org",   "--reason", "r",       NULL};
    program_run(arguments, LIMIT_MS, &got);
    assert_int_equal(got.exit_status, 5);
    assert_non_null(strstr(got.err, "another run (process "));
    program_result_clear(&got);
    program_signal_group(run, SIGKILL);
    program_wait(run, LIMIT_MS, &got);
    program_result_clear(&got);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_takedowns"), 0);
    site_stop(site);
}

/* What a page reserves is kept with its article; what may not be archived is not. */
static void test_reservations(void **state)
{
    static const struct story_map map = {2};
#define SITEMAP                                                                                    \
    {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},        \
    {                                                                                              \
        .path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)&map                   \
    }
    static const struct site_route open[] = {SITEMAP, {.path = "/news/*", .answer = story_answer}};
    static const struct site_route reserved[] = {
        SITEMAP,
        {.path = "/news/*",
         .answer = story_answer,
         .headers = "X-Robots-Tag: noarchive\r\nTDM-Reservation: 1\r\n"}};
    const struct site_host hosts[] = {{.routes = open, .routes_count = COUNT(open)},
                                      {.routes = reserved, .routes_count = COUNT(reserved)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, COUNT(hosts), "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    expect_in(sql_rows(database, "SELECT noindex, noarchive, tdm_reserved, count(*) FROM "
                                 "v_articles GROUP BY 1, 2, 3"),
              "0|0|0|2\n0|1|1|2\n");
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM raw_pages"), 2);
    site_stop(site);
}

/* What would go is told without asking why, and in any form of the address. */
static void test_looking_first(void **state)
{
    static const struct {
        const char *pattern, *says;
    } cases[] = {
        {"https://a.example/one?utm_source=x", "https://a.example/one?utm_source=x would go, with"},
        {"a.example/two/*", "a.example/two/* would go, with"},
        {"a.example", "a.example would go, with"},
        {"192.0.2.1", "192.0.2.1 would go, with"},
        {"https://a.example/api#7", "https://a.example/api#7 would go, with"},
    };
    const char *database = crawl_database();
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "https://a.example/"));
    for (size_t i = 0; i < COUNT(cases); i++)
        expect_in(CRAWLER(0, "takedown", "--sites", database, cases[i].pattern, "--dry-run"),
                  cases[i].says);
    expect_in(CRAWLER(0, "takedown", "--sites", database, "a.example", "b.example", "--dry-run",
                      "--json"),
              "\"pattern\": \"b.example\"");
    expect_usage(database, "me@a.example", "r", "is neither a URL nor a domain");
    expect_usage(database, "a.example:99999", "r", "is neither a URL nor a domain");
    expect_in(CRAWLER(0, "takedown", "--sites", database, "--json"), "[]");
    free(CRAWLER(0, "takedown", "--sites", database, "https://a.example/one", "--reason", "r"));
    expect_in(CRAWLER(0, "takedown", "--sites", database, "--json"), "\"reason\": \"r\"");
    expect_usage("/nowhere/x.db", "a.example", "", "say why");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takedown), cmocka_unit_test(test_looking_first),
        cmocka_unit_test(test_a_run_is_on), cmocka_unit_test(test_reservations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
