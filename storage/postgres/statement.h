/* statement.h - named statements as PostgreSQL runs them.
 *
 * The program computes some parameters before it sends a statement: url_hash($n) in its text is the
 * hash of a URL's identity, url_shape($n, $m, coarse) its pattern, taken_hashes($n, $m) those that
 * a take-down of kind $n which matches $m covers. Each becomes a parameter of its own. As in SQLite
 * a LIMIT of -1 is none. Texts go over as valid UTF-8: whatever is none becomes U+FFFD. Thread: the
 * store's. */
#ifndef STORAGE_POSTGRES_STATEMENT_H
#define STORAGE_POSTGRES_STATEMENT_H

#include <libpq-fe.h>

#include "storage/tables/statement.h"

struct answer_slot;
struct postgres_statement;
struct postgres_store;

/* Owned by the caller, for postgres_statement_free(). `sql` is borrowed. */
struct postgres_statement *postgres_statement_create(struct postgres_store *store, const char *sql);
void postgres_statement_free(struct postgres_statement *statement); /* takes; NULL does nothing */
struct statement *postgres_statement_base(struct postgres_statement *statement);

/* The answers of a result to so many slots (gathered.h), one for each row that was sent with it. */
void postgres_statement_answer(struct postgres_statement *statement, PGresult *result,
                               const struct answer_slot *slots, size_t count);

/* Rows that were added, but not sent; NULL does nothing. */
void postgres_statement_forget_rows(struct postgres_statement *statement);

#endif
