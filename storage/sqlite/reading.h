/* reading.h - rows of queries for the commands.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_READING_H
#define STORAGE_SQLITE_READING_H

#include <sqlite3.h>

#include "storage/store.h"

struct sqlite_store;

int reading_each_row(struct store *store, enum sql query, const struct store_value *params,
                     size_t params_count, store_row_fn *on_row, void *context);

/* The same for a prepared statement, which stays the caller's; NULL after a failure. */
int reading_each_row_of(struct sqlite_store *store, sqlite3_stmt *query,
                        const struct store_value *params, size_t params_count, store_row_fn *on_row,
                        void *context);

#endif
