/* The store thread over a real database: when it commits, what it does while somebody else holds
 * the lock, and what it says when writing fails for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "job.h"
#include "support/storebox.h"
#include "write/writer.h"

enum { PAGES = 300, LIMIT_MS = 10000, NEVER_MS = 1000 * 1000 };

struct bench {
    struct storebox box;
    uv_loop_t loop;
    uv_timer_t tick; /* the loop turns, whatever happens */
    struct writer *writer;
    struct job *jobs[PAGES]; /* of the lease, until they are submitted */
    size_t jobs_count;
    size_t odd_each; /* of so many results one has something special; 0: none */
    unsigned leased, written, unwritten, failed, not_stored;
    unsigned written_before_leased; /* how many were, when the last lease was answered */
    int store_error;
    struct writer_stats stats;
};

static void on_leased(const struct lease_answer *answer, void *context)
{
    struct bench *bench = context;
    bench->leased++;
    bench->written_before_leased = bench->written;
    for (size_t i = 0; i < answer->hosts_count; i++)
        for (size_t k = 0; k < answer->hosts[i].urls_count; k++)
            bench->jobs[bench->jobs_count++] = job_create(&answer->hosts[i].urls[k], NULL);
}

static void on_written(struct job *job, const struct commit_outcome *outcome, void *context)
{
    struct bench *bench = context;
    if (outcome)
        bench->written++;
    else
        bench->unwritten++;
    if (outcome && job->outcome == OUTCOME_NOT_STORED) {
        bench->not_stored++;
        assert_non_null(strstr(job->detail, "not that one"));
    }
    job_free(job);
}

static void on_failed(int store_error, const char *message, void *context)
{
    struct bench *bench = context;
    bench->failed++;
    bench->store_error = store_error;
    assert_true(strlen(message) > 0);
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

static void add_pages(struct storebox *box, size_t count)
{
    char url[64];
    assert_int_equal(store_begin(box->store), 0);
    for (size_t i = 0; i < count; i++) {
        snprintf(url, sizeof url, "http://h%zu.example/page", i);
        storebox_add(box, "page", url);
    }
    assert_int_equal(store_end(box->store, true), 0);
}

static void run_until(struct bench *bench, const unsigned *counter, unsigned count)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (*counter < count && clock_monotonic_ms() - since_ms < LIMIT_MS)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(*counter, count);
}

static void run_for(struct bench *bench, uint64_t time_ms)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (clock_monotonic_ms() - since_ms < time_ms)
        uv_run(&bench->loop, UV_RUN_ONCE);
}

static void lease(struct bench *bench, unsigned urls_max)
{
    static const int64_t released[] = {0}; /* no host of ours, but whoever gives back must see */
    struct lease_request request = {
        .urls_max = urls_max, .urls_per_host = 4, .released = released, .released_count = 1};
    unsigned before = bench->leased;
    writer_lease(bench->writer, &request);
    run_until(bench, &bench->leased, before + 1);
}

/* A database with `pages` pages, all of them leased; commits at `batch_max` or after `batch_ms`. */
static void open_bench(struct bench *bench, size_t pages, unsigned batch_max, uint64_t batch_ms)
{
    *bench = (struct bench){0};
    storebox_open(&bench->box);
    add_pages(&bench->box, pages);
    storebox_begin(&bench->box, clock_wall_ms());
    uv_loop_init(&bench->loop);
    uv_timer_init(&bench->loop, &bench->tick);
    uv_timer_start(&bench->tick, on_tick, 5, 5);
    struct writer_config config = {
        .batch_max = batch_max, .batch_ms = batch_ms, .lease_ms = 2 * MINUTE};
    struct writer_callbacks callbacks = {on_leased, on_written, on_failed, NULL, bench};
    assert_int_equal(
        writer_create(&bench->writer, &bench->loop, bench->box.store, &config, &callbacks), 0);
    lease(bench, PAGES);
    assert_int_equal(bench->jobs_count, pages);
}

static void close_bench(struct bench *bench)
{
    writer_close(bench->writer, &bench->stats);
    uv_close((uv_handle_t *)&bench->tick, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    while (bench->jobs_count)
        job_free(bench->jobs[--bench->jobs_count]);
    storebox_close(&bench->box);
}

static void submit(struct bench *bench, size_t count)
{
    while (count--) {
        struct job *job = bench->jobs[--bench->jobs_count];
        job->result = storebox_result(&job->result.lease, clock_wall_ms());
        if (bench->odd_each && bench->jobs_count % bench->odd_each == 0)
            job->result.fetch.mime = "odd/odd";
        job_enter(job, JOB_WAITING);
        writer_submit(bench->writer, job);
    }
}

static void expect_stored(struct bench *bench, const char *count)
{
    storebox_expect(&bench->box, "SELECT count(*) FROM fetches", count);
}

/* Somebody else's connection, which holds the lock until it is closed. */
static sqlite3 *hold_lock(struct bench *bench)
{
    sqlite3 *other;
    assert_int_equal(sqlite3_open(bench->box.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return other;
}

static void run_until_waiting(struct bench *bench)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (!writer_is_waiting(bench->writer) && clock_monotonic_ms() - since_ms < LIMIT_MS)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_true(writer_is_waiting(bench->writer));
}

static void commits_a_full_batch(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, PAGES, 256, NEVER_MS);
    submit(&bench, 256);
    run_until(&bench, &bench.written, 256);
    expect_stored(&bench, "256");
    submit(&bench, 44);
    run_for(&bench, 100);
    assert_int_equal(bench.written, 256); /* the rest waits for company */
    expect_stored(&bench, "256");
    close_bench(&bench); /* but not for ever */
    assert_int_equal(bench.written, 300);
    assert_int_equal(bench.stats.batch_results_most, 256);
    assert_int_equal(bench.stats.batches, 2);
    assert_int_equal(bench.stats.results, 300);
}

static void commits_after_a_while(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 3, 256, 200);
    uint64_t since_ms = clock_monotonic_ms();
    submit(&bench, 3);
    run_until(&bench, &bench.written, 3);
    assert_true(clock_monotonic_ms() - since_ms >= 190);
    expect_stored(&bench, "3");
    close_bench(&bench);
    assert_int_equal(bench.stats.batches, 1);
}

static void commits_before_hosts_go_back(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 5, 256, NEVER_MS);
    submit(&bench, 5);
    lease(&bench, 10);
    assert_int_equal(bench.written_before_leased, 5);
    assert_int_equal(bench.jobs_count, 0); /* nothing was left */
    expect_stored(&bench, "5");
    close_bench(&bench);
}

static void commits_when_told_to(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 5, 256, NEVER_MS);
    writer_flush(bench.writer); /* nothing to write: nothing happens */
    submit(&bench, 5);
    writer_flush(bench.writer);
    run_until(&bench, &bench.written, 5);
    expect_stored(&bench, "5");
    close_bench(&bench);
    assert_int_equal(bench.stats.batches, 1);
}

static void waits_for_the_lock_of_another(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 10, 256, 20);
    sqlite3 *other = hold_lock(&bench);
    submit(&bench, 4);
    run_until_waiting(&bench);
    submit(&bench, 6); /* the loop goes on meanwhile */
    run_for(&bench, 400);
    assert_int_equal(bench.written, 0);
    sqlite3_close(other);
    run_until(&bench, &bench.written, 10);
    assert_int_equal(bench.unwritten, 0);
    assert_int_equal(bench.failed, 0);
    expect_stored(&bench, "10");
    assert_false(writer_is_waiting(bench.writer));
    close_bench(&bench);
    assert_true(bench.stats.busy_ms >= 200);
}

static void leases_while_a_commit_waits(void **state)
{
    (void)state;
    struct bench bench;
    struct lease_request request = {.urls_max = 4, .urls_per_host = 4};
    open_bench(&bench, 10, 256, 20);
    sqlite3 *other = hold_lock(&bench);
    submit(&bench, 4);
    run_until_waiting(&bench);
    submit(&bench, 6); /* these wait for their turn, the lease does not */
    writer_lease(bench.writer, &request);
    run_until(&bench, &bench.leased, 2);
    assert_int_equal(bench.written, 0);
    run_until_waiting(&bench);
    sqlite3_close(other);
    run_until(&bench, &bench.written, 10);
    assert_int_equal(bench.failed, 0);
    expect_stored(&bench, "10");
    close_bench(&bench);
}

/* Without waiting for company: one of three is enough, as the machine may be busy. */
static void answers_at_once_what_a_commit_held_up(void **state)
{
    static const int64_t released[] = {0};
    struct lease_request request = {
        .urls_max = 4, .urls_per_host = 4, .released = released, .released_count = 1};
    uint64_t least_ms = LIMIT_MS;
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct bench bench;
        open_bench(&bench, 4, 256, 20);
        sqlite3 *other = hold_lock(&bench);
        submit(&bench, 4);
        run_until_waiting(&bench);
        writer_lease(bench.writer, &request);
        run_for(&bench, 400); /* it is taken out of the box, and put back into its turn */
        assert_int_equal(bench.leased, 1);
        sqlite3_close(other);
        run_until(&bench, &bench.written, 4);
        uint64_t since_ms = clock_monotonic_ms();
        run_until(&bench, &bench.leased, 2);
        if (clock_monotonic_ms() - since_ms < least_ms)
            least_ms = clock_monotonic_ms() - since_ms;
        close_bench(&bench);
    }
    assert_true(least_ms < 500);
}

static void gives_up_when_it_is_told_to(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 4, 256, 20);
    sqlite3 *other = hold_lock(&bench);
    submit(&bench, 4);
    run_until_waiting(&bench);
    writer_give_up(bench.writer);
    run_until(&bench, &bench.unwritten, 4);
    assert_int_equal(bench.written, 0);
    sqlite3_close(other);
    expect_stored(&bench, "0");
    close_bench(&bench);
}

/* Somebody's own rule in the database forbids some of what comes: that alone is missing. */
static void leaves_out_what_can_not_be_stored(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 40, 256, NEVER_MS);
    storebox_do(&bench.box, "CREATE TRIGGER no BEFORE INSERT ON fetches WHEN new.mime = 'odd/odd'"
                            " BEGIN SELECT RAISE(ABORT, 'not that one'); END");
    bench.odd_each = 15;
    submit(&bench, 40);
    writer_flush(bench.writer);
    run_until(&bench, &bench.written, 40);
    assert_int_equal(bench.failed, 0);
    assert_int_equal(bench.not_stored, 3);
    storebox_expect(&bench.box, "SELECT count(*) FROM urls WHERE state = 'done'", "37");
    storebox_expect(&bench.box,
                    "SELECT count(*) FROM urls WHERE state = 'error' AND why = 'not stored'", "3");
    storebox_expect(&bench.box, "SELECT count(*) FROM fetches WHERE error = 'not stored'", "3");
    storebox_expect(&bench.box, "SELECT requests FROM runs", "40");
    close_bench(&bench);
}

/* Where nothing at all can be stored, no result is to blame. */
static void fails_where_every_result_is_refused(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 6, 256, 20);
    storebox_do(&bench.box, "CREATE TRIGGER no BEFORE INSERT ON fetches"
                            " BEGIN SELECT RAISE(ABORT, 'none of them'); END");
    submit(&bench, 6);
    run_until(&bench, &bench.unwritten, 6);
    assert_int_equal(bench.failed, 1);
    assert_int_equal(bench.store_error, STORE_UNFIT);
    expect_stored(&bench, "0");
    close_bench(&bench);
}

/* A store that fails for good says so once; everything comes back unwritten from then on. */
static void tells_a_failure_once(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 6, 256, 20);
    storebox_do(&bench.box, "PRAGMA foreign_keys = OFF; DROP TABLE fetches");
    submit(&bench, 3);
    run_until(&bench, &bench.unwritten, 3);
    assert_int_equal(bench.failed, 1);
    assert_int_not_equal(bench.store_error, STORE_BUSY);
    submit(&bench, 3);
    run_until(&bench, &bench.unwritten, 6);
    lease(&bench, 10); /* is still answered, with nothing */
    assert_int_equal(bench.jobs_count, 0);
    assert_int_equal(bench.failed, 1);
    assert_int_equal(bench.written, 0);
    close_bench(&bench);
}

static void close_writes_what_it_holds(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, 7, 256, NEVER_MS);
    submit(&bench, 7);
    close_bench(&bench);
    assert_int_equal(bench.written, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commits_a_full_batch),
        cmocka_unit_test(commits_after_a_while),
        cmocka_unit_test(commits_before_hosts_go_back),
        cmocka_unit_test(commits_when_told_to),
        cmocka_unit_test(waits_for_the_lock_of_another),
        cmocka_unit_test(leases_while_a_commit_waits),
        cmocka_unit_test(answers_at_once_what_a_commit_held_up),
        cmocka_unit_test(gives_up_when_it_is_told_to),
        cmocka_unit_test(leaves_out_what_can_not_be_stored),
        cmocka_unit_test(fails_where_every_result_is_refused),
        cmocka_unit_test(tells_a_failure_once),
        cmocka_unit_test(close_writes_what_it_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
