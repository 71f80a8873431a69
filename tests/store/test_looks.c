/* test_looks.c - when an article is looked at again: the table, and what those get who run every
 * few minutes or every night. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "storage/tables/articles.h"
#include "storage/tables/frontier.h"
#include "storage/tables/looks.h"
#include "support/storebox.h"

static void test_the_table(void **state)
{
    static const struct {
        const char *name;
        int64_t age_ms, published_ms; /* before and after it was first seen, at T0 */
        bool day_alone, edited;
        int64_t hash, wait_ms; /* NEVER: not again */
    } cases[] = {
        {"just seen", 0, MOMENT_NONE, false, false, 0, 15 * MINUTE},
        {"just published", 0, -MINUTE, false, false, 0, 15 * MINUTE},
        {"after a quarter", 15 * MINUTE, 0, false, false, 0, 45 * MINUTE},
        {"after an hour", HOUR, 0, false, false, 0, 5 * HOUR},
        {"after six", 6 * HOUR, 0, false, false, 0, 18 * HOUR},
        {"after a day", DAY, 0, false, false, 0, 2 * DAY},
        {"after three", 3 * DAY, 0, false, false, 0, 11 * DAY},
        {"after two weeks", 14 * DAY, 0, false, false, 0, NEVER},
        {"found when half an hour old", 0, -30 * MINUTE, false, false, 0, 30 * MINUTE},
        {"found a little before an hour", 0, -55 * MINUTE, false, false, 0, 15 * MINUTE},
        {"a little before three days", 0, -70 * HOUR, false, false, 0, 35 * HOUR / 4},
        {"found when a month old", 0, -30 * DAY, false, false, 0, NEVER},
        {"announced for tomorrow", 0, DAY, false, false, 0, 15 * MINUTE},
        {"of today, at no time known", 0, -20 * HOUR, true, false, 0, 15 * MINUTE},
        {"of yesterday, at no time known", 0, -26 * HOUR, true, false, 0, 4 * HOUR},
        {"edited while young", 15 * MINUTE, 0, false, true, 0, 15 * MINUTE},
        {"edited after a day", DAY, 0, false, true, 0, 3 * HOUR},
        {"edited after two weeks", 14 * DAY, 0, false, true, 0, NEVER},
        {"spread by the hash", HOUR, 0, false, false, 512, 5 * HOUR + 5 * HOUR / 16},
        {"of any sign", HOUR, 0, false, false, -512, 5 * HOUR + 5 * HOUR / 16},
        {"the clock was put back", -DAY, 0, false, false, 0, 15 * MINUTE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t now_ms = T0 + cases[i].age_ms, published_ms = cases[i].published_ms;
        struct article_facts facts = {
            .first_seen_ms = T0,
            .published_ms = published_ms == MOMENT_NONE ? MOMENT_NONE : T0 + published_ms,
            .published_has_time = !cases[i].day_alone,
            .revised = cases[i].edited,
        };
        int64_t next_ms = looks_next_ms(&facts, now_ms, cases[i].hash);
        int64_t wait_ms = next_ms == NEVER ? NEVER : next_ms - now_ms;
        if (wait_ms != cases[i].wait_ms)
            fail_msg("%s: %lld min, expected %lld", cases[i].name, (long long)(wait_ms / MINUTE),
                     (long long)(cases[i].wait_ms / MINUTE));
    }
}

/* Ages in minutes at which a crawler that runs every `every_ms` looks at an article published
 * `age_ms` before it was first met. It is edited at every look until `edited_ms`. */
static const char *looks_of(int64_t every_ms, int64_t age_ms, int64_t edited_ms)
{
    static char ages[1000];
    struct article_facts facts = {
        .first_seen_ms = T0, .published_ms = T0 - age_ms, .published_has_time = true};
    size_t size = 0;
    int64_t due_ms = looks_next_ms(&facts, T0, 0);
    ages[0] = '\0';
    for (int64_t now_ms = T0; due_ms != NEVER; now_ms += every_ms) {
        if (due_ms > now_ms)
            continue;
        assert_in_range(size, 0, sizeof(ages) - 20);
        int64_t old_ms = now_ms - facts.published_ms;
        size += (size_t)snprintf(ages + size, sizeof(ages) - size, "%s%lld", size ? " " : "",
                                 (long long)(old_ms / MINUTE));
        facts.revised = old_ms <= edited_ms;
        due_ms = looks_next_ms(&facts, now_ms, 0);
    }
    return ages;
}

static void test_who_looks_when(void **state)
{
    static const struct {
        const char *name;
        int64_t every_ms, age_ms, edited_ms;
        const char *ages;
    } cases[] = {
        {"every five minutes", 5 * MINUTE, MINUTE, 0, "16 61 361 1441 4321 20161"},
        {"every hour", HOUR, 20 * MINUTE, 0, "80 380 1460 4340 20180"},
        {"every night", DAY, 6 * HOUR, 0, "1800 4680 20520"},
        {"edited for an hour", 5 * MINUTE, MINUTE, HOUR, "16 31 46 61 361 1441 4321 20161"},
        {"every night, edited for two days", DAY, 6 * HOUR, 2 * DAY, "1800 3240 4680 20520"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *ages = looks_of(cases[i].every_ms, cases[i].age_ms, cases[i].edited_ms);
        if (strcmp(ages, cases[i].ages) != 0)
            fail_msg("%s: %s", cases[i].name, ages);
    }
}

/* What is edited without end costs a look each eighth of its age, and after two weeks none. */
static void test_a_ticker_is_left_alone_in_the_end(void **state)
{
    const char *ages = looks_of(5 * MINUTE, 0, 1000 * DAY);
    int looks = 1;
    (void)state;
    for (; *ages; ages++)
        looks += *ages == ' ';
    assert_in_range(looks, 40, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_who_looks_when),
        cmocka_unit_test(test_a_ticker_is_left_alone_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
