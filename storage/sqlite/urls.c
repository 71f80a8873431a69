#include "storage/sqlite/urls.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/frontier.h"

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
int64_t urls_hash(const struct sqlite_store *store, const char *key)
{
    return (int64_t)XXH3_64bits_withSeed(key, strlen(key), store->hash_seed) >> 16;
}

static void bind_origin(sqlite3_stmt *insert, int place, const char *origin, size_t origin_size)
{
    sqlite3_bind_text(insert, place, origin, (int)origin_size, SQLITE_STATIC);
}

int urls_put_host(struct sqlite_store *store, const char *origin, size_t origin_size,
                  int64_t *host_id)
{
    sqlite3_stmt *find = statement(store, SQL_HOST_BY_ORIGIN);
    bind_origin(find, 1, origin, origin_size);
    int row = statement_integer(store, find, host_id);
    if (row)
        return row < 0 ? row : 0;
    sqlite3_stmt *insert = statement(store, SQL_INSERT_HOST);
    bind_origin(insert, 1, origin, origin_size);
    int err = statement_run(store, insert);
    if (!err)
        *host_id = sqlite3_last_insert_rowid(store->db);
    return err;
}

int urls_set_host_site(struct sqlite_store *store, int64_t host_id, int64_t site_id)
{
    sqlite3_stmt *update = statement(store, SQL_SET_HOST_SITE);
    bind_integer(update, 1, host_id);
    bind_integer(update, 2, site_id);
    return statement_run(store, update);
}

int urls_is_seen(struct sqlite_store *store, int64_t host_id, int64_t hash)
{
    int64_t seen;
    sqlite3_stmt *query = statement(store, SQL_IS_SEEN);
    bind_integer(query, 1, host_id);
    bind_integer(query, 2, hash);
    return statement_integer(store, query, &seen);
}

int urls_see(struct sqlite_store *store, int64_t host_id, int64_t hash)
{
    sqlite3_stmt *insert = statement(store, SQL_SEE);
    bind_integer(insert, 1, host_id);
    bind_integer(insert, 2, hash);
    int err = statement_run(store, insert);
    return err ? err : sqlite3_changes(store->db) > 0;
}

int urls_enqueue(struct sqlite_store *store, const struct queue_row *row)
{
    sqlite3_stmt *insert = statement(store, SQL_ENQUEUE);
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
    return statement_run(store, insert);
}

int urls_unqueue(struct sqlite_store *store, int64_t host_id, int64_t hash)
{
    sqlite3_stmt *drop = statement(store, SQL_UNQUEUE);
    bind_integer(drop, 1, host_id);
    bind_integer(drop, 2, hash);
    return statement_run(store, drop);
}

int urls_add_feed(struct sqlite_store *store, const struct feed_row *feed, int64_t *feed_id)
{
    sqlite3_stmt *find = statement(store, SQL_FEED_OF_URL);
    bind_integer(find, 1, feed->host_id);
    bind_integer(find, 2, feed->hash);
    int row = statement_integer(store, find, feed_id);
    if (row)
        return row < 0 ? row : 0;
    sqlite3_stmt *insert = statement(store, SQL_INSERT_FEED);
    bind_integer(insert, 1, feed->site_id);
    bind_integer(insert, 2, feed->host_id);
    bind_integer(insert, 3, feed->hash);
    bind_text(insert, 4, feed->url);
    bind_integer(insert, 5, feed->source);
    bind_text(insert, 6, feed->via ? feed->via : "link");
    bind_integer(insert, 7, feed->depth);
    int err = statement_run(store, insert);
    if (err)
        return err;
    *feed_id = sqlite3_last_insert_rowid(store->db);
    return 1;
}

int urls_count_queued(struct sqlite_store *store, int64_t added)
{
    sqlite3_stmt *update = statement(store, SQL_COUNT_QUEUED);
    bind_integer(update, 1, added);
    return statement_run(store, update);
}
