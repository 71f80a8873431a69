/* test_questions.c - what the schema promises: the questions of schema/questions.sql can be asked,
 * and every statement of the program fits the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "storage/sql.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/storebox.h"

static void on_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_int64(context, 0);
}

static sqlite3 *open_reader(const struct storebox *box)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(box->path, &db), SQLITE_OK);
    static const char *const functions[] = {"url_hash",      "url_shape",    "url_is_taken",
                                            "json_is_taken", "search_query", "search_join",
                                            "page_plain",    "page_alone"};
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        sqlite3_create_function(db, functions[i], -1, SQLITE_UTF8, NULL, on_function, NULL, NULL);
    return db;
}

static void test_every_statement_can_be_prepared(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    sqlite3 *db = open_reader(&box);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_stmt *statement = NULL;
        if (!sql_texts[i])
            continue; /* PostgreSQL's alone */
        if (sqlite3_prepare_v2(db, sql_texts[i], -1, &statement, NULL))
            fail_msg("%s: %s", sql_texts[i], sqlite3_errmsg(db));
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    storebox_close(&box);
}

/* Two sites, an edited article, one that vanished, a failure, a refusal: something to answer with.
 */
static void fill(struct storebox *box)
{
    static const char *const links[] = {"https://b.example/x", "https://example.org/y"};
    struct found_record found[5];
    static const char *const paths[] = {"/1", "/2", "/3", "/4", "/login"};
    char urls[5][64];
    const char *author = "Ann Example";
    struct link_record link = {.url = links[0], .in_body = true};
    storebox_add(box, "site", "https://a.example/");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    for (int i = 0; i < 5; i++) {
        snprintf(urls[i], sizeof(urls[i]), "https://a.example%s", paths[i]);
        found[i] = storebox_found(urls[i]);
    }
    found[4].skip_why = "a log-in page";
    result.found = found;
    result.found_count = 5;
    storebox_commit(box, &result);
    storebox_lease(box, T0, 10);
    for (int i = 0; i < 4; i++) {
        struct article_record article = storebox_article(
            "An election", "A climate of hope: the protest went on, the election too.");
        article.published_ms = T0 - i * DAY;
        article.published_from = "meta";
        article.authors = &author;
        article.authors_count = 1;
        result = storebox_result(storebox_leased(box, paths[i]), T0 + i * 1500);
        result.article = i < 3 ? &article : NULL;
        result.links = &link;
        result.links_count = 1;
        if (i == 3) {
            result.completion = COMPLETE_ERROR;
            result.fetch.status = 0;
            result.fetch.error = result.why = "timeout";
        }
        storebox_commit(box, &result);
    }
    storebox_end(box, T0 + MINUTE);
    storebox_begin(box, T0 + 2 * HOUR);
    storebox_lease(box, T0 + 2 * HOUR, 10);
    struct article_record edited = storebox_article("The election", "Another text altogether.");
    result = storebox_result(storebox_leased(box, "/1"), T0 + 2 * HOUR);
    result.article = &edited;
    storebox_commit(box, &result);
    storebox_end(box, T0 + 2 * HOUR);
}

static char *read_schema_file(const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/../schema/%s", DATA_DIR, name);
    return scratch_read(path).data;
}

static int ask(sqlite3 *db, const char *sql, const char **rest)
{
    sqlite3_stmt *query = NULL;
    int rows = 0, code;
    if (sqlite3_prepare_v2(db, sql, -1, &query, rest))
        fail_msg("%.200s: %s", sql, sqlite3_errmsg(db));
    if (!query)
        return -1;
    int domain = sqlite3_bind_parameter_index(query, ":domain");
    int url = sqlite3_bind_parameter_index(query, ":url");
    if (domain)
        sqlite3_bind_text(query, domain, "a.example", -1, SQLITE_STATIC);
    if (url)
        sqlite3_bind_text(query, url, "https://a.example/1", -1, SQLITE_STATIC);
    while ((code = sqlite3_step(query)) == SQLITE_ROW)
        rows++;
    if (code != SQLITE_DONE)
        fail_msg("%.200s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(query);
    return rows;
}

static void test_the_questions_have_answers(void **state)
{
    /* rows expected; -1: depends on today's date, or on what no crawl makes so far */
    static const int expected[] = {-1, 2, 1, 0, 1, 1, 0, 0, -1, 1, 1, -1, -1, 1, 2, 0, 1, 1, 3, 1};
    struct storebox box;
    (void)state;
    storebox_open(&box);
    fill(&box);
    sqlite3 *db = open_reader(&box);
    char *text = read_schema_file("questions.sql");
    const char *rest = text;
    size_t asked = 0;
    for (int rows; (rows = ask(db, rest, &rest)) >= 0; asked++) {
        assert_true(asked < sizeof(expected) / sizeof(expected[0]));
        if (expected[asked] >= 0 && rows != expected[asked])
            fail_msg("Q%zu: %d rows, expected %d", asked + 1, rows, expected[asked]);
    }
    assert_int_equal(asked, 20);
    free(text);
    sqlite3_close(db);
    storebox_close(&box);
}

/* Of a table the whole page may speak, of a view its own section. */
static void test_every_column_is_explained(void **state)
{
    struct storebox box;
    sqlite3_stmt *query;
    char *text = read_schema_file("README.md");
    (void)state;
    storebox_open(&box);
    sqlite3 *db = open_reader(&box);
    assert_int_equal(sqlite3_prepare_v2(
                         db,
                         "SELECT l.name, c.name FROM pragma_table_list l, pragma_table_info(l.name)"
                         " c WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite%' AND l.name NOT "
                         "LIKE '%_fts%'",
                         -1, &query, NULL),
                     SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW) {
        char heading[128], column[128];
        const char *table = (const char *)sqlite3_column_text(query, 0);
        snprintf(heading, sizeof(heading), "%s%s%s", *table == 'v' ? "" : "`", table,
                 *table == 'v' ? "" : "`");
        snprintf(column, sizeof(column), "`%s`", (const char *)sqlite3_column_text(query, 1));
        const char *place = strstr(text, heading);
        if (!place || !strstr(place, column))
            fail_msg("schema/README.md does not explain %s.%s", table, column);
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    storebox_close(&box);
    free(text);
}

/* README.md shows what picture.sql answers today. */
static void test_the_picture_is_of_these_tables(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    char *text = read_schema_file("README.md"), *sql = read_schema_file("picture.sql");
    char *picture = sql_rows(box.path, sql);
    assert_true(strlen(picture) > strlen("erDiagram\n"));
    if (!strstr(text, picture))
        fail_msg("schema/README.md: the picture of the tables should be\n%s", picture);
    free(picture);
    free(sql);
    free(text);
    storebox_close(&box);
}

static int on_row(const struct store_value *columns, size_t count, void *context)
{
    int *rows = context;
    const struct store_value *id = store_column(columns, count, "run");
    const struct store_value *outcome = store_column(columns, count, "outcome");
    assert_int_equal(id->type, STORE_INTEGER);
    assert_int_equal(id->integer, 2 - *rows);
    assert_string_equal(outcome->text, "ok");
    assert_int_equal(outcome->size, 2);
    assert_null(store_column(columns, count, "no such column"));
    (*rows)++;
    return 0;
}

static void test_commands_read_rows(void **state)
{
    struct storebox box;
    int rows = 0;
    (void)state;
    storebox_open(&box);
    fill(&box);
    struct store_value params[] = {{.type = STORE_NULL}, STORE_PARAM_INTEGER(10)};
    assert_int_equal(store_each_row(box.store, SQL_READ_RUNS, params, 2, on_row, &rows), 0);
    assert_int_equal(rows, 2);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest of_a_file[] = {
        cmocka_unit_test(test_every_statement_can_be_prepared),
        cmocka_unit_test(test_the_questions_have_answers),
        cmocka_unit_test(test_every_column_is_explained),
        cmocka_unit_test(test_the_picture_is_of_these_tables),
    };
    const struct CMUnitTest of_either[] = {
        cmocka_unit_test(test_commands_read_rows),
    };
    /* tests/postgres has what is asked of a server's statements and questions */
    int failed = storebox_is_server() ? 0 : cmocka_run_group_tests(of_a_file, NULL, NULL);
    return failed + cmocka_run_group_tests(of_either, NULL, NULL);
}
