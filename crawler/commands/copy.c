/* copy.c - crawler copy: a whole database into a new one, from SQLite to PostgreSQL, or back.
 *
 * The store does it step by step (storage/copy); here is what people see of it. Thread: main. */
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/figures.h"
#include "base/log.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "commands/stopping.h"

/* How often progress is told, on a terminal and in a log. */
enum { LIVE_MS = 200, LINE_MS = 30000 };

struct copying {
    const struct options *options;
    struct store *from, *to;
    struct store_copy *copy;
    struct copy_progress progress;
    struct log *log;
    uint64_t started_ms;
    uint64_t stage_ms;  /* when what is under way began … */
    int64_t stage_done; /* … and how much of it was done then */
    uint64_t told_ms;
};

/* ---- progress ---- */

/* What is counted at this stage, and how many there are. */
static int64_t done_of(const struct copy_progress *progress, int64_t *total)
{
    bool indexes = progress->stage == COPY_INDEX;
    *total = indexes ? progress->articles : progress->rows_total;
    return indexes ? progress->indexed : progress->rows;
}

/* "copying links: 1,234,567 of 9,876,543 rows (12 %), 85,000/s, ETA 2 min 3 s" */
static void tell(struct copying *copying)
{
    static const char *const words[] = {
        [COPY_ROWS] = "copying", [COPY_COMPARE] = "comparing", [COPY_INDEX] = "indexing"};
    const struct copy_progress *progress = &copying->progress;
    uint64_t now_ms = clock_monotonic_ms();
    bool live = log_is_live(copying->log);
    if (progress->stage >= COUNT(words) || !words[progress->stage] ||
        now_ms - copying->told_ms < (live ? LIVE_MS : LINE_MS))
        return;
    bool indexes = progress->stage == COPY_INDEX;
    int64_t total, done = done_of(progress, &total);
    double rate =
        (double)(done - copying->stage_done) * 1000 / (double)(now_ms - copying->stage_ms + 1);
    struct bytes line = {0};
    bytes_append_format(&line, "%s %s: ", words[progress->stage],
                        indexes || !progress->table ? "articles" : progress->table);
    figures_count(&line, done);
    bytes_append_format(&line, " of ");
    figures_count(&line, total);
    bytes_append_format(&line, "%s (%.0f %%), ", indexes ? "" : " rows",
                        total ? (double)done * 100 / (double)total : 100.0);
    figures_count(&line, (int64_t)rate);
    bytes_append_format(&line, "/s");
    if (rate >= 1 && total > done) {
        bytes_append_format(&line, ", ETA ");
        figures_span(&line, (int64_t)((double)(total - done) / rate * 1000));
    }

    if (live)
        log_progress(copying->log, line.data);
    else
        log_say(copying->log, LOG_INFO, "copying", "%s", line.data);
    bytes_clear(&line);
    copying->told_ms = now_ms;
}

/* ---- what came of it ---- */

static void print_json(const struct copying *copying)
{
    const struct copy_progress *progress = &copying->progress;
    json_t *tables = json_array();
    const struct copy_table *table;
    for (size_t i = 0; progress->compared && (table = store_copy_table(copying->copy, i)); i++)
        json_array_append_new(tables,
                              json_pack("{s:s, s:I, s:b, s:s*, s:s*}", "table", table->name, "rows",
                                        (json_int_t)table->rows, "same", table->same, "digest",
                                        *table->digest ? table->digest : NULL, "difference",
                                        *table->difference ? table->difference : NULL));
    rows_dump(
        json_pack("{s:b, s:b, s:I, s:I, s:I, s:I, s:o}", "complete", progress->stage == COPY_DONE,
                  "same", progress->same, "rows", (json_int_t)progress->rows_total, "mended",
                  (json_int_t)progress->mended, "indexed", (json_int_t)progress->indexed, "ms",
                  (json_int_t)(clock_monotonic_ms() - copying->started_ms), "tables", tables));
}

static void print_text(const struct copying *copying)
{
    const struct copy_progress *progress = &copying->progress;
    struct bytes line = {0};
    figures_count(&line, progress->rows_total);
    bytes_append_format(&line, " rows in ");
    figures_span(&line, (int64_t)(clock_monotonic_ms() - copying->started_ms));
    if (progress->compared && progress->same)
        bytes_append_format(&line, ", every one the same in both databases");

    if (progress->stage == COPY_DONE && !progress->compared)
        puts("copied before, and its source has not been crawled since: nothing was left to do");
    else if (progress->stage == COPY_DONE)
        puts(line.data);
    else
        puts("stopped; the next call goes on");
    if (progress->mended)
        printf("%jd texts had bytes that a server refuses: U+FFFD stands for each\n",
               (intmax_t)progress->mended);
    bytes_clear(&line);
}

/* Each table that is not the same, on standard error. */
static void tell_differences(const struct copying *copying)
{
    const struct copy_table *table;
    for (size_t i = 0; (table = store_copy_table(copying->copy, i)); i++)
        if (!table->same)
            log_say(copying->log, LOG_ERROR, "difference", "%s: %s", table->name,
                    table->difference);
    if (!copying->options->compare)
        log_say(copying->log, LOG_ERROR, "difference",
                "the copy is not the same as its source, which has changed meanwhile, or was "
                "copied in part before: empty the target and copy again");
}

static int finish(const struct copying *copying)
{
    bool differs = copying->progress.compared && !copying->progress.same;
    if (differs)
        tell_differences(copying);
    if (copying->options->json)
        print_json(copying);
    else if (!copying->options->quiet && !differs)
        print_text(copying);
    return differs                                ? EXIT_DATABASE
           : copying->progress.stage == COPY_DONE ? EXIT_COMPLETED
                                                  : EXIT_STOPPED;
}

/* ---- the whole ---- */

static int run(struct copying *copying)
{
    const struct options *options = copying->options;
    struct copy_request request = {
        .compare_only = options->compare, .search = !options->no_search, .now_ms = clock_wall_ms()};
    unsigned waited_ms = 0;
    int err;
    do
        err = store_copy_begin(&copying->copy, copying->from, copying->to, &request);
    while (database_wait(err, &waited_ms));
    enum copy_stage stage = COPY_DONE;
    while (!err && copying->progress.stage != COPY_DONE && !stopping_asked()) {
        err = store_copy_step(copying->copy, &copying->progress);
        if (!err)
            waited_ms = 0;
        else if (database_wait(err, &waited_ms))
            err = 0;
        if (copying->progress.stage != stage) {
            int64_t total;
            stage = copying->progress.stage;
            copying->stage_ms = clock_monotonic_ms();
            copying->stage_done = done_of(&copying->progress, &total);
        }
        tell(copying);
    }
    log_progress(copying->log, NULL);
    int status = err ? database_failed(copying->to, err) : finish(copying);
    store_copy_close(copying->copy);
    return status;
}

/* From here on the process list shows no password. */
static void hide_passwords(const struct options *options)
{
    store_hide_password((char *)(uintptr_t)options->from);
    store_hide_password((char *)(uintptr_t)options->to);
}

int command_copy(const struct options *options)
{
    struct copying copying = {.options = options, .started_ms = clock_monotonic_ms()};
    copying.told_ms = copying.started_ms;
    if (!options->from || !*options->from || !options->to || !*options->to) {
        fputs("crawler copy: which databases? Give --from DB and --to DB\n", stderr);
        return EXIT_USAGE;
    }
    hide_passwords(options);
    if (strcmp(options->from, options->to) == 0) {
        fputs("crawler copy: --from and --to are the same database\n", stderr);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    stopping_catch();
    copying.log = log_create(2, options->log, options->quiet);
    int status = database_open(&copying.from, options->from, STORE_READ);
    if (!status)
        status =
            database_open(&copying.to, options->to, options->compare ? STORE_READ : STORE_COPY);
    if (!status)
        status = run(&copying);
    store_close(copying.to);
    store_close(copying.from);
    log_close(copying.log);
    return status;
}
