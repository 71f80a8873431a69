/* What a machine may do to a run: a full disk, folders that may not be written, few descriptors,
 * little memory, closed or full standard descriptors, a clock that is wrong, a process that is
 * stopped for a while. Each ends with the status that the README names, or goes on; and nothing is
 * lost or stored twice.
 *
 *     test_faults SECONDS     it is stopped for so long; 3 if not given */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"
#include "support/torture.h"

enum { HOSTS = 4, STORIES = 10, ARTICLES = HOSTS * STORIES, LIMIT_MS = 120000 };

#define DAY_MS INT64_C(86400000)

static unsigned stopped_ms = 3000; /* longer than any request, or any page, may take */
static struct site *site;
static const char *database;

static int set_up(void **state)
{
    static const struct story_map map = {STORIES};
    (void)state;
    site = story_sites_start(HOSTS, &map, 20);
    database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(site);
    return 0;
}

static void expect_whole(void)
{
    char *sound = sql_text(database, "PRAGMA integrity_check");
    assert_string_equal(sound, "ok");
    free(sound);
    assert_int_equal(sql_integer(database, "SELECT count(*) - count(DISTINCT url) FROM v_articles"),
                     0);
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM v_articles WHERE body IS NULL OR words < 100"),
        0);
}

/* Each article once, and none fetched again that was stored. */
static void expect_all_stored(void)
{
    expect_whole();
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), ARTICLES);
    assert_int_equal(sql_integer(database,
                                 "SELECT count(*) FROM (SELECT 1 FROM fetches JOIN urls USING"
                                 " (url_id) WHERE urls.kind = 2 AND status = 200 GROUP BY url_id"
                                 " HAVING count(*) > 1)"),
                     0);
}

/* Runs a line of the shell with the crawler as $0 and the database as $1. */
static struct program_result shell(const char *line, int exit_status)
{
    struct program_result result;
    const char *arguments[] = {"/bin/sh", "-c", line, CRAWLER_PROGRAM, database, NULL};
    program_run(arguments, LIMIT_MS, &result);
    if (result.exit_status != exit_status)
        fail_msg("%s: exit %d, signal %d%s\n%s%s", line, result.exit_status, result.signal,
                 result.timed_out ? ", timed out" : "", result.out, result.err);
    return result;
}

#define RUN "exec $0 --sites $1 --allow-net 127.0.0.0/8 --contact test@example.org --delay 0 "

static void expect_line(const char *text, const char *part)
{
    const char *end = strchr(text, '\n');
    if (!strstr(text, part) || !end || end[1])
        fail_msg("not one line that says '%s':\n%s", part, text);
}

static void a_full_disk_ends_the_run_and_room_resumes_it(void **state)
{
    (void)state;
    struct stat facts;
    char line[256];
    assert_int_equal(stat(database, &facts), 0);
    /* as a limit on each file: some blocks of 512 bytes more than what is there */
    snprintf(line, sizeof line, "ulimit -f %ld; " RUN "-q --commit-rows 1",
             (long)(facts.st_size / 512 + 400));
    struct program_result result = shell(line, EXIT_FULL);
    expect_line(result.err, "the disk is full");
    program_result_clear(&result);
    expect_whole();
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_articles"), 0, ARTICLES - 1);
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    expect_all_stored();
}

/* As above, on a file system of its own that has so much room; then it gets more. Seen only by the
 * processes that are started there. */
static void a_full_file_system_does_so_too(void **state)
{
    static const char script[] =
        "exec unshare --user --map-root-user --mount /bin/sh -c '"
        "cd ${1%%/*} && mkdir small && mount -t tmpfs -o size=%ldk none small && cp $1 small || "
        "exit 77;"
        "small() { $0 --sites small/news.db --allow-net 127.0.0.0/8 --contact t@example.org "
        "--delay 0 -q; }; "
        "small; first=$?; [ $first = 6 ] || exit $first; "
        "mount -o remount,size=100m small && small && "
        "cp small/news.db $1' $0 $1";
    (void)state;
    struct stat facts;
    struct program_result result;
    char line[1024];
    assert_int_equal(stat(database, &facts), 0);
    snprintf(line, sizeof line, script, (long)(facts.st_size / 1024 + 700));
    const char *arguments[] = {"/bin/sh", "-c", line, CRAWLER_PROGRAM, database, NULL};
    program_run(arguments, LIMIT_MS, &result);
    if (result.exit_status == 77 || strstr(result.err, "unshare")) {
        print_message("no file system can be mounted here: skipped\n");
        program_result_clear(&result);
        skip();
    }
    if (result.exit_status != 0)
        fail_msg("exit %d, signal %d%s\n%s", result.exit_status, result.signal,
                 result.timed_out ? ", timed out" : "", result.err);
    expect_line(result.err, "the disk is full");
    program_result_clear(&result);
    expect_all_stored();
}

/* Root may write everywhere, so tests run by root become nobody for this. */
static void what_may_not_be_written_is_said(void **state)
{
    static const struct {
        const char *name;
        mode_t folder, file;
    } cases[] = {{"file", 0777, 0444}, {"folder", 0555, 0666}};
    char folder[256], line[512];
    (void)state;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(database, '/') - database), database);
    const char *as =
        geteuid() == 0 ? "exec setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
    snprintf(line, sizeof line, "%s$0 --version", as);
    struct program_result result;
    program_run((const char *[]){"/bin/sh", "-c", line, CRAWLER_PROGRAM, NULL}, LIMIT_MS, &result);
    bool starts = result.exit_status == 0;
    program_result_clear(&result);
    if (!starts) { /* where root alone may read the libraries, or the program */
        print_message("nobody can't start the program here: skipped\n");
        skip();
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        chmod(database, cases[i].file);
        chmod(folder, cases[i].folder);
        snprintf(line, sizeof line, "%s$0 --sites $1 --allow-net 127.0.0.0/8 --contact x", as);
        result = shell(line, EXIT_DATABASE);
        if (!strstr(result.err, database) || !strstr(result.err, "permissions"))
            fail_msg("%s: %s", cases[i].name, result.err);
        program_result_clear(&result);
        chmod(folder, 0777);
        chmod(database, 0666);
    }
    expect_whole();
}

static void sixty_four_descriptors_are_enough(void **state)
{
    (void)state;
    struct program_result result = shell("ulimit -n 64; " RUN, 0);
    assert_non_null(strstr(result.err, "ulimit -n"));
    program_result_clear(&result);
    expect_all_stored();
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM fetches WHERE error IS NOT NULL"),
                     0);
}

static void little_memory_is_enough(void **state)
{
    (void)state;
#ifdef CRAWLER_SANITIZED
    skip();
#endif
    struct program_result result = shell("ulimit -v 262144; " RUN, 0);
    program_result_clear(&result);
    expect_all_stored();
}

static void standard_descriptors_may_be_closed(void **state)
{
    (void)state;
    struct program_result result = shell(RUN "<&- >&- 2>&-", 0);
    program_result_clear(&result);
    expect_all_stored();
}

static void output_that_cannot_be_written_is_said(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    struct program_result result = shell(RUN ">/dev/full", EXIT_FULL);
    assert_non_null(strstr(result.err, "cannot write to standard output"));
    program_result_clear(&result);
    expect_all_stored();
    result = shell("exec $0 report --sites $1 >/dev/full", EXIT_FULL);
    expect_line(result.err, "cannot write to standard output");
    program_result_clear(&result);
    result = shell(RUN "2>/dev/full", 0); /* messages are not what a run is for */
    program_result_clear(&result);
}

/* Bytes of the file become others, from its second page on, as when a disk fails. Whether the run
 * meets them, or has all it needs at hand, it does not hang; and the next one says what is wrong.
 */
static void a_damaged_file_is_said(void **state)
{
    (void)state;
    char junk[4096];
    struct stat facts;
    struct program_result result;
    struct program *program =
        CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.05", "--quiet");
    memset(junk, 0xa5, sizeof junk);
    crawl_await(program, site, 12);
    int file = open(database, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(fstat(file, &facts), 0);
    for (off_t at = 16384; at < facts.st_size; at += (off_t)sizeof junk)
        assert_int_equal(pwrite(file, junk, sizeof junk, at), sizeof junk);
    close(file);
    program_wait(program, LIMIT_MS, &result);
    if (result.exit_status != 0) {
        assert_int_equal(result.exit_status, EXIT_DATABASE);
        expect_line(result.err, "damaged");
    }
    program_result_clear(&result);
    result = shell(RUN "-q", EXIT_DATABASE);
    expect_line(result.err, "damaged");
    program_result_clear(&result);
}

static void stopped_for_a_while_it_goes_on(void **state)
{
    (void)state;
    struct program *program =
        CRAWLER_START("--sites", database, CRAWL_FAST, "--timeout", "1s", "--delay", "0.05");
    struct program_result result;
    crawl_await(program, site, 12);
    program_signal_group(program, SIGSTOP);
    pause_ms(stopped_ms);
    program_signal_group(program, SIGCONT);
    program_wait(program, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 0);
    program_result_clear(&result);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), ARTICLES);
    expect_whole();
}

/* One run by a clock that is wrong from the beginning, or from the middle on; and the run of the
 * next night, by the right one. */
static void a_wrong_clock_costs_no_article(void **state)
{
    static const struct {
        const char *name;
        int64_t first_years, then_years;
    } cases[] = {{"jumps ten years ahead", 0, 10},
                 {"jumps ten years back", 0, -10},
                 {"is ten years ahead", 10, 10},
                 {"is ten years behind", -10, -10}};
    struct torture *torture = torture_create();
    (void)state;
    if (!torture)
        skip();
    for (size_t i = 0; i < COUNT(cases); i++) {
        const int64_t year_ms = 365 * DAY_MS;
        struct program_result result;
        if (i)
            set_up(NULL);
        torture_load(true);
        atomic_store(&torture->clock_ms, cases[i].first_years * year_ms);
        struct program *program = CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.05");
        crawl_await(program, site, 12);
        atomic_store(&torture->clock_ms, cases[i].then_years * year_ms);
        program_wait(program, LIMIT_MS, &result);
        if (result.exit_status != 0)
            fail_msg("a clock that %s: exit %d, signal %d%s\n%s", cases[i].name, result.exit_status,
                     result.signal, result.timed_out ? ", timed out" : "", result.err);
        program_result_clear(&result);
        expect_all_stored();
        if (site_requests(site, SITE_ANY, "/sitemap.xml") != HOSTS)
            fail_msg("a clock that %s: sitemaps are asked again and again", cases[i].name);
        atomic_store(&torture->clock_ms, DAY_MS + DAY_MS / 2);
        free(CRAWLER(0, "--sites", database, CRAWL_FAST));
        torture_load(false);
        expect_whole();
        if (site_requests(site, SITE_ANY, "/sitemap.xml") != 2 * HOSTS)
            fail_msg("a clock that %s: the next night asks %zu of %d sitemaps", cases[i].name,
                     site_requests(site, SITE_ANY, "/sitemap.xml") - HOSTS, HOSTS);
        if (i + 1 < COUNT(cases))
            tear_down(NULL);
    }
}

static void workers_that_cannot_be_replaced_end_the_run(void **state)
{
    struct torture *torture = torture_create();
    struct program_result result;
    (void)state;
    if (!torture)
        skip();
    torture_load(true);
    struct program *program =
        CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.05", "--quiet");
    torture_load(false);
    crawl_await(program, site, 12);
    torture->failing = TORTURE_PROCESS;
    torture->for_good = true;
    torture->from = 1;
    program_kill_children(program);
    program_wait(program, LIMIT_MS, &result);
    if (result.exit_status != EXIT_FULL)
        fail_msg("exit %d, signal %d\n%s", result.exit_status, result.signal, result.err);
    expect_line(result.err, "no extraction worker can be started");
    program_result_clear(&result);
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    expect_whole();
    /* those that were being read as their worker was killed count as its killers */
    assert_in_range(sql_integer(database, "SELECT count(*) FROM v_articles"), ARTICLES - 2,
                    ARTICLES);
}

static void full_synchronisation_waits_for_the_disk(void **state)
{
    struct torture *torture = torture_create();
    (void)state;
    if (!torture)
        skip();
    torture_load(true);
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--sync", "full", "--commit-after", "10ms"));
    torture_load(false);
    expect_all_stored();
    assert_true(atomic_load(&torture->syncs) > 10); /* normal: a few, as the log is moved */
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CASE(a_full_disk_ends_the_run_and_room_resumes_it),
        CASE(a_full_file_system_does_so_too),
        CASE(what_may_not_be_written_is_said),
        CASE(sixty_four_descriptors_are_enough),
        CASE(little_memory_is_enough),
        CASE(standard_descriptors_may_be_closed),
        CASE(output_that_cannot_be_written_is_said),
        CASE(a_damaged_file_is_said),
        CASE(stopped_for_a_while_it_goes_on),
        CASE(a_wrong_clock_costs_no_article),
        CASE(workers_that_cannot_be_replaced_end_the_run),
        CASE(full_synchronisation_waits_for_the_disk),
    };
    if (argc > 1)
        stopped_ms = (unsigned)strtoul(argv[1], NULL, 10) * 1000;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
