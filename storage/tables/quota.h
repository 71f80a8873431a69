/* quota.h - how many sources of one site a run asks, and which of them first.
 *
 * There are five sorts: sitemaps that an index named in this run for the first time; such as were
 * named before and left; what a list led to and was asked before (sitemaps of an index, further
 * pages of an API); other sitemaps; and the rest: front page, sections, feeds, APIs. Of each a run
 * asks so many of a site (run_record.sources_max); the others stay in the queue, for the next run.
 * The sorts are counted apart, so that an index of fifty thousand keeps nothing else waiting.
 *
 * The first two wait freshest first, and not in the order in which they came due: there may be far
 * more of them than a run asks. Their rank in the queue says so: it is less than any moment, and
 * the less the fresher. The others are asked in turn.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_QUOTA_H
#define STORAGE_TABLES_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/record.h"

struct budget;
struct frontier;
struct run_site;
struct database;

enum quota_sort {
    QUOTA_NEW,
    QUOTA_LEFT,
    QUOTA_LISTED,
    QUOTA_SITEMAPS,
    QUOTA_OTHERS,
    QUOTA_SORTS,
};

/* Of a source on lease, or to be leased. */
enum quota_sort quota_sort(const struct frontier *frontier, const struct url_lease *lease);

/* The rank of a new one that changed at this moment (MOMENT_NONE: not told). */
int64_t quota_rank(int64_t changed_ms, int64_t now_ms);

/* Whether this run may ask one more, and would like to ask `want`; if not, that is noted as the
 * reason. */
int quota_allows(struct database *store, struct run_site *site, enum quota_sort sort, unsigned want,
                 bool *out);
/* Whether these are the first tries that count: not a retry, and not where a redirect leads. */
bool quota_counts(int band, unsigned tries, unsigned hops);

/* Whether a source may become known, unless it is: then *closed is NULL, else the reason. (host_id,
 * hash) is its place in `seen`. */
int quota_admits(struct database *store, struct run_site *site, int64_t host_id, int64_t hash,
                 struct budget **closed);

#endif
