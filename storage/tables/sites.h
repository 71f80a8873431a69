/* sites.h - adding sites to crawl.
 *
 * Thread: the store's; also while a run of another process is on. */
#ifndef STORAGE_TABLES_SITES_H
#define STORAGE_TABLES_SITES_H

#include "storage/store.h"

int sites_add(struct store *store, const struct site_record *site, int64_t now_ms, bool *added);
int sites_begin(struct store *store);
int sites_end(struct store *store, bool commit);

#endif
