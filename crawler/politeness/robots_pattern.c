#include "politeness/robots_pattern.h"

#include <string.h>

static bool is_unreserved(unsigned char c) /* RFC 3986 section 2.3 */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static bool is_reserved(unsigned char c) /* section 2.2 */
{
    return c && strchr(":/?#[]@!$&'()*+,;=", c);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int escaped_octet(struct span span, size_t at)
{
    if (span.size - at < 3 || span.data[at] != '%')
        return -1;
    int high = hex_value(span.data[at + 1]), low = hex_value(span.data[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static size_t write_escape(char *to, unsigned char octet)
{
    static const char digits[] = "0123456789ABCDEF";
    to[0] = '%';
    to[1] = digits[octet >> 4];
    to[2] = digits[octet & 15];
    return 3;
}

size_t pattern_form_bytes_max(size_t size)
{
    return size * 3 + 1;
}

/* Writes the form of what is at `*at`, moves on, and returns the bytes written. */
static size_t write_form(struct span from, size_t *at, char *to)
{
    int octet = escaped_octet(from, *at);
    unsigned char c = (unsigned char)from.data[*at];
    *at += octet < 0 ? 1 : 3;
    if (octet >= 0 && !is_unreserved((unsigned char)octet) && octet != '*' && octet != '$')
        return write_escape(to, (unsigned char)octet);
    if (octet < 0 && !is_unreserved(c) && !is_reserved(c)) /* a stray `%` too */
        return write_escape(to, c);
    *to = octet < 0 ? (char)c : (char)octet;
    return 1;
}

/* A path can match only where it has every pair of bytes that the pattern has: one AND per rule
 * instead of a search, which is what keeps tens of thousands of rules cheap. */
static uint64_t pair_bit(char first, char second)
{
    uint32_t pair = (uint32_t)(unsigned char)first << 8 | (unsigned char)second;
    return UINT64_C(1) << (pair * UINT32_C(0x9e3779b1) >> 26);
}

static uint64_t pairs_of(const char *text, size_t size)
{
    uint64_t pairs = 0;
    for (size_t i = 1; i < size; i++)
        if (text[i - 1] != PATTERN_ANY && text[i] != PATTERN_ANY)
            pairs |= pair_bit(text[i - 1], text[i]);
    return pairs;
}

uint32_t pattern_weight(const struct pattern *pattern)
{
    return pattern->size + pattern->anchored;
}

void pattern_compile(struct pattern *out, struct span rule, char *text)
{
    bool anchored = rule.size && rule.data[rule.size - 1] == '$';
    rule.size -= anchored;
    size_t size = 0;
    for (size_t at = 0; at < rule.size;) {
        if (rule.data[at] == '*') {
            text[size++] = PATTERN_ANY;
            at++;
        } else {
            size += write_form(rule, &at, text + size);
        }
    }
    *out = (struct pattern){text, (uint32_t)size, anchored, pairs_of(text, size)};
}

void pattern_subject(struct pattern_subject *out, struct span path, char *text)
{
    size_t size = 0;
    if (!path.size || path.data[0] != '/')
        text[size++] = '/';
    for (size_t at = 0; at < path.size && path.data[at] != '#';)
        size += write_form(path, &at, text + size);
    *out = (struct pattern_subject){text, size, pairs_of(text, size)};
}

/* Each fixed part is looked for right after where the one before it was found: the leftmost place
 * is never a worse one, so nothing is tried twice. */
bool pattern_matches(const struct pattern *pattern, const struct pattern_subject *subject,
                     size_t *searched)
{
    if (pattern->pairs & ~subject->pairs)
        return false;
    const char *part = pattern->text, *parts_end = part + pattern->size;
    const char *at = subject->text, *end = at + subject->size;
    for (bool first = true;; first = false) {
        const char *wildcard = memchr(part, PATTERN_ANY, (size_t)(parts_end - part));
        size_t size = (size_t)((wildcard ? wildcard : parts_end) - part);
        if ((size_t)(end - at) < size)
            return false;
        if (!wildcard && pattern->anchored) /* the last part stands at the end or nowhere */
            return first ? (size_t)(end - at) == size && memcmp(at, part, size) == 0
                         : memcmp(end - size, part, size) == 0;
        const char *found = at;
        if (first)
            found = memcmp(at, part, size) == 0 ? at : NULL;
        else if (size)
            found = memmem(at, (size_t)(end - at), part, size);
        if (!first)
            *searched += (size_t)((found ? found : end) - at);
        if (!found)
            return false;
        if (!wildcard)
            return true;
        at = found + size;
        part = wildcard + 1;
    }
}

/* Whether the octet that is escaped at `at` needs no escape to be read back: it is not a control,
 * not a space that could be trimmed, not the start of a comment or of what looks like an escape,
 * not a character whose escape means something else. */
static bool is_plain_when_read(struct span text, size_t at, unsigned char octet)
{
    if (octet == '%')
        return text.size - at < 5 || hex_value(text.data[at + 3]) < 0 ||
               hex_value(text.data[at + 4]) < 0;
    return octet > ' ' && octet != 0x7f && !is_reserved(octet);
}

int pattern_write(const struct pattern *pattern, bool escaped, struct bytes *out)
{
    struct span text = {pattern->text, pattern->size};
    int err = bytes_reserve(out, pattern_form_bytes_max(text.size));
    if (err)
        return err;
    char *to = out->data + out->size;
    for (size_t at = 0; at < text.size; at++) {
        int octet = escaped ? -1 : escaped_octet(text, at);
        bool last = at + 1 == text.size;
        if (text.data[at] == PATTERN_ANY) {
            *to++ = '*';
        } else if (text.data[at] == '*' || (text.data[at] == '$' && last && !pattern->anchored)) {
            to += write_escape(to, (unsigned char)text.data[at]);
        } else if (octet >= 0 && is_plain_when_read(text, at, (unsigned char)octet)) {
            *to++ = (char)octet;
            at += 2;
        } else {
            *to++ = text.data[at];
        }
    }
    if (pattern->anchored)
        *to++ = '$';
    out->size = (size_t)(to - out->data);
    *to = '\0';
    return 0;
}
