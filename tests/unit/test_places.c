/* What hosts share: an address with few places, and the turns of the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "politeness/host.h"
#include "support/schedule.h"

enum { MANY = 20, HOUR_MS = 3600 * 1000 };

static size_t many_hosts(struct host_lease *hosts, size_t count, size_t urls)
{
    for (size_t i = 0; i < count; i++)
        hosts[i] = bench_host((int64_t)i + 1, urls, "");
    return count;
}

static void hosts_of_one_address_share_its_places(void **state)
{
    struct bench bench;
    struct host_lease hosts[6];
    (void)state;
    bench_open(&bench, &bench_usual);
    bench.shared = "192.0.2.1";
    bench_answer(&bench, hosts, many_hosts(hosts, 6, 3));
    for (size_t i = 0; i < 18; i++) { /* never more than two, and all get their turn */
        bench_run_until_allowed(&bench, i < 17 ? 2 : 1);
        bench_finish(&bench);
    }
    assert_int_equal(bench.allowed_count, 0);
    bench_close(&bench);
}

static void robots_take_places_too(void **state)
{
    struct bench bench;
    struct host_lease hosts[6];
    (void)state;
    for (int i = 0; i < 6; i++)
        hosts[i] = bench_host(i + 1, 1, NULL);
    bench_open(&bench, &bench_usual);
    bench.shared = "192.0.2.1";
    bench_answer(&bench, hosts, 6);
    for (size_t i = 0; i < 5; i++) {
        bench_run_until_allowed(&bench, 2);
        bench_finish_robots(&bench, "User-agent: *\nDisallow: /\n");
        bench_write_refused(&bench);
    }
    bench_finish_robots(&bench, "");
    bench_close(&bench);
}

static void hosts_of_other_addresses_are_not_in_their_way(void **state)
{
    struct bench bench;
    struct host_lease hosts[6];
    (void)state;
    bench_open(&bench, &bench_usual);
    bench_answer(&bench, hosts, many_hosts(hosts, 6, 1));
    assert_int_equal(bench.allowed_count, 6);
    bench_close(&bench);
}

/* A host whose robots.txt denies all it has leaves its place to the next one. */
static void a_place_not_used_goes_on(void **state)
{
    struct bench bench;
    struct host_lease hosts[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        hosts[i] = bench_host(i + 1, 2, i < 2 ? "User-agent: *\nDisallow: /\n" : "");
    bench_open(&bench, &bench_usual);
    bench.shared = "192.0.2.1";
    bench_answer(&bench, hosts, 4);
    assert_int_equal(bench.allowed_count, 2);
    for (size_t i = 0; i < 4; i++) {
        bench_run_until_allowed(&bench, i < 3 ? 2 : 1);
        bench_finish(&bench);
    }
    assert_int_equal(bench.refused_count, 4);
    bench_close(&bench);
}

static void nothing_starts_before_its_name_is_looked_up(void **state)
{
    struct bench bench;
    struct host_lease hosts[3];
    (void)state;
    bench_open(&bench, &bench_usual);
    bench.slow_names = true;
    bench_answer(&bench, hosts, many_hosts(hosts, 3, 1));
    assert_int_equal(bench.allowed_count, 0);
    assert_int_equal(bench.asked_count, 3);
    scheduler_located(bench.scheduler, bench.asked[2], "192.0.2.3"); /* a slow name delays none */
    assert_int_equal(bench.allowed_count, 1);
    assert_ptr_equal(bench.allowed[0]->host, bench.asked[2]);
    scheduler_located(bench.scheduler, bench.asked[0], NULL); /* what it asks will fail by itself */
    assert_int_equal(bench.allowed_count, 2);
    assert_int_equal(bench.idle, 0);
    scheduler_stop(bench.scheduler); /* the one that is still looked up stays until the answer */
    scheduler_located(bench.scheduler, bench.asked[1], "192.0.2.2");
    bench_close(&bench);
}

/* Fifty connections in one turn of the loop would be half of what a turn may take. */
static void many_starts_are_spread_over_turns(void **state)
{
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease hosts[MANY];
    config.transfers_max = MANY;
    (void)state;
    bench_open(&bench, &config);
    bench_answer(&bench, hosts, many_hosts(hosts, MANY, 1));
    assert_in_range(bench.allowed_count, 1, MANY / 2);
    bench_run_until_allowed(&bench, MANY);
    bench_close(&bench);
}

static struct job *redirect(struct bench *bench, const char *location)
{
    bench->allowed[0]->response.location = location;
    return bench_fetched(bench, OUTCOME_REDIRECT, 301, 0);
}

/* Three hosts whose robots.txt is to be found at a fourth, which has nothing to crawl. */
static void hops_of_robots_use_the_budget_of_their_target(void **state)
{
    static const char *const target = "http://central.example/robots.txt";
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease hosts[3];
    uint64_t started_ms[3];
    (void)state;
    config.limits.delay_ms = 150;
    for (int i = 0; i < 3; i++)
        hosts[i] = bench_host(i + 1, 1, NULL);
    bench_open(&bench, &config);
    bench_answer(&bench, hosts, 3);
    assert_int_equal(bench.allowed_count, 3);
    for (size_t i = 0; i < 3; i++)
        bench_written(&bench, redirect(&bench, target));
    for (size_t i = 0; i < 3; i++) {
        bench_run_until_allowed(&bench, 1);
        started_ms[i] = clock_monotonic_ms();
        assert_string_equal(bench.allowed[0]->result.lease.url, target);
        assert_true(i == 0 || started_ms[i] - started_ms[i - 1] >= 150);
        bench_finish_robots(&bench, "User-agent: *\nDisallow: /\n");
        bench_write_refused(&bench);
    }
    bench_close(&bench);
}

/* Who was asked on another's behalf is not asked again at once when it is leased itself. */
static void a_visited_host_keeps_its_moment_when_leased(void **state)
{
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 1, NULL), target = bench_host(2, 1, "");
    (void)state;
    config.limits.delay_ms = 300;
    bench_open(&bench, &config);
    bench_answer(&bench, &host, 1);
    bench_written(&bench, redirect(&bench, "http://h2.example/robots.txt"));
    bench_run_until_allowed(&bench, 1);
    uint64_t since_ms = clock_monotonic_ms();
    bool asked = false;
    while (!asked && clock_monotonic_ms() - since_ms < 3000) {
        if (bench.answered < bench.requests) {
            bench_answer(&bench, &target, target.urls_count);
            target.urls_count = 0;
        }
        uv_run(&bench.loop, UV_RUN_NOWAIT);
        uv_sleep(5);
        for (size_t i = 0; i < bench.allowed_count; i++)
            asked = asked || bench.allowed[i]->host->host_id == 2;
        while (!asked && bench.allowed_count)
            bench_finish(&bench);
    }
    assert_true(asked);
    assert_true(clock_monotonic_ms() - since_ms >= 300);
    bench_close(&bench);
}

/* While few hosts are on lease each may have more jobs waiting, so that none runs dry while a
 * batch is written. */
static void few_hosts_have_more_jobs_waiting(void **state)
{
    struct bench bench;
    struct scheduler_config config = bench_usual;
    struct host_lease host = bench_host(1, 4, "");
    (void)state;
    config.per_host_jobs_max = 4;
    config.per_host_jobs_spare = 16;
    host.urls_left = 50;
    bench_open(&bench, &config);
    assert_int_equal(bench.request.urls_per_host, 4);
    bench_answer(&bench, &host, 1);
    assert_int_equal(bench.requests, 2);
    assert_int_equal(bench.request.wants_count, 1);
    assert_int_equal(bench.wanted_urls, 13);
    host.urls_count = host.urls_left = 0; /* nothing is left after all */
    bench_answer(&bench, &host, 1);
    bench_close(&bench);
}

/* A request to wait for hours is kept, but no run stays up for it. */
static void a_long_retry_after_is_left_to_a_later_run(void **state)
{
    static const struct {
        enum outcome outcome;
        int status;
        uint64_t retry_after_ms;
        bool waited_for;
    } cases[] = {{OUTCOME_THROTTLED, 429, 2 * HOUR_MS, false},
                 {OUTCOME_THROTTLED, 429, HOUR_MS / 2, true},
                 {OUTCOME_GONE, 404, 2 * HOUR_MS, true}}; /* says nothing of when to come back */
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench bench;
        struct scheduler_config config = bench_usual;
        struct host_lease host = bench_host(1, 1, "");
        config.patience_ms = 3 * HOUR_MS;
        bench_open(&bench, &config);
        bench_answer(&bench, &host, 1);
        bench.allowed[0]->response.started_ms = clock_wall_ms();
        struct job *job =
            bench_fetched(&bench, cases[i].outcome, cases[i].status, cases[i].retry_after_ms);
        int64_t due_ms = job->response.started_ms + (int64_t)cases[i].retry_after_ms;
        if (cases[i].outcome == OUTCOME_THROTTLED) {
            assert_int_equal(job->result.completion, COMPLETE_RETRY);
            assert_true(job->result.retry_ms >= due_ms);
        }
        bench_written(&bench, job);
        while (bench.answered < bench.requests)
            bench_answer_at(&bench, NULL, 0, due_ms);
        assert_int_equal(bench.idle, !cases[i].waited_for);
        scheduler_stop(bench.scheduler);
        bench_close(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_of_one_address_share_its_places),
        cmocka_unit_test(robots_take_places_too),
        cmocka_unit_test(hosts_of_other_addresses_are_not_in_their_way),
        cmocka_unit_test(a_place_not_used_goes_on),
        cmocka_unit_test(nothing_starts_before_its_name_is_looked_up),
        cmocka_unit_test(many_starts_are_spread_over_turns),
        cmocka_unit_test(hops_of_robots_use_the_budget_of_their_target),
        cmocka_unit_test(a_visited_host_keeps_its_moment_when_leased),
        cmocka_unit_test(few_hosts_have_more_jobs_waiting),
        cmocka_unit_test(a_long_retry_after_is_left_to_a_later_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
