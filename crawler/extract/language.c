#include "extract/language.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/facts.h"
#include "extract/language_words.h"
#include "extract/tidy.h"

enum {
    SAMPLE_BYTES = 4000,
    SAMPLE_LINE_MIN = 60, /* bytes of a line that is a sentence rather than a menu */
    SHORT_SAMPLE = 200,   /* with less, every line counts */
    SLOTS = 4096,         /* twice as many as there are words */
    HITS_MIN = 6,         /* small words that tell a language at all */
    HITS_SURE = 12,       /* that contradict a declaration */
    LETTERS_MIN = 8,      /* of a script of its own */
    LETTERS_SURE = 80,    /* of a script of several languages */
    SHARE_SURE = 1200,    /* of ten thousand words: they are a language's */
};

/* ---- the index of small words ---- */

/* A word is known by its hash alone: a rare mix-up does no harm to a count. */
struct words_index {
    uint32_t hashes[SLOTS];    /* 0: free */
    uint64_t languages[SLOTS]; /* a bit for each row of language_words */
};

enum { HASH_SEED = 0x811c9dc5u };

static uint32_t hash_more(uint32_t hash, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static size_t slot_of(const struct words_index *words, uint32_t hash)
{
    size_t at = (hash ^ hash >> 16) % SLOTS;
    hash |= 1;
    while (words->hashes[at] && words->hashes[at] != hash)
        at = (at + 1) % SLOTS;
    return at;
}

static uint64_t languages_of(const struct words_index *words, uint32_t hash)
{
    return words->languages[slot_of(words, hash)];
}

static struct words_index *build_index(void)
{
    struct words_index *words = alloc_zeroed(1, sizeof *words);
    for (size_t row = 0; row < language_words_count; row++)
        for (const char *at = language_words[row].words; *at;) {
            size_t size = strcspn(at, " ");
            uint32_t hash = hash_more(HASH_SEED, at, size);
            size_t slot = slot_of(words, hash);
            words->hashes[slot] = hash | 1;
            words->languages[slot] |= UINT64_C(1) << row;
            at += size + (at[size] == ' ');
        }
    return words;
}

/* The index, kept until the process ends. Threads that come first at once each build one; the
 * first to be done gives it to all. */
static const struct words_index *shared_index(void)
{
    static _Atomic(struct words_index *) shared;
    struct words_index *words = atomic_load(&shared);
    if (words)
        return words;
    struct words_index *built = build_index();
    if (atomic_compare_exchange_strong(&shared, &words, built))
        return built;
    free(built);
    return words;
}

/* ---- scripts ---- */

enum script {
    SCRIPT_LATIN,
    SCRIPT_CYRILLIC,
    SCRIPT_ARABIC,
    SCRIPT_DEVANAGARI,
    SCRIPT_HAN,
    SCRIPT_KANA,
    SCRIPT_OTHER,
};

/* Scripts that one language mostly has for itself, and those that several share. */
static const struct {
    uint32_t first, last;
    enum script script;
    const char *code;
} scripts[] = {
    {0x41, 0x24f, SCRIPT_LATIN, NULL},       {0x1e00, 0x1eff, SCRIPT_LATIN, NULL},
    {0x370, 0x3ff, SCRIPT_OTHER, "el"},      {0x1f00, 0x1fff, SCRIPT_OTHER, "el"},
    {0x400, 0x52f, SCRIPT_CYRILLIC, NULL},   {0x531, 0x58f, SCRIPT_OTHER, "hy"},
    {0x591, 0x5f4, SCRIPT_OTHER, "he"},      {0x600, 0x6ff, SCRIPT_ARABIC, NULL},
    {0x750, 0x77f, SCRIPT_ARABIC, NULL},     {0x900, 0x963, SCRIPT_DEVANAGARI, NULL},
    {0x966, 0x97f, SCRIPT_DEVANAGARI, NULL}, {0x980, 0x9ff, SCRIPT_OTHER, "bn"},
    {0xa00, 0xa7f, SCRIPT_OTHER, "pa"},      {0xa80, 0xaff, SCRIPT_OTHER, "gu"},
    {0xb00, 0xb7f, SCRIPT_OTHER, "or"},      {0xb80, 0xbff, SCRIPT_OTHER, "ta"},
    {0xc00, 0xc7f, SCRIPT_OTHER, "te"},      {0xc80, 0xcff, SCRIPT_OTHER, "kn"},
    {0xd00, 0xd7f, SCRIPT_OTHER, "ml"},      {0xd80, 0xdff, SCRIPT_OTHER, "si"},
    {0xe00, 0xe7f, SCRIPT_OTHER, "th"},      {0xe80, 0xeff, SCRIPT_OTHER, "lo"},
    {0xf00, 0xfff, SCRIPT_OTHER, "bo"},      {0x1000, 0x109f, SCRIPT_OTHER, "my"},
    {0x10a0, 0x10ff, SCRIPT_OTHER, "ka"},    {0x1100, 0x11ff, SCRIPT_OTHER, "ko"},
    {0x1200, 0x139f, SCRIPT_OTHER, "am"},    {0x1780, 0x17ff, SCRIPT_OTHER, "km"},
    {0x3041, 0x30ff, SCRIPT_KANA, NULL},     {0x3400, 0x4dbf, SCRIPT_HAN, NULL},
    {0x4e00, 0x9fff, SCRIPT_HAN, NULL},      {0xac00, 0xd7a3, SCRIPT_OTHER, "ko"},
};

struct letters {
    size_t by_row[COUNT(scripts)];
    size_t by_script[SCRIPT_OTHER + 1];
    size_t persian, urdu, marathi; /* letters that only these have */
};

static void count_letter(struct letters *letters, uint32_t point)
{
    for (size_t i = 0; i < COUNT(scripts); i++)
        if (point >= scripts[i].first && point <= scripts[i].last) {
            letters->by_row[i]++;
            letters->by_script[scripts[i].script]++;
            break;
        }
    letters->persian += point == 0x67e || point == 0x686 || point == 0x698 || point == 0x6af;
    letters->urdu +=
        point == 0x679 || point == 0x688 || point == 0x691 || point == 0x6d2 || point == 0x6ba;
    letters->marathi += point == 0x933;
}

static void count_letters(struct letters *letters, struct span text)
{
    *letters = (struct letters){0};
    for (size_t i = 0; i < text.size;) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x80) {
            letters->by_script[SCRIPT_LATIN] += (unsigned char)((c | 0x20) - 'a') < 26;
            i++;
            continue;
        }
        uint32_t point;
        i += utf8_decode(text.data + i, text.size - i, &point);
        count_letter(letters, point);
    }
}

/* Whether a declaration of a language in Arabic script stands: of those that have no letters of
 * their own, and of the others too where there are few letters to tell by. */
static bool in_arabic_script(const char *declared, bool few)
{
    static const char *const codes[] = {"ps", "ckb", "ug", "sd", "ku", "ar", "fa", "ur"};
    for (size_t i = 0; declared && i < (few ? COUNT(codes) : COUNT(codes) - 3); i++)
        if (strcmp(declared, codes[i]) == 0)
            return true;
    return false;
}

/* The language that a script other than Latin and Cyrillic tells, or NULL. A character of them
 * says as much as two or three letters. */
static const char *by_script(const struct letters *letters, const char *declared)
{
    size_t alphabetic = letters->by_script[SCRIPT_LATIN] + letters->by_script[SCRIPT_CYRILLIC];
    size_t han = letters->by_script[SCRIPT_HAN], kana = letters->by_script[SCRIPT_KANA];
    size_t best = 0;
    for (size_t i = 1; i < COUNT(scripts); i++)
        if (scripts[i].code && letters->by_row[i] > letters->by_row[best == 0 ? i : best])
            best = i;
        else if (scripts[i].code && !best && letters->by_row[i])
            best = i;
    if (best && letters->by_row[best] >= LETTERS_MIN && letters->by_row[best] * 2 > alphabetic)
        return scripts[best].code;
    if (han + kana >= LETTERS_MIN && (han + kana) * 3 > alphabetic)
        return kana * 20 > han ? "ja" : "zh";
    size_t arabic = letters->by_script[SCRIPT_ARABIC];
    if (arabic >= LETTERS_MIN && arabic > alphabetic) {
        if (in_arabic_script(declared, arabic < LETTERS_SURE))
            return declared;
        return letters->urdu * 50 > arabic ? "ur" : letters->persian * 100 > arabic ? "fa" : "ar";
    }
    size_t nagari = letters->by_script[SCRIPT_DEVANAGARI];
    if (nagari >= LETTERS_MIN && nagari > alphabetic) {
        if (declared && (strcmp(declared, "ne") == 0 || strcmp(declared, "mr") == 0))
            return declared;
        return letters->marathi * 100 > nagari ? "mr" : "hi";
    }
    return NULL;
}

/* ---- small words ---- */

struct tally {
    double scores[LANGUAGES_MAX]; /* a word that several share counts a part for each */
    size_t hits[LANGUAGES_MAX];
    size_t words;
};

static void tally_languages(struct tally *tally, uint64_t languages)
{
    int sharers = __builtin_popcountll(languages);
    for (uint64_t bits = languages; bits; bits &= bits - 1) {
        int row = __builtin_ctzll(bits);
        tally->scores[row] += 1.0 / sharers;
        tally->hits[row]++;
    }
}

/* The languages that a word, or else its beginning, is known in. */
static uint64_t languages_of_word(const struct words_index *words, const char *word, size_t size)
{
    enum { LONGEST = 4, SHORTEST = 2 }; /* beginnings */
    uint32_t hash = HASH_SEED, beginnings[LONGEST];
    for (size_t i = 0; i < size; i++) {
        hash = hash_more(hash, word + i, 1);
        if (i < LONGEST)
            beginnings[i] = hash;
    }
    uint64_t languages = languages_of(words, hash);
    for (size_t length = LONGEST; length >= SHORTEST && !languages; length--)
        if (size > length + 1)
            languages = languages_of(words, hash_more(beginnings[length - 1], "*", 1));
    return languages;
}

static void tally_words(struct tally *tally, const char *folded)
{
    const struct words_index *words = shared_index();
    while (*folded) {
        const char *end = strchrnul(folded, ' ');
        uint64_t languages = languages_of_word(words, folded, (size_t)(end - folded));
        tally->words++;
        if (languages)
            tally_languages(tally, languages);
        folded = end + (*end == ' ');
    }
}

/* Hits count as much as what is a language's own: of two close relatives the latter decides. */
static double score_of(const struct tally *tally, size_t row)
{
    return tally->scores[row] + (double)tally->hits[row] * 0.5;
}

static const char *by_words(const struct tally *tally, const char *declared)
{
    size_t best = 0, said = LANGUAGES_MAX;
    for (size_t row = 0; row < language_words_count; row++) {
        if (score_of(tally, row) > score_of(tally, best))
            best = row;
        if (declared && strcmp(language_words[row].code, declared) == 0)
            said = row;
    }
    if (tally->hits[best] < HITS_MIN || tally->hits[best] * 10000 < tally->words * SHARE_SURE / 2)
        return NULL;
    if (!declared)
        return language_words[best].code;
    bool sure =
        tally->hits[best] >= HITS_SURE && tally->hits[best] * 10000 >= tally->words * SHARE_SURE;
    double other = said < LANGUAGES_MAX ? score_of(tally, said) : 0;
    if (said == LANGUAGES_MAX) /* a language whose words are not known */
        return sure && tally->hits[best] * 4 > tally->words ? language_words[best].code : NULL;
    return sure && score_of(tally, best) > 1.6 * other ? language_words[best].code : NULL;
}

const char *language_of_text(struct arena *arena, struct span text, const char *declared)
{
    struct letters letters;
    if (text.size > SAMPLE_BYTES)
        text.size = utf8_cut(text.data, SAMPLE_BYTES);
    count_letters(&letters, text);
    const char *code = by_script(&letters, declared);
    if (code)
        return code;
    struct tally tally = {.words = 0};
    tally_words(&tally, tidy_folded(arena, text));
    code = by_words(&tally, declared);
    return code ? code : declared;
}

/* ---- the page ---- */

const char *language_tag(struct arena *arena, const char *tag)
{
    static const struct {
        const char *old, *now;
    } renamed[] = {{"iw", "he"}, {"in", "id"}, {"ji", "yi"}, {"nb", "no"}, {"cn", "zh"},
                   {"jp", "ja"}, {"gr", "el"}, {"cz", "cs"}, {"dk", "da"}, {"ua", "uk"}};
    char *out = arena_string(arena, tag);
    if (!out)
        return NULL;
    size_t base = strcspn(out, "-_.,; ");
    bool letters = base == 2 || base == 3;
    for (size_t i = 0; i < base; i++) {
        letters &= isalpha((unsigned char)out[i]) != 0;
        out[i] = (char)tolower((unsigned char)out[i]);
    }
    if (!letters)
        return NULL;
    char *rest = out + base;
    size_t region = strcspn(rest + (*rest != 0), "-_.,; ");
    bool keeps = (*rest == '-' || *rest == '_') && (region == 2 || region == 4);
    for (size_t i = 1; keeps && i <= region; i++)
        keeps = isalpha((unsigned char)rest[i]) != 0;
    for (size_t i = 1; keeps && i <= region; i++)
        rest[i] = (char)(region == 2 || i == 1 ? toupper((unsigned char)rest[i])
                                               : tolower((unsigned char)rest[i]));
    rest[keeps ? region + 1 : 0] = '\0';
    if (keeps)
        *rest = '-';
    for (size_t i = 0; i < COUNT(renamed); i++)
        if (base == 2 && strncmp(out, renamed[i].old, 2) == 0)
            memcpy(out, renamed[i].now, 2);
    return out;
}

/* Sentences of the page, from its title on: menus and lists of links speak less plainly. */
static struct span sample(const struct facts *facts, size_t line_min, bool asides)
{
    const struct document *document = facts->document;
    char *out = arena_alloc(facts->arena, SAMPLE_BYTES + 1);
    size_t size = 0;
    for (uint32_t at = 0; at < document->text_size && size < SAMPLE_BYTES;) {
        const char *line = document->text + at;
        const char *end = memchr(line, '\n', document->text_size - at);
        size_t length = end ? (size_t)(end - line) : document->text_size - at;
        size_t taken = length < SAMPLE_BYTES - size ? length : SAMPLE_BYTES - size;
        if (length >= line_min && (asides || !facts_aside(facts, at))) {
            memcpy(out + size, line, taken);
            size += taken;
            if (size < SAMPLE_BYTES)
                out[size++] = ' ';
        }
        at += (uint32_t)length + 1;
    }
    return (struct span){out, size};
}

static const char *declared_tag(const struct facts *facts)
{
    const char *tag = language_tag(facts->arena, facts->document->lang);
    if (!tag)
        tag = language_tag(facts->arena, facts_meta(facts, META_LANGUAGE));
    return tag ? tag : language_tag(facts->arena, facts->jsonld.language);
}

const char *language_choose(const struct facts *facts)
{
    const char *tag = declared_tag(facts);
    struct span text = sample(facts, SAMPLE_LINE_MIN, false);
    if (text.size < SHORT_SAMPLE)
        text = sample(facts, 1, true);
    size_t base = tag ? strcspn(tag, "-") : 0;
    const char *declared = tag ? arena_copy(facts->arena, tag, base) : NULL;
    const char *shown = language_of_text(facts->arena, text, declared);
    if (!shown)
        return tag;
    return declared && strcmp(shown, declared) == 0 ? tag : shown;
}
