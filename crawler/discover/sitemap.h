/* sitemap.h - the addresses that a sitemap names, with what it says of them.
 *
 * XML urlset and index (sitemaps.org), Google's news extension, plain text with one URL a line, RSS
 * and Atom. Namespaces need not be right; of a document that is cut short or broken every entry is
 * given whose address is whole. Streamed: what is held is the entries. Thread: any. */
#ifndef CRAWLER_DISCOVER_SITEMAP_H
#define CRAWLER_DISCOVER_SITEMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"

/* Texts are UTF-8 in the arena, NULL where nothing is said. 64 bytes. */
struct sitemap_entry {
    const char *url;           /* absolute, otherwise as written */
    const char *news_title;    /* white space collapsed; of a feed its entry's title */
    const char *news_language; /* as written */
    struct moment lastmod;
    struct moment news_published;
    bool is_sitemap; /* another sitemap, not a page */
    bool has_lastmod;
    bool has_news_published;
};

struct sitemap {
    const char *kind; /* urlset index news text rss atom */
    struct sitemap_entry *entries;
    size_t entries_count;
    bool truncated; /* it has more than SITEMAP_ENTRIES_MAX entries */
};

/* Twenty times what sitemaps.org allows, so that a hostile file can't take all memory. */
enum { SITEMAP_ENTRIES_MAX = 1000000 };

/* Reads decoded bytes. `base_url` (may be NULL) is for relative addresses, `content_type` (may be
 * NULL) for the charset. Returns 0, also when there are no entries; ERR_INPUT when it is no
 * sitemap at all, and leaves *out as it was. */
int sitemap_parse(struct sitemap *out, struct arena *arena, const void *data, size_t size,
                  const char *base_url, const char *content_type);

#endif
