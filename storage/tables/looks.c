#include "storage/tables/looks.h"

#include <stddef.h>

#include "storage/tables/articles.h"
#include "storage/tables/frontier.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* The ages at which an article is looked at. */
static const int64_t ages_ms[] = {15 * MINUTE_MS, HOUR_MS,    6 * HOUR_MS,
                                  DAY_MS,         3 * DAY_MS, 14 * DAY_MS};
enum { AGES = sizeof(ages_ms) / sizeof(ages_ms[0]) };

/* Between two looks lies at least this share of the age, and where an edit was seen no more: what
 * is edited once is mostly edited again, the sooner the younger it is. */
enum { AGE_SHARE = 8 };

enum { SPREAD_PARTS = 1024, SPREAD_SHARE = 8 };

/* Of a day alone its end: taken for too young an article costs a look, for too old it loses some.
 */
static int64_t born_ms(const struct article_facts *facts)
{
    if (facts->published_ms == MOMENT_NONE)
        return facts->first_seen_ms;
    int64_t latest_ms = facts->published_ms + (facts->published_has_time ? 0 : DAY_MS);
    return latest_ms < facts->first_seen_ms ? latest_ms : facts->first_seen_ms;
}

int64_t looks_next_ms(const struct article_facts *facts, int64_t now_ms, int64_t hash)
{
    int64_t age_ms = now_ms - born_ms(facts);
    size_t next = 0;
    if (age_ms < 0) /* the clock was put back */
        age_ms = 0;
    while (next < AGES && ages_ms[next] <= age_ms)
        next++;
    if (next == AGES)
        return NEVER;
    int64_t soonest_ms = age_ms / AGE_SHARE > ages_ms[0] ? age_ms / AGE_SHARE : ages_ms[0];
    int64_t wait_ms = ages_ms[next] - age_ms;
    if (wait_ms < soonest_ms || facts->revised)
        wait_ms = soonest_ms;
    int64_t part = (hash & (SPREAD_PARTS - 1)) * wait_ms / SPREAD_PARTS;
    return now_ms + wait_ms + part / SPREAD_SHARE;
}
