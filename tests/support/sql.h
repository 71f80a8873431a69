/* sql.h - asks a SQLite file one question, read-only: tests judge a crawl by what it stored. And
 * prepares one for a test.
 *
 * Each call opens the file anew, so it sees what is committed by then. A query that fails ends
 * the process with SQLite's message. Thread: any. */
#ifndef TESTS_SUPPORT_SQL_H
#define TESTS_SUPPORT_SQL_H

#include <stdint.h>

/* The first column of the first row; without a row 0. */
int64_t sql_integer(const char *path, const char *query);
/* The same as text, returned owned; NULL without a row, or for a NULL. */
char *sql_text(const char *path, const char *query);
/* All rows: columns parted by '|', each row ended by a line feed, NULLs empty. Returned owned. */
char *sql_rows(const char *path, const char *query);
/* Changes the file, which must exist. */
void sql_do(const char *path, const char *statements);

#endif
