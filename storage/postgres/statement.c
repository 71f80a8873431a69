#include "storage/postgres/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/computed.h"
#include "storage/postgres/parameters.h"
#include "storage/postgres/result.h"
#include "storage/postgres/gathered.h"
#include "storage/postgres/session.h"

enum { UNREAD_MAX = 500 };

static const struct statement_kind postgres_statements;

/* ---- preparing ---- */

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
    gathered_init(statement);
    statement->binary = true;
    for (int i = 0; i < PQnfields(result); i++)
        statement->binary &= is_plain(PQftype(result, i));
}

static int prepare(struct postgres_statement *statement)
{
    struct postgres_store *store = statement->store;
    PGconn *connection = store->connection;
    PGresult *result;
    int err = store->in_transaction ? store->failure : session_ready(store);
    if (err || statement->generation == store->generation)
        return err;
    Oid types[PARAMS_MAX] = {0};
    for (int i = 0; i < statement->places; i++)
        types[i] = statement->is_text[i] ? TYPE_TEXT : 0;
    PQsendPrepare(connection, statement->name, statement->sql, statement->places, types);
    PQsendDescribePrepared(connection, statement->name);
    err = session_collect(store, &result);
    if (err)
        return err;
    read_description(statement, result);
    PQclear(result);
    statement->generation = store->generation;
    return 0;
}

struct postgres_statement *postgres_statement_create(struct postgres_store *store, const char *sql)
{
    struct postgres_statement *statement = memory_zeroed(1, sizeof(*statement));
    statement->store = store;
    snprintf(statement->name, sizeof(statement->name), "s%u", ++store->prepared);
    computed_read(statement, sql);
    statement->statement.kind = &postgres_statements;
    return statement;
}

void postgres_statement_free(struct postgres_statement *statement)
{
    if (!statement)
        return;
    parameters_clear(&statement->statement);
    gathered_free(statement->gathered);
    PQclear(statement->result);
    free(statement->numbers);
    free(statement->sql);
    free(statement);
}

struct statement *postgres_statement_base(struct postgres_statement *statement)
{
    return &statement->statement;
}

/* ---- running ---- */

static int send_wire(struct postgres_statement *statement, const struct wire *wire)
{
    struct postgres_store *store = statement->store;
    if (PQsendQueryPrepared(store->connection, statement->name, statement->params_count,
                            wire->values, wire->lengths, wire->formats, statement->binary) != 1)
        return session_error(store, NULL);
    store->pending++;
    return 0;
}

/* What was added. */
static int send_rows(struct postgres_statement *statement)
{
    struct wire wire;
    size_t count;
    gathered_wire(statement, &wire);
    int err = send_wire(statement, &wire);
    const struct answer_slot *slots = gathered_sent(statement->gathered, &count);
    if (!err)
        session_await(statement->store, statement, slots, count);
    return err;
}

static int add(struct postgres_statement *statement, struct answer_slot slot)
{
    int err = gathered_add(statement, slot);
    if (err)
        session_say(statement->store, "a number is too large for its column");
    return err;
}

static int send(struct postgres_statement *statement)
{
    struct wire wire;
    int err = prepare(statement);
    if (err)
        return err;
    if (statement->gathered) {
        err = add(statement, (struct answer_slot){ANSWER_CHANGED, NULL});
        return err ? err : send_rows(statement);
    }
    computed_bind(statement);
    for (int i = 0; i < statement->params_count; i++)
        parameters_put(&statement->params[i], statement->types[i], &wire, i);
    return send_wire(statement, &wire);
}

static void on_finish(struct statement *statement)
{
    PQclear(prepared_of(statement)->result);
    prepared_of(statement)->result = NULL;
}

static int execute(struct postgres_statement *statement)
{
    on_finish(&statement->statement);
    int err = send(statement);
    if (!err)
        err = session_collect(statement->store, &statement->result);
    statement->row = -1;
    statement->rows_count = err ? 0 : PQntuples(statement->result);
    return err;
}

static int on_step(struct statement *base)
{
    struct postgres_statement *statement = prepared_of(base);
    if (!statement->result) {
        int err = execute(statement);
        if (err)
            return err;
    }
    if (++statement->row < statement->rows_count)
        return 1;
    on_finish(base);
    return 0;
}

/* Within a transaction the answer can wait. */
static bool can_wait(const struct postgres_store *store)
{
    return store->in_transaction && store->pending < UNREAD_MAX;
}

static int on_run(struct statement *base)
{
    struct postgres_statement *statement = prepared_of(base);
    if (can_wait(statement->store))
        return send(statement);
    int err = execute(statement);
    on_finish(base);
    return err;
}

static int64_t on_change(struct statement *base)
{
    struct postgres_statement *statement = prepared_of(base);
    int err = execute(statement);
    int64_t rows = err ? err : atoll(PQcmdTuples(statement->result));
    on_finish(base);
    return rows;
}

static int on_insert(struct statement *statement, int64_t *id)
{
    return statement_integer(statement, id);
}

/* ---- many rows ---- */

static int on_add(struct statement *base, enum answer what, int64_t *out)
{
    struct postgres_statement *statement = prepared_of(base);
    struct answer_slot slot = {what, out};
    int err = prepare(statement);
    if (err)
        return err;
    if (statement->gathered)
        return add(statement, slot);
    err = send(statement);
    if (!err)
        session_await(statement->store, statement, &slot, 1);
    return err || can_wait(statement->store) ? err : session_collect(statement->store, NULL);
}

static int on_settle(struct statement *base)
{
    struct postgres_statement *statement = prepared_of(base);
    struct postgres_store *store = statement->store;
    int err = 0;
    if (statement->gathered && gathered_count(statement->gathered))
        err = send_rows(statement);
    if (err || (can_wait(store) && !session_awaits(store)))
        return err;
    return store->pending ? session_collect(store, NULL) : 0;
}

void postgres_statement_answer(struct postgres_statement *statement, PGresult *result,
                               const struct answer_slot *slots, size_t count)
{
    PGresult *before = statement->result;
    int row = statement->row;
    statement->result = result;
    gathered_answer(statement, slots, count);
    statement->result = before;
    statement->row = row;
}

void postgres_statement_forget_rows(struct postgres_statement *statement)
{
    if (statement && statement->gathered)
        gathered_forget(statement->gathered);
}

static const struct statement_kind postgres_statements = {
    .bind_null = parameters_bind_null,
    .bind_integer = parameters_bind_integer,
    .bind_real = parameters_bind_real,
    .bind_text = parameters_bind_text,
    .bind_bytes = parameters_bind_bytes,
    .step = on_step,
    .run = on_run,
    .change = on_change,
    .insert = on_insert,
    .add = on_add,
    .settle = on_settle,
    .finish = on_finish,
    .clear = parameters_clear,
    .columns = result_columns,
    .is_null = result_is_null,
    .integer = result_integer,
    .real = result_real,
    .text = result_text,
    .size = result_size,
    .value = result_value,
};
