#include "report.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/figures.h"
#include "base/utf8.h"
#include "base/whole_file.h"

enum {
    LIVE_TICK_MS = 200,    /* five redraws a second */
    PLAIN_TICK_MS = 10000, /* without a terminal */
    RATE_MS = 1000,
    LINE_BYTES = 512,
    ALARMS_SHOWN = 20,
};

static const char *const stage_names[REPORT_STAGES] = {"loop", "fetch", "extract", "store"};

void report_init(struct report *report, uint64_t now_ms)
{
    *report = (struct report){.started_ms = now_ms, .tick_ms = now_ms, .rate_ms = now_ms};
    report->now.next_in_ms = -1;
}

void report_clear(struct report *report)
{
    free(report->sites.places);
    free(report->resting.places);
    for (size_t i = 0; i < report->alarms_count; i++) {
        free(report->alarms[i].site);
        free(report->alarms[i].verdict);
        free(report->alarms[i].why);
    }
    free(report->alarms);
    report->alarms = NULL;
    report->alarms_count = report->alarms_places = 0;
    report->sites = report->resting = (struct report_ids){0};
}

/* ---- counting ---- */

/* Puts an id into a table with free places and returns whether it was new. */
static bool place_id(int64_t *places, size_t count, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (count - 1);
    while (places[at] && places[at] != id)
        at = (at + 1) & (count - 1);
    bool new = places[at] == 0;
    places[at] = id;
    return new;
}

static void add_id(struct report_ids *ids, int64_t id)
{
    if (id == 0)
        return;
    if (ids->count * 2 >= ids->places_count) {
        size_t count = ids->places_count ? ids->places_count * 2 : 64;
        int64_t *places = alloc_zeroed(count, sizeof *places);
        for (size_t i = 0; i < ids->places_count; i++)
            if (ids->places[i])
                place_id(places, count, ids->places[i]);
        free(ids->places);
        ids->places = places;
        ids->places_count = count;
    }
    ids->count += place_id(ids->places, ids->places_count, id);
}

/* The class is the status of an answer that tells of trouble, else the error up to its detail. */
static void count_error(struct report *report, const struct fetch_record *fetch)
{
    char class[sizeof report->errors[0].class];
    if (fetch->error && fetch->status < 400)
        snprintf(class, sizeof class, "%.*s", (int)strcspn(fetch->error, ":"), fetch->error);
    else if (fetch->status)
        snprintf(class, sizeof class, "http %d", fetch->status);
    else
        snprintf(class, sizeof class, "no answer");
    size_t i = 0;
    while (i < report->errors_count && strcmp(report->errors[i].class, class) != 0)
        i++;
    if (i == report->errors_count) {
        if (i == REPORT_ERRORS_MAX) {
            i--; /* all others share the last place */
            strcpy(report->errors[i].class, "other");
        } else {
            memcpy(report->errors[report->errors_count++].class, class, sizeof class);
        }
    }
    report->errors[i].count++;
}

static void count_request(struct report *report, const struct result_record *result)
{
    const struct fetch_record *fetch = &result->fetch;
    int status = fetch->status;
    bool fine = status > 0 && status < 400 && result->completion != COMPLETE_ERROR &&
                result->completion != COMPLETE_RETRY;
    /* that there is no robots.txt is an answer like another */
    if (result->lease.kind == URL_ROBOTS && status >= 400 && status < 500 && status != 429)
        fine = true;
    bool gone = !fine && (status == 404 || status == 410);
    report->requests++;
    report->bytes_wire += (uint64_t)(fetch->bytes_wire > 0 ? fetch->bytes_wire : 0);
    report->bytes_body += (uint64_t)(fetch->bytes_body > 0 ? fetch->bytes_body : 0);
    if (gone) {
        report->gone++;
    } else if (!fine) {
        report->failed_requests++;
        count_error(report, fetch);
    } else if (result->unchanged || status == 304) {
        report->unchanged++;
    } else if (status >= 300 && status < 400) {
        report->redirects++;
    } else {
        report->ok++;
    }
}

void report_result(struct report *report, const struct result_record *result,
                   const struct commit_outcome *outcome)
{
    if (result->completion == COMPLETE_RELEASED)
        return;
    report->results++;
    add_id(&report->sites, result->lease.site_id);
    if (result->host.rests > 0) { /* a rest is longer than most runs: who rests, stays */
        add_id(&report->resting, result->host.host_id);
        report->now.hosts_resting = report->resting.count;
    }
    if (result->fetch.asked)
        count_request(report, result);
    switch (result->completion) {
    case COMPLETE_RETRY:
        report->retries++;
        break;
    case COMPLETE_DENIED:
        report->denied++;
        break;
    case COMPLETE_SKIPPED:
        report->skipped++;
        break;
    case COMPLETE_ERROR:
        report->failures++;
        break;
    case COMPLETE_DONE:
    case COMPLETE_GONE:
    case COMPLETE_RELEASED:
        break;
    }
    report->api_rows += result->unchanged ? 0 : result->api_rows_count;
    report->articles_new += outcome->article_new;
    report->articles_revised += outcome->article_revised;
    report->found_new += outcome->found_new;
    report->lost += outcome->lost;
}

void report_alarm(struct report *report, const char *site, const char *verdict, const char *why)
{
    report->alarms = alloc_room(report->alarms, report->alarms_count, &report->alarms_places,
                                sizeof *report->alarms);
    report->alarms[report->alarms_count++] = (struct report_alarm){
        alloc_string(site), alloc_string(verdict), alloc_string(why ? why : "")};
}

void report_time(struct report *report, enum report_stage stage, uint64_t wall_us, uint64_t cpu_us)
{
    struct report_time *time = &report->stages[stage];
    time->count++;
    time->wall_us += wall_us;
    time->cpu_us += cpu_us;
    if (wall_us > time->longest_us)
        time->longest_us = wall_us;
}

void report_process(struct report *report)
{
    struct rusage own, children;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    uint64_t seconds = (uint64_t)(own.ru_utime.tv_sec + own.ru_stime.tv_sec +
                                  children.ru_utime.tv_sec + children.ru_stime.tv_sec);
    report->process_cpu_us =
        seconds * 1000000 + (uint64_t)(own.ru_utime.tv_usec + own.ru_stime.tv_usec +
                                       children.ru_utime.tv_usec + children.ru_stime.tv_usec);
#ifdef __APPLE__
    report->process_rss_bytes = (uint64_t)own.ru_maxrss;
#else
    report->process_rss_bytes = (uint64_t)own.ru_maxrss * 1024;
#endif
}

static bool log_is_long(const struct report_now *now)
{
    return now->log_bytes > REPORT_LOG_BYTES_MAX;
}

/* Once a run: what another program holds open, this one can't shorten. */
static void warn_of_log(const struct report *report, struct log *log)
{
    if (log_is_long(&report->now) && !log_is_long(&report->peaks))
        log_say(log, LOG_WARNING, "log",
                "the database's log (its -wal file) has grown past 1 GB: another program has been "
                "reading one old state all the time; end that program, or its transaction");
}

static void raise_peaks(struct report *report)
{
    const struct report_now *now = &report->now;
    struct report_now *peaks = &report->peaks;
#define RAISE(field) peaks->field = now->field > peaks->field ? now->field : peaks->field
    RAISE(sites);
    RAISE(requests_open);
    RAISE(jobs);
    RAISE(jobs_waiting);
    RAISE(extracting);
    RAISE(writing);
    RAISE(hosts_resting);
    RAISE(bodies_bytes);
    RAISE(queued);
    RAISE(log_bytes);
#undef RAISE
}

/* Measures the speed of the last second or so and blends it into the one before. */
static void measure(struct report *report, uint64_t now_ms)
{
    if (now_ms < report->rate_ms + RATE_MS)
        return;
    double seconds = (double)(now_ms - report->rate_ms) / 1000;
    double weight = report->rate_ms == report->started_ms ? 1 : 0.3;
    double articles = (double)(report->articles_new - report->rate_articles) / seconds;
    double results = (double)(report->results - report->rate_results) / seconds;
    report->articles_per_s += weight * (articles - report->articles_per_s);
    report->results_per_s += weight * (results - report->results_per_s);
    report->rate_ms = now_ms;
    report->rate_articles = report->articles_new;
    report->rate_results = report->results;
}

/* ---- the line of progress ---- */

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* What the run is waiting for just now. */
static void append_waits(struct bytes *out, const struct report_now *now)
{
    if (now->stopping)
        bytes_append_format(out, ", stopping (%s)", now->stopping);
    if (now->database_busy)
        bytes_append_format(out, ", the database is locked by another program");
    if (now->requests_open > 0)
        bytes_append_format(out, ", %u request%s open", now->requests_open,
                            plural(now->requests_open));
    else if (now->extracting > 0)
        bytes_append_format(out, ", reading %u page%s", now->extracting, plural(now->extracting));
    else if (now->jobs_waiting > 0)
        bytes_append_format(out, ", waiting for hosts' delays");
    else if (now->next_in_ms > 0) {
        bytes_append_format(out, ", next in ");
        figures_span(out, (int64_t)now->next_in_ms);
    }
    if (now->hosts_resting > 0)
        bytes_append_format(out, ", %u host%s at rest", now->hosts_resting,
                            now->hosts_resting == 1 ? " is" : "s are");
}

static void append_progress(const struct report *report, struct bytes *out)
{
    const struct report_now *now = &report->now;
    bytes_append_format(out, "%u", report->sites.count);
    if (now->sites)
        bytes_append_format(out, "/%u", now->sites);
    bytes_append_format(out, " sites, %ju URLs, %ju articles (%.1f/s), %ju errors",
                        (uintmax_t)report->results, (uintmax_t)report->articles_new,
                        report->articles_per_s, (uintmax_t)report->failed_requests);
    append_waits(out, now);
    uint64_t left = now->jobs + (uint64_t)(now->queued > 0 ? now->queued : 0);
    if (left > 0 && report->results_per_s >= 1 && !now->stopping) {
        bytes_append_format(out, ", ETA ");
        figures_span(out, (int64_t)((double)left / report->results_per_s * 1000));
    }
}

void report_progress(const struct report *report, uint64_t now_ms, char *out, size_t size)
{
    struct bytes line;
    (void)now_ms;
    bytes_init(&line, 0);
    append_progress(report, &line);
    snprintf(out, size, "%s", line.data);
    bytes_clear(&line);
}

void report_tick(struct report *report, struct log *log, uint64_t now_ms)
{
    char line[LINE_BYTES];
    warn_of_log(report, log);
    raise_peaks(report);
    measure(report, now_ms);
    if (now_ms < report->tick_ms + (log_is_live(log) ? LIVE_TICK_MS : PLAIN_TICK_MS))
        return;
    report->tick_ms = now_ms;
    report_progress(report, now_ms, line, sizeof line);
    if (log_is_live(log)) {
        log_progress(log, line);
        return;
    }
    const struct log_field fields[] = {
        {"sites", NULL, report->sites.count},
        {"sites_total", NULL, report->now.sites},
        {"urls", NULL, (double)report->results},
        {"articles", NULL, (double)report->articles_new},
        {"articles_per_s", NULL, report->articles_per_s},
        {"errors", NULL, (double)report->failed_requests},
        {"requests_open", NULL, report->now.requests_open},
        {"hosts_resting", NULL, report->now.hosts_resting},
        {"queued", NULL, (double)report->now.queued},
    };
    log_event(log, LOG_INFO, "progress", line, fields, COUNT(fields));
}

/* ---- the summary ---- */

static int by_count(const void *a, const void *b)
{
    const struct report_error *one = a, *other = b;
    return (one->count < other->count) - (one->count > other->count);
}

static void append_errors(const struct report *report, struct bytes *out)
{
    struct report_error errors[REPORT_ERRORS_MAX];
    memcpy(errors, report->errors, sizeof errors);
    qsort(errors, report->errors_count, sizeof errors[0], by_count);
    for (size_t i = 0; i < report->errors_count; i++) {
        const char *between = i == 0 ? "  errors     " : i % 6 == 0 ? ",\n             " : ", ";
        bytes_append_format(out, "%s%ju %s", between, (uintmax_t)errors[i].count, errors[i].class);
    }
    if (report->errors_count > 0)
        bytes_append_format(out, "\n");
}

static void append_times(const struct report *report, struct bytes *out)
{
    const struct report_time *fetch = &report->stages[STAGE_FETCH];
    bytes_append_format(out, "  time       ");
    if (fetch->count > 0) {
        figures_span(out, (int64_t)(fetch->wall_us / fetch->count / 1000));
        bytes_append_format(out, " a request, ");
        figures_span(out, (int64_t)(fetch->longest_us / 1000));
        bytes_append_format(out, " the longest; ");
    }
    bytes_append_format(out, "CPU ");
    figures_span(out, (int64_t)(report->process_cpu_us / 1000));
    bytes_append_format(out, "; longest turn of the loop %.1f ms\n",
                        (double)report->stages[STAGE_LOOP].longest_us / 1000);
}

/* Names and figures of the first sites; the others are a number here, and all are in the database.
 */
static void append_alarms(const struct report *report, struct bytes *out)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < report->alarms_count && i < ALARMS_SHOWN; i++) {
        const struct report_alarm *alarm = &report->alarms[i];
        bytes_append_string(out, i ? "             " : "  trouble    ");
        bytes_append_string(out, utf8_printable(&arena, alarm->site));
        bytes_append_format(out, " %s: ", alarm->verdict);
        bytes_append_string(out, alarm->why);
        bytes_append_string(out, "\n");
    }
    if (report->alarms_count > ALARMS_SHOWN)
        bytes_append_format(out, "             and %zu more sites: see crawler report\n",
                            report->alarms_count - ALARMS_SHOWN);
    arena_clear(&arena);
}

/* Nobody will find out by looking at the sites: they do not answer, and don't fail either. */
static void append_private(const struct report *report, struct bytes *out)
{
    if (report->private_sources)
        bytes_append_format(out, "  addresses  %ju source%s at private addresses refused: %s\n",
                            (uintmax_t)report->private_sources, plural(report->private_sources),
                            REPORT_PRIVATE_ADVICE);
}

static void append_log(const struct report *report, struct bytes *out)
{
    if (!log_is_long(&report->peaks))
        return;
    bytes_append_format(out, "  database   its log grew to ");
    figures_size(out, (int64_t)report->peaks.log_bytes);
    bytes_append_format(out, ": another program was reading one old state for very long\n");
}

void report_summary(const struct report *report, uint64_t now_ms, const char *outcome,
                    struct bytes *out)
{
    static const struct {
        const char *outcome, *sentence;
    } sentences[] = {
        {"ok", "The run completed"},
        {"partial", "The run stopped at its limit, with work left,"},
        {"stopped", "The run was stopped, with work left,"},
        {"failed", "The run failed"},
    };
    const char *sentence = outcome;
    for (size_t i = 0; i < COUNT(sentences); i++)
        if (strcmp(outcome, sentences[i].outcome) == 0)
            sentence = sentences[i].sentence;
    uint64_t wall_ms = now_ms - report->started_ms;
    bytes_append_format(out, "%s after ", sentence);
    figures_span(out, (int64_t)wall_ms);
    uint64_t news =
        report->articles_new + report->articles_revised + report->api_rows + report->found_new;
    bytes_append_format(out, news               ? ".\n"
                             : report->requests ? ": nothing new.\n"
                                                : ": nothing was due.\n");
    bytes_append_format(out, "  sites      %u asked\n", report->sites.count);
    bytes_append_format(
        out, "  requests   %ju: %ju ok, %ju unchanged, %ju redirects, %ju not found, %ju failed\n",
        (uintmax_t)report->requests, (uintmax_t)report->ok, (uintmax_t)report->unchanged,
        (uintmax_t)report->redirects, (uintmax_t)report->gone, (uintmax_t)report->failed_requests);
    bytes_append_format(out, "  articles   %ju new, %ju revised", (uintmax_t)report->articles_new,
                        (uintmax_t)report->articles_revised);
    if (wall_ms >= 1000 && report->articles_new > 0)
        bytes_append_format(out, " (%.1f/s)",
                            (double)report->articles_new * 1000 / (double)wall_ms);
    bytes_append_format(out, "\n");
    if (report->api_rows > 0)
        bytes_append_format(out, "  records    %ju of APIs\n", (uintmax_t)report->api_rows);
    bytes_append_format(
        out,
        "  URLs       %ju found, %ju gone, %ju refused, %ju skipped, %ju put off, %ju failed\n",
        (uintmax_t)report->found_new, (uintmax_t)report->gone, (uintmax_t)report->denied,
        (uintmax_t)report->skipped, (uintmax_t)report->retries, (uintmax_t)report->failures);
    append_errors(report, out);
    append_private(report, out);
    bytes_append_format(out, "  traffic    ");
    figures_size(out, (int64_t)report->bytes_wire);
    bytes_append_format(out, "\n");
    append_times(report, out);
    append_log(report, out);
    append_alarms(report, out);
}

/* ---- figures for machines ---- */

static json_t *times_json(const struct report *report)
{
    json_t *stages = json_object();
    for (size_t i = 0; i < REPORT_STAGES; i++) {
        const struct report_time *time = &report->stages[i];
        json_object_set_new(stages, stage_names[i],
                            json_pack("{s:I, s:f, s:f, s:f}", "count", (json_int_t)time->count,
                                      "wall_ms", (double)time->wall_us / 1000, "cpu_ms",
                                      (double)time->cpu_us / 1000, "longest_ms",
                                      (double)time->longest_us / 1000));
    }
    return stages;
}

static json_t *peaks_json(const struct report *report)
{
    const struct report_now *peaks = &report->peaks;
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I, s:I}", "requests_open",
                     (int)peaks->requests_open, "jobs", (int)peaks->jobs, "jobs_waiting",
                     (int)peaks->jobs_waiting, "extracting", (int)peaks->extracting, "writing",
                     (int)peaks->writing, "hosts_resting", (int)peaks->hosts_resting,
                     "bodies_bytes", (json_int_t)peaks->bodies_bytes, "queued",
                     (json_int_t)peaks->queued, "log_bytes", (json_int_t)peaks->log_bytes);
}

static json_t *alarms_json(const struct report *report)
{
    json_t *alarms = json_array();
    for (size_t i = 0; i < report->alarms_count; i++) {
        const struct report_alarm *alarm = &report->alarms[i];
        json_array_append_new(alarms, json_pack("{s:s, s:s, s:s}", "site", alarm->site, "verdict",
                                                alarm->verdict, "why", alarm->why));
    }
    return alarms;
}

void report_json(const struct report *report, uint64_t now_ms, const char *outcome,
                 struct bytes *out)
{
    const struct {
        const char *key;
        uint64_t number;
    } numbers[] = {
        {"sites", report->sites.count},
        {"urls", report->results},
        {"requests", report->requests},
        {"ok", report->ok},
        {"unchanged", report->unchanged},
        {"redirects", report->redirects},
        {"failed_requests", report->failed_requests},
        {"articles", report->articles_new},
        {"articles_revised", report->articles_revised},
        {"api_records", report->api_rows},
        {"found", report->found_new},
        {"gone", report->gone},
        {"refused", report->denied},
        {"skipped", report->skipped},
        {"retries", report->retries},
        {"failures", report->failures},
        {"leases_lost", report->lost},
        {"bytes_wire", report->bytes_wire},
        {"bytes_body", report->bytes_body},
        {"workers_replaced", report->workers_replaced},
        {"log_dropped", report->log_dropped},
        {"rss_bytes", report->process_rss_bytes},
    };
    json_t *root = json_object(), *errors = json_object();
    json_object_set_new(root, "outcome", json_string(outcome));
    json_object_set_new(root, "error", *report->error ? json_string(report->error) : json_null());
    json_object_set_new(root, "wall_s", json_real((double)(now_ms - report->started_ms) / 1000));
    json_object_set_new(root, "cpu_s", json_real((double)report->process_cpu_us / 1e6));
    for (size_t i = 0; i < COUNT(numbers); i++)
        json_object_set_new(root, numbers[i].key, json_integer((json_int_t)numbers[i].number));
    for (size_t i = 0; i < report->errors_count; i++)
        json_object_set_new(errors, report->errors[i].class,
                            json_integer((json_int_t)report->errors[i].count));
    json_object_set_new(root, "errors", errors);
    json_object_set_new(root, "stages", times_json(report));
    json_object_set_new(root, "loop_longest_ms",
                        json_real((double)report->stages[STAGE_LOOP].longest_us / 1000));
    json_object_set_new(root, "peaks", peaks_json(report));
    json_object_set_new(root, "alarms", alarms_json(report));
    char *text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(10));
    json_decref(root);
    if (!text)
        alloc_failed(0);
    bytes_append_string(out, text);
    free(text);
}

int report_write_stats(const struct report *report, uint64_t now_ms, const char *outcome,
                       const char *path)
{
    struct bytes text;
    bytes_init(&text, 0);
    report_json(report, now_ms, outcome, &text);
    bytes_append_string(&text, "\n");
    int err = whole_file_write(path, text.data, text.size);
    int failure = errno;
    bytes_clear(&text);
    errno = failure;
    return err;
}
