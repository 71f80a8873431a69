/* test_wal.c - how large the write-ahead log becomes: a little without readers, all that is written
 * while one holds an old state, and nothing soon after that one has gone; bounded where there is
 * always somebody who reads, and small for each batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "support/storebox.h"

/* The log is moved at 32 MB and cut off at 256 MB: storage/sqlite/connection.c. */
enum { MB = 1 << 20, MOVED_MB = 32, CUT_MB = 256 };

static int64_t log_mb(const struct storebox *box)
{
    char path[192];
    struct stat facts;
    snprintf(path, sizeof(path), "%s-wal", box->path);
    return stat(path, &facts) ? 0 : facts.st_size / MB;
}

enum { PAGES = 700 };

static void discover(struct storebox *box)
{
    static char urls[PAGES][64];
    static struct found_record found[PAGES];
    storebox_lease(box, T0, 1);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    for (int i = 0; i < PAGES; i++) {
        snprintf(urls[i], sizeof(urls[i]), "https://a.example/%d", i);
        found[i] = storebox_found(urls[i]);
    }
    result.found = found;
    result.found_count = PAGES;
    storebox_commit(box, &result);
}

/* That many pages of a megabyte each, a batch each. */
static void write_mb(struct storebox *box, int count)
{
    static char page[MB - MB / 16];
    static uint64_t pages;
    while (count) {
        assert_true(storebox_lease(box, T0, 4));
        const struct host_lease *host = &box->answer.hosts[0];
        for (size_t i = 0; i < host->urls_count && count; i++, count--) {
            struct result_record result = storebox_result(&host->urls[i], T0);
            struct article_record article = storebox_article(result.lease.url, result.lease.url);
            result.article = &article;
            result.fetch.body_hash = ++pages;
            result.raw = (struct raw_record){
                .headers = "", .body = page, .body_size = sizeof(page), .codec = "none"};
            assert_false(storebox_commit(box, &result).lost);
            assert_int_equal(store_checkpoint(box->store), 0);
        }
    }
}

static void test_the_log_is_bounded(void **state)
{
    struct storebox box;
    sqlite3 *reader = NULL;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://a.example/");
    storebox_begin(&box, T0);
    discover(&box);
    write_mb(&box, 4 * MOVED_MB);
    assert_in_range(log_mb(&box), 1, 2 * MOVED_MB);

    assert_int_equal(sqlite3_open_v2(box.path, &reader, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM v_run", NULL, NULL, NULL), 0);
    write_mb(&box, CUT_MB);
    assert_in_range(log_mb(&box), CUT_MB - MOVED_MB, 2 * CUT_MB);
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);

    write_mb(&box, MOVED_MB + MOVED_MB / 2);
    assert_in_range(log_mb(&box), 0, MOVED_MB);
    storebox_end(&box, T0);
    storebox_close(&box);
}

/* Reads states of the database one after the other, each for a while, so that two of these leave no
 * moment in which nobody reads. */
struct reading {
    const char *path;
    long hold_ms;
    atomic_bool stop;
    pthread_t thread;
};

static void *read_on(void *context)
{
    struct reading *reading = context;
    const struct timespec hold = {.tv_nsec = reading->hold_ms * 1000000};
    sqlite3 *db = NULL;
    sqlite3_open_v2(reading->path, &db, SQLITE_OPEN_READONLY, NULL);
    while (!atomic_load(&reading->stop)) {
        sqlite3_exec(db, "BEGIN; SELECT * FROM v_run", NULL, NULL, NULL);
        nanosleep(&hold, NULL);
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    }
    sqlite3_close(db);
    return NULL;
}

static void test_many_short_readers_do_not_grow_it_without_end(void **state)
{
    struct storebox box;
    struct reading readings[] = {{.hold_ms = 400}, {.hold_ms = 500}, {.hold_ms = 600}};
    enum { READINGS = sizeof(readings) / sizeof(readings[0]) };
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://a.example/");
    storebox_begin(&box, T0);
    discover(&box);
    for (size_t i = 0; i < READINGS; i++) {
        readings[i].path = box.path;
        assert_int_equal(pthread_create(&readings[i].thread, NULL, read_on, &readings[i]), 0);
    }
    write_mb(&box, 2 * CUT_MB + 3 * MOVED_MB);
    int64_t mb = log_mb(&box);
    for (size_t i = 0; i < READINGS; i++) {
        atomic_store(&readings[i].stop, true);
        pthread_join(readings[i].thread, NULL);
    }
    /* of more than 1 GB; on a busy machine the first wait of two may be too short */
    assert_in_range(mb, 0, 2 * (CUT_MB + MOVED_MB));
    storebox_end(&box, T0);
    storebox_close(&box);
}

/* Full-text search gathers what was written; it must not do so all at once. */
static void test_no_transaction_is_huge(void **state)
{
    enum { TEXTS = 300, WORDS = 4000, KB = 1024 };
    struct storebox box;
    char path[192];
    struct stat facts;
    int64_t most = 0;
    static char text[WORDS * 10];
    uint64_t draw = 88172645463325252U;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://a.example/");
    storebox_begin(&box, T0);
    discover(&box);
    snprintf(path, sizeof(path), "%s-wal", box.path);
    for (int count = TEXTS; count;) {
        assert_true(storebox_lease(&box, T0, 4));
        const struct host_lease *host = &box.answer.hosts[0];
        for (size_t i = 0; i < host->urls_count && count; i++, count--) {
            for (size_t k = 0; k < WORDS; k++) {
                draw ^= draw << 13, draw ^= draw >> 7, draw ^= draw << 17;
                snprintf(text + 9 * k, 10, "%08x ", (unsigned)draw);
            }
            struct result_record result = storebox_result(&host->urls[i], T0);
            struct article_record article = storebox_article(result.lease.url, text);
            result.article = &article;
            storebox_do(&box, "PRAGMA wal_checkpoint(TRUNCATE)");
            storebox_commit(&box, &result);
            assert_int_equal(stat(path, &facts), 0);
            most = facts.st_size > most ? facts.st_size : most;
        }
    }
    assert_in_range(most / KB, 1, 4 * KB);
    storebox_end(&box, T0);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_log_is_bounded),
        cmocka_unit_test(test_many_short_readers_do_not_grow_it_without_end),
        cmocka_unit_test(test_no_transaction_is_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
