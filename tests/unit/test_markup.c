/* test_markup.c - what strangers write stays text on the report's page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
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
    expect(&out, "<a href=\"https://example.org/?a=1&amp;b=&quot;\" rel=noreferrer>a &amp; b</a>");
    markup_link(&out, "javascript:alert(1)", "javascript:alert(1)");
    expect(&out, "javascript:alert(1)");
    markup_link(&out, NULL, "none");
    expect(&out, "none");
}

static void test_charts_tell_their_figures(void **state)
{
    static const struct chart_value values[] = {{"<ok>", 30, 0}, {"lost", 10, 10}};
    static const int64_t days[] = {0, 0, 0, 0, 4};
    struct bytes out;
    (void)state;
    bytes_init(&out, 0);
    chart_bars(&out, "Results", values, COUNT(values));
    assert_non_null(strstr(out.data, "aria-label=\"Results: &lt;ok&gt; 30, lost 10\""));
    assert_non_null(strstr(out.data, "<rect class=bad"));
    assert_null(strstr(out.data, "<ok>"));
    bytes_clear(&out);
    chart_columns(&out, "Requests", values, COUNT(values), "begin", "end");
    assert_non_null(
        strstr(out.data, "aria-label=\"Requests: 40 in all, at most 30 in one column\""));
    bytes_clear(&out);
    chart_columns(&out, "Nothing", NULL, 0, "begin", "end");
    assert_non_null(strstr(out.data, "Nothing: 0 in all"));
    bytes_clear(&out);
    chart_spark(&out, "4 in 5 days", days, COUNT(days));
    expect(&out, "<svg class=spark viewBox=\"0 0 15 18\" role=img aria-label=\"4 in 5 days\">"
                 "<path d=\"M0 17 9 17 12 1\" /></svg>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_escaped),
        cmocka_unit_test(test_only_web_addresses_are_links),
        cmocka_unit_test(test_charts_tell_their_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
