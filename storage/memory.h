/* memory.h - what the store allocates: memory that is never NULL, and pools freed as one.
 *
 * Running out ends the program with one line and exit status 6, as everywhere in it; a transaction
 * that was open is then gone as if it had never begun. Thread: the store's. */
#ifndef STORAGE_MEMORY_H
#define STORAGE_MEMORY_H

#include <stddef.h>

/* Each returns memory that the caller owns and gives to free(). */
void *memory_zeroed(size_t count, size_t size);
char *memory_string(const char *text, size_t size); /* adds a NUL */

/* Doubles *items (of `size` bytes each) when *capacity holds no more than `count`. */
void *memory_room(void *items, size_t count, size_t *capacity, size_t size);

/* Many allocations, given back together. */
struct pool {
    struct pool_block *blocks; /* newest first */
    size_t used;               /* of the newest */
};

void *pool_alloc(struct pool *pool, size_t size);
char *pool_copy(struct pool *pool, const void *text, size_t size); /* adds a NUL */
void pool_reset(struct pool *pool); /* forgets all, keeps one block for what comes next */
void pool_clear(struct pool *pool);

#endif
