/* alloc.h - malloc that never gives NULL.
 *
 * Out of memory ends the program with one line and exit status 6; leases run out, so nothing is
 * lost (dataflow: a killed process). Thread: any. */
#ifndef CRAWLER_BASE_ALLOC_H
#define CRAWLER_BASE_ALLOC_H

#include <stddef.h>

/* Each returns memory that the caller owns and gives to free(). */
void *alloc_bytes(size_t size);
void *alloc_zeroed(size_t count, size_t size);
void *alloc_resized(void *memory, size_t size); /* takes `memory` */
char *alloc_string(const char *text);

/* Makes room for one more element of `size` bytes behind `count` of them: takes `items` (NULL with
 * a *capacity of 0), returns it or, with *capacity grown, what replaces it. */
void *alloc_room(void *items, size_t count, size_t *capacity, size_t size);

/* Ends the program: one line on standard error, exit status 6. */
_Noreturn void alloc_failed(size_t size);
/* The same, of a loop that can't be made. */
_Noreturn void alloc_no_descriptors(void);

/* How many elements a plain array has. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Lets the process keep so much freed memory for what comes next before it goes back to the system
 * (glibc; elsewhere nothing happens). */
void alloc_keep(size_t bytes);

#endif
