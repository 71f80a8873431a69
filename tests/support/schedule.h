/* schedule.h - what stands around the scheduler: a test answers the leases, ends the transfers and
 * writes the results itself, each when it wants to.
 *
 * Thread: the test's. What goes wrong fails the cmocka test. */
#ifndef TESTS_SUPPORT_SCHEDULE_H
#define TESTS_SUPPORT_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "job.h"
#include "schedule/scheduler.h"

enum { JOBS = 256 };

struct bench {
    uv_loop_t loop;
    struct scheduler *scheduler;
    struct job *allowed[JOBS]; /* in flight, in the order in which they started */
    size_t allowed_count;
    struct job *refused[JOBS];
    size_t refused_count;
    struct lease_request request;   /* the last one, but for its places */
    struct host_place places[JOBS]; /* these: which hosts are to be asked where */
    int64_t placed[JOBS];           /* those that the next answer allows */
    size_t placed_count;
    unsigned wanted_urls;   /* of its first want */
    int64_t released[JOBS]; /* all hosts that were given back */
    size_t released_count;
    unsigned requests, answered;
    unsigned idle;
    const char *shared;       /* the address of every name; NULL: each has its own */
    struct host *asked[JOBS]; /* look-ups that the test answers itself */
    size_t asked_count;
    bool slow_names;
};

/* One request per host, two per address, no delay, no patience. */
extern const struct scheduler_config bench_usual;

void bench_open(struct bench *bench, const struct scheduler_config *config);

/* The answer to the last request. */
void bench_answer(struct bench *bench, struct host_lease *hosts, size_t count);
void bench_answer_at(struct bench *bench, struct host_lease *hosts, size_t count,
                     int64_t next_due_ms);

/* One host, http://hN.example, with `count` articles; `robots` NULL: never asked for. */
struct host_lease bench_host(int64_t id, size_t count, const char *robots);

/* The oldest transfer ends so; what it is to become is still in the job. */
struct job *bench_fetched(struct bench *bench, enum outcome outcome, int status,
                          uint64_t retry_after_ms);
void bench_written(struct bench *bench, struct job *job);
void bench_written_with(struct bench *bench, struct job *job, unsigned found_new);

/* The oldest transfer ends well, is read and is written. */
void bench_finish(struct bench *bench);
void bench_finish_robots(struct bench *bench, const char *reduced);
void bench_write_refused(struct bench *bench);

/* Turns the loop until `count` transfers run; fails after a while. */
void bench_run_until_allowed(struct bench *bench, size_t count);

/* Ends all there is, answers every lease with nothing, and expects idle, once. */
void bench_close(struct bench *bench);

#endif
