#include "extract/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "extract/block.h"
#include "extract/document.h"
#include "extract/model.h"

/* Where the model finds nothing: the good lines of the element that holds most of them. */
static void take_root(const struct blocks *blocks, const struct document *document, bool *taken)
{
    uint32_t root = blocks->root, end = root == DOCUMENT_NONE ? 0 : document->nodes[root].end;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        taken[i] = block->good && block->node >= root && block->node < end;
    }
}

static size_t take_likely(const struct blocks *blocks, const float *features, bool *taken)
{
    size_t count = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        taken[i] = model_score(features + i * FEATURE_COUNT) > 0;
        count += taken[i];
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
    *out = (struct body){.from = "model"};
    if (!take_likely(&blocks, features, taken)) {
        take_root(&blocks, document, taken);
        out->from = "density";
    }
    out->text = join_lines(&blocks, document, taken, arena);
    out->root = common_node(&blocks, document, taken);
    if (!out->text)
        out->from = NULL;
}
