/* writer.h - the store thread: results into the database, leases out of it.
 *
 * The loop thread submits jobs and lease requests and never waits; one thread of the writer's own
 * does all that blocks. Results are gathered into batches, each one transaction: 256 results (or
 * ten thousand URLs found), or 200 ms after the first, or when hosts are given back, since their
 * next moment depends on them. A database that is locked is waited for as long as it takes, with
 * the batch kept. A result that it does not take is found by halves and left out: its job comes
 * back as OUTCOME_NOT_STORED, its URL is an error. Thread: loop thread only; callbacks come on the
 * loop thread. */
#ifndef CRAWLER_WRITE_WRITER_H
#define CRAWLER_WRITE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/store.h"

struct job;
struct uv_loop_s;
struct writer;

/* The answer to writer_lease(), borrowed during the call. */
typedef void leased_fn(const struct lease_answer *answer, void *context);

/* Gives `job` back, written; or not (`outcome` NULL) after a write that failed for good. The
 * receiver owns it and frees it. */
typedef void written_fn(struct job *job, const struct commit_outcome *outcome, void *context);

/* The store failed for good (STORE_FULL, STORE_READONLY, …): once. `message` is borrowed. Jobs come
 * back unwritten from then on. */
typedef void write_failed_fn(int store_error, const char *message, void *context);

/* The leases have run out, and hosts leased so far may be others': what is under way of them comes
 * to nothing, what waits is to be given back. New ones can be asked for. */
typedef void lost_fn(void *context);

struct writer_config {
    unsigned batch_max; /* results of one transaction */
    uint64_t batch_ms;  /* a result waits at most so long for others */
    int64_t lease_ms;   /* the leases are renewed at a third of it */
};

struct writer_callbacks {
    leased_fn *leased;
    written_fn *written;
    write_failed_fn *failed;
    lost_fn *lost; /* NULL: nothing is leased */
    void *context;
};

/* Figures for --stats; complete after writer_close(). */
struct writer_stats {
    uint64_t batches;
    uint64_t results;
    uint64_t batch_results_most;
    uint64_t busy_ms; /* waited for locks of others */
    uint64_t commit_ms;
    uint64_t commit_ms_most;
    uint64_t cpu_us; /* of the store thread */
};

/* Stores a new writer, owned by the caller, in *out and returns 0, or ERR_IO. Borrows `store`,
 * which belongs to the writer's thread until writer_close(). */
int writer_create(struct writer **out, struct uv_loop_s *loop, struct store *store,
                  const struct writer_config *config, const struct writer_callbacks *callbacks);

/* Asks for URLs; `request` is copied. One at a time. */
void writer_lease(struct writer *writer, const struct lease_request *request);

/* Takes `job` with its result. Cannot fail. */
void writer_submit(struct writer *writer, struct job *job);

/* Commits what has been submitted without waiting for more: there will be none for now. */
void writer_flush(struct writer *writer);

/* From now on a locked database is not waited for: what can't be written comes back unwritten. */
void writer_give_up(struct writer *writer);

/* Whether the store thread waits for a lock of somebody else's just now. */
bool writer_is_waiting(const struct writer *writer);

/* Until when the leases that the loop knows hold in any case, monotonic; UINT64_MAX where they
 * don't run out. 0: they are lost, and `lost` has yet to say so. */
uint64_t writer_leased_until_ms(const struct writer *writer);

/* How long the database's log was before the last checkpoint: store_log_bytes(). */
int64_t writer_log_bytes(const struct writer *writer);

/* When results were last committed, by the wall clock; 0: not yet. */
int64_t writer_committed_ms(const struct writer *writer);

/* Takes the writer, which must have no job: ends its thread and gives the store back. Its memory
 * goes in the close callback. */
void writer_close(struct writer *writer, struct writer_stats *stats);

#endif
