#include "storage/tables/scan.h"

#include <limits.h>
#include <string.h>

#include "storage/tables/budget.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/lease.h"
#include "storage/tables/poll.h"
#include "storage/tables/taken.h"

enum {
    EXAMINED_MAX = 512, /* rows passed over for one host in one call */
    LEFT_REPORTED = 64, /* urls_left is exact below */
    LEFT_COUNTED = 256, /* rows counted at most, and then no more until left is small again */
    READ_BEYOND = 4,    /* rows asked for at a time, besides those wanted */
};

/* The columns of lease_due and lease_freshest. */
enum {
    RANK,
    HASH,
    KIND,
    SITE,
    FEED,
    DEPTH,
    HOPS,
    TRIES,
    FOUND,
    HINT_PUBLISHED,
    HINT_TITLE,
    PATH,
};

/* What decides whether a row is leased. */
struct row {
    int64_t rank, hash, site_id, feed_id, found_ms;
    int kind;
    unsigned depth;
    unsigned tries, hops;
    const char *path;
};

/* ---- which bands, and how far ---- */

static bool band_is_open(const struct scan *scan, enum band band)
{
    const struct frontier *frontier = scan->frontier;
    if (band == BAND_AGAIN && frontier->run.backfill)
        return false;
    if (band == BAND_NEW || band == BAND_AGAIN)
        return !frontier->run.discover_only;
    return true;
}

/* What is due was fixed when the run began; only retries come due meanwhile. */
static int64_t rank_limit(const struct scan *scan, enum band band)
{
    const struct frontier *frontier = scan->frontier;
    switch (band) {
    case BAND_SOURCES:
        return frontier->run.poll_all ? INT64_MAX : frontier->due_ms;
    case BAND_AGAIN:
        return frontier->due_ms;
    case BAND_RETRIES:
    default:
        return INT64_MAX;
    }
}

/* The only one whose URLs wait there; NULL: there is none. */
static struct run_site *site_of_host(const struct scan *scan, int *err)
{
    *err = 0;
    return scan->host->site_id > 0 ? lease_site(scan->store, scan->host->site_id, err) : NULL;
}

/* New articles of a host whose only site has had its pages need not be looked through. */
static int room_of_host(const struct scan *scan, bool again, unsigned *room)
{
    int err;
    const struct run_site *site = site_of_host(scan, &err);
    *room = room_ahead_of_pages(scan->frontier, site, again);
    return err;
}

/* All that waits there is of a site that this run doesn't ask. */
static int is_left_out(const struct scan *scan, bool *out)
{
    int err;
    const struct run_site *site = site_of_host(scan, &err);
    *out = site && !site->enabled;
    return err;
}

bool scan_counts_as_page(int band, unsigned tries, unsigned hops)
{
    return band == BAND_NEW && !tries && !hops;
}

/* With poll_all a source is due until it was asked in this run. */
static int source_was_asked(const struct scan *scan, int64_t feed_id, bool *asked)
{
    int64_t asked_ms = INT64_MIN;
    struct statement *query = statement(scan->store, SQL_FEED_ASKED);
    bind_integer(query, 1, feed_id);
    int row = statement_integer(query, &asked_ms);
    *asked = row == 1 && asked_ms >= scan->frontier->run.started_ms;
    return row < 0 ? row : 0;
}

/* An index says which of its sitemaps a backfill wants (found.c); where one of them leads is
 * wanted, too. */
static bool waits_for_index(const struct scan *scan, const struct row *row)
{
    return scan->frontier->run.backfill && row->depth && !row->hops &&
           lease_source_kind(row->kind) == KIND_SITEMAP &&
           !frontier_is_wanted(scan->frontier, scan->host->host_id, row->hash);
}

/* For which room is needed; when all were taken, it is only looked whether there are more. */
static unsigned wanted(const struct scan *scan)
{
    return scan->want - (unsigned)scan->lease->urls_count;
}

/* It may only be that others are just reserving theirs. */
static void note_no_room(const struct scan *scan)
{
    scan->host->pressed |= scan->frontier->busy;
}

/* Whether this run asks the source; *out is set. */
static int source_fits(const struct scan *scan, enum band band, const struct row *row,
                       struct run_site *site, bool *out)
{
    const struct run_record *run = &scan->frontier->run;
    enum source_kind source = lease_source_kind(row->kind);
    struct url_lease lease = {
        .rank = row->rank, .source = source, .depth = row->depth, .found_ms = row->found_ms};
    bool asked = false;
    int err = 0;
    if (!(site->sources & 1U << (source - 1))) {
        if (site->sources) /* else there is nothing to look for */
            scan->host->passed_site = row->site_id;
        return 0;
    }
    if (run->poll_all && band == BAND_SOURCES && row->rank > scan->frontier->due_ms)
        err = source_was_asked(scan, row->feed_id, &asked);
    *out = !err && !asked && !waits_for_index(scan, row);
    if (*out && quota_counts((int)band, row->tries, row->hops))
        err =
            quota_allows(scan->store, site, quota_sort(scan->frontier, &lease), wanted(scan), out);
    if (!err && !*out)
        note_no_room(scan);
    return err;
}

/* Of a new article that a backfill meets: what was found in this run is within its time, as far as
 * can be told, and of what waited before, what was announced within it. */
static bool is_out_of_range(const struct frontier *frontier, const struct row *row)
{
    const struct run_record *run = &frontier->run;
    if (!run->backfill)
        return false;
    if (row->found_ms == MOMENT_NONE) /* nothing was announced: the rank tells when it was found */
        return row->rank < frontier->night_ms / 1000;
    return row->found_ms < frontier->night_ms &&
           (row->rank < run->since_ms / 1000 || row->rank > run->until_ms / 1000);
}

static const char *joined(struct pool *pool, const char *origin, const char *path)
{
    size_t origin_size = strlen(origin), path_size = strlen(path);
    char *url = pool_alloc(pool, origin_size + path_size + 1);
    memcpy(url, origin, origin_size);
    memcpy(url + origin_size, path, path_size + 1);
    return url;
}

/* Only what was added by hand since comes here: what is found is denied at once (found.c). */
static bool is_taken_down(const struct scan *scan, const struct row *row)
{
    return scan->store->taken_count &&
           taken_url(scan->store, joined(&scan->frontier->answer, scan->host->origin, row->path),
                     row->hash);
}

static struct budget_url budget_url(const struct scan *scan, const struct row *row)
{
    const char *origin = scan->host->origin;
    return (struct budget_url){origin, strlen(origin), row->path, row->feed_id};
}

/* Whether this run leases the row; *out is set. */
static int row_fits(struct scan *scan, enum band band, const struct row *row, bool *out)
{
    const struct run_record *run = &scan->frontier->run;
    *out = false;
    if (frontier_is_leased(scan->frontier, scan->host->host_id, (int)band, row->rank, row->hash))
        return 0;
    int err;
    struct run_site *site = lease_site(scan->store, row->site_id, &err);
    if (err || !site || !site->enabled || is_taken_down(scan, row))
        return err;
    if (lease_url_kind(row->kind) == URL_SOURCE)
        return source_fits(scan, band, row, site, out);
    if (run->discover_only || (band == BAND_NEW && is_out_of_range(scan->frontier, row)))
        return 0;
    if (scan_counts_as_page((int)band, row->tries, row->hops)) {
        unsigned room;
        err = room_find_pages(scan->store, site, wanted(scan), &room);
        if (err || !room) {
            note_no_room(scan);
            scan->full = scan->host->site_id > 0;
            scan->host->capped = true;
            return err;
        }
    }
    *out = true;
    if (band != BAND_NEW || lease_url_kind(row->kind) != URL_ARTICLE)
        return 0;
    struct budget_url url = budget_url(scan, row);
    err = budget_allows(scan->store, site, &url, out);
    scan->host->capped |= !*out;
    return err;
}

/* ---- taking a row ---- */

/* What a source told the last time; and now and then it has to answer without being told what it
 * answered before. */
static int add_source_facts(const struct scan *scan, struct url_lease *url)
{
    struct statement *query = statement(scan->store, SQL_FEED_POLLS);
    bind_integer(query, 1, url->feed_id);
    int row = statement_step(query);
    if (row != 1)
        return row;
    if (scan->frontier->run.backfill || poll_is_full(url->feed_id, column_integer(query, 0)))
        url->etag = url->last_modified = NULL;
    url->told_hash = (uint64_t)column_integer(query, 1);
    statement_finish(query);
    return 0;
}

/* What earlier answers left: validators, and whether an article is stored. */
static int add_url_facts(const struct scan *scan, struct url_lease *url)
{
    struct pool *pool = &scan->frontier->answer;
    struct statement *query = statement(scan->store, SQL_URL_FACTS);
    bind_integer(query, 1, url->host_id);
    bind_integer(query, 2, url->hash);
    int row = statement_step(query);
    if (row != 1)
        return row;
    const char *etag = column_text(query, 0), *modified = column_text(query, 1);
    url->etag = etag ? pool_copy(pool, etag, strlen(etag)) : NULL;
    url->last_modified = modified ? pool_copy(pool, modified, strlen(modified)) : NULL;
    url->body_hash = (uint64_t)column_integer(query, 2);
    url->known = !column_is_null(query, 3);
    statement_finish(query);
    return url->kind == URL_SOURCE ? add_source_facts(scan, url) : 0;
}

static int take_row(struct scan *scan, enum band band, const struct row *row,
                    struct statement *query)
{
    struct pool *pool = &scan->frontier->answer;
    struct run_host *host = scan->host;
    struct url_lease *url = &scan->lease->urls[scan->lease->urls_count];
    const char *title = column_text(query, HINT_TITLE);
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
        .depth = (unsigned)column_integer(query, DEPTH),
        .found_ms = column_moment(query, FOUND),
        .url = joined(pool, host->origin, row->path),
        .hint_title = title ? pool_copy(pool, title, strlen(title)) : NULL,
        .hint_published_ms = column_moment(query, HINT_PUBLISHED),
    };
    if (band == BAND_NEW) { /* the rank is one of the two moments */
        if (url->found_ms == MOMENT_NONE)
            url->found_ms = row->rank * 1000;
        else
            url->hint_published_ms = row->rank * 1000;
    }
    int err;
    struct run_site *site = lease_site(scan->store, row->site_id, &err);
    if (!err && (band != BAND_NEW || row->tries))
        err = add_url_facts(scan, url);
    if (!err && site && band == BAND_NEW && url->kind == URL_ARTICLE) {
        struct budget_url budgeted = budget_url(scan, row);
        err = budget_take(scan->store, site, &budgeted);
    }
    if (err)
        return err;
    url->site_home = site ? site->home_url : url->url;
    url->rules = site ? site->rules : NULL;
    if (scan_counts_as_page((int)band, row->tries, row->hops))
        room_take_page(scan->frontier, site);
    if (site && quota_counts((int)band, row->tries, row->hops))
        room_take(scan->frontier, &site->sources_of[quota_sort(scan->frontier, url)]);
    frontier_take(scan->frontier, host->host_id, (int)band, row->rank, row->hash);
    scan->lease->urls_count++;
    return 0;
}

static struct row read_row(struct statement *query)
{
    return (struct row){
        .rank = column_integer(query, RANK),
        .hash = column_integer(query, HASH),
        .kind = column_integer(query, KIND),
        .site_id = column_integer(query, SITE),
        .feed_id = column_integer(query, FEED),
        .found_ms = column_moment(query, FOUND),
        .depth = (unsigned)column_integer(query, DEPTH),
        .hops = (unsigned)column_integer(query, HOPS),
        .tries = (unsigned)column_integer(query, TRIES),
        .path = column_text(query, PATH),
    };
}

/* ---- looking through a band ---- */

/* One row: takes it, passes over it, or ends the look (*stop). */
static int look_at_row(struct scan *scan, enum band band, struct statement *query, bool *stop)
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
    if (scan->full) { /* and for those behind it */
        *stop = true;
        return 0;
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

/* The query for what stands behind the cursor of a band. */
static struct statement *behind_cursor(const struct scan *scan, enum band band, enum sql due,
                                       enum sql freshest)
{
    const struct cursor *cursor = &scan->host->cursors[band];
    struct statement *query = statement(scan->store, band == BAND_NEW ? freshest : due);
    bind_integer(query, 1, scan->host->host_id);
    bind_integer(query, 2, band);
    bind_integer(query, 3, cursor->rank);
    bind_integer(query, 4, cursor->hash);
    if (band != BAND_NEW)
        bind_integer(query, 5, rank_limit(scan, band));
    return query;
}

/* Some rows at a time: a database may make all of an answer before it gives the first. Retries are
 * few, and those that are not due yet leave the cursor where it is. */
static int scan_rows(struct scan *scan, enum band band, int64_t rows_max, bool *stop, bool *more)
{
    struct statement *query = behind_cursor(scan, band, SQL_LEASE_DUE, SQL_LEASE_FRESHEST);
    int64_t rows = 0;
    int row;
    bind_integer(query, 6, rows_max);
    while ((row = statement_step(query)) == 1) {
        int err = look_at_row(scan, band, query, stop);
        rows++;
        if (!err && !*stop)
            continue;
        statement_finish(query);
        return err;
    }
    *more = row == 0 && rows == rows_max;
    return row;
}

static int scan_band(struct scan *scan, enum band band)
{
    struct cursor *cursor = &scan->host->cursors[band];
    int64_t rows_max = band == BAND_RETRIES ? INT64_MAX : scan->want + READ_BEYOND;
    bool stop = false, more = true;
    int row = 0;
    while (!row && !stop && more)
        row = scan_rows(scan, band, rows_max, &stop, &more);
    if (row || stop)
        return row;
    cursor->ended = true;
    if (band == BAND_RETRIES)
        scan->host->retry_ms = NEVER;
    return 0;
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

int scan_host(struct scan *scan)
{
    bool left_out;
    int err = is_left_out(scan, &left_out);
    if (err || left_out)
        return err;
    for (int band = 0; band < BANDS && !scan->more; band++) {
        unsigned room = UINT_MAX;
        err = band == BAND_NEW ? room_of_host(scan, true, &room) : 0;
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
    host->left = 0;
    host->left_capped = false;
    for (int band = 0; band < BANDS && !host->left_capped; band++) {
        if (band == BAND_RETRIES || band_is_done(scan, (enum band)band, UINT_MAX))
            continue;
        int64_t counted = 0;
        struct statement *query =
            behind_cursor(scan, (enum band)band, SQL_COUNT_DUE, SQL_COUNT_FRESH);
        bind_integer(query, 6, LEFT_COUNTED);
        int row = statement_integer(query, &counted);
        if (row < 0)
            return row;
        host->left += counted;
        host->left_capped = counted == LEFT_COUNTED;
    }
    return 0;
}

int scan_tell_left(struct scan *scan)
{
    struct run_host *host = scan->host;
    unsigned room;
    if (!scan->more) { /* every band was looked through */
        host->left = 0;
        host->left_capped = false;
    }
    int err = 0;
    if (host->left_capped && host->left < LEFT_REPORTED)
        err = count_left(scan);
    if (!err)
        err = room_of_host(scan, false, &room);
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

/* Without asking the database: some band was not read to its end. */
int scan_may_have_more(const struct scan *scan, bool *more)
{
    unsigned room;
    int err = room_of_host(scan, false, &room);
    for (int band = 0; band < BANDS && !err && !*more; band++)
        *more = !band_is_done(scan, (enum band)band, room);
    return err;
}
