#include "exchange/digest.h"

#include <string.h>

void digest_init(struct digest *digest)
{
    *digest =
        (struct digest){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

static uint32_t rotated(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

/* RFC 3174, section 6.1. */
static void add_block(struct digest *digest, const unsigned char *block)
{
    uint32_t w[80], a = digest->state[0], b = digest->state[1], c = digest->state[2],
                    d = digest->state[3], e = digest->state[4];
    for (size_t t = 0; t < 16; t++, block += 4)
        w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
               block[3];
    for (size_t t = 16; t < 80; t++)
        w[t] = rotated(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (size_t t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = rotated(a, 5) + f + e + w[t];
        e = d;
        d = c;
        c = rotated(b, 30);
        b = a;
        a = next;
    }
    digest->state[0] += a;
    digest->state[1] += b;
    digest->state[2] += c;
    digest->state[3] += d;
    digest->state[4] += e;
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
    const unsigned char *from = data;
    size_t filled = digest->bytes % 64;
    digest->bytes += size;
    while (filled + size >= 64) {
        const unsigned char *block = from;
        size_t taken = 64 - filled;
        if (filled) {
            memcpy(digest->block + filled, from, taken);
            block = digest->block;
        }
        add_block(digest, block);
        from += taken;
        size -= taken;
        filled = 0;
    }
    if (size)
        memcpy(digest->block + filled, from, size);
}

void digest_finish(struct digest *digest, unsigned char out[DIGEST_BYTES])
{
    static const unsigned char padding[64] = {0x80};
    unsigned char length[8];
    uint64_t bits = digest->bytes * 8;
    size_t filled = digest->bytes % 64;
    for (size_t i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    digest_add(digest, padding, filled < 56 ? 56 - filled : 120 - filled);
    digest_add(digest, length, sizeof length);
    for (size_t i = 0; i < DIGEST_BYTES; i++)
        out[i] = (unsigned char)(digest->state[i / 4] >> (24 - 8 * (i % 4)));
}

void digest_label(const unsigned char digest[DIGEST_BYTES], char out[DIGEST_LABEL_BYTES])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    memcpy(out, "sha1:", 5);
    out += 5;
    for (size_t i = 0; i < DIGEST_BYTES; i += 5) {
        uint64_t bits = 0;
        for (size_t k = 0; k < 5; k++)
            bits = bits << 8 | digest[i + k];
        for (int shift = 35; shift >= 0; shift -= 5)
            *out++ = letters[bits >> shift & 31];
    }
    *out = '\0';
}
