/* lasting.h - what stays of an article's address when its slug changes: the number by which the
 * site's own system knows it.
 *
 * Plain functions over text. Thread: any. */
#ifndef STORAGE_TABLES_LASTING_H
#define STORAGE_TABLES_LASTING_H

#include <stdint.h>

/* A fingerprint of `short_url`, the page's rel=shortlink (WordPress: "https://example.org/?p=123"),
 * or where that is NULL of `url` without the words that editors change: "/news/#123456.html". 0:
 * it has no number of five digits or more that is no date, or has a query. */
int64_t lasting_hash(const char *url, const char *short_url);

#endif
