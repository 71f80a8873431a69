/* opml.h - the subscriptions of a feed reader, as it exports and imports them.
 *
 * Source: OPML 2.0 (opml.org/spec2.opml). Read as a stream; entities from outside are never
 * fetched, depth and number are capped. Thread: any. */
#ifndef CRAWLER_DISCOVER_OPML_H
#define CRAWLER_DISCOVER_OPML_H

#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

/* An <outline> with an address; texts as they stand in the file, unchecked. */
struct opml_outline {
    const char *feed_url; /* xmlUrl, or NULL */
    const char *home_url; /* htmlUrl, or NULL */
    const char *title;    /* title or text, or NULL */
    const char *folder;   /* names of the outlines around it, joined by '/', or NULL */
    unsigned line;        /* where it stands, from 1 */
};

/* Finds the outlines in document order; they live in the arena. Returns 0; ERR_INPUT where the
 * text is no OPML, with *out holding what came before the trouble; or ERR_TOO_LARGE past a million
 * of them. */
int opml_parse(struct opml_outline **out, size_t *out_count, struct arena *arena, const char *data,
               size_t size);

/* Appends an OPML 2.0 file with the outlines, each in its folder; those of one folder stand
 * together. Lines are not written. Returns 0, or ERR_TOO_LARGE when `out` has a ceiling. */
int opml_write(struct bytes *out, const char *title, const struct opml_outline *outlines,
               size_t count);

#endif
