#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/error.h"

void *alloc_bytes(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        alloc_failed(size);
    return memory;
}

void *alloc_zeroed(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        alloc_failed(size);
    return memory;
}

void *alloc_resized(void *memory, size_t size)
{
    void *resized = realloc(memory, size ? size : 1);
    if (!resized)
        alloc_failed(size);
    return resized;
}

char *alloc_string(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(alloc_bytes(size), text, size);
}

enum { FIRST_ROOM = 16 };

void *alloc_room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : FIRST_ROOM;
    return alloc_resized(items, *capacity * size);
}

#define GOES_ON ": stopped; the next run goes on from here\n"

/* No stdio: it may want memory itself. Where memory is out for one thread it is for all: the first
 * one says so. */
static _Noreturn void end_with(const char *line)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    while (atomic_flag_test_and_set(&told))
        pause();
    ssize_t ignored = write(STDERR_FILENO, line, strlen(line));
    (void)ignored;
    _exit(EXIT_FULL);
}

void alloc_failed(size_t size)
{
    (void)size;
    end_with("crawler: out of memory" GOES_ON);
}

void alloc_no_descriptors(void)
{
    end_with("crawler: out of descriptors (ulimit -n)" GOES_ON);
}

void alloc_keep(size_t bytes)
{
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, (int)bytes);
    mallopt(M_MMAP_THRESHOLD, (int)bytes);
#else
    (void)bytes;
#endif
}
