/* correction.h - an article corrected in place: read anew from the same page by better rules.
 *
 * Its page has not changed, so this is no revision, and what tells of changes stays as it is. The
 * search index, the keys of copies, people, tags and links follow the text. Thread: the store's. */
#ifndef STORAGE_SQLITE_CORRECTION_H
#define STORAGE_SQLITE_CORRECTION_H

struct article_put;
struct sqlite_store;

/* Corrects the article put->known_id; one that is not there any more is left alone. *changed says
 * which fields are others now (enum reread_change). Returns 0 or a store_error. */
int correction_write(struct sqlite_store *store, const struct article_put *put, unsigned *changed);

#endif
