/* test_markup.c - what strangers write stays text on the report's page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "page/chart.h"
#include "page/markup.h"

static void expect(struct bytes *out, const char *expected)
{
    assert_string_equal(out->data, expected);
    bytes_clear(out);
}

static void test_texts_are_escaped(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"plain", "plain"},
        {"a < b & c > d", "a &lt; b &amp; c &gt; d"},
        {"</title><script>alert('1')</script>",
         "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"},
        {"\" onload=\"x", "&quot; onload=&quot;x"},
        {"&amp;", "&amp;amp;"},
        {"\x1b[31mred", "\xef\xbf\xbd[31mred"},
        {"a\xe2\x80\xae"
         "b",
         "ab"},
    };
    struct bytes out;
    (void)state;
    bytes_init(&out, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        markup_text(&out, cases[i].text);
        expect(&out, cases[i].expected);
    }
}

static void test_only_web_addresses_are_links(void **state)
{
    struct bytes out;
    (void)state;
    bytes_init(&out, 0);
    markup_link(&out, "https://example.org/?a=1&b=\"", "a & b");
    expect(&out, "<a href=\"https://example.org/?a=1&amp;b=&quot;\">a &amp; b</a>");
    markup_link(&out, "javascript:alert(1)", "javascript:alert(1)");
    expect(&out, "javascript:alert(1)");
    markup_link(&out, NULL, "none");
    expect(&out, "none");
}

static void test_charts_tell_their_figures(void **state)
{
    static const struct chart_value values[] = {{"<ok>", 30, 0}, {"lost", 10, 10}};
    static const struct chart_axis axis = {"16:36", "16:38", figures_count};
    struct bytes out;
    (void)state;
    bytes_init(&out, 0);
    chart_bars(&out, "Results", values, COUNT(values));
    assert_non_null(strstr(out.data, "aria-label=\"Results: &lt;ok&gt; 30, lost 10\""));
    assert_non_null(strstr(out.data, "<rect class=bad"));
    assert_null(strstr(out.data, "<ok>"));
    bytes_clear(&out);
    chart_columns(&out, "Requests & more", values, COUNT(values), &axis);
    assert_non_null(strstr(out.data, "aria-label=\"Requests &amp; more\""));
    assert_non_null(strstr(out.data, ">30</text>"));
    assert_non_null(strstr(out.data, ">16:36</text>"));
    bytes_clear(&out);
    chart_columns(&out, "Nothing", NULL, 0, &axis);
    assert_null(strstr(out.data, "class=good"));
    assert_non_null(strstr(out.data, ">0</text>"));
    bytes_clear(&out);
}

/* Steps of one slope are one line; as much of the height as of the greatest. */
static void test_a_spark_is_short(void **state)
{
    static const struct {
        int64_t days[6];
        const char *path;
    } cases[] = {
        {{0, 0, 0, 0, 0, 4}, "M0 9l4 0 1-9 "},
        {{9, 8, 7, 6, 5, 4}, "M0 0l5 5 "},
        {{1, 0, 1, 1, 1, 0}, "M0 0l1 9 1-9 2 0 1 9 "},
        {{0, 0, 0, 0, 0, 0}, "M0 9l5 0 "},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char expected[200];
        struct bytes out;
        bytes_init(&out, 0);
        chart_spark(&out, cases[i].days, COUNT(cases[i].days));
        snprintf(expected, sizeof expected,
                 "<svg class=spark viewBox=\"0 0 5 9\" aria-hidden=true><path d=\"%s\" /></svg>",
                 cases[i].path);
        expect(&out, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_escaped),
        cmocka_unit_test(test_only_web_addresses_are_links),
        cmocka_unit_test(test_charts_tell_their_figures),
        cmocka_unit_test(test_a_spark_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
