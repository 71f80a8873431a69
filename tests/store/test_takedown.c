/* test_takedown.c - what is taken down is gone from the bytes of the file, and stays away. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/storebox.h"

/* Words that nobody else uses: of the article that goes, and of those that stay. */
#define GONE "quorblex"
#define KEPT "standfast"

#define RAW_PAGES_GONE                                                                             \
    "SELECT count(*) FROM raw_pages WHERE instr(body, CAST('" GONE "' AS BLOB)) > 0"

#define STORY                                                                                      \
    "The council met on Monday evening and decided, after four hours of debate, to close the old " \
    "bridge over the river for two years. Traders in the old town had asked for a ferry; the "     \
    "mayor promised one by summer, if the state pays half of it. The piers are cracked below the " \
    "water line, divers have found, and the steel of the arch has lost a tenth of its strength.\n"

enum { FILLERS = 40 };

static struct result_record answer(const struct storebox *box, const char *suffix, int64_t now_ms,
                                   const struct article_record *article, const char *raw)
{
    struct result_record result = storebox_result(storebox_leased(box, suffix), now_ms);
    result.article = article;
    if (raw)
        result.raw = (struct raw_record){
            .headers = "Server: test", .body = raw, .body_size = strlen(raw), .codec = "none"};
    return result;
}

/* The source of a site tells of articles; all of its URLs are on lease afterwards. */
static void tell(struct storebox *box, const char *site, const char *const *urls, size_t count)
{
    struct found_record found[FILLERS + 8];
    for (size_t i = 0; i < count; i++) {
        found[i] = storebox_found(urls[i]);
        found[i].title = strstr(urls[i], "gone") ? "Announced " GONE : "Announced " KEPT;
    }
    struct result_record result = storebox_result(storebox_leased(box, site), T0);
    result.found = found;
    result.found_count = count;
    storebox_commit(box, &result);
}

/* An article, with all that can hang on it. */
static void put(struct storebox *box, const char *suffix, int64_t now_ms, const char *word,
                const char *text, const char *canonical)
{
    char title[128], lead[128], body[2048], name[64], tag[64], anchor[64], raw[4096];
    snprintf(title, sizeof(title), "Title %s %s", word, text);
    snprintf(lead, sizeof(lead), "Lead %s", word);
    size_t used =
        (size_t)snprintf(body, sizeof(body), "%sBody %s %s", *text == 'h' ? "" : STORY, word, text);
    for (unsigned i = 0, seed = (unsigned)now_ms; *text == 'h' && i < 60; i++)
        used += (size_t)snprintf(body + used, sizeof(body) - used, " w%u",
                                 (seed = seed * 1103515245U + 12345U) >> 8);
    snprintf(name, sizeof(name), "Author %s", word);
    snprintf(tag, sizeof(tag), "tag %s", word);
    snprintf(anchor, sizeof(anchor), "anchor %s", word);
    snprintf(raw, sizeof(raw), "<html>raw %s %s", word, body);
    const char *authors[] = {name}, *tags[] = {tag};
    const struct link_record link = {
        .url = "https://elsewhere.example/", .anchor = anchor, .in_body = true};
    struct article_record article = storebox_article(title, body);
    article.lead = lead;
    article.canonical_url = canonical;
    article.authors = authors;
    article.tags = tags;
    article.authors_count = article.tags_count = 1;
    struct result_record result = answer(box, suffix, now_ms, &article, raw);
    result.etag = word;
    result.links = &link;
    result.links_count = 1;
    storebox_commit(box, &result);
}

static void fill(struct storebox *box)
{
    static const char *const urls[] = {
        "https://one.example/gone",
        "https://one.example/amp/2",
        "https://one.example/kept",
        "https://one.example/gone/too",
    };
    static const char *const copies[] = {"https://two.example/copy", "https://three.example/copy"};
    char fillers[FILLERS][64];
    const char *pointers[FILLERS];
    storebox_open(box);
    storebox_add(box, "site", "https://one.example/");
    storebox_add(box, "site", "https://two.example/");
    storebox_add(box, "site", "https://three.example/");
    storebox_add(box, "site", "https://many.example/");
    storebox_add(box, "api", "https://api.example/v1");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    tell(box, "one.example/", urls, 4);
    tell(box, "two.example/", &copies[0], 1);
    tell(box, "three.example/", &copies[1], 1);
    for (int i = 0; i < FILLERS; i++) {
        snprintf(fillers[i], sizeof(fillers[i]), "https://many.example/%d", i);
        pointers[i] = fillers[i];
    }
    tell(box, "many.example/", pointers, FILLERS);
    const struct api_row rows[] = {
        {.key = "1",
         .json = "{\"id\":1,\"link\":\"https:\\/\\/one.example\\/gone\",\"t\":\"" GONE "\"}"},
        {.key = "2", .json = "{\"id\":2,\"link\":\"https://one.example/kept\",\"t\":\"" KEPT "\"}"},
    };
    struct result_record api = storebox_result(storebox_leased(box, "/v1"), T0);
    api.api_rows = rows;
    api.api_rows_count = 2;
    storebox_commit(box, &api);

    storebox_lease(box, T0 + 1, 10);
    put(box, "one.example/gone", T0 + 1, GONE, "first", NULL);
    put(box, "one.example/kept", T0 + 1, KEPT, "first", NULL);
    put(box, "two.example/copy", T0 + 1, KEPT, "wire", NULL);
    put(box, "three.example/copy", T0 + 1, KEPT, "agency", NULL);
    put(box, "one.example/amp/2", T0 + 1, GONE, "first", "https://one.example/gone");
    for (int64_t i = 0; i < FILLERS; storebox_lease(box, T0 + 2 + i, 10))
        for (size_t h = 0; h < box->answer.hosts_count; h++)
            for (size_t u = 0; u < box->answer.hosts[h].urls_count; u++) {
                const char *url = box->answer.hosts[h].urls[u].url;
                if (strstr(url, "many.example/"))
                    put(box, url, T0 + 2 + i++, KEPT, url, NULL);
            }
    storebox_end(box, T0 + MINUTE);
    storebox_begin(box, T0 + DAY); /* the second look finds another text */
    storebox_lease(box, T0 + DAY, 100);
    put(box, "one.example/gone", T0 + DAY, GONE, "second", NULL);
    storebox_end(box, T0 + DAY);
    storebox_expect(box, "SELECT count(*) FROM v_articles WHERE body LIKE '%" GONE "%'", "1");
    storebox_expect(box, "SELECT count(*) FROM v_revisions WHERE body LIKE '%" GONE "%'", "2");
    storebox_expect(box, RAW_PAGES_GONE, "2");
    storebox_expect(box, "SELECT count(*) FROM queue WHERE hint_title LIKE '%" GONE "%'", "1");
    storebox_expect(box, "SELECT articles || '' || outlets FROM v_stories", "33");
}

static const struct takedown_record prefix = {.pattern = "one.example/gone*",
                                              .kind = TAKEDOWN_PREFIX,
                                              .matches = "one.example/gone",
                                              .reason = "asked to"};

/* `steps` < 0: to the end. Returns whether it is done. */
static bool take_down(struct storebox *box, const struct takedown_record *takedown, int steps,
                      struct takedown_progress *progress)
{
    *progress = (struct takedown_progress){0};
    int err = store_takedown_begin(box->store, takedown, takedown != NULL, T0 + 2 * DAY);
    for (; !err && !progress->done && steps != 0; steps--)
        err = store_takedown_step(box->store, T0 + 2 * DAY, progress);
    if (err)
        fail_msg("take-down: %s", store_message(box->store));
    return progress->done;
}

/* In the database, its log and whatever lies beside it. On a server: rows that have it in whichever
 * column; what a server clears of its files, and when, is its own business (VACUUM). */
static size_t count_bytes(const struct storebox *box, const char *word)
{
    if (storebox_is_server())
        return storebox_rows_with(box, word);
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    size_t found = 0, size = strlen(word);
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char path[192];
        snprintf(path, sizeof(path), "%s%s", box->path, tails[i]);
        FILE *file = fopen(path, "rb");
        if (!file)
            continue;
        fseek(file, 0, SEEK_END);
        size_t length = (size_t)ftell(file);
        char *bytes = malloc(length + 1);
        rewind(file);
        assert_int_equal(fread(bytes, 1, length, file), length);
        fclose(file);
        for (size_t at = 0; at + size <= length; at++)
            found += memcmp(bytes + at, word, size) == 0;
        free(bytes);
    }
    return found;
}

static void expect_gone(const struct storebox *box)
{
    assert_int_equal(count_bytes(box, GONE), 0);
    assert_true(count_bytes(box, KEPT) > 100);
    storebox_expect_whole(box);
    storebox_expect(box, "SELECT count(*) FROM v_articles", "43");
    storebox_expect(box, "SELECT count(*) FROM v_revisions", "43");
    storebox_expect(box, "SELECT count(*) FROM v_api_records", "1");
    storebox_expect(box,
                    "SELECT group_concat(author) FROM (SELECT DISTINCT author FROM v_authors) x",
                    "Author " KEPT);
    storebox_expect(box, "SELECT count(*) FROM authors", "1");
    storebox_expect(box, "SELECT count(*) FROM tags", "1");
    storebox_expect(box,
                    "SELECT count(*) FROM story_keys WHERE article_id NOT IN "
                    "(SELECT article_id FROM articles)",
                    "0");
    storebox_expect_found(box, KEPT, "43");
    storebox_expect(box,
                    "SELECT count(*) FROM urls WHERE article_id NOT IN "
                    "(SELECT article_id FROM articles)",
                    "0");
    storebox_expect(box,
                    "SELECT group_concat(state || why) FROM (SELECT DISTINCT state, why FROM "
                    "v_urls WHERE url IN ('https://one.example/gone', "
                    "'https://one.example/amp/2')) x",
                    "deniedtaken down");
}

static void test_nothing_is_left(void **state)
{
    struct storebox box;
    struct takedown_progress progress;
    (void)state;
    fill(&box);
    assert_true(count_bytes(&box, GONE) > 10);
    assert_true(take_down(&box, &prefix, -1, &progress));
    expect_gone(&box);
    assert_int_equal(progress.articles, 1);
    assert_int_equal(progress.revisions, 1);
    assert_int_equal(progress.raw_pages, 2);
    assert_int_equal(progress.api_records, 1);
    assert_int_equal(progress.waiting, 2); /* one that was told of, and a second look */
    storebox_expect(&box, "SELECT pattern || reason || at || rows_gone || done FROM v_takedowns",
                    "one.example/gone*asked to2025-06-17T15:06:40Z72025-06-17T15:06:40Z");
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE story_id IS NOT NULL", "2");
    storebox_close(&box);
}

/* Texts without spaces stand in an index of their own, which keeps them once more. */
static void test_nothing_is_left_of_signs(void **state)
{
    struct storebox box;
    struct takedown_progress progress;
    char text[1024] = "";
    (void)state;
    fill(&box);
    for (int i = 0; i < 12; i++)
        strcat(text, "横跨大河的新桥 " GONE " 星期五开通。");
    storebox_begin(&box, T0 + 30 * HOUR);
    storebox_lease(&box, T0 + 30 * HOUR, 100);
    struct article_record article = storebox_article("新桥 " GONE, text);
    struct result_record result = answer(&box, "/gone/too", T0 + 30 * HOUR, &article, NULL);
    storebox_commit(&box, &result);
    storebox_end(&box, T0 + 30 * HOUR);
    storebox_expect_of_signs(&box, "1");
    assert_true(take_down(&box, &prefix, -1, &progress));
    expect_gone(&box);
    storebox_expect_of_signs(&box, "0");
    storebox_close(&box);
}

/* Killed after each number of steps, and taken up again by another process. */
static void test_killed_between_steps(void **state)
{
    bool done = false;
    (void)state;
    for (int steps = 0; !done; steps++) {
        struct storebox box;
        struct takedown_progress progress;
        int status;
        fill(&box);
        store_close(box.store);
        box.store = NULL;
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            storebox_reopen(&box);
            if (take_down(&box, &prefix, steps, &progress))
                _exit(0);
            raise(SIGKILL);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        done = WIFEXITED(status);
        storebox_expect_whole(&box);
        storebox_expect(&box, "SELECT count(*) FROM takedowns WHERE done_ms IS NULL",
                        done ? "0" : "1");
        storebox_reopen(&box);
        storebox_begin(&box, T0 + 2 * DAY); /* what is noted holds already */
        while (storebox_lease(&box, T0 + 2 * DAY, 100))
            for (size_t h = 0; h < box.answer.hosts_count; h++)
                for (size_t u = 0; u < box.answer.hosts[h].urls_count; u++) {
                    const struct url_lease *lease = &box.answer.hosts[h].urls[u];
                    assert_null(strstr(lease->url, "/gone"));
                    struct result_record result = storebox_result(lease, T0 + 2 * DAY);
                    storebox_commit(&box, &result);
                }
        storebox_end(&box, T0 + 2 * DAY);
        assert_true(take_down(&box, done ? NULL : &prefix, -1, &progress));
        expect_gone(&box);
        storebox_expect(&box, "SELECT count(*) || '' || total(rows_gone) FROM takedowns", "17.0");
        storebox_close(&box);
    }
}

/* Named again by a source, a redirect, a page's canonical address or an API's record. */
static void test_it_does_not_come_back(void **state)
{
    static const char *const urls[] = {"https://one.example/gone",
                                       "http://www.one.example/gone/later",
                                       "https://one.example/fresh"};
    struct storebox box;
    struct takedown_progress progress;
    (void)state;
    fill(&box);
    assert_true(take_down(&box, &prefix, -1, &progress));
    storebox_add(&box, "page", "https://one.example/gone/by/hand");
    storebox_begin(&box, T0 + 3 * DAY);
    storebox_lease(&box, T0 + 3 * DAY, 100);
    tell(&box, "one.example/", urls, 3);
    struct article_record article = storebox_article("Title " GONE, "Body " GONE);
    article.url = "https://one.example/gone?from=api";
    article.authors = (const char *[]){"Author " GONE " of the API"};
    article.authors_count = 1;
    const struct api_row rows[] = {
        {.key = "3", .json = "{\"u\":\"https://one.example/gone?from=api\"}", .article = &article},
        {.key = "4",
         .json = "{\"u\":4}",
         .article = &article,
         .url_key = "https://one.example/gone"},
        {.key = "5", .json = "{\"u\":\"see https://one.example/gone\"}"},
    };
    struct result_record api = storebox_result(storebox_leased(&box, "/v1"), T0 + 3 * DAY);
    api.api_rows = rows;
    api.api_rows_count = 3;
    storebox_commit(&box, &api);
    assert_true(storebox_lease(&box, T0 + 3 * DAY + 1, 100) > 0);
    put(&box, "one.example/fresh", T0 + 3 * DAY + 1, GONE, "third", "https://one.example/gone");
    storebox_lease(&box, T0 + 3 * DAY + 2, 100);
    for (size_t h = 0; h < box.answer.hosts_count; h++)
        for (size_t u = 0; u < box.answer.hosts[h].urls_count; u++)
            assert_null(strstr(box.answer.hosts[h].urls[u].url, "one.example/gone"));
    storebox_end(&box, T0 + 3 * DAY);
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE title LIKE '%" GONE "%'", "0");
    storebox_expect(&box, RAW_PAGES_GONE, "0");
    storebox_expect(&box, "SELECT count(*) FROM authors", "1");
    storebox_expect(&box, "SELECT count(*) FROM tags", "1");
    storebox_expect(&box,
                    "SELECT group_concat(key) FROM (SELECT key FROM v_api_records ORDER BY key) k",
                    "2,5");
    storebox_expect(&box, "SELECT count(*) FROM queue WHERE hint_title LIKE '%" GONE "%'", "0");
    storebox_expect(&box,
                    "SELECT group_concat(state || why) FROM (SELECT DISTINCT state, why FROM "
                    "v_urls WHERE url LIKE '%/gone/later' OR url LIKE '%/fresh') x",
                    "deniedtaken down");
    storebox_close(&box);
}

static const struct {
    const char *name;
    enum takedown_kind kind;
    const char *matches;
    const char *expected; /* articles that stay */
} patterns[] = {
    {"a URL takes its article and no other", TAKEDOWN_URL, "one.example/gone", "43"},
    {"any of its addresses will do", TAKEDOWN_URL, "one.example/amp/2", "43"},
    {"a URL is no prefix", TAKEDOWN_URL, "one.example/go", "44"},
    {"a domain", TAKEDOWN_DOMAIN, "one.example", "42"},
    {"a domain with what is below it", TAKEDOWN_DOMAIN, "example", "0"},
    {"no other domain that ends so", TAKEDOWN_DOMAIN, "ne.example", "44"},
    {"a prefix", TAKEDOWN_PREFIX, "many.example/1", "33"},
};

static void test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct storebox box;
        struct takedown_progress progress;
        const struct takedown_record takedown = {.pattern = "p",
                                                 .kind = patterns[i].kind,
                                                 .matches = patterns[i].matches,
                                                 .reason = "r"};
        fill(&box);
        assert_true(take_down(&box, &takedown, -1, &progress));
        const char *got = storebox_ask(&box, "SELECT count(*) FROM v_articles");
        if (strcmp(got, patterns[i].expected) != 0)
            fail_msg("%s: %s articles stay, expected %s", patterns[i].name, got,
                     patterns[i].expected);
        storebox_close(&box);
    }
}

static void test_run_holds_the_database(void **state)
{
    struct storebox box, other;
    struct takedown_progress progress = {0};
    char message[512];
    (void)state;
    fill(&box);
    storebox_begin(&box, T0 + 2 * DAY);
    other = box;
    assert_int_equal(store_open(&other.store, box.path, STORE_WRITE, message, sizeof(message)), 0);
    assert_int_equal(store_takedown_begin(other.store, &prefix, 1, T0 + 2 * DAY), STORE_HELD);
    assert_non_null(strstr(store_message(other.store),
                           storebox_is_server() ? "a run, or another" : "another run (process "));
    storebox_expect(&box, "SELECT count(*) FROM takedowns", "0");
    storebox_end(&box, T0 + 2 * DAY);
    assert_true(take_down(&other, &prefix, -1, &progress));
    assert_int_equal(store_run_begin(box.store, &box.run, &box.run_id), STORE_HELD);
    store_close(other.store);
    storebox_close(&box);
}

/* Old articles go in the course of a run, and what is known of their URLs keeps them away. */
static void test_retention(void **state)
{
    struct storebox box;
    (void)state;
    fill(&box);
    box.run.keep_articles_ms = DAY + MINUTE;
    storebox_begin(&box, T0 + DAY); /* none is so old yet */
    for (int i = 0; i < 5; i++)
        assert_int_equal(store_checkpoint(box.store), 0);
    storebox_expect(&box, "SELECT count(*) FROM v_articles", "44");
    storebox_end(&box, T0 + DAY);
    box.run.keep_articles_ms = 5 * HOUR;
    storebox_begin(&box, T0 + DAY);
    for (int i = 0; i < 5; i++)
        assert_int_equal(store_checkpoint(box.store), 0);
    storebox_expect(&box, "SELECT count(*) FROM v_articles", "1"); /* the newest */
    storebox_expect(&box, "SELECT count(*) FROM v_revisions", "1");
    storebox_expect(&box, "SELECT count(*) FROM authors", "1");
    storebox_expect_found(&box, "body", "1");
    storebox_expect(&box, "SELECT count(*) FROM queue WHERE band = 3", "1");
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE story_id IS NOT NULL", "0");
    storebox_expect(&box,
                    "SELECT count(DISTINCT article_id) FROM story_keys WHERE article_id NOT IN "
                    "(SELECT article_id FROM articles)",
                    "0");
    storebox_lease(&box, T0 + DAY, 100);
    static const char *const urls[] = {"https://one.example/kept"};
    tell(&box, "one.example/", urls, 1);
    storebox_expect(&box, "SELECT count(*) FROM queue WHERE path = '/kept'", "0");
    storebox_end(&box, T0 + DAY);
    storebox_expect_whole(&box);
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_nothing_is_left_of_signs),
        cmocka_unit_test(test_killed_between_steps),
        cmocka_unit_test(test_it_does_not_come_back),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_run_holds_the_database),
        cmocka_unit_test(test_retention),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
