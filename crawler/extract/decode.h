/* decode.h - content codings taken off a body: gzip, deflate, brotli, zstd.
 *
 * Servers lie about codings in every direction, so the bytes have the last word: a body that is
 * called gzip and is none is taken as it stands, one that is gzip and isn't called so is unpacked
 * (a sitemap.xml.gz). gzip may have several members and junk after the last one (RFC 1952, 2.2);
 * "deflate" is the zlib format or the raw one (RFC 9110, 8.4.1.2). Output is capped, whatever a
 * length field of the input claims. Thread: any. */
#ifndef CRAWLER_EXTRACT_DECODE_H
#define CRAWLER_EXTRACT_DECODE_H

#include <stddef.h>

#include "base/bytes.h"

/* Decodes `data` into *out, which the caller has initialised and which is emptied first.
 * `content_encoding` is the header's value: several codings in the order in which they were put
 * on, unknown ones, or NULL. At most `bytes_max` bytes come out (0: no cap).
 * Returns 0; ERR_TOO_LARGE past the cap; ERR_INPUT when the body is cut short or broken. Also then
 * *out holds what came before the trouble, which is of use to readers of feeds and sitemaps. */
int decode_body(const void *data, size_t size, const char *content_encoding, size_t bytes_max,
                struct bytes *out);

#endif
