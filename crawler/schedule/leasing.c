/* Jobs come from the frontier, hosts go back to it. At most one lease request is under way. */
#include "schedule/scheduler_private.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { WANTS_AT_ONCE = 16 }; /* hosts with room for more that make a lease worth its commit */

/* How many jobs a host may have waiting: as many as can start soon, and no more than its share. */
static unsigned startable(unsigned most, uint64_t delay_ms)
{
    uint64_t soon = delay_ms ? HORIZON_MS / delay_ms + 1 : most;
    return soon < most ? (unsigned)soon : most;
}

/* Where few hosts have all the places to themselves they take more: a commit lasts as long as
 * several answers, and who is asked for without delay would run dry behind it. */
static unsigned urls_waiting_max(const struct scheduler *scheduler, const struct host *host)
{
    const struct scheduler_config *config = &scheduler->config;
    unsigned most = config->per_host_jobs_max;
    if (most < 2 * host->own_places)
        most = 2 * host->own_places;
    size_t share = config->jobs_max / 2 / (scheduler->hosts.count + 1);
    if (share > config->per_host_jobs_spare)
        share = config->per_host_jobs_spare;
    return startable(share > most ? (unsigned)share : most, host_delay_ms(host, &config->limits));
}

uint64_t leasing_monotonic_ms(int64_t wall_ms)
{
    int64_t ahead_ms = wall_ms - clock_wall_ms();
    return clock_monotonic_ms() + (ahead_ms > 0 ? (uint64_t)ahead_ms : 0);
}

/* ---- hosts with jobs ---- */

static void stop_wanting(struct scheduler *scheduler, struct host *host)
{
    if (list_empty(&host->wanting))
        return;
    list_remove(&host->wanting);
    scheduler->wanting_count -= !host->asked;
}

void leasing_note(struct scheduler *scheduler, struct host *host)
{
    if (host->asked)
        return; /* the answer will tell */
    unsigned most = urls_waiting_max(scheduler, host);
    bool wants =
        host->left && host->waiting_count <= most / 2 && !host->resting && !scheduler->stopping;
    if (!wants) {
        stop_wanting(scheduler, host);
    } else if (list_empty(&host->wanting)) {
        list_append(&scheduler->wanting, &host->wanting);
        scheduler->wanting_count++;
    }
}

void leasing_give_back(struct scheduler *scheduler, struct host *host)
{
    assert(host->jobs == 0);
    if (!host->lost) {
        scheduler->released =
            alloc_room(scheduler->released, scheduler->released_count,
                       &scheduler->released_capacity, sizeof *scheduler->released);
        scheduler->released[scheduler->released_count++] = host->host_id;
    }
    stop_wanting(scheduler, host);
    held_release(scheduler, host);
}

static void add_job(struct scheduler *scheduler, struct host *host, const struct url_lease *lease)
{
    struct job *job = job_create(lease, host);
    scheduler->jobs++;
    host->jobs++;
    if (job->outcome == OUTCOME_BAD_URL) {
        scheduler_refuse(scheduler, job, OUTCOME_BAD_URL);
        return;
    }
    job_enter(job, JOB_WAITING);
    list_append(&host->waiting, &job->node);
    host->waiting_count++;
    scheduler->waiting++;
}

static void add_leased(struct scheduler *scheduler, const struct host_lease *lease)
{
    struct host *host = held_by_id(scheduler, lease->host_id);
    if (!host)
        host = held_add(scheduler, lease);
    else if (host->lost)
        held_meanwhile(scheduler, host, lease);
    host->left = lease->urls_left;
    for (size_t i = 0; i < lease->urls_count; i++)
        add_job(scheduler, host, &lease->urls[i]);
    if (scheduler->stopping)
        scheduler_refuse_waiting(scheduler, host, OUTCOME_RELEASED);
    if (!host->asked)
        scheduler_requeue(scheduler, host);
}

void scheduler_add(struct scheduler *scheduler, const struct lease_answer *answer)
{
    struct list *node;
    size_t hosts = scheduler->hosts.count;
    scheduler->leasing = false;
    scheduler->next_due_ms = answer->next_due_ms;
    scheduler->queued = answer->queued;
    for (size_t i = 0; i < answer->hosts_count; i++)
        add_leased(scheduler, &answer->hosts[i]);
    places_answered(scheduler, answer);
    /* What is due already was left out for want of places: it is asked for when there are some. */
    bool left_out = answer->next_due_ms != MOMENT_NONE && answer->next_due_ms <= clock_wall_ms();
    scheduler->more = scheduler->hosts.count > hosts || left_out;
    while ((node = list_take(&scheduler->asked))) {
        struct host *host = LIST_ITEM(node, struct host, wanting);
        host->asked = false;
        scheduler_requeue(scheduler, host);
    }
    scheduler_dispatch(scheduler);
}

/* ---- wanting more, and the end ---- */

/* True when the run is over; else what is left is waited for. */
static bool nothing_left(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (scheduler->jobs)
        scheduler->idle_since_ms = 0;
    if (scheduler->jobs || scheduler->leasing || scheduler->released_count ||
        scheduler->wanting_count || scheduler->locating || scheduler->soon.count ||
        scheduler->ready.count)
        return false;
    if (scheduler->stopping)
        return true;
    if (scheduler->more)
        return false;
    if (!scheduler->idle_since_ms)
        scheduler->idle_since_ms = now_ms;
    if (scheduler->next_due_ms == MOMENT_NONE || scheduler->next_due_ms >= scheduler->put_off_ms)
        return true;
    return leasing_monotonic_ms(scheduler->next_due_ms) >
           scheduler->idle_since_ms + scheduler->config.patience_ms;
}

/* A lease commits the batch that is being gathered, so one that brings little is put off while
 * there is enough to do. */
static bool lease_worthwhile(const struct scheduler *scheduler)
{
    unsigned at_hand = scheduler->in_flight + (unsigned)scheduler->ready.count;
    bool hungry = at_hand < scheduler->config.transfers_max;
    bool room = scheduler->jobs < scheduler->config.jobs_max / 2;
    if (scheduler->stopping) /* nothing is wanted any more, but hosts are given back */
        return scheduler->jobs == 0 && scheduler->released_count;
    if (scheduler->unplaced_count || (scheduler->jobs == 0 && scheduler->released_count))
        return true;
    if (scheduler->released_count >= WANTS_AT_ONCE || scheduler->wanting_count >= WANTS_AT_ONCE)
        return true;
    return (scheduler->wanting_count && hungry) || (scheduler->more && (hungry || room));
}

static void send_request(struct scheduler *scheduler)
{
    struct host_want *wants = alloc_zeroed(scheduler->wanting_count + 1, sizeof *wants);
    struct host_place *places = alloc_zeroed(scheduler->unplaced_count + 1, sizeof *places);
    unsigned jobs_max = scheduler->config.jobs_max;
    struct lease_request request = {
        .now_ms = clock_wall_ms(),
        .urls_max = scheduler->jobs < jobs_max ? jobs_max - scheduler->jobs : 0,
        .urls_per_host =
            startable(scheduler->config.per_host_jobs_max, scheduler->config.limits.delay_ms),
        .wants = wants,
        .places = places,
        .released = scheduler->released,
        .released_count = scheduler->released_count};
    if (scheduler->stopping)
        request.urls_max = 0;
    struct list *node;
    while ((node = list_take(&scheduler->wanting))) {
        struct host *host = LIST_ITEM(node, struct host, wanting);
        unsigned most = urls_waiting_max(scheduler, host);
        scheduler->wanting_count--;
        host->asked = true;
        list_append(&scheduler->asked, &host->wanting);
        wants[request.wants_count++] = (struct host_want){
            host->host_id, most > host->waiting_count ? most - host->waiting_count : 1};
    }
    request.places_count = places_ask(scheduler, places);
    scheduler->leasing = true;
    scheduler->more = false;
    scheduler->callbacks.wanted(&request, scheduler->callbacks.context);
    scheduler->released_count = 0;
    free(wants);
    free(places);
}

void leasing_want(struct scheduler *scheduler)
{
    bool room = scheduler->jobs < scheduler->config.jobs_max || scheduler->unplaced_count;
    if (!scheduler->leasing && room && lease_worthwhile(scheduler))
        send_request(scheduler);
    if (nothing_left(scheduler) && !scheduler->idle_told) {
        scheduler->idle_told = true;
        scheduler->callbacks.idle(scheduler->callbacks.context);
    }
}
