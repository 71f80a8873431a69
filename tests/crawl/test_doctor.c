/* crawler doctor: each thing that can be made bad on purpose is found, with what to do about it.
 *
 * Called with --without-landlock PROGRAM..., this program makes the kernel one without Landlock for
 * itself and becomes that program. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/crawl.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { LIMIT_MS = 60000, PAGE_BYTES = 16384, NOBODY = 65534 };

static const char *self; /* this program */

/* Valid in January 2020 alone. */
static const char old_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBAzCBqgIBATAKBggqhkjOPQQDAjAOMQwwCgYDVQQDDANvbGQwHhcNMjAwMTAx\n"
    "MDAwMDAwWhcNMjAwMjAxMDAwMDAwWjAOMQwwCgYDVQQDDANvbGQwWTATBgcqhkjO\n"
    "PQIBBggqhkjOPQMBBwNCAARIryb4VvVO0r0++cPBIriXtGVqJKWH3ol+qvUVxjJP\n"
    "/Eu1BIvIbpQxZyg7OO5kwu2lDtj7fTShLH2NAipqXveVMAoGCCqGSM49BAMCA0gA\n"
    "MEUCIHehl4N+9f5fN230i9fIGi8njNc3wG46VtXpBAxOuDr7AiEAmjFutl7Bs+zK\n"
    "IrdyIvjyIgEUtO71NyDnayTNmWHh03E=\n"
    "-----END CERTIFICATE-----\n";

/* A database with one site. */
static const char *database(void)
{
    const char *path = crawl_database();
    free(CRAWLER(0, "add", "--sites", path, "http://127.0.0.1:9/"));
    return path;
}

/* Runs a shell command, in which $C is the program and $D the database, and which prints the JSON
 * of a doctor; expects the exit status that the finding asks for, and the finding. */
static void expect(const char *path, const char *command, const char *check, const char *state,
                   const char *finding)
{
    struct program_result result;
    setenv("C", CRAWLER_PROGRAM, 1);
    setenv("D", path ? path : "", 1);
    setenv("SELF", self, 1);
    program_run((const char *const[]){"sh", "-c", command, NULL}, LIMIT_MS, &result);
    json_t *report = json_loads(result.out, 0, NULL), *row;
    if (!report)
        fail_msg("%s: exit status %d\n%s%s", command, result.exit_status, result.out, result.err);
    bool found = false;
    size_t i;
    json_array_foreach(json_object_get(report, "findings"), i, row)
    {
        const char *said = json_string_value(json_object_get(row, "finding"));
        found = found || (strcmp(json_string_value(json_object_get(row, "check")), check) == 0 &&
                          strcmp(json_string_value(json_object_get(row, "state")), state) == 0 &&
                          strstr(said, finding));
    }
    if (!found)
        fail_msg("%s: no %s of %s with '%s' in\n%s", command, state, check, finding, result.out);
    const char *worst = json_string_value(json_object_get(report, "state"));
    assert_int_equal(result.exit_status, strcmp(worst, "error") == 0);
    if (strcmp(state, "error") == 0)
        assert_string_equal(worst, "error");
    json_decref(report);
    program_result_clear(&result);
}

#define DOCTOR "$C doctor --json --sites $D"

static void test_a_good_one(void **state)
{
    const char *path = database();
    (void)state;
    expect(path, DOCTOR, "database", "ok", "opens: schema");
    expect(path, DOCTOR, "database", "ok", "are whole (quick_check)");
    expect(path, DOCTOR, "clock", "ok", "it is 20");
    expect(path, DOCTOR " --concurrency 1 --resolve localhost", "descriptors", "ok", "enough");
    expect(NULL, "$C doctor --json", "libraries", "ok", "libcurl ");
    /* it has changed nothing, and for people it says the same in lines */
    assert_int_equal(sql_integer(path, "SELECT count(*) FROM runs"), 0);
    struct program_result result;
    program_run((const char *const[]){CRAWLER_PROGRAM, "doctor", "--sites", path, NULL}, LIMIT_MS,
                &result);
    assert_non_null(strstr(result.out, "ok       database      "));
    program_result_clear(&result);
}

static void test_files_that_are_none(void **state)
{
    const char *folder = scratch_directory(), *path = database();
    (void)state;
    expect("/no/such/news.db", DOCTOR, "database", "error", "there is no such database");
    expect("/no/such/news.db", DOCTOR, "disk", "error", "No such file");
    expect(scratch_file(folder, "text", "some text that is no database at all"), DOCTOR, "database",
           "error", "no database of crawler");
    expect(path, "head -c 30000 $D >$D.cut; D=$D.cut; " DOCTOR, "database", "error", "cut short");
    expect(folder, DOCTOR, "database", "error", "it cannot be read");
}

/* What a disk does to a page in the middle: it opens, and only who reads all of it sees. */
static void test_a_damaged_page(void **state)
{
    static const char noise[2000] = "\x77 no page of a database";
    const char *path = database();
    (void)state;
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, noise, sizeof noise, INT64_C(20) * PAGE_BYTES), sizeof noise);
    close(file);
    expect(path, DOCTOR, "database", "error", "is damaged: Page 21");
}

static void test_schemas(void **state)
{
    const char *path = database();
    (void)state;
    sql_do(path, "PRAGMA user_version = 999");
    expect(path, DOCTOR, "database", "error", "a newer version of crawler");
    sql_do(path, "PRAGMA user_version = 20");
    expect(path, DOCTOR, "database", "warning", "the schema of an older version");
    assert_int_equal(sql_integer(path, "SELECT user_version FROM pragma_user_version"), 20);
}

static void test_runs_and_sites(void **state)
{
    const char *path = database();
    (void)state;
    sql_do(path, "INSERT INTO runs(started_ms, host, pid, version, argv, outcome)"
                 "  VALUES (1000, 'h', 1, '1', '[]', 'running')");
    expect(path, DOCTOR, "database", "warning", "the last run (1) was killed");
    sql_do(path, "UPDATE runs SET outcome = 'failed'");
    expect(path, DOCTOR, "database", "warning", "the last run (1) failed");
    sql_do(path, "UPDATE runs SET started_ms = unixepoch('now', '3 days') * 1000");
    expect(path, DOCTOR, "clock", "error", "but the last run was at 20");
    sql_do(path, "UPDATE sites SET enabled = 0");
    expect(path, DOCTOR, "database", "warning", "it has no sites");
}

/* Who holds it is told; a name that a killed holder has left is none. */
static void test_a_held_one(void **state)
{
    const char *path = database();
    char lock[512];
    (void)state;
    snprintf(lock, sizeof lock, "%s.lock", path);
    int file = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(write(file, "12345 1000\n", 11), 11);
    sql_do(path, "INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1, 'h', 1, '1', "
                 "'[]')");
    assert_int_equal(flock(file, LOCK_EX), 0);
    expect(path, DOCTOR, "database", "ok", "another run (process 12345) has held this database");
    assert_int_equal(flock(file, LOCK_UN), 0);
    expect(path, DOCTOR, "database", "warning", "was killed");
    close(file);
}

static void test_limits(void **state)
{
    (void)state;
    expect(NULL, "ulimit -n 100; $C doctor --json", "descriptors", "warning", "instead of 50");
    expect(NULL, "$C doctor --json --max-bodies 8000G", "memory", "warning", "a run takes up to");
}

static void test_the_network(void **state)
{
    const char *folder = scratch_directory();
    char command[512];
    (void)state;
    expect(NULL, "$C doctor --json --ca-file /no/such.pem", "certificates", "error",
           "--ca-file /no/such.pem cannot be read (No such file or directory)");
    expect(scratch_file(folder, "none.pem", "no certificate\n"), "$C doctor --json --ca-file $D",
           "certificates", "error", "holds no certificate");
    snprintf(command, sizeof command, "%s", "CRAWLER_CA_FILE=$D $C doctor --json");
    expect(scratch_file(folder, "old.pem", old_certificate), command, "certificates", "error",
           "none of the 1 certificates");
    expect(NULL, "$C doctor --json --dns-server nonsense", "resolver", "error",
           "no list of addresses");
    expect(NULL, "$C doctor --json --dns-server 127.0.0.1:9 --resolve news.invalid", "resolver",
           "error", "news.invalid: ");
    expect(NULL, "$C doctor --json --dns-server 127.0.0.1:9", "resolver", "ok",
           "names are asked of 127.0.0.1 (not tried");
}

/* Root may write anywhere, so it becomes nobody; who may perhaps not even start the program. */
static void test_a_folder_for_reading(void **state)
{
    const char *path = database();
    char command[512];
    struct stat facts;
    (void)state;
    char *folder = alloc_string(path);
    *strrchr(folder, '/') = '\0';
    assert_int_equal(chmod(folder, 0555), 0);
    assert_int_equal(chmod(path, 0444), 0);
    const char *as = getuid() ? "" : "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    snprintf(command, sizeof command, "%stest -x %s -a -x %s", as, CRAWLER_PROGRAM, folder);
    bool can = system(command) == 0 && stat(path, &facts) == 0;
    if (can) {
        snprintf(command, sizeof command, "%s" DOCTOR, as);
        expect(path, command, "database", "error", "SQLite has to write its log's index");
    }
    chmod(folder, 0755);
    free(folder);
    if (!can)
        skip();
}

static void test_a_small_disk(void **state)
{
    const char *folder = scratch_directory();
    (void)state;
    setenv("FOLDER", folder, 1);
    if (system("unshare --mount mount -t tmpfs -o size=60m none \"$FOLDER\" 2>/dev/null"))
        skip();
    expect(scratch_path(folder, "news.db"),
           "unshare --mount sh -c 'mount -t tmpfs -o size=60m none \"$FOLDER\" && "
           "$C add -q --sites $D http://127.0.0.1:9/ && " DOCTOR "'",
           "disk", "error", " MiB free in ");
}

#if defined(HAVE_SECCOMP) && !defined(CRAWLER_SANITIZED)

#include <seccomp.h>

static int without_landlock(char **arguments)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(landlock_create_ruleset), 0) ||
        seccomp_load(filter))
        return EXIT_FAILURE;
    execv(arguments[0], arguments);
    return EXIT_FAILURE;
}

static void test_an_old_kernel(void **state)
{
    (void)state;
    expect(NULL, "$SELF --without-landlock $C doctor --json", "sandbox", "warning",
           "this system lacks Landlock");
}

#else

static int without_landlock(char **arguments)
{
    (void)arguments;
    return EXIT_FAILURE;
}

static void test_an_old_kernel(void **state)
{
    (void)state;
    skip();
}

#endif

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_one),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_a_damaged_page),
        cmocka_unit_test(test_schemas),
        cmocka_unit_test(test_runs_and_sites),
        cmocka_unit_test(test_a_held_one),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_the_network),
        cmocka_unit_test(test_a_folder_for_reading),
        cmocka_unit_test(test_a_small_disk),
        cmocka_unit_test(test_an_old_kernel),
    };
    self = argv[0];
    if (argc > 2 && strcmp(argv[1], "--without-landlock") == 0)
        return without_landlock(argv + 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
