/* test_report_nights.c - the report's page of a good night and a bad one: whether its figures are
 * those of the database, whether everybody can read it, whether it works in a browser. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/nights.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { SOME = 240, MANY = 2000, BROWSER_MS = 60000 };

/* ---- a page that was read ---- */

struct reading {
    char *page;
    htmlDocPtr document;
    xmlXPathContextPtr xpath;
};

static void read_page(struct reading *reading, const char *database)
{
    reading->page = CRAWLER(0, "report", "--sites", database, "--html", "-");
    reading->document = htmlReadMemory(reading->page, (int)strlen(reading->page), NULL, "UTF-8",
                                       HTML_PARSE_NOERROR | HTML_PARSE_NONET);
    reading->xpath = xmlXPathNewContext(reading->document);
}

static void close_page(struct reading *reading)
{
    xmlXPathFreeContext(reading->xpath);
    xmlFreeDoc(reading->document);
    free(reading->page);
}

static double number_of(struct reading *reading, const char *expression)
{
    xmlXPathObjectPtr got = xmlXPathEvalExpression((const xmlChar *)expression, reading->xpath);
    assert_non_null(got);
    double number = xmlXPathCastToNumber(got);
    xmlXPathFreeObject(got);
    return number;
}

static void expect_count(struct reading *reading, const char *path, int64_t expected)
{
    char expression[300];
    snprintf(expression, sizeof expression, "count(%s)", path);
    double got = number_of(reading, expression);
    if (got != (double)expected)
        fail_msg("%s: got %.0f, expected %lld", path, got, (long long)expected);
}

static void expect(const struct reading *reading, const char *part)
{
    if (!strstr(reading->page, part))
        fail_msg("'%s' is not on the page of %zu bytes", part, strlen(reading->page));
}

/* ---- the figures ---- */

/* What the table says of each site, as the database's own rows say it in another way. */
static void check_sites(struct reading *reading, const char *database)
{
    static const char query[] =
        "SELECT s.home_url,"
        " coalesce((SELECT min(b.started_ms - a.started_ms) FROM v_fetches a JOIN v_fetches b"
        "   ON b.origin = a.origin AND b.run_id = a.run_id AND b.started_ms > a.started_ms"
        "   WHERE a.run_id = 17 AND a.origin = h.origin), -1) AS gap,"
        " coalesce((SELECT max(total_ms) FROM v_fetches f WHERE f.run_id = 17"
        "   AND f.origin = h.origin), -1),"
        " (SELECT count(*) FROM v_fetches f WHERE f.run_id = 17 AND f.origin = h.origin),"
        " (SELECT count(*) FROM v_articles a WHERE a.domain = s.domain),"
        " coalesce((SELECT sum(articles) FROM site_days d WHERE d.site_id = s.site_id), 0)"
        "  FROM sites s JOIN hosts h USING (site_id) WHERE s.site_id % 5 = 0";
    char *rows = sql_rows(database, query), *rest = rows;
    size_t count = 0;
    for (char *row; (row = strsep(&rest, "\n")) && *row; count++) {
        static const struct {
            const char *what, *cell;
        } cells[] = {{"gap", "td[10]/@data-k"},
                     {"slowest", "td[9]/@data-k"},
                     {"requests", "td[7]"},
                     {"new", "td[2]"},
                     {"30 days", "td[3]"}};
        const char *url = strsep(&row, "|");
        for (size_t i = 0; i < COUNT(cells); i++) {
            char expression[300];
            double expected = atof(strsep(&row, "|"));
            snprintf(expression, sizeof expression,
                     "number(translate(//table[@class='sites']//tr[th/a/@href='%s']/%s, ',', ''))",
                     url, cells[i].cell);
            double got = number_of(reading, expression);
            if (isnan(got) ? expected > 0 : got != expected)
                fail_msg("%s, %s: got %.0f, expected %.0f", url, cells[i].what, got, expected);
        }
    }
    assert_int_equal(count, SOME / 5);
    free(rows);
}

static void test_figures_are_those_of_the_database(void **state)
{
    const char *database = nights_database(SOME, true);
    struct reading reading;
    (void)state;
    read_page(&reading, database);
    expect(&reading, "It ended with work left after ");
    expect_count(&reading, "//table[@class='sites']/tbody/tr", SOME);
    expect_count(&reading, "//table[@class='runs']/tbody/tr", 14);
    expect_count(&reading, "//table[@class='runs']/tbody/tr[td[1] = 17 and td[3] = 'partial']", 1);
    expect_count(&reading, "//table[@class='runs']/tbody/tr[@class='wrong']", 1);
    check_sites(&reading, database);
    int64_t ill =
        sql_integer(database, "SELECT count(*) FROM sites s WHERE enabled AND kind = 'site'"
                              " AND (EXISTS (SELECT 1 FROM v_site_health h WHERE h.site ="
                              "   s.home_url AND h.verdict NOT IN ('ok', 'new'))"
                              "  OR EXISTS (SELECT 1 FROM feeds f WHERE f.site_id ="
                              "   s.site_id AND f.status = 'failing'))");
    assert_true(ill > 15);
    expect_count(&reading, "//table[@class='troubles']/tbody/tr", ill);
    expect_count(&reading, "//table[@class='sites']//tr[@class='wrong']", ill);
    expect_count(&reading, "//details//tr[@class='wrong']", ill - 15);
    /* What fails does so since its last good answer, four days ago. */
    char *since = sql_text(database, "SELECT date((SELECT started_ms FROM runs WHERE run_id = 17)"
                                     " / 1000 - 4 * 86400, 'unixepoch')");
    char expression[200];
    snprintf(expression, sizeof expression,
             "//table[@class='troubles']//tr[td[1] = 'failing' and td[2] != '%s']", since);
    expect_count(&reading, expression, 0);
    free(since);
    close_page(&reading);
}

static void test_a_good_night_is_told_so(void **state)
{
    struct reading reading;
    (void)state;
    read_page(&reading, nights_database(5 - 1, false));
    expect(&reading, "It completed in ");
    expect(&reading, "Every site is as it was.");
    expect_count(&reading, "//h2[. = 'What needs a person']", 0);
    expect_count(&reading, "//table[@class='sites']//tr[@class='wrong']", 0);
    close_page(&reading);
}

static void test_another_run_is_told_from_the_last(void **state)
{
    const char *database = nights_database(5 - 1, false);
    static const char told[] = "This is not the last run";
    (void)state;
    char *page = CRAWLER(0, "report", "--sites", database, "--run", "16", "--html", "-");
    assert_non_null(strstr(page, "<h1>Run 16</h1>"));
    assert_non_null(strstr(page, told));
    free(page);
    page = CRAWLER(0, "report", "--sites", database, "--html", "-");
    assert_null(strstr(page, told));
    free(page);
}

/* ---- for everybody ---- */

/* WCAG 2.1, relative luminance. */
static double luminance(const char *colour)
{
    double parts[3];
    for (int i = 0; i < 3; i++) {
        char digits[3] = {colour[1 + 2 * i], colour[2 + 2 * i], 0};
        double part = (double)strtol(digits, NULL, 16) / 255;
        parts[i] = part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

/* Every colour of text on every ground that it stands on: 4.5; of drawings: 3 (WCAG 1.4.3, 1.4.11).
 */
static void check_contrast(const char *style)
{
    static const struct {
        const char *ink, *paper;
        double least;
    } pairs[] = {
        {"--ink:", "--paper:", 4.5},   {"--ink:", "--shade:", 4.5},   {"--ink:", "--alarm:", 4.5},
        {"--quiet:", "--paper:", 4.5}, {"--quiet:", "--alarm:", 4.5}, {"--link:", "--paper:", 4.5},
        {"--link:", "--alarm:", 4.5},  {"--bad:", "--alarm:", 4.5},   {"--good:", "--paper:", 3},
        {"--good:", "--alarm:", 3},    {"--bad:", "--paper:", 3},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *ink = strstr(style, pairs[i].ink), *paper = strstr(style, pairs[i].paper);
        assert_true(ink && paper);
        double a = luminance(ink + strlen(pairs[i].ink) + 1);
        double b = luminance(paper + strlen(pairs[i].paper) + 1);
        double contrast = (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
        if (contrast < pairs[i].least)
            fail_msg("%s on %s: %.2f, at least %.1f is needed", pairs[i].ink, pairs[i].paper,
                     contrast, pairs[i].least);
    }
}

static void test_everybody_can_read_it(void **state)
{
    struct reading reading;
    (void)state;
    read_page(&reading, nights_database(SOME, true));
    expect_count(&reading, "//html[@lang]/head/title[. != '']", 1);
    expect_count(&reading, "//main", 1);
    expect_count(&reading, "//body/*[not(self::main or self::script)]", 0);
    expect_count(&reading, "//main//h1", 1);
    expect_count(&reading, "//h3[not(preceding::h2)]", 0);
    expect_count(&reading, "//svg[not(@role = 'img' and @aria-label != '') and not(@aria-hidden)]",
                 0);
    expect_count(&reading, "//table[not(@aria-label) or not(thead//th[@scope = 'col'])]", 0);
    expect_count(&reading, "//*[@role = 'region'][not(@aria-label) or not(@tabindex = 0)]", 0);
    expect_count(&reading,
                 "//table[@role]//*[self::tr or self::td or self::th or self::thead or"
                 " self::tbody][not(@role)]",
                 0);
    expect_count(&reading, "//input[not(ancestor::label)]", 0);
    expect_count(&reading, "//a[normalize-space(.) = '']", 0);
    expect_count(&reading, "//*[@id][@id = preceding::*/@id]", 0);
    expect_count(&reading, "//*[@tabindex > 0]", 0);
    check_contrast(strstr(reading.page, ":root"));
    check_contrast(strstr(strstr(reading.page, "prefers-color-scheme: dark"), ":root"));
    close_page(&reading);
}

/* ---- many sites, in a browser ---- */

/* What is done to the page in the browser; the document's title tells how it went. */
static const char acts[] =
    "<script>var table = document.querySelector('.sites'), r = table.tBodies[0].rows;"
    "var t = table.tHead.rows[0].cells, f = document.querySelector('#find input');"
    "function click(i) { t[i].querySelector('button').click(); }"
    "function falls(key) { return [].every.call(r, function (x, i) {"
    "  return !i || key(x) <= key(r[i - 1]); }); }"
    "click(3);"
    "var s = falls(function (x) { return parseInt(x.cells[3].textContent.replace(',', '') || -1); "
    "});"
    "click(10);"
    "s = s + ' ' + falls(function (x) { return +(x.cells[10].dataset.k || -1); });"
    "click(0);"
    "f.value = 'town 1236'; f.dispatchEvent(new Event('input'));"
    "document.title = 'sorted ' + s + ' by ' + t[0].getAttribute('aria-sort') + ', shown ' +"
    "  document.querySelector('#find span').textContent + ', wide ' +"
    "  (document.documentElement.scrollWidth <= innerWidth);</script>";

static bool is_there(const char *program)
{
    struct program_result result;
    program_run((const char *const[]){program, "--version", NULL}, BROWSER_MS, &result);
    int missing = result.exit_status;
    program_result_clear(&result);
    if (missing)
        print_message("no %s here: skipped\n", program);
    return !missing;
}

static void test_two_thousand_sites_in_a_browser(void **state)
{
    static const char *const sizes[] = {"--window-size=360,900", "--window-size=1400,900"};
    const char *database = nights_database(MANY, true), *folder = scratch_directory();
    const char *path = scratch_path(folder, "page.html");
    char address[280], profile[280];
    (void)state;
    free(CRAWLER(0, "report", "--sites", database, "--html", path));
    FILE *page = fopen(path, "a");
    assert_true(ftell(page) > 500000);
    assert_true(ftell(page) < 1500000);
    fputs(acts, page);
    fclose(page);
    snprintf(address, sizeof address, "file://%s", path);
    snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", folder);
    if (!is_there("chromium"))
        skip();
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct program_result result;
        program_run((const char *const[]){"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                                          "--enable-logging=stderr", profile, sizes[i],
                                          "--dump-dom", address, NULL},
                    BROWSER_MS, &result);
        if (!strstr(result.out,
                    "<title>sorted true true by ascending, shown 1 of 2000 sites, wide true<")) {
            const char *title = strstr(result.out, "<title>");
            fail_msg("%.100s", title ? title : result.err);
        }
        if (strstr(result.err, "CONSOLE"))
            fail_msg("%s", result.err);
        program_result_clear(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_are_those_of_the_database),
        cmocka_unit_test(test_a_good_night_is_told_so),
        cmocka_unit_test(test_another_run_is_told_from_the_last),
        cmocka_unit_test(test_everybody_can_read_it),
        cmocka_unit_test(test_two_thousand_sites_in_a_browser),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
