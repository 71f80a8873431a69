/* The list of a feed reader. What was read can be written, and is then read as the same. */
#include "discover/opml.h"
#include "fuzz/fuzz.h"

static bool same(const char *a, const char *b)
{
    return a ? b && strlen(a) == strlen(b) : !b; /* blanks may stand for other white space */
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct opml_outline *outlines, *again;
    struct bytes text;
    size_t count, again_count;
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    opml_parse(&outlines, &count, &arena, (const char *)data, size);
    for (size_t i = 0; i < count; i++) {
        fuzz_check_text(outlines[i].title);
        fuzz_check_text(outlines[i].folder);
        FUZZ_CHECK(outlines[i].feed_url || outlines[i].home_url);
    }
    FUZZ_CHECK(opml_write(&text, "Sites", outlines, count) == 0);
    FUZZ_CHECK(opml_parse(&again, &again_count, &arena, text.data, text.size) == 0);
    FUZZ_CHECK(again_count == count);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(same(outlines[i].feed_url, again[i].feed_url));
        FUZZ_CHECK(same(outlines[i].folder, again[i].folder));
    }
    bytes_clear(&text);
    arena_clear(&arena);
}
