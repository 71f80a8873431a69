/* What the commands tell of a crawl: one small crawl for all, then questions. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum { GOOD, BROKEN, API, HOSTS, STORIES = 5, SLOW_MS = 700, CHILD_LIMIT_S = 60 };

static const struct story_map stories = {STORIES};

static const struct site_route good[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow: /private/\n"},
    {.path = "/", .answer = story_front, .context = (void *)&stories},
    {.path = "/news/*", .answer = story_answer},
    {.path = "/moved", .status = 301, .location = "{base}/news/2026/moved-here"},
    {.path = "/away", .location = "{base:1}/somewhere"},
    {.path = "/loop", .location = "{base}/loop"},
    {.path = "/stories.xml",
     .type = "text/xml",
     .body = "<?xml version='1.0'?><rss version='2.0'><channel><title>All</title><item>"
             "<title>A story of the feed</title><link>{base}/news/2026/of-the-feed</link></item>"
             "</channel></rss>"},
    {.path = "/slow/*", .answer = story_answer, .latency_ms = SLOW_MS},
};
static const struct site_route broken[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow: /somewhere\n"},
    {.path = "*", .status = 500},
};
static const struct site_route api[] = {
    {.path = "/v1", .type = "application/json", .body = "{\"data\":[{\"id\":1},{\"id\":2}]}"},
};
static const struct site_host hosts[HOSTS] = {
    [GOOD] = {.routes = good, .routes_count = COUNT(good)},
    [BROKEN] = {.routes = broken, .routes_count = COUNT(broken)},
    [API] = {.routes = api, .routes_count = COUNT(api)},
};

static struct site *site;
static const char *database;
static const char *stats;

static int set_up(void **state)
{
    (void)state;
    site = site_start(hosts, HOSTS, 0);
    database = crawl_database();
    stats = scratch_path(scratch_directory(), "stats.json");
    crawl_add(database, "site", site, 2, "/");
    free(CRAWLER(0, "add", "--sites", database, "--kind", "api", "--items", "/data",
                 site_url(site, API, "/v1")));
    char *summary =
        CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "0", "--stats", stats);
    assert_non_null(strstr(summary, "The run completed after"));
    assert_non_null(strstr(summary, "3 asked"));
    free(summary);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(site);
    return 0;
}

static json_t *ask_json(const char *const *arguments)
{
    char *text = crawler_expect(0, arguments);
    json_t *answer = json_loads(text, 0, NULL);
    if (!answer)
        fail_msg("no JSON: %s", text);
    free(text);
    return answer;
}

#define ASK_JSON(...) ask_json((const char *const[]){__VA_ARGS__, "--json", NULL})

static int64_t number_of(const json_t *object, const char *key)
{
    return (int64_t)json_number_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* The figures agree with the rows. */
static void test_stats(void **state)
{
    (void)state;
    json_t *figures = json_load_file(stats, 0, NULL);
    assert_non_null(figures);
    assert_int_equal(number_of(figures, "requests"),
                     sql_integer(database, "SELECT count(*) FROM fetches"));
    assert_int_equal(number_of(figures, "articles"),
                     sql_integer(database, "SELECT count(*) FROM articles"));
    assert_int_equal(number_of(figures, "bytes_wire"),
                     sql_integer(database, "SELECT sum(bytes_wire) FROM fetches"));
    assert_int_equal(number_of(figures, "api_records"), 2);
    assert_true(json_is_number(json_object_get(figures, "loop_longest_ms")));
    json_t *stages = json_object_get(figures, "stages");
    assert_true(number_of(json_object_get(stages, "extract"), "count") > 0);
    assert_true(number_of(json_object_get(stages, "fetch"), "count") > 0);
    json_decref(figures);
}

static void test_report(void **state)
{
    (void)state;
    char *text = CRAWLER(0, "report", "--sites", database);
    assert_non_null(strstr(text, "Run 1, ok: begun "));
    assert_non_null(strstr(text, "What failed in this run:"));
    assert_non_null(strstr(text, "http 500"));
    assert_non_null(strstr(text, "Sites that want a look:"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strlen(line) > 120) /* bytes; an ellipsis has three */
            fail_msg("too long: %s", line);
    free(text);

    json_t *report = ASK_JSON("report", "--sites", database, "--run", "1");
    const json_t *run = json_object_get(report, "run");
    assert_int_equal(number_of(run, "run"), 1);
    assert_string_equal(text_of(run, "outcome"), "ok");
    assert_int_equal(number_of(run, "articles_new"), STORIES);
    assert_true(json_is_array(json_object_get(run, "argv")));
    assert_true(json_is_object(json_object_get(run, "figures")));
    const json_t *failures = json_object_get(report, "failures");
    assert_true(json_array_size(failures) > 0);
    for (size_t i = 0; i < json_array_size(failures); i++) /* guesses that missed are none */
        assert_string_equal(text_of(json_array_get(failures, i), "error"), "http 500");
    assert_true(json_is_array(json_object_get(report, "reasons")));
    json_decref(report);
}

static void test_apis(void **state)
{
    (void)state;
    char *text = CRAWLER(0, "report", "--apis", "--sites", database);
    assert_non_null(strstr(text, "1 APIs: 1 asked, 0 failed; 2 records, 2 new;"));
    free(text);
    json_t *report = ASK_JSON("report", "--apis", "--sites", database);
    const json_t *first = json_array_get(json_object_get(report, "apis"), 0);
    assert_int_equal(number_of(first, "status"), 200);
    assert_int_equal(number_of(first, "records"), 2);
    assert_int_equal(number_of(json_object_get(report, "total"), "records"), 2);
    json_decref(report);
}

static void test_sites(void **state)
{
    (void)state;
    json_t *sites = ASK_JSON("sites", "--sites", database);
    assert_int_equal(json_array_size(sites), HOSTS);
    for (size_t i = 0; i < HOSTS; i++) {
        const json_t *row = json_array_get(sites, i);
        bool is_broken = strcmp(text_of(row, "url"), site_url(site, BROKEN, "/")) == 0;
        assert_string_equal(text_of(row, "state"), is_broken ? "failing" : "ok");
        if (strcmp(text_of(row, "url"), site_url(site, GOOD, "/")) == 0)
            assert_int_equal(number_of(row, "articles"), STORIES);
    }
    json_decref(sites);
}

static void test_search(void **state)
{
    (void)state;
    char *title = sql_text(database, "SELECT title FROM articles ORDER BY article_id LIMIT 1");
    json_t *found = ASK_JSON("search", "--sites", database, "--limit", "3", title);
    assert_string_equal(text_of(json_array_get(found, 0), "title"), title);
    json_decref(found);
    free(CRAWLER(2, "search", "--sites", database, "--site", "elsewhere.example", title));
    free(title);
}

static size_t count_of(const json_t *report, const char *part)
{
    return json_array_size(json_object_get(report, part));
}

/* What is told of sites is told of the group alone. */
static void test_groups(void **state)
{
    static const char *const commands[] = {"report", "search", "reextract", "sites"};
    (void)state;
    free(CRAWLER(0, "set", "--sites", database, site_url(site, GOOD, "/"), "label=fine"));
    free(CRAWLER(0, "set", "--sites", database, site_url(site, BROKEN, "/"),
                 site_url(site, API, "/v1"), "label=poor"));
    json_t *all = ASK_JSON("report", "--sites", database);
    json_t *fine = ASK_JSON("report", "--sites", database, "--group", "fine");
    json_t *poor = ASK_JSON("report", "--sites", database, "--group", "poor");
    assert_true(count_of(all, "failures") > 0);
    assert_int_equal(count_of(fine, "failures") + count_of(fine, "sites"), 0);
    assert_int_equal(count_of(poor, "failures"), count_of(all, "failures"));
    assert_int_equal(count_of(poor, "sites"), count_of(all, "sites"));
    assert_int_equal(count_of(fine, "reasons") + count_of(poor, "reasons"),
                     count_of(all, "reasons"));
    json_decref(all);
    json_decref(fine);
    json_decref(poor);

    fine = ASK_JSON("report", "--sites", database, "--apis", "--group", "fine");
    poor = ASK_JSON("report", "--sites", database, "--apis", "--group", "poor");
    assert_int_equal(count_of(fine, "apis"), 0);
    assert_int_equal(count_of(poor, "apis"), 1);
    json_decref(fine);
    json_decref(poor);

    char *text = CRAWLER(0, "report", "--sites", database, "--group", "fine,poor");
    assert_non_null(strstr(text, "  group     fine, poor: what follows is of its sites alone\n"));
    free(text);
    text = CRAWLER(0, "report", "--sites", database, "--group", "fine", "--html", "-");
    assert_non_null(strstr(text, "Told are the sites of the group fine;"));
    assert_non_null(strstr(text, "Every site is as it was."));
    assert_null(strstr(text, site_url(site, BROKEN, "")));
    free(text);

    char *title = sql_text(database, "SELECT title FROM articles ORDER BY article_id LIMIT 1");
    fine = ASK_JSON("search", "--sites", database, "--group", "fine", title);
    poor = ASK_JSON("search", "--sites", database, "--group", "poor", title);
    assert_string_equal(text_of(json_array_get(fine, 0), "title"), title);
    assert_int_equal(json_array_size(poor), 0);
    json_decref(fine);
    json_decref(poor);
    free(title);

    for (size_t i = 0; i < COUNT(commands); i++)
        free(CRAWLER(2, commands[i], "--sites", database, "--group", "nobody",
                     strcmp(commands[i], "search") == 0 ? "word" : NULL));
}

static void test_explain(void **state)
{
    static const struct {
        size_t host;
        const char *path, *says, *robots;
    } cases[] = {
        {GOOD, "/", "fetched", "allows it"},
        {GOOD, "/private/x", "no source has named this URL so far", "disallows it"},
        {BROKEN, "/", "failed, to be tried again: server error", "allows it"},
        {API, "/v1", "fetched", "there is none, so everything is allowed"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *url = site_url(site, cases[i].host, cases[i].path);
        json_t *answer = ASK_JSON("explain", "--sites", database, url);
        if (!strstr(text_of(answer, "conclusion"), cases[i].says) ||
            strcmp(text_of(answer, "robots"), cases[i].robots) != 0)
            fail_msg("%s: '%s', robots.txt '%s'", cases[i].path, text_of(answer, "conclusion"),
                     text_of(answer, "robots"));
        json_decref(answer);
        free(CRAWLER(0, "explain", "--sites", database, url));
    }
    char *url = sql_text(database, "SELECT url FROM urls WHERE article_id IS NOT NULL LIMIT 1");
    json_t *answer = ASK_JSON("explain", "--sites", database, url);
    assert_non_null(strstr(text_of(answer, "conclusion"), "fetched and stored"));
    assert_true(number_of(json_object_get(answer, "article"), "words") > 100);
    assert_int_equal(json_array_size(json_object_get(answer, "fetches")), 1);
    assert_int_equal(json_array_size(json_object_get(answer, "told_by")), 1);
    json_decref(answer);
    free(url);
}

/* The broken site is a person's business, but only for who asks. */
static void test_strict(void **state)
{
    (void)state;
    free(CRAWLER(1, "--sites", database, CRAWL_FAST, "--patience", "0", "--strict"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "0"));
}

/* ---- try ---- */

static void test_try(void **state)
{
    static const struct {
        const char *path;
        int exit_status;
        const char *says; /* in the JSON's text */
    } cases[] = {
        {"/news/2026/some-story", 0, "\"is_article\": true"},
        {"/moved", 0, "/news/2026/moved-here\""},
        {"/nowhere", 1, "\"error\": \"gone\""},
        {"/private/x", 1, "\"error\": \"robots.txt disallows it\""},
        {"/away", 1, "\"error\": \"robots.txt disallows it\""},
        {"/loop", 1, "\"error\": \"too many redirects\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *url = site_url(site, GOOD, cases[i].path);
        char *text =
            CRAWLER(cases[i].exit_status, "try", "--allow-net", "127.0.0.0/8", "--json", url);
        if (!strstr(text, cases[i].says))
            fail_msg("%s: %s", cases[i].path, text);
        free(text);
        text = CRAWLER(cases[i].exit_status, "try", "--allow-net", "127.0.0.0/8", url);
        free(text);
    }
    assert_int_equal(site_requests(site, GOOD, "/private/x"), 0);
    assert_int_equal(site_requests(site, BROKEN, "/somewhere"), 0);
    size_t before = site_requests(site, SITE_ANY, NULL);
    free(CRAWLER(1, "try", site_url(site, GOOD, "/"))); /* loopback is refused unless allowed */
    free(CRAWLER(2, "try", "--allow-net", "nonsense", site_url(site, GOOD, "/")));
    free(CRAWLER(2, "--sites", database, "--ca-file", "/nowhere/ca.pem"));
    free(CRAWLER(2, "--sites", database, "--dns-server", "nonsense"));
    assert_int_equal(site_requests(site, SITE_ANY, NULL), before);
}

/* What is told of a robots.txt that is none: before a crawl by `try`, after one by `explain`. */
enum { ABSENT, FAILING, SCARED, MOVED, CIRCLE, ROBOTS_HOSTS };

static const struct site_route absent[] = {{.path = "/news/*", .answer = story_answer}};
static const struct site_route failing[] = {{.path = "*", .status = 503}};
static const struct site_route scared[] = {{.path = "*", .status = 429}};
static const struct site_route moved[] = {
    {.path = "/robots.txt", .location = "/other.txt"},
    {.path = "/other.txt", .type = "text/plain", .body = "User-agent: *\nDisallow: /news/x\n"},
    {.path = "/news/*", .answer = story_answer},
};
static const struct site_route circle[] = {
    {.path = "/robots.txt", .location = "/robots.txt"},
    {.path = "/news/*", .answer = story_answer},
};

static void test_odd_robots(void **state)
{
    static const struct site_host odd[ROBOTS_HOSTS] = {
        [ABSENT] = {.routes = absent, .routes_count = COUNT(absent)},
        [FAILING] = {.routes = failing, .routes_count = COUNT(failing)},
        [SCARED] = {.routes = scared, .routes_count = COUNT(scared)},
        [MOVED] = {.routes = moved, .routes_count = COUNT(moved)},
        [CIRCLE] = {.routes = circle, .routes_count = COUNT(circle)},
    };
    static const struct {
        size_t host;
        const char *path;
        int exit_status;
        const char *tried, *explained;
    } cases[] = {
        {ABSENT, "/news/2026/a", 0, "there is none, so everything is allowed",
         "there is none, so everything is allowed"},
        {FAILING, "/news/2026/a", 1, "its robots.txt can't be read (server error",
         "unreachable, so nothing may be asked for now"},
        {SCARED, "/news/2026/a", 1, "its robots.txt can't be read (throttled",
         "unreachable, so nothing may be asked for now"},
        {MOVED, "/news/2026/a", 0, "allows it", "allows it"},
        {MOVED, "/news/x", 1, "disallows it", "disallows it"},
        {CIRCLE, "/news/2026/a", 0, "there is none, so everything is allowed",
         "there is none, so everything is allowed"},
    };
    struct site *robots = site_start(odd, ROBOTS_HOSTS, 0);
    const char *sites = crawl_database();
    (void)state;
    crawl_add(sites, "page", robots, ROBOTS_HOSTS, "/news/2026/first");
    free(CRAWLER(0, "--sites", sites, CRAWL_FAST, "--patience", "0"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *url = site_url(robots, cases[i].host, cases[i].path);
        char *text =
            CRAWLER(cases[i].exit_status, "try", "--allow-net", "127.0.0.0/8", "--json", url);
        if (!strstr(text, cases[i].tried))
            fail_msg("host %zu, %s: %s", cases[i].host, cases[i].path, text);
        free(text);
        json_t *answer = ASK_JSON("explain", "--sites", sites, url);
        if (strcmp(text_of(answer, "robots"), cases[i].explained) != 0)
            fail_msg("host %zu, %s: %s", cases[i].host, cases[i].path, text_of(answer, "robots"));
        json_decref(answer);
    }
    site_stop(robots);
}

/* A list of feeds does for a list of sites: each is read as what it is. */
static void test_feed_as_site(void **state)
{
    const char *sites = crawl_database();
    (void)state;
    free(CRAWLER(0, "add", "--sites", sites, site_url(site, GOOD, "/stories.xml")));
    free(CRAWLER(0, "--sites", sites, CRAWL_FAST, "--patience", "0"));
    assert_int_equal(sql_integer(sites, "SELECT count(*) FROM v_articles"
                                        " WHERE url LIKE '%/news/2026/of-the-feed'"),
                     1);
    char *summary = CRAWLER(0, "--sites", sites, CRAWL_FAST, "--patience", "0", "--poll", "all");
    assert_non_null(strstr(summary, ": nothing new.\n"));
    free(summary);
}

/* What could not be printed is told by the exit status. */
static void test_full_output(void **state)
{
    struct program_result result;
    (void)state;
    if (access("/dev/full", W_OK))
        skip();
    program_run((const char *const[]){"/bin/sh", "-c", "exec \"$0\" --help >/dev/full",
                                      CRAWLER_PROGRAM, NULL},
                CHILD_LIMIT_S * 1000, &result);
    assert_int_equal(result.exit_status, 6);
    assert_non_null(strstr(result.err, "cannot write to standard output"));
    program_result_clear(&result);
}

/* ---- standard error ---- */

/* A crawl of one slow page with `descriptor` as its standard error. Returns its wait status. */
static int crawl_onto(int descriptor, const char *path, const char *log)
{
    const char *sites = crawl_database();
    free(CRAWLER(0, "add", "--sites", sites, "--kind", "page", site_url(site, GOOD, path)));
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 1);
        dup2(descriptor, 2);
        signal(SIGPIPE, SIG_DFL);
        alarm(CHILD_LIMIT_S);
        execl(CRAWLER_PROGRAM, "crawler", "--sites", sites, "--allow-net", "127.0.0.0/8", "--delay",
              "0", "--patience", "0", "--log", log, (char *)NULL);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(sql_integer(sites, "SELECT count(*) FROM v_articles"), 1);
    return status;
}

/* Nobody reads what it says, and there is no room left: the crawl goes on. */
static void test_full_pipe(void **state)
{
    static const char *const logs[] = {"text", "json"};
    (void)state;
    for (size_t i = 0; i < COUNT(logs); i++) {
        int ends[2];
        char filling[4096] = {0};
        assert_int_equal(pipe(ends), 0);
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
        while (write(ends[1], filling, sizeof filling) > 0)
            ;
        fcntl(ends[1], F_SETFL, 0);
        assert_int_equal(crawl_onto(ends[1], "/news/full-pipe", logs[i]), 0);
        close(ends[0]);
        close(ends[1]);
    }
}

static void test_closed_pipe(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(crawl_onto(ends[1], "/news/closed-pipe", "text"), 0);
    close(ends[1]);
}

static void test_terminal(void **state)
{
    static char text[65536];
    (void)state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        skip();
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    setenv("TERM", "xterm", 1);
    assert_int_equal(crawl_onto(terminal, "/slow/story", "text"), 0);
    fcntl(master, F_SETFL, O_NONBLOCK);
    ssize_t size = read(master, text, sizeof text - 1);
    assert_true(size > 0);
    assert_non_null(strstr(text, "\r1/1 sites")); /* redrawn in place */
    assert_non_null(strstr(text, "1 request open"));
    assert_string_equal(text + size - 4, "\r\x1b[K"); /* and taken away at the end */
    close(terminal);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stats),        cmocka_unit_test(test_report),
        cmocka_unit_test(test_apis),         cmocka_unit_test(test_sites),
        cmocka_unit_test(test_search),       cmocka_unit_test(test_groups),
        cmocka_unit_test(test_explain),      cmocka_unit_test(test_strict),
        cmocka_unit_test(test_try),          cmocka_unit_test(test_odd_robots),
        cmocka_unit_test(test_feed_as_site), cmocka_unit_test(test_full_output),
        cmocka_unit_test(test_full_pipe),    cmocka_unit_test(test_closed_pipe),
        cmocka_unit_test(test_terminal),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
