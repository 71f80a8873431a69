#include "support/storebench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"

void storebench_check(const struct storebench *bench, int err)
{
    if (!err)
        return;
    fprintf(stderr, "bench: error %d: %s\n", err, store_message(bench->store));
    exit(1);
}

void storebench_remove(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s%s", STOREBENCH_PATH, tails[i]);
        unlink(name);
    }
}

void storebench_open(struct storebench *bench)
{
    char message[512];
    storebench_remove();
    *bench = (struct storebench){.now_ms = STOREBENCH_START_MS};
    if (store_open(&bench->store, STOREBENCH_PATH, STORE_CREATE, message, sizeof(message))) {
        fprintf(stderr, "bench: %s\n", message);
        exit(1);
    }
}

void storebench_close(struct storebench *bench)
{
    store_close(bench->store);
    bench->store = NULL;
}

void storebench_add_sites(struct storebench *bench, unsigned count)
{
    char url[64], domain[64];
    bool added;
    storebench_check(bench, store_begin(bench->store));
    for (unsigned i = 0; i < count; i++) {
        snprintf(url, sizeof(url), "https://site%u.example/", i);
        snprintf(domain, sizeof(domain), "site%u.example", i);
        struct site_record site = {.kind = "site",
                                   .url = url,
                                   .key = url,
                                   .domain = domain,
                                   .delay_ms = -1,
                                   .max_per_run = -1};
        storebench_check(bench, store_add_site(bench->store, &site, bench->now_ms - 1, &added));
    }
    storebench_check(bench, store_end(bench->store, true));
}

double storebench_begin(struct storebench *bench, bool discover_only, bool search)
{
    struct run_record run = {.started_ms = bench->now_ms,
                             .argv = "[]",
                             .version = "bench",
                             .sources = 0x1f,
                             .discover_only = discover_only,
                             .poll_all = discover_only,
                             .tries_max = 3,
                             .lease_ms = 120000,
                             .keep_raw_ms = 1,
                             .keep_fetches_ms = INT64_C(1) << 40,
                             .search = search};
    int64_t run_id;
    uint64_t started_us = clock_monotonic_us();
    storebench_check(bench, store_run_begin(bench->store, &run, &run_id));
    bench->held_count = 0;
    return (double)(clock_monotonic_us() - started_us) / 1000;
}

double storebench_end(struct storebench *bench)
{
    uint64_t started_us = clock_monotonic_us();
    storebench_check(bench, store_run_end(bench->store, bench->now_ms, "ok", "{}"));
    return (double)(clock_monotonic_us() - started_us) / 1000;
}

void storebench_reset(struct storebench *bench)
{
    bench->found_new = bench->told = bench->completed = bench->leased = 0;
    bench->commit_us = bench->lease_us = 0;
}

bool storebench_lease(struct storebench *bench, unsigned urls_max, unsigned urls_per_host)
{
    struct lease_request request = {.now_ms = bench->now_ms,
                                    .urls_max = urls_max,
                                    .urls_per_host = urls_per_host,
                                    .released = bench->held,
                                    .released_count = bench->held_count};
    uint64_t cpu_us = clock_thread_cpu_us();
    storebench_check(bench, store_lease(bench->store, &request, &bench->answer));
    bench->lease_us += clock_thread_cpu_us() - cpu_us;
    bench->held_count = 0;
    for (size_t i = 0; i < bench->answer.hosts_count; i++) {
        bench->held[bench->held_count++] = bench->answer.hosts[i].host_id;
        bench->leased += bench->answer.hosts[i].urls_count;
    }
    return bench->answer.hosts_count || bench->answer.next_due_ms != MOMENT_NONE;
}

struct result_record *storebench_result(struct storebench *bench, const struct url_lease *lease)
{
    struct result_record *result = &bench->results[bench->count++];
    *result = (struct result_record){
        .lease = *lease,
        .completion = COMPLETE_DONE,
        .why = "no article",
        .fetch = {.asked = true,
                  .attempt = 1,
                  .started_ms = bench->now_ms,
                  .total_ms = 50,
                  .ttfb_ms = 20,
                  .status = 200,
                  .bytes_wire = 30000,
                  .bytes_body = 150000,
                  .mime = "text/html",
                  .charset = "utf-8",
                  .http = "1.1",
                  .ip = "192.0.2.1"},
        .host = {.host_id = lease->host_id, .ready_ms = bench->now_ms + 1000, .response_ms = 50},
    };
    return result;
}

bool storebench_is_full(const struct storebench *bench)
{
    return bench->count == STOREBENCH_BATCH || bench->candidates >= STOREBENCH_CANDIDATES;
}

void storebench_commit(struct storebench *bench)
{
    const struct result_record *pointers[STOREBENCH_BATCH];
    struct commit_outcome outcomes[STOREBENCH_BATCH];
    if (!bench->count)
        return;
    for (size_t i = 0; i < bench->count; i++)
        pointers[i] = &bench->results[i];
    uint64_t cpu_us = clock_thread_cpu_us();
    storebench_check(bench, store_commit(bench->store, pointers, bench->count, outcomes));
    storebench_check(bench, store_checkpoint(bench->store));
    bench->commit_us += clock_thread_cpu_us() - cpu_us;
    for (size_t i = 0; i < bench->count; i++) {
        bench->found_new += outcomes[i].found_new;
        bench->told += bench->results[i].found_count;
        free((void *)(uintptr_t)bench->results[i].found);
        if (outcomes[i].lost)
            fprintf(stderr, "bench: a lease was lost\n");
    }
    bench->completed += bench->count;
    bench->count = bench->candidates = 0;
}

double storebench_rss_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

double storebench_file_bytes(void)
{
    struct stat facts;
    return stat(STOREBENCH_PATH, &facts) ? 0 : (double)facts.st_size;
}
