/* twins.h - addresses under which one article is shown in several forms: AMP, mobile, http.
 *
 * Judged by the address alone: what forms there are is a table of marks, each of which names no
 * page of its own on any site that we know. Thread: any. */
#ifndef CRAWLER_DISCOVER_TWINS_H
#define CRAWLER_DISCOVER_TWINS_H

#include <stdbool.h>

#include "base/arena.h"

struct url;

/* What all forms of an address share, if it bears the mark of one (but for "www." and scheme, which
 * most addresses have): its identity (url_key()) without scheme, "www.", marks, and slash at the
 * end. NULL: it bears none. */
const char *twins_plain(const struct url *url, struct arena *arena);

/* Whether both are forms of one address, or one of them is it. */
bool twins_share(const struct url *a, const struct url *b, struct arena *arena);

#endif
