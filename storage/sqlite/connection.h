/* connection.h - the open database: its statements, transactions, errors and write-ahead log.
 *
 * Everything of this folder works on struct sqlite_store. Statements are prepared once, on first
 * use, bound with the helpers below and reset by who stepped them (statement_finish). Thread: one
 * at a time. */
#ifndef STORAGE_SQLITE_CONNECTION_H
#define STORAGE_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/backend.h"
#include "storage/memory.h"

struct frontier;
struct taken;
struct takedown_work;
struct text_shingles;

enum { CONNECTION_BUSY_MS = 250 }; /* how long a lock of somebody else's is waited for */

struct sqlite_store {
    struct store store; /* first: a struct store * is one of these */
    sqlite3 *db;
    sqlite3_stmt *statements[SQL_COUNT];
    char *path;
    enum store_access access;
    uint64_t hash_seed;    /* of this database's URL hashes */
    int wal_frames;        /* in the write-ahead log, as of the last commit */
    int wal_frames_moved;  /* of these, in the database already */
    int wal_frames_waited; /* that there were when readers were last waited for */
    int lock_fd;           /* the run lock's file; -1: not held */

    /* while a run is on */
    struct run_record run;
    int64_t run_id;
    struct frontier *frontier;
    struct pool pool;       /* of one commit */
    int64_t now_ms;         /* the latest moment that anyone told */
    bool retention_pending; /* old rows may be left to drop */
    int64_t raw_bytes;      /* of kept pages; counted where the run has a limit */
    bool search_behind;     /* search_backlog may have rows */
    int64_t *unindexed;     /* articles of this batch that search.c is to index */
    size_t unindexed_count, unindexed_capacity;
    struct text_shingles *shingles; /* two, for stories.c; NULL until it needs them */
    struct taken *taken;            /* what may not be asked or stored */
    size_t taken_count;

    struct takedown_work *takedown; /* while one is being done; else NULL */
};

/* ---- statements ---- */

/* The named statement, ready to be bound; NULL after a failure, on which binding does nothing and
 * stepping returns the reason. */
sqlite3_stmt *statement(struct sqlite_store *store, enum sql sql);

void bind_integer(sqlite3_stmt *statement, int place, int64_t value);
void bind_nonzero(sqlite3_stmt *statement, int place, int64_t value);  /* 0: NULL */
void bind_moment(sqlite3_stmt *statement, int place, int64_t value);   /* MOMENT_NONE: NULL */
void bind_positive(sqlite3_stmt *statement, int place, int64_t value); /* negative: NULL */
void bind_text(sqlite3_stmt *statement, int place, const char *value); /* borrowed till the step */
void bind_bytes(sqlite3_stmt *statement, int place, const void *value, size_t size);

/* One step: returns 1 with a row, 0 without, or a store_error; without a row it is reset. */
int statement_step(struct sqlite_store *store, sqlite3_stmt *statement);
/* Resets after rows were read. NULL does nothing. */
void statement_finish(sqlite3_stmt *statement);
/* For a statement that gives no rows, or whose rows don't matter: 0 or a store_error. */
int statement_run(struct sqlite_store *store, sqlite3_stmt *statement);
/* For a statement that gives at most one row of one integer: 1 with it, 0 without, or an error. */
int statement_integer(struct sqlite_store *store, sqlite3_stmt *statement, int64_t *out);

const char *column_text(sqlite3_stmt *statement, int column); /* NULL for NULL */
int64_t column_moment(sqlite3_stmt *statement, int column);   /* MOMENT_NONE for NULL */

/* ---- transactions ---- */

int transaction_begin(struct sqlite_store *store); /* BEGIN IMMEDIATE; STORE_BUSY when locked */
/* Commits when err is 0, else rolls back; returns the first failure. */
int transaction_end(struct sqlite_store *store, int err);

/* Runs SQL text of several statements. */
int connection_run(struct sqlite_store *store, const char *sql);

/* ---- errors ---- */

/* The store_error for SQLite's `code`; writes one sentence for store_message(). */
int connection_error(struct sqlite_store *store, int code);

/* Moves the write-ahead log into the database when it has grown. */
int connection_checkpoint(struct sqlite_store *store);

static inline struct sqlite_store *sqlite_of(struct store *store)
{
    return (struct sqlite_store *)store;
}

#endif
