/* bytes.h - integers as they go over the wire: the highest byte first. */
#ifndef STORAGE_POSTGRES_BYTES_H
#define STORAGE_POSTGRES_BYTES_H

#include <stdint.h>

/* The lowest so many bytes of `value`; at most 8. */
static inline void bytes_put(char *out, uint64_t value, int bytes)
{
    for (int i = bytes; i--; value >>= 8)
        out[i] = (char)(value & 0xff);
}

/* A number of so many bytes, at most 8, with its sign. */
static inline int64_t bytes_get(const char *data, int bytes)
{
    uint64_t value = bytes && (signed char)data[0] < 0 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)data[i];
    return (int64_t)value;
}

#endif
