/* The text of a piece of HTML as feeds and APIs carry it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "discover/plain.h"

static const struct {
    const char *name, *html, *line, *lines;
} cases[] = {
    {"blocks", "<h2>A</h2><p>b <b>c</b>\n d</p><ul><li>e<li>f</ul>", "A b c d e f",
     "A\nb c d\ne\nf"},
    {"no tags: the lines there are", " a \n\n b&amp;c\n", "a b&c", "a\nb&c"},
    {"blanks of all kinds",
     "a\xc2\xa0\xc2\x85\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x8a\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaf"
     "\xe2\x81\x9f\xe3\x80\x80\x0b"
     "b",
     "a b", "a b"},
    {"a tag's end inside of its quotes", "a<img alt=\"x > y\" title='>'>b", "ab", "ab"},
    {"a quote that is never closed", "a<hr alt=\"x>b<i>c</i>", "a bc", "a\nbc"},
    {"a quote that is no value's", "a<i \">b</i>", "ab", "ab"},
    {"a tag that is never closed", "a <b c", "a <b c", "a <b c"},
    {"scripts go with what they hold", "a<script>b<i>c</script >d<STYLE>e</style>f", "a d f",
     "a\nd\nf"},
    {"a script that is never closed", "a<script>b<i>c", "a", "a"},
    {"one that closes itself", "a<iframe/>b", "a b", "a\nb"},
    {"comments and declarations", "a<!-- b > --->c<!doctype x>d<?e f?>g</>h<![CDATA[i]]>",
     "ac d ghi]]>", "ac\nd\nghi]]>"},
    {"a comment that is never closed", "a<!-- b", "a<!-- b", "a<!-- b"},
    {"references", "&lt;&#65;&eacute;&copy 1 &copy=1 &amp;amp; &unknown; &quot",
     "<A\xc3\xa9\xc2\xa9 1 "
     "&copy=1 &amp; &unknown; \"",
     "<A\xc3\xa9\xc2\xa9 1 &copy=1 &amp; &unknown; \""},
    {"names that need their semicolon", "&alpha x &nbsp", "&alpha x", "&alpha x"},
    {"signs at the end", "a & b <", "a & b <", "a & b <"},
    {"nothing", "<p> </p>", "", ""},
};

static void test_html(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *line = plain_of_html(span_of(cases[i].html), &arena);
        const char *lines = plain_lines_of_html(span_of(cases[i].html), &arena);
        if (strcmp(line, cases[i].line) != 0 || strcmp(lines, cases[i].lines) != 0)
            fail_msg("%s: got '%s' and '%s'", cases[i].name, line, lines);
    }
    assert_string_equal(plain_of_html((struct span){NULL, 0}, &arena), "");
    assert_string_equal(plain_lines_of_html((struct span){NULL, 0}, &arena), "");
    assert_string_equal(plain_of_text(span_of(" a <b>  &amp; "), &arena), "a <b> &amp;");
    arena_clear(&arena);
}

static const struct {
    const char *text, *trimmed;
} edges[] = {
    {" a b ", "a b"},
    {"\xef\xbb\xbf\xe2\x80\x8b\xc2\xa0"
     "a\xe3\x80\x80\xe2\x80\x8b",
     "a"},
    {"\xc3\xa4\xe4\xb8\xad", "\xc3\xa4\xe4\xb8\xad"},
    {" \x80\x80\x80\x80\x80 ", "\x80\x80\x80\x80\x80"},
    {"  ", ""},
};

static void test_trimmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(edges); i++) {
        struct span got = plain_trimmed(span_of(edges[i].text));
        if (!span_equals(got, edges[i].trimmed))
            fail_msg("%zu: got '%.*s'", i, (int)got.size, got.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_html), cmocka_unit_test(test_trimmed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
