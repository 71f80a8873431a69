#include "hostile/meter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"

enum { EVERY_MS = 100 };

struct meter {
    pthread_t thread;
    pid_t pid;
    atomic_bool stopping;
    size_t most_kib;
};

static size_t pss_of(long pid)
{
    char path[64], line[256];
    size_t kib = 0;
    snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Pss: %zu", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib;
}

static size_t pss_with_children(pid_t pid)
{
    char path[64];
    size_t kib = pss_of(pid);
    long child;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    while (file && fscanf(file, "%ld", &child) == 1)
        kib += pss_of(child);
    if (file)
        fclose(file);
    return kib;
}

static void *run_meter(void *context)
{
    struct meter *meter = context;
    const struct timespec pause = {.tv_nsec = EVERY_MS * 1000000L};
    while (!atomic_load(&meter->stopping)) {
        size_t kib = pss_with_children(meter->pid);
        if (kib > meter->most_kib)
            meter->most_kib = kib;
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct meter *meter_start(pid_t pid)
{
    struct meter *meter = alloc_zeroed(1, sizeof *meter);
    meter->pid = pid;
    if (pthread_create(&meter->thread, NULL, run_meter, meter)) {
        perror("meter: no thread");
        abort();
    }
    return meter;
}

size_t meter_stop(struct meter *meter)
{
    atomic_store(&meter->stopping, true);
    pthread_join(meter->thread, NULL);
    size_t kib = meter->most_kib;
    free(meter);
    return kib;
}
