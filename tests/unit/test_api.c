#include "discover/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"

static struct api_answer parse(struct arena *arena, const char *json,
                               const struct api_mapping *mapping)
{
    struct api_answer answer;
    assert_int_equal(
        api_parse(&answer, arena, json, strlen(json), "https://a.example/api/posts", mapping), 0);
    return answer;
}

static const struct {
    const char *name, *json, *items, *shape;
    const char *keys, *first; /* the records' keys, the first record */
} shapes[] = {
    {"an array", "[{\"id\":7, \"b\":1},{\"id\":\"x\"}]", NULL, "array", "7 x ",
     "{\"id\":7,\"b\":1}"},
    {"an object that holds one", "{\"ok\":true,\"hits\":[{\"uuid\":\"u\"}],\"tags\":[\"a\"]}", NULL,
     "object", "u ", "{\"uuid\":\"u\"}"},
    {"one that is wrapped twice", "{\"data\":{\"n\":1,\"rows\":[{\"slug\":\"s\"}]}}", NULL,
     "object", "s ", "{\"slug\":\"s\"}"},
    {"one object", "{\"a\":1,\"b\":[1,2]}", NULL, "object", "#0 ", "{\"a\":1,\"b\":[1,2]}"},
    {"the largest of several", "{\"a\":[{}],\"b\":[{\"id\":1},{\"id\":2}],\"c\":[{}]}", NULL,
     "object", "1 2 ", "{\"id\":1}"},
    {"the largest of several that are wrapped",
     "{\"a\":{\"b\":[{}],\"c\":[{\"id\":1},{\"id\":2}],\"d\":[{}]},\"e\":1}", NULL, "object",
     "1 2 ", "{\"id\":1}"},
    {"keys that are numbers, and what is no key",
     "[{\"id\":1.5},{\"id\":true,\"guid\":\"g\"},{\"id\":{\"n\":1},\"slug\":\"s\"},{\"a\":1}]",
     NULL, "array", "1.5 g s #3 ", "{\"id\":1.5}"},
    {"one article of WordPress",
     "{\"id\":5,\"date\":\"2024-05-03T12:00:00\",\"link\":\"https://a.example/p\",\"title\":"
     "{\"rendered\":\"T\"}}",
     NULL, "wordpress", "5 ", NULL},
    {"nearly WordPress", "[{\"id\":5,\"link\":\"/p\",\"title\":{\"rendered\":\"T\"}}]", NULL,
     "array", "5 ", NULL},
    {"no JSON Feed", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":7}", NULL, "object",
     "#0 ", NULL},
    {"a pointer", "{\"a\":{\"b/c\":[{\"id\":1}]},\"d\":[{},{}]}", "/a/b~1c", "object", "1 ",
     "{\"id\":1}"},
    {"a pointer into an array", "[{\"rows\":[{\"id\":1}]}]", "/0/rows", "array", "1 ",
     "{\"id\":1}"},
    {"no records", "[]", NULL, "array", "", NULL},
    {"records that are no objects", "[1,\"two\",null]", NULL, "array", "#0 #1 #2 ", "1"},
    {"WordPress",
     "[{\"id\":5,\"date\":\"2024-05-03T12:00:00\",\"link\":\"https://a.example/p\",\"title\":"
     "{\"rendered\":\"T\"}}]",
     NULL, "wordpress", "5 ", NULL},
    {"JSON Feed",
     "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"9\",\"url\":\"/p\"}]}",
     NULL, "jsonfeed", "9 ", NULL},
};

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        struct api_mapping mapping = {.items = shapes[i].items};
        struct api_answer answer = parse(&arena, shapes[i].json, &mapping);
        const char *keys = "";
        for (size_t k = 0; k < answer.records_count; k++)
            keys = arena_format(&arena, "%s%s ", keys, answer.records[k].key);
        if (strcmp(answer.shape, shapes[i].shape) != 0 || strcmp(keys, shapes[i].keys) != 0 ||
            (shapes[i].first && strcmp(answer.records[0].json, shapes[i].first) != 0))
            fail_msg("%s: got %s, keys %s", shapes[i].name, answer.shape, keys);
        arena_clear(&arena);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *json, *items;
        int expected;
    } cases[] = {
        {"", NULL, ERR_INPUT},        {"<html>", NULL, ERR_INPUT},
        {"[{]", NULL, ERR_INPUT},     {"{\"a\":1}", "/b", ERR_NOT_FOUND},
        {"[1]", "/1", ERR_NOT_FOUND}, {"[1]", "/x", ERR_NOT_FOUND},
        {"[1]", "/", ERR_NOT_FOUND},  {"[1]", "/0000000000", ERR_NOT_FOUND},
        {"7", NULL, ERR_INPUT},       {"{\"a\":{\"b\":1}}", "/a/b/c", ERR_NOT_FOUND},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct api_answer answer;
        struct api_mapping mapping = {.items = cases[i].items};
        arena_init(&arena, 0);
        assert_int_equal(
            api_parse(&answer, &arena, cases[i].json, strlen(cases[i].json), NULL, &mapping),
            cases[i].expected);
        arena_clear(&arena);
    }
}

static void test_mapped_article(void **state)
{
    (void)state;
    static const char json[] =
        "{\"rows\":[{\"path\":\"/news/1\",\"head\":\"A &amp; B\",\"at\":1714723200,\"text\":"
        "\"<p>One</p><ul><li>two</li></ul>\",\"by\":[{\"name\":\"Ann\"},\"Bob\"],\"kw\":[\"x\"]},"
        "{\"head\":\"no address\"}],\"next\":\"?page=2\"}";
    struct arena arena;
    arena_init(&arena, 0);
    struct api_mapping mapping = {.items = NULL};
    assert_int_equal(api_mapping_set(&mapping, "url", "/path"), 0);
    assert_int_equal(api_mapping_set(&mapping, "title", "/head"), 0);
    assert_int_equal(api_mapping_set(&mapping, "published", "/at"), 0);
    assert_int_equal(api_mapping_set(&mapping, "body", "/text"), 0);
    assert_int_equal(api_mapping_set(&mapping, "authors", "/by"), 0);
    assert_int_equal(api_mapping_set(&mapping, "tags", "/kw"), 0);
    struct api_answer answer = parse(&arena, json, &mapping);
    assert_int_equal(answer.records_count, 2);
    const struct article_record *article = answer.records[0].article;
    assert_non_null(article);
    assert_string_equal(article->url, "https://a.example/news/1");
    assert_string_equal(article->title, "A & B");
    assert_string_equal(article->body, "One\ntwo");
    assert_int_equal(article->published_ms, INT64_C(1714723200000));
    assert_int_equal(article->modified_ms, MOMENT_NONE);
    assert_int_equal(article->authors_count, 2);
    assert_string_equal(article->authors[1], "Bob");
    assert_string_equal(article->tags[0], "x");
    assert_null(answer.records[1].article);
    assert_string_equal(answer.next_url, "https://a.example/api/posts?page=2");
    arena_clear(&arena);
}

/* What servers put where a text, an address or a moment is asked for. */
static const struct {
    const char *name, *record;
    const char *title, *image;
    int64_t published_ms, modified_ms;
    size_t authors_count;
} records[] = {
    {"names of objects",
     "\"t\":{\"label\":\"L\"},\"i\":{\"url\":\"/i.png\",\"name\":\"no\"},\"a\":\"Ann\"", "L",
     "https://a.example/i.png", MOMENT_NONE, MOMENT_NONE, 1},
    {"the first of a list",
     "\"t\":[\"A\",\"B\"],\"i\":[{\"url\":\"/1\"},{\"url\":\"/2\"}],\"a\":[]", "A",
     "https://a.example/1", MOMENT_NONE, MOMENT_NONE, 0},
    {"a number for a title, nobody for authors",
     "\"t\":12.5,\"i\":7.5,\"a\":[\"\",null,true,\"Bo\"]", "12.5", "https://a.example/api/7.5",
     MOMENT_NONE, MOMENT_NONE, 1},
    {"nothing in it", "\"t\":\"<b></b>\",\"i\":{},\"a\":{}", NULL, NULL, MOMENT_NONE, MOMENT_NONE,
     0},
    {"moments as numbers", "\"p\":1714723200,\"m\":1714723200000", NULL, NULL,
     INT64_C(1714723200000), INT64_C(1714723200000), 0},
    {"a moment that is none", "\"p\":-1,\"m\":5e12", NULL, NULL, MOMENT_NONE, MOMENT_NONE, 0},
    {"a moment as text", "\"p\":\"soon\",\"m\":\"2024-05-03T10:00:00+02:00\"", NULL, NULL,
     MOMENT_NONE, INT64_C(1714723200000), 0},
};

static void test_fields(void **state)
{
    (void)state;
    static const struct api_mapping mapping = {.url = "/u",
                                               .title = "/t",
                                               .image = "/i",
                                               .authors = "/a",
                                               .published = "/p",
                                               .modified = "/m"};
    for (size_t i = 0; i < COUNT(records); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *json = arena_format(&arena, "[{\"u\":\"/1\",%s}]", records[i].record);
        const struct article_record *article = parse(&arena, json, &mapping).records[0].article;
        const char *title = article->title ? article->title : "none";
        const char *image = article->image_url ? article->image_url : "none";
        if (strcmp(title, records[i].title ? records[i].title : "none") != 0 ||
            strcmp(image, records[i].image ? records[i].image : "none") != 0 ||
            article->published_ms != records[i].published_ms ||
            article->modified_ms != records[i].modified_ms ||
            article->authors_count != records[i].authors_count)
            fail_msg("%s: title %s, image %s, published %jd, modified %jd, %zu authors",
                     records[i].name, title, image, (intmax_t)article->published_ms,
                     (intmax_t)article->modified_ms, article->authors_count);
        arena_clear(&arena);
    }
}

/* A list without end is cut, a pointer longer than any key leads nowhere. */
static void test_too_much(void **state)
{
    (void)state;
    struct arena arena;
    struct bytes json;
    char pointer[400] = "/";
    arena_init(&arena, 0);
    bytes_init(&json, 0);
    bytes_append_string(&json, "[{\"u\":\"/1\",\"a\":[");
    for (unsigned i = 0; i < 1000; i++)
        bytes_append_string(&json, i ? ",\"Ann\"" : "\"Ann\"");
    bytes_append_string(&json, "]}]");
    memset(pointer + 1, 'x', sizeof pointer - 2);
    struct api_mapping mapping = {.url = "/u", .authors = "/a", .title = pointer};
    struct api_answer answer = parse(&arena, json.data, &mapping);
    assert_int_equal(answer.records[0].article->authors_count, 64);
    assert_null(answer.records[0].article->title);
    bytes_clear(&json);
    arena_clear(&arena);
}

static void test_next_page(void **state)
{
    static const struct {
        const char *json, *next;
    } cases[] = {
        {"{\"next\":\"?p=2\"}", "https://a.example/api/posts?p=2"},
        {"{\"next\":\"abc\"}", NULL},
        {"{\"next\":2}", NULL},
        {"{\"next\":\"abc\",\"links\":{\"next\":{\"href\":\"/2\"}}}", "https://a.example/2"},
        {"{\"next_url\":\"https://b.example/2\",\"next\":\"/3\"}", "https://b.example/2"},
        {"[{\"next\":\"/2\"}]", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        arena_init(&arena, 0);
        const char *next = parse(&arena, cases[i].json, NULL).next_url;
        if (cases[i].next ? !next || strcmp(next, cases[i].next) != 0 : next != NULL)
            fail_msg("%s: %s", cases[i].json, next ? next : "none");
        arena_clear(&arena);
    }
}

static void test_wordpress_article(void **state)
{
    (void)state;
    static const char json[] =
        "[{\"id\":5,\"date\":\"2024-05-03T12:00:00\",\"date_gmt\":\"2024-05-03T10:00:00\","
        "\"link\":\"https://a.example/p\",\"title\":{\"rendered\":\"T &#8211; U\"},\"content\":"
        "{\"rendered\":\"<p>Body</p>\\n<p>two</p>\"},\"excerpt\":{\"rendered\":\"<p>Lead</p>\"},"
        "\"_embedded\":{\"author\":[{\"id\":1,\"name\":\"Ann\"}],\"wp:term\":[[{\"name\":\"Sport\"}"
        "],[{\"name\":\"a\"},{\"name\":\"b\"}]]}}]";
    struct arena arena;
    arena_init(&arena, 0);
    struct api_answer answer = parse(&arena, json, NULL);
    const struct article_record *article = answer.records[0].article;
    assert_string_equal(article->title, "T – U");
    assert_string_equal(article->body, "Body\ntwo");
    assert_string_equal(article->lead, "Lead");
    assert_int_equal(article->published_ms, INT64_C(1714730400000));
    assert_string_equal(article->authors[0], "Ann");
    assert_string_equal(article->section, "Sport");
    assert_int_equal(article->tags_count, 2);
    arena_clear(&arena);
}

static void test_mapping_text(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct api_mapping mapping = {.items = "/data", .title = "/a~1b"}, back;
    const char *text = api_mapping_write(&mapping, &arena);
    assert_string_equal(text, "{\"items\":\"/data\",\"title\":\"/a~1b\"}");
    assert_int_equal(api_mapping_read(&back, &arena, text), 0);
    assert_string_equal(back.items, "/data");
    assert_string_equal(back.title, "/a~1b");
    assert_null(back.url);
    assert_int_equal(api_mapping_read(&back, &arena, "[]"), ERR_INPUT);
    assert_int_equal(api_mapping_set(&mapping, "colour", "/a"), ERR_USAGE);
    assert_int_equal(api_mapping_set(&mapping, "title", "a"), ERR_USAGE);
    assert_int_equal(api_mapping_set(&mapping, "title", "/a~2"), ERR_USAGE);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_mapped_article), cmocka_unit_test(test_wordpress_article),
        cmocka_unit_test(test_mapping_text),   cmocka_unit_test(test_fields),
        cmocka_unit_test(test_too_much),       cmocka_unit_test(test_next_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
