/* What a run says of a site that has changed since last night: the summary, the report, the list of
 * sites and the exit status. Its past is thirty days of figures; tonight is a real crawl. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

enum { SAME, CHANGED, WALLED, HOSTS, NEWS = 24 };

/* A feed of two dozen articles of this morning. */
static void answer_feed(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    char date[64], item[256];
    time_t now = time(NULL);
    (void)context;
    (void)request;
    strftime(date, sizeof date, "%a, %d %b %Y 00:00:01 GMT", gmtime(&now));
    bytes_append_string(&answer->body, "<rss version='2.0'><channel><title>News</title>");
    for (int i = 0; i < NEWS; i++) {
        snprintf(item, sizeof item,
                 "<item><title>Story %d</title><link>/news/2026/story-%d</link>"
                 "<pubDate>%s</pubDate></item>",
                 i, i, date);
        bytes_append_string(&answer->body, item);
    }
    bytes_append_string(&answer->body, "</channel></rss>");
}

static const struct site_route same[] = {
    {.path = "/", .type = "text/xml", .answer = answer_feed},
    {.path = "/news/*", .answer = story_answer},
};
/* A frame that a script would fill. */
static const struct site_route changed[] = {
    {.path = "/", .type = "text/xml", .answer = answer_feed},
    {.path = "/news/*",
     .type = "text/html",
     .body = "<!doctype html><title>News</title><div id=root></div><script src=/x.js></script>"},
};
static const struct site_route walled[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow:\n"},
    {.path = "*", .status = 403},
};
static const struct site_host hosts[HOSTS] = {
    [SAME] = {.routes = same, .routes_count = COUNT(same)},
    [CHANGED] = {.routes = changed, .routes_count = COUNT(changed)},
    [WALLED] = {.routes = walled, .routes_count = COUNT(walled)},
};

static struct site *site;
static const char *database;

/* Thirty days, and of the site that refuses us two nights already on which it did. */
static void tell_past(void)
{
    static const char past[] =
        "WITH RECURSIVE back(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < 30)"
        "INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, articles, titled,"
        "                      bodied, dated, words, open, verdict, refused)"
        "SELECT site_id, unixepoch('now') / 86400 - n, unixepoch('now', '-' || n || ' day') * 1000,"
        "       2, 2 * ok, 24 * ok, 24 * ok, 24 * ok, 24 * ok, 24 * ok, 8400 * ok, 24 * ok, 'ok',"
        "       4 * NOT ok"
        "  FROM back, (SELECT n AS m, site_id, NOT (site_id = 3 AND n < 3) AS ok"
        "                FROM back, sites) WHERE m = n";
    sql_do(database, past);
}

static int set_up(void **state)
{
    (void)state;
    site = site_start(hosts, HOSTS, 0);
    database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    tell_past();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(site);
    return 0;
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void test_the_run_names_them(void **state)
{
    char line[256];
    (void)state;
    char *summary = CRAWLER(1, "--sites", database, CRAWL_FAST, "--patience", "0", "--strict");
    snprintf(line, sizeof line, "%s broken: articles in pages 0 of %d, usual 100%%\n",
             site_url(site, CHANGED, "/"), NEWS);
    expect(summary, line);
    snprintf(line, sizeof line, "%s blocked: answered 0 of ", site_url(site, WALLED, "/"));
    expect(summary, line);
    assert_null(strstr(summary, site_url(site, SAME, "/")));
    free(summary);
}

static void test_the_report_too(void **state)
{
    (void)state;
    char *text = CRAWLER(0, "report", "--sites", database, "--json");
    json_t *report = json_loads(text, 0, NULL), *alarms = json_object_get(report, "alarms");
    json_t *stored =
        json_object_get(json_object_get(json_object_get(report, "run"), "figures"), "alarms");
    assert_int_equal(json_array_size(alarms), 2);
    assert_int_equal(json_array_size(stored), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *alarm = json_array_get(alarms, i);
        assert_true(json_equal(json_object_get(alarm, "why"),
                               json_object_get(json_array_get(stored, i), "why")));
    }
    json_decref(report);
    free(text);
    text = CRAWLER(0, "report", "--sites", database);
    expect(text, "Sites that are not as they were:");
    expect(text, "articles in pages 0 of 24, usual 100%");
    free(text);
    text = CRAWLER(0, "sites", "--sites", database);
    expect(text, " broken ");
    free(text);
    text = sql_text(database, "SELECT verdict || ' ' || articles_7d || ' ' || body_then || ' ' ||"
                              "  (since = date('now')) FROM v_site_health WHERE why LIKE 'art%'");
    assert_string_equal(text, "broken 144 1.0 1");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_run_names_them),
        cmocka_unit_test(test_the_report_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
