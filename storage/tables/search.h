/* search.h - the two full-text indexes: which article stands in which, and what is not in so far.
 *
 * articles_fts has the texts whose words are parted by spaces, articles_fts_cjk those of the other
 * scripts, cut into signs (storage/signs.h); search_backlog has the articles that are in neither,
 * since a run did without. Thread: the store's. */
#ifndef STORAGE_TABLES_SEARCH_H
#define STORAGE_TABLES_SEARCH_H

#include <stdint.h>

struct database;
struct draft;

/* A batch's new and changed articles are gathered, and indexed together at its end: statements that
 * SQLite may have to undo alone make FTS5 write out what it has, and there are such in between. */
void search_begin(struct database *store);
/* For an article that was just stored, and is in neither index: to be indexed, or the backlog. What
 * the draft was made from is borrowed until search_write. */
int search_add(struct database *store, int64_t article_id, const struct draft *draft);
/* Before an article's texts change: the index needs the old ones to forget them. */
int search_forget(struct database *store, int64_t article_id);
/* Indexes what was added; before the commit. */
int search_write(struct database *store);

/* Indexes an article of the backlog. */
int search_catch_up(struct database *store, int64_t article_id);

#endif
