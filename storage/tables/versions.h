/* versions.h - the older versions of an article, corrected in place: read anew from their own
 * pages.
 *
 * A version that a better extractor finds to say the same as the next was none: it is folded into
 * that, which was there since then. Thread: the store's. */
#ifndef STORAGE_TABLES_VERSIONS_H
#define STORAGE_TABLES_VERSIONS_H

#include <stdbool.h>

struct article_put;
struct database;

/* Corrects the version of the article put->known_id that the request put->fetch_id brought; one
 * that is not there any more is left alone. *changed: its texts are others now, or it was none.
 * Returns 0 or a store_error. */
int versions_correct(struct database *store, const struct article_put *put, bool *changed);

#endif
