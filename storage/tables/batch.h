/* batch.h - one batch of results on its way into the database.
 *
 * The database is changed first; what the run keeps in memory (frontier.h) only after the commit,
 * from what was noted here. Everything lives in the store's pool. Thread: the store's. */
#ifndef STORAGE_TABLES_BATCH_H
#define STORAGE_TABLES_BATCH_H

#include "storage/health.h"
#include "storage/tables/budget.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/urls.h"

/* The order in which URLs that were found become known. */
enum phase {
    PHASE_TOLD, /* by the article that they lead to */
    PHASE_PLAIN,
    PHASE_UNLESS_LISTED, /* sources of use only where there are no better ones */
    PHASE_HTTP,
    PHASE_MARKED, /* AMP and mobile pages */
};

/* A URL that a result told of. */
struct find {
    struct run_host *host;
    int64_t hash;
    const struct found_record *found;
    const char *path;
    size_t result; /* its index in the batch */
    enum phase phase;
    bool passed;   /* not stored: it may still be announced as something else */
    int64_t fresh; /* made known by this batch */
    /* of a source: its feed, where it was retired; whether it is asked sooner */
    int64_t revived, moved;
};

/* A row on its way into the queue. */
struct placing {
    struct run_host *host;
    struct queue_row row;
    int64_t placed;
};

/* A queue row that was added or given back. */
struct touch {
    struct run_host *host;
    int band;
    int64_t rank;
    int64_t hash;
};

/* A host whose site was noted, and what it was before. */
struct sited {
    struct run_host *host;
    int64_t before;
};

/* What a result became in the database. */
struct stored {
    int64_t url_id;
    int64_t fetch_id;        /* 0: no request */
    int64_t article_id;      /* of its URL; 0: none */
    struct arrival *arrival; /* its article, where that was asked for beforehand (arrivals.h) */
    int64_t now_ms;          /* when the request ended */
    int64_t found_ms;        /* when its URL was found */
    int64_t simhash, words;  /* of a new article's text */
    const char *error;       /* what was wrong with the request; NULL: nothing */
    int64_t raw_bytes;       /* of its page, where that was not kept so far */
    unsigned records_new;
    bool taken;    /* a take-down covers what its page says to be */
    bool written;  /* not lost, not released */
    bool requeued; /* its URL stands in the queue again, or a source's next address */
};

/* What the batch adds to a site's day. */
struct site_counts {
    int64_t site_id;
    struct health_day day;
};

struct batch {
    struct database *store;
    struct frontier *frontier;
    const struct result_record *const *results;
    size_t count;
    struct commit_outcome *outcomes;
    struct stored *stored;
    struct find *finds;
    size_t finds_count, finds_capacity;
    struct placing **placings; /* since the last batch_place(); each in the pool */
    size_t placings_count, placings_capacity;
    struct touch *touches;
    size_t touches_count, touches_capacity;
    struct run_host **fresh; /* hosts whose rows this transaction made */
    size_t fresh_count, fresh_capacity;
    struct sited *sited;
    size_t sited_count, sited_capacity;
    struct run_host **counted; /* hosts of which new articles were added or removed */
    size_t counted_count, counted_capacity;
    struct charge *charges;
    size_t charges_count, charges_capacity;
    struct site_counts *site_counts;
    size_t site_counts_count, site_counts_capacity;
    int64_t queued; /* rows added to the queue, less those removed */
};

/* The host of an origin as the run knows it; without a number until batch_number_hosts() where it
 * is new. */
struct run_host *batch_origin(struct batch *batch, const struct url_parts *parts);

/* Makes the rows of the hosts that are new, at once. */
int batch_number_hosts(struct batch *batch);

/* The host of an origin, made where there is none. */
int batch_host(struct batch *batch, const struct url_parts *parts, struct run_host **out);

/* Adds a queue row; its texts are borrowed until batch_place(). */
int batch_enqueue(struct batch *batch, struct run_host *host, const struct queue_row *row);

/* Sees the rows that were added to their places, and notes them. Before the queue is read. */
int batch_place(struct batch *batch);

/* Notes that a row of a band was added (1) or removed (-1). */
void batch_count(struct batch *batch, struct run_host *host, int band, int added);

/* Notes that a row of the queue came to this place. */
void batch_touch(struct batch *batch, struct run_host *host, int band, int64_t rank, int64_t hash);

/* A row for the queue like the leased one: same URL, site, feed and hints. False: its URL can't be
 * asked again. */
bool batch_row_again(const struct batch *batch, size_t result, struct queue_row *out);

/* Notes what the new URL of a result came to. */
int batch_charge(struct batch *batch, size_t result, enum verdict verdict);

#endif
