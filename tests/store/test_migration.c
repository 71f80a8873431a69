/* test_migration.c - databases of every version before are brought up to date with all they hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "support/storebox.h"

/* A site whose host has something in every band of the queue; all moments are whole seconds. */
static const char *const version_1 =
    "INSERT INTO meta(key, value) VALUES ('hash_seed', '7'), ('queued', '5');"
    "INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1749990000000, 'h', 1, '', "
    "'[]');"
    "INSERT INTO sites(home_url, domain, added_ms) VALUES ('https://example.org/', 'example.org', "
    "1);"
    "INSERT INTO hosts(origin, site_id) VALUES ('https://example.org', 1);"
    "INSERT INTO feeds(site_id, host_id, hash, url, source, found_via, status)"
    "  VALUES (1, 1, 655360, 'https://example.org/', 1, 'config', 'ok');"
    "INSERT INTO seen VALUES (1, 655360), (1, 655361000), (1, -720896), (1, 851968),"
    " (1, 917504), (1, 983040);"
    "INSERT INTO urls(host_id, hash, site_id, kind, state, found_ms, url)"
    "  VALUES (1, 983040, 1, 2, 'denied', 1749999000000, 'https://example.org/denied');"
    "INSERT INTO urls(host_id, hash, site_id, kind, state, found_ms, url)"
    "  VALUES (1, 1048576, 1, 2, 'done', 1749999000000, 'https://example.org/old-12345');"
    "INSERT INTO articles(site_id, url_id, first_seen_ms, text_hash, extractor, canonical_url, "
    "title)"
    "  VALUES (1, 2, 1749999000000, 1, '', 'https://example.org/old-12345', 'Old');"
    "INSERT INTO article_revisions(article_id, rev, seen_ms, text_hash, words, title)"
    "  VALUES (1, 1, 1749990000000, 2, 1, 'Older');"
    "INSERT INTO raw_pages(body_hash, last_ms, codec, headers, body)"
    "  VALUES (1, 1750000000000, 'br', 'Server: x', zeroblob(1991));"
    "INSERT INTO takedowns(pattern, reason, at_ms) VALUES ('old', 'why', 1749999000000);"
    "INSERT INTO queue(host_id, band, rank, hash, kind, site_id, feed_id, tries, found_ms,"
    "                  hint_published_ms, hint_title, path) VALUES"
    "  (1, 0, 0, 655360, 9, 1, 1, 0, 1749999000000, NULL, NULL, '/'),"
    "  (1, 1, -1749990000000, 655361000, 2, 1, 1, 0, 1749999000000, NULL, 'Title', '/dated'),"
    "  (1, 1, -1749996000000, -720896, 2, 1, 1, 0, NULL, NULL, NULL, '/undated'),"
    "  (1, 2, 1749999500000, 851968, 2, 1, 1, 1, 1749999000000, 1749980000000, NULL, '/retry'),"
    "  (1, 3, 1749999600000, 917504, 2, 1, 1, 0, 1749999000000, NULL, NULL, '/again');"
    "INSERT INTO urls(url_id, host_id, hash, site_id, kind, state, found_ms, url) VALUES"
    "  (11, 1, 10485760, 1, 1, 'done', 1749999000000, 'https://example.org/front'),"
    "  (12, 1, 11534336, 1, 2, 'done', 1749999000000, 'https://example.org/12');"
    "INSERT INTO articles(site_id, url_id, first_seen_ms, words, free_access, text_hash, extractor,"
    "                     canonical_url, title)"
    "  VALUES (1, 12, 1749999300000, 80, 0, 1, '', 'https://example.org/12', 'Title');"
    "INSERT INTO fetches(run_id, url_id, attempt, started_ms, status, error) VALUES"
    "  (1, 11, 1, 1749999100000, 200, NULL), (1, 12, 1, 1749999200000, 429, 'throttled'),"
    "  (1, 12, 2, 1749999300000, 200, NULL),"
    "  (1, 11, 1, 1739999100000, 200, NULL);";

static void run_sql(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message))
        fail_msg("%s", message);
}

/* Stands for the program's own function, which 0022 asks: none of these databases had stories. */
static void no_story_keys(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_text(context, "[]", -1, SQLITE_STATIC);
}

/* A database as that version of the program left it, opened by this one: `first` is what the first
 * version put into it, `last` what that one did; NULL: nothing. */
static void open_made(struct storebox *box, size_t version, const char *first, const char *last)
{
    sqlite3 *db;
    char pragma[96];
    snprintf(pragma, sizeof(pragma),
             "PRAGMA application_id = 0x6e657773; PRAGMA user_version = %zu;", version);
    storebox_open(box);
    store_close(box->store);
    box->store = NULL;
    assert_int_equal(remove(box->path), 0);
    assert_int_equal(sqlite3_open(box->path, &db), SQLITE_OK);
    run_sql(db, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;");
    sqlite3_create_function(db, "story_keys_of", 2, SQLITE_UTF8, NULL, no_story_keys, NULL, NULL);
    run_sql(db, sql_migrations[0]);
    run_sql(db, first ? first : "");
    for (size_t i = 1; i < version; i++)
        run_sql(db, sql_migrations[i]);
    run_sql(db, last ? last : "");
    run_sql(db, pragma);
    sqlite3_close(db);
    storebox_reopen(box);
}

/* An analyst's own: on our views and tables, on such a view, and with a trigger. */
static const char *const own_views =
    "CREATE VIEW v_articles AS SELECT 'of that version' AS title FROM articles;"
    "CREATE VIEW own_waiting AS SELECT * FROM queue;"
    "CREATE VIEW \"own; titles\" AS SELECT title AS of_it FROM v_articles -- all\n;"
    "CREATE VIEW own_count AS SELECT count(*) AS titles FROM \"own; titles\";"
    "CREATE TABLE own_notes (note TEXT);"
    "CREATE TRIGGER own_note INSTEAD OF INSERT ON own_count BEGIN"
    "  INSERT INTO own_notes VALUES (NEW.titles); END;";

/* One of the first version that was brought to `version` long ago. */
static void open_version(struct storebox *box, size_t version)
{
    open_made(box, version, version_1, own_views);
}

static void expect_what_waits_is_leased(size_t version)
{
    static const struct {
        const char *url, *title;
        int band;
        unsigned tries;
        int64_t found_ms, published_ms;
    } expected[] = {
        {"https://example.org/", NULL, 0, 0, T0 - 1000000, MOMENT_NONE},
        {"https://example.org/undated", NULL, 1, 0, T0 - 4000000, MOMENT_NONE},
        {"https://example.org/dated", "Title", 1, 0, T0 - 1000000, T0 - 10000000},
        {"https://example.org/retry", NULL, 2, 1, T0 - 1000000, T0 - 20000000},
        {"https://example.org/again", NULL, 3, 0, T0 - 1000000, MOMENT_NONE},
    };
    struct storebox box;
    struct lease_request request = {.now_ms = T0, .urls_max = 10, .urls_per_host = 10};
    open_version(&box, version);
    storebox_begin(&box, T0);
    assert_int_equal(store_lease(box.store, &request, &box.answer), 0);
    assert_int_equal(box.answer.queued, 5);
    assert_int_equal(box.answer.hosts_count, 1);
    assert_int_equal(box.answer.hosts[0].urls_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct url_lease *url = &box.answer.hosts[0].urls[i];
        assert_string_equal(url->url, expected[i].url);
        assert_int_equal(url->band, expected[i].band);
        assert_int_equal(url->tries, expected[i].tries);
        assert_true(url->found_ms == expected[i].found_ms);
        assert_true(url->hint_published_ms == expected[i].published_ms);
        assert_true(expected[i].title ? strcmp(url->hint_title, expected[i].title) == 0
                                      : !url->hint_title);
        struct result_record result = storebox_result(url, T0);
        assert_false(storebox_commit(&box, &result).lost);
    }
    storebox_end(&box, T0);
    storebox_expect(&box, "SELECT group_concat(band) FROM queue", "0"); /* its next poll */
    storebox_expect(&box,
                    "SELECT count(*) > 15 AND count(*) = count(f.\"to\") FROM sqlite_schema s,"
                    " pragma_foreign_key_list(s.name) f WHERE s.type = 'table'",
                    "1"); /* Datasette wants to know where they lead */
    storebox_expect(&box, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    storebox_expect(&box, "PRAGMA integrity_check", "ok");
    storebox_close(&box);
}

/* What is stored tells each site's days, so that the first run already has a past to compare with.
 */
static void test_sites_have_a_past(void **state)
{
    struct storebox box;
    (void)state;
    open_version(&box, 1);
    storebox_expect(&box,
                    "SELECT day || ' ' || polls || polls_ok || pages || refused || articles ||"
                    "       titled || bodied || dated || authored || ' ' || words || open || walled"
                    "  FROM site_days",
                    "20254 110122100 8011");
    storebox_close(&box);
}

static void test_views_and_rules_stay(void **state)
{
    struct storebox box;
    char expected[16];
    (void)state;
    open_version(&box, 1);
    snprintf(expected, sizeof(expected), "%d", SQL_MIGRATIONS_COUNT);
    storebox_expect(&box, "PRAGMA user_version", expected);
    storebox_expect(&box, "SELECT state FROM v_urls WHERE url LIKE '%/denied'", "denied");
    storebox_expect(&box, "SELECT found FROM v_urls WHERE url LIKE '%/undated'",
                    "2025-06-15T14:00:00Z");
    storebox_expect(&box, "SELECT title || first_seen_ms FROM v_articles", "Old1749999000000");
    storebox_expect(&box, "SELECT waiting FROM v_hosts", "5");
    storebox_expect(&box,
                    "SELECT total(ifnull(length(body), 0) + length(headers)) FROM raw_pages"
                    " INDEXED BY raw_pages_last",
                    "2000.0");
    storebox_expect(&box, "SELECT base_id IS NULL FROM raw_pages", "1");
    storebox_expect(&box, "SELECT new_queued FROM hosts", "2");
    storebox_expect(&box, "SELECT slowed FROM v_hosts", "0");
    storebox_expect(&box, "SELECT pattern || reason || (done IS NULL) FROM v_takedowns", "oldwhy1");
    storebox_expect(&box, "SELECT group_concat(hash) FROM seen", "-11,10,13,14,15,10000");
    storebox_expect(&box, "SELECT group_concat(hash) FROM urls", "15,16,160,176");
    storebox_expect(&box, "SELECT group_concat(hash) FROM feeds", "10");
    storebox_expect(&box, "SELECT group_concat(kind) FROM v_urls WHERE state = 'waiting'",
                    "source,article,article,article,article");
    storebox_expect(&box, "SELECT coalesce(extractor, 'none') FROM urls", "none");
    storebox_expect(&box, "SELECT title || coalesce(extractor, 'none') FROM article_revisions",
                    "Oldernone");
    storebox_expect(&box, "SELECT source || status || polls || coalesce(newest, '') FROM v_feeds",
                    "frontok0");
    storebox_expect(&box,
                    "SELECT count(*) FROM urls INDEXED BY urls_forms"
                    " WHERE redirect_hash IS NOT NULL AND asked_ms IS NULL",
                    "0");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(box.path, &db), SQLITE_OK);
    static const char *const refused[] = {
        "UPDATE urls SET state = 'lost'",        "UPDATE feeds SET status = 'asleep'",
        "UPDATE raw_pages SET codec = 'zip'",    "UPDATE queue SET path = NULL",
        "INSERT INTO queue SELECT * FROM queue",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        if (sqlite3_exec(db, refused[i], NULL, NULL, NULL) != SQLITE_CONSTRAINT)
            fail_msg("%s: %s", refused[i], sqlite3_errmsg(db));
    run_sql(db, "UPDATE urls SET state = 'gone'; UPDATE feeds SET status = 'dead';"
                "UPDATE raw_pages SET codec = 'zstd';");
    sqlite3_close(db);
    storebox_close(&box);
}

static void test_own_views_stay(void **state)
{
    struct storebox box;
    (void)state;
    for (size_t version = 1; version <= SQL_MIGRATIONS_COUNT; version += SQL_MIGRATIONS_COUNT - 2) {
        open_version(&box, version);
        storebox_expect(&box, "SELECT min(of_it) FROM \"own; titles\"", "Old");
        storebox_expect(&box, "SELECT titles FROM own_count", "2");
        storebox_expect(&box, "SELECT count(*) FROM own_waiting", "5");
        storebox_do(&box, "INSERT INTO own_count VALUES ('noted')");
        storebox_expect(&box, "SELECT note FROM own_notes", "noted");
        storebox_close(&box);
    }
}

/* A database of version 13 with articles in the index of that time, one more on the backlog. */
static const char *const version_13 =
    "INSERT INTO meta(key, value) VALUES ('hash_seed', '7');"
    "INSERT INTO sites(home_url, domain, added_ms) VALUES ('https://example.org/', 'example.org', "
    "1);"
    "INSERT INTO hosts(origin, site_id) VALUES ('https://example.org', 1);"
    "INSERT INTO urls(host_id, hash, site_id, kind, state, found_ms, url) VALUES"
    "  (1, 1, 1, 2, 'done', 1, 'https://example.org/en'),"
    "  (1, 2, 1, 2, 'done', 1, 'https://example.org/zh'),"
    "  (1, 3, 1, 2, 'done', 1, 'https://example.org/later'),"
    "  (1, 4, 1, 2, 'done', 1, 'https://example.org/name');"
    "INSERT INTO articles(site_id, url_id, first_seen_ms, text_hash, extractor, canonical_url, "
    "title, body) VALUES"
    "  (1, 1, 1, 1, '', 'https://example.org/en', 'Bridge', 'The new bridge opened.'),"
    "  (1, 2, 1, 1, '', 'https://example.org/zh', '新桥', '横跨大河的新桥星期五开通。'),"
    "  (1, 3, 1, 1, '', 'https://example.org/later', '新船', '渡轮继续运营。'),"
    "  (1, 4, 1, 1, '', 'https://example.org/name', 'A paper', 'The 人民日报, a paper, wrote of "
    "the ferry and of the bridge, which it had long asked for and then got, as towns on "
    "rivers do.');"
    "INSERT INTO articles_fts(rowid, title, lead, body)"
    "  SELECT article_id, title, lead, body FROM articles WHERE article_id <> 3;"
    "INSERT INTO search_backlog VALUES (3);";

static void test_texts_without_spaces_find_their_index(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 13, NULL, version_13);
    static const char integrity[] =
        "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1);"
        "INSERT INTO articles_fts_cjk(articles_fts_cjk) VALUES ('integrity-check')";
    storebox_do(&box, integrity);
    storebox_expect(&box, "SELECT group_concat(article_id) FROM search_backlog", "2,3,4");
    storebox_expect(&box, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'bridge'", "1");
    storebox_begin(&box, T0); /* a run that has nothing else to do */
    storebox_do(&box, integrity);
    storebox_expect(&box, "SELECT count(*) FROM search_backlog", "0");
    storebox_expect(
        &box, "SELECT group_concat(rowid) FROM articles_fts WHERE articles_fts MATCH 'bridge'",
        "1,4");
    storebox_expect(&box, "SELECT group_concat(rowid) FROM articles_fts_cjk", "2,3");
    storebox_expect(&box, "PRAGMA integrity_check", "ok");
    storebox_do(&box, "DELETE FROM articles");
    storebox_do(&box, integrity);
    storebox_close(&box);
}

static void test_every_version_before_is_brought_up_to_date(void **state)
{
    (void)state;
    for (size_t version = 1; version < SQL_MIGRATIONS_COUNT; version++) {
        print_message("from version %zu\n", version);
        expect_what_waits_is_leased(version);
    }
}

#define NEWS                                                                                       \
    "The ferry will run again from Monday, the company said, after its engine had been mended in " \
    "the yard upstream. It had stopped in the autumn, when a log went into the screw; since then " \
    "the people of both banks have taken the bridge, which is nine kilometres further down."

/* A database of version 21 with articles noted under the keys of that time; one was revised. */
static const char *const version_21 =
    "INSERT INTO meta(key, value) VALUES ('hash_seed', '7'), ('queued', '0');"
    "INSERT INTO runs(started_ms, host, pid, version, argv) VALUES (1749990000000, 'h', 1, '', "
    "'[]');"
    "INSERT INTO sites(home_url, domain, added_ms) VALUES ('https://example.org/', 'example.org', "
    "1);"
    "INSERT INTO hosts(origin, site_id) VALUES ('https://example.org', 1);"
    "INSERT INTO urls(host_id, hash, site_id, kind, state, found_ms, url) VALUES"
    "  (1, 1, 1, 2, 'done', 1, 'https://example.org/1'),"
    "  (1, 2, 1, 2, 'done', 1, 'https://example.org/2'),"
    "  (1, 3, 1, 2, 'done', 1, 'https://example.org/3');"
    "INSERT INTO articles(site_id, url_id, first_seen_ms, published_ms, rev_count, text_hash,"
    "                     simhash, extractor, canonical_url, title, body) VALUES"
    "  (1, 1, 1749000000000, NULL, 1, 1, 1, '', 'https://example.org/1', 'Old', '" NEWS "'),"
    "  (1, 2, 1749980000000, 1749970000000, 2, 1, 1, '', 'https://example.org/2', 'New', 'Gone.'),"
    "  (1, 3, 1749980000000, NULL, 1, 1, 1, '', 'https://example.org/3', 'No text', NULL);"
    "INSERT INTO article_revisions(article_id, rev, seen_ms, text_hash, words, body) VALUES"
    "  (2, 1, 1749980000000, 1, 50, '" NEWS "');"
    "INSERT INTO search_backlog SELECT article_id FROM articles;"
    "INSERT INTO story_keys VALUES (10871635968, 1), (10871635969, 1), (10871635968, 2);";

static void test_texts_are_noted_anew(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 21, NULL, version_21);
    storebox_expect(&box,
                    "SELECT group_concat(DISTINCT article_id) || ' ' || count(*) || ' ' ||"
                    "       group_concat(DISTINCT key >> 32) FROM story_keys",
                    "2 5 2531");
    box.run.keep_articles_ms = DAY; /* by which keys they go, shows that those are today's */
    storebox_begin(&box, T0 + DAY);
    assert_int_equal(store_checkpoint(box.store), 0);
    storebox_expect(&box, "SELECT group_concat(title) FROM articles", "No text");
    storebox_expect(&box, "SELECT count(*) FROM story_keys", "0");
    storebox_close(&box);
}

/* What pages and header fields had asked, they ask still. */
static const char *const version_22 = "INSERT INTO reservations VALUES (1, 1, 0, 0), (2, 0, 1, 1)";

static void test_reservations_stay(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 22, version_1, version_22);
    storebox_expect(&box,
                    "SELECT group_concat(article_id || ':' || noindex || noarchive || tdm_reserved"
                    " || coalesce(may_train, '-') || coalesce(rights_from, '-'), ', ')"
                    "  FROM v_articles",
                    "1:100-page header, 2:011-page header");
    storebox_expect(
        &box,
        "SELECT robots_rights || coalesce(may_train, '-') FROM hosts JOIN v_hosts USING (origin)",
        "0-");
    storebox_expect(&box,
                    "SELECT \"table\" || on_delete FROM pragma_foreign_key_list('reservations')",
                    "articlesCASCADE");
    storebox_close(&box);
}

/* The version before hosts were asked for files of their own. */
static const char *const version_26 =
    "INSERT INTO reservations(article_id, page, head, robots) VALUES (1, 0, 2, 0), (2, 0, 0, 8)";

static void test_reservations_of_version_26_stay(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 26, version_1, version_26);
    storebox_expect(&box,
                    "SELECT group_concat(article_id || ':' || page || head || robots || files ||"
                    " ' ' || said, ', ') FROM reservations",
                    "1:0200 2, 2:0080 8");
    storebox_expect(&box, "SELECT group_concat(rights_from) FROM v_articles", "header,robots.txt");
    storebox_expect(&box,
                    "SELECT tdm_reserved || (ai_txt_asked IS NULL) || (tdmrep_status IS NULL)"
                    "  FROM v_hosts",
                    "011");
    storebox_close(&box);
}

/* Sites keep what they had, and have nothing of what came then. */
static const char *const version_28 =
    "UPDATE sites SET name = 'The One', note = 'a note', enabled = 0, min_delay_ms = 5000,"
    "  max_per_run = 7, rules = '{\"items\":\"/x\"}', folder = 'News';";

static void test_settings_of_version_28_stay(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 28, version_1, version_28);
    storebox_expect(&box,
                    "SELECT name || note || enabled || min_delay_ms || max_per_run || rules ||"
                    " folder || cookie_jar FROM sites",
                    "The Onea note050007{\"items\":\"/x\"}News0");
    storebox_expect(&box,
                    "SELECT count(*) FROM sites WHERE coalesce(per_host, timeout_ms, sources,"
                    " user_agent) IS NULL",
                    "1");
    storebox_do(&box, "INSERT INTO site_labels VALUES ('a', 1); INSERT INTO site_secrets VALUES"
                      " (1, 'auth', '', 'x', 1)");
    storebox_expect(&box, "SELECT count(*) FROM articles", "2");
    storebox_close(&box);
}

/* The version before sites had rules of their own for their pages. */
static void test_rules_come_to_version_29(void **state)
{
    struct storebox box;
    (void)state;
    open_made(&box, 29, version_1, version_28);
    storebox_expect(&box, "SELECT count(*) FROM articles", "2");
    storebox_do(&box, "INSERT INTO site_rules(site_id, field, kind, selector, added_ms)"
                      " VALUES (1, 'title', 'css', 'h1', 1)");
    storebox_expect(&box,
                    "SELECT rules || matched || missed_in_row FROM sites JOIN site_rules"
                    " USING (site_id)",
                    "{\"items\":\"/x\"}00");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_version_before_is_brought_up_to_date),
        cmocka_unit_test(test_reservations_stay),
        cmocka_unit_test(test_reservations_of_version_26_stay),
        cmocka_unit_test(test_settings_of_version_28_stay),
        cmocka_unit_test(test_rules_come_to_version_29),
        cmocka_unit_test(test_views_and_rules_stay),
        cmocka_unit_test(test_own_views_stay),
        cmocka_unit_test(test_sites_have_a_past),
        cmocka_unit_test(test_texts_without_spaces_find_their_index),
        cmocka_unit_test(test_texts_are_noted_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
