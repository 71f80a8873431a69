#include "discover/sitemap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"

/* What was read, one entry a line: kind, address, lastmod, news. */
static char *described(struct arena *arena, const struct sitemap *sitemap)
{
    char *text = arena_string(arena, "");
    for (size_t i = 0; i < sitemap->entries_count; i++) {
        const struct sitemap_entry *entry = &sitemap->entries[i];
        text = arena_format(arena, "%s%s%s", text, entry->is_sitemap ? "@" : "", entry->url);
        if (entry->has_lastmod)
            text = arena_format(arena, "%s %s", text, date_format(&entry->lastmod, arena));
        if (entry->news_title)
            text = arena_format(arena, "%s [%s]", text, entry->news_title);
        if (entry->news_language)
            text = arena_format(arena, "%s (%s)", text, entry->news_language);
        if (entry->has_news_published)
            text = arena_format(arena, "%s %s", text, date_format(&entry->news_published, arena));
        text = arena_format(arena, "%s\n", text);
    }
    return text;
}

static const struct {
    const char *name, *document, *kind, *expected;
} cases[] = {
    {"urlset",
     "<?xml version='1.0'?><urlset><url><loc> http://a.example/1 </loc><lastmod>2024-05-03"
     "</lastmod></url><url><loc>http://a.example/?a=1&amp;b=2</loc></url></urlset>",
     "urlset", "http://a.example/1 2024-05-03\nhttp://a.example/?a=1&b=2\n"},
    {"index",
     "<sitemapindex><sitemap><loc>http://a.example/s.xml.gz</loc></sitemap></sitemapindex>",
     "index", "@http://a.example/s.xml.gz\n"},
    {"prefixes of any name",
     "<s:urlset xmlns:s='urn:x'><s:url><s:loc>http://a.example/</s:loc></s:url></s:urlset>",
     "urlset", "http://a.example/\n"},
    {"the address of an image is not the page's",
     "<urlset><url><loc>http://a.example/p</loc><image:image><image:loc>http://a.example/i.png"
     "</image:loc></image:image></url></urlset>",
     "urlset", "http://a.example/p\n"},
    {"news",
     "<urlset><url><loc>http://a.example/n</loc><news:news><news:publication><news:name>A"
     "</news:name><news:language>de</news:language></news:publication><news:publication_date>"
     "2024-05-03T10:00:00+02:00</news:publication_date><news:title> Ein\n Fluss </news:title>"
     "</news:news></url></urlset>",
     "news", "http://a.example/n [Ein Fluss] (de) 2024-05-03T10:00:00+02:00\n"},
    {"what is said before the address",
     "<urlset><url><news:news><news:title>Ein Fluss</news:title></news:news><lastmod>2024-05-03"
     "</lastmod><loc>http://a.example/1</loc></url><url><loc>http://a.example/2</loc></url></"
     "urlset>",
     "news", "http://a.example/1 2024-05-03 [Ein Fluss]\nhttp://a.example/2\n"},
    {"warnings of a script before it",
     "<br />\n<b>Warning</b>: something<br />\n<urlset><url><loc>http://a.example/1</loc></url>"
     "</urlset>",
     "urlset", "http://a.example/1\n"},
    {"a root around the root",
     "<data><urlset><url><loc>http://a.example/1</loc></url></urlset></data>", "urlset",
     "http://a.example/1\n"},
    {"lines of text that hold a tag, ended as on an old Mac",
     "http://a.example/?q=<b>\rhttp://a.example/2\rhttp://a.example/3\t2024", "text",
     "http://a.example/?q=<b>\nhttp://a.example/2\n"},
    {"lastmod before loc does not leak into the next entry",
     "<urlset><url><loc>http://a.example/1</loc><lastmod>2024-01-01</lastmod></url>"
     "<url><loc>http://a.example/2</loc><lastmod>some day</lastmod></url></urlset>",
     "urlset", "http://a.example/1 2024-01-01\nhttp://a.example/2\n"},
    {"two addresses in one entry share what it says",
     "<urlset><url><loc>http://a.example/1</loc><loc>http://a.example/2</loc><lastmod>2024-01-01"
     "</lastmod></url></urlset>",
     "urlset", "http://a.example/1 2024-01-01\nhttp://a.example/2 2024-01-01\n"},
    {"CDATA and text in one address",
     "<urlset><url><loc>http://a.example/<![CDATA[?a&b]]></loc></url></urlset>", "urlset",
     "http://a.example/?a&b\n"},
    {"relative addresses", "<urlset><url><loc>/x y</loc></url></urlset>", "urlset",
     "http://base.example/x%20y\n"},
    {"cut off in an address",
     "<urlset><url><loc>http://a.example/1</loc></url><url><loc>http://a.exam", "urlset",
     "http://a.example/1\n"},
    {"cut off after an address", "<urlset><url><loc>http://a.example/1</loc><lastm", "urlset",
     "http://a.example/1\n"},
    {"ends that don't match",
     "<urlset><url><loc>http://a.example/1</loc></urL></loc><url><loc>http://a.example/2</loc>",
     "urlset", "http://a.example/1\nhttp://a.example/2\n"},
    {"entries without a container", "<urlset><loc>http://a.example/1</loc></urlset>", "urlset",
     "http://a.example/1\n"},
    {"junk before",
     "\n<!-- cached --><?xml version='1.0'?><urlset><url><loc>http://a.example/1"
     "</loc></url></urlset>",
     "urlset", "http://a.example/1\n"},
    {"an entity of a file gives nothing",
     "<!DOCTYPE u [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>http://a.example/&x;"
     "</loc></url></urlset>",
     "urlset", "http://a.example/\n"},
    {"empty", "<urlset/>", "urlset", ""},
    {"text", "http://a.example/1\r\n\n# no\nhttps://a.example/2  \nftp://a.example/", "text",
     "http://a.example/1\nhttps://a.example/2\n"},
    {"RSS",
     "<rss><channel><item><link>http://a.example/1</link><pubDate>Fri, 03 May 2024 10:00:00 GMT"
     "</pubDate></item></channel></rss>",
     "rss", "http://a.example/1 2024-05-03T10:00:00Z 2024-05-03T10:00:00Z\n"},
    {"Atom",
     "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='1'/><updated>"
     "2024-05-03T10:00:00Z</updated></entry></feed>",
     "atom", "http://base.example/1 2024-05-03T10:00:00Z 2024-05-03T10:00:00Z\n"},
};

static void test_documents(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct sitemap sitemap;
        arena_init(&arena, 0);
        int err = sitemap_parse(&sitemap, &arena, cases[i].document, strlen(cases[i].document),
                                "http://base.example/", NULL);
        if (err)
            fail_msg("%s: error %d", cases[i].name, err);
        const char *got = described(&arena, &sitemap);
        if (strcmp(got, cases[i].expected) != 0 || strcmp(sitemap.kind, cases[i].kind) != 0)
            fail_msg("%s: got %s:\n%s", cases[i].name, sitemap.kind, got);
        arena_clear(&arena);
    }
}

static void test_no_sitemap(void **state)
{
    static const char *const documents[] = {
        "", "not found", "<!DOCTYPE html><html><body><a href='http://a.example/'>x</a></html>"};
    (void)state;
    for (size_t i = 0; i < COUNT(documents); i++) {
        struct arena arena;
        struct sitemap sitemap;
        arena_init(&arena, 0);
        assert_int_equal(
            sitemap_parse(&sitemap, &arena, documents[i], strlen(documents[i]), NULL, "text/html"),
            ERR_INPUT);
        arena_clear(&arena);
    }
}

/* Faults of one kind without end: each must take linear time, or this test its time-out. */
static void test_endless_faults(void **state)
{
    static const char *const faults[] = {
        "<url>", "</url>", "<!--",           "<![CDATA[", "<a b=\"",   "<a b='c", "<!DOCTYPE",
        "<?x ",  "&x;",    "<loc>http://a/", "&#38;",     "<!ENTITY ", "<a =\"'", "<"};
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct bytes document;
        bytes_init(&document, 0);
        bytes_append_string(&document, i % 2 ? "<urlset>" : "<urlset><url><loc>");
        while (document.size < 2 << 20)
            bytes_append_string(&document, faults[i]);
        char *exact = alloc_bytes(document.size); /* so that a read past the end is seen */
        memcpy(exact, document.data, document.size);
        struct arena arena;
        struct sitemap sitemap;
        arena_init(&arena, 0);
        sitemap_parse(&sitemap, &arena, exact, document.size, NULL, NULL);
        arena_clear(&arena);
        free(exact);
        bytes_clear(&document);
    }
}

static void test_too_many_entries(void **state)
{
    (void)state;
    struct bytes document;
    bytes_init(&document, 0);
    bytes_append_string(&document, "<urlset>");
    for (int i = 0; i <= SITEMAP_ENTRIES_MAX; i++)
        bytes_append_string(&document, "<loc>http://a.b</loc>");
    struct arena arena;
    struct sitemap sitemap;
    arena_init(&arena, 0);
    assert_int_equal(sitemap_parse(&sitemap, &arena, document.data, document.size, NULL, NULL), 0);
    assert_true(sitemap.truncated);
    assert_int_equal(sitemap.entries_count, SITEMAP_ENTRIES_MAX);
    arena_clear(&arena);
    bytes_clear(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_no_sitemap),
        cmocka_unit_test(test_endless_faults),
        cmocka_unit_test(test_too_many_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
