/* test_health.c - when a site is named, in single cases and over nights of invented newspapers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/health.h"
#include "support/newsroom.h"

#define DAY_MS INT64_C(86400000)

/* ---- single cases ---- */

/* Twenty articles a day, five on Sundays, all as they should be: 98 of 100 have a date. */
static void fill(struct health_day *days, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t n = i % 7 == 6 ? 5 : 20;
        days[i] = (struct health_day){.day = NEWSROOM_MONDAY + (int64_t)i,
                                      .polled_ms = newsroom_ms((int)i),
                                      .polls = 4,
                                      .polls_ok = 4,
                                      .pages = n + 1,
                                      .articles = n,
                                      .titled = n,
                                      .bodied = n - (i % 3 == 0),
                                      .dated = n - (i % 2 == 0),
                                      .authored = n / 2,
                                      .words = 400 * n,
                                      .open = n};
    }
}

/* What the last days are instead; -1: as usual. */
static const struct health_case {
    const char *name;
    int history;
    int days; /* that are so */
    int polls_ok, pages, refused, articles, bodied, dated, authored, words, walled;
    enum health_state expected;
    const char *why;
} cases[] = {
#define USUAL -1
    {"as ever", 30, 1, USUAL, USUAL, 0, USUAL, USUAL, USUAL, USUAL, USUAL, 0, HEALTH_OK, ""},
    {"bodies and dates are gone", 30, 1, USUAL, 20, 0, 20, 0, 0, 10, 100, 0, HEALTH_BROKEN,
     "body 0 of 20, usual 98%; date 0 of 20, usual 95%; 5 words an article, usual 400"},
    {"dates are gone", 30, 1, USUAL, 20, 0, 20, 20, 0, 10, 8000, 0, HEALTH_BROKEN,
     "date 0 of 20, usual 95%"},
    {"authors are gone, for long enough", 30, 3, USUAL, 20, 0, 20, 20, 20, 0, 8000, 0,
     HEALTH_BROKEN, "author 0 of 40, usual 48%"},
    {"a day without authors", 30, 1, USUAL, 20, 0, 20, 20, 20, 0, 8000, 0, HEALTH_OK, ""},
    {"texts end early", 30, 1, USUAL, 20, 0, 20, 20, 20, 10, 1600, 0, HEALTH_BROKEN,
     "80 words an article, usual 400"},
    {"pages that are no articles any more", 30, 1, USUAL, 20, 0, 0, 0, 0, 0, 0, 0, HEALTH_BROKEN,
     "articles in pages 0 of 20, usual 93%"},
    {"many other pages", 30, 1, USUAL, 80, 0, 20, 20, 20, 10, 8000, 0, HEALTH_OK, ""},
    {"some without a date", 30, 1, USUAL, 20, 0, 20, 20, 12, 10, 8000, 0, HEALTH_OK, ""},
    {"a few articles without a date", 30, 1, USUAL, 3, 0, 3, 3, 0, 1, 1200, 0, HEALTH_OK, ""},
    {"all behind a paywall", 30, 1, USUAL, 20, 0, 20, 20, 20, 10, 4000, 20, HEALTH_PAYWALLED,
     "free to read 0 of 20, usual 100%"},
    {"one behind a paywall", 30, 1, USUAL, 20, 0, 20, 20, 20, 10, 8000, 1, HEALTH_OK, ""},
    {"everything is refused", 30, 1, 0, 0, 6, 0, 0, 0, 0, 0, 0, HEALTH_BLOCKED,
     "answered 0 of 6, usual 100%"},
    {"a page is refused", 30, 1, USUAL, USUAL, 1, USUAL, USUAL, USUAL, USUAL, USUAL, 0, HEALTH_OK,
     ""},
    {"a holiday", 30, 1, USUAL, 5, 0, 4, 4, 4, 2, 1600, 0, HEALTH_OK, ""},
    {"a day without any article", 30, 1, USUAL, 0, 0, 0, 0, 0, 0, 0, 0, HEALTH_OK, ""},
    {"silent", 40, 4, USUAL, 0, 0, 0, 0, 0, 0, 0, 0, HEALTH_SILENT,
     "0 new articles in 4 days, usual 20 a day"},
    {"a night without an answer", 30, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, HEALTH_OK, ""},
    {"no answer for three nights", 30, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, HEALTH_SILENT,
     "no answer to 12 requests in 3 days"},
    {"not known for long", 10, 1, USUAL, 4, 0, 4, 0, 0, 0, 0, 0, HEALTH_NEW, ""},
};

static void put(int64_t *field, int value)
{
    if (value != USUAL)
        *field = value;
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct health_case *one = &cases[i];
        struct health_day days[64];
        struct health health;
        size_t count = (size_t)one->history;
        fill(days, count);
        for (size_t k = count - (size_t)one->days; k < count; k++) {
            put(&days[k].polls_ok, one->polls_ok);
            put(&days[k].pages, one->pages);
            put(&days[k].refused, one->refused);
            put(&days[k].articles, one->articles);
            put(&days[k].titled, one->articles);
            put(&days[k].bodied, one->bodied);
            put(&days[k].dated, one->dated);
            put(&days[k].authored, one->authored);
            put(&days[k].words, one->words);
            days[k].walled = one->walled;
            days[k].open = days[k].articles - one->walled;
        }
        health_judge(days, count, days[count - 1].polled_ms, true, &health);
        if (health.state != one->expected || strcmp(health.why, one->why) != 0)
            fail_msg("%s: %s '%s', expected %s '%s'", one->name, health_name(health.state),
                     health.why, health_name(one->expected), one->why);
    }
}

/* A run every hour: what a day brings is known when it is over, not at one in the morning. */
static void test_a_day_that_has_begun(void **state)
{
    struct health_day days[40];
    struct health health;
    (void)state;
    fill(days, 40);
    for (size_t i = 0; i < 39; i++) {
        days[i].articles = days[i].titled = days[i].bodied = days[i].dated = days[i].open = 100;
        days[i].polled_ms = days[i].day * DAY_MS + DAY_MS - 1;
    }
    days[39] = (struct health_day){.day = days[39].day, .polls = 1, .polls_ok = 1};
    health_judge(days, 40, days[39].day * DAY_MS + 8 * DAY_MS / 24, true, &health);
    assert_int_equal(health.state, HEALTH_OK);
    health_judge(days, 40, days[39].day * DAY_MS + 23 * DAY_MS / 24, false, &health);
    assert_int_equal(health.state, HEALTH_OK); /* cut short */
    health_judge(days, 40, days[39].day * DAY_MS + 23 * DAY_MS / 24, true, &health);
    assert_int_equal(health.state, HEALTH_SILENT);
}

/* ---- nights ---- */

struct nights {
    struct newsroom room;
    struct health_day days[NEWSROOM_SITES][2000];
    size_t counts[NEWSROOM_SITES];
    struct health health[NEWSROOM_SITES]; /* of the last night */
};

static struct nights *nights_create(uint64_t seed)
{
    struct nights *nights = alloc_zeroed(1, sizeof *nights);
    newsroom_init(&nights->room, seed);
    return nights;
}

/* Returns how many sites are named. */
static int night(struct nights *nights, int day, int site, enum newsroom_trouble trouble)
{
    int named = 0;
    for (int i = 0; i < NEWSROOM_SITES; i++) {
        struct health_day *days = nights->days[i];
        size_t *count = &nights->counts[i];
        if (day < nights->room.sites[i].begins)
            continue;
        newsroom_day(&nights->room, i, day, i == site ? trouble : TROUBLE_NONE, &days[(*count)++]);
        size_t used = *count < HEALTH_DAYS ? *count : HEALTH_DAYS;
        health_judge(days + *count - used, used, newsroom_ms(day) + DAY_MS / 48, true,
                     &nights->health[i]);
        days[*count - 1].alarmed = nights->health[i].state > HEALTH_NEW;
        named += days[*count - 1].alarmed;
    }
    return named;
}

/* CRAWLER_NIGHTS=365,50: so many nights with so many seeds, for a rate of false alarms. */
static void test_nobody_is_named_for_nothing(void **state)
{
    int nights_count = 60, seeds = 20, alarms = 0;
    const char *wish = getenv("CRAWLER_NIGHTS");
    (void)state;
    if (wish)
        sscanf(wish, "%d,%d", &nights_count, &seeds);
    for (int seed = 1; seed <= seeds; seed++) {
        struct nights *nights = nights_create((uint64_t)seed);
        for (int day = 0; day < nights_count; day++) {
            if (!night(nights, day, -1, TROUBLE_NONE))
                continue;
            for (int i = 0; i < NEWSROOM_SITES; i++)
                if (nights->health[i].state > HEALTH_NEW) {
                    alarms++;
                    print_message("seed %d, night %d, site %d (%.1f a day): %s, %s\n", seed, day, i,
                                  nights->room.sites[i].per_day,
                                  health_name(nights->health[i].state), nights->health[i].why);
                }
        }
        free(nights);
    }
    print_message("%d false alarms in %d nights of %d sites\n", alarms, nights_count * seeds,
                  NEWSROOM_SITES);
    if (!wish)
        assert_int_equal(alarms, 0);
}

/* Each trouble at each site that is large enough to show it: named it is soon, and nobody else. */
static void test_troubles_are_named(void **state)
{
    static const struct {
        enum newsroom_trouble trouble;
        enum health_state expected;
        double per_day; /* of the smallest site that shows it … */
        int nights;     /* … within so many */
        bool closed;    /* also where nobody works at weekends */
    } troubles[] = {
        {TROUBLE_TEMPLATE, HEALTH_BROKEN, 10, 1, true},
        {TROUBLE_TEMPLATE, HEALTH_BROKEN, 2, 7, true},
        {TROUBLE_NO_PAGES, HEALTH_BROKEN, 30, 2, false},
        {TROUBLE_NO_PAGES, HEALTH_BROKEN, 12, 7, true},
        {TROUBLE_PAYWALL, HEALTH_PAYWALLED, 10, 2, true},
        {TROUBLE_PAYWALL, HEALTH_PAYWALLED, 4, 7, true},
        {TROUBLE_REFUSALS, HEALTH_BLOCKED, 0, 2, true},
        {TROUBLE_NOTHING, HEALTH_SILENT, 30, 4, false},
        {TROUBLE_NOTHING, HEALTH_SILENT, 5, 14, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(troubles); i++)
        for (int site = 0; site < NEWSROOM_SITES - 1; site++) {
            struct nights *nights = nights_create(3);
            int day = 0;
            bool named = false;
            for (; day < 36; day++)
                assert_int_equal(night(nights, day, -1, TROUBLE_NONE), 0);
            for (int k = 0; k < troubles[i].nights && !named; k++, day++) {
                int count = night(nights, day, site, troubles[i].trouble);
                named = nights->health[site].state > HEALTH_NEW;
                assert_int_equal(count, named);
            }
            if ((troubles[i].closed || nights->room.sites[site].weekend > 0) &&
                nights->room.sites[site].per_day >= troubles[i].per_day &&
                nights->health[site].state != troubles[i].expected)
                fail_msg("trouble %zu, site %d (%.1f a day): %s '%s', expected %s", i, site,
                         nights->room.sites[site].per_day, health_name(nights->health[site].state),
                         nights->health[site].why, health_name(troubles[i].expected));
            free(nights);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_a_day_that_has_begun),
        cmocka_unit_test(test_troubles_are_named),
        cmocka_unit_test(test_nobody_is_named_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
