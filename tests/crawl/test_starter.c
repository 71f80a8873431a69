/* test_starter.c - sites to start from: the table itself, the lists made from it, crawler add
 * --starter. Nobody is asked for anything. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/url.h"
#include "commands/starter.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { MAKE_MS = 60000 };

/* How many values of a column come for the first time in their row. */
static size_t count_values(size_t offset)
{
    size_t count = 0;
    for (size_t i = 0; i < starter_sites_count; i++) {
        bool met = false;
        for (size_t k = 0; k < i && !met; k++)
            met = strcmp(*(const char *const *)((const char *)&starter_sites[i] + offset),
                         *(const char *const *)((const char *)&starter_sites[k] + offset)) == 0;
        count += !met;
    }
    return count;
}

static void test_there_is_something_for_everybody(void **state)
{
    (void)state;
    assert_true(starter_sites_count >= 300);
    assert_true(count_values(offsetof(struct starter_site, code)) >= 50);
    assert_true(count_values(offsetof(struct starter_site, lang)) >= 30);
    assert_int_equal(count_values(offsetof(struct starter_site, code)),
                     count_values(offsetof(struct starter_site, country)));
    assert_int_equal(count_values(offsetof(struct starter_site, url)), starter_sites_count);
}

static void test_each_row_is_well_formed(void **state)
{
    static const char *const kinds[] = {"newspaper", "broadcaster", "agency", "magazine", "online"};
    (void)state;
    for (size_t i = 0; i < starter_sites_count; i++) {
        const struct starter_site *site = &starter_sites[i];
        struct arena arena;
        struct url url;
        bool known = false;
        arena_init(&arena, 0);
        assert_int_equal(url_parse(&url, &arena, span_of(site->url), NULL, NULL), 0);
        assert_string_equal(url_fetchable(&url, &arena), site->url);
        assert_true(strncmp(site->url, "https://", 8) == 0);
        assert_string_equal(strchr(site->url + 8, '/'), "/");
        for (size_t k = 0; k < COUNT(kinds); k++)
            known |= strcmp(site->kind, kinds[k]) == 0;
        if (!known || strlen(site->code) != 2 || !isupper(site->code[0]) ||
            !isupper(site->code[1]) || !islower(site->lang[0]) || strcspn(site->lang, "-") > 3 ||
            !*site->name)
            fail_msg("%s: %s %s %s", site->url, site->code, site->lang, site->kind);
        if (i > 0 && strcmp(site->code, site[-1].code) != 0)
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(starter_sites[k].code, site->code);
        arena_clear(&arena);
    }
}

static void test_words_mean_sites(void **state)
{
    static const struct starter_site site = {.code = "KR", .country = "South Korea", .lang = "ko"};
    static const struct starter_site other = {.code = "BR", .country = "Brazil", .lang = "pt-BR"};
    static const struct {
        const char *word;
        bool korea, brazil;
    } cases[] = {
        {"all", true, true},     {"South Korea", true, false}, {"south-korea", true, false},
        {"KR", true, false},     {"kr", false, false},         {"ko", true, false},
        {"pt", false, true},     {"pt-BR", false, true},       {"p", false, false},
        {"south", false, false}, {"brazil", false, true},      {"", false, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (starter_matches(&site, cases[i].word) != cases[i].korea ||
            starter_matches(&other, cases[i].word) != cases[i].brazil)
            fail_msg("'%s'", cases[i].word);
}

/* ---- the lists made from it ---- */

static void test_lists_are_those_of_the_table(void **state)
{
    static const char *const names[] = {"starter.txt", "starter.opml"};
    const char *folder = scratch_directory();
    struct program_result result;
    (void)state;
    program_run((const char *const[]){"sh", DATA_DIR "/sites/make.sh", folder, NULL}, MAKE_MS,
                &result);
    assert_int_equal(result.exit_status, 0);
    program_result_clear(&result);
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[600];
        snprintf(path, sizeof path, DATA_DIR "/sites/%s", names[i]);
        program_run((const char *const[]){"cmp", path, scratch_path(folder, names[i]), NULL},
                    MAKE_MS, &result);
        if (result.exit_status)
            fail_msg("%s is not what data/sites/make.sh makes of the table", names[i]);
        program_result_clear(&result);
    }
}

static const char everything[] = "SELECT home_url, name FROM sites ORDER BY 1";

static void test_every_list_adds_the_same(void **state)
{
    const char *table = crawl_database(), *text = crawl_database(), *opml = crawl_database();
    (void)state;
    free(CRAWLER(0, "add", "--sites", table, "--starter", "all"));
    free(CRAWLER(0, "add", "--sites", text, "--file", DATA_DIR "/sites/starter.txt"));
    free(CRAWLER(0, "add", "--sites", opml, "--opml", DATA_DIR "/sites/starter.opml"));
    char *of_table = sql_rows(table, everything), *of_text = sql_rows(text, everything);
    char *of_opml = sql_rows(opml, everything);
    assert_int_equal(sql_integer(table, "SELECT count(*) FROM sites"), starter_sites_count);
    assert_string_equal(of_table, of_text);
    assert_string_equal(of_table, of_opml);
    free(of_table);
    free(of_text);
    free(of_opml);
}

/* ---- crawler add --starter ---- */

static void test_a_country_is_added_with_what_is_known_of_it(void **state)
{
    const char *database = crawl_database();
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "--starter", "germany,is"));
    char *countries = sql_rows(database, "SELECT DISTINCT country, lang, folder, kind FROM sites"
                                         " ORDER BY 1");
    assert_string_equal(countries, "DE|de|Germany|site\nIS|is|Iceland|site\n");
    assert_true(sql_integer(database, "SELECT count(*) FROM sites WHERE country = 'DE'") > 10);
    free(countries);
    char *again = CRAWLER(0, "add", "--sites", database, "--starter", "DE");
    assert_true(strncmp(again, "0 added, ", 9) == 0);
    free(again);
}

static void test_another_word_tells_what_there_is(void **state)
{
    struct program_result result;
    const char *database = crawl_database();
    (void)state;
    program_wait(CRAWLER_START("add", "--sites", database, "--starter", "atlantis"), MAKE_MS,
                 &result);
    assert_int_equal(result.exit_status, 2);
    assert_non_null(strstr(result.err, "no language 'atlantis'"));
    assert_non_null(strstr(result.err, "Germany (DE) "));
    assert_non_null(strstr(result.err, "pt-BR "));
    assert_int_equal(access(database, F_OK), -1);
    program_result_clear(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_is_something_for_everybody),
        cmocka_unit_test(test_each_row_is_well_formed),
        cmocka_unit_test(test_words_mean_sites),
        cmocka_unit_test(test_lists_are_those_of_the_table),
        cmocka_unit_test(test_every_list_adds_the_same),
        cmocka_unit_test(test_a_country_is_added_with_what_is_known_of_it),
        cmocka_unit_test(test_another_word_tells_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
