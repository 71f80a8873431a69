/* datescan.h - where dates stand in running text.
 *
 * Finds what has the shape of a date with a year, in figures or with a month's name, and has
 * base/date.h read it. Shapes are those of all languages that write dates in ASCII figures, or in
 * such as datescan_ascii() makes them; names of months are known to date_parse_text() alone. Years
 * may be of the Buddhist era in Thai and Lao, of the Solar Hijri calendar in Persian. Thread: any.
 */
#ifndef CRAWLER_EXTRACT_DATESCAN_H
#define CRAWLER_EXTRACT_DATESCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/date.h"

struct found_date {
    struct moment moment;
    uint32_t from, to; /* where it stands: bytes of the text, with its time of day */
};

/* Finds at most `max` dates in text[from..to) and returns how many. Linear. `lang` may be NULL. */
size_t datescan(struct found_date *out, size_t max, struct span text, uint32_t from,
                const char *lang, int64_t now_ms);

/* Whether a text has figures of another script. */
bool datescan_is_foreign(struct span text);

/* Writes `text` with its figures in ASCII, for datescan() to look at, and where each byte stood.
 * Both have room for text.size. Returns how many bytes were written. */
size_t datescan_ascii(char *out, uint32_t *places, struct span text);

#endif
