/* found.h - what results told of, made known.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_FOUND_H
#define STORAGE_TABLES_FOUND_H

#include <stddef.h>

struct batch;

/* Notes the URLs that a result told of. */
int found_gather(struct batch *batch, size_t result);
/* Makes them known, in the order of the tables. */
int found_store(struct batch *batch);

#endif
