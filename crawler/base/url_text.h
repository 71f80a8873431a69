/* url_text.h - what the files of base/url share: classes of bytes and a writer of URL text.
 *
 * Private to url*.c. The classes are the percent-encode sets of the URL Standard (section 1.3) and
 * the host code points of section 3.1. Thread: any; a writer is its owner's. */
#ifndef CRAWLER_BASE_URL_TEXT_H
#define CRAWLER_BASE_URL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"

enum url_class {
    ESCAPED_IN_FRAGMENT = 1 << 0,
    ESCAPED_IN_QUERY = 1 << 1, /* the set for special schemes */
    ESCAPED_IN_PATH = 1 << 2,
    ESCAPED_IN_USERINFO = 1 << 3,
    ESCAPED_IN_KEY = 1 << 4, /* what url_key() escapes or looks into, the percent sign included */
    IN_HOST = 1 << 5,        /* ASCII that stands in a host as it is, but for its case */
    UNRESERVED = 1 << 6,     /* RFC 3986, section 2.3 */
    ENDS_SEGMENT = 1 << 7,   /* / \ ? # */
};

extern const unsigned char url_classes[256]; /* bits of enum url_class */

static inline bool url_is(char c, unsigned classes)
{
    return url_classes[(unsigned char)c] & classes;
}

static inline bool is_ascii_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static inline bool is_ascii_alpha(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline char ascii_lower(char c)
{
    return (unsigned char)(c - 'A') < 26 ? (char)(c + 0x20) : c;
}

/* The value of a hexadecimal digit, or -1. */
static inline int hex_value(char c)
{
    if (is_ascii_digit(c))
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that "%XX" at the start of `text` stands for, or -1. */
static inline int escape_value(const char *text, size_t size)
{
    if (size < 3 || text[0] != '%')
        return -1;
    int high = hex_value(text[1]), low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* A host without the dot that ends a full name; "a.." is no name and stays as it is. */
static inline struct span host_without_dot(struct span host)
{
    if (host.size > 1 && host.data[host.size - 1] == '.' && host.data[host.size - 2] != '.')
        host.size--;
    return host;
}

/* Text that grows in an arena. */
struct url_writer {
    struct arena *arena;
    char *data;
    size_t size;
    size_t capacity;
};

void url_writer_init(struct url_writer *writer, struct arena *arena, size_t capacity);
void url_writer_grow(struct url_writer *writer, size_t size);
char *url_writer_finish(struct url_writer *writer); /* adds a NUL, gives spare bytes back */

/* Makes room for `size` more bytes. */
static inline void url_writer_reserve(struct url_writer *writer, size_t size)
{
    if (writer->capacity - writer->size < size)
        url_writer_grow(writer, size);
}

static inline void url_write(struct url_writer *writer, const char *text, size_t size)
{
    url_writer_reserve(writer, size);
    if (size)
        memcpy(writer->data + writer->size, text, size);
    writer->size += size;
}

static inline void url_write_byte(struct url_writer *writer, char byte)
{
    url_writer_reserve(writer, 1);
    writer->data[writer->size++] = byte;
}

/* "%XX" */
void url_write_escape(struct url_writer *writer, unsigned char byte);

/* UTF-8 with the bytes of class `escaped` percent-encoded. */
void url_write_escaped(struct url_writer *writer, struct span text, unsigned escaped);

/* The same for a query in the page's charset (WHATWG label; NULL: UTF-8). What that charset can't
 * say becomes a percent-encoded "&#number;" (URL Standard 1.3, Encoding Standard "html" mode). */
void url_write_query(struct url_writer *writer, struct span text, const char *encoding);

/* A host, parsed (URL Standard 3.5). Returns 0 or ERR_INPUT; tells whether it is an address. */
int url_write_host(struct url_writer *writer, struct span text, bool *is_ip);

/* "Domain to ASCII" (URL Standard 3.3) of UTF-8 text, in the arena. Returns 0 or ERR_INPUT. */
int url_domain_to_ascii(struct arena *arena, struct span domain, struct span *out);

/* Code points of a label. */
struct url_points {
    uint32_t *data;
    size_t count;
};

/* What a character is to UTS #46 and to the direction rules, if it is newer than libidn2's tables.
 */
enum url_newer {
    URL_NEWER_NONE,         /* not newer, or refused */
    URL_NEWER_LETTER,       /* from left to right, also digits */
    URL_NEWER_RIGHT,        /* from right to left */
    URL_NEWER_MARK,         /* combining, without a direction */
    URL_NEWER_SPACING_MARK, /* combining, from left to right */
    URL_NEWER_SYMBOL,       /* neutral */
};
enum url_newer url_newer_kind(uint32_t point);

/* What stands after "xn--" (RFC 3492), in the arena. Returns 0 or ERR_INPUT. */
int url_punycode_decode(struct arena *arena, struct span text, struct url_points *out);
void url_write_punycode(struct url_writer *writer, struct url_points label);

/* An IPv6 address without its brackets, written with them. Returns 0 or ERR_INPUT. */
int url_write_ipv6(struct url_writer *writer, struct span text);

#endif
