#include "storage/postgres/arrays.h"

#include <stdio.h>
#include <string.h>

#include "storage/tables/frontier.h"

enum { DIGITS = 24 };

const char *array_of_integers(struct pool *pool, const int64_t *values, size_t count)
{
    char *out = pool_alloc(pool, count * DIGITS + 3), *at = out;
    *at++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (i)
            *at++ = ',';
        at += values[i] == NEVER ? sprintf(at, "NULL") : sprintf(at, "%lld", (long long)values[i]);
    }
    strcpy(at, "}");
    return out;
}

const char *array_of_names(struct pool *pool, const char *const *names, size_t count)
{
    size_t size = 3;
    for (size_t i = 0; i < count; i++)
        size += strlen(names[i]) + 3;
    char *out = pool_alloc(pool, size), *at = out;
    *at++ = '{';
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s\"%s\"", i ? "," : "", names[i]);
    strcpy(at, "}");
    return out;
}
