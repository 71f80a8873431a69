/* The quickstart, twice, judged by the demo world's own truth: every article that robots.txt
 * allows is stored once, as it was written; and the second call finds nothing new. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { LIMIT_MS = 240000 };

static struct {
    const char *place;    /* where the quickstart keeps its world and its database */
    const char *database; /* what it crawled */
    sqlite3 *judge;       /* the truth as a table, and the database beside it as `news` */
} shared;

static char *quickstart(void)
{
    const char *arguments[] = {
        DATA_DIR "/quickstart.sh", "--built", BUILD_DIR, "--in", shared.place, NULL};
    struct program_result result;
    program_run(arguments, LIMIT_MS, &result);
    if (result.exit_status != 0 || result.timed_out)
        fail_msg("exit %d, signal %d after %ju ms\n%s\n%s", result.exit_status, result.signal,
                 (uintmax_t)result.wall_ms, result.out, result.err);
    free(result.err);
    return result.out;
}

static void ask(const char *query, const char *text)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(shared.judge, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(shared.judge));
    if (text)
        sqlite3_bind_text(statement, 1, text, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(statement) == SQLITE_ERROR)
        fail_msg("%s: %s", query, sqlite3_errmsg(shared.judge));
    sqlite3_finalize(statement);
}

static void read_truth(void)
{
    FILE *file = fopen(scratch_path(shared.place, "truth.jsonl"), "rb");
    char *line = NULL;
    size_t capacity = 0;
    assert_non_null(file);
    assert_int_equal(sqlite3_open(":memory:", &shared.judge), SQLITE_OK);
    ask("ATTACH ?1 AS news", shared.database);
    ask("CREATE TABLE truth(url TEXT PRIMARY KEY, title TEXT, day TEXT, begin TEXT, allowed INT)",
        NULL);
    /* Feeds name articles with a campaign in the URL; not every page has a canonical one. */
    ask("CREATE TEMP VIEW stored AS SELECT replace(replace(url, '?' || campaign, ''),"
        " '&' || campaign, '') AS url, title, published, body"
        " FROM news.v_articles, (SELECT 'utm_source=rss&utm_medium=feed' AS campaign)",
        NULL);
    while (getline(&line, &capacity, file) > 0)
        ask("INSERT INTO truth SELECT ?1->>'url', ?1->>'title', ?1->>'day', ?1->>'words', "
            "?1->>'allowed'",
            line);
    free(line);
    fclose(file);
}

/* Each query gives the rows that are wrong. */
static const struct {
    const char *name, *query;
} cases[] = {
    {"every allowed article is stored",
     "SELECT url FROM truth WHERE allowed AND url NOT IN (SELECT url FROM stored)"},
    {"what robots.txt forbids is not",
     "SELECT url FROM truth JOIN stored USING(url) WHERE NOT allowed"},
    {"nothing else is taken for an article",
     "SELECT url FROM stored WHERE url NOT IN (SELECT url FROM truth)"},
    {"no article is stored twice", "SELECT url FROM stored GROUP BY url HAVING count(*) > 1"},
    {"titles are as they were written",
     "SELECT url || ' ' || coalesce(s.title, '') FROM truth t JOIN stored s USING(url)"
     " WHERE s.title IS NOT t.title"},
    {"days are as they were written",
     "SELECT url || ' ' || coalesce(published, '') FROM truth JOIN stored USING(url)"
     " WHERE substr(published, 1, 10) IS NOT day"},
    {"texts begin where they begin, in every charset",
     "SELECT url || ' ' || substr(coalesce(body, ''), 1, 60) FROM truth JOIN stored USING(url)"
     " WHERE NOT coalesce(instr(body, begin), 0)"},
};

/* Tells the first few wrong rows; returns how many there are. */
static size_t count_wrong(const char *name, const char *query)
{
    sqlite3_stmt *statement;
    size_t count = 0;
    if (sqlite3_prepare_v2(shared.judge, query, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", query, sqlite3_errmsg(shared.judge));
    while (sqlite3_step(statement) == SQLITE_ROW)
        if (count++ < 5)
            print_error("%s: %s\n", name, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return count;
}

static void crawls_all_that_is_allowed(void **state)
{
    size_t wrong = 0;
    (void)state;
    char *out = quickstart();
    assert_non_null(strstr(out, "Three questions"));
    free(out);
    read_truth();
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t count = count_wrong(cases[i].name, cases[i].query);
        if (count)
            print_error("%s: wrong for %zu\n", cases[i].name, count);
        wrong += count;
    }
    sqlite3_close(shared.judge);
    assert_int_equal(wrong, 0);
}

static void finds_nothing_new_the_second_time(void **state)
{
    (void)state;
    int64_t articles = sql_integer(shared.database, "SELECT count(*) FROM v_articles");
    char *out = quickstart();
    assert_non_null(strstr(out, "Nothing new"));
    free(out);
    assert_int_equal(sql_integer(shared.database, "SELECT count(*) FROM v_articles"), articles);
    static const char *const none[] = {
        "SELECT count(*) FROM v_fetches WHERE kind = 'article' AND run_id = 2",
        "SELECT count(*) FROM (SELECT 1 FROM v_fetches WHERE kind = 'source' AND run_id = 2"
        " GROUP BY url HAVING sum(status IN (200, 304)) > 1)",
        "SELECT count(*) FROM v_feeds WHERE status = 'ok'"
        " AND url NOT IN (SELECT url FROM v_fetches WHERE run_id = 2)",
        "SELECT count(*) * 95 > sum(unchanged) * 100 FROM v_feeds"
        " WHERE url IN (SELECT url FROM v_fetches WHERE run_id = 2)",
    };
    for (size_t i = 0; i < COUNT(none); i++)
        if (sql_integer(shared.database, none[i]))
            fail_msg("%s: %ld", none[i], (long)sql_integer(shared.database, none[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crawls_all_that_is_allowed),
        cmocka_unit_test(finds_nothing_new_the_second_time),
    };
    shared.place = scratch_path(scratch_directory(), "quickstart");
    shared.database = scratch_path(shared.place, "news.db");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
