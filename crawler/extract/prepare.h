/* prepare.h - a page's UTF-8 made ready for the parser, in one scan.
 *
 * Scripts, styles, comments, drawings and form fields go, JSON-LD is set aside, attributes that
 * nobody looks at are dropped and the others capped in number and length, end tags that close
 * nothing are dropped, and nesting past a limit is flattened. What is left is small, and harmless
 * for a parser that takes quadratic time on many attributes or on deep nesting. Tokens are read as
 * the HTML standard says (13.2.5), so a parser of HTML 4 sees what a browser would. Thread: any. */
#ifndef CRAWLER_EXTRACT_PREPARE_H
#define CRAWLER_EXTRACT_PREPARE_H

#include "base/bytes.h"

enum {
    PREPARE_DEPTH_MAX = 256,     /* open elements; deeper tags are dropped, their text stays */
    PREPARE_ATTRIBUTES_MAX = 20, /* kept on one tag */
    PREPARE_VALUE_MAX = 16384,   /* bytes of one attribute's value */
    PREPARE_JSON_MAX = 64,       /* JSON-LD blocks kept */
};

struct prepared {
    struct bytes html; /* what is left, for the parser */
    size_t tags;       /* start tags in html: how many nodes to expect */
    struct span json_ld[PREPARE_JSON_MAX];
    size_t json_ld_count;
};

/* Fills *out, which the caller gives to prepared_clear(). `text` is UTF-8 without NUL and outlives
 * it: the JSON-LD blocks point into it. */
void prepare_page(struct prepared *out, struct span text);
void prepared_clear(struct prepared *prepared);

#endif
