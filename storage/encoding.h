/* encoding.h - whether PostgreSQL takes a text, and how it does in any case.
 *
 * A server refuses what is no UTF-8 (RFC 3629), and one such text would spoil the batch it is in.
 * Thread: any. */
#ifndef STORAGE_ENCODING_H
#define STORAGE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

bool encoding_is_utf8(const char *text, size_t size);

/* The text with U+FFFD for each byte that is none of it; owned by the caller, NUL-terminated. */
char *encoding_mended(const char *text, size_t size, size_t *mended_size);

#endif
