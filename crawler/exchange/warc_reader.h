/* warc_reader.h - records out of a WARC file, plain or gzip, one after another.
 *
 * Reads what is out there: WARC/0.18 to 1.1, gzip by record or over all, lines that end in LF
 * alone, addresses in angle brackets, HTTP answers whose chunks were taken off while their heads
 * still tell of them. Memory is bounded by `block_bytes_max`, whatever lengths a file claims.
 * Source: The WARC Format 1.1; RFC 9112 section 7.1. Thread: one at a time. */
#ifndef CRAWLER_EXCHANGE_WARC_READER_H
#define CRAWLER_EXCHANGE_WARC_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"

struct warc_reader;

struct warc_record {
    const char *type;   /* "response" …, or NULL */
    const char *target; /* WARC-Target-URI, or NULL */
    const char *ip;     /* or NULL */
    int64_t date_ms;    /* MOMENT_NONE: none */
    struct span block;  /* of a response alone; else empty */
    bool cut;           /* the block is longer than what is held */
};

/* Opens a file ("-": standard input), stores a reader, owned by the caller, in *out and returns 0;
 * or ERR_IO with errno. */
int warc_reader_open(struct warc_reader **out, const char *path, size_t block_bytes_max);
void warc_reader_close(struct warc_reader *reader); /* takes; NULL does nothing */

/* The next record, borrowed until the next call. Returns 1, 0 at the end, ERR_INPUT where the file
 * is no WARC or is cut short, or ERR_IO. */
int warc_reader_next(struct warc_reader *reader, struct warc_record *out);

/* Bytes read of the file so far. */
uint64_t warc_reader_position(const struct warc_reader *reader);

/* An HTTP answer: head and body. */
struct warc_answer {
    int status;
    struct span head; /* status line and fields, as they came */
    struct span body; /* without chunks, content codings as they are; in place of the block's */
};

/* Takes an answer apart; chunks are joined in place. Returns 0, or ERR_INPUT: no HTTP answer. */
int warc_answer_parse(struct warc_answer *out, struct span block);

#endif
