/* urls.h - the rows that make a URL known: hosts, seen, queue, feeds.
 *
 * Plain statements, each inside the caller's transaction; what the run keeps in memory is told by
 * the caller. Functions return 0 or a store_error; those that say so, 1 for yes. Thread: the
 * store's. */
#ifndef STORAGE_TABLES_URLS_H
#define STORAGE_TABLES_URLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/record.h"

struct database;

/* "https://example.org" and "/path?query" of an absolute URL; both borrowed from it. */
struct url_parts {
    const char *origin;
    size_t origin_size;
    const char *path;
};

/* False: no absolute URL, or one too long to be kept. */
bool urls_split(const char *url, struct url_parts *out);

/* The identity of a URL within its host, of this database alone. */
int64_t urls_hash(const struct database *store, const char *key);

struct queue_row {
    int64_t host_id;
    int band;
    int64_t rank;
    int64_t hash;
    int kind; /* lease_kind() */
    int64_t site_id;
    int64_t feed_id;
    unsigned depth, hops, tries;
    int64_t found_ms; /* of a new article, where nothing was announced, the rank tells it */
    int64_t hint_published_ms; /* of a new article the rank tells it, unless MOMENT_NONE */
    const char *hint_title;
    const char *path;
};

struct feed_row {
    int64_t site_id;
    int64_t host_id;
    int64_t hash;
    const char *url;
    enum source_kind source;
    const char *via;
    unsigned depth;
};

/* The numbers of hosts, made where there are none. The first: of those whose number is 0, at once;
 * no origin twice. */
int urls_put_hosts(struct database *store, const char *const *origins, size_t count,
                   int64_t *const *host_ids);
int urls_put_host(struct database *store, const char *origin, size_t origin_size, int64_t *host_id);
/* Says that `site_id` has URLs on the host: its only site, or one of several; SITE_SEVERAL. */
int urls_add_host_site(struct database *store, int64_t host_id, int64_t site_id);
int urls_settle_host_sites(struct database *store);
int urls_is_seen(struct database *store, int64_t host_id, int64_t hash);
int urls_see(struct database *store, int64_t host_id, int64_t hash); /* 1: it was new */
/* The same for many: *fresh becomes 1 by urls_settle_seen(). */
int urls_add_seen(struct database *store, int64_t host_id, int64_t hash, int64_t *fresh);
int urls_settle_seen(struct database *store);
/* Into the queue: *placed becomes 1 by urls_settle_queued(), unless its place is taken. */
int urls_add_queued(struct database *store, const struct queue_row *row, int64_t *placed);
int urls_settle_queued(struct database *store);
int urls_unqueue(struct database *store, int64_t host_id, int64_t hash);
/* 1: a new row, with its id in *feed_id; 0: this URL is a source already, *feed_id is its. */
int urls_add_feed(struct database *store, const struct feed_row *feed, int64_t *feed_id);
int urls_count_queued(struct database *store, int64_t added);

#endif
