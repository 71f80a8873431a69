#include "storage/sqlite/lease.h"

#include <string.h>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/frontier.h"
#include "storage/sqlite/scan.h"

enum {
    BARREN_MAX = 256, /* hosts (or 16 rows) that turn out to have nothing, in one call */
    SOURCE_KINDS = 8, /* queue.kind: SOURCE_KINDS + source_kind; an article is 0, which SQLite */
                      /* keeps without a byte, a page 1 */
};

static int answer_request(struct sqlite_store *store, const struct lease_request *request,
                          struct lease_answer *out);
static int release_hosts(struct sqlite_store *store, const struct lease_request *request);
static int lease_held(struct sqlite_store *store, const struct lease_request *request,
                      unsigned *places, struct lease_answer *out);
static int lease_new(struct sqlite_store *store, const struct lease_request *request,
                     unsigned *places, struct lease_answer *out);
static int find_next_due(struct sqlite_store *store, int64_t now_ms, struct lease_answer *out);
static void take_back(struct frontier *frontier, struct lease_answer *out, size_t held,
                      size_t places);

int lease_hosts(struct store *base, const struct lease_request *request, struct lease_answer *out)
{
    struct sqlite_store *store = sqlite_of(base);
    if (request->now_ms > store->now_ms)
        store->now_ms = request->now_ms;
    int err = statement_run(store, statement(store, SQL_BEGIN_READING));
    return err ? err : transaction_end(store, answer_request(store, request, out));
}

static int answer_request(struct sqlite_store *store, const struct lease_request *request,
                          struct lease_answer *out)
{
    struct frontier *frontier = store->frontier;
    unsigned places = request->urls_max;
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE, .queued = frontier->queued};
    pool_reset(&frontier->answer);
    size_t hosts_max = request->wants_count + places + 1;
    out->hosts = pool_alloc(&frontier->answer, hosts_max * sizeof(*out->hosts));
    memset(out->hosts, 0, hosts_max * sizeof(*out->hosts));
    int err = release_hosts(store, request);
    if (!err)
        err = lease_held(store, request, &places, out);
    size_t held = err ? hosts_max : out->hosts_count; /* those behind came new */
    if (!err)
        err = lease_new(store, request, &places, out);
    if (!err)
        err = find_next_due(store, request->now_ms, out);
    if (err)
        take_back(frontier, out, held, hosts_max);
    return err;
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

struct run_site *lease_site(struct sqlite_store *store, int64_t site_id, int *err)
{
    struct run_site *site = frontier_site(store->frontier, site_id);
    *err = 0;
    if (site || !site_id)
        return site;
    sqlite3_stmt *query = statement(store, SQL_SITE_FACTS);
    bind_integer(query, 1, site_id);
    bind_text(query, 2, store->frontier->run.labels);
    int row = statement_step(store, query);
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
    site->delay_ms =
        sqlite3_column_type(query, 3) == SQLITE_NULL ? -1 : sqlite3_column_int64(query, 3);
    site->max = sqlite3_column_type(query, 4) == SQLITE_NULL
                    ? store->frontier->run.max_per_site
                    : (unsigned)sqlite3_column_int64(query, 4);
    site->enabled = sqlite3_column_int(query, 5) && sqlite3_column_int(query, 9);
    site->searched = sqlite3_column_int(query, 6);
    site->per_host = (unsigned)sqlite3_column_int(query, 7);
    site->sources = store->frontier->run.sources;
    if (sqlite3_column_type(query, 8) != SQLITE_NULL)
        site->sources &= (unsigned)sqlite3_column_int(query, 8);
    statement_finish(query);
    return site;
}

/* ---- hosts ---- */

static struct scan scan_of(struct sqlite_store *store, struct run_host *host, int64_t now_ms)
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

static int release_hosts(struct sqlite_store *store, const struct lease_request *request)
{
    for (size_t i = 0; i < request->released_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->released[i]);
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
    return 0;
}

static int lease_from(struct scan *scan, unsigned want, struct host_lease *lease)
{
    scan->want = want;
    scan->lease = lease;
    *lease = (struct host_lease){.host_id = scan->host->host_id,
                                 .origin = scan->host->origin,
                                 .delay_ms = -1,
                                 .robots_fetched_ms = MOMENT_NONE};
    lease->urls = pool_alloc(&scan->frontier->answer, want * sizeof(*lease->urls));
    int err = scan_host(scan);
    return err ? err : scan_tell_left(scan);
}

static int lease_held(struct sqlite_store *store, const struct lease_request *request,
                      unsigned *places, struct lease_answer *out)
{
    for (size_t i = 0; i < request->wants_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->wants[i].host_id);
        if (!host || !host->held)
            continue;
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
static int add_host_files(struct sqlite_store *store, struct host_lease *lease)
{
    sqlite3_stmt *query = statement(store, SQL_HOST_FILES);
    int row;
    bind_integer(query, 1, lease->host_id);
    while ((row = statement_step(store, query)) == 1) {
        int file = sqlite3_column_int(query, 0);
        const char *body = column_text(query, 2);
        lease->files[file].asked_ms = sqlite3_column_int64(query, 1);
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
    sqlite3_stmt *query = statement(scan->store, SQL_HOST_FACTS);
    bind_integer(query, 1, lease->host_id);
    int row = statement_step(scan->store, query);
    if (row != 1)
        return row;
    lease->ready_ms = sqlite3_column_int64(query, 0);
    lease->response_ms = sqlite3_column_int64(query, 1);
    lease->fails_in_row = (unsigned)sqlite3_column_int64(query, 2);
    lease->rests = (unsigned)sqlite3_column_int64(query, 3);
    lease->robots_status = sqlite3_column_int(query, 4);
    lease->robots_fetched_ms = column_moment(query, 5);
    const char *robots = column_text(query, 6);
    lease->robots_body = robots ? pool_copy(pool, robots, strlen(robots)) : NULL;
    lease->slowed = (unsigned)sqlite3_column_int(query, 7);
    statement_finish(query);
    return add_host_files(scan->store, lease);
}

static int lease_new(struct sqlite_store *store, const struct lease_request *request,
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

static int find_next_due(struct sqlite_store *store, int64_t now_ms, struct lease_answer *out)
{
    struct frontier *frontier = store->frontier;
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

/* Reading failed half way: what was taken for this answer is free again. */
static void take_back(struct frontier *frontier, struct lease_answer *out, size_t held,
                      size_t places)
{
    for (size_t i = 0; i < places; i++) {
        struct host_lease *lease = &out->hosts[i];
        struct run_host *host = lease->host_id ? frontier_host(frontier, lease->host_id) : NULL;
        if (host && i >= held)
            host->held = false;
        for (size_t k = 0; k < lease->urls_count; k++) {
            struct url_lease *url = &lease->urls[k];
            frontier_forget(frontier, url->host_id, url->band, url->rank, url->hash);
            if (scan_counts_as_page(url->band, url->tries, url->hops))
                frontier_uncount_page(frontier, frontier_site(frontier, url->site_id));
            if (quota_counts(url->band, url->tries, url->hops))
                quota_count(frontier_site(frontier, url->site_id), quota_sort(frontier, url), -1);
            frontier_added(frontier, host, url->band, url->rank, url->hash);
        }
    }
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE};
}
