#include "storage/text.h"

#include <stddef.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    LETTERS_A_WORD = 4,
    NEAR_BITS = 8,
    SHINGLE_WORDS = 3,
    SHINGLE_SIGNS = 6, /* of a script in which every character counts as a word */
    SHINGLES_MAX = 3000,
    LANES_FULL = 255
};

enum script { SCRIPT_BREAK, SCRIPT_SPACED, SCRIPT_SINGLE, SCRIPT_JOINED };

/* Ranges from the first code point to the last; what is in none is a letter of a spaced script. */
static const struct {
    uint32_t first, last;
    enum script script;
} ranges[] = {
    {0x00a0, 0x00a9, SCRIPT_BREAK},    {0x00ab, 0x00b4, SCRIPT_BREAK},
    {0x00b6, 0x00b9, SCRIPT_BREAK},    {0x00bb, 0x00bf, SCRIPT_BREAK},
    {0x0e00, 0x0eff, SCRIPT_JOINED},   {0x1000, 0x109f, SCRIPT_JOINED},
    {0x1780, 0x17ff, SCRIPT_JOINED},   {0x2000, 0x206f, SCRIPT_BREAK},
    {0x20a0, 0x20cf, SCRIPT_BREAK},    {0x2190, 0x2bff, SCRIPT_BREAK},
    {0x2e00, 0x2e7f, SCRIPT_BREAK},    {0x3000, 0x3004, SCRIPT_BREAK},
    {0x3008, 0x3020, SCRIPT_BREAK},    {0x3030, 0x3030, SCRIPT_BREAK},
    {0x3040, 0x30fa, SCRIPT_SINGLE},   {0x30fb, 0x30fb, SCRIPT_BREAK},
    {0x30fc, 0x30ff, SCRIPT_SINGLE},   {0x3400, 0x4dbf, SCRIPT_SINGLE},
    {0x4e00, 0x9fff, SCRIPT_SINGLE},   {0xf900, 0xfaff, SCRIPT_SINGLE},
    {0xfe30, 0xfe6f, SCRIPT_BREAK},    {0xff00, 0xff0f, SCRIPT_BREAK},
    {0xff1a, 0xff20, SCRIPT_BREAK},    {0xff3b, 0xff40, SCRIPT_BREAK},
    {0xff5b, 0xff65, SCRIPT_BREAK},    {0x1f000, 0x1faff, SCRIPT_BREAK},
    {0x20000, 0x3ffff, SCRIPT_SINGLE},
};

static bool is_ascii_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

static enum script script_of(uint32_t point)
{
    if (point < 0x80)
        return is_ascii_letter((unsigned char)point) ? SCRIPT_SPACED : SCRIPT_BREAK;
    if (point < 0xa0)
        return SCRIPT_BREAK;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && ranges[i].first <= point; i++)
        if (point <= ranges[i].last)
            return ranges[i].script;
    return SCRIPT_SPACED;
}

/* The next code point; a byte that begins none counts as itself. Never passes the NUL. */
static uint32_t next_point(const unsigned char **at)
{
    const unsigned char *p = *at;
    unsigned more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0;
    uint32_t point = more ? *p & (0x3fu >> more) : *p;
    for (p++; more && (*p & 0xc0) == 0x80; more--, p++)
        point = point << 6 | (*p & 0x3f);
    *at = p;
    return point;
}

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
