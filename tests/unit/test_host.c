/* When a host may be asked: delays, places, Crawl-delay, rests. Time is a number here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "politeness/host.h"

static const struct host_limits limits = {.per_host_max = 1,
                                          .delay_ms = 1000,
                                          .crawl_delay_max_ms = 30000,
                                          .rest_after = 5,
                                          .rest_ms = 600000,
                                          .rest_max_ms = 86400000};

static const struct {
    const char *name;
    int64_t own_delay_ms, crawl_delay_ms;
    uint64_t response_ms, expected_ms;
} delays[] = {
    {"the run's delay", -1, -1, 0, 1000},
    {"the site's own", 250, -1, 0, 250},
    {"the site's own may be none", 0, -1, 0, 0},
    {"Crawl-delay is longer", -1, 5000, 0, 5000},
    {"Crawl-delay is shorter", -1, 500, 0, 1000},
    {"Crawl-delay holds without a delay of ours", 0, 2000, 0, 2000},
    {"Crawl-delay has a ceiling", -1, 3600000, 0, 30000},
    {"a quick host is not stretched", -1, -1, 900, 1000},
    {"three seconds to answer, three times the delay", -1, -1, 3000, 3000},
    {"the stretch has a ceiling", -1, -1, 60000, 10000},
    {"no delay is not stretched", 0, -1, 3000, 0},
};

static void test_delays(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(delays); i++) {
        struct host host = {.own_delay_ms = delays[i].own_delay_ms,
                            .crawl_delay_ms = delays[i].crawl_delay_ms,
                            .response_ms = delays[i].response_ms};
        uint64_t got = host_delay_ms(&host, &limits);
        if (got != delays[i].expected_ms)
            fail_msg("%s: got %ju ms, expected %ju ms", delays[i].name, (uintmax_t)got,
                     (uintmax_t)delays[i].expected_ms);
    }
}

static void test_starts_keep_their_distance(void **state)
{
    (void)state;
    struct host host = {.own_delay_ms = -1, .crawl_delay_ms = -1};
    assert_true(host_may_start(&host, &limits, 5000));
    host_started(&host, &limits, 5000, 0.0);
    assert_false(host_may_start(&host, &limits, 9999)); /* its one place is taken */
    host.in_flight = 0;
    assert_false(host_may_start(&host, &limits, 6000)); /* it may have been 5000.9 */
    assert_true(host_may_start(&host, &limits, 6001));
    host_started(&host, &limits, 6001, 0.999);
    assert_in_range(host.next_ms, 7201, 7252); /* the jitter only adds */
}

/* What the server saw counts, which is later than the start. */
static void test_the_delay_begins_with_the_request(void **state)
{
    static const struct {
        const char *name;
        int64_t delay_ms;
        uint64_t next_ms, sent_ms, heard_ms, expected_ms;
    } cases[] = {
        {"sent at once, answered at once", 1000, 6001, 5000, 5000, 6001},
        {"the jitter is longer than the way", 1000, 6200, 5000, 5100, 6200},
        {"the way is longer than the jitter", 1000, 6050, 5000, 5100, 6101},
        {"a connection had to be made", 1000, 6001, 5300, 5400, 6401},
        {"a slow answer counts for a quarter", 1000, 6001, 5000, 5900, 6251},
        {"of a short delay more", 200, 5201, 5000, 5150, 5351},
        {"but not more than all of it", 200, 5201, 5000, 5900, 5401},
        {"no delay", 0, 5000, 5300, 5400, 5000},
        {"what asked for more has it", 1000, 90000, 5000, 5100, 90000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct host host = {
            .own_delay_ms = cases[i].delay_ms, .crawl_delay_ms = -1, .next_ms = cases[i].next_ms};
        host_heard(&host, &limits, cases[i].sent_ms, cases[i].heard_ms);
        if (host.next_ms != cases[i].expected_ms)
            fail_msg("%s: got %ju, expected %ju", cases[i].name, (uintmax_t)host.next_ms,
                     (uintmax_t)cases[i].expected_ms);
    }
}

/* Another may start while the first is on its way: it waits longer until that has come there. */
static void test_several_places_wait_for_the_way(void **state)
{
    (void)state;
    struct host host = {.own_delay_ms = 1000, .own_places = 2, .crawl_delay_ms = -1};
    host_started(&host, &limits, 5000, 0.0);
    assert_int_equal(host.next_ms, 6251);
    host_started(&host, &limits, 6251, 0.0);
    host.in_flight = 1;
    host_heard(&host, &limits, 6251, 6351); /* the other one may not be there */
    assert_int_equal(host.next_ms, 7502);
    host.in_flight = 0;
    host_heard(&host, &limits, 5000, 6400);
    assert_int_equal(host.next_ms, 7352);
    host_started(&host, &limits, 8000, 0.0);
    host.in_flight = 0;
    host_failed(&host, &limits, 8100, 5000);
    host_heard(&host, &limits, 8000, 8100);
    assert_int_equal(host.next_ms, 13101); /* what was asked for stays */
}

static void test_rests_after_failures_in_a_row(void **state)
{
    (void)state;
    struct host host = {.own_delay_ms = -1, .crawl_delay_ms = -1};
    for (unsigned i = 0; i < 4; i++)
        assert_false(host_failed(&host, &limits, 1000, 0));
    assert_true(host_failed(&host, &limits, 1000, 0));
    assert_true(host.resting);
    assert_int_equal(host.next_ms, 601000);
    host.resting = false;
    host_rest(&host, &limits, 1000);
    assert_int_equal(host.next_ms, 1201000); /* twice as long */
    host_answered(&host, 80);
    assert_int_equal(host.fails_in_row, 0);
    assert_int_equal(host.rests, 0);
    assert_int_equal(host.response_ms, 80);
}

static void test_is_slowed_by_refusals_in_a_row(void **state)
{
    (void)state;
    struct host host = {.own_delay_ms = -1, .crawl_delay_ms = -1};
    assert_false(host_refused(&host));
    assert_false(host_refused(&host));
    host_answered(&host, 100); /* two pages that are not for everybody */
    assert_false(host_refused(&host));
    assert_false(host_refused(&host));
    assert_int_equal(host_delay_ms(&host, &limits), 1000);
    assert_true(host_refused(&host));
    assert_int_equal(host_delay_ms(&host, &limits), 2000);
    for (unsigned i = 0; i < 3; i++)
        assert_true(host_refused(&host));
    assert_int_equal(host_delay_ms(&host, &limits), 4000);
    for (unsigned i = 0; i < 19; i++)
        host_answered(&host, 100);
    assert_int_equal(host_delay_ms(&host, &limits), 4000);
    host_answered(&host, 100);
    assert_int_equal(host_delay_ms(&host, &limits), 2000);
    host.own_delay_ms = 0; /* without delay it begins at half a second */
    assert_int_equal(host_delay_ms(&host, &limits), 1000);
    for (unsigned i = 0; i < 100; i++)
        host_refused(&host);
    assert_int_equal(host_delay_ms(&host, &limits), 32000);
}

static void test_a_host_in_trouble_has_one_place(void **state)
{
    (void)state;
    struct host_limits wide = limits;
    struct host host = {.own_delay_ms = 0, .crawl_delay_ms = -1};
    wide.per_host_max = 4;
    assert_int_equal(host_places(&host, &wide), 4);
    host_failed(&host, &wide, 1000, 0);
    assert_int_equal(host_places(&host, &wide), 1);
    host_answered(&host, 10);
    assert_int_equal(host_places(&host, &wide), 4);
}

/* A site's own number of places holds in trouble and out of it, and so does what an address gets.
 */
static void test_own_places(void **state)
{
    static const struct {
        unsigned per_host, per_address, own, places, address_places;
    } cases[] = {
        {1, 0, 0, 1, 2}, {3, 0, 0, 3, 6}, {1, 0, 4, 4, 8}, {4, 0, 1, 1, 2}, {1, 3, 4, 4, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct host_limits own = limits;
        struct host host = {.own_delay_ms = -1, .own_places = cases[i].own};
        own.per_host_max = cases[i].per_host;
        own.per_address_max = cases[i].per_address;
        assert_int_equal(host_places(&host, &own), cases[i].places);
        assert_int_equal(host_address_places(&host, &own), cases[i].address_places);
        host_failed(&host, &own, 1000, 0);
        assert_int_equal(host_places(&host, &own), 1);
    }
}

static void test_retry_after_is_not_undercut(void **state)
{
    (void)state;
    struct host host = {.own_delay_ms = -1, .crawl_delay_ms = -1, .next_ms = 3000};
    host_failed(&host, &limits, 1000, 500);
    assert_int_equal(host.next_ms, 3000);
    host_failed(&host, &limits, 1000, 120000);
    assert_int_equal(host.next_ms, 121001); /* 1000 may have been 1000.9 */
}

static void test_the_longer_chain_is_longer(void **state)
{
    (void)state;
    struct host_limits fast = limits;
    fast.delay_ms = 0;
    fast.per_host_max = 4;
    struct host slow = {
        .own_delay_ms = -1, .crawl_delay_ms = -1, .response_ms = 1200, .waiting_count = 4};
    struct host quick = {
        .own_delay_ms = -1, .crawl_delay_ms = -1, .response_ms = 100, .waiting_count = 4};
    struct host many = {.own_delay_ms = -1,
                        .crawl_delay_ms = -1,
                        .response_ms = 100,
                        .waiting_count = 4,
                        .left = 60};
    assert_true(host_chain_ms(&slow, &fast) > host_chain_ms(&quick, &fast));
    assert_true(host_chain_ms(&many, &fast) > host_chain_ms(&slow, &fast));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_starts_keep_their_distance),
        cmocka_unit_test(test_the_delay_begins_with_the_request),
        cmocka_unit_test(test_several_places_wait_for_the_way),
        cmocka_unit_test(test_rests_after_failures_in_a_row),
        cmocka_unit_test(test_is_slowed_by_refusals_in_a_row),
        cmocka_unit_test(test_a_host_in_trouble_has_one_place),
        cmocka_unit_test(test_own_places),
        cmocka_unit_test(test_retry_after_is_not_undercut),
        cmocka_unit_test(test_the_longer_chain_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
