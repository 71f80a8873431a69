#include "storage/postgres/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/postgres/gathered.h"
#include "storage/postgres/statement.h"

/* ---- answers ---- */

struct awaited {
    unsigned place; /* of its result among those that will be read */
    struct postgres_statement *statement;
    size_t slots, slots_count;
};

void session_await(struct postgres_store *store, struct postgres_statement *statement,
                   const struct answer_slot *slots, size_t count)
{
    bool wanted = false;
    for (size_t i = 0; i < count; i++)
        wanted |= slots[i].out != NULL;
    if (!wanted)
        return;
    store->awaited = memory_room(store->awaited, store->awaited_count, &store->awaited_capacity,
                                 sizeof(*store->awaited));
    store->awaited[store->awaited_count++] =
        (struct awaited){store->pending - 1, statement, store->slots_count, count};
    for (size_t i = 0; i < count; i++) {
        store->slots = memory_room(store->slots, store->slots_count, &store->slots_capacity,
                                   sizeof(*store->slots));
        store->slots[store->slots_count++] = slots[i];
    }
}

bool session_awaits(const struct postgres_store *store)
{
    return store->awaited_count != 0;
}

void session_forget_sent(struct postgres_store *store)
{
    store->pending = 0;
    store->awaited_count = store->slots_count = 0;
}

/* The result at `place`, perhaps the one that the next of those awaited is for. */
static void give(struct postgres_store *store, PGresult *result, unsigned place, size_t *next)
{
    if (*next == store->awaited_count || store->awaited[*next].place != place)
        return;
    const struct awaited *awaited = &store->awaited[(*next)++];
    postgres_statement_answer(awaited->statement, result, &store->slots[awaited->slots],
                              awaited->slots_count);
}

static void note_failure(struct postgres_store *store, const PGresult *result)
{
    if (!store->failure)
        store->failure = session_error(store, result);
}

int session_collect(struct postgres_store *store, PGresult **last)
{
    PGresult *kept = NULL;
    unsigned place = 0;
    size_t next = 0;
    store->failure = store->in_transaction ? store->failure : 0;
    bool sent = PQpipelineSync(store->connection) == 1;
    for (bool done = false; !done;) {
        session_wait(store);
        PGresult *result = PQgetResult(store->connection);
        ExecStatusType status = result ? PQresultStatus(result) : PGRES_EMPTY_QUERY;
        if (status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR)
            note_failure(store, result);
        done = status == PGRES_PIPELINE_SYNC;
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
            give(store, result, place++, &next);
            PQclear(kept);
            kept = result;
        } else {
            PQclear(result);
        }
        if (!result && (!sent || PQstatus(store->connection) == CONNECTION_BAD)) {
            note_failure(store, NULL);
            break;
        }
    }
    session_forget_sent(store);
    if (store->failure) {
        PQclear(kept);
        kept = NULL;
    }
    if (last)
        *last = kept;
    else
        PQclear(kept);
    return store->failure;
}

/* ---- statements and transactions ---- */

struct statement *session_statement(struct database *database, enum sql sql)
{
    struct postgres_store *store = postgres_of(database);
    if (!store->statements[sql])
        store->statements[sql] = postgres_statement_create(store, sql_postgres_texts[sql]);
    return postgres_statement_base(store->statements[sql]);
}

static int command(struct postgres_store *store, const char *sql)
{
    if (PQsendQueryParams(store->connection, sql, 0, NULL, NULL, NULL, NULL, 0) != 1) {
        note_failure(store, NULL);
        return store->failure;
    }
    return session_collect(store, NULL);
}

static int begin(struct postgres_store *store, const char *sql, bool reading)
{
    int err = session_ready(store);
    if (err)
        return err;
    store->failure = 0;
    store->in_transaction = true;
    store->reading = reading;
    if (PQsendQueryParams(store->connection, sql, 0, NULL, NULL, NULL, NULL, 0) == 1) {
        store->pending++;
        return 0; /* goes over with the first that somebody waits for */
    }
    note_failure(store, NULL);
    store->in_transaction = false;
    return store->failure;
}

int session_begin(struct database *store)
{
    return begin(postgres_of(store), "BEGIN", false);
}

int session_begin_reading(struct database *store)
{
    return begin(postgres_of(store), "BEGIN READ ONLY", true);
}

bool session_is_in_transaction(const struct database *store)
{
    return ((const struct postgres_store *)store)->in_transaction;
}

/* The answer to COMMIT was lost: the worker's row tells whether it was done. Nothing can go on
 * before that is known. */
static int find_fate(struct postgres_store *store, int err)
{
    char message[STORE_MESSAGE_BYTES];
    struct store *base = &store->database.store;
    int64_t batch = 0;
    int row;
    memcpy(message, base->message, sizeof(message));
    struct statement *query = statement(&store->database, SQL_BATCH_OF_WORKER);
    bind_integer(query, 1, store->worker_id);
    store->in_transaction = false;
    do
        row = statement_integer(query, &batch);
    while (row == STORE_BUSY && !atomic_load(&base->hurried));
    if (row == 1 && batch == store->batch + 1) {
        store->batch = batch;
        return 0;
    }
    if (row >= 0)
        memcpy(base->message, message, sizeof(message));
    return row < 0 ? row : err;
}

int session_end(struct database *database, int err)
{
    struct postgres_store *store = postgres_of(database);
    if (!store->in_transaction)
        return err;
    if (!err)
        err = store->failure;
    bool all_done = !err;
    if (all_done)
        err = command(store, "COMMIT");
    if (err && all_done && store->sealed && PQstatus(store->connection) == CONNECTION_BAD)
        err = find_fate(store, err);
    else if (!err && store->sealed)
        store->batch++;
    store->sealed = false;
    if (err && PQstatus(store->connection) == CONNECTION_OK) {
        char message[STORE_MESSAGE_BYTES];
        memcpy(message, database->store.message, sizeof(message));
        command(store, "ROLLBACK"); /* the first failure is the one we report */
        if (err == STORE_BUSY)
            session_step_aside(store);
        memcpy(database->store.message, message, sizeof(message));
    }
    for (size_t i = 0; err && i < SQL_COUNT; i++)
        postgres_statement_forget_rows(store->statements[i]);
    store->in_transaction = store->reading = false;
    store->failure = 0;
    return err;
}

int session_ask(struct postgres_store *store, const char *sql, int64_t *out)
{
    PGresult *result = NULL;
    int err = session_ready(store);
    if (!err && PQsendQueryParams(store->connection, sql, 0, NULL, NULL, NULL, NULL, 0) != 1)
        err = session_error(store, NULL);
    if (!err)
        err = session_collect(store, &result);
    int row = err ? err : PQntuples(result) > 0 && !PQgetisnull(result, 0, 0);
    if (row == 1)
        *out = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return row;
}

int session_run(struct postgres_store *store, const char *sql)
{
    PQexitPipelineMode(store->connection);
    PGresult *result = PQexec(store->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    int err =
        status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : session_error(store, result);
    PQclear(result);
    PQenterPipelineMode(store->connection);
    return err;
}
