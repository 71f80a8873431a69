/* The hosts that the scheduler knows.
 *
 *     on lease   in `hosts` by id and in `origins`: with jobs, or about to get some
 *     kept       in `origins` and in the heap `kept`: what is known of its next moment and of its
 *                requests under way must hold although nobody has it on lease. It was given back a
 *                moment ago, or the redirect of another host's robots.txt leads there. */
#include "schedule/scheduler_private.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

enum {
    KEPT_MS_MIN = 1000,  /* for who comes back at once */
    KEPT_MS_MAX = 60000, /* rests and long Retry-Afters are the frontier's to remember */
};

struct host *held_by_id(const struct scheduler *scheduler, int64_t host_id)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)host_id);
    return map_get(&scheduler->hosts, id);
}

static struct host *create(struct scheduler *scheduler, const char *origin)
{
    struct host *host = alloc_zeroed(1, sizeof *host);
    host->origin = alloc_string(origin);
    host->own_delay_ms = host->crawl_delay_ms = -1;
    list_init(&host->waiting);
    list_init(&host->wanting);
    list_init(&host->placing);
    map_put(&scheduler->origins, host->origin, host);
    return host;
}

void held_meanwhile(const struct scheduler *scheduler, struct host *host,
                    const struct host_lease *lease)
{
    uint64_t ready_ms = leasing_monotonic_ms(lease->ready_ms);
    host->lost = false;
    if (host->next_ms < ready_ms)
        host->next_ms = ready_ms;
    if (!list_empty(&host->placing)) /* it is just being asked who asks there */
        return;
    free((void *)(uintptr_t)host->placed);
    host->placed = lease->address ? alloc_string(lease->address) : NULL;
    if (scheduler->config.shared)
        host->located_ms = 0; /* it may lead elsewhere than to where it was placed */
}

struct host *held_add(struct scheduler *scheduler, const struct host_lease *lease)
{
    struct host *host = map_get(&scheduler->origins, lease->origin);
    if (host)
        heap_remove(&scheduler->kept, &host->soon);
    else
        host = create(scheduler, lease->origin);
    host->leased = true;
    host->host_id = lease->host_id;
    host->site_id = lease->site_id;
    host->site_home = alloc_string(lease->site_home ? lease->site_home : lease->origin);
    host->robots_wanted = lease->robots_wanted;
    held_meanwhile(scheduler, host, lease);
    host->response_ms = (uint64_t)lease->response_ms;
    host->own_delay_ms = lease->delay_ms;
    host->own_places = lease->per_host;
    host->fails_in_row = lease->fails_in_row;
    host->rests = lease->rests;
    host->slowed = lease->slowed < HOST_SLOWED_MAX ? lease->slowed : HOST_SLOWED_MAX;
    /* A status of 0 or 5xx was no verdict: it is asked again. */
    if (lease->robots_fetched_ms != MOMENT_NONE && lease->robots_status >= 200 &&
        lease->robots_status < 500 && lease->robots_status != 429)
        verdict_learn(host, lease->robots_body, lease->robots_fetched_ms);
    for (enum host_file file = HOST_AI_TXT; file < HOST_FILES; file++) {
        host->files_asked_ms[file] = lease->files[file].asked_ms;
        reservations_learn(&host->reservations, file, lease->files[file].body);
    }
    snprintf(host->id, sizeof host->id, "%lld", (long long)host->host_id);
    map_put(&scheduler->hosts, host->id, host);
    return host;
}

struct host *held_visit(struct scheduler *scheduler, const char *origin)
{
    struct host *host = map_get(&scheduler->origins, origin);
    if (!host) {
        host = create(scheduler, origin);
        held_release(scheduler, host);
    }
    return host;
}

void held_release(struct scheduler *scheduler, struct host *host)
{
    uint64_t now_ms = clock_monotonic_ms(), until_ms = host->next_ms;
    if (host->leased) {
        map_remove(&scheduler->hosts, host->id);
        host_forget_lease(host);
    }
    if (until_ms < now_ms + KEPT_MS_MIN)
        until_ms = now_ms + KEPT_MS_MIN;
    if (until_ms > now_ms + KEPT_MS_MAX)
        until_ms = now_ms + KEPT_MS_MAX;
    heap_remove(&scheduler->kept, &host->soon);
    heap_insert(&scheduler->kept, &host->soon, (int64_t)until_ms);
}

static void free_host(struct host *host)
{
    host_clear(host);
    free(host);
}

void held_forget(struct scheduler *scheduler, uint64_t now_ms)
{
    struct heap_node *top;
    while ((top = heap_top(&scheduler->kept)) && top->key <= (int64_t)now_ms) {
        struct host *host = LIST_ITEM(top, struct host, soon);
        if (host->in_flight || host->locating) {
            held_release(scheduler, host);
            continue;
        }
        heap_remove(&scheduler->kept, &host->soon);
        places_leave(scheduler, host);
        map_remove(&scheduler->origins, host->origin);
        free_host(host);
    }
}

void held_clear(struct scheduler *scheduler)
{
    size_t at = 0;
    struct host *host;
    while ((host = map_next(&scheduler->origins, &at))) {
        places_leave(scheduler, host);
        free_host(host);
    }
    map_clear(&scheduler->hosts);
    map_clear(&scheduler->origins);
    map_clear(&scheduler->addresses);
    heap_clear(&scheduler->kept);
}
