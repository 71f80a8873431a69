/* site_days.h - what came of each site on each day, and what is to be thought of it.
 *
 * A batch counts into memory and writes one row a site, in its own transaction; at the end of a run
 * each site's days are judged by storage/health.h. Counted are whole sites alone, not single pages
 * and APIs, and neither backfills and archives, whose articles are of another time, nor runs that
 * only look for URLs. Thread: the store's. */
#ifndef STORAGE_TABLES_SITE_DAYS_H
#define STORAGE_TABLES_SITE_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct article_facts;
struct article_record;
struct batch;
struct store;

/* Counts a result that was written. */
int site_days_count(struct batch *batch, size_t result);
/* Counts an article of a result, if it is a new one. */
int site_days_count_article(struct batch *batch, size_t result,
                            const struct article_record *article,
                            const struct article_facts *facts);
/* Writes what was counted. */
int site_days_write(struct batch *batch);

/* store_judge() of storage/store.h. */
int site_days_judge(struct store *store, int64_t now_ms, bool whole);

#endif
