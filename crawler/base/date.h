/* date.h - moments as HTTP, feeds and people write them.
 *
 * Every parser reads untrusted text in linear time, allocates nothing and returns 0, or ERR_INPUT
 * and leaves *out as it was. Moments are milliseconds since 1970 in UTC. Thread: any. */
#ifndef CRAWLER_BASE_DATE_H
#define CRAWLER_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct moment {
    int64_t ms;    /* UTC; of a bare day its 00:00 UTC */
    int zone_min;  /* the zone it was written in, minutes east of UTC; 0 when it named none */
    bool has_time; /* else only the day was written */
    bool has_zone; /* else it is taken as UTC */
};

/* An HTTP date (RFC 9110 section 5.6.7) in any of its three forms and in the looser ones that
 * servers send: parts in any order, other zones, days past the end of their month. A year of two
 * digits is at most 50 years after `now_ms`. */
int date_parse_http(struct span text, int64_t now_ms, struct moment *out);

/* A date of a feed, a sitemap or metadata: W3CDTF, RFC 3339, ISO 8601, RFC 822 and its successors,
 * and dates as people write them where nothing in the text contradicts. */
int date_parse_feed(struct span text, struct moment *out);

/* A date as printed on a page, in any of the languages of date_words.h, perhaps among other words;
 * or a relative one ("3 hours ago"), or one without a year, which is then the last one before
 * `now_ms`; 0 where now is not known, and those two are not read. `lang`, a language tag or NULL,
 * settles what languages write differently: 3/5/2024 is in May but in the American order, which is
 * also that of no language. At most 512 bytes are read. */
int date_parse_text(struct span text, const char *lang, int64_t now_ms, struct moment *out);

/* Retry-After (RFC 9110 section 10.2.3), seconds or a date, as milliseconds from now; never below
 * 0. */
int date_retry_after(struct span text, int64_t now_ms, uint64_t *out_ms);

/* RFC 3339 in the moment's zone ("2024-05-03T15:47:42+02:00"), or a bare day ("2024-05-03"). */
char *date_format(const struct moment *moment, struct arena *arena);
char *date_format_utc(int64_t ms, struct arena *arena); /* 2024-05-03T13:47:42Z */

#endif
