/* A page, from bytes to article. */
#include "extract/article.h"
#include "extract/markdown.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct page page;
    arena_init(&arena, 0);
    if (article_extract(&page, &arena, data, size, "https://news.example/2026/a/page", "text/html",
                        FUZZ_NOW_MS) == 0) {
        fuzz_check_text(page.article.title);
        fuzz_check_text(page.article.body);
        fuzz_check_text(page.article.lead);
        fuzz_check_text(markdown_of_body(&page));
        for (size_t i = 0; i < page.article.authors_count; i++)
            fuzz_check_text(page.article.authors[i]);
        for (size_t i = 0; i < page.links_count; i++) {
            FUZZ_CHECK(page.links[i].url && strncmp(page.links[i].url, "http", 4) == 0);
            FUZZ_CHECK(page.links[i].score >= 0 && page.links[i].score <= 1);
            fuzz_check_text(page.links[i].anchor);
        }
    }
    arena_clear(&arena);
    return 0;
}
