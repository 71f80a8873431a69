#include "storage/postgres/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/bytes.h"

int result_columns(struct statement *statement)
{
    return PQnfields(prepared_of(statement)->result);
}

bool result_is_null(struct statement *statement, int column)
{
    return PQgetisnull(prepared_of(statement)->result, prepared_of(statement)->row, column);
}

static const char *raw(struct postgres_statement *statement, int column)
{
    return PQgetvalue(statement->result, statement->row, column);
}

double result_real(struct statement *base, int column)
{
    struct postgres_statement *statement = prepared_of(base);
    Oid type = PQftype(statement->result, column);
    const char *value = raw(statement, column);
    if (result_is_null(base, column))
        return 0;
    if (!statement->binary)
        return type == TYPE_BOOL ? *value == 't' : strtod(value, NULL);
    if (type != TYPE_FLOAT8)
        return (double)result_integer(base, column);
    uint64_t bits = (uint64_t)bytes_get(value, 8);
    double real;
    memcpy(&real, &bits, sizeof(real));
    return real;
}

int64_t result_integer(struct statement *base, int column)
{
    struct postgres_statement *statement = prepared_of(base);
    const char *value = raw(statement, column);
    if (result_is_null(base, column))
        return 0;
    switch (PQftype(statement->result, column)) {
    case TYPE_BOOL:
        return statement->binary ? *value != 0 : *value == 't';
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return statement->binary
                   ? bytes_get(value, PQgetlength(statement->result, statement->row, column))
                   : strtoll(value, NULL, 10);
    case TYPE_FLOAT8:
        return (int64_t)result_real(base, column);
    default:
        return strtoll(value, NULL, 10);
    }
}

/* "2026-11-21 20:00:00+00" becomes "2026-11-21T20:00:00Z", in its place. */
static const char *iso(char *value)
{
    size_t size = strlen(value);
    if (size > 13 && value[10] == ' ' && strcmp(value + size - 3, "+00") == 0) {
        value[10] = 'T';
        strcpy(value + size - 3, "Z");
    }
    return value;
}

static const char *number_text(struct postgres_statement *statement, int column, Oid type)
{
    struct statement *base = &statement->statement;
    if (!statement->numbers)
        statement->numbers =
            memory_zeroed((size_t)PQnfields(statement->result), sizeof(*statement->numbers));
    char *out = statement->numbers[column];
    if (type == TYPE_FLOAT8)
        snprintf(out, NUMBER_BYTES, "%.15g", result_real(base, column));
    else
        snprintf(out, NUMBER_BYTES, "%lld", (long long)result_integer(base, column));
    return out;
}

const char *result_text(struct statement *base, int column)
{
    struct postgres_statement *statement = prepared_of(base);
    Oid type = PQftype(statement->result, column);
    if (result_is_null(base, column))
        return NULL;
    switch (type) {
    case TYPE_BOOL:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
    case TYPE_FLOAT8:
        return number_text(statement, column, type);
    case TYPE_TIMESTAMPTZ:
        return iso(PQgetvalue(statement->result, statement->row, column));
    default:
        return raw(statement, column);
    }
}

size_t result_size(struct statement *base, int column)
{
    struct postgres_statement *statement = prepared_of(base);
    return (size_t)PQgetlength(statement->result, statement->row, column);
}

static enum store_type type_of(struct statement *base, int column)
{
    struct postgres_statement *statement = prepared_of(base);
    if (result_is_null(base, column))
        return STORE_NULL;
    switch (PQftype(statement->result, column)) {
    case TYPE_BOOL:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return STORE_INTEGER;
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return STORE_REAL;
    case TYPE_NUMERIC:
        return strchr(raw(statement, column), '.') ? STORE_REAL : STORE_INTEGER;
    case TYPE_BYTEA:
        return STORE_BLOB;
    default:
        return STORE_TEXT;
    }
}

/* Bytes that came as hexadecimal digits, since another column of theirs can come as text only. */
static size_t unhex(char *value)
{
    size_t size = 0;
    if (value[0] != '\\' || value[1] != 'x')
        return strlen(value);
    for (const char *at = value + 2; at[0] && at[1]; at += 2) {
        char pair[3] = {at[0], at[1], 0};
        value[size++] = (char)strtol(pair, NULL, 16);
    }
    value[size] = '\0';
    return size;
}

void result_value(struct statement *base, int column, struct store_value *out)
{
    struct postgres_statement *statement = prepared_of(base);
    *out = (struct store_value){.name = PQfname(statement->result, column),
                                .type = type_of(base, column)};
    if (out->type == STORE_NULL)
        return;
    out->text = result_text(base, column);
    out->size = strlen(out->text);
    if (out->type == STORE_BLOB) {
        out->size = statement->binary
                        ? result_size(base, column)
                        : unhex(PQgetvalue(statement->result, statement->row, column));
        return;
    }
    out->integer = result_integer(base, column);
    out->real = result_real(base, column);
}
