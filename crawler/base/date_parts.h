/* date_parts.h - the numbers and months of a printed date, and what stands between them. Internal
 * to date_*.c. Thread: any. */
#ifndef CRAWLER_BASE_DATE_PARTS_H
#define CRAWLER_BASE_DATE_PARTS_H

#include "base/date_tokens.h"

enum { DATE_PARTS_MAX = 32 };

enum date_order { DATE_DAY_FIRST, DATE_MONTH_FIRST, DATE_YEAR_FIRST };

/* A number, or a word that is a month, and the gap between it and the part before. */
struct date_part {
    int64_t value;
    unsigned digits;
    bool month, jalali; /* a word, or a number said to be a month */
    bool year, day;     /* a number said to be one */
    bool followed;      /* by a word */
    bool broken;        /* gap: with something that no date has inside */
    bool words;         /* gap: with words */
    char mark;          /* gap: its only mark, 0 when it has none, '*' when several */
};

struct date_reading {
    unsigned lang;
    enum date_order order;
    bool whole;          /* nothing may be left over */
    bool short_too;      /* months of two letters count */
    int year_of_two_max; /* the last year that two digits mean */
    int64_t now_ms;      /* 0: not known, so every date needs its year */
    struct date_part parts[DATE_PARTS_MAX];
    size_t count;
    bool buddhist;  /* a month is written in Thai, so years may count from the Buddha */
    bool left_over; /* a word or mark that means nothing */
};

/* Finds the parts among the tokens that nobody has used. */
void date_parts_find(struct date_reading *reading, const struct date_tokens *tokens);

#endif
