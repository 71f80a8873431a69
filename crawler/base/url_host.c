/* url_host.c - hosts: domains by UTS #46, IPv4 in all its spellings, IPv6. */
#include "base/url_text.h"

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/utf8.h"

/* ---- IPv4 (URL Standard 3.5, "IPv4 parser") ----------------------------------------------------
 */

enum { IPV4_PARTS = 4 };

/* Reads decimal, 0octal or 0xhex; too much is capped, as it fails later. Returns false when it is
 * no number. */
static bool ipv4_number(struct span part, uint64_t *out)
{
    unsigned radix = 10;
    size_t at = 0;
    if (part.size >= 2 && part.data[0] == '0') {
        radix = (part.data[1] | 0x20) == 'x' ? 16 : 8;
        at = radix == 16 ? 2 : 1;
    }
    uint64_t value = 0;
    for (; at < part.size; at++) {
        int digit = hex_value(part.data[at]);
        if (digit < 0 || (unsigned)digit >= radix)
            return false;
        value = value * radix + (unsigned)digit;
        if (value > UINT32_MAX)
            value = (uint64_t)UINT32_MAX + 1;
    }
    *out = value;
    return part.size > 0;
}

/* The last label, a trailing dot not counted. */
static struct span last_label(struct span host)
{
    if (host.size && host.data[host.size - 1] == '.')
        host.size--;
    const char *dot = host.size ? memrchr(host.data, '.', host.size) : NULL;
    size_t start = dot ? (size_t)(dot - host.data) + 1 : 0;
    return (struct span){host.data + start, host.size - start};
}

/* "Ends in a number": then it must be an IPv4 address, and nothing else. */
static bool ends_in_number(struct span host)
{
    struct span label = last_label(host);
    if (!label.size || !is_ascii_digit(label.data[0]))
        return false;
    size_t digits = 0;
    while (digits < label.size && is_ascii_digit(label.data[digits]))
        digits++;
    uint64_t value;
    return digits == label.size || ipv4_number(label, &value);
}

static int parse_ipv4(struct span host, uint32_t *out)
{
    uint64_t parts[IPV4_PARTS];
    size_t count = 0;
    if (host.data[host.size - 1] == '.')
        host.size--;
    for (size_t at = 0; at <= host.size;) {
        const char *dot = memchr(host.data + at, '.', host.size - at);
        size_t end = dot ? (size_t)(dot - host.data) : host.size;
        if (count == IPV4_PARTS ||
            !ipv4_number((struct span){host.data + at, end - at}, &parts[count]))
            return ERR_INPUT;
        count++;
        at = end + 1;
    }
    uint64_t address = parts[count - 1];
    if (address >= UINT64_C(1) << 8 * (IPV4_PARTS + 1 - count))
        return ERR_INPUT;
    for (size_t i = 0; i + 1 < count; i++) {
        if (parts[i] > 255)
            return ERR_INPUT;
        address |= parts[i] << 8 * (IPV4_PARTS - 1 - i);
    }
    *out = (uint32_t)address;
    return 0;
}

static void write_ipv4(struct url_writer *writer, uint32_t address)
{
    char text[16];
    int size = snprintf(text, sizeof text, "%u.%u.%u.%u", (unsigned)(address >> 24),
                        (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
                        (unsigned)(address & 255));
    url_write(writer, text, (size_t)size);
}

/* ---- domains -----------------------------------------------------------------------------------
 */

/* Percent-decodes into the arena. */
static struct span decode_escapes(struct arena *arena, struct span text)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;
    for (size_t at = 0; at < text.size;) {
        int value = escape_value(text.data + at, text.size - at);
        out[size++] = value < 0 ? text.data[at] : (char)value;
        at += value < 0 ? 1 : 3;
    }
    out[size] = '\0';
    return (struct span){out, size};
}

/* Writes an ASCII domain in lower case. Returns ERR_INPUT for forbidden code points. */
static int write_domain(struct url_writer *writer, struct span domain)
{
    url_writer_reserve(writer, domain.size);
    char *out = writer->data + writer->size;
    for (size_t i = 0; i < domain.size; i++) {
        if (!url_is(domain.data[i], IN_HOST))
            return ERR_INPUT;
        out[i] = ascii_lower(domain.data[i]);
    }
    writer->size += domain.size;
    return 0;
}

static int write_any_domain(struct url_writer *writer, struct span text)
{
    if (write_domain(writer, text) == 0)
        return 0;
    struct span domain = decode_escapes(writer->arena, text);
    if (!utf8_is_ascii(domain.data, domain.size) &&
        url_domain_to_ascii(writer->arena, domain, &domain))
        return ERR_INPUT;
    return domain.size ? write_domain(writer, domain) : ERR_INPUT;
}

int url_write_host(struct url_writer *writer, struct span text, bool *is_ip)
{
    *is_ip = text.size && text.data[0] == '[';
    if (*is_ip) {
        if (text.data[text.size - 1] != ']')
            return ERR_INPUT;
        return url_write_ipv6(writer, (struct span){text.data + 1, text.size - 2});
    }
    size_t start = writer->size;
    if (!text.size || write_any_domain(writer, text))
        return ERR_INPUT;
    struct span host = {writer->data + start, writer->size - start};
    if (!ends_in_number(host))
        return 0;
    uint32_t address;
    if (parse_ipv4(host, &address))
        return ERR_INPUT;
    *is_ip = true;
    writer->size = start;
    write_ipv4(writer, address);
    return 0;
}
