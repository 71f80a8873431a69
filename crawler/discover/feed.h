/* feed.h - what a feed announces: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, CDF, JSON Feed.
 *
 * Told apart by content, never by media type, and streamed. Broken ones give what can be had. All
 * texts are plain: tags and the content of scripts gone, references decoded, white space collapsed.
 * Thread: any. */
#ifndef CRAWLER_DISCOVER_FEED_H
#define CRAWLER_DISCOVER_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"

/* Texts are UTF-8 in the arena; NULL where the feed says nothing, "" where it says something empty.
 */
struct feed_entry {
    const char *title;
    const char *url;     /* absolute, otherwise as written */
    const char *id;      /* guid, atom:id, rdf:about: verbatim */
    const char *summary; /* where there is none, the content */
    const char *content; /* the full text, where the feed carries it */
    const char **authors;
    size_t authors_count;
    bool has_published, has_updated;
    struct moment published, updated;
};

struct feed {
    const char *kind; /* rss atom rdf jsonfeed cdf */
    const char *title;
    const char *hub;            /* WebSub: where to subscribe */
    const char *next_url;       /* older entries (RFC 5005, JSON Feed) */
    const char *lang;           /* as written */
    unsigned ttl_min;           /* how often it changes, from ttl and sy:update*; 0: not said */
    struct feed_entry *entries; /* in document order */
    size_t entries_count;
};

/* Reads decoded bytes. `base_url` (may be NULL) is for relative addresses, `content_type` (may be
 * NULL) for the charset. Returns 0, also for a feed without entries; ERR_INPUT when it is no feed
 * at all, and leaves *out as it was. */
int feed_parse(struct feed *out, struct arena *arena, const void *data, size_t size,
               const char *base_url, const char *content_type);

#endif
