#include "exchange/parquet_writer.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/alloc.h"
#include "exchange/parquet_metadata.h"

enum {
    PAGE_BYTES = 1 << 20,   /* before it is compressed */
    GROUP_BYTES = 16 << 20, /* held, for the most part compressed */
    GROUP_ROWS = 122880,    /* more than that no reader works on at a time */
    COMPRESSION = 3,
    FORMAT_VERSION = 1,
};

static const char magic[] = {'P', 'A', 'R', '1'};

static int write_out(struct parquet_writer *writer, const void *data, size_t size)
{
    writer->offset += (int64_t)size;
    return sink_write(writer->sink, data, size);
}

void parquet_writer_begin(struct parquet_writer *writer, struct sink *sink, size_t count)
{
    *writer = (struct parquet_writer){.sink = sink,
                                      .columns = alloc_zeroed(count, sizeof *writer->columns),
                                      .count = count,
                                      .compressor = ZSTD_createCCtx()};
    if (!writer->compressor)
        alloc_failed(0);
    ZSTD_CCtx_setParameter(writer->compressor, ZSTD_c_compressionLevel, COMPRESSION);
    bytes_init(&writer->groups, 0);
    write_out(writer, magic, sizeof magic);
}

void parquet_writer_clear(struct parquet_writer *writer)
{
    for (size_t i = 0; i < writer->count; i++)
        parquet_column_clear(&writer->columns[i]);
    free(writer->columns);
    ZSTD_freeCCtx(writer->compressor);
    bytes_clear(&writer->groups);
}

/* The RowGroup, while its columns still know what they have. */
static void tell_group(struct parquet_writer *writer)
{
    struct thrift thrift = {.out = &writer->groups};
    int64_t plain_size = 0, offset = writer->offset;
    thrift_open(&thrift);
    thrift_list(&thrift, 1, THRIFT_STRUCT, writer->count);
    for (size_t i = 0; i < writer->count; i++) {
        parquet_metadata_chunk(&writer->columns[i], &thrift, offset);
        offset += (int64_t)writer->columns[i].chunk.pages.size;
        plain_size += writer->columns[i].chunk.plain_size;
    }
    thrift_i64(&thrift, 2, plain_size);
    thrift_i64(&thrift, 3, writer->group_rows);
    thrift_i64(&thrift, 5, writer->offset);
    thrift_i64(&thrift, 6, offset - writer->offset);
    thrift_close(&thrift);
    writer->groups_count++;
}

static int end_group(struct parquet_writer *writer)
{
    int err = 0;
    for (size_t i = 0; i < writer->count; i++)
        parquet_column_end_page(&writer->columns[i], writer->compressor);
    tell_group(writer);
    for (size_t i = 0; i < writer->count && !err; i++) {
        const struct bytes *pages = &writer->columns[i].chunk.pages;
        err = write_out(writer, pages->data, pages->size);
        parquet_column_reset(&writer->columns[i]);
    }
    writer->group_rows = 0;
    return err;
}

int parquet_writer_end_row(struct parquet_writer *writer)
{
    size_t held = 0;
    for (size_t i = 0; i < writer->count; i++) {
        struct parquet_column *column = &writer->columns[i];
        if (parquet_column_page_size(column) >= PAGE_BYTES)
            parquet_column_end_page(column, writer->compressor);
        held += parquet_column_held(column);
    }
    writer->rows++;
    writer->group_rows++;
    return held >= GROUP_BYTES || writer->group_rows == GROUP_ROWS ? end_group(writer) : 0;
}

/* The FileMetaData. */
static void tell_file(const struct parquet_writer *writer, struct bytes *out)
{
    struct thrift thrift = {.out = out};
    size_t elements = 1;
    for (size_t i = 0; i < writer->count; i++)
        elements += parquet_metadata_elements(&writer->columns[i]);
    thrift_open(&thrift);
    thrift_i32(&thrift, 1, FORMAT_VERSION);
    thrift_list(&thrift, 2, THRIFT_STRUCT, elements);
    thrift_open(&thrift);
    thrift_string(&thrift, 4, "articles");
    thrift_i32(&thrift, 5, (int32_t)writer->count);
    thrift_close(&thrift);
    for (size_t i = 0; i < writer->count; i++)
        parquet_metadata_describe(&writer->columns[i], &thrift);
    thrift_i64(&thrift, 3, writer->rows);
    thrift_list(&thrift, 4, THRIFT_STRUCT, writer->groups_count);
    bytes_append(out, writer->groups.data, writer->groups.size);
    thrift_string(&thrift, 6, "crawler version " CRAWLER_VERSION);
    thrift_list(&thrift, 7, THRIFT_STRUCT, writer->count);
    for (size_t i = 0; i < writer->count; i++) {
        thrift_open(&thrift); /* least and greatest go by the order that the type has */
        thrift_open_field(&thrift, 1);
        thrift_close(&thrift);
        thrift_close(&thrift);
    }
    thrift_close(&thrift);
}

int parquet_writer_end(struct parquet_writer *writer)
{
    struct bytes footer;
    unsigned char size[4];
    int err = writer->group_rows ? end_group(writer) : 0;
    if (err)
        return err;
    bytes_init(&footer, 0);
    tell_file(writer, &footer);
    for (size_t i = 0; i < sizeof size; i++)
        size[i] = (unsigned char)(footer.size >> 8 * i);
    bytes_append(&footer, size, sizeof size);
    bytes_append(&footer, magic, sizeof magic);
    err = write_out(writer, footer.data, footer.size);
    bytes_clear(&footer);
    return err;
}
