#include "discover/sections.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/url.h"
#include "base/utf8.h"

enum { SEGMENTS_MAX = 2, SEGMENT_BYTES_MAX = 40, ANCHOR_POINTS_MAX = 40, HYPHENS_MAX = 2 };

/* First or last path segments of pages that serve the reader and list no articles. */
static const char *const service_words[] = {
    "about",       "account",   "advertise",    "advertising", "agb",          "app",
    "apps",        "archive",   "author",       "autor",       "basket",       "careers",
    "cart",        "contact",   "contacto",     "contact-us",  "cookie",       "cookies",
    "datenschutz", "donate",    "events",       "faq",         "feed",         "feeds",
    "help",        "impressum", "imprint",      "jobs",        "kontakt",      "legal",
    "login",       "logout",    "newsletter",   "newsletters", "privacy",      "profile",
    "register",    "rss",       "search",       "shop",        "signin",       "signup",
    "sitemap",     "subscribe", "subscription", "suche",       "tag",          "tags",
    "terms",       "user",      "users",        "weather",     "wp-login.php",
};

static bool is_service_word(struct span word)
{
    for (size_t i = 0; i < COUNT(service_words); i++)
        if (span_equals_nocase(word, service_words[i]))
            return true;
    return false;
}

/* One segment of a section's path: a short name, no file, no number, no headline. */
static bool is_section_name(struct span segment)
{
    size_t hyphens = 0;
    if (!segment.size || segment.size > SEGMENT_BYTES_MAX || is_service_word(segment))
        return false;
    for (size_t i = 0; i < segment.size; i++) {
        char c = segment.data[i];
        if (c >= '0' && c <= '9' && segment.data[0] != '%')
            return false;
        if (c == '.' || c == '=' || c == ':' || c == '@')
            return false;
        hyphens += c == '-' || c == '_';
    }
    return hyphens <= HYPHENS_MAX;
}

static bool has_section_path(struct span path)
{
    size_t segments = 0;
    const char *at = path.data, *end = path.data + path.size;
    while (at < end) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        struct span segment = {at, (size_t)((slash ? slash : end) - at)};
        if (segment.size && (++segments > SEGMENTS_MAX || !is_section_name(segment)))
            return false;
        at = slash ? slash + 1 : end;
    }
    return segments > 0;
}

/* The name of a section is a word or three, not a headline. */
static bool has_section_anchor(const char *anchor)
{
    size_t points = 0, size = anchor ? strlen(anchor) : 0;
    for (size_t i = 0; i < size; points++) {
        uint32_t point;
        i += utf8_decode(anchor + i, size - i, &point);
    }
    return points > 1 && points <= ANCHOR_POINTS_MAX;
}

bool sections_likely(const struct link_record *link, const struct url *target,
                     const struct url *page)
{
    bool same_host = target->host.size == page->host.size &&
                     memcmp(target->host.data, page->host.data, page->host.size) == 0;
    return (same_host || url_same_site(target, page)) && !target->has_query && !link->in_body &&
           has_section_anchor(link->anchor) && has_section_path(target->path);
}
