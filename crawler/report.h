/* report.h - what a run has done so far: counters, the progress line, the summary at the end.
 *
 * Plain functions over plain data, time as an argument. The stations' joints count into the struct:
 * report_result() counts everything that a written result tells, the rest are fields to set.
 * Moments are of the monotonic clock in milliseconds. Thread: loop thread only. */
#ifndef CRAWLER_REPORT_H
#define CRAWLER_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/log.h"
#include "storage/record.h"
#include "storage/store.h"

enum report_stage { STAGE_LOOP, STAGE_FETCH, STAGE_EXTRACT, STAGE_STORE, REPORT_STAGES };

/* Where time went. LOOP: turns of the loop, FETCH: requests, EXTRACT: pages in the workers, STORE:
 * the store thread's transactions and leases. A stage without a CPU figure of its own has 0. */
struct report_time {
    uint64_t count;
    uint64_t wall_us;
    uint64_t cpu_us;
    uint64_t longest_us;
};

/* What to do about sources at private addresses. */
#define REPORT_PRIVATE_ADVICE                                                                      \
    "if they are meant, give the run --allow-net NETWORK (127.0.0.0/8, 10.0.0.0/8 ...), "          \
    "the first time with --poll all, as they were put off"

/* What something went wrong with, and how often. */
struct report_error {
    char class[24];
    uint64_t count;
};

enum { REPORT_ERRORS_MAX = 24 }; /* the last place counts all classes that find none */

/* A longer log of the database wants a person: somebody reads and does not end. */
enum { REPORT_LOG_BYTES_MAX = 1 << 30 };

/* How it stands now: set before each report_tick(). */
struct report_now {
    unsigned sites;         /* that this run may ask; 0: not known yet */
    unsigned requests_open; /* transfers under way */
    unsigned jobs;          /* URLs under way, whatever their state */
    unsigned jobs_waiting;  /* of them: for their host's next start */
    unsigned extracting;
    unsigned writing;
    unsigned hosts_resting; /* by report_result(): put to rest in this run */
    uint64_t bodies_bytes;
    int64_t queued;     /* URLs that wait in the frontier, roughly */
    int64_t next_in_ms; /* until something comes due; -1: not known, or something is under way */
    bool database_busy; /* somebody else holds the write lock */
    int64_t log_bytes;  /* of the database's write-ahead log, before it was last moved */
    int64_t committed_wall_ms; /* when results were last written; 0: not yet */
    const char *stopping;      /* why the run is being stopped ("signal"), or NULL; borrowed */
};

/* A set of ids of rows. */
struct report_ids {
    int64_t *places; /* a hash table; 0 is a free place */
    size_t places_count;
    unsigned count;
};

/* A site that is not as it was. */
struct report_alarm {
    char *site, *verdict, *why; /* owned */
};

struct report {
    uint64_t started_ms;
    struct report_now now;

    /* by report_result() */
    uint64_t results; /* URLs that are through, in whatever way */
    uint64_t requests;
    uint64_t ok;        /* 2xx */
    uint64_t unchanged; /* 304, or the same bytes again */
    uint64_t redirects;
    uint64_t gone; /* 404, 410: neither fine nor failed, most are addresses that were guessed */
    uint64_t articles_new;
    uint64_t articles_revised;
    uint64_t api_rows;  /* of answers that were not those of the last time */
    uint64_t found_new; /* URLs not known before */
    uint64_t failed_requests;
    uint64_t retries;  /* URLs put off to be asked again */
    uint64_t denied;   /* robots.txt, address guard, reservations */
    uint64_t skipped;  /* our own rules */
    uint64_t failures; /* URLs given up tonight */
    uint64_t lost;     /* leases that were no longer ours */
    uint64_t bytes_wire;
    uint64_t bytes_body;
    struct report_error errors[REPORT_ERRORS_MAX];
    size_t errors_count;

    uint64_t private_sources; /* refused for their address, which is private */

    struct report_time stages[REPORT_STAGES];
    struct report_now peaks; /* the greatest values that ticks saw */
    uint64_t workers_replaced;
    uint64_t log_dropped;
    struct report_alarm *alarms; /* by report_alarm() */
    size_t alarms_count, alarms_places;
    char error[256];         /* what ended the run, for machines; empty: nothing did */
    uint64_t process_cpu_us; /* by report_process(): with the workers that have ended */
    uint64_t process_rss_bytes;

    /* its own */
    struct report_ids sites;   /* that were asked */
    struct report_ids resting; /* hosts that were put to rest */
    uint64_t tick_ms;          /* of the last line */
    uint64_t rate_ms;          /* of the last measure, with what was counted then */
    uint64_t rate_articles, rate_results;
    double articles_per_s, results_per_s; /* smoothed */
};

void report_init(struct report *report, uint64_t now_ms);
void report_clear(struct report *report);

/* Counts a result that was written. */
void report_result(struct report *report, const struct result_record *result,
                   const struct commit_outcome *outcome);
/* Adds a site that is not as it was: `verdict` as in v_site_health, `why` the figures. Copies. */
void report_alarm(struct report *report, const char *site, const char *verdict, const char *why);
/* Counts one piece of work of a stage. */
void report_time(struct report *report, enum report_stage stage, uint64_t wall_us, uint64_t cpu_us);

/* Asks the system what the process cost so far. */
void report_process(struct report *report);

/* To be called often, at least every 200 ms while something is under way: raises the peaks, warns
 * once of a log that grows without end, and
 * redraws the line of a terminal at most five times a second; without a terminal writes a line
 * every ten seconds. */
void report_tick(struct report *report, struct log *log, uint64_t now_ms);

/* The line of progress; cut to `size`. */
void report_progress(const struct report *report, uint64_t now_ms, char *out, size_t size);
/* Appends the summary for people, or the figures as one JSON object. `outcome` is the run's: 'ok',
 * 'partial', 'stopped', 'failed'. */
void report_summary(const struct report *report, uint64_t now_ms, const char *outcome,
                    struct bytes *out);
void report_json(const struct report *report, uint64_t now_ms, const char *outcome,
                 struct bytes *out);

/* Writes the JSON into `path`, whole or not at all. Returns 0, or ERR_IO with errno set. */
int report_write_stats(const struct report *report, uint64_t now_ms, const char *outcome,
                       const char *path);

#endif
