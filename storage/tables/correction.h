/* correction.h - an article corrected in place: read anew from the same page by better rules.
 *
 * Its page has not changed, so this is no revision, and what tells of changes stays as it is. The
 * search index, the keys of copies, people, tags and links follow the text. Thread: the store's. */
#ifndef STORAGE_TABLES_CORRECTION_H
#define STORAGE_TABLES_CORRECTION_H

#include <stdint.h>

struct article_facts;
struct article_put;
struct database;

/* Corrects the article put->known_id; one that is not there any more is left alone. *changed says
 * which fields are others now (enum reread_change). Returns 0 or a store_error. */
int correction_write(struct database *store, const struct article_put *put, unsigned *changed);

/* Copies are found by the article's moment and its first version's text: to be called before either
 * is changed, with the moment and the text that version `rev` (0: today's) is to have. A story that
 * the article belongs to is left as it is: others are named after it. Returns 0 or a store_error.
 */
int correction_renew_story(struct database *store, const struct article_facts *facts,
                           int64_t published_ms, int64_t rev, const char *body);

#endif
