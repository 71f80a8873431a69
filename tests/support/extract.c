#include "support/extract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void extract_page(struct page *page, struct arena *arena, const char *html, const char *url)
{
    arena_init(arena, 0);
    article_extract(page, arena, html, strlen(html), url, "text/html; charset=utf-8",
                    INT64_C(1000) * EXTRACT_NOW_S);
}

void extract_check(const char *name, const char *what, const char *got, const char *expected)
{
    if (!got != !expected || (got && strcmp(got, expected) != 0))
        fail_msg("%s: %s is '%s', expected '%s'", name, what, got ? got : "(none)",
                 expected ? expected : "(none)");
}

const char *extract_joined(struct arena *arena, const char *const *items, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_format(arena, "%s%s%s", all, i ? "; " : "", items[i]);
    return all;
}
