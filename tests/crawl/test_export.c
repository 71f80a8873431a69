/* test_export.c - what crawler export writes, and what it refuses. Other people's readers of these
 * formats are for people to run; here the bytes are compared. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
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
    EXPORT(&got, &box, "--format", "csv", "--where", "0");
    assert_int_equal(got.exit_status, 0);
    assert_memory_equal(got.out, "article_id,", 11); /* the names all the same */
    program_result_clear(&got);
    EXPORT(&got, &box, "--site", "c.example"); /* a slip of the keyboard is no empty file */
    assert_int_equal(got.exit_status, 2);
    assert_string_equal(got.err, "crawler export: there is no site 'c.example', did you mean "
                                 "'a.example'? See crawler sites\n");
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
        {{"--site", "https://www.a.example/1"}, 2},
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

/* An export shows the database as it was when it began, however slowly it is read; who writes
 * meanwhile does not wait. */
static void test_one_state(void **state)
{
    struct storebox box;
    struct program_result got;
    char script[1024];
    const char *directory = scratch_directory();
    const char *begun = scratch_path(directory, "begun"), *go = scratch_path(directory, "go");
    const struct timespec pause = {.tv_nsec = 5000000};
    (void)state;
    fill(&box);
    storebox_do(&box, "UPDATE articles SET title = 'now', body = hex(randomblob(400000))");
    snprintf(script, sizeof script,
             "'%s' export --sites '%s' -q | (dd bs=1 count=1 2>/dev/null; : >'%s';"
             " while [ ! -e '%s' ]; do sleep 0.02; done; cat) | tr , '\\n' | grep '\"title\":'",
             CRAWLER_PROGRAM, box.path, begun, go);
    const char *const arguments[] = {"sh", "-c", script, NULL};
    struct program *program = program_start(arguments, NULL);
    while (access(begun, F_OK) && program_running(program))
        nanosleep(&pause, NULL);
    storebox_do(&box, "UPDATE articles SET title = 'later';"
                      "DELETE FROM articles WHERE article_id > 1");
    scratch_file(directory, "go", "");
    program_wait(program, LIMIT_MS, &got);
    assert_string_equal(got.out, "\"title\":\"now\"\n\"title\":\"now\"\n\"title\":\"now\"\n");
    program_result_clear(&got);
    storebox_close(&box);
}

/* ---- WARC ---- */

#define HEAD "HTTP/2 200\nContent-Type: text/html\nTransfer-Encoding: chunked\nContent-Length: 99"

/* /1 of a.example three times: the second time as before, the third time changed. */
static void fill_pages(struct storebox *box)
{
    static const char page[] = "<p>one</p>";
    storebox_open(box);
    storebox_add(box, "page", "https://a.example/1?x=y");
    storebox_begin(box, T0);
    assert_int_equal(storebox_lease(box, T0, 10), 1);
    struct result_record result = storebox_result(storebox_leased(box, "/1?x=y"), T0);
    struct article_record article = storebox_article("A title", "Words");
    article.url = "https://a.example/1?x=y";
    result.article = &article;
    result.fetch.ip = "192.0.2.7";
    result.raw = (struct raw_record){
        .headers = HEAD, .body = page, .body_size = strlen(page), .codec = "none"};
    storebox_commit(box, &result);
    storebox_end(box, T0 + HOUR);
    storebox_do(box, "INSERT INTO raw_pages(raw_id, body_hash, last_ms, codec, headers, body)"
                     " SELECT 7, 7, last_ms, codec, headers, CAST('<p>other</p>' AS BLOB)"
                     "   FROM raw_pages;"
                     "INSERT INTO fetches(run_id, url_id, attempt, started_ms, status, raw_id,"
                     "                    truncated)"
                     " SELECT run_id, url_id, 1, started_ms + n * 86400000, 200, raw, cut"
                     "   FROM fetches, (SELECT 40 n, 1 raw, 0 cut UNION SELECT 80, 7, 1)");
}

static void expect_parts(const char *text, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(text, parts[i]);
        if (!found)
            fail_msg("not '%s' in '%s'", parts[i], text);
        text = found + strlen(parts[i]);
    }
}

/* The digests are those that Python's hashlib and base64 give. */
static void test_warc(void **state)
{
    static const char *const parts[] = {
        "WARC/1.1\r\nWARC-Type: warcinfo\r\n",
        "\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:",
        "WARC-Date: 2025-06-15T15:06:40.000Z\r\nWARC-Target-URI: https://a.example/1?x=y\r\n"
        "WARC-IP-Address: 192.0.2.7\r\n"
        "WARC-Payload-Digest: sha1:3CURHRYR54XL2CVXV2KABN2Y3JA4O4B2\r\n",
        "Content-Type: application/http;msgtype=response\r\nContent-Length: ",
        "\r\n\r\nHTTP/1.1 200\r\nContent-Type: text/html\r\n"
        "X-Crawler-Transfer-Encoding: chunked\r\nX-Crawler-Content-Length: 99\r\n"
        "Content-Length: 10\r\n\r\n<p>one</p>\r\n\r\nWARC/1.1\r\nWARC-Type: request\r\n",
        "WARC-Concurrent-To: <urn:uuid:",
        "\r\n\r\nGET /1?x=y HTTP/1.1\r\nHost: a.example\r\n\r\n\r\n\r\n",
        "WARC-Type: revisit\r\n",
        "WARC-Date: 2025-07-25T15:06:40.000Z\r\n",
        "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n",
        "WARC-Refers-To-Date: 2025-06-15T15:06:40.000Z\r\n"
        "WARC-Payload-Digest: sha1:3CURHRYR54XL2CVXV2KABN2Y3JA4O4B2\r\n",
        "Content-Length: 10\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: request",
        "WARC-Type: response\r\n",
        "WARC-Truncated: length\r\n",
        "\r\n\r\n<p>other</p>\r\n\r\n",
    };
    struct storebox box;
    struct program_result got;
    const char *directory = scratch_directory(), *path = scratch_path(directory, "x.warc");
    (void)state;
    fill_pages(&box);
    EXPORT(&got, &box, "-o", path);
    assert_int_equal(got.exit_status, 0);
    assert_non_null(strstr(got.err, "3 pages, "));
    program_result_clear(&got);
    char *text = contents(path);
    expect_parts(text, parts, COUNT(parts));
    free(text);
    storebox_close(&box);
}

/* Every record is a gzip member, every file begins with its warcinfo, and all together hold what
 * one file would. */
static void test_warc_rotates(void **state)
{
    static const char *const names[] = {"x-00001.warc.gz", "x-00002.warc.gz", "x-00003.warc.gz"};
    struct storebox box;
    struct program_result got;
    const char *directory = scratch_directory(), *path = scratch_path(directory, "x.warc.gz");
    (void)state;
    fill_pages(&box);
    EXPORT(&got, &box, "-o", path, "--rotate", "1");
    assert_int_equal(got.exit_status, 0);
    program_result_clear(&got);
    const char *const list[] = {"ls", "-A", directory, NULL};
    program_run(list, LIMIT_MS, &got);
    assert_string_equal(got.out, "x-00001.warc.gz\nx-00002.warc.gz\nx-00003.warc.gz\n");
    program_result_clear(&got);
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *const unpack[] = {"gzip", "-dc", scratch_path(directory, names[i]), NULL};
        program_run(unpack, LIMIT_MS, &got);
        assert_int_equal(got.exit_status, 0);
        assert_memory_equal(got.out, "WARC/1.1\r\nWARC-Type: warcinfo", 29);
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
        cmocka_unit_test(test_one_state),
        cmocka_unit_test(test_warc),
        cmocka_unit_test(test_warc_rotates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
