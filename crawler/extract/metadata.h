/* metadata.h - title, authors, dates and what else a page says of itself.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_METADATA_H
#define CRAWLER_EXTRACT_METADATA_H

#include <stdint.h>

struct document;
struct page;

/* Fills the fields of page->article but the body, in page->arena. Runs before the body is looked
 * for, which wants the title. */
void metadata_collect(struct page *page, const struct document *document, const char *url,
                      int64_t now_ms);

#endif
