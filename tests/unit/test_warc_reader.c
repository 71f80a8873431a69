/* WARC files as they are out there, and those that are none. */
#include "exchange/warc_reader.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "support/scratch.h"
#include "support/site.h"

enum { BLOCK_BYTES_MAX = 64 };

#define RECORD(fields, block) "WARC/1.0\r\n" fields "\r\n" block "\r\n\r\n"
#define RESPONSE(length)      "WARC-Type: response\r\nContent-Length: " length "\r\n"

/* What stands in a file, one record in brackets: type target date ip, block. */
static const struct {
    const char *name, *text, *records;
    int end;
} files[] = {
    {"all fields",
     RECORD("WARC-Type: response\r\nWARC-Target-URI: <https://a.example/>\r\nWARC-Date: "
            "2026-01-17T08:30:00Z\r\nWARC-IP-Address: 192.0.2.1\r\nContent-Length: 5\r\n",
            "hello"),
     "[response https://a.example/ 1768638600000 192.0.2.1 hello]", 0},
    {"line feeds alone, other case, blanks",
     "WARC/0.18\nwarc-type:response \nCONTENT-LENGTH:  2\nno field\nwarc-target-uri: b\n\nhi",
     "[response b - - hi]", 0},
    {"a date that is none", RECORD("WARC-Date: then\r\n" RESPONSE("0"), ""), "[response - - - ]",
     0},
    {"an address that is a bracket", RECORD("WARC-Target-URI: <>\r\n" RESPONSE("0"), ""),
     "[response <> - - ]", 0},
    {"blocks of other records are passed over",
     RECORD("WARC-Type: request\r\nContent-Length: 3\r\n", "abc")
         RECORD("Content-Length: 1\r\n", "d") RECORD(RESPONSE("1"), "e"),
     "[request - - - ][- - - - ][response - - - e]", 0},
    {"a block that is too long is cut",
     RECORD(RESPONSE("70"),
            "0123456789012345678901234567890123456789012345678901234567890123456789"),
     "[response - - - 0123456789012345678901234567890123456789012345678901234567890123 cut]", 0},
    {"one that fits is whole",
     RECORD(RESPONSE("64"), "0123456789012345678901234567890123456789012345678901234567890123"),
     "[response - - - 0123456789012345678901234567890123456789012345678901234567890123]", 0},
    {"no line between records",
     "WARC/1.0\r\n" RESPONSE("1") "\r\naWARC/1.0\r\n" RESPONSE("1") "\r\nb",
     "[response - - - a][response - - - b]", 0},
    {"nothing", "", "", 0},
    {"no WARC", "GET / HTTP/1.1\r\n\r\n", "", ERR_INPUT},
    {"too short a line", "WARC/\r\n", "", ERR_INPUT},
    {"cut in its fields", "WARC/1.0\r\nWARC-Type: resp", "", ERR_INPUT},
    {"cut behind its fields", "WARC/1.0\r\nWARC-Type: response\r\n", "", ERR_INPUT},
    {"cut in its block", "WARC/1.0\r\n" RESPONSE("9") "\r\nabc", "", ERR_INPUT},
};

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void append_record(struct bytes *out, const struct warc_record *record)
{
    char line[512], date[32] = "-";
    if (record->date_ms != INT64_MIN)
        snprintf(date, sizeof date, "%jd", (intmax_t)record->date_ms);
    snprintf(line, sizeof line, "[%s %s %s %s %.*s%s]", or_dash(record->type),
             or_dash(record->target), date, or_dash(record->ip), (int)record->block.size,
             record->block.size ? record->block.data : "", record->cut ? " cut" : "");
    bytes_append_string(out, line);
}

/* Returns how the file ends; *out are its records. */
static int read_all(const char *path, struct bytes *out)
{
    struct warc_reader *reader;
    struct warc_record record;
    int more;
    assert_int_equal(warc_reader_open(&reader, path, BLOCK_BYTES_MAX), 0);
    while ((more = warc_reader_next(reader, &record)) == 1)
        append_record(out, &record);
    assert_true(more != 0 || warc_reader_next(reader, &record) == 0);
    warc_reader_close(reader);
    return more;
}

static const char *written(const struct bytes *bytes)
{
    const char *path = scratch_path(scratch_directory(), "x.warc");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->size, file), bytes->size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++)
        for (int packed = 0; packed < 2; packed++) {
            struct bytes text, got;
            bytes_init(&text, 0);
            bytes_init(&got, 0);
            bytes_append_string(&text, files[i].text);
            bytes_append_string(&got, "");
            if (packed)
                site_gzip(&text);
            int end = read_all(written(&text), &got);
            const char *records = got.size ? got.data : "";
            if (end != files[i].end || strcmp(records, files[i].records) != 0)
                fail_msg("%s%s: %s, then %d", files[i].name, packed ? ", packed" : "", records,
                         end);
            bytes_clear(&text);
            bytes_clear(&got);
        }
}

static void test_packed_in_pieces(void **state)
{
    struct bytes one, all, got;
    (void)state;
    bytes_init(&one, 0);
    bytes_init(&all, 0);
    bytes_init(&got, 0);
    bytes_append_string(&one, RECORD(RESPONSE("1"), "a"));
    site_gzip(&one);
    bytes_append(&all, one.data, one.size);
    bytes_append(&all, one.data, one.size);
    assert_int_equal(read_all(written(&all), &got), 0);
    assert_string_equal(got.data, "[response - - - a][response - - - a]");

    got.size = 0;
    all.size -= 4; /* the second one is cut short */
    assert_int_equal(read_all(written(&all), &got), ERR_INPUT);
    assert_string_equal(got.data, "[response - - - a][response - - - a]");

    got.size = 0;
    all.size = one.size;
    bytes_append_string(&all, "no gzip");
    assert_int_equal(read_all(written(&all), &got), ERR_INPUT);
    assert_string_equal(got.data, "[response - - - a]");
    bytes_clear(&one);
    bytes_clear(&all);
    bytes_clear(&got);
}

/* Lines and fields without end are refused, whatever they are. */
static void test_too_much(void **state)
{
    struct bytes text, got;
    (void)state;
    for (int is_line = 0; is_line < 2; is_line++) {
        bytes_init(&text, 0);
        bytes_init(&got, 0);
        bytes_append_string(&text, "WARC/1.0\r\n");
        while (text.size < 200000)
            bytes_append_string(&text, is_line ? "aaaaaaaaaaaaaa" : "a: b\r\n");
        assert_int_equal(read_all(written(&text), &got), ERR_INPUT);
        assert_int_equal(got.size, 0);
        bytes_clear(&text);
        bytes_clear(&got);
    }
    struct warc_reader *reader;
    assert_int_equal(warc_reader_open(&reader, "/nowhere/at/all", 1), ERR_IO);
    assert_int_equal(warc_reader_open(&reader, "/", 1), ERR_IO);
}

static const struct {
    const char *name, *block;
    int status; /* -1: no answer */
    const char *head, *body;
} answers[] = {
    {"an answer", "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 200, "HTTP/1.1 200 OK\r\nA: b\r\n",
     "body"},
    {"line feeds alone", "HTTP/1.0 404\nA: b\n\nx", 404, "HTTP/1.0 404\nA: b\n", "x"},
    {"no fields", "HTTP/2 204 \r\n\r\n", 204, "HTTP/2 204 \r\n", ""},
    {"chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n"
     "0123456789\r\n0\r\n\r\n",
     200, "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n", "abc0123456789"},
    {"chunks that are cut",
     "HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n3\r\nabc\r\nff\r\nde", 200,
     "HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n", "abcde"},
    {"chunks by line feeds", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1 \na\n1\tx\nb\n0\n",
     200, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n", "ab"},
    {"chunks that were taken off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>x", 200,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "<p>x"},
    {"a text that begins like a chunk",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nbad\n", 200,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", ""},
    {"a number too long for a chunk",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\na", 200,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "123456789\r\na"},
    {"another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n1\r\na", 200,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", "1\r\na"},
    {"no coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n\r\nx", 200,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n", "x"},
    {"no number", "HTTP/1.1 abc\r\n\r\n", 0, "HTTP/1.1 abc\r\n", ""},
    {"too short", "HTTP/1.1 20", -1, NULL, NULL},
    {"no HTTP", "ICY 200 OK\r\n\r\nabc", -1, NULL, NULL},
    {"no blank", "HTTP/1.1/200/OK\r\n\r\n", -1, NULL, NULL},
    {"no end", "HTTP/1.1 200 OK\r\nA: b\r\n", -1, NULL, NULL},
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct warc_answer answer;
        size_t size = strlen(answers[i].block);
        char *block = alloc_bytes(size); /* chunks are joined in place; no NUL, for sanitizers */
        memcpy(block, answers[i].block, size);
        int err = warc_answer_parse(&answer, (struct span){block, size});
        if (answers[i].status < 0 ? err != ERR_INPUT
                                  : err || answer.status != answers[i].status ||
                                        !span_equals(answer.head, answers[i].head) ||
                                        !span_equals(answer.body, answers[i].body))
            fail_msg("%s: error %d, status %d, head '%.*s', body '%.*s'", answers[i].name, err,
                     answer.status, (int)answer.head.size, answer.head.data, (int)answer.body.size,
                     answer.body.data);
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_packed_in_pieces),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
