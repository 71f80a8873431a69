/* tables.h - which tables and columns a copy of a database has.
 *
 * All that a crawl goes on from, in an order that foreign keys allow. What is not here is made anew
 * where it is needed: the search index and its backlog, who holds which host or has which part of a
 * limit (PostgreSQL's `workers`, `addresses`, `nights`, `night_counts` and `night_rooms`, and in
 * `hosts` the columns from due_ms on), columns that are generated, and of `meta` all but the hash
 * seed. Thread: any. */
#ifndef STORAGE_COPY_TABLES_H
#define STORAGE_COPY_TABLES_H

#include <stdbool.h>
#include <stddef.h>

/* What a column holds, and how each kind of database declares that:
 *
 *                   SQLite    PostgreSQL
 *   COPIED_INTEGER  INTEGER   bigint, integer, smallint: what fits
 *   COPIED_REAL     REAL      double precision
 *   COPIED_TEXT     TEXT      text, json: UTF-8 without NUL, else U+FFFD stands for a byte
 *   COPIED_BYTES    BLOB      bytea
 */
enum copied_type { COPIED_INTEGER, COPIED_REAL, COPIED_TEXT, COPIED_BYTES };

struct copied_column {
    const char *name;
    enum copied_type type;
};

enum { COPIED_COLUMNS_MAX = 40, COPIED_KEYS_MAX = 4 };

struct copied_table {
    const char *name;
    const struct copied_column *columns; /* those of the key first */
    size_t columns_count;
    size_t keys;   /* columns by which a row is known; rows go in their order */
    bool numbered; /* the first column is a number that the database gives new rows */
};

extern const struct copied_table copied_tables[];
extern const size_t copied_tables_count;

#endif
