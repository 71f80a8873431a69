/* What the forests say of a line does not depend on the lines that are asked with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/block.h"
#include "extract/model.h"

enum { LINES = 37 }; /* no multiple of what is asked at once */

typedef void look_fn(const float *features, uint32_t *rows, size_t count, float *scores);

static void check(const char *name, look_fn *look, const float *features)
{
    float together[LINES], alone[LINES], least = 0, most = 0;
    uint32_t rows[LINES], row;
    for (uint32_t i = 0; i < LINES; i++)
        rows[i] = LINES - 1 - i;
    look(features, rows, LINES, together);
    for (uint32_t i = 0; i < LINES; i++) {
        row = i;
        look(features, &row, 1, alone);
        if (alone[i] != together[i])
            fail_msg("%s, line %u: %f alone, %f among others", name, i, (double)alone[i],
                     (double)together[i]);
        least = alone[i] < least ? alone[i] : least;
        most = alone[i] > most ? alone[i] : most;
    }
    if (least > -1 || most < 0) /* lines of both kinds: some stop early, some don't */
        fail_msg("%s: from %f to %f", name, (double)least, (double)most);
}

static void test_lines_are_independent(void **state)
{
    (void)state;
    float *features = alloc_bytes(LINES * FEATURE_COUNT * sizeof(*features));
    uint32_t seed = 1;
    for (size_t i = 0; i < LINES * FEATURE_COUNT; i++) {
        seed = seed * 1664525 + 1013904223;
        features[i] = (float)(seed >> 24) / 32.0F - 1;
    }
    for (size_t i = 0; i < LINES; i += 2) { /* every other line as an article's would be */
        float *line = features + i * FEATURE_COUNT;
        memset(line, 0, FEATURE_COUNT * sizeof(*line));
        line[FEATURE_WEIGHT] = 300;
        line[FEATURE_WORDS] = 50;
        line[FEATURE_SENTENCE_END] = line[FEATURE_IS_P] = line[FEATURE_IN_ROOT] = 1;
        line[FEATURE_KIN_GOOD] = line[FEATURE_UP1_GOOD] = line[FEATURE_UP2_GOOD] = 0.9F;
        line[FEATURE_SCORE] = 3;
        line[FEATURE_KIN_LIKELY] = line[FEATURE_MASS_SHARE] = 0.9F;
    }
    check("first look", model_first_look, features);
    check("second look", model_second_look, features);
    free(features);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines_are_independent)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
