#include "storage/sqlite/lease.h"

#include <limits.h>
#include <string.h>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/frontier.h"

enum {
    EXAMINED_MAX = 512, /* rows passed over for one host in one call */
    BARREN_MAX = 256,   /* hosts that turn out to have nothing, in one call */
    LEFT_REPORTED = 64, /* urls_left is exact below */
    LEFT_COUNTED = 256, /* rows counted at a time, so that counting is rare */
    SOURCE_KINDS = 8,   /* queue.kind: SOURCE_KINDS + source_kind for sources */
};

/* One look at one host. */
struct scan {
    struct sqlite_store *store;
    struct frontier *frontier;
    struct run_host *host;
    int64_t now_ms;
    unsigned want;            /* URLs; 0: only look whether there is one */
    struct host_lease *lease; /* what was taken */
    unsigned examined;
    bool more; /* a row that could be leased was left */
};

/* A row of lease_rows. */
struct row {
    int64_t rank, hash, site_id, feed_id;
    int kind;
    unsigned tries, hops;
};

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
    struct frontier *frontier = store->frontier;
    unsigned places = request->urls_max;
    if (request->now_ms > store->now_ms)
        store->now_ms = request->now_ms;
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE, .queued = frontier->queued};
    pool_reset(&frontier->answer);
    size_t hosts_max = request->wants_count + places + 1;
    out->hosts = pool_alloc(&frontier->answer, hosts_max * sizeof(*out->hosts));
    memset(out->hosts, 0, hosts_max * sizeof(*out->hosts));
    int err = release_hosts(store, request);
    if (!err)
        err = lease_held(store, request, &places, out);
    size_t held = out->hosts_count; /* those behind came new */
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
    return kind == URL_SOURCE ? SOURCE_KINDS + (int)source : (int)kind;
}

enum url_kind lease_url_kind(int kind)
{
    return kind >= SOURCE_KINDS ? URL_SOURCE : (enum url_kind)kind;
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
    site->enabled = sqlite3_column_int(query, 5);
    statement_finish(query);
    return site;
}

/* ---- which bands, and how far ---- */

static bool band_is_open(const struct scan *scan, enum band band)
{
    const struct frontier *frontier = scan->frontier;
    if (band == BAND_NEW || band == BAND_AGAIN)
        return !frontier->run.discover_only;
    return true;
}

/* What is due was fixed when the run began; only retries come due meanwhile. */
static int64_t rank_limit(const struct scan *scan, enum band band)
{
    const struct run_record *run = &scan->frontier->run;
    switch (band) {
    case BAND_SOURCES:
        return run->poll_all ? INT64_MAX : run->started_ms;
    case BAND_AGAIN:
        return run->started_ms;
    case BAND_NEW:
    case BAND_RETRIES:
    default:
        return INT64_MAX;
    }
}

/* New articles of a host whose only site has had its pages need not be looked through. */
static int room_of_host(const struct scan *scan, unsigned *room)
{
    int err = 0;
    struct run_site *site = NULL;
    if (scan->host->site_id > 0)
        site = lease_site(scan->store, scan->host->site_id, &err);
    *room = frontier_room(scan->frontier, site);
    return err;
}

static bool counts_as_page(int band, unsigned tries, unsigned hops)
{
    return band == BAND_NEW && !tries && !hops;
}

/* With poll_all a source is due until it was asked in this run. */
static int source_was_asked(const struct scan *scan, int64_t feed_id, bool *asked)
{
    int64_t asked_ms = INT64_MIN;
    sqlite3_stmt *query = statement(scan->store, SQL_FEED_ASKED);
    bind_integer(query, 1, feed_id);
    int row = statement_integer(scan->store, query, &asked_ms);
    *asked = row == 1 && asked_ms >= scan->frontier->run.started_ms;
    return row < 0 ? row : 0;
}

/* Whether this run leases the row; *out is set. */
static int row_fits(const struct scan *scan, enum band band, const struct row *row, bool *out)
{
    const struct run_record *run = &scan->frontier->run;
    *out = false;
    if (frontier_is_leased(scan->frontier, scan->host->host_id, row->hash))
        return 0;
    int err;
    struct run_site *site = lease_site(scan->store, row->site_id, &err);
    if (err || !site || !site->enabled)
        return err;
    if (lease_url_kind(row->kind) == URL_SOURCE) {
        unsigned bit = 1U << (lease_source_kind(row->kind) - 1);
        bool asked = false;
        if (run->poll_all && band == BAND_SOURCES && row->rank > run->started_ms)
            err = source_was_asked(scan, row->feed_id, &asked);
        *out = !err && (run->sources & bit) && !asked;
        return err;
    }
    if (run->discover_only)
        return 0;
    if (counts_as_page(band, row->tries, row->hops)) {
        if (!frontier_room(scan->frontier, site)) {
            scan->host->capped = true;
            return 0;
        }
    }
    *out = true;
    return 0;
}

/* ---- taking a row ---- */

/* What earlier answers left: validators, and whether an article is stored. */
static int add_url_facts(const struct scan *scan, struct url_lease *url)
{
    struct pool *pool = &scan->frontier->answer;
    sqlite3_stmt *query = statement(scan->store, SQL_URL_FACTS);
    bind_integer(query, 1, url->host_id);
    bind_integer(query, 2, url->hash);
    int row = statement_step(scan->store, query);
    if (row != 1)
        return row;
    const char *etag = column_text(query, 0), *modified = column_text(query, 1);
    url->etag = etag ? pool_copy(pool, etag, strlen(etag)) : NULL;
    url->last_modified = modified ? pool_copy(pool, modified, strlen(modified)) : NULL;
    url->body_hash = (uint64_t)sqlite3_column_int64(query, 2);
    url->known = sqlite3_column_type(query, 3) != SQLITE_NULL;
    statement_finish(query);
    return 0;
}

static const char *joined(struct pool *pool, const char *origin, const char *path)
{
    size_t origin_size = strlen(origin), path_size = strlen(path);
    char *url = pool_alloc(pool, origin_size + path_size + 1);
    memcpy(url, origin, origin_size);
    memcpy(url + origin_size, path, path_size + 1);
    return url;
}

static int take_row(struct scan *scan, enum band band, const struct row *row, sqlite3_stmt *query)
{
    struct pool *pool = &scan->frontier->answer;
    struct run_host *host = scan->host;
    struct url_lease *url = &scan->lease->urls[scan->lease->urls_count];
    const char *title = column_text(query, 9), *path = column_text(query, 10);
    *url = (struct url_lease){
        .host_id = host->host_id,
        .hash = row->hash,
        .rank = row->rank,
        .band = (int)band,
        .site_id = row->site_id,
        .feed_id = row->feed_id,
        .kind = lease_url_kind(row->kind),
        .source = lease_source_kind(row->kind),
        .tries = row->tries,
        .hops = row->hops,
        .depth = (unsigned)sqlite3_column_int64(query, 5),
        .found_ms = sqlite3_column_int64(query, 11),
        .url = joined(pool, host->origin, path ? path : "/"),
        .hint_title = title ? pool_copy(pool, title, strlen(title)) : NULL,
        .hint_published_ms = column_moment(query, 8),
    };
    int err;
    struct run_site *site = lease_site(scan->store, row->site_id, &err);
    if (!err && (band != BAND_NEW || row->tries))
        err = add_url_facts(scan, url);
    if (err)
        return err;
    url->site_home = site ? site->home_url : url->url;
    url->rules = site ? site->rules : NULL;
    if (counts_as_page((int)band, row->tries, row->hops))
        frontier_count_page(scan->frontier, site);
    frontier_take(scan->frontier, host->host_id, row->hash);
    scan->lease->urls_count++;
    return 0;
}

static struct row read_row(sqlite3_stmt *query)
{
    return (struct row){
        .rank = sqlite3_column_int64(query, 0),
        .hash = sqlite3_column_int64(query, 1),
        .kind = sqlite3_column_int(query, 2),
        .site_id = sqlite3_column_int64(query, 3),
        .feed_id = sqlite3_column_int64(query, 4),
        .hops = (unsigned)sqlite3_column_int64(query, 6),
        .tries = (unsigned)sqlite3_column_int64(query, 7),
    };
}

/* ---- looking through a band ---- */

/* One row: takes it, passes over it, or ends the look (*stop). */
static int look_at_row(struct scan *scan, enum band band, sqlite3_stmt *query, bool *stop)
{
    struct row row = read_row(query);
    struct cursor *cursor = &scan->host->cursors[band];
    bool fits = false;
    int err = row_fits(scan, band, &row, &fits);
    if (err)
        return err;
    if (band == BAND_RETRIES && row.rank > scan->now_ms) {
        if (fits) {
            scan->host->retry_ms = row.rank;
            cursor->ended = *stop = true;
        }
        return 0; /* the cursor stays where the clock is */
    }
    if (fits && scan->lease->urls_count >= scan->want) {
        scan->more = *stop = true;
        return 0;
    }
    if (fits)
        err = take_row(scan, band, &row, query);
    if (err)
        return err;
    cursor->rank = row.rank;
    cursor->hash = row.hash;
    if (scan->host->left && band != BAND_RETRIES)
        scan->host->left--;
    if (++scan->examined >= EXAMINED_MAX + scan->want)
        scan->more = *stop = true;
    return 0;
}

static int scan_band(struct scan *scan, enum band band)
{
    struct cursor *cursor = &scan->host->cursors[band];
    sqlite3_stmt *query = statement(scan->store, SQL_LEASE_ROWS);
    bind_integer(query, 1, scan->host->host_id);
    bind_integer(query, 2, band);
    bind_integer(query, 3, rank_limit(scan, band));
    bind_integer(query, 4, cursor->rank);
    bind_integer(query, 5, cursor->hash);
    bool stop = false;
    int row;
    while ((row = statement_step(scan->store, query)) == 1) {
        int err = look_at_row(scan, band, query, &stop);
        if (!err && !stop)
            continue;
        statement_finish(query);
        return err;
    }
    cursor->ended = row == 0;
    if (!row && band == BAND_RETRIES)
        scan->host->retry_ms = NEVER;
    return row;
}

static bool band_is_done(const struct scan *scan, enum band band, unsigned room)
{
    struct run_host *host = scan->host;
    if (!band_is_open(scan, band))
        return true;
    if (band == BAND_RETRIES)
        return host->cursors[band].ended && host->retry_ms > scan->now_ms;
    if (host->cursors[band].ended)
        return true;
    if (band == BAND_NEW && !room) {
        host->capped = true;
        return true;
    }
    return false;
}

static int scan_host(struct scan *scan)
{
    for (int band = 0; band < BANDS && !scan->more; band++) {
        unsigned room = UINT_MAX;
        int err = band == BAND_NEW ? room_of_host(scan, &room) : 0;
        if (!err && !band_is_done(scan, (enum band)band, room))
            err = scan_band(scan, (enum band)band);
        if (err)
            return err;
    }
    return 0;
}

/* ---- how many are left ---- */

static int count_left(struct scan *scan)
{
    struct run_host *host = scan->host;
    /* a host that comes again is a long one: then further, so as to count seldom */
    int most = host->left_known ? LEFT_COUNTED : LEFT_REPORTED;
    host->left = 0;
    host->left_capped = false;
    for (int band = 0; band < BANDS && !host->left_capped; band++) {
        if (band == BAND_RETRIES || band_is_done(scan, (enum band)band, UINT_MAX))
            continue;
        int64_t counted = 0;
        sqlite3_stmt *query = statement(scan->store, SQL_COUNT_ROWS);
        bind_integer(query, 1, host->host_id);
        bind_integer(query, 2, band);
        bind_integer(query, 3, rank_limit(scan, (enum band)band));
        bind_integer(query, 4, host->cursors[band].rank);
        bind_integer(query, 5, host->cursors[band].hash);
        bind_integer(query, 6, most);
        int row = statement_integer(scan->store, query, &counted);
        if (row < 0)
            return row;
        host->left += (int)counted;
        host->left_capped = counted == most;
    }
    host->left_known = true;
    return 0;
}

static int tell_left(struct scan *scan)
{
    struct run_host *host = scan->host;
    unsigned room;
    if (!scan->more) { /* every band was looked through */
        host->left = 0;
        host->left_capped = false;
        host->left_known = true;
    }
    int err = 0;
    if (!host->left_known || (host->left_capped && host->left < LEFT_REPORTED))
        err = count_left(scan);
    if (!err)
        err = room_of_host(scan, &room);
    if (err)
        return err;
    size_t left = (size_t)host->left + (host->retry_ms <= scan->now_ms);
    if (scan->more && !left)
        left = 1;
    if (!room && host->cursors[BAND_SOURCES].ended && !scan->more)
        left = 0;
    scan->lease->urls_left = left < LEFT_REPORTED ? left : LEFT_REPORTED;
    return 0;
}

/* ---- hosts ---- */

static struct scan scan_of(struct sqlite_store *store, struct run_host *host, int64_t now_ms)
{
    return (struct scan){
        .store = store, .frontier = store->frontier, .host = host, .now_ms = now_ms};
}

/* A host that is not held goes where invariant 1 of frontier.h wants it. */
static void settle(struct scan *scan)
{
    struct run_host *host = scan->host;
    host->exact = true;
    if (scan->more)
        frontier_heap_set(scan->frontier, host, host->ready_ms);
    else if (host->retry_ms != NEVER)
        frontier_heap_set(scan->frontier, host,
                          host->retry_ms > host->ready_ms ? host->retry_ms : host->ready_ms);
    else
        frontier_heap_remove(scan->frontier, host);
}

/* Without asking the database: some band was not read to its end. */
static int may_have_more(const struct scan *scan, bool *more)
{
    unsigned room;
    int err = room_of_host(scan, &room);
    for (int band = 0; band < BANDS && !err && !*more; band++)
        *more = !band_is_done(scan, (enum band)band, room);
    return err;
}

static int release_hosts(struct sqlite_store *store, const struct lease_request *request)
{
    for (size_t i = 0; i < request->released_count; i++) {
        struct run_host *host = frontier_host(store->frontier, request->released[i]);
        if (!host || !host->held)
            continue;
        struct scan scan = scan_of(store, host, request->now_ms);
        int err = may_have_more(&scan, &scan.more);
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
    return err ? err : tell_left(scan);
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

static int add_host_facts(const struct scan *scan, struct host_lease *lease)
{
    struct pool *pool = &scan->frontier->answer;
    int err;
    struct run_site *site = lease_site(scan->store, lease->urls[0].site_id, &err);
    if (err)
        return err;
    lease->delay_ms = site ? site->delay_ms : -1;
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
    statement_finish(query);
    return 0;
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
        if (!err && lease->urls_count)
            err = add_host_facts(&scan, lease);
        if (err)
            return err;
        if (!lease->urls_count) {
            settle(&scan);
            barren++;
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
            frontier_forget(frontier, url->host_id, url->hash);
            if (counts_as_page(url->band, url->tries, url->hops))
                frontier_uncount_page(frontier, frontier_site(frontier, url->site_id));
            frontier_added(frontier, host, url->band, url->rank, url->hash);
        }
    }
    *out = (struct lease_answer){.next_due_ms = MOMENT_NONE};
}
