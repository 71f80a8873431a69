/* test_date_text.c - dates as people print them, in many languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_tokens.h"
#include "base/date_words.h"

static const int64_t NOW_MS = INT64_C(1714744062000); /* Friday, 2024-05-03T13:47:42Z */

static const struct {
    const char *text, *lang, *expected; /* NULL: no date */
} cases[] = {
    /* a day, a month by name, a year, in every order */
    {"3 May 2024", NULL, "2024-05-03"},
    {"May 3, 2024", NULL, "2024-05-03"},
    {"2024 May 3", NULL, "2024-05-03"},
    {"Friday, May 3rd, 2024", NULL, "2024-05-03"},
    {"Published on Friday the 3rd of May 2024 by the desk", NULL, "2024-05-03"},
    {"03-May-24", NULL, "2024-05-03"},
    {"May 3 '24", NULL, "2024-05-03"},
    {"Sept. 9, 2023", NULL, "2023-09-09"},
    {"written by berg2012 on 3 May 2024", NULL, "2024-05-03"},
    {"3 Freitag Mai 2024", "de", "2024-05-03"},
    {"3 أيار / مايو 2024", "ar", "2024-05-03"}, /* the month by both its names */
    {"30 February 2024", NULL, NULL},
    {"May 2024", NULL, NULL},
    {"May 3 1024", NULL, NULL},
    {"24 May 10 comments", "en", "2023-05-24"}, /* not 2010: the 10 belongs to what follows */
    /* numbers alone */
    {"2024-05-03", NULL, "2024-05-03"},
    {"2024/5/3", NULL, "2024-05-03"},
    {"2024. 5. 3.", NULL, "2024-05-03"},
    {"03.05.2024", NULL, "2024-05-03"},
    {"3.5.24", NULL, "2024-05-03"},
    {"5/3/2024", "en-US", "2024-05-03"},
    {"3/5/2024", "en-GB", "2024-05-03"},
    {"3/5/2024", "fr", "2024-05-03"},
    {"13/5/2023", "en-US", "2023-05-13"},
    {"24/5/3", "ja", "2024-05-03"},
    {"20240503", NULL, "2024-05-03"},
    {"202405031347", NULL, "2024-05-03"},
    {"03052024", NULL, NULL},
    {"33/33/2024", NULL, NULL},
    {"1.2.3", NULL, NULL},
    /* with a time */
    {"May 3, 2024 at 3:47 p.m.", NULL, "2024-05-03T15:47:00Z"},
    {"3 May 2024 12:05 am", NULL, "2024-05-03T00:05:00Z"},
    {"3 May 2024, 4 pm EST", NULL, "2024-05-03T16:00:00-05:00"},
    {"3 de mayo de 2024, 1:47 p. m.", "es", "2024-05-03T13:47:00Z"},
    {"kl. 13.47 den 3. maj 2024", "da", "2024-05-03T13:47:00Z"},
    {"3:e maj 2024", "sv", "2024-05-03"},
    {"13:47 | 3 May 2024", NULL, "2024-05-03T13:47:00Z"},
    {"3 May 2024 13:47 GMT+2", NULL, "2024-05-03T13:47:00+02:00"},
    {"2024-05-03T13:47:42.5+02:00", NULL, "2024-05-03T13:47:42+02:00"},
    {"3 mai 2024 à 13h47", "fr", "2024-05-03T13:47:00Z"},
    {"3. Mai 2024, 13 Uhr", "de", "2024-05-03T13:00:00Z"},
    {"13:47", NULL, NULL},
    /* without a year: the last one */
    {"May 3", NULL, "2024-05-03"},
    {"4 May", NULL, "2024-05-04"}, /* a day ahead is still today somewhere */
    {"5 May", NULL, "2023-05-05"},
    {"mar, 5 de mayo", "es", "2023-05-05"},
    /* languages */
    {"3. květen 2024", "cs", "2024-05-03"},
    {"5. července 2023", "cs", "2023-07-05"},
    {"5. června 2023", "cs", "2023-06-05"},
    {"3 maja 2024 r.", "pl", "2024-05-03"},
    {"7 października 2023", NULL, "2023-10-07"},
    {"12 listopada 2023", "pl", "2023-11-12"},
    {"12. listopada 2023.", "hr", "2023-10-12"},
    {"3 мая 2024 г., 13:47", NULL, "2024-05-03T13:47:00Z"},
    {"3 травня 2024 року", NULL, "2024-05-03"},
    {"3 Μαΐου 2024", NULL, "2024-05-03"},
    {"3 Mayıs 2024 Cuma", NULL, "2024-05-03"},
    {"2024. május 3.", NULL, "2024-05-03"},
    {"3 մյս, 2024 թ.", "hy", "2024-05-03"},
    {"2024 оны 5-р сарын 3", "mn", "2024-05-03"},
    {"3 ພ.ພ. 2024", "lo", "2024-05-03"},
    {"3 जुल॰ 2023", "hi", "2023-07-03"},
    {"3 בנוב׳ 2023", "he", "2023-11-03"},
    {"Caamsaa 3, 2024", "om", "2024-05-03"},
    {"3 Ẹ̀bibi 2024", "yo", "2024-05-03"},
    {"3 julaị 2023", "ig", "2023-07-03"},
    {"3ی تشرینی یەکەمی 2023", "ckb", "2023-10-03"},
    {"3-ئۆكتەبىر، 2023", "ug", "2023-10-03"},
    {"miessemánnu 3. b. 2024", "se", "2024-05-03"},
    {"3. nowembra 2023", "hsb", "2023-11-03"},
    {"2024 m. gegužės 3 d.", NULL, "2024-05-03"},
    {"2024. gada 3. maijs", NULL, "2024-05-03"},
    {"3. toukokuuta 2024", NULL, "2024-05-03"},
    {"2024ko maiatzaren 3a", "eu", "2024-05-03"},
    {"3 de maig de 2024", "ca", "2024-05-03"},
    {"Ngày 3 tháng 5 năm 2024", "vi", "2024-05-03"},
    {"3 Tháng Mười Một, 2023", "vi", "2023-11-03"},
    {"3 พฤษภาคม 2567", "th", "2024-05-03"},
    {"3 พ.ค. 67", "th", "2024-05-03"},
    {"3 พ.ค. 24", "th", "2024-05-03"},
    {"2024年5月3日", NULL, "2024-05-03"},
    {"2024年5月311:30", NULL, "2024-05-03T11:30:00Z"},
    {"二〇二四年五月三日 星期五", "zh", "2024-05-03"},
    {"二〇二三年十二月二十三日", "zh", "2023-12-23"},
    {"令和6年5月3日(金)", "ja", "2024-05-03"},
    {"民國113年5月3日", "zh", "2024-05-03"},
    {"2024년 5월 3일 오후 1:47", NULL, "2024-05-03T13:47:00Z"},
    {"下午1:47 2024-05-03", "zh", "2024-05-03T13:47:00Z"},
    {"٣ مايو ٢٠٢٤", "ar", "2024-05-03"},
    {"3 كانون الثاني 2024", "ar", "2024-01-03"},
    {"۱۴ اردیبهشت ۱۴۰۳", "fa", "2024-05-03"},
    {"1403/02/14", "fa", "2024-05-03"},
    {"3 במאי 2024", "he", "2024-05-03"},
    {"३ मई २०२४", "hi", "2024-05-03"},
    {"৩ মে ২০২৪", "bn", "2024-05-03"},
    {"3 மே 2024", "ta", "2024-05-03"},
    {"3 Mei 2024", "id", "2024-05-03"},
    /* relative ones */
    {"3 hours ago", NULL, "2024-05-03T10:47:42Z"},
    {"an hour ago", NULL, "2024-05-03T12:47:42Z"},
    {"1 hour 20 minutes ago", NULL, "2024-05-03T12:27:42Z"},
    {"2 weeks ago", NULL, "2024-04-19"},
    {"3 months ago", NULL, "2024-02-03"},
    {"5 years ago", NULL, "2019-05-03"},
    {"2h", NULL, "2024-05-03T11:47:42Z"},
    {"yesterday", NULL, "2024-05-02"},
    {"Yesterday, 10:30", NULL, "2024-05-02T10:30:00Z"},
    {"just now", NULL, "2024-05-03T13:47:42Z"},
    {"vor einer Stunde", "de", "2024-05-03T12:47:42Z"},
    {"vorgestern", "de", "2024-05-01"},
    {"il y a 3 jours", "fr", "2024-04-30"},
    {"hace 2 días", "es", "2024-05-01"},
    {"5 минут назад", "ru", "2024-05-03T13:42:42Z"},
    {"3時間前", "ja", "2024-05-03T10:47:42Z"},
    {"昨天 10:30", "zh", "2024-05-02T10:30:00Z"},
    {"3시간 전", "ko", "2024-05-03T10:47:42Z"},
    {"منذ 3 ساعات", "ar", "2024-05-03T10:47:42Z"},
    {"2 giờ trước", "vi", "2024-05-03T11:47:42Z"},
    {"3 days in Rome", NULL, NULL},
    {"99999999999 hours ago", NULL, NULL},
    /* what is none */
    {"", NULL, NULL},
    {"no date at all", NULL, NULL},
    {"2024 people", NULL, NULL},
    {"call 030 1234567", NULL, NULL},
    {"version 10.4.2.1", NULL, NULL},
};

static void test_text(void **state)
{
    struct arena arena;
    bool failed = false;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct moment moment;
        int err = date_parse_text(span_of(cases[i].text), cases[i].lang, NOW_MS, &moment);
        const char *got = err ? NULL : date_format(&moment, &arena);
        if (!got == !cases[i].expected && (!got || strcmp(got, cases[i].expected) == 0))
            continue;
        print_error("%s: got %s, expected %s\n", cases[i].text, got ? got : "none",
                    cases[i].expected ? cases[i].expected : "none");
        failed = true;
    }
    arena_clear(&arena);
    assert_false(failed);
}

static void test_without_now(void **state)
{
    struct moment moment;
    (void)state;
    assert_int_equal(date_parse_text(span_of("3.5.24"), NULL, 0, &moment), 0);
    assert_int_equal(moment.ms, NOW_MS / 86400000 * 86400000);
    assert_int_equal(date_parse_text(span_of("1403/02/14"), "fa", 0, &moment), 0);
    assert_int_equal(moment.ms, NOW_MS / 86400000 * 86400000);
    assert_int_not_equal(date_parse_text(span_of("3 May"), NULL, 0, &moment), 0);
    assert_int_not_equal(date_parse_text(span_of("3 hours ago"), NULL, 0, &moment), 0);
}

/* Every language that the table has says all twelve months, none of them empty. */
static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < date_word_rows_count; i++) {
        if ((date_word_rows[i].kind & ~(unsigned)DATE_WORD_RARE) != DATE_WORD_MONTH)
            continue;
        size_t values = 1;
        for (const char *at = date_word_rows[i].words; *at; at++) {
            values += *at == ' ';
            if (strchr(" |", *at) && (!at[1] || strchr(" |", at[1])))
                fail_msg("%s: an empty word", date_word_rows[i].lang);
        }
        if (values != 12)
            fail_msg("%s has %zu months", date_word_rows[i].lang, values);
    }
}

/* A text longer than what is read, of what makes the most tokens and the longest joins. */
static void test_long(void **state)
{
    static const char *const pieces[] = {"1:",          "a.", "5 May ", "二十",
                                         "tháng mười ", "ก.", "+01:",   "\xf0\x9f"};
    char text[5000];
    (void)state;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        size_t size = 0, piece = strlen(pieces[i]);
        struct moment moment;
        for (; size + piece <= sizeof text; size += piece)
            memcpy(text + size, pieces[i], piece);
        for (size_t cut = 0; cut < 700; cut++) {
            date_parse_text((struct span){text, cut}, NULL, NOW_MS, &moment);
            date_parse_feed((struct span){text, cut}, &moment);
        }
        date_parse_text((struct span){text, size}, "vi", NOW_MS, &moment);
    }
}

static uint32_t next_random(uint32_t *state)
{
    return (*state = *state * 1664525 + 1013904223) >> 8;
}

/* Pieces of dates at random: whatever is read can be written, and is read the same again. */
static void test_random(void **unused)
{
    static const char *const pieces[] = {
        "1",       "3",         "12",     "2024",
        "24",      "May",       "mai",    "Mar",
        "5\u6708", "\u5e74",    "\u65e5", "-",
        "/",       ".",         ":",      " ",
        " ",       ",",         "T",      "Z",
        "+02",     "GMT",       "pm",     "ago",
        "hour",    "yesterday", "(",      ")",
        "\xe2",    "\u5341",    "\u4e8c", "\u06f1\u06f4\u06f0\u06f3",
    };
    struct arena arena;
    uint32_t seed = 7;
    (void)unused;
    arena_init(&arena, 0);
    for (int i = 0; i < 100000; i++) {
        char text[128] = "";
        struct moment moment, again;
        for (uint32_t count = next_random(&seed) % 14; count > 0; count--)
            strcat(text, pieces[next_random(&seed) % COUNT(pieces)]);
        int err = i % 2 ? date_parse_feed(span_of(text), &moment)
                        : date_parse_text(span_of(text), NULL, NOW_MS, &moment);
        if (err)
            continue;
        const char *written = date_format(&moment, &arena);
        if (date_parse_feed(span_of(written), &again) || moment.ms / 1000 != again.ms / 1000)
            fail_msg("\"%s\" is %s", text, written);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),   cmocka_unit_test(test_without_now),
        cmocka_unit_test(test_table),  cmocka_unit_test(test_long),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
