/* bench_questions.c - what an analyst waits for: schema/questions.sql over two years of news.
 *
 *     bench_questions fill ARTICLES     makes bench-store.db in the current directory
 *     bench_questions ask [QUESTION]    asks it all of them or one, with its plan
 *     bench_questions parts             what an article takes on the disk, table by table
 *
 * Each question is asked twice and the second time counts: processor and wall time of a client that
 * found the file in the page cache. The goal is 1 s up to 200,000 articles and 5 s beyond. Below it
 * stand the tables and indexes that are read from end to end, but for those that have a row for
 * each site or run. The file stays: a million articles take minutes to make. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "support/archive.h"
#include "support/sql.h"

enum { SMALL_ARCHIVE = 200000, QUESTIONS = 20 };

static void fill(size_t articles)
{
    struct storebench *bench = alloc_zeroed(1, sizeof(*bench));
    storebench_open(bench);
    archive_fill(bench, articles);
    storebench_close(bench);
    printf("%zu requests, %.1f us CPU each to store, %.1f GB, RSS %.0f MB\n", bench->completed,
           (double)bench->commit_us / (double)bench->completed, storebench_file_bytes() / 1e9,
           storebench_rss_mb());
    free(bench);
}

static void check(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE)
        return;
    fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql, const char **rest)
{
    sqlite3_stmt *query = NULL;
    check(db, sqlite3_prepare_v2(db, sql, -1, &query, rest));
    if (!query)
        return NULL;
    int domain = sqlite3_bind_parameter_index(query, ":domain");
    int url = sqlite3_bind_parameter_index(query, ":url");
    if (domain)
        sqlite3_bind_text(query, domain, "site0.example", -1, SQLITE_STATIC);
    if (url) {
        char *any = sql_text(STOREBENCH_PATH, "SELECT canonical_url FROM articles"
                                              " ORDER BY article_id DESC LIMIT 1");
        sqlite3_bind_text(query, url, any, -1, SQLITE_TRANSIENT);
        free(any);
    }
    return query;
}

static size_t count_rows(sqlite3 *db, sqlite3_stmt *query)
{
    size_t rows = 0;
    int code;
    while ((code = sqlite3_step(query)) == SQLITE_ROW)
        rows++;
    check(db, code);
    sqlite3_reset(query);
    return rows;
}

static uint64_t time_question(sqlite3 *db, const char *sql, const char **rest, size_t number)
{
    sqlite3_stmt *query = prepared(db, sql, rest);
    count_rows(db, query);
    uint64_t cpu_us = clock_thread_cpu_us(), wall_us = clock_monotonic_us();
    size_t rows = count_rows(db, query);
    cpu_us = clock_thread_cpu_us() - cpu_us;
    wall_us = clock_monotonic_us() - wall_us;
    sqlite3_finalize(query);
    printf("Q%-2zu %8zu rows %9.1f ms CPU %9.1f ms", number, rows, (double)cpu_us / 1000,
           (double)wall_us / 1000);
    return wall_us;
}

/* ---- plans ---- */

/* SQLite's plan names aliases, its program tells which table is read from its first row on. */
static void print_scans(sqlite3 *db, const char *explain)
{
    enum { CURSORS = 256 };
    static int roots[CURSORS];
    sqlite3_stmt *program = NULL, *name = NULL;
    check(db, sqlite3_prepare_v2(db, explain, -1, &program, NULL));
    check(db, sqlite3_prepare_v2(db,
                                 "SELECT type, name FROM sqlite_schema WHERE rootpage = ?1"
                                 " AND tbl_name NOT IN ('sites', 'hosts', 'feeds', 'runs')",
                                 -1, &name, NULL));
    while (sqlite3_step(program) == SQLITE_ROW) {
        const char *opcode = (const char *)sqlite3_column_text(program, 1);
        int cursor = sqlite3_column_int(program, 2) % CURSORS;
        if (strncmp(opcode, "Open", 4) == 0)
            roots[cursor] = strcmp(opcode, "OpenRead") == 0 ? sqlite3_column_int(program, 3) : 0;
        if (strcmp(opcode, "Rewind") != 0 || !roots[cursor])
            continue;
        sqlite3_bind_int(name, 1, roots[cursor]);
        if (sqlite3_step(name) == SQLITE_ROW)
            printf("    reads all of %s %s\n", (const char *)sqlite3_column_text(name, 0),
                   (const char *)sqlite3_column_text(name, 1));
        sqlite3_reset(name);
    }
    sqlite3_finalize(program);
    sqlite3_finalize(name);
}

static void print_plan(sqlite3 *db, const char *sql, const char *end, bool all)
{
    struct bytes explain;
    sqlite3_stmt *plan = NULL;
    bytes_init(&explain, 0);
    bytes_append_string(&explain, "EXPLAIN ");
    bytes_append(&explain, sql, (size_t)(end - sql));
    print_scans(db, explain.data);
    bytes_clear(&explain);
    if (!all)
        return;
    bytes_append_string(&explain, "EXPLAIN QUERY PLAN ");
    bytes_append(&explain, sql, (size_t)(end - sql));
    check(db, sqlite3_prepare_v2(db, explain.data, -1, &plan, NULL));
    while (sqlite3_step(plan) == SQLITE_ROW)
        printf("    %s\n", (const char *)sqlite3_column_text(plan, 3));
    sqlite3_finalize(plan);
    bytes_clear(&explain);
}

/* ---- the whole ---- */

static char *read_questions(void)
{
    enum { BYTES_MAX = 65536 };
    FILE *file = fopen(DATA_DIR "/../schema/questions.sql", "rb");
    char *text = alloc_zeroed(1, BYTES_MAX);
    if (!file || !fread(text, 1, BYTES_MAX - 1, file)) {
        fputs("bench: schema/questions.sql cannot be read\n", stderr);
        exit(1);
    }
    fclose(file);
    return text;
}

static sqlite3 *open_archive(void)
{
    sqlite3 *db = NULL;
    check(db, sqlite3_open_v2(STOREBENCH_PATH, &db, SQLITE_OPEN_READONLY, NULL));
    return db;
}

static void ask(size_t only)
{
    sqlite3 *db = open_archive();
    char *text = read_questions();
    const char *rest = text;
    int64_t articles = sql_integer(STOREBENCH_PATH, "SELECT max(article_id) FROM articles");
    uint64_t goal_us = articles <= SMALL_ARCHIVE ? 1000000 : 5000000;
    printf("%lld articles, goal %d s\n", (long long)articles, (int)(goal_us / 1000000));
    for (size_t number = 1; number <= QUESTIONS; number++) {
        const char *sql = rest;
        sqlite3_stmt *next = prepared(db, sql, &rest);
        sqlite3_finalize(next);
        if (only && number != only)
            continue;
        uint64_t wall_us = time_question(db, sql, &rest, number);
        puts(wall_us > goal_us ? "   SLOW" : "");
        print_plan(db, sql, rest, only != 0);
        fflush(stdout);
    }
    free(text);
    sqlite3_close(db);
}

static void parts(void)
{
    char *rows =
        sql_rows(STOREBENCH_PATH,
                 "SELECT format('%-32s %8.1f MB %7.0f bytes an article', name, sum(pgsize) / 1e6,"
                 "  1.0 * sum(pgsize) / (SELECT count(*) FROM articles))"
                 "  FROM dbstat GROUP BY name ORDER BY sum(pgsize) DESC LIMIT 30");
    fputs(rows, stdout);
    free(rows);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "fill") == 0)
        fill(strtoul(argv[2], NULL, 10));
    else if ((argc == 2 || argc == 3) && strcmp(argv[1], "ask") == 0)
        ask(argc == 3 ? strtoul(argv[2], NULL, 10) : 0);
    else if (argc == 2 && strcmp(argv[1], "parts") == 0)
        parts();
    else {
        fputs("bench_questions fill ARTICLES | ask [QUESTION] | parts\n", stderr);
        return 2;
    }
    return 0;
}
