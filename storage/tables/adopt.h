/* adopt.h - URLs whose answers come from an archive.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ADOPT_H
#define STORAGE_TABLES_ADOPT_H

#include "storage/store.h"

struct batch;
struct database;

/* See store_adopt(). */
int adopt_url(struct store *store, const char *key, int64_t answered_ms, struct url_lease *lease,
              bool *wanted);

/* Gives host and site to the results whose URLs were adopted, in the commit's transaction: in
 * copies of them, which take their places in the batch. */
int adopt_results(struct batch *batch);

/* Whether the URL was asked at that moment or later, as far as is stored. */
int adopt_is_late(struct database *store, const struct url_lease *lease, int64_t answered_ms,
                  bool *late);

#endif
