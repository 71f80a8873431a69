/* test_site_days.c - a month of nights over twenty invented newspapers, through the store: which
 * sites a run names, and that the old version's database knows its past. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/newsroom.h"
#include "support/storebox.h"

enum { URLS_MAX = 256, PAGES_MAX = 512, BODY_BYTES = 2048, BATCH = 32 };

/* What an answer tells of, until it is stored. */
struct told {
    struct article_record article;
    char title[64], body[BODY_BYTES];
    struct found_record found[PAGES_MAX];
    char urls[PAGES_MAX][64];
};

/* A night: what each site has, and how far its pages have been handed out. */
struct night {
    struct storebox *box;
    int day;
    struct health_day plans[NEWSROOM_SITES];
    int64_t given[NEWSROOM_SITES];
    struct result_record results[BATCH]; /* that are not stored yet */
    size_t count;
};

/* The numbers of an address such as https://s07.example/30/12. */
static int site_of(const char *url)
{
    return atoi(url + strlen("https://s"));
}

/* So many words, like no others. */
static const char *text_of(unsigned seed, int64_t words, char *out)
{
    size_t size = 0;
    out[0] = '\0';
    for (int64_t i = 0; i < words && size + 16 < BODY_BYTES; i++) {
        seed = seed * 1664525 + 1013904223;
        size += (size_t)snprintf(out + size, 16, "w%u ", seed >> 18);
    }
    return out;
}

/* The pages of the night, told by the site's front page with their moment. */
static void answer_source(struct night *night, struct result_record *result, struct told *told)
{
    int site = site_of(result->lease.url);
    const struct health_day *plan = &night->plans[site];
    result->found = told->found;
    result->found_count = (size_t)(plan->pages < PAGES_MAX ? plan->pages : PAGES_MAX);
    for (size_t i = 0; i < result->found_count; i++) {
        snprintf(told->urls[i], sizeof(told->urls[i]), "https://s%02d.example/%d/%zu", site,
                 night->day, i);
        told->found[i] = storebox_found(told->urls[i]);
        told->found[i].published_ms = newsroom_ms(night->day) - HOUR;
    }
}

/* The next page of the site's plan: first its articles, then the others. */
static void answer_page(struct night *night, struct result_record *result, struct told *told)
{
    static const char *const author = "Ann Example";
    int site = site_of(result->lease.url);
    const struct health_day *plan = &night->plans[site];
    int64_t place = night->given[site]++;
    if (place >= plan->articles) {
        result->why = "not an article";
        result->fetch.error = "not an article: list of pages";
        return;
    }
    bool bodied = place < plan->bodied;
    snprintf(told->title, sizeof(told->title), "News %d of day %d at %d", (int)place, night->day,
             site);
    struct article_record *article = &told->article;
    *article = storebox_article(place < plan->titled ? told->title : NULL, NULL);
    article->body = text_of((unsigned)(site * 1000003 + night->day * 1009 + (int)place),
                            bodied ? 60 + plan->words / plan->articles / 8 : 6, told->body);
    article->published_ms = place < plan->dated ? newsroom_ms(night->day) - HOUR : MOMENT_NONE;
    article->authors = (const char **)(uintptr_t)&author;
    article->authors_count = place < plan->authored;
    article->free_access = place < plan->walled ? 0 : -1;
    result->article = article;
}

static void store_answers(struct night *night)
{
    const struct result_record *pointers[BATCH];
    struct commit_outcome outcomes[BATCH];
    for (size_t i = 0; i < night->count; i++)
        pointers[i] = &night->results[i];
    if (night->count)
        assert_int_equal(store_commit(night->box->store, pointers, night->count, outcomes), 0);
    night->count = 0;
}

static void answer(struct night *night, const struct url_lease *lease)
{
    static struct told told[BATCH];
    struct result_record result = storebox_result(lease, newsroom_ms(night->day));
    const struct health_day *plan = &night->plans[site_of(lease->url)];
    if (!plan->polls_ok) {
        result.completion = COMPLETE_ERROR;
        result.fetch.status = plan->refused ? 403 : 0;
        result.why = result.fetch.error = plan->refused ? "refused" : "timeout";
    } else if (lease->kind == URL_SOURCE) {
        answer_source(night, &result, &told[night->count]);
    } else if (lease->known) {
        result.unchanged = true;
        result.fetch.status = 304;
    } else {
        answer_page(night, &result, &told[night->count]);
    }
    night->results[night->count++] = result;
    if (night->count == BATCH)
        store_answers(night);
}

/* A whole run; returns "site verdict" of each that it names, joined by commas. */
static const char *run(struct storebox *box, const struct newsroom *room, int day, int troubled,
                       enum newsroom_trouble trouble)
{
    struct night night = {.box = box, .day = day};
    for (int i = 0; i < NEWSROOM_SITES; i++)
        newsroom_day(room, i, day, i == troubled ? trouble : TROUBLE_NONE, &night.plans[i]);
    storebox_begin(box, newsroom_ms(day));
    while (storebox_lease(box, newsroom_ms(day), URLS_MAX)) {
        for (size_t i = 0; i < box->answer.hosts_count; i++)
            for (size_t k = 0; k < box->answer.hosts[i].urls_count; k++)
                answer(&night, &box->answer.hosts[i].urls[k]);
        store_answers(&night);
    }
    assert_int_equal(store_judge_sites(box->store, newsroom_ms(day) + HOUR, true), 0);
    storebox_end(box, newsroom_ms(day) + HOUR);
    return storebox_ask(box, "SELECT group_concat(substr(home_url, 9, 3) || ' ' || verdict)"
                             "  FROM site_days JOIN sites USING (site_id)"
                             " WHERE day = (SELECT max(day) FROM site_days)"
                             "   AND verdict NOT IN ('ok', 'new')");
}

static void open_newsroom(struct storebox *box, struct newsroom *room)
{
    char url[64];
    newsroom_init(room, 7);
    storebox_open(box);
    box->run.poll_all = true;
    box->run.search = false;
    for (int i = 0; i < NEWSROOM_SITES; i++) {
        room->sites[i].per_day *= 0.3; /* a test need not take long */
        snprintf(url, sizeof(url), "https://s%02d.example/", i);
        storebox_add(box, "site", url);
    }
}

/* Thirty nights and one on which a site has changed its template; then the other troubles. */
static void test_a_month(void **state)
{
    static const struct {
        int nights;
        int site;
        enum newsroom_trouble trouble;
        const char *expected; /* on the last of them; on the others nobody is named */
    } weeks[] = {
        {30, -1, TROUBLE_NONE, ""}, {1, 8, TROUBLE_TEMPLATE, "s08 broken"},
        {1, -1, TROUBLE_NONE, ""},  {1, 8, TROUBLE_PAYWALL, "s08 paywalled"},
        {1, -1, TROUBLE_NONE, ""},  {1, 18, TROUBLE_REFUSALS, "s18 blocked"},
        {3, -1, TROUBLE_NONE, ""},  {2, 18, TROUBLE_NO_PAGES, "s18 broken"},
        {2, -1, TROUBLE_NONE, ""},  {5, 18, TROUBLE_NOTHING, "s18 silent"},
        {2, -1, TROUBLE_NONE, ""},
    };
    struct storebox box;
    struct newsroom room;
    int day = 0;
    (void)state;
    open_newsroom(&box, &room);
    for (size_t i = 0; i < sizeof(weeks) / sizeof(weeks[0]); i++)
        for (int k = 1; k <= weeks[i].nights; k++, day++) {
            const char *expected = k == weeks[i].nights ? weeks[i].expected : "";
            const char *named = run(&box, &room, day, weeks[i].site, weeks[i].trouble);
            if (strcmp(named, expected) != 0)
                fail_msg("night %d: named are '%s', expected '%s'", day, named, expected);
        }
    storebox_expect(&box,
                    "SELECT sum(d.articles) = (SELECT count(*) FROM articles),"
                    "       sum(titled) = (SELECT count(title) FROM articles)"
                    "  FROM site_days d",
                    "1");
    storebox_expect(&box,
                    "SELECT sum(bodied) = (SELECT count(*) FROM articles WHERE words >= 50) "
                    "  AND sum(dated) = (SELECT count(published_ms) FROM articles)"
                    "  AND sum(authored) = (SELECT count(*) FROM article_authors)"
                    "  AND sum(walled) = (SELECT count(*) FROM articles WHERE free_access = 0)"
                    "  AND sum(words) = (SELECT sum(words) FROM articles) FROM site_days",
                    "1");
    storebox_close(&box);
}

/* What a backfill finds is of another time, and a run that fetches nothing knows nothing. */
static void test_other_runs_are_not_counted(void **state)
{
    struct storebox box;
    struct newsroom room;
    (void)state;
    open_newsroom(&box, &room);
    box.run.discover_only = true;
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, 64);
    struct result_record result = storebox_result(storebox_leased(&box, "s01.example/"), T0);
    storebox_commit(&box, &result);
    storebox_end(&box, T0);
    storebox_expect(&box, "SELECT count(*) FROM site_days", "0");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_month),
        cmocka_unit_test(test_other_runs_are_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
