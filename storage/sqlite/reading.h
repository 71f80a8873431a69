/* reading.h - rows of named queries for the commands.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_READING_H
#define STORAGE_SQLITE_READING_H

#include "storage/store.h"

int reading_each_row(struct store *store, enum sql query, const struct store_value *params,
                     size_t params_count, store_row_fn *on_row, void *context);

#endif
