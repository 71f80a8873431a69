/* sections.h - which links of a front page lead to section pages.
 *
 * A section page lists articles and changes often: "/politics/", "/news/world". Judged by address
 * and anchor alone, like links.h; where a site has feeds and sitemaps it is only one more source,
 * where it has none it is the way to its articles. Thread: any. */
#ifndef CRAWLER_DISCOVER_SECTIONS_H
#define CRAWLER_DISCOVER_SECTIONS_H

#include <stdbool.h>

#include "storage/record.h"

struct url;

/* Whether `link`, resolved as `target`, looks like a section of the site whose page is `page`. */
bool sections_likely(const struct link_record *link, const struct url *target,
                     const struct url *page);

#endif
