/* A night without a person: what a run leaves for machines (--metrics, --on-finish, --log json),
 * however it ends. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
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
#include "support/prometheus.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS = 2, STORIES = 5, LIMIT_MS = 60000, TEXT_BYTES = 1 << 16 };

static const struct story_map map = {STORIES};
static const struct site_route hanging_routes[] = {{.path = "*", .fault = SITE_HANG}};
static const struct site_host hanging[] = {{.routes = hanging_routes, .routes_count = 1}};

/* The file as it is now, owned; NULL where there is none. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    char *text = alloc_zeroed(1, TEXT_BYTES);
    size_t size = fread(text, 1, TEXT_BYTES - 1, file);
    fclose(file);
    text[size] = '\0';
    return text;
}

static unsigned files_in(const char *folder)
{
    unsigned count = 0;
    DIR *open = opendir(folder);
    for (struct dirent *entry; (entry = readdir(open));)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static unsigned times_in(const char *text, const char *part)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* ---- --metrics ---- */

static void test_metrics_of_a_run(void **state)
{
    const char *database = crawl_database(), *folder = scratch_directory();
    const char *path = scratch_path(folder, "crawler.prom");
    struct site *site = story_sites_start(HOSTS, &map, 0);
    (void)state;
    crawl_add(database, "site", site, HOSTS, "/");
    free(CRAWLER(0, "run", "-q", "--sites", database, CRAWL_FAST, "--metrics", path));
    char *text = read_file(path);
    prometheus_check(text);
    assert_true(prometheus_value(text, "crawler_run_active", "") == 0);
    assert_true(prometheus_value(text, "crawler_run_exit_status", "") == 0);
    assert_true(prometheus_value(text, "crawler_run_outcome", "outcome=\"ok\"") == 1);
    assert_true(prometheus_value(text, "crawler_articles_new_total", "") == HOSTS * STORIES);
    assert_true(prometheus_value(text, "crawler_database_rows", "table=\"articles\"") ==
                HOSTS * STORIES);
    assert_true(prometheus_value(text, "crawler_sites", "state=\"ok\"") == HOSTS);
    assert_true(prometheus_value(text, "crawler_database_log_bytes", "") == 0);
    assert_true(prometheus_value(text, "crawler_database_file_bytes", "") > 0);
    double succeeded = prometheus_value(text, "crawler_last_success_timestamp_seconds", "");
    assert_true(fabs(succeeded - (double)time(NULL)) < 60);
    assert_true(prometheus_value(text, "crawler_last_commit_timestamp_seconds", "") <= succeeded);
    assert_int_equal(files_in(folder), 1);
    free(text);
    /* a run that is stopped keeps the moment of the last that was good */
    free(CRAWLER(4, "run", "-q", "--sites", database, CRAWL_FAST, "--metrics", path, "--poll",
                 "all", "--delay", "1s", "--max-time", "300ms"));
    text = read_file(path);
    prometheus_check(text);
    assert_true(prometheus_value(text, "crawler_last_success_timestamp_seconds", "") == succeeded);
    assert_true(prometheus_value(text, "crawler_run_outcome", "outcome=\"stopped\"") == 1);
    assert_true(prometheus_value(text, "crawler_run_exit_status", "") == 4);
    free(text);
    site_stop(site);
}

/* Beats while it goes on; another run, which finds the database held, leaves the file alone; and
 * one that is killed leaves its last beat. */
static void test_metrics_meanwhile(void **state)
{
    const char *database = crawl_database(), *path = scratch_path(scratch_directory(), "m.prom");
    struct site *site = site_start(hanging, 1, 0);
    struct program_result result;
    char *text, *later;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    struct program *program =
        CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--metrics", path);
    crawl_await(program, site, 1);
    text = read_file(path);
    prometheus_check(text);
    assert_true(prometheus_value(text, "crawler_run_active", "") == 1);
    assert_true(isnan(prometheus_value(text, "crawler_last_success_timestamp_seconds", "")));
    free(CRAWLER(5, "run", "--sites", database, CRAWL_FAST, "--metrics", path));
    later = read_file(path);
    while (strcmp(later, text) == 0 && program_running(program)) {
        pause_ms(50);
        free(later);
        later = read_file(path);
    }
    prometheus_check(later);
    assert_true(prometheus_value(later, "crawler_heartbeat_timestamp_seconds", "") >
                prometheus_value(text, "crawler_heartbeat_timestamp_seconds", ""));
    assert_true(prometheus_value(later, "crawler_run_active", "") == 1);
    assert_true(prometheus_value(later, "crawler_requests_open", "") == 1);
    program_signal(program, SIGKILL);
    program_wait(program, LIMIT_MS, &result);
    program_result_clear(&result);
    free(text);
    text = read_file(path);
    assert_true(prometheus_value(text, "crawler_run_active", "") == 1);
    free(text);
    free(later);
    site_stop(site);
}

static void test_metrics_that_cannot_be_written(void **state)
{
    const char *database = crawl_database();
    struct site *site = story_sites_start(1, &map, 0);
    struct program_result result;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    program_wait(CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--metrics",
                               "/no/such/folder/m.prom"),
                 LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 0);
    assert_int_equal(times_in(result.err, "/no/such/folder"), 1);
    assert_non_null(strstr(result.err, "crawler: warning: --metrics /no/such/folder/m.prom cannot "
                                       "be written (No such file or directory)"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM articles"), STORIES);
    program_result_clear(&result);
    site_stop(site);
}

/* ---- --on-finish ---- */

static const char *folder_of_command;

/* A command that keeps what it gets in a new folder. */
static const char *keeping_command(void)
{
    static char command[512];
    folder_of_command = scratch_directory();
    snprintf(command, sizeof command,
             "cat >%s/report; echo $CRAWLER_OUTCOME $CRAWLER_EXIT_STATUS $CRAWLER_RUN >%s/own",
             folder_of_command, folder_of_command);
    return command;
}

static void expect_kept(const char *own, const char *outcome, const char *error)
{
    char *text = read_file(scratch_path(folder_of_command, "own"));
    assert_non_null(text);
    assert_string_equal(text, own);
    free(text);
    text = read_file(scratch_path(folder_of_command, "report"));
    json_t *report = json_loads(text, 0, NULL);
    assert_non_null(report);
    assert_string_equal(json_string_value(json_object_get(report, "outcome")), outcome);
    const char *said = json_string_value(json_object_get(report, "error"));
    assert_true(error ? said && strstr(said, error) : !said);
    json_decref(report);
    free(text);
}

static void test_on_finish(void **state)
{
    const char *database = crawl_database();
    struct site *site = story_sites_start(1, &map, 0);
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    /* standard output has nothing but the report */
    char *text = CRAWLER(0, "run", "--sites", database, CRAWL_FAST, "--json", "--on-finish",
                         "echo noise; cat >/dev/null");
    json_t *report = json_loads(text, 0, NULL);
    assert_non_null(report);
    json_decref(report);
    free(text);
    free(
        CRAWLER(0, "run", "-q", "--sites", database, CRAWL_FAST, "--on-finish", keeping_command()));
    expect_kept("ok 0 2\n", "ok", NULL);
    /* how it ends is not how the run has ended, and the database is free by then */
    free(CRAWLER(0, "run", "-q", "--sites", database, CRAWL_FAST, "--on-finish", "exit 9"));
    char command[256];
    snprintf(command, sizeof command, "%s run -q --contact x; test $? = 0 && %s report >&2",
             CRAWLER_PROGRAM, CRAWLER_PROGRAM);
    struct program_result result;
    program_wait(
        CRAWLER_START("run", "-q", "--sites", database, CRAWL_FAST, "--on-finish", command),
        LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.err, "Run 5"));
    program_result_clear(&result);
    site_stop(site);
}

static void test_on_finish_when_stopped(void **state)
{
    const char *database = crawl_database();
    struct site *site = site_start(hanging, 1, 0);
    struct program_result result;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    struct program *program = CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--grace",
                                            "100ms", "--on-finish", keeping_command());
    crawl_await(program, site, 1);
    program_signal(program, SIGTERM);
    program_wait(program, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 4);
    program_result_clear(&result);
    expect_kept("stopped 4 1\n", "stopped", NULL);
    site_stop(site);
}

static void test_on_finish_when_failed(void **state)
{
    (void)state;
    free(CRAWLER(3, "run", "--sites", "/no/such/news.db", "--on-finish", keeping_command()));
    expect_kept("failed 3 0\n", "failed", "there is no such database");
    const char *database = crawl_database();
    free(CRAWLER(0, "add", "--sites", database, "https://one.example/"));
    free(CRAWLER(2, "run", "--sites", database, "--ca-file", "/no/such.pem", "--on-finish",
                 keeping_command()));
    expect_kept("failed 2 1\n", "failed", "--ca-file");
    char *text = CRAWLER(0, "report", "--sites", database);
    assert_non_null(strstr(text, "ended by  --ca-file /no/such.pem: No such file"));
    free(text);
    struct program_result doctor; /* of its status this machine has a say, too */
    program_wait(CRAWLER_START("doctor", "--sites", database), LIMIT_MS, &doctor);
    assert_non_null(
        strstr(doctor.out, "the last run (1) failed: --ca-file /no/such.pem: No such file"));
    program_result_clear(&doctor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics_of_a_run),
        cmocka_unit_test(test_metrics_meanwhile),
        cmocka_unit_test(test_metrics_that_cannot_be_written),
        cmocka_unit_test(test_on_finish),
        cmocka_unit_test(test_on_finish_when_stopped),
        cmocka_unit_test(test_on_finish_when_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
