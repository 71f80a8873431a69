#include "extract/tidy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/entity.h"
#include "base/utf8.h"

enum { ENTITY_BYTES_MAX = 32, TAG_BYTES_MAX = 512 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The code point of the reference at `text` ("&amp;", "&#8217;"), 0 when it is none. *size becomes
 * its length. */
static uint32_t read_reference(struct span text, size_t *size)
{
    size_t cap = text.size < ENTITY_BYTES_MAX ? text.size : ENTITY_BYTES_MAX;
    const char *end = memchr(text.data, ';', cap);
    size_t length = end ? (size_t)(end - text.data) : 0;
    if (length < 3)
        return 0;
    char name[ENTITY_BYTES_MAX];
    memcpy(name, text.data + 1, length - 1);
    name[length - 1] = '\0';
    *size = length + 1;
    if (name[0] == '#') {
        bool hex = name[1] == 'x' || name[1] == 'X';
        char *rest;
        unsigned long point = strtoul(name + 1 + hex, &rest, hex ? 16 : 10);
        return *rest || point > 0x10ffff ? 0 : (uint32_t)point;
    }
    return entity_named(name, length - 1);
}

/* The length of the tag at `text`; 0 when "<" is just that. */
static size_t tag_length(struct span text)
{
    if (text.size < 3 || !(is_letter(text.data[1]) || text.data[1] == '/'))
        return 0;
    size_t cap = text.size < TAG_BYTES_MAX ? text.size : TAG_BYTES_MAX;
    const char *end = memchr(text.data, '>', cap);
    return end ? (size_t)(end - text.data) + 1 : 0;
}

static bool is_blank(uint32_t point)
{
    return point <= ' ' || point == 0x85 || point == 0xa0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x2028 || point == 0x2029 ||
           point == 0x202f || point == 0x205f || point == 0x3000;
}

/* Soft hyphens, zero-width marks, direction marks, byte order marks, controls. Joiners stay: they
 * make a difference in Arabic and Indic scripts. */
static bool is_invisible(uint32_t point)
{
    return point == 0xad || point == 0x200b || point == 0x200e || point == 0x200f ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x2069) ||
           point == 0xfeff || (point >= 0x7f && point < 0xa0);
}

static size_t put_point(char *out, size_t size, uint32_t point)
{
    if (is_blank(point)) {
        if (size && out[size - 1] != ' ')
            out[size++] = ' ';
    } else if (!is_invisible(point)) {
        char bytes[UTF8_LENGTH_MAX];
        size_t length = utf8_encode(point, bytes);
        memcpy(out + size, bytes, length);
        size += length;
    }
    return size;
}

char *tidy_line(struct arena *arena, struct span text)
{
    char *out = arena_alloc(arena, text.size + UTF8_LENGTH_MAX + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size;) {
        struct span rest = {text.data + i, text.size - i};
        uint32_t point;
        size_t taken = 0;
        if (*rest.data == '<' && (taken = tag_length(rest))) {
            if (taken > 2 && (rest.data[1] | 0x20) == 'b' && (rest.data[2] | 0x20) == 'r')
                size = put_point(out, size, ' ');
            i += taken;
            continue;
        }
        if (*rest.data != '&' || !(point = read_reference(rest, &taken)))
            taken = utf8_decode(rest.data, rest.size, &point);
        size = put_point(out, size, point);
        i += taken;
    }
    while (size && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
    return size ? out : NULL;
}

char *tidy_string(struct arena *arena, const char *text)
{
    return text ? tidy_line(arena, span_of(text)) : NULL;
}

uint32_t tidy_small(uint32_t point)
{
    if (point < 0x80)
        return point >= 'A' && point <= 'Z' ? point + 32 : point;
    if ((point >= 0xc0 && point <= 0xde && point != 0xd7) || (point >= 0x391 && point <= 0x3a9) ||
        (point >= 0x410 && point <= 0x42f))
        return point + 32;
    if (point >= 0x400 && point <= 0x40f)
        return point + 80;
    if ((point >= 0x100 && point <= 0x137) || (point >= 0x14a && point <= 0x177) ||
        (point >= 0x1e00 && point <= 0x1eff))
        return point | 1;
    if ((point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17e))
        return point + (point & 1);
    return point;
}

/* Letters and digits of any script; marks and signs are not. */
static bool is_word_point(uint32_t point)
{
    if (point < 0x80)
        return is_letter((char)point) || (point >= '0' && point <= '9');
    if (point < 0xc0)
        return point == 0xaa || point == 0xb5 || point == 0xba;
    return point != 0xd7 && point != 0xf7 && !(point >= 0x2000 && point <= 0x206f) &&
           !(point >= 0x20a0 && point <= 0x20cf) && !(point >= 0x2190 && point <= 0x2bff) &&
           !(point >= 0x2e00 && point <= 0x2e7f) && !(point >= 0x3000 && point <= 0x3004) &&
           !(point >= 0x3008 && point <= 0x3020) && point != 0x30fb &&
           !(point >= 0xfe10 && point <= 0xfe6f) && !(point >= 0xff00 && point <= 0xff0f) &&
           !(point >= 0xff1a && point <= 0xff20) && point != 0xfffd && point < 0x1f000;
}

char *tidy_folded(struct arena *arena, struct span text)
{
    char *out = arena_alloc(arena, text.size + UTF8_LENGTH_MAX + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size;) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x80) {
            bool word = is_letter((char)c) || (c >= '0' && c <= '9');
            if (word)
                out[size++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            else if (c != 0x7f && size && out[size - 1] != ' ')
                out[size++] = ' ';
            i++;
            continue;
        }
        uint32_t point;
        i += utf8_decode(text.data + i, text.size - i, &point);
        if (is_invisible(point))
            continue;
        size = put_point(out, size, is_word_point(point) ? tidy_small(point) : ' ');
    }
    while (size && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
    return out;
}

bool tidy_same(struct arena *arena, const char *a, const char *b)
{
    if (!a || !b)
        return false;
    return strcmp(tidy_folded(arena, span_of(a)), tidy_folded(arena, span_of(b))) == 0;
}

size_t tidy_points(struct span text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += (text.data[i] & 0xc0) != 0x80;
    return count;
}
