/* link_header.h - what an answer's Link fields point to.
 *
 * Source: RFC 8288, section 3 and appendix B.2: what is broken is passed over. Only what we look
 * for is kept of a link: target, relations, type. Thread: any. */
#ifndef CRAWLER_DISCOVER_LINK_HEADER_H
#define CRAWLER_DISCOVER_LINK_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/url.h"

struct header_link {
    const char *url;  /* absolute */
    const char *rel;  /* relation types, parted by blanks; "" where there are none */
    const char *type; /* media type of the target, or NULL */
};

/* Reads the fields, joined by commas (NULL: none); `base` is the answer's address. Links and their
 * texts live in the arena; what is no http(s) URL is left out. Returns how many there are. */
size_t link_header_parse(struct header_link **out, struct arena *arena, const char *fields,
                         const struct url *base);

/* Whether `rel` names the relation, without case. */
bool link_header_is(const struct header_link *link, const char *relation);

#endif
