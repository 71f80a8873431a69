/* report.c - crawler report: how a run went and what went wrong where. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/groups.h"
#include "commands/output.h"
#include "commands/report_page.h"
#include "commands/rows.h"
#include "exchange/sink.h"
#include "job.h"
#include "report.h"

enum { FAILURES_SHOWN = 20, SITES_SHOWN = 20, REASONS_SHOWN = 10, EVERYTHING = -1 };

static const struct rows_column failure_columns[] = {
    {"origin", "origin", ROWS_NAME},       {"error", "error", ROWS_TEXT},
    {"requests", "requests", ROWS_NUMBER}, {"urls", "URLs", ROWS_NUMBER},
    {"example", "for example", ROWS_TEXT},
};
static const struct rows_column alarm_columns[] = {
    {"site", "site", ROWS_NAME},
    {"verdict", "verdict", ROWS_TEXT},
    {"why", "now and before", ROWS_TEXT},
};
static const struct rows_column site_columns[] = {
    {"url", "site", ROWS_NAME},
    {"state", "state", ROWS_TEXT},
    {"sources_failing", "bad sources", ROWS_NUMBER},
    {"articles_7d", "7 days", ROWS_NUMBER},
    {"newest", "newest", ROWS_DAY},
    {"trouble", "trouble", ROWS_TEXT},
};
static const struct rows_column reason_columns[] = {
    {"state", "state", ROWS_TEXT},
    {"why", "why", ROWS_NAME},
    {"urls", "URLs", ROWS_NUMBER},
    {"example", "for example", ROWS_TEXT},
};
static const struct rows_column rule_columns[] = {
    {"site", "site", ROWS_NAME},          {"field", "field", ROWS_TEXT},
    {"rule", "rule", ROWS_NAME},          {"missed", "articles", ROWS_NUMBER},
    {"matched_last", "worked", ROWS_DAY},
};
static const struct rows_column api_columns[] = {
    {"url", "API", ROWS_NAME},           {"status", "status", ROWS_NUMBER},
    {"records", "records", ROWS_NUMBER}, {"new", "new", ROWS_NUMBER},
    {"ms", "ms", ROWS_NUMBER},           {"bytes", "bytes", ROWS_BYTES},
    {"error", "error", ROWS_TEXT},       {"asked", "asked", ROWS_MOMENT},
};

/* A part of the report: a table for people, an array in JSON. */
struct part {
    const char *key;
    struct rows_query query;
    const struct rows_column *columns;
    size_t columns_count;
};

static int64_t number_of(const json_t *row, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(row, key));
}

static const char *text_of(const json_t *row, const char *key, struct arena *arena)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? utf8_printable(arena, text) : "?";
}

static void print_run(const json_t *run, struct arena *arena)
{
    printf("Run %lld, %s: begun %s, ", (long long)number_of(run, "run"),
           text_of(run, "outcome", arena), text_of(run, "started", arena));
    if (json_is_string(json_object_get(run, "ended")))
        printf("took %.1f s", json_real_value(json_object_get(run, "seconds")));
    else
        fputs("not ended", stdout);
    printf(" (crawler %s on %s, process %lld)\n", text_of(run, "version", arena),
           text_of(run, "host", arena), (long long)number_of(run, "pid"));
    printf("  requests  %lld: %lld ok, %lld unchanged, %lld throttled, %lld server errors, "
           "%lld without answer\n",
           (long long)number_of(run, "requests"), (long long)number_of(run, "ok"),
           (long long)number_of(run, "unchanged"), (long long)number_of(run, "throttled"),
           (long long)number_of(run, "server_err"), (long long)number_of(run, "net_err"));
    printf("  articles  %lld new, %lld revised; %lld URLs found; %.1f MiB\n",
           (long long)number_of(run, "articles_new"), (long long)number_of(run, "articles_revised"),
           (long long)number_of(run, "urls_new"), (double)number_of(run, "bytes") / (1 << 20));
    int64_t lost = number_of(run, "workers_lost");
    if (lost)
        printf(
            "  workers   %lld lost while it ran: their leases were not renewed in time (--lease)\n",
            (long long)lost);
    const json_t *figures = json_object_get(run, "figures");
    if (json_is_string(json_object_get(figures, "error")))
        printf("  ended by  %s\n", text_of(figures, "error", arena));
}

/* What the answers of all APIs come to. */
static json_t *add_up(const json_t *apis)
{
    int64_t asked = 0, failed = 0, records = 0, fresh = 0, bytes = 0, slowest_ms = 0;
    for (size_t i = 0; i < json_array_size(apis); i++) {
        const json_t *api = json_array_get(apis, i);
        asked += json_is_string(json_object_get(api, "asked"));
        failed += json_is_string(json_object_get(api, "error"));
        records += number_of(api, "records");
        fresh += number_of(api, "new");
        bytes += number_of(api, "bytes");
        if (number_of(api, "ms") > slowest_ms)
            slowest_ms = number_of(api, "ms");
    }
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "apis",
                     (json_int_t)json_array_size(apis), "asked", (json_int_t)asked, "failed",
                     (json_int_t)failed, "records", (json_int_t)records, "new", (json_int_t)fresh,
                     "bytes", (json_int_t)bytes, "slowest_ms", (json_int_t)slowest_ms);
}

static int report_apis(struct store *store, const struct options *options, const char *labels)
{
    const struct store_value params[] = {STORE_PARAM_TEXT(labels)};
    struct rows_query query = {NULL, SQL_READ_APIS, params, COUNT(params)};
    json_t *apis, *total;
    int err = rows_json(store, &query, &apis);
    if (err)
        return err;
    total = add_up(apis);
    if (options->json) {
        rows_dump(json_pack("{s:o, s:o}", "apis", apis, "total", total));
        return 0;
    }
    err = rows_print(store, &query, api_columns, COUNT(api_columns), NULL);
    printf(
        "%s%lld APIs: %lld asked, %lld failed; %lld records, %lld new; %.1f MiB; the slowest took "
        "%lld ms\n",
        json_array_size(apis) ? "\n" : "", (long long)number_of(total, "apis"),
        (long long)number_of(total, "asked"), (long long)number_of(total, "failed"),
        (long long)number_of(total, "records"), (long long)number_of(total, "new"),
        (double)number_of(total, "bytes") / (1 << 20), (long long)number_of(total, "slowest_ms"));
    json_decref(apis);
    json_decref(total);
    return err;
}

/* What can be done about URLs that were not fetched. */
static int advise(struct store *store, const struct rows_query *reasons)
{
    json_t *rows;
    int err = rows_json(store, reasons, &rows);
    if (err)
        return err;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *why = json_string_value(json_object_get(json_array_get(rows, i), "why"));
        if (why && strcmp(why, outcome_row(OUTCOME_FORBIDDEN_ADDRESS)->name) == 0)
            puts("Private addresses are refused: " REPORT_PRIVATE_ADVICE);
    }
    json_decref(rows);
    return 0;
}

/* Prints the parts, of the sites with these labels (NULL: all), or puts them into the document. */
static int report_parts(struct store *store, int64_t run, const char *labels, json_t *document)
{
    bool all = document != NULL;
    const struct store_value failures[] = {STORE_PARAM_INTEGER(run),
                                           STORE_PARAM_INTEGER(all ? EVERYTHING : FAILURES_SHOWN),
                                           STORE_PARAM_TEXT(labels)};
    const struct store_value sites[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()), STORE_PARAM_INTEGER(1),
        STORE_PARAM_INTEGER(all ? EVERYTHING : SITES_SHOWN), STORE_PARAM_TEXT(labels)};
    const struct store_value reasons[] = {STORE_PARAM_INTEGER(all ? EVERYTHING : REASONS_SHOWN),
                                          STORE_PARAM_TEXT(labels)};
    const struct store_value rules[] = {STORE_PARAM_INTEGER(clock_wall_ms()),
                                        STORE_PARAM_INTEGER(all ? EVERYTHING : SITES_SHOWN),
                                        STORE_PARAM_TEXT(labels)};
    const struct store_value alarms[] = {STORE_PARAM_INTEGER(run), STORE_PARAM_TEXT(labels)};
    const struct part parts[] = {
        {"alarms",
         {"Sites that are not as they were:", SQL_READ_ALARMS, alarms, COUNT(alarms)},
         alarm_columns,
         COUNT(alarm_columns)},
        {"failures",
         {"What failed in this run:", SQL_READ_FAILURES, failures, COUNT(failures)},
         failure_columns,
         COUNT(failure_columns)},
        {"sites",
         {"Sites that want a look:", SQL_READ_SITES, sites, COUNT(sites)},
         site_columns,
         COUNT(site_columns)},
        {"rules",
         {"Rules that found nothing on the last articles:", SQL_READ_IDLE_RULES, rules,
          COUNT(rules)},
         rule_columns,
         COUNT(rule_columns)},
        {"reasons",
         {"URLs that were not fetched, or will be later:", SQL_READ_REASONS, reasons,
          COUNT(reasons)},
         reason_columns,
         COUNT(reason_columns)},
    };
    int err = 0;
    for (size_t i = 0; i < COUNT(parts) && !err; i++) {
        json_t *rows = NULL;
        if (!document) {
            err =
                rows_print(store, &parts[i].query, parts[i].columns, parts[i].columns_count, NULL);
            continue;
        }
        err = rows_json(store, &parts[i].query, &rows);
        if (!err)
            json_object_set_new(document, parts[i].key, rows);
    }
    return err || document ? err : advise(store, &parts[COUNT(parts) - 1].query);
}

/* The page as a file that appears whole. */
static int write_page(struct store *store, const struct options *options, const json_t *run,
                      const char *labels, int *status)
{
    struct sink sink;
    int failed = sink_open(&sink, options->html);
    int err = 0;
    if (!failed) {
        err = report_page(store, run, labels, clock_wall_ms(), sink_buffer(&sink));
        if (err)
            sink_abandon(&sink);
        else
            failed = sink_finish(&sink, NULL);
    }
    if (failed)
        *status = output_failed(options->html, sink.system_error);
    return err;
}

static int report_run(struct store *store, const struct options *options, const char *labels,
                      int *status)
{
    const struct store_value params[] = {options->run ? STORE_PARAM_INTEGER(options->run)
                                                      : (struct store_value){.type = STORE_NULL},
                                         STORE_PARAM_INTEGER(1)};
    struct rows_query query = {NULL, SQL_READ_RUNS, params, COUNT(params)};
    struct arena arena;
    json_t *run;
    int err = rows_first(store, &query, &run);
    if (err)
        return err;
    if (!run) {
        if (options->run)
            fprintf(stderr, "crawler report: there is no run %u in %s\n", options->run,
                    options->sites);
        else
            fprintf(stderr, "crawler report: no run so far; crawler --sites %s makes the first\n",
                    options->sites);
        *status = options->run ? EXIT_USAGE : EXIT_COMPLETED;
        return 0;
    }
    if (options->html) {
        err = write_page(store, options, run, labels, status);
        json_decref(run);
        return err;
    }
    json_t *document = options->json ? json_pack("{s:O}", "run", run) : NULL;
    arena_init(&arena, 0);
    if (!document)
        print_run(run, &arena);
    if (!document && labels)
        printf("  group     %s: what follows is of its sites alone\n",
               groups_names(labels, &arena));
    err = report_parts(store, number_of(run, "run"), labels, document);
    if (document && !err)
        rows_dump(document);
    else
        json_decref(document);
    arena_clear(&arena);
    json_decref(run);
    return err;
}

int command_report(const struct options *options)
{
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    struct arena arena;
    const char *labels = NULL;
    arena_init(&arena, 0);
    status = groups_read(store, &arena, &options->groups, &labels);
    if (!status) {
        int err = options->apis ? report_apis(store, options, labels)
                                : report_run(store, options, labels, &status);
        if (err)
            status = database_failed(store, err);
    }
    arena_clear(&arena);
    store_close(store);
    return status;
}
