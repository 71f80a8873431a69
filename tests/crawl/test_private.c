/* Sites at private addresses without --allow-net: nothing is asked, and whoever looks is told what
 * to do; with it the next run asks them as if they had never been refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

static const struct story_map map = {3};

static const struct site_route routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow: /sitemap\n"},
    {.path = "/", .answer = story_front, .context = (void *)(uintptr_t)&map},
    {.path = "/news/*", .answer = story_answer},
};
static const struct site_host hosts[] = {{.routes = routes, .routes_count = COUNT(routes)}};

static void expect(char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in:\n%s", part, text);
    free(text);
}

static void what_to_do_is_said_and_works(void **state)
{
    static const char option[] = "give the run --allow-net NETWORK";
    struct site *site = site_start(hosts, 1, 0);
    const char *database = crawl_database();
    const char *home = site_url(site, 0, "/");
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    expect(CRAWLER(0, "doctor", "--sites", database), option); /* before anything was tried */
    char *summary = CRAWLER(0, "--sites", database, "--contact", "x", "--delay", "0");
    assert_non_null(strstr(summary, "sources at private addresses refused: if they are meant"));
    expect(summary, option);
    expect(CRAWLER(0, "report", "--sites", database), option);
    expect(CRAWLER(0, "explain", "--sites", database, home), option);
    expect(CRAWLER(0, "sites", "--sites", database, "--json"), "; --allow-net opens it");
    expect(CRAWLER(1, "try", "--json", home), "--allow-net opens it");
    assert_int_equal(site_requests(site, SITE_ANY, NULL), 0);

    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "0", "--poll", "all"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_articles"), 3);
    assert_int_equal(site_requests(site, 0, "/robots.txt"), 1); /* nobody had answered before … */
    assert_int_equal(site_requests(site, 0, "/sitemap.xml"), 0); /* … for the site */
    expect(CRAWLER(0, "doctor", "--sites", database, "--allow-net", "127.0.0.0/8"),
           "no site is at an address that a run refuses");
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_to_do_is_said_and_works)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
