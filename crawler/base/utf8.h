/* utf8.h - UTF-8 read, written, checked, repaired and made harmless for terminals.
 *
 * Well-formed is what RFC 3629 says: no overlong forms, no surrogates, nothing past U+10FFFF. What
 * is not becomes U+FFFD, one for each maximal subpart (Unicode 15, 3.9), as browsers do it.
 * Every function is linear and reads no byte past data + size. Thread: any. */
#ifndef CRAWLER_BASE_UTF8_H
#define CRAWLER_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

#define UTF8_REPLACEMENT "\xef\xbf\xbd"

enum { UTF8_REPLACEMENT_POINT = 0xfffd, UTF8_LENGTH_MAX = 4 };

/* The length of the well-formed sequence at `data`, 1 to 4; 0 where there is none. */
size_t utf8_length(const char *data, size_t size);

/* Reads the code point at `data` (size at least 1) and returns how many bytes it took, 1 to 4. What
 * is not well-formed gives U+FFFD and takes the bytes that this one replaces. */
size_t utf8_decode(const char *data, size_t size, uint32_t *out);

/* Writes `point` and returns its length; surrogates and what is past U+10FFFF give U+FFFD. */
size_t utf8_encode(uint32_t point, char out[UTF8_LENGTH_MAX]);

/* Appends `point`. Returns 0 or ERR_TOO_LARGE. */
int utf8_append(struct bytes *bytes, uint32_t point);

bool utf8_valid(const char *data, size_t size);
bool utf8_is_ascii(const char *data, size_t size);

/* How many bytes from `data` on are ASCII. */
size_t utf8_ascii_run(const char *data, size_t size);

/* How many of the first `size` bytes are left when a sequence cut by `size` is dropped: for texts
 * that are shortened to a length in bytes. `data` holds more than `size` bytes, or ends there. */
size_t utf8_cut(const char *data, size_t size);

/* Appends `data` with U+FFFD for what is not UTF-8. Returns 0 or ERR_TOO_LARGE. */
int utf8_append_clean(struct bytes *bytes, const char *data, size_t size);

/* The same in the arena, with a NUL at the end; *out_size may be NULL. */
char *utf8_cleaned(struct arena *arena, const char *data, size_t size, size_t *out_size);

/* Makes "\ufffd" of each escape of JSON text that is half a surrogate pair, in place: JSON lets it
 * stand, JSON libraries refuse the whole text for it. */
void utf8_repair_json(char *data, size_t size);

/* Text of strangers for a terminal, in the arena: control characters (also the C1 ones) and line
 * separators become U+FFFD, tabs and line ends a blank each, and what turns the direction of
 * writing or can't be seen is dropped. NULL stays NULL. */
char *utf8_printable(struct arena *arena, const char *text);

#endif
