/* text_rows.h - rows as JSON Lines and as CSV.
 *
 * Both write the query's columns in its order, under their names. Text that is not UTF-8 is
 * repaired. Thread: any. */
#ifndef CRAWLER_EXCHANGE_TEXT_ROWS_H
#define CRAWLER_EXCHANGE_TEXT_ROWS_H

#include <stddef.h>

#include "base/bytes.h"
#include "storage/store.h"

/* One object a line (RFC 8259, jsonlines.org): integers and reals as numbers, NULL and blobs as
 * null. */
void text_rows_json(struct bytes *out, const struct store_value *columns, size_t count);

/* RFC 4180: lines end in CR LF, fields with a comma, a quote or a line end are quoted. NULL is an
 * empty field, empty text is "". */
void text_rows_csv(struct bytes *out, const struct store_value *columns, size_t count);
/* The line of names. */
void text_rows_csv_names(struct bytes *out, const struct store_value *columns, size_t count);

#endif
