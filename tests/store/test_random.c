/* test_random.c - crawls made up at random: nothing is leased twice at a time, nothing that is due
 * is left when the store says that there is nothing left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

enum { CRAWLS = 20, STEPS = 120, OPEN_MAX = 64, FOUND_MAX = 6, URL_BYTES = 80, HOSTS = 6 };

struct crawl {
    struct storebox box;
    unsigned seed;
    int64_t now_ms;
    /* leased and not answered yet, with texts of their own */
    struct url_lease open[OPEN_MAX];
    char urls[OPEN_MAX][URL_BYTES], homes[OPEN_MAX][URL_BYTES];
    size_t count;
    /* hosts on lease, and how many of the open URLs are theirs */
    int64_t hosts[HOSTS + 8];
    size_t hosts_count;
};

static unsigned draw(struct crawl *crawl, unsigned below)
{
    crawl->seed = crawl->seed * 1664525u + 1013904223u;
    return (crawl->seed >> 8) % below;
}

static void take(struct crawl *crawl, const struct url_lease *lease)
{
    for (size_t i = 0; i < crawl->count; i++)
        if (strcmp(crawl->urls[i], lease->url) == 0 && crawl->open[i].band == lease->band &&
            crawl->open[i].rank == lease->rank)
            fail_msg("leased twice: %s", lease->url);
    size_t at = crawl->count++;
    crawl->open[at] = *lease;
    snprintf(crawl->urls[at], URL_BYTES, "%s", lease->url);
    snprintf(crawl->homes[at], URL_BYTES, "%s", lease->site_home);
}

static bool host_is_busy(const struct crawl *crawl, int64_t host_id)
{
    for (size_t i = 0; i < crawl->count; i++)
        if (crawl->open[i].host_id == host_id)
            return true;
    return false;
}

/* Gives back hosts without open URLs, asks more for some of the others, and leases new ones. */
static int64_t lease(struct crawl *crawl)
{
    int64_t released[HOSTS + 8];
    struct host_want wants[HOSTS + 8];
    struct lease_answer answer;
    size_t released_count = 0, wants_count = 0, kept = 0;
    for (size_t i = 0; i < crawl->hosts_count; i++) {
        int64_t host_id = crawl->hosts[i];
        if (!host_is_busy(crawl, host_id)) {
            released[released_count++] = host_id;
            continue;
        }
        crawl->hosts[kept++] = host_id;
        if (draw(crawl, 2))
            wants[wants_count++] = (struct host_want){host_id, 1 + draw(crawl, 3)};
    }
    crawl->hosts_count = kept;
    struct lease_request request = {.now_ms = crawl->now_ms,
                                    .urls_max = OPEN_MAX - (unsigned)crawl->count,
                                    .urls_per_host = 1 + draw(crawl, 4),
                                    .wants = wants,
                                    .wants_count = wants_count,
                                    .released = released,
                                    .released_count = released_count};
    assert_int_equal(store_lease(crawl->box.store, &request, &answer), 0);
    for (size_t i = 0; i < answer.hosts_count; i++) {
        const struct host_lease *host = &answer.hosts[i];
        bool held = false;
        for (size_t k = 0; k < crawl->hosts_count; k++)
            held = held || crawl->hosts[k] == host->host_id;
        if (!held)
            crawl->hosts[crawl->hosts_count++] = host->host_id;
        for (size_t k = 0; k < host->urls_count; k++)
            take(crawl, &host->urls[k]);
    }
    return answer.next_due_ms;
}

/* Answers one of the open URLs. With `quietly` it brings nothing new and is not to be retried. */
static void answer_one(struct crawl *crawl, bool quietly)
{
    static char urls[FOUND_MAX][URL_BYTES];
    struct found_record found[FOUND_MAX];
    size_t at = draw(crawl, (unsigned)crawl->count);
    struct url_lease lease = crawl->open[at];
    lease.url = crawl->urls[at];
    lease.site_home = crawl->homes[at];
    struct result_record result = storebox_result(&lease, crawl->now_ms);
    result.host.ready_ms = crawl->now_ms + draw(crawl, 3) * 500;
    unsigned fate = quietly ? 9 : draw(crawl, 10);
    if (fate == 0) {
        result.completion = COMPLETE_RELEASED;
    } else if (fate == 1) {
        result.completion = COMPLETE_RETRY;
        result.retry_ms = crawl->now_ms + draw(crawl, 5000);
    } else if (fate == 2) {
        result.completion = COMPLETE_ERROR;
        result.fetch.status = 500;
    } else if (!quietly) {
        result.found_count = draw(crawl, FOUND_MAX);
    }
    for (size_t i = 0; i < result.found_count; i++) {
        unsigned number = draw(crawl, 400);
        snprintf(urls[i], URL_BYTES, "https://host%u.example/%u", draw(crawl, HOSTS), number);
        found[i] = storebox_found(urls[i]);
        found[i].published_ms = draw(crawl, 2) ? T0 - number * MINUTE : MOMENT_NONE;
        if (number % 10 == 0) {
            found[i].kind = URL_SOURCE;
            found[i].source = 1 + number / 10 % 5;
        }
    }
    if (result.found_count && fate == 3) { /* the first one is where it leads */
        found[0].via = "redirect";
        found[0].kind = lease.kind;
        found[0].source = lease.source;
        found[0].hops = lease.hops + 1;
        result.fetch.status = 302;
    }
    struct article_record article = storebox_article(NULL, NULL);
    if (lease.kind == URL_ARTICLE && fate != 3)
        result.article = &article; /* else its address's budget is soon closed */
    result.found = found;
    struct commit_outcome outcome;
    const struct result_record *pointer = &result;
    assert_int_equal(store_commit(crawl->box.store, &pointer, 1, &outcome), 0);
    assert_false(outcome.lost);
    crawl->count--;
    crawl->open[at] = crawl->open[crawl->count];
    memcpy(crawl->urls[at], crawl->urls[crawl->count], URL_BYTES);
    memcpy(crawl->homes[at], crawl->homes[crawl->count], URL_BYTES);
}

/* Until the store says that nothing is left, now or later. */
static void drain(struct crawl *crawl)
{
    for (int turns = 0; turns < 100000; turns++) {
        int64_t next_due_ms = lease(crawl);
        if (!crawl->count && !crawl->hosts_count && next_due_ms == MOMENT_NONE)
            return;
        if (!crawl->count && next_due_ms != MOMENT_NONE && next_due_ms > crawl->now_ms)
            crawl->now_ms = next_due_ms;
        while (crawl->count && draw(crawl, 4))
            answer_one(crawl, true);
    }
    fail_msg("the crawl does not end");
}

static void expect_nothing_due(struct crawl *crawl)
{
    char sql[512];
    const struct run_record *run = &crawl->box.run;
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM queue WHERE (kind < 8 OR (%u >> (kind - 9) & 1) = 1) AND "
             "(kind > 8 OR %d = 0) AND (band = 2 OR (band = 1 AND %d = 0) OR (band IN (0, 3) "
             "AND rank <= %lld))",
             run->sources, run->discover_only, run->max_per_site > 0, (long long)run->started_ms);
    storebox_expect(&crawl->box, sql, "0");
    storebox_expect(&crawl->box,
                    "SELECT count(*) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM urls u WHERE "
                    "u.host_id = s.host_id AND u.hash = s.hash) AND NOT EXISTS (SELECT 1 FROM "
                    "queue q WHERE q.host_id = s.host_id AND q.hash = s.hash)",
                    "0");
    storebox_expect(&crawl->box,
                    "SELECT count(*) FROM feeds f WHERE status <> 'moved' AND (SELECT count(*) "
                    "FROM queue q WHERE q.feed_id = f.feed_id AND q.kind > 8) <> 1",
                    "0");
}

static void test_random_crawls(void **state)
{
    /* a server takes longer to make a schema than to crawl */
    unsigned crawls = storebox_is_server() ? CRAWLS / 4 : CRAWLS;
    (void)state;
    for (unsigned seed = 1; seed <= crawls; seed++) {
        static struct crawl crawl;
        crawl = (struct crawl){.seed = seed * 2654435761u, .now_ms = T0};
        storebox_open(&crawl.box);
        for (int i = 0; i < HOSTS; i++) {
            char url[URL_BYTES];
            snprintf(url, sizeof(url), "https://host%d.example/", i);
            storebox_add(&crawl.box, "site", url);
        }
        for (int run = 0; run < 3; run++) {
            crawl.box.run.discover_only = draw(&crawl, 4) == 0;
            crawl.box.run.poll_all = draw(&crawl, 3) == 0;
            crawl.box.run.sources = draw(&crawl, 3) ? 0x1f : 1 + draw(&crawl, 31);
            crawl.box.run.max_per_site = draw(&crawl, 3) ? 0 : 3;
            storebox_begin(&crawl.box, crawl.now_ms);
            for (int i = 0; i < STEPS; i++) {
                crawl.now_ms += draw(&crawl, 400);
                if (draw(&crawl, 3) == 0 || !crawl.count)
                    lease(&crawl);
                else
                    answer_one(&crawl, false);
            }
            drain(&crawl);
            expect_nothing_due(&crawl);
            storebox_end(&crawl.box, crawl.now_ms);
            crawl.now_ms += 8 * HOUR;
        }
        storebox_close(&crawl.box);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_crawls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
