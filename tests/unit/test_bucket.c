/* test_bucket.c - a cap on bytes, second by second; time is an argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fetch/bucket.h"

/* Takes pieces whenever there is something, and returns what that was in `ms`. */
static uint64_t taken_in(uint64_t rate, size_t piece, uint64_t ms, uint64_t step_ms)
{
    struct bucket bucket;
    uint64_t taken = 0;
    bucket_init(&bucket, rate, 1000);
    for (uint64_t at_ms = 0; at_ms < ms; at_ms += step_ms)
        while (!bucket_is_empty(&bucket, 1000 + at_ms)) {
            bucket_take(&bucket, piece);
            taken += piece;
        }
    return taken;
}

/* The mean is the rate, whatever the pieces; a quarter of a second and one piece come on top. */
static void the_mean_keeps_to_the_rate(void **state)
{
    static const struct {
        uint64_t rate, step_ms;
        size_t piece;
    } cases[] = {
        {1000000, 1, 1400}, {1000000, 200, 16384}, {1000, 10, 1}, {50000, 200, 2000000}, {7, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t taken = taken_in(cases[i].rate, cases[i].piece, 100000, cases[i].step_ms);
        assert_in_range(taken, cases[i].rate * 99,
                        cases[i].rate * 100 + cases[i].rate / 4 + cases[i].piece);
    }
}

static void a_debt_is_paid_and_told(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 1000, 0);
    bucket_take(&bucket, 750); /* 250 were there */
    assert_true(bucket_is_empty(&bucket, 0));
    assert_in_range(bucket_wait_ms(&bucket), 500, 502);
    assert_true(bucket_is_empty(&bucket, 499));
    assert_false(bucket_is_empty(&bucket, 502));
    bucket_take(&bucket, 100);
    bucket_give_back(&bucket, 100);
    assert_false(bucket_is_empty(&bucket, 502));
    assert_false(bucket_is_empty(&bucket, 100)); /* a clock that stands still or turns back */
}

static void no_rate_is_no_limit(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 0, 0);
    bucket_take(&bucket, SIZE_MAX);
    assert_false(bucket_is_empty(&bucket, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_keeps_to_the_rate),
        cmocka_unit_test(a_debt_is_paid_and_told),
        cmocka_unit_test(no_rate_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
