/* body.h - the article's text out of a page's tree.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_BODY_H
#define CRAWLER_EXTRACT_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct document;

struct body {
    char *text;       /* one block a line; NULL: none was found */
    const char *from; /* which way it was found: for article_record.body_from */
    struct body_line {
        uint32_t start, end;
    } * lines; /* where its lines stand in the document's text, in order */
    size_t lines_count;
};

/* Fills *out, in the arena. `title` may be NULL. */
void body_find(struct body *out, const struct document *document, const char *title,
               struct arena *arena);

/* Whether this place of the document's text belongs to the body. */
bool body_holds(const struct body *body, uint32_t offset);

#endif
