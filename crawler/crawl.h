/* crawl.h - THE MAP: builds the four stations, joins them, stops them in order.
 *
 * Thread: main, which is the loop thread while crawl_run() runs. */
#ifndef CRAWLER_CRAWL_H
#define CRAWLER_CRAWL_H

#include <stdbool.h>

#include "options.h"

struct access;
struct log;
struct metrics;
struct report;
struct store;

/* How a run ended. */
enum crawl_end {
    CRAWL_COMPLETED, /* all that was due is done or put off */
    CRAWL_STOPPED,   /* by a signal or the deadline, with work left */
    CRAWL_FAILED,    /* the store failed for good, or no worker can be started */
};

struct crawl_result {
    enum crawl_end end;
    int store_error;   /* of CRAWL_FAILED: enum store_error; STORE_FULL without workers */
    char message[256]; /* what ended it, in a sentence; empty where nothing went wrong … */
    bool said;         /* … which is in the log already */
};

/* Crawls what is due in `store` until it is done, told to stop, or the store fails. Counts in
 * `report`, and writes it by `metrics` now and then (NULL: not). Returns 0 and fills *out; or
 * ERR_USAGE, ERR_CURL or ERR_IO, after one line in the log, when it can't begin. Borrows all.
 * The signals that stop a run (SIGINT, SIGTERM, SIGHUP) are ignored when it has returned. */
int crawl_run(const struct options *options, struct access *access, struct store *store,
              struct log *log, struct report *report, struct metrics *metrics,
              struct crawl_result *out);

#endif
