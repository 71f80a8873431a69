/* import.c - crawler import: articles out of somebody's WARC, as if crawled when it was made.
 *
 *     read_on ─▶ extractor ─▶ on_extracted ─▶ in the files' order ─▶ writer ─▶ on_written ─▶
 * read_on
 *
 * The loop thread reads the files, and by a connection of its own what is stored of an address; the
 * store belongs to the writer's thread, which makes batches of what comes. Pages are written in the
 * order in which the files have them, so that the same files make the same database, and of an
 * address the versions count. Killed at any moment, what was committed is whole, and known to the
 * next call. Thread: main, which is the loop thread. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/import_page.h"
#include "commands/stopping.h"
#include "exchange/warc_reader.h"
#include "extract/extractor.h"
#include "job.h"
#include "write/writer.h"

enum {
    PLACES = 512,        /* pages under way: two batches, and what workers need meanwhile */
    HELD_MAX = 64 << 20, /* bytes of their bodies */
    BATCH_MAX = 128,
    BATCH_MS = 200,
    TICK_MS = 200,
};

struct importing {
    const struct options *options;
    struct store *store;       /* the writer's, while there is one */
    struct store *known_store; /* asked what is known, by the loop thread */
    struct log *log;
    uv_loop_t loop;
    uv_timer_t tick;
    struct extractor *extractor;
    struct writer *writer;
    struct warc_reader *reader; /* NULL: all files are read */
    size_t files;               /* begun */
    struct {
        struct job *job;
        bool extracted;
    } places[PLACES];        /* a ring: what is not at the writer, in the order of the files */
    size_t first, unwritten; /* of the ring */
    size_t writing;          /* at the writer */
    size_t held;
    struct arena arena; /* of one record */
    const char *rules;  /* of its site, in that arena; or NULL */
    char program[PATH_MAX];
    int status; /* exit status of the first trouble */
    bool closing;
    bool database_lost;
    bool workers_lost;
    uint64_t pages, known, articles, revised, unreadable, refused;
};

static void read_on(struct importing *importing);
static int next_record(struct importing *importing, struct warc_record *record);
static void take_record(struct importing *importing, const struct warc_record *record);
static void on_extracted(struct job *job, void *context);
static void hand_on(struct importing *importing, struct job *job);
static void on_written(struct job *job, const struct commit_outcome *outcome, void *context);
static void close_all(struct importing *importing);

/* ---- reading ---- */

/* Keeps the workers busy; at the end of all files, or of patience, lets them go. */
static void read_on(struct importing *importing)
{
    struct warc_record record;
    while (!stopping_asked() && !importing->database_lost && !importing->workers_lost &&
           importing->held < HELD_MAX && importing->unwritten + importing->writing < PLACES) {
        arena_reset(&importing->arena);
        if (next_record(importing, &record) != 1)
            break;
        take_record(importing, &record);
    }
    if (importing->unwritten)
        return;
    if (importing->writing) /* it has nobody to wait for */
        writer_flush(importing->writer);
    else if (!importing->closing)
        close_all(importing);
}

static void complain(struct importing *importing, const char *file, const char *what)
{
    log_say(importing->log, LOG_ERROR, "file", "%s: %s", file, what);
    if (!importing->status)
        importing->status = EXIT_USAGE;
}

/* Of this file or of one that follows. A file that is broken somewhere is read up to there. */
static int next_record(struct importing *importing, struct warc_record *record)
{
    const struct options *options = importing->options;
    for (;;) {
        if (!importing->reader) {
            if (importing->files == options->arguments_count)
                return 0;
            const char *file = options->arguments[importing->files++];
            if (warc_reader_open(&importing->reader, file, options->wire_max)) {
                complain(importing, file, strerror(errno));
                continue;
            }
        }
        int more = warc_reader_next(importing->reader, record);
        if (more == 1)
            return 1;
        if (more < 0) {
            char what[128];
            snprintf(what, sizeof what,
                     more == ERR_IO ? "cannot be read on, %ju bytes from its beginning"
                                    : "is no WARC file, or a broken one, about %ju bytes from its "
                                      "beginning",
                     (uintmax_t)warc_reader_position(importing->reader));
            complain(importing, options->arguments[importing->files - 1], what);
        }
        warc_reader_close(importing->reader);
        importing->reader = NULL;
    }
}

static void fail_database(struct importing *importing, int err, const char *message)
{
    if (importing->database_lost)
        return;
    log_say(importing->log, LOG_ERROR, "database", "%s", message);
    importing->status = (int)database_exit_status(err);
    importing->database_lost = true;
}

/* A row of SQL_READ_RULES_OF_DOMAIN, of which there is one or none. */
static int take_rules(const struct store_value *row, size_t count, void *context)
{
    struct importing *importing = context;
    importing->rules = arena_string(&importing->arena, store_column(row, count, "rules")->text);
    return 0;
}

/* Those of the site that the page goes to. */
static int read_rules(struct importing *importing, struct url_lease *lease)
{
    const struct store_value domain[] = {STORE_PARAM_TEXT(lease->domain)};
    importing->rules = NULL;
    int err = store_each_row(importing->known_store, SQL_READ_RULES_OF_DOMAIN, domain,
                             COUNT(domain), take_rules, importing);
    lease->rules = importing->rules;
    return err;
}

/* The database does not take something of the page. */
static void refuse(struct importing *importing, const char *url, const char *said)
{
    importing->refused++;
    log_say(importing->log, LOG_WARNING, "not-stored", "%s: %s", url, said);
}

/* A page that is newer than what is stored of its address goes to a worker. */
static void take_record(struct importing *importing, const struct warc_record *record)
{
    struct import_page page;
    if (!import_page_read(&page, record, &importing->arena))
        return;
    importing->pages++;
    if (record->cut) {
        importing->unreadable++;
        return;
    }
    bool wanted = false;
    unsigned waited_ms = 0;
    int err;
    do {
        err = store_adopt(importing->known_store, page.key, record->date_ms, &page.lease, &wanted);
        if (!err && wanted)
            err = read_rules(importing, &page.lease);
    } while (database_wait(err, &waited_ms));
    if (err == STORE_UNFIT) {
        refuse(importing, page.lease.url, store_message(importing->known_store));
    } else if (err) {
        fail_database(importing, err, store_message(importing->known_store));
    } else if (!wanted) {
        importing->known++;
    } else {
        struct job *job = import_page_job(&page);
        size_t place = (importing->first + importing->unwritten++) % PLACES;
        importing->places[place].job = job;
        importing->places[place].extracted = false;
        importing->held += job->response.body.size;
        extractor_submit(importing->extractor, job);
    }
}

/* ---- writing ---- */

/* extractor: the page is read, or can't be. It goes on when those before it have. */
static void on_extracted(struct job *job, void *context)
{
    struct importing *importing = context;
    size_t place = importing->first;
    while (importing->places[place].job != job)
        place = (place + 1) % PLACES;
    importing->places[place].extracted = true;
    while (importing->unwritten && importing->places[importing->first].extracted) {
        job = importing->places[importing->first].job;
        importing->first = (importing->first + 1) % PLACES;
        importing->unwritten--;
        hand_on(importing, job);
    }
    read_on(importing);
}

static void free_job(struct importing *importing, struct job *job)
{
    importing->held -= job->response.body.size;
    job_free(job);
}

static void hand_on(struct importing *importing, struct job *job)
{
    enum completion completion = outcome_row(job->outcome)->completion;
    if (job->outcome == OUTCOME_RELEASED) {
        importing->pages--; /* the next call reads it */
        free_job(importing, job);
        return;
    }
    if (importing->database_lost ||
        (completion != COMPLETE_DONE && completion != COMPLETE_SKIPPED)) {
        importing->unreadable++;
        free_job(importing, job);
        return;
    }
    job_record_fetch(job);
    job->result.completion = completion;
    job->result.found_count = 0; /* an import asks nobody: not for other addresses either */
    if (job->outcome != OUTCOME_OK)
        job->result.why = job->detail ? job->detail : outcome_row(job->outcome)->name;
    importing->held -= job->response.body.size;
    import_page_keep_raw(job, importing->options->keep_raw_ms != 0);
    importing->held += job->response.body.size;
    importing->writing++;
    writer_submit(importing->writer, job);
}

/* writer: the page is in the database, or can't get there. */
static void on_written(struct job *job, const struct commit_outcome *outcome, void *context)
{
    struct importing *importing = context;
    importing->writing--;
    if (job->outcome == OUTCOME_NOT_STORED)
        refuse(importing, job->result.lease.url, job->detail);
    if (outcome) {
        importing->articles += outcome->article_new;
        importing->revised += outcome->article_revised;
        importing->known += outcome->lost;
    }
    free_job(importing, job);
    read_on(importing);
}

static void on_write_failed(int store_error, const char *message, void *context)
{
    fail_database(context, store_error, message);
}

/* extractor: it has no worker, and gets none. */
static void on_no_worker(void *context)
{
    struct importing *importing = context;
    log_say(importing->log, LOG_ERROR, "workers", "%s",
            EXTRACTOR_NO_WORKER "; the next call goes on from here");
    importing->status = EXIT_FULL;
    importing->workers_lost = true;
}

/* libuv: a moment has passed. Told to stop, it is not waited for a lock of somebody else's: what
 * can't be written is read again the next time. */
static void on_uv_tick(uv_timer_t *tick)
{
    struct importing *importing = tick->data;
    char line[160];
    if (stopping_asked())
        writer_give_up(importing->writer);
    if (!log_is_live(importing->log))
        return;
    snprintf(line, sizeof line, "%ju pages, %ju articles new, %ju revised, %ju known already",
             (uintmax_t)importing->pages, (uintmax_t)importing->articles,
             (uintmax_t)importing->revised, (uintmax_t)importing->known);
    log_progress(importing->log, line);
}

/* ---- the whole ---- */

static int begin_run(struct importing *importing)
{
    const struct options *options = importing->options;
    json_t *list = json_array();
    for (int i = 0; i < options->argc; i++)
        json_array_append_new(list, json_string(options->argv[i]) ?: json_string("?"));
    char *argv = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    struct run_record run = {.started_ms = clock_wall_ms(),
                             .argv = argv,
                             .version = CRAWLER_VERSION,
                             .since_ms = INT64_MIN,
                             .until_ms = INT64_MAX,
                             .tries_max = 1,
                             .lease_ms = INT32_MAX,
                             .keep_raw_ms = (int64_t)options->keep_raw_ms,
                             .max_raw_bytes = (int64_t)options->max_raw,
                             .keep_fetches_ms = (int64_t)options->keep_fetches_ms,
                             .search = !options->no_search,
                             .sync_full = options->sync_full};
    int64_t run_id;
    unsigned waited_ms = 0;
    int err;
    do
        err = store_run_begin(importing->store, &run, &run_id);
    while (database_wait(err, &waited_ms));
    free(argv);
    return err;
}

static int build_writer(struct importing *importing)
{
    const struct writer_config config = {
        .batch_max = BATCH_MAX, .batch_ms = BATCH_MS, .lease_ms = INT32_MAX};
    const struct writer_callbacks callbacks = {
        .written = on_written, .failed = on_write_failed, .context = importing};
    return writer_create(&importing->writer, &importing->loop, importing->store, &config,
                         &callbacks);
}

static int build_extractor(struct importing *importing)
{
    const struct options *options = importing->options;
    size_t size = sizeof importing->program;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct extractor_config config = {
        .workers = options->workers ? options->workers
                   : cores > 1      ? (unsigned)cores
                                    : 1,
        .on_failed = on_no_worker,
        .program = importing->program,
        .agent = "crawler",
        .page_bytes_max = options->page_max,
        .feed_bytes_max = options->feed_max,
        .sitemap_bytes_max = options->sitemap_max,
        .wait_ms_max = EXTRACTOR_WAIT_MS,
    };
    if (uv_exepath(importing->program, &size))
        return ERR_FULL;
    return extractor_create(&importing->extractor, &importing->loop, &config, on_extracted,
                            importing);
}

static void end_run(struct importing *importing)
{
    bool cut = stopping_asked() && !importing->status;
    bool failed = importing->database_lost || importing->workers_lost;
    const char *outcome = failed ? "failed" : cut ? "stopped" : "ok";
    json_t *report = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I}", "pages", (json_int_t)importing->pages, "articles_new",
        (json_int_t)importing->articles, "articles_revised", (json_int_t)importing->revised,
        "known", (json_int_t)importing->known, "unreadable", (json_int_t)importing->unreadable,
        "not_stored", (json_int_t)importing->refused);
    char *text = json_dumps(report, JSON_COMPACT);
    unsigned waited_ms = 0;
    int err;
    do
        err = store_run_end(importing->store, clock_wall_ms(), outcome, text);
    while (database_wait(err, &waited_ms));
    if (err)
        fail_database(importing, err, store_message(importing->store));
    log_progress(importing->log, NULL);
    if (!importing->options->quiet)
        printf("%ju pages: %ju articles new, %ju revised, %ju known already, %ju not readable, "
               "%ju not stored\n",
               (uintmax_t)importing->pages, (uintmax_t)importing->articles,
               (uintmax_t)importing->revised, (uintmax_t)importing->known,
               (uintmax_t)importing->unreadable, (uintmax_t)importing->refused);
    if (importing->refused && !importing->status)
        importing->status = EXIT_NEEDS_A_PERSON;
    if (cut)
        importing->status = EXIT_STOPPED;
    free(text);
    json_decref(report);
}

/* When all has come back; the loop ends with the last handle. */
static void close_all(struct importing *importing)
{
    importing->closing = true;
    extractor_close(importing->extractor);
    writer_close(importing->writer, NULL);
    uv_close((uv_handle_t *)&importing->tick, NULL);
}

static int run(struct importing *importing)
{
    int err = begin_run(importing);
    if (err)
        return database_failed(importing->store, err);
    if (uv_loop_init(&importing->loop))
        alloc_no_descriptors();
    uv_timer_init(&importing->loop, &importing->tick);
    importing->tick.data = importing;
    uv_timer_start(&importing->tick, on_uv_tick, TICK_MS, TICK_MS);
    if (build_extractor(importing)) {
        on_no_worker(importing);
        close_all(importing);
    } else if (build_writer(importing)) {
        fputs("crawler import: no thread can be started\n", stderr);
        importing->status = EXIT_FULL;
        close_all(importing);
    } else {
        read_on(importing);
    }
    uv_run(&importing->loop, UV_RUN_DEFAULT);
    uv_loop_close(&importing->loop);
    warc_reader_close(importing->reader);
    end_run(importing);
    return importing->status;
}

int command_import(const struct options *options)
{
    struct importing importing = {.options = options};
    if (options->arguments_count == 0) {
        fputs("crawler import: which WARC files? See crawler import --help\n", stderr);
        return EXIT_USAGE;
    }
    int status = database_open(&importing.store, options->sites, STORE_CREATE);
    if (status)
        return status;
    status = database_open(&importing.known_store, options->sites, STORE_READ);
    if (status) {
        store_close(importing.store);
        return status;
    }
    stopping_catch();
    signal(SIGPIPE, SIG_IGN);
    importing.log = log_create(2, options->log, options->quiet);
    arena_init(&importing.arena, 0);
    status = run(&importing);
    arena_clear(&importing.arena);
    log_close(importing.log);
    store_close(importing.known_store);
    store_close(importing.store);
    return status;
}
