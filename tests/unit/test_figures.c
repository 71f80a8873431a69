/* test_figures.c - numbers as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/figures.h"

static void test_numbers_are_for_people(void **state)
{
    static const struct {
        void (*append)(struct bytes *out, int64_t value);
        int64_t value;
        const char *expected;
    } cases[] = {
        {figures_count, 0, "0"},
        {figures_count, 999, "999"},
        {figures_count, 1000, "1,000"},
        {figures_count, -1234567, "-1,234,567"},
        {figures_size, 512, "512 bytes"},
        {figures_size, 1536, "1.5 KiB"},
        {figures_size, INT64_C(3) << 30, "3.0 GiB"},
        {figures_span, 999, "999 ms"},
        {figures_span, 1500, "1.5 s"},
        {figures_span, 12000, "12 s"},
        {figures_span, 200000, "3 min 20 s"},
        {figures_span, 7500000, "2 h 5 min"},
    };
    struct bytes out;
    (void)state;
    bytes_init(&out, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        cases[i].append(&out, cases[i].value);
        assert_string_equal(out.data, cases[i].expected);
        bytes_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
