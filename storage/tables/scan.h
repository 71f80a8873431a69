/* scan.h - one look through one host's queue: what of it this run may lease now.
 *
 * Moves the host's cursors (frontier.h), so nothing is looked at twice. Thread: the store's. */
#ifndef STORAGE_TABLES_SCAN_H
#define STORAGE_TABLES_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/record.h"

struct frontier;
struct run_host;
struct database;

struct scan {
    struct database *store;
    struct frontier *frontier;
    struct run_host *host;
    int64_t now_ms;
    unsigned want;            /* URLs; 0: only look whether there is one */
    struct host_lease *lease; /* what was taken; has room for `want` */
    unsigned examined;
    bool more; /* a row that could be leased was left */
    bool full; /* no room for any further new article of the host */
};

/* Takes up to scan->want URLs, bands in their order. Returns 0 or a store_error. */
int scan_host(struct scan *scan);

/* After scan_host(): sets lease->urls_left. */
int scan_tell_left(struct scan *scan);

/* Without asking the database: whether some band was not read to its end. */
int scan_may_have_more(const struct scan *scan, bool *more);

/* Whether a URL counts for the limits on articles: the first try of a new one. */
bool scan_counts_as_page(int band, unsigned tries, unsigned hops);

#endif
