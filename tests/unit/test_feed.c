#include "discover/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"

#define RSS(items)    "<rss version='2.0'><channel><title>T</title>" items "</channel></rss>"
#define ATOM(entries) "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>" entries "</feed>"

static void append_field(struct bytes *out, const char *name, const char *value)
{
    if (!value)
        return;
    bytes_append_string(out, name);
    bytes_append_string(out, value);
    bytes_append_string(out, ";");
}

/* What was read, one entry a line: t(itle) u(rl) i(d) s(ummary) c(ontent) p(ublished) m(odified)
 * a(uthors), each only where the feed says it. */
static char *described(struct arena *arena, const struct feed *feed)
{
    struct bytes out;
    bytes_init(&out, 0);
    for (size_t i = 0; i < feed->entries_count; i++) {
        const struct feed_entry *entry = &feed->entries[i];
        append_field(&out, "t:", entry->title);
        append_field(&out, "u:", entry->url);
        append_field(&out, "i:", entry->id);
        append_field(&out, "s:", entry->summary);
        append_field(&out, "c:", entry->content);
        append_field(
            &out, "p:", entry->has_published ? date_format_utc(entry->published.ms, arena) : NULL);
        append_field(&out,
                     "m:", entry->has_updated ? date_format_utc(entry->updated.ms, arena) : NULL);
        for (size_t k = 0; k < entry->authors_count; k++)
            append_field(&out, "a:", entry->authors[k]);
        bytes_append_string(&out, "\n");
    }
    char *text = arena_copy(arena, out.size ? out.data : "", out.size);
    bytes_clear(&out);
    return text;
}

static const struct {
    const char *name, *document, *kind, *expected;
} cases[] = {
    {"RSS",
     RSS("<item><title>A &amp;amp; B</title><link>http://a.example/1</link><guid>x1</guid>"
         "<pubDate>Fri, 03 May 2024 10:00:00 +0200</pubDate><description>&lt;p&gt;One&lt;/p&gt;"
         "&lt;p&gt;two&lt;/p&gt;</description></item>"),
     "rss", "t:A & B;u:http://a.example/1;i:x1;s:One two;p:2024-05-03T08:00:00Z;\n"},
    {"the author of the source before that of the feed (RFC 4287, 4.2.1)",
     ATOM("<author><name>F</name></author><entry><title>1</title><source><title>S</title><author>"
          "<name>A</name></author><author><name>B</name></author></source></entry><entry>"
          "<title>2</title></entry>"),
     "atom", "t:1;a:A;a:B;\nt:2;a:F;\n"},
    {"the feed's author behind its entries",
     ATOM("<entry><title>1</title></entry><author><name>F</name></author>"), "atom", "t:1;a:F;\n"},
    {"HTML around an author's name",
     RSS("<item><author>By <a href='/x'>Ann <b>Smith</b></a></author></item>"), "rss",
     "a:By Ann Smith;\n"},
    {"names of HTML that lack their semicolon",
     RSS("<item><title>&amp;copy Sm&amp;iacute &amp;amp sons &amp;copy=1 "
         "&amp;nothing</title></item>"),
     "rss", "t:\xc2\xa9 Sm\xc3\xad & sons &copy=1 &nothing;\n"},
    {"names of HTML 5",
     RSS("<item><title>Ko&amp;ccaron;i&amp;ccaron;ka &amp;numero; 1</title></item>"), "rss",
     "t:Ko\xc4\x8di\xc4\x8dka \xe2\x84\x96 1;\n"},
    {"the base of CDF",
     "<CHANNEL BASE='http://a.example/b/'><ITEM HREF='c.html'><TITLE>1</TITLE></ITEM></CHANNEL>",
     "cdf", "t:1;u:http://a.example/b/c.html;\n"},
    {"called UTF-8 and none of it is",
     "<?xml version='1.0' encoding='utf-8'?>" RSS("<item><title>Caf\xe9</title></item>"), "rss",
     "t:Caf\xc3\xa9;\n"},
    {"a guid that is a permalink", RSS("<item><guid>http://a.example/g</guid></item>"), "rss",
     "u:http://a.example/g;i:http://a.example/g;\n"},
    {"a guid that says it is none",
     RSS("<item><guid isPermaLink='false'>http://a.example/g</guid></item>"), "rss",
     "i:http://a.example/g;\n"},
    {"the original link before the tracked one",
     RSS("<item><link>http://t.example/1</link><feedburner:origLink>http://a.example/1"
         "</feedburner:origLink></item>"),
     "rss", "u:http://a.example/1;\n"},
    {"full text beside a description",
     RSS("<item><content:encoded><![CDATA[<p>Whole <b>text</b>.</p><script>x()</script>]]>"
         "</content:encoded><description>Short</description></item>"),
     "rss", "s:Short;c:Whole text.;\n"},
    {"a description and a summary: the second one says more",
     RSS("<item><summary>Short</summary><description>Longer</description></item>"), "rss",
     "s:Short;c:Longer;\n"},
    {"signs that begin no markup",
     RSS("<item><title>1 &lt; 2 &lt;!' &lt;b&gt;x&lt;/b&gt; &lt;!-- y"
         "</title></item>"),
     "rss", "t:1 < 2 <!' x <!-- y;\n"},
    {"authors in all ways",
     RSS("<item><author>a@a.example (Ann)</author><dc:creator>Bob &lt;b@a.example&gt;</dc:creator>"
         "<dc:creator>Ann</dc:creator></item>"),
     "rss", "a:Ann;a:Bob;\n"},
    {"the title of an image is not the entry's",
     RSS("<item><image><title>No</title></image><title>Yes</title></item>"), "rss", "t:Yes;\n"},
    {"elements of unknown modules are passed over",
     RSS("<item xmlns:x='urn:x'><x:title>No</x:title><title>Yes</title></item>"), "rss",
     "t:Yes;\n"},
    {"modules by other prefixes",
     "<rss xmlns:d='http://purl.org/dc/elements/1.1/'><channel><item><d:creator>Ann</d:creator>"
     "</item></channel></rss>",
     "rss", "a:Ann;\n"},
    {"addresses escaped twice", RSS("<item><link>http://a.example/?a&amp;amp;b</link></item>"),
     "rss", "u:http://a.example/?a&b;\n"},
    {"RSS 1.0",
     "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/"
     "1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title></channel><item "
     "rdf:about='http://a.example/1'><title>One</title><dc:date>2024-05-03</dc:date></item>"
     "</rdf:RDF>",
     "rdf",
     "t:One;u:http://a.example/1;i:http://a.example/1;p:2024-05-03T00:00:00Z;"
     "m:2024-05-03T00:00:00Z;\n"},
    {"Atom",
     ATOM("<author><name>Ann</name></author><entry><title type='html'>1 &amp;lt; 2</title>"
          "<link rel='self' href='http://a.example/self'/><link href='/1'/><id>urn:1</id>"
          "<updated>2024-05-03T10:00:00Z</updated><summary>S</summary></entry><entry><author>"
          "<name>Bob</name><email>b@a.example</email></author></entry>"),
     "atom", "t:1 < 2;u:http://base.example/1;i:urn:1;s:S;m:2024-05-03T10:00:00Z;a:Ann;\na:Bob;\n"},
    {"Atom with inline markup",
     ATOM("<entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a &lt;b&gt;"
          "</p><p>c</p></div></content></entry>"),
     "atom", "s:a <b> c;c:a <b> c;\n"},
    {"Atom in base64", ATOM("<entry><title type='application/x'>SGk=</title></entry>"), "atom",
     "t:Hi;\n"},
    {"what is no text in base64 is none",
     ATOM("<entry><title type='application/x'>4d</title></entry>"), "atom", "t:4d;\n"},
    {"xml:base", ATOM("<entry xml:base='http://b.example/x/'><link href='1'/></entry>"), "atom",
     "u:http://b.example/x/1;\n"},
    {"CDF",
     "<CHANNEL><TITLE>T</TITLE><ITEM HREF='http://a.example/1' "
     "LASTMOD='2024-05-03'><TITLE>One</TITLE></ITEM>"
     "</CHANNEL>",
     "cdf", "t:One;u:http://a.example/1;m:2024-05-03T00:00:00Z;\n"},
    {"JSON Feed",
     "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{\"id\":7,"
     "\"url\":\"/1\",\"title\":\"One\",\"content_html\":\"<p>x</p>\",\"date_published\":"
     "\"2024-05-03T10:00:00Z\",\"authors\":[{\"name\":\"Ann\"}]}]}",
     "jsonfeed", "t:One;u:http://base.example/1;i:7;s:x;c:x;p:2024-05-03T10:00:00Z;a:Ann;\n"},
    {"JSON Feed in other words",
     "{\"items\":[1,{\"id\":\"http://a.example/g\",\"content_text\":\"x < y\",\"summary\":\"S\","
     "\"authors\":[\"Ann\",{\"name\":\"Bob\"}]},{\"external_url\":\"/e\",\"author\":{\"name\":"
     "\"Cy\"}},{\"id\":\"no address\"}]}",
     "jsonfeed",
     "u:http://a.example/g;i:http://a.example/g;s:S;c:x < y;a:Ann;a:Bob;\n"
     "u:http://base.example/e;a:Cy;\ni:no address;\n"},
    {"the page before its other forms",
     ATOM("<entry><link type='application/json' href='/j'/><link rel='ALTERNATE' type='text/html' "
          "href='/p'/><link rel='enclosure' href='/a.mp3'/></entry><entry><link rel='enclosure' "
          "href='/b.mp3'/></entry>"),
     "atom", "u:http://base.example/p;\n\n"},
    {"a feed that is served elsewhere means its site",
     RSS("<link>http://site.example/</link><item><link>/1</link></item>"
         "<item><link>2</link></item>"),
     "rss", "u:http://site.example/1;\nu:http://site.example/2;\n"},
    {"a feed of the same site means its own place",
     RSS("<link>http://www.base.example/</link><item><link>/1</link></item>"), "rss",
     "u:http://base.example/1;\n"},
    {"Atom 0.3",
     "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='base64'>SGk=</title>"
     "<content mode='escaped' type='application/xhtml+xml'>&lt;b&gt;x&lt;/b&gt;</content>"
     "<issued>2024-05-03T10:00:00Z</issued></entry></feed>",
     "atom", "t:Hi;s:x;c:x;p:2024-05-03T10:00:00Z;\n"},
    {"markup by its type",
     ATOM("<entry><content type='application/xhtml+xml'><p>a &lt; b</p><![CDATA[<i>]]></content>"
          "</entry>"),
     "atom", "s:a < b <i>;c:a < b <i>;\n"},
    {"a picture is no text", ATOM("<entry><content type='image/png'>SGk=</content></entry>"),
     "atom", "\n"},
    {"what looks like base64 and is none",
     ATOM("<entry><title type='application/x'>not base64!</title></entry>"), "atom",
     "t:not base64!;\n"},
    {"a page inside of an item",
     "<rss xmlns:h='http://www.w3.org/1999/xhtml'><channel><item><h:body><h:p>One</h:p></h:body>"
     "</item></channel></rss>",
     "rss", "s:One;c:One;\n"},
    {"a title in a group of media",
     RSS("<item><media:group><media:title>One</media:title></media:group></item>"), "rss",
     "t:One;\n"},
    {"the speaker only where there is no author",
     RSS("<item><dc:creator>Ann</dc:creator><itunes:author>Bob</itunes:author></item>"
         "<item><itunes:author>Bob</itunes:author></item>"),
     "rss", "a:Ann;\na:Bob;\n"},
    {"an author who has an address alone",
     ATOM("<entry><author><email>desk@a.example</email></author></entry>"), "atom",
     "a:desk@a.example;\n"},
    {"numbers of characters",
     RSS("<item><title>&#x41;&#x4A;&#x6a;&#66 c&#;&#x;&#99999999;&#xD800;d</title></item>"), "rss",
     "t:AJjB c&#;&#x;\xef\xbf\xbd\xef\xbf\xbd"
     "d;\n"},
    {"junk before the root", "<br /><b>Warning</b>: x\n<?xml version='1.0'?>" RSS("<item/>"), "rss",
     "\n"},
    {"undefined entities", RSS("<item><title>a&nbsp;&eacute;&unknown; & b</title></item>"), "rss",
     "t:a é&unknown; & b;\n"},
    {"numbers that mean windows-1252", RSS("<item><title>don&#146;t&#0;</title></item>"), "rss",
     "t:don’t;\n"},
    {"control characters",
     RSS("<item><title>a\x01\x0b"
         "b</title></item>"),
     "rss", "t:a b;\n"},
    {"cut off in a text", "<rss><channel><item><title>One</title></item><item><title>Tw", "rss",
     "t:One;\nt:Tw;\n"},
    {"items that are never closed", RSS("<item><title>One<item><title>Two</title>"), "rss",
     "t:One;\nt:Two;\n"},
    {"markup that was not escaped",
     RSS("<item><description>a<br>b <img src=x>c</description><title>One</title></item>"), "rss",
     "t:One;s:a b c;\n"},
    {"the document's own entities",
     "<!DOCTYPE rss [<!ENTITY n 'News'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>" RSS(
         "<item><title>&n;&f;!</title></item>"),
     "rss", "t:News!;\n"},
    {"entities that are none",
     "<!DOCTYPE rss [<!-- <!ENTITY c 'c'> --><!ENTITY n \"a\"><!ENTITY % p 'b'><!ENTITY q c>"
     "<!ENTITY >]>" RSS("<item><title>&n;&p;&q;&c;</title></item>"),
     "rss", "t:a&p;&c;;\n"},
    {"attributes with blanks, without quotes or a name",
     RSS("<item><guid isPermaLink = \"false\" a b=c =d>http://a.example/</guid></item>"), "rss",
     "i:http://a.example/;\n"},
    {"entities are not expanded in each other",
     "<!DOCTYPE rss [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>" RSS(
         "<item><guid isPermaLink='false'>&b;</guid></item>"),
     "rss", "i:&a;&a;;\n"},
};

static void test_documents(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct feed feed;
        arena_init(&arena, 0);
        int err = feed_parse(&feed, &arena, cases[i].document, strlen(cases[i].document),
                             "http://base.example/feed", NULL);
        if (err)
            fail_msg("%s: error %d", cases[i].name, err);
        const char *got = described(&arena, &feed);
        if (strcmp(got, cases[i].expected) != 0 || strcmp(feed.kind, cases[i].kind) != 0)
            fail_msg("%s: got %s:\n%s", cases[i].name, feed.kind, got);
        arena_clear(&arena);
    }
}

static void test_channel(void **state)
{
    (void)state;
    static const char rss[] =
        "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>News "
        "&amp;amp; "
        "more</title><image><title>No</title></image><language>de-AT</language><atom:link "
        "rel='hub' "
        "href='https://hub.example/'/><atom:link rel='next' href='?page=2'/><sy:updatePeriod>hourly"
        "</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel></rss>";
    struct arena arena;
    struct feed feed;
    arena_init(&arena, 0);
    assert_int_equal(feed_parse(&feed, &arena, rss, sizeof rss - 1, "http://a.example/feed", NULL),
                     0);
    assert_string_equal(feed.title, "News & more");
    assert_string_equal(feed.lang, "de-AT");
    assert_string_equal(feed.hub, "https://hub.example/");
    assert_string_equal(feed.next_url, "http://a.example/feed?page=2");
    assert_int_equal(feed.ttl_min, 30);
    assert_int_equal(feed.entries_count, 0);
    arena_clear(&arena);
}

/* Of what is said twice the first counts; what is no period is none. */
static void test_odd_channel(void **state)
{
    (void)state;
    static const char rss[] =
        "<rss><channel xml:lang='fr'><atom:link rel='hub' href='https://one.example/'/>"
        "<atom:link rel='hub' href='https://two.example/'/><atom:link rel='prev-archive' "
        "href='?old'/><atom:link rel='next' href='?next'/><sy:updatePeriod>often</sy:updatePeriod>"
        "<ttl>99999999999 minutes</ttl></channel></rss>";
    struct arena arena;
    struct feed feed;
    arena_init(&arena, 0);
    assert_int_equal(feed_parse(&feed, &arena, rss, sizeof rss - 1, "http://a.example/feed", NULL),
                     0);
    assert_string_equal(feed.hub, "https://one.example/");
    assert_string_equal(feed.next_url, "http://a.example/feed?old");
    assert_true(feed.ttl_min >= 1000000);
    arena_clear(&arena);
}

static void test_no_feed(void **state)
{
    static const char *const documents[] = {"",          "x", "<html><body>no</body></html>",
                                            "{\"a\":1}", "{", "<urlset/>"};
    (void)state;
    for (size_t i = 0; i < COUNT(documents); i++) {
        struct arena arena;
        struct feed feed;
        arena_init(&arena, 0);
        assert_int_equal(feed_parse(&feed, &arena, documents[i], strlen(documents[i]), NULL, NULL),
                         ERR_INPUT);
        arena_clear(&arena);
    }
}

/* XML 1.0, appendix F: units of four bytes, with and without their mark. */
static void test_four_byte_units(void **state)
{
    static const char text[] = RSS("<item><title>1</title></item>");
    (void)state;
    for (size_t start = 0; start < 2; start++) {
        char units[4 * sizeof text] = "\xff\xfe\0";
        size_t size = 4 * (sizeof text - start);
        for (size_t i = 1; i < sizeof text; i++)
            units[4 * i] = text[i - 1];
        struct arena arena;
        struct feed feed;
        arena_init(&arena, 0);
        const char *from = units + 4 * start;
        assert_int_equal(feed_parse(&feed, &arena, from, size, NULL, NULL), 0);
        assert_int_equal(feed.entries_count, 1);
        assert_string_equal(feed.entries[0].title, "1");
        arena_clear(&arena);
    }
}

/* Faults of one kind without end: each must take linear time, or this test its time-out. */
static void test_endless_faults(void **state)
{
    static const char *const faults[] = {"<item>",
                                         "</item>",
                                         "<!--",
                                         "<![CDATA[",
                                         "<a b=\"",
                                         "<div>",
                                         "&lt;object&gt;",
                                         "&lt;script&gt;",
                                         "&lt;a href=\"",
                                         "&lt;",
                                         "&lt;!--",
                                         "<a xmlns:x='urn:x'>",
                                         "&n;",
                                         "<author>",
                                         "<link href='a'/>",
                                         "&lt;!DOCTYPE"};
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct bytes document;
        bytes_init(&document, 0);
        bytes_append_string(&document, "<!DOCTYPE rss [<!ENTITY n 'nnnnnnnnnnnnnnnnnnnnnnnnnnn'>]>"
                                       "<rss><channel><item>");
        if (i % 2 == 0)
            bytes_append_string(&document, "<description>");
        while (document.size < 2 << 20)
            bytes_append_string(&document, faults[i]);
        char *exact = alloc_bytes(document.size); /* so that a read past the end is seen */
        memcpy(exact, document.data, document.size);
        struct arena arena;
        struct feed feed;
        arena_init(&arena, 0);
        feed_parse(&feed, &arena, exact, document.size, NULL, NULL);
        arena_clear(&arena);
        free(exact);
        bytes_clear(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),      cmocka_unit_test(test_channel),
        cmocka_unit_test(test_no_feed),        cmocka_unit_test(test_four_byte_units),
        cmocka_unit_test(test_endless_faults), cmocka_unit_test(test_odd_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
