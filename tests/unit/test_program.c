/* The helpers by which tests run programs, keep files and ask databases. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/sql.h"

static const struct {
    const char *name, *script;
    int exit_status, signal;
    const char *out, *err;
} cases[] = {
    {"output and status", "echo yes; echo no >&2; exit 3", 3, 0, "yes\n", "no\n"},
    {"standard input is empty", "cat", 0, 0, "", ""},
    {"a signal is told", "kill -TERM $$", -1, SIGTERM, "", ""},
};

static void gives_output_and_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *arguments[] = {"sh", "-c", cases[i].script, NULL};
        struct program_result result;
        program_run(arguments, 10000, &result);
        if (result.exit_status != cases[i].exit_status || result.signal != cases[i].signal ||
            strcmp(result.out, cases[i].out) != 0 || strcmp(result.err, cases[i].err) != 0)
            fail_msg("%s: exit %d, signal %d, %s, %s", cases[i].name, result.exit_status,
                     result.signal, result.out, result.err);
        program_result_clear(&result);
    }
}

static void takes_input_signals_and_limits(void **state)
{
    (void)state;
    const char *cat[] = {"cat", NULL}, *sleeper[] = {"sleep", "60", NULL};
    struct program_result result;
    program_wait(program_start(cat, "told"), 10000, &result);
    assert_string_equal(result.out, "told");
    program_result_clear(&result);

    struct program *program = program_start(sleeper, NULL);
    assert_true(program_running(program));
    program_signal(program, SIGINT);
    program_wait(program, 10000, &result);
    assert_int_equal(result.signal, SIGINT);
    assert_false(result.timed_out);
    program_result_clear(&result);

    program_run(sleeper, 50, &result);
    assert_true(result.timed_out);
    assert_int_equal(result.signal, SIGKILL);
    program_result_clear(&result);

    const char *missing[] = {"/nowhere/at/all", NULL};
    program_run(missing, 10000, &result);
    assert_int_equal(result.exit_status, 127);
    program_result_clear(&result);
}

static void asks_a_database(void **state)
{
    (void)state;
    const char *path = scratch_path(scratch_directory(), "x.db");
    sqlite3 *database;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_exec(database,
                 "CREATE TABLE t(a, b); INSERT INTO t VALUES(1, 'one'), (2, NULL), (3, 'three')",
                 NULL, NULL, NULL);
    sqlite3_close(database);
    assert_int_equal(sql_integer(path, "SELECT sum(a) FROM t"), 6);
    assert_int_equal(sql_integer(path, "SELECT a FROM t WHERE a > 9"), 0);
    char *text = sql_text(path, "SELECT b FROM t WHERE a = 3");
    assert_string_equal(text, "three");
    free(text);
    assert_null(sql_text(path, "SELECT b FROM t WHERE a = 2"));
    text = sql_rows(path, "SELECT a, b FROM t ORDER BY a");
    assert_string_equal(text, "1|one\n2|\n3|three\n");
    free(text);
}

static void keeps_files_apart(void **state)
{
    (void)state;
    const char *one = scratch_directory(), *two = scratch_directory();
    struct stat facts;
    assert_string_not_equal(one, two);
    assert_int_equal(stat(scratch_file(one, "list", "a\n"), &facts), 0);
    assert_int_equal(facts.st_size, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_output_and_status),
        cmocka_unit_test(takes_input_signals_and_limits),
        cmocka_unit_test(asks_a_database),
        cmocka_unit_test(keeps_files_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
