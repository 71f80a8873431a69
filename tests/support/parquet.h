/* parquet.h - reads a Parquet file of plain pages, by the specification and nothing else.
 *
 * Checks on the way what readers rely on: the magic, that pages and chunks lie where the metadata
 * says and fill the file, their CRCs, sizes and counts, and that no value is beyond the bounds that
 * its chunk tells. What isn't so ends the test with a message. */
#ifndef TESTS_SUPPORT_PARQUET_H
#define TESTS_SUPPORT_PARQUET_H

#include <jansson.h>

/* The file's metadata: structs as objects with the fields' ids as names. Returned owned. */
json_t *parquet_metadata(const char *path);

/* The rows as objects, as JSON Lines of the same articles have them: moments and days as texts,
 * booleans as 0 and 1, lists joined by "; ". Returned owned. */
json_t *parquet_rows(const char *path);

#endif
