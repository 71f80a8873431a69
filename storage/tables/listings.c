#include "storage/tables/listings.h"

#include <string.h>

#include "storage/tables/batch.h"
#include "storage/tables/lease.h"

bool listings_is_next(const struct found_record *found)
{
    return found->via && strcmp(found->via, "next") == 0;
}

static bool is_of_index(const struct found_record *found)
{
    return found->source == KIND_SITEMAP && found->depth;
}

/* A source that is new here is due in this run: its rank is the run's start. Of an index there may
 * be more than a run asks: then the freshest go first. */
static int queue_source(struct batch *batch, const struct find *find, int64_t feed_id)
{
    const struct found_record *found = find->found;
    int64_t started_ms = batch->frontier->run.started_ms;
    struct queue_row row = {
        .host_id = find->host->host_id,
        .band = BAND_SOURCES,
        .hash = find->hash,
        .rank = is_of_index(found) ? quota_rank(found->published_ms, started_ms) : started_ms,
        .kind = lease_kind(URL_SOURCE, found->source),
        .site_id = batch->results[find->result]->lease.site_id,
        .feed_id = feed_id,
        .depth = found->depth,
        .hops = found->hops,
        .found_ms = batch->stored[find->result].now_ms,
        .path = find->path,
        .hint_published_ms = MOMENT_NONE,
    };
    return batch_enqueue(batch, find->host, &row);
}

static int add_source(struct batch *batch, struct find *find)
{
    const struct found_record *found = find->found;
    struct feed_row feed = {.site_id = batch->results[find->result]->lease.site_id,
                            .host_id = find->host->host_id,
                            .hash = find->hash,
                            .url = found->url,
                            .source = found->source,
                            .via = found->via,
                            .depth = found->depth};
    int64_t feed_id;
    int fresh = urls_add_feed(batch->store, &feed, &feed_id);
    struct run_site *site = frontier_site(batch->frontier, feed.site_id);
    if (fresh == 1 && site)
        site->known++;
    return fresh == 1 ? queue_source(batch, find, feed_id) : fresh;
}

/* A robots.txt or an index lists a sitemap, or an API a further page: it is there, and perhaps when
 * it changed. */
static bool is_listed(const struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    bool lists =
        lease->kind == URL_ROBOTS || (lease->kind == URL_SOURCE && lease->source == KIND_SITEMAP);
    return listings_is_next(find->found) || (lists && find->found->source == KIND_SITEMAP);
}

/* One that was retired because it was listed no longer comes back. */
static int revive(struct batch *batch, struct find *find)
{
    if (!is_listed(batch, find))
        return 0;
    struct statement *revive = statement(batch->store, SQL_REVIVE_FEED);
    bind_integer(revive, 1, find->host->host_id);
    bind_integer(revive, 2, find->hash);
    return statement_add(revive, ANSWER_COLUMNS, &find->revived);
}

static int note_listing(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    struct statement *list = statement(batch->store, SQL_LIST_FEED);
    bind_integer(list, 1, find->host->host_id);
    bind_integer(list, 2, find->hash);
    bind_nonzero(list, 3, lease->kind == URL_SOURCE ? lease->feed_id : 0);
    bind_integer(list, 4, batch->stored[find->result].now_ms);
    bind_moment(list, 5, find->found->published_ms);
    return statement_add(list, ANSWER_CHANGED, NULL);
}

/* An index says when each of its sitemaps changed: one that did since it was asked is due now. */
static int hasten(struct batch *batch, struct find *find)
{
    int64_t changed_ms = find->found->published_ms, started_ms = batch->frontier->run.started_ms;
    if (batch->frontier->run.backfill && find->found->source == KIND_SITEMAP)
        changed_ms = started_ms; /* all that may hold something of its time */
    if (changed_ms == MOMENT_NONE)
        return 0;
    struct statement *hasten = statement(batch->store, SQL_HASTEN_SOURCE);
    bind_integer(hasten, 1, find->host->host_id);
    bind_integer(hasten, 2, find->hash);
    bind_integer(hasten, 3, changed_ms);
    bind_integer(hasten, 4, started_ms);
    return statement_add(hasten, ANSWER_CHANGED, &find->moved);
}

/* A backfill asks what an index finds to be of its time. What waits since an earlier run may have
 * been passed over in this one. */
static void want(struct batch *batch, const struct find *find)
{
    int64_t started_ms = batch->frontier->run.started_ms;
    int64_t first = quota_rank(started_ms, started_ms);
    const struct touch *last =
        batch->touches_count ? &batch->touches[batch->touches_count - 1] : NULL;
    frontier_want(batch->frontier, find->host->host_id, find->hash);
    if (!last || last->host != find->host || last->rank != first)
        batch_touch(batch, find->host, BAND_SOURCES, first, INT64_MIN);
}

int listings_store(struct batch *batch, struct find *find)
{
    if (batch->frontier->run.backfill && is_of_index(find->found))
        want(batch, find);
    int err = find->fresh ? add_source(batch, find) : hasten(batch, find);
    return err ? err : revive(batch, find);
}

int listings_settle(struct batch *batch, struct find *finds, size_t count)
{
    struct database *store = batch->store;
    int err = statement_settle(statement(store, SQL_HASTEN_SOURCE));
    if (!err)
        err = statement_settle(statement(store, SQL_REVIVE_FEED));
    for (size_t i = 0; i < count && !err; i++) {
        struct find *find = &finds[i];
        if (find->passed || find->found->kind != URL_SOURCE)
            continue;
        if (find->moved)
            batch_touch(batch, find->host, BAND_SOURCES, batch->frontier->run.started_ms,
                        find->hash);
        if (find->revived)
            err = queue_source(batch, find, find->revived);
        if (!err && is_listed(batch, find))
            err = note_listing(batch, find);
    }
    return err ? err : statement_settle(statement(store, SQL_LIST_FEED));
}
