/* reread.h - what today's extractor makes of pages that were kept, into the articles of then.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_REREAD_H
#define STORAGE_TABLES_REREAD_H

#include "storage/store.h"

int reread_begin(struct store *store, int64_t now_ms);
int reread_commit(struct store *store, const struct reread_record *records, size_t count,
                  struct reread_outcome *outcomes);

#endif
