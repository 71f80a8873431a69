#include "base/date_words.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/date_tokens.h"

enum { STEM_POINTS_MIN = 4, SUFFIX_POINTS_MAX = 6, FOLDED_BYTES_MAX = 128, STARTS = 8192 };

struct entry {
    const char *text; /* folded, in the pool */
    uint16_t size;
    uint8_t kind, value;
    uint16_t row;
};

static struct {
    struct entry *entries; /* by kind, then text, then row */
    size_t count, capacity;
    size_t first_of[DATE_WORD_KINDS + 1];
    uint32_t starts[STARTS]; /* kinds, as bits, that have a word beginning so; by hash */
} words;

static int compare_text(struct span a, struct span b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static struct span text_of(const struct entry *entry)
{
    return (struct span){entry->text, entry->size};
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int order = compare_text(text_of(a), text_of(b));
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

/* Of the first bytes, three at most. */
static uint32_t *starts_of(const char *text, size_t size)
{
    uint32_t hash = (uint32_t)(size < 3 ? size : 3);
    for (size_t i = 0; i < size && i < 3; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT32_C(0x01000193);
    return &words.starts[(hash ^ hash >> 16) % STARTS];
}

static bool may_start(enum date_word_kind kind, struct span word)
{
    uint32_t kinds = 0;
    for (size_t size = 1; size <= 3 && size <= word.size; size++)
        kinds |= *starts_of(word.data, size);
    return kinds >> kind & 1;
}

static void add_entry(size_t row, struct span spelling, int value)
{
    char folded[FOLDED_BYTES_MAX];
    size_t size = date_fold(spelling, folded, sizeof folded);
    for (size_t i = 0; i < size; i++)
        if (folded[i] == '_')
            folded[i] = ' ';
    if (words.count == words.capacity) {
        words.capacity = words.capacity ? words.capacity * 2 : 2048;
        words.entries = alloc_resized(words.entries, words.capacity * sizeof *words.entries);
    }
    char *text = alloc_bytes(size + 1);
    memcpy(text, folded, size);
    text[size] = '\0';
    unsigned kind = date_word_rows[row].kind & ~(unsigned)DATE_WORD_RARE;
    *starts_of(text, size) |= UINT32_C(1) << kind;
    words.entries[words.count++] =
        (struct entry){text, (uint16_t)size, (uint8_t)kind, (uint8_t)value, (uint16_t)row};
}

/* Kept until the process ends. */
static void build_index(void)
{
    for (size_t row = 0; row < date_word_rows_count; row++) {
        int value = 1;
        for (const char *at = date_word_rows[row].words; *at; at++) {
            size_t size = strcspn(at, " |");
            add_entry(row, (struct span){at, size}, value);
            at += size;
            if (!*at)
                break;
            value += *at == ' ';
        }
    }
    qsort(words.entries, words.count, sizeof *words.entries, compare_entries);
    for (size_t i = 0, kind = 0; kind <= DATE_WORD_KINDS; kind++) {
        while (i < words.count && words.entries[i].kind < kind)
            i++;
        words.first_of[kind] = i;
    }
}

static void prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, build_index);
}

unsigned date_lang_find(const char *tag)
{
    size_t size = tag ? strcspn(tag, "-_") : 0;
    for (size_t row = 0; size && row < date_word_rows_count; row++) {
        const char *lang = date_word_rows[row].lang;
        if (strlen(lang) == size && strncasecmp(lang, tag, size) == 0)
            return (unsigned)row + 1;
    }
    return 0;
}

static bool speaks(const struct entry *entry, unsigned lang)
{
    return lang && strcmp(date_word_rows[entry->row].lang, date_word_rows[lang - 1].lang) == 0;
}

/* The first entry of `kind` that is not before `text`. */
static size_t lower_bound(enum date_word_kind kind, struct span text)
{
    size_t low = words.first_of[kind], high = words.first_of[kind + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_text(text_of(&words.entries[middle]), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The value of exactly this text, of `lang` where it has one, else of the first row. */
static int exact_value(enum date_word_kind kind, struct span text, unsigned lang)
{
    const struct entry *found = NULL;
    for (size_t i = lower_bound(kind, text); i < words.first_of[kind + 1]; i++) {
        const struct entry *entry = &words.entries[i];
        if (compare_text(text_of(entry), text) != 0)
            break;
        if (!found || (speaks(entry, lang) && !speaks(found, lang)))
            found = entry;
    }
    return found ? found->value : 0;
}

int date_word_find(enum date_word_kind kind, struct span word, unsigned lang)
{
    prepare();
    if (!may_start(kind, word))
        return 0;
    size_t suffix_points = 0;
    for (struct span stem = word; stem.size; stem.size--) {
        if (stem.size < word.size) {
            if ((stem.data[stem.size] & 0xc0) == 0x80)
                continue; /* not between two characters */
            if (++suffix_points > SUFFIX_POINTS_MAX || date_points(stem) < STEM_POINTS_MIN)
                break;
        }
        int value = exact_value(kind, stem, lang);
        if (value)
            return value;
    }
    return 0;
}

/* A word that is written just so: several words in one. */
static int date_word_exact(enum date_word_kind kind, struct span word, unsigned lang)
{
    prepare();
    return may_start(kind, word) ? exact_value(kind, word, lang) : 0;
}

int date_word_abbreviated(enum date_word_kind kind, struct span word, unsigned lang, bool short_too)
{
    prepare();
    size_t points = date_points(word);
    const struct entry *found = NULL;
    bool ambiguous = false;
    if (points < (short_too ? 2 : 3) || (word.size >= 3 && !may_start(kind, word)))
        return 0;
    for (size_t i = lower_bound(kind, word); i < words.first_of[kind + 1]; i++) {
        const struct entry *entry = &words.entries[i];
        if (entry->size < word.size || memcmp(entry->text, word.data, word.size) != 0)
            break;
        if (date_word_rows[entry->row].kind & DATE_WORD_RARE && !speaks(entry, lang))
            continue;
        bool better = found && speaks(entry, lang) && !speaks(found, lang);
        bool equal = found && speaks(entry, lang) == speaks(found, lang);
        ambiguous = better ? false : ambiguous || (equal && entry->value != found->value);
        if (!found || better || (equal && entry->row < found->row))
            found = entry;
    }
    return !found || (ambiguous && points == 2) ? 0 : found->value;
}

int date_words_find(enum date_word_kind kind, const struct date_tokens *tokens, size_t i,
                    size_t words_max, unsigned lang, size_t *words_taken)
{
    char joined[FOLDED_BYTES_MAX];
    for (size_t count = words_max; count > 1; count--) {
        struct span word = {joined, date_tokens_join(tokens, i, count, joined, sizeof joined)};
        int value = word.size ? date_word_exact(kind, word, lang) : 0;
        *words_taken = count;
        if (value)
            return value;
    }
    *words_taken = 1;
    return date_word_find(kind, tokens->tokens[i].text, lang);
}
