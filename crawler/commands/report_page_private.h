/* report_page_private.h - what the parts of report_page.c share: the page under way, and its rows.
 */
#ifndef CRAWLER_COMMANDS_REPORT_PAGE_PRIVATE_H
#define CRAWLER_COMMANDS_REPORT_PAGE_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "commands/rows.h"
#include "storage/store.h"

struct page {
    struct store *store;
    struct bytes *out;
    const json_t *run;
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

/* Each appends a part. The first takes rows of SQL_READ_SITES; those that return an int return 0 or
 * a store_error. */
void page_write_troubles(struct page *page, const json_t *sites);
int page_write_charts(struct page *page);
int page_write_failures(struct page *page);
int page_write_sites(struct page *page, const json_t *sites);
int page_write_runs(struct page *page);

#endif
