/* test_articles.c - one article, one row; edits are revisions; search follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "storage/text.h"
#include "support/storebox.h"

#define LONG_TEXT                                                                                  \
    "The council met on Monday evening and decided, after four hours of debate, to close the old " \
    "bridge over the river for two years. Traders in the old town had asked for a ferry; the "     \
    "mayor promised one by spring, if the state pays half of it."
/* FTS5 can tell whether its index fits the texts. */
static void check_index(const struct storebox *box)
{
    if (!storebox_is_server())
        storebox_do(box, "INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')");
}

static const char *const OTHER_TEXT =
    "Shares fell for a third day as investors waited for figures on inflation that are due on "
    "Thursday. Banks lost most; the price of oil hardly moved, and gold was a little dearer than "
    "at the end of last week, dealers in three cities said.";

/* A run in which the site's front page has told of /a, /b and /c. */
static void start(struct storebox *box)
{
    static const char *const urls[] = {"https://example.org/a", "https://example.org/b",
                                       "https://example.org/c"};
    struct found_record found[3];
    storebox_open(box);
    storebox_add(box, "site", "https://example.org/");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    for (int i = 0; i < 3; i++)
        found[i] = storebox_found(urls[i]);
    result.found = found;
    result.found_count = 3;
    storebox_commit(box, &result);
    assert_int_equal(storebox_lease(box, T0, 10), 3);
}

static struct commit_outcome put(struct storebox *box, const char *suffix,
                                 const struct article_record *article, int64_t now_ms)
{
    struct result_record result = storebox_result(storebox_leased(box, suffix), now_ms);
    result.article = article;
    return storebox_commit(box, &result);
}

/* The next run, in which `suffix` is looked at again. */
static void look_again(struct storebox *box, const char *suffix, int64_t now_ms)
{
    storebox_end(box, now_ms - 1);
    storebox_begin(box, now_ms);
    storebox_lease(box, now_ms, 20);
    assert_true(storebox_leased(box, suffix)->known);
}

/* Some sites give the address of one page on all of them: no article is lost by that. */
static void test_a_canonical_url_on_every_page_is_not_believed(void **state)
{
    struct storebox box;
    struct article_record bridge = storebox_article("Bridge closed", LONG_TEXT);
    struct article_record shares = storebox_article("Shares fall", OTHER_TEXT);
    (void)state;
    start(&box);
    bridge.canonical_url = shares.canonical_url = "https://example.org/c";
    assert_true(put(&box, "/a", &bridge, T0).article_new);
    assert_true(put(&box, "/c", &shares, T0).article_new); /* and it is the page's own */
    storebox_expect(&box, "SELECT group_concat(title || ' ' || url, ', ') FROM v_articles",
                    "Bridge closed https://example.org/a, Shares fall https://example.org/c");
    bridge = storebox_article("Ferry promised", "By spring a ferry crosses the river below.");
    bridge.canonical_url = "https://example.org/c";
    assert_true(put(&box, "/b", &bridge, T0).article_new);
    storebox_expect(&box, "SELECT url FROM v_articles WHERE title LIKE 'Ferry%'",
                    "https://example.org/b");
    storebox_close(&box);
}

/* What an AMP or mobile page brought is the article's own page's once that is met: no edit. */
static void test_an_article_moves_from_its_twin_to_its_own_address(void **state)
{
    struct storebox box;
    struct article_record twin = storebox_article("Bridge closed", LONG_TEXT);
    struct article_record own = storebox_article("Bridge closed", LONG_TEXT " He named no day.");
    (void)state;
    start(&box);
    twin.canonical_url = "https://example.org/b";
    assert_true(put(&box, "/a", &twin, T0).article_new);
    struct commit_outcome outcome = put(&box, "/b", &own, T0);
    assert_false(outcome.article_new || outcome.article_revised);
    storebox_expect(&box,
                    "SELECT u.url || a.rev_count || (a.body LIKE '%no day.')"
                    " || (a.revised_ms IS NULL) FROM articles a JOIN urls u USING (url_id)",
                    "https://example.org/b111");
    storebox_expect(&box,
                    "SELECT count(*) || '' || count(DISTINCT article_id) FROM v_urls"
                    " WHERE article_id IS NOT NULL",
                    "21");
    storebox_expect(&box, "SELECT count(*) FROM v_revisions", "1");
    storebox_expect_found(&box, "named", "1");
    look_again(&box, "/b", T0 + 2 * HOUR);
    own.title = "Bridge closed for good";
    assert_true(put(&box, "/b", &own, T0 + 2 * HOUR).article_revised);
    storebox_close(&box);
}

static void test_one_canonical_url_is_one_article(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Bridge closed", LONG_TEXT);
    (void)state;
    start(&box);
    article.canonical_url = "https://example.org/bridge";
    assert_true(put(&box, "/a", &article, T0).article_new);
    article.body = LONG_TEXT " Corrected.";
    struct commit_outcome outcome = put(&box, "/b", &article, T0);
    assert_false(outcome.article_new || outcome.article_revised);
    storebox_expect(&box, "SELECT count(*) FROM v_articles", "1");
    storebox_expect(&box, "SELECT url FROM v_articles", "https://example.org/bridge");
    storebox_expect(
        &box, "SELECT count(DISTINCT article_id) || '' || count(article_id) FROM v_urls", "12");
    storebox_close(&box);
}

static void test_same_title_and_day_need_nearly_the_same_text(void **state)
{
    static const struct {
        const char *name, *body;
        int64_t days;
        bool expected_new;
    } cases[] = {
        {"the same text", LONG_TEXT, 0, false},
        {"a small edit", LONG_TEXT " It reopens in May.", 0, false},
        {"another text: a ticker", NULL, 0, true},
        {"another day", LONG_TEXT, 3, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        struct article_record article = storebox_article("News in brief", LONG_TEXT);
        start(&box);
        article.published_ms = T0 - 10 * DAY;
        put(&box, "/a", &article, T0);
        article.body = cases[i].body ? cases[i].body : OTHER_TEXT;
        article.published_ms += cases[i].days * DAY;
        if (put(&box, "/b", &article, T0).article_new != cases[i].expected_new)
            fail_msg("%s", cases[i].name);
        storebox_close(&box);
    }
}

static void test_edits_are_revisions(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Bridge to close", LONG_TEXT);
    (void)state;
    start(&box);
    put(&box, "/a", &article, T0);
    storebox_expect(&box, "SELECT rev || ':' || title FROM v_revisions", "1:Bridge to close");

    look_again(&box, "/a", T0 + 2 * HOUR);
    assert_false(put(&box, "/a", &article, T0 + 2 * HOUR).article_revised);
    look_again(&box, "/a", T0 + 7 * HOUR);
    article.title = "Bridge closes";
    assert_true(put(&box, "/a", &article, T0 + 7 * HOUR).article_revised);
    look_again(&box, "/a", T0 + 13 * HOUR);
    article.body = OTHER_TEXT;
    article.lead = "A lead";
    assert_true(put(&box, "/a", &article, T0 + 13 * HOUR).article_revised);

    storebox_expect(&box, "SELECT title || rev_count FROM v_articles", "Bridge closes3");
    storebox_expect(&box,
                    "SELECT group_concat(rev || ifnull(changed, '-') || title, ' ') FROM "
                    "(SELECT * FROM v_revisions ORDER BY rev) x",
                    "1-Bridge to close 2titleBridge closes 3lead,bodyBridge closes");
    storebox_expect(&box, "SELECT before || '>' || after FROM v_headline_changes",
                    "Bridge to close>Bridge closes");
    storebox_expect_found(&box, "ferry", "0");
    storebox_expect_found(&box, "shares", "1");
    check_index(&box);
    storebox_close(&box);
}

/* A newer extractor reads other texts out of the same bytes: nobody has edited anything. */
static void test_the_same_page_read_better_is_no_revision(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Home | Bridge to close", LONG_TEXT);
    (void)state;
    start(&box);
    struct result_record result = storebox_result(storebox_leased(&box, "/a"), T0);
    result.article = &article;
    result.fetch.body_hash = 7;
    assert_true(storebox_commit(&box, &result).article_new);
    storebox_do(&box, "UPDATE articles SET extractor = 'older', section = 'Menu'");
    article.title = "Bridge to close";
    article.body = OTHER_TEXT;

    look_again(&box, "/a", T0 + 2 * HOUR);
    result = storebox_result(storebox_leased(&box, "/a"), T0 + 2 * HOUR);
    result.article = &article;
    result.fetch.body_hash = 7;
    assert_false(storebox_commit(&box, &result).article_revised);
    storebox_expect(&box,
                    "SELECT title || rev_count || ifnull(changed, '-') || ifnull(revised_ms, '-')"
                    " || ifnull(section, '-') FROM articles",
                    "Bridge to close1---");
    storebox_expect(&box, "SELECT extractor <> 'older' FROM articles", "1");
    storebox_expect(&box, "SELECT count(*) FROM v_revisions", "1");
    storebox_expect_found(&box, "shares", "1");
    check_index(&box);

    look_again(&box, "/a", T0 + 8 * HOUR); /* looked at as ever */
    article.title = "Bridge closes";
    result = storebox_result(storebox_leased(&box, "/a"), T0 + 8 * HOUR);
    result.article = &article;
    result.fetch.body_hash = 8;
    assert_true(storebox_commit(&box, &result).article_revised);
    storebox_close(&box);
}

static void test_a_vanished_article_is_marked(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Bridge closed", LONG_TEXT);
    (void)state;
    start(&box);
    put(&box, "/a", &article, T0);
    look_again(&box, "/a", T0 + 2 * HOUR);
    struct result_record result = storebox_result(storebox_leased(&box, "/a"), T0 + 2 * HOUR);
    result.completion = COMPLETE_GONE;
    result.fetch.status = 410;
    result.why = "HTTP 410";
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT gone IS NOT NULL FROM v_articles", "1");
    storebox_expect(&box, "SELECT state FROM v_urls WHERE url LIKE '%/a'", "gone");
    storebox_close(&box);
}

static void test_a_moved_article_keeps_its_row(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Bridge closed", LONG_TEXT);
    struct found_record target = storebox_found("https://example.org/2025/bridge");
    (void)state;
    start(&box);
    article.published_ms = T0 - HOUR;
    put(&box, "/a", &article, T0);
    look_again(&box, "/a", T0 + 3 * HOUR);
    struct result_record result = storebox_result(storebox_leased(&box, "/a"), T0 + 3 * HOUR);
    target.via = "redirect";
    target.hops = 1;
    result.fetch.status = 301;
    result.fetch.redirect_url = target.url;
    result.found = &target;
    result.found_count = 1;
    assert_int_equal(storebox_commit(&box, &result).found_new, 1);
    storebox_lease(&box, T0 + 3 * HOUR, 10);
    assert_int_equal(storebox_leased(&box, "/bridge")->hops, 1);
    article.body = LONG_TEXT " Updated.";
    assert_true(put(&box, "/bridge", &article, T0 + 3 * HOUR).article_revised);
    storebox_expect(&box, "SELECT count(*) || min(url) FROM v_articles",
                    "1https://example.org/2025/bridge");
    storebox_close(&box);
}

static void test_bad_dates_lose_no_article(void **state)
{
    static const struct {
        const char *name;
        int64_t published_ms;
        const char *expected;
    } cases[] = {
        {"none", MOMENT_NONE, ""},
        {"a plausible one", T0 - HOUR, "2025-06-15T14:06:40Z"},
        {"before the epoch", -86400000, "1969-12-31T00:00:00Z"},
        {"far ahead", T0 + 400 * DAY, ""},
        {"the largest", INT64_MAX, ""},
        {"the smallest", INT64_MIN + 1, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        struct article_record article = storebox_article("Title", LONG_TEXT);
        start(&box);
        article.published_ms = article.modified_ms = cases[i].published_ms;
        article.published_from = "meta";
        put(&box, "/a", &article, T0);
        if (strcmp(storebox_ask(&box, "SELECT published FROM v_articles"), cases[i].expected) != 0)
            fail_msg("%s: %s", cases[i].name,
                     storebox_ask(&box, "SELECT published FROM v_articles"));
        storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE pub_day IS NOT NULL", "1");
        storebox_close(&box);
    }
}

static void test_what_hangs_on_an_article(void **state)
{
    struct storebox box;
    const char *authors[] = {"Ann Example", "Bob Sample", "ann example"};
    const char *tags[] = {"Politics", "politics", "Bridges"};
    struct link_record links[] = {
        {.url = "https://www.other.example/x", .anchor = "a report", .in_body = true},
        {.url = "https://m.third.example:8080/y", .domain = "third.example", .in_body = true},
        {.url = "https://example.org/imprint"},
    };
    struct article_record article = storebox_article("Title", LONG_TEXT);
    (void)state;
    start(&box);
    article.authors = authors;
    article.authors_count = 3;
    article.tags = tags;
    article.tags_count = 3;
    struct result_record result = storebox_result(storebox_leased(&box, "/a"), T0);
    result.article = &article;
    result.links = links;
    result.links_count = 3;
    storebox_commit(&box, &result);
    storebox_expect(&box, "SELECT authors FROM v_articles", "Ann Example; Bob Sample");
    storebox_expect(&box, "SELECT count(*) FROM article_tags", "2");
    storebox_expect(
        &box,
        "SELECT group_concat(to_domain) FROM (SELECT * FROM v_links ORDER BY to_domain DESC) x",
        "third.example,other.example");
    storebox_close(&box);
}

static void test_search_can_catch_up(void **state)
{
    struct storebox box;
    struct article_record article = storebox_article("Bridge", LONG_TEXT);
    (void)state;
    start(&box);
    put(&box, "/a", &article, T0);
    storebox_end(&box, T0);
    box.run.search = false;
    storebox_begin(&box, T0 + 2 * HOUR);
    storebox_lease(&box, T0 + 2 * HOUR, 10);
    article.body = OTHER_TEXT; /* indexed before, now edited without search */
    put(&box, "/a", &article, T0 + 2 * HOUR);
    storebox_end(&box, T0 + 2 * HOUR);
    storebox_expect_found(&box, "shares", "0");
    storebox_expect(&box, "SELECT count(*) FROM search_backlog", "1");
    check_index(&box);

    box.run.search = true;
    storebox_begin(&box, T0 + 3 * HOUR);
    storebox_expect_found(&box, "shares", "1");
    storebox_expect(&box, "SELECT count(*) FROM search_backlog", "0");
    storebox_end(&box, T0 + 3 * HOUR);
    storebox_do(&box, "DELETE FROM articles");
    storebox_expect_found(&box, "shares", "0");
    storebox_close(&box);
}

static void test_raw_pages_are_kept_once_and_for_a_time(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    static const char *const suffixes[] = {"/a", "/b"};
    for (int i = 0; i < 2; i++) {
        struct result_record result = storebox_result(storebox_leased(&box, suffixes[i]), T0);
        result.raw = (struct raw_record){"content-type: text/html", "<p>x", 4, "none"};
        result.fetch.body_hash = 42;
        storebox_commit(&box, &result);
    }
    storebox_expect(
        &box, "SELECT count(*) || '' || count(DISTINCT data) FROM v_results WHERE data > ''", "21");
    storebox_end(&box, T0);
    storebox_begin(&box, T0 + 40 * DAY);
    store_checkpoint(box.store);
    storebox_expect(&box, "SELECT count(*) FROM raw_pages", "0");
    storebox_expect(&box, "SELECT count(*) FROM v_results", "3");
    storebox_end(&box, T0 + 40 * DAY);
    storebox_begin(&box, T0 + 100 * DAY);
    store_checkpoint(box.store);
    storebox_expect(&box, "SELECT count(*) FROM v_results", "0");
    storebox_expect(&box, "SELECT requests FROM v_run WHERE run_id = 1", "3");
    storebox_close(&box);
}

/* Of equal pages the second costs nothing; the oldest make room, be it in this run or the next. */
static void test_raw_pages_have_a_size_limit(void **state)
{
    enum { PAGES = 10, BODY = 1000, HEADERS = 23 };
    struct storebox box;
    char page[BODY], url[64];
    (void)state;
    storebox_open(&box);
    box.run.max_raw_bytes = 4 * (BODY + HEADERS);
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof(url), "https://host%d.example/page%d", i, i);
        storebox_add(&box, "page", url);
    }
    storebox_begin(&box, T0);
    storebox_lease(&box, T0, PAGES);
    memset(page, 'x', sizeof(page));
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof(url), "/page%d", i);
        struct result_record result = storebox_result(storebox_leased(&box, url), T0 + i * DAY);
        page[0] = (char)('a' + i / 2);
        result.raw = (struct raw_record){"content-type: text/html", page, BODY, "none"};
        result.fetch.body_hash = (uint64_t)(1 + i / 2);
        storebox_commit(&box, &result);
        assert_int_equal(store_checkpoint(box.store), 0);
    }
    const char *kept = "SELECT group_concat(substr(body, 1, 1), '') FROM"
                       " (SELECT body FROM raw_pages ORDER BY last_ms) x";
    storebox_expect(&box, kept, "bcde");
    storebox_end(&box, T0 + PAGES * DAY);
    box.run.max_raw_bytes = 2 * (BODY + HEADERS) + 1;
    storebox_begin(&box, T0 + PAGES * DAY);
    store_checkpoint(box.store);
    storebox_expect(&box, kept, "de");
    storebox_end(&box, T0 + PAGES * DAY);
    box.run.max_raw_bytes = 0;
    storebox_begin(&box, T0 + PAGES * DAY);
    store_checkpoint(box.store);
    storebox_expect(&box, kept, "de");
    storebox_close(&box);
}

static void test_words(void **state)
{
    static const struct {
        const char *name, *text;
        int64_t expected;
    } cases[] = {
        {"none", "", 0},
        {"only marks", "… — ! 。", 0},
        {"Latin", "It's a well-known fact, isn't it?", 6},
        {"umlauts", "Über die Brücke", 3},
        {"Chinese: characters", "新闻数据库", 5},
        {"Chinese with Latin", "用SQL查询", 4},
        {"Japanese with marks", "「東京」、大阪。", 4},
        {"Korean: by spaces", "뉴스 데이터베이스", 2},
        {"Thai: four letters", "ข่าวสารทั้งหมด", 4},
        {"Cyrillic", "Новости дня", 2},
        {"cut UTF-8 at the end", "abc \xe6\x96", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (text_measure(cases[i].text).words != cases[i].expected)
            fail_msg("%s: %d words", cases[i].name, (int)text_measure(cases[i].text).words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_canonical_url_is_one_article),
        cmocka_unit_test(test_a_canonical_url_on_every_page_is_not_believed),
        cmocka_unit_test(test_an_article_moves_from_its_twin_to_its_own_address),
        cmocka_unit_test(test_same_title_and_day_need_nearly_the_same_text),
        cmocka_unit_test(test_edits_are_revisions),
        cmocka_unit_test(test_the_same_page_read_better_is_no_revision),
        cmocka_unit_test(test_a_vanished_article_is_marked),
        cmocka_unit_test(test_a_moved_article_keeps_its_row),
        cmocka_unit_test(test_bad_dates_lose_no_article),
        cmocka_unit_test(test_what_hangs_on_an_article),
        cmocka_unit_test(test_search_can_catch_up),
        cmocka_unit_test(test_raw_pages_are_kept_once_and_for_a_time),
        cmocka_unit_test(test_raw_pages_have_a_size_limit),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
