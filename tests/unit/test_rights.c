/* test_rights.c - what headers say may not be done with a page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "extract/rights.h"

static const struct {
    const char *name, *tag, *directive;
    bool expected;
} cases[] = {
    {"no field", NULL, "noarchive", false},
    {"alone", "noarchive", "noarchive", true},
    {"among others, in any case", "nofollow , NoArchive", "noarchive", true},
    {"no part of a word", "noarchived", "noarchive", false},
    {"none is noindex", "none", "noindex", true},
    {"none is not noarchive", "none", "noarchive", false},
    {"for another crawler", "otherbot: noindex, noarchive", "noarchive", false},
    {"for this one", "otherbot: noindex, crawler: noarchive", "noarchive", true},
    {"for all", "*: noarchive", "noarchive", true},
    {"nothing", ", ,:", "noarchive", false},
};

static void test_tags(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (rights_tag_has(cases[i].tag, cases[i].directive, "crawler/1.0 (+x)") !=
            cases[i].expected)
            fail_msg("%s", cases[i].name);
}

static void test_tdm(void **state)
{
    (void)state;
    assert_true(rights_tdm_reserved(" 1 "));
    assert_false(rights_tdm_reserved("0"));
    assert_false(rights_tdm_reserved("10"));
    assert_false(rights_tdm_reserved(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tags), cmocka_unit_test(test_tdm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
