#include "politeness/backoff.h"

static const uint64_t SECOND_MS = 1000;
static const uint64_t DAY_MS = 24 * 60 * 60 * 1000;

enum { ASKED_DAYS_MAX = 30 };

uint64_t backoff_asked_ms(uint64_t retry_after_ms)
{
    uint64_t most_ms = ASKED_DAYS_MAX * DAY_MS;
    return retry_after_ms < most_ms ? retry_after_ms : most_ms;
}

static uint64_t doubled(uint64_t first_ms, unsigned times, uint64_t most_ms)
{
    uint64_t ms = first_ms;
    while (times-- && ms < most_ms)
        ms *= 2;
    return ms < most_ms ? ms : most_ms;
}

uint64_t backoff_delay_ms(unsigned attempt, double draw, uint64_t retry_after_ms)
{
    if (!(draw >= 0.0)) /* a NaN too */
        draw = 0.0;
    if (draw > 1.0)
        draw = 1.0;
    uint64_t ms = (uint64_t)((double)doubled(SECOND_MS, attempt, DAY_MS) * draw);
    return backoff_asked_ms(retry_after_ms) + ms;
}

uint64_t backoff_rest_ms(unsigned rests_before, uint64_t first_ms, uint64_t most_ms)
{
    return doubled(first_ms, rests_before, most_ms);
}
