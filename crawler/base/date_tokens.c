#include "base/date_tokens.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

enum point_class { POINT_NOTHING, POINT_SPACE, POINT_MARK, POINT_DIGIT, POINT_LETTER, POINT_HAN };

struct range {
    uint32_t first, last;
};

/* They are in order. */
static bool in_ranges(uint32_t c, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && ranges[i].first <= c; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}

/* ---- folding ---- */

/* U+00C0 to U+017F without accents; "?" keeps its place for the two signs that are no letters. */
static const char latin_folded[] =
    "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
    "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

_Static_assert(sizeof latin_folded == 0x180 - 0xc0 + 1, "one letter for each");

/* In order. */
static const struct {
    uint32_t first, last, to;
} folds[] = {
    {0x00aa, 0x00aa, 'a'},   {0x00b7, 0x00b7, '|'},   {0x00ba, 0x00ba, 'o'},
    {0x018f, 0x018f, 'e'},   {0x01a0, 0x01a1, 'o'},   {0x01af, 0x01b0, 'u'},
    {0x0218, 0x0219, 's'},   {0x021a, 0x021b, 't'},   {0x0259, 0x0259, 'e'},
    {0x02bb, 0x02bc, '\''},  {0x0386, 0x0386, 0x3b1}, {0x0388, 0x0388, 0x3b5},
    {0x0389, 0x0389, 0x3b7}, {0x038a, 0x038a, 0x3b9}, {0x038c, 0x038c, 0x3bf},
    {0x038e, 0x038e, 0x3c5}, {0x038f, 0x038f, 0x3c9}, {0x0390, 0x0390, 0x3b9},
    {0x03aa, 0x03aa, 0x3b9}, {0x03ab, 0x03ab, 0x3c5}, {0x03ac, 0x03ac, 0x3b1},
    {0x03ad, 0x03ad, 0x3b5}, {0x03ae, 0x03ae, 0x3b7}, {0x03af, 0x03af, 0x3b9},
    {0x03b0, 0x03b0, 0x3c5}, {0x03c2, 0x03c2, 0x3c3}, {0x03ca, 0x03ca, 0x3b9},
    {0x03cb, 0x03cb, 0x3c5}, {0x03cc, 0x03cc, 0x3bf}, {0x03cd, 0x03cd, 0x3c5},
    {0x03ce, 0x03ce, 0x3c9}, {0x0401, 0x0401, 0x435}, {0x0451, 0x0451, 0x435},
    {0x060c, 0x060c, ','},   {0x0622, 0x0623, 0x627}, {0x0625, 0x0625, 0x627},
    {0x0629, 0x0629, 0x647}, {0x0649, 0x0649, 0x64a}, {0x0671, 0x0671, 0x627},
    {0x06a9, 0x06a9, 0x643}, {0x06be, 0x06be, 0x647}, {0x06c1, 0x06c1, 0x647},
    {0x06cc, 0x06cc, 0x64a}, {0x0958, 0x0958, 0x915}, {0x0959, 0x0959, 0x916},
    {0x095a, 0x095a, 0x917}, {0x095b, 0x095b, 0x91c}, {0x095c, 0x095c, 0x921},
    {0x095d, 0x095d, 0x922}, {0x095e, 0x095e, 0x92b}, {0x095f, 0x095f, 0x92f},
    {0x0964, 0x0965, '.'},   {0x0970, 0x0970, '.'},   {0x09dc, 0x09dc, 0x9a1},
    {0x09dd, 0x09dd, 0x9a2}, {0x09df, 0x09df, 0x9af}, {0x1e0c, 0x1e0d, 'd'},
    {0x1e24, 0x1e25, 'h'},   {0x1e36, 0x1e37, 'l'},   {0x1e5a, 0x1e5b, 'r'},
    {0x1e62, 0x1e63, 's'},   {0x1e6c, 0x1e6d, 't'},   {0x1e92, 0x1e93, 'z'},
    {0x1ea0, 0x1eb7, 'a'},   {0x1eb8, 0x1ec7, 'e'},   {0x1ec8, 0x1ecb, 'i'},
    {0x1ecc, 0x1ee3, 'o'},   {0x1ee4, 0x1ef1, 'u'},   {0x1ef2, 0x1ef9, 'y'},
    {0x2010, 0x2015, '-'},   {0x2018, 0x201b, '\''},  {0x2022, 0x2022, '|'},
    {0x2044, 0x2044, '/'},   {0x2212, 0x2212, '-'},   {0x2215, 0x2215, '/'},
    {0x3001, 0x3001, ','},   {0x3002, 0x3002, '.'},   {0x30fb, 0x30fb, '|'},
};

/* Scripts whose capitals lie at a fixed distance from the small letters. */
static const struct {
    uint32_t first, last, distance;
} capitals[] = {
    {0x0391, 0x03a9, 32},
    {0x0410, 0x042f, 32},
    {0x0400, 0x040f, 80},
    {0x0531, 0x0556, 48},
};

/* Cyrillic letters beyond the Slavic ones stand in pairs, the capital first. */
static const struct range paired[] = {{0x0460, 0x0481}, {0x048a, 0x04bf}, {0x04d0, 0x052f}};

/* Accents, vowel points, nuktas, joiners and marks of direction. */
static const struct range dropped[] = {
    {0x00ad, 0x00ad}, {0x0300, 0x036f}, {0x0591, 0x05c7}, {0x05f3, 0x05f4}, {0x0640, 0x0640},
    {0x064b, 0x065f}, {0x0670, 0x0670}, {0x093c, 0x093c}, {0x09bc, 0x09bc}, {0x0a3c, 0x0a3c},
    {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x2069}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
};

/* 0 for what is dropped. */
static uint32_t folded_point(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0; /* full width */
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c >= 0xc0 && c <= 0x17f && c != 0xd7 && c != 0xf7)
        return (unsigned char)latin_folded[c - 0xc0];
    for (size_t i = 0; i < COUNT(capitals); i++)
        if (c >= capitals[i].first && c <= capitals[i].last && c != 0x0401)
            return c + capitals[i].distance;
    if (in_ranges(c, dropped, COUNT(dropped)))
        return 0;
    size_t low = 0, high = COUNT(folds); /* the first that ends at c or later */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (folds[middle].last < c)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < COUNT(folds) && folds[low].first <= c)
        return folds[low].to;
    return in_ranges(c, paired, COUNT(paired)) && c % 2 == 0 ? c + 1 : c;
}

size_t date_fold(struct span text, char *to, size_t size_max)
{
    size_t size = 0;
    for (size_t at = 0; at < text.size;) {
        uint32_t c;
        at += utf8_decode(text.data + at, text.size - at, &c);
        c = folded_point(c);
        if (c && size + UTF8_LENGTH_MAX <= size_max)
            size += utf8_encode(c, to + size);
    }
    return size;
}

/* ---- classes ---- */

/* Where the digits of each script begin. */
static const uint32_t zeros[] = {'0',    0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6,
                                 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50,
                                 0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810};

int date_digit_value(uint32_t c)
{
    for (size_t i = 0; i < COUNT(zeros); i++)
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (int)(c - zeros[i]);
    return -1;
}

/* 0 to 10 for a Chinese numeral, 20 and 30 for two of them written as one, or -1. */
static int han_value(uint32_t c)
{
    static const uint32_t numerals[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94,
                                        0x516d, 0x4e03, 0x516b, 0x4e5d, 0x5341};
    for (size_t i = 0; i < COUNT(numerals); i++)
        if (c == numerals[i])
            return (int)i;
    return c == 0x96f6 ? 0 : c == 0x5eff ? 20 : c == 0x5345 ? 30 : -1;
}

static const struct range spaces[] = {{'\t', '\r'},     {' ', ' '},       {0x00a0, 0x00a0},
                                      {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
                                      {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

static const struct range marks[] = {
    {0x00a1, 0x00bf}, {0x00d7, 0x00d7}, {0x00f7, 0x00f7}, {0x061b, 0x061f},
    {0x066a, 0x066d}, {0x2010, 0x2bff}, {0x3003, 0x3003}, {0x3008, 0x3020},
    {0xfe30, 0xfe6f}, {0xff5f, 0xff65}, {0xfffd, 0xfffd},
};

/* Of a folded code point. */
static enum point_class class_of(uint32_t c)
{
    if (!c)
        return POINT_NOTHING;
    if (in_ranges(c, spaces, COUNT(spaces)))
        return POINT_SPACE;
    if (date_digit_value(c) >= 0)
        return POINT_DIGIT;
    if (c < 0x80)
        return c >= 'a' && c <= 'z' ? POINT_LETTER : POINT_MARK;
    if (in_ranges(c, marks, COUNT(marks)))
        return POINT_MARK;
    return (c >= 0x3400 && c <= 0x9fff) || c == 0x3007 ? POINT_HAN : POINT_LETTER;
}

/* ---- tokens ---- */

static struct date_token *add_token(struct date_tokens *out, enum date_token_type type, bool spaced)
{
    if (out->count == DATE_TOKENS_MAX)
        return NULL;
    struct date_token *token = &out->tokens[out->count++];
    *token = (struct date_token){.type = type, .spaced = spaced, .upper = true};
    token->text.data = out->text + out->text_size;
    return token;
}

static void add_digit(struct date_token *token, int digit)
{
    if (token->digits < UINT8_MAX)
        token->digits++;
    if (token->digits <= DATE_DIGITS_MAX)
        token->value = token->value * 10 + digit;
}

/* Reads on in "二〇一五" digit by digit, in "二十三" as the tens that it says. */
static void add_han_numeral(struct date_token *token, int value)
{
    if (value < 10 && !token->tens) {
        add_digit(token, value);
        return;
    }
    bool multiplies = value == 10 && token->value > 0 && token->value < 10;
    token->value = multiplies ? token->value * 10 : token->value + value;
    token->value = token->value < 100 ? token->value : 100; /* no part of a date */
    token->tens = true;
    token->digits = 2;
}

static void add_point(struct date_tokens *out, struct date_token *token, uint32_t c, bool capital)
{
    if (out->text_size + UTF8_LENGTH_MAX > sizeof out->text)
        return;
    size_t size = utf8_encode(c, out->text + out->text_size);
    out->text_size += size;
    token->text.size += size;
    token->upper = token->upper && capital && c < 0x80;
}

size_t date_points(struct span text)
{
    size_t points = 0;
    for (size_t i = 0; i < text.size; i++)
        points += (text.data[i] & 0xc0) != 0x80;
    return points;
}

bool date_is_thai(struct span text)
{
    return text.size > 1 && (unsigned char)text.data[0] == 0xe0 &&
           ((unsigned char)text.data[1] == 0xb8 || (unsigned char)text.data[1] == 0xb9);
}

static bool is_one_letter(struct span text)
{
    return date_points(text) == 1;
}

/* Thai or Lao, whose abbreviations have a dot behind each part. */
static bool is_dotted_script(struct span text)
{
    return date_is_thai(text) ||
           (text.size > 1 && (unsigned char)text.data[0] == 0xe0 &&
            ((unsigned char)text.data[1] == 0xba || (unsigned char)text.data[1] == 0xbb));
}

/* Whether what a dot parts is one word: "p.m.", "p. m.", "ก.พ.". */
static bool is_abbreviation(const struct date_token *first, const struct date_token *second)
{
    if (is_dotted_script(first->text) && is_dotted_script(second->text))
        return !second->spaced;
    bool half = span_equals(second->text, "m") &&
                (span_equals(first->text, "a") || span_equals(first->text, "p"));
    return is_one_letter(first->text) && is_one_letter(second->text) && (!second->spaced || half);
}

/* Makes one word of what dots part; its letters lie side by side already. */
static void join_abbreviations(struct date_tokens *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        struct date_token *last = kept ? &out->tokens[kept - 1] : NULL;
        const struct date_token *dot = &out->tokens[i];
        bool between = last && i + 1 < out->count && dot->type == DATE_MARK && dot->mark == '.' &&
                       !dot->spaced && last->type == DATE_WORD && dot[1].type == DATE_WORD;
        if (between && is_abbreviation(last, dot + 1)) {
            last->text.size += dot[1].text.size;
            i++;
            continue;
        }
        out->tokens[kept++] = out->tokens[i];
    }
    out->count = kept;
}

/* A weekday in Chinese is a number: the one behind these is not a date's. */
static bool is_before_weekday(uint32_t c)
{
    return c == 0x671f || c == 0x5468 || c == 0x9031 || c == 0x62dc; /* 期 周 週 拜 */
}

struct reader {
    struct date_tokens *out;
    struct date_token *token; /* the one being read; NULL when there is no room for more */
    enum point_class last;
    uint32_t last_point; /* folded */
    bool spaced;         /* since the last token */
};

/* Whether `c` goes on with the token that the point before it belongs to. */
static bool goes_on(const struct reader *reader, enum point_class class, uint32_t c)
{
    if (!reader->token || reader->spaced || class != reader->last)
        return false;
    if (class == POINT_HAN)
        return han_value(c) >= 0 && han_value(reader->last_point) >= 0 &&
               reader->token->type == DATE_NUMBER;
    return class == POINT_DIGIT || class == POINT_LETTER;
}

static void read_point(struct reader *reader, enum point_class class, uint32_t c, bool capital)
{
    int han = class == POINT_HAN ? han_value(c) : -1;
    if (!goes_on(reader, class, c)) {
        enum date_token_type type = class == POINT_MARK                ? DATE_MARK
                                    : class == POINT_DIGIT || han >= 0 ? DATE_NUMBER
                                                                       : DATE_WORD;
        reader->token = add_token(reader->out, type, reader->spaced);
        reader->spaced = false;
    }
    if (!reader->token)
        return;
    if (class == POINT_MARK)
        reader->token->mark = c < 0x80 ? (char)c : '|';
    else if (class == POINT_DIGIT)
        add_digit(reader->token, date_digit_value(c));
    else if (han >= 0)
        add_han_numeral(reader->token, han);
    else
        add_point(reader->out, reader->token, c, capital);
}

void date_tokens_read(struct date_tokens *out, struct span text)
{
    struct reader reader = {.out = out, .last = POINT_SPACE};
    if (text.size > DATE_TEXT_BYTES_MAX)
        text.size = utf8_cut(text.data, DATE_TEXT_BYTES_MAX);
    out->count = out->text_size = 0;
    for (size_t at = 0; at < text.size;) {
        uint32_t written, c;
        at += utf8_decode(text.data + at, text.size - at, &written);
        c = folded_point(written);
        enum point_class class = class_of(c);
        if (class == POINT_NOTHING)
            continue;
        bool weekday = class == POINT_HAN && reader.last == POINT_HAN &&
                       is_before_weekday(reader.last_point) &&
                       (han_value(c) >= 0 || c == 0x65e5 || c == 0x5929); /* 日 天 */
        if (class == POINT_SPACE)
            reader.spaced = true;
        else if (!weekday)
            read_point(&reader, class, c, written >= 'A' && written <= 'Z');
        reader.last = class;
        reader.last_point = c;
    }
    join_abbreviations(out);
}

void date_tokens_split_times(struct date_tokens *tokens)
{
    for (size_t i = 0; i + 2 < tokens->count && tokens->count < DATE_TOKENS_MAX; i++) {
        struct date_token *token = &tokens->tokens[i];
        if (token->type != DATE_NUMBER || token[1].mark != ':' || token[2].type != DATE_NUMBER ||
            (token->digits != 3 && token->digits != 4 && token->digits != 6))
            continue;
        memmove(token + 1, token, (tokens->count - i) * sizeof *token);
        tokens->count++;
        token[0].value /= 100;
        token[0].digits = (uint8_t)(token[0].digits - 2);
        token[1].value %= 100;
        token[1].digits = 2;
        token[1].spaced = true;
    }
}

size_t date_tokens_join(const struct date_tokens *tokens, size_t first, size_t count, char *to,
                        size_t size_max)
{
    size_t size = 0;
    if (tokens->count - first < count)
        return 0;
    for (size_t i = first; i < first + count; i++) {
        const struct date_token *token = &tokens->tokens[i];
        if (token->type != DATE_WORD || size + token->text.size + 1 > size_max)
            return 0;
        if (i > first && token->spaced)
            to[size++] = ' ';
        memcpy(to + size, token->text.data, token->text.size);
        size += token->text.size;
    }
    return size;
}
