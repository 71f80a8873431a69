/* rules_index.h - finds the rows of a table of words by their first two bytes. Only for the files
 * of rules.h. Thread: any, an index belongs to one. */
#ifndef CRAWLER_EXTRACT_RULES_INDEX_H
#define CRAWLER_EXTRACT_RULES_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULES_INDEX_SIZE = 512 };

/* Which rows of a table begin with two bytes, or with two that share their place: chains through
 * `next`, 0 ends one. By two, since a third of the words in classes begin with "c", "p" or "s".
 * Made once a thread, since the tables are easier to read in the order of their subjects. */
struct rules_index {
    uint16_t first[RULES_INDEX_SIZE]; /* row + 1 */
    uint16_t next[400];
    bool made;
};

/* `word` has two bytes at least. */
static inline unsigned rules_index_place(const char *word)
{
    unsigned place = (unsigned char)word[0] * 29u + (unsigned char)word[1];
    return place % RULES_INDEX_SIZE;
}

static inline void rules_index_add(struct rules_index *index, const char *word, size_t row)
{
    unsigned place = rules_index_place(word);
    index->next[row] = index->first[place];
    index->first[place] = (uint16_t)(row + 1);
}

#endif
