/* reading.h - rows of queries for the commands.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_READING_H
#define STORAGE_TABLES_READING_H

#include "storage/store.h"

struct database;
struct statement;

/* How each query over chosen articles (driver->each_chosen) begins; what narrows them takes this
 * text's place. */
#define READING_ALL_CHOSEN "WITH chosen AS (SELECT * FROM v_articles)"

/* Says why somebody's condition can't be used, and how one looks; `why` may be the last message.
 * Returns STORE_REFUSED. */
int reading_refuse_condition(struct database *store, const char *why);

int reading_each_row(struct store *store, enum sql query, const struct store_value *params,
                     size_t params_count, store_row_fn *on_row, void *context);

/* The same for a prepared statement, which stays the caller's. */
int reading_each_row_of(struct statement *query, const struct store_value *params,
                        size_t params_count, store_row_fn *on_row, void *context);

/* For a statement that changes something, and gives nobody rows: see store_change(). */
int reading_change(struct store *store, enum sql sql, const struct store_value *params,
                   size_t params_count);

#endif
