#include "discover/traps.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/url.h"

enum {
    ADDRESS_BYTES_MAX = 2048, /* of path and query; a headline in Thai may take 1,400 */
    SEGMENTS_MAX = 20,
    PERIOD_MAX = 4, /* segments that come again together */
    ROUNDS_MAX = 3, /* so often in a row */
    PARAMETERS_MAX = 12,
};

static const char too_long[] = "address too long", too_deep[] = "path too deep",
                  repeats[] = "path repeats itself", too_many[] = "too many parameters";

static const struct {
    const char *why, *advice;
} reasons[] = {
    {too_long, "a link on a page of the site grows each time that it is followed; if the page is "
               "wanted all the same, add it with `crawler add --kind page URL`"},
    {too_deep, "relative links on a page of the site lead ever deeper; if the page is wanted all "
               "the same, add it with `crawler add --kind page URL`"},
    {repeats,
     "a relative link on a page of the site leads ever deeper; the page is mostly the same "
     "as under the shorter address"},
    {too_many, "each combination of filters is an address of its own; the articles are found by "
               "the site's other pages"},
    {"other site", "links that lead out of a site are not followed; to crawl that site, add it "
                   "with `crawler add URL`"},
};

static bool same(struct span a, struct span b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* Days and months come again by chance: /11/11/11/ */
static bool is_number(struct span segment)
{
    for (size_t i = 0; i < segment.size; i++)
        if (!isdigit((unsigned char)segment.data[i]))
            return false;
    return true;
}

static bool has_rounds(const struct span *segments, size_t count, size_t period)
{
    size_t equal = 0;
    bool words = false;
    for (size_t i = period; i < count; i++) {
        equal = same(segments[i], segments[i - period]) ? equal + 1 : 0;
        words = equal > 1 ? words || !is_number(segments[i]) : equal && !is_number(segments[i]);
        if (words && equal >= period * (ROUNDS_MAX - 1))
            return true;
    }
    return false;
}

const char *traps_judge(const struct url *url)
{
    struct span segments[SEGMENTS_MAX];
    size_t count = 0, parameters = url->has_query;
    if (url->path.size + url->query.size > ADDRESS_BYTES_MAX)
        return too_long;
    const char *at = url->path.data, *end = at + url->path.size;
    while (at < end) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        struct span segment = {at, (size_t)((slash ? slash : end) - at)};
        if (segment.size && count == SEGMENTS_MAX)
            return too_deep;
        if (segment.size)
            segments[count++] = segment;
        at = slash ? slash + 1 : end;
    }
    for (size_t period = 1; period <= PERIOD_MAX; period++)
        if (has_rounds(segments, count, period))
            return repeats;
    for (size_t i = 0; i < url->query.size; i++)
        parameters += url->query.data[i] == '&';
    return parameters > PARAMETERS_MAX ? too_many : NULL;
}

const char *traps_advice(const char *why)
{
    for (size_t i = 0; i < COUNT(reasons); i++)
        if (why && strcmp(why, reasons[i].why) == 0)
            return reasons[i].advice;
    return NULL;
}
