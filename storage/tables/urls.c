#include "storage/tables/urls.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/database.h"
#include "storage/tables/frontier.h"

enum { URL_BYTES_MAX = 8192 };

bool urls_split(const char *url, struct url_parts *out)
{
    const char *authority = url ? strstr(url, "://") : NULL;
    if (!authority || authority == url || strlen(url) > URL_BYTES_MAX)
        return false;
    authority += 3;
    size_t size = strcspn(authority, "/?#");
    *out = (struct url_parts){url, (size_t)(authority - url) + size, authority + size};
    return size > 0;
}

/* SQLite keeps 48 bits in six bytes where 64 take eight: of each URL that is two times twice. */
int64_t urls_hash(const struct database *store, const char *key)
{
    return (int64_t)XXH3_64bits_withSeed(key, strlen(key), store->hash_seed) >> 16;
}

/* Whichever have no number yet. */
static int number_hosts(struct database *store, enum sql sql, const char *const *origins,
                        size_t count, int64_t *const *host_ids)
{
    struct statement *put = statement(store, sql);
    enum answer what = sql == SQL_INSERT_HOST ? ANSWER_NUMBER : ANSWER_COLUMNS;
    int err = 0;
    for (size_t i = 0; i < count && !err; i++) {
        if (*host_ids[i])
            continue;
        bind_text(put, 1, origins[i]);
        err = statement_add(put, what, host_ids[i]);
    }
    return err ? err : statement_settle(put);
}

int urls_put_hosts(struct database *store, const char *const *origins, size_t count,
                   int64_t *const *host_ids)
{
    static const enum sql steps[] = {SQL_HOST_BY_ORIGIN, SQL_INSERT_HOST, SQL_HOST_BY_ORIGIN};
    int err = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !err; i++)
        err = number_hosts(store, steps[i], origins, count, host_ids);
    for (size_t i = 0; i < count && !err; i++)
        err = *host_ids[i] ? 0 : STORE_FAILED;
    return err;
}

int urls_put_host(struct database *store, const char *origin, size_t origin_size, int64_t *host_id)
{
    const char *text = pool_copy(&store->pool, origin, origin_size);
    *host_id = 0;
    return urls_put_hosts(store, &text, 1, &host_id);
}

int urls_add_host_site(struct database *store, int64_t host_id, int64_t site_id)
{
    struct statement *update = statement(store, SQL_SET_HOST_SITE);
    bind_integer(update, 1, host_id);
    bind_integer(update, 2, site_id);
    return statement_add(update, ANSWER_CHANGED, NULL);
}

int urls_settle_host_sites(struct database *store)
{
    return statement_settle(statement(store, SQL_SET_HOST_SITE));
}

int urls_is_seen(struct database *store, int64_t host_id, int64_t hash)
{
    int64_t seen;
    struct statement *query = statement(store, SQL_IS_SEEN);
    bind_integer(query, 1, host_id);
    bind_integer(query, 2, hash);
    return statement_integer(query, &seen);
}

int urls_add_seen(struct database *store, int64_t host_id, int64_t hash, int64_t *fresh)
{
    struct statement *insert = statement(store, SQL_SEE);
    bind_integer(insert, 1, host_id);
    bind_integer(insert, 2, hash);
    return statement_add(insert, ANSWER_CHANGED, fresh);
}

int urls_settle_seen(struct database *store)
{
    return statement_settle(statement(store, SQL_SEE));
}

int urls_see(struct database *store, int64_t host_id, int64_t hash)
{
    int64_t fresh = 0;
    int err = urls_add_seen(store, host_id, hash, &fresh);
    if (!err)
        err = urls_settle_seen(store);
    return err ? err : (int)fresh;
}

int urls_add_queued(struct database *store, const struct queue_row *row, int64_t *placed)
{
    struct statement *insert = statement(store, SQL_ENQUEUE);
    bind_integer(insert, 1, row->host_id);
    bind_integer(insert, 2, row->band);
    bind_integer(insert, 3, row->rank);
    bind_integer(insert, 4, row->hash);
    bind_integer(insert, 5, row->kind);
    bind_integer(insert, 6, row->site_id);
    bind_nonzero(insert, 7, row->feed_id);
    bind_integer(insert, 8, row->depth);
    bind_integer(insert, 9, row->hops);
    bind_integer(insert, 10, row->tries);
    /* of a new article the rank is one of the two moments: ten million times 6 bytes */
    bool new = row->band == BAND_NEW, dated = row->hint_published_ms != MOMENT_NONE;
    bind_moment(insert, 11, new && !dated ? MOMENT_NONE : row->found_ms);
    bind_moment(insert, 12, new ? MOMENT_NONE : row->hint_published_ms);
    bind_text(insert, 13, row->hint_title);
    bind_text(insert, 14, row->path);
    return statement_add(insert, ANSWER_CHANGED, placed);
}

int urls_settle_queued(struct database *store)
{
    return statement_settle(statement(store, SQL_ENQUEUE));
}

int urls_unqueue(struct database *store, int64_t host_id, int64_t hash)
{
    struct statement *drop = statement(store, SQL_UNQUEUE);
    bind_integer(drop, 1, host_id);
    bind_integer(drop, 2, hash);
    return statement_run(drop);
}

int urls_add_feed(struct database *store, const struct feed_row *feed, int64_t *feed_id)
{
    struct statement *find = statement(store, SQL_FEED_OF_URL);
    bind_integer(find, 1, feed->host_id);
    bind_integer(find, 2, feed->hash);
    int row = statement_integer(find, feed_id);
    if (row)
        return row < 0 ? row : 0;
    struct statement *insert = statement(store, SQL_INSERT_FEED);
    bind_integer(insert, 1, feed->site_id);
    bind_integer(insert, 2, feed->host_id);
    bind_integer(insert, 3, feed->hash);
    bind_text(insert, 4, feed->url);
    bind_integer(insert, 5, feed->source);
    bind_text(insert, 6, feed->via ? feed->via : "link");
    bind_integer(insert, 7, feed->depth);
    return statement_insert(insert, feed_id);
}

int urls_count_queued(struct database *store, int64_t added)
{
    struct statement *update = statement(store, SQL_COUNT_QUEUED);
    bind_integer(update, 1, added);
    return statement_run(update);
}
