#include "storage/sqlite/rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/copy/tables.h"
#include "storage/memory.h"
#include "storage/sqlite/connection.h"

struct sqlite_rows {
    struct rows rows; /* first */
    struct sqlite_store *store;
    const struct copied_table *table; /* that is read or written */
    sqlite3_stmt *query;
    sqlite3_stmt *insert;
};

static struct sqlite_rows *of(struct rows *rows)
{
    return (struct sqlite_rows *)rows;
}

/* Keys are met everywhere in indexes when rows come in the order of others. Whether the parents are
 * there need not be asked of each row: where the rows come from it was. */
static struct rows *on_open(struct database *database)
{
    struct sqlite_rows *rows = memory_zeroed(1, sizeof(*rows));
    rows->rows = (struct rows){&sqlite_rows, database};
    rows->store = sqlite_of(database);
    sqlite3_exec(rows->store->db, "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -131072", NULL,
                 NULL, NULL);
    return &rows->rows;
}

static void forget(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

static void on_stop(struct rows *rows)
{
    forget(&of(rows)->query);
}

static int leave(struct sqlite_rows *rows)
{
    forget(&rows->query);
    forget(&rows->insert);
    return connection_is_in_transaction(rows->rows.database)
               ? connection_end(rows->rows.database, 0)
               : 0;
}

static void on_close(struct rows *rows)
{
    leave(of(rows));
    sqlite3_exec(of(rows)->store->db, "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384", NULL,
                 NULL, NULL);
    free(rows);
}

static int prepare(struct sqlite_rows *rows, const char *sql, sqlite3_stmt **out)
{
    forget(out);
    int code = sqlite3_prepare_v2(rows->store->db, sql, -1, out, NULL);
    return code ? connection_error(rows->store, code) : 0;
}

static int step(struct sqlite_rows *rows, sqlite3_stmt *statement)
{
    errno = 0; /* so that connection_error() reads this step's */
    int code = sqlite3_step(statement);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : connection_error(rows->store, code);
}

/* ---- reading ---- */

static int query(struct sqlite_rows *rows, const char *sql)
{
    int err = 0;
    if (!connection_is_in_transaction(rows->rows.database))
        err = connection_begin_reading(rows->rows.database);
    return err ? err : prepare(rows, sql, &rows->query);
}

static int on_count(struct rows *base, const struct copied_table *table, int64_t *out)
{
    struct sqlite_rows *rows = of(base);
    char sql[96];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table->name);
    int row = query(rows, sql);
    if (!row)
        row = step(rows, rows->query);
    if (row == 1)
        *out = sqlite3_column_int64(rows->query, 0);
    forget(&rows->query);
    return row < 0 ? row : 0;
}

static void bind(sqlite3_stmt *statement, int place, enum copied_type type,
                 const struct copied_value *value, sqlite3_destructor_type lasting)
{
    const char *data = value->data ? value->data : "";
    if (value->is_null)
        sqlite3_bind_null(statement, place);
    else if (type == COPIED_INTEGER)
        sqlite3_bind_int64(statement, place, value->integer);
    else if (type == COPIED_REAL)
        sqlite3_bind_double(statement, place, value->real);
    else if (type == COPIED_TEXT)
        sqlite3_bind_text64(statement, place, data, value->size, lasting, SQLITE_UTF8);
    else
        sqlite3_bind_blob64(statement, place, data, value->size, lasting);
}

static int on_read(struct rows *base, const struct copied_table *table,
                   const struct copied_value *after)
{
    static const char *const places[COPIED_KEYS_MAX] = {"?1", "?2", "?3", "?4"};
    struct sqlite_rows *rows = of(base);
    char *sql = rows_select(table, ROWS_FROM_FIRST, after ? places : NULL);
    int err = query(rows, sql);
    free(sql);
    for (size_t i = 0; !err && after && i < table->keys; i++)
        bind(rows->query, (int)i + 1, table->columns[i].type, &after[i], SQLITE_TRANSIENT);
    rows->table = table;
    return err;
}

static struct copied_value value_at(sqlite3_stmt *statement, int column, enum copied_type type)
{
    struct copied_value value = {.is_null = sqlite3_column_type(statement, column) == SQLITE_NULL};
    if (value.is_null)
        return value;
    if (type == COPIED_INTEGER)
        value.integer = sqlite3_column_int64(statement, column);
    else if (type == COPIED_REAL)
        value.real = sqlite3_column_double(statement, column);
    else if (type == COPIED_TEXT)
        value.data = (const char *)sqlite3_column_text(statement, column);
    else
        value.data = sqlite3_column_blob(statement, column);
    if (type == COPIED_TEXT || type == COPIED_BYTES)
        value.size = (size_t)sqlite3_column_bytes(statement, column);
    return value;
}

static int on_next(struct rows *base, struct copied_value *row)
{
    struct sqlite_rows *rows = of(base);
    int more = step(rows, rows->query);
    for (size_t i = 0; more == 1 && i < rows->table->columns_count; i++)
        row[i] = value_at(rows->query, (int)i, rows->table->columns[i].type);
    return more;
}

static int on_last(struct rows *base, const struct copied_table *table, struct copied_value *row)
{
    struct sqlite_rows *rows = of(base);
    char *sql = rows_select(table, ROWS_LAST_ALONE, NULL);
    int err = query(rows, sql);
    free(sql);
    rows->table = table;
    return err ? err : on_next(base, row);
}

/* ---- writing ---- */

static int on_begin(struct rows *base, const struct copied_table *table)
{
    struct sqlite_rows *rows = of(base);
    int err = leave(rows);
    if (!err)
        err = connection_begin(base->database);
    if (err)
        return err;
    char *columns = rows_columns(table), *sql = memory_zeroed(1, 2 * strlen(columns) + 256);
    char *at = sql + sprintf(sql, "INSERT INTO %s(%s) VALUES (", table->name, columns);
    for (size_t i = 0; i < table->columns_count; i++)
        at += sprintf(at, i ? ", ?" : "?");
    strcpy(at, ")");
    err = prepare(rows, sql, &rows->insert);
    free(columns);
    free(sql);
    rows->table = table;
    return err;
}

static int on_put(struct rows *base, const struct copied_value *row)
{
    struct sqlite_rows *rows = of(base);
    for (size_t i = 0; i < rows->table->columns_count; i++)
        bind(rows->insert, (int)i + 1, rows->table->columns[i].type, &row[i], SQLITE_STATIC);
    int err = step(rows, rows->insert);
    sqlite3_reset(rows->insert);
    return err;
}

static int on_end(struct rows *base, int err)
{
    forget(&of(base)->insert);
    err = connection_end(base->database, err);
    return err ? err : connection_checkpoint(base->database);
}

static int on_settle(struct rows *base)
{
    int err = leave(of(base)); /* a new row has the number behind the largest */
    base->database->driver->run_ended(base->database);
    return err;
}

const struct rows_kind sqlite_rows = {
    .open = on_open,
    .close = on_close,
    .count = on_count,
    .read = on_read,
    .next = on_next,
    .stop = on_stop,
    .last = on_last,
    .begin = on_begin,
    .put = on_put,
    .end = on_end,
    .settle = on_settle,
};
