/* model.h - two small gradient-boosted forests that tell an article's lines.
 *
 * model_trees.c is written by tests/train/train.py. Thread: any. */
#ifndef CRAWLER_EXTRACT_MODEL_H
#define CRAWLER_EXTRACT_MODEL_H

#include <stddef.h>
#include <stdint.h>

/* A branch: to `low` when the feature is at most the threshold, else to `high`. From 0 on they are
 * branches, below it leaves: leaf -n - 1 of the forest. */
struct model_branch {
    float threshold;
    uint8_t feature; /* enum feature */
    int16_t low, high;
};

extern const struct model_branch model_branches[];
extern const float model_leaves[];
extern const int16_t model_roots[];
extern const size_t model_first_count, model_roots_count; /* trees of the first look, and of both */

/* The log-odds that a line with these features (those of the first look) is the article's. A line
 * that is hopeless after some trees is not asked further; it gets what it has by then. */
float model_first_look(const float *features);

/* The same by all features, block.h's context among them. */
float model_second_look(const float *features);

#endif
