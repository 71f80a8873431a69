/* The station that decides which URL is next. wanted → writer → scheduler_add() → allowed →
 * fetcher.
 *
 * A host on lease is in one of these places, and requeue() is the only function that moves it:
 *
 *     soon      waits for its next moment (heap by next_ms, one libuv timer for its top)
 *     ready     may start now (heap by urgency: sources first, then longest chain, then oldest)
 *     neither   all its places are taken, or its robots.txt is under way, or it has no job waiting
 *
 * A host is given back when none of its jobs is alive and it has nothing to start soon.
 *
 * Invariants
 * 1. No more is leased than jobs_max leaves room for, and a host adds at most its robots.txt: every
 *    queue behind this one has room for all of them (dataflow, back-pressure 1).
 * 2. No page of a host starts before its robots verdict is known and fresh (dataflow, 5).
 * 3. Two starts of a host are never nearer than its delay (dataflow, 6).
 * 4. At most one lease request is under way. */
#include "schedule/scheduler.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/map.h"
#include "job.h"
#include "politeness/backoff.h"
#include "politeness/robots.h"

enum {
    HORIZON_MS = 2000,    /* jobs are leased for starts within this */
    GIVE_BACK_MS = 10000, /* a host that can't start within this gives its jobs back */
    WANTS_AT_ONCE = 16,   /* hosts with room for more that make a lease worth its commit */
    ROBOTS_HOPS_MAX = 5,  /* RFC 9309, section 2.3.1.2 */
    RETRY_AFTER_DAYS_MAX = 30,
    CHAIN_WEIGHT = 10, /* how much longer a host may wait for one with a longer chain */
    CHAIN_MS_MAX = 600 * 1000,
};

struct scheduler {
    struct scheduler_config config;
    struct scheduler_callbacks callbacks;
    uv_loop_t *loop;
    uv_timer_t timer;
    struct map hosts;   /* on lease, by id */
    struct map origins; /* the same, by origin */
    struct heap soon;
    struct heap ready;
    struct list wanting; /* hosts with room for more URLs, and URLs left */
    unsigned wanting_count;
    struct list asked; /* hosts that the request under way wants more for: they stay */
    int64_t *released; /* hosts to be given back with the next request */
    size_t released_count, released_capacity;
    unsigned jobs, waiting, in_flight;
    bool leasing; /* a request is under way */
    bool more;    /* there may be hosts to lease that are not held */
    bool holding; /* start nothing for now */
    bool stopping;
    bool idle_told;
    int64_t next_due_ms; /* wall: of hosts not held; MOMENT_NONE */
    int64_t queued;
    uint64_t idle_since_ms; /* 0: there is work */
    uint64_t random;
};

static void requeue(struct scheduler *scheduler, struct host *host);
static void dispatch(struct scheduler *scheduler);
static void want_more(struct scheduler *scheduler);
static void on_uv_timer(uv_timer_t *timer);

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
    scheduler->random = config->seed | 1;
    list_init(&scheduler->wanting);
    list_init(&scheduler->asked);
    uv_timer_init(loop, &scheduler->timer);
    scheduler->timer.data = scheduler;
    *out = scheduler;
    return 0;
}

void scheduler_start(struct scheduler *scheduler)
{
    dispatch(scheduler);
}

/* A number in [0, 1); xorshift64 (Marsaglia 2003) is random enough for a jitter. */
static double draw(struct scheduler *scheduler)
{
    scheduler->random ^= scheduler->random << 13;
    scheduler->random ^= scheduler->random >> 7;
    scheduler->random ^= scheduler->random << 17;
    return (double)(scheduler->random >> 11) / (double)(1ULL << 53);
}

/* ---- leased: hosts and jobs ---- */

static unsigned urls_per_host(const struct scheduler *scheduler, uint64_t delay_ms)
{
    unsigned most = scheduler->config.per_host_jobs_max;
    uint64_t soon = delay_ms ? HORIZON_MS / delay_ms + 1 : most;
    return soon < most ? (unsigned)soon : most;
}

static uint64_t monotonic_of_wall(int64_t wall_ms)
{
    int64_t ahead_ms = wall_ms - clock_wall_ms();
    return clock_monotonic_ms() + (ahead_ms > 0 ? (uint64_t)ahead_ms : 0);
}

static void learn_robots(struct host *host, const char *reduced, int64_t fetched_ms)
{
    robots_free(host->robots);
    host->robots = NULL;
    host->crawl_delay_ms = -1;
    host->robots_state = ROBOTS_KNOWN;
    host->robots_fetched_ms = fetched_ms;
    if (!reduced || !*reduced)
        return;
    host->robots = robots_parse(reduced, strlen(reduced), "*");
    host->crawl_delay_ms = robots_crawl_delay_ms(host->robots);
}

static bool robots_fresh(const struct scheduler *scheduler, const struct host *host)
{
    return host->robots_state == ROBOTS_KNOWN &&
           host->robots_fetched_ms + (int64_t)scheduler->config.robots_keep_ms > clock_wall_ms();
}

static struct host *add_host(struct scheduler *scheduler, const struct host_lease *lease)
{
    struct host *host = alloc_zeroed(1, sizeof *host);
    host->host_id = lease->host_id;
    host->origin = alloc_string(lease->origin);
    host->site_id = lease->site_id;
    host->site_home = alloc_string(lease->site_home ? lease->site_home : lease->origin);
    host->robots_wanted = lease->robots_wanted;
    list_init(&host->waiting);
    list_init(&host->wanting);
    host->next_ms = monotonic_of_wall(lease->ready_ms);
    host->response_ms = (uint64_t)lease->response_ms;
    host->own_delay_ms = lease->delay_ms;
    host->fails_in_row = lease->fails_in_row;
    host->rests = lease->rests;
    host->crawl_delay_ms = -1;
    /* A status of 0 or 5xx was no verdict: it is asked again. */
    if (lease->robots_fetched_ms != MOMENT_NONE && lease->robots_status >= 200 &&
        lease->robots_status < 500 && lease->robots_status != 429)
        learn_robots(host, lease->robots_body, lease->robots_fetched_ms);
    snprintf(host->id, sizeof host->id, "%lld", (long long)host->host_id);
    map_put(&scheduler->hosts, host->id, host);
    map_put(&scheduler->origins, host->origin, host);
    return host;
}

static void stop_wanting(struct scheduler *scheduler, struct host *host)
{
    if (list_empty(&host->wanting))
        return;
    list_remove(&host->wanting);
    scheduler->wanting_count -= !host->asked;
}

static void remove_host(struct scheduler *scheduler, struct host *host)
{
    stop_wanting(scheduler, host);
    heap_remove(&scheduler->soon, &host->soon);
    heap_remove(&scheduler->ready, &host->ready);
    map_remove(&scheduler->hosts, host->id);
    map_remove(&scheduler->origins, host->origin);
    host_clear(host);
    free(host);
}

/* Its next moment and its leases are the frontier's from here on. */
static void give_back(struct scheduler *scheduler, struct host *host)
{
    assert(host->jobs == 0);
    if (scheduler->released_count == scheduler->released_capacity) {
        scheduler->released_capacity =
            scheduler->released_capacity ? scheduler->released_capacity * 2 : 64;
        scheduler->released = alloc_resized(scheduler->released, scheduler->released_capacity *
                                                                     sizeof *scheduler->released);
    }
    scheduler->released[scheduler->released_count++] = host->host_id;
    remove_host(scheduler, host);
}

/* What is stored of the host with a result. */
static void describe_host(const struct host *host, struct host_record *out)
{
    uint64_t now_ms = clock_monotonic_ms();
    out->host_id = host->host_id;
    out->ready_ms =
        clock_wall_ms() + (host->next_ms > now_ms ? (int64_t)(host->next_ms - now_ms) : 0);
    out->response_ms = (int64_t)host->response_ms;
    out->fails_in_row = host->fails_in_row;
    out->rests = host->rests;
    out->crawl_delay_ms = host->crawl_delay_ms;
}

/* Hands a job that was never asked on to the writer. */
static void refuse(struct scheduler *scheduler, struct job *job, enum outcome outcome)
{
    job_fail(job, outcome, job->detail);
    job->result.completion = outcome_row(outcome)->completion;
    job->result.why = outcome_row(outcome)->name;
    describe_host(job->host, &job->result.host);
    if (outcome == OUTCOME_ROBOTS_UNREACHABLE)
        job->result.retry_ms = job->result.host.ready_ms;
    scheduler->callbacks.refused(job, scheduler->callbacks.context);
}

static void add_job(struct scheduler *scheduler, struct host *host, const struct url_lease *lease)
{
    struct job *job = job_create(lease, host);
    scheduler->jobs++;
    host->jobs++;
    if (job->outcome == OUTCOME_BAD_URL) {
        refuse(scheduler, job, OUTCOME_BAD_URL);
        return;
    }
    job_enter(job, JOB_WAITING);
    list_append(&host->waiting, &job->node);
    host->waiting_count++;
    scheduler->waiting++;
}

static void refuse_waiting(struct scheduler *scheduler, struct host *host, enum outcome outcome)
{
    struct list *node;
    while ((node = list_take(&host->waiting))) {
        host->waiting_count--;
        scheduler->waiting--;
        refuse(scheduler, LIST_ITEM(node, struct job, node), outcome);
    }
}

static struct host *find_host(const struct scheduler *scheduler, int64_t host_id)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)host_id);
    return map_get(&scheduler->hosts, id);
}

static void add_leased(struct scheduler *scheduler, const struct host_lease *lease)
{
    struct host *host = find_host(scheduler, lease->host_id);
    if (!host)
        host = add_host(scheduler, lease);
    host->left = lease->urls_left;
    for (size_t i = 0; i < lease->urls_count; i++)
        add_job(scheduler, host, &lease->urls[i]);
    if (scheduler->stopping)
        refuse_waiting(scheduler, host, OUTCOME_RELEASED);
    if (!host->asked)
        requeue(scheduler, host);
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
    /* What is due already was left out for want of places: it is asked for when there are some. */
    bool left_out = answer->next_due_ms != MOMENT_NONE && answer->next_due_ms <= clock_wall_ms();
    scheduler->more = scheduler->hosts.count > hosts || left_out;
    while ((node = list_take(&scheduler->asked))) {
        struct host *host = LIST_ITEM(node, struct host, wanting);
        host->asked = false;
        requeue(scheduler, host);
    }
    dispatch(scheduler);
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
    if (!robots_fresh(scheduler, host) || has_source(host))
        return (int64_t)host->ready_since_ms - sources_first;
    uint64_t chain_ms = host_chain_ms(host, &scheduler->config.limits);
    if (chain_ms > CHAIN_MS_MAX)
        chain_ms = CHAIN_MS_MAX;
    return (int64_t)host->ready_since_ms - (int64_t)chain_ms * CHAIN_WEIGHT;
}

static void note_wanting(struct scheduler *scheduler, struct host *host)
{
    if (host->asked)
        return; /* the answer will tell */
    unsigned most = urls_per_host(scheduler, host_delay_ms(host, &scheduler->config.limits));
    bool wants =
        host->left && host->waiting_count <= most / 2 && !host->resting && !scheduler->stopping;
    if (!wants) {
        stop_wanting(scheduler, host);
    } else if (list_empty(&host->wanting)) {
        list_append(&scheduler->wanting, &host->wanting);
        scheduler->wanting_count++;
    }
}

/* Puts the host where it belongs now. May free it. */
static void requeue(struct scheduler *scheduler, struct host *host)
{
    uint64_t now_ms = clock_monotonic_ms();
    bool was_ready = host->ready.place != 0;
    heap_remove(&scheduler->soon, &host->soon);
    heap_remove(&scheduler->ready, &host->ready);
    if (host->next_ms > now_ms + GIVE_BACK_MS)
        refuse_waiting(scheduler, host, OUTCOME_RELEASED);
    note_wanting(scheduler, host);
    if (host->resting || scheduler->stopping || robots_fresh(scheduler, host))
        host->robots_wanted = false;
    if (host->jobs == 0 && !host->robots_wanted && !host->asked &&
        (!host->left || host->next_ms > now_ms + HORIZON_MS || scheduler->stopping)) {
        give_back(scheduler, host);
        return;
    }
    if ((!host->waiting_count && !host->robots_wanted) || host->robots_state == ROBOTS_ASKED ||
        host->in_flight >= scheduler->config.limits.per_host_max)
        return;
    if (host->next_ms > now_ms) {
        heap_insert(&scheduler->soon, &host->soon, (int64_t)host->next_ms);
        return;
    }
    if (!was_ready)
        host->ready_since_ms = now_ms;
    heap_insert(&scheduler->ready, &host->ready, urgency(scheduler, host));
}

/* ---- starting ---- */

static void start(struct scheduler *scheduler, struct host *host, struct job *job)
{
    uint64_t now_ms = clock_monotonic_ms();
    assert(host_may_start(host, &scheduler->config.limits, now_ms)); /* invariant 3 */
    host_started(host, &scheduler->config.limits, now_ms, draw(scheduler));
    scheduler->in_flight++;
    job_enter(job, JOB_FETCHING);
    scheduler->callbacks.allowed(job, scheduler->callbacks.context);
}

/* robots.txt is asked for by the scheduler itself, on behalf of the host's site. Where a
 * redirect leads to another host on lease, that one's delay holds too. */
static void start_robots(struct scheduler *scheduler, struct host *host)
{
    struct url_lease lease = {.host_id = host->host_id,
                              .site_id = host->site_id,
                              .site_home = host->site_home,
                              .kind = URL_ROBOTS,
                              .hops = host->robots_hops,
                              .tries = host->robots_tries,
                              .band = -1,
                              .hint_published_ms = MOMENT_NONE};
    struct arena arena;
    arena_init(&arena, 0);
    lease.url =
        host->robots_url ? host->robots_url : arena_format(&arena, "%s/robots.txt", host->origin);
    struct job *job = job_create(&lease, host);
    arena_clear(&arena);
    struct host *asked = map_get(&scheduler->origins, url_origin(&job->url, &job->arena));
    if (asked && asked != host) {
        uint64_t now_ms = clock_monotonic_ms();
        if (asked->next_ms > now_ms) {
            host->next_ms = asked->next_ms;
            job_free(job);
            requeue(scheduler, host);
            return;
        }
        asked->next_ms = now_ms + host_delay_ms(asked, &scheduler->config.limits);
        requeue(scheduler, asked);
    }
    scheduler->jobs++;
    host->jobs++;
    host->robots_state = ROBOTS_ASKED;
    job_enter(job, JOB_WAITING);
    start(scheduler, host, job);
    requeue(scheduler, host);
}

static struct span path_and_query(const struct url *url)
{
    const char *end =
        url->has_query ? url->query.data + url->query.size : url->path.data + url->path.size;
    return (struct span){url->path.data, (size_t)(end - url->path.data)};
}

/* Starts the first job that robots.txt allows; the ones before it are refused. */
static void start_next(struct scheduler *scheduler, struct host *host)
{
    struct list *node;
    while ((node = list_take(&host->waiting))) {
        struct job *job = LIST_ITEM(node, struct job, node);
        host->waiting_count--;
        scheduler->waiting--;
        if (!host->robots || robots_allows(host->robots, path_and_query(&job->url))) {
            start(scheduler, host, job);
            break;
        }
        refuse(scheduler, job, OUTCOME_ROBOTS_DENIED);
    }
    requeue(scheduler, host);
}

static void set_timer(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms(), at_ms = 0;
    struct heap_node *top = heap_top(&scheduler->soon);
    if (top)
        at_ms = (uint64_t)top->key;
    if (scheduler->idle_since_ms && scheduler->next_due_ms != MOMENT_NONE) {
        uint64_t due_ms = monotonic_of_wall(scheduler->next_due_ms);
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
    dispatch(scheduler);
}

/* Starts all that may start, wants more where there is room, and sees when the run is over. */
static void dispatch(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms();
    struct heap_node *top;
    while ((top = heap_top(&scheduler->soon)) && top->key <= (int64_t)now_ms)
        requeue(scheduler, LIST_ITEM(top, struct host, soon));
    while (!scheduler->holding && scheduler->in_flight < scheduler->config.transfers_max &&
           (top = heap_top(&scheduler->ready))) {
        struct host *host = LIST_ITEM(top, struct host, ready);
        if (robots_fresh(scheduler, host))
            start_next(scheduler, host);
        else
            start_robots(scheduler, host);
    }
    want_more(scheduler);
    set_timer(scheduler);
}

/* ---- wanting more, and the end ---- */

/* True when the run is over; else what is left is waited for. */
static bool nothing_left(struct scheduler *scheduler)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (scheduler->jobs)
        scheduler->idle_since_ms = 0;
    if (scheduler->jobs || scheduler->leasing || scheduler->released_count ||
        scheduler->wanting_count)
        return false;
    if (scheduler->stopping)
        return true;
    if (scheduler->more)
        return false;
    if (!scheduler->idle_since_ms)
        scheduler->idle_since_ms = now_ms;
    if (scheduler->next_due_ms == MOMENT_NONE)
        return true;
    return monotonic_of_wall(scheduler->next_due_ms) >
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
    if (scheduler->jobs == 0 && scheduler->released_count)
        return true;
    if (scheduler->released_count >= WANTS_AT_ONCE || scheduler->wanting_count >= WANTS_AT_ONCE)
        return true;
    return (scheduler->wanting_count && hungry) || (scheduler->more && (hungry || room));
}

static void send_request(struct scheduler *scheduler)
{
    struct host_want *wants = alloc_zeroed(scheduler->wanting_count + 1, sizeof *wants);
    struct lease_request request = {.now_ms = clock_wall_ms(),
                                    .urls_max = scheduler->config.jobs_max - scheduler->jobs,
                                    .urls_per_host =
                                        urls_per_host(scheduler, scheduler->config.limits.delay_ms),
                                    .wants = wants,
                                    .released = scheduler->released,
                                    .released_count = scheduler->released_count};
    if (scheduler->stopping)
        request.urls_max = 0;
    struct list *node;
    while ((node = list_take(&scheduler->wanting))) {
        struct host *host = LIST_ITEM(node, struct host, wanting);
        unsigned most = urls_per_host(scheduler, host_delay_ms(host, &scheduler->config.limits));
        scheduler->wanting_count--;
        host->asked = true;
        list_append(&scheduler->asked, &host->wanting);
        wants[request.wants_count++] = (struct host_want){
            host->host_id, most > host->waiting_count ? most - host->waiting_count : 1};
    }
    scheduler->leasing = true;
    scheduler->more = false;
    scheduler->callbacks.wanted(&request, scheduler->callbacks.context);
    scheduler->released_count = 0;
    free(wants);
}

static void want_more(struct scheduler *scheduler)
{
    if (!scheduler->leasing && scheduler->jobs < scheduler->config.jobs_max &&
        lease_worthwhile(scheduler))
        send_request(scheduler);
    if (nothing_left(scheduler) && !scheduler->idle_told) {
        scheduler->idle_told = true;
        scheduler->callbacks.idle(scheduler->callbacks.context);
    }
}

/* ---- what came of a job ---- */

/* What becomes of the URL: done, once more, or given up. */
static void decide(struct scheduler *scheduler, struct job *job)
{
    const struct outcome_row *row = outcome_row(job->outcome);
    struct result_record *result = &job->result;
    uint64_t most_ms = (uint64_t)RETRY_AFTER_DAYS_MAX * 24 * 3600 * 1000,
             asked_ms = job->response.retry_after_ms;
    result->completion = row->completion;
    result->why = row->name;
    if (!row->retried || result->lease.tries + 1 >= scheduler->config.tries_max)
        return;
    result->completion = COMPLETE_RETRY;
    result->retry_ms =
        clock_wall_ms() + (int64_t)backoff_delay_ms(result->lease.tries, draw(scheduler),
                                                    asked_ms < most_ms ? asked_ms : most_ms);
}

/* No verdict: nothing of the host may be asked for now (RFC 9309, section 2.3.1.4). It is asked for
 * again like any URL; when its tries are used up, the host rests. */
static void robots_failed(struct scheduler *scheduler, struct job *job, struct host *host)
{
    uint64_t now_ms = clock_monotonic_ms();
    host->robots_state = ROBOTS_UNKNOWN;
    job->result.completion = COMPLETE_ERROR;
    job->result.host.robots_known = true;
    job->result.host.robots_status = job->response.status;
    job->result.host.robots_fetched_ms = clock_wall_ms();
    uint64_t wait_ms =
        backoff_delay_ms(host->robots_tries, draw(scheduler), job->response.retry_after_ms);
    if (host->next_ms < now_ms + wait_ms)
        host->next_ms = now_ms + wait_ms;
    if (++host->robots_tries >= scheduler->config.tries_max && !host->resting)
        host_rest(host, &scheduler->config.limits, now_ms);
    if (host->resting || wait_ms > GIVE_BACK_MS)
        refuse_waiting(scheduler, host, OUTCOME_ROBOTS_UNREACHABLE);
}

/* The target is asked on behalf of the same host; past five hops there is "none" (section 2.3.1.2).
 */
static void robots_redirected(struct job *job, struct host *host)
{
    struct url target;
    if (host->robots_hops >= ROBOTS_HOPS_MAX ||
        url_parse(&target, &job->arena, span_of(job->response.location), &job->url, NULL)) {
        job->outcome = OUTCOME_OK;
        return;
    }
    free((void *)(uintptr_t)host->robots_url);
    host->robots_url = alloc_string(url_fetchable(&target, &job->arena));
    host->robots_hops++;
    host->robots_state = ROBOTS_UNKNOWN;
}

static void robots_fetched(struct scheduler *scheduler, struct job *job, struct host *host)
{
    switch (job->outcome) {
    case OUTCOME_OK:
        break;
    case OUTCOME_RELEASED:
        host->robots_state = ROBOTS_UNKNOWN;
        break;
    case OUTCOME_REDIRECT:
        robots_redirected(job, host);
        break;
    case OUTCOME_GONE:
    case OUTCOME_REFUSED:
    case OUTCOME_FORBIDDEN_ADDRESS: /* each of its URLs will be refused for that by itself */
        job->outcome = OUTCOME_OK;  /* "unavailable": all is allowed (section 2.3.1.3) */
        break;
    default:
        robots_failed(scheduler, job, host);
        break;
    }
}

void scheduler_fetched(struct scheduler *scheduler, struct job *job)
{
    struct host *host = job->host;
    const struct outcome_row *row = outcome_row(job->outcome);
    host->in_flight--;
    scheduler->in_flight--;
    bool robots = job->result.lease.kind == URL_ROBOTS;
    if (job->outcome == OUTCOME_REDIRECT && !robots)
        job_record_redirect(job, scheduler->config.hops_max);
    decide(scheduler, job);
    bool rests = false;
    if (row->host_failed)
        rests = host_failed(host, &scheduler->config.limits, clock_monotonic_ms(),
                            job->response.retry_after_ms);
    else if (job->response.status)
        /* A robots.txt is a file, and says nothing of how long pages take. */
        host_answered(host, robots ? 0 : (uint64_t)job->response.first_byte_ms);
    if (robots)
        robots_fetched(scheduler, job, host);
    if (rests)
        refuse_waiting(scheduler, host, OUTCOME_RELEASED);
    describe_host(host, &job->result.host);
    requeue(scheduler, host);
    dispatch(scheduler);
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
        robots_allows(host->robots, path_and_query(&canonical)))
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
    host->robots_tries = 0;
    learn_robots(host, job->result.host.robots_body, clock_wall_ms());
    const char *reduced = job->result.host.robots_body;
    describe_host(host, &job->result.host);
    job->result.host.robots_known = true;
    job->result.host.robots_status = job->response.status ? job->response.status : 404;
    job->result.host.robots_fetched_ms = host->robots_fetched_ms;
    job->result.host.robots_body = reduced;
    requeue(scheduler, host);
    dispatch(scheduler);
}

void scheduler_written(struct scheduler *scheduler, struct job *job, unsigned found_new)
{
    struct host *host = job->host;
    host->jobs--;
    scheduler->jobs--;
    if (found_new) {
        host->left += found_new;
        scheduler->more = true;
    }
    if (job->result.completion == COMPLETE_RETRY)
        scheduler->more = true;
    requeue(scheduler, host);
    dispatch(scheduler);
}

void scheduler_hold(struct scheduler *scheduler, bool hold)
{
    bool was = scheduler->holding;
    scheduler->holding = hold;
    if (was && !hold)
        dispatch(scheduler);
}

/* ---- the end ---- */

void scheduler_stop(struct scheduler *scheduler)
{
    if (scheduler->stopping)
        return;
    scheduler->stopping = true;
    size_t at = 0, count = 0;
    struct host *host, **hosts = alloc_zeroed(scheduler->hosts.count + 1, sizeof *hosts);
    while ((host = map_next(&scheduler->hosts, &at)))
        hosts[count++] = host; /* requeue() takes them out of the map */
    for (size_t i = 0; i < count; i++) {
        refuse_waiting(scheduler, hosts[i], OUTCOME_RELEASED);
        requeue(scheduler, hosts[i]);
    }
    free(hosts);
    dispatch(scheduler);
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

/* libuv: the timer is closed. */
static void on_uv_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void scheduler_close(struct scheduler *scheduler)
{
    if (!scheduler)
        return;
    assert(scheduler->jobs == 0);
    size_t at = 0;
    struct host *host;
    while ((host = map_next(&scheduler->hosts, &at))) {
        host_clear(host);
        free(host);
    }
    map_clear(&scheduler->hosts);
    map_clear(&scheduler->origins);
    heap_clear(&scheduler->soon);
    heap_clear(&scheduler->ready);
    free(scheduler->released);
    uv_close((uv_handle_t *)&scheduler->timer, on_uv_closed);
}
