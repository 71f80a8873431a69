/* open.c - opening a database file: whose it is, its schema's version, migrations.
 *
 * A file that is foreign, newer, cut short or no database at all is refused as it is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/sqlite/choice.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/erase.h"
#include "storage/sqlite/functions.h"
#include "storage/sqlite/protect.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/runlock.h"
#include "storage/sqlite/views.h"

/* "news" in ASCII: what `file` shows, and how a database is known as ours. */
enum { APPLICATION_ID = 0x6e657773, HEADER_BYTES = 100 };

static void on_close(struct database *database);

static int on_lock(struct database *database, bool shared, int64_t now_ms)
{
    struct sqlite_store *store = sqlite_of(database);
    (void)shared; /* one process writes */
    if (store->lock_fd >= 0)
        return 0;
    return runlock_take(&store->lock_fd, database->name, now_ms, database->store.message,
                        sizeof(database->store.message));
}

static void on_unlock(struct database *database)
{
    runlock_release(&sqlite_of(database)->lock_fd);
}

static int on_run_begins(struct database *database, const struct run_record *run)
{
    return connection_run(sqlite_of(database), run->sync_full ? "PRAGMA synchronous = FULL"
                                                              : "PRAGMA synchronous = NORMAL");
}

/* The planner's figures, sampled: questions over joins need them once there are many rows. The run
 * has ended all the same if this can't be done now. */
static void on_run_ended(struct database *database)
{
    sqlite3_exec(sqlite_of(database)->db, "PRAGMA analysis_limit = 400; PRAGMA optimize", NULL,
                 NULL, NULL);
}

static int on_free_of_taken(struct database *store)
{
    return statement_run(statement(store, SQL_FREE_OF_TAKEN_RAW));
}

static const struct driver sqlite_driver = {
    .close = on_close,
    .statement = connection_statement,
    .begin = connection_begin,
    .begin_reading = connection_begin_reading,
    .end = connection_end,
    .is_in_transaction = connection_is_in_transaction,
    .lock = on_lock,
    .unlock = on_unlock,
    .run_begins = on_run_begins,
    .run_ended = on_run_ended,
    .checkpoint = connection_checkpoint,
    .free_of_taken = on_free_of_taken,
    .erase_begin = erase_begin,
    .erase_step = erase_step,
    .protect = protect_files,
    .rows = &sqlite_rows,
    .each_chosen = choice_each,
};

/* What the file is before SQLite has touched it. */
struct look {
    bool exists;
    bool empty;    /* no bytes at all */
    bool database; /* begins like one */
    bool log;      /* a write-ahead log lies beside: the header may be old */
    int64_t application_id, version;
    bool cut; /* shorter than its header says */
};

static uint32_t read_u32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int look_at(const char *path, struct look *look)
{
    *look = (struct look){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : errno;
    unsigned char header[HEADER_BYTES] = {0};
    struct stat facts;
    ssize_t size = read(fd, header, sizeof(header));
    int failed = size < 0 ? errno : fstat(fd, &facts) ? errno : 0;
    close(fd);
    if (failed)
        return failed;
    char log[4096];
    struct stat log_facts;
    snprintf(log, sizeof(log), "%s-wal", path);
    look->exists = true;
    look->empty = facts.st_size == 0;
    look->log = stat(log, &log_facts) == 0 && log_facts.st_size > 0;
    look->database = size == HEADER_BYTES && memcmp(header, "SQLite format 3", 16) == 0;
    look->application_id = read_u32(header + 68);
    look->version = read_u32(header + 60);
    int64_t page = header[16] << 8 | header[17];
    look->cut = (page == 1 ? 65536 : page) * (int64_t)read_u32(header + 28) > facts.st_size;
    return 0;
}

static bool creates(const struct sqlite_store *store)
{
    return store->database.access == STORE_CREATE || store->database.access == STORE_COPY;
}

static int refuse(struct sqlite_store *store, int error, const char *format, const char *detail)
{
    char text[STORE_MESSAGE_BYTES / 2];
    snprintf(text, sizeof(text), format, detail);
    snprintf(store->database.store.message, sizeof(store->database.store.message), "%s: %s",
             store->database.name, text);
    return error;
}

/* Whether the file may be opened at all; SQLite has not seen it yet, so refusing changes nothing.
 */
static int check_file(struct sqlite_store *store, struct look *look)
{
    int failed = look_at(store->database.name, look);
    if (failed)
        return refuse(store, failed == EISDIR ? STORE_FOREIGN : STORE_READONLY,
                      "it cannot be read (%s): check the path and its permissions",
                      strerror(failed));
    if (!look->exists && !creates(store))
        return refuse(store, STORE_MISSING,
                      "there is no such database: make one with `crawler add --sites %s URL...`",
                      store->database.name);
    if (look->empty && !creates(store))
        return refuse(store, STORE_MISSING,
                      "the file is empty: add sites first, with `crawler add --sites %s URL...`",
                      store->database.name);
    if (!look->exists || look->empty)
        return 0;
    if (!look->database)
        return refuse(store, STORE_FOREIGN,
                      "this is no database of crawler but some other file: give another path%s",
                      "");
    if (look->log)
        return 0; /* what counts may stand in the log: SQLite has to read it */
    if (look->cut)
        return refuse(store, STORE_CORRUPT,
                      "the file is cut short: put back a copy, or save what can be read with "
                      "`sqlite3 FILE .recover`%s",
                      "");
    return 0;
}

static int read_pragma(struct sqlite_store *store, const char *sql, int64_t *out)
{
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &query, NULL);
    if (!code) {
        code = sqlite3_step(query);
        if (code == SQLITE_ROW)
            *out = sqlite3_column_int64(query, 0);
    }
    int err = code == SQLITE_ROW ? 0 : connection_error(store, code);
    sqlite3_finalize(query);
    return err;
}

/* Ours, of which version; version 0: empty, may become ours. */
static int check_schema(struct sqlite_store *store, int64_t *version)
{
    int64_t application = 0, tables = 0;
    int err = read_pragma(store, "PRAGMA application_id", &application);
    if (!err)
        err = read_pragma(store, "PRAGMA user_version", version);
    if (!err)
        err = read_pragma(store, "SELECT count(*) FROM sqlite_schema", &tables);
    if (err)
        return err;
    if (application != APPLICATION_ID && (application || tables || *version))
        return refuse(store, STORE_FOREIGN,
                      "this database belongs to some other program: give another path%s", "");
    if (*version > SQL_MIGRATIONS_COUNT)
        return refuse(store, STORE_NEWER,
                      "a newer version of crawler made this database: update this program%s", "");
    if (!*version && !creates(store))
        return refuse(
            store, STORE_MISSING,
            "the database is empty: add sites first, with `crawler add --sites %s URL...`",
            store->database.name);
    if (*version < SQL_MIGRATIONS_COUNT && store->database.access == STORE_READ)
        return refuse(store, STORE_FAILED,
                      "its schema is of an older version: `crawler run --sites %s` brings it up to "
                      "date",
                      store->database.name);
    return 0;
}

static int read_seed(struct sqlite_store *store)
{
    int64_t seed = 0;
    int row = statement_integer(statement(&store->database, SQL_HASH_SEED), &seed);
    if (row == 1)
        store->database.hash_seed = (uint64_t)seed;
    if (row == 0 && store->database.access != STORE_COPY)
        return refuse(store, STORE_CORRUPT, "%s", STORE_HALF_COPIED);
    return row < 0 ? row : 0;
}

static int migrate_one(struct sqlite_store *store, int64_t version)
{
    char pragma[96];
    snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, (int)version + 1);
    int err = connection_run(store, sql_migrations[version]);
    if (!err && version + 1 == SQL_MIGRATIONS_COUNT)
        err = connection_run(store, sql_views);
    if (!err)
        err = connection_run(store, pragma);
    return !err && version == 0 ? database_write_seed(&store->database) : err;
}

/* One step from `*version` on. What is made anew is made as a whole; what has rows comes up to date
 * version by version, so that a process that is killed has not worked for nothing. */
static int migrate(struct sqlite_store *store, int64_t *version)
{
    int64_t now = *version, until = *version ? *version + 1 : SQL_MIGRATIONS_COUNT;
    char *others = NULL;
    int err = connection_run(store, "BEGIN IMMEDIATE");
    if (err)
        return err;
    err = read_pragma(store, "PRAGMA user_version", &now);
    if (now > *version) /* another process was faster */
        until = now;
    if (!err && now < until)
        err = views_put_aside(store, &others);
    for (; now < until && !err; now++)
        err = migrate_one(store, now);
    err = views_put_back(store, others, err);
    if (!err)
        err = connection_run(store, "COMMIT");
    if (err && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    *version = now;
    return err;
}

static int on_wal(void *context, sqlite3 *db, const char *name, int frames)
{
    struct sqlite_store *store = context;
    (void)db;
    (void)name;
    store->wal_frames = frames;
    return SQLITE_OK;
}

static int prepare_connection(struct sqlite_store *store)
{
    int64_t version = 0;
    sqlite3_busy_timeout(store->db, CONNECTION_BUSY_MS);
    functions_register(store);
    int err = check_schema(store, &version);
    if (err || store->database.access == STORE_READ)
        return err ? err : read_seed(store);
    if (!version) /* nothing can be lost yet, and what is made is on the disk when it is closed */
        err = connection_run(store, "PRAGMA page_size = 16384; PRAGMA synchronous = OFF;");
    if (!err) /* secure_delete: a take-down turns it on for itself */
        err = connection_run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                                    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;"
                                    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
    while (version < SQL_MIGRATIONS_COUNT && !err)
        err = migrate(store, &version);
    sqlite3_wal_hook(store->db, on_wal, store); /* also: no checkpoints but our own */
    return err ? err : read_seed(store);
}

static void close_database(struct sqlite_store *store)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(store->statements[i].handle);
        store->statements[i].handle = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
}

static void remove_half_made(struct sqlite_store *store)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    close_database(store);
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s%s", store->database.name, tails[i]);
        unlink(path);
    }
}

static int open_database(struct sqlite_store *store)
{
    struct look look;
    int err = check_file(store, &look);
    if (err)
        return err;
    int flags = store->database.access == STORE_READ ? SQLITE_OPEN_READONLY
                : creates(store)                     ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                     : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(store->database.name, &store->db,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code)
        return connection_error(store, code);
    /* a database that turns out not to be ours must stay as it was, its log included */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    err = prepare_connection(store);
    if (!err)
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    else if (!look.exists)
        remove_half_made(store);
    return err;
}

bool sqlite_store_is_older(const char *path)
{
    struct look look;
    return look_at(path, &look) == 0 && look.database && look.application_id == APPLICATION_ID &&
           look.version < SQL_MIGRATIONS_COUNT;
}

bool sqlite_store_is_held(const char *path, char *message, size_t message_size)
{
    return runlock_is_held(path, message, message_size);
}

int sqlite_store_open(struct store **out, const char *path, enum store_access access, char *message,
                      size_t message_size)
{
    /* before SQLite's first use, later it is refused: saves a lock at each of its allocations */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct sqlite_store *store = memory_zeroed(1, sizeof(*store));
    struct database *database = &store->database;
    database->driver = &sqlite_driver;
    database->name = memory_string(path, strlen(path));
    database->access = access;
    store->lock_fd = -1;
    int err = open_database(store);
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
    struct sqlite_store *store = sqlite_of(database);
    database_clear(database);
    close_database(store);
    free(store);
}
