#include "extract/hints.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/document.h"

enum { WORDS_MAX = 60000, TAG_MAX = 300 };

/* A word's byte in lower case; 0 for what parts words. */
static unsigned char word_byte(unsigned char c)
{
    if ((unsigned char)((c | 0x20) - 'a') < 26)
        return c | 0x20;
    return c >= 0x80 || (unsigned char)(c - '0') < 10 ? c : 0;
}

/* As most bytes are, which is why they are looked for first. */
static bool is_small(char c)
{
    return (unsigned char)(c - 'a') < 26;
}

/* Blanks and marks beyond ASCII part words too: NBSP and the general punctuation block. */
static size_t separator_at(const char *at, const char *end)
{
    unsigned char c = (unsigned char)*at;
    if (c == 0xc2 && end - at >= 2 && (unsigned char)at[1] == 0xa0)
        return 2;
    if (c == 0xe2 && end - at >= 3 && (unsigned char)at[1] == 0x80)
        return 3;
    return 0;
}

/* Moves *at behind the next word and stores its hash; false at the end. */
static bool next_word(const char **at, const char *end, uint32_t *hash)
{
    const char *next = *at;
    while (next < end && !is_small(*next)) {
        size_t separator = (unsigned char)*next < 0x80 ? 0 : separator_at(next, end);
        if (!separator && word_byte((unsigned char)*next))
            break;
        next += separator ? separator : 1;
    }
    uint32_t sum = 2166136261u;
    const char *from = next;
    for (; next < end; next++) {
        unsigned char c = (unsigned char)*next;
        if (!is_small(*next)) {
            c = word_byte(c);
            if (!c || (c >= 0x80 && separator_at(next, end)))
                break;
        }
        sum = (sum ^ c) * 16777619u;
    }
    *at = next;
    *hash = sum;
    return next > from;
}

size_t hints_words(struct span text, uint32_t *out, size_t most)
{
    const char *at = text.data, *end = text.data + text.size;
    size_t count = 0;
    while (count < most && next_word(&at, end, &out[count]))
        count++;
    return count;
}

static void add(struct word_set *set, uint32_t hash)
{
    hash |= 1; /* 0 means free */
    size_t row = (hash >> 1) & (set->capacity - 1);
    while (set->rows[row] && set->rows[row] != hash)
        row = (row + 1) & (set->capacity - 1);
    set->rows[row] = hash;
}

static bool holds(const struct word_set *set, uint32_t hash)
{
    hash |= 1;
    size_t row = (hash >> 1) & (set->capacity - 1);
    while (set->rows[row] && set->rows[row] != hash)
        row = (row + 1) & (set->capacity - 1);
    return set->rows[row] != 0;
}

static uint32_t pair_of(uint32_t before, uint32_t hash)
{
    return (before * 31 + hash) * 2654435761u;
}

static void read_words(struct word_set *set, struct arena *arena, struct span text)
{
    const char *at = text.data, *end = text.data + text.size;
    uint32_t hash, before = 0;
    size_t expected = 64;
    while (expected < text.size && expected < WORDS_MAX * 4)
        expected *= 2;
    set->rows = arena_alloc_zeroed(arena, expected * sizeof(*set->rows));
    set->capacity = expected;
    while (set->words * 2 + 2 < set->capacity && set->words < WORDS_MAX &&
           next_word(&at, end, &hash)) {
        add(set, hash);
        if (set->words)
            add(set, pair_of(before, hash));
        before = hash;
        set->words++;
    }
}

float hints_share(const struct word_set *set, const uint32_t *words, size_t count)
{
    size_t hits = 0;
    if (!set->words || !count)
        return 0;
    if (count == 1)
        return holds(set, words[0]) ? 1 : 0;
    for (size_t i = 1; i < count; i++)
        hits += holds(set, pair_of(words[i - 1], words[i]));
    return (float)hits / (float)(count - 1);
}

static int hex_of(const char *at)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)at[i]))
            return -1;
        value =
            value * 16 + (isdigit((unsigned char)at[i]) ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    }
    return value;
}

/* The size of a JSON string from behind its opening quote to its closing one. */
static size_t string_size(struct span json)
{
    size_t size = 0;
    while (size < json.size && json.data[size] != '"')
        size += json.data[size] == '\\' && size + 1 < json.size ? 2 : 1;
    return size;
}

/* A JSON string's text in the arena, markup cut out. It is read without a JSON parser, since one
 * error elsewhere in the block would lose it. */
static struct span string_text(struct span json, struct arena *arena)
{
    char *out = arena_alloc(arena, json.size + UTF8_LENGTH_MAX), *to = out;
    const char *at = json.data, *end = at + json.size;
    while (at < end) {
        if (*at == '\\' && end - at > 5 && at[1] == 'u') {
            int point = hex_of(at + 2);
            to += utf8_encode(point > 0 ? (uint32_t)point : ' ', to);
            at += 6;
        } else if (*at == '\\' && end - at > 1) {
            *to++ = strchr("nrtbf", at[1]) ? ' ' : at[1];
            at += 2;
        } else if (*at == '<') {
            const char *stop = memchr(at, '>', end - at < TAG_MAX ? (size_t)(end - at) : TAG_MAX);
            *to++ = ' ';
            at = stop ? stop + 1 : at + 1;
        } else if (end - at > 6 && memcmp(at, "&nbsp;", 6) == 0) {
            *to++ = ' ';
            at += 6;
        } else {
            *to++ = *at++;
        }
    }
    return (struct span){out, (size_t)(to - out)};
}

/* The longest "articleBody" of a block, as it is written there. */
static struct span article_body(struct span json)
{
    static const char key[] = "\"articleBody\"";
    struct span best = {NULL, 0};
    const char *at = json.data, *end = at + json.size;
    while ((at = memmem(at, (size_t)(end - at), key, sizeof(key) - 1))) {
        at += sizeof(key) - 1;
        while (at < end && (isspace((unsigned char)*at) || *at == ':'))
            at++;
        if (at >= end || *at != '"')
            continue;
        at++;
        struct span text = {at, string_size((struct span){at, (size_t)(end - at)})};
        if (text.size > best.size)
            best = text;
        at += text.size;
    }
    return best;
}

void hints_collect(struct hints *out, const struct document *document, struct arena *arena)
{
    static const char news[] = "\"NewsArticle\"";
    struct span body = {NULL, 0};
    *out = (struct hints){.body = {.words = 0}};
    for (size_t i = 0; i < document->json_ld_count; i++) {
        struct span text = article_body(document->json_ld[i]);
        if (text.size > body.size)
            body = text;
        out->says_news |= memmem(document->json_ld[i].data, document->json_ld[i].size, news,
                                 sizeof(news) - 1) != NULL;
    }
    if (body.size)
        read_words(&out->body, arena, string_text(body, arena));
    const char *description = NULL;
    for (size_t i = 0; i < document->metas_count; i++) {
        const struct meta *meta = &document->metas[i];
        if (strcmp(meta->name, "og:description") == 0 || strcmp(meta->name, "description") == 0 ||
            strcmp(meta->name, "twitter:description") == 0)
            if (!description || strlen(meta->content) > strlen(description))
                description = meta->content;
        out->says_article |=
            strcmp(meta->name, "og:type") == 0 && strcmp(meta->content, "article") == 0;
    }
    if (description)
        read_words(&out->description, arena, span_of(description));
}
