/* kill -9, again and again at random moments of a crawl: nothing is lost, nothing is there twice or
 * by half, and no more is fetched again than was not written yet.
 *
 *   build/tests/test_kill [KILLS [SEED]]     30 kills; a thousand are the long form
 *
 * A crawl is killed up to 25 times, then completed, and the next one begun. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum {
    HOSTS = 8,
    STORIES = 80,
    ARTICLES = HOSTS * STORIES,
    KILLS_PER_CRAWL = 25,
    MOMENT_MS_MAX = 250, /* after the start */
    LIMIT_MS = 120000,
};

static struct {
    unsigned kills, seed; /* asked for */
    unsigned killed;
    unsigned while_crawling; /* between a run's first request and its last commit */
    uint64_t unwritten;      /* answered, and not in the database when the kill came */
    uint64_t fetched_again;
} all = {.kills = 30, .seed = 1};

static unsigned next_random(void)
{
    all.seed = all.seed * 1664525u + 1013904223u;
    return all.seed >> 8;
}

/* Requests that were answered by now, less those of which the database knows. */
static uint64_t count_unwritten(struct site *site, const char *database, size_t before)
{
    uint64_t asked = site_requests(site, SITE_ANY, NULL) - before;
    uint64_t written = (uint64_t)sql_integer(
        database, "SELECT count(*) FROM fetches WHERE run_id = (SELECT max(run_id) FROM runs)");
    return asked > written ? asked - written : 0;
}

static void expect_whole(const char *database)
{
    static const char *const never[] = {
        "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        "SELECT count(*) FROM pragma_foreign_key_check",
        "SELECT count(*) - count(DISTINCT url) FROM v_articles",
        "SELECT count(*) FROM v_articles WHERE body IS NULL OR title IS NULL OR words < 100",
        "SELECT count(*) FROM (SELECT 1 FROM fetches JOIN urls USING (url_id) WHERE urls.kind = 2"
        " AND status = 200 GROUP BY url_id HAVING count(*) > 1)",
    };
    for (size_t i = 0; i < COUNT(never); i++)
        if (sql_integer(database, never[i]))
            fail_msg("after %u kills: %s", all.killed, never[i]);
}

/* A run that is killed, most of them once they have asked for something. False when it had ended
 * before. */
static bool kill_one(struct site *site, const char *database)
{
    struct program_result result;
    size_t before = site_requests(site, SITE_ANY, NULL);
    struct program *program =
        CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.02", "--quiet");
    if (next_random() % 20)
        crawl_await(program, site, before + 1);
    pause_ms(next_random() % MOMENT_MS_MAX);
    program_signal_group(program, SIGKILL);
    program_wait(program, LIMIT_MS, &result);
    bool killed = result.signal == SIGKILL;
    program_result_clear(&result);
    if (!killed)
        return false;
    all.killed++;
    all.while_crawling += site_requests(site, SITE_ANY, NULL) > before &&
                          sql_integer(database, "SELECT count(*) FROM queue WHERE band = 1") > 0;
    all.unwritten += count_unwritten(site, database, before);
    expect_whole(database);
    return true;
}

static uint64_t requests_of_stories(struct site *site)
{
    uint64_t count = 0;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < STORIES; i++)
        count += site_requests(site, SITE_ANY, story_path(i, &arena));
    arena_clear(&arena);
    return count;
}

static void crawl_with_kills(void)
{
    static const struct story_map map = {STORIES};
    struct site *site = story_sites_start(HOSTS, &map, 20);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    for (unsigned i = 0; i < KILLS_PER_CRAWL && all.killed < all.kills; i++)
        if (!kill_one(site, database))
            break;
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--quiet"));
    expect_whole(database);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), ARTICLES);
    all.fetched_again += requests_of_stories(site) - ARTICLES;
    site_stop(site);
    scratch_remove_last(); /* the list's */
    scratch_remove_last(); /* the database's */
}

static void every_article_is_there_once(void **state)
{
    (void)state;
    while (all.killed < all.kills)
        crawl_with_kills();
    printf("%u kills, %u (%.1f %%) between the first request and the last commit; a kill cost %.1f "
           "answers that were not written, of which %.1f stories were fetched again\n",
           all.killed, all.while_crawling, 100.0 * all.while_crawling / all.killed,
           (double)all.unwritten / all.killed, (double)all.fetched_again / all.killed);
    assert_true(all.while_crawling * 10 >= all.killed * 6); /* else it shows nothing */
    assert_true(all.fetched_again <= all.unwritten);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_article_is_there_once)};
    if (argc > 1)
        all.kills = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        all.seed = (unsigned)strtoul(argv[2], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
