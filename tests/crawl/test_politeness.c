/* Politeness, proved by what is stored and by what the servers saw: whatever leads to a host, a
 * page, a source, a redirect, another's robots.txt, its requests keep their distance, and hosts of
 * one address share its places. */
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

enum { DELAY_MS = 200 };

#define POLITE "--allow-net", "127.0.0.0/8", "--contact", "test@example.org", "--delay", "0.2"

/* The smallest distance between two starts on one host, whoever they were for; Q17 of the analysts,
 * by the host that was really asked. */
static const char smallest_gap[] =
    "SELECT coalesce(min(gap), -1) FROM (SELECT started_ms - lag(started_ms) OVER"
    " (PARTITION BY substr(url, 1, 7 + instr(substr(url, 8), '/')) ORDER BY started_ms) AS gap"
    " FROM v_fetches)";

/* As the server saw it. Requests travel, so a few milliseconds may be lost on the way. */
static void expect_distance(struct site *site, size_t hosts)
{
    enum { LOST_US = 60 * 1000 };
    for (size_t host = 0; host < hosts; host++) {
        struct site_visit visit;
        uint64_t before_us = 0;
        for (size_t i = 0; site_visit(site, (long)host, NULL, i, &visit); i++) {
            if (before_us && visit.start_us - before_us + LOST_US < DELAY_MS * 1000)
                fail_msg("host %zu: %ju us before %s", host,
                         (uintmax_t)(visit.start_us - before_us), visit.path);
            before_us = visit.start_us;
            site_visit_clear(&visit);
        }
    }
}

static const struct story_map few = {4};

#define STORIES                                                                                    \
    {.path = "/", .answer = story_front, .context = (void *)&few},                                 \
    {                                                                                              \
        .path = "/news/*", .answer = story_answer                                                  \
    }

static const struct site_route plain[] = {STORIES};
/* Its stories are at host 0 now. */
static const struct site_route moved[] = {
    {.path = "/", .answer = story_front, .context = (void *)&few},
    {.path = "/news/2026/story-about-the-forecast*", .location = "{base:0}/news/2026/moved-0"},
    {.path = "/news/2026/story-about-the-railway*", .location = "{base:0}/news/2026/moved-1"},
    {.path = "/news/*", .answer = story_answer},
};
/* Their robots.txt is at a host with a crawl of its own, and at one that nothing else leads to. */
static const struct site_route robots_at_known[] = {
    {.path = "/robots.txt", .location = "{base:0}/robots.txt"}, STORIES};
static const struct site_route robots_at_unknown[] = {
    {.path = "/robots.txt", .location = "{base:6}/robots.txt"}, STORIES};
static const struct site_route central[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow: /hidden/\n"}};

static void starts_keep_their_distance_whatever_leads_to_a_host(void **state)
{
    static const struct site_host hosts[] = {
        {.routes = plain, .routes_count = COUNT(plain)},
        {.routes = moved, .routes_count = COUNT(moved)},
        {.routes = robots_at_known, .routes_count = COUNT(robots_at_known)},
        {.routes = robots_at_known, .routes_count = COUNT(robots_at_known)},
        {.routes = robots_at_unknown, .routes_count = COUNT(robots_at_unknown)},
        {.routes = robots_at_unknown, .routes_count = COUNT(robots_at_unknown)},
        {.routes = central, .routes_count = COUNT(central)},
    };
    enum { SITES = COUNT(hosts) - 1 };
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, SITES, "/");
    free(CRAWLER(0, "--sites", database, POLITE, "--per-host", "3"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), SITES * few.count);
    assert_int_equal(site_requests(site, 6, "/robots.txt"), 2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_fetches WHERE redirect_url"
                                           " LIKE '%/moved-%'"),
                     2);
    assert_in_range(sql_integer(database, smallest_gap), DELAY_MS, 10 * DELAY_MS);
    expect_distance(site, COUNT(hosts));
    site_stop(site);
}

/* The most requests that were under way together, as the stored rows have it. */
static const char most_at_once[] =
    "SELECT max(n) FROM (SELECT (SELECT count(*) FROM v_fetches AS b WHERE b.ip = a.ip"
    " AND b.started_ms <= a.started_ms AND b.started_ms + b.total_ms > a.started_ms) AS n"
    " FROM v_fetches AS a)";

static const struct site_route slow[] = {
    {.path = "/robots.txt", .status = 404, .latency_ms = 100},
    {.path = "/", .answer = story_front, .context = (void *)&few, .latency_ms = 100},
    {.path = "/news/*", .answer = story_answer, .latency_ms = 100},
};

/* Several servers on one address, as the hosts of a small provider are: each is a host of its own,
 * but they share the places of their address. */
static void hosts_of_one_address_share_its_places(void **state)
{
    enum { SERVERS = 6 };
    static const struct {
        const char *per_address;
        unsigned least, most;
    } cases[] = {{"0", 2, 2}, {"4", 3, 4}};
    static const struct site_host host = {.routes = slow, .routes_count = COUNT(slow)};
    struct site *sites[SERVERS];
    char address[64];
    (void)state;
    sites[0] = site_start(&host, 1, 0);
    snprintf(address, sizeof address, "%s", site_url(sites[0], 0, "") + strlen("http://"));
    *strchr(address, ':') = '\0';
    struct site_host same = host;
    same.address = address;
    for (size_t i = 1; i < SERVERS; i++)
        sites[i] = site_start(&same, 1, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *database = crawl_database();
        for (size_t j = 0; j < SERVERS; j++)
            crawl_add(database, "site", sites[j], 1, "/");
        free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--per-address", cases[i].per_address));
        assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"),
                         SERVERS * few.count);
        assert_in_range(sql_integer(database, most_at_once), cases[i].least, cases[i].most);
    }
    for (size_t i = 0; i < SERVERS; i++)
        site_stop(sites[i]);
}

static const struct site_route throttling[] = {
    {.path = "/", .answer = story_front, .context = (void *)&few},
    {.path = "/robots.txt", .status = 404},
    {.path = "/news/*",
     .answer = story_answer,
     .latency_ms = 20,
     .fail_first = 1,
     .fail_status = 429,
     .fail_headers = "Retry-After: 1\r\n"},
};

/* What was on its way when a host asked for patience may arrive; nothing else starts. */
static void nothing_starts_while_a_host_asked_to_wait(void **state)
{
    static const struct site_host host = {.routes = throttling, .routes_count = COUNT(throttling)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--per-host", "2", "--rest-after", "50"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), few.count);
    assert_true(sql_integer(database, "SELECT count(*) FROM v_fetches WHERE status = 429") > 0);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_fetches AS a JOIN v_fetches AS b"
                              " ON b.status = 429 AND a.started_ms > b.started_ms + b.total_ms + 2"
                              " AND a.started_ms < b.started_ms + b.total_ms + b.retry_after_ms"),
        0);
    site_stop(site);
}

/* Answers 403 to four pages, and would to all who don't slow down. */
static const struct site_route refusing[] = {
    {.path = "/", .answer = story_front, .context = (void *)&few},
    {.path = "/robots.txt", .status = 404},
    {.path = "/news/*", .answer = story_answer, .fail_first = 1, .fail_status = 403},
};

static void repeated_403_slow_a_host_down(void **state)
{
    static const struct site_host host = {.routes = refusing, .routes_count = COUNT(refusing)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_urls WHERE state = 'error'"
                                           " AND why = 'refused'"),
                     2); /* the first two: they may have been about the pages */
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_fetches WHERE status = 403"
                                           " AND error = 'throttled: 403 again and again'"),
                     2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), few.count - 2);
    assert_int_equal(sql_integer(database, "SELECT slowed FROM v_hosts"), 1);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_keep_their_distance_whatever_leads_to_a_host),
        cmocka_unit_test(hosts_of_one_address_share_its_places),
        cmocka_unit_test(repeated_403_slow_a_host_down),
        cmocka_unit_test(nothing_starts_while_a_host_asked_to_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
