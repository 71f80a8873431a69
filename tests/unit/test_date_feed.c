/* test_date_feed.c - dates of feeds, sitemaps and metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/date.h"

static const struct {
    const char *name, *text, *expected; /* NULL: no date */
} cases[] = {
    /* W3CDTF and ISO 8601 */
    {"a year", "2024", "2024-01-01"},
    {"a month", "2024-05", "2024-05-01"},
    {"a day", "2024-05-03", "2024-05-03"},
    {"a moment", "2024-05-03T13:47:42Z", "2024-05-03T13:47:42Z"},
    {"east", "2024-05-03T13:47:42+02:00", "2024-05-03T13:47:42+02:00"},
    {"west", "2024-05-03T23:47:42-0930", "2024-05-03T23:47:42-09:30"},
    {"hours only", "2024-05-03T13:47:42+02", "2024-05-03T13:47:42+02:00"},
    {"no zone is UTC", "2024-05-03T13:47:42", "2024-05-03T13:47:42Z"},
    {"no seconds", "2024-05-03T13:47Z", "2024-05-03T13:47:00Z"},
    {"no minutes", "2024-05-03T13+02:00", "2024-05-03T13:00:00+02:00"},
    {"a fraction", "2024-05-03T13:47:42.123456789Z", "2024-05-03T13:47:42Z"},
    {"a blank for the T", "2024-05-03 13:47:42", "2024-05-03T13:47:42Z"},
    {"a blank before the zone", "2024-05-03 13:47:42 +0200", "2024-05-03T13:47:42+02:00"},
    {"blanks around", "\n 2024-05-03 \t", "2024-05-03"},
    {"basic form", "20240503T134742Z", "2024-05-03T13:47:42Z"},
    {"basic day", "20240503", "2024-05-03"},
    {"day of the year", "2024-124", "2024-05-03"},
    {"day of a leap year", "2024-366", "2024-12-31"},
    {"and of a short year", "24-124", "2024-05-03"},
    {"two digits of the year", "240503", "2024-05-03"},
    {"and dashes", "24-05-03", "2024-05-03"},
    {"seconds since 1970", "1714744062", "2024-05-03T13:47:42Z"},
    {"milliseconds", "1714744062999", "2024-05-03T13:47:42Z"},
    {"no such day of the year", "2023-366", NULL},
    {"midnight at the end", "2024-05-03T24:00:00Z", "2024-05-04T00:00:00Z"},
    {"29 February", "2023-02-29", NULL},
    {"month 13", "2024-13-01", NULL},
    {"hour 25", "2024-05-03T25:00:00Z", NULL},
    {"minute 60", "2024-05-03T13:60:00Z", NULL},
    {"second 61", "2024-05-03T13:47:61Z", NULL},
    {"a zone of 99 hours", "2024-05-03T13:47:42+99:00", NULL},
    {"a broken zone", "2024-05-03T13:47:42+0x:00", NULL},
    {"five digits", "20245", NULL},
    {"nothing", "", NULL},
    /* RFC 822 and its successors */
    {"RFC 822", "Fri, 03 May 24 13:47:42 GMT", "2024-05-03T13:47:42Z"},
    {"RFC 5322", "Fri, 3 May 2024 13:47:42 +0200", "2024-05-03T13:47:42+02:00"},
    {"no weekday", "3 May 2024 13:47:42 EST", "2024-05-03T13:47:42-05:00"},
    {"an ordinal", "Fri, 3rd May 2024 13:47:42 GMT", "2024-05-03T13:47:42Z"},
    {"a long weekday", "Thurs, 02 May 2024 13:47:42 +0000", "2024-05-02T13:47:42Z"},
    {"a zone twice", "2024-05-03T13:47:42-05:00Z", "2024-05-03T13:47:42-05:00"},
    {"a zone with a comment", "Fri May 03 2024 13:47:42 GMT+0200 (CEST)",
     "2024-05-03T13:47:42+02:00"},
    {"a zone with its area", "Fri, 3 May 2024 13:47:42 Etc/GMT", "2024-05-03T13:47:42Z"},
    {"a zone nobody knows", "Fri, 3 May 2024 13:47:42 XYZT", "2024-05-03T13:47:42Z"},
    {"a zone before the year", "Fri May  3 13:47:42 PDT 2024", "2024-05-03T13:47:42-07:00"},
    {"Korean, of Korea", "2024\xeb\x85\x84 05\xec\x9b\x94 03\xec\x9d\xbc  13:47:42",
     "2024-05-03T13:47:42+09:00"},
    {"Greek without its accent",
     "\xce\xa4\xce\xb5\xcf\x84, 03 \xce\x99\xce\xbf\xce\xbd 2020 13:47:42 EST",
     "2020-06-03T13:47:42-05:00"},
    {"a zone's long name", "Fri May 03 2024 13:47:42 GMT+0200 (Central European Summer Time)",
     "2024-05-03T13:47:42+02:00"},
    {"a zone's place", "2024-05-03 13:47:42 Europe/Paris", "2024-05-03T13:47:42Z"},
    {"a zone to the second", "2024-05-03T13:47:42+02:00:00", "2024-05-03T13:47:42+02:00"},
    {"letters that run on", "2024-05-03T13:47:42+02:00Tx", NULL},
    {"noon and later", "May 3, 2024, 1:47 PM EST", "2024-05-03T13:47:00-05:00"},
    {"no time", "3 May, 2024", "2024-05-03"},
    {"a month", "May 2024", "2024-05-01"},
    {"American", "05/03/2024 4:20 pm", "2024-05-03T16:20:00Z"},
    {"European", "03.05.24", "2024-05-03"},
    {"as only one order fits", "26/04/2024", "2024-04-26"},
    {"another language", "ven., 03 mai 2024 13:47:42 +0200", "2024-05-03T13:47:42+02:00"},
    {"a weekday like a month", "mar., 30 avr. 2024", "2024-04-30"},
    {"two digits from 69 on", "03 May 69", "1969-05-03"},
    {"two digits up to 68", "03 May 68", "2068-05-03"},
    {"a number too many", "3 May 2024 17", NULL},
    {"a word too many", "3 May 2024 tomorrow", NULL},
    {"30 February", "30 Feb 2024", NULL},
    {"relative", "yesterday", NULL},
    {"day 0", "Fri, 00 May 2024 13:47:42 GMT", NULL},
};

static void test_feed(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct moment moment;
        int err = date_parse_feed(span_of(cases[i].text), &moment);
        const char *got = err ? NULL : date_format(&moment, &arena);
        if (!got != !cases[i].expected || (got && !span_equals(span_of(got), cases[i].expected)))
            fail_msg("%s: got %s, expected %s", cases[i].name, got ? got : "none",
                     cases[i].expected ? cases[i].expected : "none");
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_feed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
