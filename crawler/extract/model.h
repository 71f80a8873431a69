/* model.h - two small gradient-boosted forests that tell an article's lines.
 *
 * model_trees.c is written by tests/train/train.py. Thread: any. */
#ifndef CRAWLER_EXTRACT_MODEL_H
#define CRAWLER_EXTRACT_MODEL_H

#include <stddef.h>
#include <stdint.h>

enum { MODEL_LEAVES_MAX = 16, MODEL_BRANCHES_MAX = MODEL_LEAVES_MAX - 1 };

/* A tree: its branches in any order, its leaves from left to right. A branch leads to the right
 * when its feature is above the threshold. So where that is the case the leaves on its left are
 * dropped, and of the leaves that no branch drops the first is the one that a walk from the root
 * would end in: the last step to the left on that walk keeps it, all others before it are dropped
 * by a step to the right. (Lucchese et al., "QuickScorer", SIGIR 2015.) Unused branches drop none.
 */
struct model_tree {
    float thresholds[MODEL_BRANCHES_MAX];
    float leaves[MODEL_LEAVES_MAX];
    uint16_t dropped[MODEL_BRANCHES_MAX]; /* bits of leaves */
    uint8_t features[MODEL_BRANCHES_MAX]; /* enum feature */
};

extern const struct model_tree model_trees[];
extern const size_t model_first_count, model_trees_count; /* trees of the first look, and of both */

/* Stores in scores[rows[i]] the log-odds that this line is the article's, for `count` lines, by
 * their features (those of the first look; FEATURE_COUNT floats a line). A line that is hopeless
 * after some trees is not asked further; it gets what it has by then. `rows` is reordered. */
void model_first_look(const float *features, uint32_t *rows, size_t count, float *scores);

/* The same by all features, block.h's context among them. */
void model_second_look(const float *features, uint32_t *rows, size_t count, float *scores);

#endif
