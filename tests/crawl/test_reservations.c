/* What sites ask of those who use their articles is recorded article by article, renewed at every
 * look, and can be filtered by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

/* What the site says at the time; its pages never change. */
struct saying {
    const char *robots, *fields;
};

static void robots_answer(const struct site_request *request, struct site_answer *answer,
                          void *context)
{
    const struct saying *saying = context;
    (void)request;
    answer->type = "text/plain";
    bytes_append_string(&answer->body, saying->robots);
}

static void page_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    const struct saying *saying = context;
    story_answer(request, answer, NULL);
    answer->headers = saying->fields;
}

/* An article with what is asked as to it. */
#define ASKED                                                                                      \
    "SELECT replace(url, rtrim(url, replace(url, '/', '')), '') || ' ' || noindex || noarchive"    \
    " || tdm_reserved || coalesce(may_train, '-') || coalesce(may_input, '-')"                     \
    " || coalesce(may_search, '-') || ' ' || coalesce(rights_from, '') FROM v_articles ORDER BY 1"

static void expect(const char *database, const char *sql, const char *expected)
{
    char *got = sql_rows(database, sql);
    assert_string_equal(got, expected);
    free(got);
}

static void crawl(const char *database)
{
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
}

static void test_what_is_asked_is_renewed(void **state)
{
    static struct saying saying;
    static const struct site_route routes[] = {
        {.path = "/robots.txt", .answer = robots_answer, .context = &saying},
        {.path = "/one", .answer = story_answer, .etag = "\"1\""},
        {.path = "/two", .answer = page_answer, .context = &saying},
    };
    static const struct site_host host = {.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "page", site, 1, "/one");
    crawl_add(database, "page", site, 1, "/two");
    saying = (struct saying){"User-agent: *\nContent-Signal: search=yes, ai-train=no\n",
                             "Content-Usage: train-ai=y, ai-input=n\r\nX-Robots-Tag: noindex\r\n"};
    crawl(database);
    expect(database, ASKED, "one 0000-1 robots.txt\ntwo 100001 header robots.txt\n");
    expect(database, "SELECT may_train, may_input, may_search FROM v_hosts", "0||1\n");

    sql_do(database,
           "UPDATE hosts SET robots_fetched_ms = 0;"
           "INSERT INTO queue(host_id, band, rank, hash, kind, site_id, found_ms, path)"
           " SELECT host_id, 3, 0, hash, 1, u.site_id, u.found_ms, replace(url, origin, '')"
           "  FROM urls u JOIN hosts USING (host_id) WHERE article_id IS NOT NULL");
    saying = (struct saying){"User-agent: *\nContent-Usage: /one train-ai=y\n",
                             "TDM-Reservation: 1\r\n"};
    crawl(database);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM v_revisions"), 2);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM fetches WHERE status = 304"), 1);
    expect(database, ASKED, "one 0001-- robots.txt\ntwo 001--- header\n");

    char *chosen = CRAWLER(0, "export", "--sites", database, "--where",
                           "tdm_reserved = 0 AND may_train IS NOT 0", "--format", "csv", "-o", "-");
    assert_non_null(strstr(chosen, "/one"));
    assert_null(strstr(chosen, "/two"));
    free(chosen);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_asked_is_renewed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
