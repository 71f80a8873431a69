/* site_private.h - what the two halves of the test server share: site.c (tables, thread, records)
 * and site_connection.c (one connection). Thread: the server's, but for what the lock guards. */
#ifndef TESTS_SUPPORT_SITE_PRIVATE_H
#define TESTS_SUPPORT_SITE_PRIVATE_H

#include <uv.h>

#include "support/site.h"

struct connection;

struct host {
    struct site *site;
    const struct site_host *table;
    size_t index;
    char base[80]; /* http://address:port */
    char address[64];
    unsigned port;
    uv_tcp_t listener;
    uv_timer_t judge; /* looks a second time before a ban */
    /* under the site's lock */
    unsigned open, open_most;
    unsigned busy, busy_most;
    bool banned;
};

struct site {
    uv_loop_t loop;
    uv_thread_t thread;
    uv_async_t stop;
    struct host *hosts;
    size_t hosts_count;
    struct connection *connections; /* a list */

    uv_mutex_t lock; /* guards all below, and the counters of the hosts */
    struct site_visit *records;
    size_t records_count, records_capacity;
    unsigned open, open_most;
    unsigned busy, busy_most;
    struct arena urls;
};

/* libuv: somebody connects to a host (listener->data). */
void connection_accept(uv_stream_t *listener, int status);
/* Closes a connection, whatever it is doing. */
void connection_close(struct connection *connection);
struct connection *connection_next(struct connection *connection);

/* Notes that a request was read, and returns its place among the records. */
size_t record_start(struct host *host, const char *path, const char *head, bool reused);
/* Notes that the request is over; `status` 0: without an answer. */
void record_end(struct host *host, size_t record, int status);
void count_connection(struct host *host, bool opened);

/* Appends `text` with {base} and {base:N} filled in. */
void expand(struct host *host, const char *text, struct bytes *out);

#endif
