/* listing.h - the form of the commands that read documents which list addresses.
 *
 * A case of --batch answers with the document's own keys and "entries"; a file is printed with an
 * entry a line, each with "file" and the document's keys before its own. Thread: main. */
#ifndef CRAWLER_COMMANDS_LISTING_H
#define CRAWLER_COMMANDS_LISTING_H

#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "options.h"

/* What was read: `about` the document, an object, and its entries, an array of objects. */
struct listing {
    json_t *about, *entries;
    size_t entries_max; /* 0, or what the entries were cut to */
};

/* Reads a document that is no longer packed and adds to both. `url` and `content_type` may be NULL.
 * Returns 0, or an enum error where the document is none of its kind. */
typedef int listing_fn(struct listing *out, struct arena *arena, struct span document,
                       const char *url, const char *content_type);

/* Runs `crawler NAME`; returns its exit status. */
int listing_run(const struct options *options, const char *name, listing_fn *read);

#endif
