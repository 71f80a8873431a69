/* bench_migration.c - how long a large database of the first version takes to come up to date, and
 * that a kill in the middle costs it nothing.
 *
 *     bench_migration older             makes bench-old.db of bench_questions' bench-store.db
 *     bench_migration migrate [MS...]   opens it, killed after each of these times, then to the end
 *
 * Beside each version stands when the file had reached it. What the file held is counted before and
 * after; a difference or a broken page ends the bench with status 1. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "storage/sql.h"
#include "support/sql.h"
#include "support/storebench.h"

#define OLD_PATH "bench-old.db"

enum { STEP_MS = 50, BYTES_PER_MB = 1000000 };

static void check(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* ---- a database of the first version ---- */

/* Those columns that both versions have; in the order of the key, as a crawl would have left it. A
 * URL's hash had 64 bits then and has 48 now: with the others put back, none of two become one. */
static const char copies[] =
    "SELECT format('INSERT INTO main.%w(%s) SELECT %s FROM new.%w', t.name, columns, copied, "
    "t.name)"
    " FROM (SELECT t.name, group_concat('\"' || c.name || '\"') AS columns,"
    "  group_concat(iif(c.name IN ('hash', 'redirect_hash'), c.name || ' * 65536', '\"' || c.name "
    "||"
    "   '\"')) AS copied"
    "  FROM main.sqlite_schema t JOIN pragma_table_info(t.name, 'main') c"
    "  JOIN pragma_table_info(t.name, 'new') n ON n.name = c.name"
    " WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE '%fts%'"
    "   AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name) t";

static void make_older(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *list = NULL;
    remove(OLD_PATH);
    check(db, sqlite3_open(OLD_PATH, &db));
    run(db, "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "ATTACH 'file:" STOREBENCH_PATH "' AS new;");
    run(db, sql_migrations[0]);
    check(db, sqlite3_prepare_v2(db, copies, -1, &list, NULL));
    while (sqlite3_step(list) == SQLITE_ROW)
        run(db, (const char *)sqlite3_column_text(list, 0));
    check(db, sqlite3_finalize(list));
    run(db, "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild');"
            "PRAGMA application_id = 0x6e657773; PRAGMA user_version = 1;");
    check(db, sqlite3_close(db));
    sql_do(OLD_PATH, "PRAGMA journal_mode = WAL");
}

/* ---- bringing it up to date ---- */

static pid_t start_opening(void)
{
    char message[512];
    struct store *store;
    pid_t child = fork();
    if (child)
        return child;
    int err;
    while ((err = store_open(&store, OLD_PATH, STORE_WRITE, message, sizeof(message))) ==
           STORE_BUSY)
        usleep(STEP_MS * 1000);
    if (err) {
        fprintf(stderr, "bench: %s\n", message);
        _exit(1);
    }
    store_close(store);
    _exit(0);
}

static int version(void)
{
    return (int)sql_integer(OLD_PATH, "PRAGMA user_version");
}

static void open_and_kill(unsigned after_ms)
{
    pid_t child = start_opening();
    usleep(after_ms * 1000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    printf("killed after %6.1f s at version %d\n", after_ms / 1000.0, version());
    fflush(stdout);
}

static double log_mb(void)
{
    struct stat log;
    return stat(OLD_PATH "-wal", &log) == 0 ? (double)log.st_size / BYTES_PER_MB : 0;
}

static void open_to_the_end(void)
{
    struct rusage used;
    uint64_t start_us = clock_monotonic_us();
    double log_most = 0;
    int reached = version(), status;
    pid_t child = start_opening();
    while (wait4(child, &status, WNOHANG, &used) == 0) {
        usleep(STEP_MS * 1000);
        log_most = log_mb() > log_most ? log_mb() : log_most;
        int now = version();
        if (now != reached) {
            printf("version %2d after %6.1f s, log %6.1f MB\n", now,
                   (double)(clock_monotonic_us() - start_us) / 1e6, log_mb());
            fflush(stdout);
        }
        reached = now;
    }
    if (status)
        exit(1);
    printf("up to date after %.1f s, %.1f s CPU, RSS %ld MB, log at most %.1f MB\n",
           (double)(clock_monotonic_us() - start_us) / 1e6,
           (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
           used.ru_maxrss / 1024, log_most);
}

/* What no version may lose. */
static char *contents(void)
{
    return sql_rows(OLD_PATH, "SELECT count(*), sum(text_hash % 1000003), sum(length(body)),"
                              " sum(published_ms % 1000003) FROM articles UNION ALL "
                              "SELECT count(*), sum(length(url)), 0, 0 FROM urls UNION ALL "
                              "SELECT count(*), sum(started_ms % 1000003), 0, 0 FROM fetches "
                              "UNION ALL SELECT count(*), sum(length(body)), 0, 0 FROM raw_pages "
                              "UNION ALL SELECT count(*), 0, 0, 0 FROM seen");
}

static int migrate(unsigned kills, char **after_ms)
{
    char *before = contents();
    for (unsigned i = 0; i < kills; i++)
        open_and_kill((unsigned)strtoul(after_ms[i], NULL, 10));
    open_to_the_end();
    char *after = contents(), *integrity = sql_text(OLD_PATH, "PRAGMA integrity_check");
    bool kept = strcmp(before, after) == 0, whole = strcmp(integrity, "ok") == 0;
    printf("contents %s, integrity %s\n", kept ? "equal" : "DIFFER", integrity);
    free(before);
    free(after);
    free(integrity);
    return kept && whole ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "older") == 0)
        make_older();
    else if (argc >= 2 && strcmp(argv[1], "migrate") == 0)
        return migrate((unsigned)argc - 2, argv + 2);
    else {
        fputs("bench_migration older | migrate [MS...]\n", stderr);
        return 2;
    }
    return 0;
}
