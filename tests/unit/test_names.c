/* Names of people out of what pages put where names belong. */
#include "extract/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"

static const struct {
    const char *name, *text, *site;
    enum names_trust trust;
    const char *names;
} cases[] = {
    {"one", "Jane Doe", NULL, NAMES_GIVEN, "Jane Doe"},
    {"several", "Jane Doe, Bo Lee and Cy Day", NULL, NAMES_GIVEN, "Jane Doe|Bo Lee|Cy Day"},
    {"one twice", "Jane Doe, JANE DOE", NULL, NAMES_GIVEN, "Jane Doe"},
    {"and by its letters", "Jane Doe, jd", NULL, NAMES_GIVEN, "Jane Doe"},
    {"a byword", "By Jane Doe", NULL, NAMES_GIVEN, "Jane Doe"},
    {"a byword without its blank", "ByJane Doe", NULL, NAMES_GIVEN, "Jane Doe"},
    {"a name that begins like a byword", "Von Trier", NULL, NAMES_GIVEN, "Von Trier"},
    {"no byword in capitals", "BYRON Lord", NULL, NAMES_GIVEN, "BYRON Lord"},
    {"a byword inside", "Analysis by Jane Doe", NULL, NAMES_GIVEN, "Jane Doe"},
    {"a byword alone", "Autor:", NULL, NAMES_GIVEN, ""},
    {"marks around", "\"Jane Doe\" - ", NULL, NAMES_GIVEN, "Jane Doe"},
    {"a stop that belongs to it", "Jane Doe Jr.", NULL, NAMES_GIVEN, "Jane Doe Jr."},
    {"a stop that does not", "Jane Doe.", NULL, NAMES_GIVEN, "Jane Doe"},
    {"the site before", "The Herald - Jane Doe", "The Herald", NAMES_GIVEN, "Jane Doe"},
    {"the site behind", "Jane Doe | the herald", "The Herald", NAMES_GIVEN, "Jane Doe"},
    {"accounts", "admin2", NULL, NAMES_GIVEN, ""},
    {"more of them", "wordpressadmin", NULL, NAMES_GIVEN, ""},
    {"a license", "Creative Commons BY-SA", NULL, NAMES_GIVEN, ""},
    {"addresses", "https://a.example/, desk@a.example", NULL, NAMES_GIVEN, ""},
    {"a letter, a number", "X, 12345", NULL, NAMES_GIVEN, ""},
    {"a question", "Who is it?", NULL, NAMES_GIVEN, ""},
    {"nothing", " &nbsp; ", NULL, NAMES_GIVEN, ""},
    {"what begins with a figure is none that is shown", "12 Jane", NULL, NAMES_SHOWN, ""},
    {"capitals of other alphabets",
     "\xc5\x81ukasz \xc5\xbb"
     "ak, \xc4\x8c"
     "eda \xc5\xa0op, \xc3\x84rne \xc3\x96hm, \xc4\xbd"
     "ubo \xc5\x87n",
     NULL, NAMES_PROSE,
     "\xc5\x81ukasz \xc5\xbb"
     "ak|\xc4\x8c"
     "eda \xc5\xa0op|\xc3\x84rne \xc3\x96hm|\xc4\xbd"
     "ubo \xc5\x87n"},
    {"small letters of them",
     "\xc5\x82ukasz \xc5\xbc"
     "ak",
     NULL, NAMES_PROSE, ""},
    {"particles", "Jan de Vries", NULL, NAMES_PROSE, "Jan de Vries"},
    {"prose", "Jane went home", NULL, NAMES_PROSE, ""},
    {"initials", "J. R. Doe", NULL, NAMES_PROSE, "J. R. Doe"},
    {"words that end in marks", "Hello! World", NULL, NAMES_PROSE, ""},
    {"a single word", "Jane", NULL, NAMES_PROSE, ""},
};

static const char *joined(struct arena *arena, const struct names *names)
{
    const char *all = "";
    for (size_t i = 0; i < names->count; i++)
        all = arena_format(arena, "%s%s%s", all, i ? "|" : "", names->items[i]);
    return all;
}

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct names names = {.count = 0};
        arena_init(&arena, 0);
        size_t added =
            names_add(&names, &arena, span_of(cases[i].text), cases[i].site, cases[i].trust);
        const char *got = joined(&arena, &names);
        if (strcmp(got, cases[i].names) != 0 || added != names.count)
            fail_msg("%s: got '%s'", cases[i].name, got);
        arena_clear(&arena);
    }
}

/* A text without end gives no names without end. */
static void test_too_many(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes text;
    struct names names = {.count = 0};
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    for (unsigned i = 0; i < 5000; i++)
        bytes_append_string(&text, arena_format(&arena, "Jane D%c%c%c, ", 'a' + i % 26,
                                                'a' + i / 26 % 26, 'a' + i / 676));
    names_add(&names, &arena, (struct span){text.data, text.size}, NULL, NAMES_GIVEN);
    assert_int_equal(names.count, NAMES_MAX);
    bytes_clear(&text);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
