/* test_packed.c - pages that are kept as what they have besides another page of their site. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zstd.h>

#include "storage/store.h"
#include "support/storebox.h"

/* Pages /0, /1 and /2, each a day newer than the one before; /2 is the base of the others. */
enum { PAGES = 3, BASE = 2, FRAME_BYTES = 4096 };

static const char *page_of(int i)
{
    static char page[1024];
    snprintf(page, sizeof(page), "<html>menu menu menu <p>Story %d of %s.", i,
             i == BASE ? "osprey" : "heron");
    return page;
}

static size_t frame_of(char *frame, int i, bool alone)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    char base[1024];
    strcpy(base, page_of(BASE));
    if (!alone)
        ZSTD_CCtx_refPrefix(context, base, strlen(base));
    const char *page = page_of(i);
    size_t size = ZSTD_compress2(context, frame, FRAME_BYTES, page, strlen(page));
    assert_false(ZSTD_isError(size));
    ZSTD_freeCCtx(context);
    return size;
}

static void pack(struct storebox *box)
{
    char frames[PAGES][FRAME_BYTES];
    struct packed_record records[PAGES];
    for (int i = 0; i < PAGES; i++) {
        int page = BASE - i; /* the base comes first */
        records[i] = (struct packed_record){.raw_id = page + 1,
                                            .base_id = BASE + 1,
                                            .frame = frames[i],
                                            .size = frame_of(frames[i], page, i == 0)};
    }
    assert_int_equal(store_pack_begin(box->store, T0 + PAGES * DAY), 0);
    assert_int_equal(store_pack_commit(box->store, records, PAGES), 0);
    storebox_reopen(box);
}

static void start(struct storebox *box)
{
    char url[64];
    storebox_open(box);
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof(url), "https://example.org/%d", i);
        storebox_add(box, "page", url);
    }
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof(url), "/%d", i);
        struct result_record result = storebox_result(storebox_leased(box, url), T0 + i * DAY);
        struct article_record article =
            storebox_article(i == BASE ? "osprey" : "heron", page_of(i));
        const char *page = page_of(i);
        article.published_ms = T0 - (i + 1) * DAY;
        result.article = &article;
        result.raw = (struct raw_record){"HTTP/1.1 200 OK", page, strlen(page), "none"};
        result.fetch.body_hash = (uint64_t)i + 1;
        storebox_commit(box, &result);
    }
    storebox_end(box, T0 + PAGES * DAY);
    storebox_do(box, "UPDATE urls SET site_id = 1");
}

struct read {
    char pages[4096];
};

static int take_page(const struct store_value *columns, size_t count, void *context)
{
    struct read *read = context;
    const struct store_value *body = store_column(columns, count, "body");
    size_t used = strlen(read->pages);
    assert_string_equal(store_column(columns, count, "codec")->text, "none");
    snprintf(read->pages + used, sizeof(read->pages) - used, "%.*s|", (int)body->size, body->text);
    return 0;
}

/* The pages that reextract is given, in the order of their addresses. */
static void expect_pages(struct storebox *box, const int *pages, size_t count)
{
    const struct store_value params[] = {STORE_PARAM_TEXT("another"), STORE_PARAM_INTEGER(0),
                                         STORE_PARAM_INTEGER(0),      STORE_PARAM_INTEGER(100),
                                         STORE_PARAM_TEXT(NULL),      {.type = STORE_NULL}};
    struct read read = {{0}};
    char expected[4096] = "";
    assert_int_equal(store_each_row(box->store, SQL_PAGES_TO_REREAD, params, 6, take_page, &read),
                     0);
    for (size_t i = 0; i < count; i++)
        snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s|",
                 page_of(pages[i]));
    assert_string_equal(read.pages, expected);
}

static int count_row(const struct store_value *columns, size_t count, void *context)
{
    (void)columns;
    (void)count;
    (*(int *)context)++;
    return 0;
}

static int pages_to_pack(struct storebox *box, int least)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(least)};
    int rows = 0;
    assert_int_equal(store_each_row(box->store, SQL_PAGES_TO_PACK, params, 1, count_row, &rows), 0);
    return rows;
}

static void test_packed_pages_are_read_as_they_were(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    assert_int_equal(pages_to_pack(&box, PAGES), PAGES);
    assert_int_equal(pages_to_pack(&box, PAGES + 1), 0);
    pack(&box);
    assert_int_equal(pages_to_pack(&box, 1), 0);
    storebox_expect(&box, "SELECT group_concat(codec || base_id) FROM raw_pages",
                    "zstd3,zstd3,zstd3");
    storebox_expect(&box, "SELECT count(DISTINCT data_codec) || max(data_codec) FROM v_results",
                    "2zstd besides");
    expect_pages(&box, (int[]){0, 1, 2}, 3);
    storebox_close(&box);
}

static void test_what_stays_as_it_came_is_read_as_such(void **state)
{
    struct storebox box;
    struct packed_record record = {.raw_id = 2};
    (void)state;
    start(&box);
    assert_int_equal(store_pack_begin(box.store, T0 + PAGES * DAY), 0);
    assert_int_equal(store_pack_commit(box.store, &record, 1), 0);
    assert_int_equal(pages_to_pack(&box, 1), 2);
    expect_pages(&box, (int[]){0, 1, 2}, 3);
    storebox_close(&box);
}

/* With their base they would be unreadable, and hold it where it has to go. */
static void test_a_base_that_is_taken_down_leaves_the_others(void **state)
{
    struct storebox box;
    struct takedown_record takedown = {.pattern = "https://example.org/2",
                                       .kind = TAKEDOWN_URL,
                                       .matches = "example.org/2",
                                       .reason = "asked"};
    struct takedown_progress progress = {0};
    (void)state;
    start(&box);
    pack(&box);
    assert_int_equal(store_takedown_begin(box.store, &takedown, 1, T0 + 9 * DAY), 0);
    while (!progress.done)
        assert_int_equal(store_takedown_step(box.store, T0 + 9 * DAY, &progress), 0);
    assert_int_equal(progress.raw_pages, 1);
    storebox_reopen(&box);
    expect_pages(&box, (int[]){0, 1}, 2);
    storebox_expect(&box,
                    "SELECT group_concat(codec || ifnull(base_id, '-')) FROM (SELECT * FROM "
                    "raw_pages ORDER BY raw_id) x",
                    "zstd1,zstd2");
    if (storebox_is_server()) {
        assert_int_equal(storebox_rows_with(&box, "osprey"), 0);
    } else {
        char command[256];
        snprintf(command, sizeof(command), "grep -q osprey '%s'", box.path);
        assert_int_not_equal(system(command), 0);
    }
    storebox_close(&box);
}

static void test_a_base_goes_last(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    pack(&box);
    storebox_begin(&box, T0 + 31 * DAY);
    storebox_end(&box, T0 + 31 * DAY);
    expect_pages(&box, (int[]){1, 2}, 2);
    storebox_do(&box, "UPDATE raw_pages SET last_ms = 1760000000000 WHERE raw_id = 2");
    storebox_begin(&box,
                   T0 + 33 * DAY); /* too old is the base alone: the other is nothing without */
    storebox_expect(&box, "SELECT count(*) FROM raw_pages", "0");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packed_pages_are_read_as_they_were),
        cmocka_unit_test(test_what_stays_as_it_came_is_read_as_such),
        cmocka_unit_test(test_a_base_that_is_taken_down_leaves_the_others),
        cmocka_unit_test(test_a_base_goes_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
