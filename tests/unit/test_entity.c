#include "base/entity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"

static const struct {
    const char *name, *text;
    bool old_names;
    size_t taken;
    uint32_t point;
} cases[] = {
    {"a name", "&eacute;s", false, 8, 0xe9},
    {"a name with digits", "&frac12;", false, 8, 0xbd},
    {"names differ in case", "&Eacute;", false, 8, 0xc9},
    {"the first", "&AElig;", false, 7, 0xc6},
    {"the last", "&zwnj;", false, 6, 0x200c},
    {"the longest", "&thetasym;", false, 10, 0x3d1},
    {"XML's own", "&apos;", false, 6, '\''},
    {"an unknown name is text", "&bogus;", false, 0, 0},
    {"a name longer than any is text", "&thetasymbol;", false, 0, 0},
    {"a name without its semicolon is text", "&eacute s", false, 0, 0},
    {"an old name may lack it", "&nbsp x", true, 5, 0xa0},
    {"also before a digit", "&copy2020", true, 5, 0xa9},
    {"but not before a letter", "&copying ", true, 0, 0},
    {"nor in an address", "&copy=1", false, 0, 0},
    {"decimal", "&#8217;s", false, 7, 0x2019},
    {"hexadecimal", "&#x2019;", false, 8, 0x2019},
    {"hexadecimal in capitals", "&#X20AC;", false, 8, 0x20ac},
    {"a number without its semicolon", "&#233s", false, 5, 0xe9},
    {"a number that is no character", "&#0;", false, 4, 0},
    {"half of a surrogate pair", "&#xd800;", false, 8, 0},
    {"past Unicode, and past every integer", "&#99999999999999999999;", false, 23, 0},
    {"no digits", "&#;", false, 0, 0},
    {"no hexadecimal digits", "&#xg", false, 0, 0},
    {"alone", "&", true, 0, 0},
    {"before a blank", "& x;", true, 0, 0},
    {"cut short", "&nbsp", true, 0, 0},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t point = 0;
        size_t taken = entity_read(span_of(cases[i].text), cases[i].old_names, &point);
        if (taken != cases[i].taken || (taken && point != cases[i].point))
            fail_msg("%s: took %zu bytes, U+%04X", cases[i].name, taken, (unsigned)point);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
