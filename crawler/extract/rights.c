#include "extract/rights.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "job.h"
#include "politeness/usage.h"

/* "none" is short for noindex and nofollow; the latter is asked of those who look for links. */
static const struct {
    const char *directive;
    unsigned rights;
} directives[] = {
    {"noindex", RIGHTS_NOINDEX},
    {"none", RIGHTS_NOINDEX},
    {"noarchive", RIGHTS_NOARCHIVE},
    {"noai", RIGHTS_NO_TRAIN},
};

/* Directives with a value, which look like a crawler's name and what is for it. */
static const char *const valued[] = {"max-snippet", "max-image-preview", "max-video-preview",
                                     "unavailable_after"};

static bool has_value(struct span name)
{
    for (size_t i = 0; i < COUNT(valued); i++)
        if (span_equals_nocase(name, valued[i]))
            return true;
    return false;
}

static unsigned read_words(struct span part)
{
    unsigned rights = 0;
    for (size_t at = 0, end; at < part.size; at = end + 1) {
        end = at;
        while (end < part.size && part.data[end] != ' ' && part.data[end] != '\t')
            end++;
        struct span word = {part.data + at, end - at};
        for (size_t i = 0; i < COUNT(directives); i++)
            if (span_equals_nocase(word, directives[i].directive))
                rights |= directives[i].rights;
    }
    return rights;
}

/* A name and a colon before a directive say whom it and what follows it concern. */
unsigned rights_of_tag(const char *tag, const char *agent)
{
    size_t token = agent ? strcspn(agent, "/ ") : 0;
    unsigned rights = 0;
    bool ours = true;
    while (tag && *tag) {
        size_t size = strcspn(tag, ",");
        struct span part = span_trimmed((struct span){tag, size});
        const char *colon = memchr(part.data, ':', part.size);
        size_t name_size = colon ? (size_t)(colon - part.data) : 0;
        struct span name = span_trimmed((struct span){part.data, name_size});
        if (colon && has_value(name)) {
            part.size = 0;
        } else if (colon) {
            ours = !agent || span_equals_nocase(name, "*") ||
                   (name.size == token && strncasecmp(name.data, agent, token) == 0);
            part = span_trimmed((struct span){colon + 1, part.size - name_size - 1});
        }
        if (ours)
            rights |= read_words(part);
        tag += size + (tag[size] == ',');
    }
    return rights;
}

unsigned rights_of_tdm(const char *value)
{
    return value && span_equals_nocase(span_trimmed(span_of(value)), "1") ? RIGHTS_TDM : 0;
}

unsigned rights_of_head(const struct response *response, const char *agent)
{
    unsigned rights = rights_of_tag(response->x_robots_tag, agent ? agent : "") |
                      rights_of_tdm(response->tdm_reservation);
    if (response->content_signal)
        rights = usage_join(rights, usage_parse(span_of(response->content_signal)));
    if (response->content_usage)
        rights = usage_join(rights, usage_parse(span_of(response->content_usage)));
    return rights;
}
