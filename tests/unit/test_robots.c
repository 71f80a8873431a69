/* test_robots.c - robots.txt (RFC 9309): groups, patterns, delays, and the way back to text. */
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
#include "base/error.h"
#include "politeness/robots.h"

struct verdict {
    const char *name, *agent, *text, *path;
    bool allowed;
};

static const struct verdict verdicts[] = {
    /* groups, section 2.2.1 */
    {"no text allows all", "news", "", "/a", true},
    {"a token is compared without case", "NEWS", "user-agent: News\ndisallow: /", "/a", false},
    {"what follows a token is not read", "news", "User-agent: news/2.0 (x)\nDisallow: /", "/",
     false},
    {"a token is not a prefix", "news", "User-agent: newsbot\nDisallow: /", "/", true},
    {"an agent's version is not its token", "news/1.0", "User-agent: news\nDisallow: /", "/",
     false},
    {"a phrase is no token", "news bot", "User-agent: news\nDisallow: /", "/", true},
    {"the star is for who has no group", "news", "User-agent: *\nDisallow: /", "/a", false},
    {"an own group hides the star", "news",
     "User-agent: *\nDisallow: /\n\nUser-agent: news\nDisallow:", "/a", true},
    {"groups of one token merge", "news",
     "User-agent: news\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: news\nDisallow: "
     "/c",
     "/c", false},
    {"and don't take from between", "news",
     "User-agent: news\nDisallow: /a\n\nUser-agent: x\nDisallow: /b\n\nUser-agent: news\nDisallow: "
     "/c",
     "/b", true},
    {"several agents share rules", "two", "User-agent: one\nUser-agent: two\nDisallow: /", "/",
     false},
    {"an empty line ends nothing", "one", "User-agent: one\n\n\nDisallow: /", "/", false},
    {"another record ends nothing", "one",
     "User-agent: one\nFoo: bar\nUser-agent: two\nDisallow: /", "/", false},
    {"rules before a group are nobody's", "one", "Disallow: /\nUser-agent: one\nAllow: /a", "/b",
     true},
    {"a star with more is no star", "one", "User-agent: *bot\nDisallow: /", "/", true},
    {"a star and a blank is one", "one", "User-agent: * (all)\nDisallow: /", "/", false},
    /* matching, section 2.2.2 */
    {"the longest rule wins", "x", "User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/b/c", true},
    {"whatever the order", "x", "User-agent: *\nDisallow: /a/b\nAllow: /a", "/a/b/c", false},
    {"allow wins a tie", "x", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
    {"paths are compared with case", "x", "User-agent: *\nDisallow: /A", "/a", true},
    {"an empty rule is none", "x", "User-agent: *\nDisallow:\nDisallow: /b", "/a", true},
    {"robots.txt is always allowed", "x", "User-agent: *\nDisallow: /", "/robots.txt", true},
    {"what only begins so is not", "x", "User-agent: *\nDisallow: /", "/robots.txt.html", false},
    {"an empty path is the root", "x", "User-agent: *\nDisallow: /$", "", false},
    {"a query without path too", "x", "User-agent: *\nDisallow: /?q", "?q=1", false},
    {"a fragment is not asked for", "x", "User-agent: *\nDisallow: /*secret", "/a#secret", true},
    {"a rule without slash matches nothing", "x", "User-agent: *\nDisallow: a", "/a", true},
    /* special characters, section 2.2.3 */
    {"a star is any run", "x", "User-agent: *\nDisallow: /a*z", "/a/b/c/z/q", false},
    {"an empty run too", "x", "User-agent: *\nDisallow: /a*z", "/az", false},
    {"a star may come first", "x", "User-agent: *\nDisallow: *.pdf", "/docs/x.pdf", false},
    {"a dollar is the end", "x", "User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", true},
    {"the last part is looked for at the end", "x", "User-agent: *\nDisallow: /*.pdf$",
     "/a.pdf.pdf", false},
    {"parts don't overlap", "x", "User-agent: *\nDisallow: /ab*ba$", "/aba", true},
    {"a dollar elsewhere is itself", "x", "User-agent: *\nDisallow: /a$b", "/a$bc", false},
    {"two dollars are one and the end", "x", "User-agent: *\nDisallow: /a$$", "/a$", false},
    {"a comment ends a rule", "x", "User-agent: *\nDisallow: /a # not /b", "/ab", false},
    /* escapes */
    {"octets are compared escaped", "x", "User-agent: *\nDisallow: /caf\xc3\xa9", "/caf%c3%a9",
     false},
    {"and the other way round", "x", "User-agent: *\nDisallow: /caf%C3%A9", "/caf\xc3\xa9", false},
    {"unreserved escapes are undone", "x", "User-agent: *\nDisallow: /%7Eme", "/~me", false},
    {"reserved ones are not", "x", "User-agent: *\nDisallow: /a%2Fb", "/a/b", true},
    {"an escaped star is a star", "x", "User-agent: *\nDisallow: /a%2a", "/ab", true},
    {"in the path too", "x", "User-agent: *\nDisallow: /a%2A", "/a*b", false},
    {"an escaped dollar is no end", "x", "User-agent: *\nDisallow: /a%24", "/a$b", false},
    {"a lone per cent sign is itself", "x", "User-agent: *\nDisallow: /100%", "/100%/a", false},
    {"undoing makes no new escapes", "x", "User-agent: *\nDisallow: /%%34%31", "/A", true},
    {"an escaped blank is a blank", "x", "User-agent: *\nDisallow: /a b", "/a%20b", false},
    {"a trailing one is kept", "x", "User-agent: *\nDisallow: /a%20", "/ab", true},
    {"what URLs escape is escaped", "x", "User-agent: *\nDisallow: /a<b>|{c}",
     "/a%3Cb%3E%7c%7bc%7d", false},
    /* lenience */
    {"no colon", "x", "user-agent *\ndisallow /a", "/a", false},
    {"no colon and three words is prose", "x", "User-agent: *\ndisallow the /a", "/a", true},
    {"misspelt", "x", "User-agent: *\nDissalow: /a", "/a", false},
    {"a blank in user agent", "x", "User agent: x\nDisallow: /a", "/a", false},
    {"an unknown word is not disallow", "x", "User-agent: *\nDisallowed: /a", "/a", true},
    {"ended by CR", "x", "User-agent: *\rDisallow: /a\rDisallow: /b", "/b", false},
    {"ended by CRLF", "x", "User-agent: *\r\nDisallow: /a\r\n", "/a", false},
    {"indented", "x", "  User-agent : *\n\t Disallow :\t/a \t", "/a", false},
    {"byte order mark", "x", "\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", false},
    {"half a byte order mark", "x", "\xef\xbbUser-agent: *\nDisallow: /a", "/a", false},
    {"no byte order mark at all", "x", "\xbb\xefUser-agent: *\nDisallow: /a", "/a", true},
    {"a page instead", "x", "<!DOCTYPE html><html><body>User-agent: *</body></html>", "/a", true},
};

static struct robots *parse(const char *text, const char *agent)
{
    return robots_parse(text, strlen(text), agent);
}

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        struct robots *robots = parse(verdicts[i].text, verdicts[i].agent);
        if (robots_allows(robots, span_of(verdicts[i].path)) != verdicts[i].allowed)
            fail_msg("%s", verdicts[i].name);
        robots_free(robots);
    }
}

static void assert_same(const struct robots *a, const struct robots *b, const char *name)
{
    const char *const *of_a, *const *of_b;
    size_t count = robots_sitemaps(a, &of_a);
    if (robots_crawl_delay_ms(a) != robots_crawl_delay_ms(b) || robots_sitemaps(b, &of_b) != count)
        fail_msg("%s: delay or sitemaps got lost", name);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(of_a[i], of_b[i]);
    for (size_t i = 0; i < COUNT(verdicts); i++)
        if (robots_allows(a, span_of(verdicts[i].path)) !=
            robots_allows(b, span_of(verdicts[i].path)))
            fail_msg("%s: another verdict on %s", name, verdicts[i].path);
}

/* Reduced twice, the text stays the same, which no lost or changed rule would let it. */
static void test_reduce(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        struct robots *robots = parse(verdicts[i].text, verdicts[i].agent);
        struct bytes once, twice;
        bytes_init(&once, 0);
        bytes_init(&twice, 0);
        assert_int_equal(robots_reduce(robots, &once), 0);
        struct robots *again = robots_parse(once.data, once.size, "whoever");
        assert_same(robots, again, verdicts[i].name);
        assert_int_equal(robots_reduce(again, &twice), 0);
        if (once.size != twice.size || (once.size && memcmp(once.data, twice.data, once.size) != 0))
            fail_msg("%s: \"%s\" became \"%s\"", verdicts[i].name, once.data, twice.data);
        bytes_clear(&once);
        bytes_clear(&twice);
        robots_free(again);
        robots_free(robots);
    }
}

static void test_reduced_text(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"User-agent: y\nDisallow: /\nUser-agent: x\nCrawl-delay: 2.5\nDisallow: /a\nAllow: /abc$\n"
         "disallow: /a\nSitemap: http://a.example/s.xml",
         "User-agent:*\nAllow:/abc$\nDisallow:/a\nCrawl-delay:2.500\n"
         "Sitemap:http://a.example/s.xml\n"},
        {"User-agent: *\nDisallow: /\xc3\xa9%2a%24", "User-agent:*\nDisallow:/%C3%A9%2A%24\n"},
        {"Sitemap: a\nSitemap: b", "Sitemap:a\nSitemap:b\n"},
        {"nothing", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct robots *robots = parse(cases[i].text, "x");
        struct bytes out;
        bytes_init(&out, 0);
        assert_int_equal(robots_reduce(robots, &out), 0);
        assert_string_equal(out.size ? out.data : "", cases[i].expected);
        bytes_clear(&out);
        robots_free(robots);
    }
    struct robots *robots = parse(cases[0].text, "x");
    struct bytes small;
    bytes_init(&small, 20);
    assert_int_equal(robots_reduce(robots, &small), ERR_TOO_LARGE);
    assert_int_equal(small.size, 0);
    bytes_clear(&small);
    robots_free(robots);
}

static void test_crawl_delay(void **state)
{
    static const struct {
        const char *name, *text;
        int64_t expected_ms;
    } cases[] = {
        {"none", "User-agent: *\nDisallow: /", -1},
        {"whole seconds", "User-agent: *\nCrawl-delay: 10 ", 10000},
        {"a fraction", "User-agent: *\nCrawl-delay: 0.25", 250},
        {"finer than a millisecond", "User-agent: *\nCrawl-delay: 1.23456", 1234},
        {"a word", "User-agent: *\nCrawl-delay: soon", -1},
        {"a unit", "User-agent: *\nCrawl-delay: 10s", -1},
        {"two dots", "User-agent: *\nCrawl-delay: 1.2.3", -1},
        {"nothing after the dot", "User-agent: *\nCrawl-delay: 1.", -1},
        {"nothing before it", "User-agent: *\nCrawl-delay: .5", -1},
        {"below zero", "User-agent: *\nCrawl-delay: -1", -1},
        {"the first number counts", "User-agent: *\nCrawl-delay: x\nCrawl-delay: 3\nCrawl-delay: 4",
         3000},
        {"another group's", "User-agent: y\nCrawl-delay: 3", -1},
        {"an own group without hides the star's",
         "User-agent: *\nCrawl-delay: 3\nUser-agent: x\nDisallow:", -1},
        {"it ends no group", "User-agent: x\nCrawl-delay: 3\nUser-agent: y\nCrawl-delay: 5", 3000},
        {"endless digits", "User-agent: *\nCrawl-delay: 99999999999999999999999", 1000000000000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct robots *robots = parse(cases[i].text, "x");
        if (robots_crawl_delay_ms(robots) != cases[i].expected_ms)
            fail_msg("%s: got %jd", cases[i].name, (intmax_t)robots_crawl_delay_ms(robots));
        robots_free(robots);
    }
}

static void test_utf16(void **state)
{
    static const char text[] = "User-agent: *\nDisallow: /\xe9\n";
    char little[2 * sizeof text], big[2 * sizeof text];
    (void)state;
    memcpy(little, "\xff\xfe", 2);
    memcpy(big, "\xfe\xff", 2);
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        memcpy(little + 2 + 2 * i, (char[]){text[i], 0}, 2);
        memcpy(big + 2 + 2 * i, (char[]){0, text[i]}, 2);
    }
    const char *both[] = {little, big};
    for (size_t i = 0; i < COUNT(both); i++) {
        struct robots *robots = robots_parse(both[i], sizeof little, "x");
        assert_false(robots_allows(robots, span_of("/%C3%A9")));
        assert_true(robots_allows(robots, span_of("/e")));
        robots_free(robots);
    }
    static const char surrogates[] = "\xfe\xff\xd8\x3d\xde\x00\xd8\x3d\0a\xdc\x00";
    robots_free(robots_parse(surrogates, sizeof surrogates - 1, "x"));
}

/* Of UTF-16 as many bytes are read as of anything else: what stands behind them is no rule. */
static void test_utf16_ceiling(void **state)
{
    static const char rule[] = "\0D\0i\0s\0a\0l\0l\0o\0w\0:\0/\0\n";
    static const char agent[] = "\xfe\xff\0U\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0*\0\n";
    (void)state;
    for (int is_long = 0; is_long < 2; is_long++) {
        struct bytes text;
        bytes_init(&text, 0);
        bytes_append(&text, agent, sizeof agent - 1);
        while (is_long && text.size < ROBOTS_BYTES_MAX)
            bytes_append(&text, "\0\n", 2);
        bytes_append(&text, rule, sizeof rule - 1);
        struct robots *robots = robots_parse(text.data, text.size, "x");
        assert_int_equal(robots_allows(robots, span_of("/a")), is_long);
        robots_free(robots);
        bytes_clear(&text);
    }
}

/* The line that the ceiling cuts is left out: half of "/private" would be a wider rule. */
static void test_ceiling(void **state)
{
    struct bytes text;
    (void)state;
    bytes_init(&text, 0);
    bytes_append_string(&text, "User-agent: *\n");
    while (text.size < ROBOTS_BYTES_MAX - 12)
        bytes_append_string(&text, "#");
    bytes_append_string(&text, "\nDisallow: /private\n");
    struct robots *robots = robots_parse(text.data, text.size, "x");
    assert_true(robots_allows(robots, span_of("/private")));
    assert_true(robots_allows(robots, span_of("/")));
    robots_free(robots);
    bytes_clear(&text);
}

/* The hostile ones: as many rules as fit, each to be searched for; and stars without end. */
static void test_cost(void **state)
{
    struct bytes text;
    char path[8000];
    (void)state;
    bytes_init(&text, 0);
    bytes_append_string(&text, "User-agent: *\n");
    for (unsigned i = 0; text.size < ROBOTS_BYTES_MAX; i++) {
        char line[64];
        snprintf(line, sizeof line, "allow:/*%x*%x*$\n", i % 997, i);
        bytes_append_string(&text, line);
    }
    memset(path, 'q', sizeof path);
    path[0] = '/';
    uint64_t before_us = clock_thread_cpu_us();
    struct robots *robots = robots_parse(text.data, text.size, "x");
    assert_true(robots_allows(robots, (struct span){path, sizeof path}));
    uint64_t spent_us = clock_thread_cpu_us() - before_us;
    if (spent_us > 2000000) /* measured: some 10 ms; wide, for slow and sanitized builds */
        fail_msg("many rules took %ju us", (uintmax_t)spent_us);
    robots_free(robots);

    bytes_clear(&text);
    bytes_append_string(&text, "User-agent: *\n");
    for (unsigned i = 0; text.size < ROBOTS_BYTES_MAX - 64; i++) {
        char line[64];
        snprintf(line, sizeof line, "allow:/*qq*zz*%c*%c*%c\n", 'a' + i % 26, 'a' + i / 26 % 26,
                 'a' + i / 676 % 26);
        bytes_append_string(&text, line);
    }
    memcpy(path, "/0123456789zz", 13); /* so that no rule can be refused at a glance */
    robots = robots_parse(text.data, text.size, "x");
    before_us = clock_thread_cpu_us();
    assert_false(robots_allows(robots, (struct span){path, sizeof path}));
    assert_true(robots_allows(robots, (struct span){path, 40}));
    spent_us = clock_thread_cpu_us() - before_us;
    if (spent_us > 2000000) /* measured: some 10 ms */
        fail_msg("rules that must be searched for took %ju us", (uintmax_t)spent_us);
    robots_free(robots);

    bytes_clear(&text);
    bytes_append_string(&text, "User-agent: *\nDisallow: /");
    for (unsigned i = 0; i < 2048; i++)
        bytes_append_string(&text, "*q*");
    bytes_append_string(&text, "z\n");
    robots = robots_parse(text.data, text.size, "x");
    assert_true(robots_allows(robots, (struct span){path, sizeof path}));
    robots_free(robots);
    bytes_clear(&text);
}

/* Escapes would treble this text, so its reduced form does without them, and still says the same.
 */
static void test_reduce_other_scripts(void **state)
{
    struct bytes text, reduced;
    (void)state;
    bytes_init(&text, 0);
    bytes_init(&reduced, 0);
    bytes_append_string(&text, "User-agent: *\n");
    for (unsigned i = 0; text.size < 400 * 1024; i++) {
        char line[128];
        snprintf(line, sizeof line,
                 "Disallow: /\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xbe\xd1\x81\xd1\x82\xd0\xb8/%u%%2525\n",
                 i);
        bytes_append_string(&text, line);
    }
    bytes_append_string(&text, "Disallow: /z\n");
    struct robots *robots = robots_parse(text.data, text.size, "x");
    assert_int_equal(robots_reduce(robots, &reduced), 0);
    assert_true(reduced.size <= text.size);
    struct robots *again = robots_parse(reduced.data, reduced.size, "x");
    const char *paths[] = {"/z", "/\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xbe\xd1\x81\xd1\x82\xd0\xb8/7%2525",
                           "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/8%2525"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        assert_false(robots_allows(robots, span_of(paths[i])));
        assert_false(robots_allows(again, span_of(paths[i])));
    }
    assert_true(robots_allows(again, span_of("/%D0%BD")));
    robots_free(again);
    robots_free(robots);
    bytes_clear(&text);
    bytes_clear(&reduced);
}

static uint32_t next_random(uint32_t *state)
{
    return (*state = *state * 1664525 + 1013904223) >> 8;
}

static void append_random(struct bytes *text, const char *const *pieces, size_t count,
                          uint32_t *seed)
{
    for (uint32_t left = next_random(seed) % 6; left > 0; left--)
        bytes_append_string(text, pieces[next_random(seed) % count]);
}

/* Rules of random pieces: the reduced text gives the verdicts of the whole one on random paths. */
static void test_random(void **unused)
{
    static const char *const pieces[] = {"/",   "a",  "b",  "*",   "**",  "$",        "%",  "%2a",
                                         "%24", "41", "%2", "%%4", "%c3", "\xc3\xa9", " ",  "%20",
                                         "?",   "<",  ":",  "%25", "%2F", "\xff",     "=&", "~"};
    struct bytes text, path, reduced;
    uint32_t seed = 11;
    (void)unused;
    bytes_init(&text, 0);
    bytes_init(&path, 0);
    bytes_init(&reduced, 0);
    for (int i = 0; i < 3000; i++) {
        text.size = reduced.size = 0;
        bytes_append_string(&text, "User-agent: *\n");
        for (uint32_t rules = next_random(&seed) % 8; rules > 0; rules--) {
            bytes_append_string(&text, rules % 2 ? "Disallow: /" : "Allow:");
            append_random(&text, pieces, COUNT(pieces), &seed);
            bytes_append_string(&text, "\n");
        }
        struct robots *robots = robots_parse(text.data, text.size, "x");
        assert_int_equal(robots_reduce(robots, &reduced), 0);
        struct robots *again = robots_parse(reduced.data, reduced.size, "y");
        for (int paths = 0; paths < 10; paths++) {
            path.size = 0;
            bytes_append_string(&path, "/");
            append_random(&path, pieces, COUNT(pieces), &seed);
            struct span asked = {path.data, path.size};
            if (robots_allows(robots, asked) != robots_allows(again, asked))
                fail_msg("%s of\n%s\nreduced to\n%s", path.data, text.data, reduced.data);
        }
        robots_free(again);
        robots_free(robots);
    }
    bytes_clear(&text);
    bytes_clear(&path);
    bytes_clear(&reduced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_reduce),
        cmocka_unit_test(test_reduced_text),
        cmocka_unit_test(test_crawl_delay),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_utf16_ceiling),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_reduce_other_scripts),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
