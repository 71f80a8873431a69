/* language_words.h - frequent small words of languages. Internal to language.c. Thread: any. */
#ifndef CRAWLER_EXTRACT_LANGUAGE_WORDS_H
#define CRAWLER_EXTRACT_LANGUAGE_WORDS_H

#include <stddef.h>

enum { LANGUAGES_MAX = 64 }; /* as many as a mask has bits */

/* Words are small, separated by blanks; those that two languages share count for both. "uku*" is
 * any word that begins so (two to four letters): in some languages small words are rare. */
struct language_words {
    const char *code;
    const char *words;
};

extern const struct language_words language_words[];
extern const size_t language_words_count;

#endif
