/* authors.h - who wrote the page. Internal to metadata.
 *
 * JSON-LD and meta elements, then microdata, rel=author, links to authors' pages, classes of
 * bylines and lines of text that begin as bylines do; the place to be trusted most that has names
 * of persons wins. The site's own name counts only where nobody else is named. Thread: any. */
#ifndef CRAWLER_EXTRACT_AUTHORS_H
#define CRAWLER_EXTRACT_AUTHORS_H

#include <stddef.h>

struct facts;

struct authors {
    const char **names;
    size_t count;
    const char *from; /* 'json-ld', 'meta', 'microdata', 'byline', 'text'; NULL: nobody */
};

/* Wants the title and the site's name in `facts`. */
void authors_find(struct authors *out, const struct facts *facts);

#endif
