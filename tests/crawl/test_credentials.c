/* Credentials, cookies and proxies of sites, judged by the heads that servers read: who gets them,
 * and who does not; and that no output of the program ever has them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/door.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

/* In every value that is a secret below, and nowhere else. */
#define MARK "s3cr3t-m4rk"

static const struct story_map four = {4};

static void expect_integer(const char *database, const char *query, int64_t expected)
{
    int64_t got = sql_integer(database, query);
    if (got != expected)
        fail_msg("%s is %jd, not %jd", query, (intmax_t)got, (intmax_t)expected);
}

/* How many requests of a host had this header with this value; value NULL: had it at all. */
static size_t count_with(struct site *site, long host, const char *name, const char *value)
{
    struct site_visit visit;
    size_t count = 0;
    for (size_t i = 0; site_visit(site, host, NULL, i, &visit); i++) {
        char got[512];
        count += site_header(visit.head, name, got, sizeof got) && (!value || !strcmp(got, value));
        site_visit_clear(&visit);
    }
    return count;
}

/* ---- to that very host ---- */

static const struct site_route elsewhere[] = {
    {.path = "/", .answer = story_front, .context = (void *)&four},
    {.path = "/news/2026/story-about-the-forecast*", .location = "{base:1}/news/2026/moved-0"},
    {.path = "/news/*", .answer = story_answer},
};
static const struct site_route other[] = {{.path = "/news/*", .answer = story_answer}};

static void they_go_to_that_very_host_and_no_redirect_takes_them_along(void **state)
{
    static const struct site_host hosts[] = {
        {.routes = elsewhere, .routes_count = COUNT(elsewhere)},
        {.routes = other, .routes_count = COUNT(other)},
        {.routes = elsewhere, .routes_count = COUNT(elsewhere)},
    };
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "add", "--sites", database, site_url(site, 2, "/")));
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "auth=basic:me:" MARK,
                 "header=X-Key: " MARK, "header+=Accept-Language: de", "cookie=session=" MARK,
                 "user-agent=paperbot/2 (+mailto:test@example.org)"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));

    size_t all = site_requests(site, 0, NULL);
    assert_true(all >= 5);
    assert_int_equal(count_with(site, 0, "Authorization", "Basic bWU6czNjcjN0LW00cms="), all);
    assert_int_equal(count_with(site, 0, "X-Key", MARK), all);
    assert_int_equal(count_with(site, 0, "Accept-Language", "de"), all);
    assert_int_equal(count_with(site, 0, "Cookie", "session=" MARK), all);
    assert_int_equal(count_with(site, 0, "User-Agent", "paperbot/2 (+mailto:test@example.org)"),
                     all);
    for (long host = 1; host <= 2; host++) {
        assert_true(site_requests(site, host, NULL) >= 1);
        assert_int_equal(count_with(site, host, "Authorization", NULL), 0);
        assert_int_equal(count_with(site, host, "X-Key", NULL), 0);
        assert_int_equal(count_with(site, host, "Cookie", NULL), 0);
    }
    assert_int_equal(site_requests(site, 1, "/news/2026/moved-0"), 1);
    expect_integer(database, "SELECT count(*) FROM articles", 7);

    /* One page alone is asked as the run asks. */
    const char *page = site_url(site, 0, "/news/2026/one");
    char *tried =
        CRAWLER(0, "try", "--sites", database, "--allow-net", "127.0.0.0/8", "--json", page);
    assert_null(strstr(tried, MARK));
    free(tried);
    assert_int_equal(count_with(site, 0, "X-Key", MARK), all + 2); /* with its robots.txt */
    assert_int_equal(count_with(site, 0, "User-Agent", "paperbot/2 (+mailto:test@example.org)"),
                     all + 2);
    tried = CRAWLER(0, "try", "--sites", database, "--allow-net", "127.0.0.0/8", page);
    assert_non_null(strstr(tried, "(its user agent, its credentials)"));
    free(tried);
    tried = CRAWLER(0, "try", "--allow-net", "127.0.0.0/8", page);
    assert_null(strstr(tried, "its user agent"));
    free(tried);
    all += 4;
    assert_int_equal(count_with(site, 0, "Cookie", "session=" MARK), all);

    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "auth=", "header-=x-key",
                 "cookie=", "user-agent="));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    assert_int_equal(count_with(site, 0, "X-Key", NULL), all);
    assert_int_equal(count_with(site, 0, "Cookie", NULL), all);
    assert_true(count_with(site, 0, "Accept-Language", "de") > all);
    site_stop(site);
}

/* ---- not to http where the site is https ---- */

static void answer_by_scheme(struct door *door, bool tls, const char *path, struct bytes *out)
{
    struct bytes page;
    bytes_init(&page, 0);
    if (strcmp(path, "/robots.txt") == 0) {
        bytes_append_string(&page, "");
    } else if (strcmp(path, "/") == 0) {
        bytes_append_string(&page, "<html><body><a href='/news/2026/one-story-of-the-day'>A story "
                                   "of this day and of another</a></body></html>");
    } else if (tls) {
        bytes_append_format(out,
                            "HTTP/1.1 302 Found\r\nLocation: http://%s%s\r\nContent-Length: 0\r\n"
                            "Connection: close\r\n\r\n",
                            door_address(door), path);
        return;
    } else {
        story_append(path, &page);
    }
    bytes_append_format(out,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\n"
                        "Connection: close\r\n\r\n",
                        page.size);
    bytes_append(out, page.data ? page.data : "", page.size);
    bytes_clear(&page);
}

static void they_do_not_follow_from_https_to_http(void **state)
{
    struct door *door = door_start(DOOR_HTTP, answer_by_scheme);
    const char *database = crawl_database(), *head;
    char home[128];
    bool tls;
    size_t secret = 0, plain = 0;
    (void)state;
    snprintf(home, sizeof home, "https://%s/", door_address(door));
    free(CRAWLER(0, "add", "--sites", database, home));
    free(CRAWLER(0, "set", "--sites", database, home, "auth=bearer:" MARK, "cookie=a=" MARK,
                 "header=X-Key: " MARK));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--ca-file", door_certificate(door)));
    for (size_t i = 0; (head = door_head(door, i, &tls)); i++) {
        bool has = strstr(head, MARK);
        if (has != tls)
            fail_msg("%s: %s", tls ? "https" : "http", head);
        secret += has;
        plain += !tls;
    }
    assert_true(secret >= 3);
    assert_true(plain >= 1);
    expect_integer(database, "SELECT count(*) FROM articles", 1);
    door_stop(door);
}

/* ---- under another name ---- */

static const struct site_route for_paperbot[] = {
    {.path = "/robots.txt",
     .type = "text/plain",
     .body = "User-agent: paperbot\nDisallow: /news/\n"},
    {.path = "/", .answer = story_front, .context = (void *)&four},
    {.path = "/news/*", .answer = story_answer},
};

static void robots_txt_is_read_for_the_name_that_is_sent(void **state)
{
    static const struct site_host hosts[] = {
        {.routes = for_paperbot, .routes_count = COUNT(for_paperbot)},
        {.routes = for_paperbot, .routes_count = COUNT(for_paperbot)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "user-agent=paperbot/2"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    expect_integer(database, "SELECT count(*) FROM articles WHERE site_id = 1", 0);
    expect_integer(database, "SELECT count(*) FROM articles WHERE site_id = 2", 4);
    expect_integer(database, "SELECT count(*) FROM v_urls WHERE state = 'denied'", 4);
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 1, "/"), "user-agent=paperbot/2"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    assert_int_equal(site_requests(site, 0, "/robots.txt"), 1);
    assert_int_equal(site_requests(site, 1, "/robots.txt"), 2);
    site_stop(site);
}

/* ---- cookies that a site sets ---- */

/* Who has no cookie yet gets one, and a page that says so. */
static void wall(const struct site_request *request, struct site_answer *answer, void *context)
{
    char cookie[256];
    if (site_header(request->head, "Cookie", cookie, sizeof cookie) && strstr(cookie, "seen=1")) {
        if (strcmp(request->path, "/") == 0)
            story_front(request, answer, context);
        else
            story_answer(request, answer, context);
        return;
    }
    answer->headers = "Set-Cookie: seen=1; Path=/\r\n";
    bytes_append_string(&answer->body, "<p>We use cookies. Yes? No?</p>");
}

static const struct site_route walled[] = {{.path = "*", .answer = wall, .context = (void *)&four}};

static void a_jar_lives_for_one_run(void **state)
{
    static const struct site_host hosts[] = {
        {.routes = walled, .routes_count = COUNT(walled)},
        {.routes = walled, .routes_count = COUNT(walled)},
    };
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "cookie-jar=yes",
                 "cookie=lang=de"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    expect_integer(database, "SELECT count(*) FROM articles WHERE site_id = 1", 4);
    expect_integer(database, "SELECT count(*) FROM articles WHERE site_id = 2", 0);
    assert_int_equal(count_with(site, 0, "Cookie", "lang=de"), 1); /* the very first */
    assert_true(count_with(site, 0, "Cookie", "seen=1; lang=de") >= 5);
    assert_int_equal(count_with(site, 1, "Cookie", NULL), 0);
    expect_integer(database, "SELECT count(*) FROM raw_pages WHERE headers LIKE '%set-cookie%'", 0);
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--poll", "all"));
    assert_int_equal(count_with(site, 0, "Cookie", "lang=de"), 2);
    site_stop(site);
}

/* ---- time ---- */

static const struct site_route slow[] = {
    {.path = "/robots.txt", .status = 404},
    {.path = "*", .answer = story_front, .context = (void *)&four, .latency_ms = 1000}};

static void a_site_has_its_own_patience(void **state)
{
    static const struct site_host hosts[] = {{.routes = slow, .routes_count = COUNT(slow)},
                                             {.routes = slow, .routes_count = COUNT(slow)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "timeout=300ms"));
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--tries", "1", "--sources", "front",
                 "--discover-only"));
    expect_integer(database,
                   "SELECT count(*) FROM fetches JOIN urls USING (url_id) WHERE site_id = 1"
                   "  AND error LIKE 'timeout%' AND total_ms BETWEEN 300 AND 900",
                   sql_integer(database, "SELECT count(*) FROM fetches JOIN urls USING (url_id)"
                                         " WHERE site_id = 1 AND urls.kind <> 0"));
    expect_integer(database,
                   "SELECT count(*) FROM fetches JOIN urls USING (url_id) WHERE site_id = 2"
                   "  AND error LIKE 'timeout%'",
                   0);
    site_stop(site);
}

/* ---- proxies ---- */

static const char *behind_host(const char *path)
{
    const char *at = strstr(path, "://");
    at = at ? strchr(at + 3, '/') : path;
    return at ? at : "/";
}

/* What a proxy would get from the site that is asked for. */
static void by_proxy(const struct site_request *request, struct site_answer *answer, void *context)
{
    struct site_request own = *request;
    own.path = behind_host(request->path);
    if (strcmp(own.path, "/robots.txt") == 0)
        answer->status = 404;
    else if (strcmp(own.path, "/") == 0)
        story_front(&own, answer, context);
    else
        story_answer(&own, answer, context);
}

static const struct site_route proxied[] = {
    {.path = "paper.test:443", .status = 407},
    {.path = "daily.test:443", .status = 502},
    {.path = "*", .answer = by_proxy, .context = (void *)&four},
};

static void a_proxy_looks_names_up_and_gets_no_credentials(void **state)
{
    static const struct site_host hosts[] = {{.routes = proxied, .routes_count = COUNT(proxied)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    char proxy[128], url[256];
    (void)state;
    snprintf(proxy, sizeof proxy, "http://me:" MARK "@%s",
             strstr(site_url(site, 0, ""), "://") + 3);
    free(CRAWLER(0, "add", "--sites", database, "http://weekly.test/", "https://paper.test/",
                 "https://daily.test/", "http://10.1.2.3/", "http://[::ffff:127.0.0.1]/",
                 "http://localhost:81/", "http://printer.localhost/"));
    free(CRAWLER(0, "set", "--sites", database, "--all", "header=X-Key: own"));
    free(CRAWLER(0, "--sites", database, "--contact", "x", "--delay", "0", "--tries", "1",
                 "--proxy", proxy));
    expect_integer(database, "SELECT count(*) FROM v_articles WHERE domain = 'weekly.test'", 4);
    expect_integer(database, "SELECT count(*) FROM v_articles", 4);
    expect_integer(database,
                   "SELECT count(DISTINCT origin) FROM v_fetches WHERE error LIKE "
                   "'connect: the proxy wants user and password%' AND origin LIKE '%paper%'",
                   1);
    expect_integer(database,
                   "SELECT count(DISTINCT origin) FROM v_fetches WHERE error ="
                   " 'connect: the proxy answered 502' AND origin LIKE '%daily%'",
                   1);
    expect_integer(database,
                   "SELECT count(DISTINCT origin) FROM v_urls WHERE state = 'denied' AND kind = "
                   "'source'",
                   4);
    size_t all = site_requests(site, 0, NULL);
    assert_int_equal(count_with(site, 0, "Proxy-Authorization", NULL), all);
    assert_int_equal(count_with(site, 0, "X-Key", "own"),
                     all - site_requests(site, 0, "paper.test:443") -
                         site_requests(site, 0, "daily.test:443"));
    expect_integer(database, "SELECT count(*) FROM runs WHERE argv LIKE '%" MARK "%'", 0);
    expect_integer(database, "SELECT count(*) FROM runs WHERE argv LIKE '%***@127.%'", 1);
    snprintf(url, sizeof url, "what --proxy says names no port");
    struct program_result got;
    program_wait(CRAWLER_START("try", "http://weekly.test/", "--proxy", "http://x:" MARK "@y"),
                 10000, &got);
    assert_int_equal(got.exit_status, 2);
    assert_non_null(strstr(got.err, url));
    assert_null(strstr(got.err, MARK));
    program_result_clear(&got);
    site_stop(site);
}

static void answer_story(struct door *door, bool tls, const char *path, struct bytes *out)
{
    answer_by_scheme(door, tls, path, out);
}

static void socks_gets_the_name(void **state)
{
    struct door *door = door_start(DOOR_SOCKS, answer_story);
    const char *database = crawl_database();
    char proxy[128];
    size_t asked = 0;
    (void)state;
    snprintf(proxy, sizeof proxy, "proxy=socks5h://%s", door_address(door));
    free(CRAWLER(0, "add", "--sites", database, "http://hidden.test:8080/"));
    free(CRAWLER(0, "set", "--sites", database, "hidden.test:8080", proxy));
    free(CRAWLER(0, "--sites", database, "--contact", "x", "--delay", "0"));
    expect_integer(database, "SELECT count(*) FROM articles", 1);
    for (; door_head(door, asked, NULL); asked++)
        assert_string_equal(door_target(door, asked), "hidden.test:8080");
    assert_true(asked >= 3);
    door_stop(door);
}

/* ---- nothing is asked without what was to go with it ---- */

static void who_lacks_a_credential_is_not_asked(void **state)
{
    struct site *site = story_sites_start(2, &four, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    unsetenv("TEST_TOKEN");
    free(CRAWLER(0, "set", "--sites", database, site_url(site, 0, "/"), "auth=bearer:$TEST_TOKEN"));
    struct program_result got;
    program_wait(CRAWLER_START("--sites", database, CRAWL_FAST, "--tries", "1"), 60000, &got);
    assert_int_equal(got.exit_status, 0);
    assert_non_null(strstr(got.err, "is not asked without its auth: there is no TEST_TOKEN in the "
                                    "environment"));
    program_result_clear(&got);
    assert_int_equal(site_requests(site, 0, NULL), 0);
    assert_int_equal(site_requests(site, 1, NULL) > 4, 1);
    expect_integer(database, "SELECT count(*) FROM articles", 4);
    site_stop(site);
}

/* ---- nowhere to be seen ---- */

static mode_t rights_of(const char *path, const char *tail)
{
    char full[4096];
    struct stat facts;
    snprintf(full, sizeof full, "%s%s", path, tail);
    return stat(full, &facts) ? 0 : facts.st_mode & 0777;
}

static void a_database_with_credentials_is_its_owners(void **state)
{
    const char *database = crawl_database();
    struct program_result got;
    (void)state;
    umask(022);
    free(CRAWLER(0, "add", "--sites", database, "https://one.example/"));
    assert_int_equal(rights_of(database, ""), 0644);
    free(CRAWLER(0, "set", "--sites", database, "one.example", "auth=basic:me:@/run/secret",
                 "cookie=$COOKIE", "header=Accept-Language: de", "proxy=http://proxy.test:3128"));
    assert_int_equal(rights_of(database, ""), 0644); /* nothing in it that others may not know */
    program_wait(CRAWLER_START("set", "--sites", database, "one.example", "cookie=" MARK), 10000,
                 &got);
    assert_non_null(strstr(got.err, "holds credentials now, so nobody but its owner"));
    program_result_clear(&got);
    assert_int_equal(rights_of(database, ""), 0600);

    chmod(database, 0644);
    program_wait(CRAWLER_START("sites", "--sites", database), 10000, &got);
    assert_int_equal(got.exit_status, 0);
    assert_non_null(strstr(got.err, "could be read by others: now by its owner alone"));
    program_result_clear(&got);
    assert_int_equal(rights_of(database, ""), 0600);

    free(CRAWLER(0, "set", "--sites", database, "one.example", "cookie="));
    char *text = CRAWLER(0, "set", "--sites", database, "one.example");
    assert_non_null(strstr(text, "  auth=basic:me:@/run/secret\n"));
    free(text);
    struct bytes file; /* what was taken back leaves no byte */
    bytes_init(&file, 0);
    for (const char *const *tail = (const char *const[]){"", "-wal", NULL}; *tail; tail++) {
        char path[4096], block[4096];
        snprintf(path, sizeof path, "%s%s", database, *tail);
        FILE *in = fopen(path, "rb");
        for (size_t size; in && (size = fread(block, 1, sizeof block, in)) > 0;)
            bytes_append(&file, block, size);
        if (in)
            fclose(in);
    }
    assert_null(memmem(file.data, file.size, MARK, strlen(MARK)));
    bytes_clear(&file);
}

static void expect_no_mark(const char *text, size_t size, const char *what);

/* What /proc and ps tell of a run that has a password for its proxy. */
static void the_list_of_processes_has_no_secret(void **state)
{
    static const struct site_route hangs[] = {{.path = "*", .fault = SITE_HANG}};
    static const struct site_host hosts[] = {{.routes = hangs, .routes_count = COUNT(hangs)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    char proxy[128], path[64], line[4096];
    struct program_result got;
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "http://weekly.test/"));
    snprintf(proxy, sizeof proxy, "--proxy=http://me:" MARK "@%s",
             strstr(site_url(site, 0, ""), "://") + 3);
    struct program *run = CRAWLER_START("--sites", database, CRAWL_FAST, proxy);
    crawl_await(run, site, 1);
    assert_int_equal(site_requests(site, 0, NULL), 1);
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)program_id(run));
    FILE *in = fopen(path, "rb");
    if (in) { /* a system without /proc has ps */
        size_t size = fread(line, 1, sizeof line, in);
        fclose(in);
        assert_non_null(memmem(line, size, "***@127.", 8));
        expect_no_mark(line, size, "the list of processes");
    }
    program_signal(run, SIGTERM);
    program_signal(run, SIGTERM);
    program_wait(run, 20000, &got);
    program_result_clear(&got);
    site_stop(site);
}

static void expect_no_mark(const char *text, size_t size, const char *what)
{
    if (memmem(text, size, MARK, strlen(MARK)) || memmem(text, size, "czNjcjN0", 8))
        fail_msg("the secret is in %s", what);
}

static void no_output_has_a_secret(void **state)
{
    static const char *const commands[][8] = {
        {"report"},
        {"report", "--json"},
        {"report", "--html", "-"},
        {"sites"},
        {"sites", "--json"},
        {"sites", "--csv"},
        {"sites", "--opml"},
        {"set", "--all"},
        {"set", "--all", "--json"},
        {"export", "--format", "jsonl"},
        {"export", "--format", "csv"},
        {"export", "--format", "warc"},
        {"explain", "URL"},
        {"explain", "URL", "--json"},
        {"set", "--all", "auth=digest:" MARK},
        {"set", "--all", "header=" MARK},
        {"set", "--all", "proxy=ftp://" MARK},
        {"set", "--all", "cookie=" MARK "\n"},
    };
    struct site *site = story_sites_start(1, &four, 0);
    const char *database = crawl_database();
    const char *stats = scratch_path(scratch_directory(), "stats");
    const char *metrics = scratch_path(scratch_directory(), "metrics");
    struct program_result got;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "set", "--sites", database, "--all", "auth=basic:me:" MARK,
                 "header=X-Key: " MARK, "cookie=a=" MARK));
    program_wait(CRAWLER_START("run", "--sites", database, CRAWL_FAST, "--log", "json", "--stats",
                               stats, "--metrics", metrics, "--json", "--on-finish", "cat"),
                 60000, &got);
    assert_int_equal(got.exit_status, 0);
    expect_no_mark(got.out, got.out_size, "the run's report");
    expect_no_mark(got.err, got.err_size, "the run's log");
    program_result_clear(&got);
    expect_integer(database, "SELECT count(*) FROM articles", 4);
    for (size_t i = 0; i < COUNT(commands); i++) {
        const char *words[16] = {commands[i][0], "--sites", database};
        for (size_t k = 1; k < 8 && commands[i][k]; k++)
            words[k + 2] =
                strcmp(commands[i][k], "URL") == 0 ? site_url(site, 0, "/") : commands[i][k];
        program_wait(crawler_start(words), 60000, &got);
        bool refused = i >= COUNT(commands) - 4;
        if (got.exit_status != (refused ? 2 : 0))
            fail_msg("%s: exit %d: %s", words[0], got.exit_status, got.err);
        expect_no_mark(got.out, got.out_size, words[0]);
        expect_no_mark(got.err, got.err_size, words[0]);
        program_result_clear(&got);
    }
    for (const char *const *path = (const char *const[]){stats, metrics, NULL}; *path; path++) {
        char block[65536];
        FILE *in = fopen(*path, "rb");
        assert_non_null(in);
        expect_no_mark(block, fread(block, 1, sizeof block, in), *path);
        fclose(in);
    }
    sql_do(database, "DELETE FROM site_secrets; PRAGMA secure_delete = ON; VACUUM");
    char *dump = sql_rows(database, "SELECT quote(argv), quote(report) FROM runs UNION ALL"
                                    " SELECT quote(headers), '' FROM raw_pages UNION ALL"
                                    " SELECT quote(error), quote(redirect_url) FROM fetches");
    expect_no_mark(dump, strlen(dump), "the database");
    free(dump);
    site_stop(site);
}

/* ---- bandwidth ---- */

static void answer_100k(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    (void)context;
    story_append(request->path, &answer->body);
    while (answer->body.size < 100000)
        bytes_append_string(&answer->body, "<!-- so that the page is as long as pages are -->\n");
}

static const struct story_map twenty = {20};
static const struct site_route large[] = {
    {.path = "/", .answer = story_front, .context = (void *)&twenty},
    {.path = "/news/*", .answer = answer_100k},
};

static void bandwidth_is_shared_by_all(void **state)
{
    static const struct site_host hosts[] = {{.routes = large, .routes_count = COUNT(large)},
                                             {.routes = large, .routes_count = COUNT(large)}};
    struct site *site = site_start(hosts, COUNT(hosts), 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 2, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--per-host", "4", "--bandwidth", "1M"));
    expect_integer(database, "SELECT count(*) FROM articles", 40);
    expect_integer(database,
                   "SELECT count(*) FROM fetches WHERE error IS NOT NULL AND status <> 404", 0);
    /* 4 MB at 1 MiB a second, but for the first quarter of a second's and the last page */
    int64_t took_ms =
        sql_integer(database, "SELECT max(started_ms + total_ms) - min(started_ms) FROM fetches");
    int64_t bytes = sql_integer(database, "SELECT sum(bytes_wire) FROM fetches");
    if (bytes < 4000000 || took_ms < 3000)
        fail_msg("%jd bytes in %jd ms", (intmax_t)bytes, (intmax_t)took_ms);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_go_to_that_very_host_and_no_redirect_takes_them_along),
        cmocka_unit_test(they_do_not_follow_from_https_to_http),
        cmocka_unit_test(robots_txt_is_read_for_the_name_that_is_sent),
        cmocka_unit_test(a_jar_lives_for_one_run),
        cmocka_unit_test(a_site_has_its_own_patience),
        cmocka_unit_test(a_proxy_looks_names_up_and_gets_no_credentials),
        cmocka_unit_test(socks_gets_the_name),
        cmocka_unit_test(who_lacks_a_credential_is_not_asked),
        cmocka_unit_test(a_database_with_credentials_is_its_owners),
        cmocka_unit_test(the_list_of_processes_has_no_secret),
        cmocka_unit_test(no_output_has_a_secret),
        cmocka_unit_test(bandwidth_is_shared_by_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
