/* The life of a host's robots.txt (RFC 9309). The scheduler asks for it by itself, on behalf of the
 * host's site, before anything else of the host.
 *
 *     UNKNOWN ── verdict_ask ──▶ ASKED ── verdict_extracted ──▶ KNOWN ── too old ──▶ (asked again)
 *        ▲                         │
 *        └── verdict_fetched: no verdict for now, or a redirect that is asked next
 *
 * A redirect may lead to another host, on lease or not: then the request uses that one's budget,
 * its delay, its places and its address's, like any other request to it. */
#include "schedule/scheduler_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "politeness/backoff.h"
#include "politeness/robots.h"

enum {
    ROBOTS_HOPS_MAX = 5,  /* RFC 9309, section 2.3.1.2 */
    VISIT_AGAIN_MS = 100, /* a host that has no place now is looked at again after this */
};

void verdict_learn(struct host *host, const char *reduced, int64_t fetched_ms)
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

bool verdict_fresh(const struct scheduler *scheduler, const struct host *host)
{
    return host->robots_state == ROBOTS_KNOWN &&
           host->robots_fetched_ms + (int64_t)scheduler->config.robots_keep_ms > clock_wall_ms();
}

struct job *verdict_job(struct host *host, enum host_file file, const char *url, unsigned hops)
{
    struct url_lease lease = {.host_id = host->host_id,
                              .site_id = host->site_id,
                              .site_home = host->site_home,
                              .kind = URL_ROBOTS,
                              .file = file,
                              .hops = hops,
                              .tries = file == HOST_ROBOTS ? host->robots_tries : 0,
                              .band = -1,
                              .hint_published_ms = MOMENT_NONE};
    struct arena arena;
    arena_init(&arena, 0);
    lease.url = url ? url : arena_format(&arena, "%s%s", host->origin, reservations_path(file));
    struct job *job = job_create(&lease, host);
    arena_clear(&arena);
    return job;
}

void verdict_begin(struct scheduler *scheduler, struct host *host, struct host *visited,
                   struct job *job)
{
    scheduler->jobs++;
    host->jobs++;
    host->robots_state = ROBOTS_ASKED;
    host->visited = visited;
    job_enter(job, JOB_WAITING);
    scheduler_begin(scheduler, visited, job);
    if (visited != host)
        scheduler_requeue(scheduler, visited);
    scheduler_requeue(scheduler, host);
}

/* Whether the host that a redirect led to may be asked now; if not, `host` waits for it. */
static bool may_visit(struct scheduler *scheduler, struct host *host, struct host *visited)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (!visited->site_id) /* whose proxy is to be asked, and no name server */
        visited->site_id = host->site_id;
    if (!places_located(visited) && !visited->locating)
        places_locate(scheduler, visited);
    bool place = places_located(visited) && places_has_room(scheduler, visited) &&
                 host_may_start(visited, &scheduler->config.limits, now_ms);
    if (!place)
        host->next_ms = visited->next_ms > now_ms ? visited->next_ms : now_ms + VISIT_AGAIN_MS;
    return place;
}

void verdict_ask(struct scheduler *scheduler, struct host *host)
{
    struct job *job = verdict_job(host, HOST_ROBOTS, host->robots_url, host->robots_hops);
    struct host *visited = host;
    if (host->robots_url)
        visited = held_visit(scheduler, url_origin(&job->url, &job->arena));
    if (visited != host && !may_visit(scheduler, host, visited)) {
        job_free(job);
        scheduler_requeue(scheduler, host);
        return;
    }
    verdict_begin(scheduler, host, visited, job);
}

/* No verdict: nothing of the host may be asked for now (RFC 9309, section 2.3.1.4). It is asked for
 * again like any URL; when its tries are used up, the host rests. */
static void failed(struct scheduler *scheduler, struct job *job, struct host *host)
{
    uint64_t now_ms = clock_monotonic_ms();
    host->robots_state = ROBOTS_UNKNOWN;
    job->result.completion = COMPLETE_ERROR;
    job->result.host.robots_known = true;
    job->result.host.robots_status = job->response.status;
    job->result.host.robots_fetched_ms = clock_wall_ms();
    uint64_t wait_ms = backoff_delay_ms(host->robots_tries, scheduler_draw(scheduler),
                                        job->response.retry_after_ms);
    if (host->next_ms < now_ms + wait_ms)
        host->next_ms = now_ms + wait_ms;
    if (++host->robots_tries >= scheduler->config.tries_max && !host->resting)
        host_rest(host, &scheduler->config.limits, now_ms);
    if (host->resting || wait_ms > GIVE_BACK_MS)
        scheduler_refuse_waiting(scheduler, host, OUTCOME_ROBOTS_UNREACHABLE);
}

/* The target is asked on behalf of the same host; past five hops there is "none" (section 2.3.1.2).
 */
static void redirected(struct job *job, struct host *host)
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

void verdict_fetched(struct scheduler *scheduler, struct job *job, struct host *host)
{
    switch (job->outcome) {
    case OUTCOME_OK:
        break;
    case OUTCOME_RELEASED:
        host->robots_state = ROBOTS_UNKNOWN;
        break;
    case OUTCOME_REDIRECT:
        redirected(job, host);
        break;
    case OUTCOME_GONE:
    case OUTCOME_REFUSED:
    case OUTCOME_FORBIDDEN_ADDRESS: /* each of its URLs will be refused for that by itself */
        job->outcome = OUTCOME_OK;  /* "unavailable": all is allowed (section 2.3.1.3) */
        break;
    default:
        failed(scheduler, job, host);
        break;
    }
}

void verdict_extracted(struct job *job, struct host *host)
{
    const char *reduced = job->result.host.robots_body;
    host->robots_tries = 0;
    verdict_learn(host, reduced, clock_wall_ms());
    scheduler_describe(host, &job->result.host);
    /* Where a private address was refused nobody has answered: the next run, which may have
     * --allow-net, asks anew. */
    job->result.host.robots_known = job->response.status != 0;
    job->result.host.robots_status = job->response.status;
    job->result.host.robots_fetched_ms = host->robots_fetched_ms;
    job->result.host.robots_body = reduced;
    job->result.host.robots_rights = host->robots ? robots_rights(host->robots, span_of("/")) : 0;
}
