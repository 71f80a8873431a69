/* pagedate.h - when a page was published and last changed. Internal to metadata.
 *
 * Candidates come from JSON-LD, meta elements, microdata, <time>, the URL and the visible text;
 * each has a weight for how much its place is to be trusted. The heaviest gives the day; another
 * candidate of the same day may add the time or the zone. Dates after `now_ms` and before the web
 * are not believed. Thread: any. */
#ifndef CRAWLER_EXTRACT_PAGEDATE_H
#define CRAWLER_EXTRACT_PAGEDATE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/date.h"

struct facts;

struct page_dates {
    bool has_published, has_modified;
    struct moment published, modified;
    const char *published_from; /* 'json-ld', 'meta', 'microdata', 'time-tag', 'url', 'text' */
};

void pagedate_find(struct page_dates *out, const struct facts *facts);

/* The day in an address's path ("/2024/05/03/", "/20240503-", "2024-05-03"), or false. */
bool pagedate_in_path(struct span path, int64_t now_ms, struct moment *out);

#endif
