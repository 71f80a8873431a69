#include "storage/signs.h"

#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/script.h"

enum { SHARE = 8 }; /* of all bytes, one in so many */

/* How a letter of a joined script clings to others: without it each is a sign of its own. */
enum cling {
    CLING_NONE,
    CLING_BACK,  /* belongs to the letter before: vowels, tones and other marks */
    CLING_AHEAD, /* a vowel written before its consonant */
    CLING_BOTH,  /* stacks the next letter under the one before */
};

static const struct {
    uint32_t first, last;
    enum cling cling;
} clings[] = {
    /* Thai */
    {0x0e30, 0x0e3a, CLING_BACK},
    {0x0e40, 0x0e44, CLING_AHEAD},
    {0x0e45, 0x0e45, CLING_BACK},
    {0x0e47, 0x0e4e, CLING_BACK},
    /* Lao */
    {0x0eb0, 0x0ebd, CLING_BACK},
    {0x0ec0, 0x0ec4, CLING_AHEAD},
    {0x0ec8, 0x0ece, CLING_BACK},
    /* Burmese */
    {0x102b, 0x1038, CLING_BACK},
    {0x1039, 0x1039, CLING_BOTH},
    {0x103a, 0x103e, CLING_BACK},
    {0x1056, 0x1059, CLING_BACK},
    {0x105e, 0x1060, CLING_BACK},
    {0x1062, 0x1064, CLING_BACK},
    {0x1067, 0x106d, CLING_BACK},
    {0x1071, 0x1074, CLING_BACK},
    {0x1082, 0x108d, CLING_BACK},
    {0x108f, 0x108f, CLING_BACK},
    {0x109a, 0x109d, CLING_BACK},
    /* Khmer */
    {0x17b4, 0x17d1, CLING_BACK},
    {0x17d2, 0x17d2, CLING_BOTH},
    {0x17d3, 0x17d3, CLING_BACK},
    {0x17dd, 0x17dd, CLING_BACK},
};

static enum cling cling_of(uint32_t point)
{
    for (size_t i = 0; i < sizeof(clings) / sizeof(clings[0]) && clings[i].first <= point; i++)
        if (point <= clings[i].last)
            return clings[i].cling;
    return CLING_NONE;
}

static bool is_sign(enum script script)
{
    return script == SCRIPT_SINGLE || script == SCRIPT_JOINED;
}

/* Behind the ASCII characters that begin here, mostly eight at a time. */
static const unsigned char *skip_ascii(const unsigned char *at, const unsigned char *end)
{
    uint64_t eight;
    for (; end - at >= (ptrdiff_t)sizeof(eight); at += sizeof(eight)) {
        memcpy(&eight, at, sizeof(eight));
        if (eight & 0x8080808080808080ULL)
            break;
    }
    while (at < end && *at < 0x80)
        at++;
    return at;
}

bool signs_prevail(const char *const *texts, size_t count)
{
    size_t bytes = 0, of_signs = 0;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *at = (const unsigned char *)(texts[i] ? texts[i] : "");
        size_t size = strlen((const char *)at);
        const unsigned char *end = at + size;
        while ((at = skip_ascii(at, end)) < end) {
            const unsigned char *before = at;
            if (is_sign(script_of(next_point(&at))))
                of_signs += (size_t)(at - before);
        }
        bytes += size;
    }
    return of_signs > 0 && of_signs >= bytes / SHARE;
}

/* ---- cutting ---- */

/* What stands before the place where a blank may be put. */
struct place {
    enum script script;
    enum cling cling;
};

/* Whether the two belong to different words of the cut text, or a blank must be told from ours. */
static bool parts_here(struct place before, uint32_t point, enum script script, enum cling cling)
{
    if (point == ' ')
        return is_sign(before.script);
    if (script == SCRIPT_BREAK || before.script == SCRIPT_BREAK)
        return false;
    if (!is_sign(before.script) && !is_sign(script))
        return false;
    bool is_one = script == SCRIPT_JOINED && before.script == SCRIPT_JOINED &&
                  (cling == CLING_BACK || cling == CLING_BOTH || before.cling == CLING_AHEAD ||
                   before.cling == CLING_BOTH);
    return !is_one;
}

/* Writes size bytes of text to `out`, cut, and returns the end; there is room for twice the size.
 */
static char *cut(char *out, const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    struct place before = {SCRIPT_BREAK, CLING_NONE};
    while (at < end) {
        const unsigned char *start = at;
        uint32_t point = next_point(&at);
        if (at > end)
            at = end; /* a character that was cut in two */
        enum script script = script_of(point);
        enum cling cling = script == SCRIPT_JOINED ? cling_of(point) : CLING_NONE;
        if (parts_here(before, point, script, cling))
            *out++ = ' ';
        memcpy(out, start, (size_t)(at - start));
        out += at - start;
        before = (struct place){script, cling};
    }
    return out;
}

char *signs_cut(const char *text)
{
    size_t size = strlen(text);
    char *copy = memory_zeroed(2 * size + 1, 1);
    *cut(copy, text, size) = '\0';
    return copy;
}

/* ---- queries ---- */

/* FTS5 lets a word without quotes have these (fts5.html, 3.1). */
static bool is_bareword(unsigned char c)
{
    return is_ascii_letter(c) || c == '_' || c == 0x1a || c >= 0x80;
}

static bool is_wide_blank(const char *at)
{
    return strncmp(at, "\xe3\x80\x80", 3) == 0;
}

static bool has_sign(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;
    while (at < end)
        if (is_sign(script_of(next_point(&at))))
            return true;
    return false;
}

static char *cut_bareword(char *out, const char *word, size_t size)
{
    if (!has_sign(word, size)) {
        memcpy(out, word, size);
        return out + size;
    }
    *out++ = '"';
    out = cut(out, word, size);
    *out++ = '"';
    return out;
}

char *signs_cut_query(const char *query)
{
    char *copy = memory_zeroed(3 * strlen(query) + 4, 1), *out = copy;
    const char *at = query;
    while (*at) {
        const char *start = at;
        if (*at == '"') { /* a doubled quote ends one string and begins the next: no matter */
            at += 1 + strcspn(at + 1, "\"");
            *out++ = '"';
            out = cut(out, start + 1, (size_t)(at - start - 1));
            if (*at)
                *out++ = *at++;
        } else if (is_wide_blank(at)) {
            *out++ = ' ';
            at += 3;
        } else if (is_bareword((unsigned char)*at)) {
            while (is_bareword((unsigned char)*at) && !is_wide_blank(at))
                at++;
            out = cut_bareword(out, start, (size_t)(at - start));
        } else {
            *out++ = *at++;
        }
    }
    *out = '\0';
    return copy;
}

/* ---- reading ---- */

char *signs_join(const char *text)
{
    char *copy = memory_zeroed(strlen(text) + 1, 1), *out = copy;
    const unsigned char *at = (const unsigned char *)text;
    bool after_sign = false;
    while (*at) {
        const unsigned char *start = at;
        uint32_t point = next_point(&at);
        if (point == ' ' && after_sign) {
            after_sign = false; /* of two blanks one was the text's own */
            continue;
        }
        if (point != '[' && point != ']')
            after_sign = is_sign(script_of(point));
        memcpy(out, start, (size_t)(at - start));
        out += at - start;
    }
    *out = '\0';
    return copy;
}
