/* metadata.h - title, authors, dates and what else a page says of itself.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_METADATA_H
#define CRAWLER_EXTRACT_METADATA_H

#include <stdint.h>

struct document;
struct facts;
struct page;

/* Fills the fields of page->article but the body and its kind, in page->arena. Runs before the body
 * is looked for, which wants the title. Returns what it gathered, of the arena, for kind_judge().
 */
const struct facts *metadata_collect(struct page *page, const struct document *document,
                                     const char *url, int64_t now_ms);

#endif
