#include "exchange/parquet_column.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "exchange/parquet_thrift.h"

enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3, PAGE_DATA = 0 }; /* of parquet.thrift */
enum { PAGE_HEADER_MAX = 64 };

/* Of a value in bytes; 0: each has its own. */
static const size_t value_sizes[] = {
    [PARQUET_TEXT] = 0,    [PARQUET_TEXTS] = 0,  [PARQUET_INTEGER] = 8,
    [PARQUET_BOOLEAN] = 1, [PARQUET_MOMENT] = 8, [PARQUET_DAY] = 4,
};

void parquet_column_init(struct parquet_column *column, const char *name, enum parquet_kind kind)
{
    *column = (struct parquet_column){.name = alloc_string(name), .kind = kind};
    bytes_init(&column->page.values, 0);
    bytes_init(&column->page.defined.runs, 0);
    bytes_init(&column->page.again.runs, 0);
    bytes_init(&column->chunk.pages, 0);
    column->chunk.bounded = true;
}

void parquet_column_clear(struct parquet_column *column)
{
    free(column->name);
    bytes_clear(&column->page.values);
    bytes_clear(&column->page.defined.runs);
    bytes_clear(&column->page.again.runs);
    bytes_clear(&column->chunk.pages);
}

/* ---- values ---- */

static void put_little(unsigned char *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (unsigned char)(value >> 8 * i);
}

static void append_little(struct bytes *out, uint64_t value, size_t size)
{
    unsigned char data[8];
    put_little(data, value, size);
    bytes_append(out, data, size);
}

static void end_run(struct parquet_levels *levels)
{
    if (levels->run) {
        thrift_varint(&levels->runs, (uint64_t)levels->run << 1);
        append_little(&levels->runs, levels->level, 1);
    }
    levels->run = 0;
}

static void add_level(struct parquet_levels *levels, unsigned level)
{
    if (level != levels->level)
        end_run(levels);
    levels->level = level;
    levels->run++;
}

/* A list that is there has at least one value, so of its three levels (no list, an empty one, a
 * value) the middle one is never met. */
static unsigned defined_max(const struct parquet_column *column)
{
    return column->kind == PARQUET_TEXTS ? 2 : 1;
}

static void add_levels(struct parquet_column *column, bool defined, bool again)
{
    add_level(&column->page.defined, defined ? defined_max(column) : 0);
    if (column->kind == PARQUET_TEXTS)
        add_level(&column->page.again, again);
    column->page.count++;
    column->chunk.count++;
}

static int64_t number_of(const struct parquet_bound *bound)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bound->size; i++)
        value |= (uint64_t)bound->data[i] << 8 * i;
    if (bound->size == 4)
        return (int32_t)value;
    return (int64_t)value;
}

/* Numbers by their value, text by its bytes: the order that parquet.thrift defines for the types.
 */
static int compare(const struct parquet_column *column, const struct parquet_bound *bound,
                   const void *data, size_t size)
{
    if (value_sizes[column->kind]) {
        struct parquet_bound other = {.size = size};
        memcpy(other.data, data, size);
        int64_t one = number_of(bound), two = number_of(&other);
        return (one > two) - (one < two);
    }
    size_t common = bound->size < size ? bound->size : size;
    int order = common ? memcmp(bound->data, data, common) : 0;
    return order ? order : (bound->size > size) - (bound->size < size);
}

static void set_bound(struct parquet_bound *bound, const void *data, size_t size)
{
    bound->size = size;
    if (size)
        memcpy(bound->data, data, size);
}

static void widen_bounds(struct parquet_column *column, const void *data, size_t size)
{
    if (size > PARQUET_BOUND_MAX)
        column->chunk.bounded = false;
    if (!column->chunk.bounded)
        return;
    if (!column->chunk.any || compare(column, &column->chunk.least, data, size) > 0)
        set_bound(&column->chunk.least, data, size);
    if (!column->chunk.any || compare(column, &column->chunk.greatest, data, size) < 0)
        set_bound(&column->chunk.greatest, data, size);
    column->chunk.any = true;
}

void parquet_column_add_null(struct parquet_column *column)
{
    add_levels(column, false, false);
    column->chunk.nulls++;
}

/* Eight booleans a byte, the first one lowest. */
static void append_bit(struct parquet_column *column, bool value)
{
    struct bytes *values = &column->page.values;
    unsigned place = column->page.bits++ % 8;
    if (place == 0)
        append_little(values, 0, 1);
    values->data[values->size - 1] =
        (char)((unsigned char)values->data[values->size - 1] | (unsigned)value << place);
}

void parquet_column_add_number(struct parquet_column *column, int64_t value)
{
    unsigned char data[8];
    size_t size = value_sizes[column->kind];
    assert(size);
    if (column->kind == PARQUET_BOOLEAN)
        value = value != 0;
    put_little(data, (uint64_t)value, size);
    if (column->kind == PARQUET_BOOLEAN)
        append_bit(column, value != 0);
    else
        bytes_append(&column->page.values, data, size);
    widen_bounds(column, data, size);
    add_levels(column, true, false);
}

void parquet_column_add_text(struct parquet_column *column, struct span text, bool again)
{
    struct bytes *values = &column->page.values;
    size_t length_at = values->size, from = length_at + 4;
    assert(!value_sizes[column->kind]);
    append_little(values, 0, 4);
    if (utf8_valid(text.data, text.size))
        bytes_append(values, text.data, text.size);
    else
        utf8_append_clean(values, text.data, text.size);
    put_little((unsigned char *)values->data + length_at, values->size - from, 4);
    widen_bounds(column, values->data + from, values->size - from);
    add_levels(column, true, again);
}

/* ---- pages ---- */

size_t parquet_column_page_size(const struct parquet_column *column)
{
    return column->page.values.size + column->page.defined.runs.size + column->page.again.runs.size;
}

size_t parquet_column_held(const struct parquet_column *column)
{
    return column->page.values.capacity + column->chunk.pages.size;
}

/* A PageHeader with its DataPageHeader. */
static void append_header(struct bytes *out, size_t plain_size, struct span packed, uint32_t count)
{
    struct thrift thrift = {.out = out};
    thrift_open(&thrift);
    thrift_i32(&thrift, 1, PAGE_DATA);
    thrift_i32(&thrift, 2, (int32_t)plain_size);
    thrift_i32(&thrift, 3, (int32_t)packed.size);
    thrift_i32(&thrift, 4, (int32_t)libdeflate_crc32(0, packed.data, packed.size));
    thrift_open_field(&thrift, 5);
    thrift_i32(&thrift, 1, (int32_t)count);
    thrift_i32(&thrift, 2, ENCODING_PLAIN);
    thrift_i32(&thrift, 3, ENCODING_RLE); /* of the definition levels, */
    thrift_i32(&thrift, 4, ENCODING_RLE); /* of the repetition levels */
    thrift_close(&thrift);
    thrift_close(&thrift);
}

static void append_levels(struct bytes *out, struct parquet_levels *levels)
{
    end_run(levels);
    append_little(out, levels->runs.size, 4);
    bytes_append(out, levels->runs.data, levels->runs.size);
    levels->runs.size = 0;
}

/* The parts one behind the other as one zstd frame at `out`, where there is room enough. Returns
 * its size. */
static size_t compress(struct ZSTD_CCtx_s *compressor, char *out, size_t room,
                       const struct bytes *const *parts, size_t count)
{
    ZSTD_outBuffer output = {out, room, 0};
    size_t left = 0, size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i]->size;
    ZSTD_CCtx_setPledgedSrcSize(compressor, size);
    for (size_t i = 0; i < count && !ZSTD_isError(left); i++) {
        ZSTD_inBuffer input = {parts[i]->data, parts[i]->size, 0};
        ZSTD_EndDirective step = i + 1 < count ? ZSTD_e_continue : ZSTD_e_end;
        do
            left = ZSTD_compressStream2(compressor, &output, &input, step);
        while (!ZSTD_isError(left) && (input.pos < input.size || (step == ZSTD_e_end && left)));
    }
    if (ZSTD_isError(left)) /* of its errors only this one can be met here */
        alloc_failed(size);
    return output.pos;
}

void parquet_column_end_page(struct parquet_column *column, struct ZSTD_CCtx_s *compressor)
{
    struct bytes levels, header, *pages = &column->chunk.pages;
    if (!column->page.count)
        return;
    bytes_init(&levels, 0);
    bytes_init(&header, 0);
    if (column->kind == PARQUET_TEXTS)
        append_levels(&levels, &column->page.again);
    append_levels(&levels, &column->page.defined);
    const struct bytes *const parts[] = {&levels, &column->page.values};
    size_t plain_size = levels.size + column->page.values.size;
    size_t room = ZSTD_compressBound(plain_size);
    /* Compressed in its place, then moved behind the header, which tells its size: a page may be
     * large, and is held once this way. */
    bytes_reserve(pages, room + PAGE_HEADER_MAX);
    char *at = pages->data + pages->size;
    size_t size = compress(compressor, at, room, parts, COUNT(parts));
    append_header(&header, plain_size, (struct span){at, size}, column->page.count);
    assert(header.size <= PAGE_HEADER_MAX);
    memmove(at + header.size, at, size);
    memcpy(at, header.data, header.size);
    pages->size += header.size + size;
    column->chunk.plain_size += (int64_t)(header.size + plain_size);
    column->page.values.size = 0;
    column->page.count = column->page.bits = 0;
    bytes_clear(&levels);
    bytes_clear(&header);
}

void parquet_column_reset(struct parquet_column *column)
{
    column->chunk.pages.size = 0;
    column->chunk.count = column->chunk.nulls = column->chunk.plain_size = 0;
    column->chunk.bounded = true;
    column->chunk.any = false;
}
