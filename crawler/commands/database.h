/* database.h - how commands open the database and say what is wrong with it. Thread: main. */
#ifndef CRAWLER_COMMANDS_DATABASE_H
#define CRAWLER_COMMANDS_DATABASE_H

#include "base/error.h"
#include "storage/store.h"

struct log;

/* Opens the database, owned by the caller, in *out and returns 0; or an exit status after one
 * sentence on standard error. Waits a while for one that is locked. */
int database_open(struct store **out, const char *dsn, enum store_access access);

/* The same, with the sentence in `message` and nothing printed: for who has a log. */
int database_try(struct store **out, const char *dsn, enum store_access access, char *message,
                 size_t message_size);
extern const char database_updating[]; /* what to say where store_is_older() */

/* Where the database holds credentials, none but its owner may read its files (store_protect()):
 * says so where that was not so, in the log or, without one, on standard error. database_open()
 * does. */
void database_protect(struct store *store, const char *dsn, struct log *log);

/* For a call that failed: the sentence on standard error, and the exit status. */
int database_failed(const struct store *store, int error);

/* The exit status that a store_error asks for. */
enum exit_status database_exit_status(int error);

/* Sleeps a moment when `error` is STORE_BUSY and a minute has not passed: then the caller tries
 * again. *since_ms, of the first such wait, begins with 0. */
bool database_wait(int error, unsigned *since_ms);

/* store_each_row(), again by database_wait(): what fails so has given no row yet. */
int database_each_row(struct store *store, enum sql query, const struct store_value *params,
                      size_t params_count, store_row_fn *on_row, void *context);

#endif
