/* extract.h - an article out of a page that a test has as a string. */
#ifndef CRAWLER_TESTS_EXTRACT_H
#define CRAWLER_TESTS_EXTRACT_H

#include <stddef.h>

#include "extract/article.h"

/* When the page is seen: 1 January 2026. */
enum { EXTRACT_NOW_S = 1767225600 };

/* Enough prose to be a body. */
#define PROSE                                                                                      \
    "<p>The council met on a cold evening to talk about the old bridge, which carries more "       \
    "traffic than it was built for, and about who should pay for a new one in the years "          \
    "ahead.</p>"                                                                                   \
    "<p>Nobody in the room thought that the matter would be settled soon, but all agreed that "    \
    "something has to be done before another winter damages the arches any further.</p>"

/* Fills *page, and *arena, which the caller clears. */
void extract_page(struct page *page, struct arena *arena, const char *html, const char *url);

/* Fails the test `name` where `got` is not as expected; NULL is expected as NULL. */
void extract_check(const char *name, const char *what, const char *got, const char *expected);

/* "a; b; c" */
const char *extract_joined(struct arena *arena, const char *const *items, size_t count);

#endif
