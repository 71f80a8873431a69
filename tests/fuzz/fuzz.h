/* fuzz.h - what the fuzz targets share.
 *
 * Each fuzz_NAME.c is fuzz_input() over one reader of untrusted bytes; its seeds are in
 * data/fuzz/NAME. Built with -DCRAWLER_FUZZ=ON by clang it fuzzes; in every other build replay.c
 * runs it over its seeds and simple changes of them, as a ctest case. No input may take more than
 * 1 s of CPU or 64 MB, which limits.c sees to. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/utf8.h"

/* Ends the program where a promise of a header is broken. Unlike assert() never compiled out. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))
_Noreturn void fuzz_failed(const char *condition, const char *file, int line);

void fuzz_input(const uint8_t *data, size_t size);            /* the target */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* the target within its limits */

/* A moment that all targets take for now: 2026-02-02. */
#define FUZZ_NOW_MS INT64_C(1770000000000)

static inline void fuzz_check_text(const char *text)
{
    FUZZ_CHECK(!text || utf8_valid(text, strlen(text)));
}

/* A file of the system that holds these bytes until the next call, by a name to open it with. */
const char *fuzz_file(const void *data, size_t size);

/* The first line, taken off *rest; all of it when there is no line feed. */
static inline struct span fuzz_line(struct span *rest)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    struct span line = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
    size_t used = line.size + (end != NULL);
    *rest = (struct span){rest->size ? rest->data + used : rest->data, rest->size - used};
    return line;
}

#endif
