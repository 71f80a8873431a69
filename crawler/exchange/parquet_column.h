/* parquet_column.h - one column of a Parquet file: its values as pages, the pages as a chunk.
 *
 * Every value may be NULL. Values are written plain, which of them are there as levels in runs, and
 * each page is compressed by zstd and has a CRC-32. A chunk knows its least and greatest value
 * where these are short, so that readers leave out row groups in which nothing can match. Source:
 * apache/parquet-format, README.md, Encodings.md (PLAIN, RLE), parquet.thrift. Thread: one at a
 * time. */
#ifndef CRAWLER_EXCHANGE_PARQUET_COLUMN_H
#define CRAWLER_EXCHANGE_PARQUET_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct ZSTD_CCtx_s;

/* What a column has, as readers see it. */
enum parquet_kind {
    PARQUET_TEXT,    /* STRING */
    PARQUET_TEXTS,   /* LIST of STRING */
    PARQUET_INTEGER, /* INT64 */
    PARQUET_BOOLEAN,
    PARQUET_MOMENT, /* TIMESTAMP in milliseconds, UTC */
    PARQUET_DAY,    /* DATE */
};

/* Small numbers as runs of equal ones. */
struct parquet_levels {
    struct bytes runs;
    unsigned level; /* of the run that is not yet written */
    uint32_t run;
};

enum { PARQUET_BOUND_MAX = 64 };

/* The least or the greatest value, plain. */
struct parquet_bound {
    unsigned char data[PARQUET_BOUND_MAX];
    size_t size;
};

struct parquet_column {
    char *name;
    enum parquet_kind kind;
    struct {
        struct bytes values;                  /* plain, without the NULLs */
        struct parquet_levels defined, again; /* whether there is one; whether the list goes on */
        uint32_t count, bits;                 /* with the NULLs; booleans in `values` */
    } page;                                   /* is being filled */
    struct {
        struct bytes pages;   /* with their headers */
        int64_t count, nulls; /* values, with the NULLs */
        int64_t plain_size;   /* of the pages, if they were not compressed */
        bool bounded;         /* the bounds hold for all values so far */
        bool any;             /* there is one */
        struct parquet_bound least, greatest;
    } chunk; /* of the row group */
};

void parquet_column_init(struct parquet_column *column, const char *name, enum parquet_kind kind);
void parquet_column_clear(struct parquet_column *column);

/* The next row's value. Text that is not UTF-8 is repaired. Days count from 1970 on. */
void parquet_column_add_null(struct parquet_column *column);
void parquet_column_add_number(struct parquet_column *column, int64_t value);
/* Of a list: begins one, or with `again` adds to it. */
void parquet_column_add_text(struct parquet_column *column, struct span text, bool again);

/* Bytes in the page that is being filled; memory that is taken for it and for those before it. */
size_t parquet_column_page_size(const struct parquet_column *column);
size_t parquet_column_held(const struct parquet_column *column);

/* Makes a page of what was added since the last one, at the end of a row. */
void parquet_column_end_page(struct parquet_column *column, struct ZSTD_CCtx_s *compressor);

/* Begins the next row group. */
void parquet_column_reset(struct parquet_column *column);

#endif
