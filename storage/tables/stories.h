/* stories.h - which articles of several sites tell one story in nearly the same words: wire copy.
 *
 * An article is compared with those of other sites that were published within some days of it and
 * share a key of storage/text.h; the texts themselves decide. A story's number is the article_id of
 * the first one that was stored. Within a site nothing is joined: its tickers and weather reports
 * differ in a few words only and yet are different. Thread: the store's. */
#ifndef STORAGE_TABLES_STORIES_H
#define STORAGE_TABLES_STORIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/text.h"

struct database;

/* A text that is not stored so far. */
struct story_text {
    int64_t site_id;
    int64_t moment_ms; /* published, or else first seen */
    const char *body;
    const struct text_figures *figures;
    int64_t before_id; /* only articles that were stored before this one count; 0: all */

    /* what stories_find() has found */
    int64_t story_id;                  /* 0: none */
    unsigned holders[TEXT_KEYS_NOTED]; /* how many are noted under each key that it will be */
};

/* Under which keys an article of that moment and text is noted; returns how many. */
size_t stories_keys(int64_t moment_ms, const char *body, int64_t keys[TEXT_KEYS_NOTED]);

/* Under which keys copies of a text of that moment are looked for; returns how many. */
size_t stories_asked(int64_t moment_ms, const struct text_figures *figures,
                     int64_t keys[2 * TEXT_KEYS]);

/* Sets text->story_id to the story of the article that it copies, or that copies it. The first
 * article of a new story is marked here. Returns 0 or a store_error. */
int stories_find(struct database *store, struct story_text *text);

/* After stories_find(): lets it be found by those that come later. */
int stories_remember(struct database *store, const struct story_text *text, int64_t article_id);

/* The article goes: it is not found any more by the keys of the text that it was stored with. */
int stories_forget(struct database *store, int64_t moment_ms, const char *body, int64_t article_id);

/* Whether one text is a version of the other, as copies are judged; NULL is none of any. */
bool stories_tell_the_same(struct database *store, const char *one, const char *other);

#endif
