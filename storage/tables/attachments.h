/* attachments.h - what hangs on an article: authors, tags, links, what is asked as to its use.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ATTACHMENTS_H
#define STORAGE_TABLES_ATTACHMENTS_H

#include <stdint.h>

struct article_put;
struct database;

/* Adds those of a new article; they are there once they are settled, at the end of a batch at last.
 */
int attachments_put(struct database *store, int64_t article_id, const struct article_put *put);
int attachments_settle(struct database *store);

/* In the place of those that an article has; settled. */
int attachments_replace(struct database *store, int64_t article_id, const struct article_put *put);

/* What the channels ask that were looked at (record.h: RIGHTS_CHANNELS of them; NULL: none was). */
int attachments_put_rights(struct database *store, int64_t article_id, const unsigned *rights);

#endif
