/* test_worddiff.c - the words that were taken out and put in, as few as there can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/worddiff.h"

static const struct {
    const char *name, *before, *after, *expected;
} cases[] = {
    {"nothing", "", "", ""},
    {"the same", "a bridge", "a bridge", "=a bridge"},
    {"other blanks", "a  bridge ", "a bridge", "=a bridge"},
    {"from nothing", "", "a bridge", "+a bridge"},
    {"to nothing", "a bridge", "", "-a bridge"},
    {"one word", "Bridge to close", "Bridge closes", "=Bridge|-to close|+closes"},
    {"in the middle", "the old bridge closes", "the new bridge closes",
     "=the|-old|+new|=bridge closes"},
    {"put in", "the bridge", "the old bridge", "=the|+old|=bridge"},
    {"taken out at the end", "the bridge closes now", "the bridge closes",
     "=the bridge closes|-now"},
    {"two places", "a b c d e", "a x c d y", "=a|-b|+x|=c d|-e|+y"},
    {"moved: out here, in there", "a b c", "b c a", "-a|=b c|+a"},
    {"the paper's example", "a b c a b b a", "c b a b a c", "-a b|=c|+b|=a b|-b|=a|+c"},
    {"a new paragraph", "one\ntwo", "one\nnew\ntwo", "=one\n|+new\n|=two"},
    {"Chinese by character", "新桥开通", "新桥关闭", "=新桥|-开通|+关闭"},
    {"Chinese beside Latin", "用SQL查询", "用SQLite查询", "=用|-SQL|+SQLite|=查询"},
    {"Thai by letter", "สะพานเปิด", "สะพานปิด", "=สะพาน|-เ|=ปิด"},
};

static void test_texts(void **state)
{
    static const char marks[] = {
        [WORDDIFF_SAME] = '=', [WORDDIFF_GONE] = '-', [WORDDIFF_NEW] = '+'};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct worddiff_part *parts;
        char got[512] = "";
        arena_init(&arena, 0);
        size_t count = worddiff(&arena, span_of(cases[i].before), span_of(cases[i].after), &parts);
        for (size_t k = 0; k < count; k++)
            sprintf(got + strlen(got), "%s%c%.*s", k ? "|" : "", marks[parts[k].kind],
                    (int)parts[k].text.size, parts[k].text.data);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("%s: '%s', expected '%s'", cases[i].name, got, cases[i].expected);
        arena_clear(&arena);
    }
}

/* What is not NEW is the text before, what is not GONE the text after, whatever they are; and of
 * texts that are worlds apart the whole is exchanged, in bounded time. */
static void test_parts_are_the_texts(void **state)
{
    enum { WORDS = 6000 };
    static char before[WORDS * 8], after[WORDS * 8], left[WORDS * 8], right[WORDS * 8];
    (void)state;
    for (unsigned round = 0, seed = 7; round < 40; round++) {
        struct arena arena;
        struct worddiff_part *parts;
        unsigned words = round == 0 ? WORDS : 200, vocabulary = round == 0 ? 100000 : 1 + round;
        *before = *after = *left = *right = '\0';
        char *ends[] = {before, after};
        for (unsigned i = 0; i < words * 2; i++) {
            seed = seed * 1103515245U + 12345U;
            ends[i % 2] += sprintf(ends[i % 2], "w%u ", (seed >> 8) % vocabulary);
        }
        arena_init(&arena, 0);
        size_t count = worddiff(&arena, span_of(before), span_of(after), &parts);
        char *to[] = {left, right};
        for (size_t i = 0; i < count; i++)
            for (int side = 0; side < 2; side++)
                if (parts[i].kind != (side ? WORDDIFF_GONE : WORDDIFF_NEW))
                    to[side] +=
                        sprintf(to[side], "%.*s ", (int)parts[i].text.size, parts[i].text.data);
        assert_string_equal(left, before);
        assert_string_equal(right, after);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_parts_are_the_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
