/* date_cursor.h - reading a date's text from left to right. Internal to date_*.c. Thread: any. */
#ifndef CRAWLER_BASE_DATE_CURSOR_H
#define CRAWLER_BASE_DATE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct date_cursor {
    const char *at, *start, *end; /* borrowed */
};

struct date_cursor cursor_over(struct span text);
bool cursor_done(const struct date_cursor *cursor);

/* Moves past `c` if it comes next, in either case where it is a letter. */
bool cursor_take(struct date_cursor *cursor, char c);

/* Moves past all digits that come next. Returns their value, or -1 when there are none or more than
 * `digits_max` (at most 18). `digits`, where not NULL, is how many there were. */
int64_t cursor_number(struct date_cursor *cursor, size_t digits_max, size_t *digits);

bool cursor_is_digit(char c);
bool cursor_is_letter(char c); /* ASCII */

#endif
