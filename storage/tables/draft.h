/* draft.h - what a page gave, judged and counted, on its way into a row of `articles`.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_DRAFT_H
#define STORAGE_TABLES_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/text.h"

struct article_put;
struct article_record;
struct statement;

/* Borrows what it was made from; the counts are there only when they are needed. */
struct draft {
    const struct article_put *put;
    const struct article_record *record;
    const char *canonical_url;
    const char *title, *lead, *body; /* NULL where empty */
    int64_t text_hash, title_hash;   /* title_hash 0: no title */
    int64_t published_ms, modified_ms;
    struct text_figures figures;
    bool counted;
    bool renamed; /* it was known under an address with the same number and another slug */
};

void draft_init(struct draft *draft, const struct article_put *put);
void draft_count(struct draft *draft);

/* Binds ?4 to ?26 as insert_article has them. The draft must be counted. */
void draft_bind(struct statement *to, const struct draft *draft);

/* A moment that can't be (the page's clock, a misread date) is none, so that no article is lost. */
int64_t draft_plausible(int64_t moment_ms, int64_t now_ms);

int64_t draft_moment(const struct draft *draft);            /* published, or else seen */
int64_t draft_lasting(const struct draft *draft);           /* see lasting.h; 0: none */
int draft_free_access(const struct article_record *record); /* -1: not known */
const char *draft_text(const char *text);                   /* NULL where empty */

#endif
