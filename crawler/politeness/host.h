/* host.h - one host: in flight, earliest next start, failures in a row.
 *
 * A host here is an origin (scheme, name, port), as for robots.txt. Plain functions over plain
 * data; moments are monotonic milliseconds unless their name says wall. Thread: the owner's (the
 * scheduler's). */
#ifndef CRAWLER_POLITENESS_HOST_H
#define CRAWLER_POLITENESS_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "politeness/reservations.h"
#include "storage/record.h"

struct address;
struct robots;

/* What the run allows; the same for all hosts. */
struct host_limits {
    unsigned per_host_max;       /* requests at one time */
    unsigned per_address_max;    /* the same, over all hosts of one address; 0: twice a host's */
    uint64_t delay_ms;           /* between two starts */
    uint64_t crawl_delay_max_ms; /* a longer Crawl-delay counts as this */
    unsigned rest_after;         /* failures in a row after which a host rests */
    uint64_t rest_ms;            /* its first rest; each further one is twice as long */
    uint64_t rest_max_ms;
};

enum { HOST_SLOWED_MAX = 6 };

enum robots_state {
    ROBOTS_UNKNOWN, /* to be asked before anything else */
    ROBOTS_ASKED,   /* under way, or another of its files is */
    ROBOTS_KNOWN,
};

struct host {
    int64_t host_id;    /* 0: never on lease, only visited for another's robots.txt */
    char id[24];        /* host_id in text: the scheduler finds it by that */
    bool leased;        /* else it is kept for its next moment only */
    bool lost;          /* that lease ran out: what is under way ends, and it is not ours to give */
    const char *origin; /* owned */
    int64_t site_id;    /* on whose behalf its robots.txt is asked */
    const char *site_home; /* owned */
    bool robots_wanted;    /* for itself: no URL waits for the verdict */
    struct list waiting;   /* its jobs, in the order in which they should start */
    unsigned waiting_count;
    unsigned in_flight;
    unsigned jobs;            /* under way anywhere, the waiting ones included */
    uint64_t left;            /* URLs due in the frontier beyond those, as the last lease said */
    uint64_t next_ms;         /* no start before */
    uint64_t heard_next_ms;   /* what that is once all requests are known to have come there … */
    uint64_t unheard_next_ms; /* … and what it was till then, if nothing has asked for more */
    uint64_t ready_since_ms;
    uint64_t response_ms; /* smoothed time to answer; 0: not known */
    int64_t own_delay_ms; /* the site's setting; -1: the run's */
    unsigned own_places;  /* the site's setting; 0: the run's */
    unsigned fails_in_row;
    unsigned rests;           /* rests in a row so far */
    bool resting;             /* until next_ms: its jobs go back to the frontier */
    unsigned refused_in_row;  /* 403 after 403 */
    unsigned slowed;          /* times that its delay was doubled */
    unsigned answered_in_row; /* without a 403 since */
    enum robots_state robots_state;
    struct robots *robots;     /* owned; NULL: everything is allowed */
    int64_t crawl_delay_ms;    /* of robots.txt; -1: none */
    int64_t robots_fetched_ms; /* wall clock */
    unsigned robots_tries;     /* failed requests for robots.txt in this run */
    unsigned robots_hops;
    const char *robots_url; /* where a redirect of robots.txt led; owned; NULL: its place */
    struct reservations reservations;
    int64_t files_asked_ms[HOST_FILES]; /* wall clock, beside robots.txt; 0: never */
    const char *file_url; /* where a redirect of the one that is due led; owned; NULL: its place */
    unsigned file_hops;
    struct host *visited;    /* whose budget the robots.txt under way uses; NULL: none is */
    struct address *address; /* where its requests go; NULL: not known, or nowhere */
    uint64_t located_ms;     /* when that was looked up; 0: never */
    bool locating;           /* the look-up is under way, or the question who asks there */
    const char *placed;      /* where runs share the hosts: the address at which this one is to ask
                                it, and no other run is; owned; NULL: none */
    bool granted;            /* the answer to that question */
    struct list placing;     /* in the scheduler's lists of those for which it is put */
    bool parked;             /* `ready` is in address->parked */
    struct heap_node soon;   /* waits for next_ms; the scheduler's */
    struct heap_node ready;  /* may start; the scheduler's, or address->parked */
    bool asked;              /* the lease request under way wants more for it */
    struct list wanting;     /* in the scheduler's list of hosts with room for more */
};

/* Frees what the host owns, not the host. */
void host_clear(struct host *host);

/* Nobody has it on lease any more: all goes but its name, its next moment, the requests under way
 * and where they go. */
void host_forget_lease(struct host *host);

/* How long after one start the next may come: the longest of the run's or site's delay, stretched
 * for a host that answers slowly and doubled for one that refuses, and Crawl-delay up to its
 * ceiling. */
uint64_t host_delay_ms(const struct host *host, const struct host_limits *limits);

/* How many requests it gets at one time: one while it is in trouble, so that a host that hangs
 * holds one place and not all of its own. */
unsigned host_places(const struct host *host, const struct host_limits *limits);

/* How many requests the hosts of its address get together, as far as it is concerned. */
unsigned host_address_places(const struct host *host, const struct host_limits *limits);

/* May a request start now, or only later (*wait until host->next_ms), or when one ends? */
bool host_may_start(const struct host *host, const struct host_limits *limits, uint64_t now_ms);

/* A request starts. `draw` in [0, 1) is the jitter: up to a quarter more, never less. A millisecond
 * is added for those that a clock of whole milliseconds can't see. */
void host_started(struct host *host, const struct host_limits *limits, uint64_t now_ms,
                  double draw);

/* A request has ended that was sent at `sent_ms`, and whose answer began at `heard_ms`: by then the
 * server had got it. The delay is between two requests as the server gets them, so it is counted
 * from there; but from a quarter of it (or a quarter of a second, or all of it, where it is
 * shorter) after the sending at most, so that a slow answer costs little. Until then a host with
 * several places is taken to get it that late. */
void host_heard(struct host *host, const struct host_limits *limits, uint64_t sent_ms,
                uint64_t heard_ms);

/* A request ended with an answer of any kind but trouble, after `response_ms`; 0: it took no time
 * that says anything. */
void host_answered(struct host *host, uint64_t response_ms);

/* A request for a page or source was answered by 403. One or two are about the page. From the third
 * in a row on it is the host that has had enough of us, as many say with 403 what 429 is for: then
 * this returns true, and the request counts as throttled. Each third one doubles the delay (half a
 * second at least, HOST_SLOWED_MAX times at most), and 20 other answers take a doubling back. */
bool host_refused(struct host *host);

/* A request ended in trouble that is the host's (no answer, 5xx, 429). `retry_after_ms` is what it
 * asked for, 0 for nothing: the host then waits that long (backoff_asked_ms). After rest_after
 * failures in a row it rests. Returns true when it has just begun to. */
bool host_failed(struct host *host, const struct host_limits *limits, uint64_t now_ms,
                 uint64_t retry_after_ms);

/* The host is left alone for now; each rest in a row is twice as long. */
void host_rest(struct host *host, const struct host_limits *limits, uint64_t now_ms);

/* How long all that is known to wait there will take, ms: for "longest chain first". */
uint64_t host_chain_ms(const struct host *host, const struct host_limits *limits);

#endif
