/* test_date_http.c - dates of HTTP headers (RFC 9110 section 5.6.7), Retry-After, the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_calendar.h"

static const int64_t NOW_MS = INT64_C(1714744062000); /* 2024-05-03T13:47:42Z */

static void test_http(void **state)
{
    static const struct {
        const char *name, *text, *expected; /* NULL: no date */
    } cases[] = {
        {"IMF-fixdate", "Fri, 03 May 2024 13:47:42 GMT", "2024-05-03T13:47:42Z"},
        {"RFC 850", "Friday, 03-May-24 13:47:42 GMT", "2024-05-03T13:47:42Z"},
        {"asctime", "Fri May  3 13:47:42 2024", "2024-05-03T13:47:42Z"},
        {"two digits lie at most 50 years ahead", "03-May-74 13:47:42 GMT", "2074-05-03T13:47:42Z"},
        {"else in the past", "03-May-75 13:47:42 GMT", "1975-05-03T13:47:42Z"},
        {"parts in any order", "13:47:42 2024 May 3 Fri", "2024-05-03T13:47:42Z"},
        {"a weekday may be wrong", "Mon, 03 May 2024 13:47:42 GMT", "2024-05-03T13:47:42Z"},
        {"one digit", "Fri, 3 May 2024 3:7:2 GMT", "2024-05-03T03:07:02Z"},
        {"no seconds", "03 May 2024 13:47", "2024-05-03T13:47:00Z"},
        {"no time", "03 May 2024", "2024-05-03"},
        {"digits alone", "20240503 13:47:42", "2024-05-03T13:47:42Z"},
        {"a zone's name", "03 May 2024 13:47:42 CEST", "2024-05-03T13:47:42+02:00"},
        {"a zone's offset", "03 May 2024 13:47:42 -0330", "2024-05-03T13:47:42-03:30"},
        {"a military zone", "03 May 2024 13:47:42 N", "2024-05-03T13:47:42-01:00"},
        {"J is no zone", "03 May 2024 13:47:42 J", NULL},
        {"a leap second", "Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
        {"a day past the month's end", "31 Apr 2024 10:00:00 GMT", "2024-05-01T10:00:00Z"},
        {"no such day", "32 May 2024 13:47:42 GMT", NULL},
        {"no such month", "03 Mai 2024 13:47:42 GMT", NULL},
        {"no such hour", "03 May 2024 24:47:42 GMT", NULL},
        {"no such minute", "03 May 2024 13:60:42 GMT", NULL},
        {"too many digits", "03 May 20240 13:47:42 GMT", NULL},
        {"a year and no more", "2024", NULL},
        {"nothing", "", NULL},
        {"before the calendar", "03 May 1066", NULL},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct moment moment;
        int err = date_parse_http(span_of(cases[i].text), NOW_MS, &moment);
        const char *got = err ? NULL : date_format(&moment, &arena);
        if (!got != !cases[i].expected || (got && !span_equals(span_of(got), cases[i].expected)))
            fail_msg("%s: got %s, expected %s", cases[i].name, got ? got : "none",
                     cases[i].expected ? cases[i].expected : "none");
    }
    arena_clear(&arena);
}

static void test_retry_after(void **state)
{
    static const struct {
        const char *name, *text;
        int64_t expected_ms; /* -1: none */
    } cases[] = {
        {"seconds", "120", 120000},
        {"at once", "0", 0},
        {"blanks around", " 7\t", 7000},
        {"a date", "Fri, 03 May 2024 13:48:42 GMT", 60000},
        {"a date gone by", "Fri, 03 May 2024 13:46:42 GMT", 0},
        {"a fraction", "1.5", -1},
        {"below zero", "-5", -1},
        {"a word", "later", -1},
        {"nothing", "", -1},
        {"endless digits are a century", "99999999999999999999999999", INT64_C(3153600000000)},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t wait_ms = 0;
        int err = date_retry_after(span_of(cases[i].text), NOW_MS, &wait_ms);
        if ((err ? -1 : (int64_t)wait_ms) != cases[i].expected_ms)
            fail_msg("%s: got %jd", cases[i].name, err ? -1 : (intmax_t)wait_ms);
    }
}

static void test_civil(void **state)
{
    (void)state;
    assert_int_equal(calendar_days(1970, 1, 1), 0);
    assert_int_equal(calendar_days(2000, 3, 1), 11017);
    for (int64_t days = calendar_days(1583, 1, 1); days < calendar_days(2500, 1, 1); days++) {
        int year, month, day;
        calendar_civil(days, &year, &month, &day);
        if (!calendar_valid(year, month, day) || calendar_days(year, month, day) != days)
            fail_msg("day %jd became %d-%d-%d", (intmax_t)days, year, month, day);
    }
}

static void test_jalali(void **state)
{
    static const int cases[][6] = {
        {1300, 1, 1, 1921, 3, 21},   {1357, 11, 22, 1979, 2, 11}, {1392, 10, 12, 2014, 1, 2},
        {1399, 12, 30, 2021, 3, 20}, {1403, 1, 1, 2024, 3, 20},   {1404, 1, 1, 2025, 3, 21},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int year = cases[i][0], month = cases[i][1], day = cases[i][2];
        assert_true(calendar_from_jalali(&year, &month, &day));
        if (year != cases[i][3] || month != cases[i][4] || day != cases[i][5])
            fail_msg("case %zu: got %d-%d-%d", i, year, month, day);
    }
    int year = 1400, month = 12, day = 30; /* no leap year */
    assert_false(calendar_from_jalali(&year, &month, &day));
}

static void test_format(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    assert_string_equal(date_format_utc(0, &arena), "1970-01-01T00:00:00Z");
    assert_string_equal(date_format_utc(-1, &arena), "1969-12-31T23:59:59Z");
    assert_string_equal(date_format_utc(INT64_C(1714744062999), &arena), "2024-05-03T13:47:42Z");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http),   cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_civil),  cmocka_unit_test(test_jalali),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
