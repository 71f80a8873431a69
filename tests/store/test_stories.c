/* test_stories.c - copies of a text on other sites are one story, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "storage/text.h"
#include "support/storebox.h"

#define LEAD                                                                                       \
    "The council met on Monday evening and decided, after four hours of debate, to close the old " \
    "bridge over the river for two years.\n"
#define OTHER_LEAD                                                                                 \
    "No cars until spring: for the second time in a decade the crossing in the town's middle is "  \
    "given up to the engineers, and few are happy about it.\n"
#define FIRST                                                                                      \
    "Traders in the old town had asked for a ferry; the mayor promised one by summer, if the "     \
    "state pays half of it. The piers are cracked below the water line, divers have found, and "   \
    "the steel of the northern arch has lost a tenth of its strength.\n"
#define SECOND                                                                                     \
    "The works will cost eleven million and are to begin in March. Until then lorries have to "    \
    "take the way round by the dam, which is nine kilometres longer, and buses end on each "       \
    "side.\n"
#define THIRD                                                                                      \
    "The bridge was built in 1931 and blown up at the end of the war; what stands today was put "  \
    "together from its parts within nineteen months by people of both banks.\n"
#define NEWS                                                                                       \
    "Shares fell for a third day as investors waited for figures on inflation that are due on "    \
    "Thursday. Banks lost most; the price of oil hardly moved, and gold was a little dearer than " \
    "at the end of last week, dealers in three cities said. In the afternoon the losses shrank.\n"

#define ZH                                                                                                                                       \
    "市议会周一晚间开会，经过四个小时的辩论后决定关闭河上的老桥两年。老城的商人要求开通渡轮；市长" \
    "承诺在夏天之前开通，前提是国家支付一半费用。潜水员发现桥墩在水线以下有裂缝，北拱的钢材已经失" \
    "去"                                                                                                                                        \
    "十分之一的强度。工程将耗资一千一百万，计划于三月开始。"
#define ZH_LEAD "春天之前不通车：十年来第二次，市中心的过河通道交给了工程师，很少有人对此感到高兴。"

static const struct {
    const char *name, *one, *other;
    int days; /* between them */
    bool expected;
} cases[] = {
    {"the same text", LEAD FIRST SECOND THIRD, LEAD FIRST SECOND THIRD, 0, true},
    {"another lead", LEAD FIRST SECOND THIRD, OTHER_LEAD FIRST SECOND THIRD, 1, true},
    {"cut and swapped", LEAD FIRST SECOND THIRD, OTHER_LEAD SECOND FIRST, 0, true},
    {"the copy came first", OTHER_LEAD SECOND FIRST, LEAD FIRST SECOND THIRD, 0, true},
    {"two days later", LEAD FIRST SECOND THIRD, LEAD FIRST SECOND THIRD, 2, true},
    {"Chinese with another lead", ZH, ZH_LEAD ZH, 0, true},
    {"years later", LEAD FIRST SECOND THIRD, LEAD FIRST SECOND THIRD, 700, false},
    {"other news with one paragraph of it", LEAD FIRST SECOND THIRD, NEWS NEWS OTHER_LEAD THIRD, 0,
     false},
    {"other news", LEAD FIRST SECOND, NEWS, 0, false},
    {"too short to tell", "Closed on Monday.", "Closed on Monday.", 0, false},
};

/* Two sites whose front pages have told of two articles each, all on lease. */
static void start(struct storebox *box)
{
    static const char *const sites[] = {"https://one.example/", "https://two.example/"};
    char urls[2][2][64];
    storebox_open(box);
    for (int i = 0; i < 2; i++)
        storebox_add(box, "site", sites[i]);
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    for (int i = 0; i < 2; i++) {
        struct found_record found[2];
        for (int k = 0; k < 2; k++) {
            snprintf(urls[i][k], sizeof(urls[i][k]), "%s%d", sites[i], k);
            found[k] = storebox_found(urls[i][k]);
        }
        struct result_record result = storebox_result(storebox_leased(box, sites[i]), T0);
        result.found = found;
        result.found_count = 2;
        storebox_commit(box, &result);
    }
    assert_int_equal(storebox_lease(box, T0, 10), 4);
}

static void put(struct storebox *box, const char *suffix, const char *title, const char *body,
                int64_t published_ms)
{
    struct article_record article = storebox_article(title, body);
    struct result_record result = storebox_result(storebox_leased(box, suffix), T0);
    article.published_ms = published_ms;
    result.article = &article;
    assert_true(storebox_commit(box, &result).article_new);
}

static void test_copies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        start(&box);
        put(&box, "one.example/0", "Bridge", cases[i].one, T0 - 800 * DAY);
        put(&box, "two.example/0", "Crossing", cases[i].other, T0 - (800 - cases[i].days) * DAY);
        const char *stories = storebox_ask(
            &box,
            "SELECT count(*) || '/' || total(articles) || '/' || total(outlets) FROM v_stories");
        if (strcmp(stories, cases[i].expected ? "1/2.0/2.0" : "0/0.0/0.0") != 0)
            fail_msg("%s: %s", cases[i].name, stories);
        storebox_close(&box);
    }
}

/* Nor is a copy of a copy another story. */
static void test_first_publisher(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    put(&box, "one.example/0", "Bridge", LEAD FIRST SECOND THIRD, T0 - 3 * HOUR);
    put(&box, "two.example/0", "Crossing", OTHER_LEAD FIRST SECOND THIRD, T0 - 5 * HOUR);
    put(&box, "two.example/1", "Shares", NEWS, T0 - 6 * HOUR);
    put(&box, "one.example/1", "Bridge closed", OTHER_LEAD SECOND THIRD, T0 - 2 * HOUR);
    storebox_expect(&box,
                    "SELECT articles || '' || outlets || first_domain || first_title || first_url "
                    "FROM v_stories",
                    "32two.exampleCrossinghttps://two.example/0");
    storebox_expect(&box, "SELECT count(*) FROM v_articles WHERE story_id IS NULL", "1");
    storebox_close(&box);
}

/* Within a site every text stands for itself. */
static void test_one_site(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    put(&box, "one.example/0", "Monday", LEAD FIRST SECOND, T0 - DAY);
    put(&box, "one.example/1", "Tuesday", LEAD FIRST SECOND THIRD, T0);
    storebox_expect(&box, "SELECT count(*) FROM v_stories", "0");
    storebox_close(&box);
}

static void test_compare(void **state)
{
    static struct text_shingles one, scratch;
    (void)state;
    text_shingles_fill(&one, "a b c d e");
    struct text_overlap overlap = text_compare(&one, "x b c d", &scratch);
    assert_int_equal(overlap.shared, 1);
    assert_int_equal(overlap.smaller, 2);
    assert_int_equal(overlap.larger, 3);
    text_shingles_fill(&one, NULL);
    overlap = text_compare(&one, "a b c", &scratch);
    assert_int_equal(overlap.shared + overlap.smaller, 0);
    assert_int_equal(text_measure("").keys_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_first_publisher),
        cmocka_unit_test(test_one_site),
        cmocka_unit_test(test_compare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
