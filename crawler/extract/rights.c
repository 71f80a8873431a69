#include "extract/rights.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"

static bool span_is(struct span text, const char *word)
{
    return text.size == strlen(word) && strncasecmp(text.data, word, text.size) == 0;
}

/* "none" is short for noindex and nofollow. */
static bool is_directive(struct span text, const char *directive)
{
    bool short_form = strcmp(directive, "noindex") == 0 || strcmp(directive, "nofollow") == 0;
    return span_is(text, directive) || (short_form && span_is(text, "none"));
}

/* A name and a colon before a directive say whom it and what follows it concern; the same form has
 * a directive with a value, which then is no crawler's name and ends nothing that matters here. */
bool rights_tag_has(const char *tag, const char *directive, const char *agent)
{
    size_t token = strcspn(agent, "/ ");
    bool ours = true;
    while (tag && *tag) {
        size_t size = strcspn(tag, ",");
        struct span part = span_trimmed((struct span){tag, size});
        const char *colon = memchr(part.data, ':', part.size);
        if (colon) {
            size_t name_size = (size_t)(colon - part.data);
            struct span name = span_trimmed((struct span){part.data, name_size});
            ours = span_is(name, "*") ||
                   (name.size == token && strncasecmp(name.data, agent, token) == 0);
            part = span_trimmed((struct span){colon + 1, part.size - name_size - 1});
        }
        if (ours && is_directive(part, directive))
            return true;
        tag += size + (tag[size] == ',');
    }
    return false;
}

bool rights_tdm_reserved(const char *field)
{
    return field && span_is(span_trimmed(span_of(field)), "1");
}
