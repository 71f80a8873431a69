/* store.h - the database behind one small interface, in travel order: seed, lease, commit, totals.
 *
 * SQLite or PostgreSQL: the DSN chooses. Calls may block; one thread at a time may use a
 * store. A call that finds the database locked waits a quarter of a second and then returns
 * STORE_BUSY with nothing changed: the caller tries again for as long as it likes. */
#ifndef STORAGE_STORE_H
#define STORAGE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/record.h"
#include "storage/sql.h" /* enum sql: the names of schema/…/queries.sql */

enum store_error {
    STORE_OK = 0,
    STORE_BUSY = -101,    /* locked for now */
    STORE_HELD = -102,    /* another run holds the database */
    STORE_MISSING = -103, /* there is no such database */
    STORE_FOREIGN = -104, /* some other program's database */
    STORE_NEWER = -105,   /* made by a newer version of this program */
    STORE_CORRUPT = -106,
    STORE_FULL = -107,     /* no room on the disk */
    STORE_READONLY = -108, /* may not be written */
    STORE_FAILED = -109,   /* anything else; the message tells */
    STORE_LOST = -111,     /* the leases have run out: store_rejoin() */
    STORE_UNFIT = -112, /* a value that the database does not take: a constraint, a type, a size */
    STORE_REFUSED = -110, /* a condition that is none, or wants more than to read */
};

enum store_access {
    STORE_CREATE, /* read and write; made where there is none */
    STORE_WRITE,  /* read and write; must exist */
    STORE_COPY,   /* as STORE_CREATE, also where a copy was begun and not completed */
    STORE_READ,   /* must exist; never changes it, not even by a migration */
};

struct store;

/* Opens the database that `dsn` names (a path, or postgresql://…), brings its schema up to date
 * (not for STORE_READ) and stores it in *out, owned, for store_close(). On failure returns why,
 * with one sentence in `message` (what, where, what to do), and leaves file and *out as they were.
 */
int store_open(struct store **out, const char *dsn, enum store_access access, char *message,
               size_t message_size);
/* Whether `dsn` names a database of a PostgreSQL server: a URI, or keywords as libpq reads them,
 * of which one is service, host, hostaddr or dbname. Else it is a path. */
bool store_is_server(const char *dsn);

/* Takes the password out of a DSN, in its place, and keeps it for store_open(): what is left may be
 * shown, in the process list too where the text is an argument of the program. To be called before
 * there is a second thread. */
void store_hide_password(char *dsn);

/* Whether store_open() will have to bring that database's schema up to date, which takes minutes
 * where there are a million articles. False too for what is no database of ours. */
bool store_is_older(const char *dsn);

/* Whether a run, or a command that takes the run lock, holds that database just now; who, and since
 * when, is then in `message`. Takes no lock where nobody does. */
bool store_is_held(const char *dsn, char *message, size_t message_size);

/* From any thread: whether a call that waits for a server is to end soon, with STORE_BUSY, even
 * where the server may still be working. */
void store_hurry(struct store *store, bool hurry);

void store_close(struct store *store); /* takes; NULL does nothing */

/* One sentence on the last failure; borrowed until the next call. */
const char *store_message(const struct store *store);

/* ---- seed ---- */

/* Adds a site with its host, its first source or page, and its place in the queue.
 * *added is false where it was there already (its name, rules and limits are then updated).
 * Many calls between store_begin() and store_end() are one transaction. */
int store_add_site(struct store *store, const struct site_record *site, int64_t now_ms,
                   bool *added);
int store_begin(struct store *store);
int store_end(struct store *store, bool commit);

struct store_value;

/* Runs the named statement of queries.sql, which changes settings and gives no rows, with params as
 * ?1, ?2 … What it removes or replaces leaves no byte in the file. To be called between
 * store_begin() and store_end(). */
int store_change(struct store *store, enum sql statement, const struct store_value *params,
                 size_t params_count);

/* Where the database holds credentials (or will, by what was changed so far), none but its owner
 * may read its files: makes it so. *changed tells whether it had to. STORE_READONLY, with a
 * message, where it may not. */
int store_protect(struct store *store, bool *changed);

/* ---- a run ---- */

/* Takes the run lock (STORE_HELD: message says who and since when), returns what a run that died
 * had leased, drops what is past its retention, and opens the run's row. `run` is copied. */
int store_run_begin(struct store *store, const struct run_record *run, int64_t *out_run_id);

/* Leases hosts with their URLs, see record.h. The answer lives until the next call of this. */
int store_lease(struct store *store, const struct lease_request *request, struct lease_answer *out);

/* Whether other runs may have hosts of this database at the same time. Then store_lease(),
 * store_commit() and store_renew() return STORE_LOST, with nothing changed, where the leases of
 * this one have run out, or where the server has lost what it had said was written. */
bool store_is_shared(const struct store *store);

/* Says that this run still holds its hosts; to be called before lease_ms has passed. */
int store_renew(struct store *store);

/* After STORE_LOST: forgets all hosts and leases, and goes on without any. Results of what was
 * leased before are `lost` (below). STORE_BUSY: to be called again. */
int store_rejoin(struct store *store);

/* Makes a lease of an archived page's URL, so that store_commit() takes what was answered at
 * `answered_ms`: *lease comes with url and domain, and gets its hash; `key` is the URL's identity.
 * *wanted is false where the URL was taken down, or what is stored of it is as new or newer (a
 * commit would pass it over as lost). Only reads, so a store opened to read will do: the commit
 * makes the host, and the site of the domain (without sources: nothing is crawled for its sake). */
int store_adopt(struct store *store, const char *key, int64_t answered_ms, struct url_lease *lease,
                bool *wanted);

/* What commit did, for counters; one per result. */
struct commit_outcome {
    bool article_new;
    bool article_revised;
    unsigned found_new; /* URLs that were not known before */
    bool lost;          /* the lease was no longer ours: nothing was written */
};

/* Writes `count` results in one transaction, all of them or none. `outcomes` has `count` places.
 * STORE_UNFIT: one of them at least has something that can never be written. */
int store_commit(struct store *store, const struct result_record *const *results, size_t count,
                 struct commit_outcome *outcomes);

/* Between batches: moves the write-ahead log into the database when it has grown. Waits some
 * seconds for readers where it has become very long. */
int store_checkpoint(struct store *store);

/* How long the log was before the last checkpoint. Without readers it is some ten megabytes. */
int64_t store_log_bytes(const struct store *store);

/* Compares each whole site that this run asked with its own past (storage/health.h) and keeps the
 * verdict, for v_site_health. `whole`: the run was not cut short. To be called before the end. */
int store_judge_sites(struct store *store, int64_t now_ms, bool whole);

/* Ends the run: outcome is 'ok', 'partial', 'stopped' or 'failed'; report is JSON, kept with it.
 * Gives leases and the run lock back. */
int store_run_end(struct store *store, int64_t now_ms, const char *outcome, const char *report);

/* ---- take-downs ---- */

/* Takes the run lock and notes what is to be removed; from here on no run asks or stores it. With
 * none (count 0) those that were cut off are taken up again. */
int store_takedown_begin(struct store *store, const struct takedown_record *takedowns, size_t count,
                         int64_t now_ms);

/* Does a part of what is noted and adds it to *progress, which begins all zero; to be called until
 * progress->done. STORE_BUSY: try again, nothing is lost. */
int store_takedown_step(struct store *store, int64_t now_ms, struct takedown_progress *progress);

/* ---- kept pages, read again ---- */

/* Names the rules by which articles are made; each keeps the name it was made under. Borrowed. */
const char *store_extractor(void);

/* Takes the run lock (STORE_HELD: message says who and since when), which store_close() gives back.
 * Which pages there are tells SQL_PAGES_TO_REREAD; then, when what came of these is written,
 * SQL_VERSIONS_TO_REREAD. */
int store_reread_begin(struct store *store, int64_t now_ms);

/* Writes what `count` pages gave in one transaction, all of it or none: an article is corrected in
 * place. That is no revision, since its page has not changed. Of an older version the texts are
 * corrected, too. `outcomes` has `count` places. */
int store_reread_commit(struct store *store, const struct reread_record *records, size_t count,
                        struct reread_outcome *outcomes);

/* ---- kept pages, packed ---- */

/* Takes the run lock, as store_reread_begin(). Which pages there are tells SQL_PAGES_TO_PACK. */
int store_pack_begin(struct store *store, int64_t now_ms);

/* Keeps frames instead of `count` pages as they came, in one transaction. */
int store_pack_commit(struct store *store, const struct packed_record *records, size_t count);

/* ---- a copy of the whole database ---- */

struct store_copy; /* owns nothing of the two stores */

struct copy_request {
    bool compare_only; /* copies nothing: compares every row of both */
    bool search;       /* indexes the articles; else they are left to a run's backlog */
    int64_t now_ms;
};

/* What comes after what. COPY_FINISH is one step. */
enum copy_stage { COPY_ROWS, COPY_COMPARE, COPY_FINISH, COPY_INDEX, COPY_DONE };

struct copy_progress {
    enum copy_stage stage;
    const char *table;        /* at work; NULL: none */
    int64_t rows, rows_total; /* of COPY_ROWS and of COPY_COMPARE each; of all tables */
    int64_t indexed;          /* articles of COPY_INDEX … */
    int64_t articles;         /* … and how many there are to be indexed */
    int64_t mended;           /* texts with bytes that a server refuses: U+FFFD stands for these */
    bool compared, same;      /* after COPY_COMPARE: every row is the same in both */
};

/* What the comparison has found. The digest is of all rows in the order of their keys, the same
 * whatever kind of database they are in. */
struct copy_table {
    const char *name;
    int64_t rows;
    bool same;
    char digest[33];      /* XXH3, 128 bits, as hexadecimal digits; empty: not all were compared */
    char difference[256]; /* the first row that differs, and in what; empty: none */
};

/* Copies all rows of `from` (STORE_READ will do) into `to` (STORE_COPY, new or empty), or goes on
 * with a copy of the same source that was cut off. Takes the run locks of both, for as long as the
 * stores are open: STORE_HELD where a run has one. STORE_REFUSED where `to` holds something else.
 * With compare_only nothing is locked or changed. Both stores have to outlive *out; whatever fails,
 * here and later, store_message(to) tells. */
int store_copy_begin(struct store_copy **out, struct store *from, struct store *to,
                     const struct copy_request *request);

/* Does a part of it, until progress->stage is COPY_DONE. STORE_BUSY: try again. After any failure,
 * or a kill at any moment, what the target has is whole, and the next call goes on. */
int store_copy_step(struct store_copy *copy, struct copy_progress *progress);

/* Borrowed; NULL behind the last one. */
const struct copy_table *store_copy_table(const struct store_copy *copy, size_t index);

void store_copy_close(struct store_copy *copy); /* takes; NULL does nothing */

/* ---- totals: what commands read ---- */

enum store_type { STORE_NULL, STORE_INTEGER, STORE_REAL, STORE_TEXT, STORE_BLOB };

/* A column of a row, or a parameter of a query. */
struct store_value {
    const char *name; /* of a parameter: not used */
    enum store_type type;
    int64_t integer;  /* of STORE_INTEGER; its value as such for STORE_REAL and STORE_TEXT too */
    double real;      /* of STORE_REAL and STORE_INTEGER */
    const char *text; /* of any type but STORE_NULL (then NULL), NUL-terminated */
    size_t size;      /* of text or blob, in bytes */
};

/* One row; `columns` is borrowed for the time of the call. A value other than 0 ends the reading,
 * and store_each_row() returns it. */
typedef int store_row_fn(const struct store_value *columns, size_t count, void *context);

/* Runs the named query of queries.sql with params as ?1, ?2 … and gives every row to `on_row`.
 * Returns 0, what on_row returned, or a store_error. A short read transaction of its own: the
 * caller sees one state of the database, and nobody waits for it. */
int store_each_row(struct store *store, enum sql query, const struct store_value *params,
                   size_t params_count, store_row_fn *on_row, void *context);

/* Which articles of v_articles are meant: those for which all of this is true. */
struct article_choice {
    const char *where;     /* an SQL condition over the view's columns, from a person; or NULL */
    const char *site;      /* registrable domain, or NULL */
    const char *labels;    /* ",europe,daily,": of sites with one of these; or NULL */
    const char *since_utc; /* published (where that is not known, first seen) then or later, */
    const char *until_utc; /* then or earlier; ISO 8601 as in the view, or NULL */
};

/* store_each_row() for a query over `chosen`, the articles of `choice`. The condition can only
 * read, whatever it says: STORE_REFUSED and a message where it asks for more or can't be
 * understood. */
int store_each_chosen(struct store *store, enum sql query, const struct article_choice *choice,
                      store_row_fn *on_row, void *context);

/* The column called `name`, or NULL where there is none such. */
const struct store_value *store_column(const struct store_value *columns, size_t count,
                                       const char *name);

#define STORE_PARAM_INTEGER(value) ((struct store_value){.type = STORE_INTEGER, .integer = (value)})
#define STORE_PARAM_TEXT(value)                                                                    \
    ((struct store_value){.type = (value) ? STORE_TEXT : STORE_NULL, .text = (value)})

#endif
