/* names.h - authors and tags, which all sites have in common.
 *
 * Where several runs write to a database, two batches that add the same ones in different orders
 * wait for each other, are ended by the server, begin again, and so on: none gets through. So there
 * each batch adds its names first, all in one statement, which puts them in order (insert_author of
 * schema/postgres).
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_NAMES_H
#define STORAGE_TABLES_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct database;
struct result_record;
struct statement;

/* Of an article's authors, and of its tags: a page may claim anything, and more than this is no
 * byline and no list of keywords. */
enum { NAMES_MAX = 50 };

bool names_is_one(const char *name); /* not NULL, nor empty */

/* Adds up to NAMES_MAX of them by insert_author or insert_tag, which the caller settles. */
int names_insert(struct statement *insert, const char *const *names, size_t count);

/* All names of a batch, but for what is taken down. In a transaction of its own, so that nobody
 * waits longer than for that. Names whose articles are not stored afterwards do no harm. */
int names_put(struct database *store, const struct result_record *const *results, size_t count);

#endif
