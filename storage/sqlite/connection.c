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
        snprintf(store->store.message, sizeof(store->store.message), "%s: %s (%s)", store->path,
                 rows[i].advice, said);
        return rows[i].error;
    }
    snprintf(store->store.message, sizeof(store->store.message), "%s: %s (SQLite error %d)",
             store->path, said, code);
    return STORE_FAILED;
}

sqlite3_stmt *statement(struct sqlite_store *store, enum sql sql)
{
    if (!store->statements[sql])
        sqlite3_prepare_v3(store->db, sql_texts[sql], -1, SQLITE_PREPARE_PERSISTENT,
                           &store->statements[sql], NULL);
    return store->statements[sql];
}

void bind_integer(sqlite3_stmt *statement, int place, int64_t value)
{
    sqlite3_bind_int64(statement, place, value);
}

void bind_nonzero(sqlite3_stmt *statement, int place, int64_t value)
{
    if (value)
        sqlite3_bind_int64(statement, place, value);
    else
        sqlite3_bind_null(statement, place);
}

void bind_moment(sqlite3_stmt *statement, int place, int64_t value)
{
    if (value != MOMENT_NONE)
        sqlite3_bind_int64(statement, place, value);
    else
        sqlite3_bind_null(statement, place);
}

void bind_positive(sqlite3_stmt *statement, int place, int64_t value)
{
    if (value >= 0)
        sqlite3_bind_int64(statement, place, value);
    else
        sqlite3_bind_null(statement, place);
}

void bind_text(sqlite3_stmt *statement, int place, const char *value)
{
    sqlite3_bind_text(statement, place, value, -1, SQLITE_STATIC);
}

void bind_bytes(sqlite3_stmt *statement, int place, const void *value, size_t size)
{
    sqlite3_bind_blob64(statement, place, value, size, SQLITE_STATIC);
}

int statement_step(struct sqlite_store *store, sqlite3_stmt *statement)
{
    if (!statement)
        return connection_error(store, sqlite3_errcode(store->db));
    errno = 0; /* so that connection_error() reads this step's */
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return 1;
    int err = code == SQLITE_DONE ? 0 : connection_error(store, code);
    sqlite3_reset(statement);
    return err;
}

void statement_finish(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
}

int statement_run(struct sqlite_store *store, sqlite3_stmt *statement)
{
    int row = statement_step(store, statement);
    if (row == 1)
        statement_finish(statement);
    return row < 0 ? row : 0;
}

int statement_integer(struct sqlite_store *store, sqlite3_stmt *statement, int64_t *out)
{
    int row = statement_step(store, statement);
    if (row != 1)
        return row;
    *out = sqlite3_column_int64(statement, 0);
    statement_finish(statement);
    return 1;
}

const char *column_text(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

int64_t column_moment(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL
               ? MOMENT_NONE
               : sqlite3_column_int64(statement, column);
}

int transaction_begin(struct sqlite_store *store)
{
    /* IMMEDIATE: a deferred transaction that read and then writes fails at once when another
     * process wrote in between, without the busy handler being asked */
    return statement_run(store, statement(store, SQL_BEGIN));
}

int transaction_end(struct sqlite_store *store, int err)
{
    if (!err)
        err = statement_run(store, statement(store, SQL_COMMIT));
    if (err && !sqlite3_get_autocommit(store->db)) {
        sqlite3_stmt *rollback = statement(store, SQL_ROLLBACK);
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

int connection_checkpoint(struct sqlite_store *store)
{
    if (store->wal_frames < store->wal_frames_moved)
        store->wal_frames_moved = store->wal_frames_waited = 0; /* the log began anew */
    store->store.log_bytes = (int64_t)store->wal_frames * PAGE_BYTES;
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
