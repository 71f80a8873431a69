/* kind.h - whether a page is an article, and whether all of it may be read.
 *
 * Recognises what is none: walls against robots, consent pages, pages that say "not found" with
 * status 200, log-in pages, pages for other regions, front and section pages, pages with a video or
 * pictures but no text. In doubt a page is an article. Thread: any. */
#ifndef CRAWLER_EXTRACT_KIND_H
#define CRAWLER_EXTRACT_KIND_H

struct article_record;
struct facts;

/* Sets is_article, not_article_why and free_access. Wants the title and the body in `article`. */
void kind_judge(struct article_record *article, const struct facts *facts);

#endif
