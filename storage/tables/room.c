#include "storage/tables/room.h"

#include <limits.h>

#include "storage/tables/batch.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/quota.h"
#include "storage/tables/scan.h"

enum { IDLE_MS = 1000 }; /* what was not drawn on for so long, others may need */

void room_init(const struct frontier *frontier, struct room *room, int64_t site_id, int sort,
               unsigned max)
{
    *room = (struct room){.site_id = site_id, .sort = sort, .max = max};
    room->granted = frontier->shared ? 0 : max;
}

static unsigned left_of(const struct room *room)
{
    return room->granted > room->taken ? room->granted - room->taken : 0;
}

unsigned room_ahead(const struct frontier *frontier, const struct room *room, bool again)
{
    unsigned left = left_of(room);
    if (!room->max)
        return UINT_MAX;
    if (left || !frontier->shared)
        return left;
    return room->refused && (!again || room->denied_call == frontier->calls) ? 0 : UINT_MAX;
}

static void note(struct frontier *frontier, struct room *room)
{
    if (room->noted)
        return;
    room->noted = true;
    frontier->rooms = memory_room(frontier->rooms, frontier->rooms_count, &frontier->rooms_capacity,
                                  sizeof(struct room *));
    frontier->rooms[frontier->rooms_count++] = room;
}

static int reserve(struct database *store, struct room *room, unsigned want)
{
    struct frontier *frontier = store->frontier;
    int64_t granted = 0;
    int err = store->driver->sharing->reserve(store, room, want, &granted);
    if (err)
        return err;
    frontier->busy |= granted < 0;
    room->refused = granted == 0;
    if (granted <= 0) {
        room->denied_call = frontier->calls;
        return 0;
    }
    room->granted += (unsigned)granted;
    room->change += (int)granted;
    frontier->moved = true;
    room->drawn_ms = store->now_ms;
    note(frontier, room);
    return 0;
}

int room_find(struct database *store, struct room *room, unsigned want, unsigned *left)
{
    const struct frontier *frontier = store->frontier;
    int err = 0;
    if (frontier->shared && want && room->max && !left_of(room) &&
        room->denied_call != frontier->calls)
        err = reserve(store, room, want);
    *left = want && room->max ? left_of(room) : room_ahead(frontier, room, true);
    return err;
}

void room_take(const struct frontier *frontier, struct room *room)
{
    room->taken++;
    room->drawn_ms = frontier->called_ms;
}

/* ---- new articles ---- */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned room_ahead_of_pages(const struct frontier *frontier, const struct run_site *site,
                             bool again)
{
    unsigned of_all = room_ahead(frontier, &frontier->pages, again);
    return site ? least(room_ahead(frontier, &site->pages, again), of_all) : of_all;
}

int room_find_pages(struct database *store, struct run_site *site, unsigned want, unsigned *left)
{
    unsigned of_site = UINT_MAX;
    *left = 0;
    int err = site ? room_find(store, &site->pages, want, &of_site) : 0;
    if (err || !of_site)
        return err;
    err = room_find(store, &store->frontier->pages, want, left);
    *left = least(*left, of_site);
    return err;
}

void room_take_page(struct frontier *frontier, struct run_site *site)
{
    room_take(frontier, &frontier->pages);
    if (site)
        room_take(frontier, &site->pages);
}

static void untake(struct frontier *frontier, struct room *room)
{
    if (room->taken)
        room->taken--;
    if (frontier->shared && left_of(room))
        note(frontier, room);
}

static void untake_page(struct frontier *frontier, struct run_site *site)
{
    bool was_full = room_ahead_of_pages(frontier, site, false) == 0;
    untake(frontier, &frontier->pages);
    if (site)
        untake(frontier, &site->pages);
    if (was_full)
        frontier_reconsider(frontier);
}

void rooms_untake(struct frontier *frontier, const struct url_lease *lease)
{
    struct run_site *site = frontier_site(frontier, lease->site_id);
    if (scan_counts_as_page(lease->band, lease->tries, lease->hops))
        untake_page(frontier, site);
    else if (site && quota_counts(lease->band, lease->tries, lease->hops))
        untake(frontier, &site->sources_of[quota_sort(frontier, lease)]);
}

/* ---- where the hosts are shared ---- */

static void forget(struct room *room)
{
    room->granted = room->taken = room->denied_call = 0;
    room->change = 0;
    room->refused = room->noted = false;
}

void rooms_forget(struct frontier *frontier)
{
    size_t place = 0;
    struct run_site *site;
    forget(&frontier->pages);
    while ((site = frontier_next_site(frontier, &place))) {
        forget(&site->pages);
        for (int sort = 0; sort < QUOTA_SORTS; sort++)
            forget(&site->sources_of[sort]);
    }
    frontier->rooms_count = 0;
}

void rooms_begin(struct database *store)
{
    struct frontier *frontier = store->frontier;
    frontier->calls++;
    frontier->called_ms = store->now_ms;
    frontier->busy = false;
    size_t kept = 0;
    for (size_t i = 0; i < frontier->rooms_count; i++) {
        struct room *room = frontier->rooms[i];
        room->change = 0;
        room->noted = left_of(room) != 0;
        if (room->noted)
            frontier->rooms[kept++] = room;
    }
    frontier->rooms_count = kept;
}

void rooms_undo(struct frontier *frontier)
{
    for (size_t i = 0; i < frontier->rooms_count; i++) {
        struct room *room = frontier->rooms[i];
        room->granted -= (unsigned)room->change;
        room->change = 0;
    }
}

int rooms_return(struct database *store)
{
    struct frontier *frontier = store->frontier;
    struct room **idle = pool_alloc(&frontier->answer, (frontier->rooms_count + 1) * sizeof(*idle));
    size_t count = 0;
    for (size_t i = 0; i < frontier->rooms_count; i++) {
        struct room *room = frontier->rooms[i];
        if (left_of(room) && store->now_ms - room->drawn_ms >= IDLE_MS)
            idle[count++] = room;
    }
    frontier->moved |= count > 0;
    return count ? store->driver->sharing->give_room(store, idle, count) : 0;
}

/* The limits that a result's URL counted for. */
static size_t rooms_of(const struct batch *batch, const struct url_lease *lease,
                       const struct room *out[2])
{
    struct run_site *site = frontier_site(batch->frontier, lease->site_id);
    size_t count = 0;
    if (scan_counts_as_page(lease->band, lease->tries, lease->hops)) {
        if (batch->frontier->pages.max)
            out[count++] = &batch->frontier->pages;
        if (site && site->pages.max)
            out[count++] = &site->pages;
    } else if (site && quota_counts(lease->band, lease->tries, lease->hops)) {
        const struct room *room = &site->sources_of[quota_sort(batch->frontier, lease)];
        if (room->max)
            out[count++] = room;
    }
    return count;
}

int rooms_spend(struct batch *batch)
{
    const struct room **spent =
        pool_alloc(&batch->store->pool, (2 * batch->count + 1) * sizeof(*spent));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->results[i]->completion != COMPLETE_RELEASED && !batch->outcomes[i].lost)
            count += rooms_of(batch, &batch->results[i]->lease, spent + count);
    return count ? batch->store->driver->sharing->spend_room(batch->store, spent, count) : 0;
}
