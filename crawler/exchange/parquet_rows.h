/* parquet_rows.h - articles as a Parquet file, with types in place of texts where there are such.
 *
 * The columns of v_articles under their names: moments as TIMESTAMP, pub_day as DATE, what is 0 or
 * 1 as BOOLEAN, numbers as INT64, authors and tags as LISTs (the view joins them by "; "), the rest
 * as STRING. Thread: one at a time. */
#ifndef CRAWLER_EXCHANGE_PARQUET_ROWS_H
#define CRAWLER_EXCHANGE_PARQUET_ROWS_H

#include <stddef.h>

#include "exchange/parquet_writer.h"
#include "storage/store.h"

/* Begins a file; of `columns` the names count. parquet_writer_end() ends it. */
void parquet_rows_begin(struct parquet_writer *writer, struct sink *sink,
                        const struct store_value *columns, size_t count);

/* Adds a row of the same columns. Returns 0 or ERR_IO with sink->system_error set. */
int parquet_rows_add(struct parquet_writer *writer, const struct store_value *columns,
                     size_t count);

#endif
