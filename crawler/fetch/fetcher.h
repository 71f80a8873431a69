/* fetcher.h - many HTTP transfers at once on one event loop.
 *
 * Takes jobs, runs each through libcurl, hands it back with its response and outcome set. At most
 * `transfers_max` run together; the rest wait in order of arrival. One job is one request: a
 * redirect comes back as OUTCOME_REDIRECT, a retry is the scheduler's affair.
 * Names are looked up by resolver.h, and every address is checked by guard.h just before it is
 * connected to. Bodies are kept as they came (still compressed).
 * Thread: loop thread only. */
#ifndef CRAWLER_FETCH_FETCHER_H
#define CRAWLER_FETCH_FETCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct access;
struct guard;
struct job;
struct uv_loop_s;
struct fetcher; /* owns the curl multi handles, every easy handle and the resolver */

/* Gives `job` back; the receiver owns it again. Called exactly once per submitted job, on the loop
 * thread, never from inside fetcher_submit(). */
typedef void fetched_fn(struct job *job, void *context);

struct fetcher_config {
    unsigned transfers_max; /* at one time, over all hosts; at least 1 */
    unsigned per_host_max;  /* connections to one host */
    unsigned sockets_max;   /* open at one time, kept ones too: fetcher_sockets_possible() */
    uint64_t connect_timeout_ms;
    uint64_t timeout_ms;       /* of the whole request */
    uint64_t low_speed_bytes;  /* a second; slower than this … */
    uint64_t low_speed_ms;     /* … over this long ends as OUTCOME_TIMEOUT */
    size_t robots_bytes_max;   /* of a robots.txt; a longer one is cut there (RFC 9309, 2.5) */
    size_t body_bytes_max;     /* on the wire; a longer one ends as OUTCOME_TOO_LARGE */
    size_t sitemap_bytes_max;  /* the same for sitemaps */
    size_t header_bytes_max;   /* of all header lines */
    size_t bodies_bytes_max;   /* held at one time: above it transfers pause, oldest last */
    const char *user_agent;    /* borrowed: outlives the fetcher */
    const struct guard *guard; /* borrowed: outlives the fetcher */
    const char *dns_servers;   /* of resolver_create(); NULL: the system's */
    const char *ca_file;       /* borrowed likewise; NULL: the system's */
    struct access *access; /* of sites that differ, and the proxy; borrowed; NULL: none. The fetcher
                              makes their jars */
    uint64_t bandwidth;    /* bytes a second, over all requests; 0: no limit */
};

/* Descriptors of a run beside the fetcher's and one a worker: of the store, the loop, the log, and
 * what starting a worker takes. */
enum { FETCHER_OTHERS = 28 };

/* How many connections this process's limit of descriptors leaves room for when `others` are needed
 * for something else; at least 2. */
unsigned fetcher_sockets_possible(unsigned others);

/* Stores a new fetcher, owned by the caller, in *out and returns 0. Returns ERR_CURL, ERR_IO or
 * ERR_USAGE, of dns_servers, and leaves *out as it was. */
int fetcher_create(struct fetcher **out, struct uv_loop_s *loop,
                   const struct fetcher_config *config, fetched_fn *on_fetched, void *context);

/* Takes `job`. Cannot fail: trouble comes back as the job's outcome. */
void fetcher_submit(struct fetcher *fetcher, struct job *job);

/* Tells where requests go: the first address of a name that the guard allows, as text without a
 * port (borrowed), or NULL when there is none. `about` and `context` are the asker's. */
typedef void located_fn(const char *address, void *about, void *context);

/* Looks up the host of `origin` ("https://example.org") for requests on behalf of a site, so that
 * they find the address known; NULL too where a proxy will look it up. Calls `on_located` once:
 * from inside when it is known already, else from the loop. */
void fetcher_locate(struct fetcher *fetcher, const char *origin, int64_t site_id,
                    located_fn *on_located, void *about, void *context);

/* To be told when a body that came with a job has been freed: `size` bytes are free again. */
void fetcher_body_freed(struct fetcher *fetcher, size_t size);

/* Bytes of bodies held now, arriving or handed on. */
size_t fetcher_bodies_bytes(const struct fetcher *fetcher);

/* Whether all bytes of this moment's bandwidth are spoken for: then nothing more is to be begun. */
bool fetcher_is_throttled(struct fetcher *fetcher);

/* Gives all jobs back at once, those not finished as OUTCOME_RELEASED; look-ups end with NULL. */
void fetcher_cancel(struct fetcher *fetcher);

/* Takes the fetcher, which must have no job; its memory goes in the last close callback. */
void fetcher_close(struct fetcher *fetcher);

#endif
