/* The station that decides which URL is next. wanted → writer → scheduler_add() → allowed →
 * fetcher.
 *
 * A host on lease is in one of these places, and scheduler_requeue() is the only
 * function that moves it:
 *
 *     soon      waits for its next moment (heap by next_ms, one libuv timer for its top)
 *     ready     may start now (heap by urgency: sources first, then longest chain, then oldest)
 *     parked    might, but its address has no place (a heap like ready, places.c)
 *     neither   all its places are taken, or its robots.txt or the look-up of its name is under
 * way, or it has no job waiting
 *
 * A host is given back when none of its jobs is alive and it has nothing to start soon.
 *
 * Invariants
 * 1. No more is leased than jobs_max leaves room for, and a host adds at most one file of its own:
 *    every queue behind this one has room for all of them (dataflow, back-pressure 1).
 * 2. No page of a host starts before its robots verdict is known and fresh (dataflow, 5).
 * 3. Two starts of a host are never nearer than its delay (dataflow, 6).
 * 4. At most one lease request is under way. */
#include "schedule/scheduler.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "politeness/address.h"
#include "politeness/backoff.h"
#include "politeness/robots.h"
#include "schedule/scheduler_private.h"

enum {
    STARTS_PER_TURN = 8, /* a connection costs the loop 0.1 ms, and fifty of them half a turn */
    LOOKUPS_PER_TRANSFER =
        4,             /* of names, at one time: silent name servers must not be in the way */
    CHAIN_WEIGHT = 10, /* how much longer a host may wait for one with a longer chain */
    CHAIN_MS_MAX = 600 * 1000,
};

static void on_uv_timer(uv_timer_t *timer);
static void on_uv_next_turn(uv_async_t *async);

int scheduler_create(struct scheduler **out, struct uv_loop_s *loop,
                     const struct scheduler_config *config,
                     const struct scheduler_callbacks *callbacks)
{
    struct scheduler *scheduler = alloc_zeroed(1, sizeof *scheduler);
    scheduler->config = *config;
    scheduler->callbacks = *callbacks;
    scheduler->loop = loop;
    scheduler->more = true;
    scheduler->next_due_ms = MOMENT_NONE;
    scheduler->put_off_ms = INT64_MAX;
    scheduler->leased_until_ms = UINT64_MAX;
    scheduler->random = config->seed | 1;
    list_init(&scheduler->wanting);
    list_init(&scheduler->asked);
    list_init(&scheduler->unplaced);
    list_init(&scheduler->placing);
    uv_timer_init(loop, &scheduler->timer);
    uv_async_init(loop, &scheduler->next_turn, on_uv_next_turn);
    scheduler->timer.data = scheduler->next_turn.data = scheduler;
    scheduler->handles_open = 2;
    *out = scheduler;
    return 0;
}

void scheduler_start(struct scheduler *scheduler)
{
    scheduler_dispatch(scheduler);
}

/* A number in [0, 1); xorshift64 (Marsaglia 2003) is random enough for a jitter. */
double scheduler_draw(struct scheduler *scheduler)
{
    scheduler->random ^= scheduler->random << 13;
    scheduler->random ^= scheduler->random >> 7;
    scheduler->random ^= scheduler->random << 17;
    return (double)(scheduler->random >> 11) / (double)(1ULL << 53);
}

/* ---- jobs that are not asked ---- */

void scheduler_describe(const struct host *host, struct host_record *out)
{
    uint64_t now_ms = clock_monotonic_ms();
    out->host_id = host->host_id;
    out->ready_ms =
        clock_wall_ms() + (host->next_ms > now_ms ? (int64_t)(host->next_ms - now_ms) : 0);
    out->response_ms = (int64_t)host->response_ms;
    out->fails_in_row = host->fails_in_row;
    out->rests = host->rests;
    out->slowed = host->slowed;
    out->crawl_delay_ms = host->crawl_delay_ms;
}

void scheduler_refuse(struct scheduler *scheduler, struct job *job, enum outcome outcome)
{
    job_fail(job, outcome, job->detail);
    job->result.completion = outcome_row(outcome)->completion;
    job->result.why = outcome_row(outcome)->name;
    scheduler_describe(job->host, &job->result.host);
    if (outcome == OUTCOME_ROBOTS_UNREACHABLE)
        job->result.retry_ms = job->result.host.ready_ms;
    scheduler->callbacks.refused(job, scheduler->callbacks.context);
}

void scheduler_refuse_waiting(struct scheduler *scheduler, struct host *host, enum outcome outcome)
{
    struct list *node;
    while ((node = list_take(&host->waiting))) {
        host->waiting_count--;
        scheduler->waiting--;
        scheduler_refuse(scheduler, LIST_ITEM(node, struct job, node), outcome);
    }
}

/* ---- which host is next ---- */

static bool has_source(const struct host *host)
{
    const struct job *first = LIST_ITEM(host->waiting.next, struct job, node);
    return !list_empty(&host->waiting) && first->result.lease.band == 0;
}

/* Smaller is earlier. Sources go before articles, because they tell what there is to do. Among the
 * rest the host with the longest chain of work goes first: started last it would be the tail of the
 * run (a quarter of its wall time was measured). A host that waits becomes more urgent all the
 * time, so none is passed over for long. */
static int64_t urgency(const struct scheduler *scheduler, const struct host *host)
{
    static const int64_t sources_first = (int64_t)1 << 50;
    if (!verdict_fresh(scheduler, host) || has_source(host))
        return (int64_t)host->ready_since_ms - sources_first;
    uint64_t chain_ms = host_chain_ms(host, &scheduler->config.limits);
    if (chain_ms > CHAIN_MS_MAX)
        chain_ms = CHAIN_MS_MAX;
    return (int64_t)host->ready_since_ms - (int64_t)chain_ms * CHAIN_WEIGHT;
}

/* On lease. */
static void place(struct scheduler *scheduler, struct host *host)
{
    uint64_t now_ms = clock_monotonic_ms();
    bool far = host->next_ms > now_ms + GIVE_BACK_MS;
    if (far)
        scheduler_refuse_waiting(scheduler, host, OUTCOME_RELEASED);
    leasing_note(scheduler, host);
    if (far || host->resting || scheduler->stopping || verdict_fresh(scheduler, host))
        host->robots_wanted = false;
    if (host->jobs == 0 && !host->robots_wanted && !host->asked && !host->locating &&
        (!host->left || host->next_ms > now_ms + HORIZON_MS || scheduler->stopping)) {
        leasing_give_back(scheduler, host);
        return;
    }
    if ((!host->waiting_count && !host->robots_wanted) || host->robots_state == ROBOTS_ASKED ||
        host->locating || host->in_flight >= host_places(host, &scheduler->config.limits))
        return;
    if (host->next_ms > now_ms)
        heap_insert(&scheduler->soon, &host->soon, (int64_t)host->next_ms);
    else
        places_enter_ready(scheduler, host, urgency(scheduler, host));
}

void scheduler_requeue(struct scheduler *scheduler, struct host *host)
{
    if (!host->leased) {
        held_release(scheduler, host);
        return;
    }
    if (!host->ready.place)
        host->ready_since_ms = clock_monotonic_ms();
    heap_remove(&scheduler->soon, &host->soon);
    places_leave_ready(scheduler, host);
    place(scheduler, host);
    places_admit(scheduler, host->address);
}

/* ---- starting ---- */

void scheduler_begin(struct scheduler *scheduler, struct host *asked, struct job *job)
{
    uint64_t now_ms = clock_monotonic_ms();
    assert(host_may_start(asked, &scheduler->config.limits, now_ms)); /* invariant 3 */
    host_started(asked, &scheduler->config.limits, now_ms, scheduler_draw(scheduler));
    if (asked->address)
        asked->address->in_flight++;
    scheduler->in_flight++;
    scheduler->started++;
    job_enter(job, JOB_FETCHING);
    scheduler->callbacks.allowed(job, scheduler->callbacks.context);
}

/* Starts the first job that robots.txt allows; the ones before it are refused. */
static void start_next(struct scheduler *scheduler, struct host *host)
{
    struct list *node;
    while ((node = list_take(&host->waiting))) {
        struct job *job = LIST_ITEM(node, struct job, node);
        host->waiting_count--;
        scheduler->waiting--;
        if (!host->robots || robots_allows(host->robots, url_path_and_query(&job->url))) {
            scheduler_begin(scheduler, host, job);
            break;
        }
        scheduler_refuse(scheduler, job, OUTCOME_ROBOTS_DENIED);
    }
    scheduler_requeue(scheduler, host);
}

static void set_timer(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms(), at_ms = 0;
    struct heap_node *top = heap_top(&scheduler->soon);
    if (top)
        at_ms = (uint64_t)top->key;
    if (scheduler->idle_since_ms && scheduler->next_due_ms != MOMENT_NONE) {
        uint64_t due_ms = leasing_monotonic_ms(scheduler->next_due_ms);
        at_ms = at_ms && at_ms < due_ms ? at_ms : due_ms;
    }
    if (!at_ms)
        uv_timer_stop(&scheduler->timer);
    else
        uv_timer_start(&scheduler->timer, on_uv_timer, at_ms > now_ms ? at_ms - now_ms : 1, 0);
    uv_update_time(scheduler->loop);
}

/* libuv: a host's next moment has come, or something in the frontier is due. */
static void on_uv_timer(uv_timer_t *timer)
{
    struct scheduler *scheduler = timer->data;
    if (scheduler->idle_since_ms)
        scheduler->more = true;
    scheduler_dispatch(scheduler);
}

/* libuv: the turn that was cut short is over. */
static void on_uv_next_turn(uv_async_t *async)
{
    struct scheduler *scheduler = async->data;
    scheduler->started = 0;
    scheduler_dispatch(scheduler);
}

/* False when there is no room for another, or when this turn of the loop has seen enough. */
static bool may_begin(struct scheduler *scheduler)
{
    const struct scheduler_config *config = &scheduler->config;
    if (scheduler->holding || scheduler->in_flight >= config->transfers_max ||
        !scheduler->ready.count || clock_monotonic_ms() >= scheduler->leased_until_ms)
        return false;
    if (scheduler->started < STARTS_PER_TURN)
        return true;
    uv_async_send(&scheduler->next_turn);
    return false;
}

/* The most urgent host does what it has to do first. */
static void begin_next(struct scheduler *scheduler, struct host *host)
{
    if (!places_located(host)) {
        places_locate(scheduler, host);
        scheduler->started += host->locating;
        return;
    }
    if (!verdict_fresh(scheduler, host)) {
        verdict_ask(scheduler, host);
        return;
    }
    enum host_file file = host->waiting_count ? reserved_due(scheduler, host) : HOST_ROBOTS;
    if (file != HOST_ROBOTS)
        reserved_ask(scheduler, host, file);
    else
        start_next(scheduler, host);
}

void scheduler_dispatch(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms();
    struct heap_node *top;
    if (scheduler->dispatching) /* a look-up was answered at once */
        return;
    scheduler->dispatching = true;
    held_forget(scheduler, now_ms);
    while ((top = heap_top(&scheduler->soon)) && top->key <= (int64_t)now_ms)
        scheduler_requeue(scheduler, LIST_ITEM(top, struct host, soon));
    while (may_begin(scheduler)) {
        struct host *host = LIST_ITEM(heap_top(&scheduler->ready), struct host, ready);
        if (!places_located(host) &&
            scheduler->locating >= scheduler->config.transfers_max * LOOKUPS_PER_TRANSFER)
            break;
        begin_next(scheduler, host);
    }
    scheduler->dispatching = false;
    leasing_want(scheduler);
    set_timer(scheduler);
}

/* ---- what came of a job ---- */

/* What becomes of the URL: done, once more, or given up. */
static void decide(struct scheduler *scheduler, struct job *job)
{
    const struct outcome_row *row = outcome_row(job->outcome);
    struct result_record *result = &job->result;
    result->completion = row->completion;
    result->why = row->name;
    if (!row->retried || result->lease.tries + 1 >= scheduler->config.tries_max)
        return;
    result->completion = COMPLETE_RETRY;
    result->retry_ms =
        clock_wall_ms() + (int64_t)backoff_delay_ms(result->lease.tries, scheduler_draw(scheduler),
                                                    job->response.retry_after_ms);
}

/* For a robots.txt 403 is an answer like "there is none". */
static bool is_refusal(const struct job *job)
{
    return job->outcome == OUTCOME_REFUSED && job->response.status == 403 &&
           job->result.lease.kind != URL_ROBOTS;
}

/* How long ago something was that came so long after the request's start. */
static uint64_t moment_of(const struct response *response, int64_t after_ms)
{
    return clock_monotonic_ms() - (uint64_t)(response->total_ms - after_ms);
}

/* When the request really went out: after its start, by a connection that had to be made, perhaps.
 */
static void note_sent(const struct scheduler *scheduler, const struct response *response,
                      struct host *asked)
{
    int64_t heard_ms = response->status ? response->first_byte_ms : response->total_ms;
    if (response->sent_us)
        host_heard(asked, &scheduler->config.limits, moment_of(response, response->sent_us / 1000),
                   moment_of(response, heard_ms));
}

/* The request is over, for the host that it went to: its place is free, and it has learnt. Returns
 * true when that one has just begun to rest. */
static bool learn(struct scheduler *scheduler, const struct job *job, struct host *asked)
{
    const struct response *response = &job->response;
    asked->in_flight--;
    scheduler->in_flight--;
    if (asked->address)
        asked->address->in_flight--;
    note_sent(scheduler, response, asked);
    if (outcome_row(job->outcome)->host_failed) {
        uint64_t wait_ms = response->status == 403 ? host_delay_ms(asked, &scheduler->config.limits)
                                                   : response->retry_after_ms;
        return host_failed(asked, &scheduler->config.limits, clock_monotonic_ms(), wait_ms);
    }
    if (response->status && !is_refusal(job))
        /* A robots.txt is a file, and says nothing of how long pages take. */
        host_answered(asked,
                      job->result.lease.kind == URL_ROBOTS ? 0 : (uint64_t)response->first_byte_ms);
    return false;
}

/* A run does not wait at its end for who asked for so much patience. */
static void note_put_off(struct scheduler *scheduler, const struct job *job)
{
    int64_t until_ms =
        job->response.started_ms + (int64_t)backoff_asked_ms(job->response.retry_after_ms);
    if (outcome_row(job->outcome)->host_failed &&
        job->response.retry_after_ms > scheduler->config.retry_after_max_ms &&
        until_ms < scheduler->put_off_ms)
        scheduler->put_off_ms = until_ms;
}

/* What the host's files ask as to a page, whether its text has changed or not. */
static void note_rights(struct job *job, const struct host *host)
{
    unsigned rights = host->robots ? robots_rights(host->robots, url_path_and_query(&job->url)) : 0;
    job->result.rights[RIGHTS_OF_ROBOTS] = rights | RIGHTS_KNOWN;
    reserved_note(job, host);
}

void scheduler_fetched(struct scheduler *scheduler, struct job *job)
{
    struct host *host = job->host, *asked = host->visited;
    bool robots = job->result.lease.kind == URL_ROBOTS;
    if (robots)
        host->visited = NULL;
    else
        asked = host;
    if (job->outcome == OUTCOME_REDIRECT && !robots)
        job_record_redirect(job, scheduler->config.hops_max);
    if (is_refusal(job) && host_refused(host))
        job_fail(job, OUTCOME_THROTTLED, "403 again and again");
    decide(scheduler, job);
    bool rests = learn(scheduler, job, asked);
    note_put_off(scheduler, job);
    if (job->result.lease.file != HOST_ROBOTS)
        reserved_fetched(job, host);
    else if (robots)
        verdict_fetched(scheduler, job, host);
    else
        note_rights(job, host);
    if (rests)
        scheduler_refuse_waiting(scheduler, asked, OUTCOME_RELEASED);
    scheduler_describe(host, &job->result.host);
    if (asked != host)
        scheduler_requeue(scheduler, asked);
    scheduler_requeue(scheduler, host);
    scheduler_dispatch(scheduler);
}

/* A page can't be known by an address that its own robots.txt keeps from us: then the one that it
 * was fetched from stays its identity. */
static void check_canonical(struct job *job, const struct host *host)
{
    const struct article_record *article = job->result.article;
    struct url canonical;
    if (!article || !article->canonical_url || !host->robots ||
        url_parse(&canonical, &job->arena, span_of(article->canonical_url), NULL, NULL) ||
        strcmp(url_origin(&canonical, &job->arena), host->origin) != 0 ||
        robots_allows(host->robots, url_path_and_query(&canonical)))
        return;
    struct article_record *checked = arena_alloc(&job->arena, sizeof *checked);
    *checked = *article;
    checked->canonical_url = NULL;
    job->result.article = checked;
}

void scheduler_extracted(struct scheduler *scheduler, struct job *job)
{
    struct host *host = job->host;
    decide(scheduler, job);
    check_canonical(job, host);
    if (job->result.lease.kind != URL_ROBOTS)
        return;
    if (job->result.lease.file == HOST_ROBOTS)
        verdict_extracted(job, host);
    else
        reserved_extracted(job, host);
    scheduler_requeue(scheduler, host);
    scheduler_dispatch(scheduler);
}

void scheduler_written(struct scheduler *scheduler, struct job *job, unsigned found_new)
{
    struct host *host = job->host;
    host->jobs--;
    scheduler->jobs--;
    if (found_new) {
        host->left += host->lost ? 0 : found_new;
        scheduler->more = true;
    }
    if (job->result.completion == COMPLETE_RETRY)
        scheduler->more = true;
    scheduler_requeue(scheduler, host);
    scheduler_dispatch(scheduler);
}

void scheduler_hold(struct scheduler *scheduler, bool hold)
{
    bool was = scheduler->holding;
    scheduler->holding = hold;
    if (was && !hold)
        scheduler_dispatch(scheduler);
}

void scheduler_lease_until(struct scheduler *scheduler, uint64_t until_ms)
{
    bool was_over = clock_monotonic_ms() >= scheduler->leased_until_ms;
    scheduler->leased_until_ms = until_ms;
    if (was_over)
        scheduler_dispatch(scheduler);
}

/* ---- the end ---- */

/* Of all hosts. */
static void give_back_waiting(struct scheduler *scheduler)
{
    size_t at = 0, count = 0;
    struct host *host, **hosts = alloc_zeroed(scheduler->hosts.count + 1, sizeof *hosts);
    while ((host = map_next(&scheduler->hosts, &at)))
        hosts[count++] = host; /* scheduler_requeue() takes them out of the map */
    for (size_t i = 0; i < count; i++) {
        scheduler_refuse_waiting(scheduler, hosts[i], OUTCOME_RELEASED);
        scheduler_requeue(scheduler, hosts[i]);
    }
    free(hosts);
}

void scheduler_lost(struct scheduler *scheduler)
{
    size_t at = 0;
    struct host *host;
    while ((host = map_next(&scheduler->hosts, &at))) {
        host->lost = true;
        host->left = 0;
        host->robots_wanted = false;
    }
    places_forget(scheduler);
    give_back_waiting(scheduler);
    scheduler->released_count = 0;
    scheduler->more = true;
    scheduler_dispatch(scheduler);
}

void scheduler_stop(struct scheduler *scheduler)
{
    if (scheduler->stopping)
        return;
    scheduler->stopping = true;
    places_forget(scheduler);
    give_back_waiting(scheduler);
    scheduler_dispatch(scheduler);
}

void scheduler_state(const struct scheduler *scheduler, struct scheduler_state *out)
{
    *out = (struct scheduler_state){.jobs = scheduler->jobs,
                                    .waiting = scheduler->waiting,
                                    .in_flight = scheduler->in_flight,
                                    .hosts = (unsigned)scheduler->hosts.count,
                                    .queued = scheduler->queued,
                                    .next_due_ms = scheduler->idle_since_ms ? scheduler->next_due_ms
                                                                            : MOMENT_NONE};
}

/* libuv: a handle is closed; the last one frees the scheduler. */
static void on_uv_closed(uv_handle_t *handle)
{
    struct scheduler *scheduler = handle->data;
    if (--scheduler->handles_open == 0)
        free(scheduler);
}

void scheduler_close(struct scheduler *scheduler)
{
    if (!scheduler)
        return;
    assert(scheduler->jobs == 0 && scheduler->locating == 0);
    held_clear(scheduler);
    heap_clear(&scheduler->soon);
    heap_clear(&scheduler->ready);
    free(scheduler->released);
    uv_close((uv_handle_t *)&scheduler->timer, on_uv_closed);
    uv_close((uv_handle_t *)&scheduler->next_turn, on_uv_closed);
}
