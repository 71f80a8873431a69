/* room.h - how many more of something a run may ask: of a site's new articles, of those of all
 * sites, of each sort of a site's sources.
 *
 * A run that has all hosts has all the room from its beginning. Where several share the hosts, the
 * limits are theirs together: each reserves room as it needs it, some at a time, and returns what
 * it has not drawn on for a while (database.h). What it could not get, because others have it, it
 * asks for again when one of them has returned some: its hosts are woken then.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_ROOM_H
#define STORAGE_TABLES_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct batch;
struct database;
struct frontier;
struct run_site;
struct url_lease;

enum { ROOM_PAGES, ROOM_SOURCES }; /* room.sort; from the second on, by quota_sort */

struct room {
    int64_t site_id; /* 0: of all sites */
    int sort;
    unsigned max;         /* 0: no limit */
    unsigned granted;     /* of it to this run */
    unsigned taken;       /* of these: on lease, or asked */
    int64_t drawn_ms;     /* when it was last drawn on */
    unsigned denied_call; /* frontier.calls when more was asked for last and not had */
    int change;           /* of `granted`, by the call that is under way */
    bool refused;         /* the last time there was none */
    bool noted;           /* in frontier.rooms */
};

void room_init(const struct frontier *frontier, struct room *room, int64_t site_id, int sort,
               unsigned max);

/* How many more, without asking anybody; UINT_MAX: no limit, or it is not known. `again`: of what
 * was refused by an earlier call that is not known, either. */
unsigned room_ahead(const struct frontier *frontier, const struct room *room, bool again);
/* Reserves some where there is none left, about `want`; none: as room_ahead() again. Returns 0 or a
 * store_error. */
int room_find(struct database *store, struct room *room, unsigned want, unsigned *left);
void room_take(const struct frontier *frontier, struct room *room);

/* Of new articles, both of the site (NULL: none) and of all. */
unsigned room_ahead_of_pages(const struct frontier *frontier, const struct run_site *site,
                             bool again);
int room_find_pages(struct database *store, struct run_site *site, unsigned want, unsigned *left);
void room_take_page(struct frontier *frontier, struct run_site *site);
/* A URL on lease was not asked after all: hosts that the limit kept back have a chance again. */
void rooms_untake(struct frontier *frontier, const struct url_lease *lease);

/* ---- where the hosts are shared ---- */

/* The leases have run out, and with them what was reserved. */
void rooms_forget(struct frontier *frontier);
/* A call that leases begins, or has failed: what it reserved and returned is undone. */
void rooms_begin(struct database *store);
void rooms_undo(struct frontier *frontier);
/* Returns what was not drawn on for a while; inside of the call's transaction. */
int rooms_return(struct database *store);
/* In the transaction of a batch: what was asked comes back to nobody. */
int rooms_spend(struct batch *batch);

#endif
