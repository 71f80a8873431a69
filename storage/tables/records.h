/* records.h - the records of JSON APIs.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_RECORDS_H
#define STORAGE_TABLES_RECORDS_H

#include <stddef.h>

struct batch;

int records_store(struct batch *batch, size_t result);

#endif
