/* session.h - the session with a PostgreSQL server: its statements, transactions, errors, and
 * how it comes back when the server or the network was gone.
 *
 * What is here answers storage/tables/ (statement.h, database.h). The session is in pipeline mode:
 * statements that nobody waits for are sent together with the next one that somebody does, and read
 * then. Prepared statements know their parameters' types, so integers go over as binary numbers.
 * Thread: one at a time. */
#ifndef STORAGE_POSTGRES_SESSION_H
#define STORAGE_POSTGRES_SESSION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "storage/tables/database.h"

struct answer_slot;
struct awaited;
struct postgres_statement;

/* What keeps others from changing what this program works on. */
enum postgres_lock { LOCK_NONE, LOCK_SHARED, LOCK_EXCLUSIVE };

struct postgres_store {
    struct database database; /* first: a struct database * is one of these */
    PGconn *connection;
    char *dsn;               /* with the password, if it was given so: never in a message */
    unsigned generation;     /* of the session: what was prepared in an earlier one is gone */
    unsigned pending;        /* statements sent whose results were not read */
    struct awaited *awaited; /* of these, those with answers for somebody, in order */
    size_t awaited_count, awaited_capacity;
    struct answer_slot *slots; /* of all of them */
    size_t slots_count, slots_capacity;
    bool in_transaction;
    bool reading; /* a transaction that only reads */
    int failure;  /* the first of the transaction; 0: none */
    struct postgres_statement *statements[SQL_COUNT];

    enum postgres_lock lock;
    int64_t worker_id; /* its row in `workers`; 0: none */
    int64_t batch;     /* commits of this worker so far */
    int64_t share_ms;  /* when the shares of the workers were last looked at */
    int64_t workers;   /* that lived then */
    int64_t fair;      /* hosts that this worker may hold, if all have much to do */
    int64_t leased;    /* hosts that it holds, roughly */
    bool sealed;       /* the open transaction ends with the mark of the next one */
};

/* Connects; on failure a sentence for store_message(). */
int session_open(struct postgres_store *store);
void session_close(struct postgres_store *store);

struct statement *session_statement(struct database *store, enum sql sql);

int session_begin(struct database *store);
int session_begin_reading(struct database *store);
int session_end(struct database *store, int err);
bool session_is_in_transaction(const struct database *store);

/* Reads the answers to all that was sent; returns the first failure. */
int session_collect(struct postgres_store *store, PGresult **last);

/* The statement that was sent last has answers for these, as soon as they are read. */
void session_await(struct postgres_store *store, struct postgres_statement *statement,
                   const struct answer_slot *slots, size_t count);
bool session_awaits(const struct postgres_store *store); /* any that was not read */

/* Connected, outside of a transaction: comes back when it was gone. STORE_BUSY where it can't. */
int session_ready(struct postgres_store *store);

/* Takes a lock that lasts as long as the session, which takes it again when it is another;
 * STORE_HELD where somebody has it. */
int session_lock(struct postgres_store *store, enum postgres_lock lock);

/* Asks for one integer, outside of any transaction: 1 with it, 0 without, or a store_error. */
int session_ask(struct postgres_store *store, const char *sql, int64_t *out);

/* Runs SQL text of several statements. */
int session_run(struct postgres_store *store, const char *sql);

/* Writes one sentence for store_message(). */
void session_say(struct postgres_store *store, const char *said);

/* The store_error for an answer (NULL: the session itself); writes one sentence for
 * store_message(). */
int session_error(struct postgres_store *store, const PGresult *result);

static inline struct postgres_store *postgres_of(struct database *database)
{
    return (struct postgres_store *)database;
}

#endif
