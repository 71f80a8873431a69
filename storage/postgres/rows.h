/* rows.h - whole tables of a PostgreSQL database, see storage/copy/rows.h.
 *
 * Read by SELECT, page by page, with binary results; written by COPY in its binary form:
 * https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format".
 * Thread: the store's. */
#ifndef STORAGE_POSTGRES_ROWS_H
#define STORAGE_POSTGRES_ROWS_H

#include "storage/copy/rows.h"

extern const struct rows_kind postgres_rows;

#endif
