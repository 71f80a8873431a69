/* test_metrics.c - the metrics file: its format, its bounds, and what hostile names do to it. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "metrics.h"
#include "storage/store.h"
#include "support/crawl.h"
#include "support/program.h"
#include "support/prometheus.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { NOW_S = 1795300000 };

static struct report report;

static int set_up(void **state)
{
    (void)state;
    report_init(&report, 1000);
    report.requests = 9;
    report.ok = 5;
    report.failed_requests = 4;
    report.articles_new = 3;
    report.now.requests_open = 2;
    report.now.queued = 17;
    strcpy(report.errors[0].class, "http 503");
    report.errors[0].count = 4;
    report.errors_count = 1;
    report_time(&report, STAGE_FETCH, 1500000, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    report_clear(&report);
    return 0;
}

static struct bytes text_of(const struct metrics *metrics)
{
    struct bytes text;
    bytes_init(&text, 0);
    metrics_text(metrics, &report, NOW_S * INT64_C(1000) + 250, 3500, &text);
    prometheus_check(text.data);
    return text;
}

static void expect(const struct bytes *text, const char *name, const char *labels, double value)
{
    double got = prometheus_value(text->data, name, labels);
    if (isnan(value) ? !isnan(got) : got != value)
        fail_msg("%s{%s} is %g, expected %g", name, labels, got, value);
}

static void test_while_it_goes_on(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_create("m.prom", "/data/news.db", 7, NOW_S * INT64_C(1000));
    struct bytes text = text_of(metrics);
    expect(&text, "crawler_run_active", "database=\"/data/news.db\"", 1);
    expect(&text, "crawler_heartbeat_timestamp_seconds", "", NOW_S + 0.25);
    expect(&text, "crawler_run_number", "", 7);
    expect(&text, "crawler_run_duration_seconds", "", 2.5);
    expect(&text, "crawler_requests_total", "result=\"ok\"", 5);
    expect(&text, "crawler_requests_total", "result=\"failed\"", 4);
    expect(&text, "crawler_request_errors_total", "error=\"http 503\"", 4);
    expect(&text, "crawler_request_duration_seconds_sum", "", 1.5);
    expect(&text, "crawler_requests_open", "", 2);
    expect(&text, "crawler_queue_urls", "", 17);
    expect(&text, "crawler_run_outcome", "outcome=\"ok\"", 0);
    expect(&text, "crawler_run_exit_status", "", NAN);
    expect(&text, "crawler_last_success_timestamp_seconds", "", NAN);
    bytes_clear(&text);
    metrics_free(metrics);
}

static void test_when_it_has_ended(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_create("m.prom", "/data/news.db", 7, NOW_S * INT64_C(1000));
    metrics_end(metrics, "stopped", 4);
    struct bytes text = text_of(metrics);
    expect(&text, "crawler_run_active", "", 0);
    expect(&text, "crawler_run_exit_status", "", 4);
    expect(&text, "crawler_run_outcome", "outcome=\"stopped\"", 1);
    expect(&text, "crawler_run_outcome", "outcome=\"ok\"", 0);
    expect(&text, "crawler_requests_open", "", 0);
    expect(&text, "crawler_queue_urls", "", 17);
    bytes_clear(&text);
    metrics_free(metrics);
}

/* What a path or an address may hold must not end a label, a line or the format. */
static void test_hostile_names(void **state)
{
    (void)state;
    struct metrics *metrics =
        metrics_create("m.prom", "/data/\"} 1\ncrawler_x \\ \xff\x1b[2J.db", 1, 0);
    struct bytes text = text_of(metrics);
    assert_null(strstr(text.data, "\ncrawler_x"));
    assert_non_null(strstr(text.data, "database=\"/data/\\\"} 1 crawler_x \\\\ "));
    bytes_clear(&text);
    metrics_free(metrics);
}

/* Many sites: as many series as few of them. */
static void test_many_sites(void **state)
{
    const char *database = crawl_database();
    struct store *store;
    char message[256];
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "https://one.example/"));
    sql_do(
        database,
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        "INSERT INTO sites(kind, domain, home_url, added_ms)"
        "  SELECT 'site', 's' || i || '.example', 'https://s' || i || '.example/\"', 0 FROM n;"
        "INSERT INTO site_days(site_id, day, verdict)"
        "  SELECT site_id, 20000, CASE WHEN site_id % 4 = 0 THEN 'silent' ELSE 'ok' END"
        "    FROM sites;"
        "INSERT INTO hosts(host_id, origin) VALUES (50000, 'https://feeds.example');"
        "INSERT INTO feeds(host_id, site_id, url, hash, source, kind, found_via, asked_ms)"
        "  SELECT 50000, site_id, 'https://feeds.example/' || site_id, site_id, 3, 'rss', 'link',"
        "         1 FROM sites");
    assert_int_equal(store_open(&store, database, STORE_READ, message, sizeof message), 0);
    struct metrics *metrics = metrics_create("m.prom", database, 1, 0);
    assert_int_equal(metrics_read(metrics, store, 20001 * INT64_C(86400000), 0), 0);
    struct bytes text = text_of(metrics);
    expect(&text, "crawler_sites", "state=\"silent\"", 5000);
    expect(&text, "crawler_sites", "state=\"ok\"", 15000);
    expect(&text, "crawler_database_rows", "table=\"sites\"", 20000);
    assert_int_equal(prometheus_count(text.data, "crawler_site_in_trouble"), METRICS_SITES_MAX);
    bytes_clear(&text);
    metrics_free(metrics);
    store_close(store);
}

/* Others may read it at any moment, as node_exporter does under a user of its own. */
static void test_the_file(void **state)
{
    const char *folder = scratch_directory(), *path = scratch_path(folder, "m.prom");
    struct stat facts;
    (void)state;
    mode_t mask = umask(022);
    struct metrics *metrics = metrics_create(path, "/data/news.db", 7, 0);
    assert_int_equal(metrics_write(metrics, &report, 1000, 2000), 0);
    assert_int_equal(metrics_write(metrics, &report, 2000, 3000), 0);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0644);
    assert_int_equal(facts.st_nlink, 1);
    metrics_free(metrics);
    umask(mask);
}

static void test_what_cannot_be_written(void **state)
{
    const char *folder = scratch_directory(), *pipe_path = scratch_path(folder, "pipe");
    const struct {
        const char *path;
        int error;
    } cases[] = {
        {scratch_path(folder, "none/m.prom"), ENOENT},
        {folder, EISDIR},
        {pipe_path, EOPNOTSUPP},
        {"/dev/null", EOPNOTSUPP},
    };
    (void)state;
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct metrics *metrics = metrics_create(cases[i].path, "/data/news.db", 7, 0);
        assert_int_equal(metrics_write(metrics, &report, 1000, 2000), ERR_IO);
        assert_int_equal(errno, cases[i].error);
        metrics_free(metrics);
    }
}

/* The rules of data/alerts ask for nothing that is not in the file, and promtool agrees. */
static void test_alerts(void **state)
{
    char name[64];
    (void)state;
    struct bytes rules = scratch_read(DATA_DIR "/alerts/crawler.rules.yml");
    struct metrics *metrics = metrics_create("m.prom", "/data/news.db", 7, 0);
    struct bytes text = text_of(metrics);
    size_t names = 0;
    for (const char *at = rules.data; (at = strstr(at, "crawler_")); at += strlen(name), names++) {
        size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        char type[96];
        snprintf(type, sizeof type, "# TYPE %s ", name);
        bool absent = strcmp(name, "crawler_last_success_timestamp_seconds") == 0; /* so far */
        if (!absent && !strstr(text.data, type))
            fail_msg("no %s", name);
    }
    assert_true(names >= 5);
    bytes_clear(&rules);
    bytes_clear(&text);
    metrics_free(metrics);
    struct program_result result;
    program_run((const char *const[]){"sh", "-c",
                                      "cd " DATA_DIR "/alerts && command -v promtool >/dev/null ||"
                                      "  exit 0; promtool check rules crawler.rules.yml &&"
                                      "  promtool test rules crawler.test.yml",
                                      NULL},
                60000, &result);
    if (result.exit_status)
        fail_msg("promtool: %s%s", result.out, result.err);
    program_result_clear(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_while_it_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_when_it_has_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hostile_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_sites, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_alerts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
