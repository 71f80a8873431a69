/* url_idna.c - "domain to ASCII" of the URL Standard: UTS #46, non-transitional, with every check
 * but those for hyphens, lengths and ASCII punctuation.
 *
 * libidn2 looks names up: it maps by UTS #46, and then applies IDNA2008, which refuses symbols,
 * hyphens and long labels that the URL Standard lets through. So it is asked for less at a time:
 *
 * 1. Mapping and normalising. In its transitional mode libidn2 does just this, and refuses what
 *    UTS #46 disallows. It gets a label in segments that can't affect each other, none of which
 *    holds what that mode changes: hyphens, and the four "deviations".
 * 2. The joiner and direction rules. Its other mode checks them, once the label is made neutral:
 *    what IDNA2008 refuses is replaced by something with the same properties that it takes.
 *
 * Its tables are of Unicode 14; what later versions of UTS #46 say otherwise stands below, what
 * they add in url_idna_newer.c. The few of these that compose with others (Todhri, Tulu, Gurung
 * Khema, Kirat Rai) are left apart. */
#include "base/url_text.h"

#include <assert.h>
#include <idn2.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"

enum {
    MAPPING = IDN2_TRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP,
    CHECKING = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP,
    DOMAIN_BYTES_MAX = 1024, /* past what DNS takes in any script; bounds what is quadratic */
    SHARP_S = 0xdf,
    FINAL_SIGMA = 0x3c2,
    NON_JOINER = 0x200c,
    JOINER = 0x200d,
    DROPPED = 0,
};

/* Asks libidn2 for the ASCII form of `points`. Returns its code; *out is the arena's. */
static int look_up(struct arena *arena, const uint32_t *points, size_t count, int flags,
                   struct span *out)
{
    char *text = arena_alloc(arena, count * UTF8_LENGTH_MAX + 1);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += utf8_encode(points[i], text + size);
    text[size] = '\0';
    uint8_t *ascii = NULL;
    int code = idn2_lookup_u8((const uint8_t *)text, &ascii, flags);
    if (code == IDN2_OK && out) {
        out->size = strlen((const char *)ascii);
        out->data = arena_copy(arena, (const char *)ascii, out->size);
    }
    idn2_free(ascii);
    return code;
}

/* ---- mapping -----------------------------------------------------------------------------------
 */

/* Where UTS #46 says otherwise than libidn2's table, and what would make a dot or a hyphen inside
 * of a segment. In the order of their code points. */
static const struct {
    uint32_t first, last, to; /* `to` belongs to `first`, the next to the next */
} amendments[] = {
    {0x4c0, 0x4c0, 0x4cf},     /* palochka */
    {0x10a0, 0x10c5, 0x2d00},  /* Georgian capitals */
    {0x115f, 0x1160, DROPPED}, /* Hangul fillers */
    {0x17b4, 0x17b5, DROPPED}, /* Khmer inherent vowels */
    {0x180e, 0x180e, DROPPED}, /* Mongolian vowel separator */
    {0x1c89, 0x1c89, 0x1c8a},  /* capital Tje */
    {0x1e9e, 0x1e9e, SHARP_S}, /* its capital */
    {0x2061, 0x2063, DROPPED}, /* invisible operators */
    {0x206a, 0x206f, DROPPED}, /* deprecated controls */
    {0x2132, 0x2132, 0x214e},  /* turned F */
    {0x2183, 0x2183, 0x2184},  /* reversed C */
    {0x3002, 0x3002, '.'},     /* ideographic full stop */
    {0x3164, 0x3164, DROPPED}, /* Hangul filler */
    {0xa7cb, 0xa7cb, 0x264},   /* capitals and forms of Unicode 15 to 17 */
    {0xa7cc, 0xa7cc, 0xa7cd},    {0xa7ce, 0xa7ce, 0xa7cf},    {0xa7d2, 0xa7d2, 0xa7d3},
    {0xa7d4, 0xa7d4, 0xa7d5},    {0xa7da, 0xa7da, 0xa7db},    {0xa7dc, 0xa7dc, 0x19b},
    {0xa7f1, 0xa7f1, 's'},       {0xfe63, 0xfe63, '-'},       /* small hyphen-minus */
    {0xff01, 0xff5e, '!'},                                    /* wide ASCII */
    {0xff61, 0xff61, '.'},                                    /* half-width full stop */
    {0xffa0, 0xffa0, DROPPED},                                /* half-width filler */
    {0x10d50, 0x10d65, 0x10d70},                              /* Garay capitals */
    {0x16ea0, 0x16eb8, 0x16ebb},                              /* Beria Erfe capitals */
    {0x1ccd6, 0x1ccef, 'a'},                                  /* outlined letters and digits */
    {0x1ccf0, 0x1ccf9, '0'},     {0x1d173, 0x1d17a, DROPPED}, /* musical formatting */
    {0x1e030, 0x1e038, 0x430},                                /* raised and lowered Cyrillic */
    {0x1e039, 0x1e03b, 0x43a},   {0x1e03c, 0x1e046, 0x43e},   {0x1e047, 0x1e047, 0x44b},
    {0x1e048, 0x1e049, 0x44d},   {0x1e04a, 0x1e04a, 0xa689},  {0x1e04b, 0x1e04b, 0x4d9},
    {0x1e04c, 0x1e04c, 0x456},   {0x1e04d, 0x1e04d, 0x458},   {0x1e04e, 0x1e04e, 0x4e9},
    {0x1e04f, 0x1e04f, 0x4af},   {0x1e050, 0x1e050, 0x4cf},   {0x1e051, 0x1e059, 0x430},
    {0x1e05a, 0x1e05b, 0x43a},   {0x1e05c, 0x1e05d, 0x43e},   {0x1e05e, 0x1e05e, 0x441},
    {0x1e05f, 0x1e064, 0x443},   {0x1e065, 0x1e066, 0x44a},   {0x1e067, 0x1e067, 0x491},
    {0x1e068, 0x1e068, 0x456},   {0x1e069, 0x1e069, 0x455},   {0x1e06a, 0x1e06a, 0x45f},
    {0x1e06b, 0x1e06b, 0x4ab},   {0x1e06c, 0x1e06c, 0xa651},  {0x1e06d, 0x1e06d, 0x4b1},
    {0x2f868, 0x2f868, 0x36fc}, /* corrected compatibility ideographs */
    {0x2f874, 0x2f874, 0x5f53},  {0x2f91f, 0x2f91f, 0x243ab}, {0x2f95f, 0x2f95f, 0x7aee},
    {0x2f9bf, 0x2f9bf, 0x45d7},
};

static uint32_t amended(uint32_t point)
{
    for (size_t i = 0; i < COUNT(amendments) && point >= amendments[i].first; i++)
        if (point <= amendments[i].last)
            return amendments[i].to ? amendments[i].to + (point - amendments[i].first) : DROPPED;
    return point;
}

/* What stands for itself and composes with nothing: libidn2 need not see it, or must not. */
static bool is_literal(uint32_t point)
{
    if (point < 0x80)
        return !is_ascii_alpha((char)point) && (point < '<' || point > '>');
    return point == SHARP_S || point == FINAL_SIGMA || point == NON_JOINER || point == JOINER ||
           point == 0x1806 || /* Mongolian soft hyphen */
           url_newer_kind(point) != URL_NEWER_NONE;
}

static bool is_ascii_label(struct url_points label)
{
    for (size_t i = 0; i < label.count; i++)
        if (label.data[i] >= 0x80)
            return false;
    return true;
}

/* Appends to `out` what libidn2 maps the segment to. In front of a segment inside of a label comes
 * a letter that composes with nothing, as libidn2 refuses marks at the start. */
static int map_segment(struct arena *arena, const uint32_t *segment, size_t count, bool is_first,
                       struct url_points *out)
{
    uint32_t *asked = arena_alloc(arena, (count + 1) * sizeof *asked);
    size_t skipped = is_first || segment[0] < 0x80 ? 0 : 1;
    asked[0] = 'q';
    memcpy(asked + skipped, segment, count * sizeof *asked);
    struct span ascii;
    if (look_up(arena, asked, count + skipped, MAPPING, &ascii) != IDN2_OK)
        return ERR_INPUT;
    struct url_points mapped = {NULL, 0};
    if (ascii.size > 4 && memcmp(ascii.data, "xn--", 4) == 0) {
        ascii = (struct span){ascii.data + 4, ascii.size - 4};
        int err = url_punycode_decode(arena, ascii, &mapped);
        assert(!err); /* libidn2 wrote it */
        (void)err;
    } else {
        mapped = (struct url_points){arena_alloc(arena, ascii.size * sizeof(uint32_t)), ascii.size};
        for (size_t i = 0; i < ascii.size; i++)
            mapped.data[i] = (unsigned char)ascii.data[i];
    }
    size_t added = mapped.count < skipped ? 0 : mapped.count - skipped;
    out->data = arena_grow(arena, out->data, out->count * sizeof(uint32_t),
                           (out->count + added) * sizeof(uint32_t));
    memcpy(out->data + out->count, mapped.data + skipped, added * sizeof(uint32_t));
    out->count += added;
    return 0;
}

/* Maps and normalises one label of amended points. */
static int map_label(struct arena *arena, struct url_points label, struct url_points *out)
{
    struct url_points mapped = {NULL, 0};
    for (size_t at = 0; at < label.count;) {
        size_t end = at + 1;
        if (!is_literal(label.data[at]))
            while (end < label.count && label.data[end] >= 0x80 && !is_literal(label.data[end]))
                end++;
        if (end > at + 1 || (label.data[at] >= 0x80 && !is_literal(label.data[at]))) {
            if (map_segment(arena, label.data + at, end - at, at == 0, &mapped))
                return ERR_INPUT;
        } else {
            uint32_t point = label.data[at];
            mapped.data = arena_grow(arena, mapped.data, mapped.count * sizeof(uint32_t),
                                     (mapped.count + 1) * sizeof(uint32_t));
            mapped.data[mapped.count++] = point < 0x80 ? (uint32_t)ascii_lower((char)point) : point;
        }
        at = end;
    }
    *out = mapped;
    return 0;
}

static bool starts_with_ace(struct url_points label)
{
    static const char prefix[] = {'x', 'n', '-', '-'};
    for (size_t i = 0; i < sizeof prefix; i++)
        if (i >= label.count || label.data[i] != (uint32_t)prefix[i])
            return false;
    return true;
}

/* "xn--…" to what it stands for, which must be what mapping makes of itself. */
static int decode_ace(struct arena *arena, struct url_points *label)
{
    if (!is_ascii_label(*label))
        return ERR_INPUT;
    char *text = arena_alloc(arena, label->count);
    for (size_t i = 4; i < label->count; i++)
        text[i - 4] = (char)label->data[i];
    struct url_points decoded, mapped;
    if (url_punycode_decode(arena, (struct span){text, label->count - 4}, &decoded) ||
        is_ascii_label(decoded) || starts_with_ace(decoded))
        return ERR_INPUT;
    for (size_t i = 0; i < decoded.count; i++)
        if (amended(decoded.data[i]) != decoded.data[i])
            return ERR_INPUT;
    if (map_label(arena, decoded, &mapped) || mapped.count != decoded.count ||
        memcmp(mapped.data, decoded.data, mapped.count * sizeof(uint32_t)) != 0)
        return ERR_INPUT;
    *label = decoded;
    return 0;
}

/* ---- joiners and direction ---------------------------------------------------------------------
 */

/* Characters that IDNA2008 takes and that stand in for those of their direction that it refuses. */
enum {
    LETTER = 'q',
    DIGIT = '1',
    MARK = 0x300,
    SYMBOL = 0x2c6, /* a modifier letter, but neutral */
    ALEF = 0x5d0,
    ARABIC_DIGIT = 0x660,
};

/* For what IDNA2008 refuses: the first row that fits, or else a letter from left to right. */
static const struct {
    uint32_t first, last, stand_in;
} stand_ins[] = {
    {0x80, 0x481, SYMBOL},
    {0x488, 0x489, MARK},
    {0x58a, 0x58f, SYMBOL},
    {0x606, 0x607, SYMBOL},
    {0x609, 0x60a, SYMBOL},
    {0x60c, 0x60c, SYMBOL},
    {0x60e, 0x60f, SYMBOL},
    {0x66a, 0x66a, SYMBOL},
    {0x66b, 0x66c, ARABIC_DIGIT},
    {0x6de, 0x6de, SYMBOL},
    {0x6e9, 0x6e9, SYMBOL},
    {0x7f6, 0x7f9, SYMBOL},
    {0x898, 0x89f, MARK},
    {0x8ca, 0x8d2, MARK},
    {0x590, 0x8ff, ALEF},
    {0x1abe, 0x1ace, MARK},
    {0x20d0, 0x20f0, MARK},
    {0x214f, 0x214f, LETTER},
    {0x2180, 0x2188, LETTER},
    {0x2336, 0x237a, LETTER}, /* APL */
    {0x2800, 0x28ff, LETTER}, /* Braille */
    {0x3021, 0x3029, LETTER},
    {0x3248, 0x324f, LETTER},
    {0x2000, 0x303f, SYMBOL},
    {0x31c0, 0x33ff, SYMBOL},
    {0x4dc0, 0x4dff, SYMBOL}, /* hexagrams */
    {0xa490, 0xa4c6, SYMBOL}, /* Yi radicals */
    {0xa670, 0xa672, MARK},
    {0xfd3e, 0xfd4f, SYMBOL},
    {0xfdcf, 0xfdcf, SYMBOL},
    {0xfdfd, 0xfdff, SYMBOL},
    {0xfb1d, 0xfdff, ALEF},
    {0xfe10, 0xfe6f, SYMBOL},
    {0xfe70, 0xfeff, ALEF},
    {0x10140, 0x101a0, SYMBOL},
    {0x102e1, 0x102fb, DIGIT}, /* Coptic numbers */
    {0x1091f, 0x1091f, SYMBOL},
    {0x10b39, 0x10b3f, SYMBOL},
    {0x10e60, 0x10e7e, ARABIC_DIGIT}, /* Rumi numbers */
    {0x10eab, 0x10eac, MARK},
    {0x10f82, 0x10f85, MARK},
    {0x10800, 0x10fff, ALEF},
    {0x1cf00, 0x1cf46, MARK},
    {0x1d167, 0x1d169, MARK}, /* musical */
    {0x1d17b, 0x1d182, MARK},
    {0x1d185, 0x1d18b, MARK},
    {0x1d1aa, 0x1d1ad, MARK},
    {0x1d242, 0x1d244, MARK},
    {0x1d2e0, 0x1d2f3, LETTER},
    {0x1d200, 0x1d356, SYMBOL},
    {0x1eef0, 0x1eef1, SYMBOL},
    {0x1e800, 0x1efff, ALEF},
    {0x1f110, 0x1f1ff, LETTER},
    {0x1f000, 0x1fbff, SYMBOL},
};

static uint32_t stand_in(struct arena *arena, uint32_t point)
{
    static const uint32_t newer[] = {
        [URL_NEWER_LETTER] = LETTER,       [URL_NEWER_RIGHT] = ALEF,    [URL_NEWER_MARK] = MARK,
        [URL_NEWER_SPACING_MARK] = LETTER, [URL_NEWER_SYMBOL] = SYMBOL,
    };
    enum url_newer kind = url_newer_kind(point);
    if (kind != URL_NEWER_NONE)
        return newer[kind];
    if (point < 0x80)
        return is_ascii_alpha((char)point) || is_ascii_digit((char)point) ? point : SYMBOL;
    if (point == 0x2260 || point == 0x226e || point == 0x226f)
        return SYMBOL; /* taken by libidn2, for they compose of ASCII */
    uint32_t asked[] = {LETTER, point};
    int code = is_literal(point) ? IDN2_OK : look_up(arena, asked, COUNT(asked), CHECKING, NULL);
    if (code != IDN2_DISALLOWED && code != IDN2_UNASSIGNED)
        return point;
    for (size_t i = 0; i < COUNT(stand_ins); i++)
        if (point >= stand_ins[i].first && point <= stand_ins[i].last)
            return stand_ins[i].stand_in;
    return LETTER;
}

/* The label as libidn2 takes it, with the same joining and directions. */
static struct url_points neutral(struct arena *arena, struct url_points label)
{
    struct url_points copy = {arena_alloc(arena, label.count * sizeof(uint32_t)), label.count};
    for (size_t i = 0; i < label.count; i++)
        copy.data[i] = stand_in(arena, label.data[i]);
    return copy;
}

/* RFC 5892, appendix A.1 and A.2. */
static bool has_good_joiners(struct arena *arena, struct url_points label)
{
    bool has_joiner = false;
    for (size_t i = 0; i < label.count; i++)
        has_joiner |= label.data[i] == NON_JOINER || label.data[i] == JOINER;
    if (!has_joiner)
        return true;
    struct url_points asked = neutral(arena, label);
    int code = look_up(arena, asked.data, asked.count, CHECKING, NULL);
    return code == IDN2_OK || code == IDN2_BIDI;
}

/* It is refused after a letter that goes the other way. */
static bool is_right_to_left(struct arena *arena, uint32_t neutral_point)
{
    uint32_t asked[] = {LETTER, neutral_point};
    return neutral_point >= ALEF &&
           look_up(arena, asked, COUNT(asked), CHECKING, NULL) == IDN2_BIDI;
}

static bool any_right_to_left(struct arena *arena, struct url_points neutral_label)
{
    for (size_t i = 0; i < neutral_label.count; i++)
        if (is_right_to_left(arena, neutral_label.data[i]))
            return true;
    return false;
}

static bool is_mark(struct arena *arena, uint32_t neutral_point)
{
    return neutral_point >= MARK &&
           look_up(arena, &neutral_point, 1, CHECKING, NULL) == IDN2_LEADING_COMBINING;
}

/* European and Arabic digits in one label, which libidn2 lets through. */
static bool mixes_digits(struct url_points label)
{
    bool european = false, arabic = false;
    for (size_t i = 0; i < label.count; i++) {
        uint32_t point = label.data[i];
        european |= (point >= '0' && point <= '9') || (point >= 0x6f0 && point <= 0x6f9);
        arabic |=
            (point >= ARABIC_DIGIT && point <= 0x669) || (point >= 0x10d30 && point <= 0x10d39);
    }
    return european && arabic;
}

/* RFC 5893, section 2, for a neutral label of a name in which some label goes from right to left.
 * libidn2 forgets that marks at the end don't count, and checks no label from left to right. */
static bool has_good_direction(struct arena *arena, struct url_points label)
{
    size_t end = label.count;
    while (end > 1 && is_mark(arena, label.data[end - 1]))
        end--;
    if (any_right_to_left(arena, label))
        return !mixes_digits(label) &&
               look_up(arena, label.data, label.count, CHECKING, NULL) == IDN2_OK &&
               look_up(arena, label.data, end, CHECKING, NULL) == IDN2_OK;
    return !label.count || (label.data[0] != SYMBOL && label.data[end - 1] != SYMBOL &&
                            (label.data[0] >= 0x80 || is_ascii_alpha((char)label.data[0])));
}

static bool have_good_directions(struct arena *arena, const struct url_points *labels, size_t count)
{
    struct url_points *asked = arena_alloc(arena, count * sizeof *asked);
    bool matters = false;
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < labels[i].count; at++)
            matters |= labels[i].data[at] >= 0x590; /* no script before goes from right to left */
    if (!matters)
        return true;
    matters = false;
    for (size_t i = 0; i < count; i++) {
        asked[i] = neutral(arena, labels[i]);
        matters |= any_right_to_left(arena, asked[i]);
    }
    for (size_t i = 0; i < count && matters; i++)
        if (!has_good_direction(arena, asked[i]))
            return false;
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

/* The amended points of UTF-8 text. */
static struct url_points read_points(struct arena *arena, struct span domain)
{
    struct url_points points = {arena_alloc(arena, domain.size * sizeof(uint32_t)), 0};
    for (size_t at = 0; at < domain.size;) {
        uint32_t point;
        at += utf8_decode(domain.data + at, domain.size - at, &point);
        point = amended(point);
        if (point != DROPPED)
            points.data[points.count++] = point;
    }
    return points;
}

/* Splits at the dots; `out` has room for one label more than there are dots. */
static size_t split_labels(struct url_points points, struct url_points *out)
{
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= points.count; i++)
        if (i == points.count || points.data[i] == '.') {
            out[count++] = (struct url_points){points.data + start, i - start};
            start = i + 1;
        }
    return count;
}

/* UTS #46, 4.1, criterion 6: libidn2 sees to it for the marks that it knows. */
static bool starts_with_newer_mark(struct url_points label)
{
    enum url_newer kind = label.count ? url_newer_kind(label.data[0]) : URL_NEWER_NONE;
    return kind == URL_NEWER_MARK || kind == URL_NEWER_SPACING_MARK;
}

static int read_labels(struct arena *arena, struct url_points *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (map_label(arena, labels[i], &labels[i]) ||
            (starts_with_ace(labels[i]) && decode_ace(arena, &labels[i])) ||
            starts_with_newer_mark(labels[i]) || !has_good_joiners(arena, labels[i]))
            return ERR_INPUT;
    }
    return have_good_directions(arena, labels, count) ? 0 : ERR_INPUT;
}

int url_domain_to_ascii(struct arena *arena, struct span domain, struct span *out)
{
    if (domain.size > DOMAIN_BYTES_MAX || memchr(domain.data, '\0', domain.size))
        return ERR_INPUT;
    struct url_points points = read_points(arena, domain);
    struct url_points *labels = arena_alloc(arena, (points.count + 1) * sizeof *labels);
    size_t count = split_labels(points, labels);
    if (read_labels(arena, labels, count))
        return ERR_INPUT;
    struct url_writer writer;
    url_writer_init(&writer, arena, domain.size + 1);
    for (size_t i = 0; i < count; i++) {
        if (i)
            url_write_byte(&writer, '.');
        if (is_ascii_label(labels[i])) {
            for (size_t at = 0; at < labels[i].count; at++)
                url_write_byte(&writer, (char)labels[i].data[at]);
        } else {
            url_write(&writer, "xn--", 4);
            url_write_punycode(&writer, labels[i]);
        }
    }
    *out = (struct span){writer.data, writer.size};
    return 0;
}
