/* arena.h - many allocations, one free.
 *
 * An arena belongs to one owner at a time and needs no lock. Memory is never moved and lives
 * until arena_reset() or arena_clear(). Passing `bytes_max` ends the program as running out of
 * memory does (alloc.h): in a worker process that costs one page. Thread: the owner's. */
#ifndef CRAWLER_BASE_ARENA_H
#define CRAWLER_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

enum {
    ARENA_BLOCK_BYTES_MAX = 1024 * 1024
}; /* what is taken from the system at one time, but for
       larger allocations */

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    char *next;                 /* free bytes of the newest block */
    char *end;
    size_t bytes;     /* held from the system */
    size_t bytes_max; /* 0: no ceiling */
};

void arena_init(struct arena *arena, size_t bytes_max);
void arena_reset(struct arena *arena); /* forgets all, keeps the newest block for what comes next */
void arena_clear(struct arena *arena); /* gives everything back; the arena may be used again */

/* Each returns memory of the arena; never NULL. Aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_alloc_zeroed(struct arena *arena, size_t size);
/* Grows the newest allocation in place where it can, else copies. `memory` may be NULL. */
void *arena_grow(struct arena *arena, void *memory, size_t old_size, size_t new_size);
/* Makes room for one more element of `size` bytes behind `count` of them, as alloc_room() does. */
void *arena_room(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);
char *arena_copy(struct arena *arena, const char *text, size_t size); /* adds a NUL */
char *arena_string(struct arena *arena, const char *text);            /* NULL stays NULL */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
