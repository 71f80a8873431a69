#include "support/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { LIMIT_MS = 5000 };

static void on_wanted(const struct lease_request *request, void *context)
{
    struct bench *bench = context;
    assert_int_equal(bench->requests, bench->answered); /* one at a time */
    bench->requests++;
    bench->request = *request;
    bench->wanted_urls = request->wants_count ? request->wants[0].urls_max : 0;
    for (size_t i = 0; i < request->places_count; i++)
        bench->places[i] = request->places[i];
    for (size_t i = 0; i < request->released_count; i++)
        bench->released[bench->released_count++] = request->released[i];
}

static void on_allowed(struct job *job, void *context)
{
    struct bench *bench = context;
    bench->allowed[bench->allowed_count++] = job;
}

static void on_refused(struct job *job, void *context)
{
    struct bench *bench = context;
    bench->refused[bench->refused_count++] = job;
}

static void on_locate(struct host *host, void *context)
{
    struct bench *bench = context;
    if (bench->slow_names)
        bench->asked[bench->asked_count++] = host;
    else
        scheduler_located(bench->scheduler, host, bench->shared ? bench->shared : host->origin);
}

static void on_idle(void *context)
{
    struct bench *bench = context;
    bench->idle++;
}

const struct scheduler_config bench_usual = {
    .limits = {.per_host_max = 1,
               .per_address_max = 2,
               .crawl_delay_max_ms = 30000,
               .rest_after = 5,
               .rest_ms = 60000,
               .rest_max_ms = 600000},
    .transfers_max = 10,
    .jobs_max = 100,
    .per_host_jobs_max = 20,
    .per_host_jobs_spare = 20,
    .tries_max = 3,
    .hops_max = 5,
    .robots_keep_ms = 3600 * 1000,
    .patience_ms = 0,
    .retry_after_max_ms = 3600 * 1000,
    .seed = 42,
};

void bench_open(struct bench *bench, const struct scheduler_config *config)
{
    struct scheduler_callbacks callbacks = {on_wanted, on_allowed, on_refused,
                                            on_locate, on_idle,    bench};
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    assert_int_equal(scheduler_create(&bench->scheduler, &bench->loop, config, &callbacks), 0);
    scheduler_start(bench->scheduler);
    assert_int_equal(bench->requests, 1); /* the first thing it does is to want URLs */
}

void bench_answer_at(struct bench *bench, struct host_lease *hosts, size_t count,
                     int64_t next_due_ms)
{
    struct lease_answer answer = {.hosts = hosts,
                                  .hosts_count = count,
                                  .placed = bench->placed,
                                  .placed_count = bench->placed_count,
                                  .next_due_ms = next_due_ms};
    assert_int_equal(bench->answered + 1, bench->requests);
    bench->answered++;
    bench->placed_count = 0;
    scheduler_add(bench->scheduler, &answer);
}

void bench_answer(struct bench *bench, struct host_lease *hosts, size_t count)
{
    bench_answer_at(bench, hosts, count, MOMENT_NONE);
}

struct host_lease bench_host(int64_t id, size_t count, const char *robots)
{
    static char texts[JOBS][64];
    static struct url_lease urls[JOBS];
    static size_t used;
    if (used + count + 1 > JOBS)
        used = 0;
    char *origin = texts[used++];
    snprintf(origin, sizeof texts[0], "http://h%d.example", (int)id);
    struct host_lease host = {.host_id = id,
                              .origin = origin,
                              .delay_ms = -1,
                              .response_ms = 100,
                              .robots_fetched_ms = robots ? clock_wall_ms() : MOMENT_NONE,
                              .robots_status = robots ? 200 : 0,
                              .robots_body = robots,
                              .urls = &urls[used],
                              .urls_count = count};
    for (size_t i = 0; i < count; i++, used++) {
        snprintf(texts[used], sizeof texts[0], "http://h%d.example/%zu", (int)id, i);
        urls[used] = (struct url_lease){.host_id = id,
                                        .kind = URL_ARTICLE,
                                        .band = 1,
                                        .url = texts[used],
                                        .hint_published_ms = MOMENT_NONE};
    }
    return host;
}

void bench_written_with(struct bench *bench, struct job *job, unsigned found_new)
{
    job_enter(job, JOB_WRITING);
    scheduler_written(bench->scheduler, job, found_new);
    job_free(job);
}

void bench_written(struct bench *bench, struct job *job)
{
    bench_written_with(bench, job, 0);
}

static struct job *take(struct job **jobs, size_t *count, size_t index)
{
    struct job *job = jobs[index];
    memmove(jobs + index, jobs + index + 1, (--*count - index) * sizeof(struct job *));
    return job;
}

struct job *bench_fetched(struct bench *bench, enum outcome outcome, int status,
                          uint64_t retry_after_ms)
{
    assert_true(bench->allowed_count > 0);
    struct job *job = take(bench->allowed, &bench->allowed_count, 0);
    job->outcome = outcome;
    job->response.status = status;
    job->response.first_byte_ms = 100;
    job->response.retry_after_ms = retry_after_ms;
    scheduler_fetched(bench->scheduler, job);
    return job;
}

void bench_finish(struct bench *bench)
{
    struct job *job = bench_fetched(bench, OUTCOME_OK, 200, 0);
    job_enter(job, JOB_EXTRACTING);
    scheduler_extracted(bench->scheduler, job);
    bench_written(bench, job);
}

void bench_finish_robots(struct bench *bench, const char *reduced)
{
    struct job *job = bench_fetched(bench, OUTCOME_OK, 200, 0);
    assert_int_equal(job->result.lease.kind, URL_ROBOTS);
    job_enter(job, JOB_EXTRACTING);
    job->result.host.robots_body = reduced;
    scheduler_extracted(bench->scheduler, job);
    bench_written(bench, job);
}

void bench_write_refused(struct bench *bench)
{
    while (bench->refused_count)
        bench_written(bench, take(bench->refused, &bench->refused_count, 0));
}

void bench_close(struct bench *bench)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (!bench->idle && clock_monotonic_ms() - since_ms < LIMIT_MS) {
        while (bench->allowed_count)
            bench_finish(bench);
        bench_write_refused(bench);
        if (bench->answered < bench->requests)
            bench_answer(bench, NULL, 0);
        else if (!bench->idle)
            uv_run(&bench->loop, UV_RUN_ONCE);
    }
    assert_int_equal(bench->idle, 1);
    scheduler_close(bench->scheduler);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void on_late(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

void bench_run_until_allowed(struct bench *bench, size_t count)
{
    bool late = false;
    uv_timer_t limit;
    uv_timer_init(&bench->loop, &limit);
    limit.data = &late;
    uv_timer_start(&limit, on_late, LIMIT_MS, 0);
    while (bench->allowed_count < count && !late)
        uv_run(&bench->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&limit, NULL);
    uv_run(&bench->loop, UV_RUN_NOWAIT);
    assert_int_equal(bench->allowed_count, count);
}
