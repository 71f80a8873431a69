#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
    FIRST_BLOCK_BYTES = 1024, /* a job that waits needs no more, and a thousand of them wait */
    BLOCK_BYTES_MIN = 8 * 1024,
    FIRST_ROOM = 16
};

struct arena_block {
    struct arena_block *older;
    size_t size; /* of the whole block, this header included */
    alignas(max_align_t) char data[];
};

static size_t round_up(size_t size)
{
    return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){.bytes_max = bytes_max};
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;
    if (!kept)
        return;
    free_blocks(kept->older);
    kept->older = NULL;
    arena->next = kept->data;
    arena->end = (char *)kept + kept->size;
    arena->bytes = kept->size;
}

void arena_clear(struct arena *arena)
{
    free_blocks(arena->blocks);
    arena_init(arena, arena->bytes_max);
}

/* Blocks double, so that a small page stays small and a large one needs few. */
static void add_block(struct arena *arena, size_t size)
{
    size_t wanted = arena->bytes < BLOCK_BYTES_MIN ? BLOCK_BYTES_MIN : arena->bytes;
    if (!arena->blocks)
        wanted = FIRST_BLOCK_BYTES;
    if (wanted > ARENA_BLOCK_BYTES_MAX)
        wanted = ARENA_BLOCK_BYTES_MAX;
    if (size > SIZE_MAX / 2)
        alloc_failed(size);
    if (wanted < size + sizeof(struct arena_block))
        wanted = size + sizeof(struct arena_block);
    if (arena->bytes_max && arena->bytes + wanted > arena->bytes_max)
        alloc_failed(size);
    struct arena_block *block = alloc_bytes(wanted);
    block->older = arena->blocks;
    block->size = wanted;
    arena->blocks = block;
    arena->next = block->data;
    arena->end = (char *)block + wanted;
    arena->bytes += wanted;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        alloc_failed(size);
    size_t rounded = round_up(size ? size : 1);
    if ((size_t)(arena->end - arena->next) < rounded)
        add_block(arena, rounded);
    void *memory = arena->next;
    arena->next += rounded;
    return memory;
}

void *arena_alloc_zeroed(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_grow(struct arena *arena, void *memory, size_t old_size, size_t new_size)
{
    size_t old_rounded = round_up(old_size ? old_size : 1);
    if (memory && (char *)memory + old_rounded == arena->next && new_size <= SIZE_MAX / 2) {
        size_t new_rounded = round_up(new_size ? new_size : 1);
        if ((char *)memory + new_rounded <= arena->end) {
            arena->next = (char *)memory + new_rounded;
            return memory;
        }
    }
    void *grown = arena_alloc(arena, new_size);
    if (memory)
        memcpy(grown, memory, old_size < new_size ? old_size : new_size);
    return grown;
}

void *arena_room(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t more = *capacity ? *capacity * 2 : FIRST_ROOM;
    items = arena_grow(arena, items, *capacity * size, more * size);
    *capacity = more;
    return items;
}

char *arena_copy(struct arena *arena, const char *text, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *arena_string(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_alloc(arena, (size_t)(size < 0 ? 0 : size) + 1);
    if (vsnprintf(text, (size_t)(size < 0 ? 0 : size) + 1, format, again) < 0)
        text[0] = '\0';
    va_end(again);
    return text;
}
