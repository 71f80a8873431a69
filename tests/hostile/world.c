#include "hostile/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "hostile/world_private.h"

enum { BACKLOG = 128, PORT_TRIES = 50, WIRES_MAX = 32, STACK_BYTES = 256 * 1024 };

static void *run_acceptor(void *context);

static _Noreturn void give_up(const char *what)
{
    perror(what);
    abort();
}

/* ---- listening ---- */

static int listen_at(const struct sockaddr *address, socklen_t size, int backlog)
{
    int on = 1, listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->sa_family == AF_INET6)
        setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(listener, address, size) || listen(listener, backlog)) {
        int error = errno;
        close(listener);
        errno = error;
        return -1;
    }
    return listener;
}

static struct sockaddr_in name_of(const struct hostile_host *host, unsigned port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, host->address, &name.sin_addr);
    return name;
}

/* Connections of our own that nobody will ever take: from then on the kernel drops every SYN. */
static void stuff(struct hostile_host *host, unsigned port)
{
    struct sockaddr_in name = name_of(host, port);
    for (size_t i = 0; i < STUFFING_MAX; i++) {
        host->stuffing[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (host->stuffing[i] >= 0 &&
            connect(host->stuffing[i], (struct sockaddr *)&name, sizeof name) &&
            errno != EINPROGRESS)
            give_up("hostile: can't fill a queue");
    }
}

static bool open_host(struct hostile_host *host, unsigned *port)
{
    struct sockaddr_in name = name_of(host, *port);
    socklen_t size = sizeof name;
    bool full = host->fault && host->fault->listening == LISTEN_FULL;
    host->listener = listen_at((struct sockaddr *)&name, size, full ? 0 : BACKLOG);
    if (host->listener < 0)
        return false;
    if (getsockname(host->listener, (struct sockaddr *)&name, &size))
        give_up("hostile: getsockname");
    *port = ntohs(name.sin_port);
    return true;
}

static void close_host(struct hostile_host *host)
{
    if (host->listener >= 0)
        close(host->listener);
    host->listener = -1;
    for (size_t i = 0; i < STUFFING_MAX; i++)
        if (host->stuffing[i] > 0)
            close(host->stuffing[i]);
}

/* Whom nobody refuses comes first, so that the port is known to those that refuse. */
static bool open_all(struct world *world)
{
    unsigned port = 0;
    for (size_t i = world->hosts_count; i-- > 0;) {
        struct hostile_host *host = &world->hosts[i];
        if (host->fault && host->fault->listening == LISTEN_NOT)
            continue;
        if (!open_host(host, &port)) {
            if (errno != EADDRINUSE)
                give_up("hostile: can't listen");
            for (; i < world->hosts_count; i++)
                close_host(&world->hosts[i]);
            return false;
        }
    }
    world->port = port;
    return true;
}

static void open_wire(struct world *world, const struct sockaddr *address)
{
    struct sockaddr_storage name = {0};
    bool six = address->sa_family == AF_INET6;
    socklen_t size = six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    memcpy(&name, address, size);
    if (six)
        ((struct sockaddr_in6 *)&name)->sin6_port = htons((uint16_t)world->port);
    else
        ((struct sockaddr_in *)&name)->sin_port = htons((uint16_t)world->port);
    int listener = listen_at((struct sockaddr *)&name, size, BACKLOG);
    if (listener >= 0 && world->wires_count < WIRES_MAX)
        world->wires[world->wires_count++] = listener;
    else if (listener >= 0)
        close(listener);
}

static void open_wires(struct world *world)
{
    struct ifaddrs *all, *each;
    world->wires = alloc_zeroed(WIRES_MAX, sizeof *world->wires);
    if (getifaddrs(&all))
        give_up("hostile: no list of addresses");
    for (each = all; each; each = each->ifa_next)
        if (each->ifa_addr &&
            (each->ifa_addr->sa_family == AF_INET || each->ifa_addr->sa_family == AF_INET6))
            open_wire(world, each->ifa_addr);
    freeifaddrs(all);
}

/* ---- starting ---- */

static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* The process id spreads the tests over the net. */
static void choose_address(struct hostile_host *host)
{
    snprintf(host->address, sizeof host->address, "127.%u.%u.%u", 128 + (unsigned)getpid() % 126,
             (unsigned)(host->index / 250), (unsigned)(1 + host->index % 250));
}

static void name_host(struct hostile_host *host)
{
    const struct fault *fault = host->fault;
    snprintf(host->base, sizeof host->base, "%s://%s:%u", fault && fault->secure ? "https" : "http",
             fault && fault->host ? fault->host : host->address, host->world->port);
}

struct world *world_start(const struct fault *const *faults, size_t count)
{
    struct world *world = alloc_zeroed(1, sizeof *world);
    allow_descriptors();
    world->faults_count = count;
    world->hosts_count = 2 * count;
    world->hosts = alloc_zeroed(world->hosts_count, sizeof *world->hosts);
    for (size_t i = 0; i < world->hosts_count; i++) {
        struct hostile_host *host = &world->hosts[i];
        *host = (struct hostile_host){
            .world = world, .fault = i < count ? faults[i] : NULL, .index = i, .listener = -1};
        host->paths = alloc_zeroed(PATHS_MAX, sizeof *host->paths);
        choose_address(host);
    }
    unsigned tries = 0;
    while (!open_all(world))
        if (++tries == PORT_TRIES)
            give_up("hostile: no port is free on all addresses");
    for (size_t i = 0; i < world->hosts_count; i++) {
        name_host(&world->hosts[i]);
        if (i < count && faults[i]->listening == LISTEN_FULL)
            stuff(&world->hosts[i], world->port);
    }
    open_wires(world);
    pthread_mutex_init(&world->lock, NULL);
    pthread_cond_init(&world->nobody, NULL);
    if (pipe2(world->wake, O_CLOEXEC) ||
        pthread_create(&world->acceptor, NULL, run_acceptor, world))
        give_up("hostile: no thread");
    return world;
}

/* ---- accepting ---- */

struct arrival {
    struct hostile_host *host;
    int socket;
};

static void *run_connection(void *context)
{
    struct arrival arrival = *(struct arrival *)context;
    struct world *world = arrival.host->world;
    free(context);
    connection_run(arrival.host, arrival.socket);
    pthread_mutex_lock(&world->lock);
    if (--world->connections == 0)
        pthread_cond_broadcast(&world->nobody);
    pthread_mutex_unlock(&world->lock);
    return NULL;
}

static void take_connection(struct hostile_host *host)
{
    pthread_t thread;
    pthread_attr_t detached;
    int socket = accept4(host->listener, NULL, NULL, SOCK_CLOEXEC);
    if (socket < 0)
        return;
    struct arrival *arrival = alloc_bytes(sizeof *arrival);
    *arrival = (struct arrival){host, socket};
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, STACK_BYTES);
    pthread_mutex_lock(&host->world->lock);
    host->world->connections++;
    pthread_mutex_unlock(&host->world->lock);
    if (pthread_create(&thread, &detached, run_connection, arrival))
        give_up("hostile: no thread");
    pthread_attr_destroy(&detached);
}

static void take_trespasser(struct world *world, int wire)
{
    int socket = accept4(wire, NULL, NULL, SOCK_CLOEXEC);
    if (socket < 0)
        return;
    close(socket);
    pthread_mutex_lock(&world->lock);
    world->trespasses++;
    pthread_mutex_unlock(&world->lock);
}

static bool hears(const struct hostile_host *host)
{
    return host->listener >= 0 && (!host->fault || host->fault->listening == LISTEN_FAIRLY);
}

static void *run_acceptor(void *context)
{
    struct world *world = context;
    size_t wires_at = world->hosts_count, wake_at = wires_at + world->wires_count;
    struct pollfd *polled = alloc_zeroed(wake_at + 1, sizeof *polled);
    for (size_t i = 0; i < world->hosts_count; i++)
        polled[i] = (struct pollfd){.fd = hears(&world->hosts[i]) ? world->hosts[i].listener : -1,
                                    .events = POLLIN};
    for (size_t i = 0; i < world->wires_count; i++)
        polled[wires_at + i] = (struct pollfd){.fd = world->wires[i], .events = POLLIN};
    polled[wake_at] = (struct pollfd){.fd = world->wake[0], .events = POLLIN};
    while (!polled[wake_at].revents) {
        if (poll(polled, wake_at + 1, -1) < 0)
            continue;
        for (size_t i = 0; i < wires_at; i++)
            if (polled[i].revents)
                take_connection(&world->hosts[i]);
        for (size_t i = wires_at; i < wake_at; i++)
            if (polled[i].revents)
                take_trespasser(world, polled[i].fd);
    }
    free(polled);
    return NULL;
}

/* ---- stopping ---- */

void world_stop(struct world *world)
{
    pthread_mutex_lock(&world->lock);
    world->stopping = true;
    pthread_mutex_unlock(&world->lock);
    close(world->wake[1]); /* wakes the acceptor and whoever waits in a connection */
    pthread_join(world->acceptor, NULL);
    pthread_mutex_lock(&world->lock);
    while (world->connections)
        pthread_cond_wait(&world->nobody, &world->lock);
    pthread_mutex_unlock(&world->lock);
    close(world->wake[0]);
    for (size_t i = 0; i < world->hosts_count; i++) {
        close_host(&world->hosts[i]);
        free(world->hosts[i].paths);
    }
    for (size_t i = 0; i < world->wires_count; i++)
        close(world->wires[i]);
    pthread_cond_destroy(&world->nobody);
    pthread_mutex_destroy(&world->lock);
    free(world->wires);
    free(world->hosts);
    free(world);
}

/* ---- asking ---- */

unsigned world_port(const struct world *world)
{
    return world->port;
}

const char *world_base(const struct world *world, size_t fault)
{
    return world->hosts[fault].base;
}

const char *world_partner(const struct world *world, size_t fault)
{
    return world->hosts[world->faults_count + fault].base;
}

const char *world_address(const struct world *world, const struct fault *fault)
{
    for (size_t i = 0; i < world->faults_count; i++)
        if (world->hosts[i].fault == fault)
            return world->hosts[i].address;
    return NULL;
}

const struct fault *world_named(struct world *world, const char *name, unsigned *asked)
{
    const struct fault *found = NULL;
    pthread_mutex_lock(&world->lock);
    for (size_t i = 0; i < world->faults_count && !found; i++) {
        struct hostile_host *host = &world->hosts[i];
        if (host->fault->host && strcasecmp(host->fault->host, name) == 0) {
            *asked = host->lookups++;
            found = host->fault;
        }
    }
    pthread_mutex_unlock(&world->lock);
    return found;
}

unsigned world_trespasses(struct world *world)
{
    pthread_mutex_lock(&world->lock);
    unsigned count = world->trespasses;
    pthread_mutex_unlock(&world->lock);
    return count;
}

unsigned world_requests(struct world *world, size_t fault)
{
    pthread_mutex_lock(&world->lock);
    unsigned count = world->hosts[fault].requests;
    pthread_mutex_unlock(&world->lock);
    return count;
}

unsigned host_note(struct hostile_host *host, const char *path)
{
    unsigned hash = 2166136261u, before = 0; /* FNV-1a */
    for (const char *at = path; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    pthread_mutex_lock(&host->world->lock);
    unsigned known = host->requests < PATHS_MAX ? host->requests : PATHS_MAX;
    for (unsigned i = 0; i < known; i++)
        before += host->paths[i] == hash;
    if (host->requests < PATHS_MAX)
        host->paths[host->requests] = hash;
    host->requests++;
    pthread_mutex_unlock(&host->world->lock);
    return before;
}

const char *world_expand(const struct world *world, size_t fault, const char *text,
                         struct arena *arena)
{
    const struct {
        const char *mark, *value;
    } marks[] = {{"{base}", world_base(world, fault)},
                 {"{partner}", world_partner(world, fault)},
                 {"{port}", arena_format(arena, "%u", world->port)}};
    const char *out = text;
    for (size_t i = 0; i < COUNT(marks); i++)
        for (const char *at; (at = strstr(out, marks[i].mark));)
            out = arena_format(arena, "%.*s%s%s", (int)(at - out), out, marks[i].value,
                               at + strlen(marks[i].mark));
    return out;
}
