/* url_query.c - the query of a URL in the charset of the page it stands on. */
#include "base/url_text.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* Labels whose encoder has another name in iconv, or another repertoire under its own: the
 * Encoding Standard's EUC-KR is windows-949, its ISO-8859-1 is windows-1252, and so on. */
static const struct {
    const char *label, *iconv_name;
} charset_names[] = {
    {"euc-jp", "EUC-JP-MS"},     {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"}, {"shift_jis", "CP932"},
    {"sjis", "CP932"},           {"x-sjis", "CP932"},
    {"gb2312", "GBK"},           {"iso-8859-1", "CP1252"},
    {"latin1", "CP1252"},        {"us-ascii", "CP1252"},
    {"ascii", "CP1252"},         {"iso-8859-9", "CP1254"},
    {"iso-8859-11", "CP874"},    {"iso-8859-8-i", "ISO8859-8"},
    {"windows-874", "CP874"},    {"tis-620", "CP874"},
    {"macintosh", "MACINTOSH"},  {"x-mac-cyrillic", "MAC-UK"},
};

/* Labels for which the standard's output encoding is UTF-8. */
static const char *const unicode_labels[] = {"utf-8",    "utf8",    "utf-16",     "utf-16le",
                                             "utf-16be", "unicode", "replacement"};

/* A private character that only iconv's GB18030 knows; the standard gives its bytes to a blank. */
enum { GB18030_EXCEPTION = 0xe5e5 };

/* The name for iconv, or NULL for UTF-8. */
static const char *iconv_name(const char *label)
{
    struct span name = span_trimmed(span_of(label));
    for (size_t i = 0; i < COUNT(unicode_labels); i++)
        if (span_equals_nocase(name, unicode_labels[i]))
            return NULL;
    for (size_t i = 0; i < COUNT(charset_names); i++)
        if (span_equals_nocase(name, charset_names[i].label))
            return charset_names[i].iconv_name;
    return label;
}

/* Writes what `converter` makes of the character (NULL: its closing escape sequence). Returns
 * false, and has written nothing, when the charset has no such character. */
static bool write_converted(struct url_writer *writer, iconv_t converter, const char *text,
                            size_t size)
{
    char out[32];
    char *in = (char *)text, *to = out;
    size_t in_left = size, out_left = sizeof out;
    size_t odd = iconv(converter, text ? &in : NULL, text ? &in_left : NULL, &to, &out_left);
    if (odd) /* an error, or a look-alike put in its place */
        return false;
    for (const char *at = out; at < to; at++)
        if (url_is(*at, ESCAPED_IN_QUERY))
            url_write_escape(writer, (unsigned char)*at);
        else
            url_write_byte(writer, *at);
    return true;
}

static void write_number(struct url_writer *writer, uint32_t point)
{
    char number[32];
    int size = snprintf(number, sizeof number, "%%26%%23%u%%3B", (unsigned)point);
    url_write(writer, number, (size_t)size);
}

/* Encoding Standard 12.2.2: its ISO-2022-JP has no half-width katakana, and writes the full-width
 * ones that they are short for. */
static uint32_t full_width(uint32_t point)
{
    static const uint16_t wide[] = {
        0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9,
        0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab,
        0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf, 0x30c1,
        0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5,
        0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9,
        0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3, 0x309b, 0x309c};
    return point >= 0xff61 && point - 0xff61 < COUNT(wide) ? wide[point - 0xff61] : point;
}

static void write_in_charset(struct url_writer *writer, struct span text, iconv_t converter,
                             bool is_shifting)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t point;
        char sequence[UTF8_LENGTH_MAX];
        at += utf8_decode(text.data + at, text.size - at, &point);
        /* Of a charset that shifts by control characters these would be steering. */
        if (is_shifting && (point == 0x0e || point == 0x0f || point == 0x1b))
            point = UTF8_REPLACEMENT_POINT;
        if (is_shifting)
            point = full_width(point);
        if (point == GB18030_EXCEPTION ||
            !write_converted(writer, converter, sequence, utf8_encode(point, sequence))) {
            write_converted(writer, converter, NULL, 0);
            write_number(writer, point);
        }
    }
    write_converted(writer, converter, NULL, 0);
}

void url_write_query(struct url_writer *writer, struct span text, const char *encoding)
{
    const char *name = encoding ? iconv_name(encoding) : NULL;
    bool is_shifting = name && span_equals_nocase(span_of(name), "iso-2022-jp");
    if (name && (is_shifting || !utf8_is_ascii(text.data, text.size))) {
        iconv_t converter = iconv_open(name, "UTF-8");
        if (converter != (iconv_t)-1) {
            write_in_charset(writer, text, converter, is_shifting);
            iconv_close(converter);
            return;
        }
    }
    url_write_escaped(writer, text, ESCAPED_IN_QUERY);
}
