#include "storage/postgres/condition.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/postgres/session.h"
#include "storage/postgres/statement.h"
#include "storage/tables/reading.h"

enum { ROWS_AT_A_TIME = 200 };

/* What went wrong with a condition that is in the statement: with its words, or a row's values. */
static int judge(struct postgres_store *store, const struct article_choice *choice, int err)
{
    return choice->where && (err == STORE_FAILED || err == STORE_UNFIT)
               ? reading_refuse_condition(&store->database, store->database.store.message)
               : err;
}

/* A prepared statement is one statement, so what is more than a condition does not pass. */
static int check_condition(struct postgres_store *store, const struct article_choice *choice)
{
    size_t size = strlen(choice->where) + 64;
    char *sql = memory_zeroed(1, size);
    snprintf(sql, size, "SELECT 1 FROM v_articles WHERE (\n%s\n)", choice->where);
    PQsendPrepare(store->connection, "", sql, 0, NULL);
    int err = session_collect(store, NULL);
    free(sql);
    return judge(store, choice, err);
}

static char *compose(const struct article_choice *choice, const char *query)
{
    static const char of_labels[] = " AND article_id IN (SELECT a.article_id FROM articles a"
                                    " JOIN site_labels l USING (site_id)"
                                    " WHERE position(',' || l.label || ',' IN $4) > 0)";
    const char *begin = strstr(query, READING_ALL_CHOSEN);
    assert(begin);
    size_t size = strlen(query) + (choice->where ? strlen(choice->where) : 0) + 768;
    char *sql = memory_zeroed(1, size);
    snprintf(
        sql, size,
        "DECLARE chosen_rows NO SCROLL CURSOR FOR WITH chosen AS (SELECT * FROM (SELECT * FROM "
        "v_articles%s%s%s) c WHERE ($1::text IS NULL OR domain = $1)"
        " AND ($2::text IS NULL OR coalesce(published, first_seen) >= $2::timestamptz)"
        " AND ($3::text IS NULL OR coalesce(published, first_seen) <= $3::timestamptz)%s)%s",
        choice->where ? " WHERE (\n" : "", choice->where ? choice->where : "",
        choice->where ? "\n)" : "", choice->labels ? of_labels : "",
        begin + strlen(READING_ALL_CHOSEN));
    size_t end = strlen(sql);
    while (end && strchr("; \n", sql[end - 1]))
        sql[--end] = '\0';
    return sql;
}

static int declare(struct postgres_store *store, enum sql query,
                   const struct article_choice *choice)
{
    const char *values[] = {choice->site, choice->since_utc, choice->until_utc, choice->labels};
    char *sql = compose(choice, sql_postgres_texts[query]);
    int err = 0;
    if (PQsendQueryParams(store->connection, sql, choice->labels ? 4 : 3, NULL, values, NULL, NULL,
                          0) != 1)
        err = session_error(store, NULL);
    if (!err)
        err = session_collect(store, NULL);
    free(sql);
    return judge(store, choice, err);
}

struct counted {
    store_row_fn *on_row;
    void *context;
    int rows;
};

static int count_row(const struct store_value *columns, size_t count, void *context)
{
    struct counted *counted = context;
    counted->rows++;
    return counted->on_row(columns, count, counted->context);
}

/* Some rows at a time, so that an export streams. */
static int fetch_all(struct postgres_store *store, store_row_fn *on_row, void *context)
{
    char sql[64];
    int err = 0;
    struct counted counted = {on_row, context, 1};
    snprintf(sql, sizeof(sql), "FETCH %d FROM chosen_rows", ROWS_AT_A_TIME);
    struct postgres_statement *fetch = postgres_statement_create(store, sql);
    while (!err && counted.rows) {
        counted.rows = 0;
        err = reading_each_row_of(postgres_statement_base(fetch), NULL, 0, count_row, &counted);
    }
    postgres_statement_free(fetch);
    return err;
}

int condition_each(struct database *database, enum sql query, const struct article_choice *choice,
                   store_row_fn *on_row, void *context)
{
    struct postgres_store *store = postgres_of(database);
    int err = session_begin_reading(&store->database);
    if (!err && choice->where)
        err = check_condition(store, choice);
    if (!err)
        err = declare(store, query, choice);
    int stopped = err ? err : judge(store, choice, fetch_all(store, on_row, context));
    err = session_end(&store->database, stopped < 0 ? stopped : 0);
    return stopped ? stopped : err;
}
