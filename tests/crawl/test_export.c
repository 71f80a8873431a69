/* test_export.c - what crawler export writes, and what it refuses. */
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
#include "base/bytes.h"
#include "support/program.h"
#include "support/scratch.h"
#include "support/storebox.h"

enum { LIMIT_MS = 60000, WORDS_MAX = 16 };

/* Runs `crawler export --sites DB` with further words that end with NULL. */
static void export_with(struct program_result *out, const struct storebox *box,
                        const char *const *words)
{
    const char *arguments[WORDS_MAX + 8] = {CRAWLER_PROGRAM, "export", "--sites", box->path};
    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        arguments[i + 4] = words[i];
    program_wait(program_start(arguments, NULL), LIMIT_MS, out);
}

#define EXPORT(out, box, ...) export_with(out, box, (const char *const[]){__VA_ARGS__, NULL})

/* Three articles of two sites: /1 and /2 of a.example, /1 of b.example, a day apart from T0 on. */
static void fill(struct storebox *box)
{
    static const char *const urls[] = {"https://a.example/1", "https://a.example/2",
                                       "https://b.example/1"};
    static const char *const titles[] = {"Plain words", "A \"quoted\" one, with a comma", NULL};
    static const char *const bodies[] = {"One line.\nAnother line of the harbour.",
                                         "Tab\tand bell\a and \xe2\x82\xac and back\\slash",
                                         "Third \xff text"};
    storebox_open(box);
    storebox_add(box, "page", urls[0]);
    storebox_add(box, "page", urls[1]);
    storebox_add(box, "page", urls[2]);
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 3);
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct result_record result =
            storebox_result(storebox_leased(box, urls[i]), T0 + (int64_t)i * MINUTE);
        struct article_record article = storebox_article(titles[i], bodies[i]);
        article.url = urls[i];
        article.lang = i ? "de" : "en";
        article.published_ms = i == 2 ? MOMENT_NONE : T0 - (int64_t)(i + 1) * DAY;
        article.published_has_time = true;
        result.article = &article;
        assert_true(storebox_commit(box, &result).article_new);
    }
    storebox_end(box, T0 + HOUR);
}

/* How many articles come with these words. */
static size_t count_with(const struct storebox *box, const char *const *words)
{
    struct program_result got;
    size_t lines = 0;
    export_with(&got, box, words);
    if (got.exit_status)
        fail_msg("%s: exit status %d: %s", words[0], got.exit_status, got.err);
    for (size_t i = 0; i < got.out_size; i++)
        lines += got.out[i] == '\n';
    program_result_clear(&got);
    return lines;
}

static void test_json_lines(void **state)
{
    struct storebox box;
    struct program_result got;
    (void)state;
    fill(&box);
    EXPORT(&got, &box, "--format", "jsonl");
    assert_int_equal(got.exit_status, 0);
    size_t lines = 0;
    for (char *rest = got.out, *line; (line = strsep(&rest, "\n")) && *line; lines++) {
        json_error_t error;
        json_t *row = json_loads(line, 0, &error);
        if (!row)
            fail_msg("%s: %s", error.text, line);
        const char *url = json_string_value(json_object_get(row, "url"));
        const char *body = json_string_value(json_object_get(row, "body"));
        assert_true(json_is_integer(json_object_get(row, "words")));
        assert_true(json_is_null(json_object_get(row, "gone")));
        if (strcmp(url, "https://a.example/2") == 0) {
            assert_string_equal(body, "Tab\tand bell\a and \xe2\x82\xac and back\\slash");
            assert_string_equal(json_string_value(json_object_get(row, "title")),
                                "A \"quoted\" one, with a comma");
        }
        if (strcmp(url, "https://b.example/1") == 0) {
            assert_true(json_is_null(json_object_get(row, "title")));
            assert_string_equal(body, "Third \xef\xbf\xbd text");
        }
        json_decref(row);
    }
    assert_int_equal(lines, 3);
    program_result_clear(&got);
    storebox_close(&box);
}

static void test_csv(void **state)
{
    struct storebox box;
    struct program_result got;
    (void)state;
    fill(&box);
    EXPORT(&got, &box, "--format", "csv", "--site", "a.example");
    assert_int_equal(got.exit_status, 0);
    static const char *const parts[] = {
        "article_id,domain,site,country,url,title,lead,body,words,lang,",
        "\r\n1,a.example,,,https://a.example/1,Plain words,,"
        "\"One line.\nAnother line of the harbour.\",7,en,,2025-06-14T15:06:40Z,",
        "\r\n2,a.example,,,https://a.example/2,\"A \"\"quoted\"\" one, with a comma\",,Tab\t",
    };
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!strstr(got.out, parts[i]))
            fail_msg("not '%s' in '%s'", parts[i], got.out);
    assert_memory_equal(got.out + got.out_size - 2, "\r\n", 2);
    program_result_clear(&got);
    EXPORT(&got, &box, "--format", "csv", "--site", "nobody.example");
    assert_int_equal(got.exit_status, 0);
    assert_memory_equal(got.out, "article_id,", 11); /* the names all the same */
    program_result_clear(&got);
    storebox_close(&box);
}

static void test_choice(void **state)
{
    static const struct {
        const char *words[6];
        size_t count;
    } cases[] = {
        {{"--quiet"}, 3},
        {{"--site", "a.example"}, 2},
        {{"--site", "example"}, 0},
        {{"--where", "lang = 'de'"}, 2},
        {{"--where", "lang = 'de'", "--site", "a.example"}, 1},
        {{"--where", "lang = 'en' OR lang = 'de'", "--site", "b.example"}, 1},
        {{"--where", "title LIKE '%comma%' -- a remark"}, 1},
        {{"--where", "article_id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH "
                     "'harbour')"},
         1},
        {{"--since", "2025-06-14"}, 2},
        {{"--since", "2025-06-14T15:06:41Z"}, 1},
        {{"--until", "2025-06-13"}, 1},
        {{"--since", "2025-06-13", "--until", "2025-06-14"}, 2},
        /* brackets that are not its own widen nothing but the condition itself */
        {{"--where", "lang = 'fr') OR (lang = 'de'", "--site", "a.example"}, 1},
    };
    struct storebox box;
    (void)state;
    fill(&box);
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t count = count_with(&box, cases[i].words);
        if (count != cases[i].count)
            fail_msg("%s %s: %zu articles, expected %zu", cases[i].words[0], cases[i].words[1],
                     count, cases[i].count);
    }
    storebox_close(&box);
}

/* One line, exit 2, and the database as it was. */
static void test_refused_conditions(void **state)
{
    static const struct {
        const char *where, *says;
    } cases[] = {
        {"titel = 'x'", "no such column: titel"},
        {"lang = ", "syntax error"},
        {"lang = 'de'); DELETE FROM articles; --", "more than one"},
        {"1; DROP TABLE articles", "syntax error"},
        {"load_extension('x') IS NULL", "not authorized"},
        {"1 /*", "can't be used"},
        {"article_id IN (DELETE FROM articles RETURNING 1)", "syntax error"},
        {"(SELECT 1 FROM pragma_journal_mode('delete'))", "can't be used"},
        {"1) ORDER BY nothing(", "can't be used"},
        {"", "can't be used"},
    };
    struct storebox box;
    (void)state;
    fill(&box);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct program_result got;
        EXPORT(&got, &box, "--where", cases[i].where);
        const char *line_end = strchr(got.err, '\n');
        if (got.exit_status != 2 || !strstr(got.err, cases[i].says) || !line_end || line_end[1])
            fail_msg("%s: exit status %d: %s", cases[i].where, got.exit_status, got.err);
        assert_string_equal(got.out, "");
        program_result_clear(&got);
        storebox_expect(&box, "SELECT count(*) FROM articles", "3");
    }
    storebox_close(&box);
}

static char *contents(const char *path)
{
    char *text = alloc_zeroed(1, 65536);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(read(fd, text, 65535) >= 0);
    close(fd);
    return text;
}

/* A file that was there is replaced by a whole one, or stays. */
static void test_file_appears_whole(void **state)
{
    struct storebox box;
    struct program_result got;
    const char *directory = scratch_directory();
    char *path = alloc_string(scratch_file(directory, "out.csv", "old"));
    (void)state;
    fill(&box);
    EXPORT(&got, &box, "-o", path, "--where", "nonsense");
    assert_int_equal(got.exit_status, 2);
    program_result_clear(&got);
    char *text = contents(path);
    assert_string_equal(text, "old");
    free(text);
    EXPORT(&got, &box, "-o", path);
    assert_int_equal(got.exit_status, 0);
    assert_string_equal(got.out, "");
    assert_non_null(strstr(got.err, "3 articles, "));
    program_result_clear(&got);
    text = contents(path);
    assert_memory_equal(text, "article_id,", 11);
    free(text);
    EXPORT(&got, &box, "--to", "/nowhere/at/all.csv");
    assert_int_equal(got.exit_status, 3);
    assert_non_null(strstr(got.err, "cannot write /nowhere/at/all.csv: "));
    program_result_clear(&got);
    /* nothing half made is left beside it */
    const char *const list[] = {"ls", "-A", directory, NULL};
    program_run(list, LIMIT_MS, &got);
    assert_string_equal(got.out, "out.csv\n");
    program_result_clear(&got);
    free(path);
    storebox_close(&box);
}

static void test_full_disk(void **state)
{
    struct storebox box;
    struct program_result got;
    (void)state;
    fill(&box);
    if (access("/dev/full", W_OK) == 0) {
        EXPORT(&got, &box, "--to", "/dev/full");
        assert_int_equal(got.exit_status, 6);
        assert_non_null(strstr(got.err, "No space left"));
        program_result_clear(&got);
    }
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_lines),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_refused_conditions),
        cmocka_unit_test(test_file_appears_whole),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
