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

/* ---- ai.txt and tdmrep.json ---- */

#define TDMREP "/.well-known/tdmrep.json"

static void look_again(const char *database)
{
    sql_do(database, "DELETE FROM queue;"
                     "INSERT INTO queue(host_id, band, rank, hash, kind, site_id, found_ms, path)"
                     " SELECT host_id, 3, 0, hash, 1, u.site_id, u.found_ms,"
                     "  replace(url, origin, '')"
                     "  FROM urls u JOIN hosts USING (host_id) WHERE article_id IS NOT NULL");
}

static void crawl_asking(const char *database)
{
    free(CRAWLER(0, "--sites", database, "--ask-reservations", "30d", CRAWL_FAST));
}

static size_t asked_files(struct site *site, long host)
{
    return site_requests(site, host, "/ai.txt") + site_requests(site, host, TDMREP);
}

static void test_files_are_asked_for_once(void **state)
{
    static struct saying ai = {.robots = "User-Agent: *\nDisallow: *.txt\n"};
    static struct saying tdm = {.robots = "[{\"location\": \"/two\", \"tdm-reservation\": 1}]"};
    static const struct site_route both[] = {
        {.path = "/ai.txt", .answer = robots_answer, .context = &ai},
        {.path = TDMREP, .answer = robots_answer, .context = &tdm},
        {.path = "/one", .answer = story_answer},
        {.path = "/two", .answer = story_answer},
    };
    static const struct site_route neither[] = {{.path = "/one", .answer = story_answer}};
    static const struct site_host hosts[] = {{.routes = both, .routes_count = COUNT(both)},
                                             {.routes = neither, .routes_count = COUNT(neither)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "page", site, 2, "/one");
    crawl_add(database, "page", site, 1, "/two");
    crawl(database);
    assert_int_equal(asked_files(site, SITE_ANY), 0); /* nobody said so */
    expect(database, ASKED, "one 000--- \none 000--- \ntwo 000--- \n");

    look_again(database);
    crawl_asking(database);
    assert_int_equal(asked_files(site, 0), 2);
    assert_int_equal(asked_files(site, 1), 2);
    expect(database, ASKED, "one 000--- \none 0000-- ai.txt\ntwo 0010-- ai.txt tdmrep.json\n");
    expect(database,
           "SELECT ai_txt_status, tdmrep_status, may_train, tdm_reserved FROM v_hosts"
           " ORDER BY ai_txt_status",
           "200|200|0|0\n404|404||0\n");
    expect(database,
           "SELECT count(*) FROM v_fetches WHERE url LIKE '%/ai.txt' OR url LIKE '%/tdmrep.json'",
           "4\n");
    char *chosen = CRAWLER(0, "export", "--sites", database, "--where", "may_train IS NOT 0",
                           "--format", "csv", "-o", "-");
    assert_non_null(strstr(chosen, site_url(site, 1, "/one")));
    assert_null(strstr(chosen, site_url(site, 0, "/one")));
    free(chosen);

    look_again(database);
    ai.robots = "";
    tdm.robots = "[{\"location\": \"/\", \"tdm-reservation\": 1}]";
    crawl_asking(database);
    assert_int_equal(asked_files(site, SITE_ANY), 4); /* that there are none is remembered, too */
    expect(database, ASKED, "one 000--- \none 0000-- ai.txt\ntwo 0010-- ai.txt tdmrep.json\n");

    look_again(database);
    sql_do(database, "UPDATE host_files SET asked_ms = asked_ms - 31 * 86400000");
    crawl_asking(database);
    assert_int_equal(asked_files(site, SITE_ANY), 8);
    expect(database, ASKED, "one 000--- \none 001--- tdmrep.json\ntwo 001--- tdmrep.json\n");
    site_stop(site);
}

static void test_files_are_not_always_to_be_had(void **state)
{
    static const struct site_route forbidden[] = {
        {.path = "/robots.txt",
         .type = "text/plain",
         .body = "User-agent: *\nDisallow: /ai.txt\nDisallow: /.well-known/\n"},
        {.path = "/one", .answer = story_answer},
    };
    static const struct site_route moved[] = {
        {.path = "/ai.txt", .location = "/files/ai.txt"},
        {.path = "/files/ai.txt", .type = "text/plain", .body = "User-Agent: *\nDisallow: /\n"},
        {.path = TDMREP, .location = "{base:0}/elsewhere"},
        {.path = "/one", .answer = story_answer},
    };
    static const struct site_route broken[] = {
        {.path = "/ai.txt", .status = 500},
        {.path = TDMREP, .type = "application/json", .body = "[{"},
        {.path = "/one", .answer = story_answer},
    };
    static const struct site_host hosts[] = {
        {.routes = forbidden, .routes_count = COUNT(forbidden)},
        {.routes = moved, .routes_count = COUNT(moved)},
        {.routes = broken, .routes_count = COUNT(broken)},
    };
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "page", site, 3, "/one");
    crawl_asking(database);
    assert_int_equal(asked_files(site, 0), 0);
    assert_int_equal(site_requests(site, 0, "/elsewhere"), 0);
    assert_int_equal(site_requests(site, 1, "/files/ai.txt"), 1);
    assert_int_equal(asked_files(site, 2), 2);
    assert_int_equal(site_requests(site, SITE_ANY, "/one"), 3);
    expect(database, ASKED, "one 000--- \none 000--- \none 0000-- ai.txt\n");

    look_again(database); /* what was said before is still said when it can't be had */
    sql_do(database, "UPDATE host_files SET asked_ms = 1;"
                     "UPDATE host_files SET rights = 8, body = 'User-agent: *' || char(10) ||"
                     "  'Disallow: /' || char(10) WHERE status = 500");
    crawl_asking(database);
    expect(database, ASKED, "one 000--- \none 0000-- ai.txt\none 0000-- ai.txt\n");
    expect(database, "SELECT rights, body IS NULL, asked_ms > 1 FROM host_files WHERE status = 500",
           "8|0|1\n");
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_is_asked_is_renewed),
                                       cmocka_unit_test(test_files_are_asked_for_once),
                                       cmocka_unit_test(test_files_are_not_always_to_be_had)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
