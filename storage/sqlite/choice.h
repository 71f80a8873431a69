/* choice.h - queries over the articles that somebody chose by a condition of his own.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_CHOICE_H
#define STORAGE_SQLITE_CHOICE_H

#include "storage/store.h"

struct database;

int choice_each(struct database *store, enum sql query, const struct article_choice *choice,
                store_row_fn *on_row, void *context);

#endif
