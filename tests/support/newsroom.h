/* newsroom.h - a list of invented sites that publish day by day with the variation of real ones.
 *
 * Deterministic: the same seed gives the same days. What varies: size (one article in three days to
 * eighty a day), weekends (a third, or nothing at all), public holidays, days with much or little
 * news, shares of dates, authors and short texts, days with many pages that are no articles, nights
 * on which a site does not answer or refuses a few requests, a first night with a full archive. */
#ifndef TESTS_SUPPORT_NEWSROOM_H
#define TESTS_SUPPORT_NEWSROOM_H

#include <stdint.h>

#include "storage/health.h"

/* What is wrong with a site on a day. */
enum newsroom_trouble {
    TROUBLE_NONE,
    TROUBLE_TEMPLATE, /* texts are cut to a few words, dates and authors are gone */
    TROUBLE_NO_PAGES, /* its pages are no longer taken for articles */
    TROUBLE_PAYWALL,  /* nothing is free */
    TROUBLE_REFUSALS, /* 403 to everything */
    TROUBLE_NOTHING,  /* its sources stand still */
};

struct newsroom_site {
    double per_day;           /* on a working day */
    double weekend;           /* of that */
    double holiday;           /* of that, on a public holiday */
    double swing;             /* of a day's amount: log-normal */
    double title, body, date; /* shares */
    double author, author_weekend;
    double walled; /* share of articles behind a paywall */
    double words;  /* an article, in the mean */
    int sources;
    int begins; /* the day on which it came into the list */
};

enum { NEWSROOM_SITES = 20 };

struct newsroom {
    struct newsroom_site sites[NEWSROOM_SITES];
    uint64_t seed;
};

void newsroom_init(struct newsroom *room, uint64_t seed);

/* What a run on `day` (0 is a Monday, at three in the morning) finds of a site, which has
 * `trouble`. Days of health_day are NEWSROOM_MONDAY and up. */
void newsroom_day(const struct newsroom *room, int site, int day, enum newsroom_trouble trouble,
                  struct health_day *out);

#define NEWSROOM_MONDAY INT64_C(20255) /* 2025-06-16 */

/* The moment of that run. */
int64_t newsroom_ms(int day);

#endif
