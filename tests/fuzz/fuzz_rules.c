/* Rules for a site on one of its pages: the first lines, up to an empty one, are rules, what
 * follows is the page. A line that is a rule is written and read as the same. */
#include "base/alloc.h"
#include "extract/article.h"
#include "extract/site_rules.h"
#include "fuzz/fuzz.h"

static void check_line(const struct site_rule *rule)
{
    struct arena arena;
    struct bytes line;
    struct site_rule again = {0};
    char reason[700];
    arena_init(&arena, 0);
    bytes_init(&line, 0);
    site_rule_format(&line, rule);
    FUZZ_CHECK(site_rule_parse(&again, &arena, (struct span){line.data, line.size}, reason,
                               sizeof reason) == 0);
    FUZZ_CHECK(strcmp(again.selector, rule->selector) == 0);
    FUZZ_CHECK(again.from_day == rule->from_day && again.until_day == rule->until_day);
    bytes_clear(&line);
    arena_clear(&arena);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct span rest = {(const char *)data, size}, line;
    struct site_rule rules[8];
    struct arena arena;
    struct page page;
    const char *told;
    char reason[700];
    size_t count = 0;
    arena_init(&arena, 0);
    while (rest.size && (line = fuzz_line(&rest)).size)
        if (count < COUNT(rules) &&
            !site_rule_parse(&rules[count], &arena, line, reason, sizeof reason)) {
            rules[count].id = (int64_t)count;
            check_line(&rules[count++]);
        }
    article_extract(&page, &arena, rest.data, rest.size, "https://example.org/a", NULL,
                    FUZZ_NOW_MS);
    const char *json = site_rules_write(rules, count, &arena);
    site_rules_apply(&page, json, rest.data, rest.size, NULL, FUZZ_NOW_MS, &told);
    fuzz_check_text(page.article.title);
    fuzz_check_text(page.article.body);
    fuzz_check_text(page.article.section);
    for (size_t i = 0; i < page.article.tags_count; i++)
        fuzz_check_text(page.article.tags[i]);
    arena_clear(&arena);
}
