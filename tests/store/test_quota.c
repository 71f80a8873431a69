/* test_quota.c - how many sources of a site a run asks, which of them first, and what becomes of
 * the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#define INDEX "https://example.org/index.xml"

enum { MANY = 50000 };

static const char left[] = "SELECT count(*) FROM v_urls WHERE state = 'waiting'"
                           " AND why LIKE 'left to a later run: %' AND next IS NULL";

/* What an answer told of: sitemaps /FIRST.xml and so on, each listed as a day older than the one
 * before it. */
struct listing {
    struct found_record *found;
    char (*urls)[64];
    size_t count;
};

static void list_sitemaps(struct listing *listing, size_t first, size_t count, unsigned depth,
                          int64_t newest_ms)
{
    listing->found = calloc(count, sizeof(*listing->found));
    listing->urls = calloc(count, sizeof(*listing->urls));
    listing->count = count;
    assert_non_null(listing->found);
    assert_non_null(listing->urls);
    for (size_t i = 0; i < count; i++) {
        snprintf(listing->urls[i], sizeof(listing->urls[i]), "https://example.org/%zu.xml",
                 first + i);
        listing->found[i] = storebox_found(listing->urls[i]);
        listing->found[i].kind = URL_SOURCE;
        listing->found[i].source = KIND_SITEMAP;
        listing->found[i].via = depth ? "index" : "robots";
        listing->found[i].depth = depth;
        listing->found[i].published_ms = newest_ms - (int64_t)i * DAY;
    }
}

/* The lease's answer, which tells of these. */
static void answer_with(struct storebox *box, const char *suffix, int64_t now_ms,
                        struct listing *listing)
{
    struct result_record result = storebox_result(storebox_leased(box, suffix), now_ms);
    result.source.kind = listing->count && listing->found[0].depth ? "sitemap-index" : "sitemap";
    result.found = listing->found;
    result.found_count = listing->count;
    storebox_commit(box, &result);
    free(listing->found);
    free(listing->urls);
}

/* A site with an index that lists `count` sitemaps, read in its first run. */
static void start(struct storebox *box, unsigned most, size_t count)
{
    struct listing listing;
    storebox_open(box);
    box->run.sources_max = most;
    storebox_add(box, "site", "https://example.org/");
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    list_sitemaps(&listing, 0, 1, 0, MOMENT_NONE + 1);
    strcpy(listing.urls[0], INDEX);
    listing.found[0].published_ms = MOMENT_NONE;
    answer_with(box, "/", T0, &listing);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    list_sitemaps(&listing, 0, count, 1, T0);
    answer_with(box, "/index.xml", T0, &listing);
}

/* Answers all that can be leased, which are the sitemaps from /FIRST.xml on, in this order. */
static size_t drain(struct storebox *box, int64_t now_ms, size_t first)
{
    size_t count = 0;
    while (storebox_lease(box, now_ms, 1) == 1) {
        char expected[64];
        snprintf(expected, sizeof(expected), "https://example.org/%zu.xml", first + count);
        assert_string_equal(box->answer.hosts[0].urls[0].url, expected);
        storebox_answer(box, "", now_ms);
        count++;
    }
    return count;
}

static int take_reason(const struct store_value *row, size_t count, void *context)
{
    if (strcmp(store_column(row, count, "state")->text, "waiting") == 0)
        *(int64_t *)context = store_column(row, count, "urls")->integer;
    return 0;
}

/* What the report says of sources that were left. */
static int64_t reported(struct storebox *box)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(10)};
    int64_t count = 0;
    assert_int_equal(store_each_row(box->store, SQL_READ_REASONS, params, 1, take_reason, &count),
                     0);
    return count;
}

static void test_the_freshest_are_asked_and_the_others_left(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 5, 12);
    assert_int_equal(drain(&box, T0, 0), 5);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_end(&box, T0);
    storebox_expect(&box, left, "7");
    assert_int_equal(reported(&box), 7);
    storebox_expect(&box, "SELECT count(*) FROM v_urls WHERE why LIKE 'left to a later%'", "7");
    storebox_expect(&box,
                    "SELECT kind || ' ' || state || ' ' || closed FROM v_budgets"
                    " WHERE name LIKE 'left to a later run: %'",
                    "reason open 2025-06-15T15:06:40Z");
    storebox_close(&box);
}

static void test_without_a_limit_all_are_asked(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 0, 12);
    assert_int_equal(drain(&box, T0, 0), 12);
    storebox_expect(&box, left, "0");
    assert_int_equal(reported(&box), 0);
    storebox_close(&box);
}

/* What is new by then is not kept waiting by what was left. */
static void test_the_next_run_goes_on(void **state)
{
    struct storebox box;
    struct listing listing;
    (void)state;
    start(&box, 5, 12);
    drain(&box, T0, 0);
    storebox_next_run(&box, T0 + DAY);
    for (int i = 5; i < 10; i++) {
        char suffix[16];
        snprintf(suffix, sizeof(suffix), "/%d.xml", i);
        assert_int_equal(storebox_lease(&box, T0 + DAY, 1), 1);
        storebox_answer(&box, suffix, T0 + DAY);
    }
    while (storebox_lease(&box, T0 + DAY, 1) &&
           !strstr(box.answer.hosts[0].urls[0].url, "index.xml"))
        storebox_answer(&box, "", T0 + DAY); /* the front page, if it comes first */
    list_sitemaps(&listing, 100, 7, 1, T0 + DAY);
    answer_with(&box, "/index.xml", T0 + DAY, &listing);
    for (int i = 100; i < 105; i++) {
        char suffix[16];
        snprintf(suffix, sizeof(suffix), "/%d.xml", i);
        assert_int_equal(storebox_lease(&box, T0 + DAY, 1), 1);
        storebox_answer(&box, suffix, T0 + DAY);
    }
    while (storebox_lease(&box, T0 + DAY, 1))
        storebox_answer(&box, "", T0 + DAY);
    storebox_end(&box, T0 + DAY);
    storebox_expect(&box, left, "4");
    storebox_expect(&box,
                    "SELECT group_concat(substr(url, 20)) FROM (SELECT url FROM v_urls"
                    " WHERE why LIKE 'left to%' ORDER BY length(url), url) x",
                    "/10.xml,/11.xml,/105.xml,/106.xml");
    storebox_close(&box);
}

/* The sorts are counted apart, and robots.txt may name as many as it likes. */
static void test_what_robots_txt_names_is_counted_too(void **state)
{
    struct storebox box;
    struct listing listing;
    (void)state;
    storebox_open(&box);
    box.run.sources_max = 3;
    storebox_add(&box, "site", "https://example.org/");
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 10);
    list_sitemaps(&listing, 0, 8, 0, T0);
    answer_with(&box, "/", T0, &listing);
    size_t taken = 0;
    for (; storebox_lease(&box, T0, 1); taken++)
        storebox_answer(&box, "", T0);
    storebox_end(&box, T0);
    assert_int_equal(taken, 3);
    storebox_expect(&box, "SELECT count(*) FROM v_urls WHERE why LIKE 'left to a later%'", "5");
    storebox_close(&box);
}

static void test_one_given_back_leaves_room_for_another(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, 1, 3);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    struct result_record result = storebox_result(storebox_leased(&box, "/0.xml"), T0);
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    result.completion = COMPLETE_RELEASED;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    storebox_leased(&box, "/0.xml");
    storebox_close(&box);
}

/* Of what was left only that goes into a backfill which its index finds to be of its time; called
 * again it goes on. */
static void test_a_backfill_goes_on_where_it_was(void **state)
{
    struct storebox box;
    struct listing listing;
    (void)state;
    start(&box, 4, 20);
    drain(&box, T0, 0);
    box.run.backfill = box.run.poll_all = true;
    box.run.sources = 1U << (KIND_SITEMAP - 1);
    box.run.until_ms = INT64_MAX;
    static const struct {
        size_t first, fresh, known;
    } expected[] = {{4, 4, 2}, {8, 2, 4}};
    for (int round = 0; round < 2; round++) {
        int64_t now_ms = T0 + (round + 1) * HOUR;
        storebox_next_run(&box, now_ms);
        assert_int_equal(storebox_lease(&box, now_ms, 10), 1); /* none but the index */
        list_sitemaps(&listing, 2, 8, 1, T0 - 2 * DAY);        /* 2 to 9 */
        answer_with(&box, "/index.xml", now_ms, &listing);
        for (size_t i = 0; i < expected[round].fresh; i++) {
            char suffix[16];
            snprintf(suffix, sizeof(suffix), "/%zu.xml", expected[round].first + i);
            assert_int_equal(storebox_lease(&box, now_ms, 1), 1);
            storebox_answer(&box, suffix, now_ms);
        }
        size_t known = 0;
        for (; storebox_lease(&box, now_ms, 1); known++)
            storebox_answer(&box, "", now_ms);
        assert_int_equal(known, expected[round].known);
    }
    storebox_close(&box);
}

/* An answer may list more than any site has, time and again: they don't fill the database. */
static void test_a_site_has_so_many_sources_and_no_more(void **state)
{
    struct storebox box;
    struct listing listing;
    (void)state;
    start(&box, 3, MANY);
    for (size_t i = 0; i < 3; i++) {
        char suffix[16];
        snprintf(suffix, sizeof(suffix), "/%zu.xml", i);
        assert_int_equal(storebox_lease(&box, T0, 1), 1);
        list_sitemaps(&listing, (i + 1) * MANY, MANY, 2, T0 - 1000 * DAY);
        answer_with(&box, suffix, T0, &listing);
    }
    storebox_end(&box, T0);
    storebox_expect(&box, "SELECT count(*) BETWEEN 100000 AND 150000 FROM feeds", "1");
    storebox_expect(&box,
                    "SELECT skipped > 1000 AND kind = 'reason' FROM v_budgets"
                    " WHERE name = 'more sources than one site may have'",
                    "1");
    storebox_expect(&box, "SELECT count(*) FROM v_urls WHERE why LIKE 'more sources%'", "20");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_freshest_are_asked_and_the_others_left),
        cmocka_unit_test(test_without_a_limit_all_are_asked),
        cmocka_unit_test(test_the_next_run_goes_on),
        cmocka_unit_test(test_what_robots_txt_names_is_counted_too),
        cmocka_unit_test(test_one_given_back_leaves_room_for_another),
        cmocka_unit_test(test_a_backfill_goes_on_where_it_was),
        cmocka_unit_test(test_a_site_has_so_many_sources_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
