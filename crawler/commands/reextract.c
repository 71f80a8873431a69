/* reextract.c - crawler reextract: today's extractor over the pages that were kept, no network.
 *
 *     fill ──▶ extractor ──▶ on_extracted ──▶ commit ──▶ fill …
 *
 * Pages come from the database in the order of their addresses and go to the worker processes of a
 * crawl; what they make of them is gathered and written in batches, each one transaction. Every
 * article carries the name of the extractor that made it, so there is nothing to note about how far
 * it came: killed or stopped, the next call takes what still has another name. When all that is
 * written the pages of the articles' older versions follow, which are compared with those of today.
 *
 * Invariants
 * 1. A page is in one place of `places`: with the workers, or `done` and waiting for its commit.
 * 2. The workers have pages to read while a batch is written.
 *
 * Thread: main, which is the loop thread while command_reextract() runs. */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/reread_report.h"
#include "commands/reread_write.h"
#include "commands/site_choice.h"
#include "extract/extractor.h"
#include "job.h"

enum {
    BATCH_MAX = 256,
    READ_MAX = 128,  /* pages of one look into the database … */
    READ_BELOW = 64, /* … which is due when so few are with the workers */
    PLACES = BATCH_MAX + READ_MAX + READ_BELOW,
    PROGRESS_MS = 200
};

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* A page under way. */
struct page {
    struct job *job; /* NULL: the place is free */
    struct reread_record record;
    struct reread_figures *site;
};

struct rereading {
    const struct options *options;
    struct store *store;
    const char *domain, *labels; /* of the sites, see site_choice.h; NULL: of all */
    struct log *log;
    uv_loop_t loop;
    uv_timer_t end; /* closes everything, outside of the extractor's callbacks */
    uv_signal_t signals[COUNT(stop_signals)];
    char program[PATH_MAX];
    struct extractor *extractor;
    struct page places[PLACES];
    size_t free_places[PLACES];
    size_t free_count;
    size_t done[PLACES]; /* places of pages that were read */
    size_t done_count;
    size_t reading;         /* pages with the workers */
    uint64_t held_bytes;    /* of their bodies */
    bool versions;          /* the articles are done */
    int64_t after_id;       /* where the next look begins: the URL, of versions the article … */
    int64_t after_fetch_id; /* … and the request of the last page */
    bool exhausted, stopped, ending;
    bool workers_lost;
    int store_error;
    struct reread_report report;
    uint64_t started_ms, told_ms;
};

static int build(struct rereading *rereading);
static void fill(struct rereading *rereading);
static int take_page(const struct store_value *columns, size_t count, void *context);
static void on_no_worker(void *context);
static void on_extracted(struct job *job, void *context);
static void go_on(struct rereading *rereading);
static void commit(struct rereading *rereading);
static void on_uv_signal(uv_signal_t *handle, int number);
static void on_uv_end(uv_timer_t *timer);

static int reread(struct rereading *rereading)
{
    if (uv_loop_init(&rereading->loop))
        alloc_no_descriptors();
    int err = build(rereading);
    if (!err)
        go_on(rereading);
    uv_run(&rereading->loop, UV_RUN_DEFAULT);
    uv_loop_close(&rereading->loop);
    log_progress(rereading->log, NULL);
    if (err || rereading->workers_lost) {
        fputs("crawler reextract: " EXTRACTOR_NO_WORKER "; the next call goes on from here\n",
              stderr);
        return EXIT_FULL;
    }
    if (rereading->store_error)
        return database_failed(rereading->store, rereading->store_error);
    rereading->report.stopped = rereading->stopped;
    rereading->report.took_ms = clock_monotonic_ms() - rereading->started_ms;
    if (rereading->options->json || !rereading->options->quiet)
        reread_report_print(&rereading->report, rereading->options->json);
    if (rereading->stopped)
        return EXIT_STOPPED;
    return rereading->report.all.at[REREAD_REFUSED] ? EXIT_NEEDS_A_PERSON : EXIT_COMPLETED;
}

static int reread_sites(const struct options *options, struct store *store, const char *domain,
                        const char *labels)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = store_reread_begin(store, clock_wall_ms());
    while (database_wait(err, &waited_ms));
    if (err)
        return database_failed(store, err);
    signal(SIGPIPE, SIG_IGN);
    struct rereading *rereading = alloc_zeroed(1, sizeof *rereading);
    rereading->options = options;
    rereading->store = store;
    rereading->domain = domain;
    rereading->labels = labels;
    rereading->log = log_create(2, options->log, options->quiet);
    reread_report_init(&rereading->report);
    rereading->started_ms = clock_monotonic_ms();
    for (size_t i = 0; i < PLACES; i++)
        rereading->free_places[rereading->free_count++] = PLACES - 1 - i;
    int status = reread(rereading);
    reread_report_clear(&rereading->report);
    log_close(rereading->log);
    free(rereading);
    return status;
}

int command_reextract(const struct options *options)
{
    struct store *store;
    struct arena arena;
    const char *domain = NULL, *labels = NULL;
    int status = database_open(&store, options->sites, STORE_WRITE);
    if (status)
        return status;
    arena_init(&arena, 0);
    status = site_choice_read(store, &arena, options, "reextract", &domain, &labels);
    if (!status)
        status = reread_sites(options, store, domain, labels);
    arena_clear(&arena);
    store_close(store);
    return status;
}

/* ---- building ---- */

static int build(struct rereading *rereading)
{
    const struct options *options = rereading->options;
    size_t size = sizeof rereading->program;
    struct extractor_config config = {
        .workers = options->workers ? options->workers : (unsigned)uv_available_parallelism(),
        .on_failed = on_no_worker,
        .program = rereading->program,
        .page_bytes_max = options->page_max,
        .wait_ms_max = EXTRACTOR_WAIT_MS,
    };
    uv_timer_init(&rereading->loop, &rereading->end);
    rereading->end.data = rereading;
    for (size_t i = 0; i < COUNT(stop_signals); i++) {
        uv_signal_init(&rereading->loop, &rereading->signals[i]);
        rereading->signals[i].data = rereading;
    }
    int err = uv_exepath(rereading->program, &size) ? ERR_FULL : 0;
    if (!err)
        err = extractor_create(&rereading->extractor, &rereading->loop, &config, on_extracted,
                               rereading);
    for (size_t i = 0; i < COUNT(stop_signals) && !err; i++)
        uv_signal_start(&rereading->signals[i], on_uv_signal, stop_signals[i]);
    if (err)
        uv_timer_start(&rereading->end, on_uv_end, 0, 0);
    return err;
}

/* extractor: it has no worker, and gets none. */
static void on_no_worker(void *context)
{
    struct rereading *rereading = context;
    rereading->workers_lost = rereading->stopped = true;
}

/* ---- pages out of the database ---- */

static const char *text_at(const struct store_value *columns, size_t count, const char *name)
{
    return store_column(columns, count, name)->text;
}

static int64_t number_at(const struct store_value *columns, size_t count, const char *name)
{
    return store_column(columns, count, name)->integer;
}

/* The answer as it was when it came. */
static void restore_response(struct job *job, const struct store_value *columns, size_t count)
{
    struct response *response = &job->response;
    const struct store_value *body = store_column(columns, count, "body");
    struct span rest = span_of(text_at(columns, count, "headers"));
    const char *codec = text_at(columns, count, "codec");
    response->started_ms = number_at(columns, count, "started_ms");
    response->total_ms = number_at(columns, count, "total_ms");
    while (rest.size) {
        const char *end = memchr(rest.data, '\n', rest.size);
        struct span line = {rest.data, end ? (size_t)(end - rest.data) : rest.size};
        response_take_header(response, &job->arena, line, response->started_ms);
        rest.data += line.size + (end != NULL);
        rest.size -= line.size + (end != NULL);
    }
    response->content_encoding =
        strcmp(codec, "none") == 0 ? NULL : arena_string(&job->arena, codec);
    bytes_append(&response->body, body->text, body->size);
}

/* A row of SQL_PAGES_TO_REREAD or SQL_VERSIONS_TO_REREAD becomes a job for the workers. */
static int take_page(const struct store_value *columns, size_t count, void *context)
{
    struct rereading *rereading = context;
    size_t place = rereading->free_places[--rereading->free_count];
    struct page *page = &rereading->places[place];
    struct url_lease lease = {
        .kind = (enum url_kind)number_at(columns, count, "kind"),
        .url = text_at(columns, count, "url"),
        .site_home = text_at(columns, count, "home_url"),
        .rules = text_at(columns, count, "rules"),
        .site_id = number_at(columns, count, "site_id"),
        .hash = (int64_t)place, /* by which its answer is known */
        .hint_published_ms = MOMENT_NONE,
    };
    struct job *job = job_create(&lease, NULL);
    restore_response(job, columns, count);
    page->job = job;
    page->site = reread_report_site(&rereading->report, text_at(columns, count, "domain"));
    page->record = (struct reread_record){
        .url_id = number_at(columns, count, "url_id"),
        .article_id = number_at(columns, count, "article_id"),
        .version = rereading->versions,
        .site_id = lease.site_id,
        .fetch_id = number_at(columns, count, "fetch_id"),
        .fetched_ms = job->response.started_ms + job->response.total_ms,
        .url = job->result.lease.url,
    };
    rereading->after_id = rereading->versions ? page->record.article_id : page->record.url_id;
    rereading->after_fetch_id = page->record.fetch_id;
    rereading->held_bytes += job->response.body.size;
    rereading->reading++;
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    extractor_submit(rereading->extractor, job);
    return rereading->held_bytes > rereading->options->bodies_max;
}

static void fill(struct rereading *rereading)
{
    const struct options *options = rereading->options;
    const struct store_value params[] = {
        STORE_PARAM_TEXT(store_extractor()),
        STORE_PARAM_INTEGER(rereading->after_id),
        STORE_PARAM_INTEGER(rereading->after_fetch_id),
        STORE_PARAM_INTEGER(READ_MAX),
        STORE_PARAM_TEXT(rereading->domain),
        options->since_ms ? STORE_PARAM_INTEGER(options->since_ms)
                          : (struct store_value){.type = STORE_NULL},
        STORE_PARAM_TEXT(rereading->labels),
    };
    size_t before = rereading->reading;
    unsigned waited_ms = 0;
    int err;
    do
        err = store_each_row(rereading->store,
                             rereading->versions ? SQL_VERSIONS_TO_REREAD : SQL_PAGES_TO_REREAD,
                             params, COUNT(params), take_page, rereading);
    while (database_wait(err, &waited_ms));
    if (err < 0)
        rereading->store_error = err;
    rereading->exhausted = rereading->reading == before;
}

/* All articles are written: their older versions can be compared with them. */
static void turn_to_versions(struct rereading *rereading)
{
    if (rereading->versions || !rereading->exhausted || rereading->stopped ||
        rereading->store_error)
        return;
    rereading->versions = true;
    rereading->exhausted = false;
    rereading->after_id = rereading->after_fetch_id = 0;
}

/* ---- what came of them ---- */

/* extractor: the page has been read, or its worker is gone. */
static void on_extracted(struct job *job, void *context)
{
    struct rereading *rereading = context;
    size_t place = (size_t)job->result.lease.hash;
    struct reread_record *record = &rereading->places[place].record;
    rereading->reading--;
    rereading->held_bytes -= job->response.body.size;
    bytes_clear(&job->response.body);
    record->article = job->result.article;
    record->rights[RIGHTS_OF_PAGE] = job->result.rights[RIGHTS_OF_PAGE];
    if (!record->article_id) /* a later answer may have said something else */
        record->rights[RIGHTS_OF_HEAD] = job->result.rights[RIGHTS_OF_HEAD];
    record->links = job->result.links;
    record->links_count = job->result.links_count;
    rereading->done[rereading->done_count++] = place;
    go_on(rereading);
}

static void go_on(struct rereading *rereading)
{
    while (!rereading->stopped && !rereading->exhausted && !rereading->store_error &&
           rereading->reading < READ_BELOW && rereading->free_count >= READ_MAX &&
           rereading->held_bytes <= rereading->options->bodies_max)
        fill(rereading);
    if (rereading->done_count >= BATCH_MAX || !rereading->reading)
        commit(rereading);
    if (!rereading->reading && !rereading->done_count && !rereading->ending) {
        turn_to_versions(rereading);
        if (!rereading->stopped && !rereading->exhausted && !rereading->store_error) {
            go_on(rereading);
            return;
        }
        rereading->ending = true;
        uv_timer_start(&rereading->end, on_uv_end, 0, 0);
    }
}

static void tell_progress(struct rereading *rereading)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (!log_is_live(rereading->log) || now_ms - rereading->told_ms < PROGRESS_MS)
        return;
    char line[128];
    int64_t pages = rereading->report.all.at[REREAD_PAGES];
    snprintf(line, sizeof line, "%jd pages, %jd changed, %.0f pages/s", (intmax_t)pages,
             (intmax_t)rereading->report.all.at[REREAD_CHANGED],
             (double)pages * 1000 / (double)(now_ms - rereading->started_ms + 1));
    log_progress(rereading->log, line);
    rereading->told_ms = now_ms;
}

/* A page that a worker failed at tells nothing: it is left as it is, for another time. */
static bool was_read(const struct job *job)
{
    return job->outcome == OUTCOME_OK || job->outcome == OUTCOME_NOT_ARTICLE ||
           job->outcome == OUTCOME_NOT_HTML;
}

/* Writes what was read, and frees the places. */
static void commit(struct rereading *rereading)
{
    struct reread_record records[PLACES];
    struct reread_outcome outcomes[PLACES];
    bool refused[PLACES];
    struct page *pages[PLACES];
    size_t count = 0;
    for (size_t i = 0; i < rereading->done_count; i++) {
        struct page *page = &rereading->places[rereading->done[i]];
        if (was_read(page->job)) {
            records[count] = page->record;
            pages[count++] = page;
        } else if (page->job->outcome != OUTCOME_RELEASED) {
            reread_report_failed(&rereading->report, page->site);
        }
    }
    int err = rereading->store_error;
    if (!err && count)
        err = reread_write(rereading->store, rereading->log, records, count, outcomes, refused);
    rereading->store_error = err;
    for (size_t i = 0; i < count && !err; i++) {
        if (refused[i])
            reread_report_refused(&rereading->report, pages[i]->site);
        else
            reread_report_count(&rereading->report, pages[i]->site, &outcomes[i],
                                pages[i]->record.url, pages[i]->job->detail);
    }
    for (size_t i = 0; i < rereading->done_count; i++) {
        struct page *page = &rereading->places[rereading->done[i]];
        job_free(page->job);
        page->job = NULL;
        rereading->free_places[rereading->free_count++] = rereading->done[i];
    }
    rereading->done_count = 0;
    if (!err && count)
        store_checkpoint(rereading->store);
    tell_progress(rereading);
}

/* ---- stopping ---- */

/* libuv: what was read is written, the rest is left to the next call. */
static void on_uv_signal(uv_signal_t *handle, int number)
{
    struct rereading *rereading = handle->data;
    (void)number;
    rereading->stopped = true;
    extractor_cancel(rereading->extractor);
    uv_signal_stop(handle); /* the second one ends the program at once */
}

/* libuv: outside of everybody's callbacks. */
static void on_uv_end(uv_timer_t *timer)
{
    struct rereading *rereading = timer->data;
    extractor_close(rereading->extractor);
    uv_close((uv_handle_t *)timer, NULL);
    for (size_t i = 0; i < COUNT(stop_signals); i++)
        uv_close((uv_handle_t *)&rereading->signals[i], NULL);
}
