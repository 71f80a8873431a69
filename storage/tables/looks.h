/* looks.h - when an article is looked at again: minutes later while it is young, then hours, then
 * days, then never; sooner where an edit was seen.
 *
 * Only the moment is decided here. A run leases what was due when it began, so it never waits for a
 * look: whoever wants the early ones runs every few minutes, and for a nightly run they are one. */
#ifndef STORAGE_TABLES_LOOKS_H
#define STORAGE_TABLES_LOOKS_H

#include <stdint.h>

struct article_facts;

/* The next look after one at `now_ms`, of which facts->revised tells whether it found another text.
 * NEVER (frontier.h): not again. Up to an eighth of the wait comes on top, by `hash`: what a host
 * told in one night would else be due in one moment, and in the next one again. */
int64_t looks_next_ms(const struct article_facts *facts, int64_t now_ms, int64_t hash);

#endif
