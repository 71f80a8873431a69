/* runlock.h - one run at a time on one database: a locked file beside it, `sites.db.lock`.
 *
 * The kernel releases the lock when its holder dies, however it dies; the file stays, empty.
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_RUNLOCK_H
#define STORAGE_SQLITE_RUNLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stores the lock's descriptor in *fd and returns 0; or returns STORE_HELD or STORE_READONLY with
 * a sentence that says who holds it and since when, or what is wrong. */
int runlock_take(int *fd, const char *database, int64_t now_ms, char *message, size_t message_size);
/* Whether somebody holds it; the sentence is then as of STORE_HELD. */
bool runlock_is_held(const char *database, char *message, size_t message_size);

void runlock_release(int *fd); /* -1 does nothing */

#endif
