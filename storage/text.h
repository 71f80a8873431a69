/* text.h - figures of a text: how many words, and a fingerprint that survives small edits.
 *
 * Plain functions over UTF-8, linear in its length. Thread: any. */
#ifndef STORAGE_TEXT_H
#define STORAGE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct text_figures {
    /* Words as a reader would count them: runs of letters and digits; in scripts without spaces
     * every Chinese or Japanese character is one, and every four letters of Thai, Lao, Khmer and
     * Burmese. */
    int64_t words;
    /* 64 bits of which few change when few words do; 0 for a text of no words. */
    uint64_t simhash;
};

struct text_figures text_measure(const char *text); /* NULL: all 0 */

/* Whether two texts of that fingerprint and length are nearly the same. */
bool text_is_near(uint64_t simhash_a, int64_t words_a, uint64_t simhash_b, int64_t words_b);

#endif
