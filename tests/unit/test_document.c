/* What becomes of markup: the tree's text, its lists, and pages made to hurt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "extract/document.h"
#include "extract/prepare.h"

struct built {
    struct arena arena;
    struct prepared prepared;
    struct document document;
};

static void build(struct built *built, const char *html, size_t size)
{
    arena_init(&built->arena, 0);
    prepare_page(&built->prepared, (struct span){html, size});
    document_build(&built->document, &built->arena, &built->prepared);
}

static void clear(struct built *built)
{
    prepared_clear(&built->prepared);
    arena_clear(&built->arena);
}

static const struct {
    const char *name, *html, *text;
} texts[] = {
    {"blocks stand in lines", "<p>one<p>two<div>three</div>four", "one\ntwo\nthree\nfour"},
    {"white space collapses", "<p> a \n\t b<b> c</b> </p>", "a b c"},
    {"br ends a line", "<p>a<br>b<br/><br>c</p>", "a\nb\nc"},
    {"scripts and styles go", "<p>a<script>if (a<b) '<p>x'</script><style>p{}</style>b", "ab"},
    {"a script may hold markup", "<script>document.write('<p>x<\\/p>')</script><p>a", "a"},
    {"comments go", "<p>a<!-- <p>x --><!--> b <!bogus> c", "a b c"},
    {"noscript, select and svg go",
     "<p>a<noscript><p>x</noscript><select><option>x</select><svg><title>x</title></svg>b", "ab"},
    {"an svg that closes itself holds nothing", "<p>a<svg class=i /> b</p><svg></svg>", "a b"},
    {"a lone < is text", "<p>1 < 2 <3", "1 < 2 <3"},
    {"entities are decoded once", "<p>&amp;lt; &eacute; &#8211; &#x2014;", "&lt; é – —"},
    {"old entities need no semicolon", "<p>a&nbsp b &copy 2020", "a\xc2\xa0 b © 2020"},
    {"C1 controls are windows-1252", "<p>it&#146;s", "it’s"},
    {"control characters go", "<p>a\x01z\x0b\xef\xbf\xbf&#1;b\fc", "azb c"},
    {"numbers that are no character go", "<p>a&#0;b&#xd800;c", "abc"},
    {"references without digits are text", "<p>&#; &#x; &", "&#; &#x; &"},
    {"text around a comment is one", "<p>a<!-- -->b<!-- --> c", "ab c"},
    {"white space before a comment counts", "<p>a <!-- -->b", "a b"},
    {"soft hyphens go", "<p>Wort&shy;teil wei\xe2\x80\x8bter", "Wortteil weiter"},
    {"a figure ends a paragraph", "<p>a<figure>b</figure>c", "a\nb\nc"},
    {"text after </html> stays", "<body><p>a</body></html><p>b", "a\nb"},
    {"end tags of nothing do nothing", "<div><p>a</p></span></div></div></section><p>b", "a\nb"},
    {"lines of pre stay", "<pre>a\nb</pre>", "a\nb"},
    {"the title is not text", "<title>x</title><p>a", "a"},
    {"a long name, and not of ASCII", "<p>a <name日本語日本語日本語日本語日本語日本語>é</p><p>ö",
     "a é\nö"},
    {"a name is read to its end", "<p>a<script&>b</script&><title\">c", "abc"},
    {"a tag cut short is dropped", "<p>a<img src='x", "a"},
    {"no markup at all", "only text", "only text"},
    {"nothing", "", ""},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct built built;
        build(&built, texts[i].html, strlen(texts[i].html));
        struct span text = node_text(&built.document, 0);
        if (!span_equals(text, texts[i].text))
            fail_msg("%s: got '%.*s'", texts[i].name, (int)text.size, text.data);
        clear(&built);
    }
}

static void test_lists(void **state)
{
    (void)state;
    static const char html[] =
        "<html lang=de><head><title> A &amp;\n B & C&eacute;</title><meta property=og:Title "
        "content='x \"y\"'>"
        "<meta name=robots content=noindex><base href='/b/'><link rel=canonical href=/c>"
        "<script type='application/ld+json'> {\"a\": 1} </script></head>"
        "<body><h1 class=t>H</h1><time datetime=2024-01-02>x</time><a href=/l data-x=1>l</a>"
        "<div style='display: none'><p id=i>y</div><custom-x><p>z</custom-x>";
    struct built built;
    build(&built, html, sizeof(html) - 1);
    const struct document *document = &built.document;
    assert_string_equal(document->title, "A & B & Cé");
    assert_string_equal(document->lang, "de");
    assert_string_equal(document->base_href, "/b/");
    assert_int_equal(document->metas_count, 2);
    assert_string_equal(document->metas[0].name, "og:title");
    assert_string_equal(document->metas[0].content, "x \"y\"");
    assert_int_equal(document->links_count, 1);
    assert_string_equal(document->links[0].href, "/c");
    assert_int_equal(document->json_ld_count, 1);
    assert_true(span_equals(document->json_ld[0], "{\"a\": 1}"));
    assert_int_equal(document->h1s.count, 1);
    assert_string_equal(node_attribute(document, document->h1s.nodes[0], ATTRIBUTE_CLASS), "t");
    assert_int_equal(document->times.count, 1);
    assert_int_equal(document->anchors.count, 1);
    bool hidden = false;
    for (uint32_t i = 0; i < document->nodes_count; i++) {
        const char *id = node_attribute(document, i, ATTRIBUTE_ID);
        hidden |= id && document->nodes[i].flags & NODE_HIDDEN;
        assert_true(document->nodes[i].end > i && document->nodes[i].end <= document->nodes_count);
        if (i)
            assert_true(document->nodes[i].parent < i);
    }
    assert_true(hidden);
    clear(&built);
}

static const struct {
    const char *name, *tag, *value; /* of its class; NULL: it has none */
} attributes[] = {
    {"in double quotes", "<p class=\"a 'b'\">", "a 'b'"},
    {"in single quotes", "<p class='a \"b\"'>", "a \"b\""},
    {"bare", "<p id=i class=a/b>", "a/b"},
    {"the first of a name wins", "<p class=a CLASS=b>", "a"},
    {"names in capitals", "<P CLASS=A>", "A"},
    {"references", "<p class='&lt;&eacute;&#65;&amp;lt;'>",
     "<\xc3\xa9"
     "A&lt;"},
    {"an address is left alone", "<p class='?a=1&copy=2&x&#top'>", "?a=1&copy=2&x&#top"},
    {"what is no character goes", "<p class='a&#0;b'>", "ab"},
    {"no value", "<p class>", ""},
    {"none", "<p data-class=a>", NULL},
    {"those of a tag that the parser thinks up before it", "<title class=a>x</title><p class=b>",
     "b"},
    {"a second body has no place", "<body><p class=a><body class=b>", "a"},
};

static void test_attributes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(attributes); i++) {
        struct built built;
        build(&built, attributes[i].tag, strlen(attributes[i].tag));
        const struct document *document = &built.document;
        const char *value = NULL;
        for (uint32_t node = 0; node < document->nodes_count; node++)
            if (document->nodes[node].tag == TAG_P)
                value = node_attribute(document, node, ATTRIBUTE_CLASS);
            else if (document->nodes[node].tag != TAG_TITLE)
                assert_int_equal(document->nodes[node].attributes_count, 0);
        if (!value != !attributes[i].value || (value && strcmp(value, attributes[i].value) != 0))
            fail_msg("%s: got '%s'", attributes[i].name, value ? value : "none");
        clear(&built);
    }
}

/* `piece` over and over, then `tail`. */
static void check_bomb(const char *name, const char *head, const char *piece, const char *tail)
{
    enum { TIMES = 60000 };
    size_t size = strlen(piece);
    char *html = alloc_bytes(strlen(head) + TIMES * size + strlen(tail) + 1), *at = html;
    at = stpcpy(at, head);
    for (size_t i = 0; i < TIMES; i++)
        at = stpcpy(at, piece);
    at = stpcpy(at, tail);
    struct built built;
    uint64_t before = clock_thread_cpu_us();
    build(&built, html, (size_t)(at - html));
    uint64_t took = clock_thread_cpu_us() - before;
    if (took > 2000000)
        fail_msg("%s took %ju us", name, (uintmax_t)took);
    struct span text = node_text(&built.document, 0);
    if (!memmem(text.data, text.size, "end", 3))
        fail_msg("%s: what follows is lost", name);
    clear(&built);
    free(html);
}

static void test_bombs(void **state)
{
    (void)state;
    check_bomb("attributes", "<p ", "a=b class=c ", ">end");
    check_bomb("different attributes", "<p ", "data-", "=1>end");
    check_bomb("nested blocks", "", "<div>", "end");
    check_bomb("nested and closed", "<div>", "<div></b></i></section>", "end");
    check_bomb("nested formatting", "", "<b><font>", "end");
    check_bomb("unknown elements", "", "<x-y>", "end");
    check_bomb("end tags", "<p>", "</div></b></p>", "end");
    check_bomb("nested tables", "", "<table><tr><td>", "end");
    check_bomb("nested lists", "", "<ul><li>", "end");
    check_bomb("loose items", "", "<li><dd>", "end");
    check_bomb("loose options", "", "<option><p>", "end");
    check_bomb("open comments", "end", "<!--", "");
    check_bomb("open scripts", "end", "<svg><noscript>", "end");
    check_bomb("quotes", "<p class='", "\"\"", "'>end");
    check_bomb("ampersands", "<p>", "&&nbsp", " end");
    check_bomb("less-than signs", "<p>", "<", " end");
    check_bomb("bodies", "", "<body><html><head>", "end");
    check_bomb("forms", "", "<form><a href=x>", "end");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
