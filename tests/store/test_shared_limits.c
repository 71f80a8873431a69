/* test_shared_limits.c - the limits of a run where several share one database: they hold over all
 * of them, and what one does not use the others get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

enum { PAGES = 6, STEP = 2000 }; /* longer than what lies idle is kept */

static struct storebox first, second;

static const char *const origins[] = {"https://example.org", "https://news.example.org",
                                      "https://sport.example.org"};

static int64_t now_ms;

/* How many of the pages or sitemaps below a run leases, some time after the last call. */
static size_t lease(struct storebox *box, unsigned urls_max)
{
    size_t count = 0;
    now_ms += STEP;
    storebox_lease(box, now_ms, urls_max);
    for (size_t i = 0; i < box->answer.hosts_count; i++)
        for (size_t k = 0; k < box->answer.hosts[i].urls_count; k++)
            count += strchr(box->answer.hosts[i].urls[k].url, '-') != NULL;
    return count;
}

static void answer_all(struct storebox *box)
{
    for (size_t i = 0; i < box->answer.hosts_count; i++)
        for (size_t k = 0; k < box->answer.hosts[i].urls_count; k++) {
            struct result_record result = storebox_result(&box->answer.hosts[i].urls[k], now_ms);
            storebox_commit(box, &result);
        }
}

static void release(struct storebox *box, const struct url_lease *lease)
{
    struct result_record result = {.lease = *lease, .completion = COMPLETE_RELEASED};
    result.host.host_id = lease->host_id;
    storebox_commit(box, &result);
}

/* A front page that tells of so many pages on each of the site's hosts, or of sitemaps. */
static void tell(struct storebox *box, const struct url_lease *front, size_t hosts,
                 enum url_kind kind)
{
    char urls[sizeof(origins) / sizeof(origins[0]) * PAGES][64];
    struct found_record found[sizeof(urls) / sizeof(urls[0])];
    size_t count = 0;
    for (size_t host = 0; host < hosts; host++)
        for (int page = 0; page < PAGES; page++, count++) {
            snprintf(urls[count], sizeof(urls[count]), "%s/%s-%zu-%d", origins[host],
                     kind == URL_SOURCE ? "map" : "news", host, page);
            found[count] = storebox_found(urls[count]);
            found[count].kind = kind;
            if (kind == URL_SOURCE) {
                found[count].source = KIND_SITEMAP;
                found[count].via = "robots";
            }
        }
    struct result_record result = storebox_result(front, now_ms);
    result.found = found;
    result.found_count = count;
    storebox_commit(box, &result);
}

static void open_box(void)
{
    if (!storebox_is_server())
        skip();
    storebox_open(&first);
    storebox_add(&first, "site", "https://example.org/");
}

/* Two runs; the first has read the front page. */
static void start(size_t hosts, enum url_kind kind)
{
    now_ms = T0;
    storebox_begin(&first, T0);
    storebox_join(&second, &first);
    storebox_begin(&second, T0);
    storebox_lease(&first, now_ms, 10);
    tell(&first, storebox_leased(&first, "/"), hosts, kind);
    lease(&first, 0);
}

static void end(void)
{
    storebox_leave(&second);
    storebox_close(&first);
}

static void test_pages_of_a_site(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 6;
    start(3, URL_ARTICLE);
    assert_int_equal(lease(&first, 4), 4);
    assert_int_equal(lease(&second, 10), 2);
    answer_all(&second);
    assert_int_equal(lease(&second, 10), 0);
    answer_all(&first);
    assert_int_equal(lease(&first, 10), 0);
    assert_int_equal(lease(&second, 10), 0);
    storebox_expect(&first, "SELECT sum(room) FROM night_rooms", "0");
    end();
}

/* A worker takes no more than it can use: a limit of a thousand is not one's alone. */
static void test_pages_not_hoarded(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 8;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 2), 2);
    assert_int_equal(lease(&second, 6), 4); /* four a host */
    end();
}

static void test_pages_given_back(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 4;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 4), 4);
    assert_int_equal(lease(&second, 4), 0);
    for (int i = 0; i < 4; i++)
        release(&first, &first.answer.hosts[0].urls[i]);
    assert_int_equal(lease(&first, 0), 0); /* the host goes back */
    assert_int_equal(lease(&first, 0), 0); /* and the room */
    assert_int_equal(lease(&second, 10), 4);
    end();
}

static void test_pages_of_one_that_ends(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 4;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 4), 4);
    assert_int_equal(lease(&second, 4), 0);
    struct result_record result = storebox_result(&first.answer.hosts[0].urls[0], T0);
    storebox_commit(&first, &result);
    storebox_end(&first, now_ms);
    assert_int_equal(lease(&second, 10), 3);
    end();
}

/* What it stored counts, what it had only reserved does not. */
static void test_pages_of_one_that_died(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 4;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 4), 4);
    assert_int_equal(lease(&second, 4), 0);
    assert_true(second.answer.next_due_ms != MOMENT_NONE); /* it waits for the other */
    struct result_record result = storebox_result(&first.answer.hosts[0].urls[0], T0);
    storebox_commit(&first, &result);
    storebox_do(&first, "UPDATE workers SET until_ms = 0 WHERE worker_id = 1");
    assert_int_equal(store_renew(second.store), 0);
    assert_int_equal(lease(&second, 10), 3);
    answer_all(&second);
    assert_int_equal(lease(&second, 10), 0);
    end();
}

static void test_pages_of_all_sites(void **state)
{
    (void)state;
    open_box();
    storebox_add(&first, "page", "https://news.example.org/start");
    first.run.max_pages = 5;
    start(3, URL_ARTICLE);
    size_t count = 0;
    for (int i = 0; i < 8; i++) {
        struct storebox *box = i % 2 ? &second : &first;
        count += lease(box, 4);
        answer_all(box);
    }
    assert_int_equal(count, 5);
    end();
}

static void test_sources(void **state)
{
    (void)state;
    open_box();
    first.run.sources_max = 4;
    start(3, URL_SOURCE);
    assert_int_equal(lease(&first, 3), 3);
    assert_int_equal(lease(&second, 10), 1);
    answer_all(&second);
    answer_all(&first);
    assert_int_equal(lease(&first, 10), 0);
    assert_int_equal(lease(&second, 10), 0);
    storebox_expect(&first, "SELECT count(*) FROM urls WHERE url LIKE '%map-%'", "4");
    end();
}

/* What pages without an article cost one run, the next one that gets the host goes on from. */
static void test_budgets(void **state)
{
    struct storebox *const turns[] = {&first, &second, &first};
    (void)state;
    open_box();
    start(1, URL_ARTICLE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(lease(turns[i], 2), 2);
        answer_all(turns[i]);
        assert_int_equal(lease(turns[i], 0), 0); /* gives it back */
    }
    storebox_expect(&first, "SELECT max(barren) FROM budgets WHERE kind = 1", "6");
    end();
}

/* What two runs that hold hosts of a site at the same time have asked for one source is added up.
 */
static void test_budgets_of_both(void **state)
{
    (void)state;
    open_box();
    start(3, URL_ARTICLE);
    assert_int_equal(lease(&first, 4), 4);
    assert_int_equal(lease(&second, 8), 8);
    answer_all(&first);
    answer_all(&second);
    assert_int_equal(lease(&first, 0), 0);
    assert_int_equal(lease(&second, 0), 0);
    storebox_expect(&first, "SELECT asked || ' ' || barren FROM budgets WHERE kind = 2", "12 12");
    end();
}

/* The limits begin anew with a run that is alone, not with one that joins others. */
static void test_nights(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 2;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 10), 2);
    answer_all(&first);
    storebox_end(&first, now_ms);
    storebox_begin(&first, now_ms);
    assert_int_equal(lease(&first, 10), 0);
    storebox_end(&first, now_ms);
    storebox_end(&second, now_ms);
    storebox_begin(&first, now_ms);
    assert_int_equal(lease(&first, 10), 2);
    storebox_expect(&first, "SELECT count(*) FROM nights", "2");
    end();
}

/* Runs that always overlap get another night all the same. */
static void test_a_night_ends(void **state)
{
    (void)state;
    open_box();
    first.run.max_per_site = 2;
    start(2, URL_ARTICLE);
    assert_int_equal(lease(&first, 10), 2);
    answer_all(&first);
    storebox_end(&first, now_ms);
    storebox_do(&first, "UPDATE nights SET began_ms = began_ms - 13 * 3600000");
    storebox_begin(&first, now_ms);
    assert_int_equal(lease(&first, 10), 2);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_of_a_site),
        cmocka_unit_test(test_pages_not_hoarded),
        cmocka_unit_test(test_pages_given_back),
        cmocka_unit_test(test_pages_of_one_that_ends),
        cmocka_unit_test(test_pages_of_one_that_died),
        cmocka_unit_test(test_pages_of_all_sites),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_budgets),
        cmocka_unit_test(test_budgets_of_both),
        cmocka_unit_test(test_nights),
        cmocka_unit_test(test_a_night_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
