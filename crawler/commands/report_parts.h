/* report_parts.h - what the parts of the report's page share: the page under way and its rows.
 *
 * Internal to report_page. Thread: main. */
#ifndef CRAWLER_COMMANDS_REPORT_PARTS_H
#define CRAWLER_COMMANDS_REPORT_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "storage/store.h"

struct page {
    struct store *store;
    struct bytes *out;
    const json_t *run;
    const char *labels; /* of the sites that are told, see groups.h; NULL: all. Borrowed */
    json_t *sites;      /* rows of SQL_READ_SITES, each with the columns of SQL_PAGE_SITES */
    size_t troubles_count;
    json_t *totals;               /* the row of SQL_PAGE_TOTALS, in an array */
    struct store_value params[2]; /* run_id, now_ms: what most queries take */
    struct arena arena;
};

/* A row's column: 0 and "" where there is none. */
int64_t page_number(const json_t *row, const char *key);
const char *page_text(const json_t *row, const char *key);

/* All rows of a query, owned. Returns 0 or a store_error. */
int page_rows(struct page *page, enum sql sql, const struct store_value *params,
              size_t params_count, json_t **rows);

/* Whether a row of SQL_READ_SITES stands first in the list, for a person to look at. */
bool page_is_troubled(const json_t *site);

/* Appends 2026-11-21 03:00 UTC of an ISO text. */
void page_moment(struct bytes *out, const char *moment);

#endif
