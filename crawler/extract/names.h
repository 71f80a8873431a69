/* names.h - names of authors out of bylines. Internal to metadata. Thread: any. */
#ifndef CRAWLER_EXTRACT_NAMES_H
#define CRAWLER_EXTRACT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

enum { NAMES_MAX = 24 };

/* Distinct names in order; without case and punctuation none is there twice. */
struct names {
    const char *items[NAMES_MAX];
    const char *folded[NAMES_MAX];
    size_t count;
};

/* How a text may be read. */
enum names_trust {
    NAMES_GIVEN, /* a field for names: anything that can be one is */
    NAMES_SHOWN, /* an element for a byline: dates, roles and what follows them are cut off */
    NAMES_PROSE  /* a line of the page: only what is written like a person's name */
};

/* Adds the names in `text` ("By A and B, Staff Writers"). `site` is the site's name, or NULL: it
 * is dropped where it stands beside a name. Returns how many were added. */
size_t names_add(struct names *names, struct arena *arena, struct span text, const char *site,
                 enum names_trust trust);

/* The length of the word or words at the beginning of `line` that announce a name ("By ", "Text: ",
 * "Escrito por "), with the blanks after them; 0 when there are none. *plain, where not NULL, tells
 * that they may begin any sentence as well ("von", "par"). */
size_t names_byword(struct span line, bool *plain);

#endif
