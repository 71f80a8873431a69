/* text.h - figures of a text: how many words, a fingerprint that survives small edits, and keys by
 * which a text that was edited much more is found again.
 *
 * Plain functions over UTF-8, linear in its length. Thread: any. */
#ifndef STORAGE_TEXT_H
#define STORAGE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* The keys are the least of the hashes of three words in a row (in scripts without spaces: of six
 * signs): a bottom-k sketch (Broder, 1997). A text is noted under the least few and looked for with
 * all, so that a short text's are found among those of a longer one that has it in it. */
enum { TEXT_KEYS = 8, TEXT_KEYS_NOTED = 5 };

struct text_figures {
    /* Words as a reader would count them: runs of letters and digits; in scripts without spaces
     * every Chinese or Japanese character is one, and every four letters of Thai, Lao, Khmer and
     * Burmese. */
    int64_t words;
    /* 64 bits of which few change when few words do; 0 for a text of no words. */
    uint64_t simhash;
    uint32_t keys[TEXT_KEYS]; /* the least first */
    unsigned keys_count;
};

struct text_figures text_measure(const char *text); /* NULL: all 0 */

/* Whether two texts of that fingerprint and length are nearly the same. */
bool text_is_near(uint64_t simhash_a, int64_t words_a, uint64_t simhash_b, int64_t words_b);

/* The shingles of one text, to be compared with those of others; the first 3,000 and no more. */
struct text_shingles {
    uint32_t rows[8192]; /* open addressing; 0: empty */
    uint32_t mask;       /* of the rows that are in use: the more, the longer the text */
    unsigned count;      /* different ones */
};

struct text_overlap {
    unsigned shared;          /* different shingles that both have */
    unsigned smaller, larger; /* how many each has */
};

void text_shingles_fill(struct text_shingles *out, const char *text);
/* `scratch` is room for the other's; what is in it afterwards is of no use. */
struct text_overlap text_compare(const struct text_shingles *one, const char *other,
                                 struct text_shingles *scratch);

#endif
