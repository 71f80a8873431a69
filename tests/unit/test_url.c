#include "base/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"

/* NULL for what is no http(s) URL. */
static const char *parsed(struct arena *arena, const char *text, const char *base,
                          const char *encoding)
{
    struct url base_url, url;
    if (base && url_parse(&base_url, arena, span_of(base), NULL, NULL))
        return "the base is wrong";
    int err = url_parse(&url, arena, span_of(text), base ? &base_url : NULL, encoding);
    return err ? NULL : url.href;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const struct {
    const char *name, *base, *text, *expected;
} cases[] = {
    /* 4.4 scheme states */
    {"empty path", NULL, "http://news.example", "http://news.example/"},
    {"scheme in capitals", NULL, "HTTPS://NEWS.example/A", "https://news.example/A"},
    {"slashes are optional", NULL, "https:news.example/a", "https://news.example/a"},
    {"many slashes are two", NULL, "https:////news.example/a", "https://news.example/a"},
    {"backslashes are slashes", NULL, "http:\\\\news.example\\a\\b", "http://news.example/a/b"},
    {"another scheme", NULL, "ftp://news.example/", NULL},
    {"mail", "http://news.example/", "mailto:desk@news.example", NULL},
    {"script", "http://news.example/", "javascript:void(0)", NULL},
    {"relative without base", NULL, "/a/b", NULL},
    {"blanks and line ends", NULL, " \t http://news.exa\nmple/a\rb \n", "http://news.example/ab"},
    /* references */
    {"same scheme is relative", "https://news.example/a/b", "https:c", "https://news.example/a/c"},
    {"other scheme is not", "https://news.example/a/b", "http:c", "http://c/"},
    {"network path", "https://news.example/a", "//cdn.example/x", "https://cdn.example/x"},
    {"network path, other slashes", "https://news.example/a", "\\/cdn.example/x",
     "https://cdn.example/x"},
    {"absolute path", "https://u:p@news.example:81/a/b?c#d", "/e", "https://u:p@news.example:81/e"},
    {"name", "https://news.example/a/b?c#d", "e", "https://news.example/a/e"},
    {"query alone", "https://news.example/a/b?c#d", "?e", "https://news.example/a/b?e"},
    {"fragment alone", "https://news.example/a/b?c#d", "#e", "https://news.example/a/b?c#e"},
    {"nothing", "https://news.example/a/b?c#d", "", "https://news.example/a/b?c"},
    {"up", "https://news.example/a/b/c", "../d", "https://news.example/a/d"},
    {"up past the root", "https://news.example/a", "../../../d", "https://news.example/d"},
    {"colon in a name", "https://news.example/a/", "1:2", "https://news.example/a/1:2"},
    /* paths */
    {"dots", NULL, "http://h/a/./b/../c/.", "http://h/a/c/"},
    {"escaped dots", NULL, "http://h/a/%2e/b/.%2E/c/%2e%2e", "http://h/a/"},
    {"three dots are a name", NULL, "http://h/a/.../b", "http://h/a/.../b"},
    {"empty segments stay", NULL, "http://h//a//", "http://h//a//"},
    {"up from an empty segment", NULL, "http://h/a//..", "http://h/a/"},
    {"path characters", NULL, "http://h/ \"<>^`{}|[]'%zz%41",
     "http://h/%20%22%3C%3E%5E%60%7B%7D|[]'%zz%41"},
    {"query characters", NULL, "http://h/?\"<>'`{}|\\^[]", "http://h/?%22%3C%3E%27`{}|\\^[]"},
    {"fragment characters", NULL, "http://h/#\"<>'`{}", "http://h/#%22%3C%3E'%60{}"},
    {"control characters", NULL, "http://h/\x01\x7f", "http://h/%01%7F"},
    {"not UTF-8", NULL, "http://h/\xff", "http://h/%EF%BF%BD"},
    {"empty query stays", NULL, "http://h/?", "http://h/?"},
    {"empty fragment stays", NULL, "http://h/#", "http://h/#"},
    {"question mark in the fragment", NULL, "http://h#a?b", "http://h/#a?b"},
    {"question mark after the host", NULL, "http://h?a", "http://h/?a"},
    /* authority */
    {"user info", NULL, "http://me:se:cret@h/", "http://me:se%3Acret@h/"},
    {"empty user info", NULL, "http://:@h/", "http://h/"},
    {"no password", NULL, "http://me:@h/", "http://me@h/"},
    {"at sign in the name", NULL, "http://a@b@h/", "http://a%40b@h/"},
    {"user without host", NULL, "http://me@/", NULL},
    {"default port", NULL, "http://h:80/", "http://h/"},
    {"zeros before the port", NULL, "http://h:0008080/", "http://h:8080/"},
    {"port zero", NULL, "http://h:0/", "http://h:0/"},
    {"no digits", NULL, "http://h:/", "http://h/"},
    {"port too large", NULL, "http://h:65536/", NULL},
    {"port with a sign", NULL, "http://h:-1/", NULL},
    {"no host", NULL, "http://", NULL},
    {"port without host", NULL, "http://:80/", NULL},
    /* 3.5 hosts */
    {"escapes in the host", NULL, "http://n%65ws.example/", "http://news.example/"},
    {"escaped slash in the host", NULL, "http://news%2Fexample/", NULL},
    {"blank in the host", NULL, "http://news example/", NULL},
    {"umlaut", NULL, "http://M\xc3\x9cLLER.example/", "http://xn--mller-kva.example/"},
    {"sharp s is kept", NULL,
     "http://stra\xc3\x9f"
     "e.example/",
     "http://xn--strae-oqa.example/"},
    {"wide letters", NULL, "http://\xef\xbd\x81.example/", "http://a.example/"},
    {"ideographic full stop", NULL,
     "http://a\xe3\x80\x82"
     "b/",
     "http://a.b/"},
    {"capital sharp s", NULL,
     "http://STRA\xe1\xba\x9e"
     "E.example/",
     "http://xn--strae-oqa.example/"},
    {"final sigma is kept", NULL, "http://\xce\xb1\xcf\x82.example/", "http://xn--mxa8a.example/"},
    {"symbols", NULL, "http://I\xe2\x99\xa5news.example/", "http://xn--inews-cs1c.example/"},
    {"soft hyphen is nothing", NULL, "http://ne\xc2\xadws.example/", "http://news.example/"},
    {"composed", NULL, "http://u\xcc\x88.example/", "http://xn--tda.example/"},
    {"composed across ASCII punctuation", NULL, "http://=\xcc\xb8.example/",
     "http://xn--1ch.example/"},
    {"a letter of Unicode 16", NULL, "http://a\xea\x9f\x9a.example/", "http://xn--a-h73e.example/"},
    {"a mark of Unicode 17 in front", NULL, "http://\xe1\xab\xa0z.example/", NULL},
    {"a newer letter from the right, and a Latin one", NULL, "http://\xf0\x90\xa5\x80z.example/",
     NULL},
    {"hyphens anywhere", NULL, "http://-\xc3\xa4--b-.example/", "http://xn-----b--gra.example/"},
    {"mark at the start", NULL, "http://\xcc\x88u.example/", NULL},
    {"mark after a hyphen", NULL, "http://-\xcc\x88.example/", "http://xn----ccb.example/"},
    {"ASCII is not looked into", NULL, "http://xn--a.example/", "http://xn--a.example/"},
    {"wrong Punycode beside an umlaut", NULL, "http://xn--a.\xc3\xbc.example/", NULL},
    {"right Punycode beside an umlaut", NULL, "http://xn--tda.\xc3\xbc.example/",
     "http://xn--tda.xn--tda.example/"},
    {"Punycode that breaks off", NULL, "http://xn--z.\xc3\xbc.example/", NULL},
    {"no letter of Punycode", NULL, "http://xn--_.\xc3\xbc.example/", NULL},
    {"Punycode of a number too large", NULL, "http://xn--99999999.\xc3\xbc.example/", NULL},
    {"Punycode past the last character", NULL, "http://xn--99999b.\xc3\xbc.example/", NULL},
    {"Punycode of a character that is replaced", NULL, "http://xn--7md.\xc3\xbc.example/", NULL},
    {"Punycode of ASCII", NULL, "http://xn--news-.\xc3\xbc.example/", NULL},
    {"Punycode of what is mapped", NULL, "http://xn--wca.\xc3\xbc.example/", NULL},
    {"xn-- before an umlaut", NULL, "http://xn--\xc3\xbc.example/", NULL},
    {"wide xn--", NULL,
     "http://\xef\xbd\x98\xef\xbd\x8e\xef\xbc\x8d\xef\xbc\x8d"
     "tda.example/",
     "http://xn--tda.example/"},
    {"joiner after a virama", NULL,
     "http://\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7.example/",
     "http://xn--11b2ezcw70k.example/"},
    {"joiner after a letter", NULL,
     "http://a\xe2\x80\x8d"
     "b.example/",
     NULL},
    {"Hebrew", NULL, "http://\xd7\x90\xd7\x91.example/", "http://xn--4dbc.example/"},
    {"Hebrew with a point at the end", NULL, "http://\xd7\x90\xd6\xb8.example/",
     "http://xn--gdb1c.example/"},
    {"a tone that is no letter", NULL, "http://a\xea\x9c\x80.example/",
     "http://xn--a-yu3e.example/"},
    {"Hebrew and Latin in one label", NULL, "http://\xd7\x90z.example/", NULL},
    {"digit first beside Hebrew", NULL, "http://\xd7\x90.1a/", NULL},
    {"two kinds of digits", NULL,
     "http://\xd8\xa7"
     "1\xd9\xa1.example/",
     NULL},
    {"escaped umlaut", NULL, "http://%c3%bc.example/", "http://xn--tda.example/"},
    {"nothing is left", NULL, "http://\xc2\xad/", NULL},
    {"maps to a slash", NULL, "http://\xe2\x84\x80/", NULL},
    {"private use", NULL, "http://\xee\x80\x80.example/", NULL},
    {"not UTF-8 in the host", NULL, "http://\xff.example/", NULL},
    {"trailing dot", NULL, "http://news.example./", "http://news.example./"},
    {"underscore", NULL, "http://my_site.example/", "http://my_site.example/"},
    {"one number", NULL, "http://2130706433/", "http://127.0.0.1/"},
    {"octal and hexadecimal", NULL, "http://0177.0x0.1/", "http://127.0.0.1/"},
    {"wide digits", NULL, "http://\xef\xbc\x91.1/", "http://1.0.0.1/"},
    {"trailing dot after a number", NULL, "http://1.2.3.4./", "http://1.2.3.4/"},
    {"part too large", NULL, "http://256.1.1.1/", NULL},
    {"five parts", NULL, "http://1.2.3.4.5/", NULL},
    {"too large by far", NULL, "http://99999999999999999999999/", NULL},
    {"name that ends in a number", NULL, "http://news.1/", NULL},
    {"empty hexadecimal is zero", NULL, "http://1.0x/", "http://1.0.0.0/"},
    {"not octal", NULL, "http://08/", NULL},
    {"digits within a name", NULL, "http://1.2.3.4x/", "http://1.2.3.4x/"},
    {"IPv6", NULL, "http://[2001:DB8:0:0:1:0:0:0]:81/", "http://[2001:db8:0:0:1::]:81/"},
    {"IPv6 zeros at both ends", NULL, "http://[0:0:1::0]/", "http://[0:0:1::]/"},
    {"IPv6 loopback", NULL, "http://[::1]/", "http://[::1]/"},
    {"IPv6 of zeros", NULL, "http://[::]/", "http://[::]/"},
    {"IPv6 with IPv4", NULL, "http://[::ffff:1.2.3.4]/", "http://[::ffff:102:304]/"},
    {"one zero is not shortened", NULL, "http://[1:0:2:3:4:5:6:7]/", "http://[1:0:2:3:4:5:6:7]/"},
    {"IPv6 too short", NULL, "http://[1:2:3]/", NULL},
    {"IPv6 too long", NULL, "http://[1:2:3:4:5:6:7:8:9]/", NULL},
    {"IPv6 full and a gap", NULL, "http://[1:2:3:4::5:6:7:8]/", NULL},
    {"IPv6 two gaps", NULL, "http://[1::2::3]/", NULL},
    {"IPv6 colon at the end", NULL, "http://[1:2:3:4:5:6:7:]/", NULL},
    {"IPv6 five digits", NULL, "http://[::12345]/", NULL},
    {"IPv6 zone", NULL, "http://[fe80::1%25eth0]/", NULL},
    {"IPv4 part with a zero", NULL, "http://[::1.2.3.04]/", NULL},
    {"IPv4 part too late", NULL, "http://[1:2:3:4:5:6:7:1.2.3.4]/", NULL},
    {"IPv4 part too large", NULL, "http://[::256.1.1.1]/", NULL},
    {"IPv4 part with three numbers", NULL, "http://[::1.2.3]/", NULL},
    {"IPv4 part without a number", NULL, "http://[::1..2.3]/", NULL},
    {"IPv4 part that begins with a dot", NULL, "http://[::.1.2.3]/", NULL},
    {"IPv4 part with more behind it", NULL, "http://[::1.2.3.4:5]/", NULL},
    {"IPv6 one colon at the start", NULL, "http://[:1]/", NULL},
    {"IPv6 of one colon", NULL, "http://[:]/", NULL},
    {"IPv6 not closed", NULL, "http://[::1/", NULL},
    {"IPv6 empty", NULL, "http://[]/", NULL},
};

static void test_parse(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = parsed(&arena, cases[i].text, cases[i].base, NULL);
        if (!same(got, cases[i].expected))
            fail_msg("%s: got %s", cases[i].name, got ? got : "an error");
        if (got && !same(parsed(&arena, got, NULL, NULL), got))
            fail_msg("%s: parsed again it is another", cases[i].name);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

static const struct {
    const char *encoding, *text, *expected;
} encodings[] = {
    {NULL, "http://h/\xc3\xa4?\xc3\xa4#\xc3\xa4", "http://h/%C3%A4?%C3%A4#%C3%A4"},
    {"windows-1252", "http://h/\xc3\xa4?\xc3\xa4#\xc3\xa4", "http://h/%C3%A4?%E4#%C3%A4"},
    {"ISO-8859-1", "http://h/?\xe2\x82\xac", "http://h/?%80"},
    {"koi8-r", "http://h/?\xd0\xb6=\xd1\x8f", "http://h/?%D6=%D1"},
    {"shift_jis", "http://h/?\xe6\x97\xa5", "http://h/?%93%FA"},
    {"windows-1252", "http://h/?\xe6\x97\xa5", "http://h/?%26%2326085%3B"},
    {"utf-16le", "http://h/?\xc3\xa4", "http://h/?%C3%A4"},
    {"iso-2022-jp", "http://h/?\xe6\x97\xa5x", "http://h/?%1B$BF|%1B(Bx"},
    {"iso-2022-jp", "http://h/?\xef\xbd\xb1", "http://h/?%1B$B%%22%1B(B"},
    {"iso-2022-jp", "http://h/?\x0ez", "http://h/?%26%2365533%3Bz"},
    {"euc-jp", "http://h/?\xef\xbd\x9e", "http://h/?%A1%C1"},
    {"gb18030", "http://h/?\xee\x97\xa5", "http://h/?%26%2358853%3B"},
    {"no-such-charset", "http://h/?\xc3\xa4", "http://h/?%C3%A4"},
};

static void test_query_in_charset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(encodings); i++)
        assert_string_equal(parsed(&arena, encodings[i].text, NULL, encodings[i].encoding),
                            encodings[i].expected);
    arena_clear(&arena);
}

static void test_parts(void **state)
{
    (void)state;
    struct arena arena;
    struct url url;
    arena_init(&arena, 0);
    assert_int_equal(
        url_parse(&url, &arena, span_of("https://u:p@News.example:8443/a/b?c=d#e"), NULL, NULL), 0);
    assert_true(span_equals(url.scheme, "https"));
    assert_true(span_equals(url.userinfo, "u:p"));
    assert_true(span_equals(url.host, "news.example"));
    assert_true(span_equals(url.path, "/a/b"));
    assert_true(span_equals(url.query, "c=d"));
    assert_true(span_equals(url.fragment, "e"));
    assert_true(url.port == 8443 && url.has_port && url.has_query && url.has_fragment);
    assert_false(url.host_is_ip);
    assert_string_equal(url_fetchable(&url, &arena), "https://news.example:8443/a/b?c=d");
    assert_string_equal(url_origin(&url, &arena), "https://news.example:8443");
    assert_true(span_equals(url_path_and_query(&url), "/a/b?c=d"));

    assert_int_equal(url_parse(&url, &arena, span_of("#x"), &url, NULL), 0);
    assert_string_equal(url.href, "https://u:p@news.example:8443/a/b?c=d#x");
    assert_true(span_equals(url.host, "news.example"));
    assert_true(span_equals(url.userinfo, "u:p"));

    assert_int_equal(url_parse(&url, &arena, span_of("http://[::1]"), NULL, NULL), 0);
    assert_true(url.host_is_ip && !url.has_port && !url.has_query && url.port == 80);
    assert_string_equal(url_fetchable(&url, &arena), "http://[::1]/");
    arena_clear(&arena);
}

static void test_too_long(void **state)
{
    (void)state;
    static char text[URL_BYTES_MAX + 2];
    struct arena arena;
    struct url url;
    arena_init(&arena, 0);
    memset(text, 'a', sizeof text);
    memcpy(text, "http://h/", 9);
    assert_int_equal(url_parse(&url, &arena, (struct span){text, URL_BYTES_MAX}, NULL, NULL), 0);
    assert_int_equal(url_parse(&url, &arena, (struct span){text, URL_BYTES_MAX + 1}, NULL, NULL),
                     ERR_TOO_LARGE);
    const char *name = arena_format(&arena, "http://\xc3\xbc%.*s.example/", 1100, text + 9);
    assert_int_equal(url_parse(&url, &arena, span_of(name), NULL, NULL), ERR_INPUT);
    assert_int_equal(url_parse(&url, &arena, (struct span){"http://\xc3\xbc\0/", 11}, NULL, NULL),
                     ERR_INPUT);
    arena_clear(&arena);
}

static const struct {
    const char *url, *site;
} sites[] = {
    {"http://news.example.com/", "example.com"},
    {"http://www.news.co.uk/", "news.co.uk"},
    {"http://co.uk/", NULL},
    {"http://news.example.com./", "example.com"},
    {"http://192.0.2.1/", NULL},
    {"http://[2001:db8::1]/", NULL},
    {"http://localhost/", NULL},
    {"http://a.b.m\xc3\xbcller.de/", "xn--mller-kva.de"},
    {"http://news.3sat.de/", "3sat.de"},
};

static void test_site(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(sites); i++) {
        struct url url;
        assert_int_equal(url_parse(&url, &arena, span_of(sites[i].url), NULL, NULL), 0);
        const char *site = url_site(url.host, &arena);
        if (!same(site, sites[i].site))
            fail_msg("%s: got %s", sites[i].url, site ? site : "none");
    }
    arena_clear(&arena);
}

static const struct {
    const char *a, *b;
    bool same;
} pairs[] = {
    {"http://www.news.com/a", "https://m.news.com/b", true},
    {"http://news.co.uk/", "http://other.co.uk/", false},
    {"http://192.0.2.1/", "http://192.0.2.1:81/x", true},
    {"http://192.0.2.1/", "http://192.0.3.1/", false},
    {"http://127.0.0.1/", "http://10.0.0.1/", false},
    {"http://localhost/", "http://localhost/x", true},
    {"http://co.uk/", "http://www.co.uk/", false},
    {"http://news.com/", "http://othernews.com/", false},
    {"http://a.example.co.uk/", "http://b.example.co.uk/", true},
    {"http://news.com/", "http://com/", false},
    {"http://news.com./", "http://www.news.com/", true},
};

/* Names that no server can have, for they can't be looked up, belong to no site. */
static void test_same_site_of_long_names(void **state)
{
    (void)state;
    char name[300];
    struct arena arena;
    struct url a, b;
    arena_init(&arena, 0);
    memset(name, 'a', sizeof name);
    assert_int_equal(url_parse(&a, &arena, span_of("http://news.example/"), NULL, NULL), 0);
    for (int size = 200; size < 300; size += 50) {
        const char *text = arena_format(&arena, "http://%.*s.news.example/", size, name);
        assert_int_equal(url_parse(&b, &arena, span_of(text), NULL, NULL), 0);
        assert_true(url_same_site(&a, &b) == (size == 200));
        assert_true(url_same_site(&b, &a) == (size == 200));
        assert_true(url_same_site(&b, &b));
    }
    arena_clear(&arena);
}

static void test_same_site(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct url a, b;
        assert_int_equal(url_parse(&a, &arena, span_of(pairs[i].a), NULL, NULL), 0);
        assert_int_equal(url_parse(&b, &arena, span_of(pairs[i].b), NULL, NULL), 0);
        if (url_same_site(&a, &b) != pairs[i].same || url_same_site(&b, &a) != pairs[i].same)
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_query_in_charset),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_site),
        cmocka_unit_test(test_same_site),
        cmocka_unit_test(test_same_site_of_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
