/* THE MAP. How a URL travels, as six joints, each the callback of one station and the submit of
 * another:
 *
 *     wanted   → writer_lease        allowed → fetcher_submit       extracted → writer_submit
 *     leased   → scheduler_add       fetched → extractor_submit,    written   → job_free,
 *                                             or writer_submit                 scheduler_written
 *                                             if it failed
 *
 * Beside them there is one question with its answer, which address a host's requests go to:
 * locate → fetcher_locate → scheduler_located.
 *
 * The stations never call each other. Building is crawl_build(); stopping is the reverse, in
 * on_uv_end(). A run ends in one of four ways, and all of them drain the stations in travel order:
 * nothing is left to do, a signal, the deadline, or a store that failed. */
#include "crawl.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "extract/extractor.h"
#include "extract/sandbox.h"
#include "extract/rights.h"
#include "fetch/access.h"
#include "fetch/fetcher.h"
#include "fetch/guard.h"
#include "heartbeat.h"
#include "job.h"
#include "politeness/host.h"
#include "report.h"
#include "schedule/scheduler.h"
#include "storage/store.h"
#include "write/writer.h"

enum {
    TICK_MS = 200,
    UNREAD_MAX = 128,
    JOBS_SPARE = 4,
    UNWRITTEN_FOUND_MAX = 20000,
    UNWRITTEN_BATCHES_MAX = 2, /* one that is written, one that is gathered */
};

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

struct crawl {
    const struct options *options;
    struct access *access;
    struct log *log;
    struct report *report;
    struct metrics *metrics;
    struct heartbeat *heartbeat; /* NULL: no --metrics */
    struct crawl_result *result;
    uv_loop_t loop;
    struct guard guard;
    char program[PATH_MAX];
    char user_agent[256];
    unsigned sockets_max, transfers_max, workers;
    struct scheduler *scheduler;
    struct fetcher *fetcher;
    struct extractor *extractor;
    struct writer *writer;
    uv_timer_t tick;     /* progress */
    uv_timer_t deadline; /* --max-time, then the grace time */
    uv_timer_t end;      /* closes everything, outside of any station's callback */
    uv_prepare_t turn;   /* measures the turns of the loop */
    uv_signal_t signals[COUNT(stop_signals)];
    uint64_t turn_ns, idle_ns;
    bool told_sandbox; /* what it lacks on this system */
    unsigned stops;    /* 1: finish what is in flight; 2: at once */
    unsigned extracting, writing;
    size_t unwritten_found; /* URLs in results that are not written yet */
    size_t unwritten_bytes; /* of these results, as workers sent them */
};

static int crawl_build(struct crawl *crawl, struct store *store);
static void on_wanted(const struct lease_request *request, void *context);
static void on_leased(const struct lease_answer *answer, void *context);
static void on_allowed(struct job *job, void *context);
static void on_refused(struct job *job, void *context);
static void on_locate(struct host *host, void *context);
static void on_located(const char *address, void *about, void *context);
static void on_fetched(struct job *job, void *context);
static void on_extracted(struct job *job, void *context);
static void on_written(struct job *job, const struct commit_outcome *outcome, void *context);
static void on_write_failed(int store_error, const char *message, void *context);
static void on_lost(void *context);
static void on_no_worker(void *context);
static void on_idle(void *context);
static void on_uv_signal(uv_signal_t *handle, int signal);
static void on_uv_deadline(uv_timer_t *timer);
static void on_uv_tick(uv_timer_t *timer);
static void on_uv_turn(uv_prepare_t *prepare);
static void on_uv_end(uv_timer_t *timer);
static void tell_sandbox(struct crawl *crawl);
static void complain(struct crawl *crawl, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int crawl_run(const struct options *options, struct access *access, struct store *store,
              struct log *log, struct report *report, struct metrics *metrics,
              struct crawl_result *out)
{
    struct crawl *crawl = alloc_zeroed(1, sizeof *crawl);
    crawl->options = options;
    crawl->access = access;
    crawl->log = log;
    crawl->report = report;
    crawl->metrics = metrics;
    crawl->result = out;
    *out = (struct crawl_result){.end = CRAWL_COMPLETED};
    int err = crawl_build(crawl, store);
    if (!err)
        scheduler_start(crawl->scheduler);
    uv_run(&crawl->loop, UV_RUN_DEFAULT);
    int open = uv_loop_close(&crawl->loop);
    assert(open == 0);
    (void)open;
    guard_clear(&crawl->guard);
    free(crawl);
    return err;
}

/* ---- building ---- */

/* Says what ends the run, and keeps it for the report. */
static void complain(struct crawl *crawl, const char *event, const char *format, ...)
{
    struct crawl_result *result = crawl->result;
    va_list values;
    va_start(values, format);
    vsnprintf(result->message, sizeof result->message, format, values);
    va_end(values);
    log_say(crawl->log, LOG_ERROR, event, "%s", result->message);
    result->said = true;
}

static int build_guard(struct crawl *crawl)
{
    const char *bad = NULL, *ca_file = crawl->options->ca_file;
    if (ca_file && access(ca_file, R_OK)) {
        complain(crawl, "usage", "--ca-file %s: %s", ca_file, strerror(errno));
        return ERR_USAGE;
    }
    int err = guard_init(&crawl->guard, crawl->options->allow_net.values,
                         crawl->options->allow_net.count, &bad);
    if (err)
        complain(crawl, "usage",
                 "--allow-net %s: not a network; write it like 10.0.0.0/8 or fd00::/8", bad);
    return err;
}

static int build_scheduler(struct crawl *crawl, const struct store *store)
{
    const struct options *options = crawl->options;
    unsigned per_host_jobs = options->per_host * 2 > 4 ? options->per_host * 2 : 4;
    if (options->jobs_per_host_max)
        per_host_jobs = options->jobs_per_host_max;
    struct scheduler_config config = {
        .limits = {.per_host_max = options->per_host,
                   .delay_ms = options->delay_ms,
                   .per_address_max = options->per_address,
                   .crawl_delay_max_ms = options->crawl_delay_max_ms,
                   .rest_after = options->rest_after,
                   .rest_ms = options->rest_ms,
                   .rest_max_ms = options->rest_max_ms},
        .transfers_max = crawl->transfers_max,
        .jobs_max = options->jobs_max > 2 * crawl->transfers_max ? options->jobs_max
                                                                 : 2 * crawl->transfers_max,
        .per_host_jobs_max = per_host_jobs,
        .per_host_jobs_spare =
            options->jobs_per_host_max ? per_host_jobs : per_host_jobs * JOBS_SPARE,
        .tries_max = options->tries,
        .hops_max = options->redirects,
        .robots_keep_ms = options->robots_keep_ms,
        .ask_reservations_ms = options->ask_reservations_ms,
        .patience_ms = options->patience_ms,
        .retry_after_max_ms = options->retry_after_max_ms,
        .shared = store_is_shared(store),
        .seed = clock_monotonic_us() ^ (uint64_t)uv_os_getpid() << 32,
    };
    struct scheduler_callbacks callbacks = {on_wanted, on_allowed, on_refused,
                                            on_locate, on_idle,    crawl};
    return scheduler_create(&crawl->scheduler, &crawl->loop, &config, &callbacks);
}

static int build_fetcher(struct crawl *crawl)
{
    const struct options *options = crawl->options;
    struct fetcher_config config = {
        .transfers_max = crawl->transfers_max,
        .per_host_max = options->per_host > crawl->access->per_host_max
                            ? options->per_host
                            : crawl->access->per_host_max,
        .sockets_max = crawl->sockets_max,
        .connect_timeout_ms = options->connect_timeout_ms,
        .timeout_ms = options->timeout_ms,
        .low_speed_bytes = options->low_speed,
        .low_speed_ms = options->low_speed_ms,
        .body_bytes_max = options->wire_max,
        .sitemap_bytes_max = options->wire_sitemap_max,
        .robots_bytes_max = options->robots_max,
        .header_bytes_max = options->headers_max,
        .bodies_bytes_max = options->bodies_max,
        .user_agent = crawl->user_agent,
        .guard = &crawl->guard,
        .dns_servers = options->dns_servers,
        .ca_file = options->ca_file,
        .access = crawl->access,
        .bandwidth = options->bandwidth,
    };
    return fetcher_create(&crawl->fetcher, &crawl->loop, &config, on_fetched, crawl);
}

/* Requests at one time are half of the connections at most: the others are kept for the next. */
static void share_descriptors(struct crawl *crawl)
{
    unsigned wanted = crawl->options->concurrency;
    crawl->workers =
        crawl->options->workers ? crawl->options->workers : extractor_workers_standard();
    crawl->sockets_max = fetcher_sockets_possible(FETCHER_OTHERS + crawl->workers);
    unsigned possible = crawl->sockets_max / 2;
    crawl->transfers_max = wanted < possible ? wanted : possible;
    if (possible < wanted)
        log_say(crawl->log, LOG_WARNING, "descriptors",
                "%u requests at one time instead of %u: raise the limit of descriptors (ulimit -n)",
                possible, wanted);
}

static int build_extractor(struct crawl *crawl)
{
    size_t size = sizeof crawl->program;
    struct extractor_config config = {
        .workers = crawl->workers,
        .on_failed = on_no_worker,
        .program = crawl->program,
        .agent = crawl->user_agent,
        .page_bytes_max = crawl->options->page_max,
        .feed_bytes_max = crawl->options->feed_max,
        .sitemap_bytes_max = crawl->options->sitemap_max,
        .wait_ms_max = EXTRACTOR_WAIT_MS,
        .since_ms = crawl->options->since_ms,
        .until_ms = crawl->options->until_ms,
    };
    if (uv_exepath(crawl->program, &size))
        return ERR_FULL;
    return extractor_create(&crawl->extractor, &crawl->loop, &config, on_extracted, crawl);
}

static int build_writer(struct crawl *crawl, struct store *store)
{
    struct writer_config config = {.batch_max = crawl->options->commit_rows,
                                   .batch_ms = crawl->options->commit_ms,
                                   .lease_ms = (int64_t)crawl->options->lease_ms};
    struct writer_callbacks callbacks = {on_leased, on_written, on_write_failed, on_lost, crawl};
    return writer_create(&crawl->writer, &crawl->loop, store, &config, &callbacks);
}

static void build_handles(struct crawl *crawl)
{
    uv_timer_init(&crawl->loop, &crawl->tick);
    uv_timer_init(&crawl->loop, &crawl->deadline);
    uv_timer_init(&crawl->loop, &crawl->end);
    uv_prepare_init(&crawl->loop, &crawl->turn);
    crawl->tick.data = crawl->deadline.data = crawl->end.data = crawl->turn.data = crawl;
    for (size_t i = 0; i < COUNT(stop_signals); i++) {
        uv_signal_init(&crawl->loop, &crawl->signals[i]);
        crawl->signals[i].data = crawl;
    }
}

static void start_handles(struct crawl *crawl)
{
    uv_timer_start(&crawl->tick, on_uv_tick, TICK_MS, TICK_MS);
    if (crawl->options->max_time_ms)
        uv_timer_start(&crawl->deadline, on_uv_deadline, crawl->options->max_time_ms, 0);
    for (size_t i = 0; i < COUNT(stop_signals); i++)
        uv_signal_start(&crawl->signals[i], on_uv_signal, stop_signals[i]);
    uv_prepare_start(&crawl->turn, on_uv_turn);
    if (crawl->metrics)
        crawl->heartbeat = heartbeat_start(&crawl->loop, crawl->metrics, crawl->report, crawl->log);
}

/* Builds from the end of the way to its beginning: a station is there before who gives to it. */
static int crawl_build(struct crawl *crawl, struct store *store)
{
    if (uv_loop_init(&crawl->loop))
        alloc_no_descriptors();
    uv_loop_configure(&crawl->loop, UV_METRICS_IDLE_TIME);
    options_user_agent(crawl->options, crawl->user_agent, sizeof crawl->user_agent);
    build_handles(crawl);
    share_descriptors(crawl);
    int err = build_guard(crawl);
    if (!err)
        err = build_writer(crawl, store);
    if (!err && (err = build_extractor(crawl)))
        complain(crawl, "workers", EXTRACTOR_NO_WORKER " (%s)", crawl->program);
    if (!err && (err = build_fetcher(crawl)))
        complain(crawl, "fetcher", "cannot set up libcurl or the resolver of names%s",
                 err == ERR_USAGE ? ": is --dns-server a list of addresses?" : "");
    if (!err)
        err = build_scheduler(crawl, store);
    if (!err)
        start_handles(crawl);
    else
        uv_timer_start(&crawl->end, on_uv_end, 0, 0);
    return err;
}

/* ---- the six joints ---- */

static void on_wanted(const struct lease_request *request, void *context)
{
    struct crawl *crawl = context;
    writer_lease(crawl->writer, request);
}

static void on_leased(const struct lease_answer *answer, void *context)
{
    struct crawl *crawl = context;
    scheduler_add(crawl->scheduler, answer);
}

static void on_allowed(struct job *job, void *context)
{
    struct crawl *crawl = context;
    fetcher_submit(crawl->fetcher, job);
    if (fetcher_is_throttled(crawl->fetcher))
        scheduler_hold(crawl->scheduler, true); /* until hold_or_go() */
}

static void on_locate(struct host *host, void *context)
{
    struct crawl *crawl = context;
    fetcher_locate(crawl->fetcher, host->origin, host->site_id, on_located, host, crawl);
}

static void on_located(const char *address, void *about, void *context)
{
    struct crawl *crawl = context;
    scheduler_located(crawl->scheduler, about, address);
}

/* Everything ends here, whatever stations it skipped. */
static void write_job(struct crawl *crawl, struct job *job)
{
    struct scheduler_state state;
    crawl->writing++;
    crawl->unwritten_found += job->result.found_count;
    crawl->unwritten_bytes += job->answer_bytes;
    writer_submit(crawl->writer, job);
    /* With all jobs at the writer a batch has nobody to wait for, and everybody waits for it. */
    scheduler_state(crawl->scheduler, &state);
    if (state.jobs == crawl->writing)
        writer_flush(crawl->writer);
}

static void on_refused(struct job *job, void *context)
{
    struct crawl *crawl = context;
    write_job(crawl, job);
}

/* Where workers have more cores than the store, results would wait for it by the hundreds. While
 * somebody else has the database locked, requests go on: that time would be lost. */
static bool store_is_behind(const struct crawl *crawl)
{
    return crawl->unwritten_found > UNWRITTEN_FOUND_MAX ||
           (crawl->writing > UNWRITTEN_BATCHES_MAX * crawl->options->commit_rows &&
            !writer_is_waiting(crawl->writer));
}

/* The network may run ahead of the workers and of the store, but not by much: what waits to be read
 * or written costs memory. */
static void hold_or_go(struct crawl *crawl)
{
    size_t bodies_max = crawl->options->bodies_max;
    bool full =
        fetcher_bodies_bytes(crawl->fetcher) > bodies_max || crawl->unwritten_bytes > bodies_max;
    scheduler_hold(crawl->scheduler, full || fetcher_is_throttled(crawl->fetcher) ||
                                         crawl->extracting > UNREAD_MAX || store_is_behind(crawl));
}

static void free_body(struct crawl *crawl, struct job *job)
{
    size_t size = job->response.body.size;
    bytes_clear(&job->response.body);
    if (size)
        fetcher_body_freed(crawl->fetcher, size);
}

/* A 304 need not repeat the fields of the answer that it stands for (RFC 9110, section 15.4.5), so
 * what it leaves out stays as it was. */
static void note_rights(const struct crawl *crawl, struct job *job)
{
    unsigned rights = rights_of_head(&job->response, job->agent ? job->agent : crawl->user_agent);
    if (rights)
        job->result.rights[RIGHTS_OF_HEAD] = rights | RIGHTS_KNOWN;
}

static void on_fetched(struct job *job, void *context)
{
    struct crawl *crawl = context;
    uint64_t took_us = (uint64_t)job->response.total_ms * 1000;
    scheduler_fetched(crawl->scheduler, job);
    report_time(crawl->report, STAGE_FETCH, took_us, 0);
    hold_or_go(crawl);
    if (job->outcome == OUTCOME_OK) {
        crawl->extracting++;
        extractor_submit(crawl->extractor, job);
        return;
    }
    if (job->outcome == OUTCOME_UNCHANGED)
        note_rights(crawl, job);
    if (job->outcome != OUTCOME_RELEASED)
        job_record_fetch(job);
    write_job(crawl, job);
}

/* The page as it came, in the one coding that it came in. */
static void keep_raw(struct crawl *crawl, struct job *job)
{
    static const char *const codecs[] = {"gzip", "zstd", "br"};
    struct raw_record *raw = &job->result.raw;
    const char *coding = job->response.content_encoding;
    bool page = job->result.lease.kind == URL_ARTICLE || job->result.lease.kind == URL_PAGE;
    raw->codec = coding && strcasecmp(coding, "identity") != 0 ? NULL : "none";
    for (size_t i = 0; coding && i < COUNT(codecs); i++)
        if (strcasecmp(coding, codecs[i]) == 0)
            raw->codec = codecs[i];
    if (!page || !raw->codec || !raw->body_size || !crawl->options->keep_raw_ms) {
        raw->body_size = 0;
        free_body(crawl, job);
        return;
    }
    raw->headers = job->response.headers;
    raw->body = job->response.body.data;
}

static void on_extracted(struct job *job, void *context)
{
    struct crawl *crawl = context;
    crawl->extracting--;
    hold_or_go(crawl);
    scheduler_extracted(crawl->scheduler, job);
    if (job->outcome != OUTCOME_RELEASED)
        job_record_fetch(job);
    keep_raw(crawl, job);
    write_job(crawl, job);
}

static void on_written(struct job *job, const struct commit_outcome *outcome, void *context)
{
    struct crawl *crawl = context;
    crawl->writing--;
    crawl->unwritten_found -= job->result.found_count;
    crawl->unwritten_bytes -= job->answer_bytes;
    if (job->outcome == OUTCOME_NOT_STORED)
        log_say(crawl->log, LOG_WARNING, "not-stored", "%s: %s", job->result.lease.url,
                job->detail);
    if (outcome && job->outcome != OUTCOME_RELEASED)
        report_result(crawl->report, &job->result, outcome);
    if (job->outcome == OUTCOME_FORBIDDEN_ADDRESS && job->result.lease.kind == URL_SOURCE)
        crawl->report->private_sources++;
    scheduler_written(crawl->scheduler, job, outcome ? outcome->found_new : 0);
    free_body(crawl, job);
    job_free(job);
    hold_or_go(crawl);
}

/* ---- stopping ---- */

/* First: lease no more, finish what is in flight. Again: at once. */
static void stop(struct crawl *crawl, enum crawl_end why)
{
    if (crawl->result->end != CRAWL_FAILED)
        crawl->result->end = why;
    crawl->report->now.stopping = why == CRAWL_FAILED ? "database" : "asked to";
    if (++crawl->stops == 1) {
        uv_timer_start(&crawl->deadline, on_uv_deadline, crawl->options->grace_ms, 0);
        scheduler_stop(crawl->scheduler);
        return;
    }
    uv_timer_stop(&crawl->deadline);
    fetcher_cancel(crawl->fetcher);
    extractor_cancel(crawl->extractor);
    writer_give_up(crawl->writer);
}

/* libuv: told to stop. */
static void on_uv_signal(uv_signal_t *handle, int signal)
{
    struct crawl *crawl = handle->data;
    (void)signal;
    log_say(crawl->log, LOG_INFO, "stopping",
            crawl->stops ? "stopping at once" : "stopping: what is in flight may finish");
    stop(crawl, CRAWL_STOPPED);
}

/* libuv: --max-time is over, or the grace time is. */
static void on_uv_deadline(uv_timer_t *timer)
{
    stop(timer->data, CRAWL_STOPPED);
}

/* writer: the store failed for good. What is under way comes back unwritten. */
static void on_write_failed(int store_error, const char *message, void *context)
{
    struct crawl *crawl = context;
    if (store_error == STORE_BUSY) /* a lock that we were told to wait for no longer: a stop */
        return;
    crawl->result->store_error = store_error;
    crawl->result->said = false;
    snprintf(crawl->result->message, sizeof crawl->result->message, "%s", message);
    stop(crawl, CRAWL_FAILED);
    if (crawl->stops == 1)
        stop(crawl, CRAWL_FAILED);
}

/* writer: it goes on, without what it had leased. */
static void on_lost(void *context)
{
    struct crawl *crawl = context;
    log_say(crawl->log, LOG_WARNING, "lease",
            "the database was out of reach for longer than --lease: what was leased is left to "
            "others, and leased anew");
    scheduler_lost(crawl->scheduler);
}

/* extractor: what was fetched can't be read, now or by a worker to come. The next run has it again.
 */
static void on_no_worker(void *context)
{
    struct crawl *crawl = context;
    crawl->result->store_error = STORE_FULL;
    complain(crawl, "workers", EXTRACTOR_NO_WORKER "; the next run goes on from here");
    stop(crawl, CRAWL_FAILED);
}

/* scheduler: nothing is under way, and nothing is waited for. */
static void on_idle(void *context)
{
    struct crawl *crawl = context;
    uv_timer_start(&crawl->end, on_uv_end, 0, 0);
}

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void count_stations(struct report *report, const struct extractor_stats *extractor,
                           const struct writer_stats *writer)
{
    report->stages[STAGE_EXTRACT].count = extractor->pages;
    report->stages[STAGE_EXTRACT].cpu_us = extractor->cpu_us;
    report->workers_replaced = extractor->replaced;
    report->stages[STAGE_STORE].count = writer->batches;
    report->stages[STAGE_STORE].cpu_us = writer->cpu_us;
    report->stages[STAGE_STORE].wall_us = writer->commit_ms * 1000;
    report->stages[STAGE_STORE].longest_us = writer->commit_ms_most * 1000;
    report->stages[STAGE_LOOP].cpu_us = clock_thread_cpu_us();
}

/* Nothing is left to be stopped, and libuv would let the next signal kill us before the run's end
 * is written. There is no second thread any more that could get one meanwhile. */
static void leave_signals(struct crawl *crawl)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (size_t i = 0; i < COUNT(stop_signals); i++) {
        close_handle(&crawl->signals[i]);
        signal(stop_signals[i], SIG_IGN);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* libuv: the stations are empty and may be closed. The loop ends with their last handle. */
static void on_uv_end(uv_timer_t *timer)
{
    struct crawl *crawl = timer->data;
    struct writer_stats writer = {0};
    struct extractor_stats extractor = {0};
    tell_sandbox(crawl);
    if (crawl->extractor)
        extractor_stats(crawl->extractor, &extractor);
    scheduler_close(crawl->scheduler);
    fetcher_close(crawl->fetcher);
    extractor_close(crawl->extractor);
    if (crawl->writer)
        crawl->report->now.committed_wall_ms = writer_committed_ms(crawl->writer);
    writer_close(crawl->writer, &writer);
    heartbeat_stop(crawl->heartbeat);
    count_stations(crawl->report, &extractor, &writer);
    close_handle(&crawl->tick);
    close_handle(&crawl->deadline);
    close_handle(&crawl->end);
    close_handle(&crawl->turn);
    leave_signals(crawl);
}

/* ---- watching ---- */

/* libuv: five times a second. */
static void on_uv_tick(uv_timer_t *timer)
{
    struct crawl *crawl = timer->data;
    tell_sandbox(crawl);
    hold_or_go(crawl); /* the bandwidth's time has come, or somebody has locked the database */
    scheduler_lease_until(crawl->scheduler, writer_leased_until_ms(crawl->writer));
    struct scheduler_state state;
    struct report_now *now = &crawl->report->now;
    scheduler_state(crawl->scheduler, &state);
    now->requests_open = state.in_flight;
    now->jobs = state.jobs;
    now->jobs_waiting = state.waiting;
    now->extracting = crawl->extracting;
    now->writing = crawl->writing;
    now->bodies_bytes = fetcher_bodies_bytes(crawl->fetcher);
    now->queued = state.queued;
    now->next_in_ms = state.next_due_ms == MOMENT_NONE ? -1 : state.next_due_ms - clock_wall_ms();
    now->database_busy = writer_is_waiting(crawl->writer);
    now->log_bytes = writer_log_bytes(crawl->writer);
    now->committed_wall_ms = writer_committed_ms(crawl->writer);
    report_tick(crawl->report, crawl->log, clock_monotonic_ms());
}

/* Once a run: the workers go on with what there is. */
static void tell_sandbox(struct crawl *crawl)
{
    struct extractor_stats stats = {0};
    if (crawl->extractor)
        extractor_stats(crawl->extractor, &stats);
    if (!stats.sandbox_lacks || crawl->told_sandbox)
        return;
    crawl->told_sandbox = true;
    log_say(crawl->log, LOG_WARNING, "sandbox",
            "this system lacks %s: what reads pages keeps more rights than it needs",
            sandbox_names(stats.sandbox_lacks));
}

/* libuv: about to wait for events. What passed since the last time, less the waiting, was a turn.
 */
static void on_uv_turn(uv_prepare_t *prepare)
{
    struct crawl *crawl = prepare->data;
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(&crawl->loop);
    if (crawl->turn_ns)
        report_time(crawl->report, STAGE_LOOP,
                    (now_ns - crawl->turn_ns - (idle_ns - crawl->idle_ns)) / 1000, 0);
    crawl->turn_ns = now_ns;
    crawl->idle_ns = idle_ns;
}
