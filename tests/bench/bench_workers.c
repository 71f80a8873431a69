/* bench_workers.c - what several runs on one PostgreSQL database come to: URLs claimed and
 * completed a second, and what they cost.
 *
 *     bench_workers DSN WORKERS [URLS]
 *
 * The database is empty at first, and full after. 500 sites tell of URLS (100,000) between them;
 * then so many processes lease them, sixteen a host, and complete each with its request. CPU time
 * is that of the processes; the server's is the machine's affair. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/storebench.h"

enum { SITES = 500, CHUNK = 16, PLACES = 256 };

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

static int complete(const char *dsn)
{
    struct storebench bench = {.now_ms = clock_wall_ms()};
    char message[512];
    if (store_open(&bench.store, dsn, STORE_WRITE, message, sizeof(message))) {
        fprintf(stderr, "bench: %s\n", message);
        return 1;
    }
    storebench_begin(&bench, false, false);
    for (unsigned idle = 0; idle < 3;) {
        storebench_lease(&bench, PLACES, CHUNK);
        idle = bench.answer.hosts_count ? 0 : idle + 1;
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
    storebench_end(&bench);
    storebench_close(&bench);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    struct storebench bench = {.now_ms = clock_wall_ms()};
    unsigned workers = (unsigned)atoi(argv[2]), urls = argc > 3 ? (unsigned)atoi(argv[3]) : 100000;
    char message[512];
    if (store_open(&bench.store, argv[1], STORE_CREATE, message, sizeof(message))) {
        fprintf(stderr, "bench: %s\n", message);
        return 1;
    }
    storebench_add_sites(&bench, SITES);
    uint64_t started_us = clock_monotonic_us();
    discover(&bench, urls / SITES);
    double seconds = (double)(clock_monotonic_us() - started_us) / 1e6;
    printf("{\"workers\":1,\"discovered\":%zu,\"per_second\":%.0f}\n", bench.found_new,
           (double)bench.found_new / seconds);
    urls = (unsigned)bench.found_new;
    storebench_close(&bench);
    fflush(stdout);
    started_us = clock_monotonic_us();
    for (unsigned i = 0; i < workers; i++)
        if (fork() == 0)
            _exit(complete(argv[1]));
    while (wait(NULL) > 0)
        ;
    seconds = (double)(clock_monotonic_us() - started_us) / 1e6;
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("{\"workers\":%u,\"completed\":%u,\"seconds\":%.1f,\"per_second\":%.0f,"
           "\"client_cpu_us_each\":%.1f}\n",
           workers, urls, seconds, urls / (seconds - 0.3), cpu * 1e6 / urls);
    return 0;
}
