/* test_sources.c - sources, their redirects and polls, APIs, and who told of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

static void start(struct storebox *box, const char *kind, const char *url)
{
    storebox_open(box);
    storebox_add(box, kind, url);
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
}

static void redirect(struct storebox *box, const char *suffix, int status, const char *url)
{
    const struct url_lease *lease = storebox_leased(box, suffix);
    struct result_record result = storebox_result(lease, T0);
    struct found_record target = storebox_found(url);
    target.via = "redirect";
    target.kind = lease->kind;
    target.source = lease->source;
    target.hops = lease->hops + 1;
    result.fetch.status = status;
    result.fetch.redirect_url = url;
    result.found = &target;
    result.found_count = 1;
    storebox_commit(box, &result);
}

static void test_a_source_follows_its_redirect(void **state)
{
    static const struct {
        const char *name;
        int first, second;
        const char *expected; /* where it is asked the next time */
    } cases[] = {
        {"permanent: the address moves", 301, 308, "https://www.example.org/home"},
        {"temporary: asked at the old one", 302, 301, "https://example.org/"},
        {"one temporary hop is enough", 301, 307, "https://example.org/"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        start(&box, "site", "https://example.org/");
        redirect(&box, "/", cases[i].first, "https://www.example.org/");
        assert_int_equal(storebox_lease(&box, T0, 10), 1);
        assert_int_equal(storebox_leased(&box, "www.example.org/")->hops, 1);
        redirect(&box, "/", cases[i].second, "https://www.example.org/home");
        assert_int_equal(storebox_lease(&box, T0, 10), 1);
        assert_int_equal(storebox_leased(&box, "/home")->feed_id, 1);
        storebox_answer(&box, "/home", T0);
        assert_int_equal(storebox_lease(&box, T0, 10), 0);
        storebox_next_run(&box, T0 + DAY);
        assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 1);
        if (strcmp(box.answer.hosts[0].urls[0].url, cases[i].expected) != 0)
            fail_msg("%s: %s", cases[i].name, box.answer.hosts[0].urls[0].url);
        assert_int_equal(box.answer.hosts[0].urls[0].hops, 0);
        storebox_close(&box);
    }
}

static void test_the_same_target_twice(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "site", "https://example.org/");
    for (int run = 0; run < 3; run++) { /* the target is known from the second time on */
        redirect(&box, "example.org/", 302, "https://www.example.org/");
        assert_int_equal(storebox_lease(&box, T0 + run * DAY, 10), 1);
        storebox_answer(&box, "www.example.org/", T0 + run * DAY);
        storebox_next_run(&box, T0 + (run + 1) * DAY);
        assert_int_equal(storebox_lease(&box, T0 + (run + 1) * DAY, 10), 1);
    }
    storebox_close(&box);
}

static void test_a_source_that_became_another(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "site", "https://example.org/");
    storebox_add(&box, "site", "https://www.example.org/");
    redirect(&box, "/", 301, "https://www.example.org/");
    storebox_expect(&box, "SELECT status FROM v_feeds WHERE url = 'https://example.org/'", "moved");
    storebox_next_run(&box, T0 + DAY);
    assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 1);
    storebox_leased(&box, "www.example.org/");
    storebox_close(&box);
}

static void test_two_sources_lead_to_one_url(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "site", "https://example.org/");
    storebox_add(&box, "site", "https://example.net/");
    redirect(&box, "/", 302, "https://www.example.org/");
    storebox_next_run(&box, T0 + DAY); /* the one waits at the target, the other comes there too */
    assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 2);
    struct url_lease first = *storebox_leased(&box, "www.example.org/");
    redirect(&box, "example.net/", 302, "https://www.example.org/");
    storebox_expect(&box, "SELECT count(DISTINCT feed_id) FROM queue", "2");
    struct result_record result = storebox_result(&first, T0 + DAY);
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 1);
    storebox_answer(&box, "www.example.org/", T0 + DAY);
    storebox_expect(&box, "SELECT count(DISTINCT feed_id) FROM queue", "2");
    storebox_close(&box);
}

static void test_redirect_loops_of_articles(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "page", "https://example.org/a");
    redirect(&box, "/a", 302, "https://example.org/b");
    storebox_expect(&box, "SELECT redirect_url FROM v_urls WHERE url LIKE '%/a'",
                    "https://example.org/b");
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    redirect(&box, "/b", 302, "https://example.org/a");
    storebox_expect(&box, "SELECT group_concat(state || ' ' || why, ', ') FROM v_urls",
                    "error redirect loop, error redirect loop");
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    storebox_close(&box);
}

static void test_a_redirect_to_itself(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "page", "https://example.org/a");
    redirect(&box, "/a", 302, "https://example.org/a");
    storebox_expect(&box, "SELECT state || why FROM v_urls", "errorredirect loop");
    storebox_close(&box);
}

static void test_another_spelling_is_asked(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "page", "https://example.org/a");
    const struct url_lease *lease = storebox_leased(&box, "/a");
    struct result_record result = storebox_result(lease, T0);
    struct found_record target = storebox_found("https://example.org/a?utm_source=x");
    target.key = "https://example.org/a";
    target.via = "redirect";
    target.kind = URL_PAGE;
    target.hops = 1;
    result.found = &target;
    result.found_count = 1;
    result.fetch.status = 302;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    assert_string_equal(box.answer.hosts[0].urls[0].url, "https://example.org/a?utm_source=x");
    storebox_close(&box);
}

/* The second answer counts: all that the first one tells is new. */
static void test_polls_adapt(void **state)
{
    static const struct {
        const char *name;
        enum completion completion;
        int status;
        bool unchanged, news;
        unsigned hint_min;
        int expected_min; /* from 60 */
        const char *status_after;
    } cases[] = {
        {"news: sooner", COMPLETE_DONE, 200, false, true, 0, 40, "ok"},
        {"nothing new: later", COMPLETE_DONE, 200, false, false, 0, 80, "ok"},
        {"unchanged: later still", COMPLETE_DONE, 304, true, false, 0, 90, "ok"},
        {"its own hint", COMPLETE_DONE, 200, false, true, 120, 120, "ok"},
        {"a hint of a year: a day", COMPLETE_DONE, 200, false, true, 500000, 1440, "ok"},
        {"failed: later", COMPLETE_ERROR, 500, false, false, 0, 90, "ok"},
        {"gone: later and marked", COMPLETE_GONE, 404, false, false, 0, 180, "failing"},
        {"denied by robots.txt", COMPLETE_DENIED, 0, false, false, 0, 120, "ok"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        struct found_record found = storebox_found("https://example.org/a");
        char got[64];
        start(&box, "site", "https://example.org/");
        storebox_answer(&box, "/", T0);
        storebox_next_run(&box, T0 + DAY);
        assert_int_equal(storebox_lease(&box, T0 + DAY, 10), 1);
        struct result_record result = storebox_result(storebox_leased(&box, "/"), T0 + DAY);
        result.completion = cases[i].completion;
        result.fetch.status = cases[i].status;
        result.fetch.asked = cases[i].status != 0;
        result.unchanged = cases[i].unchanged;
        result.found = &found;
        result.found_count = cases[i].news;
        result.source.hint_min = cases[i].hint_min;
        storebox_commit(&box, &result);
        snprintf(got, sizeof(got), "%s",
                 storebox_ask(&box, "SELECT poll_min || status FROM v_feeds"));
        char expected[64];
        snprintf(expected, sizeof(expected), "%d%s", cases[i].expected_min, cases[i].status_after);
        if (strcmp(got, expected) != 0)
            fail_msg("%s: %s, expected %s", cases[i].name, got, expected);
        storebox_expect(&box, "SELECT count(*) FROM queue WHERE band = 0", "1");
        storebox_close(&box);
    }
}

static void test_skipped_urls_have_a_reason(void **state)
{
    struct storebox box;
    struct found_record found = storebox_found("https://example.org/login");
    (void)state;
    start(&box, "site", "https://example.org/");
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    found.skip_why = "a log-in page";
    result.found = &found;
    result.found_count = 1;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT state || ': ' || why FROM v_urls WHERE url LIKE '%login'",
                    "skipped: a log-in page");
    assert_int_equal(storebox_lease(&box, T0, 10), 0);
    storebox_close(&box);
}

static void test_what_one_site_skips_another_may_announce(void **state)
{
    struct storebox box;
    struct found_record found = storebox_found("https://two.example/a");
    (void)state;
    start(&box, "site", "https://one.example/");
    storebox_add(&box, "site", "https://two.example/");
    struct result_record result = storebox_result(storebox_leased(&box, "one.example/"), T0);
    found.skip_why = "other site";
    result.found = &found;
    result.found_count = 1;
    assert_int_equal(storebox_commit(&box, &result).found_new, 0);
    const char *states = "SELECT group_concat(state) FROM v_urls WHERE url LIKE '%/a'";
    storebox_expect(&box, states, "skipped");
    storebox_next_run(&box, T0 + 1);
    storebox_lease(&box, T0 + 1, 10);
    result = storebox_result(storebox_leased(&box, "two.example/"), T0 + 1);
    found.skip_why = NULL;
    result.found = &found;
    result.found_count = 1;
    assert_int_equal(storebox_commit(&box, &result).found_new, 1);
    storebox_expect(&box, states, "waiting");
    assert_int_equal(storebox_lease(&box, T0 + 1, 10), 1);
    storebox_answer(&box, "/a", T0 + 1);
    storebox_expect(&box, states, "done");
    storebox_close(&box);
}

/* Answers the front page with one source, and that source with `status`. */
static void poll_found_source(struct storebox *box, const char *via, int status)
{
    struct found_record found = storebox_found("https://example.org/sitemap.xml");
    start(box, "site", "https://example.org/");
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    found.kind = URL_SOURCE;
    found.source = KIND_SITEMAP;
    found.via = via;
    result.found = &found;
    result.found_count = 1;
    storebox_commit(box, &result);
    storebox_lease(box, T0, 10);
    result = storebox_result(storebox_leased(box, "/sitemap.xml"), T0);
    result.fetch.status = status;
    result.completion = status == 200 ? COMPLETE_DONE : COMPLETE_GONE;
    storebox_commit(box, &result);
}

static void test_a_guess_that_missed_is_left_alone(void **state)
{
    static const struct {
        const char *via, *expected;
        int status;
        size_t polled; /* sources of the next run, which polls all */
    } cases[] = {{"guess", "dead", 404, 1}, {"robots", "failing", 404, 2}, {"guess", "ok", 200, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        poll_found_source(&box, cases[i].via, cases[i].status);
        storebox_expect(&box, "SELECT status FROM v_feeds WHERE source = 'sitemap'",
                        cases[i].expected);
        box.run.poll_all = true;
        storebox_next_run(&box, T0 + 1);
        assert_int_equal(storebox_lease(&box, T0 + 1, 10), cases[i].polled);
        storebox_close(&box);
    }
}

static void test_an_index_tells_what_changed(void **state)
{
    struct storebox box;
    struct found_record found = storebox_found("https://example.org/sitemap.xml");
    (void)state;
    poll_found_source(&box, "index", 200);
    storebox_do(&box, "UPDATE queue SET rank = rank + 864000000 WHERE path = '/sitemap.xml'");
    storebox_do(&box, "UPDATE feeds SET next_ms = next_ms + 864000000 WHERE source = 4");
    found.kind = URL_SOURCE;
    found.source = KIND_SITEMAP;
    for (int changed = 0; changed < 2; changed++) {
        int64_t now_ms = T0 + (changed + 1) * DAY;
        storebox_next_run(&box, now_ms);
        assert_int_equal(storebox_lease(&box, now_ms, 10), 1);
        struct result_record result = storebox_result(storebox_leased(&box, "/"), now_ms);
        found.published_ms = changed ? T0 + HOUR : T0 - HOUR;
        result.found = &found;
        result.found_count = 1;
        storebox_commit(&box, &result);
        assert_int_equal(storebox_lease(&box, now_ms, 10), changed);
    }
    storebox_close(&box);
}

/* The index names one sitemap or none, and when it changed. */
static void poll_index(struct storebox *box, bool names_it, int64_t lastmod_ms, int64_t now_ms)
{
    struct found_record found = storebox_found("https://example.org/2024.xml");
    struct result_record result = storebox_result(storebox_leased(box, "/sitemap.xml"), now_ms);
    found.kind = URL_SOURCE;
    found.source = KIND_SITEMAP;
    found.via = "index";
    found.depth = 1;
    found.published_ms = lastmod_ms;
    result.source.kind = "sitemap-index";
    result.found = &found;
    result.found_count = names_it;
    storebox_commit(box, &result);
}

static void start_index(struct storebox *box)
{
    struct found_record found = storebox_found("https://example.org/sitemap.xml");
    start(box, "site", "https://example.org/");
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    found.kind = URL_SOURCE;
    found.source = KIND_SITEMAP;
    found.via = "robots";
    result.found = &found;
    result.found_count = 1;
    storebox_commit(box, &result);
    storebox_lease(box, T0, 10);
    poll_index(box, true, T0 - 400 * DAY, T0);
    storebox_lease(box, T0, 10);
    storebox_answer(box, "/2024.xml", T0);
}

static void test_an_old_sitemap_is_asked_seldom(void **state)
{
    struct storebox box;
    (void)state;
    start_index(&box);
    storebox_expect(&box,
                    "SELECT (poll_min / 1440) || ' ' || listed_by FROM v_feeds WHERE depth = 1",
                    "30 https://example.org/sitemap.xml");
    storebox_close(&box);
}

static void test_a_sitemap_that_is_listed_no_longer_retires(void **state)
{
    static const char status[] = "SELECT status FROM v_feeds WHERE url LIKE '%2024.xml'";
    struct storebox box;
    (void)state;
    start_index(&box);
    storebox_next_run(&box, T0 + 40 * DAY);
    assert_int_equal(storebox_lease(&box, T0 + 40 * DAY, 10), 3);
    poll_index(&box, false, 0, T0 + 40 * DAY);
    storebox_expect(&box, status, "ok");
    /* one more look, and it has nothing new */
    storebox_answer(&box, "/2024.xml", T0 + 40 * DAY + 1);
    storebox_expect(&box, status, "retired");
    storebox_expect(&box, "SELECT count(*) FROM queue WHERE path = '/2024.xml'", "0");

    storebox_next_run(&box, T0 + 80 * DAY);
    assert_int_equal(storebox_lease(&box, T0 + 80 * DAY, 10), 2);
    poll_index(&box, true, T0 + 79 * DAY, T0 + 80 * DAY);
    storebox_expect(&box, status, "new");
    assert_int_equal(storebox_lease(&box, T0 + 80 * DAY, 10), 1);
    storebox_answer(&box, "/2024.xml", T0 + 80 * DAY);
    storebox_expect(&box, status, "ok");
    storebox_close(&box);
}

/* Validators are sent back as they came, but one poll in ten goes without. */
static void test_validators_are_left_out_now_and_then(void **state)
{
    struct storebox box;
    unsigned without = 0;
    (void)state;
    start(&box, "site", "https://example.org/");
    for (int poll = 0; poll < 30; poll++) {
        int64_t now_ms = T0 + poll * DAY;
        const struct url_lease *lease = storebox_leased(&box, "/");
        if (poll) {
            if (lease->etag)
                assert_string_equal(lease->etag, "W/\"a, b\"");
            assert_int_equal(lease->etag == NULL, lease->last_modified == NULL);
            assert_int_equal(lease->body_hash, 7);
            assert_int_equal(lease->told_hash, 9);
            without += lease->etag == NULL;
        }
        struct result_record result = storebox_result(lease, now_ms);
        result.etag = "W/\"a, b\"";
        result.last_modified = "yesterday, or so";
        result.fetch.body_hash = 7;
        result.source.told_hash = 9;
        result.unchanged = poll > 0;
        storebox_commit(&box, &result);
        storebox_next_run(&box, now_ms + DAY);
        assert_int_equal(storebox_lease(&box, now_ms + DAY, 10), 1);
    }
    assert_int_equal(without, 3);
    storebox_expect(&box, "SELECT polls || ' ' || unchanged FROM v_feeds", "30 1");
    storebox_close(&box);
}

static void test_what_is_no_url_is_left_out(void **state)
{
    static char endless[10000];
    struct storebox box;
    struct found_record found[] = {storebox_found("mailto:someone@example.org"),
                                   storebox_found(""),
                                   storebox_found("https:///path"),
                                   storebox_found(endless),
                                   storebox_found("https://example.org"),
                                   storebox_found("https://example.org/x")};
    (void)state;
    memset(endless, 'x', sizeof(endless) - 1);
    memcpy(endless, "https://example.org/", 20);
    found[5].kind = URL_SOURCE; /* of no kind */
    start(&box, "site", "https://example.org/");
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    result.found = found;
    result.found_count = 6;
    assert_int_equal(storebox_commit(&box, &result).found_new, 1);
    storebox_expect(&box, "SELECT url FROM v_urls WHERE state = 'waiting'", "https://example.org");
    storebox_close(&box);
}

static void test_who_told_of_an_article(void **state)
{
    struct storebox box;
    struct found_record found[2] = {storebox_found("https://example.org/feed"),
                                    storebox_found("https://example.org/a")};
    struct article_record article = storebox_article("Title", "Text");
    (void)state;
    start(&box, "site", "https://example.org/");
    struct result_record result = storebox_result(storebox_leased(&box, "/"), T0);
    found[0].kind = URL_SOURCE;
    found[0].source = KIND_FEED;
    result.found = found;
    result.found_count = 2;
    storebox_commit(&box, &result);
    storebox_lease(&box, T0, 10);
    result = storebox_result(storebox_leased(&box, "/a"), T0);
    result.article = &article;
    storebox_commit(&box, &result);
    result = storebox_result(storebox_leased(&box, "/feed"), T0);
    result.found = &found[1];
    result.found_count = 1;
    storebox_commit(&box, &result);
    storebox_expect(&box,
                    "SELECT group_concat(source_kind) FROM (SELECT * FROM v_url_sources "
                    "WHERE url LIKE '%/a' ORDER BY source_kind) x",
                    "feed,front");
    storebox_close(&box);
}

static void test_an_api_is_records_and_articles(void **state)
{
    struct storebox box;
    struct article_record articles[2] = {storebox_article("One", "Text one"),
                                         storebox_article("Two", "Text two")};
    struct api_row rows[] = {{"1", "{\"id\":1}", &articles[0], NULL},
                             {"2", "{\"id\":2}", &articles[1], NULL},
                             {"3", "{\"id\":3}", NULL, NULL}};
    (void)state;
    articles[0].url = "https://example.org/one";
    start(&box, "api", "https://api.example.org/v1/news");
    struct result_record result = storebox_result(storebox_leased(&box, "/news"), T0);
    assert_int_equal(result.lease.source, KIND_API);
    result.api_rows = rows;
    result.api_rows_count = 3;
    result.source.kind = "json-api";
    storebox_commit(&box, &result);
    storebox_expect(
        &box, "SELECT status || ' ' || records || ' ' || new || ifnull(error, '-') FROM v_apis",
        "200 3 3-");
    storebox_expect(&box, "SELECT sum(json_extract(data, '$.id')) FROM v_api_records", "6");
    storebox_expect(&box,
                    "SELECT group_concat(url, ' ') FROM (SELECT url FROM v_articles ORDER BY 1) x",
                    "https://api.example.org/v1/news#2 https://example.org/one");
    storebox_next_run(&box, T0 + DAY);
    storebox_lease(&box, T0 + DAY, 10);
    result = storebox_result(storebox_leased(&box, "/news"), T0 + DAY);
    result.api_rows = rows;
    result.api_rows_count = 3;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT records || ' ' || new FROM v_apis", "3 0");
    storebox_expect(&box, "SELECT count(*) FROM v_articles", "2");
    storebox_close(&box);
}

static void test_a_bad_record_spoils_nothing(void **state)
{
    static char deep[6001];
    struct storebox box;
    struct api_row rows[] = {
        {"deep", deep, NULL, NULL}, {"odd", "{not JSON", NULL, NULL}, {"good", "{}", NULL, NULL}};
    struct article_record article = storebox_article("Title", "Text");
    (void)state;
    memset(deep, '[', 3000);
    memset(deep + 3000, ']', 3000);
    article.free_access = 7;
    article.published_ms = INT64_MAX;
    rows[2].article = &article;
    start(&box, "api", "https://api.example.org/v1/news");
    struct result_record result = storebox_result(storebox_leased(&box, "/news"), T0);
    result.api_rows = rows;
    result.api_rows_count = 3;
    storebox_commit(&box, &result);
    if (!storebox_is_server()) /* which reads deeper */
        storebox_expect(&box, "SELECT group_concat(json_type(data)) FROM v_api_records",
                        "text,text,object");
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE free_access IS NULL", "1");
    storebox_close(&box);
}

static void test_robots_leave_their_row_and_their_verdict(void **state)
{
    struct storebox box;
    (void)state;
    start(&box, "site", "https://example.org/");
    struct url_lease robots = {.host_id = box.answer.hosts[0].host_id,
                               .kind = URL_ROBOTS,
                               .url = "https://example.org/robots.txt",
                               .hint_published_ms = MOMENT_NONE};
    struct result_record result = storebox_result(&robots, T0);
    result.host.robots_known = true;
    result.host.robots_status = 200;
    result.host.robots_fetched_ms = T0;
    result.host.robots_body = "User-agent: *\nDisallow: /x\n";
    result.host.crawl_delay_ms = 2000;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT kind || status FROM v_fetches", "robots200");
    storebox_expect(&box, "SELECT robots_status || '' || crawl_delay_ms FROM v_hosts", "2002000");
    result = storebox_result(storebox_leased(&box, "org/"), T0);
    result.completion = COMPLETE_RELEASED;
    storebox_commit(&box, &result);
    storebox_lease(&box, T0, 10);
    assert_int_equal(box.answer.hosts[0].robots_status, 200);
    assert_true(strstr(box.answer.hosts[0].robots_body, "Disallow: /x") != NULL);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_source_follows_its_redirect),
        cmocka_unit_test(test_the_same_target_twice),
        cmocka_unit_test(test_a_source_that_became_another),
        cmocka_unit_test(test_two_sources_lead_to_one_url),
        cmocka_unit_test(test_redirect_loops_of_articles),
        cmocka_unit_test(test_a_redirect_to_itself),
        cmocka_unit_test(test_another_spelling_is_asked),
        cmocka_unit_test(test_polls_adapt),
        cmocka_unit_test(test_skipped_urls_have_a_reason),
        cmocka_unit_test(test_what_one_site_skips_another_may_announce),
        cmocka_unit_test(test_a_guess_that_missed_is_left_alone),
        cmocka_unit_test(test_an_index_tells_what_changed),
        cmocka_unit_test(test_an_old_sitemap_is_asked_seldom),
        cmocka_unit_test(test_a_sitemap_that_is_listed_no_longer_retires),
        cmocka_unit_test(test_validators_are_left_out_now_and_then),
        cmocka_unit_test(test_what_is_no_url_is_left_out),
        cmocka_unit_test(test_who_told_of_an_article),
        cmocka_unit_test(test_an_api_is_records_and_articles),
        cmocka_unit_test(test_a_bad_record_spoils_nothing),
        cmocka_unit_test(test_robots_leave_their_row_and_their_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
