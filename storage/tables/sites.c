#include "storage/tables/sites.h"

#include <string.h>

#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/lease.h"
#include "storage/tables/urls.h"

int sites_begin(struct store *store)
{
    return transaction_begin(database_of(store));
}

int sites_end(struct store *store, bool commit)
{
    struct database *database = database_of(store);
    if (commit)
        return transaction_end(database, 0);
    transaction_end(database, STORE_FAILED);
    return 0;
}

/* The site's row: a new one, or the old one brought up to date. */
static int put_site(struct database *store, const struct site_record *site, int64_t now_ms,
                    int64_t *site_id, bool *added)
{
    struct statement *find = statement(store, SQL_SITE_BY_URL);
    bind_text(find, 1, site->url);
    int row = statement_integer(find, site_id);
    if (row < 0)
        return row;
    *added = row == 0;
    struct statement *put = statement(store, SQL_PUT_SITE);
    bind_text(put, 1, site->kind);
    bind_text(put, 2, site->url);
    bind_text(put, 3, site->domain);
    bind_text(put, 4, site->name);
    bind_text(put, 5, site->rules);
    bind_positive(put, 6, site->delay_ms);
    bind_positive(put, 7, site->max_per_run);
    bind_integer(put, 8, now_ms);
    bind_text(put, 9, site->folder);
    bind_text(put, 10, site->country);
    bind_text(put, 11, site->lang);
    row = statement_integer(put, site_id);
    return row < 0 ? row : 0;
}

/* Host, identity and path of a URL, as a row of the queue without its place there. */
static int make_row(struct database *store, const char *url, const char *key, int64_t site_id,
                    int64_t now_ms, struct queue_row *out)
{
    struct url_parts parts;
    int64_t host_id = 0;
    if (!urls_split(url, &parts))
        return STORE_FAILED;
    int err = urls_put_host(store, parts.origin, parts.origin_size, &host_id);
    *out = (struct queue_row){.host_id = host_id,
                              .site_id = site_id,
                              .found_ms = now_ms,
                              .hash = urls_hash(store, key ? key : url),
                              .path = parts.path,
                              .hint_published_ms = MOMENT_NONE};
    return err;
}

/* Into the queue: what was met as a link before leaves its old place there. */
static int enqueue(struct database *store, const struct queue_row *row)
{
    int64_t placed = 0;
    int fresh = urls_see(store, row->host_id, row->hash);
    if (fresh < 0)
        return fresh;
    int err = urls_add_host_site(store, row->host_id, row->site_id);
    if (!err)
        err = urls_settle_host_sites(store);
    if (!err && !fresh)
        err = urls_unqueue(store, row->host_id, row->hash);
    if (!err)
        err = urls_add_queued(store, row, &placed);
    if (!err)
        err = urls_settle_queued(store);
    return err ? err : urls_count_queued(store, 1);
}

/* A URL that is a source already, of another site perhaps, stays as it is. */
static int add_source(struct database *store, const struct queue_row *row, const char *url,
                      enum source_kind source)
{
    struct feed_row feed = {.host_id = row->host_id,
                            .hash = row->hash,
                            .site_id = row->site_id,
                            .url = url,
                            .source = source,
                            .via = "config"};
    struct queue_row queued = *row;
    int found = urls_add_feed(store, &feed, &queued.feed_id);
    if (found <= 0)
        return found;
    queued.kind = lease_kind(URL_SOURCE, source);
    queued.band = BAND_SOURCES;
    queued.rank = 0; /* due whenever a run begins */
    return enqueue(store, &queued);
}

static int add_page(struct database *store, const struct queue_row *row, int64_t now_ms)
{
    struct queue_row queued = *row;
    queued.kind = lease_kind(URL_PAGE, KIND_NO_SOURCE);
    queued.band = BAND_NEW;
    queued.rank = now_ms / 1000;
    return enqueue(store, &queued);
}

/* What the site itself is asked as. */
static int add_home(struct database *store, const struct site_record *site, int64_t site_id,
                    int64_t now_ms)
{
    struct queue_row row;
    int err = make_row(store, site->url, site->key, site_id, now_ms, &row);
    if (err)
        return err;
    if (strcmp(site->kind, "page") == 0)
        return add_page(store, &row, now_ms);
    return add_source(store, &row, site->url,
                      strcmp(site->kind, "api") == 0 ? KIND_API : KIND_FRONT);
}

static int add_site(struct database *store, const struct site_record *site, int64_t now_ms,
                    bool *added)
{
    int64_t site_id = 0;
    struct queue_row row;
    int err = put_site(store, site, now_ms, &site_id, added);
    if (!err && *added)
        err = add_home(store, site, site_id, now_ms);
    if (!err && site->feed_url) {
        err = make_row(store, site->feed_url, site->feed_key, site_id, now_ms, &row);
        if (!err)
            err = add_source(store, &row, site->feed_url, KIND_FEED);
    }
    return err;
}

int sites_add(struct store *base, const struct site_record *site, int64_t now_ms, bool *added)
{
    struct database *store = database_of(base);
    if (store->driver->is_in_transaction(store))
        return add_site(store, site, now_ms, added);
    int err = transaction_begin(store);
    return err ? err : transaction_end(store, add_site(store, site, now_ms, added));
}
