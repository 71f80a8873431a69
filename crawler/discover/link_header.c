#include "discover/link_header.h"

#include <string.h>
#include <strings.h>

#include "discover/address.h"

enum { LINKS_MAX = 64 };

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* A parameter's value: a token, or quoted with backslashes. Returns where it ends. */
static const char *read_value(const char *at, struct arena *arena, char **out)
{
    if (*at != '"') {
        size_t size = strcspn(at, " \t;,");
        *out = arena_copy(arena, at, size);
        return at + size;
    }
    char *value = arena_string(arena, ++at), *end = value;
    while (*at && *at != '"') {
        if (*at == '\\' && at[1])
            at++;
        *end++ = *at++;
    }
    *end = '\0';
    *out = value;
    return at + (*at == '"');
}

/* "; rel=hub; type=…": of several rel the first counts (section 3.3). Returns where they end. */
static const char *read_parameters(const char *at, struct arena *arena, struct header_link *link)
{
    for (at = skip_blanks(at); *at == ';'; at = skip_blanks(at)) {
        at = skip_blanks(at + 1);
        const char *name = at;
        size_t size = strcspn(at, " \t=;,");
        char *value = NULL;
        at = skip_blanks(at + size);
        if (*at == '=')
            at = read_value(skip_blanks(at + 1), arena, &value);
        if (value && size == 3 && strncasecmp(name, "rel", 3) == 0 && !link->rel)
            link->rel = value;
        if (value && size == 4 && strncasecmp(name, "type", 4) == 0 && !link->type)
            link->type = value;
    }
    return at;
}

size_t link_header_parse(struct header_link **out, struct arena *arena, const char *fields,
                         const struct url *base)
{
    size_t count = 0;
    const char *at = fields ? fields : "", *end;
    *out = arena_alloc(arena, LINKS_MAX * sizeof **out);
    while (count < LINKS_MAX && (at = strchr(at, '<')) && (end = strchr(at, '>'))) {
        struct header_link link = {0};
        struct span target = {at + 1, (size_t)(end - at - 1)};
        at = read_parameters(end + 1, arena, &link);
        link.url = address_of(target, base, arena);
        link.rel = link.rel ? link.rel : "";
        if (link.url)
            (*out)[count++] = link;
    }
    return count;
}

bool link_header_is(const struct header_link *link, const char *relation)
{
    size_t size = strlen(relation);
    for (const char *at = link->rel; *at;) {
        at += strspn(at, " \t");
        size_t word = strcspn(at, " \t");
        if (word == size && strncasecmp(at, relation, size) == 0)
            return true;
        at += word;
    }
    return false;
}
