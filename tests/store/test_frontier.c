/* test_frontier.c - what is leased, in which order, and when a run has nothing left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

static const char *const SITE = "https://example.org/";

/* Commits the front page of SITE with `count` articles, a0 the oldest. */
static void announce(struct storebox *box, int64_t now_ms, int count)
{
    struct found_record found[64];
    char urls[64][64];
    struct result_record result = storebox_result(storebox_leased(box, "/"), now_ms);
    for (int i = 0; i < count; i++) {
        snprintf(urls[i], sizeof(urls[i]), "https://example.org/a%d", i);
        found[i] = storebox_found(urls[i]);
        found[i].published_ms = now_ms - (count - i) * HOUR;
    }
    result.found = found;
    result.found_count = (size_t)count;
    assert_int_equal(storebox_commit(box, &result).found_new, count);
}

static void start(struct storebox *box, int count)
{
    storebox_open(box);
    storebox_add(box, "site", SITE);
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    announce(box, T0, count);
}

static void test_the_freshest_come_first(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 10);
    assert_int_equal(storebox_lease(&box, T0, 100), 4);
    assert_string_equal(box.answer.hosts[0].urls[0].url, "https://example.org/a9");
    assert_string_equal(box.answer.hosts[0].urls[3].url, "https://example.org/a6");
    assert_int_equal(box.answer.hosts[0].urls_left, 6);
    assert_int_equal(storebox_lease(&box, T0, 100), 4);
    assert_string_equal(box.answer.hosts[0].urls[0].url, "https://example.org/a5");
    assert_int_equal(storebox_lease(&box, T0, 100), 2);
    assert_int_equal(box.answer.hosts[0].urls_left, 0);
    assert_int_equal(storebox_lease(&box, T0, 100), 0);
    storebox_close(&box);
}

/* The count is kept by what is added and removed, also over the run's end. */
static void test_long_hosts_are_not_counted(void **state)
{
    struct storebox box;
    struct found_record found[400];
    char urls[400][64];
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    for (int i = 0; i < 400; i++) { /* one in four on another host */
        snprintf(urls[i], sizeof(urls[i]), "https://%sexample.org/%d", i % 4 ? "" : "b.", i);
        found[i] = storebox_found(urls[i]);
    }
    result.found = found;
    result.found_count = 400;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT group_concat(new_queued) FROM hosts", "300,100");
    size_t left = 400;
    for (size_t leased = 1; leased; left -= leased) {
        leased = storebox_lease(&box, T0, 100);
        for (size_t h = 0; h < box.answer.hosts_count; h++) {
            const struct host_lease *host = &box.answer.hosts[h];
            for (size_t u = 0; u < host->urls_count; u++) {
                struct article_record article = storebox_article(NULL, NULL);
                result = storebox_result(&host->urls[u], T0);
                result.article = &article; /* a pattern that brings none is closed */
                storebox_commit(&box, &result);
            }
            char sql[96], expected[16];
            snprintf(sql, sizeof(sql),
                     "SELECT iif(count(*) < 64, count(*), 64) FROM queue WHERE band = 1 AND "
                     "host_id = %d",
                     (int)host->host_id);
            snprintf(expected, sizeof(expected), "%zu", host->urls_left);
            storebox_expect(&box, sql, expected);
        }
        if (left == 240) { /* what is left is known to the next run as well */
            storebox_end(&box, T0);
            storebox_begin(&box, T0);
        }
    }
    assert_int_equal(left, 0);
    storebox_expect(&box, "SELECT group_concat(new_queued) FROM hosts", "0,0");
    storebox_close(&box);
}

static void test_a_held_host_gets_more(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 10);
    assert_int_equal(storebox_lease(&box, T0, 2), 2);
    struct host_want want = {box.answer.hosts[0].host_id, 3};
    struct lease_request request = {
        .now_ms = T0, .urls_max = 10, .urls_per_host = 4, .wants = &want, .wants_count = 1};
    struct lease_answer answer;
    assert_int_equal(store_lease(box.store, &request, &answer), 0);
    assert_int_equal(answer.hosts_count, 1);
    assert_int_equal(answer.hosts[0].urls_count, 3);
    assert_int_equal(answer.hosts[0].urls_left, 5);
    assert_true(answer.next_due_ms == MOMENT_NONE); /* the only host is held */
    want.urls_max = 10;
    assert_int_equal(store_lease(box.store, &request, &answer), 0);
    assert_int_equal(answer.hosts[0].urls_count, 5);
    assert_int_equal(store_lease(box.store, &request, &answer), 0);
    assert_int_equal(answer.hosts_count, 1); /* it has none left */
    assert_int_equal(answer.hosts[0].urls_count, 0);
    storebox_close(&box);
}

static void test_a_released_url_is_leased_again(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&box, "/a0"), T0);
    result.completion = COMPLETE_RELEASED;
    result.fetch.asked = false;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT count(*) FROM v_results", "1");
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    storebox_answer(&box, "/a0", T0);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    storebox_close(&box);
}

static void test_a_result_without_lease_is_lost(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&box, "/a0"), T0);
    assert_false(storebox_commit(&box, &result).lost);
    assert_true(storebox_commit(&box, &result).lost);
    storebox_expect(&box, "SELECT count(*) FROM v_results", "2");
    storebox_close(&box);
}

/* However long a request takes: the run that says that it is there keeps what it holds. */
static void test_a_renewed_lease_holds(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1);
    assert_int_equal(storebox_lease(&box, T0, 1), 1);
    for (int64_t now_ms = T0; now_ms < T0 + DAY; now_ms += HOUR)
        assert_int_equal(store_renew(box.store), 0);
    struct result_record result = storebox_result(storebox_leased(&box, "/a0"), T0 + DAY);
    assert_false(storebox_commit(&box, &result).lost);
    storebox_close(&box);
}

static void test_a_retry_comes_when_it_is_due(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1);
    storebox_lease(&box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/a0"), T0);
    result.completion = COMPLETE_RETRY;
    result.retry_ms = T0 + 2000;
    result.fetch.status = 0;
    result.fetch.error = result.why = "timeout";
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT state || tries FROM v_urls WHERE url LIKE '%a0'", "retry1");

    assert_int_equal(storebox_lease(&box, T0 + 1000, 10), 0);
    assert_int_equal(box.answer.next_due_ms, T0 + 2000);
    assert_int_equal(storebox_lease(&box, T0 + 2000, 10), 1);
    const struct url_lease *again = storebox_leased(&box, "/a0");
    assert_int_equal(again->tries, 1);
    assert_int_equal(again->kind, URL_ARTICLE);
    storebox_answer(&box, "/a0", T0 + 2000);
    assert_int_equal(storebox_lease(&box, T0 + 9000, 10), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_expect(&box, "SELECT group_concat(attempt) FROM v_results WHERE url LIKE '%a0'",
                    "1,2");
    storebox_close(&box);
}

static void test_a_resting_host_waits(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 2);
    assert_int_equal(storebox_lease(&box, T0, 1), 1);
    struct result_record result = storebox_result(storebox_leased(&box, "/a1"), T0);
    result.host.ready_ms = T0 + 10 * MINUTE;
    result.host.fails_in_row = 5;
    result.host.slowed = 2;
    result.host.rests = 1;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0 + MINUTE, 10), 0);
    assert_int_equal(box.answer.next_due_ms, T0 + 10 * MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + 10 * MINUTE, 10), 1);
    assert_int_equal(box.answer.hosts[0].fails_in_row, 5);
    assert_int_equal(box.answer.hosts[0].slowed, 2);
    assert_int_equal(box.answer.hosts[0].rests, 1);
    storebox_close(&box);
}

static void test_limits(void **state)
{
    static const struct {
        const char *name;
        unsigned per_site, pages, expected;
    } cases[] = {
        {"no limits", 0, 0, 10},
        {"articles of a site", 3, 0, 3},
        {"articles of the run", 0, 5, 5},
        {"the lower one counts", 6, 2, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        storebox_open(&box);
        storebox_add(&box, "site", SITE);
        box.run.max_per_site = cases[i].per_site;
        box.run.max_pages = cases[i].pages;
        storebox_begin(&box, T0);
        storebox_lease(&box, T0, 10);
        announce(&box, T0, 10);
        size_t taken = 0;
        for (size_t got; (got = storebox_lease(&box, T0, 100)); taken += got)
            ;
        if (taken != cases[i].expected || box.answer.next_due_ms != MOMENT_NONE)
            fail_msg("%s: %zu leased", cases[i].name, taken);
        storebox_close(&box);
    }
}

static void test_a_page_given_back_leaves_room_for_another(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    box.run.max_per_site = 1;
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    announce(&box, T0, 3);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&box, "/a2"), T0);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    result.completion = COMPLETE_RELEASED;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    storebox_leased(&box, "/a2");
    storebox_close(&box);
}

static void test_discover_only_leaves_articles_alone(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    box.run.discover_only = true;
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    announce(&box, T0, 10);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_expect(&box, "SELECT count(*) FROM v_urls WHERE state = 'waiting'", "10");
    storebox_end(&box, T0);
    box.run.discover_only = false;
    storebox_begin(&box, T0 + MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + MINUTE, 10), 4);
    storebox_close(&box);
}

static void test_sources_are_due_once_a_run(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 0);
    /* two hours later in the same run its next poll has come, but what is due was fixed */
    assert_int_equal(storebox_lease(&box, T0 + 2 * HOUR, 10), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_end(&box, T0 + 2 * HOUR);
    storebox_begin(&box, T0 + MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + MINUTE, 10), 0);
    storebox_end(&box, T0 + MINUTE);
    box.run.poll_all = true;
    storebox_begin(&box, T0 + 2 * MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + 2 * MINUTE, 10), 1);
    storebox_answer(&box, "/", T0 + 2 * MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + 2 * MINUTE, 10), 0);
    storebox_end(&box, T0 + 2 * MINUTE);
    box.run.poll_all = false;
    storebox_begin(&box, T0 + DAY);
    assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 1);
    storebox_close(&box);
}

static void test_poll_all_hastens_retries_of_sources(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    result.completion = COMPLETE_RETRY;
    result.retry_ms = T0 + 12 * HOUR;
    result.fetch.status = 503;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    assert_int_equal(box.answer.next_due_ms, T0 + 12 * HOUR);
    storebox_end(&box, T0);
    box.run.poll_all = true;
    storebox_begin(&box, T0 + MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + MINUTE, 10), 1);
    assert_int_equal(storebox_leased(&box, "/")->source, KIND_FRONT);
    assert_int_equal(storebox_leased(&box, "/")->tries, 1);
    storebox_close(&box);
}

static void test_new_sources_are_due_and_kinds_restricted(void **state)
{
    struct storebox box;
    struct found_record found[3] = {storebox_found("https://example.org/feed"),
                                    storebox_found("https://example.org/sitemap.xml"),
                                    storebox_found("https://example.org/politics/")};
    static const enum source_kind kinds[] = {KIND_FEED, KIND_SITEMAP, KIND_SECTION};
    (void)state;
    for (int i = 0; i < 3; i++) {
        found[i].kind = URL_SOURCE;
        found[i].source = kinds[i];
        found[i].via = "link";
    }
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    box.run.sources = 1 << (KIND_FRONT - 1) | 1 << (KIND_FEED - 1);
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0 + MINUTE);
    result.found = found;
    result.found_count = 3;
    /* The section is passed over: a sitemap lists its articles. */
    assert_int_equal(storebox_commit(&box, &result).found_new, 2);
    assert_int_equal(storebox_lease(&box, T0 + 2 * MINUTE, 10), 1);
    assert_int_equal(storebox_leased(&box, "/feed")->source, KIND_FEED);
    storebox_answer(&box, "/feed", T0 + 2 * MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + 3 * MINUTE, 10), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_end(&box, T0 + 3 * MINUTE);
    storebox_expect(&box, "SELECT count(DISTINCT source) FROM v_feeds", "3");
    box.run.sources = 0x1f;
    storebox_begin(&box, T0 + 4 * MINUTE);
    assert_int_equal(storebox_lease(&box, T0 + 4 * MINUTE, 10), 1);
    storebox_close(&box);
}

static void test_a_dead_run_gives_its_leases_back(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 3);
    assert_int_equal(storebox_lease(&box, T0, 10), 3);
    storebox_reopen(&box); /* as after a crash: the run was not ended */
    storebox_begin(&box, T0 + MINUTE);
    storebox_expect(&box, "SELECT outcome FROM v_run WHERE run_id = 1", "crashed");
    assert_int_equal(storebox_lease(&box, T0 + MINUTE, 10), 3);
    storebox_close(&box);
}

static void test_failed_urls_get_some_more_nights(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1);
    for (int night = 0; night < 3; night++) {
        int64_t now_ms = T0 + night * DAY;
        if (night)
            storebox_begin(&box, now_ms);
        storebox_lease(&box, now_ms, 10);
        struct result_record result = storebox_result(storebox_leased(&box, "/a0"), now_ms);
        result.completion = COMPLETE_ERROR;
        result.fetch.status = 500;
        result.fetch.error = result.why = "HTTP 500";
        storebox_commit(&box, &result);
        storebox_end(&box, now_ms + MINUTE);
    }
    storebox_begin(&box, T0 + 9 * DAY);
    storebox_lease(&box, T0 + 9 * DAY, 10);
    storebox_answer(&box, "/", T0 + 9 * DAY); /* the front page alone is left */
    assert_int_equal(storebox_lease(&box, T0 + 9 * DAY, 10), 0);
    storebox_close(&box);
}

static void test_a_disabled_site_rests(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", SITE);
    storebox_do(&box, "UPDATE sites SET enabled = 0");
    storebox_begin(&box, T0);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_close(&box);
}

static void test_hosts_take_turns(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    for (int i = 0; i < 20; i++) {
        char url[64];
        snprintf(url, sizeof(url), "https://site%d.example/", i);
        storebox_add(&box, "site", url);
    }
    storebox_begin(&box, T0);
    assert_int_equal(storebox_lease(&box, T0, 8), 8);
    assert_int_equal(box.answer.hosts_count, 8);
    struct lease_request request = {.now_ms = T0, .urls_max = 100, .urls_per_host = 4};
    struct lease_answer answer;
    assert_int_equal(store_lease(box.store, &request, &answer), 0);
    assert_int_equal(answer.hosts_count, 12);
    assert_true(answer.next_due_ms == MOMENT_NONE);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_freshest_come_first),
        cmocka_unit_test(test_long_hosts_are_not_counted),
        cmocka_unit_test(test_a_held_host_gets_more),
        cmocka_unit_test(test_a_released_url_is_leased_again),
        cmocka_unit_test(test_a_result_without_lease_is_lost),
        cmocka_unit_test(test_a_renewed_lease_holds),
        cmocka_unit_test(test_a_retry_comes_when_it_is_due),
        cmocka_unit_test(test_a_resting_host_waits),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_a_page_given_back_leaves_room_for_another),
        cmocka_unit_test(test_discover_only_leaves_articles_alone),
        cmocka_unit_test(test_sources_are_due_once_a_run),
        cmocka_unit_test(test_poll_all_hastens_retries_of_sources),
        cmocka_unit_test(test_new_sources_are_due_and_kinds_restricted),
        cmocka_unit_test(test_a_dead_run_gives_its_leases_back),
        cmocka_unit_test(test_failed_urls_get_some_more_nights),
        cmocka_unit_test(test_a_disabled_site_rests),
        cmocka_unit_test(test_hosts_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
