/* packed.h - pages that are kept as what they have besides another page of their site.
 *
 * A frame of zstd whose prefix is that page (RFC 8878; ZSTD_CCtx_refPrefix), which itself is a
 * frame without one. SQL gets two functions: page_plain(body, base) unpacks, base being NULL for a
 * page that stands by itself; page_alone(body, base) gives the frame that does. Both give NULL for
 * what is no such frame. Thread: the store's. */
#ifndef STORAGE_SQLITE_PACKED_H
#define STORAGE_SQLITE_PACKED_H

#include "storage/store.h"

struct sqlite_store;

void packed_register(struct sqlite_store *store);

int packed_begin(struct store *store, int64_t now_ms);
int packed_commit(struct store *store, const struct packed_record *records, size_t count);

#endif
