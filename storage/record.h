/* record.h - rows as plain structs: what the store takes and gives.
 *
 * Text is UTF-8 and NUL-terminated, NULL where there is none, and borrowed: it lives in the arena
 * of whoever handed the record over. Moments are milliseconds since 1970 UTC, MOMENT_NONE where
 * there is none. */
#ifndef STORAGE_RECORD_H
#define STORAGE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOMENT_NONE INT64_MIN

/* An article as a page (or a record of an API) gives it. `*_from` says where the field was found:
 * 'json-ld', 'meta', 'time-tag', 'feed', 'sitemap-news', 'url', 'text', 'last-modified', 'h1',
 * 'title-tag', 'microdata', 'byline', 'api' … */
struct article_record {
    const char *url;           /* the page's address, as fetched */
    const char *canonical_url; /* checked: same site, not the front page; else NULL */
    const char *title;
    const char *title_from;
    const char *lead; /* standfirst or description */
    const char *body; /* one block (paragraph, subhead, list item) a line */
    const char *body_from;
    const char *lang; /* ISO 639-1, or BCP 47 where the page says more */
    const char *section;
    const char *image_url;
    const char *site_name;
    const char **authors;
    size_t authors_count;
    const char *authors_from;
    const char **tags;
    size_t tags_count;
    int64_t published_ms;
    const char *published_from;
    bool published_has_time; /* false: only the day is known, published_ms is its 00:00 UTC */
    int published_zone_min;  /* minutes east of UTC, as the page gave it; ZONE_NONE: not given */
    int64_t modified_ms;
    bool modified_has_time;
    int modified_zone_min;
    bool is_article; /* false: a section page, gallery, video page, log-in wall, soft 404 … */
    const char *not_article_why;
    int free_access; /* 1 free, 0 paywalled, -1 not known */
};

#define ZONE_NONE INT32_MIN

/* A link of a page: for discovery and for the citation network. */
struct link_record {
    const char *url;    /* absolute, without fragment */
    const char *anchor; /* text, white space collapsed */
    const char *rel;
    bool in_body; /* stands in the article's text */
    float score;  /* how likely an article lies behind it, 0 to 1 */
};

#endif
