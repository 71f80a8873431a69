/* test_signs.c - texts without spaces are cut for the index as a query for them is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/signs.h"

struct text_case {
    const char *name, *text, *expected;
};

static void expect_each(char *(*function)(const char *), const struct text_case *cases,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *got = function(cases[i].text);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: '%s', expected '%s'", cases[i].name, got, cases[i].expected);
        free(got);
    }
}

static void test_cut(void **state)
{
    static const struct text_case cases[] = {
        {"none", "", ""},
        {"Latin stays", "a bridge, it's said", "a bridge, it's said"},
        {"Korean has spaces", "뉴스 데이터", "뉴스 데이터"},
        {"Chinese", "新桥开通。", "新 桥 开 通。"},
        {"after a mark none is needed", "新，桥", "新，桥"},
        {"with Latin on both sides", "用SQL查", "用 SQL 查"},
        {"a blank of its own is doubled", "新 桥 a 桥", "新  桥  a 桥"},
        {"a line's end is not", "新\n桥", "新\n桥"},
        {"Japanese, long vowel", "データ", "デ ー タ"},
        {"Thai: marks stay with their consonant", "ข่าวน้ำ", "ข่า ว น้ำ"},
        {"Thai: a vowel before its consonant", "แม่น้ำเก่า", "แม่ น้ำ เก่า"},
        {"Lao", "ແມ່ນ້ຳ", "ແມ່ ນ້ຳ"},
        {"Burmese: stacked and silent", "သတ္တိကန်", "သ တ္တိ က န်"},
        {"Khmer: stacked", "ស្ពានថ្មី", "ស្ពា ន ថ្មី"},
        {"cut within a character", "新\xe6\xa1", "新 \xe6\xa1"},
    };
    (void)state;
    expect_each(signs_cut, cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_join(void **state)
{
    static const struct text_case cases[] = {
        {"Latin stays", "a [bridge] opens", "a [bridge] opens"},
        {"Chinese with marks", "…[新 桥] 开 通。", "…[新桥]开通。"},
        {"a blank of the text's own", "新  桥", "新 桥"},
        {"Thai", "[ข่า ว]  น้ำ", "[ข่าว] น้ำ"},
        {"another script keeps its distance", "用 SQL 查 询", "用SQL 查询"},
    };
    (void)state;
    expect_each(signs_join, cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_queries(void **state)
{
    static const struct text_case cases[] = {
        {"Latin stays", "climate NEAR protest*", "climate NEAR protest*"},
        {"a word is a phrase", "新桥", "\"新 桥\""},
        {"each word for itself", "新桥 OR 开通", "\"新 桥\" OR \"开 通\""},
        {"wide blank, as Japanese keyboards give it", "新桥　開通", "\"新 桥\" \"開 通\""},
        {"near", "NEAR(新桥 开通, 8)", "NEAR(\"新 桥\" \"开 通\", 8)"},
        {"prefix", "新桥*", "\"新 桥\"*"},
        {"column", "title:新桥", "title:\"新 桥\""},
        {"within quotes", "\"新桥 a\" b", "\"新 桥  a\" b"},
        {"a quote in a string", "\"a\"\"新桥\"", "\"a\"\"新 桥\""},
        {"quote never closed", "\"新桥", "\"新 桥"},
        {"with Latin", "iPhone手机", "\"iPhone 手 机\""},
        {"Thai", "แม่น้ำ", "\"แม่ น้ำ\""},
        {"empty", "", ""},
    };
    (void)state;
    expect_each(signs_cut_query, cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_which_prevail(void **state)
{
    static const struct {
        const char *name, *title, *body;
        bool expected;
    } cases[] = {
        {"nothing", NULL, "", false},
        {"English", "Bridge", "The new bridge opened.", false},
        {"Korean", NULL, "새 다리가 열렸다", false},
        {"Chinese", "新桥", "新桥开通。", true},
        {"Thai", NULL, "สะพานใหม่เปิดแล้ว", true},
        {"English with a Chinese name", NULL,
         "The paper 新桥报 wrote that the new bridge over the river was opened on Friday by the "
         "mayor.",
         false},
        {"Chinese with many English names", "OpenBridge 2.0",
         "BridgeWorks 的 OpenBridge 发布 for Linux and Windows", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (signs_prevail((const char *const[]){cases[i].title, cases[i].body}, 2) !=
            cases[i].expected)
            fail_msg("%s", cases[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_which_prevail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
