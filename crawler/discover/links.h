/* links.h - how likely an article lies behind a link.
 *
 * Judged by its address and its words alone, with no knowledge of the site: dates, numbers and long
 * slugs in the path speak for an article; tag, author, log-in and service pages, files and other
 * sites against. Thread: any. */
#ifndef CRAWLER_DISCOVER_LINKS_H
#define CRAWLER_DISCOVER_LINKS_H

#include <stddef.h>

#include "storage/record.h"

struct url;

/* Sets the score of each link, 0 to 1; from about 0.5 an article is likelier than not. `page` is
 * the page they stand on, or NULL. */
void links_score(struct link_record *links, size_t count, const struct url *page);

#endif
