/* rules_index.h - finds the rows of a table of words by their first two bytes. Only for the files
 * of rules.h. Thread: any, an index belongs to one. */
#ifndef CRAWLER_EXTRACT_RULES_INDEX_H
#define CRAWLER_EXTRACT_RULES_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { RULES_INDEX_SIZE = 512 };

/* Which rows of a table begin with two bytes, or with two that share their place: chains through
 * `next`, 0 ends one. By two, since a third of the words in classes begin with "c", "p" or "s".
 * Made once a thread, since the tables are easier to read in the order of their subjects. */
struct rules_index {
    uint16_t first[RULES_INDEX_SIZE]; /* row + 1 */
    uint16_t next[400];
    uint8_t sizes[400]; /* of the rows' words */
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
    index->sizes[row] = (uint8_t)strlen(word);
}

/* Whether `text` begins with the row's word, as both do with the two bytes that led there; its
 * third is looked at first, where most rows end. */
static inline bool rules_index_matches(const struct rules_index *index, size_t row,
                                       const char *word, const char *text, size_t size)
{
    size_t length = index->sizes[row];
    return length <= size && (length < 3 || word[2] == text[2]) && memcmp(word, text, length) == 0;
}

#endif
