/* address.h - an address as a feed, sitemap or API writes it, made absolute. Thread: any. */
#ifndef CRAWLER_DISCOVER_ADDRESS_H
#define CRAWLER_DISCOVER_ADDRESS_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/url.h"

/* Returns an http(s) URL in the arena, or NULL where `text` is none. An absolute one is given as
 * written, since whoever follows it parses it anyway; what is relative is resolved against `base`
 * (may be NULL), and what has blanks in it is parsed too. */
const char *address_of(struct span text, const struct url *base, struct arena *arena);

#endif
