/* test_rights.c - what pages and header fields say may not be done with a page, or may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "extract/rights.h"
#include "fetch/response.h"
#include "storage/record.h"

static void test_tags(void **state)
{
    static const struct {
        const char *name, *tag;
        unsigned expected;
    } cases[] = {
        {"no field", NULL, 0},
        {"alone", "noarchive", RIGHTS_NOARCHIVE},
        {"among others, in any case", "nofollow , NoArchive", RIGHTS_NOARCHIVE},
        {"several", "noindex, noarchive,noai", RIGHTS_NOINDEX | RIGHTS_NOARCHIVE | RIGHTS_NO_TRAIN},
        {"parted by blanks", "noindex noarchive", RIGHTS_NOINDEX | RIGHTS_NOARCHIVE},
        {"no part of a word", "noarchived", 0},
        {"none is noindex", "none", RIGHTS_NOINDEX},
        {"of pictures alone", "noimageai, noimageindex", 0},
        {"for another crawler", "otherbot: noindex, noarchive", 0},
        {"for this one", "otherbot: noindex, crawler: noarchive", RIGHTS_NOARCHIVE},
        {"for all", "*: noarchive", RIGHTS_NOARCHIVE},
        {"behind a directive with a value", "max-snippet:-1, max-image-preview: large, noarchive",
         RIGHTS_NOARCHIVE},
        {"behind a date", "unavailable_after: 25 Jun 2027 15:00:00 GMT, noindex", RIGHTS_NOINDEX},
        {"nothing", ", ,:", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (rights_of_tag(cases[i].tag, "crawler/1.0 (+x)") != cases[i].expected)
            fail_msg("%s", cases[i].name);
    assert_int_equal(rights_of_tag("otherbot: noindex", NULL), RIGHTS_NOINDEX);
}

static void test_tdm(void **state)
{
    (void)state;
    assert_int_equal(rights_of_tdm(" 1 "), RIGHTS_TDM);
    assert_int_equal(rights_of_tdm("0"), 0);
    assert_int_equal(rights_of_tdm("10"), 0);
    assert_int_equal(rights_of_tdm(NULL), 0);
}

static void test_fields_of_an_answer(void **state)
{
    static const struct {
        const char *name;
        struct response response;
        unsigned expected;
    } cases[] = {
        {"none", {0}, 0},
        {"each its own",
         {.x_robots_tag = "noindex", .tdm_reservation = "1", .content_usage = "train-ai=n"},
         RIGHTS_NOINDEX | RIGHTS_TDM | RIGHTS_NO_TRAIN},
        {"one allows, one does not",
         {.content_signal = "ai-train=yes, search=yes", .content_usage = "train-ai=n"},
         RIGHTS_NO_TRAIN | RIGHTS_MAY_SEARCH},
        {"allowed, but noai",
         {.content_signal = "ai-train=yes", .x_robots_tag = "noai"},
         RIGHTS_NO_TRAIN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (rights_of_head(&cases[i].response, "crawler/1.0") != cases[i].expected)
            fail_msg("%s", cases[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tags), cmocka_unit_test(test_tdm),
                                       cmocka_unit_test(test_fields_of_an_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
