/* address.h - one IP address, and what all hosts behind it may be asked at one time.
 *
 * Names that share an address share a machine, or a small provider's one line: a hundred local
 * papers on it would get a hundred polite requests at once. So the hosts of one address have a
 * budget of places beside their own. It is small (twice a host's places unless told otherwise)
 * although the edge of a CDN could bear more: from outside the two look the same, a CDN counts
 * requests by who asks and over all of its customers, and it spreads its names over many addresses,
 * so that few of them meet on one. Who knows better says so with --per-address.
 *
 * Plain functions over plain data. Thread: the owner's (the scheduler's). */
#ifndef CRAWLER_POLITENESS_ADDRESS_H
#define CRAWLER_POLITENESS_ADDRESS_H

#include <stdbool.h>

#include "base/heap.h"

struct address {
    char *text;         /* owned: as in "127.0.0.1" or "[::1]", without a port */
    unsigned hosts;     /* that lead here */
    unsigned in_flight; /* requests, over all of them */
    unsigned admitted;  /* hosts among those that may start, each good for one place */
    struct heap parked; /* hosts that might start but for this budget */
};

/* A new address without hosts, owned by the caller. */
struct address *address_create(const char *text);
void address_free(struct address *address); /* takes; it has no hosts */

/* Is there a place that nobody has been promised? */
bool address_has_place(const struct address *address, unsigned per_address_max);

#endif
