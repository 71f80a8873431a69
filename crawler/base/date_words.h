/* date_words.h - what words of printed dates mean, in some eighty languages. Internal to date_*.c.
 *
 * Words are compared folded (date_tokens.h): without case and accents, digits as ASCII. A longer
 * word than the table's is the same one inflected, a shorter one its abbreviation. The table is
 * date_words_table.c; its index is built at the first call. Thread: any. */
#ifndef CRAWLER_BASE_DATE_WORDS_H
#define CRAWLER_BASE_DATE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct date_tokens;

enum date_word_kind {
    DATE_WORD_MONTH,        /* 1 to 12 */
    DATE_WORD_JALALI_MONTH, /* 1 to 12, of the Solar Hijri calendar */
    DATE_WORD_FILLER,       /* stands between the parts of a date and means nothing */
    DATE_WORD_WEEKDAY,      /* 1 to 7; only where they are said to be dates' own (feeds) */
    DATE_WORD_HALF,         /* of the day: 1 before noon, 2 after */
    DATE_WORD_HOUR_BEFORE,  /* before a time, also one with a dot: kl. 13.47 */
    DATE_WORD_HOUR,         /* behind the hour of a time */
    DATE_WORD_MINUTE,       /* behind its minute */
    DATE_WORD_YEAR_BEHIND,  /* behind a year: 年 */
    DATE_WORD_MONTH_BEHIND, /* behind the number of a month: 月 */
    DATE_WORD_DAY_BEHIND,   /* behind the number of a day: 日 */
    DATE_WORD_MONTH_BEFORE, /* before the number of a month: tháng */
    DATE_WORD_ERA,          /* before a year counted from 2018, 1988, 1925, 1911 */
    DATE_WORD_UNIT,         /* 1 second, 2 minute, 3 hour, 4 day, 5 week, 6 month, 7 year */
    DATE_WORD_AGO,          /* makes a span of time lie in the past */
    DATE_WORD_DAY,          /* 1 today, 2 yesterday, 3 the day before, 4 now */
    DATE_WORD_NUMBER,       /* 1 to 12 */
    DATE_WORD_KINDS,
    DATE_WORD_RARE = 64 /* a flag of a row: not abbreviated unless the language is known */
};

/* Which number the language of a tag ("pt-BR", NULL) has in the table; 0: none. */
unsigned date_lang_find(const char *tag);

/* What `word` means as a `kind` in `lang` (0: not known), from 1; 0 when it means nothing. Of two
 * meanings that of the language wins, then that of the more widespread one. */
int date_word_find(enum date_word_kind kind, struct span word, unsigned lang);

/* The same for an abbreviation, the beginning of a word, of at least three characters; of two where
 * `short_too` and no other value begins so. */
int date_word_abbreviated(enum date_word_kind kind, struct span word, unsigned lang,
                          bool short_too);

/* The meaning of the longest row of words, at most `words_max`, that begins at token `i` of
 * `tokens` and has one; 0 when none has. *words is how many they are, at least 1. */
int date_words_find(enum date_word_kind kind, const struct date_tokens *tokens, size_t i,
                    size_t words_max, unsigned lang, size_t *words);

/* The table: rows of values separated by blanks, their spellings by "|", "_" being a blank. */
struct date_word_row {
    const char *lang; /* "" for all */
    unsigned kind;    /* enum date_word_kind, perhaps with DATE_WORD_RARE */
    const char *words;
};
extern const struct date_word_row date_word_rows[];
extern const size_t date_word_rows_count;

#endif
