#include "extract/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/block.h"
#include "extract/document.h"
#include "extract/model.h"

enum { BODY_WEIGHT_MIN = 200 };

/* Log-odds. A line kept wrongly costs a little more than one lost, so even is not enough. */
static const float SCORE_LIKELY = 0.2F, SCORE_HOPELESS = -2.2F;
static const float SCORE_REFUSED = -4.4F, SCORE_LOOK_AGAIN = -3.5F;

/* Where the model finds nothing: the good lines of the element that holds most of them. */
static void take_root(const struct blocks *blocks, const struct document *document, bool *taken)
{
    uint32_t root = blocks->root, end = root == DOCUMENT_NONE ? 0 : document->nodes[root].end;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        taken[i] = block->good && block->node >= root && block->node < end;
    }
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

/* The log-odds of each line: at a first look by itself, and where that leaves hope by a second, at
 * what the first made of the lines around. */
static float *score_lines(const struct blocks *blocks, const struct document *document,
                          const char *title, struct arena *arena)
{
    float *features = blocks_features(blocks, document, title, arena);
    float *scores = arena_alloc(arena, (blocks->count + 1) * sizeof(*scores));
    uint32_t *rows = arena_alloc(arena, (blocks->count + 1) * sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        if (block_refused(blocks, &blocks->items[i]))
            scores[i] = SCORE_REFUSED;
        else
            rows[count++] = (uint32_t)i;
    }
    model_first_look(features, rows, count, scores);
    blocks_context(blocks, document, scores, features, arena);
    count = 0;
    for (size_t i = 0; i < blocks->count; i++)
        if (scores[i] > SCORE_LOOK_AGAIN)
            rows[count++] = (uint32_t)i;
    model_second_look(features, rows, count, scores);
    return scores;
}

/* Returns how many lines were taken. */
static size_t take_likely(const struct blocks *blocks, const float *scores, bool *taken)
{
    size_t weight = 0, count = 0, last = 0;
    for (size_t i = 0; i < blocks->count; i++) {
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

/* Where the lines taken stand in the document's text. */
static void note_lines(struct body *out, const struct blocks *blocks, const bool *taken,
                       struct arena *arena)
{
    out->lines = arena_alloc(arena, (blocks->count + 1) * sizeof(*out->lines));
    for (size_t i = 0; i < blocks->count; i++)
        if (taken[i])
            out->lines[out->lines_count++] =
                (struct body_line){blocks->items[i].text, blocks->items[i].text_end};
}

bool body_holds(const struct body *body, uint32_t offset)
{
    size_t low = 0, high = body->lines_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (body->lines[middle].end <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < body->lines_count && body->lines[low].start <= offset;
}

void body_find(struct body *out, const struct document *document, const char *title,
               struct arena *arena)
{
    struct blocks blocks;
    blocks_collect(&blocks, document, arena);
    bool *taken = arena_alloc_zeroed(arena, blocks.count + 1);
    const float *scores = score_lines(&blocks, document, title, arena);
    *out = (struct body){.from = "model"};
    if (!take_likely(&blocks, scores, taken)) {
        take_root(&blocks, document, taken);
        out->from = "density";
    }
    out->text = join_lines(&blocks, document, taken, arena);
    note_lines(out, &blocks, taken, arena);
    if (!out->text)
        out->from = NULL;
}
