/* article_out.h - an article printed for people, or as JSON; for extract and try. Thread: main. */
#ifndef CRAWLER_COMMANDS_ARTICLE_OUT_H
#define CRAWLER_COMMANDS_ARTICLE_OUT_H

#include <jansson.h>

#include "base/arena.h"
#include "storage/record.h"

struct page;

/* The article as one object, owned by the caller; `file` is where it was read from. */
json_t *article_out_json(const char *file, const struct article_record *article,
                         struct arena *arena);

/* Adds where each field was found, and why a page is no article. */
void article_out_add_provenance(json_t *out, const struct article_record *article);

/* Fields a line, then the text, control characters made harmless. */
void article_out_print(const struct article_record *article, struct arena *arena);

/* The fields as YAML between two lines of ---, then title and text as Markdown, control characters
 * made harmless. The page is one that article_extract() has filled. */
void article_out_markdown(const struct page *page);

#endif
