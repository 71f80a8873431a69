/* url_ipv6.c - IPv6 addresses (URL Standard 3.5, "IPv6 parser"; RFC 5952 for their one spelling).
 */
#include "base/url_text.h"

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum { PIECES = 8 };

struct address {
    uint16_t pieces[PIECES];
    unsigned count; /* of the pieces read so far */
    int gap;        /* the piece before which "::" stands; -1: none */
};

/* Reads up to four hexadecimal digits and returns how many. */
static size_t read_piece(struct span text, uint16_t *out)
{
    size_t digits = 0;
    *out = 0;
    while (digits < 4 && digits < text.size && hex_value(text.data[digits]) >= 0)
        *out = (uint16_t)(*out << 4 | hex_value(text.data[digits++]));
    return digits;
}

/* Dotted decimal as the last two pieces; strict, unlike a host of its own. */
static int read_ipv4_tail(struct span text, struct address *address)
{
    unsigned octets[4];
    size_t at = 0;
    if (address->count > PIECES - 2)
        return ERR_INPUT;
    for (size_t i = 0; i < 4; i++) {
        if (i && (at >= text.size || text.data[at++] != '.'))
            return ERR_INPUT;
        size_t start = at;
        for (octets[i] = 0; at < text.size && is_ascii_digit(text.data[at]); at++) {
            if (at > start && octets[i] == 0)
                return ERR_INPUT; /* a leading zero */
            octets[i] = octets[i] * 10 + (unsigned)(text.data[at] - '0');
            if (octets[i] > 255)
                return ERR_INPUT;
        }
        if (at == start)
            return ERR_INPUT;
    }
    address->pieces[address->count++] = (uint16_t)(octets[0] << 8 | octets[1]);
    address->pieces[address->count++] = (uint16_t)(octets[2] << 8 | octets[3]);
    return at == text.size ? 0 : ERR_INPUT;
}

static int read_pieces(struct span text, struct address *address)
{
    size_t at = 0;
    if (text.size && text.data[0] == ':') {
        if (text.size < 2 || text.data[1] != ':')
            return ERR_INPUT;
        at = 2;
        address->gap = 0;
    }
    while (at < text.size) {
        if (address->count == PIECES)
            return ERR_INPUT;
        if (text.data[at] == ':') {
            if (address->gap >= 0)
                return ERR_INPUT;
            address->gap = (int)address->count;
            at++;
            continue;
        }
        struct span rest = {text.data + at, text.size - at};
        uint16_t piece;
        size_t digits = read_piece(rest, &piece);
        if (digits < rest.size && rest.data[digits] == '.')
            return digits ? read_ipv4_tail(rest, address) : ERR_INPUT;
        at += digits;
        if (at < text.size && (text.data[at] != ':' || ++at == text.size))
            return ERR_INPUT;
        address->pieces[address->count++] = piece;
    }
    return 0;
}

/* Moves what stands after "::" to the end. */
static int close_gap(struct address *address)
{
    if (address->gap < 0)
        return address->count == PIECES ? 0 : ERR_INPUT;
    unsigned gap = (unsigned)address->gap, after = address->count - gap;
    if (address->count == PIECES)
        return ERR_INPUT;
    memmove(address->pieces + PIECES - after, address->pieces + gap,
            after * sizeof address->pieces[0]);
    memset(address->pieces + gap, 0, (PIECES - address->count) * sizeof address->pieces[0]);
    return 0;
}

/* The first of the longest runs of two and more zero pieces. */
static unsigned longest_zeros(const struct address *address, unsigned *out_length)
{
    unsigned best = PIECES;
    *out_length = 1;
    for (unsigned i = 0; i < PIECES;) {
        unsigned end = i;
        while (end < PIECES && !address->pieces[end])
            end++;
        if (end - i > *out_length) {
            best = i;
            *out_length = end - i;
        }
        i = end + 1;
    }
    return best;
}

int url_write_ipv6(struct url_writer *writer, struct span text)
{
    struct address address = {.gap = -1};
    if (read_pieces(text, &address) || close_gap(&address))
        return ERR_INPUT;
    unsigned zeros, first = longest_zeros(&address, &zeros);
    url_write_byte(writer, '[');
    for (unsigned i = 0; i < PIECES; i++) {
        if (i == first) {
            url_write(writer, i ? ":" : "::", i ? 1 : 2);
            i += zeros - 1;
            continue;
        }
        char piece[8];
        int size = snprintf(piece, sizeof piece, i + 1 < PIECES ? "%x:" : "%x", address.pieces[i]);
        url_write(writer, piece, (size_t)size);
    }
    url_write_byte(writer, ']');
    return 0;
}
