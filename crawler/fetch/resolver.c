/* Look-ups: cache → c-ares → whoever waits for the name.
 *
 * One entry per name, either known (with an expiry) or asked for (with those who wait). c-ares
 * tells which sockets to watch by on_ares_socket; one timer drives its time-outs. */
#include "fetch/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"

enum {
    KEPT_MS_MIN = 30 * 1000,
    KEPT_MS_MAX = 3600 * 1000,
    NOWHERE_MS = 30 * 1000, /* a name that there is not, or that has no address */
    FAILED_MS = 500,        /* nobody could tell: the next try asks again */
    NAMES_MAX = 100 * 1000, /* known names; the ones that expire first go */
    QUERY_TIMEOUT_MS = 2000,
    QUERY_TRIES = 2,
    TICK_MS = 500, /* how often c-ares looks for queries that timed out */
};

struct waiter {
    struct waiter *next;
    resolved_fn *on_resolved;
    void *context;
};

struct name {
    struct resolver *resolver;
    char *host;
    struct resolved resolved;
    struct heap_node expiry; /* in resolver->expiries once known */
    struct waiter *waiters;  /* not NULL: asked for */
};

struct watch {
    uv_poll_t poll; /* first member */
    struct watch *next;
    struct resolver *resolver;
    ares_socket_t socket;
};

struct resolver {
    uv_loop_t *loop;
    ares_channel channel;
    uv_timer_t tick;
    struct map names;
    struct heap expiries; /* known names by the moment until which they are believed */
    struct watch *watches;
    unsigned asked;
};

static void on_ares_socket(void *context, ares_socket_t socket, int readable, int writable);
static void on_ares_answer(void *context, int status, int timeouts, struct ares_addrinfo *info);
static void on_uv_poll(uv_poll_t *poll, int status, int ready);
static void on_uv_tick(uv_timer_t *timer);

/* `servers` NULL: the system's. Returns 0, ERR_IO or ERR_USAGE. */
static int open_channel(ares_channel *out, struct ares_options *options, int set,
                        const char *servers)
{
    if (ares_library_init_mem(ARES_LIB_INIT_ALL, alloc_bytes, free, alloc_resized) !=
            ARES_SUCCESS ||
        ares_init_options(out, options, set) != ARES_SUCCESS)
        return ERR_IO;
    if (!servers || ares_set_servers_ports_csv(*out, servers) == ARES_SUCCESS)
        return 0;
    ares_destroy(*out);
    return ERR_USAGE;
}

int resolver_create(struct resolver **out, struct uv_loop_s *loop, const char *servers)
{
    struct resolver *resolver = alloc_zeroed(1, sizeof *resolver);
    resolver->loop = loop;
    struct ares_options options = {.timeout = QUERY_TIMEOUT_MS,
                                   .tries = QUERY_TRIES,
                                   .sock_state_cb = on_ares_socket,
                                   .sock_state_cb_data = resolver};
    int err = open_channel(&resolver->channel, &options,
                           ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB, servers);
    if (err) {
        free(resolver);
        return err;
    }
    uv_timer_init(loop, &resolver->tick);
    resolver->tick.data = resolver;
    *out = resolver;
    return 0;
}

int resolver_servers(const char *servers, char *out, size_t size)
{
    ares_channel channel;
    struct ares_addr_port_node *list = NULL;
    char text[INET6_ADDRSTRLEN];
    size_t used = 0;
    int err = open_channel(&channel, NULL, 0, servers);
    *out = '\0';
    if (err)
        return err;
    ares_get_servers_ports(channel, &list);
    for (struct ares_addr_port_node *at = list; at && used < size; at = at->next)
        if (inet_ntop(at->family, &at->addr, text, sizeof text))
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", text);
    if (list)
        ares_free_data(list);
    ares_destroy(channel);
    return 0;
}

static void free_name(struct resolver *resolver, struct name *name)
{
    heap_remove(&resolver->expiries, &name->expiry);
    map_remove(&resolver->names, name->host);
    free(name->host);
    free(name);
}

static void forget_old_names(struct resolver *resolver, uint64_t now_ms)
{
    struct heap_node *top;
    while ((top = heap_top(&resolver->expiries)) &&
           (top->key <= (int64_t)now_ms || resolver->expiries.count > NAMES_MAX))
        free_name(resolver, LIST_ITEM(top, struct name, expiry));
}

void resolver_ask(struct resolver *resolver, const char *host, resolved_fn *on_resolved,
                  void *context)
{
    forget_old_names(resolver, clock_monotonic_ms());
    struct name *name = map_get(&resolver->names, host);
    if (name && !name->waiters) {
        on_resolved(&name->resolved, context);
        return;
    }
    struct waiter *waiter = alloc_bytes(sizeof *waiter);
    *waiter = (struct waiter){.on_resolved = on_resolved, .context = context};
    if (name) {
        waiter->next = name->waiters;
        name->waiters = waiter;
        return;
    }
    name = alloc_zeroed(1, sizeof *name);
    name->resolver = resolver;
    name->host = alloc_string(host);
    name->waiters = waiter;
    map_put(&resolver->names, name->host, name);
    if (resolver->asked++ == 0)
        uv_timer_start(&resolver->tick, on_uv_tick, TICK_MS, TICK_MS);
    /* A file of hosts may be named in the environment (CARES_HOSTS), instead of /etc/hosts. */
    struct ares_addrinfo_hints hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_ENVHOSTS};
    ares_getaddrinfo(resolver->channel, name->host, NULL, &hints, on_ares_answer, name);
}

/* How long an answer is believed: the smallest TTL in it, within reason. */
static uint64_t take_addresses(struct name *name, const struct ares_addrinfo *info)
{
    int ttl_s = KEPT_MS_MAX / 1000;
    for (const struct ares_addrinfo_node *node = info->nodes; node; node = node->ai_next) {
        if (name->resolved.count == RESOLVER_ADDRESSES_MAX)
            break;
        if (node->ai_family != AF_INET && node->ai_family != AF_INET6)
            continue;
        memcpy(&name->resolved.addresses[name->resolved.count++], node->ai_addr, node->ai_addrlen);
        if (node->ai_ttl < ttl_s)
            ttl_s = node->ai_ttl;
    }
    uint64_t kept_ms = ttl_s > 0 ? (uint64_t)ttl_s * 1000 : 0;
    return kept_ms < KEPT_MS_MIN ? KEPT_MS_MIN : kept_ms;
}

/* c-ares: the name's addresses, or why there are none. */
static void on_ares_answer(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
    struct name *name = context;
    struct resolver *resolver = name->resolver;
    (void)timeouts;
    bool nowhere = status == ARES_ENOTFOUND || status == ARES_ENODATA || status == ARES_SUCCESS;
    uint64_t kept_ms = nowhere ? NOWHERE_MS : FAILED_MS;
    if (status == ARES_SUCCESS && info)
        kept_ms = take_addresses(name, info);
    name->resolved.why = status == ARES_SUCCESS ? "the name has no address" : ares_strerror(status);
    if (info)
        ares_freeaddrinfo(info);
    if (--resolver->asked == 0)
        uv_timer_stop(&resolver->tick);
    struct waiter *waiters = name->waiters;
    name->waiters = NULL;
    heap_insert(&resolver->expiries, &name->expiry, (int64_t)(clock_monotonic_ms() + kept_ms));
    struct resolved resolved = name->resolved; /* a waiter may ask again and change the cache */
    while (waiters) {
        struct waiter *next = waiters->next;
        waiters->on_resolved(&resolved, waiters->context);
        free(waiters);
        waiters = next;
    }
}

/* libuv: only now is the watch's memory free. */
static void on_uv_watch_closed(uv_handle_t *handle)
{
    free(handle);
}

static struct watch **find_watch(struct resolver *resolver, ares_socket_t socket)
{
    struct watch **at = &resolver->watches;
    while (*at && (*at)->socket != socket)
        at = &(*at)->next;
    return at;
}

/* c-ares: watch this socket, or stop watching it (neither readable nor writable). */
static void on_ares_socket(void *context, ares_socket_t socket, int readable, int writable)
{
    struct resolver *resolver = context;
    struct watch **at = find_watch(resolver, socket), *watch = *at;
    if (!readable && !writable) {
        if (watch) {
            *at = watch->next;
            uv_poll_stop(&watch->poll);
            uv_close((uv_handle_t *)&watch->poll, on_uv_watch_closed);
        }
        return;
    }
    if (!watch) {
        watch = alloc_zeroed(1, sizeof *watch);
        watch->resolver = resolver;
        watch->socket = socket;
        if (uv_poll_init_socket(resolver->loop, &watch->poll, socket)) {
            free(watch); /* the query ends by its time-out */
            return;
        }
        watch->next = resolver->watches;
        resolver->watches = watch;
    }
    uv_poll_start(&watch->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                  on_uv_poll);
}

/* libuv: a name server answered, or its socket broke. */
static void on_uv_poll(uv_poll_t *poll, int status, int ready)
{
    struct watch *watch = (struct watch *)poll;
    struct resolver *resolver = watch->resolver; /* watch may die below */
    ares_socket_t socket = watch->socket;
    bool broken = status < 0;
    ares_process_fd(resolver->channel, broken || ready & UV_READABLE ? socket : ARES_SOCKET_BAD,
                    broken || ready & UV_WRITABLE ? socket : ARES_SOCKET_BAD);
}

/* libuv: time to look for queries that timed out. */
static void on_uv_tick(uv_timer_t *timer)
{
    struct resolver *resolver = timer->data;
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void resolver_cancel(struct resolver *resolver)
{
    ares_cancel(resolver->channel);
}

/* libuv: the last handle is closed. */
static void on_uv_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void resolver_close(struct resolver *resolver)
{
    ares_destroy(resolver->channel);
    ares_library_cleanup();
    size_t at = 0;
    struct name *name;
    while ((name = map_next(&resolver->names, &at))) {
        free(name->host);
        free(name);
    }
    map_clear(&resolver->names);
    heap_clear(&resolver->expiries);
    uv_close((uv_handle_t *)&resolver->tick, on_uv_closed);
}
