/* test_known.c - a batch stores what its results store one by one, whatever its articles have in
 * common: addresses, numbers, titles, texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#define LEAD                                                                                       \
    "The council met on Monday evening and decided, after four hours of debate, to close the old " \
    "bridge over the river for two years. Traders in the old town had asked for a ferry. "
#define WORKS                                                                                      \
    "The works will cost eleven million and are to begin in March. Until then lorries have to "    \
    "take the way round by the dam, which is nine kilometres longer, and buses end on each side. "
#define PAST                                                                                       \
    "It was built in 1931 and blown up at the end of the war; what stands today was put together " \
    "from its parts within nineteen months by people of both banks. "
#define SHARES                                                                                     \
    "Shares fell for a third day as investors waited for figures on inflation that are due on "    \
    "Thursday. Banks lost most; the price of oil hardly moved, and gold was a little dearer than " \
    "at the end of last week, dealers in three cities said. "
#define GAME                                                                                       \
    "Two late goals saved the hosts, who had been a man short since the first half and had given " \
    "the ball away more often than in any match of the season. The coach spoke of luck; the "      \
    "crowd of nine thousand did not mind. "

enum { SEEDS = 16, SITES = 3, ROUNDS = 3, NEW = 3, RESULTS_MAX = 100, URL_BYTES = 80 };

static const char *const texts[] = {LEAD WORKS PAST, WORKS PAST LEAD,  LEAD WORKS SHARES,
                                    SHARES GAME,     GAME SHARES PAST, "Closed on Monday."};
static const char *const titles[] = {"Bridge", "Ferry", "Shares", NULL};
static const char *const sites[SITES] = {"https://one.example/", "https://two.example/",
                                         "https://three.example/"};

/* What a page says, drawn anew for each. */
struct page {
    struct article_record article;
    char canonical[URL_BYTES], short_url[URL_BYTES];
};

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void write_page(struct page *page, const char *url, unsigned *seed)
{
    int site = (int)(strchr(strstr(url, "://") + 3, '/') + 1 - url);
    page->article = storebox_article(titles[draw(seed, 4)], texts[draw(seed, 6)]);
    page->article.published_ms = T0 - draw(seed, 4) * DAY;
    unsigned other = draw(seed, NEW + 1); /* the last is nobody's own */
    snprintf(page->canonical, sizeof(page->canonical), "%.*snews/%c%u-12345%u", site, url,
             url[site + 5], other, other % 2);
    snprintf(page->short_url, sizeof(page->short_url), "%.*s?p=%u", site, url, draw(seed, 3));
    if (draw(seed, 2) == 0)
        page->article.canonical_url = page->canonical;
    if (draw(seed, 3) == 0)
        page->article.short_url = page->short_url;
}

static size_t lease(struct storebox *box, int64_t now_ms)
{
    struct lease_request request = {.now_ms = now_ms, .urls_max = 100, .urls_per_host = 40};
    int64_t held[SITES];
    size_t count = 0;
    for (; request.released_count < box->answer.hosts_count; request.released_count++)
        held[request.released_count] = box->answer.hosts[request.released_count].host_id;
    request.released = held;
    assert_int_equal(store_lease(box->store, &request, &box->answer), 0);
    for (size_t i = 0; i < box->answer.hosts_count; i++)
        count += box->answer.hosts[i].urls_count;
    return count;
}

/* Some of them have a number in common with others of their site. */
static void tell(struct storebox *box, int round, int64_t now_ms)
{
    char urls[NEW][URL_BYTES];
    struct found_record found[NEW];
    for (int site = 0; site < SITES; site++) {
        struct result_record result = storebox_result(storebox_leased(box, sites[site]), now_ms);
        for (int i = 0; i < NEW; i++) {
            snprintf(urls[i], sizeof(urls[i]), "%snews/%c%d-12345%d", sites[site], 'a' + round, i,
                     i % 2);
            found[i] = storebox_found(urls[i]);
        }
        result.found = found;
        result.found_count = NEW;
        storebox_commit(box, &result);
    }
}

static int by_url(const void *a, const void *b)
{
    return strcmp((*(const struct url_lease *const *)a)->url,
                  (*(const struct url_lease *const *)b)->url);
}

/* All articles that are on lease, in the same order in each database. */
static size_t collect(const struct storebox *box, const struct url_lease **out)
{
    size_t count = 0;
    for (size_t i = 0; i < box->answer.hosts_count; i++)
        for (size_t k = 0; k < box->answer.hosts[i].urls_count; k++)
            if (strstr(box->answer.hosts[i].urls[k].url, "/news/"))
                out[count++] = &box->answer.hosts[i].urls[k];
    qsort(out, count, sizeof(*out), by_url);
    return count;
}

static void answer(struct storebox *box, bool together, unsigned *seed, int64_t now_ms,
                   size_t *revised)
{
    static struct page pages[RESULTS_MAX];
    static struct result_record results[RESULTS_MAX];
    const struct url_lease *leases[RESULTS_MAX];
    const struct result_record *batch[RESULTS_MAX];
    struct commit_outcome outcomes[RESULTS_MAX];
    size_t count = collect(box, leases);
    for (size_t i = 0; i < count; i++) {
        size_t other = i + draw(seed, (unsigned)(count - i));
        const struct url_lease *chosen = leases[other];
        leases[other] = leases[i];
        results[i] = storebox_result(chosen, now_ms);
        write_page(&pages[i], chosen->url, seed);
        results[i].article = &pages[i].article;
        batch[i] = &results[i];
    }
    if (together)
        assert_int_equal(store_commit(box->store, batch, count, outcomes), 0);
    for (size_t i = 0; i < count; i++) {
        if (!together)
            outcomes[i] = storebox_commit(box, &results[i]);
        *revised += outcomes[i].article_revised;
    }
}

static size_t crawl(struct storebox *box, bool together, unsigned seed)
{
    size_t revised = 0;
    storebox_open(box);
    box->run.poll_all = true;
    for (int i = 0; i < SITES; i++)
        storebox_add(box, "site", sites[i]);
    storebox_begin(box, T0);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t now_ms = T0 + 2 * round * DAY;
        if (round)
            storebox_next_run(box, now_ms);
        assert_true(lease(box, now_ms) >= SITES);
        tell(box, round, now_ms);
        lease(box, now_ms);
        answer(box, together, &seed, now_ms, &revised);
    }
    return revised;
}

/* Of a site each URL with the article that it leads to, its story, and what it is found by. */
static const char *list(const struct storebox *box, const char *site)
{
    char sql[1000];
    snprintf(sql, sizeof(sql),
             "SELECT %s(line, '; ') FROM (SELECT w.url || ' ' || u.url || ' ' || a.canonical_url ||"
             " ' ' || coalesce(a.title, '-') || ' ' || a.words || ' ' || a.rev_count || ' ' ||"
             " coalesce(a.lasting_hash, 0) || ' ' || coalesce((SELECT x.url FROM articles s"
             " JOIN urls x ON x.url_id = s.url_id WHERE s.article_id = a.story_id), '-') || ' ' ||"
             " (SELECT coalesce(sum(key %% 1000003), 0) FROM story_keys k"
             " WHERE k.article_id = a.article_id) AS line FROM urls w"
             " JOIN articles a ON a.article_id = w.article_id JOIN urls u ON u.url_id = a.url_id"
             " WHERE w.url LIKE '%s%%' ORDER BY w.url) lines",
             storebox_is_server() ? "string_agg" : "group_concat", site);
    return storebox_ask(box, sql);
}

static void compare(const struct storebox *one, const struct storebox *other, unsigned seed)
{
    for (int site = 0; site < SITES; site++) {
        char apart[4096];
        snprintf(apart, sizeof(apart), "%s", list(one, sites[site]));
        assert_true(strlen(apart) > NEW * ROUNDS);
        const char *together = list(other, sites[site]);
        size_t same = 0;
        while (apart[same] && apart[same] == together[same])
            same++;
        size_t begin = same > 200 ? same - 200 : 0;
        if (strcmp(apart, together) != 0)
            fail_msg("seed %u\none by one: %.300s\ntogether: %.300s", seed, apart + begin,
                     together + begin);
    }
}

static void test_a_batch_is_its_results_one_by_one(void **state)
{
    size_t revised = 0;
    (void)state;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct storebox one, other;
        revised += crawl(&one, false, seed);
        crawl(&other, true, seed);
        compare(&one, &other, seed);
        storebox_close(&one);
        storebox_close(&other);
    }
    assert_true(revised > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_batch_is_its_results_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
