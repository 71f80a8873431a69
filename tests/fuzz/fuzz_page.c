/* A page, from bytes to article. */
#include "extract/article.h"
#include "extract/markdown.h"
#include "extract/page_links.h"
#include "fuzz/fuzz.h"

void fuzz_input(const uint8_t *data, size_t size)
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
        struct link_record *links;
        size_t count = page_links_all(&links, &page);
        for (size_t i = 0; i < count; i++) {
            FUZZ_CHECK(links[i].url && strncmp(links[i].url, "http", 4) == 0);
            FUZZ_CHECK(links[i].score >= 0 && links[i].score <= 1);
            fuzz_check_text(links[i].anchor);
        }
    }
    arena_clear(&arena);
}
