/* A robots.txt: what is kept of it must have the verdicts of the whole. */
#include "base/alloc.h"
#include "fuzz/fuzz.h"
#include "politeness/robots.h"

static const char *const paths[] = {
    "/",
    "",
    "/a",
    "/private/x",
    "/a%2fb?c=d",
    "/A/b.html",
    "/%7Eme/",
    "/~me/",
    "/\xc3\xa9",
    "/%C3%A9",
    "/index.php?x=",
    "/robots.txt",
    "/a$",
    "/a*b",
    "/fish.asp/",
    "/x/y/z/aab",
    "/%",
    "//",
};

void fuzz_input(const uint8_t *data, size_t size)
{
    struct robots *robots = robots_parse(data, size, "testbot");
    struct bytes reduced;
    const char *const *sitemaps;
    bytes_init(&reduced, 0);
    size_t count = robots_sitemaps(robots, &sitemaps);
    if (robots_reduce(robots, &reduced) == 0) {
        struct robots *again = robots_parse(reduced.data, reduced.size, "anybot");
        for (size_t i = 0; i < COUNT(paths); i++)
            FUZZ_CHECK(robots_allows(robots, span_of(paths[i])) ==
                           robots_allows(again, span_of(paths[i])) &&
                       robots_rights(robots, span_of(paths[i])) ==
                           robots_rights(again, span_of(paths[i])));
        FUZZ_CHECK(robots_crawl_delay_ms(robots) == robots_crawl_delay_ms(again));
        FUZZ_CHECK(robots_sitemaps(again, &sitemaps) == count);
        robots_free(again);
    }
    bytes_clear(&reduced);
    robots_free(robots);
}
