/* packed.h - pages that are kept as what they have besides another page of their site.
 *
 * A frame of zstd whose prefix is that page (RFC 8878; ZSTD_CCtx_refPrefix), which itself is a
 * frame without one. Thread: the store's. */
#ifndef STORAGE_TABLES_PACKED_H
#define STORAGE_TABLES_PACKED_H

#include "storage/store.h"

/* Each returns memory that the caller owns, or NULL for what is no such frame: the page; and the
 * frame that stands by itself. `base` NULL: it does already. */
char *packed_plain(const void *frame, size_t size, const void *base, size_t base_size,
                   size_t *plain_size);
char *packed_alone(const void *frame, size_t size, const void *base, size_t base_size,
                   size_t *alone_size);

int packed_begin(struct store *store, int64_t now_ms);
int packed_commit(struct store *store, const struct packed_record *records, size_t count);

#endif
