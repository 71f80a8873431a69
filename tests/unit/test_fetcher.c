/* One transfer after another, and many at once, against a real server: what each fault ends as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "base/alloc.h"
#include "fetch/fetcher.h"
#include "fetch/guard.h"
#include "job.h"
#include "support/site.h"

enum { JOBS = 200 };

struct bench {
    uv_loop_t loop;
    struct guard guard;
    struct fetcher *fetcher;
    struct job *done[JOBS];
    size_t done_count;
};

static void on_fetched(struct job *job, void *context)
{
    struct bench *bench = context;
    bench->done[bench->done_count++] = job;
}

static void open_bench(struct bench *bench, const char *const *ranges, size_t count)
{
    memset(bench, 0, sizeof *bench);
    curl_global_init(CURL_GLOBAL_ALL);
    uv_loop_init(&bench->loop);
    assert_int_equal(guard_init(&bench->guard, ranges, count, NULL), 0);
    struct fetcher_config config = {.transfers_max = 50,
                                    .sockets_max = 1000,
                                    .per_host_max = 10,
                                    .connect_timeout_ms = 1000,
                                    .timeout_ms = 500,
                                    .low_speed_bytes = 1,
                                    .low_speed_ms = 10000,
                                    .robots_bytes_max = 1000,
                                    .body_bytes_max = 64 * 1024,
                                    .sitemap_bytes_max = 128 * 1024,
                                    .header_bytes_max = 16 * 1024,
                                    .bodies_bytes_max = 1024 * 1024,
                                    .user_agent = "test/1",
                                    .guard = &bench->guard};
    assert_int_equal(fetcher_create(&bench->fetcher, &bench->loop, &config, on_fetched, bench), 0);
}

static struct job *submit(struct bench *bench, const char *url)
{
    struct url_lease lease = {.kind = URL_ARTICLE, .url = url, .hint_published_ms = MOMENT_NONE};
    struct job *job = job_create(&lease, NULL);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    fetcher_submit(bench->fetcher, job);
    return job;
}

static void run_until(struct bench *bench, size_t count)
{
    while (bench->done_count < count && uv_run(&bench->loop, UV_RUN_ONCE))
        ;
    assert_int_equal(bench->done_count, count);
}

static void close_bench(struct bench *bench)
{
    for (size_t i = 0; i < bench->done_count; i++) {
        fetcher_body_freed(bench->fetcher, bench->done[i]->response.body.size);
        job_free(bench->done[i]);
    }
    assert_int_equal(fetcher_bodies_bytes(bench->fetcher), 0);
    fetcher_close(bench->fetcher);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    guard_clear(&bench->guard);
}

static const char *const loopback[] = {"127.0.0.0/8"};

static void answer_large(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    (void)request;
    (void)context;
    char block[1024];
    memset(block, 'x', sizeof block);
    for (size_t i = 0; i < 100; i++)
        bytes_append(&answer->body, block, sizeof block);
}

static void answer_many_headers(const struct site_request *request, struct site_answer *answer,
                                void *context)
{
    (void)request;
    (void)context;
    char *lines = arena_alloc(answer->arena, 64 * 1024);
    size_t size = 0;
    for (size_t i = 0; i < 1000; i++)
        size += (size_t)snprintf(lines + size, 64 * 1024 - size,
                                 "X-Header-%zu: 0123456789012345678901234\r\n", i);
    answer->headers = lines;
}

static const struct site_route routes[] = {
    {.path = "/page",
     .body = "<p>hello</p>",
     .etag = "\"v1\"",
     .headers = "Cache-Control: public, max-age=60\r\n"},
    {.path = "/empty"},
    {.path = "/moved", .location = "{base}/page"},
    {.path = "/gone", .status = 410},
    {.path = "/forbidden", .status = 403},
    {.path = "/error", .status = 500},
    {.path = "/busy", .status = 503, .headers = "Retry-After: 7\r\n"},
    {.path = "/limit", .status = 429},
    {.path = "/odd", .status = 799},
    {.path = "/reset", .fault = SITE_RESET},
    {.path = "/hang", .fault = SITE_HANG},
    {.path = "/short", .body = "0123456789", .fault = SITE_SHORT_BODY},
    {.path = "/garbage", .fault = SITE_GARBAGE},
    {.path = "/large", .answer = answer_large},
    {.path = "/headers", .answer = answer_many_headers},
    {.path = "/slow/*", .body = "slow", .latency_ms = 200},
};

static const struct {
    const char *path;
    enum outcome outcome;
    int status;
} cases[] = {
    {"/page", OUTCOME_OK, 200},
    {"/empty", OUTCOME_OK, 200},
    {"/moved", OUTCOME_REDIRECT, 302},
    {"/gone", OUTCOME_GONE, 410},
    {"/none", OUTCOME_GONE, 404},
    {"/forbidden", OUTCOME_REFUSED, 403},
    {"/error", OUTCOME_SERVER_ERROR, 500},
    {"/busy", OUTCOME_THROTTLED, 503},
    {"/limit", OUTCOME_THROTTLED, 429},
    {"/odd", OUTCOME_ODD_STATUS, 799},
    {"/reset", OUTCOME_RESET, 0},
    {"/hang", OUTCOME_TIMEOUT, 0},
    {"/short", OUTCOME_RESET, 200},
    {"/garbage", OUTCOME_PROTOCOL, 0},
    {"/large", OUTCOME_TOO_LARGE, 200},
    {"/headers", OUTCOME_TOO_LARGE, -1},
};

static void test_each_answer_has_its_outcome(void **state)
{
    (void)state;
    struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    struct bench bench;
    open_bench(&bench, loopback, COUNT(loopback));
    struct job *jobs[COUNT(cases)];
    for (size_t i = 0; i < COUNT(cases); i++)
        jobs[i] = submit(&bench, site_url(site, 0, cases[i].path));
    assert_int_equal(bench.done_count, 0); /* never from inside fetcher_submit() */
    run_until(&bench, COUNT(cases));
    for (size_t i = 0; i < COUNT(cases); i++)
        if (jobs[i]->outcome != cases[i].outcome ||
            (cases[i].status >= 0 && jobs[i]->response.status != cases[i].status))
            fail_msg("%s: outcome %d (%s), status %d", cases[i].path, (int)jobs[i]->outcome,
                     jobs[i]->detail ? jobs[i]->detail : "", jobs[i]->response.status);
    assert_string_equal(jobs[0]->response.etag, "\"v1\"");
    assert_int_equal(jobs[0]->response.max_age_s, 60);
    assert_int_equal(jobs[0]->response.body.size, strlen("<p>hello</p>"));
    assert_int_equal(jobs[7]->response.retry_after_ms, 7000);
    close_bench(&bench);
    site_stop(site);
}

static void test_a_validator_is_sent_back_verbatim(void **state)
{
    (void)state;
    struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    struct bench bench;
    open_bench(&bench, loopback, COUNT(loopback));
    struct url_lease lease = {.kind = URL_ARTICLE,
                              .url = site_url(site, 0, "/page"),
                              .etag = "\"v1\"",
                              .hint_published_ms = MOMENT_NONE};
    struct job *job = job_create(&lease, NULL);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    fetcher_submit(bench.fetcher, job);
    run_until(&bench, 1);
    assert_int_equal(job->outcome, OUTCOME_UNCHANGED);
    close_bench(&bench);
    site_stop(site);
}

static void test_slow_answers_overlap(void **state)
{
    (void)state;
    struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    struct bench bench;
    open_bench(&bench, loopback, COUNT(loopback));
    char path[32];
    for (size_t i = 0; i < 20; i++) {
        snprintf(path, sizeof path, "/slow/%zu", i);
        submit(&bench, site_url(site, 0, path));
    }
    run_until(&bench, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(bench.done[i]->outcome, OUTCOME_OK);
    assert_in_range(site_most_connections(site, 0), 2, 10); /* per_host_max */
    close_bench(&bench);
    site_stop(site);
}

static void test_the_guard_is_asked_before_connecting(void **state)
{
    (void)state;
    struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    struct bench bench;
    open_bench(&bench, NULL, 0);
    struct job *by_address = submit(&bench, site_url(site, 0, "/page"));
    struct job *by_name = submit(&bench, "http://localhost/page");
    struct job *mapped = submit(&bench, "http://[::ffff:127.0.0.1]/page");
    run_until(&bench, 3);
    assert_int_equal(by_address->outcome, OUTCOME_FORBIDDEN_ADDRESS);
    assert_int_equal(by_name->outcome, OUTCOME_FORBIDDEN_ADDRESS);
    assert_int_equal(mapped->outcome, OUTCOME_FORBIDDEN_ADDRESS);
    assert_int_equal(site_requests(site, SITE_ANY, NULL), 0);
    close_bench(&bench);
    site_stop(site);
}

static void test_cancel_gives_all_back(void **state)
{
    (void)state;
    struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    struct bench bench;
    open_bench(&bench, loopback, COUNT(loopback));
    for (size_t i = 0; i < 60; i++) /* more than have a place */
        submit(&bench, site_url(site, 0, "/hang"));
    for (size_t i = 0; i < 10; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    fetcher_cancel(bench.fetcher);
    run_until(&bench, 60);
    for (size_t i = 0; i < 60; i++)
        assert_int_equal(bench.done[i]->outcome, OUTCOME_RELEASED);
    close_bench(&bench);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_answer_has_its_outcome),
        cmocka_unit_test(test_a_validator_is_sent_back_verbatim),
        cmocka_unit_test(test_slow_answers_overlap),
        cmocka_unit_test(test_the_guard_is_asked_before_connecting),
        cmocka_unit_test(test_cancel_gives_all_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
