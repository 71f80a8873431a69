/* pagedate_shown.h - the dates that a page shows to its readers. Internal to pagedate. Thread: any.
 */
#ifndef CRAWLER_EXTRACT_PAGEDATE_SHOWN_H
#define CRAWLER_EXTRACT_PAGEDATE_SHOWN_H

#include "extract/pagedate_places.h"

/* Adds the dates of the visible text: of all of it where `sure`, the best of the others or NULL,
 * does not settle the day; of the lines around the title where it does in UTC, for the day that the
 * page shows to its readers. */
void pagedate_shown(struct page_date_search *search, const struct page_date *sure);

#endif
