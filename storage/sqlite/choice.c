#include "storage/sqlite/choice.h"

#include <assert.h>
#include <string.h>

#include "storage/sqlite/connection.h"
#include "storage/tables/reading.h"

/* SQLite: a statement that is being prepared wants to do this. A condition may read whatever there
 * is, search included, but not write, attach files or change settings. */
static int on_wish(void *context, int wish, const char *first, const char *second, const char *base,
                   const char *view)
{
    (void)context;
    (void)base;
    (void)view;
    switch (wish) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return strcmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: /* full-text search asks whether its index has changed */
        return strcmp(first, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

/* The condition alone, as a condition: what is more than one, or opens and closes more brackets
 * than its own, is found here or can do no more than choose other rows. */
static int check_condition(struct sqlite_store *store, const char *where)
{
    sqlite3_stmt *query = NULL;
    const char *rest = "";
    char *sql = sqlite3_mprintf("SELECT 1 FROM v_articles WHERE (\n%s\n)", where);
    int code = sqlite3_prepare_v2(store->db, sql, -1, &query, &rest);
    int err = 0;
    if (code == SQLITE_AUTH)
        err = reading_refuse_condition(&store->database, "it may only read");
    else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        err = connection_error(store, code);
    else if (code)
        err = reading_refuse_condition(&store->database, sqlite3_errmsg(store->db));
    else if (*rest)
        err = reading_refuse_condition(&store->database, "it is more than one condition");
    sqlite3_finalize(query);
    sqlite3_free(sql);
    return err;
}

static char *compose(const struct article_choice *choice, const char *query)
{
    const char *begin = strstr(query, READING_ALL_CHOSEN);
    assert(begin);
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "WITH chosen AS (SELECT * FROM (SELECT * FROM v_articles");
    if (choice->where)
        sqlite3_str_appendf(sql, " WHERE (\n%s\n)", choice->where);
    sqlite3_str_appendall(sql, ") WHERE 1");
    if (choice->site)
        sqlite3_str_appendall(sql, " AND domain = ?1");
    /* by day first: that has an index */
    if (choice->since_utc)
        sqlite3_str_appendall(sql, " AND pub_day >= date(?2)"
                                   " AND coalesce(published, first_seen) >= ?2");
    if (choice->until_utc)
        sqlite3_str_appendall(sql, " AND pub_day <= date(?3)"
                                   " AND coalesce(published, first_seen) <= ?3");
    if (choice->labels)
        sqlite3_str_appendall(sql, " AND article_id IN (SELECT a.article_id FROM articles a"
                                   " JOIN site_labels l USING (site_id)"
                                   " WHERE instr(?4, ',' || l.label || ','))");
    sqlite3_str_appendf(sql, ")%s", begin + strlen(READING_ALL_CHOSEN));
    return sqlite3_str_finish(sql);
}

static int prepare(struct sqlite_store *store, enum sql query, const struct article_choice *choice,
                   sqlite3_stmt **out)
{
    int err = choice->where ? check_condition(store, choice->where) : 0;
    if (err)
        return err;
    char *sql = compose(choice, sql_texts[query]);
    int code = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);
    sqlite3_free(sql);
    return code ? connection_error(store, code) : 0;
}

int choice_each(struct database *database, enum sql query, const struct article_choice *choice,
                store_row_fn *on_row, void *context)
{
    struct sqlite_store *store = sqlite_of(database);
    const struct store_value params[] = {
        STORE_PARAM_TEXT(choice->site),
        STORE_PARAM_TEXT(choice->since_utc),
        STORE_PARAM_TEXT(choice->until_utc),
        STORE_PARAM_TEXT(choice->labels),
    };
    sqlite3_stmt *rows = NULL;
    /* loads the full-text table, for which SQLite asks for more than reading */
    int err = connection_run(store, "SELECT 1 FROM articles_fts LIMIT 0");
    if (err)
        return err;
    sqlite3_set_authorizer(store->db, on_wish, NULL);
    err = prepare(store, query, choice, &rows);
    struct sqlite_statement wrapped = connection_wrap(store, rows);
    if (!err)
        err = reading_each_row_of(&wrapped.statement, params, sizeof(params) / sizeof(params[0]),
                                  on_row, context);
    bool of_value =
        err == STORE_UNFIT || (err == STORE_FAILED && sqlite3_errcode(store->db) == SQLITE_ERROR);
    if (choice->where && of_value) /* as by an overflow */
        err = reading_refuse_condition(&store->database, sqlite3_errmsg(store->db));
    sqlite3_set_authorizer(store->db, NULL, NULL);
    sqlite3_finalize(rows);
    return err;
}
