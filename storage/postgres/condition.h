/* condition.h - queries over the articles that somebody chose by a condition of his own.
 *
 * The server reads it in a transaction that can only read. Thread: the store's. */
#ifndef STORAGE_POSTGRES_CONDITION_H
#define STORAGE_POSTGRES_CONDITION_H

#include "storage/store.h"

struct database;

int condition_each(struct database *store, enum sql query, const struct article_choice *choice,
                   store_row_fn *on_row, void *context);

#endif
