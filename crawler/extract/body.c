#include "extract/body.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "extract/document.h"

static bool is_skipped(enum tag tag)
{
    switch (tag) {
    case TAG_NAV:
    case TAG_ASIDE:
    case TAG_FOOTER:
    case TAG_FORM:
    case TAG_BUTTON:
    case TAG_FIGCAPTION:
    case TAG_FIGURE:
    case TAG_HEAD:
        return true;
    default:
        return false;
    }
}

/* The node whose paragraphs hold most text: a parent gets all of theirs, a grandparent half. */
static uint32_t densest_node(const struct document *document, struct arena *arena)
{
    float *scores = arena_alloc_zeroed(arena, document->nodes_count * sizeof(*scores));
    uint32_t best = DOCUMENT_NONE;
    for (uint32_t i = 0; i < document->nodes_count; i++) {
        const struct node *node = &document->nodes[i];
        if (is_skipped(node->tag)) {
            i = node->end - 1;
            continue;
        }
        if (node->tag != TAG_P || node->text_end - node->text < 25)
            continue;
        uint32_t parent = node->parent;
        float gain = (float)(node->text_end - node->text);
        for (float share = 1; parent != DOCUMENT_NONE && share > 0.2F; share /= 2) {
            scores[parent] += gain * share;
            if (best == DOCUMENT_NONE || scores[parent] > scores[best])
                best = parent;
            parent = document->nodes[parent].parent;
        }
    }
    return best;
}

static void put_lines(const struct document *document, uint32_t root, struct bytes *out)
{
    for (uint32_t i = root; i < document->nodes[root].end; i++) {
        const struct node *node = &document->nodes[i];
        if (is_skipped(node->tag)) {
            i = node->end - 1;
            continue;
        }
        if (node->tag == TAG_TEXT)
            bytes_append(out, document->text + node->text, node->text_end - node->text);
        else if (tag_flags_of(node->tag) & TAG_BLOCK && out->size &&
                 out->data[out->size - 1] != '\n')
            bytes_append(out, "\n", 1);
    }
}

void body_find(struct body *out, const struct document *document, const char *title,
               struct arena *arena)
{
    (void)title;
    *out = (struct body){.root = densest_node(document, arena)};
    if (out->root == DOCUMENT_NONE)
        return;
    struct bytes text;
    bytes_init(&text, 0);
    put_lines(document, out->root, &text);
    struct span trimmed = span_trimmed((struct span){text.data, text.size});
    if (trimmed.size) {
        out->text = arena_copy(arena, trimmed.data, trimmed.size);
        out->from = "density";
    }
    bytes_clear(&text);
}
