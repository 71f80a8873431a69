/* attachments.h - what hangs on an article: authors, tags, links, what is asked as to its use.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ATTACHMENTS_H
#define STORAGE_TABLES_ATTACHMENTS_H

#include <stdint.h>

struct article_put;
struct database;

int attachments_put(struct database *store, int64_t article_id, const struct article_put *put);
int attachments_replace(struct database *store, int64_t article_id, const struct article_put *put);

/* What the channels ask that were looked at (record.h: RIGHTS_CHANNELS of them; NULL: none was). */
int attachments_put_rights(struct database *store, int64_t article_id, const unsigned *rights);

#endif
