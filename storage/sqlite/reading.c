#include "storage/sqlite/reading.h"

#include "storage/sqlite/connection.h"

enum { COLUMNS_MAX = 64 };

static void bind_value(sqlite3_stmt *query, int place, const struct store_value *value)
{
    switch (value->type) {
    case STORE_INTEGER:
        sqlite3_bind_int64(query, place, value->integer);
        break;
    case STORE_REAL:
        sqlite3_bind_double(query, place, value->real);
        break;
    case STORE_TEXT:
        sqlite3_bind_text(query, place, value->text, -1, SQLITE_STATIC);
        break;
    case STORE_BLOB:
        sqlite3_bind_blob64(query, place, value->text, value->size, SQLITE_STATIC);
        break;
    case STORE_NULL:
        sqlite3_bind_null(query, place);
        break;
    }
}

static struct store_value read_column(sqlite3_stmt *query, int column)
{
    static const enum store_type types[] = {
        [SQLITE_INTEGER] = STORE_INTEGER, [SQLITE_FLOAT] = STORE_REAL, [SQLITE_TEXT] = STORE_TEXT,
        [SQLITE_BLOB] = STORE_BLOB,       [SQLITE_NULL] = STORE_NULL,
    };
    struct store_value value = {.name = sqlite3_column_name(query, column),
                                .type = types[sqlite3_column_type(query, column)]};
    value.integer = sqlite3_column_int64(query, column);
    value.real = sqlite3_column_double(query, column);
    /* last: it turns the column into text */
    value.text =
        value.type == STORE_BLOB ? sqlite3_column_blob(query, column) : column_text(query, column);
    value.size = (size_t)sqlite3_column_bytes(query, column);
    return value;
}

int reading_each_row_of(struct sqlite_store *store, sqlite3_stmt *query,
                        const struct store_value *params, size_t params_count, store_row_fn *on_row,
                        void *context)
{
    for (size_t i = 0; i < params_count; i++)
        bind_value(query, (int)i + 1, &params[i]);
    int row, stopped = 0;
    while (!stopped && (row = statement_step(store, query)) == 1) {
        struct store_value columns[COLUMNS_MAX];
        int count = sqlite3_column_count(query);
        for (int i = 0; i < count && i < COLUMNS_MAX; i++)
            columns[i] = read_column(query, i);
        stopped = on_row(columns, (size_t)(count < COLUMNS_MAX ? count : COLUMNS_MAX), context);
    }
    statement_finish(query);
    if (query)
        sqlite3_clear_bindings(query);
    return stopped ? stopped : row;
}

int reading_each_row(struct store *base, enum sql sql, const struct store_value *params,
                     size_t params_count, store_row_fn *on_row, void *context)
{
    struct sqlite_store *store = sqlite_of(base);
    return reading_each_row_of(store, statement(store, sql), params, params_count, on_row, context);
}
