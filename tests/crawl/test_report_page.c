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
#include "support/sql.h"
#include "support/story.h"

#define HOSTILE "</span></title><script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[2J"

enum { FINE, DOWN, HOSTS, STORIES = 12 };

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
    expect(page, "<tr role=row class=wrong>");
    expect(page, "http 500");
    expect(page, "1 failing.");
    expect(page, "after each run</h3>");
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
        "thead tbody tr th td a br span label input script ";
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_tells_what_the_night_was),
        cmocka_unit_test(test_strangers_stay_text),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
