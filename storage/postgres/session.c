#include "storage/postgres/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "storage/memory.h"
#include "storage/password.h"
#include "storage/postgres/gathered.h"
#include "storage/postgres/statement.h"

/* A server that restarts is back in seconds; the caller comes again when it is not. */
enum { ATTEMPTS = 6, FIRST_WAIT_MS = 100 };

/* Answers are read as text here and there; a statement is planned once. */
static const char settings[] =
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_min_messages = error;"
    "SET standard_conforming_strings = on; SET plan_cache_mode = force_generic_plan";

/* ---- errors ---- */

static const struct {
    const char *state; /* beginning of the SQLSTATE */
    int error;
    const char *advice;
} failures[] = {
    {"40001", STORE_BUSY, "another transaction was faster; try again"},
    {"40P01", STORE_BUSY, "two transactions waited for each other; try again"},
    {"55P03", STORE_BUSY, "another transaction holds what is needed; try again"},
    {"57014", STORE_BUSY, "the server ended the statement for its time; try again"},
    {"25P03", STORE_BUSY, "the server ended the idle transaction; try again"},
    {"57P", STORE_BUSY, "the server is going down or coming up; try again"},
    {"08", STORE_BUSY, "the connection was lost; try again"},
    {"53100", STORE_FULL, "the server's disk is full: make room and run again, nothing is lost"},
    {"53200", STORE_FULL, "the server's memory ran out: run again, nothing is lost"},
    {"53300", STORE_BUSY, "the server has no connection left; try again"},
    {"25006", STORE_READONLY, "the server takes no writes: give the primary"},
    {"42501", STORE_READONLY, "the role may not do that: give another, or grant it"},
    {"28", STORE_READONLY, "the server refused the role: check its name and password"},
    {"3D", STORE_MISSING, "there is no such database on the server: make it with createdb"},
    {"XX00", STORE_CORRUPT, "the server says that its data are damaged"},
};

/* One line of what the server or libpq said. */
static void say(struct postgres_store *store, const char *advice, const char *said)
{
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message), "%s: %s%s%.*s%s", store->database.name,
             advice ? advice : "", advice ? " (" : "", (int)strcspn(said, "\n"), said,
             advice ? ")" : "");
}

void session_say(struct postgres_store *store, const char *said)
{
    say(store, NULL, said);
}

int session_error(struct postgres_store *store, const PGresult *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *said = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!said)
        said = PQerrorMessage(store->connection);
    for (size_t i = 0; state && i < sizeof(failures) / sizeof(failures[0]); i++) {
        if (strncmp(state, failures[i].state, strlen(failures[i].state)) != 0)
            continue;
        say(store, failures[i].advice, said);
        return failures[i].error;
    }
    if (PQstatus(store->connection) == CONNECTION_BAD) {
        say(store, "the connection was lost; try again", said);
        return STORE_BUSY;
    }
    say(store, NULL, said);
    return STORE_FAILED;
}

/* ---- the session ---- */

static void wait_ms(int64_t ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static void forget_sent(struct postgres_store *store)
{
    store->pending = 0;
    store->awaited_count = store->slots_count = 0;
}

static void begin_session(struct postgres_store *store)
{
    char worker[64];
    PQclear(PQexec(store->connection, settings));
    snprintf(worker, sizeof(worker), "SET crawler.worker = '%lld'", (long long)store->worker_id);
    PQclear(PQexec(store->connection, store->worker_id ? worker : ""));
    if (store->database.access == STORE_READ)
        PQclear(PQexec(store->connection, "SET default_transaction_read_only = on"));
    store->generation++;
    forget_sent(store);
    store->in_transaction = store->reading = false;
    store->failure = 0;
    PQenterPipelineMode(store->connection);
}

int session_open(struct postgres_store *store)
{
    /* what the connection string says itself counts more, since it comes later */
    const char *names[] = {"fallback_application_name",
                           "keepalives_idle",
                           "connect_timeout",
                           "password",
                           "dbname",
                           "client_encoding",
                           NULL};
    const char *values[] = {"crawler",  "30",   "10", password_of(store->dsn),
                            store->dsn, "UTF8", NULL};
    store->connection = PQconnectdbParams(names, values, 1);
    if (PQstatus(store->connection) != CONNECTION_OK) {
        const char *said = PQerrorMessage(store->connection);
        bool missing = strstr(said, "does not exist") && strstr(said, "database \"");
        say(store, missing ? "make the database on the server with createdb" : NULL, said);
        return missing ? STORE_MISSING : STORE_FAILED;
    }
    begin_session(store);
    return 0;
}

void session_close(struct postgres_store *store)
{
    for (size_t i = 0; i < SQL_COUNT; i++)
        postgres_statement_free(store->statements[i]);
    PQfinish(store->connection);
    store->connection = NULL;
    free(store->awaited);
    free(store->slots);
}

int session_lock(struct postgres_store *store, enum postgres_lock lock)
{
    static const char *const commands[] = {
        [LOCK_SHARED] = "SELECT pg_try_advisory_lock_shared(hashtextextended(current_schema() || "
                        "'.crawler.run', 0))::int",
        [LOCK_EXCLUSIVE] = "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || "
                           "'.crawler.run', 0))::int"};
    int64_t taken = 0;
    store->lock = LOCK_NONE; /* while it is not there */
    if (lock == LOCK_NONE)
        return 0;
    int row = session_ask(store, commands[lock], &taken);
    if (row < 0)
        return row;
    if (!taken) {
        snprintf(store->database.store.message, sizeof(store->database.store.message),
                 "%s: %s: wait for it", store->database.name,
                 lock == LOCK_SHARED
                     ? "a take-down, reextract or pack holds this database"
                     : "a run, or another take-down, reextract or pack, holds this database");
        return STORE_HELD;
    }
    store->lock = lock;
    return 0;
}

int session_ready(struct postgres_store *store)
{
    if (PQstatus(store->connection) == CONNECTION_OK)
        return 0;
    int64_t pause_ms = FIRST_WAIT_MS;
    for (int i = 0; i < ATTEMPTS; i++, pause_ms *= 2) {
        PQreset(store->connection);
        if (PQstatus(store->connection) == CONNECTION_OK) {
            begin_session(store);
            return session_lock(store, store->lock);
        }
        wait_ms(pause_ms);
    }
    say(store, "the server can't be reached; try again", PQerrorMessage(store->connection));
    return STORE_BUSY;
}

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
    forget_sent(store);
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

/* The answer to COMMIT was lost: the worker's row tells whether it was done. */
static int find_fate(struct postgres_store *store, int err)
{
    char sql[96];
    int64_t batch = 0;
    snprintf(sql, sizeof(sql), "SELECT batch FROM workers WHERE worker_id = %lld",
             (long long)store->worker_id);
    store->in_transaction = false;
    if (session_ask(store, sql, &batch) != 1 || batch != store->batch + 1)
        return err;
    store->batch = batch;
    return 0;
}

int session_end(struct database *database, int err)
{
    struct postgres_store *store = postgres_of(database);
    if (!store->in_transaction)
        return err;
    if (!err)
        err = store->failure;
    if (!err)
        err = command(store, "COMMIT");
    if (err && store->sealed && PQstatus(store->connection) == CONNECTION_BAD)
        err = find_fate(store, err);
    else if (!err && store->sealed)
        store->batch++;
    store->sealed = false;
    if (err && PQstatus(store->connection) == CONNECTION_OK) {
        char message[STORE_MESSAGE_BYTES];
        memcpy(message, database->store.message, sizeof(message));
        command(store, "ROLLBACK"); /* the first failure is the one we report */
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
