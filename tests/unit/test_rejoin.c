/* The store thread over a server whose leases run out, while the loop stands still: nothing may
 * start of what is others' by now. On SQLite there is nothing to lose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <uv.h>

#include "base/clock.h"
#include "support/storebox.h"
#include "write/writer.h"

enum { LEASE_MS = 3000, LIMIT_MS = 10000 };

struct bench {
    struct storebox box;
    uv_loop_t loop;
    uv_timer_t tick; /* the loop turns, whatever happens */
    struct writer *writer;
    unsigned lost;
};

static void on_lost(void *context)
{
    struct bench *bench = context;
    bench->lost++;
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

static void open_bench(struct bench *bench)
{
    *bench = (struct bench){0};
    storebox_open(&bench->box);
    storebox_add(&bench->box, "site", "http://example.org/");
    storebox_begin(&bench->box, clock_wall_ms());
    uv_loop_init(&bench->loop);
    uv_timer_init(&bench->loop, &bench->tick);
    uv_timer_start(&bench->tick, on_tick, 5, 5);
    struct writer_config config = {.batch_max = 10, .batch_ms = 10, .lease_ms = LEASE_MS};
    struct writer_callbacks callbacks = {.lost = on_lost, .context = bench};
    assert_int_equal(
        writer_create(&bench->writer, &bench->loop, bench->box.store, &config, &callbacks), 0);
}

static void close_bench(struct bench *bench)
{
    writer_close(bench->writer, NULL);
    uv_close((uv_handle_t *)&bench->tick, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    storebox_close(&bench->box);
}

/* Until somebody else's connection sees that the run is a worker again. */
static void wait_until_rejoined(struct bench *bench)
{
    uint64_t since_ms = clock_monotonic_ms();
    while (clock_monotonic_ms() - since_ms < LIMIT_MS &&
           *storebox_ask(&bench->box, "SELECT 1 FROM workers WHERE ended_ms IS NULL AND "
                                      "until_ms > now_ms() HAVING count(*) > 0") != '1')
        uv_sleep(5);
    uv_sleep(200); /* the thread notes it when it has its answer */
}

static void has_no_lease_until_the_loop_knows_of_the_loss(void **state)
{
    struct bench bench;
    (void)state;
    if (!storebox_is_server())
        skip();
    open_bench(&bench);
    storebox_do(&bench.box, "UPDATE workers SET until_ms = 0, ended_ms = 1");
    wait_until_rejoined(&bench);
    assert_true(writer_leased_until_ms(bench.writer) <= clock_monotonic_ms());
    for (uint64_t since_ms = clock_monotonic_ms();
         !bench.lost && clock_monotonic_ms() - since_ms < LIMIT_MS;)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(bench.lost, 1);
    assert_true(writer_leased_until_ms(bench.writer) > clock_monotonic_ms());
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_no_lease_until_the_loop_knows_of_the_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
