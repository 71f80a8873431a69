/* test_parquet.c - what crawler export writes as Parquet is what it writes as JSON Lines, by a
 * reader of our own and by other people's where they are installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/alloc.h"
#include "support/parquet.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/storebox.h"

enum { LIMIT_MS = 120000, ARTICLES = 48, WORDS_MAX = 6 };

/* Texts that somebody might make of a page, in any column that takes them. */
static const char hostile[] =
    /* nothing where there may be nothing; nothing in every text */
    "UPDATE articles SET title = NULL, lead = NULL, body = NULL, lang = NULL, published_ms = NULL,"
    " published_has_time = NULL, published_from = NULL, free_access = NULL WHERE article_id = 1;"
    "UPDATE articles SET title = '', lead = '', body = '', lang = '', section = '',"
    " published_from = '', canonical_url = '' WHERE article_id = 2;"
    "UPDATE articles SET title = 'a' || char(0) || 'b', body = char(0) WHERE article_id = 3;"
    "UPDATE articles SET title = CAST(x'61ff62c0afeda080' AS TEXT), body = CAST(x'ff' AS TEXT)"
    " WHERE article_id = 4;"
    "UPDATE articles SET title = '\"a\", ''b''; \\ ' || char(13, 10, 9, 8232, 65279, 128512)"
    " WHERE article_id = 5;"
    /* as long as a bound of the statistics may be, and longer */
    "UPDATE articles SET section = printf('%.64c', 'x') WHERE article_id = 6;"
    "UPDATE articles SET site_name = printf('%.65c', 'x') WHERE article_id = 7;"
    /* before 1970, at 1970, far from now */
    "UPDATE articles SET published_ms = -2178489600000, modified_ms = 0 WHERE article_id = 8;"
    "UPDATE articles SET modified_ms = 253402300799000, published_zone_min = -570,"
    " story_id = 9007199254740993 WHERE article_id = 9;"
    "UPDATE authors SET name = 'A; B;' WHERE author_id = 2;"
    /* compressed still enough for more than one row group */
    "UPDATE articles SET body = hex(randomblob(600000)) WHERE article_id > 10;"
    /* asked again a day later, with the same answer */
    "INSERT INTO fetches(run_id, url_id, attempt, started_ms, status, raw_id)"
    " SELECT run_id, url_id, 1, started_ms + 86400000, 200, raw_id FROM fetches";

static void fill(struct storebox *box, const char *statements)
{
    static const char *authors[] = {"Ana Berg", "Odd Name", "Lü"}, *tags[] = {"port"};
    char urls[ARTICLES][40];
    storebox_open(box);
    for (size_t i = 0; i < ARTICLES; i++) {
        snprintf(urls[i], sizeof urls[i], "https://%c.example/%zu", "abc"[i % 3], i);
        storebox_add(box, "page", urls[i]);
    }
    storebox_begin(box, T0);
    for (size_t left = ARTICLES; left;) {
        size_t count = storebox_lease(box, T0, ARTICLES);
        assert_true(count > 0);
        for (size_t h = 0; h < box->answer.hosts_count; h++)
            for (size_t i = 0; i < box->answer.hosts[h].urls_count; i++, left--) {
                const struct url_lease *lease = &box->answer.hosts[h].urls[i];
                struct result_record result = storebox_result(lease, T0);
                struct article_record article = storebox_article("A title", lease->url);
                article.url = lease->url;
                article.lang = left % 2 ? "de" : "en";
                article.published_ms = T0 - (int64_t)left * DAY;
                article.published_has_time = true;
                article.free_access = left % 5 ? 1 : 0;
                article.authors = authors;
                article.authors_count = left % 4;
                article.tags = tags;
                article.tags_count = left % 2;
                result.article = &article;
                result.raw = (struct raw_record){
                    .headers = "HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 9",
                    .body = lease->url,
                    .body_size = strlen(lease->url),
                    .codec = "none"};
                storebox_commit(box, &result);
            }
    }
    storebox_end(box, T0 + HOUR);
    storebox_do(box, statements);
}

/* Writes a file in the format of its name, with further words that end with NULL. */
static void export_to(const struct storebox *box, const char *path, const char *const *words)
{
    const char *arguments[WORDS_MAX + 8] = {CRAWLER_PROGRAM, "export", "--sites",
                                            box->path,       "-o",     path};
    struct program_result got;
    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        arguments[i + 6] = words[i];
    program_run(arguments, LIMIT_MS, &got);
    if (got.exit_status)
        fail_msg("%s: exit status %d: %s", path, got.exit_status, got.err);
    program_result_clear(&got);
}

#define EXPORT_TO(box, path, ...) export_to(box, path, (const char *const[]){__VA_ARGS__, NULL})

static json_t *json_lines(const char *path)
{
    json_t *rows = json_array(), *row;
    json_error_t error;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while ((row = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error)))
        json_array_append_new(rows, row);
    assert_true(feof(file));
    fclose(file);
    return rows;
}

static void expect_same(const json_t *rows, const json_t *expected)
{
    assert_int_equal(json_array_size(rows), json_array_size(expected));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *name;
        json_t *value, *row = json_array_get(expected, i);
        assert_int_equal(json_object_size(json_array_get(rows, i)), json_object_size(row));
        json_object_foreach(row, name, value)
        {
            json_t *got = json_object_get(json_array_get(rows, i), name);
            if (!got || !json_equal(got, value))
                fail_msg("row %zu, %s: %.200s, expected %.200s", i, name,
                         got ? json_dumps(got, JSON_ENCODE_ANY) : "nothing",
                         json_dumps(value, JSON_ENCODE_ANY));
        }
    }
}

static json_t *export_both(const struct storebox *box, const char *const *words)
{
    const char *directory = scratch_directory();
    const char *lines = scratch_path(directory, "x.jsonl");
    const char *file = scratch_path(directory, "x.parquet");
    export_to(box, lines, words);
    export_to(box, file, words);
    json_t *rows = parquet_rows(file), *expected = json_lines(lines);
    expect_same(rows, expected);
    json_decref(rows);
    json_decref(expected);
    return parquet_metadata(file);
}

static void test_hostile_rows(void **state)
{
    static const char *const words[] = {NULL};
    struct storebox box;
    (void)state;
    fill(&box, hostile);
    json_t *metadata = export_both(&box, words);
    assert_int_equal(json_integer_value(json_object_get(metadata, "3")), ARTICLES);
    assert_true(json_array_size(json_object_get(metadata, "4")) > 1);
    json_decref(metadata);
    storebox_close(&box);
}

/* The same conditions mean the same articles as in the other formats; none are a file too. */
static void test_choice(void **state)
{
    static const struct {
        const char *words[WORDS_MAX];
        size_t count;
    } cases[] = {
        {{"--site", "b.example"}, 16},
        {{"--where", "lang = 'xx'"}, 0},
        {{"--where", "lang = 'de'"}, 24},
        {{"--where", "lang = 'de'", "--site", "a.example"}, 8},
        {{"--since", "2025-06-10", "--until", "2025-06-12"}, 3},
    };
    struct storebox box;
    (void)state;
    fill(&box, "SELECT 1");
    for (size_t i = 0; i < COUNT(cases); i++) {
        json_t *metadata = export_both(&box, cases[i].words);
        assert_int_equal(json_integer_value(json_object_get(metadata, "3")), cases[i].count);
        assert_int_equal(json_array_size(json_object_get(metadata, "4")), cases[i].count > 0);
        json_decref(metadata);
    }
    storebox_close(&box);
}

/* Least, greatest and how many are missing, as the metadata tells of a column. */
static void expect_statistics(const json_t *metadata, size_t column, const char *name,
                              json_int_t nulls, const char *least, const char *greatest)
{
    const json_t *group = json_array_get(json_object_get(metadata, "4"), 0);
    const json_t *chunk = json_array_get(json_object_get(group, "1"), column);
    const json_t *facts = json_object_get(chunk, "3");
    const json_t *statistics = json_object_get(facts, "12");
    assert_string_equal(json_string_value(json_array_get(json_object_get(facts, "3"), 0)), name);
    assert_int_equal(json_integer_value(json_object_get(statistics, "3")), nulls);
    const char *got[] = {json_string_value(json_object_get(statistics, "6")),
                         json_string_value(json_object_get(statistics, "5"))};
    if (!least)
        assert_true(!got[0] && !got[1]);
    else
        assert_true(strcmp(got[0], least) == 0 && strcmp(got[1], greatest) == 0);
}

static void test_statistics(void **state)
{
    static const char *const words[] = {NULL};
    struct storebox box;
    (void)state;
    fill(&box, "UPDATE articles SET section = 'a'; UPDATE articles SET section = NULL"
               " WHERE article_id < 4; UPDATE articles SET section = 'ä' WHERE article_id = 5;"
               "UPDATE articles SET title = printf('%.65c', 'x') WHERE article_id = 5");
    json_t *metadata = export_both(&box, words);
    expect_statistics(metadata, 1, "domain", 0, "a.example", "c.example");
    expect_statistics(metadata, 3, "country", ARTICLES, NULL, NULL);
    expect_statistics(metadata, 5, "title", 0, NULL, NULL); /* too long for it */
    expect_statistics(metadata, 9, "lang", 0, "de", "en");
    expect_statistics(metadata, 10, "section", 3, "a", "ä");
    json_decref(metadata);
    storebox_close(&box);
}

/* A pipe gets the bytes that a file has. */
static void test_pipe(void **state)
{
    struct storebox box;
    struct program_result got, file;
    const char *path = scratch_path(scratch_directory(), "x.parquet");
    (void)state;
    fill(&box, "SELECT 1");
    EXPORT_TO(&box, path, "--quiet");
    const char *const print[] = {CRAWLER_PROGRAM, "export",  "--sites", box.path,
                                 "--format",      "parquet", NULL};
    program_run(print, LIMIT_MS, &got);
    assert_int_equal(got.exit_status, 0);
    const char *const cat[] = {"cat", path, NULL};
    program_run(cat, LIMIT_MS, &file);
    assert_int_equal(got.out_size, file.out_size);
    assert_memory_equal(got.out, file.out, file.out_size);
    program_result_clear(&got);
    program_result_clear(&file);
    storebox_close(&box);
}

/* Programs that others wrote find in every format what is in the JSON Lines. */
static void test_foreign_readers(void **state)
{
    static const char *const names[] = {"x.jsonl", "x.csv", "x.parquet", "x.warc.gz"};
    struct storebox box;
    struct program_result got;
    const char *paths[COUNT(names)], *directory = scratch_directory();
    (void)state;
    fill(&box, hostile);
    for (size_t i = 0; i < COUNT(names); i++)
        EXPORT_TO(&box, paths[i] = scratch_path(directory, names[i]), "--quiet");
    const char *const check[] = {"python3", FOREIGN_READERS, paths[0], paths[1],
                                 paths[2],  paths[3],        NULL};
    program_run(check, LIMIT_MS, &got);
    storebox_close(&box);
    if (got.exit_status == 127) {
        print_message("skipped: there is no python3\n");
        skip();
    }
    print_message("%s", got.out);
    if (got.exit_status)
        fail_msg("%s%s", got.out, got.err);
    program_result_clear(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_rows),    cmocka_unit_test(test_choice),
        cmocka_unit_test(test_statistics),      cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_foreign_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
