/* warc_writer.h - pages as they came, as records of a WARC/1.1 file.
 *
 * A page is a request and a response record; one that is byte for byte what its address gave before
 * is a request and a revisit record, which points there and has the head that is kept with those
 * bytes. Digests are SHA-1 in base32. What we know
 * of a request is its address alone, so its record holds the request line and Host. In a response,
 * field names of what no longer is as it travelled (chunks, their length) get
 * X-Crawler- before them, and HTTP/2 is written as HTTP/1.1; a content coding stays on the body,
 * unless it was taken off when that was packed.
 * Source: The WARC Format 1.1 (iipc.github.io/warc-specifications). Thread: one at a time. */
#ifndef CRAWLER_EXCHANGE_WARC_WRITER_H
#define CRAWLER_EXCHANGE_WARC_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct libdeflate_compressor;

struct warc_page {
    const char *url;
    const char *date;    /* of the request, ISO 8601 in UTC */
    const char *ip;      /* or NULL */
    int64_t raw_id;      /* the same for the same bytes */
    const char *headers; /* status line and fields, a line each */
    const void *body;
    size_t body_size;
    bool truncated;
    bool decoded; /* the body is without the content coding that the headers tell of */
};

struct warc_writer {
    struct libdeflate_compressor *compressor; /* NULL: as plain text */
    struct bytes record;                      /* the one being made */
    struct bytes block;
    unsigned files;    /* begun */
    struct arena told; /* what the page's address gave before: */
    struct warc_told *told_first;
    const char *told_url;
};

void warc_writer_init(struct warc_writer *writer, bool gzip);
void warc_writer_clear(struct warc_writer *writer);

/* Appends the record that stands first in every file. */
void warc_writer_begin_file(struct warc_writer *writer, struct bytes *out, const char *date);

/* Appends a page's records. Pages of one address come one after the other, so that revisits are
 * known; what other addresses gave isn't remembered. */
void warc_writer_add(struct warc_writer *writer, struct bytes *out, const struct warc_page *page);

#endif
