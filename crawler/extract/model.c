#include "extract/model.h"

#include <math.h>

#include "extract/block.h"

/* After so many trees a score so low has never come back above 0 on the pages of the training. */
enum { EARLY_TREES = 41 };
static const float early_score = -2.5F;

/* And of the second look: so clear scores have never changed sides, nor become what body.c takes
 * where hardly anything is likely. */
enum { CLEAR_TREES = 61 };
static const float clear_score = 2.0F, clearly_not = -3.2F;

/* Lines are asked side by side, since a walk down a tree for one line is a chain of loads and
 * guesses that the processor can't shorten. Here each branch of a tree is asked for a whole group:
 *
 *                  line 0   line 1   line 2  ...
 *     feature 7    x <= t   x > t    x <= t     a compare for eight lines at a time
 *     leaves       1111     1100     1111       "and" with the leaves that stay
 */
enum { LANES = 8, VECTORS = 2, GROUP = LANES * VECTORS };

/* Half the work where the processor has vectors of eight; it is looked at when the program starts.
 */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(CRAWLER_SANITIZED)
#define WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST
#endif

typedef float float_lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t int_lanes __attribute__((vector_size(LANES * sizeof(int32_t))));

/* The lines of a group: feature after feature, so that the lines of one stand side by side. */
struct group {
    float_lanes features[FEATURE_COUNT][VECTORS];
    float sums[GROUP];
};

static inline void fill_group(struct group *group, const float *features, size_t width,
                              const uint32_t *rows, size_t count)
{
    for (size_t vector = 0; vector < VECTORS; vector++) {
        const float *at[LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t line = vector * LANES + lane;
            at[lane] = features + (size_t)rows[line < count ? line : 0] * FEATURE_COUNT;
        }
        for (size_t i = 0; i < width; i++)
            group->features[i][vector] = (float_lanes){at[0][i], at[1][i], at[2][i], at[3][i],
                                                       at[4][i], at[5][i], at[6][i], at[7][i]};
    }
}

/* Adds a tree's leaf to the sum of each line. */
static inline void ask_tree(struct group *group, const struct model_tree *tree)
{
    int_lanes left[VECTORS];
    for (size_t vector = 0; vector < VECTORS; vector++)
        left[vector] = ~(int_lanes){0};
    for (size_t i = 0; i < MODEL_BRANCHES_MAX; i++) {
        const float_lanes *values = group->features[tree->features[i]];
        float threshold = tree->thresholds[i];
        int32_t stay = ~(int32_t)tree->dropped[i];
#pragma GCC unroll 2
        for (size_t vector = 0; vector < VECTORS; vector++)
            left[vector] &= (values[vector] <= threshold) | stay;
    }
    for (size_t line = 0; line < GROUP; line++)
        group->sums[line] +=
            tree->leaves[__builtin_ctz((unsigned)left[line / LANES][line % LANES])];
}

/* Asks the trees from `from` to before `to`, beginning with the scores that are there. */
WIDEST
static void ask(size_t from, size_t to, const float *features, const uint32_t *rows, size_t count,
                float *scores)
{
    struct group group;
    size_t width = to <= model_first_count ? FEATURE_FIRST_COUNT : FEATURE_COUNT;
    for (size_t at = 0; at < count; at += GROUP) {
        size_t lines = count - at < GROUP ? count - at : GROUP;
        fill_group(&group, features, width, rows + at, lines);
        for (size_t line = 0; line < GROUP; line++)
            group.sums[line] = line < lines ? scores[rows[at + line]] : 0;
        for (size_t i = from; i < to; i++)
            ask_tree(&group, &model_trees[i]);
        for (size_t line = 0; line < lines; line++)
            scores[rows[at + line]] = group.sums[line];
    }
}

static void look(size_t from, size_t pause, size_t to, float least, float most,
                 const float *features, uint32_t *rows, size_t count, float *scores)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        scores[rows[i]] = 0;
    ask(from, pause, features, rows, count, scores);
    for (size_t i = 0; i < count; i++)
        if (scores[rows[i]] >= least && scores[rows[i]] <= most)
            rows[open++] = rows[i];
    ask(pause, to, features, rows, open, scores);
}

void model_first_look(const float *features, uint32_t *rows, size_t count, float *scores)
{
    look(0, EARLY_TREES, model_first_count, early_score, INFINITY, features, rows, count, scores);
}

void model_second_look(const float *features, uint32_t *rows, size_t count, float *scores)
{
    look(model_first_count, model_first_count + CLEAR_TREES, model_trees_count, clearly_not,
         clear_score, features, rows, count, scores);
}
