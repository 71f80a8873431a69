#include "storage/tables/frontier.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/budget.h"

/* ---- the whole ---- */

struct frontier *frontier_create(const struct run_record *run)
{
    struct frontier *frontier = memory_zeroed(1, sizeof(*frontier));
    frontier->run = *run;
    frontier->due_ms = run->started_ms;
    return frontier;
}

static void free_site(struct run_site *site)
{
    free(site->home_url);
    free(site->domain);
    free(site->rules);
    budgets_free(site->budgets);
    free(site);
}

void frontier_forget_hosts(struct frontier *frontier)
{
    for (size_t i = 0; i < frontier->hosts_count; i++) {
        free(frontier->hosts[i]->origin);
        free(frontier->hosts[i]->address);
        free(frontier->hosts[i]);
    }
    free(frontier->hosts_by_id.slots);
    free(frontier->hosts_by_origin.slots);
    free(frontier->leased.keys);
    frontier->hosts_by_id = frontier->hosts_by_origin = (struct hashed_map){0};
    frontier->leased = (struct hashed_pairs){0};
    frontier->hosts_count = frontier->heap_count = 0;
    frontier->reopened = false;
    memset(frontier->recent, 0, sizeof(frontier->recent));
}

void frontier_free(struct frontier *frontier)
{
    if (!frontier)
        return;
    frontier_forget_hosts(frontier);
    for (size_t i = 0; i < frontier->sites.capacity; i++)
        if (frontier->sites.slots[i].value)
            free_site(frontier->sites.slots[i].value);
    free(frontier->hosts);
    free(frontier->heap);
    free(frontier->sites.slots);
    free(frontier->wanted.keys);
    free(frontier->budgets_urgent);
    free(frontier->rooms);
    pool_clear(&frontier->answer);
    free(frontier);
}

/* ---- cursors ---- */

static struct cursor cursor_at_start(int band)
{
    int64_t start = band == BAND_NEW ? INT64_MAX : INT64_MIN;
    return (struct cursor){start, start, false};
}

static bool stands_before(const struct cursor *cursor, int band, int64_t rank, int64_t hash)
{
    if (band == BAND_NEW)
        return cursor->rank > rank || (cursor->rank == rank && cursor->hash > hash);
    return cursor->rank < rank || (cursor->rank == rank && cursor->hash < hash);
}

/* So that the row is the next to be read, or nearly: the very last hash has no successor. */
static struct cursor cursor_just_before(int band, int64_t rank, int64_t hash)
{
    if (band == BAND_NEW)
        return (struct cursor){hash == INT64_MAX ? rank + 1 : rank, hash + (hash != INT64_MAX),
                               false};
    return (struct cursor){hash == INT64_MIN ? rank - 1 : rank, hash - (hash != INT64_MIN), false};
}

/* ---- hosts ---- */

static uint64_t origin_key(const char *origin, size_t size)
{
    return XXH3_64bits(origin, size);
}

struct run_host *frontier_add_host(struct frontier *frontier, int64_t host_id, const char *origin,
                                   size_t origin_size)
{
    struct run_host *host = memory_zeroed(1, sizeof(*host));
    host->host_id = host_id;
    host->origin = memory_string(origin, origin_size);
    host->heap_place = NOT_IN_HEAP;
    host->retry_ms = NEVER;
    host->left_capped = true;
    host->foreign = frontier->shared;
    for (int band = 0; band < BANDS; band++)
        host->cursors[band] = cursor_at_start(band);
    frontier->hosts = memory_room(frontier->hosts, frontier->hosts_count, &frontier->hosts_capacity,
                                  sizeof(struct run_host *));
    frontier->hosts[frontier->hosts_count++] = host;
    hashed_put(&frontier->hosts_by_origin, origin_key(origin, origin_size), host);
    if (host_id)
        frontier_confirm_host(frontier, host);
    return host;
}

void frontier_confirm_host(struct frontier *frontier, struct run_host *host)
{
    host->fresh = false;
    hashed_put(&frontier->hosts_by_id, (uint64_t)host->host_id, host);
}

struct run_host *frontier_host(struct frontier *frontier, int64_t host_id)
{
    return hashed_get(&frontier->hosts_by_id, (uint64_t)host_id);
}

struct run_host *frontier_host_of(struct frontier *frontier, const char *origin, size_t origin_size)
{
    uint64_t key = origin_key(origin, origin_size);
    size_t place = SIZE_MAX;
    struct run_host *host;
    while ((host = hashed_next(&frontier->hosts_by_origin, key, &place)))
        if (strncmp(host->origin, origin, origin_size) == 0 && !host->origin[origin_size])
            return host;
    return NULL;
}

static void heap_put(struct frontier *frontier, size_t place, struct run_host *host)
{
    frontier->heap[place] = host;
    host->heap_place = (int)place;
}

static void heap_rise(struct frontier *frontier, struct run_host *host)
{
    size_t place = (size_t)host->heap_place;
    while (place) {
        struct run_host *parent = frontier->heap[(place - 1) / 2];
        if (parent->moment_ms <= host->moment_ms)
            break;
        heap_put(frontier, place, parent);
        place = (place - 1) / 2;
    }
    heap_put(frontier, place, host);
}

static void heap_sink(struct frontier *frontier, struct run_host *host)
{
    size_t place = (size_t)host->heap_place;
    for (size_t child; (child = place * 2 + 1) < frontier->heap_count; place = child) {
        if (child + 1 < frontier->heap_count &&
            frontier->heap[child + 1]->moment_ms < frontier->heap[child]->moment_ms)
            child++;
        if (frontier->heap[child]->moment_ms >= host->moment_ms)
            break;
        heap_put(frontier, place, frontier->heap[child]);
    }
    heap_put(frontier, place, host);
}

void frontier_heap_set(struct frontier *frontier, struct run_host *host, int64_t moment_ms)
{
    host->moment_ms = moment_ms;
    if (host->heap_place == NOT_IN_HEAP) {
        frontier->heap = memory_room(frontier->heap, frontier->heap_count, &frontier->heap_capacity,
                                     sizeof(struct run_host *));
        heap_put(frontier, frontier->heap_count++, host);
    }
    heap_rise(frontier, host);
    heap_sink(frontier, host);
}

void frontier_heap_remove(struct frontier *frontier, struct run_host *host)
{
    if (host->heap_place == NOT_IN_HEAP)
        return;
    size_t place = (size_t)host->heap_place;
    host->heap_place = NOT_IN_HEAP;
    struct run_host *last = frontier->heap[--frontier->heap_count];
    if (last == host)
        return;
    heap_put(frontier, place, last);
    heap_rise(frontier, last);
    heap_sink(frontier, last);
}

/* Puts a host that had nothing back where it can be leased. */
static void wake(struct frontier *frontier, struct run_host *host, int64_t moment_ms, bool exact)
{
    if (host->held || host->foreign)
        return;
    if (moment_ms < host->ready_ms)
        moment_ms = host->ready_ms;
    if (host->heap_place != NOT_IN_HEAP && host->moment_ms <= moment_ms)
        return;
    host->exact = exact;
    frontier_heap_set(frontier, host, moment_ms);
}

void frontier_claimed(struct frontier *frontier, struct run_host *host)
{
    struct run_site *site = host->site_id > 0 ? frontier_site(frontier, host->site_id) : NULL;
    if (site)
        site->budgets_stale = true;
    host->foreign = host->capped = host->exact = host->crowded = host->pressed = false;
    host->retry_ms = NEVER;
    host->left = 0;
    host->left_capped = true;
    for (int band = 0; band < BANDS; band++)
        host->cursors[band] = cursor_at_start(band);
    frontier_heap_set(frontier, host, host->ready_ms);
}

int64_t frontier_released(struct frontier *frontier, struct run_host *host)
{
    int64_t next_ms = host->heap_place == NOT_IN_HEAP ? NEVER : host->moment_ms;
    frontier_heap_remove(frontier, host);
    host->foreign = true;
    return next_ms;
}

void frontier_disown(struct frontier *frontier, const int64_t *released, size_t count)
{
    while (frontier->heap_count)
        frontier_released(frontier, frontier->heap[0]);
    for (size_t i = 0; i < frontier->hosts_count; i++)
        frontier->hosts[i]->foreign = !frontier->hosts[i]->held;
    for (size_t i = 0; i < count; i++) {
        struct run_host *host = frontier_host(frontier, released[i]);
        if (!host)
            continue;
        host->held = true;
        host->foreign = false;
    }
}

void frontier_set_ready(struct frontier *frontier, struct run_host *host, int64_t ready_ms)
{
    host->ready_ms = ready_ms;
    if (host->heap_place != NOT_IN_HEAP && host->moment_ms < ready_ms)
        frontier_heap_set(frontier, host, ready_ms);
}

void frontier_added(struct frontier *frontier, struct run_host *host, int band, int64_t rank,
                    int64_t hash)
{
    if (band != BAND_RETRIES && band != BAND_NEW && rank > frontier->due_ms &&
        !(band == BAND_SOURCES && frontier->run.poll_all))
        return; /* of a later run */
    struct cursor *cursor = &host->cursors[band];
    if (!stands_before(cursor, band, rank, hash))
        *cursor = cursor_just_before(band, rank, hash);
    if (band == BAND_RETRIES) {
        if (rank < host->retry_ms)
            host->retry_ms = rank;
        wake(frontier, host, rank, false);
        return;
    }
    cursor->ended = false;
    host->left++;
    wake(frontier, host, INT64_MIN, false);
}

/* ---- leased URLs and limits ---- */

/* The hash as it stands in the set. */
static int64_t lease_hash(int band, int64_t rank, int64_t hash)
{
    return (int64_t)((uint64_t)hash + hashed_mix((uint64_t)rank * BANDS + (uint64_t)band));
}

bool frontier_is_leased(const struct frontier *frontier, int64_t host_id, int band, int64_t rank,
                        int64_t hash)
{
    return hashed_has(&frontier->leased, host_id, lease_hash(band, rank, hash));
}

void frontier_take(struct frontier *frontier, int64_t host_id, int band, int64_t rank, int64_t hash)
{
    hashed_add(&frontier->leased, host_id, lease_hash(band, rank, hash));
}

void frontier_want(struct frontier *frontier, int64_t host_id, int64_t hash)
{
    hashed_add(&frontier->wanted, host_id, hash);
}

bool frontier_is_wanted(const struct frontier *frontier, int64_t host_id, int64_t hash)
{
    return hashed_has(&frontier->wanted, host_id, hash);
}

bool frontier_forget(struct frontier *frontier, int64_t host_id, int band, int64_t rank,
                     int64_t hash)
{
    return hashed_drop(&frontier->leased, host_id, lease_hash(band, rank, hash));
}

struct run_site *frontier_site(struct frontier *frontier, int64_t site_id)
{
    if (!frontier->site_asked || frontier->site_asked->site_id != site_id) {
        struct run_site *site = hashed_get(&frontier->sites, (uint64_t)site_id);
        if (!site)
            return NULL;
        frontier->site_asked = site;
    }
    return frontier->site_asked;
}

struct run_site *frontier_add_site(struct frontier *frontier, int64_t site_id)
{
    struct run_site *site = memory_zeroed(1, sizeof(*site));
    site->site_id = site_id;
    hashed_put(&frontier->sites, (uint64_t)site_id, site);
    return site;
}

struct run_site *frontier_next_site(const struct frontier *frontier, size_t *place)
{
    while (*place < frontier->sites.capacity) {
        struct run_site *site = frontier->sites.slots[(*place)++].value;
        if (site)
            return site;
    }
    return NULL;
}

void frontier_reconsider(struct frontier *frontier)
{
    for (size_t i = 0; i < frontier->hosts_count; i++) {
        struct run_host *host = frontier->hosts[i];
        if (!host->capped)
            continue;
        host->capped = false;
        host->reopened = host->foreign;
        frontier->reopened |= host->foreign;
        host->cursors[BAND_NEW] = cursor_at_start(BAND_NEW);
        host->left_capped = true;
        wake(frontier, host, INT64_MIN, false);
    }
}

/* ---- URLs seen lately ---- */

static uint64_t recent_value(int64_t host_id, int64_t hash)
{
    return ((uint64_t)hash ^ hashed_mix((uint64_t)host_id)) | 1;
}

bool frontier_is_recent(const struct frontier *frontier, int64_t host_id, int64_t hash)
{
    uint64_t value = recent_value(host_id, hash);
    return frontier->recent[value >> 48] == value;
}

void frontier_set_recent(struct frontier *frontier, int64_t host_id, int64_t hash)
{
    uint64_t value = recent_value(host_id, hash);
    frontier->recent[value >> 48] = value;
}
