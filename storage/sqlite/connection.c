#include "storage/sqlite/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Checkpoints by frames since the last one, of 16 KiB each: 32 MB and 256 MB. */
enum { PAGE_BYTES = 16384, CHECKPOINT_FRAMES = 2048, TRUNCATE_FRAMES = 16384 };

/* The log begins anew only in a moment without a reader of it. Where one query follows another
 * there is none, unless they are waited for: each then ends, and who comes after reads the database
 * alone. */
enum { READERS_WAIT_MS = 5000 };

int connection_error(struct sqlite_store *store, int code)
{
    static const struct {
        int code, error;
        const char *advice;
    } rows[] = {
        {SQLITE_BUSY, STORE_BUSY, "another process is writing to it; try again"},
        {SQLITE_LOCKED, STORE_BUSY, "another process is writing to it; try again"},
        {SQLITE_FULL, STORE_FULL, "the disk is full: make room and run again, nothing is lost"},
        {SQLITE_NOMEM, STORE_FULL, "memory ran out: run again, nothing is lost"},
        {SQLITE_CORRUPT, STORE_CORRUPT,
         "the file is damaged: put back a copy, or save what can be read with sqlite3 .recover"},
        {SQLITE_CONSTRAINT, STORE_UNFIT, "the database does not take a value"},
        {SQLITE_MISMATCH, STORE_UNFIT, "the database does not take a value"},
        {SQLITE_TOOBIG, STORE_UNFIT, "the database does not take a value"},
        {SQLITE_NOTADB, STORE_CORRUPT, "this is no SQLite database: give another path"},
        {SQLITE_READONLY, STORE_READONLY,
         "it may not be written: check the permissions of the file and its folder"},
        {SQLITE_CANTOPEN, STORE_READONLY,
         "it cannot be opened: check the path and the permissions of its folder"},
        {SQLITE_PERM, STORE_READONLY, "check its permissions"},
        {SQLITE_IOERR, STORE_FAILED, "reading or writing failed: check the disk"},
    };
    int primary = code & 0xff, system = errno; /* SQLite does not keep it for the log's file */
    const char *said = store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    /* a quota or a limit on files shows as an error of writing */
    if (primary == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT || system == EFBIG))
        primary = SQLITE_FULL;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].code != primary)
            continue;
        const char *advice = rows[i].error == STORE_READONLY && store->database.access == STORE_READ
                                 ? "to read it too, SQLite has to write its log's index beside it: "
                                   "give this user that right, or read a copy elsewhere"
                                 : rows[i].advice;
        snprintf(store->database.store.message, sizeof(store->database.store.message),
                 "%s: %s (%s)", store->database.name, advice, said);
        return rows[i].error;
    }
    snprintf(store->database.store.message, sizeof(store->database.store.message),
             "%s: %s (SQLite error %d)", store->database.name, said, code);
    return STORE_FAILED;
}

/* ---- statements ---- */

static inline sqlite3_stmt *handle_of(struct statement *statement)
{
    return ((struct sqlite_statement *)statement)->handle;
}

static void on_bind_null(struct statement *statement, int place)
{
    sqlite3_bind_null(handle_of(statement), place);
}

static void on_bind_integer(struct statement *statement, int place, int64_t value)
{
    sqlite3_bind_int64(handle_of(statement), place, value);
}

static void on_bind_real(struct statement *statement, int place, double value)
{
    sqlite3_bind_double(handle_of(statement), place, value);
}

static void on_bind_text(struct statement *statement, int place, const char *value, size_t size)
{
    sqlite3_bind_text64(handle_of(statement), place, value, size, SQLITE_STATIC, SQLITE_UTF8);
}

static void on_bind_bytes(struct statement *statement, int place, const void *value, size_t size)
{
    sqlite3_bind_blob64(handle_of(statement), place, value, size, SQLITE_STATIC);
}

static int on_step(struct statement *statement)
{
    struct sqlite_store *store = ((struct sqlite_statement *)statement)->store;
    sqlite3_stmt *handle = handle_of(statement);
    if (!handle)
        return connection_error(store, sqlite3_errcode(store->db));
    errno = 0; /* so that connection_error() reads this step's */
    int code = sqlite3_step(handle);
    if (code == SQLITE_ROW)
        return 1;
    int err = code == SQLITE_DONE ? 0 : connection_error(store, code);
    sqlite3_reset(handle);
    return err;
}

static void on_finish(struct statement *statement)
{
    sqlite3_reset(handle_of(statement));
}

static int on_run(struct statement *statement)
{
    int row = on_step(statement);
    if (row == 1)
        on_finish(statement);
    return row < 0 ? row : 0;
}

static int64_t on_change(struct statement *statement)
{
    int err = on_run(statement);
    return err ? err : sqlite3_changes64(((struct sqlite_statement *)statement)->store->db);
}

static int on_insert(struct statement *statement, int64_t *id)
{
    int64_t rows = on_change(statement);
    if (rows > 0)
        *id = sqlite3_last_insert_rowid(((struct sqlite_statement *)statement)->store->db);
    return rows > 0 ? 1 : (int)rows;
}

/* Rows are run as they come: to gather them would save nothing. */
static int on_add(struct statement *statement, enum answer what, int64_t *out)
{
    struct sqlite_store *store = ((struct sqlite_statement *)statement)->store;
    int row = on_step(statement);
    if (row < 0)
        return row;
    if (row == 1) {
        int columns =
            out && what == ANSWER_COLUMNS ? sqlite3_column_count(handle_of(statement)) : 0;
        for (int i = 0; i < columns; i++)
            out[i] = sqlite3_column_int64(handle_of(statement), i);
        on_finish(statement);
    } else if (out && what != ANSWER_COLUMNS && sqlite3_changes64(store->db)) {
        *out = what == ANSWER_NUMBER ? sqlite3_last_insert_rowid(store->db) : 1;
    }
    return 0;
}

static int on_settle(struct statement *statement)
{
    (void)statement;
    return 0;
}

static void on_clear(struct statement *statement)
{
    if (handle_of(statement))
        sqlite3_clear_bindings(handle_of(statement));
}

static int on_columns(struct statement *statement)
{
    return sqlite3_column_count(handle_of(statement));
}

static bool on_is_null(struct statement *statement, int column)
{
    return sqlite3_column_type(handle_of(statement), column) == SQLITE_NULL;
}

static int64_t on_integer(struct statement *statement, int column)
{
    return sqlite3_column_int64(handle_of(statement), column);
}

static double on_real(struct statement *statement, int column)
{
    return sqlite3_column_double(handle_of(statement), column);
}

static const char *on_text(struct statement *statement, int column)
{
    return (const char *)sqlite3_column_text(handle_of(statement), column);
}

static size_t on_size(struct statement *statement, int column)
{
    return (size_t)sqlite3_column_bytes(handle_of(statement), column);
}

static void on_value(struct statement *statement, int column, struct store_value *out)
{
    static const enum store_type types[] = {
        [SQLITE_INTEGER] = STORE_INTEGER, [SQLITE_FLOAT] = STORE_REAL, [SQLITE_TEXT] = STORE_TEXT,
        [SQLITE_BLOB] = STORE_BLOB,       [SQLITE_NULL] = STORE_NULL,
    };
    sqlite3_stmt *handle = handle_of(statement);
    *out = (struct store_value){.name = sqlite3_column_name(handle, column),
                                .type = types[sqlite3_column_type(handle, column)]};
    out->integer = sqlite3_column_int64(handle, column);
    out->real = sqlite3_column_double(handle, column);
    /* last: it turns the column into text */
    out->text = out->type == STORE_BLOB ? sqlite3_column_blob(handle, column)
                                        : (const char *)sqlite3_column_text(handle, column);
    out->size = (size_t)sqlite3_column_bytes(handle, column);
}

static const struct statement_kind sqlite_statements = {
    .bind_null = on_bind_null,
    .bind_integer = on_bind_integer,
    .bind_real = on_bind_real,
    .bind_text = on_bind_text,
    .bind_bytes = on_bind_bytes,
    .step = on_step,
    .run = on_run,
    .change = on_change,
    .insert = on_insert,
    .add = on_add,
    .settle = on_settle,
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

struct sqlite_statement connection_wrap(struct sqlite_store *store, sqlite3_stmt *handle)
{
    return (struct sqlite_statement){{&sqlite_statements}, store, handle};
}

struct statement *connection_statement(struct database *database, enum sql sql)
{
    struct sqlite_store *store = sqlite_of(database);
    struct sqlite_statement *statement = &store->statements[sql];
    if (!statement->handle) {
        sqlite3_stmt *handle = NULL;
        sqlite3_prepare_v3(store->db, sql_texts[sql], -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
        *statement = connection_wrap(store, handle);
    }
    return &statement->statement;
}

/* ---- transactions ---- */

int connection_begin(struct database *store)
{
    /* IMMEDIATE: a deferred transaction that read and then writes fails at once when another
     * process wrote in between, without the busy handler being asked */
    return statement_run(statement(store, SQL_BEGIN));
}

int connection_begin_reading(struct database *store)
{
    return statement_run(statement(store, SQL_BEGIN_READING));
}

bool connection_is_in_transaction(const struct database *store)
{
    return !sqlite3_get_autocommit(((const struct sqlite_store *)store)->db);
}

int connection_end(struct database *store, int err)
{
    if (!err)
        err = statement_run(statement(store, SQL_COMMIT));
    if (err && connection_is_in_transaction(store)) {
        sqlite3_stmt *rollback = handle_of(statement(store, SQL_ROLLBACK));
        sqlite3_step(rollback); /* the first failure is the one we report */
        sqlite3_reset(rollback);
    }
    return err;
}

int connection_run(struct sqlite_store *store, const char *sql)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code ? connection_error(store, code) : 0;
}

/* TRUNCATE waits for readers, for the busy time-out; much longer each time that the log has grown
 * by what it may be long, for an analyst may hold an old state for hours. */
static int checkpoint(struct sqlite_store *store, int *frames)
{
    bool huge = store->wal_frames > TRUNCATE_FRAMES;
    bool patient = store->wal_frames - store->wal_frames_waited > TRUNCATE_FRAMES;
    int moved = 0;
    if (patient)
        sqlite3_busy_timeout(store->db, READERS_WAIT_MS);
    int code = sqlite3_wal_checkpoint_v2(
        store->db, "main", huge ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, frames,
        &moved);
    if (patient) {
        sqlite3_busy_timeout(store->db, CONNECTION_BUSY_MS);
        store->wal_frames_waited = *frames;
    }
    return code;
}

int connection_checkpoint(struct database *database)
{
    struct sqlite_store *store = sqlite_of(database);
    if (store->wal_frames < store->wal_frames_moved)
        store->wal_frames_moved = store->wal_frames_waited = 0; /* the log began anew */
    store->database.store.log_bytes = (int64_t)store->wal_frames * PAGE_BYTES;
    int grown = store->wal_frames - store->wal_frames_moved;
    if (grown < CHECKPOINT_FRAMES)
        return 0;
    int frames = 0;
    int code = checkpoint(store, &frames);
    store->wal_frames = frames;
    /* a reader that holds an old state keeps the rest: then wait for as many frames again */
    store->wal_frames_moved = frames;
    return code == SQLITE_OK || code == SQLITE_BUSY ? 0 : connection_error(store, code);
}
