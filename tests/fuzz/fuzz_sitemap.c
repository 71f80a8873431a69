/* A sitemap: XML, news, index or plain text. */
#include "discover/sitemap.h"
#include "fuzz/fuzz.h"

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct sitemap sitemap;
    arena_init(&arena, 0);
    if (sitemap_parse(&sitemap, &arena, data, size, "https://news.example/sitemap.xml", NULL) == 0)
        for (size_t i = 0; i < sitemap.entries_count; i++) {
            FUZZ_CHECK(sitemap.entries[i].url != NULL);
            fuzz_check_text(sitemap.entries[i].url);
            fuzz_check_text(sitemap.entries[i].news_title);
        }
    arena_clear(&arena);
}
