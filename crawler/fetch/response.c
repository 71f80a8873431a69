#include "fetch/response.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

enum { LINK_BYTES_MAX = 64 * 1024 };

/* The fields that are kept as they came: name, and where. */
static const struct {
    const char *name;
    size_t field;
} texts[] = {
    {"content-type", offsetof(struct response, content_type)},
    {"content-encoding", offsetof(struct response, content_encoding)},
    {"etag", offsetof(struct response, etag)},
    {"last-modified", offsetof(struct response, last_modified)},
    {"location", offsetof(struct response, location)},
    {"x-robots-tag", offsetof(struct response, x_robots_tag)},
    {"tdm-reservation", offsetof(struct response, tdm_reservation)},
    {"content-signal", offsetof(struct response, content_signal)},
    {"content-usage", offsetof(struct response, content_usage)},
};

/* The value of max-age in a Cache-Control field, or -1 (RFC 9111, section 5.2). */
static int64_t max_age_of(struct span value)
{
    static const char name[] = "max-age=";
    for (size_t i = 0; i + sizeof name - 1 < value.size; i++) {
        struct span rest = {value.data + i, sizeof name - 1};
        if (!span_equals_nocase(rest, name))
            continue;
        int64_t seconds = 0;
        for (i += sizeof name - 1; i < value.size && value.data[i] >= '0' && value.data[i] <= '9';
             i++)
            if (seconds < INT32_MAX)
                seconds = seconds * 10 + (value.data[i] - '0');
        return seconds;
    }
    return -1;
}

/* One length, or the same one several times. Anything else is a part that somebody cut off, or two
 * answers in one. */
static void take_length(struct response *response, struct span value)
{
    size_t at = 0;
    do {
        while (at < value.size && (value.data[at] == ' ' || value.data[at] == '\t'))
            at++;
        int64_t length = 0;
        size_t start = at;
        for (; at < value.size && value.data[at] >= '0' && value.data[at] <= '9'; at++)
            length = length < INT64_MAX / 10 - 1 ? length * 10 + (value.data[at] - '0') : INT64_MAX;
        bool ends = at == value.size || value.data[at] == ',';
        if (at == start || !ends || length == INT64_MAX ||
            (response->has_length && response->length != length))
            response->bad_length = true;
        response->has_length = true;
        response->length = length;
    } while (!response->bad_length && at++ < value.size);
}

/* Several fields count as one with commas. Joined in place: a head may have thousands. */
static void take_link(struct response *response, struct arena *arena, struct span value)
{
    size_t size = response->link ? strlen(response->link) : 0;
    if (!value.size || size + value.size > LINK_BYTES_MAX)
        return;
    char *link = arena_grow(arena, (char *)(uintptr_t)response->link, size ? size + 1 : 0,
                            size + 2 + value.size + 1);
    if (size) {
        memcpy(link + size, ", ", 2);
        size += 2;
    }
    memcpy(link + size, value.data, value.size);
    link[size + value.size] = '\0';
    response->link = link;
}

static void take_expires(struct response *response, struct span value, int64_t now_ms)
{
    struct moment expires;
    if (response->max_age_s < 0 && date_parse_http(value, now_ms, &expires) == 0 &&
        expires.ms > now_ms)
        response->max_age_s = (expires.ms - now_ms) / 1000;
}

void response_take_header(struct response *response, struct arena *arena, struct span line,
                          int64_t now_ms)
{
    const char *colon = line.size ? memchr(line.data, ':', line.size) : NULL;
    if (!colon)
        return;
    struct span name = span_trimmed((struct span){line.data, (size_t)(colon - line.data)});
    struct span value =
        span_trimmed((struct span){colon + 1, (size_t)(line.data + line.size - colon) - 1});
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char **field = (const char **)(void *)((char *)response + texts[i].field);
        /* The first of several wins, as in browsers; what follows may be injected. */
        if (!*field && value.size && span_equals_nocase(name, texts[i].name))
            *field = arena_copy(arena, value.data, value.size);
    }
    if (span_equals_nocase(name, "retry-after")) {
        uint64_t wait_ms;
        if (date_retry_after(value, now_ms, &wait_ms) == 0)
            response->retry_after_ms = wait_ms ? wait_ms : 1;
    } else if (span_equals_nocase(name, "cache-control")) {
        int64_t age_s = max_age_of(value);
        response->max_age_s = age_s >= 0 ? age_s : response->max_age_s;
    } else if (span_equals_nocase(name, "expires")) {
        take_expires(response, value, now_ms);
    } else if (span_equals_nocase(name, "connection")) {
        response->closes = response->closes || span_equals_nocase(value, "close");
    } else if (span_equals_nocase(name, "content-length")) {
        take_length(response, value);
    } else if (span_equals_nocase(name, "link")) {
        take_link(response, arena, value);
    }
}

bool response_is_redirect(const struct response *response)
{
    switch (response->status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return response->location != NULL;
    default:
        return false;
    }
}
