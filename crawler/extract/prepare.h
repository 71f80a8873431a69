/* prepare.h - a page's UTF-8 made ready for the parser, in one scan.
 *
 * The parser is asked for one thing only: which elements begin and end where. So it gets a
 * skeleton (skeleton.h): bare tags, an 'x' for what needs no decision of its, a blank for white
 * space between tags. Attributes and what an 'x' stands for are noted by the place in the skeleton
 * at which the parser will come to them:
 *
 *     page       <body id=top style="..."> <p>Caf&eacute; <b>now</b><p>then<script>...</script>
 *     skeleton   <body>x<p>x<p>x
 *                     ||   |   |
 *                     ||   |   piece 15: text "then"
 *                     ||   pieces 11: text "Caf&eacute; ", start of <b>, text "now", end of <b>
 *                     |piece 7: text " "
 *                     tag 6: id "top"
 *
 * That is a small part of the bytes, and the parser takes a call or two for each byte it sees.
 *
 * Scripts, styles, comments, drawings and form fields go, JSON-LD is set aside, attributes that
 * nobody looks at are dropped and the others capped in number and length, end tags that close
 * nothing are dropped, and nesting past a limit is flattened. What is left is harmless for a parser
 * that takes quadratic time on deep nesting. Tokens are read as the HTML standard says (13.2.5), so
 * a parser of HTML 4 sees what a browser would. Thread: any. */
#ifndef CRAWLER_EXTRACT_PREPARE_H
#define CRAWLER_EXTRACT_PREPARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "extract/tag.h"

enum {
    PREPARE_DEPTH_MAX = 256,     /* open elements; deeper tags are dropped, their text stays */
    PREPARE_ATTRIBUTES_MAX = 20, /* kept on one tag */
    PREPARE_VALUE_MAX = 16384,   /* bytes of one attribute's value */
    PREPARE_JSON_MAX = 64,       /* JSON-LD blocks kept */
};

/* Texts and values are parts of the page as they stand there, references not decoded. */
struct prepared_attribute {
    struct span value;
    enum attribute_id id;
};

struct prepared_tag { /* a start tag of the skeleton with attributes */
    uint32_t at;      /* of its '>' */
    uint32_t attributes;
    uint16_t attributes_count;
    uint8_t tag; /* enum tag */
};

enum prepared_kind { PIECE_TEXT, PIECE_START, PIECE_END };

struct prepared_piece {
    uint32_t at; /* of its 'x' in the skeleton; several in a row may share one */
    uint16_t attributes_count;
    uint8_t kind; /* enum prepared_kind */
    uint8_t tag;  /* enum tag, of an element's start or end */
    union {
        struct span text;
        uint32_t attributes; /* the first, of a start */
    };
};

struct prepared {
    struct span skeleton; /* for the parser; a NUL follows */
    size_t elements;      /* start tags: how many nodes to expect */
    struct prepared_tag *tags;
    size_t tags_count, tags_capacity;
    struct prepared_attribute *attributes;
    size_t attributes_count, attributes_capacity;
    struct prepared_piece *pieces;
    size_t pieces_count, pieces_capacity;
    size_t texts_count, texts_bytes; /* white space between tags counts as a byte */
    struct span json_ld[PREPARE_JSON_MAX];
    size_t json_ld_count;
};

/* Fills *out, which the caller gives to prepared_clear(). `text` is UTF-8 without NUL, shorter than
 * 2 GB, and outlives it: texts, values and JSON-LD are parts of it. */
void prepare_page(struct prepared *out, struct span text);
void prepared_clear(struct prepared *prepared);

#endif
