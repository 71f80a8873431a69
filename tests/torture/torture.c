/* torture - lets the n-th call of a kind fail under the whole program, once or for good, and judges
 * what is left: the program goes on, or ends with a documented status and one clear line; the
 * database is whole; and the next run, undisturbed, completes everything, each article once.
 *
 *   build/tests/torture memory|write|read|socket|process|sql [add] [--every N] [--from N]
 * [--for-good]
 *
 * With `add` it is the making of the database that fails, else its first run. Without --every it
 * tries some forty calls, evenly spread over all there are; --every 1 tries them all. Each is tried
 * twice, failing once and for good; with --for-good only so. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"
#include "support/torture.h"

enum {
    HOSTS = 2,
    STORIES = 4,
    LIMIT_MS = 60000,
    POINTS = 20,
    SLOW_MS = 5000,
    NIGHT_MS = 30 * 3600 * 1000
};

static const char *const class_names[TORTURE_CLASSES] = {
    [TORTURE_MEMORY] = "memory", [TORTURE_WRITE] = "write",     [TORTURE_READ] = "read",
    [TORTURE_SOCKET] = "socket", [TORTURE_PROCESS] = "process", [TORTURE_SQL] = "sql",
};

/* The command line. */
static struct {
    enum torture_class class;
    uint64_t every, from;
    bool only_for_good;
    bool adding;
} asked;

static struct torture *torture;
static const char *untouched; /* a database with sites and nothing crawled */
static struct site *site;
static const char *list; /* of the sites, as a file */

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, in));)
        assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* What one call was to be, for messages. */
struct point {
    uint64_t call;
    bool for_good;
};

static void run_tortured(const char *database, const struct point *point,
                         struct program_result *result)
{
    memset((void *)torture, 0, sizeof *torture);
    torture->failing = asked.class;
    torture->from = point->call;
    torture->for_good = point->for_good;
    torture_load(true);
    struct program *program =
        asked.adding ? CRAWLER_START("add", "--sites", database, "--quiet", "--file", list)
                     : CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--quiet", "--workers",
                                     "1", "--patience", "3s", "--commit-after", "20ms", "--timeout",
                                     "5s", "--per-host", "4");
    torture_load(false);
    program_wait(program, LIMIT_MS, result);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    while ((text = strchr(text, '\n'))) {
        count++;
        text++;
    }
    return count;
}

/* The program's end: NULL, or what is wrong with it. */
static const char *judge_end(const struct program_result *result)
{
    if (result->timed_out)
        return "it hung";
    /* libuv ends the program itself where it can't have its pipe for signals, before all else */
    if (result->signal == SIGABRT && strstr(torture->where, "uv_once"))
        return NULL;
    if (result->signal)
        return "a signal ended it";
    if (result->exit_status != EXIT_COMPLETED && result->exit_status != EXIT_DATABASE &&
        result->exit_status != EXIT_FULL)
        return "its exit status";
    if (result->exit_status != EXIT_COMPLETED && count_lines(result->err) != 1)
        return "it does not say why in one line";
    return NULL;
}

/* What the tortured run left, before and after a run that nobody disturbs. */
static const struct {
    const char *query;
    int64_t expected;
    const char *wrong;
} checks[] = {
    {"SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 0,
     "the file is not whole"},
    {"SELECT count(*) FROM pragma_foreign_key_check", 0, "a row without its parent"},
    {"SELECT count(*) FROM v_articles WHERE body IS NULL OR words < 100 OR title IS NULL", 0,
     "a torn article"},
    {"SELECT count(*) - count(DISTINCT url) FROM v_articles", 0, "an article twice"},
    {"SELECT count(*) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE u.host_id ="
     " s.host_id AND u.hash = s.hash) AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.host_id ="
     " s.host_id AND q.hash = s.hash)",
     0, "a URL that is known and nowhere"},
};

static const char *judge_rows(const char *database)
{
    for (size_t i = 0; i < COUNT(checks); i++)
        if (sql_integer(database, checks[i].query) != checks[i].expected)
            return checks[i].wrong;
    return NULL;
}

/* Hosts that did not answer rest, so without a network the next run may leave some; the next
 * night's has them. */
static void run_next_night(const char *database)
{
    memset((void *)torture, 0, sizeof *torture);
    atomic_store(&torture->clock_ms, NIGHT_MS);
    torture_load(true);
    free(CRAWLER(0, "run", "--sites", database, CRAWL_FAST, "--quiet"));
    torture_load(false);
}

static const char *judge_next_run(const char *database)
{
    struct program_result result;
    program_wait(CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--quiet", "--poll", "all",
                               "--patience", "5s", "--per-host", "4", "--commit-after", "20ms"),
                 LIMIT_MS, &result);
    int status = result.exit_status;
    program_result_clear(&result);
    if (status != EXIT_COMPLETED)
        return "the next run fails";
    if (asked.class == TORTURE_SOCKET &&
        sql_integer(database, "SELECT count(*) FROM v_articles") != HOSTS * STORIES)
        run_next_night(database);
    if (sql_integer(database, "SELECT count(*) FROM v_articles") != HOSTS * STORIES)
        return "an article is missing after the next run";
    if (sql_integer(database,
                    "SELECT count(*) FROM (SELECT 1 FROM fetches JOIN urls USING (url_id) WHERE"
                    " urls.kind = 2 AND status = 200 GROUP BY url_id HAVING count(*) > 1)"))
        return "a stored article was fetched again";
    return judge_rows(database);
}

/* False when there are not so many calls. */
static bool try_point(const struct point *point, size_t *bad)
{
    const char *database = scratch_path(scratch_directory(), "news.db");
    struct program_result result;
    uint64_t since_ms = clock_monotonic_ms();
    if (!asked.adding)
        copy_file(untouched, database);
    run_tortured(database, point, &result);
    bool met = atomic_load(&torture->failed) > 0;
    const char *wrong = judge_end(&result);
    if (asked.adding) /* of what is there already nothing is made again */
        free(CRAWLER(0, "add", "--sites", database, "--quiet", "--file", list));
    if (!wrong)
        wrong = judge_rows(database);
    if (!wrong)
        wrong = judge_next_run(database);
    if (clock_monotonic_ms() - since_ms > SLOW_MS)
        printf("%s call %ju%s took %ju ms\n", class_names[asked.class], (uintmax_t)point->call,
               point->for_good ? " failing for good" : "",
               (uintmax_t)(clock_monotonic_ms() - since_ms));
    if (wrong) {
        ++*bad;
        printf("%s call %ju failing%s: %s (exit %d, signal %d)\n%s%s\n", class_names[asked.class],
               (uintmax_t)point->call, point->for_good ? " for good" : "", wrong,
               result.exit_status, result.signal, result.err, torture->where);
        fflush(stdout);
    }
    program_result_clear(&result);
    scratch_remove_last();
    return met;
}

/* The calls of a run in which none fails. */
static uint64_t count_calls(void)
{
    const char *database = scratch_path(scratch_directory(), "news.db");
    struct program_result result;
    if (!asked.adding)
        copy_file(untouched, database);
    run_tortured(database, &(struct point){0}, &result);
    if (result.exit_status != EXIT_COMPLETED)
        fail_msg("the undisturbed run ends with %d, signal %d: %s", result.exit_status,
                 result.signal, result.err);
    program_result_clear(&result);
    if (asked.adding)
        assert_int_equal(sql_integer(database, "SELECT count(*) FROM sites"), HOSTS);
    else
        assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), HOSTS * STORIES);
    uint64_t calls = atomic_load(&torture->calls[asked.class]);
    if (!calls)
        fail_msg("no call was counted: is the library loaded?");
    return calls;
}

static void survives_each_call_that_fails(void **state)
{
    static const struct story_map map = {STORIES};
    site = story_sites_start(HOSTS, &map, 0);
    size_t tried = 0, met = 0, bad = 0;
    (void)state;
    torture = torture_create();
    assert_non_null(torture);
    untouched = crawl_database();
    crawl_add(untouched, "site", site, HOSTS, "/");
    struct bytes lines;
    bytes_init(&lines, 0);
    for (size_t i = 0; i < HOSTS; i++) {
        bytes_append_string(&lines, site_url(site, i, "/"));
        bytes_append_string(&lines, "\n");
    }
    list = scratch_file(scratch_directory(), "list", lines.data);
    bytes_clear(&lines);
    uint64_t calls = count_calls();
    uint64_t step = asked.every ? asked.every : calls / POINTS + 1;
    for (uint64_t call = asked.from; call <= calls; call += step) {
        for (int for_good = asked.only_for_good; for_good <= 1; for_good++) {
            met += try_point(&(struct point){call, for_good}, &bad);
            tried++;
        }
    }
    printf("%s: %ju calls in %s, %zu failures tried, %zu of them met, %zu went wrong\n",
           class_names[asked.class], (uintmax_t)calls, asked.adding ? "add" : "a run", tried, met,
           bad);
    site_stop(site);
    assert_int_equal(bad, 0);
}

static bool read_arguments(int argc, char **argv)
{
    bool named = false;
    asked.from = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--for-good") == 0)
            asked.only_for_good = true;
        else if (strcmp(argv[i], "add") == 0)
            asked.adding = true;
        else if (strcmp(argv[i], "--every") == 0 && i + 1 < argc)
            asked.every = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--from") == 0 && i + 1 < argc)
            asked.from = strtoull(argv[++i], NULL, 10);
        for (size_t class = 0; class < TORTURE_CLASSES; class ++) {
            if (strcmp(argv[i], class_names[class]) != 0)
                continue;
            asked.class = (enum torture_class) class;
            named = true;
        }
    }
    return named;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(survives_each_call_that_fails)};
    if (!read_arguments(argc, argv)) {
        fprintf(stderr, "usage: torture memory|write|read|socket|process|sql [add] [--every N]"
                        " [--from N] [--for-good]\n");
        return EXIT_USAGE;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
