/* arrays.h - PostgreSQL's arrays, as the texts that statements are given.
 *
 * Thread: the store's. */
#ifndef STORAGE_POSTGRES_ARRAYS_H
#define STORAGE_POSTGRES_ARRAYS_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* "{1,2,3}", in the pool; NEVER (frontier.h) is NULL. */
const char *array_of_integers(struct pool *pool, const int64_t *values, size_t count);

/* "{"a","b"}", of texts that hold nothing to be escaped. */
const char *array_of_names(struct pool *pool, const char *const *names, size_t count);

#endif
