/* site_name.h - what the site calls itself, and whether a text is that. Internal to metadata.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_SITE_NAME_H
#define CRAWLER_EXTRACT_SITE_NAME_H

#include <stdbool.h>
#include <stdint.h>

struct document;
struct facts;

/* Sets facts->site_name (NULL where the page does not say it) and what site_name_is() compares
 * with. */
void site_name_find(struct facts *facts);

/* Whether a folded text (tidy.h) is the site's name: as the page gives it, as its host says it, or
 * the initials that the host is named by. */
bool site_name_is(const struct facts *facts, const char *folded);

/* Whether it is the site's name and nothing more or less: not "Economy" of economy-today.com. */
bool site_name_equals(const struct facts *facts, const char *folded);

/* Whether a heading is a link to the front page: a logo. */
bool site_name_links(const struct document *document, uint32_t heading);

#endif
