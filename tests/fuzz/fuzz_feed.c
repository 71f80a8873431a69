/* A feed of any kind, or an OPML list. */
#include "discover/feed.h"
#include "discover/opml.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct feed feed;
    struct opml_outline *outlines;
    size_t count;
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
    opml_parse(&outlines, &count, &arena, (const char *)data, size);
    arena_clear(&arena);
    return 0;
}
