/* poll.h - when a source is asked again: reckoning alone, no database.
 *
 * What changes often is asked often, within what the source asks for itself (ttl, sy:update*,
 * Cache-Control). What fails is asked less often, by how bad the failure was, but never given up;
 * only a sitemap that its index no longer lists and that brings nothing is retired, until it is
 * listed again. Thread: any. */
#ifndef STORAGE_TABLES_POLL_H
#define STORAGE_TABLES_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/record.h"

/* One poll in so many goes without validators: some servers answer 304 whatever has changed. */
enum { POLLS_PER_FULL = 10 };

/* What is known of a source before the answer. Moments: MOMENT_NONE where not known. */
struct poll_facts {
    enum source_kind source;
    int64_t depth;
    int64_t poll_min;   /* minutes between polls so far */
    int64_t hint_min;   /* what it asked for itself the last time; 0: nothing */
    int64_t newest_ms;  /* the newest moment that it announced */
    int64_t lastmod_ms; /* of a sitemap: its last change, as its index says */
    double fail_score;
    bool answered; /* it did at least once */
    bool guessed;  /* its address was a guess */
    bool unlisted; /* its index no longer lists it */
};

/* The answer, as far as it matters here. */
struct poll_answer {
    enum completion completion;
    int status;     /* 0: none */
    bool asked;     /* false: robots.txt or a guard was in the way */
    bool unchanged; /* 304, or it told the same as before */
    unsigned news;  /* what it told that was not known */
    int64_t hint_min;
    int64_t newest_ms;
    int64_t now_ms;
    int64_t retry_ms;
};

/* What follows. */
struct poll {
    bool ok;
    bool retry;   /* asked again soon, by the queue row of the retry */
    bool retired; /* not asked any more */
    double fail_score;
    const char *status; /* of the feeds table */
    int64_t poll_min;
    int64_t hint_min;
    int64_t newest_ms;
    int64_t next_ms;
};

struct poll poll_judge(const struct poll_facts *facts, const struct poll_answer *answer);

/* Whether a source with so many good answers behind it is to be asked without validators. Not all
 * sources in the same run: their numbers tell them apart. */
bool poll_is_full(int64_t feed_id, int64_t polls);

#endif
