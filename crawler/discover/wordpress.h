/* wordpress.h - the addresses of WordPress' REST interface.
 *
 * A site names its root by rel=https://api.w.org/, in its pages and in its Link fields. Its posts
 * come in pages, the newest first. Source: developer.wordpress.org/rest-api. Thread: any. */
#ifndef CRAWLER_DISCOVER_WORDPRESS_H
#define CRAWLER_DISCOVER_WORDPRESS_H

#include <stddef.h>

#include "base/arena.h"

#define WORDPRESS_RELATION "https://api.w.org/"

/* Where the newest posts are, below the root ("…/wp-json/" or "…/?rest_route=/"); in the arena. */
const char *wordpress_posts(const char *root, struct arena *arena);

/* The page of posts behind the one at `url`, which gave `records`; NULL where that was the last, or
 * where the address says nothing of pages. */
const char *wordpress_next(const char *url, size_t records, struct arena *arena);

#endif
