#include <ctype.h>
#include <string.h>
#include <xxhash.h>

#include "base/alloc.h"
#include "extract/block.h"
#include "extract/document.h"
#include "extract/hints.h"

enum { TITLE_WORDS_MAX = 64, LINE_WORDS_MAX = 256, LINE_LOOKED_AT = 600, NEAR = 4, CAP = 1000 };

/* The likes of a line: those with the same element and parent. */
struct kin {
    uint32_t weight, link_weight, good_weight, lines;
    uint32_t passed; /* lines of it met so far, while walking along */
};

struct measure {
    const struct blocks *blocks;
    const struct document *document;
    struct kin *kins; /* by block->kin */
    uint32_t title_words[TITLE_WORDS_MAX];
    size_t title_count;
    uint32_t *good_sum; /* good weight before each block; one more for the whole */
    struct hints hints;
    uint32_t h1_line; /* of the heading most like the title, or UINT32_MAX */
};

static const char *const names[FEATURE_COUNT] = {
#define X(name) #name,
    FEATURE_LIST(X) CONTEXT_LIST(X)
#undef X
};

const char *feature_name(enum feature feature)
{
    return names[feature];
}

static float share(uint32_t part, uint32_t whole)
{
    return whole ? (float)part / (float)whole : 0.0F;
}

static float capped(uint32_t value, uint32_t most)
{
    return (float)(value < most ? value : most);
}

/* ---- words ---- */

/* How many of the words stand in the title. */
static uint32_t title_hits(const struct measure *measure, const uint32_t *words, size_t count)
{
    uint32_t hits = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < measure->title_count; k++) {
            if (measure->title_words[k] == words[i]) {
                hits++;
                break;
            }
        }
    }
    return hits;
}

/* ---- the line itself ---- */

static bool ends_like(struct span text, const char *const *ends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(ends[i]);
        if (text.size >= size && memcmp(text.data + text.size - size, ends[i], size) == 0)
            return true;
    }
    return false;
}

/* Beyond ASCII; those within are told by their byte. */
static const char *const sentence_ends[] = {"…", "。", "！", "？", "।", "؟", "۔"};
static const char *const closing_marks[] = {"”", "’", "»", "“", "」", "』"};

static bool ends_sentence(struct span text)
{
    for (int i = 0; i < 2 && text.size; i++) {
        char last = text.data[text.size - 1];
        bool is_ascii = !((unsigned char)last & 0x80);
        if (is_ascii ? last == '.' || last == '!' || last == '?'
                     : ends_like(text, sentence_ends, COUNT(sentence_ends)))
            return true;
        if (is_ascii ? last != '"' && last != '\'' && last != ')' && last != ']'
                     : !ends_like(text, closing_marks, COUNT(closing_marks)))
            return false;
        do
            text.size--;
        while (text.size && ((unsigned char)text.data[text.size] & 0xc0) == 0x80);
    }
    return false;
}

/* A word's bytes in lower case; 0 for what parts words. */
static const unsigned char word_bytes[256] = {
    ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g',
    ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
    ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u',
    ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z', ['A'] = 'a', ['B'] = 'b',
    ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
    ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w',
    ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};

/* Words that speak to the reader, up to a few. */
static uint32_t reader_words_in(struct span text)
{
    char word[16];
    uint32_t count = 0;
    size_t looked_at = text.size < LINE_LOOKED_AT ? text.size : LINE_LOOKED_AT, size = 0;
    for (size_t i = 0; i < looked_at; i++) {
        unsigned char c = (unsigned char)text.data[i], folded = c < 0x80 ? word_bytes[c] : c;
        if (folded) {
            word[size % sizeof(word)] = (char)folded;
            size++;
            continue;
        }
        if (size > 1 && size < sizeof(word))
            count += rules_speaks_to_reader((struct span){word, size});
        size = 0;
    }
    if (text.size < LINE_LOOKED_AT && size > 1 && size < sizeof(word))
        count += rules_speaks_to_reader((struct span){word, size});
    return count;
}

/* Marks that are counted, each in ten bits of one sum: a line's bytes are read but once. */
enum counted { COMMAS, STOPS, DIGITS, UPPER, ADDRESSES, SIGNS, COUNTED };

#define ONE(what) (UINT64_C(1) << (10 * (what)))

static const uint64_t counted_in[256] = {
    [','] = ONE(COMMAS),
    [';'] = ONE(COMMAS),
    ['.'] = ONE(STOPS),
    ['?'] = ONE(STOPS),
    ['!'] = ONE(STOPS),
    ['0'] = ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ['5'] = ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ONE(DIGITS),
    ['A'] = ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ['H'] = ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ['O'] = ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ['V'] = ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ONE(UPPER),
    ['@'] = ONE(ADDRESSES),
    ['#'] = ONE(ADDRESSES),
    ['|'] = ONE(SIGNS),
    ['>'] = ONE(SIGNS),
    ['/'] = ONE(SIGNS),
    ['['] = ONE(SIGNS),
    ['='] = ONE(SIGNS),
    ['+'] = ONE(SIGNS),
};

static void count_letters(struct span text, uint32_t counts[COUNTED])
{
    enum { AT_ONCE = 1000 }; /* ten bits hold that many */
    memset(counts, 0, COUNTED * sizeof(*counts));
    for (size_t from = 0; from < text.size; from += AT_ONCE) {
        size_t to = text.size - from < AT_ONCE ? text.size : from + AT_ONCE;
        uint64_t sum = 0;
        for (size_t i = from; i < to; i++)
            sum += counted_in[(unsigned char)text.data[i]];
        for (unsigned i = 0; i < COUNTED; i++)
            counts[i] += (uint32_t)(sum >> (10 * i) & 0x3ff);
    }
    const char *end = text.data + text.size, *at = text.data;
    while ((at = memchr(at, ':', (size_t)(end - at))) && end - at > 2)
        counts[ADDRESSES] += *++at == '/';
}

static void measure_letters(float *out, struct span text, uint32_t weight)
{
    uint32_t counts[COUNTED];
    count_letters(text, counts);
    unsigned char first = text.size ? (unsigned char)text.data[0] : 'A';
    out[FEATURE_ODD_START] = (first >= 'a' && first <= 'z')                    ? 1.0F
                             : first < 0x80 && !isalnum(first) && first != '"' ? 2.0F
                                                                               : 0.0F;
    out[FEATURE_ADDRESSES] = capped(counts[ADDRESSES], 5);
    out[FEATURE_SIGNS] = capped(counts[SIGNS], 8);
    out[FEATURE_SPEAKS_TO_READER] = capped(reader_words_in(text), 8);
    out[FEATURE_COMMAS] = capped(counts[COMMAS], 20);
    out[FEATURE_STOPS] = capped(counts[STOPS], 20);
    out[FEATURE_DIGIT_SHARE] = share(counts[DIGITS], weight);
    out[FEATURE_UPPER_SHARE] = share(counts[UPPER], weight);
    out[FEATURE_SENTENCE_END] = ends_sentence(text);
    out[FEATURE_COLON_END] = text.size && text.data[text.size - 1] == ':';
}

/* Its words, against those of the title and of the page's own data. */
static void measure_words(const struct measure *measure, const struct block *block,
                          struct span text, float *out)
{
    uint32_t words[LINE_WORDS_MAX];
    const struct hints *hints = &measure->hints;
    if (block->weight > 600 && !hints->body.words) {
        out[FEATURE_WORDS] = 50;
        return;
    }
    size_t count = hints_words(text, words, LINE_WORDS_MAX);
    out[FEATURE_WORDS] = capped((uint32_t)count, 50);
    if (hints->body.words) {
        out[FEATURE_IN_DATA] = hints_share(&hints->body, words, count);
        out[FEATURE_DATA_WORDS] = capped((uint32_t)hints->body.words, 5000);
    }
    if (block->weight <= 600)
        out[FEATURE_IN_DESCRIPTION] = hints_share(&hints->description, words, count);
    if (block->weight <= 300) {
        uint32_t hits = title_hits(measure, words, count);
        out[FEATURE_TITLE_OVERLAP] = share(hits, (uint32_t)count);
        out[FEATURE_TITLE_COVER] = share(hits, (uint32_t)measure->title_count);
    }
}

static void measure_line(const struct measure *measure, const struct block *block, float *out)
{
    struct span text = block_text(block, measure->document);
    measure_words(measure, block, text, out);
    measure_letters(out, text, block->weight);
    out[FEATURE_WEIGHT] = capped(block->weight, CAP);
    out[FEATURE_LINK_SHARE] = share(block->link_weight, block->weight);
    out[FEATURE_LINKS] = capped(block->links, 10);
    out[FEATURE_STRONG_SHARE] = share(block->strong_weight, block->weight);
    out[FEATURE_EM_SHARE] = share(block->em_weight, block->weight);
    out[FEATURE_IS_P] = block->tag == TAG_P;
    out[FEATURE_IS_LI] = block->tag == TAG_LI;
    out[FEATURE_IS_CELL] = block->tag == TAG_TD || block->tag == TAG_TH;
    out[FEATURE_IS_DIV] = block->tag == TAG_DIV;
    out[FEATURE_HEADING] = block->heading;
    out[FEATURE_HAS_TIME] = block->has_time;
    out[FEATURE_HIDDEN] = block->hidden;
    for (unsigned i = 0; i < PHRASE_COUNT; i++)
        out[FEATURE_READ_MORE + i] = (block->phrases >> i) & 1;
    out[FEATURE_SEEN_BEFORE] = block->seen_before;
    out[FEATURE_SEEN_LATER] = block->seen_later;
}

/* ---- the elements around it ---- */

static void measure_ancestors(const struct measure *measure, const struct block *block, float *out)
{
    const struct tree *tree = measure->blocks->tree;
    const struct node *nodes = measure->document->nodes;
    float distance[LANDMARK_ROOM];
    for (unsigned i = 0; i < LANDMARK_ROOM; i++)
        distance[i] = tree[block->node].distance[i];
    memcpy(out + FEATURE_D_BODY, distance, LANDMARK_COUNT * sizeof(*out));
    out[FEATURE_DEPTH] = nodes[block->node].depth;
    out[FEATURE_PIECES] = capped(tree[block->node].lines, 50);
    static const int rows[3][4] = {
        {FEATURE_UP1_WEIGHT, FEATURE_UP1_LINKS, FEATURE_UP1_LINES, FEATURE_UP1_GOOD},
        {FEATURE_UP2_WEIGHT, FEATURE_UP2_LINKS, FEATURE_UP2_LINES, FEATURE_UP2_GOOD},
        {-1, FEATURE_UP3_LINKS, FEATURE_UP3_LINES, FEATURE_UP3_GOOD}};
    uint32_t total = measure->good_sum[measure->blocks->count];
    uint32_t up = block->node, lines = tree[up].lines;
    for (unsigned level = 0; level < 3; level++) {
        while (nodes[up].parent != DOCUMENT_NONE && tree[up].lines == lines)
            up = nodes[up].parent;
        lines = tree[up].lines;
        if (level < 2)
            out[level ? FEATURE_UP2_IMAGES : FEATURE_UP1_IMAGES] =
                capped(measure->blocks->images[nodes[up].end] - measure->blocks->images[up], 20);
        if (level == 0)
            out[FEATURE_UP1_MEAN] = capped(tree[up].weight / (lines ? lines : 1), CAP);
        if (rows[level][0] >= 0)
            out[rows[level][0]] = capped(tree[up].weight, 20000);
        out[rows[level][1]] = share(tree[up].link_weight, tree[up].weight);
        out[rows[level][2]] = capped(lines, 300);
        out[rows[level][3]] = share(tree[up].good_weight, total);
    }
}

static void measure_root(const struct measure *measure, size_t index, float *out)
{
    const struct blocks *blocks = measure->blocks;
    const struct tree *tree = blocks->tree;
    const struct node *nodes = measure->document->nodes;
    const struct block *block = &blocks->items[index];
    uint32_t root = blocks->root, total = measure->good_sum[blocks->count];
    if (root == DOCUMENT_NONE)
        return;
    out[FEATURE_ROOT_SHARE] = share(tree[root].good_weight, total);
    out[FEATURE_ROOT_LINES] = capped(tree[root].lines, 1000);
    uint32_t first = tree[root].first_line;
    out[FEATURE_ROOT_PLACE] = index < first ? -capped((uint32_t)(first - index), 50)
                                            : share((uint32_t)(index - first), tree[root].lines);
    if (block->node < root || block->node >= nodes[root].end) {
        out[FEATURE_ROOT_LEVELS] = -1;
        return;
    }
    out[FEATURE_IN_ROOT] = 1;
    uint32_t branch = block->node;
    while (branch != root && nodes[branch].parent != root)
        branch = nodes[branch].parent;
    out[FEATURE_ROOT_LEVELS] = (float)(nodes[block->node].depth - nodes[root].depth);
    out[FEATURE_BRANCH_GOOD] = share(tree[branch].good_weight, tree[root].good_weight);
    out[FEATURE_BRANCH_LINKS] = share(tree[branch].link_weight, tree[branch].weight);
    out[FEATURE_BRANCH_LINES] = capped(tree[branch].lines, 200);
}

/* ---- its place and neighbours ---- */

static void measure_place(const struct measure *measure, size_t index, float *out)
{
    const struct blocks *blocks = measure->blocks;
    size_t count = blocks->count;
    const struct block *items = blocks->items;
    const uint32_t *sum = measure->good_sum;
    uint32_t own = items[index].good ? items[index].weight : 0;
    out[FEATURE_PAGE_PLACE] = (float)index / (float)count;
    out[FEATURE_PAGE_LINES] = capped((uint32_t)count, 2000);
    out[FEATURE_SAYS_ARTICLE] = measure->hints.says_article;
    out[FEATURE_SAYS_NEWS] = measure->hints.says_news;
    out[FEATURE_PAGE_GOOD] = capped(sum[count], 30000);
    out[FEATURE_GOOD_BEFORE] = share(sum[index], sum[count]);
    out[FEATURE_GOOD_AFTER] = share(sum[count] - sum[index] - own, sum[count]);
    size_t low = index > NEAR ? index - NEAR : 0;
    size_t high = index + NEAR + 1 < count ? index + NEAR + 1 : count;
    out[FEATURE_GOOD_NEAR] = capped(sum[high] - sum[low] - own, 3000);
    uint32_t h1 = measure->h1_line;
    out[FEATURE_AFTER_H1] = h1 == UINT32_MAX ? -1000.0F
                            : index >= h1    ? capped((uint32_t)index - h1, 500)
                                             : -capped(h1 - (uint32_t)index, 500);
}

static const struct kin *kin_of(const struct measure *measure, size_t index)
{
    return &measure->kins[measure->blocks->items[index].kin];
}

static float kin_good(const struct measure *measure, size_t index)
{
    return share(kin_of(measure, index)->good_weight, measure->good_sum[measure->blocks->count]);
}

static void measure_kin(const struct measure *measure, size_t index, float *out)
{
    const struct kin *kin = kin_of(measure, index);
    out[FEATURE_KIN_GOOD] = kin_good(measure, index);
    out[FEATURE_KIN_LINES] = capped(kin->lines, 200);
    out[FEATURE_KIN_MEAN] = capped(kin->weight / kin->lines, CAP);
    out[FEATURE_KIN_LINKS] = share(kin->link_weight, kin->weight);
}

static void measure_neighbour(const struct measure *measure, size_t index, size_t other, float *out)
{
    const struct block *block = &measure->blocks->items[other];
    out[0] = capped(block->weight, CAP);
    out[1] = share(block->link_weight, block->weight);
    out[2] = block->kin == measure->blocks->items[index].kin;
    out[3] = block->heading > 0;
}

/* The next line that is no heading: what a heading stands for. */
static void measure_next_text(const struct measure *measure, size_t index, size_t other, float *out)
{
    const struct block *items = measure->blocks->items;
    const struct node *nodes = measure->document->nodes;
    const struct block *text = &items[other];
    out[FEATURE_TEXT_WEIGHT] = capped(text->weight, CAP);
    out[FEATURE_TEXT_LINKS] = share(text->link_weight, text->weight);
    out[FEATURE_TEXT_KIN_GOOD] = kin_good(measure, other);
    out[FEATURE_TEXT_BESIDE] = nodes[text->node].parent == nodes[items[index].node].parent;
    out[FEATURE_TEXT_D_RELATED] = measure->blocks->tree[text->node].distance[PART_RELATED];
    out[FEATURE_TEXT_GAP] = capped((uint32_t)(other - index), 20);
}

/* Features that look along the lines: one walk forwards, one backwards. */
static void measure_along(const struct measure *measure, float *features)
{
    const struct blocks *blocks = measure->blocks;
    size_t count = blocks->count;
    uint32_t gap = 50, piece = 0, run = 0;
    bool data_before = false;
    float last_kin = 0;
    for (size_t i = 0; i < count; i++) {
        float *out = features + i * FEATURE_COUNT;
        piece = i && blocks->items[i].node == blocks->items[i - 1].node ? piece + 1 : 0;
        out[FEATURE_PIECE] = capped(piece, 50);
        out[FEATURE_GAP_BEFORE] = capped(gap, 50);
        struct kin *kin = &measure->kins[blocks->items[i].kin];
        out[FEATURE_KIN_PLACE] = share(kin->passed++, kin->lines);
        run = i && blocks->items[i].kin == blocks->items[i - 1].kin ? run + 1 : 0;
        out[FEATURE_RUN_PLACE] = capped(run, 50);
        if (i)
            out[FEATURE_AFTER_IMAGE] =
                blocks->images[blocks->items[i].node] > blocks->images[blocks->items[i - 1].node];
        if (i + 1 < count)
            out[FEATURE_BEFORE_IMAGE] =
                blocks->images[blocks->items[i + 1].node] > blocks->images[blocks->items[i].node];
        out[FEATURE_LAST_KIN_GOOD] = last_kin;
        if (i)
            measure_neighbour(measure, i, i - 1, &out[FEATURE_PREV_WEIGHT]);
        if (i + 1 < count)
            measure_neighbour(measure, i, i + 1, &out[FEATURE_NEXT_WEIGHT]);
        gap = blocks->items[i].good ? 0 : gap + 1;
        out[FEATURE_DATA_SIDE] = data_before;
        data_before |= out[FEATURE_IN_DATA] > 0.7F && blocks->items[i].weight > 60;
        if (!blocks->items[i].heading)
            last_kin = kin_good(measure, i);
    }
    gap = 50;
    run = 0;
    size_t text = SIZE_MAX;
    bool data_after = false;
    for (size_t i = count; i-- > 0;) {
        float *out = features + i * FEATURE_COUNT;
        out[FEATURE_GAP_AFTER] = capped(gap, 50);
        run = i + 1 < count && blocks->items[i].kin == blocks->items[i + 1].kin ? run + 1 : 0;
        out[FEATURE_RUN_LINES] = out[FEATURE_RUN_PLACE] + capped(run, 50);
        if (text != SIZE_MAX)
            measure_next_text(measure, i, text, out);
        gap = blocks->items[i].good ? 0 : gap + 1;
        out[FEATURE_DATA_SIDE] += data_after ? 2 : 0; /* 3: between lines of the data */
        data_after |= out[FEATURE_IN_DATA] > 0.7F && blocks->items[i].weight > 60;
        if (!blocks->items[i].heading)
            text = i;
    }
}

/* ---- what is needed before ---- */

static void gather_kins(struct measure *measure, struct arena *arena)
{
    const struct blocks *blocks = measure->blocks;
    measure->kins = arena_alloc_zeroed(arena, (blocks->kins + 1) * sizeof(*measure->kins));
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        struct kin *kin = &measure->kins[block->kin];
        kin->lines++;
        kin->weight += block->weight;
        kin->link_weight += block->link_weight;
        kin->good_weight += block->good ? block->weight : 0;
    }
}

/* The heading that is most like the title, h1 before others; else the first h1. */
static void find_headline(struct measure *measure)
{
    const struct blocks *blocks = measure->blocks;
    float best = 0;
    measure->h1_line = UINT32_MAX;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        if (!block->heading || block->heading > 2 || block->weight > 300)
            continue;
        uint32_t words[LINE_WORDS_MAX];
        size_t count = hints_words(block_text(block, measure->document), words, LINE_WORDS_MAX);
        uint32_t hits = title_hits(measure, words, count);
        float like = share(2 * hits, (uint32_t)(count + measure->title_count)) +
                     (block->heading == 1 ? 0.2F : 0);
        if (like > best) {
            best = like;
            measure->h1_line = (uint32_t)i;
        }
    }
}

static void sum_good(struct measure *measure, struct arena *arena)
{
    size_t count = measure->blocks->count;
    measure->good_sum = arena_alloc(arena, (count + 1) * sizeof(*measure->good_sum));
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        measure->good_sum[i] = sum;
        sum += measure->blocks->items[i].good ? measure->blocks->items[i].weight : 0;
    }
    measure->good_sum[count] = sum;
}

float *blocks_features(const struct blocks *blocks, const struct document *document,
                       const char *title, struct arena *arena)
{
    struct measure measure = {.blocks = blocks, .document = document};
    float *features =
        arena_alloc_zeroed(arena, (blocks->count + 1) * FEATURE_COUNT * sizeof(float));
    hints_collect(&measure.hints, document, arena);
    if (title)
        measure.title_count = hints_words(span_of(title), measure.title_words, TITLE_WORDS_MAX);
    gather_kins(&measure, arena);
    find_headline(&measure);
    sum_good(&measure, arena);
    for (size_t i = 0; i < blocks->count; i++) {
        float *out = features + i * FEATURE_COUNT;
        measure_line(&measure, &blocks->items[i], out);
        measure_ancestors(&measure, &blocks->items[i], out);
        measure_root(&measure, i, out);
        measure_place(&measure, i, out);
        measure_kin(&measure, i, out);
    }
    measure_along(&measure, features);
    return features;
}
