/* parquet_thrift.h - structs in Thrift's compact protocol, as the metadata of Parquet files has
 * them.
 *
 * Fields are written in the order of their ids, in which Parquet numbers them from 1; what is
 * optional is left out. Source: Thrift compact protocol
 * (thrift/doc/specs/thrift-compact-protocol.md). Thread: any. */
#ifndef CRAWLER_EXCHANGE_PARQUET_THRIFT_H
#define CRAWLER_EXCHANGE_PARQUET_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Types of fields and of what lists have. */
enum thrift_type { THRIFT_I32 = 5, THRIFT_I64 = 6, THRIFT_BINARY = 8, THRIFT_STRUCT = 12 };

enum { THRIFT_DEPTH_MAX = 8 };

struct thrift {
    struct bytes *out;              /* borrowed: what is written is appended */
    unsigned depth;                 /* of structs that are open */
    int last[THRIFT_DEPTH_MAX + 1]; /* id of the last field of each */
};

/* Begins a struct: as a field, or as a list's element or by itself. thrift_close() ends it. */
void thrift_open_field(struct thrift *thrift, int id);
void thrift_open(struct thrift *thrift);
void thrift_close(struct thrift *thrift);

/* Fields of the struct that is open. */
void thrift_bool(struct thrift *thrift, int id, bool value);
void thrift_i32(struct thrift *thrift, int id, int32_t value);
void thrift_i64(struct thrift *thrift, int id, int64_t value);
void thrift_binary(struct thrift *thrift, int id, const void *data, size_t size);
void thrift_string(struct thrift *thrift, int id, const char *text);

/* A field with that many elements, which follow: thrift_open(), thrift_i32_element() … */
void thrift_list(struct thrift *thrift, int id, enum thrift_type type, size_t count);
void thrift_i32_element(struct thrift *thrift, int32_t value);
void thrift_string_element(struct thrift *thrift, const char *text);

/* LEB128: seven bits a byte, the lowest first. Parquet counts its runs of levels in it too. */
void thrift_varint(struct bytes *out, uint64_t value);

#endif
