/* scratch.h - directories and files of a test, gone when the test's process exits.
 *
 * Thread: the test's. Failures end the process with a message. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include "base/bytes.h"

/* A new empty directory below $TMPDIR or /tmp. Borrowed: lives as long as the process. */
const char *scratch_directory(void);
/* Removes the newest of them now: a test that makes hundreds need not keep them all. */
void scratch_remove_last(void);
/* "directory/name". Borrowed likewise. */
const char *scratch_path(const char *directory, const char *name);
/* Writes `text` into that file and returns its path. Borrowed likewise. */
const char *scratch_file(const char *directory, const char *name, const char *text);
/* What is in a file, wherever it lies; a NUL behind it. Returned owned: bytes_clear(). */
struct bytes scratch_read(const char *path);

#endif
