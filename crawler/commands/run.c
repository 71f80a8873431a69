/* crawler run - crawls what is due in a database, then says how it went. */
#include "commands/commands.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "commands/database.h"
#include "commands/descriptors.h"
#include "commands/finish.h"
#include "commands/groups.h"
#include "commands/run_log.h"
#include "commands/site_access.h"
#include "commands/sites.h"
#include "commands/stopping.h"
#include "crawl.h"
#include "metrics.h"
#include "report.h"
#include "storage/store.h"

enum { STOPPED_PATIENCE_MS = 10000 };

/* One run, from the command line to its exit status. */
struct run {
    const struct options *options;
    struct log *log;
    struct store *store;     /* NULL: not open */
    struct metrics *metrics; /* NULL: none wanted */
    struct arena arena;
    const char *labels;   /* of the sites it is for (groups.h); NULL: all */
    struct access access; /* how requests on behalf of sites differ */
    int64_t id;           /* 0: it has not begun */
    struct report report;
    uint64_t until_ms; /* monotonic: so long a crawl that was cut short waits for the database */
    bool told_of_wait;
    const char *outcome; /* as in its row: 'ok', 'stopped' … */
    struct bytes json;   /* the report, once it has ended */
};

static char *argv_json(const struct options *options)
{
    json_t *list = json_array();
    for (int i = 0; i < options->argc; i++)
        json_array_append_new(list, json_string(options->argv[i]) ?: json_string("?"));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text ? text : alloc_string("[]");
}

static int begin(struct store *store, const struct options *options, const char *labels,
                 int64_t *run_id)
{
    char *argv = argv_json(options);
    bool backfill = options->since_ms || options->until_ms;
    struct run_record run = {.started_ms = clock_wall_ms(),
                             .argv = argv,
                             .version = CRAWLER_VERSION,
                             .sources = options->sources,
                             .labels = labels,
                             .discover_only = options->discover_only,
                             .poll_all = options->poll_all || backfill,
                             .backfill = backfill,
                             .since_ms = options->since_ms ? options->since_ms : INT64_MIN,
                             .until_ms = options->until_ms ? options->until_ms : INT64_MAX,
                             .max_per_site = options->max_per_site,
                             .max_pages = options->max_pages,
                             .sources_max = options->max_sources * (backfill ? 10 : 1),
                             .tries_max = options->tries,
                             .lease_ms = (int64_t)options->lease_ms,
                             .keep_raw_ms = (int64_t)options->keep_raw_ms,
                             .max_raw_bytes = (int64_t)options->max_raw,
                             .keep_fetches_ms = (int64_t)options->keep_fetches_ms,
                             .keep_articles_ms = (int64_t)options->keep_articles_ms,
                             .search = !options->no_search,
                             .sync_full = options->sync_full};
    if (backfill && run.sources == SOURCE_ALL)
        run.sources = SOURCE_SITEMAP; /* the others tell of what is new */
    int err;
    do /* another program writes: it will be done some time */
        err = store_run_begin(store, &run, run_id);
    while (err == STORE_BUSY);
    free(argv);
    return err;
}

/* Copies a site's trouble into the report. */
static int take_alarm(const struct store_value *row, size_t count, void *context)
{
    report_alarm(context, store_column(row, count, "site")->text,
                 store_column(row, count, "verdict")->text, store_column(row, count, "why")->text);
    return 0;
}

static bool may_wait(const struct run *run, int err)
{
    return err == STORE_BUSY && (!run->until_ms || clock_monotonic_ms() < run->until_ms);
}

/* What this run shows of its sites, compared with their own past. */
static int compare_sites(struct run *run, const struct crawl_result *result)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(run->id)};
    bool whole = result->end == CRAWL_COMPLETED;
    unsigned waited_ms = 0;
    int err;
    do {
        err = store_judge_sites(run->store, clock_wall_ms(), whole);
        if (!err)
            err = store_each_row(run->store, SQL_READ_ALARMS, params, 1, take_alarm, &run->report);
    } while (may_wait(run, err) && !stopping_asked() && database_wait(err, &waited_ms));
    return err;
}

/* All was asked, and the end can't be written: that has not failed for a lock. */
static void fail(struct run *run, struct crawl_result *result, int err)
{
    if (err != STORE_BUSY || !run->told_of_wait)
        log_say(run->log, LOG_ERROR, "database", "%s", store_message(run->store));
    run->told_of_wait = true;
    if (err == STORE_BUSY)
        return;
    result->end = CRAWL_FAILED;
    result->store_error = err;
    snprintf(result->message, sizeof result->message, "%s", store_message(run->store));
}

/* How the run is called in the database. A run that left URLs for later is as good as one that did
 * not: 'partial' is one that was cut short. */
static const char *outcome_of(const struct crawl_result *result)
{
    switch (result->end) {
    case CRAWL_STOPPED:
        return "stopped";
    case CRAWL_FAILED:
        return "failed";
    default:
        return "ok";
    }
}

/* A run that was cut short, or is told to stop now, doesn't wait long for somebody's lock, or for a
 * server: without its end in the database it counts as crashed, and the next run puts that right.
 * What ended it has been said. */
static void end(struct run *run, struct crawl_result *result)
{
    enum crawl_end how = result->end;
    unsigned waited_ms = 0;
    int err;
    report_json(&run->report, clock_monotonic_ms(), run->outcome, &run->json);
    do
        err = store_run_end(run->store, clock_wall_ms(), run->outcome, run->json.data);
    while (may_wait(run, err) &&
           ((how == CRAWL_COMPLETED && !stopping_asked()) || database_wait(err, &waited_ms)));
    if (err && how != CRAWL_FAILED)
        fail(run, result, err);
}

static void tell(struct run *run)
{
    const struct options *options = run->options;
    struct report *report = &run->report;
    struct bytes text;
    bytes_init(&text, 0);
    uint64_t now_ms = clock_monotonic_ms();
    report->log_dropped = log_dropped(run->log);
    log_progress(run->log, NULL);
    if (options->json)
        report_json(report, now_ms, run->outcome, &text);
    else if (!options->quiet)
        report_summary(report, now_ms, run->outcome, &text);
    if (text.size) /* main() sees whether it gets out */
        fwrite(text.data, 1, text.size, stdout);
    if (options->stats && report_write_stats(report, now_ms, run->outcome, options->stats))
        log_say(run->log, LOG_ERROR, "stats", "cannot write %s: %s", options->stats,
                strerror(errno));
    bytes_clear(&text);
}

static int exit_status(const struct crawl_result *result, int err)
{
    if (err)
        return (int)error_exit_status(err);
    if (result->end == CRAWL_FAILED)
        return (int)database_exit_status(result->store_error);
    return result->end == CRAWL_STOPPED ? EXIT_STOPPED : EXIT_COMPLETED;
}

/* --strict: a run that completed says by its status that sites want a person. */
static int judge_sites(struct store *store, const char *labels, struct log *log)
{
    size_t troubled, rules;
    if (sites_count_troubled(store, labels, &troubled) ||
        sites_count_idle_rules(store, labels, &rules)) {
        log_say(log, LOG_ERROR, "database", "%s", store_message(store));
        return EXIT_DATABASE;
    }
    if (troubled > 0)
        log_say(log, LOG_WARNING, "sites", "%zu %s a look: see crawler report", troubled,
                troubled == 1 ? "site wants" : "sites want");
    if (rules > 0)
        log_say(log, LOG_WARNING, "rules",
                "%zu %s nothing on the last articles: see crawler report", rules,
                rules == 1 ? "rule of a site found" : "rules of sites found");
    return troubled + rules > 0 ? EXIT_NEEDS_A_PERSON : EXIT_COMPLETED;
}

/* At the beginning and at the end. What the store can't tell stays as it was. */
static void read_metrics(struct run *run)
{
    if (run->metrics)
        metrics_read(run->metrics, run->store, clock_wall_ms(), run->report.articles_new);
}

static void write_metrics(struct run *run)
{
    if (run->metrics &&
        metrics_write(run->metrics, &run->report, clock_wall_ms(), clock_monotonic_ms()))
        metrics_complain(run->metrics, run->log, errno);
}

/* The run itself, from its row's beginning to its end. */
static int crawl(struct run *run)
{
    const struct options *options = run->options;
    struct report *report = &run->report;
    struct crawl_result result = {.end = CRAWL_COMPLETED};
    report->now.sites = sites_count(run->store, run->labels);
    if (options->log == LOG_JSON)
        run_log_begun(run->log, run->id, options->sites, report);
    read_metrics(run);
    write_metrics(run);
    int err = crawl_run(options, &run->access, run->store, run->log, report, run->metrics, &result);
    stopping_note(); /* there is nothing left to stop but the end itself, which is short */
    report_process(report);
    if (result.end != CRAWL_COMPLETED)
        run->until_ms = clock_monotonic_ms() + STOPPED_PATIENCE_MS;
    int compared = 0;
    if (*result.message && !result.said)
        log_say(run->log, LOG_ERROR, "database", "%s", result.message);
    else if (!err && result.end != CRAWL_FAILED)
        compared = compare_sites(run, &result);
    if (compared)
        fail(run, &result, compared);
    run->outcome = err ? "failed" : outcome_of(&result);
    snprintf(report->error, sizeof report->error, "%s", result.message);
    end(run, &result);
    if (!err)
        tell(run);
    int status = exit_status(&result, err);
    return status == EXIT_COMPLETED && options->strict
               ? judge_sites(run->store, run->labels, run->log)
               : status;
}

/* What is set for the sites of this run, and its proxy. Returns an exit status. */
static int read_settings(struct run *run)
{
    char *message = run->report.error;
    size_t size = sizeof run->report.error;
    int status = EXIT_COMPLETED;
    if (site_access_set_proxy(&run->access, run->options, message, size))
        status = EXIT_USAGE;
    if (!status)
        status =
            groups_try(run->store, &run->arena, &run->options->groups, &run->labels, message, size);
    if (status) {
        log_say(run->log, LOG_ERROR, "usage", "%s", message);
        return status;
    }
    database_protect(run->store, run->options->sites, run->log);
    int err = site_access_read(&run->access, run->store, run->labels, 0, run->log);
    if (err) {
        snprintf(message, size, "%s", store_message(run->store));
        log_say(run->log, LOG_ERROR, "database", "%s", message);
    }
    return (int)database_exit_status(err);
}

/* Opens the database and crawls. */
static int open_and_crawl(struct run *run)
{
    const struct options *options = run->options;
    struct report *report = &run->report;
    if (store_is_older(options->sites))
        log_say(run->log, LOG_INFO, "schema", "%s: %s", options->sites, database_updating);
    int status =
        database_try(&run->store, options->sites, STORE_WRITE, report->error, sizeof report->error);
    if (status) {
        log_say(run->log, LOG_ERROR, "database", "%s", report->error);
        return status;
    }
    status = read_settings(run);
    if (status)
        return status;
    if (!options->contact && !options->user_agent)
        log_say(run->log, LOG_WARNING, "contact",
                "no --contact: sites can't tell who is crawling them; give an address or a page");
    int64_t started_ms = clock_wall_ms();
    int err = begin(run->store, options, run->labels, &run->id);
    if (err) {
        snprintf(report->error, sizeof report->error, "%s", store_message(run->store));
        log_say(run->log, LOG_ERROR, "database", "%s", report->error);
        return (int)database_exit_status(err);
    }
    if (options->metrics)
        run->metrics = metrics_create(options->metrics, options->sites, run->id, started_ms);
    status = crawl(run);
    if (run->metrics)
        metrics_end(run->metrics, run->outcome, status);
    read_metrics(run);
    if (options->log == LOG_JSON)
        run_log_ended(run->log, run->id, run->outcome, status, report, clock_monotonic_ms());
    return status;
}

/* Of a run that never began (its database is another's just now) the other one will tell. */
static void finish(struct run *run, int status)
{
    if (!run->options->on_finish || status == EXIT_BUSY)
        return;
    /* the report stands before what the command says; a reader who had enough is no failure */
    if (fflush(stdout) && errno == EPIPE)
        clearerr(stdout);
    if (!run->json.size)
        report_json(&run->report, clock_monotonic_ms(), run->outcome, &run->json);
    bytes_append_string(&run->json, "\n");
    const struct finish last = {.command = run->options->on_finish,
                                .time_ms = run->options->on_finish_time_ms,
                                .database = run->options->sites,
                                .run_id = run->id,
                                .outcome = run->outcome,
                                .exit_status = status,
                                .report = {run->json.data, run->json.size}};
    finish_run(&last, run->log);
    stopping_note(); /* it has heard them itself meanwhile */
}

int command_run(const struct options *options)
{
    struct run run = {.options = options, .outcome = "failed"};
    arena_init(&run.arena, 0);
    access_init(&run.access);
    signal(SIGPIPE, SIG_IGN);
    descriptors_raise();
    run.log = log_create(2, options->log, options->quiet);
    bytes_init(&run.json, 0);
    report_init(&run.report, clock_monotonic_ms());
    int status = open_and_crawl(&run);
    store_close(run.store);
    write_metrics(&run); /* now the log's bytes are in the file */
    finish(&run, status);
    metrics_free(run.metrics);
    report_clear(&run.report);
    bytes_clear(&run.json);
    log_close(run.log);
    access_clear(&run.access);
    arena_clear(&run.arena);
    return status;
}
