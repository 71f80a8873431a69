/* origins.h - hosts that the results of a batch tell of, made known before it.
 *
 * Where several runs write to a database, two batches that find the same new hosts in different
 * orders wait for each other, and one of them is ended. So there each batch makes them first, all
 * in one statement, which puts them in order (insert_host of schema/postgres). Which numbers they
 * have is for the batch itself to find out, as a server may forget its latest commits.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ORIGINS_H
#define STORAGE_TABLES_ORIGINS_H

#include <stddef.h>

struct database;
struct result_record;

/* Those that the run does not know, but for what is found and left out, of which most is only
 * counted. In a transaction of its own, so that nobody waits longer than for that. Hosts of which
 * nothing is stored afterwards do no harm. Returns 0 or a store_error. */
int origins_put(struct database *store, const struct result_record *const *results, size_t count);

#endif
