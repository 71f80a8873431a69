#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/postgres/condition.h"
#include "storage/postgres/session.h"
#include "storage/postgres/leases.h"
#include "storage/postgres/rows.h"
#include "storage/postgres/views.h"
#include "storage/tables/packed.h"

/* ---- what storage/tables wants of it ---- */

static void on_close(struct database *database);

static int on_lock(struct database *database, bool shared, int64_t now_ms)
{
    struct postgres_store *store = postgres_of(database);
    (void)now_ms;
    if (store->lock)
        return 0;
    int err = session_lock(store, shared ? LOCK_SHARED : LOCK_EXCLUSIVE);
    if (err || shared || database->access == STORE_READ)
        return err;
    /* whoever has not ended is cut off, or it would hold the lock: it is not to go on with what it
     * knows from before */
    int64_t ended;
    err = session_ask(store, "UPDATE workers SET until_ms = 0 WHERE ended_ms IS NULL", &ended);
    return err < 0 ? err : statement_run(statement(database, SQL_END_LOST_WORKERS));
}

static void on_unlock(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    leases_abandon(store);
    int64_t none;
    if (store->lock && session_is_connected(store))
        session_ask(store, "SELECT pg_advisory_unlock_all()", &none);
    store->lock = LOCK_NONE;
}

static int on_run_begins(struct database *database, const struct run_record *run)
{
    (void)database, (void)run; /* what it wants of the session is said with its worker */
    return 0;
}

static void on_run_ended(struct database *database)
{
    (void)database; /* the server's autovacuum sees to the planner's figures */
}

static int on_checkpoint(struct database *database)
{
    (void)database; /* the server's own work */
    return 0;
}

/* The server knows no zstd with a prefix. */
static int on_free_of_taken(struct database *store)
{
    struct statement *query = statement(store, SQL_PACKED_ON_TAKEN);
    int row, err = 0;
    while (!err && (row = statement_step(query)) == 1) {
        size_t size;
        int64_t raw_id = column_integer(query, 0);
        char *alone = packed_alone(column_text(query, 1), column_size(query, 1),
                                   column_text(query, 2), column_size(query, 2), &size);
        if (!alone)
            continue;
        struct statement *put = statement(store, SQL_PACK_RAW_PAGE);
        bind_integer(put, 1, raw_id);
        bind_integer(put, 2, raw_id);
        bind_bytes(put, 3, alone, size);
        err = statement_run(put);
        free(alone);
    }
    statement_finish(query);
    return err ? err : row;
}

static int on_erase_begin(struct database *database)
{
    (void)database;
    return 0;
}

/* Rows that are gone lie in their tables until these are written anew. */
static int on_erase_step(struct database *database, bool *done)
{
    int err = session_ready(postgres_of(database));
    if (!err)
        err = session_run(postgres_of(database),
                          "VACUUM FULL articles, article_revisions, articles_fts, raw_pages, "
                          "links, api_records, urls, queue, fetches, authors, tags, feeds");
    *done = !err;
    return err;
}

/* Who may read credentials there, its administrator says (schema/postgres/roles.sql). */
static int on_protect(struct database *database, bool *changed)
{
    (void)database;
    *changed = false;
    return 0;
}

static const struct driver postgres_driver = {
    .close = on_close,
    .statement = session_statement,
    .begin = session_begin,
    .begin_reading = session_begin_reading,
    .end = session_end,
    .is_in_transaction = session_is_in_transaction,
    .lock = on_lock,
    .unlock = on_unlock,
    .run_begins = on_run_begins,
    .run_ended = on_run_ended,
    .checkpoint = on_checkpoint,
    .free_of_taken = on_free_of_taken,
    .erase_begin = on_erase_begin,
    .erase_step = on_erase_step,
    .protect = on_protect,
    .gathers = true,
    .rows = &postgres_rows,
    .each_chosen = condition_each,
    .sharing = &leases_sharing,
};

/* ---- the schema ---- */

static int refuse(struct postgres_store *store, int error, const char *why)
{
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message), "%s: %s", store->database.name, why);
    return error;
}

/* 0: there is none. */
static int read_version(struct postgres_store *store, int64_t *version)
{
    int64_t there = 0;
    *version = 0;
    int row = session_ask(store, "SELECT (to_regclass('meta') IS NOT NULL)::int", &there);
    if (row < 0 || !there)
        return row < 0 ? row : 0;
    row = session_ask(store, sql_postgres_texts[SQL_SCHEMA_VERSION], version);
    return row < 0 ? row : 0;
}

static int set_version(struct postgres_store *store, int64_t version)
{
    char sql[256];
    snprintf(sql, sizeof(sql),
             "INSERT INTO meta(key, value) VALUES ('schema_version', '%lld') "
             "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
             (long long)version);
    return session_run(store, sql);
}

/* All migrations that are missing, in one transaction that no other worker makes meanwhile. */
static int migrate(struct postgres_store *store)
{
    int64_t version = 0;
    int err = session_run(store, "BEGIN");
    if (!err)
        err = session_run(store, sql_postgres_texts[SQL_LOCK_SCHEMA]);
    if (!err)
        err = read_version(store, &version);
    bool first = version == 0, older = version < SQL_POSTGRES_MIGRATIONS_COUNT;
    if (!err && older && !first)
        err = views_drop(store);
    for (; !err && version < SQL_POSTGRES_MIGRATIONS_COUNT; version++)
        err = session_run(store, sql_postgres_migrations[version]);
    if (!err && older)
        err = views_make(store);
    if (!err && older)
        err = set_version(store, version);
    if (!err && first)
        err = database_write_seed(&store->database);
    char message[STORE_MESSAGE_BYTES];
    memcpy(message, store->database.store.message, sizeof(message));
    int ended = session_run(store, err ? "ROLLBACK" : "COMMIT");
    if (err)
        memcpy(store->database.store.message, message, sizeof(message));
    if (err == STORE_FAILED && !first)
        views_explain(store);
    return err ? err : ended;
}

static int check_schema(struct postgres_store *store)
{
    int64_t version = 0;
    int err = read_version(store, &version);
    if (err)
        return err;
    if (version > SQL_POSTGRES_MIGRATIONS_COUNT)
        return refuse(store, STORE_NEWER,
                      "a newer version of crawler made this database: update this program");
    bool creates = store->database.access == STORE_CREATE || store->database.access == STORE_COPY;
    if (!version && !creates)
        return refuse(
            store, STORE_MISSING,
            "the database is empty: add sites first, with `crawler add --sites … URL...`");
    if (version == SQL_POSTGRES_MIGRATIONS_COUNT)
        return 0;
    if (store->database.access == STORE_READ)
        return refuse(store, STORE_FAILED,
                      "its schema is of an older version: `crawler run --sites …` brings it up to "
                      "date");
    return migrate(store);
}

static int read_seed(struct postgres_store *store)
{
    int64_t seed = 0;
    int row = session_ask(store, sql_postgres_texts[SQL_HASH_SEED], &seed);
    store->database.hash_seed = (uint64_t)seed;
    if (row == 0 && store->database.access != STORE_COPY)
        return refuse(store, STORE_CORRUPT, STORE_HALF_COPIED);
    return row < 0 ? row : 0;
}

/* ---- the whole ---- */

/* Which database that is, for people: without the password, which main() has taken out of `dsn`. A
 * connection string that libpq can't read is shown as it is. */
static char *make_name(const char *dsn)
{
    static const char *const keys[] = {"user", "host", "port", "dbname", "service"};
    const char *values[] = {"", "", "", "", ""};
    char name[STORE_MESSAGE_BYTES / 4];
    PQconninfoOption *options = PQconninfoParse(dsn, NULL);
    if (!options)
        return memory_string(dsn, strlen(dsn));
    for (PQconninfoOption *option = options; option && option->keyword; option++)
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            if (option->val && strcmp(option->keyword, keys[i]) == 0)
                values[i] = option->val;
    snprintf(name, sizeof(name), "postgresql://%s%s%s%s%s/%s%s%s", values[0], *values[0] ? "@" : "",
             values[1], *values[2] ? ":" : "", values[2], values[3], *values[4] ? "?service=" : "",
             values[4]);
    PQconninfoFree(options);
    return memory_string(name, strlen(name));
}

static struct postgres_store *create(const char *dsn, enum store_access access)
{
    struct postgres_store *store = memory_zeroed(1, sizeof(*store));
    store->database.driver = &postgres_driver;
    store->database.name = make_name(dsn);
    store->database.access = access;
    store->dsn = memory_string(dsn, strlen(dsn));
    return store;
}

bool postgres_store_is_older(const char *dsn)
{
    struct postgres_store *store = create(dsn, STORE_READ);
    int64_t version = 0;
    bool older = !session_open(store) && !read_version(store, &version) && version &&
                 version < SQL_POSTGRES_MIGRATIONS_COUNT;
    on_close(&store->database);
    return older;
}

int postgres_store_open(struct store **out, const char *dsn, enum store_access access,
                        char *message, size_t message_size)
{
    struct postgres_store *store = create(dsn, access);
    struct database *database = &store->database;
    int err = session_open(store);
    if (!err)
        err = check_schema(store);
    if (!err)
        err = read_seed(store);
    if (err) {
        snprintf(message, message_size, "%s", database->store.message);
        on_close(database);
        return err;
    }
    *out = &database->store;
    return 0;
}

static void on_close(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    database_clear(database);
    session_close(store);
    free(store->dsn);
    free(store);
}
