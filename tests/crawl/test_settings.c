/* Settings of sites, judged by what the servers saw and what is stored: what `crawler set` sets
 * holds in the next run, and a run for a group touches nothing else. */
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
#include "support/story.h"

static void expect_rows(const char *database, const char *query, const char *expected)
{
    char *rows = sql_rows(database, query);
    if (strcmp(rows, expected) != 0)
        fail_msg("%s\nhas  %s\nnot  %s", query, rows, expected);
    free(rows);
}

/* Runs `crawler` with words, expects the status and that it says this. */
static void expect_words(int status, const char *out, const char *err, const char *const *words)
{
    struct program_result got;
    program_wait(crawler_start(words), 60000, &got);
    if (got.exit_status != status || (out && !strstr(got.out, out)) ||
        (err && !strstr(got.err, err)))
        fail_msg("%s %s: exit %d\n%s%s", words[0], words[3], got.exit_status, got.out, got.err);
    program_result_clear(&got);
}
#define EXPECT(status, out, err, ...)                                                              \
    expect_words(status, out, err, (const char *const[]){__VA_ARGS__, NULL})

static const char *new_sites(void)
{
    const char *database = crawl_database();
    free(CRAWLER(0, "add", "--sites", database, "https://one.example/", "https://two.example/news",
                 "https://three.example:8443/"));
    return database;
}

static void what_is_set_is_stored_and_shown(void **state)
{
    const char *database = new_sites();
    (void)state;
    EXPECT(0, "nothing is set", NULL, "set", "--sites", database, "one.example");
    EXPECT(0, "2 sites changed", NULL, "set", "--sites", database, "one.example",
           "https://three.example:8443", "name=The One", "country=at", "lang=DE-at", "note=a note",
           "enabled=no", "delay=2.5", "max-per-site=7", "per-host=3", "sources=feed, front",
           "label=Europe,daily");
    expect_rows(database,
                "SELECT home_url, name, country, lang, note, enabled, min_delay_ms, max_per_run,"
                "  per_host, sources FROM sites ORDER BY 1",
                "https://one.example/|The One|AT|de-at|a note|0|2500|7|3|5\n"
                "https://three.example:8443/|The One|AT|de-at|a note|0|2500|7|3|5\n"
                "https://two.example/news|||||1||||\n");
    EXPECT(0,
           "https://one.example/\n  name=The One\n  country=AT\n  lang=de-at\n  note=a note\n"
           "  label=daily,europe\n  enabled=no\n  delay=2500ms\n  max-per-site=7\n  per-host=3\n"
           "  sources=front,feed\n",
           NULL, "set", "--sites", database, "one.example");
    EXPECT(0, "\"delay\": \"2500ms\"", NULL, "set", "--sites", database, "one.example", "--json");

    EXPECT(0, "1 site changed", NULL, "set", "--sites", database, "one.example",
           "name=", "country=", "lang=", "note=", "enabled=", "delay=", "max-per-site=",
           "per-host=", "sources=", "label-=daily");
    EXPECT(0, "https://one.example/\n  label=europe\n", NULL, "set", "--sites", database,
           "one.example");
    EXPECT(0, "2 sites changed", NULL, "set", "--sites", database, "--group", "europe",
           "label+=weekly");
    EXPECT(0, "3 sites changed", NULL, "set", "--sites", database, "--all", "label=");
    expect_rows(database, "SELECT count(*) FROM site_labels", "0\n");
}

/* One clear line, the nearest name in it, and nothing changed. */
static void mistakes_are_named_and_change_nothing(void **state)
{
    static const struct {
        const char *site, *word, *says;
    } cases[] = {
        {"one.example", "dealy=3", "there is no setting 'dealy', did you mean 'delay'?"},
        {"one.example", "x=3", "there is no setting 'x'. See crawler set --help"},
        {"one.example", "delay=soon", "delay: 'soon' is not a time like"},
        {"one.example", "per-host=0", "per-host: '0' is too small, the least is 1"},
        {"one.example", "sources=feeds", "sources: 'feeds' is none of front, section, feed"},
        {"one.example", "enabled=maybe", "enabled: 'maybe' is none of"},
        {"one.example", "country=Austria", "country: 'Austria' is not two letters"},
        {"one.example", "lang=german", "lang: 'german' is not language"},
        {"one.example", "name=a\nb", "name: 'a b' is not one line of text"},
        {"one.example", "delay+=3", "delay: has one value"},
        {"one.example", "label=a'b", "label: 'a'b' is no word for a label"},
        {"on.example", "delay=1", "there is no site 'on.example', did you mean 'one.example'?"},
        {"nothing", "delay=1", "'nothing' is no URL"},
    };
    const char *database = new_sites();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        EXPECT(2, "", cases[i].says, "set", "--sites", database, "two.example", cases[i].site,
               "max-per-site=5", cases[i].word);
    expect_rows(database, "SELECT count(*) FROM sites WHERE max_per_run IS NOT NULL", "0\n");
    EXPECT(2, NULL, "which sites?", "set", "--sites", database, "delay=1");
    EXPECT(2, NULL, "no site is in the group 'x'; give some the label", "set", "--sites", database,
           "--group", "x", "delay=1");
    EXPECT(0, NULL, NULL, "set", "--sites", database, "one.example", "label=europe");
    EXPECT(2, NULL, "no site is in the group 'europa', did you mean 'europe'?", "run", "--sites",
           database, "--group", "europa");
    EXPECT(2, NULL, "there is no state 'silnt', did you mean 'silent'?", "sites", "--sites",
           database, "--state", "silnt");
}

static const struct story_map six = {6};

static size_t asked(const char *database, struct site *site, size_t host, const char *where)
{
    char query[512];
    snprintf(query, sizeof query,
             "SELECT count(*) FROM v_fetches WHERE origin || '/' = '%s' AND %s",
             site_url(site, host, "/"), where);
    return (size_t)sql_integer(database, query);
}

static void settings_hold_in_a_run(void **state)
{
    enum { PLAIN, LATE, FEW, AT_ONCE, SITEMAPS, OFF, HOSTS };
    struct site *site = story_sites_start(HOSTS, &six, 50);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, HOSTS, "/");
#define SET(host, ...)                                                                             \
    free(CRAWLER(0, "set", "--sites", database, site_url(site, host, "/"), __VA_ARGS__))
    SET(LATE, "delay=150ms");
    SET(FEW, "max-per-site=2");
    SET(AT_ONCE, "per-host=4");
    SET(SITEMAPS, "sources=sitemap");
    SET(OFF, "enabled=no");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));

    expect_rows(database,
                "SELECT group_concat(n) FROM (SELECT s.site_id, count(article_id) AS n FROM sites s"
                "  LEFT JOIN articles USING (site_id) GROUP BY 1 ORDER BY 1)",
                "6,6,2,6,6,0\n");
    assert_true(sql_integer(database,
                            "SELECT min(gap) FROM (SELECT site_id, started_ms - lag(started_ms)"
                            "  OVER (PARTITION BY site_id ORDER BY started_ms) AS gap"
                            "  FROM fetches JOIN urls USING (url_id)) WHERE site_id = 2") >= 150);
    assert_int_equal(site_most_at_once(site, PLAIN), 1);
    assert_in_range(site_most_at_once(site, AT_ONCE), 3, 4);
    assert_int_equal(site_requests(site, OFF, NULL), 0);
    assert_int_equal(site_requests(site, SITEMAPS, "/"), 0);
    EXPECT(0, "not asked so far; it waits, as its site is off", NULL, "explain", "--sites",
           database, site_url(site, OFF, "/"));
    EXPECT(0, "it waits, as its site is not asked for such sources", NULL, "explain", "--sites",
           database, site_url(site, SITEMAPS, "/"));
    EXPECT(0, "it is due (source) from", NULL, "explain", "--sites", database,
           site_url(site, PLAIN, "/"));
    expect_rows(
        database,
        "SELECT v.delay_ms, max_per_site, v.per_host, v.sources, v.enabled FROM v_sites v, sites"
        "  WHERE site = home_url ORDER BY site_id",
        "||||1\n150||||1\n|2|||1\n||4||1\n|||sitemap|1\n||||0\n");
    assert_int_equal(asked(database, site, SITEMAPS, "kind = 'source' AND url LIKE '%sitemap%'"),
                     asked(database, site, SITEMAPS, "kind = 'source'"));
    site_stop(site);
}

/* What waits of other sites, and when it is due, stays as it is. */
static void a_run_for_a_group_touches_nothing_else(void **state)
{
    static const char others[] =
        "SELECT group_concat(row, ' ') FROM (SELECT host_id || ',' || band || ',' || rank || ',' ||"
        " hash || ',' || tries AS row FROM queue WHERE site_id <> 2 ORDER BY 1)";
    static const char hosts[] = "SELECT group_concat(host_id || ',' || ready_ms || ',' ||"
                                " coalesce(robots_fetched_ms, '')) FROM hosts WHERE site_id <> 2";
    struct site *site = story_sites_start(3, &six, 0);
    const char *database = crawl_database();
    (void)state;
    crawl_add(database, "site", site, 3, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--discover-only"));
    free(CRAWLER(0, "add", "--sites", database, "--label", "Europe", "--label", "daily",
                 site_url(site, 1, "/")));
    char *waiting = sql_text(database, others), *before = sql_text(database, hosts);
    size_t requests = site_requests(site, 0, NULL) + site_requests(site, 2, NULL);
    free(CRAWLER(0, "run", "--sites", database, CRAWL_FAST, "--group", "europe", "--poll", "all"));

    char *waits = sql_text(database, others), *after = sql_text(database, hosts);
    assert_string_equal(waits, waiting);
    assert_string_equal(after, before);
    assert_int_equal(site_requests(site, 0, NULL) + site_requests(site, 2, NULL), requests);
    expect_rows(database, "SELECT group_concat(DISTINCT site_id), count(*) FROM articles", "2|6\n");
    free(waiting);
    free(before);
    free(waits);
    free(after);

    free(CRAWLER(0, "run", "--sites", database, CRAWL_FAST));
    char *out = CRAWLER(0, "export", "--sites", database, "--group", "daily", "--format", "csv");
    size_t lines = 0;
    for (const char *at = out; (at = strstr(at, "\r\n")); at++)
        lines++;
    assert_int_equal(lines, 1 + six.count);
    free(out);
    out = CRAWLER(0, "sites", "--sites", database, "--group", "daily", "--csv");
    assert_non_null(strstr(out, site_url(site, 1, "/")));
    assert_null(strstr(out, site_url(site, 0, "/")));
    assert_non_null(strstr(out, "\"daily,europe\""));
    free(out);
    out = CRAWLER(0, "sites", "--sites", database, "--state", "failing,silent");
    assert_string_equal(out, "no such sites\n");
    free(out);
    site_stop(site);
}

/* What did something says nothing more when it is told to be quiet; and into a file or a pipe no
 * command writes colours or cursor movements. */
static void quiet_is_quiet_and_pipes_get_plain_text(void **state)
{
    struct site *site = story_sites_start(1, &six, 0);
    const char *database = crawl_database();
    char page[512];
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST));
    char *url = sql_text(database, "SELECT url FROM v_articles LIMIT 1");
    snprintf(page, sizeof page, "%s", url);
    const char *const quiet[][6] = {
        {"run", "--allow-net", "127.0.0.0/8", "--contact", "x"},
        {"add", "https://one.example/"},
        {"set", "one.example", "delay=1"},
        {"set", "one.example", "auth=bearer:$X"},
        {"reextract"},
        {"pack"},
        {"export", "-o", scratch_path(scratch_directory(), "out.csv")},
        {"takedown", page, "--reason", "x"},
    };
    const char *const loud[][4] = {
        {"sites"},           {"report"},  {"explain", page}, {"diff", page}, {"set", "one.example"},
        {"search", "story"}, {"takedown"}};
    for (size_t i = 0; i < COUNT(loud) + COUNT(quiet); i++) {
        bool is_quiet = i >= COUNT(loud);
        const char *words[12] = {NULL, "--sites", database};
        const char *const *given = is_quiet ? quiet[i - COUNT(loud)] : loud[i];
        size_t count = 3;
        words[0] = given[0];
        for (size_t k = 1; k < (is_quiet ? 6 : 4) && given[k]; k++)
            words[count++] = given[k];
        if (is_quiet)
            words[count++] = "-q";
        struct program_result got;
        program_wait(crawler_start(words), 60000, &got);
        if (is_quiet && (got.exit_status || got.out_size || got.err_size))
            fail_msg("%s -q: exit %d: %s%s", words[0], got.exit_status, got.out, got.err);
        if (memchr(got.out, '\033', got.out_size) || memchr(got.err, '\033', got.err_size))
            fail_msg("%s: escapes in %s%s", words[0], got.out, got.err);
        program_result_clear(&got);
    }
    free(url);
    site_stop(site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_set_is_stored_and_shown),
        cmocka_unit_test(mistakes_are_named_and_change_nothing),
        cmocka_unit_test(settings_hold_in_a_run),
        cmocka_unit_test(a_run_for_a_group_touches_nothing_else),
        cmocka_unit_test(quiet_is_quiet_and_pipes_get_plain_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
