/* Declarations of an encoding: in Content-Type, an XML declaration, meta tags. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/charset.h"
#include "extract/charset_private.h"

enum {
    PRESCAN_BYTES = 1024, /* what the HTML Standard looks at without knowing of elements */
    XML_SEARCH_BYTES = 512,
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where `needle` (lower case, starts with a letter or sign) stands in `text` without case; or the
 * end of the text. */
static const char *find_nocase(const char *at, const char *end, const char *needle)
{
    size_t size = strlen(needle);
    for (; (size_t)(end - at) >= size; at++)
        if ((*at | 0x20) == (*needle | 0x20) && strncasecmp(at, needle, size) == 0)
            return at;
    return end;
}

/* HTML Standard, "extracting a character encoding from a meta element"; a header's value has the
 * same form but for its quotes: MIME knows no single ones. */
static const char *charset_of_value(struct span value, bool single_quotes)
{
    const char *at = value.data, *end = value.data + value.size;
    for (;;) {
        at = find_nocase(at, end, "charset");
        if (at == end)
            return NULL;
        at += strlen("charset");
        while (at < end && is_blank(*at))
            at++;
        if (at < end && *at == '=')
            break;
    }
    for (at++; at < end && is_blank(*at);)
        at++;
    if (at == end)
        return NULL;
    if (*at == '"' || (*at == '\'' && single_quotes)) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        return close ? charset_canonical((struct span){at + 1, (size_t)(close - at - 1)}) : NULL;
    }
    const char *stop = at;
    while (stop < end && !is_blank(*stop) && *stop != ';' && *stop != ',')
        stop++;
    return charset_canonical((struct span){at, (size_t)(stop - at)});
}

const char *charset_of_header(const char *content_type)
{
    return content_type ? charset_of_value(span_of(content_type), false) : NULL;
}

const char *charset_of_xml(struct span document)
{
    const char *end =
        document.data + (document.size < XML_SEARCH_BYTES ? document.size : XML_SEARCH_BYTES);
    const char *at = find_nocase(document.data, end, "<?xml");
    const char *close = at < end ? memchr(at, '>', (size_t)(end - at)) : NULL;
    if (!close)
        return NULL;
    at = find_nocase(at, close, "encoding");
    while (at < close && *at != '=')
        at++;
    for (at += at < close; at < close && is_blank(*at);)
        at++;
    if (at == close || (*at != '"' && *at != '\''))
        return NULL;
    const char *quote = memchr(at + 1, *at, (size_t)(close - at - 1));
    return quote ? charset_canonical((struct span){at + 1, (size_t)(quote - at - 1)}) : NULL;
}

/* ---- meta tags ---------------------------------------------------------------------------------
 */

struct attribute {
    struct span name, value;
};

/* HTML Standard, "get an attribute": moves *at past it. False at the end of the tag, and where the
 * bytes end before the attribute does (*at is then `end`). */
static bool attribute_next(const char **at, const char *end, struct attribute *out)
{
    const char *s = *at;
    while (s < end && (is_blank(*s) || *s == '/'))
        s++;
    *at = s;
    if (s == end || *s == '>')
        return false;
    while (s < end && (*s != '=' || s == *at) && *s != '>' && *s != '/' && !is_blank(*s))
        s++;
    *out = (struct attribute){{*at, (size_t)(s - *at)}, {s, 0}};
    while (s < end && is_blank(*s))
        s++;
    if (s < end && *s == '=') {
        for (s++; s < end && is_blank(*s);)
            s++;
        if (s < end && (*s == '"' || *s == '\'')) {
            const char *close = memchr(s + 1, *s, (size_t)(end - s - 1));
            out->value =
                (struct span){s + 1, close ? (size_t)(close - s - 1) : (size_t)(end - s - 1)};
            s = close ? close + 1 : end;
        } else {
            out->value.data = s;
            while (s < end && !is_blank(*s) && *s != '>')
                s++;
            out->value.size = (size_t)(s - out->value.data);
        }
    }
    *at = s;
    return s < end;
}

/* One meta tag from behind its name on. Moves *at to its '>'; or to `end` when it is not closed. */
static const char *meta_charset(const char **at, const char *end)
{
    struct attribute attribute;
    bool has_charset = false, has_content = false, has_pragma = false;
    const char *charset = NULL, *content = NULL;
    while (attribute_next(at, end, &attribute)) {
        if (span_equals_nocase(attribute.name, "charset") && !has_charset) {
            has_charset = true;
            charset = charset_canonical(attribute.value);
        } else if (span_equals_nocase(attribute.name, "content") && !has_content) {
            has_content = true;
            content = charset_of_value(attribute.value, true);
        } else if (span_equals_nocase(attribute.name, "http-equiv")) {
            has_pragma |= span_equals_nocase(attribute.value, "content-type");
        }
    }
    if (*at == end)
        return NULL;
    if (has_charset)
        return charset;
    return has_pragma ? content : NULL;
}

/* Elements whose content is no markup: past the first bytes a meta tag in them is none. */
static const char *const raw_elements[] = {"script", "style", "textarea", "title", "xmp"};

static const char *raw_element_end(const char *name, const char *at, const char *end)
{
    for (size_t i = 0; i < COUNT(raw_elements); i++) {
        size_t size = strlen(raw_elements[i]);
        if ((size_t)(end - name) <= size || strncasecmp(name, raw_elements[i], size) != 0 ||
            is_letter(name[size]))
            continue;
        char close[16] = "</";
        memcpy(close + 2, raw_elements[i], size + 1);
        return find_nocase(at, end, close);
    }
    return at;
}

/* Past a tag that is no meta: its attributes may hold '>' in quotes. */
static const char *skip_tag(const char *name, const char *end)
{
    struct attribute attribute;
    const char *at = name;
    while (at < end && !is_blank(*at) && *at != '>')
        at++;
    while (attribute_next(&at, end, &attribute))
        ;
    return at;
}

const char *charset_of_meta(struct span page)
{
    const char *at = page.data, *end = page.data + page.size;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        size_t left = (size_t)(end - at);
        if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
            const char *close = find_nocase(at + 2, end, "-->");
            at = close < end ? close + 3 : end;
        } else if (left >= 6 && strncasecmp(at, "<meta", 5) == 0 &&
                   (is_blank(at[5]) || at[5] == '/')) {
            at += 5;
            const char *encoding = meta_charset(&at, end);
            if (encoding)
                return encoding;
        } else if (left >= 2 &&
                   (is_letter(at[1]) || (at[1] == '/' && left > 2 && is_letter(at[2])))) {
            const char *name = at + 1;
            bool is_past = name - page.data > PRESCAN_BYTES;
            at = skip_tag(name, end);
            if (is_past)
                at = raw_element_end(name, at, end);
        } else if (left >= 2 && (at[1] == '!' || at[1] == '/' || at[1] == '?')) {
            const char *close = memchr(at, '>', left);
            at = close ? close + 1 : end;
        } else {
            at++;
        }
    }
    return NULL;
}
