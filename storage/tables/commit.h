/* commit.h - writes what requests left: many results, one transaction.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_COMMIT_H
#define STORAGE_TABLES_COMMIT_H

#include "storage/store.h"

int commit_results(struct store *store, const struct result_record *const *results, size_t count,
                   struct commit_outcome *outcomes);

#endif
