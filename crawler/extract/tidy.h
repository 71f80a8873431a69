/* tidy.h - a text of a page's head made fit for a record: one line, no markup.
 *
 * Thread: any. */
#ifndef CRAWLER_EXTRACT_TIDY_H
#define CRAWLER_EXTRACT_TIDY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

/* `text` in the arena with character references decoded once, tags dropped, white space (also the
 * no-break kinds) collapsed to single blanks and trimmed, and what can't be seen dropped. NULL when
 * nothing is left. Linear. */
char *tidy_line(struct arena *arena, struct span text);
char *tidy_string(struct arena *arena, const char *text); /* NULL stays NULL */

/* `text` for comparison, in the arena: letters and digits alone, small, a single blank for any run
 * of anything else. Case is folded for Latin, Greek and Cyrillic letters, accents stay. Never NULL.
 */
char *tidy_folded(struct arena *arena, struct span text);

/* The small letter of a capital, for Latin, Greek and Cyrillic; it takes as many bytes. */
uint32_t tidy_small(uint32_t point);

/* Whether both fold to the same. NULL equals nothing. */
bool tidy_same(struct arena *arena, const char *a, const char *b);

/* How many code points `text` has. */
size_t tidy_points(struct span text);

#endif
