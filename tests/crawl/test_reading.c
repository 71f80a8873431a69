/* Reading while writing: an analyst's long transaction, readers one after the other, a backup and a
 * VACUUM while a crawl is on. It ends well, and nobody ever sees half a batch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS = 6, LIMIT_MS = 60000, BUSY_MS = 10000 };

/* What a batch writes it writes together, so in every state of the database these are 0. */
static const char *const contradictions[] = {
    "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM urls u"
    "  WHERE u.url_id = a.url_id AND u.article_id = a.article_id AND u.state = 'done')",
    "SELECT (SELECT sum(articles_new) FROM runs) - (SELECT count(*) FROM articles)",
    "SELECT (SELECT sum(requests) FROM runs) - (SELECT count(*) FROM fetches)",
    "SELECT count(*) FROM articles WHERE article_id NOT IN (SELECT id FROM articles_fts_docsize)",
    "SELECT count(*) FROM queue q WHERE NOT EXISTS (SELECT 1 FROM seen s"
    "  WHERE s.host_id = q.host_id AND s.hash = q.hash)",
    "SELECT count(*) FROM urls u WHERE u.kind > 0 AND NOT EXISTS (SELECT 1 FROM seen s"
    "  WHERE s.host_id = u.host_id AND s.hash = u.hash)",
    "SELECT count(*) FROM pragma_foreign_key_check",
};

static sqlite3 *open_database(const char *path, int flags)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, flags, NULL))
        fail_msg("%s: %s", path, sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, BUSY_MS);
    return db;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) || sqlite3_step(query) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int64_t answer = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return answer;
}

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

/* All in one transaction: one state of the database. */
static void expect_whole_batches(const char *path)
{
    sqlite3 *db = open_database(path, SQLITE_OPEN_READONLY);
    run(db, "BEGIN");
    for (size_t i = 0; i < COUNT(contradictions); i++) {
        int64_t found = ask(db, contradictions[i]);
        if (found)
            fail_msg("%s: %lld", contradictions[i], (long long)found);
    }
    run(db, "COMMIT");
    sqlite3_close(db);
}

/* Some pages a time, as `.backup` does; the crawl may make it begin anew, so the rest at once. */
static void back_up(sqlite3 *db, const char *path)
{
    enum { PAGES = 8, STEPS = 20 };
    sqlite3 *copy = open_database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db, "main");
    int code = SQLITE_OK;
    assert_non_null(backup);
    for (int i = 0; i < STEPS && code != SQLITE_DONE; i++)
        code = sqlite3_backup_step(backup, PAGES);
    if (code != SQLITE_DONE)
        code = sqlite3_backup_step(backup, -1);
    assert_int_equal(code, SQLITE_DONE);
    assert_int_equal(sqlite3_backup_finish(backup), SQLITE_OK);
    sqlite3_close(copy);
    char *sound = sql_text(path, "PRAGMA integrity_check");
    assert_string_equal(sound, "ok");
    free(sound);
    expect_whole_batches(path);
}

static void vacuum(sqlite3 *db)
{
    int code = sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        fail_msg("VACUUM: %s", sqlite3_errmsg(db));
}

static void wait_for_articles(const char *database, struct program *program, int64_t count)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    while (sql_integer(database, "SELECT count(*) FROM articles") < count &&
           program_running(program))
        nanosleep(&pause, NULL);
}

static void test_readers_of_a_crawl(void **state)
{
    static const struct story_map map = {80};
    struct site *site = story_sites_start(HOSTS, &map, 20);
    const char *database = crawl_database();
    struct program_result result;
    size_t states_seen = 0;
    (void)state;
    crawl_add(database, "site", site, HOSTS, "/");
    struct program *program = CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.03");
    wait_for_articles(database, program, HOSTS);
    assert_true(program_running(program));

    sqlite3 *analyst = open_database(database, SQLITE_OPEN_READONLY);
    run(analyst, "BEGIN");
    int64_t then = ask(analyst, "SELECT count(*) FROM v_articles");
    sqlite3 *owner = open_database(database, SQLITE_OPEN_READWRITE);
    back_up(owner, scratch_path(scratch_directory(), "copy.db"));
    vacuum(owner);
    sqlite3_close(owner);
    for (; program_running(program); states_seen++)
        expect_whole_batches(database);
    assert_int_equal(ask(analyst, "SELECT count(*) FROM v_articles"), then);
    run(analyst, "COMMIT");
    assert_true(then < (int64_t)(HOSTS * map.count));
    assert_int_equal(ask(analyst, "SELECT count(*) FROM v_articles"), HOSTS * map.count);
    sqlite3_close(analyst);

    program_wait(program, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 0);
    program_result_clear(&result);
    assert_true(states_seen > 0);
    expect_whole_batches(database);
    char *sound = sql_text(database, "PRAGMA integrity_check");
    assert_string_equal(sound, "ok");
    free(sound);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_readers_of_a_crawl)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
