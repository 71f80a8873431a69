/* period.h - which time an address speaks of, and whether that lies within what is wanted.
 *
 * Archives are kept by year, month and day: "/sitemap-2024-05.xml", "/2024/05/03/story.html". Where
 * an address may be read in two ways the longer period counts: what is passed over is lost.
 * Thread: any. */
#ifndef CRAWLER_DISCOVER_PERIOD_H
#define CRAWLER_DISCOVER_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Moments of UTC; until_ms is the first one behind it. */
struct period {
    int64_t from_ms;
    int64_t until_ms;
};

/* Of a sitemap's address: a year, a month or a day in it, or years ("1998-2003"). False: none. */
bool period_of_sitemap(struct span url, struct period *out);

/* Of an article's path: a day, or a year and a month as folders ("/2024/05/"). False: none. */
bool period_of_article(struct span path, struct period *out);

/* What is wanted, both ends counted. */
struct period_range {
    int64_t since_ms;
    int64_t until_ms;
};

bool period_meets(const struct period *period, const struct period_range *range);

#endif
