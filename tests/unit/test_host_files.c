/* test_host_files.c - what ai.txt and tdmrep.json say of a path, read as a worker does and then as
 * the scheduler does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "extract/tdmrep.h"
#include "politeness/reservations.h"

#define ALL "User-Agent: *\n"

static const struct {
    const char *name, *text, *path;
    unsigned expected;
} ai_files[] = {
    {"nothing", "", "/a", 0},
    {"a page in its place", "<html><body>Not found: there is none</body></html>", "/a", 0},
    {"everything", ALL "Disallow: /", "/a", RIGHTS_NO_TRAIN},
    {"everything, by a wildcard", ALL "Disallow: *", "/a", RIGHTS_NO_TRAIN},
    {"text", ALL "Disallow: *.txt\nDisallow: *.pdf", "/a", RIGHTS_NO_TRAIN},
    {"text, though all else is allowed", ALL "Disallow: *.txt\nAllow: /", "/a?x=1",
     RIGHTS_NO_TRAIN},
    {"HTML", ALL "Disallow: *.html$", "/a/", RIGHTS_NO_TRAIN},
    {"only pictures", ALL "Disallow: *.jpg\nDisallow: *.png\nAllow: *.txt", "/a", 0},
    {"a path", ALL "Disallow: /private/", "/private/1", RIGHTS_NO_TRAIN},
    {"another path", ALL "Disallow: /private/", "/a", 0},
    {"all but a path", ALL "Disallow: /\nAllow: /open/", "/open/1", 0},
    {"for another one", "User-Agent: otherbot\nDisallow: /", "/a", 0},
};

static void ai_txt(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ai_files); i++) {
        struct reservations reservations = {0};
        reservations_learn(&reservations, HOST_AI_TXT, ai_files[i].text);
        unsigned rights = reservations_rights(&reservations, span_of(ai_files[i].path));
        if (rights != ai_files[i].expected)
            fail_msg("%s: %u", ai_files[i].name, rights);
        reservations_clear(&reservations);
    }
}

#define RULE(location, value) "{\"location\": \"" location "\", \"tdm-reservation\": " value "}"

static const struct {
    const char *name, *json, *path;
    unsigned expected;
} tdm_files[] = {
    {"no rule", "[]", "/a", 0},
    {"everything", "[" RULE("/", "1") "]", "/a", RIGHTS_TDM},
    {"behind a byte order mark", "\xef\xbb\xbf[" RULE("/", "1") "]", "/a", RIGHTS_TDM},
    {"nothing by name", "[" RULE("/", "0") "]", "/a", 0},
    {"as a string", "[" RULE("/", "\"1\"") "]", "/a", RIGHTS_TDM},
    {"a value that there is not", "[" RULE("/", "2") "]", "/a", 0},
    {"a path", "[" RULE("/news/", "1") "]", "/news/1", RIGHTS_TDM},
    {"another path", "[" RULE("/news/", "1") "]", "/a", 0},
    {"a pattern", "[" RULE("/*/paid/*.html$", "1") "]", "/x/paid/1.html", RIGHTS_TDM},
    {"a pattern that ends elsewhere", "[" RULE("/*/paid/*.html$", "1") "]", "/x/paid/1.html5", 0},
    {"the first that matches: not reserved", "[" RULE("/open", "0") "," RULE("/", "1") "]",
     "/open/1", 0},
    {"the first that matches, though the next is longer",
     "[" RULE("/", "1") "," RULE("/open", "0") "]", "/open/1", RIGHTS_TDM},
    {"what is no rule is passed over", "[1, null, [], {}, {\"location\": 1}," RULE("/", "1") "]",
     "/a", RIGHTS_TDM},
    {"nor is a location of two lines", "[" RULE("/a\\n1 /", "1") "]", "/b", 0},
    {"with a policy",
     "[{\"location\":\"/\",\"tdm-reservation\":1,\"tdm-policy\":\"https://x.example/p\"}]", "/a",
     RIGHTS_TDM},
};

static void tdmrep_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(tdm_files); i++) {
        struct reservations reservations = {0};
        struct bytes reduced;
        bytes_init(&reduced, 0);
        if (tdmrep_reduce(tdm_files[i].json, strlen(tdm_files[i].json), &reduced))
            fail_msg("%s: not read", tdm_files[i].name);
        reservations_learn(&reservations, HOST_TDMREP, reduced.size ? reduced.data : "");
        unsigned rights = reservations_rights(&reservations, span_of(tdm_files[i].path));
        if (rights != tdm_files[i].expected)
            fail_msg("%s: %u", tdm_files[i].name, rights);
        reservations_learn(&reservations, HOST_TDMREP, NULL);
        assert_int_equal(reservations_rights(&reservations, span_of(tdm_files[i].path)), 0);
        bytes_clear(&reduced);
        reservations_clear(&reservations);
    }
}

static void no_tdmrep_json(void **state)
{
    static const char *const texts[] = {"{}", "1", "[", "<html>", "\xff\xfe[", "[\"\xff\"]"};
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct bytes reduced;
        bytes_init(&reduced, 0);
        assert_int_equal(tdmrep_reduce(texts[i], strlen(texts[i]), &reduced), ERR_INPUT);
        assert_int_equal(reduced.size, 0);
        bytes_clear(&reduced);
    }
}

/* Each says its own. */
static void both_files(void **state)
{
    struct reservations reservations = {0};
    (void)state;
    reservations_learn(&reservations, HOST_AI_TXT, ALL "Disallow: /");
    reservations_learn(&reservations, HOST_TDMREP, "1 /news\n");
    assert_int_equal(reservations_rights(&reservations, span_of("/news")),
                     RIGHTS_TDM | RIGHTS_NO_TRAIN);
    assert_int_equal(reservations_rights(&reservations, span_of("/")), RIGHTS_NO_TRAIN);
    reservations_learn(&reservations, HOST_AI_TXT, "");
    assert_int_equal(reservations_rights(&reservations, span_of("/news")), RIGHTS_TDM);
    reservations_clear(&reservations);
}

/* Patterns that would take for ever count as reserved. */
static void hostile_patterns(void **state)
{
    struct reservations reservations = {0};
    struct bytes rules, path;
    (void)state;
    bytes_init(&rules, 0);
    bytes_init(&path, 0);
    for (int i = 0; i < 60000; i++)
        bytes_append_string(&path, "/a");
    bytes_append_string(&path, "/b");
    for (int i = 0; i < 256; i++)
        bytes_append_string(&rules, "0 */b*/a\n");
    reservations_learn(&reservations, HOST_TDMREP, rules.data);
    assert_int_equal(reservations_rights(&reservations, (struct span){path.data, path.size}),
                     RIGHTS_TDM);
    bytes_clear(&rules);
    bytes_clear(&path);
    reservations_clear(&reservations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ai_txt),           cmocka_unit_test(tdmrep_json),
        cmocka_unit_test(no_tdmrep_json),   cmocka_unit_test(both_files),
        cmocka_unit_test(hostile_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
