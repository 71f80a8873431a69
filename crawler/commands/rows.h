/* rows.h - rows of a named query, printed in aligned columns or made into JSON.
 *
 * Everything printed for people is made harmless first (base/utf8.h). In JSON the keys are the
 * query's column names, which stay; a column NAME_json holds JSON and comes out as NAME.
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_ROWS_H
#define CRAWLER_COMMANDS_ROWS_H

#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"
#include "storage/store.h"

enum rows_form {
    ROWS_TEXT,
    ROWS_NAME,   /* text that is cut last */
    ROWS_NUMBER, /* to the right */
    ROWS_BYTES,  /* 12.3 MiB */
    ROWS_MOMENT, /* 2026-11-01 09:30 of an ISO text */
    ROWS_DAY,    /* 2026-11-01 */
};

/* A column to print: which one of the query's, under which title. */
struct rows_column {
    const char *name;
    const char *title;
    enum rows_form form;
};

struct rows_query {
    const char *heading; /* a line above a table that has rows, or NULL */
    enum sql sql;
    const struct store_value *params;
    size_t params_count;
};

enum { ROWS_COLUMNS_MAX = 16, ROWS_WIDTH_MAX = 100 };

/* Prints a table with a line of titles, nothing where there are no rows. No line is wider than
 * ROWS_WIDTH_MAX: the widest texts are cut, with an ellipsis, names last. Returns 0 or a
 * store_error. */
int rows_print(struct store *store, const struct rows_query *query,
               const struct rows_column *columns, size_t columns_count, size_t *rows_count);

/* All rows as an array of objects, owned by the caller, in *out. Returns 0 or a store_error. */
int rows_json(struct store *store, const struct rows_query *query, json_t **out);

/* The first row alone as an object, or NULL where there is none. */
int rows_first(struct store *store, const struct rows_query *query, json_t **out);

/* Prints a JSON document and takes it. */
void rows_dump(json_t *document);

/* How many places of a terminal `text` (clean UTF-8) takes. */
size_t rows_width(const char *text);

#endif
