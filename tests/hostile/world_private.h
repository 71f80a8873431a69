/* world_private.h - what the hosts and their connections share. Only for world.c and visit.c. */
#ifndef TESTS_HOSTILE_WORLD_PRIVATE_H
#define TESTS_HOSTILE_WORLD_PRIVATE_H

#include <pthread.h>

#include "hostile/world.h"

enum { PATHS_MAX = 4096, STUFFING_MAX = 16 };

struct hostile_host {
    struct world *world;
    const struct fault *fault; /* NULL: a partner */
    size_t index;              /* of all hosts; partners are the second half */
    char address[16];
    char base[96];
    int listener;               /* -1: none */
    int stuffing[STUFFING_MAX]; /* our own connections, which fill a queue */
    unsigned requests;
    unsigned lookups; /* of its name */
    unsigned *paths;  /* hashes of the paths that were asked for, in order; PATHS_MAX at most */
};

struct world {
    struct hostile_host *hosts;
    size_t faults_count, hosts_count;
    unsigned port;
    int *wires;
    size_t wires_count;
    pthread_t acceptor;
    int wake[2]; /* a pipe: closed to end everything */
    pthread_mutex_t lock;
    pthread_cond_t nobody;
    unsigned connections;
    unsigned trespasses;
    bool stopping;
};

/* The thread of a connection; frees nothing of the host. */
void connection_run(struct hostile_host *host, int socket);

/* Counts a request, and returns how often the path was asked for before. */
unsigned host_note(struct hostile_host *host, const char *path);

#endif
