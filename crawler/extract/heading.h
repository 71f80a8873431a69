/* heading.h - what a heading says, with and without what is set before or behind it.
 *
 * Many pages keep a kicker ("Energy policy"), a label ("Live") or a line below the headline in the
 * same <h1>, in elements of their own. Internal to metadata. Thread: any. */
#ifndef CRAWLER_EXTRACT_HEADING_H
#define CRAWLER_EXTRACT_HEADING_H

#include <stdint.h>

#include "base/arena.h"

struct document;

/* The heading's text without its kickers and labels on one line, in the arena; NULL where it has
 * none, or nothing else. */
const char *heading_bare(const struct document *document, uint32_t heading, struct arena *arena);

#endif
