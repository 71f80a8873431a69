/* hints.h - the words that a page's own data gives as its text.
 *
 * JSON-LD's articleBody and the description of meta tags are no body by themselves: the one is
 * mostly missing or cut, the other a summary. But a line that stands in the first is the
 * article's, and one that stands in the second is likely the standfirst. Words are kept as a set
 * of hashes, singly and in pairs. Thread: any. */
#ifndef CRAWLER_EXTRACT_HINTS_H
#define CRAWLER_EXTRACT_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct document;

struct word_set {
    uint32_t *rows; /* 0: free */
    size_t capacity;
    size_t words; /* how many were read, repeated ones too */
};

struct hints {
    struct word_set body;        /* of articleBody */
    struct word_set description; /* of the meta tags */
    bool says_article;           /* og:type is article */
    bool says_news;              /* JSON-LD has a NewsArticle */
};

/* Fills *out, in the arena. */
void hints_collect(struct hints *out, const struct document *document, struct arena *arena);

/* The hashes of a text's words, ASCII case folded; at most `most` of them. Returns how many. */
size_t hints_words(struct span text, uint32_t *out, size_t most);

/* The share of the line's pairs of words (or of its one word) that the set holds, 0 to 1. */
float hints_share(const struct word_set *set, const uint32_t *words, size_t count);

#endif
