/* session.h - the session with a PostgreSQL server.
 *
 *     session.c      its statements and transactions
 *     connection.c   how it begins, waits for answers, and comes back when the server or the
 *                    network was gone
 *     errors.c       what went wrong, as a store_error and a sentence with what to do
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
    bool usable;             /* with settings, lock and worker */
    char identity[96];       /* a condition that finds this session in pg_stat_activity */
    int64_t again_ms;        /* monotonic: no attempt to connect before */
    int64_t pause_ms;        /* before the next attempt; 0: the last one succeeded */
    unsigned refused;        /* attempts in a row that the server refused, as it would again */
    char *dsn;               /* with the password, if it was given so: never in a message */
    unsigned generation;     /* of the session: what was prepared in an earlier one is gone */
    unsigned prepared;       /* statements made so far, which are named by their number */
    unsigned pending;        /* statements sent whose results were not read */
    struct awaited *awaited; /* of these, those with answers for somebody, in order */
    size_t awaited_count, awaited_capacity;
    struct answer_slot *slots; /* of all of them */
    size_t slots_count, slots_capacity;
    bool in_transaction;
    bool reading; /* a transaction that only reads */
    int failure;  /* the first of the transaction; 0: none */
    struct postgres_statement *statements[SQL_COUNT];

    enum postgres_lock lock; /* that this session has, or takes again when it is another */
    int64_t worker_id;       /* its row in `workers`; 0: none */
    int64_t batch;           /* commits of this worker so far */
    int64_t share_ms;        /* when the shares of the workers were last looked at */
    int64_t workers;         /* that lived then */
    int64_t fair;            /* hosts that this worker may hold, if all have much to do */
    int64_t leased;          /* hosts that it holds, roughly */
    unsigned verified;       /* the session in which the worker's row was last as it should be */
    bool sealed;             /* the open transaction has the mark of the next one */
};

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
void session_forget_sent(struct postgres_store *store);

/* Asks for one integer, outside of any transaction: 1 with it, 0 without, or a store_error. */
int session_ask(struct postgres_store *store, const char *sql, int64_t *out);

/* Runs SQL text of several statements. */
int session_run(struct postgres_store *store, const char *sql);

/* ---- connection.c ----
 *
 * A connection counts as lost when libpq says so, or when the server has been silent for long and a
 * second connection is told that it does nothing for us. The next one is made with growing pauses;
 * first it ends what the lost one has left on the server (its locks, its open transaction), then it
 * has the settings, the run lock and the worker of the one before. */

/* Connects; on failure a sentence for store_message(). */
int session_open(struct postgres_store *store);
void session_close(struct postgres_store *store);

/* Whether it is, as far as is known without asking. */
bool session_is_connected(const struct postgres_store *store);

/* Connected, outside of a transaction, or made so: at most one attempt, and a quarter of a second
 * of waiting for its turn. STORE_BUSY where that failed and may yet succeed; STORE_HELD where an
 * exclusive lock went to somebody else meanwhile. */
int session_ready(struct postgres_store *store);

/* Waits for a part of a quarter of a second: two that were in each other's way shall not meet again
 * at once. */
void session_step_aside(struct postgres_store *store);

/* Takes a lock that lasts as long as the session, which takes it again when it is another;
 * STORE_HELD where somebody has it. */
int session_lock(struct postgres_store *store, enum postgres_lock lock);

/* Tells the server what is particular to a run's worker. */
int session_set_worker(struct postgres_store *store);

/* Sends what is left to send and waits until PQgetResult() would not block. */
void session_wait(struct postgres_store *store);

/* ---- errors.c ---- */

/* The store_error for an answer (NULL: the session itself); writes one sentence for
 * store_message(). */
int session_error(struct postgres_store *store, const PGresult *result);

/* The same for an attempt to connect that failed. *lasting: it would fail again. */
int session_refusal(struct postgres_store *store, bool *lasting);

/* Writes the sentence: what was said, its first line, and perhaps what to do. */
void session_say(struct postgres_store *store, const char *said);
void session_advise(struct postgres_store *store, const char *advice, const char *said);

static inline struct postgres_store *postgres_of(struct database *database)
{
    return (struct postgres_store *)database;
}

#endif
