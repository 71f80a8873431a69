#include "storage/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024, EXIT_NO_MEMORY = 6 };

struct pool_block {
    struct pool_block *older;
    size_t size; /* of data */
    alignas(max_align_t) char data[];
};

static void *checked(void *memory)
{
    if (memory)
        return memory;
    fputs("crawler: out of memory\n", stderr);
    _exit(EXIT_NO_MEMORY);
}

void *memory_zeroed(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size));
}

static void *memory_resized(void *memory, size_t count, size_t size)
{
    return checked(count > SIZE_MAX / 2 / size ? NULL : realloc(memory, count * size));
}

char *memory_string(const char *text, size_t size)
{
    char *copy = checked(malloc(size + 1));
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

void *memory_room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 16;
    return memory_resized(items, *capacity, size);
}

void *pool_alloc(struct pool *pool, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (!pool->blocks || pool->blocks->size - pool->used < rounded) {
        size_t wanted = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;
        struct pool_block *block = checked(malloc(sizeof(*block) + wanted));
        block->older = pool->blocks;
        block->size = wanted;
        pool->blocks = block;
        pool->used = 0;
    }
    void *memory = pool->blocks->data + pool->used;
    pool->used += rounded;
    return memory;
}

char *pool_copy(struct pool *pool, const void *text, size_t size)
{
    char *copy = pool_alloc(pool, size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static void free_blocks(struct pool_block *block)
{
    while (block) {
        struct pool_block *older = block->older;
        free(block);
        block = older;
    }
}

void pool_reset(struct pool *pool)
{
    if (!pool->blocks)
        return;
    free_blocks(pool->blocks->older);
    pool->blocks->older = NULL;
    pool->used = 0;
}

void pool_clear(struct pool *pool)
{
    free_blocks(pool->blocks);
    *pool = (struct pool){0};
}
