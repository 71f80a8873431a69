/* body.h - the article's text out of a page's tree.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_BODY_H
#define CRAWLER_EXTRACT_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct document;

struct body {
    char *text;       /* one block a line; NULL: none was found */
    const char *from; /* which way it was found: for article_record.body_from */
    uint32_t root;    /* the node that holds it, or DOCUMENT_NONE */
};

/* Fills *out, in the arena. `title` may be NULL. */
void body_find(struct body *out, const struct document *document, const char *title,
               struct arena *arena);

#endif
