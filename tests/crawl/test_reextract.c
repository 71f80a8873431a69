/* Kept pages read again: whatever an older extractor had made of them, afterwards the database is
 * that of a crawl by today's. The demo world is crawled once; copies of that are damaged. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <sqlite3.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { LIMIT_MS = 240000 };

static const char *fresh; /* the database as the crawl left it */

/* As an older extractor would have left them: every article that came as a page in one way or
 * another, and a few not at all. */
static const char damage[] =
    "INSERT INTO articles_fts(articles_fts) VALUES ('delete-all');"
    "CREATE TEMP TABLE paged AS SELECT article_id FROM articles WHERE fetch_id IN"
    " (SELECT fetch_id FROM fetches WHERE raw_id IS NOT NULL);"
    "UPDATE articles SET extractor = 'crawler 0.0.1', text_hash = 1, words = 3"
    " WHERE article_id IN paged;"
    "UPDATE articles SET title = 'Home | ' || title"
    " WHERE article_id % 3 = 0 AND article_id IN paged;"
    "UPDATE articles SET body = 'Menu' || char(10) || body || char(10) || 'Imprint', lead = NULL"
    " WHERE article_id % 3 = 1 AND article_id IN paged;"
    "UPDATE articles SET published_ms = published_ms - 86400000, published_has_time = 0,"
    " modified_ms = NULL, lang = 'xx', section = NULL, canonical_url = 'https://nowhere.example/'"
    " WHERE article_id % 3 = 2 AND article_id IN paged;"
    "DELETE FROM article_authors WHERE article_id % 4 = 0 AND article_id IN paged;"
    "INSERT INTO authors(name) VALUES ('Share this');"
    "INSERT INTO article_authors SELECT article_id, (SELECT max(author_id) FROM authors), 9"
    " FROM paged WHERE article_id % 4 = 1;"
    "DELETE FROM article_tags WHERE article_id % 5 = 0 AND article_id IN paged;"
    "DELETE FROM links WHERE article_id % 5 = 1 AND article_id IN paged;"
    "CREATE TEMP TABLE lost AS SELECT article_id FROM articles a WHERE article_id % 7 = 0"
    " AND story_id IS NULL AND article_id IN paged AND article_id < (SELECT max(article_id) FROM "
    "articles)"
    " AND (SELECT count(*) FROM urls u WHERE u.article_id = a.article_id) = 1;"
    "INSERT INTO articles_fts(rowid, title, lead, body) SELECT article_id, title, lead, body"
    " FROM articles WHERE article_id NOT IN (SELECT rowid FROM articles_fts_cjk);"
    "DELETE FROM url_sources WHERE (url_id, feed_id) IN"
    " (SELECT url_id, feed_id FROM urls WHERE article_id IN lost);"
    "UPDATE urls SET why = 'not an article: short', article_id = NULL WHERE article_id IN lost;"
    "DELETE FROM story_keys WHERE article_id IN lost;"
    "DELETE FROM articles WHERE article_id IN lost;";

/* Each gives what the two databases differ in, `was` being the one that was not damaged. */
static const struct {
    const char *name, *columns, *from;
    enum { EQUAL, AT_LEAST } how;
} tables[] = {
    {"articles",
     "a.site_id, a.url_id, first_seen_ms, published_ms, published_has_time, published_zone_min,"
     " published_from, modified_ms, words, lang, section, free_access, rev_count, revised_ms,"
     " changed, fetch_id, text_hash, title_hash, simhash, gone_ms, extractor, pub_day,"
     " canonical_url, image_url, site_name, title_from, body_from, authors_from, title, lead, "
     "body, lasting_hash",
     "articles a", EQUAL},
    /* who comes later may find more copies: those that were lost come last now */
    {"stories", "a.url_id, h.url_id", "articles a JOIN articles h ON h.article_id = a.story_id",
     AT_LEAST},
    {"story_keys", "a.url_id, key", /* a key that so many have is noted for those that came first */
     "articles a JOIN story_keys USING (article_id) WHERE key NOT IN"
     " (SELECT key FROM story_keys GROUP BY key HAVING count(*) >= 8)",
     EQUAL},
    {"authors", "a.url_id, w.name, pos",
     "articles a JOIN article_authors USING (article_id) JOIN authors w USING (author_id)", EQUAL},
    {"tags", "a.url_id, tag",
     "articles a JOIN article_tags USING (article_id) JOIN tags USING "
     "(tag_id)",
     EQUAL},
    {"links", "a.url_id, to_url, to_domain, anchor, rel",
     "articles a JOIN links USING (article_id)", EQUAL},
    {"revisions", "a.url_id, rev, r.text_hash",
     "articles a JOIN article_revisions r USING (article_id)", EQUAL},
    {"urls", "u.url_id, u.state, u.why, a.url_id", "urls u LEFT JOIN articles a USING (article_id)",
     EQUAL},
    {"url_sources", "url_id, feed_id, first_ms", "url_sources", EQUAL},
};

static void run_sql(const char *database, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message))
        fail_msg("%s", message);
    sqlite3_close(db);
}

/* A copy of the crawl's database in a place of its own. */
static const char *copied(void)
{
    const char *path = crawl_database();
    char sql[4096];
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", path);
    run_sql(fresh, sql);
    return path;
}

/* The tables' aliases are told apart by the schema's name: "articles a" becomes "was.articles a".
 */
static void put_query(char *out, size_t size, const char *schema, const char *columns,
                      const char *from)
{
    static const char *const names[] = {
        "articles ", "story_keys ", "article_authors ",   "authors ", "article_tags ",
        "tags ",     "links ",      "article_revisions ", "urls ",    "url_sources "};
    size_t used = (size_t)snprintf(out, size, "SELECT %s FROM ", columns);
    char text[512];
    snprintf(text, sizeof text, "%s ", from);
    for (const char *at = text; *at;) {
        bool starts = at == text || at[-1] == ' ';
        for (size_t i = 0; starts && i < COUNT(names); i++)
            if (strncmp(at, names[i], strlen(names[i])) == 0) {
                used += (size_t)snprintf(out + used, size - used, "%s.", schema);
                break;
            }
        out[used++] = *at++;
        out[used] = '\0';
    }
}

/* Both indexes hold the same words, each as often and in as many articles. */
static void expect_same_words(sqlite3 *db, const char *index)
{
    char sql[1024];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql,
             "CREATE VIRTUAL TABLE temp.is_%s USING fts5vocab(main, %s, row);"
             "CREATE VIRTUAL TABLE temp.was_%s USING fts5vocab(was, %s, row)",
             index, index, index, index);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    snprintf(sql, sizeof sql,
             "SELECT (SELECT count(*) FROM is_%s), (SELECT count(*) FROM was_%s),"
             " (SELECT count(*) FROM (SELECT * FROM is_%s EXCEPT SELECT * FROM was_%s))",
             index, index, index, index);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_true(sqlite3_column_int(statement, 0) > 10);
    assert_int_equal(sqlite3_column_int(statement, 0), sqlite3_column_int(statement, 1));
    assert_int_equal(sqlite3_column_int(statement, 2), 0);
    sqlite3_finalize(statement);
}

static void expect_same(const char *database)
{
    char attach[4096], is[2048], was[2048], query[8192];
    sqlite3 *db;
    size_t wrong = 0;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    snprintf(attach, sizeof attach, "ATTACH '%s' AS was", fresh);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < COUNT(tables); i++) {
        put_query(is, sizeof is, "main", tables[i].columns, tables[i].from);
        put_query(was, sizeof was, "was", tables[i].columns, tables[i].from);
        for (int turn = tables[i].how == AT_LEAST; turn < 2; turn++) {
            sqlite3_stmt *statement;
            snprintf(query, sizeof query, "%s EXCEPT %s", turn ? was : is, turn ? is : was);
            if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
                fail_msg("%s: %s", query, sqlite3_errmsg(db));
            for (int shown = 0; sqlite3_step(statement) == SQLITE_ROW; shown++) {
                wrong++;
                for (int k = 0; shown < 3 && k < sqlite3_column_count(statement); k++)
                    print_error("%s%s %s=%.60s", k ? "" : tables[i].name,
                                k      ? ""
                                : turn ? ": missing"
                                       : ": wrong",
                                sqlite3_column_name(statement, k),
                                (const char *)sqlite3_column_text(statement, k));
                if (shown < 3)
                    print_error("\n");
            }
            sqlite3_finalize(statement);
        }
    }
    assert_int_equal(wrong, 0);
    expect_same_words(db, "articles_fts");
    expect_same_words(db, "articles_fts_cjk");
    sqlite3_close(db);
}

static json_t *reextract(const char *database)
{
    char *out = CRAWLER(0, "reextract", "--sites", database, "--json");
    json_t *report = json_loads(out, 0, NULL);
    assert_non_null(report);
    free(out);
    return report;
}

static int64_t figure(const json_t *report, const char *name)
{
    return json_integer_value(json_object_get(report, name));
}

static void what_an_older_extractor_left_is_made_right(void **state)
{
    const char *database = copied();
    (void)state;
    run_sql(database, damage);
    int64_t pages = sql_integer(database, "SELECT count(*) FROM articles"
                                          " WHERE extractor = 'crawler 0.0.1'");
    int64_t lost = sql_integer(database, "SELECT count(*) FROM urls"
                                         " WHERE why = 'not an article: short'");
    int64_t none = sql_integer(fresh, "SELECT count(*) FROM urls u JOIN fetches f USING (url_id)"
                                      " WHERE u.article_id IS NULL AND u.state = 'done'"
                                      " AND u.kind IN (2, 3) AND f.raw_id IS NOT NULL");
    assert_true(pages > 300 && lost > 5 && none > 5);
    json_t *report = reextract(database);
    assert_int_equal(figure(report, "pages"), pages + lost + none);
    assert_int_equal(figure(report, "changed"), pages);
    assert_int_equal(figure(report, "new"), lost);
    assert_int_equal(figure(report, "none") + figure(report, "failed"), 0);
    static const char *const fields[] = {"title", "body", "authors", "dates", "other"};
    for (size_t i = 0; i < COUNT(fields); i++)
        assert_in_range(figure(report, fields[i]), pages / 8, pages);
    int64_t sum = 0;
    size_t at;
    json_t *site;
    json_array_foreach(json_object_get(report, "sites"), at, site) sum += figure(site, "title");
    assert_int_equal(sum, figure(report, "title"));
    json_decref(report);
    expect_same(database);

    report = reextract(database);
    assert_int_equal(figure(report, "pages"), 0);
    json_decref(report);
}

static void stopped_and_killed_it_goes_on(void **state)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGKILL, SIGTERM};
    const char *database = copied();
    struct program_result result;
    (void)state;
    run_sql(database, damage);
    for (size_t i = 0; i < COUNT(signals); i++) {
        struct program *program = CRAWLER_START("reextract", "--sites", database, "--workers", "1");
        usleep((useconds_t)(40000 + i * 80000));
        program_signal_group(program, signals[i]);
        program_wait(program, LIMIT_MS, &result);
        assert_false(result.timed_out);
        if (signals[i] == SIGTERM && result.exit_status != 4 && result.exit_status != 0 &&
            result.signal != SIGTERM) /* so early that nothing caught it */
            fail_msg("exit %d, signal %d: %s", result.exit_status, result.signal, result.err);
        program_result_clear(&result);
    }
    json_decref(reextract(database));
    expect_same(database);
}

/* As if an edit had been seen where there was only another reading of the same page. */
static void what_was_no_version_is_folded(void **state)
{
    const char *database = copied();
    (void)state;
    run_sql(database,
            "CREATE TEMP TABLE paged AS SELECT article_id FROM articles WHERE rev_count = 1"
            " AND fetch_id IN (SELECT fetch_id FROM fetches WHERE raw_id IS NOT NULL);"
            "INSERT INTO article_revisions(article_id, rev, seen_ms, fetch_id, text_hash, words,"
            " title, lead, body, extractor) SELECT article_id, 1, first_seen_ms, fetch_id, 1, 3,"
            " 'Home | ' || title, lead, body, 'crawler 0.0.1' FROM articles"
            " WHERE article_id IN paged;"
            "UPDATE articles SET rev_count = 2, revised_ms = first_seen_ms + 3600000,"
            " changed = 'title' WHERE article_id IN paged");
    int64_t versions = sql_integer(database, "SELECT count(*) FROM article_revisions"
                                             " WHERE extractor = 'crawler 0.0.1'");
    assert_true(versions > 300);
    json_t *report = reextract(database);
    assert_int_equal(figure(report, "versions"), versions);
    assert_int_equal(figure(report, "changed"), 0);
    json_decref(report);
    expect_same(database);
    report = reextract(database);
    assert_int_equal(figure(report, "pages"), 0);
    json_decref(report);
}

/* Packed or not, they are the same pages: to reextract, and to whoever is given them; also where
 * the first packing was killed. */
static void packed_pages_are_the_same(void **state)
{
    const char *database = copied();
    char *warc = alloc_string(scratch_path(scratch_directory(), "packed.warc.gz"));
    char *imported = alloc_string(scratch_path(scratch_directory(), "imported.db"));
    (void)state;
    int64_t before = sql_integer(database, "SELECT total(length(body)) FROM raw_pages");
    struct program_result result;
    struct program *killed = CRAWLER_START("pack", "--sites", database);
    usleep(70000);
    program_signal_group(killed, SIGKILL);
    program_wait(killed, LIMIT_MS, &result);
    program_result_clear(&result);
    free(CRAWLER(0, "pack", "--sites", database));
    int64_t after = sql_integer(database, "SELECT total(length(body)) FROM raw_pages");
    assert_in_range(after, 1, before / 3);
    char *again = CRAWLER(0, "pack", "--sites", database, "--json");
    assert_non_null(strstr(again, "\"packed\": 0"));
    free(again);

    free(CRAWLER(0, "export", "--sites", database, "-o", warc));
    free(CRAWLER(0, "import", "--sites", imported, warc));
    static const char texts[] = "SELECT count(*) || ':' || sum(text_hash % 1000003) FROM articles"
                                " WHERE fetch_id IN (SELECT fetch_id FROM fetches"
                                " WHERE raw_id IS NOT NULL)";
    char *was = sql_text(fresh, texts), *is = sql_text(imported, texts);
    assert_string_equal(is, was);
    free(was);
    free(is);

    run_sql(database, damage);
    json_decref(reextract(database));
    expect_same(database);
    free(warc);
    free(imported);
}

static void only_what_was_asked_for(void **state)
{
    const char *database = copied(), *another = copied();
    (void)state;
    run_sql(database, "UPDATE articles SET extractor = 'crawler 0.0.1', title = 'x'");
    run_sql(another, "UPDATE articles SET extractor = 'crawler 0.0.1', title = 'x'");
    char *domain = sql_text(database, "SELECT domain FROM sites JOIN articles USING (site_id)"
                                      " WHERE fetch_id IN (SELECT fetch_id FROM fetches"
                                      " WHERE raw_id IS NOT NULL) LIMIT 1");
    free(CRAWLER(0, "reextract", "--sites", database, "--since", "2100-01-01"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM articles WHERE title <> 'x'"), 0);
    char *out = CRAWLER(0, "reextract", "--sites", database, "--site", domain);
    assert_non_null(strstr(out, domain));
    free(out);
    free(CRAWLER(0, "set", "--sites", another, domain, "label=chosen"));
    free(CRAWLER(0, "reextract", "--sites", another, "--group", "chosen"));
    for (size_t i = 0; i < 2; i++) {
        char *domains = sql_rows(i ? another : database,
                                 "SELECT DISTINCT domain FROM v_articles WHERE title <> 'x'");
        assert_memory_equal(domains, domain, strlen(domain));
        assert_string_equal(domains + strlen(domain), "\n");
        free(domains);
    }
    free(domain);
}

/* A better extractor may find that there was none: a person decides. */
static void an_article_that_is_none_any_more_is_told_and_kept(void **state)
{
    const char *database = copied();
    (void)state;
    run_sql(database,
            "INSERT INTO articles(site_id, url_id, first_seen_ms, fetch_id, text_hash, extractor,"
            " canonical_url, title, body) SELECT u.site_id, u.url_id, f.started_ms, f.fetch_id, 1,"
            " 'crawler 0.0.1', u.url, 'Kept', 'as it was' FROM urls u JOIN fetches f USING (url_id)"
            " WHERE u.article_id IS NULL AND u.state = 'done' AND u.kind = 2"
            " AND f.raw_id IS NOT NULL LIMIT 1");
    json_t *report = reextract(database);
    assert_int_equal(figure(report, "none"), 1);
    const json_t *told = json_array_get(json_object_get(report, "none_any_more"), 0);
    char *url = sql_text(database, "SELECT url FROM v_articles WHERE title = 'Kept'");
    assert_string_equal(json_string_value(json_object_get(told, "url")), url);
    assert_non_null(json_string_value(json_object_get(told, "why")));
    free(url);
    json_decref(report);
    report = reextract(database);
    assert_int_equal(figure(report, "pages"), 0);
    json_decref(report);
}

/* A page of which the database does not take what was read is left as it is, and is told. */
static void what_the_database_refuses_is_left_out(void **state)
{
    const char *database = copied();
    (void)state;
    run_sql(database,
            "UPDATE articles SET extractor = 'crawler 0.0.1', title = 'x' WHERE fetch_id IN"
            " (SELECT fetch_id FROM fetches WHERE raw_id IS NOT NULL);"
            "CREATE TRIGGER refuse BEFORE UPDATE OF title ON articles WHEN old.article_id % 50 = 7"
            " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
    int64_t refused = sql_integer(database, "SELECT count(*) FROM articles WHERE title = 'x'"
                                            " AND article_id % 50 = 7");
    assert_in_range(refused, 2, 100);
    char *out = CRAWLER(1, "reextract", "--sites", database, "--json");
    json_t *report = json_loads(out, 0, NULL);
    assert_int_equal(figure(report, "refused"), refused);
    assert_true(figure(report, "changed") > refused);
    json_decref(report);
    free(out);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM articles WHERE title = 'x'"
                                           " AND extractor = 'crawler 0.0.1'"),
                     refused);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM articles WHERE title = 'x'"),
                     refused);
    out = CRAWLER(1, "reextract", "--sites", database);
    assert_non_null(strstr(out, "The database did not take"));
    free(out);
    run_sql(database, "DROP TRIGGER refuse");
    report = reextract(database);
    assert_int_equal(figure(report, "pages"), refused);
    assert_int_equal(figure(report, "refused"), 0);
    json_decref(report);
}

/* Where it takes none at all, no page is to blame. */
static void where_all_is_refused_it_ends(void **state)
{
    const char *database = copied();
    (void)state;
    run_sql(database, "UPDATE articles SET extractor = 'crawler 0.0.1', title = 'x';"
                      "CREATE TRIGGER refuse BEFORE UPDATE ON articles"
                      " BEGIN SELECT RAISE(ABORT, 'none of them'); END");
    free(CRAWLER(3, "reextract", "--sites", database));
}

static void another_run_is_not_disturbed(void **state)
{
    const char *database = copied();
    char path[4096];
    (void)state;
    snprintf(path, sizeof path, "%s.lock", database);
    int held = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(held, LOCK_EX), 0);
    free(CRAWLER(5, "reextract", "--sites", database));
    close(held);
    free(CRAWLER(0, "reextract", "--sites", database));
}

static int crawl_the_world(void **state)
{
    const char *place = scratch_path(scratch_directory(), "world");
    const char *arguments[] = {
        DATA_DIR "/quickstart.sh", "--built", BUILD_DIR, "--in", place, NULL};
    struct program_result result;
    (void)state;
    program_run(arguments, LIMIT_MS, &result);
    if (result.exit_status != 0)
        print_error("%s\n%s", result.out, result.err);
    fresh = scratch_path(place, "news.db");
    int failed = result.exit_status;
    program_result_clear(&result);
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_older_extractor_left_is_made_right),
        cmocka_unit_test(stopped_and_killed_it_goes_on),
        cmocka_unit_test(what_was_no_version_is_folded),
        cmocka_unit_test(packed_pages_are_the_same),
        cmocka_unit_test(only_what_was_asked_for),
        cmocka_unit_test(an_article_that_is_none_any_more_is_told_and_kept),
        cmocka_unit_test(what_the_database_refuses_is_left_out),
        cmocka_unit_test(where_all_is_refused_it_ends),
        cmocka_unit_test(another_run_is_not_disturbed),
    };
    return cmocka_run_group_tests(tests, crawl_the_world, NULL);
}
