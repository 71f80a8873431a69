/* guess.h - where sites keep feeds and sitemaps that they name nowhere.
 *
 * Paths below a site's root, the likeliest first. Few, as each costs a site that has none of them
 * a request now and then. Thread: any. */
#ifndef CRAWLER_DISCOVER_GUESS_H
#define CRAWLER_DISCOVER_GUESS_H

#include <stddef.h>

/* Both give how many there are. */
size_t guess_feeds(const char *const **out);
size_t guess_sitemaps(const char *const **out);

#endif
