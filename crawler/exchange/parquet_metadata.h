/* parquet_metadata.h - what the metadata of a Parquet file tells of a column: its type, its chunks.
 *
 * Source: apache/parquet-format, parquet.thrift, LogicalTypes.md. Thread: any. */
#ifndef CRAWLER_EXCHANGE_PARQUET_METADATA_H
#define CRAWLER_EXCHANGE_PARQUET_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include "exchange/parquet_column.h"
#include "exchange/parquet_thrift.h"

/* Writes the column's SchemaElements: one, or those of a list. How many: */
size_t parquet_metadata_elements(const struct parquet_column *column);
void parquet_metadata_describe(const struct parquet_column *column, struct thrift *thrift);

/* Writes the ColumnChunk of the pages that the column has, of which the first stands at `offset` of
 * the file. */
void parquet_metadata_chunk(const struct parquet_column *column, struct thrift *thrift,
                            int64_t offset);

#endif
