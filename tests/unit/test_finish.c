/* test_finish.c - the command that gets a run's report: it may do what it likes, we end in time. */
#include <setjmp.h>
#include <signal.h>
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
#include "base/clock.h"
#include "base/log.h"
#include "commands/finish.h"
#include "support/scratch.h"

enum { LARGE = 8 << 20, LINE_BYTES = 4096 };

static char *large; /* more than any pipe takes */

static int set_up(void **state)
{
    (void)state;
    large = alloc_zeroed(1, LARGE + 1);
    memset(large, 'x', LARGE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(large);
    return 0;
}

/* Runs `command` and returns its line of the log as JSON, owned. */
static json_t *run(const char *command, uint64_t time_ms, struct span report)
{
    char line[LINE_BYTES];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_JSON, false);
    const struct finish finish = {.command = command,
                                  .time_ms = time_ms,
                                  .database = "/data/news.db",
                                  .run_id = 7,
                                  .outcome = "stopped",
                                  .exit_status = 4,
                                  .report = report};
    finish_run(&finish, log);
    log_close(log);
    close(ends[1]);
    ssize_t size = read(ends[0], line, sizeof line - 1);
    assert_true(size > 0);
    line[size] = '\0';
    close(ends[0]);
    json_t *said = json_loads(line, 0, NULL);
    assert_non_null(said);
    assert_string_equal(json_string_value(json_object_get(said, "event")), "on-finish");
    return said;
}

static double number(const json_t *said, const char *key)
{
    return json_number_value(json_object_get(said, key));
}

static void test_commands(void **state)
{
    static const struct {
        const char *name, *command;
        uint64_t time_ms, took_ms_max;
        int status, signal;
        bool ended, warned;
    } cases[] = {
        {"it reads all", "cat >/dev/null", 20000, 20000, 0, 0, false, false},
        {"it reads nothing", "true", 20000, 20000, 0, 0, false, false},
        {"it closes its input and goes on", "exec <&-; sleep 0.3", 20000, 20000, 0, 0, false,
         false},
        {"it reads a little", "head -c 100 >/dev/null; sleep 0.3", 20000, 20000, 0, 0, false,
         false},
        {"it fails", "exit 3", 20000, 20000, 3, 0, false, true},
        {"it is not there", "/no/such/program 2>/dev/null", 20000, 20000, 127, 0, false, true},
        {"a signal ends it", "kill -9 $$", 20000, 20000, 0, 9, false, true},
        {"it takes too long", "sleep 60", 200, 10000, 0, SIGTERM, true, true},
        {"it does not want to end", "trap '' TERM; sleep 60; sleep 60", 200, 20000, 0, SIGKILL,
         true, true},
        {"it leaves something behind", "sleep 5 >/dev/null 2>&1 & exit 0", 20000, 4000, 0, 0, false,
         false},
        {"SIGPIPE is as usual", "yes | head -1 >/dev/null", 20000, 20000, 0, 0, false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t before_ms = clock_monotonic_ms();
        json_t *said = run(cases[i].command, cases[i].time_ms, (struct span){large, LARGE});
        uint64_t took_ms = clock_monotonic_ms() - before_ms;
        if (took_ms > cases[i].took_ms_max || (int)number(said, "status") != cases[i].status ||
            (int)number(said, "signal") != cases[i].signal ||
            (number(said, "ended_by_us") != 0) != cases[i].ended ||
            (strcmp(json_string_value(json_object_get(said, "level")), "warning") == 0) !=
                cases[i].warned)
            fail_msg("%s: after %ju ms %s", cases[i].name, (uintmax_t)took_ms,
                     json_dumps(said, JSON_COMPACT));
        json_decref(said);
    }
}

static void expect_content(const char *folder, const char *name, const char *expected)
{
    struct bytes text = scratch_read(scratch_path(folder, name));
    assert_string_equal(text.data, expected);
    bytes_clear(&text);
}

static void test_what_it_gets(void **state)
{
    const char *folder = scratch_directory();
    char command[512];
    (void)state;
    setenv("CRAWLER_CONTACT", "a-secret", 1);
    setenv("API_PASSWORD", "a-secret", 1);
    setenv("LC_TIME", "C", 1);
    snprintf(command, sizeof command,
             "cat >%s/input; env >%s/env; echo $CRAWLER_OUTCOME $CRAWLER_EXIT_STATUS $CRAWLER_RUN "
             "$CRAWLER_SITES >%s/own; cat /dev/stdin >%s/again",
             folder, folder, folder, folder);
    json_decref(run(command, 20000, span_of("{\"outcome\":\"stopped\"}\n")));
    expect_content(folder, "input", "{\"outcome\":\"stopped\"}\n");
    expect_content(folder, "own", "stopped 4 7 /data/news.db\n");
    expect_content(folder, "again", ""); /* a pipe at its end, no error */
    struct bytes environment = scratch_read(scratch_path(folder, "env"));
    assert_null(strstr(environment.data, "a-secret"));
    assert_non_null(strstr(environment.data, "PATH="));
    assert_non_null(strstr(environment.data, "LC_TIME=C"));
    bytes_clear(&environment);
}

/* A second signal to us, as systemd or Ctrl-C sends it. */
static void test_a_signal_ends_it(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "kill -TERM %ld; sleep 60", (long)getpid());
    json_t *said = run(command, 50000, span_of("{}"));
    assert_int_equal((int)number(said, "signal"), SIGTERM);
    assert_non_null(strstr(json_string_value(json_object_get(said, "message")), "a signal came"));
    json_decref(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_what_it_gets),
        cmocka_unit_test(test_a_signal_ends_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
