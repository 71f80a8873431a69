/* Which encoding of the Latin script bytes are in, by the letters that its languages use.
 *
 * The guess of uchardet is weak here: it answers one of the rare parts of ISO 8859 for text that
 * any of ten encodings could hold. So each candidate's letters are weighed against alphabets: the
 * letters beyond ASCII of a language, the most frequent first, of which the r-th is taken to have a
 * weight of 1 / (r + 1). The best pair of encoding and language wins. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset_private.h"

/* In order of what the web has; `cost` is how much better a rarer one must fit. */
static const struct {
    const char *encoding;
    double cost;
} candidates[] = {
    {"windows-1252", 0}, {"windows-1250", 1}, {"ISO-8859-2", 1},
    {"windows-1254", 2}, {"windows-1257", 2}, {"ISO-8859-15", 3},
    {"ISO-8859-13", 3},  {"macintosh", 5},    {"ISO-8859-3", 6},
};

static const char *const alphabets[] = {
    "éèàêôçîûùâëïœ",    /* French */
    "üäöß",             /* German */
    "óáíéúñü",          /* Spanish, Galician, Irish */
    "èàéùòì",           /* Italian */
    "ãçáéíóúõêâàô",     /* Portuguese */
    "éëïèöüóáê",        /* Dutch */
    "øåæéö",            /* Danish, Norwegian */
    "äöåé",             /* Swedish, Finnish */
    "óàéíèòçúïü",       /* Catalan, Occitan */
    "íðáóúýæöþé",       /* Icelandic, Faroese */
    "áéíóöőüúű",        /* Hungarian */
    "łżęąśóćńź",        /* Polish */
    "íářčéýžěšůúóňťď",  /* Czech */
    "áčíýúéťžšľóôäňĺď", /* Slovak */
    "ăţîşâ",            /* Romanian */
    "čšžćđ",            /* Croatian, Slovene */
    "ųšėžįąčūę",        /* Lithuanian */
    "āēīšļūņžķģč",      /* Latvian */
    "äõüöšž",           /* Estonian */
    "ışçüğöâî",         /* Turkish */
    "ëç",               /* Albanian */
    "ĉĝŭŝĵĥ",           /* Esperanto */
    "żħġċ",             /* Maltese */
};

/* Logarithms of how likely a character of each kind is among those beyond ASCII. */
static const double PUNCTUATION = -4, SIGN = -6, FOREIGN_LETTER = -7, SYMBOL = -9, CONTROL = -13,
                    CAPITAL = -1.5;

static bool is_letter(uint32_t point)
{
    return (point >= 0xc0 && point <= 0x24f && point != 0xd7 && point != 0xf7);
}

static uint32_t small_letter(uint32_t point)
{
    if (point >= 0xc0 && point <= 0xde)
        return point + 0x20;
    bool odd_is_capital = (point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17e);
    if (point >= 0x100 && point < 0x180 && point != 0x130 && point != 0x131 && point != 0x178)
        return point + ((point & 1) == odd_is_capital);
    return point;
}

/* Punctuation that texts of any language have, and after the 0 the signs of numbers and prices. */
static const uint16_t signs[] = {0xa0,   0xa7,   0xa9,   0xab,   0xad,   0xae,   0xb7,   0xbb,
                                 0x2013, 0x2014, 0x2018, 0x2019, 0x201a, 0x201c, 0x201d, 0x201e,
                                 0x2022, 0x2026, 0x20ac, 0x2122, 0xb0,   0xa3,   0,      0xa1,
                                 0xaa,   0xb1,   0xb2,   0xb3,   0xb4,   0xb5,   0xb9,   0xba,
                                 0xbc,   0xbd,   0xbe,   0xbf,   0xd7};

static double sign_score(uint32_t point)
{
    double score = PUNCTUATION;
    if (point < 0xa0 || point == UTF8_REPLACEMENT_POINT)
        return CONTROL;
    for (size_t i = 0; i < COUNT(signs); i++) {
        if (signs[i] == point)
            return score;
        if (!signs[i])
            score = SIGN;
    }
    return SYMBOL;
}

static double letter_score(uint32_t point, const char *alphabet)
{
    uint32_t small = small_letter(point), letter;
    double sum = 0, weight = 0;
    size_t size = strlen(alphabet), rank = 0;
    for (size_t at = 0; at < size; rank++) {
        at += utf8_decode(alphabet + at, size - at, &letter);
        sum += 1.0 / (double)(rank + 1);
        if (letter == small)
            weight = 1.0 / (double)(rank + 1);
    }
    return (weight > 0 ? log(weight / sum) : FOREIGN_LETTER) + (small != point ? CAPITAL : 0);
}

/* How well the bytes, counted, fit text of the alphabet in the encoding with these characters. */
static double fit_of(const size_t counts[128], const uint32_t points[128], const char *alphabet)
{
    double score = 0;
    for (size_t i = 0; i < 128; i++) {
        if (!counts[i])
            continue;
        score += (double)counts[i] *
                 (is_letter(points[i]) ? letter_score(points[i], alphabet) : sign_score(points[i]));
    }
    return score;
}

static void load_points(const char *encoding, uint32_t points[128])
{
    for (size_t i = 0; i < charset_tables_count; i++) {
        const char *at = charset_tables[i].upper;
        if (strcmp(charset_tables[i].encoding, encoding) != 0)
            continue;
        size_t left = strlen(at);
        for (size_t k = 0; k < 128; k++) {
            size_t size = utf8_decode(at, left, &points[k]);
            at += size;
            left -= size;
        }
    }
}

const char *charset_of_latin(struct span text, const char *guess)
{
    size_t counts[128] = {0};
    const char *best = "windows-1252";
    double most = -INFINITY;
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            counts[(unsigned char)text.data[i] - 0x80]++;
    for (size_t i = 0; i < COUNT(candidates); i++) {
        uint32_t points[128];
        load_points(candidates[i].encoding, points);
        for (size_t k = 0; k < COUNT(alphabets); k++) {
            double score = fit_of(counts, points, alphabets[k]) - candidates[i].cost;
            bool is_tie = score == most && strcmp(candidates[i].encoding, guess) == 0;
            if (score > most || is_tie) {
                most = score;
                best = candidates[i].encoding;
            }
        }
    }
    return best;
}
