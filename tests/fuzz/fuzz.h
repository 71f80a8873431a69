/* fuzz.h - what the fuzz targets share.
 *
 * Each fuzz_NAME.c is one libFuzzer entry point over one reader of untrusted bytes; its seeds are
 * in data/fuzz/NAME. Built with -DCRAWLER_FUZZ=ON by clang it fuzzes; in every other build
 * replay.c runs it over its seeds and simple changes of them, as a ctest case. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A moment that all targets take for now: 2026-02-02. */
#define FUZZ_NOW_MS INT64_C(1770000000000)

static inline void fuzz_check_text(const char *text)
{
    FUZZ_CHECK(!text || utf8_valid(text, strlen(text)));
}

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
