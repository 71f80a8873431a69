/* retention.h - drops what is past its time, and catches up with the full-text index, in steps.
 *
 * Thread: the store's; between batches. */
#ifndef STORAGE_TABLES_RETENTION_H
#define STORAGE_TABLES_RETENTION_H

#include <stdint.h>

struct database;

/* A run begins: counts what the pages kept take, where it limits that. Returns 0 or a store_error.
 */
int retention_begin(struct database *store);

/* One more page of so many bytes is kept. */
void retention_kept(struct database *store, int64_t raw_bytes);

/* One bounded transaction; clears store->retention_pending when nothing is left to drop. */
int retention_step(struct database *store);

/* Indexes some of the articles that runs without search left out; clears store->search_behind when
 * none is left. */
int retention_index_step(struct database *store);

#endif
