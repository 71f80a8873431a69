/* report_tables.h - rows as tables, and those parts of the page that are one. Internal to
 * report_page.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_REPORT_TABLES_H
#define CRAWLER_COMMANDS_REPORT_TABLES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct page;

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

/* Each appends a part of the page. Returns 0 or a store_error. */
int page_write_rules(struct page *page);
int page_write_failures(struct page *page);
int page_write_runs(struct page *page);

#endif
