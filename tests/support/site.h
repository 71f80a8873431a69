/* site.h - a website in a table: a real HTTP/1.1 server for tests.
 *
 * A test describes hosts and what each answers, starts them, lets the program crawl them over
 * real sockets, and then asks what was requested, when, and how many at once. Every host is a
 * loopback address of its own on one shared port, so a crawler takes them for different sites
 * without any DNS. Where the system has no loopback address but 127.0.0.1 (macOS), each host gets
 * a port of its own instead; site_url() hides the difference.
 *
 * The server runs on a libuv loop in a thread of its own. Connections are kept alive, latency is
 * a timer per request and never delays another one, many hundreds of connections are fine.
 * Addresses come from the process id and ports from the kernel, so tests run in parallel.
 *
 * Thread: every function here may be called from any thread, callbacks run on the server's.
 * Text in the tables is borrowed until site_stop(). Failures to start end the process with a
 * message: a test can do nothing about them. */
#ifndef TESTS_SUPPORT_SITE_H
#define TESTS_SUPPORT_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct site; /* the running server */

/* What goes wrong on purpose. */
enum site_fault {
    SITE_FINE,
    SITE_RESET,      /* the connection is reset instead of an answer */
    SITE_HANG,       /* never answers; the connection stays open */
    SITE_SHORT_BODY, /* Content-Length is of the whole, half of it is sent, then closed */
    SITE_DRIP,       /* the head at once, then one byte of the body each 100 ms */
    SITE_GARBAGE,    /* bytes that are not HTTP, then closed */
};

/* What is asked. Borrowed during the callback. */
struct site_request {
    struct site *site;
    size_t host;      /* index in the table */
    const char *path; /* with the query, as it was sent */
    const char *head; /* request line and headers, for site_header() */
};

/* What is answered; filled from the route first. */
struct site_answer {
    int status;
    const char *type;          /* Content-Type */
    const char *headers;       /* further header lines, each ended by \r\n, or NULL */
    const char *location;      /* a Location header, or NULL */
    const char *etag;          /* with its quotes, or NULL */
    const char *last_modified; /* as HTTP writes it, or NULL */
    struct bytes body;         /* freed by the server */
    bool gzip;                 /* compressed where the client takes it */
    unsigned latency_ms;
    enum site_fault fault;
    struct arena *arena; /* for texts made by the callback; lives until the answer is sent */
};

/* Makes or changes an answer, on the server's thread. */
typedef void site_answer_fn(const struct site_request *request, struct site_answer *answer,
                            void *context);

/* One row of a host's table. In `body`, `headers` and `location`, {base} stands for the host's own
 * http://address:port and {base:N} for that of host N. */
struct site_route {
    const char *path; /* with its query; a '*' at the end takes every path that begins so */
    int status;       /* 0: 200, or 302 where there is a location */
    const char *type; /* NULL: text/html; charset=utf-8 */
    const char *body; /* NULL: empty */
    size_t body_size; /* 0: body is text; else bytes, taken as they are */
    const char *headers;
    const char *location;
    const char *etag;          /* If-None-Match with it is answered by 304 */
    const char *last_modified; /* and so is If-Modified-Since with exactly this text */
    bool gzip;
    unsigned latency_ms;
    enum site_fault fault;
    unsigned fail_first;      /* the first n requests of a path are answered by fail_status */
    int fail_status;          /* 0: 503 */
    const char *fail_headers; /* sent with those, such as Retry-After: 1\r\n */
    site_answer_fn *answer;   /* NULL: the row as it stands */
    void *context;            /* borrowed; handed to `answer` */
};

/* The first matching row answers; no row is a 404. */
struct site_host {
    const char *address; /* NULL: a loopback address of this process's own */
    const struct site_route *routes;
    size_t routes_count;
    unsigned connections_max; /* with more open for over 25 ms, all is 403 for good; 0: no ban */
    bool refuse;              /* nobody listens here */
};

/* One request as the server saw it. Copied out; give it to site_visit_clear(). */
struct site_visit {
    size_t host;
    char *path;
    char *head;        /* request line and headers */
    int status;        /* as answered; 0: not (yet) */
    uint64_t start_us; /* monotonic (base/clock.h): the request was read */
    uint64_t end_us;   /* the answer is about to go out, or the connection closed; 0: not yet */
    bool reused;       /* not the first request of its connection */
};

/* Starts the hosts; `port` 0 lets the kernel choose. Both tables are borrowed until site_stop().
 * Returned owned. */
struct site *site_start(const struct site_host *hosts, size_t hosts_count, unsigned port);

/* Closes everything and frees. NULL is fine. */
void site_stop(struct site *site);

/* http://address:port plus `path`. Borrowed until site_stop(). */
const char *site_url(struct site *site, size_t host, const char *path);
unsigned site_port(struct site *site, size_t host);

enum { SITE_ANY = -1 }; /* every host */

/* How many requests were read: of a host or SITE_ANY, of a path or NULL for all. */
size_t site_requests(struct site *site, long host, const char *path);
/* The `index`-th of them, in order of arrival. False when there are fewer. */
bool site_visit(struct site *site, long host, const char *path, size_t index,
                struct site_visit *out);
void site_visit_clear(struct site_visit *record);

/* The most requests under way at one time, and the most connections open. */
unsigned site_most_at_once(struct site *site, long host);
unsigned site_most_connections(struct site *site, long host);
/* Whether the host's ban was earned. */
bool site_banned(struct site *site, size_t host);

/* Finds a header in a head, without case, and copies its value; false when it is not there. */
bool site_header(const char *head, const char *name, char *value, size_t size);

/* Compresses `bytes` in place. */
void site_gzip(struct bytes *bytes);

#endif
