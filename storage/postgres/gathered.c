#include "storage/postgres/gathered.h"

#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/bytes.h"
#include "storage/postgres/parameters.h"
#include "storage/postgres/result.h"

/* As the server sends and takes arrays of one dimension (array_recv of arrayfuncs.c). */
enum { HEADER_BYTES = 20, KEPT_BYTES = 1 << 18 };

struct array {
    Oid type; /* of its elements */
    char *data;
    size_t size, capacity;
    bool has_null;
};

struct gathered {
    size_t count, capacity;
    struct answer_slot *slots;
    int arrays_count;
    struct array arrays[];
};

static Oid element_of(Oid type)
{
    static const struct {
        Oid array, element;
    } types[] = {
        {1000, TYPE_BOOL}, {1001, TYPE_BYTEA},  {1005, TYPE_INT2},
        {1007, TYPE_INT4}, {1009, TYPE_TEXT},   {1015, TYPE_VARCHAR},
        {1016, TYPE_INT8}, {1022, TYPE_FLOAT8}, {199, TYPE_JSON},
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].array == type)
            return types[i].element;
    return 0;
}

void gathered_init(struct postgres_statement *statement)
{
    for (int i = 0; i < statement->params_count; i++)
        if (!element_of(statement->types[i]))
            return;
    if (!statement->params_count || statement->gathered)
        return;
    size_t count = (size_t)statement->params_count;
    struct gathered *rows = memory_zeroed(1, sizeof(*rows) + count * sizeof(rows->arrays[0]));
    rows->arrays_count = statement->params_count;
    for (size_t i = 0; i < count; i++)
        rows->arrays[i].type = element_of(statement->types[i]);
    statement->gathered = rows;
}

void gathered_free(struct gathered *rows)
{
    for (int i = 0; rows && i < rows->arrays_count; i++)
        free(rows->arrays[i].data);
    if (rows)
        free(rows->slots);
    free(rows);
}

size_t gathered_count(const struct gathered *rows)
{
    return rows->count;
}

/* A batch of many URLs is rare. */
void gathered_forget(struct gathered *rows)
{
    rows->count = 0;
    for (int i = 0; i < rows->arrays_count; i++) {
        struct array *array = &rows->arrays[i];
        array->size = 0;
        array->has_null = false;
        if (array->capacity <= KEPT_BYTES)
            continue;
        free(array->data);
        array->data = NULL;
        array->capacity = 0;
    }
}

/* ---- rows on their way ---- */

static void append(struct array *array, const char *data, int length)
{
    size_t bytes = length > 0 ? (size_t)length : 0;
    if (!array->size)
        array->size = HEADER_BYTES;
    while (array->size + 4 + bytes > array->capacity)
        array->data = memory_room(array->data, array->capacity, &array->capacity, 1);
    bytes_put(array->data + array->size, (uint64_t)(int64_t)length, 4);
    if (bytes)
        memcpy(array->data + array->size + 4, data, bytes);
    array->size += 4 + bytes;
    array->has_null |= length < 0;
}

/* A number that is too large for a type of so many bytes went over as digits. */
static bool fits(const struct param *param, Oid type, const struct wire *wire, int i)
{
    bool digits = type == TYPE_TEXT || type == TYPE_VARCHAR || type == TYPE_JSON;
    return wire->formats[i] || digits || param->form == FORM_NULL;
}

int gathered_add(struct postgres_statement *statement, struct answer_slot slot)
{
    struct gathered *rows = statement->gathered;
    struct wire wire;
    for (int i = 0; i < rows->arrays_count; i++) {
        struct array *array = &rows->arrays[i];
        struct param *param = &statement->params[i];
        parameters_put(param, array->type, &wire, i);
        if (!fits(param, array->type, &wire, i))
            return STORE_UNFIT;
        append(array, wire.values[i], wire.values[i] ? wire.lengths[i] : -1);
    }
    rows->slots = memory_room(rows->slots, rows->count, &rows->capacity, sizeof(*rows->slots));
    rows->slots[rows->count++] = slot;
    return 0;
}

void gathered_wire(struct postgres_statement *statement, struct wire *wire)
{
    struct gathered *rows = statement->gathered;
    for (int i = 0; i < rows->arrays_count; i++) {
        struct array *array = &rows->arrays[i];
        const uint64_t header[] = {1, array->has_null, array->type, rows->count, 1};
        for (int k = 0; k < 5; k++)
            bytes_put(array->data + 4 * k, header[k], 4);
        wire->values[i] = array->data;
        wire->lengths[i] = (int)array->size;
        wire->formats[i] = 1;
    }
}

const struct answer_slot *gathered_sent(struct gathered *rows, size_t *count)
{
    *count = rows->count;
    gathered_forget(rows);
    return rows->slots;
}

/* ---- and back ---- */

static void answer(struct postgres_statement *statement, const struct answer_slot *slot,
                   int columns)
{
    struct statement *base = &statement->statement;
    if (!slot->out)
        return;
    if (slot->what == ANSWER_CHANGED)
        *slot->out = 1;
    for (int i = 0; slot->what != ANSWER_CHANGED && i < columns; i++)
        slot->out[i] = result_integer(base, i);
}

void gathered_answer(struct postgres_statement *statement, const struct answer_slot *slots,
                     size_t count)
{
    int rows = PQntuples(statement->result), columns = PQnfields(statement->result);
    if (!statement->gathered) { /* sent for one row, which has no place */
        statement->row = 0;
        if (rows || atoll(PQcmdTuples(statement->result)) > 0)
            answer(statement, &slots[0], rows ? columns : 0);
        return;
    }
    for (statement->row = 0; statement->row < rows; statement->row++) {
        int64_t place = result_integer(&statement->statement, columns - 1);
        if (place >= 1 && (size_t)place <= count)
            answer(statement, &slots[place - 1], columns - 1);
    }
}
