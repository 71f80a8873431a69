/* What bytes look like when nothing says their encoding: uchardet's guess on their text. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include <uchardet.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/charset.h"
#include "extract/charset_private.h"

/* uchardet's names that are no labels of the standard, and the nearest encoding that is one. */
static const struct {
    const char *name, *encoding;
} names[] = {
    {"MAC-CYRILLIC", "x-mac-cyrillic"},
    {"UHC", "EUC-KR"},
    {"JOHAB", "EUC-KR"},
    {"GB18030", "GBK"},
    {"VISCII", "windows-1258"},
    {"IBM855", "IBM866"},
    {"EUC-TW", "Big5"},
};

static const char *name_to_encoding(const char *name)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcasecmp(names[i].name, name) == 0)
            return names[i].encoding;
    const char *encoding = charset_canonical(span_of(name));
    return encoding && strcmp(encoding, "replacement") != 0 ? encoding : "windows-1252";
}

/* Without a byte above 0x7F there is one encoding left to find: ISO-2022-JP and its escapes. */
static bool has_japanese_escape(struct span in)
{
    const char *at = in.data, *end = in.data + in.size;
    while (at < end && (at = memchr(at, '\x1b', (size_t)(end - at))) && end - at >= 3) {
        if ((at[1] == '$' && (at[2] == 'B' || at[2] == '@')) ||
            (at[1] == '(' && (at[2] == 'J' || at[2] == 'I')))
            return true;
        at++;
    }
    return false;
}

/* Elements and comments whose content no reader sees, with the marks that end them. */
static const struct {
    const char *open, *close;
} unseen[] = {{"<script", "</script"}, {"<style", "</style"}, {"<!--", "-->"}};

/* Where the markup at `open` ends, past its content where nobody sees that; NULL: nowhere. Bits of
 * *missing say which ends are known not to come. */
static const char *markup_end(const char *open, const char *end, unsigned *missing)
{
    const char *from = open;
    for (size_t i = 0; i < COUNT(unseen); i++) {
        size_t size = strlen(unseen[i].open);
        if ((*missing & 1u << i) || (size_t)(end - open) <= size ||
            strncasecmp(open, unseen[i].open, size) != 0)
            continue;
        from = memmem(open, (size_t)(end - open), unseen[i].close, strlen(unseen[i].close));
        if (!from) {
            *missing |= 1u << i;
            from = open;
        }
    }
    return memchr(from, '>', (size_t)(end - from));
}

/* Appends what stands between tags, which alone is in the document's language. */
static void append_visible(struct bytes *out, struct span in)
{
    const char *at = in.data, *end = in.data + in.size;
    unsigned missing = 0;
    while (at < end) {
        const char *open = memchr(at, '<', (size_t)(end - at));
        const char *close = open ? markup_end(open, end, &missing) : NULL;
        if (open && end - open > 9 && memcmp(open, "<![CDATA[", 9) == 0)
            close = open + 8; /* what follows is text */
        if (!close)
            open = end;
        bytes_append(out, at, (size_t)(open - at));
        bytes_append(out, " ", 1);
        at = close ? close + 1 : end;
    }
}

/* How many bytes above 0x7F follow each other, on average. In Latin script they stand alone among
 * ASCII letters, in others they make whole words. */
static double run_length(struct span text)
{
    size_t bytes = 0, runs = 0;
    for (size_t i = 0; i < text.size; i++) {
        bool is_high = (unsigned char)text.data[i] >= 0x80;
        bytes += is_high;
        runs += is_high && (i == 0 || !((unsigned char)text.data[i - 1] & 0x80));
    }
    return runs ? (double)bytes / (double)runs : 0;
}

static bool is_several_bytes(const char *encoding)
{
    static const char *const encodings[] = {"GBK",     "Big5",   "EUC-JP",     "Shift_JIS",
                                            "gb18030", "EUC-KR", "ISO-2022-JP"};
    for (size_t i = 0; i < COUNT(encodings); i++)
        if (strcmp(encodings[i], encoding) == 0)
            return true;
    return false;
}

/* The letters that Ukrainian has beyond Russian are box drawings in KOI8-R, which no word has. */
static bool has_ukrainian_letters(struct span text)
{
    size_t count = 0;
    for (size_t i = 1; i + 1 < text.size; i++)
        count +=
            text.data[i] && strchr("\xa4\xa6\xa7\xad", text.data[i]) &&
            ((unsigned char)text.data[i - 1] >= 0xc0 || (unsigned char)text.data[i + 1] >= 0xc0);
    return count > 1;
}

/* Windows-1251 and Mac OS Cyrillic share the small letters but for the last one, which is 0xFF in
 * the one and 0xDF in the other, and nearly always stands behind another small letter. */
static const char *cyrillic_of(struct span text)
{
    size_t windows = 0, mac = 0;
    for (size_t i = 1; i < text.size; i++) {
        bool follows_small = (unsigned char)text.data[i - 1] >= 0xe0;
        windows += follows_small && text.data[i] == '\xff';
        mac += follows_small && text.data[i] == '\xdf';
    }
    return mac > windows + 1 ? "x-mac-cyrillic" : "windows-1251";
}

/* ISO-8859-7 and windows-1253 differ in the capital alpha with its accent, before which no letter
 * stands and behind which one does, and in the quotation marks that only the latter has. */
static const char *greek_of(struct span text, const char *guess)
{
    size_t windows = 0, iso = 0;
    for (size_t i = 0; i + 1 < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool precedes_letter = (unsigned char)text.data[i + 1] >= 0xdc;
        windows += (byte >= 0x80 && byte < 0xa0) || (byte == 0xa2 && precedes_letter);
        iso += byte == 0xb6 && precedes_letter;
    }
    return windows > iso ? "windows-1253" : iso > windows ? "ISO-8859-7" : guess;
}

static const char *guess_of(struct span text)
{
    uchardet_t detector = uchardet_new();
    if (!detector)
        alloc_failed(0);
    uchardet_handle_data(detector, text.data, text.size);
    uchardet_data_end(detector);
    const char *encoding = name_to_encoding(uchardet_get_charset(detector));
    uchardet_delete(detector);
    return encoding;
}

/* Second thoughts on what uchardet guessed. Lead bytes that mostly stand alone lead nothing; what
 * reaches this place is no UTF-8; and text in words of high bytes alone is not in Latin script. */
static const char *weighed(struct span text, const char *guess)
{
    static const double LATIN_RUN_MAX = 1.7, SEVERAL_BYTES_RUN_MIN = 1.1;
    double run = run_length(text);
    if (is_several_bytes(guess) && run >= SEVERAL_BYTES_RUN_MIN)
        return guess;
    if (run < LATIN_RUN_MAX)
        return strcmp(guess, "windows-1258") == 0 ? guess : charset_of_letters(text, true, guess);
    bool is_latin = strcmp(guess, "windows-1252") == 0 || strcmp(guess, "UTF-8") == 0;
    return is_latin ? charset_of_letters(text, false, guess) : guess;
}

const char *charset_detect(const void *data, size_t size)
{
    if (utf8_is_ascii(data, size))
        return has_japanese_escape((struct span){data, size}) ? "ISO-2022-JP" : "UTF-8";
    struct bytes visible;
    bytes_init(&visible, 0);
    append_visible(&visible, (struct span){data, size});
    struct span text = {visible.data, visible.size};
    if (!text.size || utf8_is_ascii(text.data, text.size))
        text = (struct span){data, size};
    const char *encoding = weighed(text, guess_of(text));
    if (strcmp(encoding, "windows-1251") == 0 || strcmp(encoding, "x-mac-cyrillic") == 0)
        encoding = cyrillic_of(text);
    if (strcmp(encoding, "ISO-8859-7") == 0 || strcmp(encoding, "windows-1253") == 0)
        encoding = greek_of(text, encoding);
    if (strcmp(encoding, "KOI8-R") == 0 && has_ukrainian_letters(text))
        encoding = "KOI8-U";
    bytes_clear(&visible);
    return encoding;
}
