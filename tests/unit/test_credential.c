/* test_credential.c - what opens a door: its forms, where it is looked up, and where it may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/url.h"
#include "fetch/access.h"
#include "support/scratch.h"

static void test_forms(void **state)
{
    static const struct {
        enum credential_kind kind;
        const char *name, *value, *says; /* NULL: it is good */
        bool secret;
    } cases[] = {
        {CREDENTIAL_AUTH, "", "basic:me:pass:word", NULL, true},
        {CREDENTIAL_AUTH, "", "BASIC:me:@/run/x", NULL, false},
        {CREDENTIAL_AUTH, "", "bearer:$TOKEN", NULL, false},
        {CREDENTIAL_AUTH, "", "bearer:$$TOKEN", NULL, true},
        {CREDENTIAL_AUTH, "", "bearer:@@token", NULL, true},
        {CREDENTIAL_AUTH, "", "basic:me", "has not the form", false},
        {CREDENTIAL_AUTH, "", "digest:me:x", "has not the form", false},
        {CREDENTIAL_AUTH, "", "bearer:", "nothing where the secret should be", false},
        {CREDENTIAL_AUTH, "", "bearer:a\nb", "line breaks", false},
        {CREDENTIAL_AUTH, "", "bearer:@token", "wants a path that begins with /", false},
        {CREDENTIAL_AUTH, "", "bearer:$", "names no environment variable", false},
        {CREDENTIAL_COOKIE, "", "a=1; b=2", NULL, true},
        {CREDENTIAL_COOKIE, "", "$COOKIE", NULL, false},
        {CREDENTIAL_HEADER, "X-Api-Key", "123", NULL, true},
        {CREDENTIAL_HEADER, "accept-language", "de", NULL, false},
        {CREDENTIAL_HEADER, "X Key", "1", "is no header", false},
        {CREDENTIAL_HEADER, "X-Key", "1\r\nX-Other: 2", "line breaks", false},
        {CREDENTIAL_HEADER, "host", "x", "the program itself", false},
        {CREDENTIAL_HEADER, "Cookie", "x", "has a setting of its own", false},
        {CREDENTIAL_HEADER, "authorization", "x", "is set as auth=", false},
        {CREDENTIAL_PROXY, "", "http://proxy.example:3128", NULL, false},
        {CREDENTIAL_PROXY, "", "http://me:pass@proxy.example:3128", NULL, true},
        {CREDENTIAL_PROXY, "", "socks5h://[::1]:9050/", NULL, false},
        {CREDENTIAL_PROXY, "", "$PROXY", NULL, false},
        {CREDENTIAL_PROXY, "", "socks5://127.0.0.1:9050", "write socks5h://", false},
        {CREDENTIAL_PROXY, "", "http://proxy.example", "names no port", false},
        {CREDENTIAL_PROXY, "", "proxy.example:3128", "is no proxy", false},
        {CREDENTIAL_PROXY, "", "ftp://proxy.example:3128", "is no proxy", false},
        {CREDENTIAL_PROXY, "", "http://proxy.example:3128/x", "more behind the port", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char reason[512] = "";
        bool secret = false;
        int err = credential_check(cases[i].kind, cases[i].name, cases[i].value, &secret, reason,
                                   sizeof reason);
        if (cases[i].says ? err != ERR_USAGE || !strstr(reason, cases[i].says)
                          : err || secret != cases[i].secret)
            fail_msg("%s: %d %d '%s'", cases[i].value, err, secret, reason);
    }
}

static void expect_line(enum credential_kind kind, const char *name, const char *value,
                        const char *expected)
{
    struct arena arena;
    char reason[512];
    const char *text = NULL;
    arena_init(&arena, 0);
    int err = credential_resolve(kind, name, value, &arena, &text, reason, sizeof reason);
    if (strcmp(err ? reason : text, expected) != 0)
        fail_msg("%s: '%s', expected '%s'", value, err ? reason : text, expected);
    arena_clear(&arena);
}

/* The example of RFC 7617, section 2, and what stands elsewhere. */
static void test_look_ups(void **state)
{
    const char *file = scratch_file(scratch_directory(), "secret", " open sesame\r\nmore\n");
    const char *empty = scratch_file(scratch_directory(), "empty", "\n");
    char value[4096], says[4200];
    (void)state;
    setenv("TEST_SECRET", "from the environment", 1);
    unsetenv("TEST_NOTHING");
    expect_line(CREDENTIAL_AUTH, "", "basic:Aladdin:open sesame",
                "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    snprintf(value, sizeof value, "basic:Aladdin:@%s", file);
    expect_line(CREDENTIAL_AUTH, "", value, "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    expect_line(CREDENTIAL_AUTH, "", "bearer:$TEST_SECRET",
                "Authorization: Bearer from the environment");
    expect_line(CREDENTIAL_AUTH, "", "bearer:$$TEST_SECRET", "Authorization: Bearer $TEST_SECRET");
    expect_line(CREDENTIAL_HEADER, "X-Key", "@@1", "X-Key: @1");
    expect_line(CREDENTIAL_COOKIE, "", "a=1", "a=1");
    expect_line(CREDENTIAL_COOKIE, "", "$TEST_NOTHING",
                "there is no TEST_NOTHING in the environment");
    expect_line(CREDENTIAL_COOKIE, "", "@/no/such/file",
                "/no/such/file can't be read: No such file or directory");
    snprintf(value, sizeof value, "@%s", empty);
    snprintf(says, sizeof says, "%s is empty", empty);
    expect_line(CREDENTIAL_COOKIE, "", value, says);
}

/* Its own scheme, host and port, and nothing else. */
static void test_whose_it_is(void **state)
{
    static const struct {
        const char *home, *url;
        bool own;
    } cases[] = {
        {"https://example.org", "https://example.org/a?b", true},
        {"https://example.org", "https://EXAMPLE.org:443/", true},
        {"https://example.org", "http://example.org/", false},
        {"https://example.org", "http://example.org:443/", false},
        {"https://example.org", "https://example.org:8443/", false},
        {"https://example.org", "https://www.example.org/", false},
        {"https://example.org", "https://example.org.evil.example/", false},
        {"https://example.org", "https://example.org@evil.example/", false},
        {"https://example.org", "https://evil.example/example.org", false},
        {"http://example.org", "https://example.org/", false},
        {"https://example.org:8443", "https://example.org:8443/x", true},
        {"https://example.org:8443", "https://example.org/x", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct access access;
        struct url url;
        access_init(&access);
        struct access_site *site = access_add(&access, 7, cases[i].home);
        assert_int_equal(url_parse(&url, &access.arena, span_of(cases[i].url), NULL, NULL), 0);
        if (access_is_own(site, &url, &access.arena) != cases[i].own)
            fail_msg("%s for %s", cases[i].url, cases[i].home);
        assert_ptr_equal(access_find(&access, 7), site);
        assert_null(access_find(&access, 8));
        access_clear(&access);
    }
}

static void test_the_proxy_of_the_command_line_is_overwritten(void **state)
{
    struct access access;
    char value[] = "http://me:pa@ss@proxy.example:3128", reason[256];
    (void)state;
    access_init(&access);
    assert_int_equal(access_set_proxy(&access, value, reason, sizeof reason), 0);
    assert_string_equal(value, "http://********@proxy.example:3128");
    assert_string_equal(access.proxy->url, "http://me:pa%40ss@proxy.example:3128");
    assert_string_equal(access.proxy->host, "proxy.example");
    assert_int_equal(access.proxy->port, 3128);
    assert_true(access.secret);
    access_clear(&access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_look_ups),
        cmocka_unit_test(test_whose_it_is),
        cmocka_unit_test(test_the_proxy_of_the_command_line_is_overwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
