/* test_copy.c - a whole database copied into another file: all of it, in any number of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "storage/copy/tables.h"
#include "storage/store.h"
#include "support/sql.h"
#include "support/storebox.h"

/* ---- what is copied ---- */

/* What the file's tables have, but for what is made anew. */
static const char columns_of_file[] =
    "SELECT m.name, x.name, x.type, x.pk FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x "
    "WHERE m.type = 'table' AND m.name NOT LIKE '%\\_fts%' ESCAPE '\\' AND x.hidden = 0 "
    "AND m.name NOT IN ('meta', 'search_backlog', 'sqlite_stat1', 'sqlite_stat4') "
    "ORDER BY m.name || '|' || x.name || '|'";

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The same of the copy's own table. */
static char *columns_of_copy(void)
{
    static const char *const types[] = {[COPIED_INTEGER] = "INTEGER",
                                        [COPIED_REAL] = "REAL",
                                        [COPIED_TEXT] = "TEXT",
                                        [COPIED_BYTES] = "BLOB"};
    char *lines[1000], *all = calloc(1, 64 * 1024);
    size_t count = 0;
    for (size_t t = 0; t < copied_tables_count; t++)
        for (size_t i = 0; i < copied_tables[t].columns_count; i++) {
            const struct copied_table *table = &copied_tables[t];
            lines[count] = calloc(1, 128);
            snprintf(lines[count++], 128, "%s|%s|%s|%zu\n", table->name, table->columns[i].name,
                     types[table->columns[i].type], i < table->keys ? i + 1 : 0);
        }
    qsort(lines, count, sizeof(lines[0]), by_text);
    for (size_t i = 0; i < count; i++) {
        strcat(all, lines[i]);
        free(lines[i]);
    }
    return all;
}

static void test_every_column_is_copied(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    char *file = sql_rows(box.path, columns_of_file), *copy = columns_of_copy();
    assert_string_equal(copy, file);
    for (size_t i = 0; i < copied_tables_count; i++) {
        assert_true(copied_tables[i].columns_count <= COPIED_COLUMNS_MAX);
        assert_true(copied_tables[i].keys <= COPIED_KEYS_MAX);
    }
    free(file);
    free(copy);
    storebox_close(&box);
}

/* ---- copying ---- */

/* A site with an article, another version of it, and a page that waits. */
static void fill(struct storebox *box)
{
    storebox_open(box);
    storebox_add(box, "page", "https://example.org/1");
    storebox_add(box, "page", "https://example.org/2");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(box, "/1"), T0);
    struct article_record article = storebox_article("Osprey back", "An osprey is back.");
    result.article = &article;
    result.raw = (struct raw_record){"HTTP/1.1 200 OK", "<p>\0</p>", 8, "none"};
    result.fetch.body_hash = 7;
    storebox_commit(box, &result);
    storebox_end(box, T0 + 1);
}

struct copying {
    struct store *from, *to;
    struct store_copy *copy;
    struct copy_progress progress;
    char path[256];
};

static int begin(struct copying *copying, const struct storebox *box, bool compare_only)
{
    char message[512] = "";
    struct copy_request request = {.compare_only = compare_only, .search = true, .now_ms = T0};
    *copying = (struct copying){0};
    snprintf(copying->path, sizeof(copying->path), "%s/copy.db", box->directory);
    int err = store_open(&copying->from, box->path, STORE_READ, message, sizeof(message));
    if (!err)
        err = store_open(&copying->to, copying->path, compare_only ? STORE_READ : STORE_COPY,
                         message, sizeof(message));
    if (err)
        fail_msg("%s", message);
    return store_copy_begin(&copying->copy, copying->from, copying->to, &request);
}

static void close_copy(struct copying *copying)
{
    store_copy_close(copying->copy);
    store_close(copying->to);
    store_close(copying->from);
}

/* As many steps as are asked for, or all that there are. */
static void go_on(struct copying *copying, int steps)
{
    while (steps-- && copying->progress.stage != COPY_DONE)
        assert_int_equal(store_copy_step(copying->copy, &copying->progress), 0);
}

static void remove_copy(const struct copying *copying)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char path[300];
        snprintf(path, sizeof(path), "%s%s", copying->path, tails[i]);
        remove(path);
    }
}

static bool copy_all(const struct storebox *box)
{
    struct copying copying;
    assert_int_equal(begin(&copying, box, false), 0);
    go_on(&copying, -1);
    close_copy(&copying);
    return copying.progress.same;
}

/* The file that a copy makes, as a store of its own; to be closed before `box` is. */
static struct storebox copy_of(const struct storebox *box)
{
    struct storebox copy = *box;
    char message[512];
    snprintf(copy.path, sizeof(copy.path), "%s/copy.db", box->directory);
    assert_int_equal(store_open(&copy.store, copy.path, STORE_WRITE, message, sizeof(message)), 0);
    return copy;
}

static void test_a_crawl_goes_on_in_the_copy(void **state)
{
    struct storebox box;
    (void)state;
    fill(&box);
    assert_true(copy_all(&box));
    struct storebox copy = copy_of(&box);
    storebox_expect(&copy,
                    "SELECT a.title || hex(r.body) FROM articles a JOIN fetches USING (url_id) "
                    "JOIN raw_pages r USING (raw_id)",
                    "Osprey back3C703E003C2F703E");
    storebox_expect_found(&copy, "osprey", "1");
    storebox_begin(&copy, T0 + 10);
    assert_int_equal(storebox_lease(&copy, T0 + DAY, 10), 1); /* the page that waited */
    storebox_leased(&copy, "/2");
    storebox_end(&copy, T0 + DAY);
    storebox_add(&copy, "page", "https://example.org/1"); /* it is known by its hash */
    storebox_expect(&copy, "SELECT count(*) FROM urls", "1");
    store_close(copy.store);
    storebox_close(&box);
}

static void test_it_goes_on_where_it_was_cut_off(void **state)
{
    struct storebox box;
    (void)state;
    fill(&box);
    int steps = 0;
    for (bool done = false; !done; steps++) {
        struct copying copying;
        char message[512];
        struct store *store;
        assert_int_equal(begin(&copying, &box, false), 0);
        go_on(&copying, steps < 30 ? 2 : -1);
        done = copying.progress.stage == COPY_DONE;
        close_copy(&copying);
        if (done)
            continue;
        int err = store_open(&store, copying.path, STORE_WRITE, message, sizeof(message));
        if (!err) /* what is left is the index */
            store_close(store);
        else
            assert_non_null(strstr(message, "not completed"));
    }
    assert_true(steps > 2);
    struct copying copying;
    assert_int_equal(begin(&copying, &box, true), 0);
    go_on(&copying, -1);
    assert_true(copying.progress.same);
    close_copy(&copying);
    storebox_close(&box);
}

static void test_what_differs_is_named(void **state)
{
    static const struct {
        const char *change, *table, *difference;
    } cases[] = {
        {"UPDATE articles SET title = 'Osprey gone'", "articles", "article_id 1: title is another"},
        {"UPDATE articles SET lead = ''", "articles", "article_id 1: lead is another"},
        {"UPDATE raw_pages SET body = x'3c703e'", "raw_pages", "raw_id 1: body is another"},
        {"UPDATE hosts SET ready_ms = ready_ms + 1", "hosts", "host_id 1: ready_ms is another"},
        {"DELETE FROM queue", "queue", "the target does not have this row"},
        {"INSERT INTO site_labels VALUES ('new', 1)", "site_labels",
         "label new, site_id 1: the source does not have this row"},
        {"UPDATE feeds SET fail_score = 0.25", "feeds", "fail_score is another"},
    };
    struct storebox box;
    (void)state;
    fill(&box);
    storebox_do(&box, "INSERT INTO feeds(site_id, host_id, hash, url, source, found_via) VALUES "
                      "(1, 1, 1, 'https://example.org/', 1, 'config')");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct copying copying;
        assert_true(copy_all(&box));
        assert_int_equal(begin(&copying, &box, true), 0);
        sql_do(copying.path, cases[i].change);
        go_on(&copying, -1);
        assert_false(copying.progress.same);
        const struct copy_table *table;
        for (size_t t = 0; (table = store_copy_table(copying.copy, t)); t++) {
            bool meant = strcmp(table->name, cases[i].table) == 0;
            if (table->same == meant || (meant && !strstr(table->difference, cases[i].difference)))
                fail_msg("%s: %s: '%s'", cases[i].change, table->name, table->difference);
        }
        close_copy(&copying);
        remove_copy(&copying);
    }
    storebox_close(&box);
}

/* ---- what is no place for a copy ---- */

static void expect_refused(const struct storebox *box, const char *why)
{
    struct copying copying;
    assert_int_equal(begin(&copying, box, false), STORE_REFUSED);
    if (!strstr(store_message(copying.to), why))
        fail_msg("'%s' does not say '%s'", store_message(copying.to), why);
    close_copy(&copying);
}

static void test_only_an_empty_database_gets_a_copy(void **state)
{
    struct storebox box;
    struct copying copying;
    (void)state;
    fill(&box);
    assert_int_equal(begin(&copying, &box, false), 0);
    go_on(&copying, 5);
    close_copy(&copying);
    storebox_begin(&box, T0 + 10); /* the source goes on in between */
    storebox_end(&box, T0 + 11);
    expect_refused(&box, "as it was before its last run");
    remove_copy(&copying);

    assert_true(copy_all(&box));
    assert_int_equal(begin(&copying, &box, false), 0);
    go_on(&copying, -1);
    assert_false(copying.progress.compared); /* it was complete */
    close_copy(&copying);
    storebox_begin(&box, T0 + 20);
    storebox_end(&box, T0 + 21);
    expect_refused(&box, "it is not empty");
    storebox_close(&box);
}

static void test_a_run_is_waited_for(void **state)
{
    struct storebox box;
    struct copying copying;
    (void)state;
    fill(&box);
    storebox_begin(&box, T0 + 10);
    assert_int_equal(begin(&copying, &box, false), STORE_HELD);
    assert_non_null(strstr(store_message(copying.to), "another run"));
    close_copy(&copying);
    storebox_end(&box, T0 + 11);

    assert_true(copy_all(&box));
    struct storebox copy = copy_of(&box);
    storebox_begin(&copy, T0 + 10);
    assert_int_equal(begin(&copying, &box, false), STORE_HELD);
    close_copy(&copying);
    storebox_end(&copy, T0 + 11);
    store_close(copy.store);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_column_is_copied),
        cmocka_unit_test(test_a_crawl_goes_on_in_the_copy),
        cmocka_unit_test(test_it_goes_on_where_it_was_cut_off),
        cmocka_unit_test(test_what_differs_is_named),
        cmocka_unit_test(test_only_an_empty_database_gets_a_copy),
        cmocka_unit_test(test_a_run_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
