/* plain.h - the text of a piece of HTML as feeds carry it, on one line.
 *
 * Tags go (those of blocks leave a blank), the content of script, style, iframe, object and applet
 * too, references become characters, white space of any kind one blank. A '<' that begins no tag
 * stays, and so does one whose tag or comment is never closed. Linear, no recursion. Thread: any.
 */
#ifndef CRAWLER_DISCOVER_PLAIN_H
#define CRAWLER_DISCOVER_PLAIN_H

#include "base/arena.h"
#include "base/bytes.h"

/* Returns the text in the arena, "" where nothing is left. */
const char *plain_of_html(struct span html, struct arena *arena);

/* The same with each block (paragraph, heading, list item) on a line of its own. What has no tags
 * keeps the lines it has. */
const char *plain_lines_of_html(struct span html, struct arena *arena);

/* The same for text without tags and references: only white space is put in order. */
const char *plain_of_text(struct span text, struct arena *arena);

/* White space off both ends, in any script's form, also zero width ones. */
struct span plain_trimmed(struct span text);

#endif
