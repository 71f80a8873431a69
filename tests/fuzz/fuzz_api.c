/* The answer of a JSON API, with a mapping and without. */
#include "discover/api.h"
#include "fuzz/fuzz.h"

void fuzz_input(const uint8_t *data, size_t size)
{
    static const struct api_mapping mapping = {.items = "/data",
                                               .url = "/url",
                                               .title = "/title",
                                               .published = "/date",
                                               .body = "/body",
                                               .authors = "/authors",
                                               .id = "/id"};
    struct arena arena;
    struct api_answer answer;
    arena_init(&arena, 0);
    for (int i = 0; i < 2; i++)
        if (api_parse(&answer, &arena, data, size, "https://news.example/api",
                      i ? &mapping : NULL) == 0)
            for (size_t k = 0; k < answer.records_count; k++) {
                FUZZ_CHECK(answer.records[k].key && answer.records[k].json);
                fuzz_check_text(answer.records[k].json);
            }
    arena_clear(&arena);
}
