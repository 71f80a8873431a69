#include "extract/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
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

/* Readers' words and menus, unless the page's main text stands among them too, as in a forum. */
static bool is_elsewhere(const struct blocks *blocks, const struct block *block)
{
    static const struct {
        uint8_t landmark, within;
    } places[] = {{PART_COMMENT, 6}, {LANDMARK_NAV, 14}, {LANDMARK_FOOTER, 14}, {LANDMARK_FORM, 3}};
    const uint8_t *here = blocks->tree[block->node].distance;
    const uint8_t *root =
        blocks->root == DOCUMENT_NONE ? here : blocks->tree[blocks->root].distance;
    for (size_t i = 0; i < COUNT(places); i++)
        if (here[places[i].landmark] <= places[i].within &&
            root[places[i].landmark] == DISTANCE_NONE)
            return true;
    return false;
}

/* Lines that nobody writes into an article, whatever stands around them. */
static bool is_never(const struct blocks *blocks, const struct block *block)
{
    bool is_ad = block->phrases & 1U << PHRASE_AD && block->weight < 30;
    bool leads_away = block->phrases & 1U << PHRASE_READ_MORE && block->weight < 200 &&
                      block->link_weight * 5 > block->weight * 2;
    return is_ad || leads_away || block->phrases & 1U << PHRASE_NOTICE ||
           is_elsewhere(blocks, block);
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
        scores[i] = is_never(blocks, &blocks->items[i]) ? 2 * SCORE_HOPELESS : model_score(of_line);
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
    float *features = blocks_features(&blocks, document, title, arena);
    float *scores = arena_alloc(arena, (blocks.count + 1) * sizeof(*scores));
    *out = (struct body){.from = "model"};
    if (!take_likely(&blocks, features, scores, taken)) {
        take_root(&blocks, document, taken);
        out->from = "density";
    }
    out->text = join_lines(&blocks, document, taken, arena);
    note_lines(out, &blocks, taken, arena);
    if (!out->text)
        out->from = NULL;
}
