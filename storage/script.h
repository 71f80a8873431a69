/* script.h - which characters are letters, and of a script that parts its words by blanks or not.
 *
 * Inline, as it is asked for every character of every text. Thread: any. */
#ifndef STORAGE_SCRIPT_H
#define STORAGE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a script parts its words; SCRIPT_BREAK: no letter or digit. */
enum script {
    SCRIPT_BREAK,
    SCRIPT_SPACED, /* by blanks */
    SCRIPT_SINGLE, /* not at all; a character is mostly a word or half of one */
    SCRIPT_JOINED, /* not at all; a letter is a letter */
};

/* Ranges from the first code point to the last; what is in none is a letter of a spaced script. */
static const struct {
    uint32_t first, last;
    enum script script;
} script_ranges[] = {
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

static inline bool is_ascii_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

static inline enum script script_of(uint32_t point)
{
    if (point < 0x80)
        return is_ascii_letter((unsigned char)point) ? SCRIPT_SPACED : SCRIPT_BREAK;
    if (point < 0xa0)
        return SCRIPT_BREAK;
    for (size_t i = 0;
         i < sizeof(script_ranges) / sizeof(script_ranges[0]) && script_ranges[i].first <= point;
         i++)
        if (point <= script_ranges[i].last)
            return script_ranges[i].script;
    return SCRIPT_SPACED;
}

/* The next code point; a byte that begins none counts as itself. Never passes the NUL. */
static inline uint32_t next_point(const unsigned char **at)
{
    const unsigned char *p = *at;
    unsigned more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc0 ? 1 : 0;
    uint32_t point = more ? *p & (0x3fu >> more) : *p;
    for (p++; more && (*p & 0xc0) == 0x80; more--, p++)
        point = point << 6 | (*p & 0x3f);
    *at = p;
    return point;
}

#endif
