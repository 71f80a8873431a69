#include "base/utf8.h"

#include <string.h>

#include "base/alloc.h"

/* What may follow a lead byte: the length of its sequence and the range of its second byte. */
struct lead {
    unsigned char length, second_min, second_max;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct lead){2, 0x80, 0xbf};
    if (byte >= 0xe0 && byte <= 0xef)
        return (struct lead){3, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
    if (byte >= 0xf0 && byte <= 0xf4)
        return (struct lead){4, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){0, 0, 0};
}

size_t utf8_decode(const char *data, size_t size, uint32_t *out)
{
    const unsigned char *s = (const unsigned char *)data;
    *out = s[0];
    if (s[0] < 0x80)
        return 1;
    struct lead lead = lead_of(s[0]);
    *out = UTF8_REPLACEMENT_POINT;
    if (!lead.length || size < 2 || s[1] < lead.second_min || s[1] > lead.second_max)
        return 1;
    uint32_t point = (s[0] & (0x7fu >> lead.length)) << 6 | (s[1] & 0x3fu);
    for (size_t i = 2; i < lead.length; i++) {
        if (i >= size || (s[i] & 0xc0) != 0x80)
            return i;
        point = point << 6 | (s[i] & 0x3fu);
    }
    *out = point;
    return lead.length;
}

size_t utf8_length(const char *data, size_t size)
{
    const unsigned char *s = (const unsigned char *)data;
    if (!size || s[0] < 0x80)
        return size != 0;
    struct lead lead = lead_of(s[0]);
    if (!lead.length || size < lead.length || s[1] < lead.second_min || s[1] > lead.second_max)
        return 0;
    for (size_t i = 2; i < lead.length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return lead.length;
}

size_t utf8_encode(uint32_t point, char out[UTF8_LENGTH_MAX])
{
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        point = UTF8_REPLACEMENT_POINT;
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3f));
    out[0] = (char)((0xf00u >> length & 0xf0) | point);
    return length;
}

int utf8_append(struct bytes *bytes, uint32_t point)
{
    char sequence[UTF8_LENGTH_MAX];
    return bytes_append(bytes, sequence, utf8_encode(point, sequence));
}

size_t utf8_ascii_run(const char *data, size_t size)
{
    enum { WORDS = 4 }; /* at once: a page is mostly ASCII, and tags part the rest of it */
    size_t at = 0;
    for (uint64_t words[WORDS]; at + sizeof words <= size; at += sizeof words) {
        memcpy(words, data + at, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080))
            break;
    }
    for (uint64_t word; at + sizeof word <= size; at += sizeof word) {
        memcpy(&word, data + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (at < size && !((unsigned char)data[at] & 0x80))
        at++;
    return at;
}

bool utf8_is_ascii(const char *data, size_t size)
{
    return utf8_ascii_run(data, size) == size;
}

/* How many bytes from `data` on are well-formed. */
static size_t valid_run(const char *data, size_t size)
{
    size_t at = utf8_ascii_run(data, size);
    while (at < size) {
        size_t length = utf8_length(data + at, size - at);
        if (!length)
            break;
        at += length;
        if (at < size && !((unsigned char)data[at] & 0x80))
            at += utf8_ascii_run(data + at, size - at);
    }
    return at;
}

bool utf8_valid(const char *data, size_t size)
{
    return valid_run(data, size) == size;
}

size_t utf8_cut(const char *data, size_t size)
{
    size_t start = size;
    while (start && size - start < UTF8_LENGTH_MAX &&
           ((unsigned char)data[start - 1] & 0xc0) == 0x80)
        start--;
    if (!start)
        return size;
    size_t wanted = lead_of((unsigned char)data[start - 1]).length;
    return wanted > size - start + 1 ? start - 1 : size;
}

int utf8_append_clean(struct bytes *bytes, const char *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t valid = valid_run(data + at, size - at);
        int err = bytes_append(bytes, data + at, valid);
        at += valid;
        if (!err && at < size) {
            uint32_t point;
            at += utf8_decode(data + at, size - at, &point);
            err = bytes_append(bytes, UTF8_REPLACEMENT, 3);
        }
        if (err)
            return err;
    }
    return 0;
}

char *utf8_cleaned(struct arena *arena, const char *data, size_t size, size_t *out_size)
{
    size_t broken = 0;
    uint32_t point;
    for (size_t at = 0; at < size;) {
        at += valid_run(data + at, size - at);
        if (at < size) {
            broken++;
            at += utf8_decode(data + at, size - at, &point);
        }
    }
    /* At worst each replaced byte becomes three. */
    char *clean = arena_alloc(arena, size + 2 * broken + 1);
    size_t used = 0;
    for (size_t at = 0; at < size;) {
        size_t valid = valid_run(data + at, size - at);
        memcpy(clean + used, data + at, valid);
        used += valid;
        at += valid;
        if (at < size) {
            at += utf8_decode(data + at, size - at, &point);
            memcpy(clean + used, UTF8_REPLACEMENT, 3);
            used += 3;
        }
    }
    clean[used] = '\0';
    if (out_size)
        *out_size = used;
    return clean;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number of "\\uXXXX", or -1 when no such escape stands there. */
static int json_escape(const char *text, size_t size)
{
    int value = 0;
    if (size < 6 || text[0] != '\\' || text[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

void utf8_repair_json(char *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        char *escape = memchr(data + at, '\\', size - at);
        if (!escape)
            return;
        at = (size_t)(escape - data);
        int value = json_escape(escape, size - at);
        if (value < 0xd800 || value > 0xdfff) {
            at += value < 0 ? 2 : 6; /* also over an escaped backslash */
            continue;
        }
        int next = size - at > 6 ? json_escape(escape + 6, size - at - 6) : -1;
        bool is_pair = value < 0xdc00 && next >= 0xdc00 && next <= 0xdfff;
        if (!is_pair)
            memcpy(escape + 2, "fffd", 4);
        at += is_pair ? 12 : 6;
    }
}

/* What a terminal must not get: it has no shape of its own and changes how others are shown. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x200b, 0x200b},   /* zero width space; the joiners after it are part of words */
    {0x200e, 0x200f},   /* direction marks */
    {0x202a, 0x202e},   /* embeddings and overrides */
    {0x2060, 0x206f},   /* word joiner, isolates, deprecated shaping controls */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xfff9, 0xfffb},   /* interlinear annotation */
    {0xe0000, 0xe007f}, /* tags */
};

static bool is_hidden(uint32_t point)
{
    for (size_t i = 0; i < COUNT(hidden); i++)
        if (point >= hidden[i].first && point <= hidden[i].last)
            return true;
    return false;
}

/* Either what is to be printed in place of `point`, or 0 for nothing. */
static uint32_t printable_point(uint32_t point)
{
    if (point >= '\t' && point <= '\r')
        return ' ';
    if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 || point == 0x2029)
        return UTF8_REPLACEMENT_POINT;
    return point >= 0xad && is_hidden(point) ? 0 : point;
}

char *utf8_printable(struct arena *arena, const char *text)
{
    if (!text)
        return NULL;
    size_t size = strlen(text), used = 0;
    char *out = arena_alloc(arena, 3 * size + 1); /* one bad byte becomes three */
    for (size_t at = 0; at < size;) {
        uint32_t point;
        at += utf8_decode(text + at, size - at, &point);
        point = printable_point(point);
        if (point)
            used += utf8_encode(point, out + used);
    }
    out[used] = '\0';
    return out;
}
