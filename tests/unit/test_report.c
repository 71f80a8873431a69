/* test_report.c - what results count as, and how a run is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/error.h"
#include "report.h"
#include "support/scratch.h"

static void test_results(void **state)
{
    static const struct {
        const char *name;
        enum url_kind kind;
        enum completion completion;
        bool asked, unchanged;
        int status;
        const char *error;
        size_t counter;    /* the one that must go up */
        const char *class; /* of the error, or NULL */
    } cases[] = {
#define COUNTER(field) offsetof(struct report, field)
        {"a page", URL_ARTICLE, COMPLETE_DONE, true, false, 200, NULL, COUNTER(ok), NULL},
        {"no article", URL_ARTICLE, COMPLETE_DONE, true, false, 200, "not an article", COUNTER(ok),
         NULL},
        {"304", URL_SOURCE, COMPLETE_DONE, true, true, 304, NULL, COUNTER(unchanged), NULL},
        {"the same bytes", URL_SOURCE, COMPLETE_DONE, true, true, 200, NULL, COUNTER(unchanged),
         NULL},
        {"redirect", URL_ARTICLE, COMPLETE_DONE, true, false, 301, NULL, COUNTER(redirects), NULL},
        {"404", URL_ARTICLE, COMPLETE_GONE, true, false, 404, "gone", COUNTER(gone), NULL},
        {"no robots.txt", URL_ROBOTS, COMPLETE_DONE, true, false, 404, "gone", COUNTER(ok), NULL},
        {"robots.txt throttled", URL_ROBOTS, COMPLETE_RETRY, true, false, 429, "throttled",
         COUNTER(failed_requests), "http 429"},
        {"500, tried again", URL_ARTICLE, COMPLETE_RETRY, true, false, 500, "server error",
         COUNTER(retries), "http 500"},
        {"time-out for good", URL_ARTICLE, COMPLETE_ERROR, true, false, 0, "timeout: connect",
         COUNTER(failures), "timeout"},
        {"too large", URL_ARTICLE, COMPLETE_ERROR, true, false, 200, "too large: 10 MiB",
         COUNTER(failed_requests), "too large"},
        {"nothing is known of it", URL_ARTICLE, COMPLETE_ERROR, true, false, 0, NULL,
         COUNTER(failures), "no answer"},
        {"forbidden", URL_ARTICLE, COMPLETE_DENIED, false, false, 0, NULL, COUNTER(denied), NULL},
        {"left out", URL_ARTICLE, COMPLETE_SKIPPED, false, false, 0, NULL, COUNTER(skipped), NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct report report;
        struct commit_outcome outcome = {0};
        struct result_record result = {
            .lease = {.kind = cases[i].kind, .site_id = 1},
            .completion = cases[i].completion,
            .unchanged = cases[i].unchanged,
            .fetch = {.asked = cases[i].asked, .status = cases[i].status, .error = cases[i].error},
        };
        report_init(&report, 0);
        report_result(&report, &result, &outcome);
        uint64_t *counter = (uint64_t *)((char *)&report + cases[i].counter);
        if (*counter != 1 || report.results != 1 || report.requests != cases[i].asked)
            fail_msg("%s: counted %ju of %ju requests", cases[i].name, (uintmax_t)*counter,
                     (uintmax_t)report.requests);
        if (report.errors_count != (cases[i].class != NULL) ||
            (cases[i].class && strcmp(report.errors[0].class, cases[i].class) != 0))
            fail_msg("%s: class '%s'", cases[i].name, report.errors[0].class);
        if (report.ok + report.unchanged + report.redirects + report.gone +
                report.failed_requests !=
            report.requests)
            fail_msg("%s: requests don't add up", cases[i].name);
        report_clear(&report);
    }
}

static void test_released(void **state)
{
    struct report report;
    struct commit_outcome outcome = {0};
    struct result_record result = {.completion = COMPLETE_RELEASED};
    (void)state;
    report_init(&report, 0);
    report_result(&report, &result, &outcome);
    assert_int_equal(report.results, 0);
    report_clear(&report);
}

/* A made-up run: `sites` sites with `pages` new articles each, at one moment. */
static void fill(struct report *report, int64_t sites, int pages)
{
    struct commit_outcome outcome = {.article_new = true, .found_new = 2};
    for (int64_t site = 1; site <= sites; site++)
        for (int page = 0; page < pages; page++) {
            struct result_record result = {
                .lease = {.kind = URL_ARTICLE, .site_id = site * 7919},
                .fetch = {.asked = true, .status = 200, .total_ms = 100, .bytes_wire = 1000},
            };
            report_result(report, &result, &outcome);
        }
}

static void test_resting_hosts(void **state)
{
    struct report report;
    struct commit_outcome outcome = {0};
    (void)state;
    report_init(&report, 0);
    for (int64_t host = 1; host <= 300; host++) {
        struct result_record result = {
            .completion = COMPLETE_RETRY,
            .host = {.host_id = host % 100 + 1, .rests = host % 100 < 7}};
        report_result(&report, &result, &outcome);
    }
    assert_int_equal(report.now.hosts_resting, 7);
    report_clear(&report);
}

static void test_sites_seen(void **state)
{
    struct report report;
    (void)state;
    report_init(&report, 0);
    fill(&report, 5000, 2);
    assert_int_equal(report.sites.count, 5000);
    assert_int_equal(report.articles_new, 10000);
    report_clear(&report);
}

/* More classes than places: the last place takes the rest. */
static void test_many_classes(void **state)
{
    struct report report;
    struct commit_outcome outcome = {0};
    uint64_t total = 0;
    (void)state;
    report_init(&report, 0);
    for (int i = 0; i < 100; i++) {
        struct result_record result = {.lease = {.kind = URL_ARTICLE},
                                       .completion = COMPLETE_ERROR,
                                       .fetch = {.asked = true, .status = 420 + i}};
        report_result(&report, &result, &outcome);
    }
    assert_int_equal(report.errors_count, REPORT_ERRORS_MAX);
    assert_string_equal(report.errors[REPORT_ERRORS_MAX - 1].class, "other");
    for (size_t i = 0; i < report.errors_count; i++)
        total += report.errors[i].count;
    assert_int_equal(total, 100);
    report_clear(&report);
}

static void test_progress(void **state)
{
    static const struct {
        const char *name;
        struct report_now now;
        const char *expected;
    } cases[] = {
        {"at work",
         {.sites = 200, .requests_open = 50, .jobs = 60, .queued = 40, .next_in_ms = -1},
         "3/200 sites, 30 URLs, 30 articles (15.0/s), 0 errors, 50 requests open, ETA 6.7 s"},
        {"one host rests",
         {.requests_open = 1, .hosts_resting = 1, .next_in_ms = -1},
         "3 sites, 30 URLs, 30 articles (15.0/s), 0 errors, 1 request open, 1 host is at rest"},
        {"only retries are left",
         {.sites = 3, .next_in_ms = 12000, .hosts_resting = 2},
         "3/3 sites, 30 URLs, 30 articles (15.0/s), 0 errors, next in 12 s, 2 hosts are at rest"},
        {"the database is locked",
         {.sites = 3, .database_busy = true, .next_in_ms = -1, .extracting = 1},
         "3/3 sites, 30 URLs, 30 articles (15.0/s), 0 errors, the database is locked by another "
         "program, reading 1 page"},
        {"hosts' delays",
         {.sites = 3, .jobs = 30, .jobs_waiting = 30, .next_in_ms = -1},
         "3/3 sites, 30 URLs, 30 articles (15.0/s), 0 errors, waiting for hosts' delays, ETA 2.0 "
         "s"},
        {"stopping",
         {.sites = 3, .jobs = 30, .requests_open = 2, .next_in_ms = -1, .stopping = "signal"},
         "3/3 sites, 30 URLs, 30 articles (15.0/s), 0 errors, stopping (signal), 2 requests open"},
    };
    int quiet = 999; /* no such descriptor: the line is not looked at here */
    struct log *log = log_create(quiet, LOG_TEXT, false);
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct report report;
        char line[256];
        report_init(&report, 1000);
        fill(&report, 3, 10);
        report_tick(&report, log, 3000);
        report.now = cases[i].now;
        report_progress(&report, 3000, line, sizeof line);
        if (strcmp(line, cases[i].expected) != 0)
            fail_msg("%s: got '%s'", cases[i].name, line);
        report_clear(&report);
    }
    log_close(log);
}

/* Without a terminal: a line every ten seconds, whatever the ticks. */
static void test_plain_lines(void **state)
{
    struct report report;
    int ends[2];
    char text[4096] = "";
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_TEXT, false);
    report_init(&report, 0);
    for (uint64_t now_ms = 0; now_ms < 35000; now_ms += 100) {
        report.now.jobs = (unsigned)(now_ms / 1000);
        report_tick(&report, log, now_ms);
    }
    log_close(log);
    close(ends[1]);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    unsigned lines = 0;
    for (ssize_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, 3);
    assert_int_equal(report.peaks.jobs, 34);
    close(ends[0]);
    report_clear(&report);
}

static void test_summary(void **state)
{
    static const struct {
        const char *outcome;
        int pages;
        const char *says;
    } cases[] = {
        {"ok", 10, "The run completed after 12 s.\n"},
        {"ok", 0, "The run completed after 12 s: nothing was due.\n"},
        {"partial", 10, "The run stopped at its limit, with work left, after 12 s.\n"},
        {"stopped", 10, "The run was stopped, with work left, after 12 s.\n"},
        {"failed", 10, "The run failed after 12 s.\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct report report;
        struct bytes text;
        bytes_init(&text, 0);
        report_init(&report, 0);
        fill(&report, 3, cases[i].pages);
        report_summary(&report, 12345, cases[i].outcome, &text);
        if (strncmp(text.data, cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("got '%s', expected '%s'", text.data, cases[i].says);
        report_clear(&report);
        bytes_clear(&text);
    }
}

/* A reader that does not end is told of when the log has grown past 1 GB, once, and at the end. */
static void test_a_long_log(void **state)
{
    struct report report;
    struct bytes text;
    char line[512];
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_TEXT, false);
    bytes_init(&text, 0);
    report_init(&report, 0);
    report.now.log_bytes = REPORT_LOG_BYTES_MAX;
    report_tick(&report, log, 100);
    report_summary(&report, 12345, "ok", &text);
    assert_null(strstr(text.data, "its log grew"));
    for (int i = 0; i < 3; i++) {
        report.now.log_bytes = 2LL * REPORT_LOG_BYTES_MAX;
        report_tick(&report, log, 200);
        report.now.log_bytes = 0;
        report_tick(&report, log, 300);
    }
    log_close(log);
    close(ends[1]);
    ssize_t size = read(ends[0], line, sizeof line - 1);
    assert_true(size > 0);
    line[size] = '\0';
    close(ends[0]);
    assert_non_null(strstr(line, "end that program"));
    assert_string_equal(strchr(line, '\n'), "\n");
    report_summary(&report, 12345, "ok", &text);
    assert_non_null(strstr(text.data, "its log grew to 2"));
    report_clear(&report);
    bytes_clear(&text);
}

/* A second poll: everything unchanged is told as nothing new. */
static void test_nothing_new(void **state)
{
    struct report report;
    struct commit_outcome outcome = {0};
    struct result_record result = {.unchanged = true, .fetch = {.asked = true, .status = 304}};
    struct bytes text;
    (void)state;
    bytes_init(&text, 0);
    report_init(&report, 0);
    report_result(&report, &result, &outcome);
    report_summary(&report, 500, "ok", &text);
    assert_non_null(strstr(text.data, "The run completed after 500 ms: nothing new.\n"));
    assert_non_null(strstr(text.data, "1: 0 ok, 1 unchanged"));
    report_clear(&report);
    bytes_clear(&text);
}

static void test_stats(void **state)
{
    struct report report;
    const char *path = scratch_path(scratch_directory(), "stats.json");
    (void)state;
    report_init(&report, 1000);
    fill(&report, 3, 10);
    report_time(&report, STAGE_LOOP, 4000, 0);
    report_time(&report, STAGE_LOOP, 1500, 0);
    report_time(&report, STAGE_EXTRACT, 2000, 1900);
    report.now.jobs = 17;
    struct log *log = log_create(999, LOG_TEXT, true);
    report_tick(&report, log, 2000);
    log_close(log);
    assert_int_equal(report_write_stats(&report, 3500, "ok", path), 0);
    json_t *root = json_load_file(path, 0, NULL), *value;
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "articles")), 30);
    assert_int_equal(json_integer_value(json_object_get(root, "requests")), 30);
    assert_int_equal(json_integer_value(json_object_get(root, "bytes_wire")), 30000);
    assert_true(json_number_value(json_object_get(root, "wall_s")) == 2.5);
    assert_true(json_number_value(json_object_get(root, "loop_longest_ms")) == 4.0);
    value = json_object_get(json_object_get(root, "stages"), "extract");
    assert_true(json_number_value(json_object_get(value, "cpu_ms")) == 1.9);
    value = json_object_get(json_object_get(root, "peaks"), "jobs");
    assert_int_equal(json_integer_value(value), 17);
    json_decref(root);
    assert_int_equal(report_write_stats(&report, 3500, "ok", "/no/such/folder/stats.json"), ERR_IO);
    report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),      cmocka_unit_test(test_released),
        cmocka_unit_test(test_sites_seen),   cmocka_unit_test(test_resting_hosts),
        cmocka_unit_test(test_many_classes), cmocka_unit_test(test_progress),
        cmocka_unit_test(test_plain_lines),  cmocka_unit_test(test_summary),
        cmocka_unit_test(test_a_long_log),   cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_stats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
