/* Told to stop: by a signal, by two, by the deadline. What is in flight is kept or given back, the
 * rest waits for the next run, and nothing is asked twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS = 10, STORIES = 20, LIMIT_MS = 60000 };

static const struct story_map map = {STORIES};

static const struct site_route routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
    {.path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)(uintptr_t)&map},
    {.path = "/news/*", .answer = story_answer, .latency_ms = 400},
};

static struct site *start_site(struct site_host *hosts)
{
    for (size_t i = 0; i < HOSTS; i++)
        hosts[i] = (struct site_host){.routes = routes, .routes_count = COUNT(routes)};
    return site_start(hosts, HOSTS, 0);
}

/* A run in the middle of its pages. */
static struct program *start_run(struct site *site, const char *database)
{
    size_t before = site_requests(site, SITE_ANY, NULL);
    struct program *program =
        CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--sources", "sitemap");
    crawl_await(program, site, before + 25);
    return program;
}

static void expect_end(struct program *program, int status)
{
    struct program_result result;
    program_wait(program, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, status);
    program_result_clear(&result);
}

/* The run after it fetches what is left; no page was answered twice. */
static void expect_the_rest(struct site *site, const char *database)
{
    free(CRAWLER(0, "run", "--sites", database, CRAWL_FAST, "--sources", "sitemap", "--per-host",
                 "8"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), HOSTS * STORIES);
    assert_int_equal(sql_integer(database, "SELECT count(DISTINCT url) FROM v_articles"),
                     HOSTS * STORIES);
    assert_int_equal(
        sql_integer(database,
                    "SELECT max(n) FROM (SELECT count(*) n FROM fetches JOIN urls USING(url_id)"
                    " WHERE urls.kind = 2 AND status = 200 GROUP BY url_id)"),
        1);
    site_stop(site);
}

static void the_first_signal_finishes_what_is_in_flight(void **state)
{
    (void)state;
    struct site_host hosts[HOSTS];
    struct site *site = start_site(hosts);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = start_run(site, database);
    program_signal(program, SIGTERM);
    expect_end(program, 4);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM runs WHERE outcome = 'stopped'"),
                     1);
    /* Everything that was asked was answered, so all of it is stored. */
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM fetches WHERE error IS NOT NULL"),
                     0);
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_articles"), 1,
                    HOSTS * STORIES - 1);
    expect_the_rest(site, database);
}

static void the_second_signal_stops_at_once(void **state)
{
    (void)state;
    struct site_host hosts[HOSTS];
    struct site *site = start_site(hosts);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = start_run(site, database);
    program_signal(program, SIGINT);
    pause_ms(20);
    program_signal(program, SIGINT);
    expect_end(program, 4);
    expect_the_rest(site, database);
}

/* Signals without end, while another program holds the lock: what ends a run is not cut off. */
static void no_signal_cuts_off_the_end(void **state)
{
    struct site_host hosts[HOSTS];
    struct program_result result;
    sqlite3 *holder;
    (void)state;
    struct site *site = start_site(hosts);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = start_run(site, database);
    assert_int_equal(sqlite3_open(database, &holder), SQLITE_OK);
    sqlite3_busy_timeout(holder, LIMIT_MS);
    assert_int_equal(sqlite3_exec(holder, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < 100; i++) { /* into the loop, to its end, and behind it */
        program_signal(program, i % 2 ? SIGTERM : SIGHUP);
        pause_ms(20);
    }
    sqlite3_close(holder);
    program_wait(program, LIMIT_MS, &result);
    if (result.exit_status != 4)
        fail_msg("exit %d, signal %d\n%s", result.exit_status, result.signal, result.err);
    program_result_clear(&result);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM runs WHERE outcome = 'stopped'"
                                           " AND ended_ms > 0 AND report IS NOT NULL"),
                     1);
    expect_the_rest(site, database);
}

/* What never answers costs the grace time and no more. */
static void the_grace_time_ends_what_hangs(void **state)
{
    static const struct site_route hanging[] = {
        {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
        {.path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)(uintptr_t)&map},
        {.path = "/news/*", .fault = SITE_HANG},
    };
    struct site_host hosts[HOSTS];
    struct program_result result;
    (void)state;
    for (size_t i = 0; i < HOSTS; i++)
        hosts[i] = (struct site_host){.routes = hanging, .routes_count = COUNT(hanging)};
    struct site *site = site_start(hosts, HOSTS, 0);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--sources",
                                            "sitemap", "--timeout", "60s", "--grace", "1s");
    crawl_await(program, site, 3 * HOSTS);
    uint64_t since_ms = clock_monotonic_ms();
    program_signal(program, SIGTERM);
    program_wait(program, LIMIT_MS, &result);
    uint64_t took_ms = clock_monotonic_ms() - since_ms;
    assert_int_equal(result.exit_status, 4);
    program_result_clear(&result);
    print_message("ended %ju ms after the signal, of which 1000 ms are the grace time\n",
                  (uintmax_t)took_ms);
    assert_in_range(took_ms, 1000, 20000); /* not the time-out of 60 s */
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM fetches WHERE error IS NOT NULL"),
                     0); /* given back, none of them failed */
    site_stop(site);
}

static void the_deadline_stops_in_order(void **state)
{
    (void)state;
    struct site_host hosts[HOSTS];
    struct site *site = start_site(hosts);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    free(CRAWLER(4, "run", "--sites", database, CRAWL_FAST, "--sources", "sitemap", "--max-time",
                 "1.5"));
    expect_the_rest(site, database);
}

static void a_second_run_is_told_who_holds_the_database(void **state)
{
    (void)state;
    struct site_host hosts[HOSTS];
    struct site *site = start_site(hosts);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = start_run(site, database);
    free(CRAWLER(5, "run", "--sites", database, CRAWL_FAST));
    program_signal(program, SIGTERM);
    expect_end(program, 4);
    expect_the_rest(site, database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_signal_finishes_what_is_in_flight),
        cmocka_unit_test(the_second_signal_stops_at_once),
        cmocka_unit_test(no_signal_cuts_off_the_end),
        cmocka_unit_test(the_grace_time_ends_what_hangs),
        cmocka_unit_test(the_deadline_stops_in_order),
        cmocka_unit_test(a_second_run_is_told_who_holds_the_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
