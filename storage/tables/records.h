/* records.h - the records of JSON APIs.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_RECORDS_H
#define STORAGE_TABLES_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

struct api_row;
struct batch;
struct database;
struct url_lease;

int records_store(struct batch *batch, size_t result);

/* Whether a take-down covers a row of the answer to this lease: then it is left out. */
bool records_is_taken_down(struct database *store, const struct url_lease *lease,
                           const struct api_row *row);

#endif
