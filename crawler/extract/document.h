/* document.h - a page as a compact tree, built from libxml2's SAX events.
 *
 * Nodes stand in one array in the order of the page, so the subtree of node n is nodes[n] to
 * nodes[nodes[n].end - 1]: the first child of n is n + 1 (when that is before end), the next
 * sibling of n is nodes[n].end (when that is before the parent's end). All text stands in one
 * buffer, in order, white space collapsed, with '\n' between blocks (and for <br>), so a node's
 * text is one span of it. What metadata needs is listed in the same pass. Text in <title>, scripts
 * and the like is not in the buffer. Nesting past DOCUMENT_DEPTH_MAX is flattened into its
 * ancestor.
 *
 * Everything lives in the arena that document_build() was given. Thread: any. */
#ifndef CRAWLER_EXTRACT_DOCUMENT_H
#define CRAWLER_EXTRACT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "extract/tag.h"

struct prepared;

/* The version of libxml2 that is loaded: 20914 for 2.9.14. */
unsigned document_library_version(void);

enum { DOCUMENT_DEPTH_MAX = 300, DOCUMENT_NODES_MAX = 300000, DOCUMENT_NONE = UINT32_MAX };

enum node_flags {
    NODE_HIDDEN = 1, /* it or an ancestor has hidden or a style that hides it */
    NODE_IN_LINK = 2 /* it is, or stands in, an <a> with href */
};

struct node {
    uint32_t parent;     /* DOCUMENT_NONE for the first, the root */
    uint32_t end;        /* one past its last descendant */
    uint32_t text;       /* its text in the buffer: from here */
    uint32_t text_end;   /* to here, without the line ends around it */
    uint32_t attributes; /* its first one */
    uint8_t attributes_count;
    uint8_t tag; /* enum tag; TAG_TEXT is a run of text */
    uint8_t flags;
    uint16_t depth; /* of the root: 0 */
};

struct attribute {
    const char *value; /* entities decoded, NUL at the end */
    uint8_t id;        /* enum attribute_id */
};

/* A <meta>: `name` is its name, property, itemprop or http-equiv in lower case, whichever it has.
 */
struct meta {
    const char *name;
    const char *content;
    bool is_itemprop;
    bool is_http_equiv;
};

/* A <link> with rel and href, as written; the others NULL where there are none. */
struct head_link {
    const char *rel, *href, *type, *title, *hreflang;
};

struct node_list {
    uint32_t *nodes;
    size_t count, capacity;
};

struct document {
    struct node *nodes;
    size_t nodes_count;
    struct attribute *attributes;
    size_t attributes_count;
    char *text;
    size_t text_size;

    struct meta *metas;
    size_t metas_count;
    struct head_link *links;
    size_t links_count;
    const struct span *json_ld; /* each block's text, as it stands between its tags */
    size_t json_ld_count;
    const char *title;     /* of the first <title> outside a drawing, white space collapsed */
    const char *lang;      /* <html lang> */
    const char *base_href; /* first <base href> */
    struct node_list h1s, times, anchors /* <a href> */;

    /* only while building */
    size_t nodes_capacity, attributes_capacity, text_capacity, metas_capacity, links_capacity;
};

/* Builds *out. Never fails: what can't be parsed is text. `prepared` outlives *out. */
void document_build(struct document *out, struct arena *arena, const struct prepared *prepared);

/* The value of an attribute, or NULL. */
const char *node_attribute(const struct document *document, uint32_t node, enum attribute_id id);

/* Its text: lines for blocks. Borrowed from the buffer. */
struct span node_text(const struct document *document, uint32_t node);

/* Its text on one line, in the arena. */
char *node_line(const struct document *document, uint32_t node, struct arena *arena);

#endif
