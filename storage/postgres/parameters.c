#include "storage/postgres/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/encoding.h"
#include "storage/postgres/bytes.h"

/* ---- binding ---- */

static void forget(struct param *param)
{
    free(param->mended);
    *param = (struct param){0};
}

void parameters_clear(struct statement *statement)
{
    for (int i = 0; i < PARAMS_MAX; i++)
        forget(&prepared_of(statement)->params[i]);
}

static struct param *param_at(struct statement *statement, int place)
{
    struct param *param = &prepared_of(statement)->params[place - 1];
    if (param->mended)
        forget(param);
    return param;
}

void parameters_bind_null(struct statement *statement, int place)
{
    param_at(statement, place)->form = FORM_NULL;
}

void parameters_bind_integer(struct statement *statement, int place, int64_t value)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_INTEGER;
    param->integer = value;
}

void parameters_bind_real(struct statement *statement, int place, double value)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_REAL;
    param->real = value;
}

void parameters_bind_text(struct statement *statement, int place, const char *value, size_t size)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_TEXT;
    if (!encoding_is_utf8(value, size))
        value = param->mended = encoding_mended(value, size, &size);
    param->data = value;
    param->size = size;
}

void parameters_bind_bytes(struct statement *statement, int place, const void *value, size_t size)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_BYTES;
    param->data = value;
    param->size = size;
}

/* ---- on their way ---- */

/* As bytes where the type has them, else as digits, which any type understands. */
static void put_integer(struct param *param, Oid type, struct wire *wire, int i)
{
    int64_t value = param->integer;
    double real = (double)value;
    uint64_t bits = (uint64_t)value;
    int bytes = 0;
    switch (type) {
    case TYPE_INT8:
        bytes = 8;
        break;
    case TYPE_INT4:
        bytes = value == (int32_t)value ? 4 : 0;
        break;
    case TYPE_INT2:
        bytes = value == (int16_t)value ? 2 : 0;
        break;
    case TYPE_BOOL:
        bytes = 1;
        bits = value != 0;
        break;
    case TYPE_FLOAT8:
        bytes = 8;
        memcpy(&bits, &real, sizeof(bits));
        break;
    }
    wire->formats[i] = bytes > 0;
    if (bytes)
        bytes_put(param->number, bits, bytes);
    else
        bytes = snprintf(param->number, sizeof(param->number), "%lld", (long long)value);
    wire->values[i] = param->number;
    wire->lengths[i] = bytes;
}

static void put_real(struct param *param, Oid type, struct wire *wire, int i)
{
    uint64_t bits;
    memcpy(&bits, &param->real, sizeof(bits));
    wire->formats[i] = type == TYPE_FLOAT8;
    wire->values[i] = param->number;
    if (wire->formats[i])
        bytes_put(param->number, bits, 8);
    else
        snprintf(param->number, sizeof(param->number), "%.17g", param->real);
    wire->lengths[i] = 8;
}

/* Texts need a NUL behind them, unless they go as bytes. */
static void put_text(struct param *param, Oid type, struct wire *wire, int i)
{
    wire->formats[i] = type == TYPE_TEXT || type == TYPE_VARCHAR || type == TYPE_JSON;
    if (!wire->formats[i] && !param->mended)
        param->data = param->mended = memory_string(param->data, param->size);
    wire->values[i] = param->data ? param->data : "";
    wire->lengths[i] = (int)param->size;
}

void parameters_put(struct param *param, Oid type, struct wire *wire, int i)
{
    wire->values[i] = NULL;
    wire->lengths[i] = wire->formats[i] = 0;
    switch (param->form) {
    case FORM_INTEGER:
        put_integer(param, type, wire, i);
        break;
    case FORM_REAL:
        put_real(param, type, wire, i);
        break;
    case FORM_TEXT:
        put_text(param, type, wire, i);
        break;
    case FORM_BYTES:
        wire->formats[i] = 1;
        wire->values[i] = param->data ? param->data : "";
        wire->lengths[i] = (int)param->size;
        break;
    case FORM_NULL:
        break;
    }
}
