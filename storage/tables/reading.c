#include "storage/tables/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/tables/database.h"
#include "storage/tables/packed.h"

enum { COLUMNS_MAX = 64 };

int reading_refuse_condition(struct database *store, const char *why)
{
    char text[STORE_MESSAGE_BYTES - 160];
    snprintf(text, sizeof(text), "%s", why);
    snprintf(store->store.message, sizeof(store->store.message),
             "the condition can't be used: %s; it is SQL over the columns of v_articles, such as "
             "\"lang = 'de' AND words > 300\"",
             text);
    return STORE_REFUSED;
}

static void bind_value(struct statement *query, int place, const struct store_value *value)
{
    switch (value->type) {
    case STORE_INTEGER:
        bind_integer(query, place, value->integer);
        break;
    case STORE_REAL:
        bind_real(query, place, value->real);
        break;
    case STORE_TEXT:
        bind_text(query, place, value->text);
        break;
    case STORE_BLOB:
        bind_bytes(query, place, value->text, value->size);
        break;
    case STORE_NULL:
        bind_null(query, place);
        break;
    }
}

/* Where the database can't unpack a page itself, its rows end with `base`, which `body` is packed
 * against; empty: with itself. Returns how many columns are left; *plain is the caller's. */
static size_t unpack(struct store_value *columns, size_t count, char **plain)
{
    *plain = NULL;
    if (!count || strcmp(columns[count - 1].name, "base") != 0)
        return count;
    const struct store_value *base = &columns[--count];
    for (size_t i = 0; base->type != STORE_NULL && i < count; i++) {
        struct store_value *body = &columns[i];
        if (strcmp(body->name, "body") != 0 || body->type == STORE_NULL)
            continue;
        *plain = packed_plain(body->text, body->size, base->size ? base->text : NULL, base->size,
                              &body->size);
        body->type = *plain ? STORE_BLOB : STORE_NULL;
        body->text = *plain;
    }
    return count;
}

int reading_each_row_of(struct statement *query, const struct store_value *params,
                        size_t params_count, store_row_fn *on_row, void *context)
{
    for (size_t i = 0; i < params_count; i++)
        bind_value(query, (int)i + 1, &params[i]);
    int row, stopped = 0;
    while (!stopped && (row = statement_step(query)) == 1) {
        struct store_value columns[COLUMNS_MAX];
        int count = columns_count(query);
        for (int i = 0; i < count && i < COLUMNS_MAX; i++)
            column_value(query, i, &columns[i]);
        char *plain;
        size_t left = unpack(columns, (size_t)(count < COLUMNS_MAX ? count : COLUMNS_MAX), &plain);
        stopped = on_row(columns, left, context);
        free(plain);
    }
    statement_finish(query);
    statement_clear(query);
    return stopped ? stopped : row;
}

int reading_each_row(struct store *base, enum sql sql, const struct store_value *params,
                     size_t params_count, store_row_fn *on_row, void *context)
{
    struct database *store = database_of(base);
    return reading_each_row_of(statement(store, sql), params, params_count, on_row, context);
}

static int ignore_row(const struct store_value *columns, size_t count, void *context)
{
    (void)columns;
    (void)count;
    (void)context;
    return 0;
}

int reading_change(struct store *base, enum sql sql, const struct store_value *params,
                   size_t params_count)
{
    struct database *store = database_of(base);
    int err = store->driver->erase_begin(store); /* it may be a password */
    return err ? err : reading_each_row(base, sql, params, params_count, ignore_row, NULL);
}
