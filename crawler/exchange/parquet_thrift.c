#include "exchange/parquet_thrift.h"

#include <assert.h>
#include <string.h>

enum { BOOL_TRUE = 1, BOOL_FALSE = 2, LIST = 9, STEP_MAX = 15, SHORT_LIST = 15 };

static void append_byte(struct bytes *out, unsigned value)
{
    bytes_append(out, &(unsigned char){(unsigned char)value}, 1);
}

void thrift_varint(struct bytes *out, uint64_t value)
{
    for (; value > 0x7f; value >>= 7)
        append_byte(out, (unsigned)(value & 0x7f) | 0x80);
    append_byte(out, (unsigned)value);
}

/* Numbers near 0 are short, whatever their sign. */
static void append_zigzag(struct bytes *out, int64_t value)
{
    thrift_varint(out, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

static void append_binary(struct bytes *out, const void *data, size_t size)
{
    thrift_varint(out, size);
    bytes_append(out, data, size);
}

/* A field's type and how far its id is from the last one's. */
static void append_field(struct thrift *thrift, int id, unsigned type)
{
    int step = id - thrift->last[thrift->depth];
    assert(thrift->depth && step > 0 && step <= STEP_MAX);
    append_byte(thrift->out, (unsigned)step << 4 | type);
    thrift->last[thrift->depth] = id;
}

void thrift_open(struct thrift *thrift)
{
    assert(thrift->depth < THRIFT_DEPTH_MAX);
    thrift->last[++thrift->depth] = 0;
}

void thrift_open_field(struct thrift *thrift, int id)
{
    append_field(thrift, id, THRIFT_STRUCT);
    thrift_open(thrift);
}

void thrift_close(struct thrift *thrift)
{
    append_byte(thrift->out, 0);
    thrift->depth--;
}

void thrift_bool(struct thrift *thrift, int id, bool value)
{
    append_field(thrift, id, value ? BOOL_TRUE : BOOL_FALSE);
}

void thrift_i32(struct thrift *thrift, int id, int32_t value)
{
    append_field(thrift, id, THRIFT_I32);
    append_zigzag(thrift->out, value);
}

void thrift_i64(struct thrift *thrift, int id, int64_t value)
{
    append_field(thrift, id, THRIFT_I64);
    append_zigzag(thrift->out, value);
}

void thrift_binary(struct thrift *thrift, int id, const void *data, size_t size)
{
    append_field(thrift, id, THRIFT_BINARY);
    append_binary(thrift->out, data, size);
}

void thrift_string(struct thrift *thrift, int id, const char *text)
{
    thrift_binary(thrift, id, text, strlen(text));
}

void thrift_list(struct thrift *thrift, int id, enum thrift_type type, size_t count)
{
    append_field(thrift, id, LIST);
    if (count < SHORT_LIST) {
        append_byte(thrift->out, (unsigned)count << 4 | type);
        return;
    }
    append_byte(thrift->out, SHORT_LIST << 4 | type);
    thrift_varint(thrift->out, count);
}

void thrift_i32_element(struct thrift *thrift, int32_t value)
{
    append_zigzag(thrift->out, value);
}

void thrift_string_element(struct thrift *thrift, const char *text)
{
    append_binary(thrift->out, text, strlen(text));
}
