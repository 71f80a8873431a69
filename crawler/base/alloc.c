#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

void alloc_failed(size_t size)
{
    /* No stdio: it may want memory itself. */
    static const char line[] = "crawler: out of memory: stopped; the next run goes on from here\n";
    (void)size;
    ssize_t ignored = write(STDERR_FILENO, line, sizeof line - 1);
    (void)ignored;
    _exit(EXIT_FULL);
}
