/* backend.h - the kinds of databases: how each is opened, for store.c.
 *
 * What they do in their own way after that is struct driver of storage/tables/database.h. The
 * functions' contracts are those of store.h. Thread: as store.h. */
#ifndef STORAGE_BACKEND_H
#define STORAGE_BACKEND_H

#include <stdatomic.h>

#include "storage/store.h"

enum { STORE_MESSAGE_BYTES = 512 };

struct store {
    char message[STORE_MESSAGE_BYTES]; /* on the last failure */
    int64_t log_bytes;                 /* what store_log_bytes() tells */
    atomic_bool hurried;               /* see store_hurry() */
};

/* What is wrong with a database that has no hash seed, see storage/copy/copy.h. */
#define STORE_HALF_COPIED                                                                          \
    "a copy of another database was begun here and not completed: call crawler copy again, or "    \
    "give "                                                                                        \
    "another path or an empty database"

int postgres_store_open(struct store **out, const char *dsn, enum store_access access,
                        char *message, size_t message_size);

bool postgres_store_is_older(const char *dsn);

bool sqlite_store_is_older(const char *path);
bool sqlite_store_is_held(const char *path, char *message, size_t message_size);
int sqlite_store_open(struct store **out, const char *path, enum store_access access, char *message,
                      size_t message_size);

#endif
