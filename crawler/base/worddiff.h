/* worddiff.h - which words were taken out of a text, and which put in.
 *
 * The shortest way from one text to the other, word by word (Myers, "An O(ND) Difference Algorithm
 * and Its Variations", 1986); white space doesn't count, but for the ends of lines, which are
 * words. In scripts without spaces each character is a word. Thread: any. */
#ifndef CRAWLER_BASE_WORDDIFF_H
#define CRAWLER_BASE_WORDDIFF_H

#include <stddef.h>

#include "base/bytes.h"

struct arena;

enum worddiff_kind { WORDDIFF_SAME, WORDDIFF_GONE, WORDDIFF_NEW };

/* Some words in a row, with the white space between them; a part that is SAME is of the later text.
 * Between two changes there is one that is SAME; what is GONE stands before what is NEW. */
struct worddiff_part {
    enum worddiff_kind kind;
    struct span text; /* of one of the two texts */
};

/* Sets *out to the parts, in the arena, and returns how many there are; 0 for two empty texts.
 * Texts that have hardly anything in common (more than 2,000 changes) are GONE and NEW as a whole,
 * but for what is the same at both ends. */
size_t worddiff(struct arena *arena, struct span before, struct span after,
                struct worddiff_part **out);

#endif
