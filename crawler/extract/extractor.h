/* extractor.h - the worker processes: hands out pages, keeps time, replaces the dead.
 *
 * A worker is this program started once more (`crawler worker`) with one pipe and without rights
 * (sandbox.h). A page that kills its worker, or keeps it too long, costs that page: its job comes
 * back as OUTCOME_PARSER_DIED, OUTCOME_PARSER_SLOW or OUTCOME_TOO_LARGE, and the worker is
 * replaced. The process must ignore SIGPIPE: a worker may be gone before its page is sent.
 * Thread: loop thread only. */
#ifndef CRAWLER_EXTRACT_EXTRACTOR_H
#define CRAWLER_EXTRACT_EXTRACTOR_H

#include <stddef.h>
#include <stdint.h>

struct extractor;
struct job;
struct uv_loop_s;

/* Gives `job` back, read: outcome and result are set. Called exactly once per submitted job, on the
 * loop thread, never from inside extractor_submit(). */
typedef void extracted_fn(struct job *job, void *context);

enum { EXTRACTOR_WAIT_MS = 2000 }; /* what every command gives a page */

/* How many workers a run has unless told: a core less than there are, and one at least. */
unsigned extractor_workers_standard(void);

/* What to say when none can be started; ends with EXIT_FULL. */
#define EXTRACTOR_NO_WORKER                                                                        \
    "no extraction worker can be started: memory, processes or descriptors have run out"

/* No worker can be started any more. What was not read comes back as OUTCOME_RELEASED. Called once,
 * on the loop thread. */
typedef void extractor_failed_fn(void *context);

struct extractor_config {
    unsigned workers;        /* at least 1 */
    const char *program;     /* path of this program; borrowed */
    const char *agent;       /* product token for robots.txt; borrowed */
    uint64_t page_bytes_max; /* decoded, each kind of document */
    uint64_t feed_bytes_max;
    uint64_t sitemap_bytes_max;
    int64_t since_ms; /* articles outside are left out; 0: no limit */
    int64_t until_ms;
    extractor_failed_fn *on_failed; /* with the context */
    uint64_t wait_ms_max; /* wall time for one page before its worker is killed, see on_uv_late() */
};

struct extractor_stats {
    uint64_t pages;
    uint64_t cpu_us;   /* of all pages, as the workers tell it */
    uint64_t replaced; /* workers that died or were killed */
    size_t queue_most;
    unsigned sandbox_lacks; /* enum sandbox_part: what this system can't take away from a worker */
};

/* Starts the workers, stores a new extractor, owned by the caller, in *out and returns 0. Returns
 * ERR_FULL when no worker can be started. */
int extractor_create(struct extractor **out, struct uv_loop_s *loop,
                     const struct extractor_config *config, extracted_fn *on_extracted,
                     void *context);

/* Takes `job`, whose body is whole. Cannot fail. */
void extractor_submit(struct extractor *extractor, struct job *job);

void extractor_stats(const struct extractor *extractor, struct extractor_stats *out);

/* Gives all jobs back at once, unread, as OUTCOME_RELEASED. */
void extractor_cancel(struct extractor *extractor);

/* Takes the extractor, which must have no job: ends the workers. Its memory goes when the last of
 * them has been reaped. */
void extractor_close(struct extractor *extractor);

#endif
