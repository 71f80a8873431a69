/* markdown.h - an article's body as Markdown, for people.
 *
 * CommonMark 0.31 (spec.commonmark.org) and, for tables, GitHub's extension of it: headings, lists,
 * quotations, tables, code, links, strong and emphasised words as the page has them. What a text
 * holds of the signs of Markdown is escaped, so that a reader sees what the page shows. Pictures
 * are left out. Thread: any. */
#ifndef CRAWLER_EXTRACT_MARKDOWN_H
#define CRAWLER_EXTRACT_MARKDOWN_H

#include "base/arena.h"

struct page;

/* The body of a page that article_extract() has filled, in its arena; "" where it has none. Lines
 * end in '\n'. Links are absolute. Headings begin at the second level: the first is the title's. */
char *markdown_of_body(const struct page *page);

/* One line of text with the signs of Markdown escaped. */
char *markdown_escaped(struct arena *arena, const char *text);

#endif
