/* whole_file.h - a small text into a file, whole or not at all.
 *
 * Who reads the file meanwhile sees what was there before: it is written under another name in the
 * same folder, then renamed. What is no regular file (/dev/stdout, a pipe) is written as it is.
 * Blocks. Thread: any; one writer a path. */
#ifndef CRAWLER_BASE_WHOLE_FILE_H
#define CRAWLER_BASE_WHOLE_FILE_H

#include <stddef.h>

/* Returns 0, or ERR_IO with errno set, and then the file is as it was. */
int whole_file_write(const char *path, const void *data, size_t size);

#endif
