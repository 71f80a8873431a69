/* bench_workers.c - what several runs on one PostgreSQL database come to: URLs found, claimed and
 * completed a second, and what they cost.
 *
 *     bench_workers DSN WORKERS [URLS [SECONDS]]
 *
 * Sites tell of URLS (100,000; 0: what waits there is enough) between them, 500 of them or as many
 * as have 500 each; then so many processes lease them, sixteen a host, and complete each with its
 * request, all of them or those of SECONDS. CPU time is that of the processes; the server's is told
 * by postgres_workers.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/storebench.h"

enum { SITES_MIN = 500, URLS_EACH_MIN = 500, CHUNK = 16, PLACES = 256 };

struct share {
    size_t leases, completed; /* hosts, URLs */
};

static const struct found_record *make_found(const char *host, unsigned count)
{
    enum { URL_BYTES = 128 };
    struct found_record *found = alloc_bytes(count * (sizeof(*found) + URL_BYTES));
    char *texts = (char *)(found + count);
    for (unsigned i = 0; i < count; i++) {
        char *url = texts + (size_t)i * URL_BYTES;
        snprintf(url, URL_BYTES, "%spolitics/2025/06/15/the-headline-of-some-news-%u.html", host,
                 i);
        found[i] = (struct found_record){
            .url = url, .kind = URL_ARTICLE, .via = "front", .published_ms = MOMENT_NONE};
    }
    return found;
}

static void discover(struct storebench *bench, unsigned urls_each)
{
    storebench_begin(bench, true, false);
    while (storebench_lease(bench, PLACES, 1)) {
        for (size_t i = 0; i < bench->answer.hosts_count; i++) {
            const struct url_lease *lease = &bench->answer.hosts[i].urls[0];
            struct result_record *result = storebench_result(bench, lease);
            result->host.ready_ms = bench->now_ms;
            result->found = make_found(lease->url, urls_each);
            result->found_count = urls_each;
            bench->candidates += urls_each;
            if (storebench_is_full(bench))
                storebench_commit(bench);
        }
        storebench_commit(bench);
        bench->now_ms = clock_wall_ms();
    }
    storebench_end(bench);
}

/* Until nothing is left, or that many seconds are over. */
static int complete(const char *dsn, double seconds, struct share *share)
{
    struct storebench bench = {.now_ms = clock_wall_ms()};
    int64_t until_ms = bench.now_ms + (int64_t)(seconds * 1000);
    char message[512];
    if (store_open(&bench.store, dsn, STORE_WRITE, message, sizeof(message))) {
        fprintf(stderr, "bench: %s\n", message);
        return 1;
    }
    storebench_begin(&bench, false, false);
    for (unsigned idle = 0; idle < 3 && (seconds <= 0 || bench.now_ms < until_ms);) {
        storebench_lease(&bench, PLACES, CHUNK);
        idle = bench.answer.hosts_count ? 0 : idle + 1;
        share->leases += bench.answer.hosts_count;
        for (size_t i = 0; i < bench.answer.hosts_count; i++)
            for (size_t k = 0; k < bench.answer.hosts[i].urls_count; k++) {
                struct result_record *result =
                    storebench_result(&bench, &bench.answer.hosts[i].urls[k]);
                result->completion = COMPLETE_ERROR;
                result->fetch.status = 403;
                result->host.ready_ms = bench.now_ms;
                if (storebench_is_full(&bench))
                    storebench_commit(&bench);
            }
        storebench_commit(&bench);
        bench.now_ms = clock_wall_ms();
        if (idle)
            usleep(100000);
    }
    share->completed = bench.completed;
    storebench_end(&bench);
    storebench_close(&bench);
    return 0;
}

static double cpu_seconds(int whose)
{
    struct rusage usage;
    getrusage(whose, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void find(const char *dsn, unsigned urls)
{
    struct storebench bench = {.now_ms = clock_wall_ms()};
    unsigned sites = urls / URLS_EACH_MIN > SITES_MIN ? urls / URLS_EACH_MIN : SITES_MIN;
    char message[512];
    if (store_open(&bench.store, dsn, STORE_CREATE, message, sizeof(message))) {
        fprintf(stderr, "bench: %s\n", message);
        exit(1);
    }
    storebench_add_sites(&bench, sites);
    uint64_t started_us = clock_monotonic_us();
    double cpu = cpu_seconds(RUSAGE_SELF);
    discover(&bench, urls / sites);
    double seconds = (double)(clock_monotonic_us() - started_us) / 1e6;
    cpu = cpu_seconds(RUSAGE_SELF) - cpu;
    printf("{\"workers\":1,\"sites\":%u,\"discovered\":%zu,\"seconds\":%.1f,\"per_second\":%.0f,"
           "\"client_cpu_us_each\":%.1f}\n",
           sites, bench.found_new, seconds, (double)bench.found_new / seconds,
           cpu * 1e6 / (double)bench.found_new);
    storebench_close(&bench);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    unsigned workers = (unsigned)atoi(argv[2]), urls = argc > 3 ? (unsigned)atoi(argv[3]) : 100000;
    struct share *shares = mmap(NULL, workers * sizeof(*shares), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shares == MAP_FAILED)
        return 1;
    if (urls)
        find(argv[1], urls);
    uint64_t started_us = clock_monotonic_us();
    for (unsigned i = 0; i < workers; i++)
        if (fork() == 0)
            _exit(complete(argv[1], argc > 4 ? atof(argv[4]) : 0, &shares[i]));
    while (wait(NULL) > 0)
        ;
    double seconds = (double)(clock_monotonic_us() - started_us) / 1e6;
    struct share all = {0};
    for (unsigned i = 0; i < workers; i++) {
        all.leases += shares[i].leases;
        all.completed += shares[i].completed;
    }
    printf("{\"workers\":%u,\"leases\":%zu,\"completed\":%zu,\"seconds\":%.1f,\"per_second\":%.0f,"
           "\"client_cpu_us_each\":%.1f}\n",
           workers, all.leases, all.completed, seconds, (double)all.completed / (seconds - 0.3),
           cpu_seconds(RUSAGE_CHILDREN) * 1e6 / (double)all.completed);
    return 0;
}
