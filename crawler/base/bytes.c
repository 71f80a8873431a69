#include "base/bytes.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"

void bytes_init(struct bytes *bytes, size_t bytes_max)
{
    *bytes = (struct bytes){.bytes_max = bytes_max};
}

void bytes_clear(struct bytes *bytes)
{
    free(bytes->data);
    bytes_init(bytes, bytes->bytes_max);
}

int bytes_reserve(struct bytes *bytes, size_t size)
{
    if (size > SIZE_MAX / 4 || bytes->size > SIZE_MAX / 4)
        return ERR_TOO_LARGE;
    size_t wanted = bytes->size + size;
    if (bytes->bytes_max && wanted > bytes->bytes_max)
        return ERR_TOO_LARGE;
    if (wanted + 1 <= bytes->capacity)
        return 0;
    size_t capacity = bytes->capacity ? bytes->capacity * 2 : 256;
    if (capacity < wanted + 1)
        capacity = wanted + 1;
    bytes->data = alloc_resized(bytes->data, capacity);
    bytes->capacity = capacity;
    return 0;
}

int bytes_append(struct bytes *bytes, const void *data, size_t size)
{
    int err = bytes_reserve(bytes, size);
    if (err)
        return err;
    if (size)
        memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    bytes->data[bytes->size] = '\0';
    return 0;
}

int bytes_append_string(struct bytes *bytes, const char *text)
{
    return bytes_append(bytes, text, strlen(text));
}

int bytes_append_values(struct bytes *bytes, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    int err = bytes_reserve(bytes, (size_t)size);
    if (err)
        return err;
    vsnprintf(bytes->data + bytes->size, (size_t)size + 1, format, values);
    bytes->size += (size_t)size;
    return 0;
}

int bytes_append_format(struct bytes *bytes, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int err = bytes_append_values(bytes, format, values);
    va_end(values);
    return err;
}

struct span span_of(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

bool span_equals(struct span span, const char *text)
{
    return strlen(text) == span.size && (!span.size || memcmp(span.data, text, span.size) == 0);
}

bool span_equals_nocase(struct span span, const char *text)
{
    return strlen(text) == span.size &&
           (!span.size || strncasecmp(span.data, text, span.size) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trimmed(struct span span)
{
    while (span.size && is_blank(span.data[0])) {
        span.data++;
        span.size--;
    }
    while (span.size && is_blank(span.data[span.size - 1]))
        span.size--;
    return span;
}
