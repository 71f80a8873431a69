/* test_import.c - articles out of WARC files, as other programs write them. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/site.h"
#include "support/sql.h"

/* Enough text for an article. */
static const char page[] =
    "<!DOCTYPE html><html lang=en><head><title>Harbour opens again after the storm</title>"
    "<meta property='og:type' content='article'>"
    "<meta property='article:published_time' content='2016-08-25T09:30:00Z'></head><body><article>"
    "<h1>Harbour opens again after the storm</h1>"
    "<p>The harbour of the small town opened again on Thursday after four days in which no ship "
    "could leave it. Fishermen said that the damage was less than they had feared at first.</p>"
    "<p>The council wants to build a higher wall before the winter comes, and asks the region to "
    "pay for half of it. A decision is expected in the last week of October, the mayor said.</p>"
    "<p>Until then the ferry sails twice a day, in the morning and in the late afternoon, and "
    "tickets that were bought for the days of the storm stay valid until the end of the "
    "year.</p></article></body></html>";

static void add(struct bytes *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct bytes *out, const char *format, ...)
{
    char text[4096];
    va_list values;
    va_start(values, format);
    int size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    assert_true(size >= 0 && (size_t)size < sizeof text);
    bytes_append(out, text, (size_t)size);
}

/* A record with this block; `eol` ends the lines of its head. */
static void add_record(struct bytes *out, const char *type, const char *url, const char *date,
                       const struct bytes *block, const char *eol)
{
    add(out, "WARC/1.0%sWARC-Type: %s%sWARC-Date: %s%s", eol, type, eol, date, eol);
    add(out, "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>%s", eol);
    add(out, "WARC-Target-URI: %s%sContent-Length: %zu%s%s", url, eol, block->size, eol, eol);
    bytes_append(out, block->data, block->size);
    bytes_append_string(out, "\r\n\r\n");
}

/* An answer 200 of a page, with further header lines, as one record. */
static void add_page(struct bytes *out, const char *url, const char *date, const char *headers,
                     const void *body, size_t size)
{
    struct bytes block;
    bytes_init(&block, 0);
    add(&block, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%s\r\n", headers);
    bytes_append(&block, body, size);
    add_record(out, "response", url, date, &block, "\r\n");
    bytes_clear(&block);
}

static const char *save(const char *name, const struct bytes *data)
{
    const char *path = scratch_path(scratch_directory(), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data->data, data->size), data->size);
    close(fd);
    return path;
}

static void expect_output(int status, const char *database, const char *file, const char *says)
{
    char *out = CRAWLER(status, "import", "--sites", database, file);
    if (!strstr(out, says))
        fail_msg("said '%s', expected '%s'", out, says);
    free(out);
}

static void expect_rows(const char *database, const char *query, const char *expected)
{
    char *rows = sql_rows(database, query);
    assert_string_equal(rows, expected);
    free(rows);
}

#define DATE "2016-08-26T12:45:20Z"

/* The same page in the forms in which archives hold it, among records that are none. */
static void fill(struct bytes *out)
{
    struct bytes chunked, packed, other;
    size_t half = strlen(page) / 2;
    bytes_init(&other, 0);
    add(&other, "software: somebody else's\r\n");
    add_record(out, "warcinfo", "urn:x", DATE, &other, "\r\n");
    other.size = 0;
    add(&other, "GET /plain HTTP/1.1\r\nHost: www.one.example\r\n\r\n");
    add_record(out, "request", "https://www.one.example/plain", DATE, &other, "\n");
    other.size = 0;
    add(&other, "HTTP/1.1 404 Not Found\r\n\r\ngone");
    add_record(out, "response", "https://www.one.example/missing", DATE, &other, "\n");

    add_page(out, "https://www.one.example/plain?utm_source=x", DATE, "", page, strlen(page));
    bytes_init(&chunked, 0);
    add(&chunked, "%zx;ext=1\r\n%.*s\r\n%zX\r\n%s\r\n0\r\n\r\n", half, (int)half, page,
        strlen(page) - half, page + half);
    add_page(out, "<https://news.two.example/chunked>", DATE, "Transfer-Encoding: chunked\r\n",
             chunked.data, chunked.size);
    /* of this one the archive took the chunks off, not the header */
    add_page(out, "https://three.example/joined", DATE, "Transfer-Encoding: chunked\r\n", page,
             strlen(page));
    bytes_init(&packed, 0);
    bytes_append(&packed, page, strlen(page));
    site_gzip(&packed);
    add_page(out, "https://four.example/packed", DATE, "Content-Encoding: gzip\r\n", packed.data,
             packed.size);
    /* and of this one the coding */
    add_page(out, "https://five.example/unpacked", DATE, "Content-Encoding: br\r\n", page,
             strlen(page));
    bytes_clear(&chunked);
    bytes_clear(&packed);
    bytes_clear(&other);
}

static const char articles[] =
    "SELECT a.canonical_url, s.domain, a.title, a.first_seen_ms, a.words > 80, a.published_ms"
    "  FROM articles a JOIN sites s USING (site_id) ORDER BY 1";
#define REST "Harbour opens again after the storm|1472215520000|1|1472117400000\n"

static const char expected_articles[] =
    "https://five.example/unpacked|five.example|" REST
    "https://four.example/packed|four.example|" REST
    "https://news.two.example/chunked|two.example|" REST
    "https://three.example/joined|three.example|" REST
    "https://www.one.example/plain?utm_source=x|one.example|" REST;

static void test_forms(void **state)
{
    struct bytes warc;
    const char *database = crawl_database();
    (void)state;
    bytes_init(&warc, 0);
    fill(&warc);
    const char *path = save("plain.warc", &warc);
    expect_output(0, database, path, "5 pages: 5 articles new, 0 revised, 0 known already, 0 not");
    expect_rows(database, articles, expected_articles);
    expect_rows(database, "SELECT count(*) FROM raw_pages", "1\n"); /* one text */
    expect_rows(database, "SELECT count(*) FROM queue", "0\n"); /* nobody is asked for its sake */
    expect_rows(database, "SELECT count(*) FROM site_days", "0\n"); /* it is of another time */
    /* again: all of it is there */
    expect_output(0, database, path, "5 pages: 0 articles new, 0 revised, 5 known already");
    expect_rows(database, articles, expected_articles);
    bytes_clear(&warc);
}

/* Each record a gzip member, or the whole file one. */
static void test_gzip(void **state)
{
    (void)state;
    for (int by_record = 0; by_record < 2; by_record++) {
        struct bytes warc, file, record;
        bytes_init(&warc, 0);
        bytes_init(&file, 0);
        bytes_init(&record, 0);
        fill(&warc);
        const char *at = warc.data, *end = warc.data + warc.size;
        while (at < end) {
            const char *next = by_record ? strstr(at + 1, "WARC/1.0") : NULL;
            for (const char *probe = at + 1; by_record && !next && probe + 8 < end; probe++)
                if (memcmp(probe, "WARC/1.0", 8) == 0)
                    next = probe; /* behind a block with NULs */
            next = next ? next : end;
            record.size = 0;
            bytes_append(&record, at, (size_t)(next - at));
            site_gzip(&record);
            bytes_append(&file, record.data, record.size);
            at = next;
        }
        const char *database = crawl_database();
        expect_output(0, database, save("x.warc.gz", &file), "5 pages: 5 articles new");
        expect_rows(database, articles, expected_articles);
        bytes_clear(&warc);
        bytes_clear(&file);
        bytes_clear(&record);
    }
}

/* Of one address the versions count by their dates, in whatever order they come. */
static void test_versions(void **state)
{
    static const char *const dates[] = {"2016-08-26T12:00:00Z", "2016-08-26T10:00:00Z",
                                        "2016-08-27T12:00:00Z"};
    const char *database = crawl_database();
    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct bytes warc, text;
        bytes_init(&warc, 0);
        bytes_init(&text, 0);
        bytes_append_string(&text, page);
        if (i == 2)
            memcpy(strstr(text.data, "four days"), "nine days", 9);
        add_page(&warc, "https://one.example/a", dates[i], "", text.data, text.size);
        static const char *const says[] = {"1 articles new", "1 known already", "1 revised"};
        expect_output(0, database, save("v.warc", &warc), says[i]);
        bytes_clear(&warc);
        bytes_clear(&text);
    }
    expect_rows(database, "SELECT rev_count, first_seen_ms, body LIKE '%nine days%' FROM articles",
                "2|1472212800000|1\n");
}

/* What was taken down does not come back, and other addresses of a page are not asked. */
static void test_asks_nobody(void **state)
{
    struct bytes warc, text;
    const char *database = crawl_database();
    (void)state;
    bytes_init(&warc, 0);
    bytes_init(&text, 0);
    const char *head_end = strstr(page, "</head>");
    bytes_append(&text, page, (size_t)(head_end - page));
    bytes_append_string(&text, "<link rel=amphtml href='https://one.example/amp/a'>"
                               "<link rel=canonical href='https://one.example/a/whole'>");
    bytes_append_string(&text, head_end);
    add_page(&warc, "https://one.example/a", DATE, "", text.data, text.size);
    const char *path = save("t.warc", &warc);
    expect_output(0, database, path, "1 articles new");
    expect_rows(database, "SELECT count(*) FROM queue", "0\n");
    free(CRAWLER(0, "takedown", "--sites", database, "--reason", "asked to", "one.example"));
    expect_rows(database, "SELECT count(*) FROM articles", "0\n");
    expect_output(0, database, path, "0 articles new");
    expect_rows(database, "SELECT count(*) FROM articles", "0\n");
    bytes_clear(&warc);
    bytes_clear(&text);
}

static void test_broken_files(void **state)
{
    struct bytes warc;
    const char *database = crawl_database();
    (void)state;
    bytes_init(&warc, 0);
    fill(&warc);
    warc.size -= 40; /* the last record is cut short: those before it count */
    expect_output(2, database, save("cut.warc", &warc), "4 pages: 4 articles new");
    expect_output(2, database, scratch_file(scratch_directory(), "x", "<html>"), "0 pages");
    expect_output(2, database, "/nowhere/at.all", "0 pages");
    expect_output(0, database, scratch_file(scratch_directory(), "y", ""), "0 pages");
    /* a length that is a lie */
    expect_output(2, database,
                  scratch_file(scratch_directory(), "z",
                               "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: " DATE "\r\n"
                               "Content-Length: 99999999999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx"),
                  "0 pages");
    bytes_clear(&warc);
    char *nothing = CRAWLER(2, "import", "--sites", database);
    free(nothing);
}

/* An article of its own words; a version of it says so, and some are slow to read. */
static void make_article(struct bytes *out, size_t number, size_t version)
{
    static const char *const words[] = {"harbour", "winter", "council", "bridge", "farmers",
                                        "train",   "school", "forest",  "summer", "market",
                                        "museum",  "river",  "village", "doctor", "engine",
                                        "garden",  "island"};
    size_t draw = number * 2654435761u + 1;
    add(out,
        "<html lang=en><head><title>Report %zu about the town</title><meta property='og:type' "
        "content='article'></head><body><article><h1>Report %zu about the town</h1>",
        number, number);
    for (size_t i = 0; i < 160; i++, draw = draw * 6364136223846793005u + 1442695040888963407u)
        add(out, "%s%s%s", i % 40 ? " " : "<p>", words[(draw >> 33) % COUNT(words)],
            i % 40 == 39 ? ".</p>" : "");
    add(out, "<p>This is version %zu of the text, said the mayor.</p></article>", version);
    for (size_t i = 0; version % 2 && i < 2000; i++)
        bytes_append_string(out, "<div></div>");
}

/* Pages of three sites; every fiftieth is a later version of the first. */
static const char *save_many(size_t count)
{
    struct bytes warc, text;
    bytes_init(&warc, 0);
    bytes_init(&text, 0);
    for (size_t i = 0; i < count; i++) {
        char url[64], date[32];
        size_t version = i % 50 == 0 ? i / 50 : 0, number = version ? 0 : i;
        snprintf(url, sizeof url, "https://%c.example/%zu", "abc"[number % 3], number);
        snprintf(date, sizeof date, "2016-08-26T12:%02zu:00Z", version % 60);
        text.size = 0;
        make_article(&text, number, version);
        add_page(&warc, url, date, "", text.data, text.size);
    }
    const char *path = save("many.warc", &warc);
    bytes_clear(&warc);
    bytes_clear(&text);
    return path;
}

/* Workers are done with pages in any order, the database does not show it. */
static void test_order_of_the_file(void **state)
{
    const char *database = crawl_database(), *path = save_many(400);
    (void)state;
    expect_output(0, database, path, "400 pages: 393 articles new, 7 revised, 0 known already");
    expect_rows(database,
                "SELECT count(*), sum(later) FROM (SELECT"
                "  (CAST(substr(canonical_url, 19) AS INTEGER)"
                "   > lag(CAST(substr(canonical_url, 19) AS INTEGER), 1, -1) OVER"
                "   (ORDER BY article_id)) AS later FROM articles)",
                "393|393\n");
    expect_rows(database,
                "SELECT rev_count, body LIKE '%version 7 of%' FROM articles"
                " WHERE canonical_url = 'https://a.example/0'",
                "8|1\n");
}

/* What the database does not take is left out and told, the others are stored. */
static void test_refused(void **state)
{
    const char *database = crawl_database(), *path = save_many(200);
    (void)state;
    expect_output(0, database, scratch_file(scratch_directory(), "nothing", ""), "0 pages");
    sql_do(database, "CREATE TRIGGER refuse BEFORE INSERT ON articles"
                     " WHEN new.title GLOB 'Report 1[13] *'"
                     " BEGIN SELECT RAISE(ABORT, 'not this one'); END");
    expect_output(1, database, path,
                  "200 pages: 195 articles new, 3 revised, 0 known already, 0 not readable, "
                  "2 not stored");
    expect_rows(database, "SELECT count(*) FROM urls WHERE why = 'not stored'", "2\n");
    expect_rows(database,
                "SELECT json_extract(report, '$.not_stored') FROM runs ORDER BY run_id DESC "
                "LIMIT 1",
                "2\n");
    expect_output(0, database, path, "0 not stored"); /* as what a crawl has asked */
}

/* Killed at any moment nothing is half there, and the next call goes on. */
static void test_killed(void **state)
{
    enum { PAGES = 900, LIMIT_MS = 60000 };
    const struct timespec pause = {.tv_nsec = 2000000};
    const char *database = crawl_database(), *path = save_many(PAGES);
    struct program_result result;
    size_t kills = 0;
    int64_t articles_before = 0, done = 0;
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "--kind", "page", "https://a.example/other"));
    do {
        struct program *program = CRAWLER_START("import", "--sites", database, path);
        while (program_running(program) && done == articles_before) {
            nanosleep(&pause, NULL);
            done = sql_integer(database, "SELECT count(*) FROM articles");
        }
        program_signal_group(program, SIGKILL);
        program_wait(program, LIMIT_MS, &result);
        kills += result.signal == SIGKILL;
        program_result_clear(&result);
        done = articles_before = sql_integer(database, "SELECT count(*) FROM articles");
        /* what is known was stored: no later crawl passes over what it believes to have */
        expect_rows(database,
                    "SELECT count(*) FROM seen s WHERE NOT EXISTS (SELECT 1 FROM urls u"
                    "  WHERE u.host_id = s.host_id AND u.hash = s.hash)"
                    " AND NOT EXISTS (SELECT 1 FROM queue q"
                    "  WHERE q.host_id = s.host_id AND q.hash = s.hash)",
                    "0\n");
    } while (kills < 3 && result.exit_status);
    assert_true(kills > 0);
    free(CRAWLER(0, "import", "--sites", database, path));
    expect_rows(database,
                "SELECT count(*), count(DISTINCT canonical_url), sum(rev_count)"
                " FROM articles",
                "883|883|900\n");
    expect_rows(database, "SELECT count(*), count(DISTINCT article_id) FROM urls", "883|883\n");
}

/* What export writes import reads: the same articles. */
static void test_round_trip(void **state)
{
    struct bytes warc;
    const char *first = crawl_database(), *second = crawl_database();
    const char *file = scratch_path(scratch_directory(), "out.warc.gz");
    (void)state;
    bytes_init(&warc, 0);
    fill(&warc);
    expect_output(0, first, save("in.warc", &warc), "5 articles new");
    free(CRAWLER(0, "export", "--sites", first, "-o", file));
    expect_output(0, second, file, "5 articles new");
    expect_rows(second, articles, expected_articles);
    bytes_clear(&warc);
}

/* Those of a site hold for its pages in archives, too, by the day on which they were fetched. */
static void test_rules_of_a_site(void **state)
{
    static const char text[] = "title ..2016-08-26 css p:nth-of-type(3)\n"
                               "title 2016-08-27.. css p:nth-of-type(2)\nlead css .none\n";
    struct bytes warc;
    const char *database = crawl_database();
    const char *rules = scratch_file(scratch_directory(), "rules.txt", text);
    (void)state;
    bytes_init(&warc, 0);
    add_page(&warc, "https://news.two.example/ruled", DATE, "", page, strlen(page));
    add_page(&warc, "https://www.one.example/plain", DATE, "", page, strlen(page));
    free(CRAWLER(0, "add", "--sites", database, "https://two.example/"));
    free(CRAWLER(0, "rules", "--sites", database, "two.example", "--file", rules));
    expect_output(0, database, save("in.warc", &warc), "2 articles new");
    expect_rows(database,
                "SELECT domain, title_from, title LIKE 'Until then%' FROM v_articles ORDER BY 1",
                "one.example|h1|0\ntwo.example|rule|1\n");
    expect_rows(database, "SELECT field, matched, missed_in_row FROM site_rules",
                "title|1|0\ntitle|0|0\nlead|0|1\n");
    bytes_clear(&warc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),           cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_versions),        cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_asks_nobody),     cmocka_unit_test(test_order_of_the_file),
        cmocka_unit_test(test_killed),          cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_rules_of_a_site), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
