/* test_report_page.c - crawler report --html: one file that asks nobody, tells what the night was,
 * and is not led astray by what strangers have named themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

#define HOSTILE "</span></title><script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[2J"

enum { FINE, DOWN, HOSTS, STORIES = 12, MANY = 2000, BROWSER_MS = 60000 };

static struct story_map stories = {STORIES};
static const struct site_route fine[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "User-agent: *\nDisallow:\n"},
    {.path = "/sitemap.xml", .type = "text/xml", .answer = story_sitemap, .context = &stories},
    {.path = "/news/*", .answer = story_answer},
    {.path = "/", .type = "text/html", .answer = story_front, .context = &stories},
};
static const struct site_route down[] = {{.path = "*", .status = 500}};
static const struct site_host hosts[HOSTS] = {
    [FINE] = {.routes = fine, .routes_count = COUNT(fine)},
    [DOWN] = {.routes = down, .routes_count = COUNT(down)},
};

static struct site *site;
static const char *database;

static int set_up(void **state)
{
    (void)state;
    site = site_start(hosts, HOSTS, 0);
    database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    free(CRAWLER(0, "--sites", database, CRAWL_FAST, "--patience", "0", "--tries", "1"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_stop(site);
    return 0;
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not on the page of %zu bytes", part, strlen(text));
}

static void test_it_tells_what_the_night_was(void **state)
{
    (void)state;
    char *page = CRAWLER(0, "report", "--sites", database, "--html", "-");
    expect(page, "It completed in ");
    expect(page, "brought 12 new articles");
    expect(page, "1 site needs a person.");
    expect(page, "<h2>What needs a person</h2>");
    expect(page, "<tr class=wrong>");
    expect(page, "http 500");
    expect(page, "aria-label=\"12 in 30 days\"");
    expect(page, "12 articles of 2 sites");
    free(page);
}

/* ---- strangers ---- */

/* Nothing but elements that the page is made of, and no attribute that would run or fetch anything.
 */
static void check_element(const xmlNode *element)
{
    static const char known[] =
        " html head body meta title style main h1 h2 h3 p strong div svg rect text path table "
        "caption thead tbody tr th td a br span label input script ";
    char name[32];
    snprintf(name, sizeof name, " %s ", (const char *)element->name);
    if (!strstr(known, name))
        fail_msg("<%s> on the page", (const char *)element->name);
    for (const xmlAttr *attribute = element->properties; attribute; attribute = attribute->next) {
        const char *key = (const char *)attribute->name;
        if (strncmp(key, "on", 2) == 0 || strcmp(key, "src") == 0)
            fail_msg("%s= on the page", key);
    }
}

static size_t count_scripts(const xmlNode *node)
{
    size_t count = 0;
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        check_element(node);
        count += strcmp((const char *)node->name, "script") == 0;
        count += count_scripts(node->children);
    }
    return count;
}

static void test_strangers_stay_text(void **state)
{
    (void)state;
    sql_do(database, "UPDATE sites SET name = '" HOSTILE "';"
                     "UPDATE feeds SET last_error = '" HOSTILE "' WHERE last_error IS NOT NULL;"
                     "UPDATE fetches SET error = '" HOSTILE "' WHERE error IS NOT NULL;"
                     "UPDATE urls SET url = url || '" HOSTILE "' WHERE state <> 'done';"
                     "UPDATE runs SET host = '" HOSTILE "', version = '" HOSTILE "'");
    char *page = CRAWLER(0, "report", "--sites", database, "--html", "-");
    htmlDocPtr document = htmlReadMemory(page, (int)strlen(page), NULL, "UTF-8",
                                         HTML_PARSE_NOERROR | HTML_PARSE_NONET);
    assert_int_equal(count_scripts(xmlDocGetRootElement(document)), 1);
    assert_null(strstr(page, "url("));
    assert_null(strstr(page, "@import"));
    assert_null(strchr(page, '\x1b'));
    expect(page, "&lt;img src=x onerror=alert(2)&gt;");
    xmlFreeDoc(document);
    free(page);
}

/* ---- many sites, in a browser ---- */

static void add_many(void)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             "INSERT INTO sites(home_url, domain, name, added_ms)"
             "  SELECT 'https://www.the-morning-post-' || i || '.example/', 'p' || i || '.example',"
             "         'The Morning Post of Town ' || i, 1 FROM n;"
             "WITH RECURSIVE b(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM b WHERE d < 29)"
             "INSERT INTO site_days(site_id, day, polls, polls_ok, articles, titled, bodied, dated,"
             "                      verdict)"
             "  SELECT site_id, unixepoch('now') / 86400 - d, 9, 9, n, n, n - 1, n, 'ok'"
             "    FROM (SELECT site_id, d, 2 + (site_id * 31 + d * 17) %% 40 AS n"
             "            FROM sites JOIN b WHERE name LIKE 'The Morning%%')",
             MANY);
    sql_do(database, sql);
}

static void test_two_thousand_sites_stay_small(void **state)
{
    (void)state;
    add_many();
    char *page = CRAWLER(0, "report", "--sites", database, "--html", "-");
    assert_true(strlen(page) > 500000);
    assert_true(strlen(page) < 1500000);
    free(page);
}

/* What is done to the page in the browser; the document's title tells how it went. */
static const char acts[] =
    "<script>var r = document.getElementById('sites').tBodies[0].rows, h = 'The Morning';"
    "var t = document.getElementById('sites').tHead.rows[0].cells;"
    "var b = performance.now();"
    "t[3].querySelector('button').click();"
    "var s = [].every.call(r, function (x, i) { return !i ||"
    "  +x.cells[3].dataset.key <= +r[i - 1].cells[3].dataset.key; });"
    "t[0].querySelector('button').click();"
    "var f = document.querySelector('#find input'); f.value = 'town 1234';"
    "f.dispatchEvent(new Event('input'));"
    "document.title = 'sorted ' + s + ' by ' + t[0].getAttribute('aria-sort') + ', shown ' +"
    "  document.getElementById('shown').textContent + ', wide ' +"
    "  (document.documentElement.scrollWidth <= innerWidth);</script>";

static void test_it_works_in_a_browser(void **state)
{
    static const char *const sizes[] = {"--window-size=360,900", "--window-size=1400,900"};
    struct program_result result;
    const char *folder = scratch_directory(), *path = scratch_path(folder, "page.html");
    char address[280], profile[280];
    (void)state;
    program_run((const char *const[]){"chromium", "--version", NULL}, BROWSER_MS, &result);
    int missing = result.exit_status;
    program_result_clear(&result);
    if (missing) {
        print_message("no chromium here: skipped\n");
        skip();
    }
    snprintf(address, sizeof address, "file://%s", path);
    snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", folder);
    free(CRAWLER(0, "report", "--sites", database, "--html", path));
    FILE *page = fopen(path, "a");
    fputs(acts, page);
    fclose(page);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        program_run((const char *const[]){"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                                          "--enable-logging=stderr", profile, sizes[i],
                                          "--dump-dom", address, NULL},
                    BROWSER_MS, &result);
        expect(result.out, "<title>sorted true by ascending, shown 1 of 2002 sites, wide true<");
        if (strstr(result.err, "CONSOLE"))
            fail_msg("%s", result.err);
        program_result_clear(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_tells_what_the_night_was),
        cmocka_unit_test(test_strangers_stay_text),
        cmocka_unit_test(test_two_thousand_sites_stay_small),
        cmocka_unit_test(test_it_works_in_a_browser),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
