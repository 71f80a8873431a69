/* connection.c - how the session begins, waits for answers, and comes back. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "storage/password.h"
#include "storage/postgres/session.h"
#include "storage/postgres/statement.h"

enum {
    STEP_MS = 250,        /* of all waiting: store.h */
    PAUSE_MS_FIRST = 100, /* between attempts: a server that restarts is back in seconds … */
    PAUSE_MS_MAX = 5000,  /* … and one that is gone for long is not to be run over */
    SILENCE_MS = 30000,   /* then a second connection asks what the server does for us */
    SILENCE_MS_HURRIED = 5000,
    REFUSED_MAX = 10, /* so often in a row, and no more is tried */
    GHOST_MS = 5000,  /* for the end of what a connection that is gone has left */
    TEXT_BYTES = 1024,
};

/* What the connection string says itself counts more, since it comes later. A machine that is gone
 * is noticed within half a minute. */
static const char *const names[] = {"fallback_application_name",
                                    "keepalives_idle",
                                    "keepalives_interval",
                                    "keepalives_count",
                                    "tcp_user_timeout",
                                    "connect_timeout",
                                    "password",
                                    "dbname",
                                    "client_encoding",
                                    NULL};

/* The first column finds this very session among all that the server has, or will have after a
 * restart. The last one: of what is wanted here all that the server knows at all. */
static const char set_up_sql[] =
    "SELECT (SELECT format('pid = %%s AND extract(epoch FROM backend_start) = %%s', pid,"
    "  extract(epoch FROM backend_start)) FROM pg_stat_activity WHERE pid = pg_backend_pid()),"
    " pg_is_in_recovery()::int,"
    " (SELECT count(set_config(s.name, w.setting, false)) FROM (VALUES %s%s) AS w (name, setting)"
    "   JOIN pg_settings s ON lower(s.name) = w.name)";

/* Answers are read as text here and there; a statement is planned once. */
static const char settings[] = "('timezone', 'UTC'), ('datestyle', 'ISO'),"
                               " ('client_min_messages', 'error'),"
                               " ('standard_conforming_strings', 'on'),"
                               " ('plan_cache_mode', 'force_generic_plan'),"
                               " ('idle_session_timeout', '0')";

/* A migration takes as long as it takes. A crawl's statements are planned once, perhaps while their
 * tables are empty, where reading the whole table looks cheapest: they go by its indexes, as they
 * have to when it has grown. */
static const char settings_to_write[] = ", ('statement_timeout', '0'), ('jit', 'off'),"
                                        " ('enable_seqscan', 'off'), ('enable_mergejoin', 'off')";
static const char settings_to_read[] = ", ('default_transaction_read_only', 'on')";

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_hurried(const struct postgres_store *store)
{
    return atomic_load(&store->database.store.hurried);
}

/* ---- what a session begins with ---- */

static int ask(struct postgres_store *store, const char *sql, PGresult **out)
{
    *out = NULL;
    if (PQsendQueryParams(store->connection, sql, 0, NULL, NULL, NULL, NULL, 0) != 1)
        return session_error(store, NULL);
    return session_collect(store, out);
}

/* The server may not have noticed that the lost connection is lost: what it still holds there would
 * be in our own way, and what it still does could be done after we asked whether it was. */
static int end_ghost(struct postgres_store *store)
{
    char sql[TEXT_BYTES];
    PGresult *result;
    if (!*store->identity)
        return 0;
    snprintf(sql, sizeof(sql), /* materialized: else all others are ended before it is looked for */
             "WITH ghost AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE %s)"
             " SELECT 1 FROM ghost WHERE NOT pg_terminate_backend(pid, %d)",
             store->identity, GHOST_MS);
    int err = ask(store, sql, &result);
    if (!err && PQntuples(result) > 0) {
        session_advise(store, "try again", "the server does not end the connection that was lost");
        err = STORE_BUSY;
    }
    PQclear(result);
    return err;
}

static int set_up(struct postgres_store *store)
{
    char sql[TEXT_BYTES];
    PGresult *result;
    bool writes = store->database.access != STORE_READ;
    snprintf(sql, sizeof(sql), set_up_sql, settings, writes ? settings_to_write : settings_to_read);
    int err = ask(store, sql, &result);
    if (err)
        return err;
    bool standby = writes && strcmp(PQgetvalue(result, 0, 1), "1") == 0;
    char identity[sizeof(store->identity)];
    snprintf(identity, sizeof(identity), "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    if (standby) { /* after a failover it will be the primary some time */
        session_advise(store, "give the primary, or wait until it is one",
                       "the server is a standby, which takes no writes");
        return store->generation > 1 ? STORE_BUSY : STORE_READONLY;
    }
    err = end_ghost(store);
    if (!err)
        memcpy(store->identity, identity, sizeof(identity));
    return err;
}

int session_set_worker(struct postgres_store *store)
{
    char sql[TEXT_BYTES];
    PGresult *result;
    const struct run_record *run = &store->database.run;
    if (!store->worker_id)
        return 0;
    /* who holds a lock for long is not waited for with the leases running out; and where this
     * process is frozen or cut off in the middle of a transaction, which keeps its worker from
     * being ended, others go on without it as soon as its lease is over. What SQLite promises by
     * default: a machine that loses its power may lose seconds, never half a batch. */
    int64_t lock_ms = run->lease_ms / 4 < 5000 ? run->lease_ms / 4 : 5000;
    snprintf(sql, sizeof(sql),
             "SELECT set_config('crawler.worker', '%lld', false),"
             " set_config('lock_timeout', '%lld', false),"
             " set_config('idle_in_transaction_session_timeout', '%lld', false),"
             " set_config('synchronous_commit', '%s', false)",
             (long long)store->worker_id, (long long)lock_ms, (long long)run->lease_ms / 3 * 2,
             run->sync_full ? "on" : "off");
    int err = ask(store, sql, &result);
    PQclear(result);
    return err;
}

static int take_lock(struct postgres_store *store)
{
    static const char *const commands[] = {
        [LOCK_SHARED] = "SELECT pg_try_advisory_lock_shared(hashtextextended(current_schema() || "
                        "'.crawler.run', 0))::int",
        [LOCK_EXCLUSIVE] = "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || "
                           "'.crawler.run', 0))::int"};
    PGresult *result;
    if (store->lock == LOCK_NONE)
        return 0;
    int err = ask(store, commands[store->lock], &result);
    bool taken = !err && strcmp(PQgetvalue(result, 0, 0), "1") == 0;
    PQclear(result);
    if (err || taken)
        return err;
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message), "%s: %s: wait for it", store->database.name,
             store->lock == LOCK_SHARED
                 ? "a take-down, reextract or pack holds this database"
                 : "a run, or another take-down, reextract or pack, holds this database");
    return STORE_HELD;
}

static int begin_session(struct postgres_store *store)
{
    store->generation++;
    session_forget_sent(store);
    store->in_transaction = store->reading = false;
    store->failure = 0;
    PQenterPipelineMode(store->connection);
    PQsetnonblocking(store->connection, 1);
    int err = set_up(store);
    if (!err)
        err = take_lock(store);
    if (!err)
        err = session_set_worker(store);
    store->usable = !err;
    return err;
}

int session_open(struct postgres_store *store)
{
    const char *values[] = {"crawler",  "10",   "5", "3", "20000", "10", password_of(store->dsn),
                            store->dsn, "UTF8", NULL};
    bool lasting;
    store->connection = PQconnectdbParams(names, values, 1);
    return PQstatus(store->connection) == CONNECTION_OK ? begin_session(store)
                                                        : session_refusal(store, &lasting);
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
    int err = session_ready(store);
    if (err)
        return err;
    store->lock = lock;
    /* of a process that was killed the server keeps the lock until it has ended its statement */
    int64_t until_ms = monotonic_ms() + GHOST_MS;
    while ((err = take_lock(store)) == STORE_HELD && monotonic_ms() < until_ms &&
           !is_hurried(store))
        poll(NULL, 0, STEP_MS);
    if (err)
        store->lock = LOCK_NONE;
    return err;
}

/* ---- coming back ---- */

/* Less than `below`. Of many workers each has its own. */
static int64_t chance(int64_t below)
{
    uint64_t bits = 0;
    getrandom(&bits, sizeof(bits), 0);
    return (int64_t)(bits % (uint64_t)below);
}

void session_step_aside(struct postgres_store *store)
{
    if (!is_hurried(store))
        poll(NULL, 0, (int)chance(STEP_MS));
}

/* Not all of many workers at the same moment. */
static int64_t next_pause_ms(struct postgres_store *store)
{
    store->pause_ms = store->pause_ms ? store->pause_ms * 2 : PAUSE_MS_FIRST;
    if (store->pause_ms > PAUSE_MS_MAX)
        store->pause_ms = PAUSE_MS_MAX;
    return store->pause_ms / 2 + chance(store->pause_ms / 2);
}

/* A take-down that holds the database will be done; who took it from a take-down may not be. */
static int come_back(struct postgres_store *store)
{
    bool lasting;
    PQreset(store->connection);
    if (PQstatus(store->connection) == CONNECTION_OK) {
        int err = begin_session(store);
        store->refused = 0;
        return err == STORE_HELD && store->lock == LOCK_SHARED ? STORE_BUSY : err;
    }
    int err = session_refusal(store, &lasting);
    store->refused = lasting ? store->refused + 1 : 0;
    return store->refused < REFUSED_MAX ? STORE_BUSY : err;
}

bool session_is_connected(const struct postgres_store *store)
{
    return store->usable && PQstatus(store->connection) == CONNECTION_OK;
}

int session_ready(struct postgres_store *store)
{
    if (session_is_connected(store))
        return 0;
    store->usable = false;
    int64_t wait_ms = store->again_ms - monotonic_ms();
    if (wait_ms > 0)
        poll(NULL, 0, (int)(wait_ms < STEP_MS ? wait_ms : STEP_MS));
    if (wait_ms > STEP_MS)
        return STORE_BUSY; /* the message of the last attempt stands */
    int err = come_back(store);
    if (!err)
        store->pause_ms = 0;
    else
        store->again_ms = monotonic_ms() + next_pause_ms(store);
    return err;
}

/* ---- waiting for answers ---- */

/* The server may be busy with a long statement, or behind a lock: then it says so to others. */
static bool is_at_work(struct postgres_store *store)
{
    char sql[TEXT_BYTES];
    PQconninfoOption *options = PQconninfo(store->connection);
    const char *keys[64], *values[64];
    size_t count = 0;
    for (PQconninfoOption *option = options; option && option->keyword && count < 63; option++) {
        if (!option->val)
            continue;
        keys[count] = option->keyword;
        values[count++] = option->val;
    }
    keys[count] = NULL;
    PGconn *second = PQconnectdbParams(keys, values, 0);
    PQconninfoFree(options);
    snprintf(sql, sizeof(sql), "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND %s",
             *store->identity ? store->identity : "false");
    bool active = false;
    if (PQstatus(second) == CONNECTION_OK) {
        PGresult *result = PQexec(second, sql);
        active = PQntuples(result) > 0;
        PQclear(result);
    }
    PQfinish(second);
    return active;
}

void session_wait(struct postgres_store *store)
{
    PGconn *connection = store->connection;
    int64_t since_ms = monotonic_ms();
    for (;;) {
        int unsent = PQflush(connection);
        if (unsent < 0 || !PQisBusy(connection))
            return; /* an answer, or what is left of the connection says what happened to it */
        struct pollfd socket = {PQsocket(connection), (short)(POLLIN | (unsent ? POLLOUT : 0)), 0};
        if (poll(&socket, 1, STEP_MS) > 0) {
            PQconsumeInput(connection);
            since_ms = monotonic_ms();
            continue;
        }
        int64_t silent_ms = monotonic_ms() - since_ms;
        bool hurried = is_hurried(store);
        if (silent_ms < (hurried ? SILENCE_MS_HURRIED : SILENCE_MS))
            continue;
        if (!hurried && is_at_work(store))
            since_ms = monotonic_ms();
        else
            shutdown(PQsocket(connection), SHUT_RDWR); /* libpq finds it closed */
    }
}
