/* erase.h - what a take-down has deleted leaves no byte in the file, in its free pages or in its
 * log.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_ERASE_H
#define STORAGE_SQLITE_ERASE_H

#include <stdbool.h>

struct database;

int erase_begin(struct database *store);
int erase_step(struct database *store, bool *done);

#endif
