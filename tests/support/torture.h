/* torture.h - what a test and the library it preloads into the program share: which call is to
 * fail, how many there were, and what time the program believes it is.
 *
 * It is one page of a file that both map; the library (torture/preload.c) finds its path in the
 * variable TORTURE_FILE. Thread: any; torture_load() the test's. */
#ifndef TESTS_SUPPORT_TORTURE_H
#define TESTS_SUPPORT_TORTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define TORTURE_VARIABLE "TORTURE_FILE"

/* Calls that are counted, and fail, together. */
enum torture_class {
    TORTURE_MEMORY,  /* malloc, calloc, realloc, posix_memalign: no memory */
    TORTURE_WRITE,   /* writing to files: no room, sync: an error of the disk */
    TORTURE_READ,    /* opening, locking, mapping and reading files */
    TORTURE_SOCKET,  /* making, connecting, reading and writing sockets; pipes, descriptors */
    TORTURE_PROCESS, /* starting threads and processes */
    TORTURE_SQL,     /* a statement of SQLite, prepared or stepped: an error of the disk */
    TORTURE_CLASSES,
};

struct torture {
    enum torture_class failing;
    uint64_t from; /* the first call to fail, from 1 on; 0: none */
    bool for_good; /* and all after it */
    atomic_uint_fast64_t calls[TORTURE_CLASSES];
    atomic_uint_fast64_t failed;
    atomic_uint_fast64_t syncs;   /* of files to the disk */
    atomic_int_fast64_t clock_ms; /* is added to the wall clock */
    char where[3000];             /* who made the first call that failed: a frame a line */
};

/* A new one, nothing in it, borrowed; NULL where there is no such library (sanitizers). */
struct torture *torture_create(void);
/* Programs started from now on load the library, or no longer do. */
void torture_load(bool on);

#endif
