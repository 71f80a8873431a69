#include "storage/postgres/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/session.h"
#include "storage/encoding.h"
#include "storage/shape.h"
#include "storage/tables/taken.h"
#include "storage/tables/urls.h"

enum { PARAMS_MAX = 40, COMPUTED_MAX = 4, NUMBER_BYTES = 32, UNREAD_MAX = 500 };

/* Object ids of the types that are read and written as bytes (pg_type.dat). */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_JSON = 114,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_VARCHAR = 1043,
    TYPE_TIMESTAMPTZ = 1184,
    TYPE_NUMERIC = 1700,
    TYPE_VOID = 2278,
};

enum form { FORM_NULL, FORM_INTEGER, FORM_REAL, FORM_TEXT, FORM_BYTES };

struct param {
    enum form form;
    int64_t integer;
    double real;
    const char *data; /* borrowed */
    size_t size;
    char *mended; /* owned: valid UTF-8, or with its NUL */
    char number[NUMBER_BYTES];
};

/* A parameter that the program computes of others. */
struct computed {
    enum { URL_HASH, URL_SHAPE, TAKEN_HASHES } what;
    int of, and; /* places */
    bool coarse;
};

struct postgres_statement {
    struct statement statement; /* first */
    struct postgres_store *store;
    char *sql;           /* owned, with the computed parameters in it */
    char name[24];       /* on the server */
    unsigned generation; /* of the session that it was prepared in; 0: none */
    int places;          /* that the text has by itself */
    int params_count;    /* with those computed */
    bool is_text[PARAMS_MAX];
    Oid types[PARAMS_MAX];
    struct param params[PARAMS_MAX];
    struct computed computed[COMPUTED_MAX];
    int computed_count;
    bool binary; /* its columns come as bytes */
    PGresult *result;
    int row, rows;
    char (*numbers)[NUMBER_BYTES]; /* columns of numbers as text */
};

static struct postgres_statement *of(struct statement *statement)
{
    return (struct postgres_statement *)statement;
}

struct statement *postgres_statement_base(struct postgres_statement *statement)
{
    return &statement->statement;
}

/* ---- its text ---- */

static int place_at(const char *text)
{
    return *text == '$' ? atoi(text + 1) : 0;
}

/* Reads "name($1, $2, 0)" at *at, if it stands there, and moves *at behind it. */
static bool read_call(const char **at, const char *name, int *one, int *two, int *three)
{
    size_t size = strlen(name);
    int end = 0;
    if (strncmp(*at, name, size) != 0 || (*at)[size] != '(')
        return false;
    const char *inside = *at + size + 1;
    *two = *three = 0;
    if (sscanf(inside, "$%d)%n", one, &end) == 1 && end) {
    } else if (sscanf(inside, "$%d, $%d)%n", one, two, &end) == 2 && end) {
    } else if (sscanf(inside, "$%d, $%d, %d)%n", one, two, three, &end) == 3 && end) {
    } else {
        return false;
    }
    *at = inside + end;
    return true;
}

static int add_computed(struct postgres_statement *statement, struct computed computed)
{
    for (int i = 0; i < statement->computed_count; i++) {
        const struct computed *other = &statement->computed[i];
        if (other->what == computed.what && other->of == computed.of && other->and == computed.and
            &&other->coarse == computed.coarse)
            return statement->places + i + 1;
    }
    statement->computed[statement->computed_count++] = computed;
    return statement->places + statement->computed_count;
}

static void read_text(struct postgres_statement *statement, const char *sql)
{
    static const char limit[] = "LIMIT $";
    char *out = statement->sql = memory_zeroed(1, strlen(sql) + 256);
    for (const char *at = sql; *at; at++)
        if (place_at(at) > statement->places)
            statement->places = place_at(at);
    for (const char *at = sql; *at;) {
        int one, two, three;
        struct computed computed = {0};
        const char *type;
        bool begins = at == sql || strchr(" (,=\n", at[-1]);
        if (begins && read_call(&at, "url_hash", &one, &two, &three)) {
            computed = (struct computed){URL_HASH, one, 0, false};
            type = "bigint";
        } else if (begins && read_call(&at, "url_shape", &one, &two, &three)) {
            computed = (struct computed){URL_SHAPE, one, two, three};
            type = "text";
        } else if (begins && read_call(&at, "taken_hashes", &one, &two, &three)) {
            computed = (struct computed){TAKEN_HASHES, one, two, false};
            type = "bigint[]";
        } else if (begins && strncmp(at, limit, strlen(limit)) == 0) {
            at += strlen(limit);
            out += sprintf(out, "LIMIT nullif(greatest($%d::bigint, -1), -1)",
                           (int)strtol(at, (char **)&at, 10));
            continue;
        } else {
            *out++ = *at++;
            continue;
        }
        statement->is_text[computed.what == TAKEN_HASHES ? computed.and -1 : computed.of - 1] =
            true;
        if (computed.what == URL_SHAPE)
            statement->is_text[computed.and -1] = true;
        out += sprintf(out, "$%d::%s", add_computed(statement, computed), type);
    }
    statement->params_count = statement->places + statement->computed_count;
}

/* ---- preparing ---- */

static const struct statement_kind postgres_statements;

static bool is_plain(Oid type)
{
    static const Oid plain[] = {TYPE_BOOL,   TYPE_BYTEA,   TYPE_NAME, TYPE_INT8,
                                TYPE_INT2,   TYPE_INT4,    TYPE_TEXT, TYPE_JSON,
                                TYPE_FLOAT8, TYPE_VARCHAR, TYPE_VOID};
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
        if (type == plain[i])
            return true;
    return false;
}

static void read_description(struct postgres_statement *statement, const PGresult *result)
{
    for (int i = 0; i < PQnparams(result) && i < PARAMS_MAX; i++)
        statement->types[i] = PQparamtype(result, i);
    statement->binary = true;
    for (int i = 0; i < PQnfields(result); i++)
        statement->binary &= is_plain(PQftype(result, i));
}

static int prepare(struct postgres_statement *statement)
{
    struct postgres_store *store = statement->store;
    PGconn *connection = store->connection;
    PGresult *result;
    if (statement->generation == store->generation)
        return 0;
    Oid types[PARAMS_MAX] = {0};
    for (int i = 0; i < statement->places; i++)
        types[i] = statement->is_text[i] ? TYPE_TEXT : 0;
    PQsendPrepare(connection, statement->name, statement->sql, statement->places, types);
    PQsendDescribePrepared(connection, statement->name);
    int err = session_collect(store, &result);
    if (err)
        return err;
    read_description(statement, result);
    PQclear(result);
    statement->generation = store->generation;
    return 0;
}

struct postgres_statement *postgres_statement_create(struct postgres_store *store, const char *sql)
{
    static unsigned number;
    struct postgres_statement *statement = memory_zeroed(1, sizeof(*statement));
    statement->store = store;
    snprintf(statement->name, sizeof(statement->name), "s%u", ++number);
    read_text(statement, sql);
    statement->statement.kind = &postgres_statements;
    return statement;
}

static void forget(struct param *param)
{
    free(param->mended);
    *param = (struct param){0};
}

void postgres_statement_free(struct postgres_statement *statement)
{
    if (!statement)
        return;
    for (int i = 0; i < PARAMS_MAX; i++)
        forget(&statement->params[i]);
    PQclear(statement->result);
    free(statement->numbers);
    free(statement->sql);
    free(statement);
}

/* ---- binding ---- */

static struct param *param_at(struct statement *statement, int place)
{
    struct param *param = &of(statement)->params[place - 1];
    if (param->mended)
        forget(param);
    return param;
}

static void on_bind_null(struct statement *statement, int place)
{
    param_at(statement, place)->form = FORM_NULL;
}

static void on_bind_integer(struct statement *statement, int place, int64_t value)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_INTEGER;
    param->integer = value;
}

static void on_bind_real(struct statement *statement, int place, double value)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_REAL;
    param->real = value;
}

static void on_bind_text(struct statement *statement, int place, const char *value, size_t size)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_TEXT;
    if (!encoding_is_utf8(value, size))
        value = param->mended = encoding_mended(value, size, &size);
    param->data = value;
    param->size = size;
}

static void on_bind_bytes(struct statement *statement, int place, const void *value, size_t size)
{
    struct param *param = param_at(statement, place);
    param->form = FORM_BYTES;
    param->data = value;
    param->size = size;
}

/* ---- parameters on their way ---- */

struct wire {
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    int formats[PARAMS_MAX];
};

static void put_big_endian(char *out, uint64_t value, int bytes)
{
    for (int i = bytes; i--; value >>= 8)
        out[i] = (char)(value & 0xff);
}

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
    if (bytes)
        put_big_endian(param->number, bits, bytes);
    else
        bytes = snprintf(param->number, sizeof(param->number), "%lld", (long long)value);
    wire->formats[i] = type == TYPE_INT8 || type == TYPE_INT4 || type == TYPE_INT2 ||
                       type == TYPE_BOOL || type == TYPE_FLOAT8;
    if (wire->formats[i] && (type == TYPE_INT4 || type == TYPE_INT2) && bytes > 4)
        wire->formats[i] = 0;
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
        put_big_endian(param->number, bits, 8);
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

static void put_param(struct postgres_statement *statement, int i, struct wire *wire)
{
    struct param *param = &statement->params[i];
    wire->values[i] = NULL;
    wire->lengths[i] = wire->formats[i] = 0;
    switch (param->form) {
    case FORM_INTEGER:
        put_integer(param, statement->types[i], wire, i);
        break;
    case FORM_REAL:
        put_real(param, statement->types[i], wire, i);
        break;
    case FORM_TEXT:
        put_text(param, statement->types[i], wire, i);
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

static const char *text_of(struct param *param)
{
    if (param->form != FORM_TEXT)
        return NULL;
    if (!param->mended)
        param->data = param->mended = memory_string(param->data, param->size);
    return param->data;
}

static char *hashes_text(const struct database *database, int64_t kind, const char *matches)
{
    struct taken taken;
    char *out = memory_zeroed(8, NUMBER_BYTES), *at = out;
    taken_init(&taken, database, (enum takedown_kind)kind, matches);
    for (int i = 0; i < 4; i++)
        at += sprintf(at, "%c%lld", i ? ',' : '{', (long long)taken.hashes[i]);
    strcpy(at, "}");
    return out;
}

static void compute(struct postgres_statement *statement, int which)
{
    const struct computed *computed = &statement->computed[which];
    const struct database *database = &statement->store->database;
    int place = statement->places + which + 1;
    struct statement *base = &statement->statement;
    struct param *one = &statement->params[computed->of - 1];
    struct param *two = computed->and ? &statement->params[computed->and -1] : NULL;
    const char *text = text_of(computed->what == TAKEN_HASHES ? two : one);
    const char *path = computed->what == URL_SHAPE ? text_of(two) : text;
    on_bind_null(base, place);
    if (!text || !path)
        return;
    if (computed->what == URL_HASH) {
        on_bind_integer(base, place, urls_hash(database, text));
        return;
    }
    struct param *param = param_at(base, place);
    if (computed->what == TAKEN_HASHES) {
        param->mended = hashes_text(database, one->integer, text);
    } else {
        param->mended = memory_zeroed(1, SHAPE_BYTES);
        shape_write(param->mended, text, strlen(text), path, computed->coarse);
    }
    param->form = FORM_TEXT;
    param->data = param->mended;
    param->size = strlen(param->mended);
}

/* ---- running ---- */

static int send(struct postgres_statement *statement)
{
    struct postgres_store *store = statement->store;
    struct wire wire;
    int err = store->in_transaction ? store->failure : session_ready(store);
    if (!err)
        err = prepare(statement);
    if (err)
        return err;
    for (int i = 0; i < statement->computed_count; i++)
        compute(statement, i);
    for (int i = 0; i < statement->params_count; i++)
        put_param(statement, i, &wire);
    if (PQsendQueryPrepared(store->connection, statement->name, statement->params_count,
                            wire.values, wire.lengths, wire.formats, statement->binary) != 1)
        return session_error(store, NULL);
    store->pending++;
    return 0;
}

static void on_finish(struct statement *statement)
{
    PQclear(of(statement)->result);
    of(statement)->result = NULL;
}

static int execute(struct postgres_statement *statement)
{
    on_finish(&statement->statement);
    int err = send(statement);
    if (!err)
        err = session_collect(statement->store, &statement->result);
    statement->row = -1;
    statement->rows = err ? 0 : PQntuples(statement->result);
    return err;
}

static int on_step(struct statement *base)
{
    struct postgres_statement *statement = of(base);
    if (!statement->result) {
        int err = execute(statement);
        if (err)
            return err;
    }
    if (++statement->row < statement->rows)
        return 1;
    on_finish(base);
    return 0;
}

/* Within a transaction the answer can wait. */
static int on_run(struct statement *base)
{
    struct postgres_statement *statement = of(base);
    struct postgres_store *store = statement->store;
    if (store->in_transaction && store->pending < UNREAD_MAX)
        return send(statement);
    int err = execute(statement);
    on_finish(base);
    return err;
}

static int64_t on_change(struct statement *base)
{
    struct postgres_statement *statement = of(base);
    int err = execute(statement);
    int64_t rows = err ? err : atoll(PQcmdTuples(statement->result));
    on_finish(base);
    return rows;
}

static int on_insert(struct statement *statement, int64_t *id)
{
    return statement_integer(statement, id);
}

static void on_clear(struct statement *statement)
{
    for (int i = 0; i < of(statement)->params_count; i++)
        forget(&of(statement)->params[i]);
}

/* ---- columns ---- */

static int64_t big_endian(const char *data, int bytes)
{
    uint64_t value = (signed char)data[0] < 0 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)data[i];
    return (int64_t)value;
}

static int on_columns(struct statement *statement)
{
    return PQnfields(of(statement)->result);
}

static bool on_is_null(struct statement *statement, int column)
{
    return PQgetisnull(of(statement)->result, of(statement)->row, column);
}

static const char *raw(struct postgres_statement *statement, int column)
{
    return PQgetvalue(statement->result, statement->row, column);
}

static double on_real(struct statement *base, int column)
{
    struct postgres_statement *statement = of(base);
    Oid type = PQftype(statement->result, column);
    const char *value = raw(statement, column);
    if (on_is_null(base, column))
        return 0;
    if (!statement->binary)
        return type == TYPE_BOOL ? *value == 't' : strtod(value, NULL);
    if (type != TYPE_FLOAT8)
        return (double)column_integer(base, column);
    uint64_t bits = (uint64_t)big_endian(value, 8);
    double real;
    memcpy(&real, &bits, sizeof(real));
    return real;
}

static int64_t on_integer(struct statement *base, int column)
{
    struct postgres_statement *statement = of(base);
    const char *value = raw(statement, column);
    if (on_is_null(base, column))
        return 0;
    switch (PQftype(statement->result, column)) {
    case TYPE_BOOL:
        return statement->binary ? *value != 0 : *value == 't';
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return statement->binary
                   ? big_endian(value, PQgetlength(statement->result, statement->row, column))
                   : strtoll(value, NULL, 10);
    case TYPE_FLOAT8:
        return (int64_t)on_real(base, column);
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
        snprintf(out, NUMBER_BYTES, "%.15g", on_real(base, column));
    else
        snprintf(out, NUMBER_BYTES, "%lld", (long long)on_integer(base, column));
    return out;
}

static const char *on_text(struct statement *base, int column)
{
    struct postgres_statement *statement = of(base);
    Oid type = PQftype(statement->result, column);
    if (on_is_null(base, column))
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

static size_t on_size(struct statement *base, int column)
{
    struct postgres_statement *statement = of(base);
    return (size_t)PQgetlength(statement->result, statement->row, column);
}

static enum store_type type_of(struct statement *base, int column)
{
    struct postgres_statement *statement = of(base);
    if (on_is_null(base, column))
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

static void on_value(struct statement *base, int column, struct store_value *out)
{
    struct postgres_statement *statement = of(base);
    *out = (struct store_value){.name = PQfname(statement->result, column),
                                .type = type_of(base, column)};
    if (out->type == STORE_NULL)
        return;
    out->text = on_text(base, column);
    out->size = strlen(out->text);
    if (out->type == STORE_BLOB) {
        out->size = statement->binary
                        ? on_size(base, column)
                        : unhex(PQgetvalue(statement->result, statement->row, column));
        return;
    }
    out->integer = on_integer(base, column);
    out->real = on_real(base, column);
}

static const struct statement_kind postgres_statements = {
    .bind_null = on_bind_null,
    .bind_integer = on_bind_integer,
    .bind_real = on_bind_real,
    .bind_text = on_bind_text,
    .bind_bytes = on_bind_bytes,
    .step = on_step,
    .run = on_run,
    .change = on_change,
    .insert = on_insert,
    .finish = on_finish,
    .clear = on_clear,
    .columns = on_columns,
    .is_null = on_is_null,
    .integer = on_integer,
    .real = on_real,
    .text = on_text,
    .size = on_size,
    .value = on_value,
};
