/* A young article is looked at again after minutes, but no run waits for that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"

#define STORY "/bridge"

/* It names no date, so it is as old as our knowing it. */
static const struct site_route routes[] = {
    {.path = STORY,
     .body = "<!doctype html><title>Bridge to close</title><article><h1>Bridge to close</h1>"
             "<p>The council met on Monday evening and decided, after four hours of debate, to "
             "close the old bridge over the river for two years.</p><p>Traders in the old town had "
             "asked for a ferry; the mayor promised one by spring, if the state pays half of it. "
             "Who walks will have to take the way along the mill, which is said to be a quarter "
             "of an hour longer.</p></article>"}};
static const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};

static void crawl(const char *database)
{
    /* who were to wait for looks would wait for this one */
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "3600"));
}

static void test_no_run_waits_for_a_look(void **state)
{
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "page", site, 1, STORY);
    crawl(database);
    assert_in_range(sql_integer(database, "SELECT next_ms - asked_ms FROM urls WHERE kind = 3"),
                    15 * 60000, 17 * 60000);
    crawl(database);
    assert_int_equal(site_requests(site, 0, STORY), 1);

    sql_do(database, "UPDATE queue SET rank = rank - 17 * 60000 WHERE band = 3");
    crawl(database);
    assert_int_equal(site_requests(site, 0, STORY), 2);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_run_waits_for_a_look)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
