/* test_sharing.c - several runs at a time on the hosts of one database, which only a server can
 * have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

static struct storebox first, second;

/* Two runs, the second of which began an hour later. */
static void start(void)
{
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "site", "https://example.org/");
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + HOUR);
}

static void end(void)
{
    storebox_leave(&second);
    storebox_close(&first);
}

static void answer(struct storebox *box, const char *suffix, int64_t now_ms)
{
    struct result_record result = storebox_result(storebox_leased(box, suffix), now_ms);
    storebox_commit(box, &result);
}

/* What the second one queues for itself, the first one asks when the host comes to it. */
static void test_the_later_run_hands_over(void **state)
{
    int64_t now_ms = T0 + HOUR;
    (void)state;
    start();
    assert_int_equal(storebox_lease(&second, now_ms, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&second, "/"), now_ms);
    struct found_record target = storebox_found("https://example.org/start");
    target.via = "redirect";
    target.kind = URL_SOURCE;
    target.source = result.lease.source;
    target.hops = 1;
    result.fetch.status = 301;
    result.fetch.redirect_url = target.url;
    result.found = &target;
    result.found_count = 1;
    storebox_commit(&second, &result);
    assert_int_equal(storebox_lease(&second, now_ms, 0), 0);
    assert_int_equal(storebox_lease(&first, now_ms, 10), 1);
    answer(&first, "/start", now_ms);
    end();
}

/* A source that came due between the two is asked, whoever holds its host when the second begins.
 */
static void test_due_since_the_later_began(void **state)
{
    (void)state;
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "site", "https://example.org/");
    storebox_begin(&first, T0);
    assert_int_equal(storebox_lease(&first, T0, 10), 1);
    answer(&first, "/", T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0 + 40 * DAY);
    assert_int_equal(storebox_lease(&first, T0 + 40 * DAY, 0), 0); /* gives it back */
    assert_int_equal(storebox_lease(&second, T0 + 40 * DAY, 10), 1);
    answer(&second, "/", T0 + 40 * DAY);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_later_run_hands_over),
        cmocka_unit_test(test_due_since_the_later_began),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
