#include "storage/tables/lease.h"

#include <string.h>

#include "storage/tables/budget.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/scan.h"

enum {
    CLAIMED_BEYOND = 4, /* hosts leased from the database, more than are wanted … */
    CLAIMS_MAX = 16,    /* … so often in one call */
    PRESSED_MS = 100,   /* until a host that got no room, as others were reserving, is due */
    BARREN_MAX = 256,   /* hosts (or 16 rows) that turn out to have nothing, in one call */
    SOURCE_KINDS = 8,   /* queue.kind: SOURCE_KINDS + source_kind; an article is 0, which SQLite */
                        /* keeps without a byte, a page 1 */
};

static int answer_request(struct database *store, const struct lease_request *request,
                          struct lease_answer *out, size_t *held);
static int place_hosts(struct database *store, const struct lease_request *request,
                       struct lease_answer *out);
static int release_hosts(struct database *store, const struct lease_request *request);
static int lease_held(struct database *store, const struct lease_request *request, unsigned *places,
                      struct lease_answer *out);
static int lease_new(struct database *store, const struct lease_request *request, unsigned *places,
                     struct lease_answer *out);
static int find_next_due(struct database *store, int64_t now_ms, struct lease_answer *out);
static void take_back(struct database *store, const struct lease_request *request,
                      struct lease_answer *out, size_t held);

int lease_hosts(struct store *base, const struct lease_request *request, struct lease_answer *out)
{
    struct database *store = database_of(base);
    if (request->now_ms > store->now_ms)
        store->now_ms = request->now_ms;
    rooms_begin(store);
    size_t held = 0;
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE};
    int err = store->driver->sharing ? transaction_begin(store) : transaction_begin_reading(store);
    if (err)
        return err;
    err = transaction_end(store, answer_request(store, request, out, &held));
    if (err)
        take_back(store, request, out, held);
    return err;
}

static int answer_request(struct database *store, const struct lease_request *request,
                          struct lease_answer *out, size_t *held)
{
    struct frontier *frontier = store->frontier;
    unsigned places = request->urls_max;
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE, .queued = frontier->queued};
    frontier->moved = false;
    pool_reset(&frontier->answer);
    size_t hosts_max = request->wants_count + places + 1;
    out->hosts = pool_alloc(&frontier->answer, hosts_max * sizeof(*out->hosts));
    memset(out->hosts, 0, hosts_max * sizeof(*out->hosts));
    int err = place_hosts(store, request, out);
    if (!err)
        err = release_hosts(store, request);
    if (!err)
        err = rooms_return(store);
    if (!err)
        err = lease_held(store, request, &places, out);
    *held = err ? hosts_max : out->hosts_count; /* those behind came new */
    if (!err)
        err = lease_new(store, request, &places, out);
    if (!err)
        err = find_next_due(store, request->now_ms, out);
    const struct sharing *sharing = store->driver->sharing;
    bool sealed = frontier->moved || (sharing && sharing->is_unsure(store));
    return err || !sealed ? err : sharing->seal(store);
}

int lease_kind(enum url_kind kind, enum source_kind source)
{
    return kind == URL_SOURCE ? SOURCE_KINDS + (int)source : (int)kind - URL_ARTICLE;
}

enum url_kind lease_url_kind(int kind)
{
    return kind >= SOURCE_KINDS ? URL_SOURCE : (enum url_kind)(kind + URL_ARTICLE);
}

enum source_kind lease_source_kind(int kind)
{
    return kind >= SOURCE_KINDS ? (enum source_kind)(kind - SOURCE_KINDS) : KIND_NO_SOURCE;
}

struct run_site *lease_site(struct database *store, int64_t site_id, int *err)
{
    struct run_site *site = frontier_site(store->frontier, site_id);
    *err = 0;
    if (site || !site_id)
        return site;
    struct statement *query = statement(store, SQL_SITE_FACTS);
    bind_integer(query, 1, site_id);
    bind_text(query, 2, store->frontier->run.labels);
    int row = statement_step(query);
    if (row != 1) {
        *err = row;
        return NULL;
    }
    site = frontier_add_site(store->frontier, site_id);
    const char *home = column_text(query, 0), *domain = column_text(query, 1);
    const char *rules = column_text(query, 2);
    site->home_url = memory_string(home, strlen(home));
    site->domain = memory_string(domain, strlen(domain));
    site->rules = rules ? memory_string(rules, strlen(rules)) : NULL;
    site->delay_ms = column_is_null(query, 3) ? -1 : column_integer(query, 3);
    room_init(store->frontier, &site->pages, site_id, ROOM_PAGES,
              column_is_null(query, 4) ? store->frontier->run.max_per_site
                                       : (unsigned)column_integer(query, 4));
    for (int sort = 0; sort < QUOTA_SORTS; sort++)
        room_init(store->frontier, &site->sources_of[sort], site_id, ROOM_SOURCES + sort,
                  store->frontier->run.sources_max);
    site->enabled = column_integer(query, 5) && column_integer(query, 9);
    site->searched = column_integer(query, 6);
    site->per_host = (unsigned)column_integer(query, 7);
    site->sources = store->frontier->run.sources;
    if (!column_is_null(query, 8))
        site->sources &= (unsigned)column_integer(query, 8);
    statement_finish(query);
    return site;
}

/* ---- hosts ---- */

static struct scan scan_of(struct database *store, struct run_host *host, int64_t now_ms)
{
    return (struct scan){
        .store = store, .frontier = store->frontier, .host = host, .now_ms = now_ms};
}

/* All that waits there is of a kind that this run doesn't ask for; but its robots.txt may name
 * sources that it does. Once a run. */
static bool robots_may_tell(const struct run_host *host)
{
    return host->passed_site && !host->robots_offered;
}

/* A host that is not held goes where invariant 1 of frontier.h wants it. */
static void settle(struct scan *scan)
{
    struct run_host *host = scan->host;
    host->exact = true;
    if (scan->more || robots_may_tell(host))
        frontier_heap_set(scan->frontier, host, host->ready_ms);
    else if (host->retry_ms != NEVER)
        frontier_heap_set(scan->frontier, host,
                          host->retry_ms > host->ready_ms ? host->retry_ms : host->ready_ms);
    else
        frontier_heap_remove(scan->frontier, host);
}

/* Where the hosts are shared: others may lease them now. */
static int give_back(struct database *store, struct run_host *const *claimed, size_t count)
{
    struct pool *pool = &store->frontier->answer;
    const struct run_host **hosts = pool_alloc(pool, (count + 1) * sizeof(*hosts));
    int64_t *next_ms = pool_alloc(pool, (count + 1) * sizeof(*next_ms));
    size_t given = 0;
    for (size_t i = 0; i < count; i++) {
        if (!claimed[i] || claimed[i]->held || claimed[i]->foreign)
            continue;
        next_ms[given] = frontier_released(store->frontier, claimed[i]);
        if (claimed[i]->pressed && next_ms[given] > store->now_ms + PRESSED_MS)
            next_ms[given] = store->now_ms + PRESSED_MS;
        if (next_ms[given] < store->now_ms)
            next_ms[given] = store->now_ms; /* since when it waits for somebody */
        hosts[given++] = claimed[i];
    }
    store->frontier->moved |= given > 0;
    return given ? store->driver->sharing->release(store, hosts, next_ms, given) : 0;
}

static int place_hosts(struct database *store, const struct lease_request *request,
                       struct lease_answer *out)
{
    struct pool *pool = &store->frontier->answer;
    size_t size = request->places_count + 1, count = 0;
    struct run_host **hosts = pool_alloc(pool, size * sizeof(*hosts));
    const char **addresses = pool_alloc(pool, size * sizeof(*addresses));
    int64_t *placed = pool_alloc(pool, size * sizeof(*placed));
    for (size_t i = 0; i < request->places_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->places[i].host_id);
        if (!host || !host->held)
            continue; /* its lease has run out meanwhile */
        host->crowded = false;
        hosts[count] = host;
        addresses[count++] = request->places[i].address;
    }
    if (!count)
        return 0;
    store->frontier->moved = true;
    int err = store->driver->sharing->place(store, hosts, addresses, count);
    out->placed = placed;
    for (size_t i = 0; i < count; i++)
        if (!hosts[i]->crowded)
            placed[out->placed_count++] = hosts[i]->host_id;
    return err;
}

static int hand_over_budgets(struct database *store, const struct lease_request *request)
{
    int err = 0;
    for (size_t i = 0; i < request->released_count && !err; i++) {
        struct run_host *host = frontier_host(store->frontier, request->released[i]);
        struct run_site *site =
            host && host->site_id > 0 ? frontier_site(store->frontier, host->site_id) : NULL;
        if (site)
            err = budgets_hand_over(store, site);
    }
    return err;
}

static int release_hosts(struct database *store, const struct lease_request *request)
{
    int handed_over = store->driver->sharing ? hand_over_budgets(store, request) : 0;
    if (handed_over)
        return handed_over;
    struct run_host **released =
        pool_alloc(&store->frontier->answer, (request->released_count + 1) * sizeof(*released));
    for (size_t i = 0; i < request->released_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->released[i]);
        released[i] = host;
        if (!host || !host->held)
            continue;
        struct scan scan = scan_of(store, host, request->now_ms);
        int err = scan_may_have_more(&scan, &scan.more);
        if (err)
            return err;
        host->held = false;
        settle(&scan);
        host->exact = !scan.more;
    }
    return store->driver->sharing ? give_back(store, released, request->released_count) : 0;
}

static struct host_lease nothing_left(const struct run_host *host)
{
    return (struct host_lease){.host_id = host->host_id,
                               .origin = host->origin,
                               .delay_ms = -1,
                               .robots_fetched_ms = MOMENT_NONE};
}

static int lease_from(struct scan *scan, unsigned want, struct host_lease *lease)
{
    scan->want = want;
    scan->lease = lease;
    *lease = nothing_left(scan->host);
    lease->urls = pool_alloc(&scan->frontier->answer, want * sizeof(*lease->urls));
    int err = scan_host(scan);
    return err ? err : scan_tell_left(scan);
}

static int lease_held(struct database *store, const struct lease_request *request, unsigned *places,
                      struct lease_answer *out)
{
    int64_t surplus = store->driver->sharing ? store->driver->sharing->surplus(store) : 0;
    for (size_t i = 0; i < request->wants_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->wants[i].host_id);
        if (!host || !host->held)
            continue;
        if (surplus-- > 0 ||
            host->crowded) { /* told to have nothing left, it is given back, for others */
            out->hosts[out->hosts_count++] = nothing_left(host);
            continue;
        }
        unsigned want = request->wants[i].urls_max < *places ? request->wants[i].urls_max : *places;
        struct host_lease *lease = &out->hosts[out->hosts_count];
        struct scan scan = scan_of(store, host, request->now_ms);
        int err = lease_from(&scan, want, lease);
        if (err)
            return err;
        *places -= (unsigned)lease->urls_count;
        if (lease->urls_count || !lease->urls_left)
            out->hosts_count++;
    }
    return 0;
}

/* What it says in files beside robots.txt. */
static int add_host_files(struct database *store, struct host_lease *lease)
{
    struct statement *query = statement(store, SQL_HOST_FILES);
    int row;
    bind_integer(query, 1, lease->host_id);
    while ((row = statement_step(query)) == 1) {
        int file = column_integer(query, 0);
        const char *body = column_text(query, 2);
        lease->files[file].asked_ms = column_integer(query, 1);
        lease->files[file].body =
            body ? pool_copy(&store->frontier->answer, body, strlen(body)) : NULL;
    }
    return row;
}

static int add_host_facts(const struct scan *scan, struct host_lease *lease, int64_t site_id)
{
    struct pool *pool = &scan->frontier->answer;
    int err;
    struct run_site *site = lease_site(scan->store, site_id, &err);
    if (err)
        return err;
    lease->site_id = site_id;
    lease->site_home = site ? site->home_url : scan->host->origin;
    lease->delay_ms = site ? site->delay_ms : -1;
    lease->per_host = site ? site->per_host : 0;
    struct statement *query = statement(scan->store, SQL_HOST_FACTS);
    bind_integer(query, 1, lease->host_id);
    int row = statement_step(query);
    if (row != 1)
        return row;
    const char *origin = scan->host->origin, *address = scan->host->address;
    lease->origin =
        pool_copy(pool, origin, strlen(origin)); /* it may go before the answer is read */
    lease->address = address ? pool_copy(pool, address, strlen(address)) : NULL;
    lease->ready_ms = column_integer(query, 0);
    lease->response_ms = column_integer(query, 1);
    lease->fails_in_row = (unsigned)column_integer(query, 2);
    lease->rests = (unsigned)column_integer(query, 3);
    lease->robots_status = column_integer(query, 4);
    lease->robots_fetched_ms = column_moment(query, 5);
    const char *robots = column_text(query, 6);
    lease->robots_body = robots ? pool_copy(pool, robots, strlen(robots)) : NULL;
    lease->slowed = (unsigned)column_integer(query, 7);
    statement_finish(query);
    return add_host_files(scan->store, lease);
}

static int lease_from_heap(struct database *store, const struct lease_request *request,
                           unsigned *places, struct lease_answer *out)
{
    struct frontier *frontier = store->frontier;
    for (unsigned barren = 0; *places && frontier->heap_count && barren < BARREN_MAX;) {
        struct run_host *host = frontier->heap[0];
        if (host->moment_ms > request->now_ms)
            break;
        unsigned want = request->urls_per_host < *places ? request->urls_per_host : *places;
        struct host_lease *lease = &out->hosts[out->hosts_count];
        struct scan scan = scan_of(store, host, request->now_ms);
        int err = lease_from(&scan, want ? want : 1, lease);
        lease->robots_wanted = !lease->urls_count && robots_may_tell(host);
        if (!err && (lease->urls_count || lease->robots_wanted))
            err = add_host_facts(&scan, lease,
                                 lease->urls_count ? lease->urls[0].site_id : host->passed_site);
        if (err)
            return err;
        if (lease->robots_wanted) {
            host->robots_offered = true;
            (*places)--;
        } else if (!lease->urls_count) {
            settle(&scan);
            barren += 1 + scan.examined / 16;
            continue;
        }
        frontier_heap_remove(frontier, host);
        host->held = true;
        *places -= (unsigned)lease->urls_count;
        out->hosts_count++;
    }
    return 0;
}

/* Some more than are likely to be needed, since some turn out to have nothing for this run. */
static unsigned hosts_wanted(const struct lease_request *request, unsigned places)
{
    return places / (request->urls_per_host ? request->urls_per_host : 1) + CLAIMED_BEYOND;
}

/* What a limit kept back, nobody would look at again: it is due. */
static int reopen(struct database *store)
{
    struct frontier *frontier = store->frontier;
    const struct run_host **hosts =
        pool_alloc(&frontier->answer, (frontier->hosts_count + 1) * sizeof(*hosts));
    int64_t *due_ms = pool_alloc(&frontier->answer, (frontier->hosts_count + 1) * sizeof(*due_ms));
    size_t count = 0;
    for (size_t i = 0; i < frontier->hosts_count; i++) {
        if (!frontier->hosts[i]->reopened)
            continue;
        frontier->hosts[i]->reopened = false;
        due_ms[count] = store->now_ms;
        hosts[count++] = frontier->hosts[i];
    }
    frontier->reopened = false;
    return count ? store->driver->sharing->poke(store, hosts, due_ms, count) : 0;
}

/* Hosts are leased from the database as they are needed; what isn't goes back at once. */
static int lease_shared(struct database *store, const struct lease_request *request,
                        unsigned *places, struct lease_answer *out)
{
    int err = store->frontier->reopened ? reopen(store) : 0;
    size_t count = 1;
    for (int i = 0; !err && *places && count && i < CLAIMS_MAX; i++) {
        unsigned most = hosts_wanted(request, *places);
        struct run_host **claimed =
            pool_alloc(&store->frontier->answer, most * sizeof(struct run_host *));
        err = store->driver->sharing->claim(store, most, claimed, &count);
        store->frontier->moved |= count > 0;
        if (!err)
            err = lease_from_heap(store, request, places, out);
        if (!err)
            err = give_back(store, claimed, count);
    }
    return err;
}

static int lease_new(struct database *store, const struct lease_request *request, unsigned *places,
                     struct lease_answer *out)
{
    return store->driver->sharing ? lease_shared(store, request, places, out)
                                  : lease_from_heap(store, request, places, out);
}

static int find_next_due(struct database *store, int64_t now_ms, struct lease_answer *out)
{
    struct frontier *frontier = store->frontier;
    if (store->driver->sharing)
        return store->driver->sharing->next_due(store, now_ms, &out->next_due_ms);
    for (unsigned looks = 0; frontier->heap_count; looks++) {
        struct run_host *host = frontier->heap[0];
        if (host->exact || host->moment_ms <= now_ms || looks >= BARREN_MAX) {
            out->next_due_ms = host->exact ? host->moment_ms : now_ms;
            return 0;
        }
        struct host_lease nothing = {0};
        struct scan scan = scan_of(store, host, now_ms);
        scan.lease = &nothing;
        int err = scan_host(&scan);
        if (err)
            return err;
        settle(&scan);
    }
    return 0;
}

/* It failed half way: what was taken for this answer is free again. Where the hosts are shared,
 * those that were to be given back are still held, and those leased are not. */
static void take_back(struct database *store, const struct lease_request *request,
                      struct lease_answer *out, size_t held)
{
    struct frontier *frontier = store->frontier;
    size_t places = request->wants_count + request->urls_max + 1;
    for (size_t i = 0; out->hosts && i < places; i++) {
        struct host_lease *lease = &out->hosts[i];
        struct run_host *host = lease->host_id ? frontier_host(frontier, lease->host_id) : NULL;
        if (host && i >= held)
            host->held = false;
        if (host && lease->robots_wanted)
            host->robots_offered = false;
        for (size_t k = 0; k < lease->urls_count; k++) {
            struct url_lease *url = &lease->urls[k];
            frontier_forget(frontier, url->host_id, url->band, url->rank, url->hash);
            rooms_untake(frontier, url);
            frontier_added(frontier, host, url->band, url->rank, url->hash);
        }
    }
    rooms_undo(frontier);
    if (frontier->shared)
        frontier_disown(frontier, request->released, request->released_count);
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE};
}
