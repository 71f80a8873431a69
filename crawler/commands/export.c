/* export.c - crawler export: chosen articles as a file that other programs read. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/log.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "exchange/sink.h"
#include "exchange/text_rows.h"

enum { PROGRESS_MS = 200 };

struct export
{
    struct sink sink;
    struct log *log;
    uint64_t rows;
    uint64_t started_ms, told_ms; /* monotonic */
};

static store_row_fn take_json, take_csv;

static const struct format {
    const char *name;
    const char *suffixes[4];
    enum sql query;
    store_row_fn *on_row;
} formats[] = {
    {"jsonl", {".jsonl", ".ndjson", ".json"}, SQL_EXPORT_ARTICLES, take_json},
    {"csv", {".csv"}, SQL_EXPORT_ARTICLES, take_csv},
};

/* ---- row by row ---- */

/* A signal asks to stop: then the file that was there stays, and nothing half made is left. */
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static void catch_signals(void)
{
    /* the second one ends the program at once */
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void tell_progress(struct export *export)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (now_ms - export->told_ms < PROGRESS_MS)
        return;
    char line[128];
    double megabytes = (double)export->sink.bytes / 1e6;
    snprintf(line, sizeof line, "%ju articles, %.1f MB, %.1f MB/s", (uintmax_t) export->rows,
             megabytes, megabytes * 1000 / (double)(now_ms - export->started_ms + 1));
    log_progress(export->log, line);
    export->told_ms = now_ms;
}

/* Ends every row. */
static int next_row(struct export *export)
{
    export->rows++;
    if (export->rows % 64 == 0 && log_is_live(export->log))
        tell_progress(export);
    return stopped ? ERR_STOPPED : sink_flush_some(&export->sink);
}

static int take_json(const struct store_value *columns, size_t count, void *context)
{
    struct export *export = context;
    text_rows_json(sink_buffer(&export->sink), columns, count);
    return next_row(export);
}

static int take_csv_names(const struct store_value *columns, size_t count, void *context)
{
    struct export *export = context;
    text_rows_csv_names(sink_buffer(&export->sink), columns, count);
    return 0;
}

static int take_csv(const struct store_value *columns, size_t count, void *context)
{
    struct export *export = context;
    text_rows_csv(sink_buffer(&export->sink), columns, count);
    return next_row(export);
}

/* ---- the whole ---- */

static const struct format *format_of(const struct options *options)
{
    size_t size = strlen(options->to);
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (options->format && strcmp(options->format, formats[i].name) == 0)
            return &formats[i];
        for (size_t k = 0; !options->format && formats[i].suffixes[k]; k++) {
            size_t tail = strlen(formats[i].suffixes[k]);
            if (size > tail && strcasecmp(options->to + size - tail, formats[i].suffixes[k]) == 0)
                return &formats[i];
        }
    }
    return &formats[0];
}

static int fail_to_write(const struct options *options, int system_error)
{
    fprintf(stderr, "crawler: cannot write %s: %s\n",
            strcmp(options->to, "-") == 0 ? "to standard output" : options->to,
            strerror(system_error));
    return system_error == ENOSPC || system_error == EDQUOT ? EXIT_FULL : EXIT_DATABASE;
}

static void tell_end(struct export *export, uint64_t bytes)
{
    double megabytes = (double)bytes / 1e6;
    uint64_t took_ms = clock_monotonic_ms() - export->started_ms;
    log_progress(export->log, NULL);
    log_say(export->log, LOG_INFO, "exported", "%ju articles, %.1f MB in %.1f s",
            (uintmax_t) export->rows, megabytes, (double)took_ms / 1000);
}

static int write_all(struct export *export, struct store *store, const struct options *options)
{
    struct arena arena;
    arena_init(&arena, 0);
    const struct format *format = format_of(options);
    struct article_choice choice = {
        .where = options->where,
        .site = options->site,
        .since_utc = options->since_ms ? date_format_utc(options->since_ms, &arena) : NULL,
        .until_utc = options->until_ms ? date_format_utc(options->until_ms, &arena) : NULL,
    };
    unsigned waited_ms = 0;
    int err = 0;
    if (format->on_row == take_csv)
        err = store_each_row(store, SQL_EXPORT_COLUMNS, NULL, 0, take_csv_names, export);
    if (!err)
        do
            err = store_each_chosen(store, format->query, &choice, format->on_row, export);
        while (!export->rows && database_wait(err, &waited_ms));
    arena_clear(&arena);
    return err;
}

int command_export(const struct options *options)
{
    struct export export = {.started_ms = clock_monotonic_ms()};
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    if (sink_open(&export.sink, options->to)) {
        store_close(store);
        return fail_to_write(options, export.sink.system_error);
    }
    catch_signals();
    export.log = log_create(2, options->log, options->quiet);
    int err = write_all(&export, store, options);
    uint64_t bytes = export.sink.bytes + export.sink.buffer.size;
    if (!err)
        err = sink_finish(&export.sink, NULL);
    if (err == ERR_IO)
        status = fail_to_write(options, export.sink.system_error);
    else if (err == ERR_STOPPED)
        status = EXIT_STOPPED;
    else if (err)
        status = database_failed(store, err);
    else
        tell_end(&export, bytes);
    sink_abandon(&export.sink);
    log_close(export.log);
    store_close(store);
    return status;
}
