/* jsonld.h - what a page says of its article in schema.org's JSON-LD.
 *
 * Blocks are read by jansson, at a second try after the usual faults were mended. Of several
 * articles the one that is about the page is taken; references by "@id" are followed, lists of
 * other articles are not. Sizes, nesting and the number of objects are capped. Thread: any. */
#ifndef CRAWLER_EXTRACT_JSONLD_H
#define CRAWLER_EXTRACT_JSONLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

enum {
    JSONLD_BLOCK_BYTES_MAX = 2 * 1024 * 1024, /* a longer block is not read */
    JSONLD_AUTHORS_MAX = 40,
    JSONLD_TAGS_MAX = 64
};

/* Strings live in the arena, as the page gives them but without markup; NULL for what it does not
 * say. */
struct jsonld {
    bool has_article;     /* an object of an article's type was found */
    const char *type;     /* its type, without the address before it */
    const char *headline; /* or its name */
    const char *alternative_headline;
    const char *authors[JSONLD_AUTHORS_MAX];
    size_t authors_count;
    const char *published, *modified, *created; /* as written */
    const char *page_published, *page_modified; /* of the WebPage around it, or a video's upload */
    const char *language;
    const char *section;
    const char *description;
    const char *image;
    const char *url;
    const char *publisher;
    const char *body; /* articleBody, as written: lines and perhaps markup kept */
    const char *tags[JSONLD_TAGS_MAX];
    size_t tags_count;
    int free_access;       /* 1, 0, -1 not said */
    bool is_video;         /* a VideoObject is there */
    const char *page_type; /* of a WebPage: "CollectionPage" …; or NULL */
};

/* Fills *out from `count` blocks. `page_path` is the page's path, "" when not known: it tells which
 * article is meant. Never fails. */
void jsonld_read(struct jsonld *out, struct arena *arena, const struct span *blocks, size_t count,
                 struct span page_path);

/* A block with the usual faults mended, in the arena: HTML comments and CDATA marks around it, raw
 * control characters in strings, commas before a closing bracket, lone surrogates, semicolons after
 * the end, objects one after another without a list around them. */
struct span jsonld_mended(struct arena *arena, struct span block);

#endif
