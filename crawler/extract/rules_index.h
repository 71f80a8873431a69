/* rules_index.h - finds the rows of a table of words by their first byte. Only for the files of
 * rules.h. Thread: any, an index belongs to one. */
#ifndef CRAWLER_EXTRACT_RULES_INDEX_H
#define CRAWLER_EXTRACT_RULES_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which rows of a table begin with a byte: chains through `next`, 0 ends one. Made once a thread,
 * since the tables are easier to read in the order of their subjects. */
struct rules_index {
    uint16_t first[256]; /* row + 1 */
    uint16_t next[400];
    bool made;
};

static inline void rules_index_add(struct rules_index *index, const char *word, size_t row)
{
    unsigned char first = (unsigned char)word[0];
    index->next[row] = index->first[first];
    index->first[first] = (uint16_t)(row + 1);
}

#endif
