#include "exchange/parquet_metadata.h"

/* Numbers of parquet.thrift. */
enum { TYPE_BOOLEAN = 0, TYPE_INT32 = 1, TYPE_INT64 = 2, TYPE_BYTE_ARRAY = 6 };
enum { CONVERTED_UTF8 = 0, CONVERTED_LIST = 3, CONVERTED_DATE = 6, CONVERTED_MILLIS = 9 };
enum { LOGICAL_STRING = 1, LOGICAL_LIST = 3, LOGICAL_DATE = 6, LOGICAL_TIMESTAMP = 8 };
enum { REQUIRED = 0, OPTIONAL = 1, REPEATED = 2 };
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3, CODEC_ZSTD = 6, MILLIS = 1 };

static const struct {
    int type;
    int converted, logical; /* what older and newer readers go by; -1: the type says it */
} kinds[] = {
    [PARQUET_TEXT] = {TYPE_BYTE_ARRAY, CONVERTED_UTF8, LOGICAL_STRING},
    [PARQUET_TEXTS] = {TYPE_BYTE_ARRAY, CONVERTED_UTF8, LOGICAL_STRING},
    [PARQUET_INTEGER] = {TYPE_INT64, -1, -1},
    [PARQUET_BOOLEAN] = {TYPE_BOOLEAN, -1, -1},
    [PARQUET_MOMENT] = {TYPE_INT64, CONVERTED_MILLIS, LOGICAL_TIMESTAMP},
    [PARQUET_DAY] = {TYPE_INT32, CONVERTED_DATE, LOGICAL_DATE},
};

size_t parquet_metadata_elements(const struct parquet_column *column)
{
    return column->kind == PARQUET_TEXTS ? 3 : 1;
}

static void open_element(struct thrift *thrift, int type, int repetition, const char *name)
{
    thrift_open(thrift);
    if (type >= 0)
        thrift_i32(thrift, 1, type);
    thrift_i32(thrift, 3, repetition);
    thrift_string(thrift, 4, name);
}

/* A LogicalType: most have nothing in them. */
static void tell_logical(struct thrift *thrift, int logical)
{
    thrift_open_field(thrift, 10);
    thrift_open_field(thrift, logical);
    if (logical == LOGICAL_TIMESTAMP) {
        thrift_bool(thrift, 1, true); /* in UTC */
        thrift_open_field(thrift, 2);
        thrift_open_field(thrift, MILLIS);
        thrift_close(thrift);
        thrift_close(thrift);
    }
    thrift_close(thrift);
    thrift_close(thrift);
}

/* The group of a list, and the one in it that is repeated (LogicalTypes.md, Lists). */
static void describe_list(const char *name, struct thrift *thrift)
{
    open_element(thrift, -1, OPTIONAL, name);
    thrift_i32(thrift, 5, 1);
    thrift_i32(thrift, 6, CONVERTED_LIST);
    tell_logical(thrift, LOGICAL_LIST);
    thrift_close(thrift);
    open_element(thrift, -1, REPEATED, "list");
    thrift_i32(thrift, 5, 1);
    thrift_close(thrift);
}

void parquet_metadata_describe(const struct parquet_column *column, struct thrift *thrift)
{
    bool list = column->kind == PARQUET_TEXTS;
    if (list)
        describe_list(column->name, thrift);
    open_element(thrift, kinds[column->kind].type, list ? REQUIRED : OPTIONAL,
                 list ? "element" : column->name);
    if (kinds[column->kind].converted >= 0)
        thrift_i32(thrift, 6, kinds[column->kind].converted);
    if (kinds[column->kind].logical >= 0)
        tell_logical(thrift, kinds[column->kind].logical);
    thrift_close(thrift);
}

static void tell_statistics(const struct parquet_column *column, struct thrift *thrift)
{
    thrift_open_field(thrift, 12);
    thrift_i64(thrift, 3, column->chunk.nulls);
    if (column->chunk.bounded && column->chunk.any) {
        thrift_binary(thrift, 5, column->chunk.greatest.data, column->chunk.greatest.size);
        thrift_binary(thrift, 6, column->chunk.least.data, column->chunk.least.size);
        thrift_bool(thrift, 7, true); /* both are values of the column */
        thrift_bool(thrift, 8, true);
    }
    thrift_close(thrift);
}

void parquet_metadata_chunk(const struct parquet_column *column, struct thrift *thrift,
                            int64_t offset)
{
    bool list = column->kind == PARQUET_TEXTS;
    thrift_open(thrift);
    thrift_i64(thrift, 2, 0); /* obsolete, but it has to be there */
    thrift_open_field(thrift, 3);
    thrift_i32(thrift, 1, kinds[column->kind].type);
    thrift_list(thrift, 2, THRIFT_I32, 2);
    thrift_i32_element(thrift, ENCODING_PLAIN);
    thrift_i32_element(thrift, ENCODING_RLE);
    thrift_list(thrift, 3, THRIFT_BINARY, list ? 3 : 1);
    thrift_string_element(thrift, column->name);
    if (list) {
        thrift_string_element(thrift, "list");
        thrift_string_element(thrift, "element");
    }
    thrift_i32(thrift, 4, CODEC_ZSTD);
    thrift_i64(thrift, 5, column->chunk.count);
    thrift_i64(thrift, 6, column->chunk.plain_size);
    thrift_i64(thrift, 7, (int64_t)column->chunk.pages.size);
    thrift_i64(thrift, 9, offset);
    tell_statistics(column, thrift);
    thrift_close(thrift);
    thrift_close(thrift);
}
