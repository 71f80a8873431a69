/* retention.h - drops what is past its time, and catches up with the full-text index, in steps.
 *
 * Thread: the store's; between batches. */
#ifndef STORAGE_SQLITE_RETENTION_H
#define STORAGE_SQLITE_RETENTION_H

struct sqlite_store;

/* One bounded transaction; clears store->retention_pending when nothing is left to drop. */
int retention_step(struct sqlite_store *store);

/* Indexes some of the articles that runs without search left out; clears store->search_behind when
 * none is left. */
int retention_index_step(struct sqlite_store *store);

#endif
