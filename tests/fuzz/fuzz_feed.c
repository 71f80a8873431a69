/* A feed of any kind. */
#include "discover/feed.h"
#include "fuzz/fuzz.h"

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct feed feed;
    arena_init(&arena, 0);
    if (feed_parse(&feed, &arena, data, size, "https://news.example/feed", NULL) == 0) {
        FUZZ_CHECK(feed.kind != NULL);
        fuzz_check_text(feed.title);
        for (size_t i = 0; i < feed.entries_count; i++) {
            fuzz_check_text(feed.entries[i].title);
            fuzz_check_text(feed.entries[i].url);
            fuzz_check_text(feed.entries[i].content);
            for (size_t k = 0; k < feed.entries[i].authors_count; k++)
                fuzz_check_text(feed.entries[i].authors[k]);
        }
    }
    arena_clear(&arena);
}
