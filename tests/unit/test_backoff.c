/* test_backoff.c - waits after failures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "politeness/backoff.h"

static void test_delay(void **state)
{
    static const struct {
        const char *name;
        unsigned attempt;
        double draw;
        uint64_t retry_after_ms, expected_ms;
    } cases[] = {
        {"attempt 0 waits at most 1 s", 0, 1.0, 0, 1000},
        {"each attempt doubles", 3, 1.0, 0, 8000},
        {"jitter is over the whole wait", 3, 0.25, 0, 2000},
        {"jitter may be nothing", 5, 0.0, 0, 0},
        {"the server may ask for more, and the jitter comes after it", 0, 0.1, 120000, 120100},
        {"the server's wish is no ceiling", 5, 1.0, 1000, 33000},
        {"the server may ask for more than a day", 2, 1.0, UINT64_C(200000000), 200004000},
        {"but for no more than 30 days", 2, 1.0, UINT64_C(99999999999), 2592004000},
        {"many attempts wait a day", 63, 1.0, 0, 86400000},
        {"a shift would overflow here", UINT32_MAX, 1.0, 0, 86400000},
        {"a draw above 1 counts as 1", 1, 7.5, 0, 2000},
        {"a draw below 0 counts as 0", 1, -3.0, 0, 0},
        {"a draw that is no number counts as 0", 1, NAN, 500, 500},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t got = backoff_delay_ms(cases[i].attempt, cases[i].draw, cases[i].retry_after_ms);
        if (got != cases[i].expected_ms)
            fail_msg("%s: got %ju ms, expected %ju ms", cases[i].name, (uintmax_t)got,
                     (uintmax_t)cases[i].expected_ms);
    }
}

static void test_rest(void **state)
{
    static const struct {
        unsigned rests_before;
        uint64_t expected_min;
    } cases[] = {{0, 10}, {1, 20}, {2, 40}, {7, 1280}, {8, 1440}, {9, 1440}, {UINT32_MAX, 1440}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(backoff_rest_ms(cases[i].rests_before, 600000, 86400000),
                         cases[i].expected_min * 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
