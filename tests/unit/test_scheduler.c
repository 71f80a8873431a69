/* Which URL starts when. The test is what stands around the scheduler: it answers the leases, ends
 * the transfers and writes the results, each when it wants to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "job.h"
#include "schedule/scheduler.h"

enum { JOBS = 256, URLS = 64, LIMIT_MS = 5000 };

struct bench {
    uv_loop_t loop;
    struct scheduler *scheduler;
    struct job *allowed[JOBS]; /* in flight, in the order in which they started */
    size_t allowed_count;
    struct job *refused[JOBS];
    size_t refused_count;
    struct lease_request request; /* the last one */
    int64_t released[JOBS];       /* all hosts that were given back */
    size_t released_count;
    unsigned requests, answered;
    unsigned idle;
};

static void on_wanted(const struct lease_request *request, void *context)
{
    struct bench *bench = context;
    assert_int_equal(bench->requests, bench->answered); /* one at a time */
    bench->requests++;
    bench->request = *request;
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

static void on_idle(void *context)
{
    struct bench *bench = context;
    bench->idle++;
}

static const struct scheduler_config usual = {
    .limits = {.per_host_max = 1,
               .crawl_delay_max_ms = 30000,
               .rest_after = 5,
               .rest_ms = 60000,
               .rest_max_ms = 600000},
    .transfers_max = 10,
    .jobs_max = 100,
    .per_host_jobs_max = 20,
    .tries_max = 3,
    .hops_max = 5,
    .robots_keep_ms = 3600 * 1000,
    .patience_ms = 0,
    .seed = 42,
};

static void open_bench(struct bench *bench, const struct scheduler_config *config)
{
    struct scheduler_callbacks callbacks = {on_wanted, on_allowed, on_refused, on_idle, bench};
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    assert_int_equal(scheduler_create(&bench->scheduler, &bench->loop, config, &callbacks), 0);
    scheduler_start(bench->scheduler);
    assert_int_equal(bench->requests, 1); /* the first thing it does is to want URLs */
}

static void answer_at(struct bench *bench, struct host_lease *hosts, size_t count,
                      int64_t next_due_ms)
{
    struct lease_answer answer = {.hosts = hosts, .hosts_count = count, .next_due_ms = next_due_ms};
    assert_int_equal(bench->answered + 1, bench->requests);
    bench->answered++;
    scheduler_add(bench->scheduler, &answer);
}

static void answer(struct bench *bench, struct host_lease *hosts, size_t count)
{
    answer_at(bench, hosts, count, MOMENT_NONE);
}

/* One host, http://hN.example, with `count` articles; `robots` NULL: never asked for. */
static struct host_lease host_of(int64_t id, size_t count, const char *robots)
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

static void written(struct bench *bench, struct job *job)
{
    job_enter(job, JOB_WRITING);
    scheduler_written(bench->scheduler, job, 0);
    job_free(job);
}

static struct job *take(struct job **jobs, size_t *count, size_t index)
{
    struct job *job = jobs[index];
    memmove(jobs + index, jobs + index + 1, (--*count - index) * sizeof(struct job *));
    return job;
}

/* The oldest transfer ends so; what it is to become is still in the job. */
static struct job *fetched(struct bench *bench, enum outcome outcome, int status,
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

static void finish(struct bench *bench)
{
    struct job *job = fetched(bench, OUTCOME_OK, 200, 0);
    job_enter(job, JOB_EXTRACTING);
    scheduler_extracted(bench->scheduler, job);
    written(bench, job);
}

static void finish_robots(struct bench *bench, const char *reduced)
{
    struct job *job = fetched(bench, OUTCOME_OK, 200, 0);
    assert_int_equal(job->result.lease.kind, URL_ROBOTS);
    job_enter(job, JOB_EXTRACTING);
    job->result.host.robots_body = reduced;
    scheduler_extracted(bench->scheduler, job);
    written(bench, job);
}

static void write_refused(struct bench *bench)
{
    while (bench->refused_count)
        written(bench, take(bench->refused, &bench->refused_count, 0));
}

/* Ends all there is, answers every lease with nothing, and expects idle, once. */
static void close_bench(struct bench *bench)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (!bench->idle && clock_monotonic_ms() - since_ms < LIMIT_MS) {
        while (bench->allowed_count)
            finish(bench);
        write_refused(bench);
        if (bench->answered < bench->requests)
            answer(bench, NULL, 0);
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

/* Turns the loop until `count` transfers run; fails after a while. */
static void run_until_allowed(struct bench *bench, size_t count)
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

static void asks_robots_before_the_first_page(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 3, NULL);
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/robots.txt");
    finish_robots(&bench, "User-agent: *\nDisallow: /private\n");
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/0");
    close_bench(&bench);
}

static void refuses_what_robots_deny(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 3, "User-agent: *\nDisallow: /0\nDisallow: /2\n");
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/1");
    assert_int_equal(bench.refused_count, 1);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_ROBOTS_DENIED);
    assert_int_equal(bench.refused[0]->result.completion, COMPLETE_DENIED);
    assert_string_equal(bench.refused[0]->result.why, "robots");
    close_bench(&bench);
}

/* What a page calls itself counts only where robots.txt would let us ask for it. */
static void believes_no_canonical_address_that_robots_deny(void **state)
{
    static const struct {
        const char *canonical;
        bool believed;
    } cases[] = {
        {"http://h1.example/hidden/1", false},
        {"http://h1.example/news/1", true},
        {"http://other.example/hidden/1", true}, /* not this robots.txt's to say */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench bench;
        struct host_lease host = host_of(1, 1, "User-agent: *\nDisallow: /hidden/\n");
        struct article_record article = {.canonical_url = cases[i].canonical, .is_article = true};
        open_bench(&bench, &usual);
        answer(&bench, &host, 1);
        struct job *job = fetched(&bench, OUTCOME_OK, 200, 0);
        job_enter(job, JOB_EXTRACTING);
        job->result.article = &article;
        scheduler_extracted(bench.scheduler, job);
        assert_int_equal(job->result.article->canonical_url != NULL, cases[i].believed);
        written(&bench, job);
        close_bench(&bench);
    }
}

/* An old verdict is asked for again before anything else (RFC 9309, section 2.4). */
static void asks_again_when_the_verdict_is_old(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 1, "User-agent: *\nDisallow: /0\n");
    host.robots_fetched_ms -= (int64_t)usual.robots_keep_ms + 1000;
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
    finish_robots(&bench, "");
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ARTICLE);
    close_bench(&bench);
}

/* Outcomes of robots.txt that allow everything (RFC 9309, section 2.3.1.3), and those that don't
 * allow anything for now (2.3.1.4). */
static const struct {
    const char *name;
    enum outcome outcome;
    int status;
    bool allows;
} robots_cases[] = {
    {"404: there is none", OUTCOME_GONE, 404, true},
    {"403 counts as none", OUTCOME_REFUSED, 403, true},
    {"500: nothing is known", OUTCOME_SERVER_ERROR, 500, false},
    {"503 with Retry-After", OUTCOME_THROTTLED, 503, false},
    {"429", OUTCOME_THROTTLED, 429, false},
    {"no answer", OUTCOME_TIMEOUT, 0, false},
    {"refused connection", OUTCOME_CONNECT, 0, false},
};

static void knows_what_an_answer_for_robots_means(void **state)
{
    (void)state;
    struct scheduler_config config = usual;
    config.tries_max = 1;
    for (size_t i = 0; i < COUNT(robots_cases); i++) {
        struct bench bench;
        struct host_lease host = host_of(1, 2, NULL);
        open_bench(&bench, &config);
        answer(&bench, &host, 1);
        struct job *robots = fetched(&bench, robots_cases[i].outcome, robots_cases[i].status, 0);
        if (robots->outcome == OUTCOME_OK) { /* read like one that is empty */
            job_enter(robots, JOB_EXTRACTING);
            scheduler_extracted(bench.scheduler, robots);
        } else {
            assert_true(robots->result.host.robots_known);
            assert_int_equal(robots->result.host.robots_status, robots_cases[i].status);
        }
        written(&bench, robots);
        if (bench.allowed_count != (robots_cases[i].allows ? 1 : 0))
            fail_msg("%s: %zu pages started", robots_cases[i].name, bench.allowed_count);
        for (size_t k = 0; k < bench.refused_count; k++) {
            assert_int_equal(bench.refused[k]->outcome, OUTCOME_ROBOTS_UNREACHABLE);
            assert_int_equal(bench.refused[k]->result.completion, COMPLETE_RETRY);
            assert_true(bench.refused[k]->result.retry_ms > clock_wall_ms() + 30000);
        }
        assert_int_equal(bench.refused_count, robots_cases[i].allows ? 0 : 2);
        close_bench(&bench);
    }
}

/* Five hops; a sixth means that there is none, so all is allowed (RFC 9309, section 2.3.1.2). */
static void follows_redirects_of_robots(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 1, NULL);
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    for (unsigned hop = 0; hop < 5; hop++) {
        bench.allowed[0]->response.location = "/elsewhere/robots.txt";
        written(&bench, fetched(&bench, OUTCOME_REDIRECT, 301, 0));
        assert_int_equal(bench.allowed_count, 1);
        assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
        assert_string_equal(bench.allowed[0]->result.lease.url,
                            "http://h1.example/elsewhere/robots.txt");
    }
    bench.allowed[0]->response.location = "/elsewhere/robots.txt";
    struct job *last = fetched(&bench, OUTCOME_REDIRECT, 301, 0);
    assert_int_equal(last->outcome, OUTCOME_OK);
    job_enter(last, JOB_EXTRACTING);
    scheduler_extracted(bench.scheduler, last);
    written(&bench, last);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ARTICLE);
    close_bench(&bench);
}

static void keeps_to_the_places_of_a_host(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease host = host_of(1, 5, "");
    config.limits.per_host_max = 2;
    open_bench(&bench, &config);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 2);
    finish(&bench);
    assert_int_equal(bench.allowed_count, 2);
    assert_string_equal(bench.allowed[1]->result.lease.url, "http://h1.example/2");
    close_bench(&bench);
}

static void keeps_to_all_places(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease hosts[8];
    struct scheduler_state now;
    config.transfers_max = 3;
    config.jobs_max = 20;
    for (int i = 0; i < 8; i++)
        hosts[i] = host_of(i + 1, 2, "");
    open_bench(&bench, &config);
    assert_int_equal(bench.request.urls_max, 20);
    answer(&bench, hosts, 8);
    assert_int_equal(bench.allowed_count, 3);
    scheduler_state(bench.scheduler, &now);
    assert_int_equal(now.jobs, 16);
    assert_int_equal(now.in_flight, 3);
    assert_int_equal(now.waiting, 13);
    if (bench.answered < bench.requests) { /* wants no more than there are places */
        assert_true(bench.request.urls_max <= 4);
        answer(&bench, NULL, 0);
    }
    close_bench(&bench);
}

static void starts_nothing_while_it_holds(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 1, "");
    open_bench(&bench, &usual);
    scheduler_hold(bench.scheduler, true);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 0);
    scheduler_hold(bench.scheduler, false);
    assert_int_equal(bench.allowed_count, 1);
    close_bench(&bench);
}

static void waits_between_starts(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease host = host_of(1, 2, "");
    config.limits.delay_ms = 150;
    open_bench(&bench, &config);
    answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    finish(&bench);
    assert_int_equal(bench.allowed_count, 0);
    run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 150);
    close_bench(&bench);
}

static void crawl_delay_is_kept(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 2, "User-agent: *\nCrawl-delay: 0.2\n");
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    finish(&bench);
    run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 200);
    close_bench(&bench);
}

static void retry_after_holds_the_host(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 2, "");
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    struct job *job = fetched(&bench, OUTCOME_THROTTLED, 429, 300);
    assert_int_equal(job->result.completion, COMPLETE_RETRY);
    assert_true(job->result.retry_ms >= clock_wall_ms() + 290);
    assert_true(job->result.host.ready_ms >= clock_wall_ms() + 290);
    written(&bench, job);
    assert_int_equal(bench.allowed_count, 0);
    run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 300);
    close_bench(&bench);
}

/* What can't start for long goes back to the frontier, so that its place is free for others. */
static void a_long_retry_after_gives_the_host_back(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(7, 3, "");
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    written(&bench, fetched(&bench, OUTCOME_THROTTLED, 503, 60000));
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.refused_count, 2);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_RELEASED);
    assert_int_equal(bench.refused[0]->result.completion, COMPLETE_RELEASED);
    assert_true(bench.refused[0]->result.host.ready_ms >= clock_wall_ms() + 59000);
    close_bench(&bench);
    assert_int_equal(bench.released_count, 1);
    assert_int_equal(bench.released[0], 7);
}

static void rests_after_failures_in_a_row(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease host = host_of(1, 6, "");
    config.limits.rest_after = 3;
    open_bench(&bench, &config);
    answer(&bench, &host, 1);
    written(&bench, fetched(&bench, OUTCOME_RESET, 0, 0));
    written(&bench, fetched(&bench, OUTCOME_RESET, 0, 0));
    finish(&bench); /* an answer: the count begins anew */
    written(&bench, fetched(&bench, OUTCOME_TIMEOUT, 0, 0));
    written(&bench, fetched(&bench, OUTCOME_SERVER_ERROR, 500, 0));
    assert_int_equal(bench.refused_count, 0);
    struct job *last = fetched(&bench, OUTCOME_CONNECT, 0, 0);
    assert_int_equal(last->result.host.rests, 1);
    assert_int_equal(last->result.host.fails_in_row, 3);
    assert_true(last->result.host.ready_ms >= clock_wall_ms() + 59000);
    written(&bench, last);
    assert_int_equal(bench.allowed_count, 0);
    close_bench(&bench);
}

static void counts_the_tries_of_a_url(void **state)
{
    (void)state;
    static const enum completion expected[] = {COMPLETE_RETRY, COMPLETE_RETRY, COMPLETE_ERROR};
    struct bench bench;
    struct host_lease host = host_of(1, 3, "");
    for (unsigned i = 0; i < 3; i++)
        host.urls[i].tries = i;
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    for (unsigned i = 0; i < 3; i++) {
        struct job *job = fetched(&bench, OUTCOME_SERVER_ERROR, 500, 0);
        assert_int_equal(job->result.completion, expected[i]);
        assert_string_equal(job->result.why, "server error");
        written(&bench, job);
    }
    close_bench(&bench);
}

static void starts_the_longest_chain_first(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease hosts[] = {host_of(1, 1, ""), host_of(2, 6, ""), host_of(3, 2, "")};
    config.transfers_max = 1;
    open_bench(&bench, &config);
    answer(&bench, hosts, 3);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h2.example/0");
    close_bench(&bench);
}

static void starts_sources_before_articles(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease hosts[] = {host_of(1, 6, ""), host_of(2, 1, "")};
    hosts[1].urls[0].kind = URL_SOURCE;
    hosts[1].urls[0].source = KIND_FEED;
    hosts[1].urls[0].band = 0;
    config.transfers_max = 1;
    open_bench(&bench, &config);
    answer(&bench, hosts, 2);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h2.example/0");
    close_bench(&bench);
}

static void a_bad_url_is_refused(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 2, "");
    host.urls[0].url = "gopher://h1.example/";
    open_bench(&bench, &usual);
    answer(&bench, &host, 1);
    assert_int_equal(bench.refused_count, 1);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_BAD_URL);
    assert_int_equal(bench.allowed_count, 1);
    close_bench(&bench);
}

static void stop_gives_all_back(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease hosts[] = {host_of(1, 3, ""), host_of(2, 3, "")};
    open_bench(&bench, &usual);
    answer(&bench, hosts, 2);
    assert_int_equal(bench.allowed_count, 2);
    scheduler_stop(bench.scheduler);
    assert_int_equal(bench.refused_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(bench.refused[i]->result.completion, COMPLETE_RELEASED);
    finish(&bench);
    finish(&bench);
    assert_int_equal(bench.allowed_count, 0); /* nothing new */
    assert_int_equal(bench.idle, 0);
    write_refused(&bench);
    close_bench(&bench);
    assert_int_equal(bench.request.urls_max, 0);
    assert_int_equal(bench.released_count, 2);
}

/* What a lease brings after the stop goes back at once. */
static void stop_while_a_lease_is_under_way(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = host_of(1, 3, "");
    open_bench(&bench, &usual);
    scheduler_stop(bench.scheduler);
    assert_int_equal(bench.idle, 0);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.refused_count, 3);
    close_bench(&bench);
}

static void nothing_to_do_is_idle(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, &usual);
    answer(&bench, NULL, 0);
    close_bench(&bench);
}

static void waits_for_what_is_due_within_the_patience(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = usual;
    struct host_lease host = host_of(1, 1, "");
    config.patience_ms = 10000;
    open_bench(&bench, &config);
    answer_at(&bench, NULL, 0, clock_wall_ms() + 150);
    assert_int_equal(bench.idle, 0);
    uint64_t since_ms = clock_monotonic_ms();
    while (bench.answered == bench.requests)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_true(clock_monotonic_ms() - since_ms >= 140);
    answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    close_bench(&bench);
}

static void does_not_wait_for_what_is_due_later(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, &usual); /* no patience */
    answer_at(&bench, NULL, 0, clock_wall_ms() + 60000);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_robots_before_the_first_page),
        cmocka_unit_test(refuses_what_robots_deny),
        cmocka_unit_test(believes_no_canonical_address_that_robots_deny),
        cmocka_unit_test(asks_again_when_the_verdict_is_old),
        cmocka_unit_test(knows_what_an_answer_for_robots_means),
        cmocka_unit_test(follows_redirects_of_robots),
        cmocka_unit_test(keeps_to_the_places_of_a_host),
        cmocka_unit_test(keeps_to_all_places),
        cmocka_unit_test(starts_nothing_while_it_holds),
        cmocka_unit_test(waits_between_starts),
        cmocka_unit_test(crawl_delay_is_kept),
        cmocka_unit_test(retry_after_holds_the_host),
        cmocka_unit_test(a_long_retry_after_gives_the_host_back),
        cmocka_unit_test(rests_after_failures_in_a_row),
        cmocka_unit_test(counts_the_tries_of_a_url),
        cmocka_unit_test(starts_the_longest_chain_first),
        cmocka_unit_test(starts_sources_before_articles),
        cmocka_unit_test(a_bad_url_is_refused),
        cmocka_unit_test(stop_gives_all_back),
        cmocka_unit_test(stop_while_a_lease_is_under_way),
        cmocka_unit_test(nothing_to_do_is_idle),
        cmocka_unit_test(waits_for_what_is_due_within_the_patience),
        cmocka_unit_test(does_not_wait_for_what_is_due_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
