/* Texts of a page's head as one line, and texts made alike for comparison. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/tidy.h"

/* NULL: nothing is left. */
static const struct {
    const char *name, *text, *line;
} lines[] = {
    {"blanks of all kinds are one",
     " \t a\xc2\xa0\xe2\x80\x83\xe3\x80\x80 b\xc2\x85\xe1\x9a\x80"
     "c\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\x9f"
     "d ",
     "a b c d"},
    {"what can't be seen goes",
     "a\xc2\xad\xe2\x80\x8b\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa0\xe2\x81\xa9"
     "\xef\xbb\xbf\x7f\xc2\x9f"
     "b",
     "ab"},
    {"joiners stay", "a\xe2\x80\x8c\xe2\x80\x8d", "a\xe2\x80\x8c\xe2\x80\x8d"},
    {"nothing", " &nbsp; <b></b> ", NULL},
    {"tags go, a line's end is a blank", "a<b>b</b>c<br>d<BR/>e<i\n>f", "abc d ef"},
    {"what begins no tag stays", "1 < 2 <3 <a <", "1 < 2 <3 <a <"},
    {"an end of nothing", "a</>b", "ab"},
    {"references once", "&amp;lt; &#65;&#x41;&#X6a; &#8217; &eacute;",
     "&lt; AAj \xe2\x80\x99 \xc3\xa9"},
    {"what is no reference stays", "&; &a; &#; &#x; &#12x; &#1114112; &nothing; AT&T; &amp",
     "&; &a; &#; &#x; &#12x; &#1114112; &nothing; AT&T; &amp"},
    {"a name without end stays", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
     "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"},
    {"half of a pair is none", "a&#xd800;b",
     "a\xef\xbf\xbd"
     "b"},
    {"bytes that are no UTF-8", "a\xff", "a\xef\xbf\xbd"},
};

static void test_line(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(lines); i++) {
        const char *line = tidy_line(&arena, span_of(lines[i].text));
        if (lines[i].line ? !line || strcmp(line, lines[i].line) != 0 : line != NULL)
            fail_msg("%s: got '%s'", lines[i].name, line ? line : "nothing");
    }
    assert_null(tidy_string(&arena, NULL));
    arena_clear(&arena);
}

static const struct {
    const char *name, *text, *folded;
} folds[] = {
    {"capitals of ASCII", "ABC xyz 19", "abc xyz 19"},
    {"signs are blanks, in a row and at the ends", "\"A, b\" - c! ", "a b c"},
    {"Latin, Greek and Cyrillic capitals",
     "\xc3\x84\xc3\x9e \xce\x91\xce\xa9 \xd0\x90\xd0\xaf \xd0\x80\xd0\x8f",
     "\xc3\xa4\xc3\xbe \xce\xb1\xcf\x89 \xd0\xb0\xd1\x8f \xd1\x90\xd1\x9f"},
    {"capitals beside their small letters",
     "\xc4\x80\xc4\x81\xc5\x8a \xc4\xb9\xc4\xba \xc5\xb9\xc5\xba \xe1\xba\xa0",
     "\xc4\x81\xc4\x81\xc5\x8b \xc4\xba\xc4\xba \xc5\xba\xc5\xba \xe1\xba\xa1"},
    {"what has no capital", "\xc5\xbf \xd7\x90 \xe4\xb8\xad", "\xc5\xbf \xd7\x90 \xe4\xb8\xad"},
    {"signs beyond ASCII are blanks",
     "a\xc3\x97"
     "b\xc3\xb7"
     "c\xe2\x80\x94"
     "d\xe2\x82\xac"
     "e\xe2\x86\x92"
     "f\xe2\xb8\xba"
     "g\xe3\x80\x81"
     "h\xe3\x80\x8c"
     "i\xe3\x83\xbb"
     "j\xef\xb8\xb0"
     "k\xef\xbc\x8c"
     "l\xef\xbc\x9f"
     "m\xf0\x9f\x98\x80"
     "n\xff"
     "o\xc2\xa7",
     "a b c d e f g h i j k l m n o"},
    {"letters among the signs of Latin-1", "\xc2\xaa\xc2\xb5\xc2\xba", "\xc2\xaa\xc2\xb5\xc2\xba"},
    {"what can't be seen is nothing",
     "a\x7f\xc2\xad"
     "b\xe2\x80\x8b"
     "c",
     "abc"},
    {"nothing", " ... ", ""},
};

static void test_folded(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(folds); i++) {
        const char *folded = tidy_folded(&arena, span_of(folds[i].text));
        if (strcmp(folded, folds[i].folded) != 0)
            fail_msg("%s: got '%s'", folds[i].name, folded);
    }
    assert_true(tidy_same(&arena, "The News!", "the  news"));
    assert_false(tidy_same(&arena, "The News", "The New"));
    assert_false(tidy_same(&arena, NULL, NULL));
    assert_false(tidy_same(&arena, "a", NULL));
    assert_int_equal(tidy_points(span_of("a\xc3\xa4\xe4\xb8\xad\xf0\x9f\x98\x80")), 4);
    assert_int_equal(tidy_small('Q'), 'q');
    assert_int_equal(tidy_small('['), '[');
    assert_int_equal(tidy_small('@'), '@');
    assert_int_equal(tidy_small(0xd7), 0xd7);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_line), cmocka_unit_test(test_folded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
