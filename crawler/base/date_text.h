/* date_text.h - the printed date, for date_feed.c and date_relative.c. Internal to date_*.c.
 *
 * Thread: any. */
#ifndef CRAWLER_BASE_DATE_TEXT_H
#define CRAWLER_BASE_DATE_TEXT_H

#include "base/date_calendar.h"
#include "base/date_tokens.h"

/* A date that is all of `text`: a number or word that belongs to nothing makes it no date. Two
 * digits of a year, 69 to 99, are of the last century. Returns 0 or ERR_INPUT. */
int date_text_whole(struct span text, struct moment *out);

/* A span of time before now, or a day named by its distance ("yesterday"), with the time that was
 * found in `fields`. Returns 0 or ERR_INPUT. */
int date_text_relative(const struct date_tokens *tokens, unsigned lang, int64_t now_ms,
                       const struct date_fields *fields, struct moment *out);

/* Reads the time of day and marks its tokens used; leaves `fields` alone when there is none. Zones
 * have names only where they are in capitals, or where `any_zone`. */
void date_text_time(struct date_tokens *tokens, unsigned lang, bool any_zone,
                    struct date_fields *fields);

#endif
