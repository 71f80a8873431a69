/* attachments.h - what hangs on an article: authors, tags, links.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_ATTACHMENTS_H
#define STORAGE_SQLITE_ATTACHMENTS_H

#include <stdint.h>

struct article_put;
struct sqlite_store;

int attachments_put(struct sqlite_store *store, int64_t article_id, const struct article_put *put);
int attachments_replace(struct sqlite_store *store, int64_t article_id,
                        const struct article_put *put);

#endif
