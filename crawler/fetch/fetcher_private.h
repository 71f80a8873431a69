/* fetcher_private.h - the fetcher's own parts.
 *
 *     fetcher.c   the station: places, shards, what curl and libuv say, the end of a transfer
 *     request.c   a job as options of an easy handle
 *     outcome.c   what a transfer's end means
 *     locate.c    where requests to a host go
 *     bandwidth.c the cap on all answers together
 *
 * Thread: loop thread only. */
#ifndef CRAWLER_FETCH_FETCHER_PRIVATE_H
#define CRAWLER_FETCH_FETCHER_PRIVATE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <uv.h>

#include "base/list.h"
#include "fetch/access.h"
#include "fetch/bucket.h"
#include "fetch/fetcher.h"
#include "fetch/resolver.h"
#include "job.h"

enum { SHARDS = 32 };

struct shard {
    struct fetcher *fetcher;
    CURLM *multi;
    uv_timer_t timer;
};

/* How much of an answer's head has come. */
enum head {
    HEAD_AWAITED, /* nothing, or only an answer that another one follows (1xx) */
    HEAD_BEGUN,
    HEAD_WHOLE, /* what comes as a header now is a trailer */
};

struct transfer {
    struct list node; /* in fetcher->transfers (oldest first) or fetcher->idle */
    struct fetcher *fetcher;
    struct shard *shard;
    CURL *easy;
    struct job *job;
    const struct access_site *site;       /* what differs for the job's; NULL: nothing */
    const struct credential_proxy *proxy; /* NULL: none */
    bool site_was_set; /* the handle differs from what request_create_easy() made */
    bool private;      /* the site's own credentials or cookies go with it */
    size_t reserved;   /* of the bandwidth, for what is still to come */
    struct curl_slist *headers;
    struct curl_slist *addresses;
    enum head head;
    struct bytes head_lines; /* of an answer's head, joined by line feeds */
    size_t header_bytes;     /* of all heads and trailers */
    size_t discarded;
    bool running; /* added to the shard's multi */
    bool paused;
    const char *too_large; /* what of it; NULL: nothing */
    bool refused_address;
    bool enough; /* the answer is known, the rest of its body is not wanted */
    char error[CURL_ERROR_SIZE];
};

struct fetcher {
    uv_loop_t *loop;
    struct fetcher_config config;
    fetched_fn *on_fetched;
    void *context;
    struct resolver *resolver;
    struct shard shards[SHARDS];
    unsigned shards_count;
    struct list waiting;   /* jobs without a place */
    struct list transfers; /* with a place, oldest first */
    struct list idle;      /* transfers without a job: easy handles to use again */
    struct list finished;  /* jobs to be given back */
    uint32_t fresh;        /* shards with transfers that curl has not begun, a bit each */
    unsigned transfers_count;
    unsigned paused_count;
    size_t bodies_bytes;
    struct bucket bucket;
    size_t expected_bytes;   /* of an answer, smoothed */
    uv_timer_t refill_timer; /* the bucket has something again for those that paused */
    uv_timer_t deliver_timer;
    unsigned handles_open;
    bool cancelling;
};

/* A new easy handle with all that requests share; its callbacks are the fetcher's to set. */
CURL *request_create_easy(const struct fetcher_config *config);

/* The transfer's job as options of its handle. `resolved`, of the job's host or of its proxy, is
 * NULL where that has an address for a name. False when the guard allows none of the addresses. */
bool request_set(struct transfer *transfer, const struct resolved *resolved);
/* Frees what request_set() made. */
void request_clear(struct transfer *transfer);

/* Whether a proxy may be asked for the job's URL: not for an address, or localhost, that we would
 * not connect to ourselves. */
bool request_may_go_by_proxy(const struct transfer *transfer);

/* The cap on all answers together: a transfer begins and reserves its share, bytes come, it ends
 * and gives back what it did not need. */
void bandwidth_init(struct fetcher *fetcher);
void bandwidth_reserve(struct transfer *transfer);
void bandwidth_count(struct transfer *transfer, size_t size);
void bandwidth_settle(struct transfer *transfer);
/* Whether more has come than was reserved for it and nobody has any to spare; then those that pause
 * are looked at again when there is. */
bool bandwidth_is_spent(const struct transfer *transfer);

/* Transfers that paused and need not any more go on. */
void fetcher_resume_paused(struct fetcher *fetcher);

/* The job's response and outcome, of a transfer that ended with `code`. */
void outcome_take(struct transfer *transfer, CURLcode code);

#endif
