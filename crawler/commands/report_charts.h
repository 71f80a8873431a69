/* report_charts.h - the run and the database as charts. Internal to report_page.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_REPORT_CHARTS_H
#define CRAWLER_COMMANDS_REPORT_CHARTS_H

struct page;

/* Each appends a part of the page. Returns 0 or a store_error. */
int page_write_charts(struct page *page);
int page_write_growth(struct page *page);

#endif
