/* test_rules.c - rules for a site from a file to the articles: tried, stored, applied by crawls and
 * by reextract, and told of when they find nothing any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { ARTICLES = 4 };

/* A page on which everything is where nobody looks for it. */
static void odd_answer(const struct site_request *request, struct site_answer *answer,
                       void *context)
{
    (void)context;
    bytes_append_format(
        &answer->body,
        "<html><head><title>Odd Site</title></head><body><div class=nav><a href=/>Home</a></div>"
        "<div data-role=name>Number %s of the odd stories</div><div data-role=day>1 February "
        "2024</div><div data-role=text><span>What is told of %s is told here, in words that stand "
        "in"
        " no paragraph at all.</span></div></body></html>",
        request->path, request->path);
}

static void list_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    (void)context;
    bytes_append_string(&answer->body, "<rss version=\"2.0\"><channel><title>Odd</title>");
    for (int i = 0; i < ARTICLES; i++)
        bytes_append_format(&answer->body,
                            "<item><title>Story %d</title><link>%s/odd/%d</link></item>", i,
                            site_url(request->site, request->host, ""), i);
    bytes_append_string(&answer->body, "</channel></rss>");
}

static const struct site_route routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow:\n"},
    {.path = "/feed.xml", .type = "application/rss+xml", .answer = list_answer},
    {.path = "/odd/*", .answer = odd_answer},
    {.path = "/",
     .body = "<title>Odd</title><link rel=alternate type=application/rss+xml href=/feed.xml>"},
};
static const struct site_host hosts[] = {{.routes = routes, .routes_count = COUNT(routes)}};

static const char rules_text[] = "# the odd site\n"
                                 "title css div[data-role=name]\n"
                                 "published css [data-role=day]\n"
                                 "\n"
                                 "body css [data-role=text]\n"
                                 "authors ..2020-01-01 css .never\n";

static struct site *site;
static const char *database, *rules_path;

static int set_up(void **state)
{
    (void)state;
    site = site_start(hosts, 1, 0);
    database = crawl_database();
    rules_path = scratch_file(scratch_directory(), "rules.txt", rules_text);
    crawl_add(database, "site", site, 1, "/");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(site);
    return 0;
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void expect_row(const char *query, const char *expected)
{
    char *row = sql_text(database, query);
    if (!row || strcmp(row, expected) != 0)
        fail_msg("%s: got %s, expected %s", query, row ? row : "nothing", expected);
    free(row);
}

static void test_they_are_tried_before_they_are_stored(void **state)
{
    const char *url = site_url(site, 0, "/odd/1");
    (void)state;
    char *without = CRAWLER(0, "try", "--allow-net", "127.0.0.0/8", url);
    assert_null(strstr(without, "rule"));
    char *with =
        CRAWLER(0, "try", "--allow-net", "127.0.0.0/8", "--rules", rules_path, "--json", url);
    expect_part(with, "Number /odd/1 of the odd stories");
    expect_part(with, "\"published_from\": \"rule\"");
    expect_part(with, "\"rule\": \"body css [data-role=text]\"");
    expect_part(with, "\"found\": null"); /* that of 2020 */
    free(without);
    free(with);
    without = CRAWLER(0, "try", "--allow-net", "127.0.0.0/8", "--rules", rules_path, url);
    expect_part(without, "found: title css div[data-role=name]");
    expect_part(without, "not tried: authors ..2020-01-01 css .never");
    free(without);
}

static void test_bad_ones_change_nothing(void **state)
{
    const char *bad = scratch_file(scratch_directory(), "bad.txt", "title css h1\nbody css p:x\n");
    struct program_result result;
    (void)state;
    program_wait(CRAWLER_START("rules", "--sites", database, site_url(site, 0, "/"), "--file", bad),
                 60000, &result);
    assert_int_equal(result.exit_status, 2);
    expect_part(result.err, "bad.txt:2: 'p:x' has ':x', which is not known");
    program_result_clear(&result);
    expect_row("SELECT count(*) FROM site_rules", "0");
    free(CRAWLER(2, "rules", "--sites", database, "--file", rules_path));
}

static void test_a_crawl_goes_by_them(void **state)
{
    (void)state;
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "0"));
    expect_row("SELECT count(*) FROM v_articles WHERE title LIKE 'Number %'", "0");
    free(CRAWLER(0, "rules", "--sites", database, site_url(site, 0, "/"), "--file", rules_path));
    char *shown = CRAWLER(0, "rules", "--sites", database);
    expect_part(shown, "\npublished css [data-role=day]\n");
    expect_part(shown, "\nauthors ..2020-01-01 css .never\n");
    free(shown);
    char *tried = CRAWLER(0, "try", "--sites", database, "--allow-net", "127.0.0.0/8",
                          site_url(site, 0, "/odd/7"));
    expect_part(tried, "(4 rules)");
    expect_part(tried, "found: title css div[data-role=name]");
    expect_part(tried, "Number /odd/7 of the odd stories");
    free(tried);
    /* What was fetched before is read by them as well, from the pages that were kept. */
    free(CRAWLER(0, "reextract", "--sites", database));
    expect_row("SELECT count(*) || min(title_from) || min(body_from) || min(published_from) ||"
               " min(published) FROM v_articles WHERE title LIKE 'Number /odd/% of the odd stories'"
               " AND body LIKE 'What is told of /odd/%' AND instr(body, char(10)) = 0",
               "4rulerulerule2024-02-01T00:00:00Z");
}

/* A database whose site has these rules from the beginning, crawled. */
static const char *crawled_with(const char *rules)
{
    const char *path = crawl_database();
    crawl_add(path, "site", site, 1, "/");
    free(CRAWLER(0, "rules", "--sites", path, site_url(site, 0, "/"), "--file", rules));
    free(CRAWLER(0, "--sites", path, CRAWL_FAST, "--patience", "0"));
    return path;
}

static void test_what_they_find_is_counted(void **state)
{
    const char *path = crawled_with(rules_path);
    (void)state;
    char *counts = sql_text(path, "SELECT group_concat(field || matched || missed_in_row || "
                                  "(matched_ms > 1e12)) FROM site_rules WHERE field <> 'authors'");
    assert_string_equal(counts, "title401,published401,body401");
    free(counts);
    counts = CRAWLER(0, "rules", "--sites", path);
    expect_part(counts, "# found on 4 pages, the last 20");
    free(counts);
    counts = CRAWLER(0, "report", "--sites", path);
    assert_null(strstr(counts, "Rules that found nothing"));
    free(counts);
    /* What was printed is a file of the same rules. */
    char *shown = CRAWLER(0, "rules", "--sites", path, site_url(site, 0, "/"));
    char *again = CRAWLER(0, "rules", "--sites", path, site_url(site, 0, "/"), "--file",
                          scratch_file(scratch_directory(), "shown.txt", shown));
    expect_part(again, "4 rules for 1 site");
    free(shown);
    free(again);
}

/* What a run with --strict says of the rules, and as what it ends. */
static void expect_strict(const char *path, int status)
{
    struct program_result result;
    program_wait(CRAWLER_START("--sites", path, CRAWL_FAST, "--patience", "0", "--strict"), 60000,
                 &result);
    assert_int_equal(result.exit_status, status);
    if (status)
        expect_part(result.err, "1 rule of a site found nothing on the last articles");
    else
        assert_null(strstr(result.err, "rule"));
    program_result_clear(&result);
}

static void test_those_that_find_nothing_are_told(void **state)
{
    const char *path = crawled_with(
        scratch_file(scratch_directory(), "gone.txt",
                     "body css [data-role=text]\nlead css .gone-since\nlead ..2020-01-01 css .b"));
    (void)state;
    char *report = CRAWLER(0, "report", "--sites", path);
    expect_part(report, "Rules that found nothing on the last articles:");
    expect_part(report, "css .gone-since");
    assert_null(strstr(report, "css .b\n"));
    free(report);
    report = CRAWLER(0, "report", "--sites", path, "--html", "-");
    expect_part(report, "<h2>Rules that no longer match</h2>");
    expect_part(report, "css .gone-since");
    free(report);
    expect_strict(path, 1);
    free(CRAWLER(0, "set", "--sites", path, site_url(site, 0, "/"), "enabled=no"));
    expect_strict(path, 0); /* nobody is to look after a site that is off */
    free(CRAWLER(0, "set", "--sites", path, site_url(site, 0, "/"), "enabled=yes"));
    report = CRAWLER(0, "rules", "--sites", path);
    expect_part(report, "# found on none of the last 4\nlead css .gone-since");
    free(report);
    /* An empty file takes them away. */
    free(CRAWLER(0, "rules", "--sites", path, site_url(site, 0, "/"), "--file",
                 scratch_file(scratch_directory(), "none.txt", "\n")));
    assert_int_equal(sql_integer(path, "SELECT count(*) FROM site_rules"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_are_tried_before_they_are_stored),
        cmocka_unit_test(test_bad_ones_change_nothing),
        cmocka_unit_test(test_a_crawl_goes_by_them),
        cmocka_unit_test(test_what_they_find_is_counted),
        cmocka_unit_test(test_those_that_find_nothing_are_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
