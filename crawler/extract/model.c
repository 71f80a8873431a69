#include "extract/model.h"

/* After so many trees a score so low has never come back above 0 on the pages of the training. */
enum { EARLY_TREES = 40 };
static const float early_score = -2.5F;

/* And of the second look: so clear scores have never changed sides, nor become what body.c takes
 * where hardly anything is likely. */
enum { CLEAR_TREES = 60 };
static const float clear_score = 2.0F, clearly_not = -3.2F;

static float ask_tree(size_t tree, const float *features)
{
    int at = model_roots[tree];
    while (at >= 0) {
        const struct model_branch *branch = &model_branches[at];
        at = features[branch->feature] <= branch->threshold ? branch->low : branch->high;
    }
    return model_leaves[-at - 1];
}

float model_first_look(const float *features)
{
    float sum = 0;
    for (size_t i = 0; i < model_first_count; i++) {
        sum += ask_tree(i, features);
        if (i == EARLY_TREES && sum < early_score)
            break;
    }
    return sum;
}

float model_second_look(const float *features)
{
    float sum = 0;
    for (size_t i = model_first_count; i < model_roots_count; i++) {
        sum += ask_tree(i, features);
        if (i == model_first_count + CLEAR_TREES && (sum > clear_score || sum < clearly_not))
            break;
    }
    return sum;
}
