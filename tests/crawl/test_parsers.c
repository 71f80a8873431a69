/* test_parsers.c - the parsers by themselves, as people and --batch ask them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "support/program.h"
#include "support/scratch.h"

enum { WORDS_MAX = 8, LIMIT_MS = 60000 };

static const struct {
    const char *name, *text;
} files[] = {
    {"robots.txt", "User-agent: testbot\nDisallow: /private\nSitemap: https://a.example/s.xml\n"},
    {"feed.xml", "<rss><channel><title>News</title><item><title>One</title><link>/1</link>"
                 "<pubDate>Sat, 17 Jan 2026 08:30:00 GMT</pubDate><author>Ada</author></item>"
                 "</channel></rss>"},
    {"sitemap.xml", "<urlset><url><loc>https://a.example/1</loc><lastmod>2026-01-17</lastmod></url>"
                    "<url><loc>/2</loc><lastmod>2026-01-17T10:30:00+02:00</lastmod></url>"
                    "</urlset>"},
};

/* What is asked, and all that is printed; of what is complained the part that matters. */
static const struct {
    const char *name, *words[WORDS_MAX];
    const char *input;
    int status;
    const char *out, *err;
} cases[] = {
    {"dates for people",
     {"date", "17 January 2026", "Sat, 17 Jan 2026 08:30:00 GMT", "2026-01-17T08:30+02:00", "soon"},
     NULL,
     0,
     "2026-01-17\t17 January 2026\n"
     "2026-01-17T08:30:00Z\tSat, 17 Jan 2026 08:30:00 GMT\n"
     "2026-01-17T08:30:00+02:00\t2026-01-17T08:30+02:00\n"
     "-\tsoon\n",
     ""},
    {"no date", {"date"}, NULL, 2, "", "crawler: date wants texts"},
    {"dates of every kind",
     {"date", "--batch", "-"},
     "{\"id\":\"1\",\"kind\":\"http\",\"text\":\"Sat, 17 Jan 2026 08:30:00 GMT\"}\n"
     "{\"id\":\"2\",\"kind\":\"feed\",\"text\":\"2026-01-17T08:30:00+02:00\"}\n"
     "{\"id\":\"3\",\"kind\":\"text\",\"lang\":\"de\",\"text\":\"17. Januar 2026\"}\n"
     "{\"id\":\"4\",\"kind\":\"text\",\"now\":\"2026-01-17T12:00:00Z\",\"text\":\"yesterday\"}\n"
     "{\"id\":\"5\",\"kind\":\"html\",\"text\":\"<meta property='article:published_time' "
     "content='2026-01-17T08:30:00+01:00'><p>x\"}\n"
     "{\"id\":\"6\",\"kind\":\"html\",\"text\":\"<p>nothing\"}\n"
     "{\"id\":\"7\",\"kind\":\"retry-after\",\"text\":\"120\"}\n"
     "{\"id\":\"8\",\"kind\":\"retry-after\",\"text\":\"soon\"}\n",
     0,
     "{\"id\":\"1\",\"date\":\"2026-01-17T08:30:00Z\"}\n"
     "{\"id\":\"2\",\"date\":\"2026-01-17T08:30:00+02:00\"}\n"
     "{\"id\":\"3\",\"date\":\"2026-01-17\"}\n"
     "{\"id\":\"4\",\"date\":\"2026-01-16\"}\n"
     "{\"id\":\"5\",\"date\":\"2026-01-17T08:30:00+01:00\"}\n"
     "{\"id\":\"6\",\"date\":null}\n"
     "{\"id\":\"7\",\"seconds\":120}\n"
     "{\"id\":\"8\",\"seconds\":null}\n",
     ""},
    {"cases that are none do not stop the others",
     {"date", "--batch", "-"},
     "\n"
     "[1]\n"
     "no json\n"
     "{\"id\":7}\n"
     "{\"id\":\"1\",\"kind\":\"moon\",\"text\":\"x\"}\n"
     "{\"id\":\"2\",\"kind\":\"http\"}\n"
     "{\"id\":\"3\",\"text\":\"x\"}\n"
     "{\"id\":\"4\",\"kind\":\"http\",\"now\":\"never\",\"text\":\"x\"}\n"
     "{\"id\":\"5\",\"kind\":\"feed\",\"text\":\"2026\"}",
     0,
     "{\"id\":null,\"error\":\"not a JSON object with an id\"}\n"
     "{\"id\":null,\"error\":\"not a JSON object with an id\"}\n"
     "{\"id\":null,\"error\":\"not a JSON object with an id\"}\n"
     "{\"id\":\"1\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"2\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"3\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"4\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"5\",\"date\":\"2026-01-01\"}\n",
     ""},
    {"a batch that is not there",
     {"url", "--batch", "none"},
     NULL,
     2,
     "",
     "crawler: cannot read none: No such file or directory\n"},
    {"URLs for people",
     {"url", "HTTP://WWW.News.Example:80/a/../b?utm_source=x", "mailto:x", "http://[::1]/"},
     NULL,
     1,
     "url   http://www.news.example/b?utm_source=x\n"
     "key   http://www.news.example/b\n"
     "host  www.news.example\n"
     "site  news.example\n"
     "\n"
     "\n"
     "url   http://[::1]/\n"
     "key   http://[::1]/\n"
     "host  [::1]\n"
     "site  -\n",
     "crawler: not an http or https URL: mailto:x\n"},
    {"a URL with its base",
     {"url", "--url", "https://a.example/b/", "c"},
     NULL,
     0,
     "url   https://a.example/b/c\n"
     "key   https://a.example/b/c\n"
     "host  a.example\n"
     "site  a.example\n",
     ""},
    {"no URL", {"url"}, NULL, 2, "", "crawler: url needs a URL"},
    {"URLs of a batch",
     {"url", "--batch", "-"},
     "{\"id\":\"1\",\"href\":\"../b?x=1&utm_source=y\",\"base\":\"https://www.a.example/c/d\"}\n"
     "{\"id\":\"2\",\"href\":\"https://a.example/?q=\\u00e4\",\"encoding\":\"latin1\"}\n"
     "{\"id\":\"3\",\"href\":\"https://a.example/\",\"base\":\"mailto:a\"}\n"
     "{\"id\":\"4\",\"href\":\"/x\",\"base\":\"mailto:a\"}\n"
     "{\"id\":\"5\"}\n",
     0,
     "{\"id\":\"1\",\"url\":\"https://www.a.example/b?x=1&utm_source=y\","
     "\"key\":\"https://www.a.example/b?x=1\",\"host\":\"www.a.example\",\"site\":\"a.example\"}\n"
     "{\"id\":\"2\",\"url\":\"https://a.example/?q=%E4\","
     "\"key\":\"https://a.example/?q=%E4\",\"host\":\"a.example\",\"site\":\"a.example\"}\n"
     "{\"id\":\"3\",\"url\":\"https://a.example/\","
     "\"key\":\"https://a.example/\",\"host\":\"a.example\",\"site\":\"a.example\"}\n"
     "{\"id\":\"4\",\"url\":null,\"key\":null,\"host\":null,\"site\":null}\n"
     "{\"id\":\"5\",\"url\":null,\"key\":null,\"host\":null,\"site\":null}\n",
     ""},
    {"robots.txt for an agent",
     {"robots", "--agent", "testbot", "robots.txt", "https://a.example/private/x",
      "https://a.example", "/private"},
     NULL,
     0,
     "disallowed\thttps://a.example/private/x\n"
     "allowed\thttps://a.example\n"
     "disallowed\t/private\n",
     ""},
    {"robots.txt for ourselves",
     {"robots", "robots.txt", "/private"},
     NULL,
     0,
     "allowed\t/private\n",
     ""},
    {"no URL for robots.txt", {"robots", "robots.txt"}, NULL, 2, "", "a file and URLs"},
    {"no robots.txt", {"robots", "none", "/a"}, NULL, 2, "", "crawler: cannot read none: "},
    {"robots.txt of a batch",
     {"robots", "--batch", "-"},
     "{\"id\":\"1\",\"agent\":\"a\",\"url\":\"https://b.example/c?d\",\"robots\":\"User-agent: *\\n"
     "Disallow: /c?\\nCrawl-delay: 1.5\\nSitemap: /s.xml\\n\"}\n"
     "{\"id\":\"2\",\"agent\":\"a\",\"url\":\"/c\",\"robots_b64\":"
     "\"VXNlci1hZ2VudDogKgpEaXNhbGxvdzogL2MK\"}\n"
     "{\"id\":\"3\",\"agent\":\"a\",\"url\":\"/c\",\"robots_b64\":\"%%\"}\n"
     "{\"id\":\"4\",\"agent\":\"a\",\"url\":\"/c\"}\n"
     "{\"id\":\"5\",\"agent\":\"a\",\"robots\":\"\"}\n"
     "{\"id\":\"6\",\"url\":\"/c\",\"robots\":\"\"}\n",
     0,
     "{\"id\":\"1\",\"allowed\":false,\"crawl_delay\":1.5,\"sitemaps\":[\"/s.xml\"]}\n"
     "{\"id\":\"2\",\"allowed\":false,\"crawl_delay\":null,\"sitemaps\":[]}\n"
     "{\"id\":\"3\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"4\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"5\",\"error\":\"cannot be read\"}\n"
     "{\"id\":\"6\",\"error\":\"cannot be read\"}\n",
     ""},
    {"feeds, and what is none",
     {"feed", "--url", "https://a.example/", "robots.txt", "feed.xml"},
     NULL,
     2,
     "{\"file\":\"feed.xml\",\"feed_title\":\"News\",\"title\":\"One\",\"url\":"
     "\"https://a.example/1\",\"id\":null,\"published\":\"2026-01-17T08:30:00Z\",\"updated\":null,"
     "\"authors\":[\"Ada\"],\"summary\":null,\"content\":null}\n",
     "crawler: robots.txt: not a feed\n"},
    {"a feed that is not there", {"feed", "none"}, NULL, 2, "", "crawler: cannot read none: "},
    {"no feed", {"feed"}, NULL, 2, "", "crawler: feed wants files"},
    {"feeds of a batch",
     {"feed", "--batch", "-"},
     "{\"id\":\"1\",\"url\":\"https://a.example/\",\"data\":"
     "\"PGZlZWQ+PHRpdGxlPk88L3RpdGxlPjxlbnRyeT48aWQ+NzwvaWQ+PC9lbnRyeT48L2ZlZWQ+\"}\n"
     "{\"id\":\"2\",\"data\":\"bm8=\"}\n"
     "{\"id\":\"3\"}\n",
     0,
     "{\"id\":\"1\",\"feed_title\":\"O\",\"entries\":[{\"title\":null,\"url\":null,\"id\":\"7\","
     "\"published\":null,\"updated\":null,\"authors\":[],\"summary\":null,\"content\":null}]}\n"
     "{\"id\":\"2\",\"error\":\"not a feed\"}\n"
     "{\"id\":\"3\",\"error\":\"not a feed\"}\n",
     ""},
    {"sitemaps, and what is none",
     {"sitemap", "--url", "https://a.example/s.xml", "robots.txt", "sitemap.xml"},
     NULL,
     2,
     "{\"file\":\"sitemap.xml\",\"kind\":\"url\",\"url\":\"https://a.example/1\",\"lastmod\":"
     "\"2026-01-17\",\"news_title\":null,\"news_published\":null,\"news_language\":null}\n"
     "{\"file\":\"sitemap.xml\",\"kind\":\"url\",\"url\":\"https://a.example/2\",\"lastmod\":"
     "\"2026-01-17T08:30:00Z\",\"news_title\":null,\"news_published\":null,"
     "\"news_language\":null}\n",
     "crawler: robots.txt: not a sitemap\n"},
    {"a sitemap that is not there", {"sitemap", "none"}, NULL, 2, "", "cannot read none: "},
    {"sitemaps of a batch",
     {"sitemap", "--batch", "-"},
     "{\"id\":\"1\",\"url\":\"https://a.example/\",\"data\":"
     "\"PHNpdGVtYXBpbmRleD48c2l0ZW1hcD48bG9jPi9zPC9sb2M+PC9zaXRlbWFwPjwvc2l0ZW1hcGluZGV4Pg==\"}\n"
     "{\"id\":\"2\",\"data\":\"bm8=\"}\n"
     "{\"id\":\"3\"}\n",
     0,
     "{\"id\":\"1\",\"entries\":[{\"kind\":\"sitemap\",\"url\":\"https://a.example/s\",\"lastmod\":"
     "null,\"news_title\":null,\"news_published\":null,\"news_language\":null}]}\n"
     "{\"id\":\"2\",\"error\":\"not a sitemap\"}\n"
     "{\"id\":\"3\",\"error\":\"not a sitemap\"}\n",
     ""},
    {"encodings",
     {"charset", "--content-type", "text/html; charset=koi8-r", "feed.xml", "none", "-"},
     "\xff\xfe"
     "a",
     2,
     "{\"file\":\"feed.xml\",\"encoding\":\"KOI8-R\"}\n"
     "{\"file\":\"-\",\"encoding\":\"UTF-16LE\"}\n",
     "crawler: cannot read none: No such file or directory\n"},
    {"encodings of a batch",
     {"charset", "--batch", "-"},
     "{\"id\":\"1\",\"data\":\"YQ==\",\"content_type\":\"text/plain; charset=latin1\"}\n"
     "{\"id\":\"2\",\"data\":7}\n",
     0,
     "{\"id\":\"1\",\"encoding\":\"windows-1252\"}\n"
     "{\"id\":\"2\",\"error\":\"cannot be read\"}\n",
     ""},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *arguments[WORDS_MAX + 2] = {CRAWLER_PROGRAM};
        struct program_result got;
        for (size_t k = 0; k < WORDS_MAX && cases[i].words[k]; k++)
            arguments[k + 1] = cases[i].words[k];
        program_wait(program_start(arguments, cases[i].input), LIMIT_MS, &got);
        if (got.exit_status != cases[i].status || strcmp(got.out, cases[i].out) != 0 ||
            !strstr(got.err, cases[i].err) || (!*cases[i].err && *got.err))
            fail_msg("%s: exit status %d\n%s\n%s", cases[i].name, got.exit_status, got.out,
                     got.err);
        program_result_clear(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};
    const char *directory = scratch_directory();
    for (size_t i = 0; i < COUNT(files); i++)
        scratch_file(directory, files[i].name, files[i].text);
    if (chdir(directory) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
