/* digest.h - SHA-1 as WARC files carry it: "sha1:" and base32.
 *
 * Names bytes, proves nothing: it is what readers of WARC expect. By OpenSSL's libcrypto, which
 * libcurl brings along; base32 is RFC 4648, section 6. Thread: any. */
#ifndef CRAWLER_EXCHANGE_DIGEST_H
#define CRAWLER_EXCHANGE_DIGEST_H

#include <stddef.h>

struct evp_md_ctx_st;

struct digest {
    struct evp_md_ctx_st *context; /* from digest_init() to digest_finish() */
};

enum { DIGEST_BYTES = 20, DIGEST_LABEL_BYTES = 5 + 32 + 1 };

void digest_init(struct digest *digest);
void digest_add(struct digest *digest, const void *data, size_t size);
void digest_finish(struct digest *digest, unsigned char out[DIGEST_BYTES]);

/* "sha1:2JMGUTOMSI…" */
void digest_label(const unsigned char digest[DIGEST_BYTES], char out[DIGEST_LABEL_BYTES]);

#endif
