/* frontier.h - what a run knows of hosts and sites in memory, so that leasing asks the database for
 * nothing twice.
 *
 * Where one process writes, which URLs are leased, how many pages each site has had and which hosts
 * have something for this run need no columns: a crash forgets them, and that returns the leases.
 * Where several share the hosts, each knows so of those that it has leased (database.h).
 *
 * Invariants:
 * 1. A host is either held by the loop, or in the heap, or has nothing for this run.
 * 2. A cursor stands so that every queue row of its band read before it is leased or not for this
 *    run; rows that are added or given back there move it back.
 * 3. A host in the heap is not `exact` while nobody has looked whether it has anything.
 * 4. A foreign host is neither held nor in the heap.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_FRONTIER_H
#define STORAGE_TABLES_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/hashed.h"
#include "storage/memory.h"
#include "storage/record.h"
#include "storage/tables/quota.h"
#include "storage/tables/room.h"

enum band { BAND_SOURCES, BAND_NEW, BAND_RETRIES, BAND_AGAIN, BANDS };

enum { NOT_IN_HEAP = -1, SITE_NONE = 0, SITE_SEVERAL = -1 };

#define NEVER INT64_MAX

/* A place in a band of a host's queue. New articles are read from the end, the freshest first. */
struct cursor {
    int64_t rank;
    int64_t hash;
    bool ended; /* nothing behind it that is for this run */
};

struct run_host {
    int64_t host_id; /* 0: its row was rolled back, and must be made again */
    char *origin;
    int64_t ready_ms;  /* politeness: not to be asked before */
    int64_t moment_ms; /* key in the heap */
    int64_t retry_ms;  /* rank of the first retry that is not due yet; NEVER: none */
    int64_t site_id;   /* whose URLs it has; SITE_NONE, SITE_SEVERAL */
    struct cursor cursors[BANDS];
    int64_t left;      /* rows behind the cursors, as far as known: kept up by adding and taking */
    bool left_capped;  /* there may be more: counted once left is small */
    int64_t new_added; /* rows of BAND_NEW, by the open transaction */
    bool new_counted;  /* stands in batch->counted */
    int64_t passed_site; /* of a source of a kind that this run doesn't ask for; 0: none */
    bool robots_offered; /* leased once for its robots.txt alone */
    bool held;
    char *address; /* what was leased with it, since its requests went there; NULL: none */
    bool reopened; /* foreign, and due: a limit is open again, or a URL was given back */
    bool pressed;  /* something is kept back for a moment, while others reserve room */
    bool crowded;  /* others ask its address: it is to be given back */
    bool foreign;  /* not leased from the database, where several runs share the hosts */
    bool exact;    /* moment_ms is when it has something, not only a lower bound */
    bool capped;   /* has new articles that a limit or a budget keeps back */
    bool fresh;    /* its row was made in the open transaction */
    int heap_place;
};

struct run_site {
    int64_t site_id;
    char *home_url;
    char *domain;
    char *rules;
    int64_t delay_ms;                    /* -1: the run's */
    unsigned per_host;                   /* 0: the run's */
    unsigned sources;                    /* bits of source_kind that it is asked for in this run */
    bool enabled;                        /* and in the group that this run is for */
    bool searched;                       /* a whole site; not just one page or one API */
    struct room pages;                   /* first tries of new articles, leased or done */
    struct room sources_of[QUOTA_SORTS]; /* first tries of sources */
    bool left;                           /* that there were more was noted */
    unsigned known; /* sources that it has; counted when a new one is told of */
    bool known_counted;
    struct budgets *budgets; /* budget.h; NULL: not read so far */
    int64_t budgets_ms;      /* when they were read */
    bool budgets_stale;      /* another run may have changed them */
};

enum { RECENT_COUNT = 1 << 16 };

struct frontier {
    struct run_record run;
    /* Sources and second looks due up to then are this run's: when it began, or, where the hosts
     * are shared, when the last of the runs on them did. */
    int64_t due_ms;
    int64_t night_ms; /* when it began, or the first of the runs that share the limits */
    bool shared;      /* hosts are leased from the database */
    bool reopened;    /* some of them, see there */
    bool moved;       /* the open transaction leases hosts or room, or gives some back */
    struct run_host **hosts;
    size_t hosts_count, hosts_capacity;
    struct hashed_map hosts_by_id;
    struct hashed_map hosts_by_origin;
    struct run_host **heap; /* by moment_ms, least first */
    size_t heap_count, heap_capacity;
    struct hashed_map sites;
    struct run_site *site_asked; /* last: a host's URLs are mostly of one site */
    struct hashed_pairs leased;  /* queue rows: host_id, hash mixed with band and rank */
    struct hashed_pairs wanted;  /* by hash alone: sitemaps that an index named to this backfill */
    struct room pages;           /* first tries of new articles, of all sites */
    struct room **rooms;         /* where the hosts are shared: those that may be returned */
    size_t rooms_count, rooms_capacity;
    unsigned calls;    /* that leased; the last of them … */
    int64_t called_ms; /* … when */
    bool busy;         /* … and whether others were just reserving what it wanted */
    int64_t queued;    /* rows of the queue, roughly */
    /* URLs seen lately, so that links on every page of a site don't reach the database */
    uint64_t recent[RECENT_COUNT];
    struct pool answer;
    struct budget **budgets_urgent; /* to be written with the next batch */
    size_t budgets_urgent_count, budgets_urgent_capacity;
    size_t budgets_writing; /* of these, written by the open transaction */
};

struct frontier *frontier_create(const struct run_record *run);
void frontier_free(struct frontier *frontier); /* takes; NULL does nothing */

/* ---- hosts ---- */

/* Adds a host that is not there yet. Copies `origin`. With host_id 0 it has no row yet. */
struct run_host *frontier_add_host(struct frontier *frontier, int64_t host_id, const char *origin,
                                   size_t origin_size);
struct run_host *frontier_host(struct frontier *frontier, int64_t host_id); /* or NULL */
struct run_host *frontier_host_of(struct frontier *frontier, const char *origin,
                                  size_t origin_size); /* or NULL */
/* A foreign host was leased: what was known of its queue is no longer so. */
void frontier_claimed(struct frontier *frontier, struct run_host *host);
/* The other way; when it has something next is returned, as far as known. NEVER: nothing. */
int64_t frontier_released(struct frontier *frontier, struct run_host *host);
/* A call that leased and released hosts has failed: those that are not held are foreign again, and
 * the `released` ones are held still. */
void frontier_disown(struct frontier *frontier, const int64_t *released, size_t count);
/* The leases have run out, so nothing is known of any host, nor of any URL. Sites and what was
 * counted of them stay. */
void frontier_forget_hosts(struct frontier *frontier);
/* After the commit that made the row of `host`: it can be found by its id. */
void frontier_confirm_host(struct frontier *frontier, struct run_host *host);

void frontier_heap_set(struct frontier *frontier, struct run_host *host, int64_t moment_ms);
void frontier_heap_remove(struct frontier *frontier, struct run_host *host);

/* The host may not be asked before. */
void frontier_set_ready(struct frontier *frontier, struct run_host *host, int64_t ready_ms);

/* A queue row was added, or given back: the host has something, perhaps. */
void frontier_added(struct frontier *frontier, struct run_host *host, int band, int64_t rank,
                    int64_t hash);

/* ---- leased URLs and limits ---- */

/* By row: a source may lead to a URL that also waits as an article, or for another source. */
bool frontier_is_leased(const struct frontier *frontier, int64_t host_id, int band, int64_t rank,
                        int64_t hash);
void frontier_take(struct frontier *frontier, int64_t host_id, int band, int64_t rank,
                   int64_t hash);
/* An index named this sitemap as one that may hold what a backfill is after. */
void frontier_want(struct frontier *frontier, int64_t host_id, int64_t hash);
bool frontier_is_wanted(const struct frontier *frontier, int64_t host_id, int64_t hash);
/* Whether it was leased. */
bool frontier_forget(struct frontier *frontier, int64_t host_id, int band, int64_t rank,
                     int64_t hash);

struct run_site *frontier_site(struct frontier *frontier, int64_t site_id); /* or NULL */
struct run_site *frontier_add_site(struct frontier *frontier, int64_t site_id);
/* All of them, one a call, in no order; start with *place 0. NULL: no more. */
struct run_site *frontier_next_site(const struct frontier *frontier, size_t *place);

/* A limit or budget that kept new articles back is open again: all of them have a chance. */
void frontier_reconsider(struct frontier *frontier);

/* ---- URLs seen lately ---- */

bool frontier_is_recent(const struct frontier *frontier, int64_t host_id, int64_t hash);
void frontier_set_recent(struct frontier *frontier, int64_t host_id, int64_t hash);

#endif
