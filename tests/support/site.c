#include "support/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libdeflate.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/site_private.h"

enum { BAN_JUDGED_AGAIN_MS = 25, BACKLOG = 1024, PORT_TRIES = 50, NOBODYS_PORT = 1 };

static void run_loop(void *context);
static void on_stop(uv_async_t *async);

static _Noreturn void give_up(const char *what, int error)
{
    fprintf(stderr, "site: %s: %s\n", what, uv_strerror(error));
    abort();
}

/* Where each host has an address of its own, the process id spreads the tests over 127.0.0.0/8. */
static void choose_address(struct host *host)
{
    unsigned pid = (unsigned)getpid(), index = (unsigned)host->index;
    if (host->table->address)
        snprintf(host->address, sizeof(host->address), "%s", host->table->address);
#ifdef __linux__
    else
        snprintf(host->address, sizeof(host->address), "127.%u.%u.%u", 16 + pid / 250 % 200,
                 (pid + index / 250) % 250, 1 + index % 250);
#else
    else
        snprintf(host->address, sizeof(host->address), "127.0.0.1");
#endif
    (void)pid;
    (void)index;
}

/* Whether the port of the first host has to serve the others too. */
static bool port_is_shared(const struct site *site)
{
    return site->hosts_count < 2 || strcmp(site->hosts[0].address, site->hosts[1].address) != 0;
}

static int listen_on(struct host *host, unsigned port)
{
    struct sockaddr_storage name;
    int size = sizeof(name);
    bool six = strchr(host->address, ':') != NULL;
    int err = six ? uv_ip6_addr(host->address, (int)port, (struct sockaddr_in6 *)&name)
                  : uv_ip4_addr(host->address, (int)port, (struct sockaddr_in *)&name);
    if (err)
        return err;
    uv_tcp_init(&host->site->loop, &host->listener);
    host->listener.data = host;
    err = uv_tcp_bind(&host->listener, (struct sockaddr *)&name, 0);
    if (!err)
        err = uv_listen((uv_stream_t *)&host->listener, BACKLOG, connection_accept);
    if (!err)
        err = uv_tcp_getsockname(&host->listener, (struct sockaddr *)&name, &size);
    if (err) {
        uv_close((uv_handle_t *)&host->listener, NULL);
        uv_run(&host->site->loop, UV_RUN_NOWAIT); /* the handle's memory is used again */
        return err;
    }
    host->port = ntohs(six ? ((struct sockaddr_in6 *)&name)->sin6_port
                           : ((struct sockaddr_in *)&name)->sin_port);
    return 0;
}

/* A host that refuses is an address with the port of its site where nobody listens. */
static int listen_all(struct site *site, unsigned port)
{
    bool shared = port_is_shared(site);
    for (size_t i = 0; i < site->hosts_count; i++) {
        struct host *host = &site->hosts[i];
        int err = 0;
        if (!host->table->refuse)
            err = listen_on(host, port);
        if (err) {
            while (i-- > 0)
                if (!site->hosts[i].table->refuse)
                    uv_close((uv_handle_t *)&site->hosts[i].listener, NULL);
            uv_run(&site->loop, UV_RUN_NOWAIT);
            return err;
        }
        if (shared && !host->table->refuse)
            port = host->port;
    }
    for (size_t i = 0; i < site->hosts_count; i++)
        if (site->hosts[i].table->refuse)
            site->hosts[i].port = shared && port ? port : NOBODYS_PORT;
    return 0;
}

struct site *site_start(const struct site_host *hosts, size_t hosts_count, unsigned port)
{
    struct site *site = alloc_zeroed(1, sizeof(*site));
    uv_loop_init(&site->loop);
    uv_mutex_init(&site->lock);
    arena_init(&site->urls, 0);
    site->hosts = alloc_zeroed(hosts_count + 1, sizeof(*site->hosts));
    site->hosts_count = hosts_count;
    for (size_t i = 0; i < hosts_count; i++) {
        struct host *host = &site->hosts[i];
        *host = (struct host){.site = site, .table = &hosts[i], .index = i};
        choose_address(host);
    }

    /* The port that the kernel gave for the first address may be taken on another one. */
    int err = listen_all(site, port);
    for (int i = 0; err == UV_EADDRINUSE && port == 0 && i < PORT_TRIES; i++)
        err = listen_all(site, port);
    if (err)
        give_up("can't listen", err);
    for (size_t i = 0; i < hosts_count; i++) {
        struct host *host = &site->hosts[i];
        const char *form = strchr(host->address, ':') ? "http://[%s]:%u" : "http://%s:%u";
        snprintf(host->base, sizeof(host->base), form, host->address, host->port);
        uv_timer_init(&site->loop, &host->judge);
        host->judge.data = host;
    }

    uv_async_init(&site->loop, &site->stop, on_stop);
    site->stop.data = site;
    err = uv_thread_create(&site->thread, run_loop, site);
    if (err)
        give_up("no thread", err);
    return site;
}

static void run_loop(void *context)
{
    struct site *site = context;
    uv_run(&site->loop, UV_RUN_DEFAULT); /* until on_stop() has closed the last handle */
}

void site_stop(struct site *site)
{
    if (!site)
        return;
    uv_async_send(&site->stop);
    uv_thread_join(&site->thread);
    uv_loop_close(&site->loop);
    uv_mutex_destroy(&site->lock);
    for (size_t i = 0; i < site->records_count; i++)
        site_visit_clear(&site->records[i]);
    free(site->records);
    free(site->hosts);
    arena_clear(&site->urls);
    free(site);
}

/* libuv: site_stop() was called on some thread. */
static void on_stop(uv_async_t *async)
{
    struct site *site = async->data;
    uv_close((uv_handle_t *)async, NULL);
    for (size_t i = 0; i < site->hosts_count; i++) {
        if (!site->hosts[i].table->refuse)
            uv_close((uv_handle_t *)&site->hosts[i].listener, NULL);
        uv_close((uv_handle_t *)&site->hosts[i].judge, NULL);
    }
    for (struct connection *each = site->connections, *next; each; each = next) {
        next = connection_next(each);
        connection_close(each);
    }
}

/* libuv: the host had too many connections a moment ago. A client that closed one and opened
 * another is not to blame for the order in which the two reach us. */
static void on_judge(uv_timer_t *timer)
{
    struct host *host = timer->data;
    uv_mutex_lock(&host->site->lock);
    if (host->open > host->table->connections_max)
        host->banned = true;
    uv_mutex_unlock(&host->site->lock);
}

void count_connection(struct host *host, bool opened)
{
    struct site *site = host->site;
    uv_mutex_lock(&site->lock);
    host->open += opened ? 1 : -1u;
    site->open += opened ? 1 : -1u;
    if (host->open > host->open_most)
        host->open_most = host->open;
    if (site->open > site->open_most)
        site->open_most = site->open;
    bool suspicious = host->table->connections_max && host->open > host->table->connections_max;
    uv_mutex_unlock(&site->lock);
    if (suspicious && !uv_is_active((uv_handle_t *)&host->judge))
        uv_timer_start(&host->judge, on_judge, BAN_JUDGED_AGAIN_MS, 0);
}

size_t record_start(struct host *host, const char *path, const char *head, bool reused)
{
    struct site *site = host->site;
    uv_mutex_lock(&site->lock);
    if (site->records_count == site->records_capacity) {
        site->records_capacity = site->records_capacity * 2 + 64;
        site->records =
            alloc_resized(site->records, site->records_capacity * sizeof(*site->records));
    }
    size_t index = site->records_count++;
    site->records[index] = (struct site_visit){.host = host->index,
                                               .path = alloc_string(path),
                                               .head = alloc_string(head),
                                               .start_us = clock_monotonic_us(),
                                               .reused = reused};
    if (++host->busy > host->busy_most)
        host->busy_most = host->busy;
    if (++site->busy > site->busy_most)
        site->busy_most = site->busy;
    uv_mutex_unlock(&site->lock);
    return index;
}

void record_end(struct host *host, size_t record, int status)
{
    struct site *site = host->site;
    uv_mutex_lock(&site->lock);
    site->records[record].status = status;
    site->records[record].end_us = clock_monotonic_us();
    host->busy--;
    site->busy--;
    uv_mutex_unlock(&site->lock);
}

static bool record_matches(const struct site_visit *record, long host, const char *path)
{
    return (host == SITE_ANY || record->host == (size_t)host) &&
           (!path || strcmp(record->path, path) == 0);
}

size_t site_requests(struct site *site, long host, const char *path)
{
    size_t count = 0;
    uv_mutex_lock(&site->lock);
    for (size_t i = 0; i < site->records_count; i++)
        count += record_matches(&site->records[i], host, path);
    uv_mutex_unlock(&site->lock);
    return count;
}

bool site_visit(struct site *site, long host, const char *path, size_t index,
                struct site_visit *out)
{
    bool found = false;
    uv_mutex_lock(&site->lock);
    for (size_t i = 0; i < site->records_count && !found; i++) {
        if (!record_matches(&site->records[i], host, path) || index-- > 0)
            continue;
        *out = site->records[i];
        out->path = alloc_string(out->path);
        out->head = alloc_string(out->head);
        found = true;
    }
    uv_mutex_unlock(&site->lock);
    return found;
}

void site_visit_clear(struct site_visit *record)
{
    free(record->path);
    free(record->head);
    record->path = record->head = NULL;
}

unsigned site_most_at_once(struct site *site, long host)
{
    uv_mutex_lock(&site->lock);
    unsigned most = host == SITE_ANY ? site->busy_most : site->hosts[host].busy_most;
    uv_mutex_unlock(&site->lock);
    return most;
}

unsigned site_most_connections(struct site *site, long host)
{
    uv_mutex_lock(&site->lock);
    unsigned most = host == SITE_ANY ? site->open_most : site->hosts[host].open_most;
    uv_mutex_unlock(&site->lock);
    return most;
}

bool site_banned(struct site *site, size_t host)
{
    uv_mutex_lock(&site->lock);
    bool banned = site->hosts[host].banned;
    uv_mutex_unlock(&site->lock);
    return banned;
}

const char *site_url(struct site *site, size_t host, const char *path)
{
    uv_mutex_lock(&site->lock);
    const char *url = arena_format(&site->urls, "%s%s", site->hosts[host].base, path);
    uv_mutex_unlock(&site->lock);
    return url;
}

unsigned site_port(struct site *site, size_t host)
{
    return site->hosts[host].port;
}

void expand(struct host *host, const char *text, struct bytes *out)
{
    const char *mark;
    while ((mark = strstr(text, "{base"))) {
        char *end = (char *)mark + 5;
        size_t index = *end == ':' ? strtoul(end + 1, &end, 10) : host->index;
        bool known = *end == '}' && index < host->site->hosts_count;
        bytes_append(out, text, (size_t)(mark - text));
        bytes_append_string(out, known ? host->site->hosts[index].base : "{base");
        text = known ? end + 1 : mark + 5;
    }
    bytes_append_string(out, text);
}

void site_gzip(struct bytes *bytes)
{
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
    struct bytes packed;
    bytes_init(&packed, 0);
    size_t bound = libdeflate_gzip_compress_bound(compressor, bytes->size);
    bytes_reserve(&packed, bound);
    packed.size =
        libdeflate_gzip_compress(compressor, bytes->data, bytes->size, packed.data, bound);
    libdeflate_free_compressor(compressor);
    bytes_clear(bytes);
    *bytes = packed;
}
