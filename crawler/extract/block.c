#include "extract/block.h"

#include <ctype.h>
#include <string.h>
#include <xxhash.h>

#include "base/utf8.h"
#include "extract/document.h"

enum { GOOD_WEIGHT = 80, PHRASES_WEIGHT_MAX = 700, WORD_CACHE = 256 };

/* Class names come again and again: their parts are looked up once. */
struct parts_cache {
    struct {
        uint64_t hash;
        uint32_t parts;
        bool used;
    } rows[WORD_CACHE];
};

struct collector {
    const struct document *document;
    struct arena *arena;
    struct blocks *blocks;
    size_t capacity;
    struct parts_cache cache;
};

struct span block_text(const struct block *block, const struct document *document)
{
    return (struct span){document->text + block->text, block->text_end - block->text};
}

static uint32_t cached_parts(struct collector *collector, const char *names)
{
    size_t size = strlen(names);
    uint64_t hash = XXH3_64bits(names, size);
    size_t row = hash % WORD_CACHE;
    if (!collector->cache.rows[row].used || collector->cache.rows[row].hash != hash) {
        collector->cache.rows[row].used = true;
        collector->cache.rows[row].hash = hash;
        collector->cache.rows[row].parts = rules_parts_of((struct span){names, size});
    }
    return collector->cache.rows[row].parts;
}

static uint64_t bit(unsigned landmark)
{
    return (uint64_t)1 << landmark;
}

/* The landmarks that an element's tag makes. */
static uint64_t tag_landmarks(enum tag tag)
{
    switch (tag) {
    case TAG_ARTICLE:
        return bit(LANDMARK_ARTICLE);
    case TAG_MAIN:
        return bit(LANDMARK_MAIN);
    case TAG_ASIDE:
        return bit(LANDMARK_ASIDE);
    case TAG_NAV:
        return bit(LANDMARK_NAV);
    case TAG_FOOTER:
        return bit(LANDMARK_FOOTER);
    case TAG_HEADER:
        return bit(LANDMARK_HEADER);
    case TAG_FORM:
    case TAG_BUTTON:
    case TAG_LABEL:
        return bit(LANDMARK_FORM);
    case TAG_FIGURE:
    case TAG_FIGCAPTION:
        return bit(LANDMARK_FIGURE);
    case TAG_TABLE:
        return bit(LANDMARK_TABLE);
    case TAG_UL:
    case TAG_OL:
    case TAG_DL:
        return bit(LANDMARK_LIST);
    case TAG_BLOCKQUOTE:
        return bit(LANDMARK_QUOTE);
    case TAG_SECTION:
        return bit(LANDMARK_SECTION);
    default:
        return 0;
    }
}

static uint64_t element_landmarks(struct collector *collector, uint32_t at)
{
    const struct document *document = collector->document;
    const struct node *node = &document->nodes[at];
    uint64_t marks = tag_landmarks(node->tag);
    if (node->tag == TAG_BODY || node->tag == TAG_HTML)
        return marks; /* their classes speak of the whole page */
    for (unsigned i = 0; i < node->attributes_count; i++) {
        const struct attribute *attribute = &document->attributes[node->attributes + i];
        switch (attribute->id) {
        case ATTRIBUTE_ITEMPROP:
            if (strstr(attribute->value, "articleBody"))
                marks |= bit(LANDMARK_ITEMPROP_BODY) | bit(PART_BODY);
            break;
        case ATTRIBUTE_ROLE:
        case ATTRIBUTE_CLASS:
        case ATTRIBUTE_ID:
        case ATTRIBUTE_DATA_TESTID:
        case ATTRIBUTE_DATA_TEST_ID:
        case ATTRIBUTE_DATA_COMPONENT:
        case ATTRIBUTE_DATA_QA:
        case ATTRIBUTE_DATA_BLOCK:
        case ATTRIBUTE_DATA_MODULE:
        case ATTRIBUTE_DATA_TYPE:
            marks |= cached_parts(collector, attribute->value);
            break;
        default:
            break;
        }
    }
    return marks;
}

static uint32_t names_hash(const struct document *document, uint32_t at)
{
    const char *class_name = node_attribute(document, at, ATTRIBUTE_CLASS);
    /* The first class tells the kind; later ones often differ from line to line. */
    size_t size = class_name ? strcspn(class_name, " ") : 0;
    return (uint32_t)XXH3_64bits_withSeed(class_name ? class_name : "", size,
                                          document->nodes[at].tag);
}

/* One step further from each landmark than `above` (NULL: there is nothing above), but at those
 * that the element is itself. */
static void fill_distances(uint8_t *out, const uint8_t *above, uint64_t marks)
{
    uint8_t distance[LANDMARK_ROOM]; /* in place: the compiler makes a few vectors of it */
    if (above)
        memcpy(distance, above, sizeof(distance));
    else
        memset(distance, DISTANCE_NONE, sizeof(distance));
    for (unsigned i = 0; i < LANDMARK_ROOM; i++)
        distance[i] = (uint8_t)(distance[i] + (distance[i] < DISTANCE_NONE));
    for (; marks; marks &= marks - 1)
        distance[__builtin_ctzll(marks)] = 0;
    memcpy(out, distance, sizeof(distance));
}

/* Fills what is known of `at` and its ancestors, the outermost first. */
static void fill_tree(struct collector *collector, uint32_t at)
{
    struct tree *tree = collector->blocks->tree;
    uint32_t path[DOCUMENT_DEPTH_MAX + 1];
    unsigned depth = 0;
    for (uint32_t up = at; up != DOCUMENT_NONE && !tree[up].filled && depth <= DOCUMENT_DEPTH_MAX;
         up = collector->document->nodes[up].parent)
        path[depth++] = up;
    while (depth) {
        uint32_t node = path[--depth], parent = collector->document->nodes[node].parent;
        fill_distances(tree[node].distance, parent == DOCUMENT_NONE ? NULL : tree[parent].distance,
                       element_landmarks(collector, node));
        tree[node].names = names_hash(collector->document, node);
        tree[node].first_line = UINT32_MAX;
        tree[node].filled = true;
    }
}

/* Letters and signs of a text; those of scripts without spaces between words count twice. */
static uint32_t weigh(const char *data, size_t size)
{
    static const uint8_t weights[256] = {/* of bytes that begin a sign */
                                         [0x00 ... 0x7f] = 1,
                                         [0xc0 ... 0xe2] = 1,
                                         [0xe3 ... 0xed] = 2,
                                         [0xee ... 0xff] = 1};
    uint32_t weight = 0;
    for (size_t i = 0; i < size; i++)
        weight += weights[(unsigned char)data[i]];
    return weight;
}

static uint32_t block_node(const struct document *document, uint32_t at)
{
    while (document->nodes[at].parent != DOCUMENT_NONE &&
           !(tag_flags_of(document->nodes[at].tag) & TAG_BLOCK))
        at = document->nodes[at].parent;
    return at;
}

static struct block *open_block(struct collector *collector, uint32_t text_node, uint32_t from)
{
    struct blocks *blocks = collector->blocks;
    if (blocks->count == collector->capacity) {
        size_t more = collector->capacity * 2;
        blocks->items =
            arena_grow(collector->arena, blocks->items, blocks->count * sizeof(*blocks->items),
                       more * sizeof(*blocks->items));
        collector->capacity = more;
    }
    struct block *block = &blocks->items[blocks->count++];
    uint32_t node = block_node(collector->document, text_node);
    fill_tree(collector, node);
    enum tag tag = collector->document->nodes[node].tag;
    *block = (struct block){.text = from, .text_end = from, .node = node, .tag = (uint8_t)tag};
    /* An element within a heading is still a heading. */
    for (uint32_t up = node, steps = 0; up != DOCUMENT_NONE && steps < 3 && !block->heading;
         up = collector->document->nodes[up].parent, steps++)
        if (tag_flags_of(collector->document->nodes[up].tag) & TAG_HEADING)
            block->heading = (uint8_t)(collector->document->nodes[up].tag - TAG_H1 + 1);
    return block;
}

/* Adds a piece of text with what the inline elements around it say. */
static void add_piece(struct collector *collector, struct block *block, uint32_t text_node,
                      const char *data, size_t size)
{
    const struct document *document = collector->document;
    const struct node *node = &document->nodes[text_node];
    uint32_t weight = weigh(data, size);
    block->weight += weight;
    if (node->flags & NODE_IN_LINK)
        block->link_weight += weight;
    block->hidden |= node->flags & NODE_HIDDEN;
    bool strong = false, em = false;
    for (uint32_t up = node->parent; up != block->node && up != DOCUMENT_NONE;
         up = document->nodes[up].parent) {
        enum tag tag = document->nodes[up].tag;
        strong |= tag == TAG_STRONG || tag == TAG_B;
        em |= tag == TAG_EM || tag == TAG_I;
        block->has_time |= tag == TAG_TIME;
        block->links += tag == TAG_A && document->nodes[up].flags & NODE_IN_LINK;
    }
    uint32_t share = weight > UINT16_MAX ? UINT16_MAX : weight;
    if (strong && block->strong_weight + share <= UINT16_MAX)
        block->strong_weight = (uint16_t)(block->strong_weight + share);
    if (em && block->em_weight + share <= UINT16_MAX)
        block->em_weight = (uint16_t)(block->em_weight + share);
    block->text_end = (uint32_t)(data + size - document->text);
}

/* Whether a line says anything: it has a letter, a digit or a sign that is no mere ornament. */
static bool has_letters(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint32_t point = (unsigned char)text.data[i];
        if (isalnum((int)point) || point == '_')
            return true;
        if (point < 0x80)
            continue;
        i += utf8_decode(text.data + i, text.size - i, &point) - 1;
        if (point >= 0xaa && point != 0xab && point != 0xb7 && point != 0xbb &&
            !(point >= 0x2000 && point <= 0x27bf) && point != 0xfeff &&
            !(point >= 0x3000 && point <= 0x3004))
            return true;
    }
    return false;
}

/* Splits the text nodes into lines. */
static void collect_lines(struct collector *collector)
{
    const struct document *document = collector->document;
    struct blocks *blocks = collector->blocks;
    struct block *block = NULL;
    for (uint32_t i = 0; i < document->nodes_count && blocks->count < BLOCKS_MAX; i++) {
        const struct node *node = &document->nodes[i];
        if (node->tag == TAG_HEAD && i + 1 < node->end)
            continue;
        if (node->tag != TAG_TEXT)
            continue;
        const char *at = document->text + node->text, *end = document->text + node->text_end;
        if (block && node->text &&
            memchr(document->text + block->text_end, '\n', node->text - block->text_end))
            block = NULL;
        while (at < end) {
            if (*at == '\n') {
                block = NULL;
                at++;
                continue;
            }
            const char *stop = memchr(at, '\n', (size_t)(end - at));
            stop = stop ? stop : end;
            if (!block && *at == ' ' && at + 1 == stop)
                break; /* a blank between blocks */
            if (!block)
                block = open_block(collector, i, (uint32_t)(at - document->text));
            add_piece(collector, block, i, at, (size_t)(stop - at));
            at = stop;
        }
    }
}

static void trim_block(struct block *block, const char *text)
{
    while (block->text < block->text_end && text[block->text] == ' ')
        block->text++;
    while (block->text_end > block->text &&
           (text[block->text_end - 1] == ' ' || text[block->text_end - 1] == '\n'))
        block->text_end--;
}

/* Good text could be an article's by itself: long, few links, in no menu. */
static bool is_good(const struct block *block, const struct tree *tree)
{
    const uint8_t *distance = tree[block->node].distance;
    return block->weight >= GOOD_WEIGHT && block->link_weight * 3 < block->weight &&
           !block->hidden && distance[LANDMARK_NAV] == DISTANCE_NONE &&
           distance[LANDMARK_FOOTER] == DISTANCE_NONE &&
           distance[LANDMARK_ASIDE] == DISTANCE_NONE && distance[LANDMARK_FORM] > 3 &&
           distance[LANDMARK_FIGURE] > 3 && distance[PART_COMMENT] > 5 &&
           distance[PART_OVERLAY] > 4;
}

/* Marks lines that stand on the page more than once. */
static void mark_repeated(struct blocks *blocks, const struct document *document,
                          struct arena *arena)
{
    size_t rows = 64;
    while (rows < blocks->count * 2)
        rows *= 2;
    uint32_t *table = arena_alloc_zeroed(arena, rows * sizeof(*table)); /* index + 1 */
    for (size_t i = 0; i < blocks->count; i++) {
        struct span text = block_text(&blocks->items[i], document);
        size_t row = XXH3_64bits(text.data, text.size) & (rows - 1);
        for (; table[row]; row = (row + 1) & (rows - 1)) {
            struct block *other = &blocks->items[table[row] - 1];
            struct span others = block_text(other, document);
            if (others.size == text.size && memcmp(others.data, text.data, text.size) == 0) {
                other->seen_later = true;
                blocks->items[i].seen_before = true;
                break;
            }
        }
        table[row] = (uint32_t)i + 1;
    }
}

static void finish_block(struct collector *collector, size_t index)
{
    struct tree *tree = collector->blocks->tree;
    struct block *block = &collector->blocks->items[index];
    const struct node *nodes = collector->document->nodes;
    uint32_t parent = nodes[block->node].parent;
    trim_block(block, collector->document->text);
    block->good = is_good(block, tree);
    block->kin = tree[block->node].names * 31 + (parent == DOCUMENT_NONE ? 0 : tree[parent].names) +
                 (parent == DOCUMENT_NONE ? 0 : nodes[block->node].depth);
    if (block->weight <= PHRASES_WEIGHT_MAX)
        block->phrases = rules_phrases_of(block_text(block, collector->document));
    struct tree *own = &tree[block->node];
    own->weight += block->weight;
    own->link_weight += block->link_weight;
    own->good_weight += block->good ? block->weight : 0;
    own->lines++;
    if (own->first_line > index)
        own->first_line = (uint32_t)index;
}

/* Children stand behind their parents, so one walk backwards sums everything up. */
static void sum_up(struct blocks *blocks, const struct document *document)
{
    for (size_t i = document->nodes_count; i-- > 1;) {
        const struct tree *from = &blocks->tree[i];
        if (!from->filled || document->nodes[i].parent == DOCUMENT_NONE)
            continue;
        struct tree *to = &blocks->tree[document->nodes[i].parent];
        to->weight += from->weight;
        to->link_weight += from->link_weight;
        to->good_weight += from->good_weight;
        to->lines += from->lines;
        if (to->first_line > from->first_line)
            to->first_line = from->first_line;
    }
}

/* Gives the kinds of lines numbers from 0 on in place of their hashes. */
static void number_kins(struct blocks *blocks, struct arena *arena)
{
    size_t rows = 64;
    while (rows < blocks->count * 2)
        rows *= 2;
    struct row {
        uint32_t hash, number; /* from 1 on; 0: free */
    } *table = arena_alloc_zeroed(arena, rows * sizeof(*table));
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        size_t row = block->kin & (rows - 1);
        while (table[row].number && table[row].hash != block->kin)
            row = (row + 1) & (rows - 1);
        if (!table[row].number)
            table[row] = (struct row){block->kin, (uint32_t)++blocks->kins};
        block->kin = table[row].number - 1;
    }
}

/* The element that good lines hang on: each gives all of its weight to its parent, half to the
 * next above and so on, so that the deepest one that holds most of it wins. */
static uint32_t find_root(const struct blocks *blocks, const struct document *document,
                          struct arena *arena)
{
    float *scores = arena_alloc_zeroed(arena, document->nodes_count * sizeof(*scores));
    uint32_t best = DOCUMENT_NONE;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        if (!block->good)
            continue;
        bool whole = block->tag != TAG_P && block->tag != TAG_LI;
        uint32_t up = whole ? block->node : document->nodes[block->node].parent;
        float share = (float)block->weight;
        for (unsigned level = 0; up != DOCUMENT_NONE && level < 5; level++, share /= 2) {
            scores[up] += share;
            if (best == DOCUMENT_NONE || scores[up] > scores[best])
                best = up;
            up = document->nodes[up].parent;
        }
    }
    return best;
}

static void count_images(struct blocks *blocks, const struct document *document,
                         struct arena *arena)
{
    blocks->images = arena_alloc(arena, (document->nodes_count + 1) * sizeof(*blocks->images));
    uint32_t count = 0;
    for (size_t i = 0; i < document->nodes_count; i++) {
        enum tag tag = document->nodes[i].tag;
        blocks->images[i] = count;
        count += tag == TAG_IMG || tag == TAG_VIDEO || tag == TAG_FIGURE || tag == TAG_PICTURE;
    }
    blocks->images[document->nodes_count] = count;
}

void blocks_collect(struct blocks *out, const struct document *document, struct arena *arena)
{
    struct collector *collector = arena_alloc_zeroed(arena, sizeof(*collector));
    collector->document = document;
    collector->arena = arena;
    collector->blocks = out;
    collector->capacity = 256;
    *out = (struct blocks){.root = DOCUMENT_NONE};
    out->items = arena_alloc(arena, collector->capacity * sizeof(*out->items));
    out->tree = arena_alloc_zeroed(arena, document->nodes_count * sizeof(*out->tree));
    collect_lines(collector);
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        trim_block(&out->items[i], document->text);
        if (has_letters(block_text(&out->items[i], document)))
            out->items[kept++] = out->items[i];
    }
    out->count = kept;
    for (size_t i = 0; i < out->count; i++)
        finish_block(collector, i);
    number_kins(out, arena);
    mark_repeated(out, document, arena);
    sum_up(out, document);
    count_images(out, document, arena);
    out->root = find_root(out, document, arena);
}
