/* rows.h - whole tables read and written, whatever kind of database has them.
 *
 * Rows come and go in the order of their keys, so that whoever was cut off goes on behind the last
 * one that the other side has. Each backend has its own kind (driver->rows). A struct rows either
 * reads or writes at one time. What fails leaves a sentence for store_message() of its database.
 * Thread: the store's. */
#ifndef STORAGE_COPY_ROWS_H
#define STORAGE_COPY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct copied_table;
struct database;

/* A row is an array of these, by the table's columns. */
struct copied_value {
    bool is_null;
    int64_t integer;  /* of COPIED_INTEGER */
    double real;      /* of COPIED_REAL */
    const char *data; /* of text and bytes: borrowed, and no NUL behind it */
    size_t size;
};

/* Each backend's begins with one. */
struct rows {
    const struct rows_kind *kind;
    struct database *database; /* borrowed */
};

/* Functions return 0 or a store_error unless they say otherwise. */
struct rows_kind {
    bool utf8_only; /* texts have to be UTF-8 without NUL, see encoding.h */

    struct rows *(*open)(struct database *database); /* owned, for close() */
    void (*close)(struct rows *rows);

    /* All that is read from the first call on is of one state of the database, until begin() or
     * close(). STORE_BUSY where that was lost: the next call begins with another. */
    int (*count)(struct rows *rows, const struct copied_table *table, int64_t *out);
    /* Begins with the first row, or behind the one with that key. */
    int (*read)(struct rows *rows, const struct copied_table *table,
                const struct copied_value *after);
    /* 1 with a row, whose texts live until the next call; 0: there is none left. */
    int (*next)(struct rows *rows, struct copied_value *row);
    void (*stop)(struct rows *rows); /* leaves the rows that were not read */
    /* The row with the last key: as next(). */
    int (*last)(struct rows *rows, const struct copied_table *table, struct copied_value *row);

    /* A transaction that adds rows to a table: end() commits where err is 0, else returns err. */
    int (*begin)(struct rows *rows, const struct copied_table *table);
    int (*put)(struct rows *rows, const struct copied_value *row);
    int (*end)(struct rows *rows, int err);

    /* After the last one: the numbers of new rows go on, the planner knows what there is. */
    int (*settle)(struct rows *rows);
};

enum rows_order { ROWS_FROM_FIRST, ROWS_LAST_ALONE };

/* "SELECT … FROM table …", owned by the caller. `after`: for each column of the key what stands in
 * SQL for its value; NULL: all rows. */
char *rows_select(const struct copied_table *table, enum rows_order order,
                  const char *const *after);
/* "a, b, c", owned by the caller. */
char *rows_columns(const struct copied_table *table);

#endif
