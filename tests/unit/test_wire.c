/* Request and answer as bytes: what goes in comes out, and nothing broken is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "extract/wire.h"

enum { MB = 1024 * 1024 };

static void fill_answer(struct worker_answer *answer, struct arena *arena)
{
    static const char *authors[] = {"Ana Šimić", "李华"};
    static struct link_record links[] = {
        {.url = "https://example.org/a", .anchor = "a", .in_body = true, .score = 0.5F}};
    static struct found_record found[] = {
        {.url = "https://example.org/1",
         .via = "feed",
         .kind = URL_ARTICLE,
         .title = "One",
         .published_ms = 12345},
        {.url = "https://example.org/2",
         .key = "https://example.org/2?a=1",
         .via = "link",
         .kind = URL_SOURCE,
         .source = KIND_FEED,
         .published_ms = MOMENT_NONE},
    };
    struct article_record *inner = arena_alloc_zeroed(arena, sizeof *inner);
    inner->title = "from an API";
    struct api_row *rows = arena_alloc_zeroed(arena, 2 * sizeof *rows);
    rows[0] = (struct api_row){.key = "1", .json = "{\"id\":1}", .article = inner};
    rows[1] = (struct api_row){.key = "2", .json = "{}"};
    *answer = (struct worker_answer){.outcome = OUTCOME_OK,
                                     .mime = "text/html",
                                     .charset = "UTF-8",
                                     .body_hash = UINT64_C(0xfedcba9876543210),
                                     .bytes_body = 77,
                                     .has_article = true,
                                     .article = {.url = "https://example.org/x",
                                                 .title = "Grüße",
                                                 .body = "Erste Zeile\nZweite",
                                                 .authors = authors,
                                                 .authors_count = COUNT(authors),
                                                 .published_ms = -5,
                                                 .published_zone_min = -330,
                                                 .modified_ms = MOMENT_NONE,
                                                 .is_article = true,
                                                 .free_access = -1},
                                     .links = links,
                                     .links_count = COUNT(links),
                                     .found = found,
                                     .found_count = COUNT(found),
                                     .api_rows = rows,
                                     .api_rows_count = 2,
                                     .source = {.kind = "rss", .hint_min = 15},
                                     .robots_body = "",
                                     .rules_told = "+1 -22"};
}

static void test_answer_comes_out_as_it_went_in(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    struct worker_answer in, out;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    fill_answer(&in, &arena);
    assert_int_equal(wire_put_answer(&bytes, &in), 0);
    assert_int_equal(wire_message_size(bytes.data, bytes.size), bytes.size);
    assert_int_equal(wire_get_answer(&out, &arena, bytes.data, bytes.size), 0);
    assert_string_equal(out.mime, "text/html");
    assert_true(out.body_hash == in.body_hash);
    assert_string_equal(out.article.title, "Grüße");
    assert_int_equal(out.article.authors_count, 2);
    assert_string_equal(out.article.authors[1], "李华");
    assert_null(out.article.lead);
    assert_true(out.article.published_ms == -5 && out.article.published_zone_min == -330);
    assert_true(out.article.modified_ms == MOMENT_NONE && out.article.free_access == -1);
    assert_int_equal(out.links_count, 1);
    assert_true(out.links[0].in_body && out.links[0].score == 0.5F);
    assert_int_equal(out.found_count, 2);
    assert_null(out.found[0].key);
    assert_int_equal(out.found[1].source, KIND_FEED);
    assert_string_equal(out.api_rows[0].article->title, "from an API");
    assert_null(out.api_rows[1].article);
    assert_int_equal(out.source.hint_min, 15);
    assert_string_equal(out.robots_body, "");
    assert_string_equal(out.rules_told, "+1 -22");
    bytes_clear(&bytes);
    arena_clear(&arena);
}

static void test_request_comes_out_as_it_went_in(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    struct worker_request out, in = {.kind = URL_SOURCE,
                                     .source = KIND_SITEMAP,
                                     .url = "https://example.org/sitemap.xml",
                                     .now_ms = 99,
                                     .body_bytes_max = 1000,
                                     .body = {"\0\xff<x>", 5}};
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    assert_int_equal(wire_put_request(&bytes, &in), 0);
    assert_int_equal(wire_get_request(&out, &arena, bytes.data, bytes.size), 0);
    assert_int_equal(out.source, KIND_SITEMAP);
    assert_int_equal(out.body.size, 5);
    assert_memory_equal(out.body.data, "\0\xff<x>", 5);
    assert_null(out.content_type);
    bytes_clear(&bytes);
    arena_clear(&arena);
}

static void test_bad_utf8_is_repaired_on_the_way(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    struct worker_answer in = {.detail = "a\xff"
                                         "b"},
                         out;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    assert_int_equal(wire_put_answer(&bytes, &in), 0);
    assert_int_equal(wire_get_answer(&out, &arena, bytes.data, bytes.size), 0);
    assert_string_equal(out.detail, "a\xef\xbf\xbd"
                                    "b");
    bytes_clear(&bytes);
    arena_clear(&arena);
}

/* Every cut and every changed byte: refused, or read as something sane; never out of bounds. */
static void test_broken_answers_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    struct worker_answer in, out;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    fill_answer(&in, &arena);
    wire_put_answer(&bytes, &in);
    for (size_t size = 0; size < bytes.size; size++) {
        char *cut = malloc(size + 1); /* of its own, so that a sanitizer sees one byte too many */
        memcpy(cut, bytes.data, size);
        assert_int_equal(wire_get_answer(&out, &arena, cut, size), ERR_INPUT);
        free(cut);
    }
    for (size_t at = 4; at < bytes.size; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes.data[at] ^= (char)(1U << bit);
            if (wire_get_answer(&out, &arena, bytes.data, bytes.size) == 0)
                assert_true(out.outcome <= OUTCOME_RELEASED && out.found_count <= WIRE_FOUND_MAX);
            bytes.data[at] ^= (char)(1U << bit);
            arena_reset(&arena);
        }
    bytes_clear(&bytes);
    arena_clear(&arena);
}

/* More than may travel is left out, at a character's end, and what arrives is believed. */
static void test_too_much_is_cut(void **state)
{
    (void)state;
    enum { MORE = 10 };
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    char *body = arena_alloc(&arena, WIRE_TEXT_BYTES_MAX + MORE);
    memset(body, 'a', WIRE_TEXT_BYTES_MAX + MORE);
    memcpy(body + WIRE_TEXT_BYTES_MAX - 1, "\xc3\xa9", 2);
    body[WIRE_TEXT_BYTES_MAX + MORE - 1] = '\0';
    size_t authors_count = WIRE_LIST_MAX + MORE, links_count = WIRE_LIST_MAX + MORE;
    const char **authors = arena_alloc(&arena, authors_count * sizeof *authors);
    struct link_record *links = arena_alloc_zeroed(&arena, links_count * sizeof *links);
    struct api_row *rows = arena_alloc_zeroed(&arena, links_count * sizeof *rows);
    for (size_t i = 0; i < links_count; i++) {
        authors[i] = "A";
        links[i].url = "https://example.org/";
        rows[i] = (struct api_row){.key = "1", .json = "{}"};
    }
    struct worker_answer out,
        in = {.has_article = true,
              .article = {.body = body, .authors = authors, .authors_count = authors_count},
              .links = links,
              .links_count = links_count,
              .api_rows = rows,
              .api_rows_count = links_count};
    assert_int_equal(wire_put_answer(&bytes, &in), 0);
    assert_int_equal(wire_get_answer(&out, &arena, bytes.data, bytes.size), 0);
    assert_int_equal(strlen(out.article.body), WIRE_TEXT_BYTES_MAX - 1);
    assert_int_equal(out.article.authors_count, WIRE_LIST_MAX);
    assert_int_equal(out.links_count, WIRE_LIST_MAX);
    assert_int_equal(out.api_rows_count, WIRE_LIST_MAX);
    bytes_clear(&bytes);
    arena_clear(&arena);
}

static void test_a_message_has_an_end(void **state)
{
    (void)state;
    struct bytes bytes;
    char *body = calloc(1, WIRE_MESSAGE_BYTES_MAX); /* never written to: takes no memory */
    struct worker_request request = {.url = "https://example.org/",
                                     .body = {body, WIRE_MESSAGE_BYTES_MAX}};
    assert_non_null(body);
    bytes_init(&bytes, 0);
    assert_int_equal(wire_put_request(&bytes, &request), ERR_TOO_LARGE);
    bytes_clear(&bytes);
    free(body);
}

static void test_an_answer_has_an_end(void **state)
{
    static const struct {
        const char *name;
        unsigned kind, source;
        size_t size, decoded_max;
        size_t expected;
    } cases[] = {
        {"a page, once unpacked", URL_ARTICLE, KIND_NO_SOURCE, MB, 8 * MB, 32 * MB},
        {"a small page", URL_ARTICLE, KIND_NO_SOURCE, MB / 100, 8 * MB, 8 * MB + MB / 100 * 300},
        {"nothing", URL_ARTICLE, KIND_NO_SOURCE, 0, 8 * MB, 8 * MB},
        {"a sitemap", URL_SOURCE, KIND_SITEMAP, 50 * MB, 64 * MB, 72 * MB},
        {"a feed", URL_SOURCE, KIND_FEED, 10 * MB, 16 * MB, 24 * MB},
        {"an API's answer", URL_SOURCE, KIND_API, 10 * MB, 16 * MB, 56 * MB},
        {"a front page", URL_SOURCE, KIND_FRONT, 10 * MB, 16 * MB, 56 * MB},
        {"robots.txt", URL_ROBOTS, KIND_NO_SOURCE, 1000, 8 * MB, 8 * MB + 300 * 1000},
        {"whatever is allowed", URL_ARTICLE, KIND_NO_SOURCE, 10 * MB, SIZE_MAX,
         WIRE_MESSAGE_BYTES_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct worker_request request = {.kind = cases[i].kind,
                                         .source = cases[i].source,
                                         .body_bytes_max = cases[i].decoded_max,
                                         .body = {NULL, cases[i].size}};
        size_t got = wire_answer_bytes_max(&request);
        if (got != cases[i].expected)
            fail_msg("%s: %zu, expected %zu", cases[i].name, got, cases[i].expected);
    }
}

/* Many empty texts take six times as much memory as they are long: they are refused where the arena
 * would end the program. */
static void test_an_answer_fits_into_its_arena(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes bytes;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    size_t count = WIRE_LIST_MAX, rows_count = 20;
    const char **tags = arena_alloc(&arena, count * sizeof *tags);
    struct api_row *rows = arena_alloc_zeroed(&arena, rows_count * sizeof *rows);
    for (size_t i = 0; i < count; i++)
        tags[i] = "";
    const struct article_record article = {.tags = tags, .tags_count = count};
    for (size_t i = 0; i < rows_count; i++)
        rows[i] = (struct api_row){.key = "1", .json = "{}", .article = &article};
    struct worker_answer out, in = {.api_rows = rows, .api_rows_count = rows_count};
    assert_int_equal(wire_put_answer(&bytes, &in), 0);
    assert_int_equal(wire_get_answer(&out, &arena, bytes.data, bytes.size), 0);
    struct arena small;
    for (size_t most = MB; most < 16 * MB; most += MB) {
        arena_init(&small, most);
        int err = wire_get_answer(&out, &small, bytes.data, bytes.size);
        assert_true(err == 0 || (err == ERR_INPUT && most < 14 * MB));
        assert_true(err || most > 9 * MB);
        arena_clear(&small);
    }
    bytes_clear(&bytes);
    arena_clear(&arena);
}

/* What an honest worker never says. */
static void test_nonsense_is_refused(void **state)
{
    (void)state;
    struct link_record link = {.anchor = "no URL"};
    struct found_record none = {.via = "feed"}, from_nowhere = {.url = "https://example.org/"},
                        of_no_kind = {.url = "https://example.org/",
                                      .via = "feed",
                                      .kind = (enum url_kind)(URL_PAGE + 1)},
                        of_no_source = {.url = "https://example.org/",
                                        .via = "feed",
                                        .source = (enum source_kind)(KIND_API + 1)};
    struct api_row no_key = {.json = "{}"}, no_json = {.key = "1"};
    const struct worker_answer answers[] = {
        {.outcome = OUTCOME_RELEASED + 1},          {.links = &link, .links_count = 1},
        {.found = &none, .found_count = 1},         {.found = &from_nowhere, .found_count = 1},
        {.found = &of_no_kind, .found_count = 1},   {.found = &of_no_source, .found_count = 1},
        {.api_rows = &no_key, .api_rows_count = 1}, {.api_rows = &no_json, .api_rows_count = 1},
    };
    struct arena arena;
    struct bytes bytes;
    struct worker_answer out;
    arena_init(&arena, 0);
    bytes_init(&bytes, 0);
    for (size_t i = 0; i < COUNT(answers); i++) {
        bytes.size = 0;
        assert_int_equal(wire_put_answer(&bytes, &answers[i]), 0);
        if (wire_get_answer(&out, &arena, bytes.data, bytes.size) != ERR_INPUT)
            fail_msg("answer %zu is believed", i);
    }
    bytes_clear(&bytes);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer_comes_out_as_it_went_in),
        cmocka_unit_test(test_request_comes_out_as_it_went_in),
        cmocka_unit_test(test_bad_utf8_is_repaired_on_the_way),
        cmocka_unit_test(test_broken_answers_are_refused),
        cmocka_unit_test(test_too_much_is_cut),
        cmocka_unit_test(test_a_message_has_an_end),
        cmocka_unit_test(test_an_answer_has_an_end),
        cmocka_unit_test(test_an_answer_fits_into_its_arena),
        cmocka_unit_test(test_nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
