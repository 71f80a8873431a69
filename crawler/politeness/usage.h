/* usage.h - what content may be used for once it was fetched, as robots.txt and header fields say.
 *
 * Two forms of one kind, lists of uses that are allowed or not: Content-Signal
 * (contentsignals.org), "search=yes, ai-train=no", and Content-Usage (draft-ietf-aipref-attach,
 * draft-ietf-aipref-vocab), "train-ai=n", which in robots.txt may begin with the path that it is
 * for. Any bytes are valid input, and unknown uses are passed over. Nothing here allows or forbids
 * to fetch. Thread: any. */
#ifndef CRAWLER_POLITENESS_USAGE_H
#define CRAWLER_POLITENESS_USAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/* The bits of enum rights (storage/record.h) that a list stands for. */
unsigned usage_parse(struct span list);

/* What both together ask: where they differ, no. */
unsigned usage_join(unsigned a, unsigned b);

/* The lines of one robots.txt. Zeroed it is empty; usages_clear() frees it. */
struct usages {
    struct usage *rows; /* usage.c */
    size_t count, capacity;
};

/* Adds a line of the groups `groups` (bits of the caller's). `has_path`: it is a Content-Usage. */
void usages_add(struct usages *usages, struct span value, bool has_path, unsigned groups);

/* Drops what is of none of these groups. */
void usages_settle(struct usages *usages, unsigned groups);

/* The bits for a path with query: of all Content-Signal, and of the Content-Usage with the longest
 * path that matches. */
unsigned usages_of(const struct usages *usages, struct span path_and_query);

/* Appends lines that say the same; `escaped` as for pattern_write(). Returns 0 or ERR_TOO_LARGE. */
int usages_write(const struct usages *usages, bool escaped, struct bytes *out);

void usages_clear(struct usages *usages);

#endif
