/* Which URL starts when. */
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
#include "support/schedule.h"

static void asks_robots_before_the_first_page(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, NULL);
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/robots.txt");
    bench_finish_robots(&bench, "User-agent: *\nDisallow: /private\n");
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/0");
    bench_close(&bench);
}

static void refuses_what_robots_deny(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "User-agent: *\nDisallow: /0\nDisallow: /2\n");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/1");
    assert_int_equal(bench.refused_count, 1);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_ROBOTS_DENIED);
    assert_int_equal(bench.refused[0]->result.completion, COMPLETE_DENIED);
    assert_string_equal(bench.refused[0]->result.why, "robots");
    bench_close(&bench);
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
        struct host_lease host = bench_host(1, 1, "User-agent: *\nDisallow: /hidden/\n");
        struct article_record article = {.canonical_url = cases[i].canonical, .is_article = true};
        bench_open(&bench, &bench_usual);
        bench_answer(&bench, &host, 1);
        struct job *job = bench_fetched(&bench, OUTCOME_OK, 200, 0);
        job_enter(job, JOB_EXTRACTING);
        job->result.article = &article;
        scheduler_extracted(bench.scheduler, job);
        assert_int_equal(job->result.article->canonical_url != NULL, cases[i].believed);
        bench_written(&bench, job);
        bench_close(&bench);
    }
}

/* An old verdict is asked for again before anything else (RFC 9309, section 2.4). */
static void asks_again_when_the_verdict_is_old(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 1, "User-agent: *\nDisallow: /0\n");
    host.robots_fetched_ms -= (int64_t)bench_usual.robots_keep_ms + 1000;
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
    bench_finish_robots(&bench, "");
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ARTICLE);
    bench_close(&bench);
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
    struct scheduler_config config = bench_usual;
    config.tries_max = 1;
    for (size_t i = 0; i < COUNT(robots_cases); i++) {
        struct bench bench;
        struct host_lease host = bench_host(1, 2, NULL);
        bench_open(&bench, &config);
        bench_answer(&bench, &host, 1);
        struct job *robots =
            bench_fetched(&bench, robots_cases[i].outcome, robots_cases[i].status, 0);
        if (robots->outcome == OUTCOME_OK) { /* read like one that is empty */
            job_enter(robots, JOB_EXTRACTING);
            scheduler_extracted(bench.scheduler, robots);
        } else {
            assert_true(robots->result.host.robots_known);
            assert_int_equal(robots->result.host.robots_status, robots_cases[i].status);
        }
        bench_written(&bench, robots);
        if (bench.allowed_count != (robots_cases[i].allows ? 1 : 0))
            fail_msg("%s: %zu pages started", robots_cases[i].name, bench.allowed_count);
        for (size_t k = 0; k < bench.refused_count; k++) {
            assert_int_equal(bench.refused[k]->outcome, OUTCOME_ROBOTS_UNREACHABLE);
            assert_int_equal(bench.refused[k]->result.completion, COMPLETE_RETRY);
            assert_true(bench.refused[k]->result.retry_ms > clock_wall_ms() + 30000);
        }
        assert_int_equal(bench.refused_count, robots_cases[i].allows ? 0 : 2);
        bench_close(&bench);
    }
}

/* Five hops; a sixth means that there is none, so all is allowed (RFC 9309, section 2.3.1.2). */
static void follows_redirects_of_robots(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 1, NULL);
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    for (unsigned hop = 0; hop < 5; hop++) {
        bench.allowed[0]->response.location = "/elsewhere/robots.txt";
        bench_written(&bench, bench_fetched(&bench, OUTCOME_REDIRECT, 301, 0));
        assert_int_equal(bench.allowed_count, 1);
        assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ROBOTS);
        assert_string_equal(bench.allowed[0]->result.lease.url,
                            "http://h1.example/elsewhere/robots.txt");
    }
    bench.allowed[0]->response.location = "/elsewhere/robots.txt";
    struct job *last = bench_fetched(&bench, OUTCOME_REDIRECT, 301, 0);
    assert_int_equal(last->outcome, OUTCOME_OK);
    job_enter(last, JOB_EXTRACTING);
    scheduler_extracted(bench.scheduler, last);
    bench_written(&bench, last);
    assert_int_equal(bench.allowed_count, 1);
    assert_int_equal(bench.allowed[0]->result.lease.kind, URL_ARTICLE);
    bench_close(&bench);
}

static void keeps_to_the_places_of_a_host(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 5, "");
    config.limits.per_host_max = 2;
    bench_open(&bench, &config);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 2);
    bench_finish(&bench);
    assert_int_equal(bench.allowed_count, 2);
    assert_string_equal(bench.allowed[1]->result.lease.url, "http://h1.example/2");
    bench_close(&bench);
}

static void keeps_to_all_places(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease hosts[8];
    struct scheduler_state now;
    config.transfers_max = 3;
    config.jobs_max = 20;
    for (int i = 0; i < 8; i++)
        hosts[i] = bench_host(i + 1, 2, "");
    bench_open(&bench, &config);
    assert_int_equal(bench.request.urls_max, 20);
    bench_answer(&bench, hosts, 8);
    assert_int_equal(bench.allowed_count, 3);
    scheduler_state(bench.scheduler, &now);
    assert_int_equal(now.jobs, 16);
    assert_int_equal(now.in_flight, 3);
    assert_int_equal(now.waiting, 13);
    if (bench.answered < bench.requests) { /* wants no more than there are places */
        assert_true(bench.request.urls_max <= 4);
        bench_answer(&bench, NULL, 0);
    }
    bench_close(&bench);
}

static void starts_nothing_while_it_holds(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 1, "");
    bench_open(&bench, &bench_usual);
    scheduler_hold(bench.scheduler, true);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 0);
    scheduler_hold(bench.scheduler, false);
    assert_int_equal(bench.allowed_count, 1);
    bench_close(&bench);
}

static void waits_between_starts(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 2, "");
    config.limits.delay_ms = 150;
    bench_open(&bench, &config);
    bench_answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    bench_finish(&bench);
    assert_int_equal(bench.allowed_count, 0);
    bench_run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 150);
    bench_close(&bench);
}

static void crawl_delay_is_kept(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 2, "User-agent: *\nCrawl-delay: 0.2\n");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    bench_finish(&bench);
    bench_run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 200);
    bench_close(&bench);
}

static void open_shared(struct bench *bench)
{
    struct scheduler_config config = bench_usual;
    config.shared = true;
    bench_open(bench, &config);
    bench->shared = "192.0.2.1";
}

/* Two hosts turn out to be on one address: where several runs lease hosts, the frontier says which
 * asks there, before the first request. */
static void asks_who_asks_an_address(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease hosts[] = {bench_host(1, 2, ""), bench_host(2, 2, "")};
    open_shared(&bench);
    bench_answer(&bench, hosts, 2);
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.request.places_count, 2);
    assert_string_equal(bench.places[0].address, "192.0.2.1");
    bench.placed[bench.placed_count++] = 2;
    bench_answer(&bench, NULL, 0);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h2.example/0");
    assert_int_equal(bench.refused_count, 2);
    assert_int_equal(bench.refused[0]->result.completion, COMPLETE_RELEASED);
    bench_finish(&bench);
    bench_finish(&bench);
    bench_write_refused(&bench);
    assert_int_equal(bench.requests, 3);
    assert_int_equal(bench.released_count, 2);
    bench_close(&bench);
}

/* What came with the lease need not be asked for; that it leads elsewhere now has to be. */
static void knows_where_it_was_placed(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease hosts[] = {bench_host(1, 1, ""), bench_host(2, 1, "")};
    open_shared(&bench);
    hosts[0].address = "192.0.2.1";
    hosts[1].address = "192.0.2.2";
    bench_answer(&bench, hosts, 2);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/0");
    assert_int_equal(bench.request.places_count, 1);
    assert_int_equal(bench.places[0].host_id, 2);
    bench_close(&bench);
}

/* All places for jobs are taken by hosts that wait for the answer, so it must not wait for one. */
static void asks_for_addresses_without_a_place(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 100, "");
    open_shared(&bench);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.request.urls_max, 0);
    assert_int_equal(bench.request.places_count, 1);
    bench.placed[bench.placed_count++] = 1;
    bench_answer(&bench, NULL, 0);
    assert_int_equal(bench.allowed_count, 1);
    bench_close(&bench);
}

static void ends_while_it_asks_for_addresses(void **state)
{
    static const bool slow_names[] = {false, true};
    (void)state;
    for (int lost = 0; lost < 2; lost++)
        for (size_t i = 0; i < COUNT(slow_names); i++) {
            struct bench bench;
            struct host_lease hosts[] = {bench_host(1, 2, ""), bench_host(2, 2, "")};
            open_shared(&bench);
            bench.slow_names = slow_names[i];
            bench_answer(&bench, hosts, 2);
            if (lost)
                scheduler_lost(bench.scheduler);
            else
                scheduler_stop(bench.scheduler);
            for (size_t k = 0; k < bench.asked_count; k++)
                scheduler_located(bench.scheduler, bench.asked[k], bench.shared);
            bench_close(&bench);
            assert_int_equal(bench.refused_count, 0);
        }
}

static void retry_after_holds_the_host(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 2, "");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    uint64_t since_ms = clock_monotonic_ms();
    struct job *job = bench_fetched(&bench, OUTCOME_THROTTLED, 429, 300);
    assert_int_equal(job->result.completion, COMPLETE_RETRY);
    assert_true(job->result.retry_ms >= clock_wall_ms() + 290);
    assert_true(job->result.host.ready_ms >= clock_wall_ms() + 290);
    bench_written(&bench, job);
    assert_int_equal(bench.allowed_count, 0);
    bench_run_until_allowed(&bench, 1);
    assert_true(clock_monotonic_ms() - since_ms >= 300);
    bench_close(&bench);
}

/* What can't start for long goes back to the frontier, so that its place is free for others. */
static void a_long_retry_after_gives_the_host_back(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(7, 3, "");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    bench_written(&bench, bench_fetched(&bench, OUTCOME_THROTTLED, 503, 60000));
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.refused_count, 2);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_RELEASED);
    assert_int_equal(bench.refused[0]->result.completion, COMPLETE_RELEASED);
    assert_true(bench.refused[0]->result.host.ready_ms >= clock_wall_ms() + 59000);
    bench_close(&bench);
    assert_int_equal(bench.released_count, 1);
    assert_int_equal(bench.released[0], 7);
}

static void rests_after_failures_in_a_row(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 6, "");
    config.limits.rest_after = 3;
    bench_open(&bench, &config);
    bench_answer(&bench, &host, 1);
    bench_written(&bench, bench_fetched(&bench, OUTCOME_RESET, 0, 0));
    bench_written(&bench, bench_fetched(&bench, OUTCOME_RESET, 0, 0));
    bench_finish(&bench); /* an answer: the count begins anew */
    bench_written(&bench, bench_fetched(&bench, OUTCOME_TIMEOUT, 0, 0));
    bench_written(&bench, bench_fetched(&bench, OUTCOME_SERVER_ERROR, 500, 0));
    assert_int_equal(bench.refused_count, 0);
    struct job *last = bench_fetched(&bench, OUTCOME_CONNECT, 0, 0);
    assert_int_equal(last->result.host.rests, 1);
    assert_int_equal(last->result.host.fails_in_row, 3);
    assert_true(last->result.host.ready_ms >= clock_wall_ms() + 59000);
    bench_written(&bench, last);
    assert_int_equal(bench.allowed_count, 0);
    bench_close(&bench);
}

static void counts_the_tries_of_a_url(void **state)
{
    (void)state;
    static const enum completion expected[] = {COMPLETE_RETRY, COMPLETE_RETRY, COMPLETE_ERROR};
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "");
    for (unsigned i = 0; i < 3; i++)
        host.urls[i].tries = i;
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    for (unsigned i = 0; i < 3; i++) {
        struct job *job = bench_fetched(&bench, OUTCOME_SERVER_ERROR, 500, 0);
        assert_int_equal(job->result.completion, expected[i]);
        assert_string_equal(job->result.why, "server error");
        bench_written(&bench, job);
    }
    bench_close(&bench);
}

static void starts_the_longest_chain_first(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease hosts[] = {bench_host(1, 1, ""), bench_host(2, 6, ""), bench_host(3, 2, "")};
    config.transfers_max = 1;
    bench_open(&bench, &config);
    bench_answer(&bench, hosts, 3);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h2.example/0");
    bench_close(&bench);
}

static void starts_sources_before_articles(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease hosts[] = {bench_host(1, 6, ""), bench_host(2, 1, "")};
    hosts[1].urls[0].kind = URL_SOURCE;
    hosts[1].urls[0].source = KIND_FEED;
    hosts[1].urls[0].band = 0;
    config.transfers_max = 1;
    bench_open(&bench, &config);
    bench_answer(&bench, hosts, 2);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h2.example/0");
    bench_close(&bench);
}

static void a_bad_url_is_refused(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 2, "");
    host.urls[0].url = "gopher://h1.example/";
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.refused_count, 1);
    assert_int_equal(bench.refused[0]->outcome, OUTCOME_BAD_URL);
    assert_int_equal(bench.allowed_count, 1);
    bench_close(&bench);
}

/* Of two hosts with three URLs each, of which one is under way. */
static void expect_waiting_released(const struct bench *bench)
{
    assert_int_equal(bench->refused_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(bench->refused[i]->result.completion, COMPLETE_RELEASED);
}

static void stop_gives_all_back(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease hosts[] = {bench_host(1, 3, ""), bench_host(2, 3, "")};
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, hosts, 2);
    assert_int_equal(bench.allowed_count, 2);
    scheduler_stop(bench.scheduler);
    expect_waiting_released(&bench);
    bench_finish(&bench);
    bench_finish(&bench);
    assert_int_equal(bench.allowed_count, 0); /* nothing new */
    assert_int_equal(bench.idle, 0);
    bench_write_refused(&bench);
    bench_close(&bench);
    assert_int_equal(bench.request.urls_max, 0);
    assert_int_equal(bench.released_count, 2);
}

/* What waits goes back, what is under way comes to its end, and others are leased. */
static void leases_lost(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease hosts[] = {bench_host(1, 3, ""), bench_host(2, 3, "")};
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, hosts, 2);
    assert_int_equal(bench.allowed_count, 2);
    scheduler_lost(bench.scheduler);
    expect_waiting_released(&bench);
    bench_write_refused(&bench);
    bench_answer(&bench, &hosts[0], 1); /* leased anew while its request is under way */
    bench_finish(&bench);
    bench_finish(&bench);
    assert_int_equal(bench.allowed_count, 1);
    assert_string_equal(bench.allowed[0]->result.lease.url, "http://h1.example/0");
    bench_close(&bench);
}

/* It may be leased anew by then, and what came of its last request is no work of ours. */
static void gives_back_nothing_that_is_lost(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    scheduler_lost(bench.scheduler);
    bench_write_refused(&bench);
    struct job *job = bench_fetched(&bench, OUTCOME_OK, 200, 0);
    job_enter(job, JOB_EXTRACTING);
    scheduler_extracted(bench.scheduler, job);
    bench_written_with(&bench, job, 5);
    bench_answer(&bench, NULL, 0);
    assert_int_equal(bench.request.wants_count, 0);
    bench_close(&bench);
    assert_int_equal(bench.released_count, 0);
}

/* Others have asked it meanwhile, and its delay is counted from their last request. */
static void asks_who_is_leased_anew_when_the_frontier_says(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "");
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    scheduler_lost(bench.scheduler);
    bench_write_refused(&bench);
    host.ready_ms = clock_wall_ms() + 3600 * 1000;
    bench_answer(&bench, &host, 1);
    bench_finish(&bench);
    assert_int_equal(bench.allowed_count, 0);
    bench_close(&bench);
}

static void starts_nothing_after_the_lease(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "");
    bench_open(&bench, &bench_usual);
    scheduler_lease_until(bench.scheduler, clock_monotonic_ms());
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 0);
    scheduler_lease_until(bench.scheduler, UINT64_MAX);
    assert_int_equal(bench.allowed_count, 1);
    bench_close(&bench);
}

/* What a lease brings after the stop goes back at once. */
static void stop_while_a_lease_is_under_way(void **state)
{
    (void)state;
    struct bench bench;
    struct host_lease host = bench_host(1, 3, "");
    bench_open(&bench, &bench_usual);
    scheduler_stop(bench.scheduler);
    assert_int_equal(bench.idle, 0);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.refused_count, 3);
    bench_close(&bench);
}

static void nothing_to_do_is_idle(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, NULL, 0);
    bench_close(&bench);
}

static void waits_for_what_is_due_within_the_patience(void **state)
{
    (void)state;
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 1, "");
    config.patience_ms = 10000;
    bench_open(&bench, &config);
    bench_answer_at(&bench, NULL, 0, clock_wall_ms() + 150);
    assert_int_equal(bench.idle, 0);
    uint64_t since_ms = clock_monotonic_ms();
    while (bench.answered == bench.requests)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_true(clock_monotonic_ms() - since_ms >= 140);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.allowed_count, 1);
    bench_close(&bench);
}

static void does_not_wait_for_what_is_due_later(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench, &bench_usual); /* no patience */
    bench_answer_at(&bench, NULL, 0, clock_wall_ms() + 60000);
    bench_close(&bench);
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
        cmocka_unit_test(asks_who_asks_an_address),
        cmocka_unit_test(knows_where_it_was_placed),
        cmocka_unit_test(asks_for_addresses_without_a_place),
        cmocka_unit_test(ends_while_it_asks_for_addresses),
        cmocka_unit_test(retry_after_holds_the_host),
        cmocka_unit_test(a_long_retry_after_gives_the_host_back),
        cmocka_unit_test(rests_after_failures_in_a_row),
        cmocka_unit_test(counts_the_tries_of_a_url),
        cmocka_unit_test(starts_the_longest_chain_first),
        cmocka_unit_test(starts_sources_before_articles),
        cmocka_unit_test(a_bad_url_is_refused),
        cmocka_unit_test(stop_gives_all_back),
        cmocka_unit_test(leases_lost),
        cmocka_unit_test(gives_back_nothing_that_is_lost),
        cmocka_unit_test(asks_who_is_leased_anew_when_the_frontier_says),
        cmocka_unit_test(starts_nothing_after_the_lease),
        cmocka_unit_test(stop_while_a_lease_is_under_way),
        cmocka_unit_test(nothing_to_do_is_idle),
        cmocka_unit_test(waits_for_what_is_due_within_the_patience),
        cmocka_unit_test(does_not_wait_for_what_is_due_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
