/* page_links.h - the links of a page: http(s) only, each address once, in order of the page.
 *
 * Read when they are asked for, since a news page has hundreds: of a section page all count, of an
 * article's only those in its text. Thread: any. */
#ifndef CRAWLER_EXTRACT_PAGE_LINKS_H
#define CRAWLER_EXTRACT_PAGE_LINKS_H

#include <stddef.h>

struct link_record;
struct page;

/* All links, with their scores. Stores them in *out, in the page's arena, and returns how many. An
 * address that is linked several times has the longest of its anchors. */
size_t page_links_all(struct link_record **out, const struct page *page);

/* The links in the article's text, without scores; none where there is no article. */
size_t page_links_of_text(struct link_record **out, const struct page *page);

#endif
