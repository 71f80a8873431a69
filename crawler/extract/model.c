#include "extract/model.h"

/* After so many trees a score so low has never come back above 0 on the pages of the training. */
enum { EARLY_TREES = 40 };
static const float early_score = -2.5F;

float model_score(const float *features)
{
    float sum = 0;
    for (size_t i = 0; i < model_roots_count; i++) {
        int at = model_roots[i];
        while (at >= 0) {
            const struct model_branch *branch = &model_branches[at];
            at = features[branch->feature] <= branch->threshold ? branch->low : branch->high;
        }
        sum += model_leaves[-at - 1];
        if (i == EARLY_TREES && sum < early_score)
            break;
    }
    return sum;
}
