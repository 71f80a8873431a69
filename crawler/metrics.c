#include "metrics.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "base/whole_file.h"
#include "storage/store.h"

/* The states of a site, in the order of the file; the last three are no trouble. */
static const char *const states[] = {"failing",   "silent", "broken", "blocked",
                                     "paywalled", "ok",     "new",    "off"};
enum { STATES = COUNT(states), STATES_OF_TROUBLE = STATES - 3 };

static const char *const outcomes[] = {"ok", "partial", "stopped", "failed"};

struct site_figures {
    int64_t count[STATES];
    char *named[METRICS_SITES_MAX]; /* in trouble: addresses, owned … */
    const char *state[METRICS_SITES_MAX];
    size_t named_count;
};

struct metrics {
    char *path;
    char *database;
    char *labels; /* database="…", as every sample has it */
    int64_t run_id, started_wall_ms;
    int64_t articles, rows_sites, fetches, urls; /* as the store had them when it was read … */
    uint64_t articles_counted;                   /* … and how many of them this run had made */
    int64_t last_ok_wall_ms;
    struct site_figures sites;
    const char *outcome; /* NULL: the run goes on */
    int exit_status;
    bool complained;
};

/* ---- texts ---- */

/* A label's value: UTF-8, with backslash, quote and line feed escaped. */
static void append_label(struct bytes *out, const char *name, const char *value)
{
    struct arena arena;
    arena_init(&arena, 0);
    bytes_append_format(out, "%s=\"", name);
    for (const char *at = utf8_printable(&arena, value); *at; at++) {
        if (*at == '\\' || *at == '"')
            bytes_append(out, "\\", 1);
        bytes_append(out, at, 1);
    }
    bytes_append_string(out, "\"");
    arena_clear(&arena);
}

static void append_head(struct bytes *out, const char *name, const char *type, const char *help)
{
    bytes_append_format(out, "# HELP crawler_%s %s\n# TYPE crawler_%s %s\n", name, help, name,
                        type);
}

/* One sample; label NULL: none but the database. */
static void append_sample(const struct metrics *metrics, struct bytes *out, const char *name,
                          const char *label, const char *label_value, double value)
{
    bytes_append_format(out, "crawler_%s{%s", name, metrics->labels);
    if (label) {
        bytes_append_string(out, ",");
        append_label(out, label, label_value);
    }
    bytes_append_format(out, "} %.15g\n", value);
}

/* ---- making ---- */

struct metrics *metrics_create(const char *path, const char *database, int64_t run_id,
                               int64_t started_wall_ms)
{
    struct metrics *metrics = alloc_zeroed(1, sizeof *metrics);
    struct bytes labels;
    char *real = realpath(database, NULL); /* one name however it was written */
    bytes_init(&labels, 0);
    append_label(&labels, "database", real ? real : database);
    metrics->path = alloc_string(path);
    metrics->database = alloc_string(database);
    metrics->labels = labels.data;
    metrics->run_id = run_id;
    metrics->started_wall_ms = started_wall_ms;
    free(real);
    return metrics;
}

static void clear_sites(struct site_figures *sites)
{
    for (size_t i = 0; i < sites->named_count; i++)
        free(sites->named[i]);
    *sites = (struct site_figures){0};
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    clear_sites(&metrics->sites);
    free(metrics->labels);
    free(metrics->database);
    free(metrics->path);
    free(metrics);
}

/* ---- what the store knows ---- */

static int take_store(const struct store_value *row, size_t count, void *context)
{
    struct metrics *metrics = context;
    metrics->articles = store_column(row, count, "articles")->integer;
    metrics->rows_sites = store_column(row, count, "sites")->integer;
    metrics->fetches = store_column(row, count, "fetches")->integer;
    metrics->urls = store_column(row, count, "urls")->integer;
    metrics->last_ok_wall_ms = store_column(row, count, "last_ok_ms")->integer;
    return 0;
}

static int take_site(const struct store_value *row, size_t count, void *context)
{
    struct site_figures *sites = context;
    const char *state = store_column(row, count, "state")->text;
    size_t i = 0;
    while (i < STATES && strcmp(states[i], state) != 0)
        i++;
    if (i == STATES)
        return 0;
    sites->count[i]++;
    if (i < STATES_OF_TROUBLE && sites->named_count < METRICS_SITES_MAX) {
        sites->named[sites->named_count] = alloc_string(store_column(row, count, "url")->text);
        sites->state[sites->named_count++] = states[i];
    }
    return 0;
}

int metrics_read(struct metrics *metrics, struct store *store, int64_t now_wall_ms,
                 uint64_t articles_new)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(now_wall_ms)};
    struct site_figures sites = {0};
    int err = store_each_row(store, SQL_METRICS_STORE, NULL, 0, take_store, metrics);
    if (!err)
        err = store_each_row(store, SQL_METRICS_SITES, params, 1, take_site, &sites);
    clear_sites(err ? &sites : &metrics->sites);
    if (err)
        return err;
    metrics->sites = sites;
    metrics->articles_counted = articles_new;
    return 0;
}

void metrics_end(struct metrics *metrics, const char *outcome, int exit_status)
{
    metrics->outcome = outcome;
    metrics->exit_status = exit_status;
}

/* ---- the text ---- */

/* A figure without labels of its own. */
struct plain {
    const char *name, *type, *help;
    double value;
    bool unknown; /* leave it out */
};

static void append_plain(const struct metrics *metrics, struct bytes *out, const struct plain *rows,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].unknown)
            continue;
        append_head(out, rows[i].name, rows[i].type, rows[i].help);
        append_sample(metrics, out, rows[i].name, NULL, NULL, rows[i].value);
    }
}

static double seconds(int64_t ms)
{
    return (double)ms / 1000;
}

static void append_run(const struct metrics *metrics, const struct report *report,
                       int64_t now_wall_ms, uint64_t now_ms, struct bytes *out)
{
    bool on = !metrics->outcome;
    int64_t ok_ms = metrics->last_ok_wall_ms, committed_ms = report->now.committed_wall_ms;
    append_head(out, "build_info", "gauge", "The version of the program; always 1.");
    append_sample(metrics, out, "build_info", "version", CRAWLER_VERSION, 1);
    const struct plain rows[] = {
        {"heartbeat_timestamp_seconds", "gauge",
         "When this file was written: every few seconds while a run goes on.", seconds(now_wall_ms),
         false},
        {"run_active", "gauge",
         "1 while a run goes on. One that was killed leaves 1 and an old heartbeat.", on, false},
        {"run_number", "gauge", "The run's number, as crawler report --run takes it.",
         (double)metrics->run_id, false},
        {"run_start_timestamp_seconds", "gauge", "When the run began.",
         seconds(metrics->started_wall_ms), false},
        {"run_end_timestamp_seconds", "gauge", "When the run ended; absent while it goes on.",
         seconds(now_wall_ms), on},
        {"run_duration_seconds", "gauge", "How long the run took, or takes so far.",
         (double)(now_ms - report->started_ms) / 1000, false},
        {"run_exit_status", "gauge",
         "The program's exit status; absent while the run goes on. 0: completed.",
         metrics->exit_status, on},
        {"last_success_timestamp_seconds", "gauge",
         "When a run of this database last completed; absent if none has.", seconds(ok_ms),
         ok_ms == 0},
        {"last_commit_timestamp_seconds", "gauge",
         "When this run last wrote results into the database; absent if it has not.",
         seconds(committed_ms), committed_ms == 0},
        {"cpu_seconds_total", "counter",
         "CPU time of the program and of the workers that have ended.",
         (double)report->process_cpu_us / 1e6, false},
        {"resident_memory_max_bytes", "gauge", "The most memory the program took, without workers.",
         (double)report->process_rss_bytes, false},
        {"loop_turn_max_seconds", "gauge", "The longest turn of the event loop.",
         (double)report->stages[STAGE_LOOP].longest_us / 1e6, false},
    };
    append_plain(metrics, out, rows, COUNT(rows));
    append_head(out, "run_outcome", "gauge", "1 for how the run ended; all 0 while it goes on.");
    for (size_t i = 0; i < COUNT(outcomes); i++)
        append_sample(metrics, out, "run_outcome", "outcome", outcomes[i],
                      !on && strcmp(metrics->outcome, outcomes[i]) == 0);
}

static void append_requests(const struct metrics *metrics, const struct report *report,
                            struct bytes *out)
{
    const struct {
        const char *result;
        uint64_t count;
    } results[] = {
        {"ok", report->ok},
        {"unchanged", report->unchanged},
        {"redirect", report->redirects},
        {"gone", report->gone},
        {"failed", report->failed_requests},
    };
    append_head(out, "requests_total", "counter", "Requests of this run by what came of them.");
    for (size_t i = 0; i < COUNT(results); i++)
        append_sample(metrics, out, "requests_total", "result", results[i].result,
                      (double)results[i].count);
    append_head(out, "request_errors_total", "counter",
                "Requests of this run that failed, by the kind of failure.");
    for (size_t i = 0; i < report->errors_count; i++)
        append_sample(metrics, out, "request_errors_total", "error", report->errors[i].class,
                      (double)report->errors[i].count);
    const struct report_time *fetch = &report->stages[STAGE_FETCH];
    append_head(out, "request_duration_seconds", "summary", "How long requests of this run took.");
    append_sample(metrics, out, "request_duration_seconds_sum", NULL, NULL,
                  (double)fetch->wall_us / 1e6);
    append_sample(metrics, out, "request_duration_seconds_count", NULL, NULL, (double)fetch->count);
}

static void append_counters(const struct metrics *metrics, const struct report *report,
                            struct bytes *out)
{
    const struct plain rows[] = {
        {"received_bytes_total", "counter", "Bytes of answers as they travelled.",
         (double)report->bytes_wire, false},
        {"articles_new_total", "counter", "Articles that were new in this run.",
         (double)report->articles_new, false},
        {"articles_revised_total", "counter", "Articles that had been edited.",
         (double)report->articles_revised, false},
        {"api_records_total", "counter", "Records of JSON APIs.", (double)report->api_rows, false},
        {"urls_done_total", "counter", "URLs that are through, in whatever way.",
         (double)report->results, false},
        {"urls_found_total", "counter", "URLs that were not known before.",
         (double)report->found_new, false},
        {"urls_refused_total", "counter",
         "URLs that robots.txt, a reservation or the address guard forbids.",
         (double)report->denied, false},
        {"urls_skipped_total", "counter", "URLs left out by rules of our own.",
         (double)report->skipped, false},
        {"urls_put_off_total", "counter", "URLs put off, to be asked again.",
         (double)report->retries, false},
        {"urls_failed_total", "counter", "URLs given up.", (double)report->failures, false},
        {"workers_replaced_total", "counter", "Extraction workers that had to be replaced.",
         (double)report->workers_replaced, false},
        {"log_lines_dropped_total", "counter", "Lines of the log that found no room.",
         (double)report->log_dropped, false},
    };
    append_plain(metrics, out, rows, COUNT(rows));
}

/* How it stands: of a run that has ended nothing is under way. */
static void append_now(const struct metrics *metrics, const struct report *report,
                       struct bytes *out)
{
    const struct report_now none = {.queued = report->now.queued};
    const struct report_now *now = metrics->outcome ? &none : &report->now;
    const struct plain rows[] = {
        {"requests_open", "gauge", "Requests under way.", now->requests_open, false},
        {"jobs", "gauge", "URLs under way, in whatever state.", now->jobs, false},
        {"jobs_waiting", "gauge", "Of them: waiting for their host's next start.",
         now->jobs_waiting, false},
        {"pages_reading", "gauge", "Pages with the extraction workers.", now->extracting, false},
        {"results_unwritten", "gauge", "Results that wait for a commit.", now->writing, false},
        {"bodies_held_bytes", "gauge", "Bytes of answers held in memory.",
         (double)now->bodies_bytes, false},
        {"hosts_resting", "gauge", "Hosts that were put to rest in this run.",
         report->now.hosts_resting, false},
        {"database_locked", "gauge", "1 while another program holds the database's write lock.",
         now->database_busy, false},
        {"queue_urls", "gauge", "URLs that wait in the frontier, roughly.",
         (double)(now->queued > 0 ? now->queued : 0), false},
    };
    append_plain(metrics, out, rows, COUNT(rows));
}

/* The size of a file of the database, or 0 where there is none. */
static double file_bytes(const char *database, const char *tail)
{
    struct bytes path;
    struct stat info;
    bytes_init(&path, 0);
    bytes_append_format(&path, "%s%s", database, tail);
    double size = stat(path.data, &info) ? 0 : (double)info.st_size;
    bytes_clear(&path);
    return size;
}

static void append_store(const struct metrics *metrics, const struct report *report,
                         struct bytes *out)
{
    const struct plain files[] = {
        {"database_file_bytes", "gauge", "Size of the database's file.",
         file_bytes(metrics->database, ""), false},
        {"database_log_bytes", "gauge", "Size of its write-ahead log (the -wal file).",
         file_bytes(metrics->database, "-wal"), false},
    };
    const struct {
        const char *table;
        int64_t count;
    } tables[] = {
        {"articles",
         metrics->articles + (int64_t)(report->articles_new - metrics->articles_counted)},
        {"sites", metrics->rows_sites},
        {"fetches", metrics->fetches},
        {"urls", metrics->urls},
    };
    append_plain(metrics, out, files, COUNT(files));
    append_head(
        out, "database_rows", "gauge",
        "Rows of tables; of fetches and urls an upper bound, as of the run's start or end.");
    for (size_t i = 0; i < COUNT(tables); i++)
        append_sample(metrics, out, "database_rows", "table", tables[i].table,
                      (double)tables[i].count);
}

static void append_sites(const struct metrics *metrics, struct bytes *out)
{
    const struct site_figures *sites = &metrics->sites;
    append_head(out, "sites", "gauge", "Sites by state, as of the run's start or end.");
    for (size_t i = 0; i < STATES; i++)
        append_sample(metrics, out, "sites", "state", states[i], (double)sites->count[i]);
    append_head(out, "site_in_trouble", "gauge",
                "1 for each site in trouble, as of the run's start or end; the first 50 of them.");
    for (size_t i = 0; i < sites->named_count; i++) {
        bytes_append_format(out, "crawler_site_in_trouble{%s,", metrics->labels);
        append_label(out, "site", sites->named[i]);
        bytes_append_format(out, ",state=\"%s\"} 1\n", sites->state[i]);
    }
}

void metrics_text(const struct metrics *metrics, const struct report *report, int64_t now_wall_ms,
                  uint64_t now_ms, struct bytes *out)
{
    append_run(metrics, report, now_wall_ms, now_ms, out);
    append_requests(metrics, report, out);
    append_counters(metrics, report, out);
    append_now(metrics, report, out);
    append_store(metrics, report, out);
    append_sites(metrics, out);
}

int metrics_write(const struct metrics *metrics, const struct report *report, int64_t now_wall_ms,
                  uint64_t now_ms)
{
    struct stat info;
    struct bytes text;
    if (stat(metrics->path, &info) == 0 && !S_ISREG(info.st_mode)) { /* a pipe would make us wait */
        errno = S_ISDIR(info.st_mode) ? EISDIR : EOPNOTSUPP;
        return ERR_IO;
    }
    bytes_init(&text, 0);
    metrics_text(metrics, report, now_wall_ms, now_ms, &text);
    int err = whole_file_write(metrics->path, text.data, text.size);
    int failure = errno;
    bytes_clear(&text);
    errno = failure;
    return err;
}

void metrics_complain(struct metrics *metrics, struct log *log, int system_error)
{
    if (!metrics->complained)
        log_say(log, LOG_WARNING, "metrics", "--metrics %s cannot be written (%s); the run goes on",
                metrics->path, strerror(system_error));
    metrics->complained = true;
}
