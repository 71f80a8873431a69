/* connection.h - the open file: its statements, transactions, errors and write-ahead log.
 *
 * What is here answers storage/tables/ (statement.h, database.h) for SQLite. Thread: one at a time.
 */
#ifndef STORAGE_SQLITE_CONNECTION_H
#define STORAGE_SQLITE_CONNECTION_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "storage/tables/database.h"

enum { CONNECTION_BUSY_MS = 250 }; /* how long a lock of somebody else's is waited for */

struct sqlite_store;

struct sqlite_statement {
    struct statement statement; /* first */
    struct sqlite_store *store;
    sqlite3_stmt *handle; /* NULL: not prepared, or it could not be */
};

struct sqlite_store {
    struct database database; /* first: a struct database * is one of these */
    sqlite3 *db;
    struct sqlite_statement statements[SQL_COUNT];
    int wal_frames;        /* in the write-ahead log, as of the last commit */
    int wal_frames_moved;  /* of these, in the database already */
    int wal_frames_waited; /* that there were when readers were last waited for */
    int lock_fd;           /* the run lock's file; -1: not held */
    bool merged;           /* erase.c: each search index is one piece */
    bool rewritten;        /* the file holds what counts and nothing else */
};

struct statement *connection_statement(struct database *store, enum sql sql);

/* A statement that the caller made, and finalizes, for reading.h. */
struct sqlite_statement connection_wrap(struct sqlite_store *store, sqlite3_stmt *handle);

int connection_begin(struct database *store); /* BEGIN IMMEDIATE; STORE_BUSY when locked */
int connection_begin_reading(struct database *store);
int connection_end(struct database *store, int err);
bool connection_is_in_transaction(const struct database *store);

/* Runs SQL text of several statements. */
int connection_run(struct sqlite_store *store, const char *sql);

/* The store_error for SQLite's `code`; writes one sentence for store_message(). */
int connection_error(struct sqlite_store *store, int code);

/* Moves the write-ahead log into the database when it has grown. */
int connection_checkpoint(struct database *store);

static inline struct sqlite_store *sqlite_of(struct database *database)
{
    return (struct sqlite_store *)database;
}

#endif
