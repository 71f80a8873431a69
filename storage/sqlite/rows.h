/* rows.h - whole tables of an SQLite file, see storage/copy/rows.h. Thread: the store's. */
#ifndef STORAGE_SQLITE_ROWS_H
#define STORAGE_SQLITE_ROWS_H

#include "storage/copy/rows.h"

extern const struct rows_kind sqlite_rows;

#endif
