#include "politeness/host.h"

#include "politeness/backoff.h"
#include "politeness/robots.h"

#include <stdlib.h>

enum {
    RESPONSE_MS_UNKNOWN = 500, /* assumed of a host never asked */
    RESPONSE_MS_EASY = 1000,   /* a host that answers within this is not stretched */
    STRETCH_MAX = 10,
    JITTER_PART = 4, /* of the delay */
    WAY_MS = 250,
    REFUSED_IN_ROW_MIN = 3,
    SLOWED_FROM_MS = 500,
    ANSWERED_FORGIVES = 20,
};

static void free_text(const char **text)
{
    free((void *)(uintptr_t)*text);
    *text = NULL;
}

void host_clear(struct host *host)
{
    robots_free(host->robots);
    host->robots = NULL;
    free_text(&host->origin);
    reservations_clear(&host->reservations);
    free_text(&host->robots_url);
    free_text(&host->file_url);
    free_text(&host->site_home);
    free_text(&host->placed);
}

void host_forget_lease(struct host *host)
{
    struct host kept = {.origin = host->origin,
                        .next_ms = host->next_ms,
                        .in_flight = host->in_flight,
                        .response_ms = host->response_ms,
                        .own_delay_ms = host->own_delay_ms,
                        .own_places = host->own_places,
                        .slowed = host->slowed,
                        .crawl_delay_ms = host->crawl_delay_ms,
                        .address = host->address,
                        .located_ms = host->located_ms,
                        .locating = host->locating,
                        .soon = host->soon,
                        .ready = host->ready};
    host->origin = NULL;
    host_clear(host);
    *host = kept;
    list_init(&host->waiting);
    list_init(&host->wanting);
    list_init(&host->placing);
}

/* A host that takes three seconds to answer gets three times the delay. */
static uint64_t stretched(uint64_t delay_ms, uint64_t response_ms)
{
    if (response_ms <= RESPONSE_MS_EASY)
        return delay_ms;
    uint64_t longest = delay_ms * STRETCH_MAX, wanted = delay_ms * response_ms / RESPONSE_MS_EASY;
    return wanted < longest ? wanted : longest;
}

uint64_t host_delay_ms(const struct host *host, const struct host_limits *limits)
{
    uint64_t delay_ms = host->own_delay_ms >= 0 ? (uint64_t)host->own_delay_ms : limits->delay_ms;
    delay_ms = stretched(delay_ms, host->response_ms);
    if (host->slowed)
        delay_ms = (delay_ms > SLOWED_FROM_MS ? delay_ms : SLOWED_FROM_MS) << host->slowed;
    if (host->crawl_delay_ms > 0) {
        uint64_t asked_ms = (uint64_t)host->crawl_delay_ms;
        if (asked_ms > limits->crawl_delay_max_ms)
            asked_ms = limits->crawl_delay_max_ms;
        if (asked_ms > delay_ms)
            delay_ms = asked_ms;
    }
    return delay_ms;
}

static unsigned places_max(const struct host *host, const struct host_limits *limits)
{
    return host->own_places ? host->own_places : limits->per_host_max;
}

unsigned host_places(const struct host *host, const struct host_limits *limits)
{
    return host->fails_in_row ? 1 : places_max(host, limits);
}

unsigned host_address_places(const struct host *host, const struct host_limits *limits)
{
    return limits->per_address_max ? limits->per_address_max : 2 * places_max(host, limits);
}

bool host_may_start(const struct host *host, const struct host_limits *limits, uint64_t now_ms)
{
    return host->in_flight < host_places(host, limits) && host->next_ms <= now_ms;
}

/* How long a request may be on its way, as far as the next one waits for it. */
static uint64_t way_max_ms(uint64_t delay_ms)
{
    uint64_t way_ms = delay_ms / JITTER_PART;
    if (way_ms < WAY_MS)
        way_ms = WAY_MS;
    return way_ms < delay_ms ? way_ms : delay_ms;
}

void host_started(struct host *host, const struct host_limits *limits, uint64_t now_ms, double draw)
{
    uint64_t delay_ms = host_delay_ms(host, limits);
    host->in_flight++;
    host->next_ms = host->heard_next_ms =
        now_ms + delay_ms + (uint64_t)((double)delay_ms * draw / JITTER_PART) + (delay_ms > 0);
    if (delay_ms && host_places(host, limits) > 1) /* it need not end before the next may start */
        host->next_ms = now_ms + delay_ms + way_max_ms(delay_ms) + 1;
    host->unheard_next_ms = host->next_ms;
}

void host_heard(struct host *host, const struct host_limits *limits, uint64_t sent_ms,
                uint64_t heard_ms)
{
    uint64_t delay_ms = host_delay_ms(host, limits), latest_ms = sent_ms + way_max_ms(delay_ms);
    uint64_t got_ms = heard_ms < latest_ms ? heard_ms : latest_ms;
    if (!delay_ms)
        return;
    if (host->heard_next_ms < got_ms + delay_ms + 1)
        host->heard_next_ms = got_ms + delay_ms + 1;
    if (host->next_ms < host->heard_next_ms ||
        (host->in_flight == 0 && host->next_ms == host->unheard_next_ms))
        host->next_ms = host->heard_next_ms;
}

void host_answered(struct host *host, uint64_t response_ms)
{
    host->fails_in_row = 0;
    host->rests = 0;
    host->refused_in_row = 0;
    if (host->slowed && ++host->answered_in_row == ANSWERED_FORGIVES) {
        host->answered_in_row = 0;
        host->slowed--;
    }
    if (!response_ms)
        return;
    /* Seven parts of what was, one of what is: steady, and yet it follows (RFC 6298's weights). */
    host->response_ms = host->response_ms ? (host->response_ms * 7 + response_ms) / 8 : response_ms;
}

bool host_refused(struct host *host)
{
    host->answered_in_row = 0;
    if (++host->refused_in_row < REFUSED_IN_ROW_MIN)
        return false;
    if (host->refused_in_row % REFUSED_IN_ROW_MIN == 0 && host->slowed < HOST_SLOWED_MAX)
        host->slowed++;
    return true;
}

bool host_failed(struct host *host, const struct host_limits *limits, uint64_t now_ms,
                 uint64_t retry_after_ms)
{
    /* now_ms has begun already: without one more the wait would be cut by what is over of it. */
    uint64_t asked_ms = retry_after_ms ? backoff_asked_ms(retry_after_ms) + 1 : 0;
    if (host->next_ms < now_ms + asked_ms)
        host->next_ms = now_ms + asked_ms;
    if (++host->fails_in_row < limits->rest_after || host->resting)
        return false;
    host_rest(host, limits, now_ms);
    return true;
}

void host_rest(struct host *host, const struct host_limits *limits, uint64_t now_ms)
{
    uint64_t until_ms =
        now_ms + backoff_rest_ms(host->rests++, limits->rest_ms, limits->rest_max_ms);
    if (host->next_ms < until_ms)
        host->next_ms = until_ms;
    host->resting = true;
}

uint64_t host_chain_ms(const struct host *host, const struct host_limits *limits)
{
    uint64_t response_ms = host->response_ms ? host->response_ms : RESPONSE_MS_UNKNOWN;
    uint64_t count = host->waiting_count + host->left;
    uint64_t places = places_max(host, limits), rounds = (count + places - 1) / places;
    uint64_t delay_ms = host_delay_ms(host, limits);
    uint64_t by_delay_ms = delay_ms * count;
    return rounds * response_ms > by_delay_ms ? rounds * response_ms : by_delay_ms;
}
