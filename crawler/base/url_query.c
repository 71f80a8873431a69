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
