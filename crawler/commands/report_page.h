/* report_page.h - crawler report --html: a run as one page for people.
 *
 * The page is one file that asks nobody for anything: style, drawings and the script that sorts and
 * filters the table of sites stand in it; without the script it shows the same. Thread: main. */
#ifndef CRAWLER_COMMANDS_REPORT_PAGE_H
#define CRAWLER_COMMANDS_REPORT_PAGE_H

#include <jansson.h>
#include <stdint.h>

#include "base/bytes.h"
#include "storage/store.h"

/* Appends the page. `run` is a row of SQL_READ_RUNS; with labels (groups.h; NULL: all) what is told
 * of sites is of those alone. Returns 0 or a store_error. */
int report_page(struct store *store, const json_t *run, const char *labels, int64_t now_ms,
                struct bytes *out);

#endif
