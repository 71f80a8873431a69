/* What becomes of markup: the tree's text, its lists, and pages made to hurt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libxml/HTMLparser.h>

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

/* Nothing is kept from the parser that it would end by a start tag. Of an element within its like
 * it does not tell; those are in the random pages below. */
static void test_closing(void **state)
{
    (void)state;
    for (enum tag open = 0; open < TAG_OTHER; open++) {
        for (enum tag next = 0; next < TAG_OTHER; next++) {
            xmlNode element = {.type = XML_ELEMENT_NODE, .name = (const xmlChar *)tag_name(next)};
            bool closes = htmlAutoCloseTag(NULL, (const xmlChar *)tag_name(open), &element);
            bool inside = !(tag_flags_of(open) & TAG_RAW) && open != TAG_HEAD && next != TAG_HEAD &&
                          next != TAG_BODY && next != TAG_FRAMESET;
            if (closes && open != next && inside && !tag_closes(next, open))
                fail_msg("<%s> ends <%s>", tag_name(next), tag_name(open));
        }
        assert_true(tag_closes_any(open) || !tag_closes(open, open));
    }
}

/* Writes a page of random tags and texts: most elements are closed in order, some are not. */
static size_t write_soup(char *out, uint32_t *seed)
{
    static const char *const names[] = {
        "div",   "p",       "p",   "b",   "i",      "a",        "a",    "span",   "span",
        "ul",    "li",      "li",  "ol",  "dl",     "dt",       "dd",   "table",  "tbody",
        "tr",    "td",      "th",  "h1",  "h3",     "form",     "pre",  "figure", "section",
        "nav",   "x-y",     "x-z", "foo", "center", "fieldset", "font", "object", "button",
        "label", "address", "hr",  "br",  "img",    "wbr",      "wbr",  "source", "embed",
        "meta",  "picture", "u",   "s",   "tt",     "menu",     "dir",  "caption"};
    enum { TOKENS = 60, DEPTH = 60 };
    const char *open[DEPTH];
    size_t depth = 0;
    char *at = out;
    for (size_t i = 0; i < TOKENS; i++) {
        *seed = *seed * 1664525 + 1013904223;
        uint32_t draw = *seed >> 8;
        const char *name = names[draw / 16 % COUNT(names)];
        switch (draw % 16) {
        case 0: /* an end tag of anything */
            at += sprintf(at, "</%s>", name);
            break;
        case 1:
        case 2:
            at += sprintf(at, "t%zu ", i);
            break;
        case 3:
            at = stpcpy(at, draw & 0x10000 ? " " : "\n");
            break;
        case 4: /* its end is left out */
            at += sprintf(at, "<%s>", name);
            break;
        case 5:
        case 6:
        case 7:
        case 8:
        case 9:
            at += depth ? sprintf(at, "</%s>", open[--depth]) : 0;
            break;
        default:
            at += sprintf(at, "<%s id=n%zu>", name, i);
            if (depth < DEPTH)
                open[depth++] = name;
        }
    }
    return (size_t)(at - out);
}

static void check_same_tree(const char *html, const struct document *a, const struct document *b)
{
    if (a->text_size != b->text_size || memcmp(a->text, b->text, a->text_size) != 0)
        fail_msg("%s: text '%.*s' and '%.*s'", html, (int)a->text_size, a->text, (int)b->text_size,
                 b->text);
    if (a->nodes_count != b->nodes_count)
        fail_msg("%s: %zu nodes and %zu", html, a->nodes_count, b->nodes_count);
    for (uint32_t i = 0; i < a->nodes_count; i++) {
        const struct node *left = &a->nodes[i], *right = &b->nodes[i];
        const char *left_id = node_attribute(a, i, ATTRIBUTE_ID);
        const char *right_id = node_attribute(b, i, ATTRIBUTE_ID);
        if (left->tag != right->tag || left->parent != right->parent || left->end != right->end ||
            left->text != right->text || left->text_end != right->text_end ||
            strcmp(left_id ? left_id : "", right_id ? right_id : "") != 0)
            fail_msg("%s: node %u is another: %s %s, %s %s", html, i, tag_name(left->tag),
                     left_id ? left_id : "", tag_name(right->tag), right_id ? right_id : "");
    }
}

/* Elements that the parser is not shown become what it would have made of them. Without <body> it
 * is shown all. */
static void test_runs(void **state)
{
    (void)state;
    char soup[8192] = "<body><br>", *html = soup + strlen("<body>");
    uint32_t seed = 1;
    for (int i = 0; i < 4000; i++) {
        struct built run, shown;
        html[4 + write_soup(html + 4, &seed)] = '\0';
        build(&run, soup, strlen(soup));
        build(&shown, html, strlen(html));
        assert_true(run.prepared.skeleton.size < shown.prepared.skeleton.size);
        check_same_tree(html, &run.document, &shown.document);
        clear(&run);
        clear(&shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_lists),
        cmocka_unit_test(test_attributes), cmocka_unit_test(test_closing),
        cmocka_unit_test(test_runs),       cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
