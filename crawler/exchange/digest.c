#include "exchange/digest.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

void digest_init(struct digest *digest)
{
    digest->context = EVP_MD_CTX_new();
    /* What OpenSSL always has can't be had for want of memory alone. */
    if (!digest->context || !EVP_DigestInit_ex(digest->context, EVP_sha1(), NULL))
        alloc_failed(sizeof(*digest));
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
    EVP_DigestUpdate(digest->context, data, size);
}

void digest_finish(struct digest *digest, unsigned char out[DIGEST_BYTES])
{
    EVP_DigestFinal_ex(digest->context, out, NULL);
    EVP_MD_CTX_free(digest->context);
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
