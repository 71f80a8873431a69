/* computed.h - what the program computes before it sends a statement (statement.h), and the text
 * that has places for it.
 *
 * Thread: the store's. */
#ifndef STORAGE_POSTGRES_COMPUTED_H
#define STORAGE_POSTGRES_COMPUTED_H

struct postgres_statement;

/* Makes statement->sql of a text of queries.sql, and notes its places. */
void computed_read(struct postgres_statement *statement, const char *sql);

/* Binds what follows from the other parameters. */
void computed_bind(struct postgres_statement *statement);

#endif
