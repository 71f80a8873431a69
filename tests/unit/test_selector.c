/* test_selector.c - CSS selectors as XPath: which elements of a page they choose, and what is said
 * of those that aren't known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <libxml/xpath.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/selector.h"

static const char page[] =
    "<body id=top><div class='story lead' data-kind=\"a 'quoted' one\" lang=en-GB>"
    "<h1 id=t1>T</h1><p id=p1 class=intro>1<p id=p2>2<p id=p3 class='md:w-1 last'>3</div>"
    "<div class=storyline><p id=p4><a id=a1 href='/news/1.html' rel='nofollow next'>x</a>"
    "<span id=s1></span></div>";

static void test_they_choose_what_a_browser_would(void **state)
{
    static const struct {
        const char *selector, *chosen; /* ids, or values of attributes */
    } cases[] = {
        {"p", "p1 p2 p3 p4"},
        {"P.intro", "p1"},
        {".story", "? "},
        {"#p2", "p2"},
        {"div p", "p1 p2 p3 p4"},
        {".story > p", "p1 p2 p3"},
        {"body > p", ""},
        {"h1 + p", "p1"},
        {"h1 + a", ""},
        {"h1 ~ p", "p1 p2 p3"},
        {"h1, #a1", "t1 a1"},
        {"[href]", "a1"},
        {"a[rel~=next]", "a1"},
        {"a[rel=next]", ""},
        {"a[href^='/news/']", "a1"},
        {"a[href$=\".html\"]", "a1"},
        {"a[href*=ews]", "a1"},
        {"a[href*='']", ""},
        {"[lang|=en] > h1", "t1"},
        {"[data-kind=\"a 'quoted' one\"] h1", "t1"},
        {"p:first-child", "p4"},
        {"p:last-child", "p3 p4"},
        {"p:nth-child(2)", "p1"},
        {"p:nth-child(even)", "p1 p3"},
        {"p:nth-child( odd )", "p2 p4"},
        {"p:nth-of-type(2)", "p2"},
        {"p:first-of-type", "p1 p4"},
        {"p:last-of-type", "p3 p4"},
        {"a:only-child", ""},
        {"h1:not(.x):not(p)", "t1"},
        {"p:not(.intro)", "p2 p3 p4"},
        {"span:empty", "s1"},
        {".md\\:w-1", "p3"},
        {"a::attr(href)", "/news/1.html"},
        {" .story  >  p.intro ", "p1"},
        {"*#p1", "p1"},
    };
    (void)state;
    htmlDocPtr document = htmlReadMemory(page, sizeof page - 1, NULL, "UTF-8", 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct bytes got;
        char reason[300] = "";
        const char *xpath;
        arena_init(&arena, 0);
        bytes_init(&got, 0);
        if (selector_to_xpath(&xpath, &arena, cases[i].selector, reason, sizeof reason))
            fail_msg("'%s' %s", cases[i].selector, reason);
        xmlXPathContextPtr context = xmlXPathNewContext(document);
        xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)xpath, context);
        if (!object || object->type != XPATH_NODESET)
            fail_msg("'%s' is '%s'", cases[i].selector, xpath);
        for (int k = 0; object->nodesetval && k < object->nodesetval->nodeNr; k++) {
            xmlNodePtr node = object->nodesetval->nodeTab[k];
            xmlChar *text = node->type == XML_ATTRIBUTE_NODE
                                ? xmlNodeGetContent(node)
                                : xmlGetProp(node, (const xmlChar *)"id");
            bytes_append_format(&got, "%s%s", k ? " " : "", text ? (char *)text : "? ");
            xmlFree(text);
        }
        bytes_append_string(&got, "");
        if (strcmp(got.data, cases[i].chosen) != 0)
            fail_msg("'%s' (%s): got '%s', expected '%s'", cases[i].selector, xpath, got.data,
                     cases[i].chosen);
        xmlXPathFreeObject(object);
        xmlXPathFreeContext(context);
        bytes_clear(&got);
        arena_clear(&arena);
    }
    xmlFreeDoc(document);
}

static void test_what_is_not_known_is_said(void **state)
{
    static const struct {
        const char *selector, *reason;
    } cases[] = {
        {"", "ends where an element is expected"},
        {"p >", "ends where an element is expected"},
        {"p,", "ends where an element is expected"},
        {"a:hover", "has ':hover', which is not known; known are first-child"},
        {"p::before", "only ::attr(NAME) is known there"},
        {"p::attr(x) b", "goes on behind ::attr()"},
        {".", "has no name"},
        {".1a", "has no name at '1a'"},
        {"[a!=b]", "has no comparison that is known"},
        {"[a=b", "lacks a ]"},
        {"[a='b]", "has a text that does not end"},
        {"[a='b\"c' ]:not([b=\"c'd\"])", NULL},
        {"p:nth-child(2n+1)", "lacks a )"},
        {"p:nth-child(0)", "takes a number, odd or even"},
        {":first-of-type", "only with an element's name"},
        {":nth-of-type(2)", "only with an element's name"},
        {":not(:not(p))", "has :not() inside of :not()"},
        {"p % q", "can't be read at '% q'"},
        {"//div[@id='x']", "can't be read at '//div"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        char reason[300] = "";
        const char *xpath;
        arena_init(&arena, 0);
        int err = selector_to_xpath(&xpath, &arena, cases[i].selector, reason, sizeof reason);
        if (!err != !cases[i].reason || (err && !strstr(reason, cases[i].reason)))
            fail_msg("'%s': '%s'", cases[i].selector, reason);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_they_choose_what_a_browser_would),
        cmocka_unit_test(test_what_is_not_known_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
