/* title_parts.h - a headline out of a <title> or og:title that says more: "Headline | The Paper".
 *
 * Parts stand between separators with blanks around them, so a hyphen inside a word is none.
 * Internal to metadata; texts live in the page's arena. Thread: any. */
#ifndef CRAWLER_EXTRACT_TITLE_PARTS_H
#define CRAWLER_EXTRACT_TITLE_PARTS_H

#include <stddef.h>

struct facts;

enum { HEADLINES_MAX = 32 };

/* Headlines that other places of the page have, folded (tidy.h). */
struct headlines {
    const char *folded[HEADLINES_MAX];
    size_t count;
};

/* `title` without the site's name around it: a part goes that is the name, and what is left when
 * it equals one of `others`. `title` itself where nothing can go. */
const char *title_without_site(const struct facts *facts, const char *title,
                               const struct headlines *others);

/* The longest part that the page shows in a line of its own and that is no name of the site, or
 * NULL. */
const char *title_shown_part(const struct facts *facts, const char *title);

/* The longest part where the rest is short; else `title`. */
const char *title_main_part(const struct facts *facts, const char *title);

#endif
