/* parquet_writer.h - rows as a Parquet file, in row groups of bounded memory.
 *
 * The columns of a row group are held as compressed pages until there is enough of them; then they
 * are written one after the other, and of the group its metadata alone is kept for the file's end.
 * Nothing is written twice, so a pipe will do. Source: apache/parquet-format. Thread: one at a
 * time. */
#ifndef CRAWLER_EXCHANGE_PARQUET_WRITER_H
#define CRAWLER_EXCHANGE_PARQUET_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "exchange/parquet_column.h"
#include "exchange/sink.h"

struct parquet_writer {
    struct sink *sink; /* borrowed */
    struct parquet_column *columns;
    size_t count;
    struct ZSTD_CCtx_s *compressor;
    int64_t rows, group_rows; /* of the file, of the group that is being filled */
    size_t groups_count;
    struct bytes groups; /* the metadata of those that are written */
    int64_t offset;      /* where the file goes on */
};

/* Begins a file of `count` columns, which are to be set with parquet_column_init() before the first
 * row is added. */
void parquet_writer_begin(struct parquet_writer *writer, struct sink *sink, size_t count);

/* Every column has a value more. Writes a row group out once there is enough for one. Returns 0 or
 * ERR_IO with sink->system_error set. */
int parquet_writer_end_row(struct parquet_writer *writer);

/* The rest, and the file's metadata. Returns as above. */
int parquet_writer_end(struct parquet_writer *writer);

/* Frees; of a writer that is all zero it does nothing. */
void parquet_writer_clear(struct parquet_writer *writer);

#endif
