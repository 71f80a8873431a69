#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "extract/block.h"
#include "extract/document.h"

enum { GAP_MAX = 50, SURE_MAX = 200, SECTION_LINES_MAX = 30, MASS_MAX = 20000 };

static const float SCORE_MAX = 8, SURE = 0.6F;

/* What the first look made of a page's lines. */
struct looked {
    const struct blocks *blocks;
    const struct document *document;
    const float *scores;
    float *likely;      /* of each line: that it is the article's, 0 to 1 */
    float *sums;        /* before each line: likely by size; one more for the whole */
    float *sizes;       /* the same of the sizes alone */
    float *kin_sums;    /* of each kind of lines: likely by size */
    float *kin_sizes;   /* and the sizes */
    float mass, weight; /* of the page: letters that are likely the article's, and all */
    float most;         /* the likeliest line */
    uint32_t sure;      /* how many lines are more likely than SURE */
};

static float *row_of(float *features, size_t index)
{
    return features + index * FEATURE_COUNT;
}

/* By which a line counts in a mean: a long one more than a short one, but not by its length. */
static float size_of(const struct block *block)
{
    return log2f(2.0F + (float)block->weight);
}

static void look(struct looked *looked, struct arena *arena)
{
    const struct blocks *blocks = looked->blocks;
    size_t count = blocks->count;
    looked->likely = arena_alloc(arena, (count + 1) * sizeof(float));
    looked->sums = arena_alloc(arena, (count + 1) * sizeof(float));
    looked->sizes = arena_alloc(arena, (count + 1) * sizeof(float));
    looked->kin_sums = arena_alloc_zeroed(arena, (blocks->kins + 1) * sizeof(float));
    looked->kin_sizes = arena_alloc_zeroed(arena, (blocks->kins + 1) * sizeof(float));
    float sum = 0, sizes = 0;
    for (size_t i = 0; i < count; i++) {
        const struct block *block = &blocks->items[i];
        float likely = 1.0F / (1.0F + expf(-looked->scores[i])), size = size_of(block);
        looked->likely[i] = likely;
        looked->sums[i] = sum;
        looked->sizes[i] = sizes;
        sum += likely * size;
        sizes += size;
        looked->kin_sums[block->kin] += likely * size;
        looked->kin_sizes[block->kin] += size;
        looked->mass += likely * (float)block->weight;
        looked->weight += (float)block->weight;
        looked->sure += likely > SURE;
        if (likely > looked->most)
            looked->most = likely;
    }
    looked->sums[count] = sum;
    looked->sizes[count] = sizes;
}

/* The mean of the lines from `low` to before `high`, without line `but`; -1 where there is none. */
static float mean_of(const struct looked *looked, size_t low, size_t high, size_t but)
{
    float sum = looked->sums[high] - looked->sums[low];
    float size = looked->sizes[high] - looked->sizes[low];
    if (but >= low && but < high) {
        if (high - low == 1)
            return -1;
        sum -= looked->sums[but + 1] - looked->sums[but];
        size -= looked->sizes[but + 1] - looked->sizes[but];
    }
    return size > 0 ? sum / size : -1;
}

static void look_near(const struct looked *looked, size_t index, float *out)
{
    size_t count = looked->blocks->count;
    for (size_t k = 1; k <= 3; k++) {
        out[FEATURE_PREV1_LIKELY + k - 1] = index >= k ? looked->likely[index - k] : 0;
        out[FEATURE_NEXT1_LIKELY + k - 1] = index + k < count ? looked->likely[index + k] : 0;
    }
    static const struct {
        uint8_t before, after, lines;
    } windows[] = {{FEATURE_BEFORE3_LIKELY, FEATURE_AFTER3_LIKELY, 3},
                   {FEATURE_BEFORE8_LIKELY, FEATURE_AFTER8_LIKELY, 8}};
    for (size_t i = 0; i < COUNT(windows); i++) {
        size_t low = index > windows[i].lines ? index - windows[i].lines : 0;
        size_t high = index + windows[i].lines + 1;
        out[windows[i].before] = mean_of(looked, low, index, SIZE_MAX);
        out[windows[i].after] = mean_of(looked, index + 1, high < count ? high : count, SIZE_MAX);
    }
}

/* The lines of an element stand one behind another. */
static float mean_within(const struct looked *looked, uint32_t node, size_t index)
{
    const struct tree *tree = &looked->blocks->tree[node];
    return mean_of(looked, tree->first_line, tree->first_line + tree->lines, index);
}

static void look_around(const struct looked *looked, size_t index, float *out)
{
    const struct block *block = &looked->blocks->items[index];
    const struct tree *tree = looked->blocks->tree;
    const struct node *nodes = looked->document->nodes;
    uint32_t up = block->node, lines = tree[up].lines;
    out[FEATURE_OWN_LIKELY] = mean_within(looked, up, index);
    for (unsigned level = 0; level < 4; level++) {
        while (nodes[up].parent != DOCUMENT_NONE && tree[up].lines == lines)
            up = nodes[up].parent;
        lines = tree[up].lines;
        out[FEATURE_UP1_LIKELY + level] = mean_within(looked, up, index);
    }
    float size = looked->sizes[index + 1] - looked->sizes[index];
    float others = looked->kin_sizes[block->kin] - size;
    out[FEATURE_KIN_LIKELY] =
        others > 0.01F ? (looked->kin_sums[block->kin] - looked->likely[index] * size) / others
                       : -1;
}

static void look_at_page(const struct looked *looked, size_t index, float before, float *out)
{
    const struct block *block = &looked->blocks->items[index];
    float mass = looked->mass > 1 ? looked->mass : 1;
    float own = looked->likely[index] * (float)block->weight;
    float score = looked->scores[index];
    out[FEATURE_SCORE] = score > SCORE_MAX ? SCORE_MAX : score < -SCORE_MAX ? -SCORE_MAX : score;
    out[FEATURE_MASS] = looked->mass < MASS_MAX ? looked->mass : MASS_MAX;
    out[FEATURE_MASS_BEFORE] = before / mass;
    out[FEATURE_MASS_AFTER] = (looked->mass - before - own) / mass;
    out[FEATURE_MASS_SHARE] = looked->mass / (looked->weight > 1 ? looked->weight : 1);
    out[FEATURE_MOST_LIKELY] = looked->most;
    out[FEATURE_SURE_LINES] = (float)(looked->sure < SURE_MAX ? looked->sure : SURE_MAX);
}

/* Forwards: what came before. */
static void look_back(const struct looked *looked, float *features)
{
    uint32_t gap = GAP_MAX;
    float text = 0, mass = 0;
    for (size_t i = 0; i < looked->blocks->count; i++) {
        const struct block *block = &looked->blocks->items[i];
        float *out = row_of(features, i);
        look_at_page(looked, i, mass, out);
        mass += looked->likely[i] * (float)block->weight;
        out[FEATURE_SURE_BEFORE] = (float)gap;
        gap = looked->likely[i] > SURE ? 0 : gap < GAP_MAX ? gap + 1 : GAP_MAX;
        out[FEATURE_LAST_TEXT_LIKELY] = text;
        if (!block->heading)
            text = looked->likely[i];
    }
}

/* Backwards: what comes next. */
static void look_ahead(const struct looked *looked, float *features)
{
    uint32_t gap = GAP_MAX;
    float text = 0;
    size_t count = looked->blocks->count, heading = count;
    for (size_t i = count; i-- > 0;) {
        const struct block *block = &looked->blocks->items[i];
        float *out = row_of(features, i);
        out[FEATURE_SURE_AFTER] = (float)gap;
        gap = looked->likely[i] > SURE ? 0 : gap < GAP_MAX ? gap + 1 : GAP_MAX;
        out[FEATURE_NEXT_TEXT_LIKELY] = text;
        size_t end = heading - i > SECTION_LINES_MAX ? i + SECTION_LINES_MAX : heading;
        out[FEATURE_SECTION_LIKELY] = mean_of(looked, i + 1, end, SIZE_MAX);
        if (block->heading)
            heading = i;
        else
            text = looked->likely[i];
    }
}

void blocks_context(const struct blocks *blocks, const struct document *document,
                    const float *scores, float *features, struct arena *arena)
{
    struct looked looked = {.blocks = blocks, .document = document, .scores = scores};
    look(&looked, arena);
    look_back(&looked, features);
    look_ahead(&looked, features);
    for (size_t i = 0; i < blocks->count; i++) {
        look_near(&looked, i, row_of(features, i));
        look_around(&looked, i, row_of(features, i));
    }
}
