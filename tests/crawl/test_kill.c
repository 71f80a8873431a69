/* kill -9, twenty times during one crawl: after one last run every article is there, once. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS = 8, KILLS = 20, LIMIT_MS = 60000 };

static void pause_ms(long ms)
{
    const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static void every_article_is_there_once(void **state)
{
    static const struct story_map map = {60};
    struct site *site = story_sites_start(HOSTS, &map, 20);
    const char *database = crawl_database();
    struct program_result result;
    size_t killed = 0;
    (void)state;
    crawl_add(database, "site", site, HOSTS, "/");
    for (int i = 0; i < KILLS; i++) {
        struct program *program = CRAWLER_START("--sites", database, CRAWL_FAST, "--delay", "0.03");
        pause_ms(20 + i * 37 % 300);
        program_signal_group(program, SIGKILL);
        program_wait(program, LIMIT_MS, &result);
        killed += result.signal == SIGKILL;
        program_result_clear(&result);
    }
    assert_true(killed > KILLS / 2); /* the others had nothing left to do */
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), HOSTS * map.count);
    assert_int_equal(sql_integer(database, "SELECT count(DISTINCT url) FROM v_articles"),
                     HOSTS * map.count);
    char *sound = sql_text(database, "PRAGMA integrity_check");
    assert_string_equal(sound, "ok");
    free(sound);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_article_is_there_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
