/* import.c - crawler import: articles out of somebody's WARC, as if crawled when it was made. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/url.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/stopping.h"
#include "exchange/warc_reader.h"
#include "extract/extractor.h"
#include "job.h"

enum {
    PER_WORKER = 4, /* pages under way, so that no worker waits for the disk */
    BATCH_MAX = 64, /* results of one transaction */
    PROGRESS_MS = 200,
    WORKER_WAIT_MS = 30000,
};

struct importing {
    const struct options *options;
    struct store *store;
    struct log *log;
    uv_loop_t loop;
    struct extractor *extractor;
    struct warc_reader *reader; /* NULL: all files are read */
    size_t files;               /* begun */
    unsigned under_way, under_way_max;
    struct job *batch[BATCH_MAX]; /* read, not yet written */
    size_t batch_count;
    struct arena arena; /* of one record */
    char program[PATH_MAX];
    int status;   /* exit status of the first trouble */
    bool closing; /* the extractor is closed */
    bool database_lost;
    uint64_t pages, known, articles, revised, unreadable;
    uint64_t told_ms;
};

static void read_on(struct importing *importing);
static int next_record(struct importing *importing, struct warc_record *record);
static void take_record(struct importing *importing, const struct warc_record *record);
static void on_extracted(struct job *job, void *context);
static void write_batch(struct importing *importing);

/* ---- reading ---- */

/* Keeps the workers busy; at the end of all files, or of patience, lets them go. */
static void read_on(struct importing *importing)
{
    struct warc_record record;
    while (!stopping_asked() && !importing->database_lost &&
           importing->under_way < importing->under_way_max) {
        arena_reset(&importing->arena);
        if (next_record(importing, &record) != 1)
            break;
        take_record(importing, &record);
    }
    if (importing->under_way || importing->closing)
        return;
    write_batch(importing);
    importing->closing = true;
    extractor_close(importing->extractor);
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

static void fail_database(struct importing *importing, int err)
{
    if (importing->database_lost)
        return;
    log_say(importing->log, LOG_ERROR, "database", "%s", store_message(importing->store));
    importing->status = (int)database_exit_status(err);
    importing->database_lost = true;
}

/* The head's lines as the crawl keeps them, and what they say. */
static void take_head(struct job *job, struct span head, int64_t now_ms)
{
    struct bytes lines;
    bytes_init(&lines, 0);
    for (const char *at = head.data, *end = head.data + head.size; at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        struct span line = span_trimmed((struct span){at, (size_t)(line_end - at)});
        at = line_end + 1;
        bytes_append(&lines, "\n", lines.size ? 1 : 0);
        bytes_append(&lines, line.data, line.size);
        response_take_header(&job->response, &job->arena, line, now_ms);
    }
    job->response.headers = arena_copy(&job->arena, lines.data, lines.size);
    bytes_clear(&lines);
}

static void submit(struct importing *importing, const struct url_lease *lease,
                   const struct warc_answer *answer, const struct warc_record *record)
{
    struct job *job = job_create(lease, NULL);
    job->response = (struct response){.status = answer->status,
                                      .started_ms = record->date_ms,
                                      .max_age_s = -1,
                                      .ip = arena_string(&job->arena, record->ip),
                                      .bytes_wire = (int64_t)answer->body.size};
    take_head(job, answer->head, record->date_ms);
    bytes_append(&job->response.body, answer->body.data, answer->body.size);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    importing->under_way++;
    extractor_submit(importing->extractor, job);
}

static bool may_be_page(const struct warc_answer *answer)
{
    return answer->status >= 200 && answer->status < 300 && answer->body.size > 0;
}

/* A page that is newer than what is stored of its address goes to a worker. */
static void take_record(struct importing *importing, const struct warc_record *record)
{
    struct warc_answer answer;
    struct url url;
    struct arena *arena = &importing->arena;
    if (!record->block.size || !record->target || record->date_ms == MOMENT_NONE ||
        warc_answer_parse(&answer, record->block) || !may_be_page(&answer) ||
        url_parse(&url, arena, span_of(record->target), NULL, NULL))
        return;
    importing->pages++;
    if (record->cut) {
        importing->unreadable++;
        return;
    }
    const char *domain = url_site(url.host, arena);
    struct url_lease lease = {.kind = URL_ARTICLE,
                              .url = url_fetchable(&url, arena),
                              .site_home = arena_format(arena, "%s/", url_origin(&url, arena)),
                              .hint_published_ms = MOMENT_NONE};
    bool wanted = false;
    unsigned waited_ms = 0;
    int err;
    do
        err = store_adopt(importing->store,
                          domain ? domain : arena_copy(arena, url.host.data, url.host.size),
                          url_key(&url, arena), record->date_ms, &lease, &wanted);
    while (database_wait(err, &waited_ms));
    if (err)
        fail_database(importing, err);
    else if (wanted)
        submit(importing, &lease, &answer, record);
    else
        importing->known++;
}

/* ---- writing ---- */

/* The page as it came, in the one coding that it came in; a head that tells of more is not kept. */
static void keep_raw(const struct importing *importing, struct job *job)
{
    static const char *const codecs[] = {"none", "gzip", "zstd", "br"};
    const char *coding = job->response.content_encoding;
    struct raw_record *raw = &job->result.raw;
    if (!coding || strcasecmp(coding, "identity") == 0)
        coding = codecs[0];
    for (size_t i = 0; i < COUNT(codecs); i++)
        if (strcasecmp(coding, codecs[i]) == 0)
            raw->codec = codecs[i];
    if (!raw->codec || !importing->options->keep_raw_ms)
        raw->body_size = 0;
    raw->headers = job->response.headers;
    raw->body = job->response.body.data;
}

static void tell_progress(struct importing *importing)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (!log_is_live(importing->log) || now_ms - importing->told_ms < PROGRESS_MS)
        return;
    char line[160];
    snprintf(line, sizeof line, "%ju pages, %ju articles new, %ju revised, %ju known already",
             (uintmax_t)importing->pages, (uintmax_t)importing->articles,
             (uintmax_t)importing->revised, (uintmax_t)importing->known);
    log_progress(importing->log, line);
    importing->told_ms = now_ms;
}

/* extractor: the page is read, or can't be. */
static void on_extracted(struct job *job, void *context)
{
    struct importing *importing = context;
    enum completion completion = outcome_row(job->outcome)->completion;
    importing->under_way--;
    if (job->outcome == OUTCOME_RELEASED || importing->database_lost ||
        (completion != COMPLETE_DONE && completion != COMPLETE_SKIPPED)) {
        importing->unreadable++;
        job_free(job);
    } else {
        job_record_fetch(job);
        job->result.completion = completion;
        job->result.found_count = 0; /* an import asks nobody: not for other addresses either */
        if (job->outcome != OUTCOME_OK)
            job->result.why = job->detail ? job->detail : outcome_row(job->outcome)->name;
        keep_raw(importing, job);
        job_enter(job, JOB_WRITING);
        importing->batch[importing->batch_count++] = job;
        if (importing->batch_count == BATCH_MAX)
            write_batch(importing);
    }
    tell_progress(importing);
    read_on(importing);
}

static void write_batch(struct importing *importing)
{
    const struct result_record *results[BATCH_MAX];
    struct commit_outcome outcomes[BATCH_MAX];
    size_t count = importing->batch_count;
    unsigned waited_ms = 0;
    int err = 0;
    for (size_t i = 0; i < count; i++)
        results[i] = &importing->batch[i]->result;
    if (count && !importing->database_lost)
        do
            err = store_commit(importing->store, results, count, outcomes);
        while (database_wait(err, &waited_ms));
    if (err)
        fail_database(importing, err);
    for (size_t i = 0; i < count; i++) {
        if (!importing->database_lost) {
            importing->articles += outcomes[i].article_new;
            importing->revised += outcomes[i].article_revised;
            importing->known += outcomes[i].lost;
        }
        job_free(importing->batch[i]);
    }
    importing->batch_count = 0;
    if (count && !importing->database_lost && (err = store_checkpoint(importing->store)))
        fail_database(importing, err);
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

static int build_extractor(struct importing *importing)
{
    const struct options *options = importing->options;
    size_t size = sizeof importing->program;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct extractor_config config = {
        .workers = options->workers ? options->workers
                   : cores > 1      ? (unsigned)cores
                                    : 1,
        .program = importing->program,
        .agent = "crawler",
        .page_bytes_max = options->page_max,
        .feed_bytes_max = options->feed_max,
        .sitemap_bytes_max = options->sitemap_max,
        .wait_ms_max = WORKER_WAIT_MS,
    };
    importing->under_way_max = config.workers * PER_WORKER;
    if (uv_exepath(importing->program, &size))
        return ERR_IO;
    return extractor_create(&importing->extractor, &importing->loop, &config, on_extracted,
                            importing);
}

static void end_run(struct importing *importing)
{
    bool cut = stopping_asked() && !importing->status;
    const char *outcome = importing->database_lost ? "failed" : cut ? "stopped" : "ok";
    json_t *report = json_pack(
        "{s:I, s:I, s:I, s:I, s:I}", "pages", (json_int_t)importing->pages, "articles_new",
        (json_int_t)importing->articles, "articles_revised", (json_int_t)importing->revised,
        "known", (json_int_t)importing->known, "unreadable", (json_int_t)importing->unreadable);
    char *text = json_dumps(report, JSON_COMPACT);
    unsigned waited_ms = 0;
    int err;
    do
        err = store_run_end(importing->store, clock_wall_ms(), outcome, text);
    while (database_wait(err, &waited_ms));
    if (err)
        fail_database(importing, err);
    log_progress(importing->log, NULL);
    if (!importing->options->quiet)
        printf("%ju pages: %ju articles new, %ju revised, %ju known already, %ju not readable\n",
               (uintmax_t)importing->pages, (uintmax_t)importing->articles,
               (uintmax_t)importing->revised, (uintmax_t)importing->known,
               (uintmax_t)importing->unreadable);
    if (cut)
        importing->status = EXIT_STOPPED;
    free(text);
    json_decref(report);
}

static int run(struct importing *importing)
{
    int err = begin_run(importing);
    if (err)
        return database_failed(importing->store, err);
    if (uv_loop_init(&importing->loop))
        alloc_no_descriptors();
    if (build_extractor(importing)) {
        fputs("crawler import: the worker processes can't be started\n", stderr);
        importing->status = EXIT_DATABASE;
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
    stopping_catch();
    signal(SIGPIPE, SIG_IGN);
    importing.log = log_create(2, options->log, options->quiet);
    arena_init(&importing.arena, 0);
    status = run(&importing);
    arena_clear(&importing.arena);
    log_close(importing.log);
    store_close(importing.store);
    return status;
}
