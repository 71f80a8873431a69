/* date_tokens.h - a printed date as numbers, words and marks. Internal to date_*.c. Thread: any. */
#ifndef CRAWLER_BASE_DATE_TOKENS_H
#define CRAWLER_BASE_DATE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { DATE_TOKENS_MAX = 96, DATE_TEXT_BYTES_MAX = 512, DATE_DIGITS_MAX = 14 };

enum date_token_type { DATE_NUMBER, DATE_WORD, DATE_MARK };

struct date_token {
    enum date_token_type type;
    bool spaced;      /* white space stands before it */
    bool upper;       /* a word without small letters, of ASCII */
    bool used;        /* by somebody who knew what it means */
    bool tens;        /* a Chinese numeral that said its tens */
    uint8_t digits;   /* of a number, as written; above DATE_DIGITS_MAX its value is not known */
    char mark;        /* one ASCII character; other marks have become a similar one */
    int64_t value;    /* of a number */
    struct span text; /* of a word, folded */
};

struct date_tokens {
    struct date_token tokens[DATE_TOKENS_MAX];
    size_t count;
    char text[2 * DATE_TEXT_BYTES_MAX]; /* what the words borrow */
    size_t text_size;
};

/* Folds a text for comparison: small letters without accents, one spelling where scripts have
 * several. Writes at most `size_max` bytes and returns how many. */
size_t date_fold(struct span text, char *to, size_t size_max);

/* Reads at most DATE_TEXT_BYTES_MAX bytes and DATE_TOKENS_MAX tokens; the rest is not looked at.
 * Digits of all scripts are numbers, as are Chinese numerals; a Chinese character is a word. */
void date_tokens_read(struct date_tokens *out, struct span text);

size_t date_points(struct span text); /* how many code points a folded text has */
bool date_is_thai(struct span word);

/* "2911:30" is a day and a time that lost the blank between them; so is "202411:30". */
void date_tokens_split_times(struct date_tokens *tokens);

/* Joins the words from `first` on, at most three, as they were written, into `to`, as long as they
 * stand next to each other. Returns how many bytes were written, 0 when there aren't `count`. */
size_t date_tokens_join(const struct date_tokens *tokens, size_t first, size_t count, char *to,
                        size_t size_max);

/* The value of a decimal digit of any script, or -1. */
int date_digit_value(uint32_t point);

#endif
