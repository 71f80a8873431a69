/* export.c - crawler export: chosen articles as a file that other programs read. */
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
#include "commands/site_choice.h"
#include "commands/output.h"
#include "commands/stopping.h"
#include "exchange/parquet_rows.h"
#include "exchange/sink.h"
#include "exchange/text_rows.h"
#include "exchange/warc_writer.h"

enum { PROGRESS_MS = 200 };

struct exporting {
    const struct options *options;
    const struct format *format;
    const char *domain, *labels; /* of sites, see site_choice.h; NULL: of all */
    struct sink sink;
    struct warc_writer warc;
    struct parquet_writer parquet;
    struct log *log;
    uint64_t rows;
    uint64_t bytes, rows_done;    /* of files that are complete */
    unsigned files;               /* that are complete */
    uint64_t started_ms, told_ms; /* monotonic */
};

typedef int begin_fn(struct exporting *exporting, struct store *store);

static store_row_fn take_json, take_csv, take_parquet, take_page;
static begin_fn begin_csv, begin_parquet, begin_warc;
static int end_parquet(struct exporting *exporting);

static const struct format {
    const char *name;
    const char *suffixes[4];
    const char *what; /* is counted */
    enum sql query;
    begin_fn *begin; /* or NULL */
    store_row_fn *on_row;
    int (*end)(struct exporting *exporting); /* or NULL */
} formats[] = {
    {"jsonl",
     {".jsonl", ".ndjson", ".json"},
     "articles",
     SQL_EXPORT_ARTICLES,
     NULL,
     take_json,
     NULL},
    {"csv", {".csv"}, "articles", SQL_EXPORT_ARTICLES, begin_csv, take_csv, NULL},
    {"parquet",
     {".parquet"},
     "articles",
     SQL_EXPORT_ARTICLES,
     begin_parquet,
     take_parquet,
     end_parquet},
    {"warc", {".warc.gz", ".warc"}, "pages", SQL_EXPORT_PAGES, begin_warc, take_page, NULL},
};

static bool ends_with(const char *text, const char *tail)
{
    size_t size = strlen(text), tail_size = strlen(tail);
    return size > tail_size && strcasecmp(text + size - tail_size, tail) == 0;
}

static const struct format *format_of(const struct options *options)
{
    for (size_t i = 0; i < COUNT(formats); i++) {
        if (options->format && strcmp(options->format, formats[i].name) == 0)
            return &formats[i];
        for (size_t k = 0; !options->format && formats[i].suffixes[k]; k++)
            if (ends_with(options->to, formats[i].suffixes[k]))
                return &formats[i];
    }
    return &formats[0];
}

/* ---- row by row ---- */

static void tell_progress(struct exporting *exporting)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (now_ms - exporting->told_ms < PROGRESS_MS)
        return;
    char line[128];
    double megabytes = (double)(exporting->bytes + exporting->sink.bytes) / 1e6;
    snprintf(line, sizeof line, "%ju %s, %.1f MB, %.1f MB/s", (uintmax_t)exporting->rows,
             exporting->format->what, megabytes,
             megabytes * 1000 / (double)(now_ms - exporting->started_ms + 1));
    log_progress(exporting->log, line);
    exporting->told_ms = now_ms;
}

/* Ends every row. */
static int next_row(struct exporting *exporting)
{
    exporting->rows++;
    if (exporting->rows % 64 == 0 && log_is_live(exporting->log))
        tell_progress(exporting);
    /* Stopped, the file that was there stays, and nothing half made is left. */
    return stopping_asked() ? ERR_STOPPED : sink_flush_some(&exporting->sink);
}

static int take_json(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    text_rows_json(sink_buffer(&exporting->sink), columns, count);
    return next_row(exporting);
}

static int take_csv_names(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    text_rows_csv_names(sink_buffer(&exporting->sink), columns, count);
    return 0;
}

static int begin_csv(struct exporting *exporting, struct store *store)
{
    return store_each_row(store, SQL_EXPORT_COLUMNS, NULL, 0, take_csv_names, exporting);
}

static int take_csv(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    text_rows_csv(sink_buffer(&exporting->sink), columns, count);
    return next_row(exporting);
}

/* ---- Parquet ---- */

static int take_parquet_names(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    parquet_rows_begin(&exporting->parquet, &exporting->sink, columns, count);
    return 0;
}

static int begin_parquet(struct exporting *exporting, struct store *store)
{
    return store_each_row(store, SQL_EXPORT_COLUMNS, NULL, 0, take_parquet_names, exporting);
}

static int take_parquet(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    int err = parquet_rows_add(&exporting->parquet, columns, count);
    return err ? err : next_row(exporting);
}

static int end_parquet(struct exporting *exporting)
{
    return parquet_writer_end(&exporting->parquet);
}

/* ---- WARC ---- */

static void begin_warc_file(struct exporting *exporting)
{
    struct arena arena;
    arena_init(&arena, 0);
    warc_writer_begin_file(&exporting->warc, sink_buffer(&exporting->sink),
                           date_format_utc(clock_wall_ms(), &arena));
    arena_clear(&arena);
}

static int begin_warc(struct exporting *exporting, struct store *store)
{
    (void)store;
    warc_writer_init(&exporting->warc, !ends_with(exporting->options->to, ".warc"));
    begin_warc_file(exporting);
    return 0;
}

/* Ends a file: news.warc.gz where it is the only one, else news-00001.warc.gz and so on. */
static int finish_file(struct exporting *exporting, bool last)
{
    exporting->bytes += exporting->sink.bytes + exporting->sink.buffer.size;
    exporting->rows_done = exporting->rows;
    if (last && !exporting->files)
        return sink_finish(&exporting->sink, NULL);
    const char *to = exporting->options->to;
    size_t tail = ends_with(to, ".warc.gz") ? 8 : ends_with(to, ".warc") ? 5 : 0;
    struct arena arena;
    arena_init(&arena, 0);
    const char *as = arena_format(&arena, "%.*s-%05u%s", (int)(strlen(to) - tail), to,
                                  ++exporting->files, to + strlen(to) - tail);
    int err = sink_finish(&exporting->sink, as);
    arena_clear(&arena);
    return err;
}

static int rotate(struct exporting *exporting)
{
    int err = finish_file(exporting, false);
    if (!err)
        err = sink_open(&exporting->sink, exporting->options->to);
    if (!err)
        begin_warc_file(exporting);
    return err;
}

static int take_page(const struct store_value *columns, size_t count, void *context)
{
    struct exporting *exporting = context;
    struct sink *sink = &exporting->sink;
    const struct store_value *body = store_column(columns, count, "body");
    struct warc_page page = {
        .url = store_column(columns, count, "url")->text,
        .date = store_column(columns, count, "date")->text,
        .ip = store_column(columns, count, "ip")->text,
        .raw_id = store_column(columns, count, "raw_id")->integer,
        .headers = store_column(columns, count, "headers")->text,
        .body = body->text,
        .body_size = body->size,
        .truncated = store_column(columns, count, "truncated")->integer != 0,
        .decoded = store_column(columns, count, "packed")->integer != 0,
    };
    uint64_t most = exporting->options->rotate;
    bool full = most && sink->bytes + sink->buffer.size >= most && sink->part;
    int err = full && exporting->rows > exporting->rows_done ? rotate(exporting) : 0;
    if (err)
        return err;
    warc_writer_add(&exporting->warc, sink_buffer(sink), &page);
    return next_row(exporting);
}

/* ---- the whole ---- */

static void tell_end(struct exporting *exporting)
{
    uint64_t took_ms = clock_monotonic_ms() - exporting->started_ms;
    log_progress(exporting->log, NULL);
    log_say(exporting->log, LOG_INFO, "exported", "%ju %s, %.1f MB in %.1f s",
            (uintmax_t)exporting->rows, exporting->format->what, (double)exporting->bytes / 1e6,
            (double)took_ms / 1000);
}

static int write_all(struct exporting *exporting, struct store *store)
{
    const struct options *options = exporting->options;
    const struct format *format = exporting->format;
    struct arena arena;
    arena_init(&arena, 0);
    struct article_choice choice = {
        .where = options->where,
        .site = exporting->domain,
        .labels = exporting->labels,
        .since_utc = options->since_ms ? date_format_utc(options->since_ms, &arena) : NULL,
        .until_utc = options->until_ms ? date_format_utc(options->until_ms, &arena) : NULL,
    };
    unsigned waited_ms = 0;
    int err = format->begin ? format->begin(exporting, store) : 0;
    if (!err)
        do
            err = store_each_chosen(store, format->query, &choice, format->on_row, exporting);
        while (!exporting->rows && database_wait(err, &waited_ms));
    arena_clear(&arena);
    if (!err && format->end)
        err = format->end(exporting);
    return err ? err : finish_file(exporting, true);
}

static int export(struct exporting *exporting, struct store *store)
{
    const struct options *options = exporting->options;
    int status = EXIT_COMPLETED;
    stopping_catch();
    alloc_keep(128 * 1024); /* of long texts, which come and go */
    exporting->log = log_create(2, options->log, options->quiet);
    int err = write_all(exporting, store);
    if (err == ERR_IO)
        status = output_failed(options->to, exporting->sink.system_error);
    else if (err == ERR_STOPPED)
        status = EXIT_STOPPED;
    else if (err)
        status = database_failed(store, err);
    else
        tell_end(exporting);
    warc_writer_clear(&exporting->warc);
    parquet_writer_clear(&exporting->parquet);
    sink_abandon(&exporting->sink);
    log_close(exporting->log);
    return status;
}

int command_export(const struct options *options)
{
    struct exporting exporting = {
        .options = options, .format = format_of(options), .started_ms = clock_monotonic_ms()};
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    struct arena arena;
    arena_init(&arena, 0);
    status =
        site_choice_read(store, &arena, options, "export", &exporting.domain, &exporting.labels);
    if (!status && sink_open(&exporting.sink, options->to))
        status = output_failed(options->to, exporting.sink.system_error);
    if (!status)
        status = export(&exporting, store);
    arena_clear(&arena);
    store_close(store);
    return status;
}
