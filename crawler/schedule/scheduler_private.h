/* scheduler_private.h - the scheduler's own parts, and what they ask of each other.
 *
 *     scheduler.c   the station: which host is next, starting, what came of a job, the end
 *     leasing.c     jobs come from the frontier, hosts go back to it
 *     held.c        the hosts that are known: on lease, or kept for their next moment
 *     places.c      budgets of addresses: where a host's requests go, and whether one may start;
 *                   of several runs, which asks there
 *     verdict.c     the life of a robots.txt: asked for, redirected, failed, learnt
 *     reserved.c    the same for ai.txt and tdmrep.json, which hold up nothing for long
 *
 * Thread: loop thread only. */
#ifndef CRAWLER_SCHEDULE_SCHEDULER_PRIVATE_H
#define CRAWLER_SCHEDULE_SCHEDULER_PRIVATE_H

#include <uv.h>

#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"
#include "job.h"
#include "schedule/scheduler.h"

enum {
    HORIZON_MS = 2000,    /* jobs are leased for starts within this */
    GIVE_BACK_MS = 10000, /* a host that can't start within this gives its jobs back */
};

struct scheduler {
    struct scheduler_config config;
    struct scheduler_callbacks callbacks;
    uv_loop_t *loop;
    uv_timer_t timer;
    uv_async_t next_turn; /* there is more to start than one turn of the loop should */
    unsigned handles_open;
    struct map hosts;     /* on lease, by id */
    struct map origins;   /* the same and those in `kept`, by origin */
    struct map addresses; /* that these lead to, by text */
    struct heap soon;
    struct heap ready;
    struct heap kept;    /* hosts not on lease whose next moment is still to come */
    struct list wanting; /* hosts with room for more URLs, and URLs left */
    unsigned wanting_count;
    struct list asked;    /* hosts that the request under way wants more for: they stay */
    struct list unplaced; /* hosts for which the next request is to ask who asks their address */
    struct list placing;  /* those for which the request under way does */
    int64_t *released;    /* hosts to be given back with the next request */
    size_t released_count, released_capacity;
    unsigned jobs, waiting, in_flight, locating, unplaced_count;
    unsigned started; /* since the last turn that was cut short */
    bool dispatching;
    bool leasing; /* a request is under way */
    bool more;    /* there may be hosts to lease that are not held */
    bool holding; /* start nothing for now */
    bool stopping;
    bool idle_told;
    uint64_t leased_until_ms;
    int64_t next_due_ms; /* wall: of hosts not held; MOMENT_NONE */
    int64_t put_off_ms;  /* wall: from here on what is due was put off to a later run */
    int64_t queued;
    uint64_t idle_since_ms; /* 0: there is work */
    uint64_t random;
};

/* ---- scheduler.c ---- */

/* Puts the host where it belongs now. May free it. */
void scheduler_requeue(struct scheduler *scheduler, struct host *host);
/* Starts all that may start, wants more where there is room, and sees when the run is over. */
void scheduler_dispatch(struct scheduler *scheduler);
/* Gives `job` away, on the budget of `asked`. */
void scheduler_begin(struct scheduler *scheduler, struct host *asked, struct job *job);
/* Hands a job that was never asked on to the writer. */
void scheduler_refuse(struct scheduler *scheduler, struct job *job, enum outcome outcome);
void scheduler_refuse_waiting(struct scheduler *scheduler, struct host *host, enum outcome outcome);
/* What is stored of the host with a result. */
void scheduler_describe(const struct host *host, struct host_record *out);
/* A number in [0, 1). */
double scheduler_draw(struct scheduler *scheduler);

/* ---- leasing.c ---- */

uint64_t leasing_monotonic_ms(int64_t wall_ms);
/* Whether the host has room for more URLs, and is to be asked for with the next request. */
void leasing_note(struct scheduler *scheduler, struct host *host);
/* Asks for more where that is worth it, and sees when the run is over. */
void leasing_want(struct scheduler *scheduler);
/* Its next moment and its leases are the frontier's from here on. */
void leasing_give_back(struct scheduler *scheduler, struct host *host);

/* ---- held.c ---- */

struct host *held_by_id(const struct scheduler *scheduler, int64_t host_id);
/* The host on lease; what is known of its moments and places is kept. */
struct host *held_add(struct scheduler *scheduler, const struct host_lease *lease);
/* While it was not on lease others may have asked it, and at another address. */
void held_meanwhile(const struct scheduler *scheduler, struct host *host,
                    const struct host_lease *lease);
/* The host of this origin; where none is known, one that nobody has on lease. */
struct host *held_visit(struct scheduler *scheduler, const char *origin);
/* Not on lease any more, or never: kept until its next moment, or freed. */
void held_release(struct scheduler *scheduler, struct host *host);
void held_forget(struct scheduler *scheduler, uint64_t now_ms);
void held_clear(struct scheduler *scheduler);

/* ---- places.c ---- */

/* Whether it is known where the host's requests go. */
bool places_located(const struct host *host);
/* Asks where; scheduler_located() is the answer. */
void places_locate(struct scheduler *scheduler, struct host *host);
/* Whether the host's address has a place for it that nobody has been promised; without one: yes. */
bool places_has_room(const struct scheduler *scheduler, const struct host *host);
/* The places that are to be asked for with a lease request, into `out`, which has room for all of
 * them, of the hosts in `unplaced`. Returns how many. */
size_t places_ask(struct scheduler *scheduler, struct host_place *out);
/* Its answer: hosts whose address another run asks are given back. */
void places_answered(struct scheduler *scheduler, const struct lease_answer *answer);
/* Nobody is to be asked any more: these hosts are about to be given back. */
void places_forget(struct scheduler *scheduler);
/* The host leads nowhere from here on. */
void places_leave(struct scheduler *scheduler, struct host *host);
/* Into the heap of those that may start, or beside its address until that has a place. */
void places_enter_ready(struct scheduler *scheduler, struct host *host, int64_t urgency);
void places_leave_ready(struct scheduler *scheduler, struct host *host);
/* Those that wait for a place at the address get what is free. NULL is fine. */
void places_admit(struct scheduler *scheduler, struct address *address);

/* ---- verdict.c ---- */

void verdict_learn(struct host *host, const char *reduced, int64_t fetched_ms);
bool verdict_fresh(const struct scheduler *scheduler, const struct host *host);
/* Asks for the host's robots.txt, or sees that it has to wait for whom a redirect leads to. */
void verdict_ask(struct scheduler *scheduler, struct host *host);
/* A request for one of the host's own files, at its usual address where `url` is NULL; and its
 * beginning, on the budget of `visited`: until it is settled nothing else of the host is asked. */
struct job *verdict_job(struct host *host, enum host_file file, const char *url, unsigned hops);
void verdict_begin(struct scheduler *scheduler, struct host *host, struct host *visited,
                   struct job *job);
void verdict_fetched(struct scheduler *scheduler, struct job *job, struct host *host);
void verdict_extracted(struct job *job, struct host *host);

/* ---- reserved.c ---- */

/* The file to be asked for before the next page; HOST_ROBOTS: none is. The verdict is fresh. */
enum host_file reserved_due(const struct scheduler *scheduler, const struct host *host);
void reserved_ask(struct scheduler *scheduler, struct host *host, enum host_file file);
void reserved_fetched(struct job *job, struct host *host);
void reserved_extracted(struct job *job, struct host *host);
/* What these files ask as to a page. */
void reserved_note(struct job *job, const struct host *host);

#endif
