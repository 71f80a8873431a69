/* test_no_worker.c - what commands say when no process can be started to read pages: that, in one
 * line and by the status for what has run out; no page is blamed, and the next call goes on. */
#include <fcntl.h>
#include <setjmp.h>
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

enum { STORIES = 6, LIMIT_MS = 60000, ANSWER_MS = 500 };

static struct torture *torture;

static int set_up(void **state)
{
    (void)state;
    torture = torture_create();
    return 0;
}

/* It was told by this line, and nothing else. */
static void expect_said(struct program *program, const char *command)
{
    struct program_result result;
    char expected[256];
    program_wait(program, LIMIT_MS, &result);
    if (result.exit_status != EXIT_FULL)
        fail_msg("%s: exit %d, signal %d%s\n%s", command, result.exit_status, result.signal,
                 result.timed_out ? ", timed out" : "", result.err);
    snprintf(expected, sizeof expected, "no extraction worker can be started");
    const char *line = strstr(result.err, expected);
    if (!line || strchr(result.err, '\n') != result.err + result.err_size - 1)
        fail_msg("%s says '%s'", command, result.err);
    program_result_clear(&result);
}

/* From now on no process can be started, and those that were are gone. */
static void take_workers(const struct program *program)
{
    torture->failing = TORTURE_PROCESS;
    torture->for_good = true;
    torture->from = 1;
    assert_true(program_kill_children(program) > 0);
}

/* Starts it with nothing failing so far. */
static struct program *start(const char *const *arguments)
{
    memset((void *)torture, 0, sizeof *torture);
    torture_load(true);
    struct program *program = crawler_start(arguments);
    torture_load(false);
    return program;
}
#define START(...) start((const char *const[]){__VA_ARGS__, NULL})

/* The pages of a small site, with the database that has them. */
static const char *crawled(struct site **site, unsigned latency_ms)
{
    static const struct story_map map = {STORIES};
    const char *database = crawl_database();
    *site = story_sites_start(1, &map, latency_ms);
    crawl_add(database, "site", *site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), STORIES);
    return database;
}

/* libuv starts them while it is set up: then none is ever there. */
static void from_the_beginning(void **state)
{
    struct site *site;
    (void)state;
    if (!torture)
        skip();
    const char *database = crawled(&site, 0);
    const char *archive = scratch_path(scratch_directory(), "pages.warc.gz");
    const char *copy = crawl_database();
    free(CRAWLER(0, "export", "--sites", database, "--to", archive));
    sql_do(database, "UPDATE articles SET extractor = 'before'");
    const char *const commands[][8] = {
        {"import", "--sites", copy, archive, NULL},
        {"reextract", "--sites", database, NULL},
        {"try", "--allow-net", "127.0.0.0/8", "--contact", "t@example.org", site_url(site, 0, "/"),
         NULL},
    };
    for (size_t i = 0; i < COUNT(commands); i++) {
        memset((void *)torture, 0, sizeof *torture);
        torture->failing = TORTURE_PROCESS;
        torture->for_good = true;
        torture->from = 1;
        torture_load(true);
        struct program *program = crawler_start(commands[i]);
        torture_load(false);
        expect_said(program, commands[i][0]);
    }
    free(CRAWLER(0, "import", "--sites", copy, archive));
    assert_int_equal(sql_integer(copy, "SELECT count(*) FROM v_articles"), STORIES);
    free(CRAWLER(0, "reextract", "--sites", database));
    assert_int_equal(
        sql_integer(database, "SELECT count(*) FROM articles WHERE extractor = 'before'"), 0);
    site_stop(site);
}

static void while_a_page_is_tried(void **state)
{
    static const struct story_map map = {STORIES};
    (void)state;
    if (!torture)
        skip();
    struct site *site = story_sites_start(1, &map, ANSWER_MS);
    struct program *program = START("try", "--allow-net", "127.0.0.0/8", "--contact",
                                    "t@example.org", site_url(site, 0, "/"));
    crawl_await(program, site, 1);
    take_workers(program);
    expect_said(program, "try");
    site_stop(site);
}

/* The archive comes through a pipe, so that it waits for the test. */
static void while_pages_are_imported(void **state)
{
    struct site *site;
    (void)state;
    if (!torture)
        skip();
    const char *database = crawled(&site, 0), *copy = crawl_database();
    const char *directory = scratch_directory();
    const char *archive = scratch_path(directory, "pages.warc.gz");
    const char *pipe = scratch_path(directory, "pipe.warc.gz");
    char bytes[65536];
    free(CRAWLER(0, "export", "--sites", database, "--to", archive));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    struct program *program = START("import", "--sites", copy, pipe);
    int in = open(archive, O_RDONLY | O_CLOEXEC), out = open(pipe, O_WRONLY | O_CLOEXEC);
    assert_true(in >= 0 && out >= 0); /* its workers have been started: it reads */
    take_workers(program);
    for (ssize_t size; (size = read(in, bytes, sizeof bytes)) > 0;)
        assert_int_equal(write(out, bytes, (size_t)size), size);
    close(in);
    close(out);
    expect_said(program, "import");
    assert_int_equal(sql_integer(copy, "SELECT count(*) FROM v_urls WHERE why LIKE '%died%'"), 0);
    free(CRAWLER(0, "import", "--sites", copy, archive));
    assert_int_equal(sql_integer(copy, "SELECT count(*) FROM v_articles"), STORIES);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(from_the_beginning, set_up),
        cmocka_unit_test_setup(while_a_page_is_tried, set_up),
        cmocka_unit_test_setup(while_pages_are_imported, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
