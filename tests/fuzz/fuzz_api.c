/* The answer of a JSON API, and the same bytes as JSON-LD of a page. */
#include "discover/api.h"
#include "extract/jsonld.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
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
    struct jsonld jsonld;
    struct span block = {(const char *)data, size};
    arena_init(&arena, 0);
    for (int i = 0; i < 2; i++)
        if (api_parse(&answer, &arena, data, size, "https://news.example/api",
                      i ? &mapping : NULL) == 0)
            for (size_t k = 0; k < answer.records_count; k++) {
                FUZZ_CHECK(answer.records[k].key && answer.records[k].json);
                fuzz_check_text(answer.records[k].json);
            }
    jsonld_read(&jsonld, &arena, &block, 1, span_of("/2026/a/page"));
    fuzz_check_text(jsonld.headline);
    fuzz_check_text(jsonld.body);
    arena_clear(&arena);
    return 0;
}
