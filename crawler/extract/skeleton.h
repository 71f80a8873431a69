/* skeleton.h - which tags of a page the parser gets to see.
 *
 * The parser (libxml2) decides whom a tag closes when that is not written: "<p>" ends an open <p>,
 * "</div>" the <b> that was forgotten in it. It takes some four thousand instructions for each tag,
 * and most elements leave nothing to decide: their start closes nobody (tag_closes), and they end
 * by their own end tag before anything around them does. Those it is not shown. They are pieces
 * behind the 'x' of a run:
 *
 *     page       <body><div><p>one <b>two</b></p><hr></div><ul><li>a<li>b</ul>
 *     skeleton   <body>x<ul><li>x<li>x</ul>
 *                      |         |   |
 *                      |         |   "b"
 *                      |         "a"
 *                      <div> <p> "one " <b> "two" </b> </p> <hr> </div>
 *
 * A run can't know how its open elements will end. When a tag comes that does leave something to
 * decide, as the second <li> above, they are handed over: their start tags go into the skeleton
 * after all, what stands between them becomes runs of its own, and the parser sees the tag within
 * all that it is in.
 *
 * Before <body> the parser is shown every tag, since there it also thinks up elements. Nesting past
 * PREPARE_DEPTH_MAX is flattened, end tags that close nothing are dropped. Private to prepare.c. */
#ifndef CRAWLER_EXTRACT_SKELETON_H
#define CRAWLER_EXTRACT_SKELETON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "extract/prepare.h"
#include "extract/tag.h"

struct skeleton_element {
    struct span name; /* as the page writes it */
    size_t piece;     /* its start */
    uint32_t key;     /* the name as a number */
    uint8_t tag;      /* enum tag */
};

struct skeleton {
    struct prepared *page;
    char *out;                        /* where it goes on; it never outgrows the page */
    uint32_t open[PREPARE_DEPTH_MAX]; /* keys of the open elements that the parser has seen */
    unsigned depth;
    unsigned flattened; /* open elements past the limit */

    /* The run: pieces that stand behind the last 'x'. */
    bool can_run;      /* within <body>, so that a text makes the parser think up nothing */
    bool has_content;  /* what belongs into a body has come */
    bool body_ended;   /* for good */
    bool anchor_shown; /* the parser has seen an <a>, so it may have one open */
    bool running;
    uint32_t run_at;    /* its 'x' */
    size_t run_first;   /* its first piece */
    enum tag around;    /* the innermost element that the run is in; TAG_OTHER: not known */
    unsigned run_depth; /* open elements in it */
    struct skeleton_element run_open[PREPARE_DEPTH_MAX];
};

/* `out` is where it is written: as large as the page, and a byte for the '>' of a tag cut short. */
void skeleton_init(struct skeleton *skeleton, struct prepared *page, char *out);

/* A text up to the next tag; may be empty. */
void skeleton_text(struct skeleton *skeleton, struct span text);

/* A start tag, with the page's attributes from `attributes` on. Returns false when it is too deep
 * and was dropped. */
bool skeleton_start(struct skeleton *skeleton, enum tag tag, struct span name, size_t attributes);

/* An end tag. */
void skeleton_end(struct skeleton *skeleton, enum tag tag, struct span name);

/* The page's end: writes a NUL. */
void skeleton_finish(struct skeleton *skeleton);

#endif
