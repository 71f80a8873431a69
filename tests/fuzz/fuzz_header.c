/* The lines of a response's head. */
#include "fetch/response.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct response response = {.max_age_s = -1};
    struct span rest = {(const char *)data, size};
    arena_init(&arena, 0);
    while (rest.size)
        response_take_header(&response, &arena, fuzz_line(&rest), FUZZ_NOW_MS);
    FUZZ_CHECK(!response_is_redirect(&response) || response.location);
    arena_clear(&arena);
    return 0;
}
