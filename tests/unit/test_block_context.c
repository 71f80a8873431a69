/* What the second look is told of the lines around a line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/block.h"
#include "extract/document.h"
#include "extract/prepare.h"

/* Seven lines: a menu's, a heading with two paragraphs, a heading with two items of a list. */
static const char page[] =
    "<body><div class=menu>aaaa aaaa aaaa</div><div class=text><h2>bbbb bbbb bbbb</h2>"
    "<p>cccc cccc cccc</p><p>dddd dddd dddd</p><h2>eeee eeee eeee</h2>"
    "<ul><li>ffff ffff ffff<li>gggg gggg gggg</ul></div></body>";
enum { MENU, HEADING, FIRST, SECOND, LIST_HEADING, ITEM, LAST_ITEM, LINES };

/* Log-odds whose likelihoods are 0.2, 0.8 and 0.5. */
#define LOW  (-1.3862944F)
#define HIGH 1.3862944F

/* All lines are of one size, so that means are plain ones. */
static const float scores[LINES] = {LOW, 0, HIGH, HIGH, 0, LOW, HIGH};

static const struct {
    const char *name;
    unsigned line, feature;
    double expected;
} cases[] = {
    {"its own score", FIRST, FEATURE_SCORE, 1.3862944},
    {"nothing stands before the first line", MENU, FEATURE_PREV1_LIKELY, 0},
    {"the line before", FIRST, FEATURE_PREV1_LIKELY, 0.5},
    {"two lines on", FIRST, FEATURE_NEXT2_LIKELY, 0.5},
    {"a window is cut at the page's start", HEADING, FEATURE_BEFORE3_LIKELY, 0.2},
    {"and is none before it", MENU, FEATURE_BEFORE3_LIKELY, -1},
    {"a window of three lines", SECOND, FEATURE_AFTER3_LIKELY, 0.5},
    {"headings are passed over to the text before", ITEM, FEATURE_LAST_TEXT_LIKELY, 0.8},
    {"and after", SECOND, FEATURE_NEXT_TEXT_LIKELY, 0.2},
    {"a section ends at the next heading", HEADING, FEATURE_SECTION_LIKELY, 0.8},
    {"or at the page's end", LIST_HEADING, FEATURE_SECTION_LIKELY, 0.5},
    {"an element of one line has no others", FIRST, FEATURE_OWN_LIKELY, -1},
    {"the others of a list", ITEM, FEATURE_UP1_LIKELY, 0.8},
    {"the others of the element above", ITEM, FEATURE_UP2_LIKELY,
     (0.5 + 0.8 + 0.8 + 0.5 + 0.8) / 5},
    {"its likes", FIRST, FEATURE_KIN_LIKELY, 0.8},
    {"it has no likes", MENU, FEATURE_KIN_LIKELY, -1},
    {"lines since a sure one", ITEM, FEATURE_SURE_BEFORE, 1},
    {"none is sure before", MENU, FEATURE_SURE_BEFORE, 50},
    {"lines until a sure one", HEADING, FEATURE_SURE_AFTER, 0},
    {"sure lines of the page", MENU, FEATURE_SURE_LINES, 3},
    {"the likeliest", MENU, FEATURE_MOST_LIKELY, 0.8},
    {"share of the page that is likely", MENU, FEATURE_MASS_SHARE, 3.8 / 7},
    {"of that, before the line", SECOND, FEATURE_MASS_BEFORE, (0.2 + 0.5 + 0.8) / 3.8},
    {"and after it", SECOND, FEATURE_MASS_AFTER, (0.5 + 0.2 + 0.8) / 3.8},
};

static void test_cases(void **state)
{
    (void)state;
    struct arena arena;
    struct prepared prepared;
    struct document document;
    struct blocks blocks;
    arena_init(&arena, 0);
    prepare_page(&prepared, span_of(page));
    document_build(&document, &arena, &prepared);
    prepared_clear(&prepared);
    blocks_collect(&blocks, &document, &arena);
    assert_int_equal(blocks.count, LINES);
    float *features = blocks_features(&blocks, &document, NULL, &arena);
    blocks_context(&blocks, &document, scores, features, &arena);
    for (size_t i = 0; i < COUNT(cases); i++) {
        double got = features[cases[i].line * FEATURE_COUNT + cases[i].feature];
        if (fabs(got - cases[i].expected) > 0.0005)
            fail_msg("%s: got %.4f, expected %.4f", cases[i].name, got, cases[i].expected);
    }
    arena_clear(&arena);
}

/* A page without a line has no context. */
static void test_no_lines(void **state)
{
    (void)state;
    struct arena arena;
    struct prepared prepared;
    struct document document;
    struct blocks blocks;
    arena_init(&arena, 0);
    prepare_page(&prepared, span_of("<p> "));
    document_build(&document, &arena, &prepared);
    prepared_clear(&prepared);
    blocks_collect(&blocks, &document, &arena);
    assert_int_equal(blocks.count, 0);
    blocks_context(&blocks, &document, scores, blocks_features(&blocks, &document, NULL, &arena),
                   &arena);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_no_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
