#include "discover/wordpress.h"

#include <stdlib.h>
#include <string.h>

/* Half of what it gives at most: texts come along, and are rendered when asked for. */
#define POSTS "per_page=50&_embed=author,wp:term,wp:featuredmedia"

enum { PER_PAGE_DEFAULT = 10, PAGES_MAX = 1000000 };

const char *wordpress_posts(const char *root, struct arena *arena)
{
    size_t size = strlen(root);
    const char *slash = size && root[size - 1] == '/' ? "" : "/";
    return arena_format(arena, "%s%swp/v2/posts%c" POSTS, root, slash,
                        strchr(root, '?') ? '&' : '?');
}

/* Where the value of a query's parameter begins, or NULL. */
static const char *value_of(const char *url, const char *name)
{
    size_t size = strlen(name);
    for (const char *at = strchr(url, '?'); at; at = strchr(at, '&')) {
        at++;
        if (strncmp(at, name, size) == 0 && at[size] == '=')
            return at + size + 1;
    }
    return NULL;
}

const char *wordpress_next(const char *url, size_t records, struct arena *arena)
{
    const char *per_page = value_of(url, "per_page"), *page = value_of(url, "page");
    unsigned long number = page ? strtoul(page, NULL, 10) : 1;
    unsigned long full = per_page ? strtoul(per_page, NULL, 10) : PER_PAGE_DEFAULT;
    if (records < full || !number || number >= PAGES_MAX)
        return NULL;
    if (page)
        return arena_format(arena, "%.*s%lu%s", (int)(page - url), url, number + 1,
                            page + strspn(page, "0123456789"));
    return arena_format(arena, "%s%cpage=%lu", url, strchr(url, '?') ? '&' : '?', number + 1);
}
