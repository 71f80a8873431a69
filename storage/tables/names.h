/* names.h - authors and tags, which all sites have in common: where several runs write to a
 * database, two batches that add the same ones in different orders wait for each other, are ended
 * by the server, begin again, and so on: none gets through. So each batch adds its names first, all
 * in one statement, which puts them in order (insert_author of schema/postgres).
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_NAMES_H
#define STORAGE_TABLES_NAMES_H

#include <stddef.h>

struct database;
struct result_record;

/* In a transaction of its own, so that nobody waits longer than for that. What is taken down is left
 * out; other names whose articles are not stored afterwards do no harm. */
int names_put(struct database *store, const struct result_record *const *results, size_t count);

#endif
