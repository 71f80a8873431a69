/* report_sites.h - the sites in the page: those that need a person, and all. Internal to
 * report_page.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_REPORT_SITES_H
#define CRAWLER_COMMANDS_REPORT_SITES_H

struct page;

/* Each appends a part of the page. */
void page_write_troubles(struct page *page);
void page_write_sites(struct page *page);

#endif
