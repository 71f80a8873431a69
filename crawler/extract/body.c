#include "extract/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "extract/block.h"
#include "extract/document.h"
#include "extract/model.h"

enum { BODY_WEIGHT_MIN = 400 };

/* Log-odds. A line kept wrongly costs a little more than one lost, so even is not enough. */
static const float SCORE_LIKELY = 0.2F, SCORE_HOPELESS = -2.2F;

/* Where the model finds nothing: the good lines of the element that holds most of them. */
static void take_root(const struct blocks *blocks, const struct document *document, bool *taken)
{
    uint32_t root = blocks->root, end = root == DOCUMENT_NONE ? 0 : document->nodes[root].end;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        taken[i] = block->good && block->node >= root && block->node < end;
    }
}

/* Lines that nobody writes into an article, whatever stands around them. */
static bool is_never(const struct block *block, const float *features)
{
    bool is_ad = block->phrases & 1U << PHRASE_AD && block->weight < 30;
    bool leads_away = block->phrases & 1U << PHRASE_READ_MORE && block->weight < 200 &&
                      features[FEATURE_LINK_SHARE] > 0.4F;
    return is_ad || leads_away;
}

/* Where hardly anything was likely, the least unlikely lines: the page is of an unusual kind, and
 * its scores are low all over. */
static void take_more(const struct blocks *blocks, const float *scores, size_t weight, bool *taken)
{
    for (float least = SCORE_LIKELY; weight < BODY_WEIGHT_MIN && least > SCORE_HOPELESS;) {
        least -= 0.25F;
        weight = 0;
        for (size_t i = 0; i < blocks->count; i++) {
            taken[i] = scores[i] > least;
            weight += taken[i] ? blocks->items[i].weight : 0;
        }
    }
}

/* Returns how many lines were taken. */
static size_t take_likely(const struct blocks *blocks, const float *features, float *scores,
                          bool *taken)
{
    size_t weight = 0, count = 0, last = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        const float *of_line = features + i * FEATURE_COUNT;
        scores[i] =
            is_never(&blocks->items[i], of_line) ? 2 * SCORE_HOPELESS : model_score(of_line);
        taken[i] = scores[i] > SCORE_LIKELY;
        weight += taken[i] ? blocks->items[i].weight : 0;
    }
    if (weight < BODY_WEIGHT_MIN)
        take_more(blocks, scores, weight, taken);
    for (size_t i = 0; i < blocks->count; i++) {
        count += taken[i];
        last = taken[i] ? i + 1 : last;
    }
    /* A heading at the end heads nothing that is left. */
    for (; last > 0 && count > 1 && (!taken[last - 1] || blocks->items[last - 1].heading); last--) {
        count -= taken[last - 1];
        taken[last - 1] = false;
    }
    return count;
}

static char *join_lines(const struct blocks *blocks, const struct document *document,
                        const bool *taken, struct arena *arena)
{
    size_t size = 0;
    for (size_t i = 0; i < blocks->count; i++)
        size += taken[i] ? blocks->items[i].text_end - blocks->items[i].text + 1 : 0;
    if (!size)
        return NULL;
    char *text = arena_alloc(arena, size), *at = text;
    for (size_t i = 0; i < blocks->count; i++) {
        if (!taken[i])
            continue;
        struct span line = block_text(&blocks->items[i], document);
        memcpy(at, line.data, line.size);
        at += line.size;
        *at++ = '\n';
    }
    at[-1] = '\0';
    return text;
}

/* The deepest element around all lines taken. */
static uint32_t common_node(const struct blocks *blocks, const struct document *document,
                            const bool *taken)
{
    uint32_t node = DOCUMENT_NONE;
    for (size_t i = 0; i < blocks->count; i++) {
        if (!taken[i])
            continue;
        uint32_t other = blocks->items[i].node;
        if (node == DOCUMENT_NONE)
            node = other;
        while (other < node || other >= document->nodes[node].end)
            node = document->nodes[node].parent;
    }
    return node;
}

void body_find(struct body *out, const struct document *document, const char *title,
               struct arena *arena)
{
    struct blocks blocks;
    blocks_collect(&blocks, document, arena);
    bool *taken = arena_alloc_zeroed(arena, blocks.count + 1);
    float *features = blocks_features(&blocks, document, title, arena);
    float *scores = arena_alloc(arena, (blocks.count + 1) * sizeof(*scores));
    *out = (struct body){.from = "model"};
    if (!take_likely(&blocks, features, scores, taken)) {
        take_root(&blocks, document, taken);
        out->from = "density";
    }
    out->text = join_lines(&blocks, document, taken, arena);
    out->root = common_node(&blocks, document, taken);
    if (!out->text)
        out->from = NULL;
}
