#include "discover/xml.h"

#include <stdint.h>
#include <string.h>

#include "base/entity.h"
#include "base/utf8.h"
#include "extract/charset.h"

enum {
    ENTITY_BYTES_MAX = 1024,
    EXPANDED_BYTES_MAX = 1 << 20, /* what all uses of a document's own entities may give */
};

/* Bits of xml_reader.missing: marks that a search to the document's end has not found. Each is
 * looked for in vain once only, which keeps broken documents linear. */
enum { NO_QUOTE = 1, NO_APOSTROPHE = 2, NO_COMMENT_END = 4, NO_CDATA_END = 8 };

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (unsigned char)c >= 0x80;
}

static struct span span_between(const char *from, const char *to)
{
    return (struct span){from, (size_t)(to - from)};
}

void xml_init(struct xml_reader *reader, struct span document)
{
    const char *data = document.size ? document.data : ""; /* no arithmetic on NULL */
    *reader = (struct xml_reader){.at = data, .end = data + document.size};
}

/* Where `mark` stands from `at` on, or NULL. */
static const char *find_mark(struct xml_reader *reader, const char *at, const char *mark,
                             unsigned missing)
{
    if (reader->missing & missing)
        return NULL;
    size_t size = strlen(mark);
    const char *found = size == 1 ? memchr(at, *mark, (size_t)(reader->end - at))
                                  : memmem(at, (size_t)(reader->end - at), mark, size);
    if (!found)
        reader->missing |= missing;
    return found;
}

/* The '>' of the tag whose name ends at `at`, or the document's end. Quoted values may hold '>'. */
static const char *tag_end(struct xml_reader *reader, const char *at)
{
    for (; at < reader->end && *at != '>'; at++) {
        if (*at == '<')
            return at; /* the tag was never closed and the next one begins */
        if (*at != '"' && *at != '\'')
            continue;
        const char *before = at;
        while (is_blank(before[-1]))
            before--;
        if (before[-1] != '=')
            continue;
        const char *close = *at == '"' ? find_mark(reader, at + 1, "\"", NO_QUOTE)
                                       : find_mark(reader, at + 1, "'", NO_APOSTROPHE);
        if (close)
            at = close;
    }
    return at;
}

static enum xml_event read_start(struct xml_reader *reader)
{
    const char *name = reader->at + 1, *at = name;
    while (at < reader->end && !is_blank(*at) && *at != '>' && *at != '/' && *at != '<')
        at++;
    reader->name = span_between(name, at);
    const char *end = tag_end(reader, at);
    reader->is_open = end > at && end < reader->end && *end == '>' && end[-1] == '/';
    reader->attributes = span_between(at, end - reader->is_open);
    reader->at = end < reader->end && *end == '>' ? end + 1 : end;
    return XML_START;
}

static enum xml_event read_end(struct xml_reader *reader)
{
    const char *name = reader->at + 2, *at = name;
    while (at < reader->end && !is_blank(*at) && *at != '>' && *at != '<')
        at++;
    reader->name = span_between(name, at);
    while (at < reader->end && *at != '>' && *at != '<')
        at++;
    reader->at = at < reader->end && *at == '>' ? at + 1 : at;
    return XML_END;
}

/* Text up to the next '<' that can begin something. */
static enum xml_event read_text(struct xml_reader *reader)
{
    const char *start = reader->at, *at = start;
    for (;;) {
        at = at < reader->end ? memchr(at, '<', (size_t)(reader->end - at)) : NULL;
        if (!at) {
            at = reader->end;
            break;
        }
        if (at + 1 < reader->end &&
            (is_name_start(at[1]) || at[1] == '!' || at[1] == '?' ||
             (at[1] == '/' && at + 2 < reader->end && is_name_start(at[2]))))
            break;
        at++;
    }
    reader->text = span_between(start, at);
    reader->is_cdata = false;
    reader->at = at;
    return XML_TEXT;
}

/* The bytes end before their closing mark: all that is left is taken as what it began to be. */
static enum xml_event read_cdata(struct xml_reader *reader)
{
    const char *start = reader->at + strlen("<![CDATA[");
    const char *close = find_mark(reader, start, "]]>", NO_CDATA_END);
    reader->text = span_between(start, close ? close : reader->end);
    reader->is_cdata = true;
    reader->at = close ? close + 3 : reader->end;
    return XML_TEXT;
}

static struct span quoted_after(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    if (at == end || (*at != '"' && *at != '\''))
        return (struct span){at, 0};
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    return close ? span_between(at + 1, close) : (struct span){at, 0};
}

/* <!ENTITY name "value">; parameter entities and those outside the document get no value. */
static void read_entity(struct xml_reader *reader, const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    const char *name = at;
    while (at < end && !is_blank(*at))
        at++;
    if (reader->entities_count == XML_ENTITIES_MAX || at == name || *name == '%')
        return;
    struct span value = quoted_after(at, end);
    if (value.size > ENTITY_BYTES_MAX)
        value.size = 0;
    reader->entities[reader->entities_count++] = (struct xml_entity){span_between(name, at), value};
}

/* <!DOCTYPE name ... [ declarations ]>. Returns where it ends. */
static const char *read_doctype(struct xml_reader *reader, const char *at)
{
    bool inside = false;
    for (; at < reader->end; at++) {
        if (*at == '[')
            inside = true;
        else if (*at == ']')
            inside = false;
        else if (*at == '>' && !inside)
            return at + 1;
        else if (*at == '<') {
            const char *close = memchr(at, '>', (size_t)(reader->end - at));
            if (!inside || !close)
                return at; /* it was never closed */
            if (close - at > 8 && memcmp(at, "<!ENTITY", 8) == 0)
                read_entity(reader, at + 8, close);
            at = close;
        }
    }
    return at;
}

/* Past a comment, an instruction or a declaration. */
static void skip_declaration(struct xml_reader *reader)
{
    const char *at = reader->at, *close;
    size_t left = (size_t)(reader->end - at);
    if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
        close = find_mark(reader, at + 4, "-->", NO_COMMENT_END);
        reader->at = close ? close + 3 : at + 4;
    } else if (left >= 9 && memcmp(at, "<!DOCTYPE", 9) == 0) {
        reader->at = read_doctype(reader, at + 9);
    } else {
        close = memchr(at, '>', left);
        reader->at = close ? close + 1 : reader->end;
    }
}

enum xml_event xml_next(struct xml_reader *reader)
{
    if (reader->is_open) {
        reader->is_open = false;
        return XML_END;
    }
    while (reader->at < reader->end) {
        const char *at = reader->at;
        size_t left = (size_t)(reader->end - at);
        if (*at != '<' || left < 2)
            return read_text(reader);
        if (is_name_start(at[1]))
            return read_start(reader);
        if (at[1] == '/' && left > 2 && is_name_start(at[2]))
            return read_end(reader);
        if (left >= 9 && memcmp(at, "<![CDATA[", 9) == 0)
            return read_cdata(reader);
        if (at[1] != '!' && at[1] != '?')
            return read_text(reader);
        skip_declaration(reader);
    }
    return XML_OVER;
}

/* ---- attributes and names ----------------------------------------------------------------------
 */

bool xml_attribute_next(struct span *rest, struct span *name, struct span *value)
{
    const char *at = rest->data, *end = at + rest->size;
    while (at < end && (is_blank(*at) || *at == '/'))
        at++;
    const char *start = at;
    while (at < end && !is_blank(*at) && *at != '=')
        at++;
    *name = span_between(start, at);
    while (at < end && is_blank(*at))
        at++;
    *value = (struct span){at, 0};
    if (at < end && *at == '=') {
        for (at++; at < end && is_blank(*at);)
            at++;
        const char *close = at < end && (*at == '"' || *at == '\'')
                                ? memchr(at + 1, *at, (size_t)(end - at - 1))
                                : NULL;
        const char *from = close ? at + 1 : at;
        if (!close)
            for (close = at; close < end && !is_blank(*close);)
                close++;
        *value = span_between(from, close);
        at = close < end && (*close == '"' || *close == '\'') ? close + 1 : close;
    }
    *rest = span_between(at, end);
    return name->size || value->size;
}

struct span xml_attribute(const struct xml_reader *reader, const char *name)
{
    struct span rest = reader->attributes, found, value;
    while (xml_attribute_next(&rest, &found, &value))
        if (span_equals_nocase(found, name))
            return value;
    return (struct span){NULL, 0};
}

struct span xml_prefix(struct span name)
{
    const char *colon = name.size ? memchr(name.data, ':', name.size) : NULL;
    return colon ? span_between(name.data, colon) : (struct span){name.data, 0};
}

struct span xml_local(struct span name)
{
    const char *colon = name.size ? memchr(name.data, ':', name.size) : NULL;
    return colon ? span_between(colon + 1, name.data + name.size) : name;
}

/* ---- references --------------------------------------------------------------------------------
 */

/* What the bytes 0x80 to 0x9F are in windows-1252: writers of feeds mean these when they write
 * numbers of C1 controls (HTML Standard, 13.2.5.80). */
static const uint16_t numbers_1252[32] = {
    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

static int digit_value(char c, unsigned base)
{
    int value = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : 16;
    return value < (int)base ? value : -1;
}

/* &#38; &#x26; &#X26; the semicolon may be missing. */
static size_t number_reference(struct span text, struct bytes *out)
{
    bool is_hex = text.size > 2 && (text.data[2] | 0x20) == 'x';
    size_t start = is_hex ? 3 : 2, at = start;
    uint32_t point = 0;
    for (int digit; at < text.size && (digit = digit_value(text.data[at], is_hex ? 16 : 10)) >= 0;
         at++)
        if (point <= 0x10ffff)
            point = point * (is_hex ? 16 : 10) + (uint32_t)digit;
    if (at == start)
        return 0;
    if (point >= 0x80 && point < 0xa0)
        point = numbers_1252[point - 0x80];
    if (point >= ' ' || point == '\t' || point == '\n' || point == '\r')
        utf8_append(out, point);
    return at < text.size && text.data[at] == ';' ? at + 1 : at;
}

size_t xml_reference(struct span text, struct bytes *out)
{
    if (text.size > 2 && text.data[1] == '#')
        return number_reference(text, out);
    size_t size = 0;
    while (size < ENTITY_NAME_MAX && size + 1 < text.size && text.data[size + 1] != ';') {
        char c = text.data[size + 1];
        if (digit_value(c, 10) < 0 && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return 0;
        size++;
    }
    if (!size || size + 1 >= text.size || text.data[size + 1] != ';')
        return 0;
    uint32_t point = entity_named(text.data + 1, size);
    if (!point)
        return 0;
    utf8_append(out, point);
    return size + 2;
}

/* One of the document's own; those that stand outside it give nothing. */
static size_t own_reference(struct xml_reader *reader, struct span text, struct bytes *out)
{
    for (size_t i = 0; i < reader->entities_count; i++) {
        const struct xml_entity *entity = &reader->entities[i];
        size_t size = entity->name.size;
        if (text.size < size + 2 || text.data[size + 1] != ';' ||
            memcmp(text.data + 1, entity->name.data, size) != 0)
            continue;
        reader->expanded += entity->value.size;
        if (reader->expanded <= EXPANDED_BYTES_MAX)
            bytes_append(out, entity->value.data, entity->value.size);
        return size + 2;
    }
    return 0;
}

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && !is_blank(c)) || c == '\x7f';
}

void xml_unescape(struct xml_reader *reader, struct span text, struct bytes *out)
{
    for (size_t at = 0; at < text.size;) {
        size_t run = at;
        while (run < text.size && text.data[run] != '&' && !is_control(text.data[run]))
            run++;
        bytes_append(out, text.data + at, run - at);
        at = run;
        if (at == text.size)
            break;
        size_t taken = 1;
        if (text.data[at] == '&') {
            struct span rest = {text.data + at, text.size - at};
            taken = own_reference(reader, rest, out);
            if (!taken)
                taken = xml_reference(rest, out);
            if (!taken)
                bytes_append(out, "&", 1);
            taken += !taken;
        }
        at += taken;
    }
}

/* Four-byte units (XML 1.0, appendix F.1), which the Encoding Standard does not know: by their mark
 * or by the first '<'. Returns false for anything else. */
static bool utf32_to_utf8(struct span in, struct bytes *out)
{
    static const char starts[][4] = {"\0\0\xfe\xff", "\0\0\0<", "\xff\xfe\0\0", "<\0\0\0"};
    size_t start = 0;
    while (start < 4 && (in.size < 4 || memcmp(in.data, starts[start], 4) != 0))
        start++;
    if (start == 4 || in.size % 4)
        return false;
    for (size_t at = start % 2 ? 0 : 4; at < in.size; at += 4) {
        const unsigned char *unit = (const unsigned char *)in.data + at;
        uint32_t point = 0;
        for (size_t i = 0; i < 4; i++)
            point = point << 8 | unit[start < 2 ? i : 3 - i];
        if (utf8_append(out, point ? point : UTF8_REPLACEMENT_POINT))
            break;
    }
    return true;
}

struct span xml_document(const void *data, size_t size, const char *content_type,
                         struct bytes *buffer)
{
    const char *encoding = charset_of(data, size, content_type, CHARSET_XML);
    struct span in = {data, size};
    if (utf32_to_utf8(in, buffer))
        return (struct span){buffer->data, buffer->size};
    if (strcmp(encoding, "UTF-8") == 0) {
        if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
            in = (struct span){in.data + 3, in.size - 3};
        if (utf8_valid(in.data, in.size) && !memchr(in.data, '\0', in.size))
            return in;
    }
    charset_to_utf8(data, size, encoding, buffer);
    return (struct span){buffer->data, buffer->size};
}
