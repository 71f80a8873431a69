#include "base/nearest.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

enum { NAME_BYTES_MAX = 64 };

/* How many letters must be put in, left out or changed to make `b` of `a` (Levenshtein). */
static unsigned edits(const char *a, const char *b)
{
    size_t a_size = strlen(a), b_size = strlen(b);
    unsigned row[NAME_BYTES_MAX + 1];
    if (a_size > NAME_BYTES_MAX || b_size > NAME_BYTES_MAX)
        return UINT_MAX;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_size; j++) {
            unsigned changed = diagonal + (a[i - 1] != b[j - 1]);
            unsigned shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = changed < shorter ? changed : shorter;
        }
    }
    return row[b_size];
}

void nearest_consider(struct nearest *nearest, const char *candidate)
{
    unsigned distance = edits(nearest->word, candidate);
    size_t size = strlen(nearest->word);
    if (size >= 3 && strncmp(nearest->word, candidate, size) == 0)
        distance = 1; /* its beginning */
    if ((!nearest->best || distance < nearest->edits) && distance <= 1 + size / 4) {
        nearest->best = candidate;
        nearest->edits = distance;
    }
}
