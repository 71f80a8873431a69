/* fetches.h - the rows of requests, and the pages as they came.
 *
 * A step of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_FETCHES_H
#define STORAGE_TABLES_FETCHES_H

#include <stddef.h>

struct batch;

/* Of those results from `begin` to before `end` that were written and asked for; their URLs have
 * rows. Sets stored.fetch_id and raw_bytes. */
int fetches_write(struct batch *batch, size_t begin, size_t end);

#endif
