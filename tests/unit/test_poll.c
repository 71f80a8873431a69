/* test_poll.c - when a source is asked again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/tables/poll.h"

#define T0     INT64_C(1750000000000)
#define MINUTE INT64_C(60000)
#define DAY    (24 * 60 * MINUTE)
#define NEVER  MOMENT_NONE

static const struct poll_facts feed = {
    .source = KIND_FEED, .poll_min = 60, .newest_ms = NEVER, .lastmod_ms = NEVER, .answered = true};
static const struct poll_answer good = {
    .completion = COMPLETE_DONE, .status = 200, .asked = true, .newest_ms = NEVER, .now_ms = T0};

static void test_how_often(void **state)
{
    static const struct {
        const char *name;
        struct poll_facts facts;
        struct poll_answer answer;
        int64_t expected_min;
    } cases[] = {
#define FEED(min, hint, before)                                                                    \
    {.source = KIND_FEED,                                                                          \
     .poll_min = min,                                                                              \
     .hint_min = hint,                                                                             \
     .answered = before,                                                                           \
     .newest_ms = NEVER,                                                                           \
     .lastmod_ms = NEVER}
#define SHARD(lastmod, before)                                                                     \
    {                                                                                              \
        .source = KIND_SITEMAP, .depth = 1, .poll_min = 60, .answered = before,                    \
        .newest_ms = NEVER, .lastmod_ms = lastmod                                                  \
    }
#define ANSWER(same, new, hint, newest)                                                            \
    {                                                                                              \
        .completion = COMPLETE_DONE, .status = 200, .asked = true, .now_ms = T0,                   \
        .unchanged = same, .news = new, .hint_min = hint, .newest_ms = newest                      \
    }
        {"news", FEED(60, 0, true), ANSWER(false, 3, 0, NEVER), 40},
        {"news again and again", FEED(16, 0, true), ANSWER(false, 1, 0, NEVER), 15},
        {"no news", FEED(60, 0, true), ANSWER(false, 0, 0, NEVER), 80},
        {"unchanged", FEED(60, 0, true), ANSWER(true, 0, 0, NEVER), 90},
        {"no news for long: a day", FEED(1400, 0, true), ANSWER(false, 0, 0, NEVER), 1440},
        {"the first answer is all new", FEED(60, 0, false), ANSWER(false, 9, 0, NEVER), 60},
        {"and its dates tell", FEED(60, 0, false), ANSWER(false, 9, 0, T0 - 10 * DAY), 720},
        {"a date ahead tells nothing", FEED(60, 0, false), ANSWER(false, 9, 0, T0 + DAY), 60},
        {"it asks for a pause", FEED(60, 0, true), ANSWER(false, 1, 180, NEVER), 180},
        {"which a 304 need not repeat", FEED(60, 180, true), ANSWER(true, 0, 0, NEVER), 180},
        {"a whole answer takes it back", FEED(60, 180, true), ANSWER(false, 1, 0, NEVER), 40},
        {"a pause of a year: a day", FEED(60, 0, true), ANSWER(false, 1, 525600, NEVER), 1440},
        {"a shard that has not changed", SHARD(T0, true), ANSWER(false, 0, 0, NEVER), 240},
        {"whose index says nothing", SHARD(NEVER, true), ANSWER(false, 0, 0, NEVER), 120},
        {"whose index lies", SHARD(T0 - 400 * DAY, true), ANSWER(false, 1, 0, NEVER), 40},
        {"an old shard: a month", SHARD(T0 - 400 * DAY, false), ANSWER(false, 9, 0, NEVER), 43200},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct poll poll = poll_judge(&cases[i].facts, &cases[i].answer);
        if (poll.poll_min != cases[i].expected_min)
            fail_msg("%s: %jd min, expected %jd", cases[i].name, (intmax_t)poll.poll_min,
                     (intmax_t)cases[i].expected_min);
        assert_int_equal(poll.next_ms, T0 + poll.poll_min * MINUTE * 7 / 8);
        assert_string_equal(poll.status, "ok");
    }
}

/* Asked each time it is due and failing always: slower and slower, and never given up. */
static void test_failures_by_weight(void **state)
{
    static const struct {
        const char *name;
        struct poll_answer answer;
        unsigned until_dead;
        int64_t slowest_min;
    } cases[] = {
        {"not there", {.completion = COMPLETE_GONE, .status = 404, .asked = true}, 5, 30 * 1440},
        {"no feed any more",
         {.completion = COMPLETE_ERROR, .status = 200, .asked = true},
         5,
         30 * 1440},
        {"refused", {.completion = COMPLETE_ERROR, .status = 403, .asked = true}, 10, 7 * 1440},
        {"robots.txt", {.completion = COMPLETE_DENIED}, 10, 7 * 1440},
        {"too much to do",
         {.completion = COMPLETE_ERROR, .status = 503, .asked = true},
         20,
         7 * 1440},
        {"no answer", {.completion = COMPLETE_ERROR, .asked = true}, 20, 7 * 1440},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct poll_facts facts = feed;
        unsigned until_dead = 0;
        struct poll poll = {.status = ""};
        for (unsigned n = 1; n <= 60; n++) {
            struct poll_answer answer = cases[i].answer;
            answer.newest_ms = NEVER;
            poll = poll_judge(&facts, &answer);
            assert_true(poll.poll_min >= facts.poll_min);
            assert_false(poll.retired);
            facts.poll_min = poll.poll_min;
            facts.fail_score = poll.fail_score;
            if (!until_dead && strcmp(poll.status, "dead") == 0)
                until_dead = n;
        }
        if (until_dead != cases[i].until_dead || poll.poll_min != cases[i].slowest_min)
            fail_msg("%s: dead after %u, in the end every %jd min", cases[i].name, until_dead,
                     (intmax_t)poll.poll_min);
        poll = poll_judge(&facts, &good);
        assert_string_equal(poll.status, "ok");
        assert_true(poll.poll_min <= 1440);
    }
}

static void test_a_retry_decides_nothing(void **state)
{
    struct poll_answer answer = {
        .completion = COMPLETE_RETRY, .status = 503, .asked = true, .retry_ms = T0 + 5};
    (void)state;
    struct poll poll = poll_judge(&feed, &answer);
    assert_true(poll.retry);
    assert_int_equal(poll.next_ms, T0 + 5);
    assert_int_equal(poll.poll_min, feed.poll_min);
    assert_true(poll.fail_score == 0);
}

static void test_who_retires(void **state)
{
    static const struct {
        const char *name;
        bool unlisted;
        unsigned news;
        int status;
        bool expected;
    } cases[] = {
        {"listed, nothing new", false, 0, 200, false},
        {"listed, gone", false, 0, 404, false},
        {"unlisted, nothing new", true, 0, 200, true},
        {"unlisted, gone", true, 0, 404, true},
        {"unlisted, but it has news", true, 1, 200, false},
        {"unlisted, in trouble", true, 0, 503, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct poll_facts facts = feed;
        struct poll_answer answer = good;
        facts.source = KIND_SITEMAP;
        facts.depth = 1;
        facts.unlisted = cases[i].unlisted;
        answer.status = cases[i].status;
        answer.news = cases[i].news;
        answer.completion = cases[i].status == 200   ? COMPLETE_DONE
                            : cases[i].status == 404 ? COMPLETE_GONE
                                                     : COMPLETE_ERROR;
        if (poll_judge(&facts, &answer).retired != cases[i].expected)
            fail_msg("%s", cases[i].name);
    }
}

static void test_one_poll_in_ten_is_full(void **state)
{
    (void)state;
    for (int64_t feed_id = 1; feed_id < 40; feed_id++) {
        unsigned full = 0;
        for (int64_t polls = 1; polls <= 100; polls++)
            full += poll_is_full(feed_id, polls);
        assert_int_equal(full, 10);
        assert_false(poll_is_full(feed_id, 0)); /* there is nothing to leave out */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_often),
        cmocka_unit_test(test_failures_by_weight),
        cmocka_unit_test(test_a_retry_decides_nothing),
        cmocka_unit_test(test_who_retires),
        cmocka_unit_test(test_one_poll_in_ten_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
