/* database.h - a database with the tables of schema/, whatever kind it is: what a run knows of it,
 * its transactions, and what only its backend can do.
 *
 * Everything of this folder works on struct database, by the named statements (statement.h), so
 * that each rule about the rows stands in one place for all backends. Thread: one at a time. */
#ifndef STORAGE_TABLES_DATABASE_H
#define STORAGE_TABLES_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/backend.h"
#include "storage/memory.h"
#include "storage/tables/statement.h"

struct frontier;
struct known;
struct room;
struct rows_kind;
struct run_host;
struct sharing;
struct taken;
struct takedown_work;
struct text_shingles;

struct database {
    struct store store; /* first: a struct store * is one of these */
    const struct driver *driver;
    char *name; /* in messages: a path, or a connection without its password */
    enum store_access access;
    uint64_t hash_seed; /* of this database's URL hashes */

    /* while a run is on */
    struct run_record run;
    int64_t run_id;
    int64_t night_ms; /* when the first of the runs that share the limits began */
    struct frontier *frontier;
    struct pool pool;            /* of one commit */
    int64_t now_ms;              /* the latest moment that anyone told */
    bool retention_pending;      /* old rows may be left to drop */
    int64_t raw_bytes;           /* of kept pages; counted where the run has a limit */
    bool search_behind;          /* search_backlog may have rows */
    struct unindexed *unindexed; /* articles of this batch that search.c is to index */
    size_t unindexed_count, unindexed_capacity;
    struct known *known;            /* what a batch's articles need not be looked for; else NULL */
    struct text_shingles *shingles; /* two, for stories.c; NULL until it needs them */
    struct taken *taken;            /* what may not be asked or stored */
    size_t taken_count;

    struct takedown_work *takedown; /* while one is being done; else NULL */
};

/* What each kind of database does in its own way. Functions return 0 or a store_error. */
struct driver {
    void (*close)(struct database *store);
    struct statement *(*statement)(struct database *store, enum sql sql);

    int (*begin)(struct database *store); /* to write; STORE_BUSY when locked */
    int (*begin_reading)(struct database *store);
    int (*end)(struct database *store, int err);
    bool (*is_in_transaction)(const struct database *store);

    /* The run lock, whose holder changes what a run changes; held already: 0. `shared`: with other
     * runs, where the database can have several. */
    int (*lock)(struct database *store, bool shared, int64_t now_ms);
    void (*unlock)(struct database *store);

    int (*run_begins)(struct database *store, const struct run_record *run);
    void (*run_ended)(struct database *store); /* figures for the planner, if they can be had */
    int (*checkpoint)(struct database *store); /* see store_checkpoint() */

    /* What pages have in common with one that is taken down becomes their own. */
    int (*free_of_taken)(struct database *store);

    /* What was deleted from here on is to leave no bytes; and a step of seeing to it, with *done
     * set after the last one. */
    int (*erase_begin)(struct database *store);
    int (*erase_step)(struct database *store, bool *done);

    int (*protect)(struct database *store, bool *changed); /* see store_protect() */
    int (*each_chosen)(struct database *store, enum sql query, const struct article_choice *choice,
                       store_row_fn *on_row, void *context);

    bool gathers; /* statement_add() does: to ask for many costs little more than for one */

    const struct rows_kind *rows;  /* whole tables, for a copy */
    const struct sharing *sharing; /* NULL: one run has all hosts */
};

/* Where several runs share the hosts, each leases some from the database, whole, and gives them
 * back. In a run's memory (frontier.h) those of others are `foreign`. */
struct sharing {
    int (*join)(struct database *store);  /* after the run's row was made; again after STORE_LOST */
    int (*leave)(struct database *store); /* gives back what is still leased */
    int (*renew)(struct database *store);

    /* How many hosts more this run holds than is fair to the others; negative: fewer. */
    int64_t (*surplus)(struct database *store);
    /* Leases up to so many hosts that are due; each is set down in the frontier. */
    int (*claim)(struct database *store, unsigned hosts_max, struct run_host **out, size_t *count);
    /* Gives hosts back. When each has something next: NEVER for nothing. */
    int (*release)(struct database *store, const struct run_host *const *hosts,
                   const int64_t *next_ms, size_t count);
    /* When a host that is free now has something, or one of another run may have; MOMENT_NONE:
     * never. */
    int (*next_due)(struct database *store, int64_t now_ms, int64_t *out);

    /* What all runs of one night may ask together (room.h), in the call that leases: of `room` as
     * much more as this run gets, about `want`; 0: there is none, until another run returns some;
     * -1: another is just reserving. And the other way: what is left of these, those that come
     * through have `granted` and `change` set. */
    int (*reserve)(struct database *store, const struct room *room, unsigned want,
                   int64_t *granted);
    int (*give_room)(struct database *store, struct room *const *rooms, size_t count);

    /* Before anything else in that call: hosts of this run, and where each is about to be asked.
     * Those whose address others ask become `crowded`. */
    int (*place)(struct database *store, struct run_host *const *hosts,
                 const char *const *addresses, size_t count);

    /* In the transaction of a batch: of each of these one was asked. */
    int (*spend_room)(struct database *store, const struct room *const *rooms, size_t count);
    /* In it, too: tells those who hold these hosts, or may lease them, that they got URLs, due
     * then.
     */
    int (*poke)(struct database *store, const struct run_host *const *hosts, const int64_t *due_ms,
                size_t count);
    /* Before any of these hosts is written in the transaction of a batch: their rows, in one order
     * for all runs. */
    int (*lock)(struct database *store, const struct run_host *const *hosts, size_t count);
    /* Once in each transaction that writes results, leases hosts or gives them back: STORE_LOST
     * where the leases have run out. By it a commit whose answer is lost is known. Of a batch it is
     * the first statement, since from there on this run is not ended as one that was lost. */
    int (*seal)(struct database *store);
    /* Whether the server may have lost what it had said was written: nothing was sealed since the
     * connection was made anew. */
    bool (*is_unsure)(const struct database *store);
};

/* Of a database that is being made: a secret seed keeps strangers from making URLs that collide
 * (limits.md section 4). */
int database_write_seed(struct database *store);

/* Gives back what a run and statements have left; the backend frees the rest. */
void database_clear(struct database *store);

/* ---- transactions ---- */

static inline int transaction_begin(struct database *store)
{
    return store->driver->begin(store);
}

/* Several statements see one state. */
static inline int transaction_begin_reading(struct database *store)
{
    return store->driver->begin_reading(store);
}

/* Commits when err is 0, else rolls back; returns the first failure. */
static inline int transaction_end(struct database *store, int err)
{
    return store->driver->end(store, err);
}

static inline struct database *database_of(struct store *store)
{
    return (struct database *)store;
}

#endif
