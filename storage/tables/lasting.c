#include "storage/tables/lasting.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { DIGITS_MIN = 5 };

struct run {
    const char *data;
    size_t size;
};

static size_t digits_at(const char *text)
{
    return strspn(text, "0123456789");
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}

/* 20260115, 202601: days and months have many articles. */
static bool is_date(const char *digits, size_t size)
{
    if ((size != 8 && size != 6) || (two_digits(digits) != 19 && two_digits(digits) != 20))
        return false;
    int month = two_digits(digits + 4), day = size == 8 ? two_digits(digits + 6) : 1;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* The last number of the path that is long enough; size 0: there is none. */
static struct run find_number(const char *path)
{
    struct run number = {path, 0};
    for (const char *at = path; *at;) {
        size_t size = digits_at(at);
        if (size >= DIGITS_MIN && !is_date(at, size))
            number = (struct run){at, size};
        at += size ? size : 1;
    }
    return number;
}

static void take(XXH3_state_t *state, const char *data, size_t size)
{
    XXH3_64bits_update(state, data, size);
}

/* A segment as it is, but for a slug: words joined by hyphens or underscores. */
static void take_segment(XXH3_state_t *state, const char *segment, size_t size,
                         const struct run *number)
{
    const char *end = segment + size;
    if (number->data >= segment && number->data < end) {
        const char *dot = memrchr(segment, '.', size);
        take(state, "#", 1);
        take(state, number->data, number->size);
        if (dot && dot >= number->data)
            take(state, dot, (size_t)(end - dot));
    } else if (memchr(segment, '-', size) || memchr(segment, '_', size)) {
        take(state, "*", 1);
    } else {
        take(state, segment, size);
    }
    take(state, "/", 1);
}

int64_t lasting_hash(const char *url, const char *short_url)
{
    if (short_url)
        return (int64_t)XXH3_64bits(short_url, strlen(short_url));
    const char *host = strstr(url, "://");
    if (!host || strchr(host, '?'))
        return 0;
    host += strncmp(host + 3, "www.", 4) == 0 ? 7 : 3;
    const char *path = host + strcspn(host, "/");
    struct run number = find_number(path);
    if (!number.size)
        return 0;
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    take(&state, host, (size_t)(path - host));
    for (const char *at = path; *at == '/';) {
        size_t size = strcspn(++at, "/");
        take_segment(&state, at, size, &number);
        at += size;
    }
    return (int64_t)XXH3_64bits_digest(&state);
}
