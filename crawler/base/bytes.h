/* bytes.h - a growing buffer with a ceiling, and a borrowed piece of somebody's bytes.
 *
 * Thread: the owner's. */
#ifndef CRAWLER_BASE_BYTES_H
#define CRAWLER_BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Borrowed bytes: not NUL-terminated, alive as long as their owner. */
struct span {
    const char *data;
    size_t size;
};

/* Owned bytes. data[size] is always NUL once something was appended. */
struct bytes {
    char *data;
    size_t size;
    size_t capacity;
    size_t bytes_max; /* 0: no ceiling */
};

void bytes_init(struct bytes *bytes, size_t bytes_max);
void bytes_clear(struct bytes *bytes); /* frees; may be used again */

/* Returns 0, or ERR_TOO_LARGE and leaves the buffer as it was when the ceiling would be passed. */
int bytes_append(struct bytes *bytes, const void *data, size_t size);
int bytes_append_string(struct bytes *bytes, const char *text);
/* What printf() or vprintf() makes of it. */
int bytes_append_format(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int bytes_append_values(struct bytes *bytes, const char *format, va_list values);
/* Makes room for `size` more bytes at data + size; the caller writes them and adds to size. */
int bytes_reserve(struct bytes *bytes, size_t size);

struct span span_of(const char *text);
bool span_equals(struct span span, const char *text);
bool span_equals_nocase(struct span span, const char *text); /* ASCII case only */
struct span span_trimmed(struct span span);                  /* ASCII white space off both ends */

#endif
