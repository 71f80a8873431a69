/* arrivals.h - the articles that the results of a batch bring.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ARRIVALS_H
#define STORAGE_TABLES_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>

struct batch;

/* Asks what is known of all of a part (known.h), but those that their URLs have brought before. To
 * be forgotten with known_end(). Returns 0 or a store_error. */
int arrivals_ask(struct batch *batch, size_t begin, size_t end);

/* Stores the article that a result has brought, or what the result says of the one that its URL
 * brought before; `looked_again`: it was asked for a second look. Returns 0 or a store_error. */
int arrivals_write(struct batch *batch, size_t i, bool looked_again);

#endif
