/* scheduler.h - which URL next.
 *
 * Leases hosts with their URLs from the frontier, makes jobs of them, and lets each start when its
 * host allows: robots.txt known and allowing, a place free, the delay over. What may start is
 * started longest chain first, and nobody is passed over for long.
 * Thread: loop thread only. */
#ifndef CRAWLER_SCHEDULE_SCHEDULER_H
#define CRAWLER_SCHEDULE_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

#include "politeness/host.h"
#include "storage/record.h"

struct job;
struct scheduler; /* owns the hosts on lease and the jobs that wait for their start */
struct uv_loop_s;

/* Wants URLs: `request` is borrowed. To be answered by scheduler_add(), whatever comes of it. */
typedef void wanted_fn(const struct lease_request *request, void *context);

/* Gives a job away: allowed to be fetched now, or refused (denied by robots.txt, released, not a
 * URL) and then on its way to the writer. */
typedef void allowed_fn(struct job *job, void *context);
typedef void refused_fn(struct job *job, void *context);

/* Wants to know which address the requests to `host` go to. To be answered by scheduler_located(),
 * whatever comes of it, at once or later. */
typedef void locate_fn(struct host *host, void *context);

/* Nothing is under way, nothing is left that comes due within the patience: the run is over. */
typedef void idle_fn(void *context);

struct scheduler_config {
    struct host_limits limits;
    unsigned transfers_max;       /* at one time, over all hosts */
    unsigned jobs_max;            /* alive at one time, in any state */
    unsigned per_host_jobs_spare; /* the same where few hosts are on lease; not less */
    unsigned per_host_jobs_max;   /* that wait for one host */
    unsigned tries_max;           /* of one URL, in all */
    unsigned hops_max;            /* redirects that lead to one page */
    uint64_t robots_keep_ms;      /* how long a robots.txt is believed */
    uint64_t ask_reservations_ms; /* once in this time for ai.txt and tdmrep.json; 0: never */
    uint64_t patience_ms;         /* how long to wait for retries and resting hosts at the end */
    uint64_t retry_after_max_ms;  /* what was asked to wait longer is never waited for at the end */
    bool shared;   /* other runs lease hosts, too: an address is asked by one of them */
    uint64_t seed; /* of the jitter */
};

struct scheduler_callbacks {
    wanted_fn *wanted;
    allowed_fn *allowed;
    refused_fn *refused;
    locate_fn *locate;
    idle_fn *idle;
    void *context;
};

/* What it holds and what it waits for: for the progress line. */
struct scheduler_state {
    unsigned jobs;
    unsigned waiting;
    unsigned in_flight;
    unsigned hosts;
    int64_t queued;      /* URLs in the frontier, roughly */
    int64_t next_due_ms; /* wall clock; MOMENT_NONE: nothing is waited for */
};

int scheduler_create(struct scheduler **out, struct uv_loop_s *loop,
                     const struct scheduler_config *config,
                     const struct scheduler_callbacks *callbacks);

/* Begins: the first thing it does is to want URLs. */
void scheduler_start(struct scheduler *scheduler);

/* The answer to wanted: hosts with URLs, borrowed. */
void scheduler_add(struct scheduler *scheduler, const struct lease_answer *answer);

/* The answer to locate: an IP address in text, borrowed; NULL: the name leads nowhere. */
void scheduler_located(struct scheduler *scheduler, struct host *host, const char *address);

/* `job`'s transfer has ended: its place is free, its host has learnt. Sets what is to become of
 * its URL (result.completion, retry_ms, why). Borrows. */
void scheduler_fetched(struct scheduler *scheduler, struct job *job);

/* `job` was read; if it is a robots.txt, its host now has a verdict. Borrows. */
void scheduler_extracted(struct scheduler *scheduler, struct job *job);

/* `job` is written and about to be freed. `found_new` URLs came of it. Borrows. */
void scheduler_written(struct scheduler *scheduler, struct job *job, unsigned found_new);

/* Whether to start transfers: false while too many bodies are held. */
void scheduler_hold(struct scheduler *scheduler, bool hold);

/* Nothing starts from this moment on (monotonic): others may lease the hosts then. */
void scheduler_lease_until(struct scheduler *scheduler, uint64_t until_ms);

/* The hosts leased so far are others': all waiting jobs go back (refused, OUTCOME_RELEASED), those
 * under way come to their end, and others are leased. */
void scheduler_lost(struct scheduler *scheduler);

/* Lease no more, give all waiting jobs back (refused, OUTCOME_RELEASED). idle follows when the last
 * job is written. */
void scheduler_stop(struct scheduler *scheduler);

void scheduler_state(const struct scheduler *scheduler, struct scheduler_state *out);

/* Takes the scheduler, which must have no job. */
void scheduler_close(struct scheduler *scheduler);

#endif
