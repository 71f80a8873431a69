/* takedown.h - removes for good what falls under a pattern: store_takedown_*() of storage/store.h.
 *
 * A take-down is noted first, with nothing removed so far: from then on no run asks or stores what
 * it covers. What follows is done in steps, each a transaction of its own, and how far it has come
 * is told by the rows themselves, so that it can be cut off anywhere and be taken up again:
 *
 *   noted       its row stands in `takedowns`
 *   marked      the URLs are denied, whether asked so far or not; APIs' records are gone
 *   removed     articles are gone, some at a time, then the pages as they came
 *   overwritten the search index is merged into one piece without the words, the file is written
 *               anew without free pages and gaps, the log is emptied
 *
 * secure_delete alone would not do: it clears what is deleted now, not what revisions, retention
 * and the splitting of pages left behind before. Thread: the store's. */
#ifndef STORAGE_TABLES_TAKEDOWN_H
#define STORAGE_TABLES_TAKEDOWN_H

#include "storage/store.h"

int takedown_begin(struct store *store, const struct takedown_record *takedowns, size_t count,
                   int64_t now_ms);
int takedown_step(struct store *store, int64_t now_ms, struct takedown_progress *progress);

struct takedown_work;
void takedown_free(struct takedown_work *work); /* takes; NULL does nothing */

#endif
