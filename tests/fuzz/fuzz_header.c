/* The lines of a response's head, and what some of them say. */
#include <strings.h>

#include "discover/link_header.h"
#include "extract/rights.h"
#include "fetch/response.h"
#include "fuzz/fuzz.h"
#include "storage/record.h"

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct response response = {.max_age_s = -1};
    struct span rest = {(const char *)data, size};
    arena_init(&arena, 0);
    while (rest.size)
        response_take_header(&response, &arena, fuzz_line(&rest), FUZZ_NOW_MS);
    struct url base;
    struct header_link *links;
    FUZZ_CHECK(url_parse(&base, &arena, span_of("https://news.example/a/"), NULL, NULL) == 0);
    for (size_t i = link_header_parse(&links, &arena, response.link, &base); i > 0; i--) {
        FUZZ_CHECK(strncasecmp(links[i - 1].url, "http", 4) == 0 && links[i - 1].rel);
        link_header_is(&links[i - 1], "canonical");
    }
    unsigned rights = rights_of_head(&response, "testbot/1.0 (+https://example.org)");
    FUZZ_CHECK(!(rights & (rights & (RIGHTS_NO_TRAIN | RIGHTS_NO_INPUT | RIGHTS_NO_SEARCH)) << 3));
    FUZZ_CHECK(!response_is_redirect(&response) || response.location);
    arena_clear(&arena);
}
