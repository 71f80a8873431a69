/* health.h - whether a site is as it was: its last days against its own thirty before.
 *
 * One function over counts. The rules, with their limits, are told in health.c. Thread: any. */
#ifndef STORAGE_HEALTH_H
#define STORAGE_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What came of a site on one day (UTC, of the run's beginning): a row of `site_days`. */
struct health_day {
    int64_t day;             /* since 1970 */
    int64_t polled_ms;       /* the last request of a source */
    int64_t polls, polls_ok; /* requests of sources; with a good answer */
    int64_t pages;           /* announced with a moment and answered, at the first look */
    int64_t refused;         /* requests that were answered with a refusal */
    int64_t articles;        /* new ones, and of these … */
    int64_t titled, bodied, dated, authored; /* … with a title, 50 words, a date, an author */
    int64_t words;                           /* … of all together */
    int64_t open, walled;                    /* free to read; behind a paywall or log-in */
    bool alarmed;                            /* the site was named: no day to compare with */
};

enum {
    HEALTH_HISTORY_DAYS = 30, /* that the last ones are compared with */
    HEALTH_WINDOW_DAYS = 28,  /* at most that count as the last ones */
    HEALTH_DAYS = HEALTH_HISTORY_DAYS + HEALTH_WINDOW_DAYS,
    HEALTH_WHY_BYTES = 256,
};

enum health_state {
    HEALTH_OK,
    HEALTH_NEW, /* not known for long enough */
    HEALTH_SILENT,
    HEALTH_BROKEN,
    HEALTH_PAYWALLED,
    HEALTH_BLOCKED,
};

struct health {
    enum health_state state;
    char why[HEALTH_WHY_BYTES]; /* the figures, now and before; empty for OK and NEW */
};

/* Judges the last of `count` days, at least one, in order of time and at most HEALTH_DAYS apart;
 * days without requests are left out. `whole`: the run was not cut short, so what is missing is
 * missing.
 */
void health_judge(const struct health_day *days, size_t count, int64_t now_ms, bool whole,
                  struct health *out);

/* 'ok', 'new', 'silent' … */
const char *health_name(enum health_state state);

#endif
