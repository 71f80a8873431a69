/* Which encoding of one byte a letter bytes are in, by the letters that languages use.
 *
 * The guess of uchardet is weak in the Latin script: it answers one of the rare parts of ISO 8859
 * for text that any of ten encodings could hold. In other scripts it knows some languages only. So
 * each candidate's letters are weighed against alphabets: the letters beyond ASCII of a language,
 * the most frequent first, of which the r-th is taken to have a weight of 1 / (r + 1). The best
 * pair of encoding and language wins. */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset_private.h"

/* Code points of letters end here; letters of an alphabet, and one. */
enum { LETTER_END = 0xe4e, LETTERS_MAX = 64 };

/* In order of what the web has; `cost` is how much better a rarer one must fit. */
static const struct {
    const char *encoding;
    double cost;
    bool latin;
} candidates[] = {
    {"windows-1252", 0, true},  {"windows-1250", 1, true},    {"ISO-8859-2", 1, true},
    {"windows-1254", 2, true},  {"windows-1257", 2, true},    {"ISO-8859-15", 3, true},
    {"ISO-8859-13", 3, true},   {"macintosh", 5, true},       {"ISO-8859-3", 5, true},
    {"ISO-8859-4", 5, true},    {"ISO-8859-14", 6, true},     {"ISO-8859-10", 8, true},
    {"windows-1251", 0, false}, {"KOI8-U", 2, false},         {"ISO-8859-5", 2, false},
    {"IBM866", 3, false},       {"x-mac-cyrillic", 5, false}, {"windows-1253", 1, false},
    {"ISO-8859-7", 2, false},   {"windows-1255", 1, false},   {"windows-1256", 1, false},
    {"ISO-8859-6", 2, false},   {"windows-874", 1, false},
};

static const char *const alphabets[] = {
    "éèàêôçîûùâëïœ",                        /* French */
    "üäöß",                                 /* German */
    "óáíéúñü",                              /* Spanish, Galician, Irish */
    "èàéùòì",                               /* Italian */
    "ãçáéíóúõêâàô",                         /* Portuguese */
    "éëïèöüóáê",                            /* Dutch */
    "øåæéö",                                /* Danish, Norwegian */
    "äöåé",                                 /* Swedish, Finnish */
    "óàéíèòçúïü",                           /* Catalan, Occitan */
    "íðáóúýæöþé",                           /* Icelandic, Faroese */
    "áéíóöőüúű",                            /* Hungarian */
    "łżęąśóćńź",                            /* Polish */
    "íářčéýžěšůúóňťď",                      /* Czech */
    "áčíýúéťžšľóôäňĺď",                     /* Slovak */
    "ăţîşâ",                                /* Romanian */
    "čšžćđ",                                /* Croatian, Slovene */
    "ěčłóšńžćřź",                           /* Sorbian */
    "ųšėžįąčūę",                            /* Lithuanian */
    "āēīšļūņžķģč",                          /* Latvian */
    "äõüöšž",                               /* Estonian */
    "ışçüğöâî",                             /* Turkish */
    "ëç",                                   /* Albanian */
    "ĉĝŭŝĵĥ",                               /* Esperanto */
    "żħġċ",                                 /* Maltese */
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",    /* Russian */
    "оаинівртескулдпмяьзбгчйхжшюцщїєфґ",    /* Ukrainian */
    "аінеоытрсляўкдпвмзуябгчйхжшюцьэф",     /* Belarusian */
    "аиоентрсвлкдпмзябугчщжцхшюйъфь",       /* Bulgarian */
    "аиоентрсвјкдупмлзгбчшцжљњћђхфџѓќѕ",    /* Serbian, Macedonian */
    "αοιετσνηυρπκμλίόςάγδώέωθύήχφβξζψϊϋΐ",  /* Greek */
    "יוהלאמתרשבנםעקחדפגסצכטזןךףץ",          /* Hebrew */
    "اليمنرتوبعدسفةهكحقجىأشصطخئإضذزثغءظؤآ", /* Arabic */
    "ايرنهدومتبسشلكزفقخعجگپحصطچضغآذئثظژ",   /* Persian, Urdu */
    "านรอกเงมยลวดทสตะปบคหแจพชขใไโผซถณษศธฟัี่้ิ็์ืุู", /* Thai */
};

/* Logarithms of how likely a character of each kind is among those beyond ASCII. */
static const double PUNCTUATION = -4, SIGN = -6, FOREIGN_LETTER = -7, SYMBOL = -9, CONTROL = -13,
                    CAPITAL = -1.5, SIGN_INSIDE = -4, LETTER_AT_DIGIT = -2;

static bool is_letter(uint32_t point)
{
    return (point >= 0xc0 && point <= 0x24f && point != 0xd7 && point != 0xf7) ||
           (point >= 0x386 && point <= 0x4ff && point != 0x387) ||
           (point >= 0x5d0 && point <= 0x5ea) || (point >= 0x620 && point <= 0x6d3) ||
           (point >= 0xe01 && point <= 0xe4d);
}

static uint32_t small_letter(uint32_t point)
{
    if ((point >= 0xc0 && point <= 0xde) || (point >= 0x391 && point <= 0x3ab) ||
        (point >= 0x410 && point <= 0x42f))
        return point + 0x20;
    if (point >= 0x400 && point <= 0x40f)
        return point + 0x50;
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

/* An alphabet taken apart: the score of each of its letters, by their code points. */
struct weights {
    unsigned char rank[LETTER_END]; /* of a letter, from 1; 0: it is foreign */
    double score[LETTERS_MAX];      /* of the rank */
};

static void weigh(const char *alphabet, struct weights *out)
{
    size_t size = strlen(alphabet), count = 0;
    double sum = 0;
    memset(out->rank, 0, sizeof out->rank);
    out->score[0] = FOREIGN_LETTER;
    for (size_t at = 0; at < size;) {
        uint32_t letter;
        at += utf8_decode(alphabet + at, size - at, &letter);
        assert(letter < LETTER_END && count + 1 < LETTERS_MAX);
        out->rank[letter] = (unsigned char)++count;
        sum += 1.0 / (double)count;
    }
    for (size_t i = 1; i <= count; i++)
        out->score[i] = log(1.0 / (double)i / sum);
}

static double letter_score(uint32_t point, const struct weights *weights)
{
    uint32_t small = small_letter(point);
    return weights->score[weights->rank[small]] + (small != point ? CAPITAL : 0);
}

/* How often each byte above 0x7F is there. */
struct high_bytes {
    unsigned char seen[128]; /* those that are there at all, ascending */
    size_t seen_count;
    size_t all[128];
    size_t inside[128]; /* between two ASCII letters */
    size_t before[128]; /* a digit */
};

static bool is_ascii_letter(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static void count_bytes(struct span text, struct high_bytes *out)
{
    *out = (struct high_bytes){.seen_count = 0};
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x80)
            continue;
        out->all[byte - 0x80]++;
        if (i + 1 == text.size)
            break;
        out->inside[byte - 0x80] +=
            i && is_ascii_letter(text.data[i - 1]) && is_ascii_letter(text.data[i + 1]);
        out->before[byte - 0x80] += text.data[i + 1] >= '0' && text.data[i + 1] <= '9';
    }
    for (size_t i = 0; i < 128; i++)
        if (out->all[i])
            out->seen[out->seen_count++] = (unsigned char)i;
}

/* What parts letters inside of words: apostrophes, the dot of Catalan, hyphens and dashes. */
static bool is_inside_words(uint32_t point)
{
    return point == 0xad || point == 0xb7 || (point >= 0x2013 && point <= 0x2019);
}

/* How well the bytes fit text of the alphabet in the encoding with these characters. */
static double fit_of(const struct high_bytes *bytes, const uint32_t points[128],
                     const struct weights *weights)
{
    double score = 0;
    for (size_t k = 0; k < bytes->seen_count; k++) {
        size_t i = bytes->seen[k];
        bool letter = is_letter(points[i]);
        score += (double)bytes->all[i] *
                 (letter ? letter_score(points[i], weights) : sign_score(points[i]));
        if (letter)
            score += (double)bytes->before[i] * LETTER_AT_DIGIT;
        else if (!is_inside_words(points[i]))
            score += (double)bytes->inside[i] * SIGN_INSIDE;
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

const char *charset_of_letters(struct span text, bool latin_only, const char *guess)
{
    struct high_bytes bytes;
    struct weights weights;
    uint32_t points[COUNT(candidates)][128];
    double most[COUNT(candidates)]; /* of the alphabet that fits best */
    count_bytes(text, &bytes);
    for (size_t i = 0; i < COUNT(candidates); i++) {
        load_points(candidates[i].encoding, points[i]);
        most[i] = -INFINITY;
    }
    for (size_t k = 0; k < COUNT(alphabets); k++) {
        weigh(alphabets[k], &weights);
        for (size_t i = 0; i < COUNT(candidates); i++)
            if (candidates[i].latin || !latin_only)
                most[i] = fmax(most[i], fit_of(&bytes, points[i], &weights) - candidates[i].cost);
    }
    size_t best = 0; /* of two that fit alike the guess, else the more usual one */
    for (size_t i = 1; i < COUNT(candidates); i++)
        if (most[i] > most[best] ||
            (most[i] == most[best] && strcmp(candidates[i].encoding, guess) == 0))
            best = i;
    return candidates[best].encoding;
}
