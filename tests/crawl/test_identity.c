/* One article is one row and one request, however many addresses it has: as AMP and mobile page,
 * with and without "www.", under a new slug. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

/* A site of several hosts, all of them one server: see name_hosts(). */
#define SITE "paper.example"

/* A page: the text of `story`, with something in its head. In `head`, {port} is the server's. */
struct page {
    const char *host, *path;
    const char *story; /* NULL: 404 */
    const char *head;
};

/* What the feed of the site tells from run `first` on. */
struct told {
    unsigned first;
    const char *host, *path;
};

struct paper {
    const struct page *pages;
    size_t pages_count;
    const struct told *told;
    size_t told_count;
    unsigned run;
};

static void feed_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    const struct paper *paper = context;
    answer->type = "application/rss+xml";
    bytes_append_string(&answer->body, "<rss version=\"2.0\"><channel><title>Paper</title>");
    for (size_t i = 0; i < paper->told_count; i++)
        if (paper->told[i].first <= paper->run)
            bytes_append_string(&answer->body,
                                arena_format(answer->arena,
                                             "<item><link>http://%s:%u%s</link></item>",
                                             paper->told[i].host, site_port(request->site, 0),
                                             paper->told[i].path));
    bytes_append_string(&answer->body, "</channel></rss>");
}

static const struct page *page_of(const struct site_request *request, const struct paper *paper)
{
    char host[100] = "";
    site_header(request->head, "Host", host, sizeof(host));
    host[strcspn(host, ":")] = '\0';
    for (size_t i = 0; i < paper->pages_count; i++)
        if (strcmp(paper->pages[i].host, host) == 0 &&
            strcmp(paper->pages[i].path, request->path) == 0)
            return &paper->pages[i];
    return NULL;
}

static void page_answer(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    const struct page *page = page_of(request, context);
    if (!page || !page->story) {
        answer->status = 404;
        return;
    }
    struct bytes story;
    bytes_init(&story, 0);
    story_append(page->story, &story);
    char *body = strstr(story.data, "</head>"),
         *port = page->head ? strstr(page->head, "{port}") : 0;
    bytes_append(&answer->body, story.data, (size_t)(body - story.data));
    if (port) {
        bytes_append(&answer->body, page->head, (size_t)(port - page->head));
        bytes_append_string(&answer->body, arena_format(answer->arena, "%u%s",
                                                        site_port(request->site, 0), port + 6));
    } else if (page->head) {
        bytes_append_string(&answer->body, page->head);
    }
    bytes_append_string(&answer->body, body);
    bytes_clear(&story);
}

/* The crawlers that are started find the hosts by a file of our own. */
static int name_hosts(void **state)
{
    (void)state;
    return setenv(
        "CARES_HOSTS",
        scratch_file(scratch_directory(), "hosts", "127.0.0.1 " SITE " www." SITE " m." SITE "\n"),
        1);
}

/* The site after `runs` crawls, each of which polls its feed. */
static const char *crawl_paper(struct paper *paper, unsigned runs)
{
    const struct site_route routes[] = {
        {.path = "/", .answer = feed_answer, .context = paper},
        {.path = "/robots.txt", .status = 404},
        {.path = "*", .answer = page_answer, .context = paper},
    };
    const struct site_host host = {
        .address = "127.0.0.1", .routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(&host, 1, 0);
    const char *database = crawl_database();
    char list[100];
    snprintf(list, sizeof(list), "http://" SITE ":%u/\n", site_port(site, 0));
    free(CRAWLER(0, "add", "--sites", database, "--file",
                 scratch_file(scratch_directory(), "list", list)));
    for (paper->run = 1; paper->run <= runs; paper->run++)
        free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    site_stop(site);
    char *twice = sql_rows(database, "SELECT run_id, url, count(*) FROM v_fetches"
                                     " GROUP BY run_id, url HAVING count(*) > 1");
    assert_string_equal(twice, "");
    free(twice);
    return database;
}

/* Rows of `query`, in which the port of the server is left out. */
static void expect_rows(const char *database, const char *query, const char *expected)
{
    char *rows = sql_rows(database, query), *to = rows;
    for (const char *from = rows; *from;) {
        bool port = strncmp(from, ".example:", 9) == 0;
        memmove(to, from, port ? 8 : 1);
        to += port ? 8 : 1;
        from += port ? 9 + strspn(from + 9, "0123456789") : 1;
    }
    *to = '\0';
    assert_string_equal(rows, expected);
    free(rows);
}

#define ARTICLES "SELECT url FROM v_articles ORDER BY url"
#define ASKED    "SELECT url FROM v_fetches WHERE kind = 'article' ORDER BY url"

static void an_amp_page_that_is_named_is_not_asked(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair", "/fair", "<link rel=amphtml href=\"/light/fair\">"},
        {SITE, "/light/fair", "/fair", NULL},
    };
    static const struct told told[] = {{1, SITE, "/fair"}, {2, SITE, "/light/fair"}};
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 2);
    expect_rows(database, ARTICLES, "http://paper.example/fair\n");
    expect_rows(database, ASKED, "http://paper.example/fair\n");
    expect_rows(database, "SELECT state, why, article_id FROM v_urls WHERE url LIKE '%/light/fair'",
                "done|AMP form of http://paper.example/fair|1\n");
    char *url = sql_text(database, "SELECT url FROM v_urls WHERE url LIKE '%/light/fair'");
    char *text = CRAWLER(0, "explain", "--sites", database, url);
    assert_non_null(strstr(text, "stored without being asked: AMP form of"));
    free(text);
    free(url);
}

static void the_canonical_page_of_an_amp_page_is_not_asked(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair", "/fair", NULL},
        {SITE, "/amp/fair", "/fair", "<link rel=canonical href=\"/fair\">"},
        {"m." SITE, "/ferry", "/ferry",
         "<link rel=canonical href=\"http://" SITE ":{port}/ferry\">"},
        {SITE, "/ferry", "/ferry", NULL},
    };
    static const struct told told[] = {
        {1, SITE, "/amp/fair"}, {1, "m." SITE, "/ferry"}, {2, SITE, "/fair"}, {2, SITE, "/ferry"}};
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 2);
    expect_rows(database, ARTICLES, "http://paper.example/fair\nhttp://paper.example/ferry\n");
    expect_rows(database, ASKED, "http://m.paper.example/ferry\nhttp://paper.example/amp/fair\n");
}

/* A page whose canonical address is another article's hides that one from nobody. */
static void another_canonical_page_is_asked(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair", "/fair", NULL},
        {SITE, "/amp/ferry", "/ferry", "<link rel=canonical href=\"/fair\">"},
    };
    static const struct told told[] = {{1, SITE, "/amp/ferry"}, {2, SITE, "/fair"}};
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 2);
    expect_rows(database, ARTICLES, "http://paper.example/amp/ferry\nhttp://paper.example/fair\n");
}

static void forms_that_are_told_together_are_asked_once(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair", "/fair", NULL},       {SITE, "/fair/amp/", "/fair", NULL},
        {SITE, "/fair?amp=1", "/fair", NULL}, {"www." SITE, "/fair", "/fair", NULL},
        {"m." SITE, "/fair", "/fair", NULL},  {SITE, "/lamp", "/lamp", NULL},
    };
    static const struct told told[] = {
        {1, "m." SITE, "/fair"}, {1, SITE, "/fair/amp/"},   {1, SITE, "/fair?amp=1"},
        {1, SITE, "/fair"},      {2, "www." SITE, "/fair"}, {1, SITE, "/lamp"},
    };
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 2);
    expect_rows(database, ARTICLES, "http://paper.example/fair\nhttp://paper.example/lamp\n");
    expect_rows(database, ASKED, "http://paper.example/fair\nhttp://paper.example/lamp\n");
    expect_rows(database, "SELECT count(*), why FROM v_urls WHERE state = 'skipped' GROUP BY why",
                "4|other form of http://paper.example/fair\n");
}

/* Where the plain page is gone the others are asked after all, in the same run. */
static void no_article_is_lost_with_its_plain_form(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair/amp", "/fair", NULL},
        {"m." SITE, "/ferry", "/ferry", NULL},
        {SITE, "/ferry", NULL, NULL},
    };
    static const struct told told[] = {
        {1, SITE, "/fair"}, {1, SITE, "/fair/amp"}, {1, SITE, "/ferry"}, {2, "m." SITE, "/ferry"}};
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 1);
    expect_rows(database, ARTICLES, "http://paper.example/fair/amp\n");
    paper.run = 0;
    database = crawl_paper(&paper, 2);
    expect_rows(database, ARTICLES,
                "http://m.paper.example/ferry\nhttp://paper.example/fair/amp\n");
    expect_rows(database, "SELECT count(*) FROM v_urls WHERE state = 'skipped'", "0\n");
}

/* The feed names two articles anew: one has its number in the address, the other's page tells it.
 */
static void another_slug_is_the_same_article(void **state)
{
    static const struct page pages[] = {
        {SITE, "/fair-opens-123456", "/fair", NULL},
        {SITE, "/fair-is-a-success-123456", "/fair", NULL},
        {SITE, "/ferry-sails", "/ferry", "<link rel=shortlink href=\"/?p=77\">"},
        {SITE, "/ferry-sinks", "/ferry", "<link rel=shortlink href=\"/?p=77\">"},
        {SITE, "/fire-out-123456", "/fire", NULL},
    };
    static const struct told told[] = {{1, SITE, "/fair-opens-123456"},
                                       {1, SITE, "/ferry-sails"},
                                       {2, SITE, "/fair-is-a-success-123456"},
                                       {2, SITE, "/ferry-sinks"},
                                       {3, SITE, "/fire-out-123456"}};
    struct paper paper = {pages, COUNT(pages), told, COUNT(told), 0};
    (void)state;
    const char *database = crawl_paper(&paper, 3);
    expect_rows(database, ARTICLES,
                "http://paper.example/fair-is-a-success-123456\n"
                "http://paper.example/ferry-sinks\nhttp://paper.example/fire-out-123456\n");
    expect_rows(database,
                "SELECT count(DISTINCT article_id), count(*) FROM v_urls WHERE article_id",
                "3|5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_amp_page_that_is_named_is_not_asked),
        cmocka_unit_test(the_canonical_page_of_an_amp_page_is_not_asked),
        cmocka_unit_test(another_canonical_page_is_asked),
        cmocka_unit_test(forms_that_are_told_together_are_asked_once),
        cmocka_unit_test(no_article_is_lost_with_its_plain_form),
        cmocka_unit_test(another_slug_is_the_same_article),
    };
    return cmocka_run_group_tests(tests, name_hosts, NULL);
}
