#include "base/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"

static const struct {
    const char *name, *url, *key;
} cases[] = {
    {"fragment and user info go", "http://u:p@h.example/a#b", "http://h.example/a"},
    {"default port and trailing dot go", "https://H.example.:443/", "https://h.example/"},
    {"two dots are no name", "http://h.example../", "http://h.example../"},
    {"another port stays", "https://h.example.:8443/", "https://h.example:8443/"},
    {"mapped addresses are dotted", "http://[::ffff:192.0.2.1]:81/",
     "http://[::ffff:192.0.2.1]:81/"},
    {"translated ones are not", "http://[::ffff:0:c000:201]/", "http://[::ffff:0:c000:201]/"},
    {"nor what is too short", "http://[::ffff:1]/", "http://[::ffff:1]/"},
    {"other IPv6 is not", "http://[2001:db8::c000:201]/", "http://[2001:db8::c000:201]/"},
    {"unreserved escapes are decoded", "http://h/%7ea%2Db%5fc%2ed", "http://h/~a-b_c.d"},
    {"the rest is in capitals", "http://h/a%2fb?c=%3d", "http://h/a%2Fb?c=%3D"},
    {"no escape is left alone", "http://h/100%/%zz?%", "http://h/100%/%zz?%"},
    {"decoding makes no escape", "http://h/%4%41%%34", "http://h/%4%41%%34"},
    {"not in a query either", "http://h/?%%32a&0", "http://h/?%%32a&0"},
    {"escaped once only", "http://h/%2541", "http://h/%2541"},
    {"characters few agree on", "http://h/?{a}^`\\|", "http://h/?%7Ba%7D%5E%60%5C|"},
    {"empty query goes", "http://h/?", "http://h/"},
    {"empty parts go", "http://h/?&&a=1&&", "http://h/?a=1"},
    {"parameters are sorted", "http://h/?b=2&c&a=1&b=1", "http://h/?a=1&b=1&b=2&c"},
    {"name= is not name", "http://h/?b=&b", "http://h/?b&b="},
    {"only tracking", "http://h/?utm_source=x&UTM_Medium=y&fbclid=z", "http://h/"},
    {"tracking among others", "http://h/?z=1&gclid=2&a=3", "http://h/?a=3&z=1"},
    {"escaped tracking name", "http://h/?utm%5fsource=x", "http://h/"},
    {"whole names only", "http://h/?gclidx=1&xfbclid=2&utm_s1=3&utm_=4",
     "http://h/?gclidx=1&utm_=4&utm_s1=3&xfbclid=2"},
    {"numbered campaigns", "http://h/?at_custom1=a&at_custom=b&at_custom12=c",
     "http://h/?at_custom12=c&at_custom=b"},
    {"without a value", "http://h/?fbclid", "http://h/"},
    {"www stays", "http://www.h.example/", "http://www.h.example/"},
    {"scheme stays", "http://h/a", "http://h/a"},
    {"trailing slash stays", "http://h/a/", "http://h/a/"},
    {"double slashes stay", "http://h//a//b", "http://h//a//b"},
    {"a session of Java", "http://h/a;jsessionid=1A2b3C4d5E6f7A8b?x", "http://h/a?x"},
    {"among other parameters", "http://h/a;v=1;JSESSIONID=1A2b3C4d5E6f7A8b;w=2/b",
     "http://h/a;v=1;w=2/b"},
    {"other parameters stay", "http://h/a;id=1A2b3C4d5E6f7A8b;sid=12",
     "http://h/a;id=1A2b3C4d5E6f7A8b;sid=12"},
    {"a session of ASP.NET", "http://h/(S(lit3py55t21z5v55vlm25s55))/a", "http://h/a"},
    {"a session and nothing else", "http://h/(S(lit3py55t21z5v55vlm25s55))", "http://h/"},
    {"a session, and a query", "http://h/(S(lit3py55t21z5v55vlm25s55))?a", "http://h/?a"},
    {"brackets that are none", "http://h/(S)/(Ab(c))d/a", "http://h/(S)/(Ab(c))d/a"},
    {"a session in the query", "http://h/?id=7&sid=0123456789abcdefABC", "http://h/?id=7"},
    {"names that may mean a page", "http://h/?s=storm+in+the+bay&sid=4711",
     "http://h/?s=storm+in+the+bay&sid=4711"},
    {"case of the path stays", "http://h/A", "http://h/A"},
};

static const char *key_of(struct arena *arena, const char *text)
{
    struct url url;
    assert_int_equal(url_parse(&url, arena, span_of(text), NULL, NULL), 0);
    return url_key(&url, arena);
}

static void test_key(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *key = key_of(&arena, cases[i].url);
        if (strcmp(key, cases[i].key) != 0)
            fail_msg("%s: got %s", cases[i].name, key);
        if (strcmp(key_of(&arena, key), key) != 0)
            fail_msg("%s: the key's key is %s", cases[i].name, key_of(&arena, key));
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

/* Sorting must not be quadratic: a hostile page has thousands of parameters, backwards. */
static void test_many_parameters(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes text;
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    bytes_append_string(&text, "http://h/?");
    for (unsigned i = 9999; i >= 1000; i--)
        bytes_append_string(&text, arena_format(&arena, "%u&", i));
    const char *key = key_of(&arena, text.data);
    assert_memory_equal(key, "http://h/?1000&1001&", 20);
    assert_int_equal(strlen(key), text.size - 1);
    bytes_clear(&text);
    arena_clear(&arena);
}

/* The table is searched by halving: this names what falls out of its order. */
static void test_tracking_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "__hsfp", "_ga",       "_gl",    "at_campaign", "dclid",     "fbclid", "gclid",  "icid",
        "ito",    "li_fat_id", "mc_cid", "mkt_tok",     "ncid",      "ocid",   "pk_kwd", "vero_id",
        "wbraid", "xtor",      "yclid",  "ysclid",      "mtm_group", "utm_id", "wt_zmc"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (!url_is_tracking(span_of(names[i])))
            fail_msg("%s is not found", names[i]);
    assert_false(url_is_tracking(span_of("")));
    assert_false(url_is_tracking(span_of("id")));
    assert_false(url_is_tracking((struct span){"fbclid\0x", 8}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_many_parameters),
        cmocka_unit_test(test_tracking_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
