/* removal.h - an article goes, with all that hangs on it.
 *
 * Its revisions, links, search entry and place in stories go with it, and the names and tags that
 * no other article has. Its URL stays known, so that it is not fetched again. Inside the caller's
 * transaction. Thread: the store's. */
#ifndef STORAGE_TABLES_REMOVAL_H
#define STORAGE_TABLES_REMOVAL_H

#include <stdint.h>

struct database;

/* *revisions becomes how many versions went, 0 where there is no such article. Returns 0 or a
 * store_error. */
int removal_article(struct database *store, int64_t article_id, int64_t *revisions);

#endif
