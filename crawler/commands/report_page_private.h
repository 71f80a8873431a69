/* report_page_private.h - what the parts of report_page.c share: the page under way, its rows, and
 * how they become tables.
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
    json_t *sites; /* rows of SQL_READ_SITES, each with the columns of SQL_PAGE_SITES */
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

/* ---- report_tables.c: rows as tables ---- */

enum cell {
    CELL_HEAD, /* the row's name: an address, with the column "name" below */
    CELL_TEXT, /* a word or two */
    CELL_STATE,
    CELL_WHY, /* a sentence */
    CELL_MOMENT,
    CELL_COUNT, /* from here on numbers */
    CELL_SPAN,
    CELL_SIZE,
    CELL_SHARE, /* 0 to 1, as percent */
    CELL_DAYS,  /* "0:12,3:4": counts of some of thirty days */
};

struct column {
    const char *key, *title;
    enum cell cell;
};

struct table {
    const char *class;
    const char *caption; /* a sentence without its full stop */
    const struct column *columns;
    size_t columns_count;
    bool redrawn; /* the style lays its rows out anew, so that what each part is must be said */
    bool scrolls; /* is not taller than the window */
};

/* Appends the rows from `first` on, `count` at most, in a part of the page that scrolls aside. */
void page_table(struct bytes *out, const struct table *table, const json_t *rows, size_t first,
                size_t count);

/* Each appends a part of the page; those that return an int return 0 or a store_error. */
void page_write_troubles(struct page *page); /* report_sites.c */
void page_write_sites(struct page *page);
int page_write_charts(struct page *page); /* report_charts.c */
int page_write_growth(struct page *page);
int page_write_rules(struct page *page); /* report_tables.c */
int page_write_failures(struct page *page);
int page_write_runs(struct page *page);

#endif
