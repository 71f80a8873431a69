/* test_open.c - which files are opened, and that the others stay as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "support/storebox.h"

static int try_open(const char *path, enum store_access access, char *message, size_t size)
{
    struct store *store = NULL;
    int err = store_open(&store, path, access, message, size);
    assert_true(err ? store == NULL : store != NULL);
    store_close(store);
    return err;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* The file's bytes as one number, with its size; 0: there is none. */
static unsigned long fingerprint(const char *path)
{
    FILE *file = fopen(path, "rb");
    unsigned long sum = 5381;
    if (!file)
        return 0;
    for (int c; (c = getc(file)) != EOF;)
        sum = sum * 33 + (unsigned)c;
    fclose(file);
    return sum;
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void make_missing(const char *path)
{
    (void)path;
}

static void make_empty(const char *path)
{
    write_file(path, "", 0);
}

static void make_text(const char *path)
{
    write_file(path, "https://example.org/\n", 21);
}

static void make_foreign(const char *path)
{
    run_sql(path, "CREATE TABLE holidays (day TEXT)");
}

static void make_foreign_id(const char *path)
{
    run_sql(path, "PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE runs (a)");
}

static void make_ours(const char *path)
{
    struct store *store;
    char message[512];
    assert_int_equal(store_open(&store, path, STORE_CREATE, message, sizeof(message)), 0);
    store_close(store);
}

static void make_newer(const char *path)
{
    make_ours(path);
    run_sql(path, "PRAGMA user_version = 9999");
}

static void make_cut(const char *path)
{
    make_ours(path);
    assert_int_equal(truncate(path, 50000), 0);
}

static void make_garbled(const char *path)
{
    make_ours(path);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 100, SEEK_SET);
    for (int i = 0; i < 4000; i++)
        putc(0xa5, file);
    fclose(file);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0755), 0);
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *name;
        void (*make)(const char *path);
        enum store_access access;
        int expected;
        const char *says;
    } cases[] = {
        {"missing, to be made", make_missing, STORE_CREATE, 0, ""},
        {"missing", make_missing, STORE_WRITE, STORE_MISSING, "crawler add"},
        {"missing, to read", make_missing, STORE_READ, STORE_MISSING, "crawler add"},
        {"empty file, to be filled", make_empty, STORE_CREATE, 0, ""},
        {"empty file", make_empty, STORE_WRITE, STORE_MISSING, "is empty"},
        {"a list of sites", make_text, STORE_CREATE, STORE_FOREIGN, "some other file"},
        {"another database", make_foreign, STORE_CREATE, STORE_FOREIGN, "some other program"},
        {"another program's", make_foreign_id, STORE_WRITE, STORE_FOREIGN, "some other program"},
        {"ours", make_ours, STORE_WRITE, 0, ""},
        {"ours, to read", make_ours, STORE_READ, 0, ""},
        {"of a newer version", make_newer, STORE_CREATE, STORE_NEWER, "update this program"},
        {"cut short", make_cut, STORE_WRITE, STORE_CORRUPT, "cut short"},
        {"garbled", make_garbled, STORE_WRITE, STORE_CORRUPT, "damaged"},
        {"a folder", make_folder, STORE_CREATE, STORE_FOREIGN, "cannot be read"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char directory[] = "/tmp/crawler-open-XXXXXX", path[64], message[512] = "";
        char command[128];
        assert_non_null(mkdtemp(directory));
        snprintf(path, sizeof(path), "%s/sites.db", directory);
        cases[i].make(path);
        unsigned long before = fingerprint(path);
        int err = try_open(path, cases[i].access, message, sizeof(message));
        if (err != cases[i].expected || !strstr(message, cases[i].says))
            fail_msg("%s: %d, %s", cases[i].name, err, message);
        if (err && !strstr(message, path))
            fail_msg("%s: the message does not say where: %s", cases[i].name, message);
        if (err && fingerprint(path) != before)
            fail_msg("%s: the file was changed", cases[i].name);
        snprintf(command, sizeof(command), "rm -rf %s", directory);
        assert_int_equal(system(command), 0);
    }
}

static void test_who_opens_can_know_that_it_will_take_long(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    assert_false(store_is_older(box.path));
    store_close(box.store);
    box.store = NULL;
    run_sql(box.path, "PRAGMA user_version = 3");
    assert_true(store_is_older(box.path));
    run_sql(box.path, "PRAGMA application_id = 7");
    assert_false(store_is_older(box.path));
    assert_false(store_is_older("/no/such/file"));
    storebox_close(&box);
}

static void test_a_folder_that_may_not_be_written(void **state)
{
    char message[512] = "";
    (void)state;
    assert_int_equal(try_open("/no/such/folder/sites.db", STORE_CREATE, message, sizeof(message)),
                     STORE_READONLY);
    assert_non_null(strstr(message, "folder"));
    const char *server = "postgresql://me:sesame@nobody.invalid/db";
    assert_int_equal(try_open(server, STORE_CREATE, message, sizeof(message)), STORE_FAILED);
    assert_null(strstr(message, "sesame"));
}

static void test_a_foreign_log_is_left_alone(void **state)
{
    struct storebox box;
    char path[128], log[160], message[512];
    (void)state;
    storebox_open(&box);
    snprintf(path, sizeof(path), "%s/other.db", box.directory);
    snprintf(log, sizeof(log), "%s-wal", path);
    /* a process that dies with its log not yet moved into the database */
    pid_t child = fork();
    if (!child) {
        sqlite3 *db;
        sqlite3_open(path, &db);
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; CREATE TABLE mine (a); "
                     "INSERT INTO mine VALUES (1)",
                     NULL, NULL, NULL);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    unsigned long before = fingerprint(log);
    assert_true(before != 0);
    assert_int_equal(try_open(path, STORE_CREATE, message, sizeof(message)), STORE_FOREIGN);
    assert_true(fingerprint(log) == before);
    storebox_close(&box);
}

static void test_one_run_at_a_time(void **state)
{
    struct storebox box;
    struct store *other;
    char message[512], pid[32];
    int64_t run_id;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://example.org/");
    storebox_begin(&box, T0);
    assert_int_equal(store_open(&other, box.path, STORE_WRITE, message, sizeof(message)), 0);
    assert_int_equal(store_run_begin(other, &box.run, &run_id), STORE_HELD);
    snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
    assert_non_null(strstr(store_message(other), pid));
    assert_non_null(strstr(store_message(other), "2025-06-15T15:06:40Z"));

    /* sites can be added all the same */
    bool added = false;
    struct site_record site = {.kind = "site",
                               .url = "https://two.example/",
                               .domain = "two.example",
                               .delay_ms = -1,
                               .max_per_run = -1};
    assert_int_equal(store_add_site(other, &site, T0, &added), 0);
    assert_true(added);
    storebox_end(&box, T0);
    assert_int_equal(store_run_begin(other, &box.run, &run_id), 0);
    store_close(other);
    storebox_begin(&box, T0 + 1); /* closing gave the lock back */
    storebox_close(&box);
}

static void test_a_locked_database_is_busy_and_nothing_lost(void **state)
{
    struct storebox box;
    sqlite3 *blocker;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://example.org/");
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    struct found_record found = storebox_found("https://new.example/a");
    const struct result_record *results[] = {&result};
    struct commit_outcome outcome;
    result.found = &found;
    result.found_count = 1;
    assert_int_equal(sqlite3_open(box.path, &blocker), SQLITE_OK);
    assert_int_equal(sqlite3_exec(blocker, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_commit(box.store, results, 1, &outcome), STORE_BUSY);
    assert_int_equal(storebox_lease(&box, T0, 10), 0); /* leasing goes on: it only reads */
    assert_int_equal(sqlite3_exec(blocker, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(blocker);
    assert_int_equal(store_commit(box.store, results, 1, &outcome), 0);
    assert_int_equal(outcome.found_new, 1);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    storebox_close(&box);
}

/* A child that may write little to any one file: its commit fails, the database stays whole. */
static void test_a_full_disk_loses_nothing(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://example.org/");
    store_close(box.store); /* a connection must not be carried into another process */
    box.store = NULL;
    pid_t child = fork();
    if (!child) {
        static char body[3000000];
        struct rlimit limit = {2000000, 2000000};
        const struct result_record *pointer;
        struct commit_outcome outcome;
        signal(SIGXFSZ, SIG_IGN);
        storebox_reopen(&box);
        storebox_begin(&box, T0);
        storebox_lease(&box, T0, 10);
        struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
        memset(body, 'x', sizeof(body));
        result.raw = (struct raw_record){"", body, sizeof(body), "none"};
        pointer = &result;
        setrlimit(RLIMIT_FSIZE, &limit);
        int err = store_commit(box.store, &pointer, 1, &outcome);
        bool told = strstr(store_message(box.store), "disk is full") != NULL;
        result.raw.body_size = 0; /* a smaller one fits */
        int again = store_commit(box.store, &pointer, 1, &outcome);
        _exit(err == STORE_FULL && told && again == 0 && !outcome.lost ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    storebox_expect(&box, "PRAGMA integrity_check", "ok");
    storebox_expect(&box, "SELECT count(*) FROM v_results", "1");
    storebox_close(&box);
}

static void test_the_database_is_what_it_says(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_expect(&box, "PRAGMA application_id", "1852143475");
    storebox_expect(&box, "PRAGMA journal_mode", "wal");
    storebox_expect(&box, "PRAGMA page_size", "16384");
    storebox_expect(&box,
                    "SELECT count(*) FROM pragma_table_list WHERE type = 'table' "
                    "AND NOT strict AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%_fts%'",
                    "0");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_who_opens_can_know_that_it_will_take_long),
        cmocka_unit_test(test_a_folder_that_may_not_be_written),
        cmocka_unit_test(test_a_foreign_log_is_left_alone),
        cmocka_unit_test(test_one_run_at_a_time),
        cmocka_unit_test(test_a_locked_database_is_busy_and_nothing_lost),
        cmocka_unit_test(test_a_full_disk_loses_nothing),
        cmocka_unit_test(test_the_database_is_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
