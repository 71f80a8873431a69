#include "support/parquet.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("Parquet: not so: %s (line %d)", #condition, __LINE__);                       \
    } while (0)

/* ---- bytes ---- */

struct reader {
    const unsigned char *at, *end;
};

static const unsigned char *take(struct reader *reader, size_t size)
{
    EXPECT((size_t)(reader->end - reader->at) >= size);
    const unsigned char *from = reader->at;
    reader->at += size;
    return from;
}

static uint64_t take_little(struct reader *reader, size_t size)
{
    const unsigned char *data = take(reader, size);
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)data[i] << 8 * i;
    return value;
}

static uint64_t take_varint(struct reader *reader)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        unsigned byte = *take(reader, 1);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

static struct bytes file_contents(const char *path)
{
    struct bytes file;
    struct stat facts;
    bytes_init(&file, 0);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &facts) == 0);
    bytes_reserve(&file, (size_t)facts.st_size);
    while (file.size < (size_t)facts.st_size) {
        ssize_t got = read(fd, file.data + file.size, (size_t)facts.st_size - file.size);
        assert_true(got > 0);
        file.size += (size_t)got;
    }
    close(fd);
    return file;
}

/* ---- Thrift's compact protocol ---- */

enum { THRIFT_TRUE = 1, THRIFT_FALSE, THRIFT_BINARY = 8, THRIFT_LIST, THRIFT_STRUCT = 12 };

static json_t *take_struct(struct reader *reader);
static json_t *take_list(struct reader *reader);

static json_t *take_value(struct reader *reader, unsigned type)
{
    if (type == THRIFT_TRUE || type == THRIFT_FALSE)
        return json_boolean(type == THRIFT_TRUE);
    if (type == THRIFT_LIST)
        return take_list(reader);
    if (type == THRIFT_STRUCT)
        return take_struct(reader);
    uint64_t number = take_varint(reader);
    if (type == THRIFT_BINARY)
        return json_stringn_nocheck((const char *)take(reader, number), number);
    EXPECT(type >= 4 && type <= 6); /* an integer, zigzag */
    return json_integer((json_int_t)(number >> 1) ^ -(json_int_t)(number & 1));
}

static json_t *take_list(struct reader *reader)
{
    json_t *list = json_array();
    unsigned head = *take(reader, 1);
    uint64_t count = head >> 4 == 15 ? take_varint(reader) : head >> 4;
    for (uint64_t i = 0; i < count; i++)
        json_array_append_new(list, take_value(reader, head & 15));
    return list;
}

static json_t *take_struct(struct reader *reader)
{
    json_t *fields = json_object();
    unsigned id = 0, head;
    while ((head = *take(reader, 1))) {
        char name[16];
        EXPECT(head >> 4);
        snprintf(name, sizeof name, "%u", id += head >> 4);
        json_object_set_new(fields, name, take_value(reader, head & 15));
    }
    return fields;
}

static json_int_t number(const json_t *fields, const char *id)
{
    EXPECT(json_is_integer(json_object_get(fields, id)));
    return json_integer_value(json_object_get(fields, id));
}

static json_t *metadata_of(const struct bytes *file)
{
    EXPECT(file->size >= 12 && memcmp(file->data, "PAR1", 4) == 0);
    EXPECT(memcmp(file->data + file->size - 4, "PAR1", 4) == 0);
    struct reader tail = {(unsigned char *)file->data + file->size - 8,
                          (unsigned char *)file->data + file->size};
    uint64_t size = take_little(&tail, 4);
    EXPECT(size <= file->size - 12);
    struct reader reader = {tail.at - 4 - size, tail.at - 4};
    json_t *metadata = take_struct(&reader);
    EXPECT(reader.at == reader.end);
    return metadata;
}

json_t *parquet_metadata(const char *path)
{
    struct bytes file = file_contents(path);
    json_t *metadata = metadata_of(&file);
    bytes_clear(&file);
    return metadata;
}

/* ---- values ---- */

struct column {
    const char *name;
    json_int_t type; /* physical */
    int logical;     /* 0: none */
    bool list;
    const json_t *statistics;
    size_t first_row, row; /* of the group, the next one */
};

enum { LEAST = 6, GREATEST = 5 };

static json_t *date_text(int64_t ms, const char *format)
{
    char text[64];
    struct tm parts;
    time_t seconds = (time_t)(ms / 1000);
    EXPECT(ms % 1000 == 0 && gmtime_r(&seconds, &parts));
    strftime(text, sizeof text, format, &parts);
    return json_string(text);
}

/* A value that is no text; booleans come as one byte. */
static json_t *plain_number(const struct column *column, struct reader *reader)
{
    if (column->type == 0)
        return json_integer((json_int_t)take_little(reader, 1));
    if (column->type == 1) {
        EXPECT(column->logical == 6);
        return date_text((int32_t)take_little(reader, 4) * INT64_C(86400000), "%Y-%m-%d");
    }
    EXPECT(column->type == 2);
    int64_t value = (int64_t)take_little(reader, 8);
    return column->logical == 8 ? date_text(value, "%Y-%m-%dT%H:%M:%SZ") : json_integer(value);
}

static int order_of(const json_t *one, const json_t *two)
{
    if (json_is_integer(one)) {
        json_int_t a = json_integer_value(one), b = json_integer_value(two);
        return (a > b) - (a < b);
    }
    size_t a = json_string_length(one), b = json_string_length(two);
    int order = memcmp(json_string_value(one), json_string_value(two), a < b ? a : b);
    return order ? order : (a > b) - (a < b);
}

static void check_bounds(const struct column *column, const json_t *value)
{
    for (int id = GREATEST; id <= LEAST; id++) {
        const json_t *bound = json_object_get(column->statistics, id == LEAST ? "6" : "5");
        if (!bound)
            continue;
        struct reader reader = {(const unsigned char *)json_string_value(bound), NULL};
        reader.end = reader.at + json_string_length(bound);
        json_t *limit =
            column->type == 6 ? json_copy((json_t *)bound) : plain_number(column, &reader);
        int order = order_of(value, limit);
        EXPECT(id == LEAST ? order >= 0 : order <= 0);
        json_decref(limit);
    }
}

static void put(json_t *rows, struct column *column, json_t *value, bool again)
{
    if (again) {
        EXPECT(column->list && column->row > column->first_row);
        json_t *row = json_array_get(rows, column->row - 1);
        json_t *before = json_object_get(row, column->name);
        size_t size = json_string_length(before), more = json_string_length(value);
        char *text = alloc_bytes(size + more + 2);
        memcpy(text, json_string_value(before), size);
        memcpy(text + size, "; ", 2);
        memcpy(text + size + 2, json_string_value(value), more);
        json_object_set_new(row, column->name, json_stringn(text, size + 2 + more));
        json_decref(value);
        free(text);
        return;
    }
    if (json_array_size(rows) == column->row)
        json_array_append_new(rows, json_object());
    json_object_set_new(json_array_get(rows, column->row++), column->name, value);
}

/* ---- pages ---- */

/* Levels of a page, a byte each: runs of equal ones alone. */
static unsigned char *take_levels(struct reader *reader, size_t count, unsigned most)
{
    unsigned char *levels = alloc_zeroed(count, 1);
    size_t size = take_little(reader, 4), at = 0;
    struct reader runs = {take(reader, size), reader->at};
    while (runs.at < runs.end) {
        uint64_t head = take_varint(&runs);
        unsigned level = *take(&runs, 1);
        EXPECT(head % 2 == 0 && head / 2 <= count - at && level <= most);
        memset(levels + at, (int)level, head / 2);
        at += head / 2;
    }
    EXPECT(at == count);
    return levels;
}

static size_t read_values(json_t *rows, struct column *column, struct reader *page, size_t count)
{
    unsigned most = column->list ? 2 : 1;
    unsigned char *again = column->list ? take_levels(page, count, 1) : NULL;
    unsigned char *defined = take_levels(page, count, most);
    size_t nulls = 0, bits = 0;
    for (size_t i = 0; i < count; i++) {
        json_t *value = NULL;
        if (defined[i] != most) {
            EXPECT(defined[i] == 0 && !(again && again[i]));
            value = json_null();
            nulls++;
        } else if (column->type == 6) {
            size_t size = take_little(page, 4);
            value = json_stringn((const char *)take(page, size), size);
            EXPECT(value); /* UTF-8 */
        } else if (column->type == 0) {
            unsigned byte = bits % 8 ? page->at[-1] : *take(page, 1);
            value = json_integer(byte >> bits++ % 8 & 1);
        } else {
            value = plain_number(column, page);
        }
        if (!json_is_null(value))
            check_bounds(column, value);
        put(rows, column, value, again && again[i]);
    }
    EXPECT(page->at == page->end);
    free(again);
    free(defined);
    return nulls;
}

/* Reads a page. Returns how many values it has. */
static size_t read_page(json_t *rows, struct column *column, struct reader *file, size_t *nulls,
                        size_t *plain_size)
{
    const unsigned char *from = file->at;
    json_t *head = take_struct(file);
    *plain_size += (size_t)(file->at - from);
    const json_t *data_head = json_object_get(head, "5");
    size_t size = (size_t)number(head, "2"), packed_size = (size_t)number(head, "3");
    size_t count = (size_t)number(data_head, "1");
    const unsigned char *packed = take(file, packed_size);
    EXPECT(number(head, "1") == 0); /* a data page, plain */
    EXPECT(number(data_head, "2") == 0 && number(data_head, "3") == 3);
    EXPECT((uint32_t)number(head, "4") == libdeflate_crc32(0, packed, packed_size));
    unsigned char *plain = alloc_bytes(size + 1);
    EXPECT(ZSTD_decompress(plain, size, packed, packed_size) == size);
    struct reader page = {plain, plain + size};
    *nulls += read_values(rows, column, &page, count);
    *plain_size += size;
    free(plain);
    json_decref(head);
    return count;
}

/* ---- the file ---- */

/* The elements of the schema behind its root, one column's after another's. */
static struct column next_column(const json_t *schema, size_t *at)
{
    const json_t *element = json_array_get(schema, (*at)++);
    struct column column = {.name = json_string_value(json_object_get(element, "4"))};
    EXPECT(number(element, "3") == 1); /* optional */
    if (json_object_get(element, "5")) {
        column.list = true;
        EXPECT(json_object_get(json_object_get(element, "10"), "3")); /* LIST */
        EXPECT(number(json_array_get(schema, (*at)++), "3") == 2);    /* repeated */
        element = json_array_get(schema, (*at)++);
        EXPECT(number(element, "3") == 0); /* required */
    }
    column.type = number(element, "1");
    const json_t *logical = json_object_get(element, "10");
    column.logical = logical ? atoi(json_object_iter_key(json_object_iter((json_t *)logical))) : 0;
    EXPECT((column.type == 6) == (column.logical == 1)); /* STRING */
    return column;
}

/* A column of a row group, which stands where the last one ended. */
static void read_chunk(json_t *rows, struct column *column, const json_t *chunk,
                       struct reader *file, const char *start, size_t group_rows)
{
    const json_t *facts = json_object_get(chunk, "3");
    const unsigned char *from = file->at;
    size_t count = 0, nulls = 0, plain_size = 0;
    EXPECT(number(facts, "9") == (const char *)from - start);
    EXPECT(number(facts, "1") == column->type && number(facts, "4") == 6); /* zstd */
    column->statistics = json_object_get(facts, "12");
    column->row = column->first_row;
    while (count < (size_t)number(facts, "5"))
        count += read_page(rows, column, file, &nulls, &plain_size);
    EXPECT(count == (size_t)number(facts, "5"));
    EXPECT(column->row - column->first_row == group_rows);
    EXPECT(number(column->statistics, "3") == (json_int_t)nulls);
    EXPECT(number(facts, "6") == (json_int_t)plain_size);
    EXPECT(number(facts, "7") == file->at - from);
}

static json_t *rows_of(const struct bytes *bytes, const json_t *metadata)
{
    json_t *rows = json_array(), *group;
    const json_t *schema = json_object_get(metadata, "2");
    struct reader file = {(unsigned char *)bytes->data + 4,
                          (unsigned char *)bytes->data + bytes->size};
    size_t i, first_row = 0;
    json_array_foreach(json_object_get(metadata, "4"), i, group)
    {
        const json_t *chunks = json_object_get(group, "1");
        size_t group_rows = (size_t)number(group, "3");
        EXPECT(json_array_size(chunks) == (size_t)number(json_array_get(schema, 0), "5"));
        for (size_t k = 0, at = 1; k < json_array_size(chunks); k++) {
            struct column column = next_column(schema, &at);
            column.first_row = first_row;
            read_chunk(rows, &column, json_array_get(chunks, k), &file, bytes->data, group_rows);
        }
        first_row += group_rows;
    }
    EXPECT(json_array_size(rows) == (size_t)number(metadata, "3"));
    struct reader again = file; /* what is behind the last page is the metadata */
    json_decref(take_struct(&again));
    EXPECT(again.end - again.at == 8);
    return rows;
}

json_t *parquet_rows(const char *path)
{
    struct bytes file = file_contents(path);
    json_t *metadata = metadata_of(&file);
    json_t *rows = rows_of(&file, metadata);
    json_decref(metadata);
    bytes_clear(&file);
    return rows;
}
