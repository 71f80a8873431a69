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
    RECENT = 8,        /* as many as the longest shingle has, at least; a power of two is cheap */
    SHINGLES_MAX = 3000,
    ROWS_MIN = 256
};

/* What most bytes of most texts are: those of a word, and what parts two words. The rest (0) takes
 * a closer look: the end, other alphabets, and the hyphen and apostrophe. */
enum byte_class { CLASS_LETTER = 1, CLASS_BREAK };

static const unsigned char class_of[256] = {
    [0x01 ... '&'] = CLASS_BREAK, ['(' ... ','] = CLASS_BREAK,  ['.' ... '/'] = CLASS_BREAK,
    ['0' ... '9'] = CLASS_LETTER, [':' ... '@'] = CLASS_BREAK,  ['A' ... 'Z'] = CLASS_LETTER,
    ['[' ... '`'] = CLASS_BREAK,  ['a' ... 'z'] = CLASS_LETTER, ['{' ... 0x7f] = CLASS_BREAK,
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
        if (class_of[*p] == CLASS_LETTER && (of == SCRIPT_SPACED || !begin)) {
            begin = begin ? begin : p;
            of = SCRIPT_SPACED;
            while (class_of[*p] == CLASS_LETTER)
                p++;
            end = p;
            continue;
        }
        if (class_of[*p] == CLASS_BREAK) {
            if (begin)
                break;
            p++;
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

/* For each bit how many of the hashes had it: 64 counters, of which plane i holds the bits i. */
struct counters {
    uint64_t planes[32];
};

static void counters_add(struct counters *counters, uint64_t hash)
{
    for (unsigned i = 0; hash; i++) { /* what is left of it is carried to the next plane */
        uint64_t carried = counters->planes[i] & hash;
        counters->planes[i] ^= hash;
        hash = carried;
    }
}

/* The bits whose counters are above the limit. */
static uint64_t counters_above(const struct counters *counters, uint32_t limit)
{
    uint64_t above = 0, equal = UINT64_MAX;
    for (unsigned i = 32; i--;) {
        uint64_t bit_of_limit = limit >> i & 1 ? UINT64_MAX : 0;
        above |= equal & counters->planes[i] & ~bit_of_limit;
        equal &= ~(counters->planes[i] ^ bit_of_limit);
    }
    return above;
}

/* A walk over the words of a text, with the hashes of the last of them. */
struct walk {
    const unsigned char *at;
    uint64_t recent[RECENT];
    unsigned count;
};

static uint64_t hash_recent(const struct walk *walk, unsigned words)
{
    uint64_t hash = walk->recent[(walk->count - 1) % RECENT] * words;
    for (unsigned back = 2; back <= words; back++)
        hash = (hash ^ walk->recent[(walk->count - back) % RECENT]) * 0x9e3779b97f4a7c15ULL;
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
    walk->recent[walk->count++ % RECENT] = XXH3_64bits(word, size);
    *near = hash_recent(walk, SHINGLE_WORDS);
    *wide = is_sign ? hash_recent(walk, SHINGLE_SIGNS) : *near;
    return true;
}

/* Puts a hash in its place among the least ones so far. */
static void keep_least(uint64_t least[TEXT_KEYS], uint64_t hash)
{
    unsigned place = TEXT_KEYS;
    while (place && hash < least[place - 1])
        place--;
    if (place == TEXT_KEYS || (place && hash == least[place - 1]))
        return;
    memmove(&least[place + 1], &least[place], (TEXT_KEYS - 1 - place) * sizeof(*least));
    least[place] = hash;
}

struct text_figures text_measure(const char *text)
{
    uint64_t near, wide, least[TEXT_KEYS];
    struct counters counters = {{0}};
    struct walk walk;
    memset(least, 0xff, sizeof(least));
    walk_start(&walk, text);
    while (walk_on(&walk, &near, &wide)) {
        counters_add(&counters, near);
        keep_least(least, wide);
    }
    struct text_figures figures = {.words = walk.count,
                                   .simhash = counters_above(&counters, walk.count / 2)};
    for (unsigned i = 0; i < TEXT_KEYS; i++)
        if (least[i] != UINT64_MAX)
            figures.keys[figures.keys_count++] =
                (uint32_t)((least[i] * 0xc2b2ae3d27d4eb4fULL) >> 32);
    return figures;
}

/* Makes room for the shingles of a text: half of its bytes may be words of one letter. */
static void shingles_start(struct text_shingles *set, const char *text)
{
    const size_t rows_max = sizeof(set->rows) / sizeof(set->rows[0]);
    size_t rows = ROWS_MIN, bytes = text ? strlen(text) : 0;
    while (rows < rows_max && rows < bytes)
        rows *= 2;
    set->count = 0;
    set->mask = (uint32_t)rows - 1;
    memset(set->rows, 0, rows * sizeof(set->rows[0]));
}

/* The row of a shingle, or the empty one where it would stand. */
static size_t shingles_row(const struct text_shingles *set, uint32_t shingle)
{
    uint32_t row = shingle >> 1 & set->mask;
    while (set->rows[row] && set->rows[row] != shingle)
        row = (row + 1) & set->mask;
    return row;
}

/* Goes to the next shingle that the text had not before; false at the end. */
static bool shingles_next(struct text_shingles *set, struct walk *walk, uint32_t *shingle)
{
    uint64_t near, wide;
    while (set->count < SHINGLES_MAX && walk_on(walk, &near, &wide)) {
        *shingle = (uint32_t)(wide >> 32) | 1;
        size_t row = shingles_row(set, *shingle);
        if (walk->count < SHINGLE_WORDS || set->rows[row])
            continue;
        set->rows[row] = *shingle;
        set->count++;
        return true;
    }
    return false;
}

void text_shingles_fill(struct text_shingles *out, const char *text)
{
    struct walk walk;
    uint32_t shingle;
    shingles_start(out, text);
    walk_start(&walk, text);
    while (shingles_next(out, &walk, &shingle))
        continue;
}

struct text_overlap text_compare(const struct text_shingles *one, const char *other,
                                 struct text_shingles *scratch)
{
    struct text_overlap overlap = {0};
    struct walk walk;
    uint32_t shingle;
    shingles_start(scratch, other);
    walk_start(&walk, other);
    while (shingles_next(scratch, &walk, &shingle))
        overlap.shared += one->rows[shingles_row(one, shingle)] != 0;
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
