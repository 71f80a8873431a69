/* test_search.c - articles are found by their words, in whichever script, and by any client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#define INTEGRITY                                                                                  \
    "INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1);"                  \
    "INSERT INTO articles_fts_cjk(articles_fts_cjk) VALUES ('integrity-check')"

/* A server keeps its index whole by itself. */
static void expect_index_whole(const struct storebox *box)
{
    if (!storebox_is_server())
        storebox_do(box, INTEGRITY);
}

static const struct {
    const char *suffix, *title, *body;
    int64_t age_ms;
} articles[] = {
    {"/en", "Bridge opens", "The new bridge over the river opened on Friday; a ferry stays.", DAY},
    {"/zh", "新桥开通", "横跨大河的新桥星期五开通，市长表示渡轮将继续运营。ABC公司承建。", DAY},
    {"/ja", "橋が開通", "川にかかる新しい橋が金曜日に開通した。市長は「渡し船も残す」と話した。",
     DAY},
    {"/th", "สะพานใหม่เปิดแล้ว", "สะพานข้ามแม่น้ำเปิดใช้เมื่อวันศุกร์ นายกเทศมนตรีกล่าวว่าเรือข้ามฟากยังคงให้บริการ",
     DAY},
    {"/ko", "새 다리 개통",
     "강을 가로지르는 새 다리가 금요일에 개통됐다. 시장은 나룻배도 남긴다고 했다.", DAY},
    {"/mixed", "A paper",
     "The paper 人民日报 wrote of the bridge in a long piece on towns and their "
     "rivers, which it had begun in spring.",
     300 * DAY},
};
enum { ARTICLES = sizeof(articles) / sizeof(articles[0]) };

/* A run that has stored all of them. */
static void fill(struct storebox *box, bool search)
{
    char urls[ARTICLES][64];
    struct found_record found[ARTICLES];
    storebox_open(box);
    box->run.search = search;
    storebox_add(box, "site", "https://example.org/");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    for (int i = 0; i < ARTICLES; i++) {
        snprintf(urls[i], sizeof(urls[i]), "https://example.org%s", articles[i].suffix);
        found[i] = storebox_found(urls[i]);
    }
    result.found = found;
    result.found_count = ARTICLES;
    storebox_commit(box, &result);
    for (size_t left = ARTICLES; left;) {
        size_t leased = storebox_lease(box, T0, 10);
        assert_true(leased > 0 && leased <= left);
        left -= leased;
        for (int i = 0; i < ARTICLES; i++) {
            struct article_record article = storebox_article(articles[i].title, articles[i].body);
            article.published_ms = T0 - articles[i].age_ms;
            for (size_t k = 0; k < box->answer.hosts[0].urls_count; k++) {
                const struct url_lease *lease = &box->answer.hosts[0].urls[k];
                if (strcmp(strrchr(lease->url, '/'), articles[i].suffix) != 0)
                    continue;
                result = storebox_result(lease, T0);
                result.article = &article;
                storebox_commit(box, &result);
            }
        }
    }
}

struct answer {
    char paths[256];
    char snippet[512]; /* of the first */
};

static int take_row(const struct store_value *columns, size_t count, void *context)
{
    struct answer *answer = context;
    const char *path = strrchr(store_column(columns, count, "url")->text, '/');
    if (!answer->paths[0])
        snprintf(answer->snippet, sizeof(answer->snippet), "%s",
                 store_column(columns, count, "snippet")->text);
    strcat(answer->paths, path);
    return 0;
}

static int search(struct storebox *box, const char *query, int64_t since_ms, struct answer *answer)
{
    const struct store_value params[] = {STORE_PARAM_TEXT(query), STORE_PARAM_INTEGER(since_ms),
                                         STORE_PARAM_TEXT(NULL), STORE_PARAM_INTEGER(20),
                                         STORE_PARAM_INTEGER(T0)};
    *answer = (struct answer){{0}, {0}};
    return store_each_row(box->store, SQL_SEARCH_ARTICLES, params, 5, take_row, answer);
}

static const struct {
    const char *query, *paths;
    const char *snippet; /* SQLite's own: a server chooses and cuts in another way */
    const char *marked;  /* in either's */
} found_cases[] = {
    {"ferry", "/en", "The new bridge over the river opened on Friday; a [ferry] stays.", "[ferry]"},
    {"bridge", "/en/mixed", "[Bridge] opens", "ridge]"}, /* in the title, and newer */
    {"NEAR(new river, 4)", "/en",
     "The [new] bridge over the [river] opened on Friday; a ferry stays.",
     "[new] bridge over the [river]"},
    {"大河", "/zh", "横跨[大河]的新桥星期五开通，市长表示渡轮将继续运营。ABC 公司承建。",
     "横跨[大河]的新桥"},
    {"河", "/zh", NULL, NULL},
    {"新桥 渡轮", "/zh", NULL, NULL},
    {"NEAR(新桥 市长, 12)", "/zh", NULL, NULL},
    {"NEAR(大河 渡轮, 3)", "", NULL, NULL},
    {"title:大河", "", NULL, NULL},
    {"大船", "", NULL, NULL}, /* both signs, and not beside each other */
    {"abc", "/zh", NULL, NULL},
    {"渡し船", "/ja", NULL, NULL},
    {"新しい　市長", "/ja", NULL, NULL},
    {"แม่น้ำ", "/th", NULL, NULL},
    {"\"เรือข้ามฟาก\"", "/th", NULL, NULL},
    {"สะพาน", "/th", "[สะพาน]ใหม่เปิดแล้ว", "[สะพาน]"},
    {"나룻배*", "/ko", NULL, NULL},
    {"人民日报", "/mixed", NULL, NULL},
    {"ferry OR 渡轮", "/en/zh", NULL, NULL},
};

static void expect_found(struct storebox *box)
{
    for (size_t i = 0; i < sizeof(found_cases) / sizeof(found_cases[0]); i++) {
        struct answer answer;
        assert_int_equal(search(box, found_cases[i].query, 0, &answer), 0);
        bool both = strcmp(found_cases[i].paths, "/en/zh") == 0 &&
                    strcmp(answer.paths, "/zh/en") == 0; /* which is first is no matter */
        if (!both && strcmp(answer.paths, found_cases[i].paths) != 0)
            fail_msg("%s: found '%s', expected '%s'", found_cases[i].query, answer.paths,
                     found_cases[i].paths);
        const char *marked = found_cases[i].marked;
        if (marked && !strstr(answer.snippet, marked))
            fail_msg("%s: '%s' without '%s'", found_cases[i].query, answer.snippet, marked);
        if (marked && !storebox_is_server() && strcmp(answer.snippet, found_cases[i].snippet) != 0)
            fail_msg("%s: '%s'", found_cases[i].query, answer.snippet);
    }
}

static void test_every_script_is_found(void **state)
{
    struct storebox box;
    struct answer answer;
    (void)state;
    fill(&box, true);
    expect_found(&box);
    storebox_expect_of_signs(&box, "3");
    expect_index_whole(&box);
    assert_int_equal(search(&box, "bridge", T0 - 2 * DAY, &answer), 0);
    assert_string_equal(answer.paths, "/en");
    /* a server reads as words what it can't understand */
    assert_int_equal(search(&box, "NEAR(", 0, &answer), storebox_is_server() ? 0 : STORE_FAILED);
    storebox_close(&box);
}

/* As the page of the schema says it: a plain client, without a function of ours. */
static void test_any_client_can_search(void **state)
{
    struct storebox box;
    (void)state;
    fill(&box, true);
    if (storebox_is_server()) {
        storebox_expect(&box,
                        "SELECT v.url FROM v_words w JOIN v_articles v USING (article_id) WHERE "
                        "w.words @@ phraseto_tsquery('simple', signs_cut('大河'))",
                        "https://example.org/zh");
        storebox_close(&box);
        return;
    }
    storebox_expect(&box,
                    "SELECT group_concat(v.url) FROM articles_fts_cjk JOIN v_articles v ON "
                    "v.article_id = articles_fts_cjk.rowid WHERE articles_fts_cjk MATCH "
                    "'\"大 河\" \"渡 轮\"'",
                    "https://example.org/zh");
    storebox_expect(&box,
                    "SELECT snippet(articles_fts_cjk, -1, '[', ']', '…', 8) FROM articles_fts_cjk "
                    "WHERE articles_fts_cjk MATCH '\"大 河\"'",
                    "横 跨 [大 河] 的 新 桥 星…");
    /* FTS5's own repair changes nothing */
    storebox_do(&box,
                "INSERT INTO articles_fts(articles_fts) VALUES ('rebuild');"
                "INSERT INTO articles_fts_cjk(articles_fts_cjk) VALUES ('rebuild');" INTEGRITY);
    expect_found(&box);
    storebox_do(&box, "DELETE FROM articles");
    storebox_do(&box, INTEGRITY);
    storebox_close(&box);
}

static void test_a_run_without_search_is_caught_up_with(void **state)
{
    struct storebox box;
    (void)state;
    fill(&box, false);
    storebox_expect(&box, "SELECT count(*) FROM search_backlog", "6");
    storebox_expect_of_signs(&box, "0");
    storebox_end(&box, T0);
    box.run.search = true;
    storebox_begin(&box, T0 + HOUR);
    storebox_expect(&box, "SELECT count(*) FROM search_backlog", "0");
    expect_found(&box);
    expect_index_whole(&box);
    storebox_close(&box);
}

/* A text that becomes Chinese changes its index, and is in the other no more. */
static void test_an_edit_moves_between_the_indexes(void **state)
{
    struct storebox box;
    struct answer answer;
    (void)state;
    fill(&box, true);
    static const struct {
        const char *body, *cjk, *river, *chinese;
    } edits[] = {
        {"全文已经改写，只说火车。", "4", "", "/en"},
        {"Rewritten in English again: the river.", "3", "/en", ""},
        {"再次改写，火车晚点。", "4", "", "/en"},
    };
    for (int i = 0; i < 3; i++) {
        int64_t now_ms = T0 + (i + 1) * HOUR;
        storebox_end(&box, now_ms - 1);
        storebox_do(&box,
                    "UPDATE queue SET rank = CASE path WHEN '/en' THEN 0 ELSE 1125899906842624 END "
                    "WHERE band = 3");
        storebox_begin(&box, now_ms);
        storebox_lease(&box, now_ms, 100);
        struct result_record result = storebox_result(storebox_leased(&box, "/en"), now_ms);
        struct article_record article = storebox_article("Bridge opens", edits[i].body);
        result.article = &article;
        assert_true(storebox_commit(&box, &result).article_revised);
        storebox_expect_of_signs(&box, edits[i].cjk);
        expect_index_whole(&box);
        assert_int_equal(search(&box, "river NOT paper", 0, &answer), 0);
        assert_string_equal(answer.paths, edits[i].river);
        assert_int_equal(search(&box, "火车", 0, &answer), 0);
        assert_string_equal(answer.paths, edits[i].chinese);
    }
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_script_is_found),
        cmocka_unit_test(test_any_client_can_search),
        cmocka_unit_test(test_a_run_without_search_is_caught_up_with),
        cmocka_unit_test(test_an_edit_moves_between_the_indexes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
