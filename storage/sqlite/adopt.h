/* adopt.h - URLs whose answers come from an archive.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_ADOPT_H
#define STORAGE_SQLITE_ADOPT_H

#include "storage/store.h"

struct sqlite_store;

int adopt_url(struct store *store, const char *domain, const char *key, int64_t answered_ms,
              struct url_lease *lease, bool *wanted);

/* Whether the URL was asked at that moment or later, as far as is stored. */
int adopt_is_late(struct sqlite_store *store, const struct url_lease *lease, int64_t answered_ms,
                  bool *late);

#endif
