/* test_crash.c - killed at any moment, as often as one likes: nothing is lost or there twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/storebox.h"

enum { ARTICLES = 2000, KILLS = 20, BATCH = 16 };

/* Fetches all that is due, a batch at a time, with texts long enough to fill the log. */
static void crawl(struct storebox *box, int64_t now_ms)
{
    static char texts[BATCH][2000], titles[BATCH][64], urls[ARTICLES][64];
    static struct found_record found[ARTICLES];
    struct result_record results[BATCH];
    struct article_record articles[BATCH];
    const struct result_record *pointers[BATCH];
    struct commit_outcome outcomes[BATCH];
    storebox_begin(box, now_ms);
    for (size_t count; (count = storebox_lease(box, now_ms, BATCH)); now_ms++) {
        count = 0;
        for (size_t h = 0; h < box->answer.hosts_count; h++) {
            for (size_t u = 0; u < box->answer.hosts[h].urls_count; u++) {
                const struct url_lease *lease = &box->answer.hosts[h].urls[u];
                struct result_record *result = &results[count];
                *result = storebox_result(lease, now_ms);
                snprintf(titles[count], sizeof(titles[count]), "%s", lease->url);
                memset(texts[count], lease->url[strlen(lease->url) - 1], sizeof(texts[count]) - 1);
                articles[count] = storebox_article(titles[count], texts[count]);
                result->article = lease->kind == URL_ARTICLE ? &articles[count] : NULL;
                if (lease->kind == URL_SOURCE) {
                    for (int i = 0; i < ARTICLES; i++) {
                        snprintf(urls[i], sizeof(urls[i]), "https://site%d.example/%d", i % 50, i);
                        found[i] = storebox_found(urls[i]);
                    }
                    result->found = found;
                    result->found_count = ARTICLES;
                }
                pointers[count] = result;
                count++;
            }
        }
        assert_int_equal(store_commit(box->store, pointers, count, outcomes), 0);
        store_checkpoint(box->store);
    }
}

static void test_killed_again_and_again(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    storebox_add(&box, "site", "https://site0.example/");
    store_close(box.store);
    box.store = NULL;
    for (int kill_count = 0; kill_count < KILLS; kill_count++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            storebox_reopen(&box);
            crawl(&box, T0 + kill_count * HOUR);
            _exit(0);
        }
        usleep((useconds_t)(1000 + kill_count * 1500));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        storebox_expect(&box, "PRAGMA integrity_check", "ok");
    }
    storebox_reopen(&box);
    crawl(&box, T0 + 30 * DAY);
    storebox_end(&box, T0 + 30 * DAY);
    char expected[32];
    snprintf(expected, sizeof(expected), "%d", ARTICLES);
    storebox_expect(&box, "SELECT count(*) FROM v_articles", expected);
    storebox_expect(&box, "SELECT count(DISTINCT url) FROM v_articles", expected);
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE title <> url OR rev_count > 1",
                    "0");
    storebox_expect(&box, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    storebox_expect(&box,
                    "SELECT count(*) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE "
                    "u.host_id = s.host_id AND u.hash = s.hash) AND NOT EXISTS (SELECT 1 FROM "
                    "queue q WHERE q.host_id = s.host_id AND q.hash = s.hash)",
                    "0");
    storebox_do(&box, "INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_again_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
