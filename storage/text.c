#include "storage/text.h"

#include <stddef.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/script.h"

enum {
    LETTERS_A_WORD = 4,
    NEAR_BITS = 8,
    SHINGLE_WORDS = 3,
    SHINGLE_SIGNS = 6, /* of a script in which every character counts as a word */
    SHINGLES_MAX = 3000,
    LANES_FULL = 255
};

static bool is_mark(uint32_t point)
{
    return point == '\'' || point == 0x2019 || point == '-'; /* inside a word they don't end it */
}

/* The next word: returns false at the end. A word of a joined script is LETTERS_A_WORD letters. */
static bool next_word(const unsigned char **at, const unsigned char **start, size_t *size)
{
    const unsigned char *p = *at, *begin = NULL, *end = NULL;
    enum script of = SCRIPT_BREAK;
    unsigned letters = 0;
    while (*p) {
        if (is_ascii_letter(*p) && (of == SCRIPT_SPACED || !begin)) { /* most of most texts */
            begin = begin ? begin : p;
            of = SCRIPT_SPACED;
            while (is_ascii_letter(*p))
                p++;
            end = p;
            continue;
        }
        const unsigned char *before = p;
        uint32_t point = next_point(&p);
        enum script script = script_of(point);
        if (begin && is_mark(point) && of == SCRIPT_SPACED && *p > ' ')
            continue;
        if (begin && (script != of || of == SCRIPT_SINGLE || letters == LETTERS_A_WORD)) {
            p = before;
            break;
        }
        if (script == SCRIPT_BREAK)
            continue;
        if (!begin)
            begin = before;
        end = p;
        of = script;
        letters += script == SCRIPT_JOINED;
    }
    *at = p;
    *start = begin;
    *size = begin ? (size_t)(end - begin) : 0;
    return begin != NULL;
}

/* Eight counters of a byte each: how often each bit of one byte of the hashes was set. */
struct lanes {
    uint64_t of_byte[8];
};

static void lanes_add(struct lanes *lanes, uint64_t hash)
{
    for (unsigned i = 0; i < 8; i++) {
        uint64_t byte = hash >> (8 * i) & 0xff;
        /* spreads the eight bits over eight bytes, each 0 or 1 */
        uint64_t spread = (byte * 0x0101010101010101ULL) & 0x8040201008040201ULL;
        lanes->of_byte[i] +=
            (((spread + 0x7f7f7f7f7f7f7f7fULL) | spread) >> 7) & 0x0101010101010101ULL;
    }
}

static void lanes_flush(struct lanes *lanes, uint32_t counts[64])
{
    for (unsigned i = 0; i < 64; i++)
        counts[i] += lanes->of_byte[i / 8] >> (8 * (i % 8)) & 0xff;
    memset(lanes, 0, sizeof(*lanes));
}

/* A walk over the words of a text, with the hashes of the last of them. */
struct walk {
    const unsigned char *at;
    uint64_t recent[SHINGLE_SIGNS];
    unsigned count;
};

static uint64_t hash_recent(const struct walk *walk, unsigned words)
{
    uint64_t hash = walk->recent[(walk->count - 1) % SHINGLE_SIGNS] * words;
    for (unsigned back = 2; back <= words; back++)
        hash = (hash ^ walk->recent[(walk->count + SHINGLE_SIGNS - back) % SHINGLE_SIGNS]) *
               0x9e3779b97f4a7c15ULL;
    return hash ^ hash >> 31;
}

static void walk_start(struct walk *walk, const char *text)
{
    *walk = (struct walk){.at = (const unsigned char *)(text ? text : "")};
}

/* Goes to the next word; false at the end. *near is the shingle of three words that it ends, *wide
 * the one by which texts are compared. */
static bool walk_on(struct walk *walk, uint64_t *near, uint64_t *wide)
{
    const unsigned char *word;
    size_t size;
    if (!next_word(&walk->at, &word, &size))
        return false;
    bool is_sign = word[0] >= 0xe3 && size <= 4;
    walk->recent[walk->count++ % SHINGLE_SIGNS] = XXH3_64bits(word, size);
    *near = hash_recent(walk, SHINGLE_WORDS);
    *wide = is_sign ? hash_recent(walk, SHINGLE_SIGNS) : *near;
    return true;
}

struct text_figures text_measure(const char *text)
{
    uint64_t near, wide, least[TEXT_KEYS];
    uint32_t counts[64] = {0};
    struct lanes lanes = {{0}};
    struct walk walk;
    memset(least, 0xff, sizeof(least));
    walk_start(&walk, text);
    while (walk_on(&walk, &near, &wide)) {
        lanes_add(&lanes, near);
        if (walk.count % LANES_FULL == 0)
            lanes_flush(&lanes, counts);
        uint64_t *of_eighth = &least[wide % TEXT_KEYS];
        *of_eighth = wide < *of_eighth ? wide : *of_eighth;
    }
    lanes_flush(&lanes, counts);
    struct text_figures figures = {.words = walk.count};
    for (unsigned i = 0; i < 64; i++)
        figures.simhash |= (uint64_t)(counts[i] * 2 > walk.count) << i;
    for (unsigned i = 0; i < TEXT_KEYS; i++)
        if (least[i] != UINT64_MAX)
            figures.keys[figures.keys_count++] =
                (uint32_t)((least[i] * 0xc2b2ae3d27d4eb4fULL) >> 32);
    return figures;
}

/* Whether it is new. */
static bool shingles_add(struct text_shingles *set, uint32_t shingle)
{
    size_t mask = sizeof(set->rows) / sizeof(set->rows[0]) - 1, row = shingle & mask;
    for (; set->rows[row]; row = (row + 1) & mask)
        if (set->rows[row] == shingle)
            return false;
    set->rows[row] = shingle;
    set->count++;
    return true;
}

static bool shingles_hold(const struct text_shingles *set, uint32_t shingle)
{
    size_t mask = sizeof(set->rows) / sizeof(set->rows[0]) - 1, row = shingle & mask;
    for (; set->rows[row]; row = (row + 1) & mask)
        if (set->rows[row] == shingle)
            return true;
    return false;
}

void text_shingles_fill(struct text_shingles *out, const char *text)
{
    uint64_t near, wide;
    struct walk walk;
    memset(out, 0, sizeof(*out));
    walk_start(&walk, text);
    while (out->count < SHINGLES_MAX && walk_on(&walk, &near, &wide))
        if (walk.count >= SHINGLE_WORDS)
            shingles_add(out, (uint32_t)(wide >> 32) | 1);
}

struct text_overlap text_compare(const struct text_shingles *one, const char *other,
                                 struct text_shingles *scratch)
{
    struct text_overlap overlap = {0};
    text_shingles_fill(scratch, other);
    for (size_t i = 0; i < sizeof(scratch->rows) / sizeof(scratch->rows[0]); i++)
        overlap.shared += scratch->rows[i] && shingles_hold(one, scratch->rows[i]);
    overlap.smaller = one->count < scratch->count ? one->count : scratch->count;
    overlap.larger = one->count < scratch->count ? scratch->count : one->count;
    return overlap;
}

bool text_is_near(uint64_t simhash_a, int64_t words_a, uint64_t simhash_b, int64_t words_b)
{
    int64_t more = words_a > words_b ? words_a : words_b;
    int64_t fewer = words_a > words_b ? words_b : words_a;
    return __builtin_popcountll(simhash_a ^ simhash_b) <= NEAR_BITS && fewer * 5 >= more * 4;
}
