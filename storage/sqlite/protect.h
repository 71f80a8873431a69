/* protect.h - the files of a database that holds credentials: their owner's alone.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_PROTECT_H
#define STORAGE_SQLITE_PROTECT_H

#include <stdbool.h>

struct database;

int protect_files(struct database *store, bool *changed); /* see store_protect() */

#endif
