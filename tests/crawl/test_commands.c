/* test_commands.c - the program as people call it: what it prints and how it exits. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/alloc.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { WORDS_MAX = 24, LIMIT_MS = 60000 };

/* Runs the program with words that end with NULL and `input` on standard input. */
static void run_with(struct program_result *out, const char *input, const char *const *words)
{
    const char *arguments[WORDS_MAX + 2] = {CRAWLER_PROGRAM};
    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        arguments[i + 1] = words[i];
    program_wait(program_start(arguments, input), LIMIT_MS, out);
}

#define RUN(out, input, ...) run_with(out, input, (const char *const[]){__VA_ARGS__, NULL})

static void expect(const struct program_result *got, int status, const char *out, const char *err)
{
    if (got->exit_status != status)
        fail_msg("exit status %d, expected %d; it said: %s%s", got->exit_status, status, got->out,
                 got->err);
    if (out && !strstr(got->out, out))
        fail_msg("printed '%s', expected '%s'", got->out, out);
    if (err && !strstr(got->err, err))
        fail_msg("complained '%s', expected '%s'", got->err, err);
}

static const char *new_database(void)
{
    return scratch_path(scratch_directory(), "sites.db");
}

static void test_usage(void **state)
{
    static const struct {
        const char *words[8];
        int status;
        const char *out, *err;
    } cases[] = {
        {{"--help"}, 0, "Usage: crawler --sites DB", NULL},
        {{"--version"}, 0, "crawler ", NULL},
        {{"--man"}, 0, ".TH CRAWLER 1", NULL},
        {{"add", "--help"}, 0, "Example:\n  crawler add --sites", NULL},
        {{NULL}, 2, NULL, "see crawler --help\n"},
        {{"frobnicate"}, 2, NULL, "there is no command 'frobnicate'"},
        {{"sites"}, 2, NULL, "which database? Give --sites DB"},
        {{"add", "--sites", "/x/y.db"}, 2, NULL, "which sites?"},
        {{"add", "--sites", "/x/y.db", "--kind", "blog", "u"}, 2, NULL, "'blog' is none of site"},
        {{"search", "--sites", "/x/y.db"}, 2, NULL, "for which words?"},
        {{"explain", "--sites", "/x/y.db"}, 2, NULL, "give one URL"},
        {{"explain", "--sites", "/x/y.db", "mailto:x"}, 2, NULL, "is no http or https URL"},
        {{"search", "--sites", "/x/y.db", "--since", "soon", "x"}, 2, NULL, "'soon' is neither"},
        {{"sites", "--sites", "/x/y.db"}, 3, NULL, "there is no such database"},
        {{"report", "--sites", "/x/y.db"}, 3, NULL, "there is no such database"},
        {{"add", "--sites", "/x/y.db", "https://a.example/"}, 3, NULL, "/x/y.db"},
        {{"sites", "--sites", "postgresql://127.0.0.1:1/d"}, 3, NULL, "postgresql://"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct program_result got;
        run_with(&got, NULL, cases[i].words);
        expect(&got, cases[i].status, cases[i].out, cases[i].err);
        const char *line_end = strchr(got.err, '\n');
        if (cases[i].err && (!line_end || line_end[1]))
            fail_msg("not one line: %s", got.err);
        program_result_clear(&got);
    }
}

static void test_add(void **state)
{
    const char *database = new_database();
    const char *list = scratch_file(scratch_directory(), "list",
                                    "\xef\xbb\xbfhttps://one.example/\r\n"
                                    "# a comment\n\n"
                                    "two.example\tThe Two\n"
                                    "nonsense\n"
                                    "  https://three.example/a  Three and more \n"
                                    "ftp://four.example/\n"
                                    "https://ONE.example\n"
                                    "javascript:alert(1)\n");
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "--file", list);
    expect(&got, 2, "3 added, 1 known already, 3 could not be read\n", NULL);
    char expected[512];
    snprintf(expected, sizeof expected, "crawler: %s:5: 'nonsense' is no URL", list);
    assert_non_null(strstr(got.err, expected));
    snprintf(expected, sizeof expected, "crawler: %s:7: 'ftp://four.example/' can't", list);
    assert_non_null(strstr(got.err, expected));
    snprintf(expected, sizeof expected, "crawler: %s:9: 'javascript:alert(1)' is no URL", list);
    assert_non_null(strstr(got.err, expected));
    program_result_clear(&got);
    char *rows = sql_rows(database, "SELECT home_url, domain, name, kind FROM sites ORDER BY 1");
    assert_string_equal(rows, "https://one.example/|one.example||site\n"
                              "https://three.example/a|three.example|Three and more|site\n"
                              "https://two.example/|two.example|The Two|site\n");
    free(rows);

    RUN(&got, "https://five.example/\n", "add", "--sites", database, "--kind", "page", "--delay",
        "2", "-", "https://six.example/x?utm_source=y");
    expect(&got, 0, "2 added, 0 known already, 0 could not be read\n", NULL);
    program_result_clear(&got);
    rows = sql_rows(database, "SELECT home_url, min_delay_ms FROM sites WHERE kind = 'page'");
    assert_string_equal(rows, "https://five.example/|2000\n"
                              "https://six.example/x?utm_source=y|2000\n");
    free(rows);
}

/* Nothing good in it: not even the database is made. */
static void test_add_nothing(void **state)
{
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, "nonsense\n", "add", "--sites", database, "-");
    expect(&got, 2, NULL, "standard input:1: 'nonsense' is no URL");
    program_result_clear(&got);
    RUN(&got, NULL, "add", "--sites", database, "--file", "/no/such/list");
    expect(&got, 2, NULL, "/no/such/list");
    program_result_clear(&got);
    assert_int_equal(access(database, F_OK), -1);
}

static void test_add_api(void **state)
{
    static const struct {
        const char *words[8];
        const char *err;
    } bad[] = {
        {{"--items", "/x"}, "are for --kind api"},
        {{"--kind", "api", "--items", "data"}, "'data' is no JSON Pointer"},
        {{"--kind", "api", "--map", "headline=/x"}, "there is no field 'headline'; it takes url"},
        {{"--kind", "api", "--map", "title"}, "'title' is not FIELD=POINTER"},
        {{"--kind", "api", "--map", "title=x"}, "'title=x' is not FIELD=POINTER"},
    };
    const char *database = new_database();
    struct program_result got;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *words[16] = {"add", "--sites", database, "https://api.example/"};
        memcpy(words + 4, bad[i].words, sizeof bad[i].words);
        run_with(&got, NULL, words);
        expect(&got, 2, NULL, bad[i].err);
        program_result_clear(&got);
    }
    RUN(&got, NULL, "add", "--sites", database, "--kind", "api", "--items", "/data", "--map",
        "url=/link,title=/t/0", "--map", "body=/b", "https://api.example/v1?page=2");
    expect(&got, 0, "1 added", NULL);
    program_result_clear(&got);
    char *rules = sql_text(database, "SELECT rules FROM sites WHERE kind = 'api'");
    assert_string_equal(rules, "{\"items\":\"/data\",\"url\":\"/link\",\"title\":\"/t/0\","
                               "\"body\":\"/b\"}");
    free(rules);
}

/* What people write for a site, and what is said of it. */
static void test_add_words(void **state)
{
    static const struct {
        const char *words[8];
        int status;
        const char *out, *err;
    } cases[] = {
        {{"one.example:8443/a"}, 0, "1 added", NULL},
        {{"HTTPS://two.example"}, 0, "1 added", NULL},
        {{"three.example", "three.example/"}, 0, "1 added, 1 known", NULL},
        {{"me@four.example"}, 2, NULL, "'me@four.example' is no URL"},
        {{"four.example:http"}, 2, NULL, "is no URL; write it like"},
        {{"four\\example.org"}, 2, NULL, "is no URL; write it like"},
        {{"four"}, 2, NULL, "is no URL; write it like"},
        {{"://four.example"}, 2, NULL, "is no URL; write it like"},
        {{"gopher://four.example/"}, 2, NULL, "it takes an http or https URL"},
        {{"https://four.example:99999/"}, 2, NULL, "it takes an http or https URL"},
        {{"five.example", "nonsense"}, 2, "1 added, 0 known already, 1 could not be read", NULL},
        {{"six.example", "--name", "The Six", "--max-per-site", "7", "--quiet"}, 0, "", NULL},
        {{"--kind", "api", "a.example/api", "--map", "title"}, 2, NULL, "is not FIELD=POINTER"},
        {{"--kind", "api", "a.example/api", "--map", "title=t"}, 2, NULL, "is not FIELD=POINTER"},
        {{"--kind", "api", "a.example/api", "--map", "x=/t"}, 2, NULL, "there is no field 'x'"},
        {{"--kind", "api", "a.example/api", "--items", "data"}, 2, NULL, "is no JSON Pointer"},
        {{"a.example", "--items", "/data"}, 2, NULL, "--items and --map are for --kind api"},
        {{"--kind", "api", "a.example/api", "--map", "title=/t,url="}, 0, "1 added", NULL},
        {{"--file", "/nowhere/at/all"}, 2, NULL, "/nowhere/at/all: No such file"},
        {{"--opml", "/nowhere/at/all"}, 2, NULL, "/nowhere/at/all: No such file"},
    };
    const char *database = new_database();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *arguments[WORDS_MAX] = {"add", "--sites", database};
        struct program_result got;
        for (size_t k = 0; k < COUNT(cases[i].words) && cases[i].words[k]; k++)
            arguments[3 + k] = cases[i].words[k];
        run_with(&got, NULL, arguments);
        expect(&got, cases[i].status, cases[i].out, cases[i].err);
        program_result_clear(&got);
    }
    char *rows = sql_rows(database, "SELECT home_url, name FROM sites ORDER BY 1");
    assert_string_equal(rows, "https://a.example/api|\n"
                              "https://five.example/|\n"
                              "https://one.example:8443/a|\n"
                              "https://six.example/|The Six\n"
                              "https://three.example/|\n"
                              "https://two.example/|\n");
    free(rows);
}

static void test_add_too_long(void **state)
{
    const char *database = new_database();
    char *list = calloc(1, 100000);
    struct program_result got;
    (void)state;
    assert_non_null(list);
    strcpy(list, "https://one.example/");
    memset(list + strlen(list), 'a', 70000);
    strcat(list, "\nhttps://two.example/\n");
    RUN(&got, list, "add", "--sites", database, "-");
    expect(&got, 2, "1 added, 0 known already, 1 could not be read",
           "standard input:1: 'https://one");
    assert_non_null(strstr(got.err, "' is too long for a URL\n"));
    assert_true(got.err_size < 400);
    program_result_clear(&got);
    free(list);
}

/* A list that breaks off gives what came before; what is none gives nothing. */
static void test_add_broken_opml(void **state)
{
    static const struct {
        const char *text, *out, *err;
    } cases[] = {
        {"<opml><body><outline xmlUrl='https://one.example/feed'/><outline",
         "1 added, 0 known "
         "already, 1 could not be read",
         "the OPML breaks off"},
        {"<html/>", NULL, "this is no OPML file"},
        {"<opml><body><outline xmlUrl='https://one.example/feed' htmlUrl='mailto:x'/>"
         "<outline xmlUrl='/feed'/></body></opml>",
         "1 added, 0 known already, 1 could", "'/feed' is no URL"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *database = new_database();
        const char *opml = scratch_file(scratch_directory(), "x.opml", cases[i].text);
        struct program_result got;
        RUN(&got, NULL, "add", "--sites", database, "--opml", opml);
        expect(&got, 2, cases[i].out, cases[i].err);
        program_result_clear(&got);
        if (!cases[i].out)
            continue;
        char *home = sql_text(database, "SELECT home_url FROM sites");
        assert_string_equal(home, "https://one.example/");
        free(home);
    }
}

static void test_add_opml(void **state)
{
    const char *database = new_database();
    const char *opml = scratch_file(
        scratch_directory(), "feeds.opml",
        "<opml version='2.0'><body><outline text='News'>\n"
        "<outline text='One' htmlUrl='https://one.example/' xmlUrl='https://one.example/feed'/>\n"
        "<outline text='Bad' htmlUrl='mailto:x@y.example'/>\n"
        "<outline text='Two' xmlUrl='https://two.example/rss?a=1'/>\n"
        "</outline></body></opml>\n");
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "--opml", opml);
    expect(&got, 2, "2 added, 0 known already, 1 could not be read",
           ".opml:3: 'mailto:x@y.example'");
    program_result_clear(&got);
    char *rows = sql_rows(database, "SELECT home_url, name FROM sites");
    assert_string_equal(rows, "https://one.example/|One\nhttps://two.example/|Two\n");
    free(rows);
    rows = sql_rows(database, "SELECT url, source FROM v_feeds ORDER BY url");
    assert_string_equal(rows, "https://one.example/|front\nhttps://one.example/feed|feed\n"
                              "https://two.example/|front\nhttps://two.example/rss?a=1|feed\n");
    free(rows);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM queue"), 4);

    /* out again, and into another database */
    static const char listed[] =
        "SELECT home_url, name, s.folder, f.url FROM sites s JOIN feeds f"
        " USING (site_id) WHERE name IS NOT NULL AND source = 3 ORDER BY 1";
    RUN(&got, NULL, "sites", "--sites", database, "--opml");
    assert_int_equal(got.exit_status, 0);
    const char *written = scratch_file(scratch_directory(), "out.opml", got.out);
    program_result_clear(&got);
    const char *other = new_database();
    RUN(&got, NULL, "add", "--sites", other, "--opml", written);
    expect(&got, 0, "2 added", NULL);
    program_result_clear(&got);
    rows = sql_rows(database, listed);
    char *rows_again = sql_rows(other, listed);
    assert_non_null(strstr(rows, "https://one.example/|One|News|https://one.example/feed\n"));
    assert_string_equal(rows_again, rows);
    free(rows);
    free(rows_again);

    /* again: nothing is lost from the queue, nothing doubled */
    RUN(&got, NULL, "add", "--sites", database, "https://one.example/feed");
    expect(&got, 0, "1 added", NULL);
    program_result_clear(&got);
    RUN(&got, NULL, "add", "--sites", database, "--opml", opml);
    expect(&got, 2, "0 added, 2 known already", NULL);
    program_result_clear(&got);
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM queue"), 4);
}

/* ---- databases that are none ---- */

static char *contents(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    static char data[1 << 22];
    *size = file ? fread(data, 1, sizeof data, file) : 0;
    if (file)
        fclose(file);
    char *copy = malloc(*size + 1);
    memcpy(copy, data, *size);
    return copy;
}

/* Every command refuses the file with one sentence and exit 3, and leaves it byte for byte. */
static void check_refused(const char *path, const char *says)
{
    static const char *const commands[][3] = {
        {"sites"},
        {"report"},
        {"search", "word"},
        {"explain", "https://a.example/"},
        {"add", "https://a.example/"},
    };
    size_t before_size, after_size;
    char *before = contents(path, &before_size);
    for (size_t i = 0; i < COUNT(commands); i++) {
        struct program_result got;
        RUN(&got, NULL, commands[i][0], "--sites", path,
            commands[i][1] ? commands[i][1] : "--config=/dev/null");
        expect(&got, 3, NULL, says);
        const char *line_end = strchr(got.err, '\n');
        assert_true(line_end && !line_end[1]);
        program_result_clear(&got);
        char *after = contents(path, &after_size);
        assert_int_equal(after_size, before_size);
        assert_memory_equal(after, before, before_size);
        free(after);
    }
    free(before);
}

static void test_foreign_database(void **state)
{
    (void)state;
    check_refused(scratch_file(scratch_directory(), "text", "This is no database, but a text.\n"),
                  "no database of crawler");
}

static void test_newer_database(void **state)
{
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/");
    expect(&got, 0, "1 added", NULL);
    program_result_clear(&got);
    int file = open(database, O_WRONLY);
    assert_int_equal(pwrite(file, "\x00\x00\x0f\xff", 4, 60), 4); /* its user_version */
    close(file);
    check_refused(database, "newer version");
}

static void test_cut_database(void **state)
{
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/");
    program_result_clear(&got);
    assert_int_equal(truncate(database, 32768), 0);
    check_refused(database, "cut short");
}

/* ---- what there is to read ---- */

static void test_sites(void **state)
{
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/", "https://b.example/");
    program_result_clear(&got);
    RUN(&got, NULL, "sites", "--sites", database);
    expect(&got, 0, "https://a.example/  site  new", NULL);
    program_result_clear(&got);
    RUN(&got, NULL, "sites", "--sites", database, "--json");
    json_t *sites = json_loads(got.out, 0, NULL);
    assert_int_equal(json_array_size(sites), 2);
    const json_t *first = json_array_get(sites, 0);
    static const char *const keys[] = {
        "url",    "kind",  "domain",          "name",  "state",      "sources", "articles",
        "newest", "asked", "sources_failing", "error", "articles_7d"};
    for (size_t i = 0; i < COUNT(keys); i++)
        if (!json_object_get(first, keys[i]))
            fail_msg("no key %s in %s", keys[i], got.out);
    json_decref(sites);
    program_result_clear(&got);
}

static void test_report_before_any_run(void **state)
{
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/");
    program_result_clear(&got);
    RUN(&got, NULL, "report", "--sites", database);
    expect(&got, 0, NULL, "no run so far");
    program_result_clear(&got);
    RUN(&got, NULL, "report", "--sites", database, "--run", "7");
    expect(&got, 2, NULL, "there is no run 7");
    program_result_clear(&got);
    RUN(&got, NULL, "report", "--sites", database, "--apis");
    expect(&got, 0, "0 APIs: 0 asked", NULL);
    program_result_clear(&got);
}

static void test_explain(void **state)
{
    static const struct {
        const char *url, *says;
    } cases[] = {
        {"https://a.example/", "found, and not asked so far; it is due (source) at the next run"},
        {"https://A.example/?utm_source=x", "it is due (source) at the next run"},
        {"https://p.example/1?b=2&a=1", "it waits for its turn"},
        {"https://a.example/other", "no source has named this URL so far"},
        {"https://c.example/", "neither the URL nor its host"},
    };
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/");
    program_result_clear(&got);
    RUN(&got, NULL, "add", "--sites", database, "--kind", "page", "https://p.example/1?a=1&b=2");
    program_result_clear(&got);
    for (size_t i = 0; i < COUNT(cases); i++) {
        RUN(&got, NULL, "explain", "--sites", database, cases[i].url);
        expect(&got, 0, cases[i].says, NULL);
        program_result_clear(&got);
        RUN(&got, NULL, "explain", "--json", "--sites", database, cases[i].url);
        json_t *object = json_loads(got.out, 0, NULL);
        assert_non_null(
            strstr(json_string_value(json_object_get(object, "conclusion")), cases[i].says));
        json_decref(object);
        program_result_clear(&got);
    }
}

/* Whatever is typed: found or not, and never FTS5's own complaint. */
static void test_search_words(void **state)
{
    static const char *const queries[] = {"word",   "two words", "climate-change", "it's",
                                          "\"open", "a:b",       "NEAR(",          "AND",
                                          "*",      "(",         "\xff",           "100%"};
    const char *database = new_database();
    struct program_result got;
    (void)state;
    RUN(&got, NULL, "add", "--sites", database, "https://a.example/");
    program_result_clear(&got);
    for (size_t i = 0; i < COUNT(queries); i++) {
        RUN(&got, NULL, "search", "--sites", database, "--since", "7d", queries[i]);
        expect(&got, 0, NULL, "nothing found\n");
        program_result_clear(&got);
    }
    RUN(&got, NULL, "search", "--sites", database, "--json", "word");
    expect(&got, 0, "[]\n", NULL);
    program_result_clear(&got);
}

/* One page on standard input, in each form that a person or a program may want. */
static void test_extract(void **state)
{
    static const char page[] =
        "<html lang=en><title>Bridge \"opens\"</title><link rel=canonical "
        "href=https://paper.example/bridge><meta name=author content='Ann Lee'><meta "
        "property=article:published_time content=2024-05-03T10:00:00Z><body><article><h1>Bridge "
        "\"opens\"</h1><p>The new <b>bridge</b> over the river opened on Friday, nine years after "
        "the council had voted for it. Thousands came to walk over it before the first cars "
        "did.</p><p>It cost twice what had been planned, mostly because the ground turned out to "
        "be "
        "softer than the first drillings had shown.</p></article>";
    static const struct {
        const char *option, *says;
    } cases[] = {
        {"--markdown", "---\ntitle: \"Bridge \\\"opens\\\"\"\nauthors: [\"Ann Lee\"]\n"
                       "date: \"2024-05-03T10:00:00Z\"\n"},
        {"--markdown", "\n---\n\n# Bridge \"opens\"\n"},
        {"--markdown", "\n\nThe new **bridge** over"},
        {"--json", "\"published_from\": \"meta\""},
        {"--jsonl",
         "{\"file\":\"-\",\"url\":null,\"canonical_url\":\"https://paper.example/bridge\""},
        {"--url=https://paper.example/", "published: 2024-05-03T10:00:00Z (meta)\n"},
    };
    struct program_result got;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        RUN(&got, page, "extract", cases[i].option, "-");
        expect(&got, 0, cases[i].says, NULL);
        program_result_clear(&got);
    }
    RUN(&got, NULL, "extract", "--markdown", "/x/y.html");
    expect(&got, 2, NULL, "cannot read /x/y.html");
    program_result_clear(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_add_nothing),
        cmocka_unit_test(test_add_api),
        cmocka_unit_test(test_add_opml),
        cmocka_unit_test(test_add_words),
        cmocka_unit_test(test_add_too_long),
        cmocka_unit_test(test_add_broken_opml),
        cmocka_unit_test(test_foreign_database),
        cmocka_unit_test(test_newer_database),
        cmocka_unit_test(test_cut_database),
        cmocka_unit_test(test_sites),
        cmocka_unit_test(test_report_before_any_run),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_search_words),
        cmocka_unit_test(test_extract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
