/* paragraph.h - words for people to read: on a terminal, and in a manual page.
 *
 * Thread: any. */
#ifndef CRAWLER_BASE_PARAGRAPH_H
#define CRAWLER_BASE_PARAGRAPH_H

#include <stdio.h>

/* Prints words from `column` on, broken at blanks so that no line passes the last column, and a
 * line's end. */
void paragraph_print(FILE *out, const char *text, int column);

/* Prints text for a manual page. roff reads \ anywhere, and . at the start of a line; what is typed
 * as it stands there has names of its own, else it is a quotation mark or a hyphen. */
void paragraph_print_roff(FILE *out, const char *text);

#endif
