/* article.h - a page's bytes become an article, and what it says to crawlers.
 *
 * Runs the parts of this folder in order: charset, prepare, document, metadata, body.
 * Thread: any; libxml2 wants xmlInitParser() once before the first thread. */
#ifndef CRAWLER_EXTRACT_ARTICLE_H
#define CRAWLER_EXTRACT_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "storage/record.h"

struct body;
struct document;
struct url;

/* A feed that the page names in <link rel=alternate>. */
struct page_feed {
    const char *url; /* absolute */
    const char *title;
    const char *type;
};

struct page {
    struct arena *arena; /* where all of it lives */
    struct article_record article;
    struct page_feed *feeds;
    size_t feeds_count;
    unsigned rights; /* enum rights: what its <meta> say */
    bool nofollow;   /* <meta name=robots> */
    const char *amp_url;
    const char *next_url;    /* <link rel=next> */
    const char *hub_url;     /* <link rel=hub>: WebSub */
    const char *api_url;     /* <link rel=https://api.w.org/>: the root of WordPress' REST */
    const char *refresh_url; /* where a meta refresh leads */
    const char *charset;     /* canonical name of what the bytes were read as */

    /* For those who write the body in another form or read links; in the arena too. */
    const struct document *document;
    const struct body *body;
    const struct url *url;  /* the page's; NULL: unknown */
    const struct url *base; /* what relative addresses are resolved against; NULL: unknown */
};

/* Fills *out; everything it points to lives in the arena. `data` is the decoded body of any size
 * and content, `url` (absolute) and `content_type` may be NULL. Dates after `now_ms` are not
 * believed. Returns 0; what a page lacks is NULL in *out. */
int article_extract(struct page *out, struct arena *arena, const void *data, size_t size,
                    const char *url, const char *content_type, int64_t now_ms);

#endif
