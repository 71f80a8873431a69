/* crawler run - crawls what is due in a database, then says how it went. */
#include "commands/commands.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "commands/database.h"
#include "commands/sites.h"
#include "crawl.h"
#include "report.h"
#include "storage/store.h"

/* Connections kept alive, sockets, pipes: more than the usual 1,024 are of use. */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static char *argv_json(const struct options *options)
{
    json_t *list = json_array();
    for (int i = 0; i < options->argc; i++)
        json_array_append_new(list, json_string(options->argv[i]) ?: json_string("?"));
    char *text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    return text ? text : alloc_string("[]");
}

static int begin(struct store *store, const struct options *options, int64_t *run_id)
{
    char *argv = argv_json(options);
    bool backfill = options->since_ms || options->until_ms;
    struct run_record run = {.started_ms = clock_wall_ms(),
                             .argv = argv,
                             .version = CRAWLER_VERSION,
                             .sources = options->sources,
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

/* What this run shows of its sites, compared with their own past. */
static int compare_sites(struct store *store, int64_t run_id, struct report *report,
                         const struct crawl_result *result)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(run_id)};
    unsigned waited_ms = 0;
    int err;
    do
        err = store_judge_sites(store, clock_wall_ms(), result->end == CRAWL_COMPLETED);
    while (err && database_wait(err, &waited_ms));
    return err ? err : store_each_row(store, SQL_READ_ALARMS, params, 1, take_alarm, report);
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

/* A run that was cut short doesn't wait long for somebody's lock: without its end in the database
 * it counts as crashed, and the next run puts that right. What ended it has been said. */
static void end(struct store *store, const struct report *report, const char *outcome,
                enum crawl_end how, struct log *log)
{
    struct bytes json;
    unsigned waited_ms = 0;
    bytes_init(&json, 0);
    report_json(report, clock_monotonic_ms(), outcome, &json);
    int err;
    do
        err = store_run_end(store, clock_wall_ms(), outcome, json.data);
    while (err == STORE_BUSY && (how == CRAWL_COMPLETED || database_wait(err, &waited_ms)));
    if (err && how != CRAWL_FAILED)
        log_say(log, LOG_ERROR, "database", "%s", store_message(store));
    bytes_clear(&json);
}

static void tell(const struct options *options, struct report *report, const char *outcome,
                 struct log *log)
{
    struct bytes text;
    bytes_init(&text, 0);
    uint64_t now_ms = clock_monotonic_ms();
    report->log_dropped = log_dropped(log);
    log_progress(log, NULL);
    if (options->json)
        report_json(report, now_ms, outcome, &text);
    else if (!options->quiet)
        report_summary(report, now_ms, outcome, &text);
    if (text.size) /* main() sees whether it gets out */
        fwrite(text.data, 1, text.size, stdout);
    if (options->stats && report_write_stats(report, now_ms, outcome, options->stats))
        log_say(log, LOG_ERROR, "stats", "cannot write %s: %s", options->stats, strerror(errno));
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
static int judge_sites(struct store *store, struct log *log)
{
    size_t troubled;
    if (sites_count_troubled(store, &troubled)) {
        log_say(log, LOG_ERROR, "database", "%s", store_message(store));
        return EXIT_DATABASE;
    }
    if (troubled > 0)
        log_say(log, LOG_WARNING, "sites", "%zu sites want a look: see crawler report", troubled);
    return troubled > 0 ? EXIT_NEEDS_A_PERSON : EXIT_COMPLETED;
}

static int crawl(struct store *store, int64_t run_id, const struct options *options,
                 struct log *log)
{
    struct report report;
    struct crawl_result result = {.end = CRAWL_COMPLETED};
    report_init(&report, clock_monotonic_ms());
    report.now.sites = sites_count(store);
    int err = crawl_run(options, store, log, &report, &result);
    report_process(&report);
    if (*result.message)
        log_say(log, LOG_ERROR, "database", "%s", result.message);
    else if (!err && result.end != CRAWL_FAILED && compare_sites(store, run_id, &report, &result))
        log_say(log, LOG_ERROR, "database", "%s", store_message(store));
    const char *outcome = err ? "failed" : outcome_of(&result);
    end(store, &report, outcome, result.end, log);
    if (!err)
        tell(options, &report, outcome, log);
    report_clear(&report);
    int status = exit_status(&result, err);
    return status == EXIT_COMPLETED && options->strict ? judge_sites(store, log) : status;
}

int command_run(const struct options *options)
{
    struct store *store;
    int64_t run_id;
    int status = database_open(&store, options->sites, STORE_WRITE);
    if (status)
        return status;
    signal(SIGPIPE, SIG_IGN);
    raise_descriptors();
    struct log *log = log_create(2, options->log, options->quiet);
    if (!options->contact && !options->user_agent)
        log_say(log, LOG_WARNING, "contact",
                "no --contact: sites can't tell who is crawling them; give an address or a page");
    int err = begin(store, options, &run_id);
    if (err) {
        log_say(log, LOG_ERROR, "database", "%s", store_message(store));
        status = (int)database_exit_status(err);
    } else {
        status = crawl(store, run_id, options, log);
    }
    store_close(store);
    log_close(log);
    return status;
}
