#include "base/alloc.h"
#include "extract/block.h"
#include "extract/document.h"

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

bool block_refused(const struct blocks *blocks, const struct block *block)
{
    bool is_ad = block->phrases & 1U << PHRASE_AD && block->weight < 30;
    bool leads_away = block->phrases & 1U << PHRASE_READ_MORE && block->weight < 200 &&
                      block->link_weight * 5 > block->weight * 2;
    return is_ad || leads_away || block->phrases & 1U << PHRASE_NOTICE ||
           is_elsewhere(blocks, block);
}
