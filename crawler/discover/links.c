#include "discover/links.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/url.h"

enum { SEGMENTS_MAX = 16 };

/* Path segments that name lists, accounts and services, in the languages of news sites. In the
 * order of bytes. */
static const char *const service_words[] = {
    "about",
    "about-us",
    "aboutus",
    "account",
    "advertise",
    "agb",
    "anmelden",
    "api",
    "app",
    "apps",
    "archiv",
    "archive",
    "archives",
    "auteur",
    "auteurs",
    "author",
    "authors",
    "autor",
    "autore",
    "autoren",
    "autores",
    "careers",
    "cart",
    "categoria",
    "categorias",
    "categorie",
    "categories",
    "category",
    "checkout",
    "comments",
    "contact",
    "contacto",
    "contacts",
    "contatti",
    "cookie",
    "cookie-policy",
    "cookies",
    "datenschutz",
    "editorial-policy",
    "etiqueta",
    "events",
    "faq",
    "feed",
    "feeds",
    "help",
    "hilfe",
    "impressum",
    "imprint",
    "jobs",
    "kategorie",
    "kontakt",
    "legal",
    "login",
    "logout",
    "mentions-legales",
    "myaccount",
    "newsletter",
    "newsletters",
    "page",
    "people",
    "person",
    "podcasts",
    "policies",
    "politica-de-privacidad",
    "print",
    "privacy",
    "privacy-policy",
    "profile",
    "register",
    "registrieren",
    "rss",
    "rubrik",
    "schlagwort",
    "search",
    "seccion",
    "shop",
    "sign-in",
    "sign-up",
    "signin",
    "signup",
    "sitemap",
    "sitemaps",
    "staff",
    "stichwort",
    "subscribe",
    "subscription",
    "suche",
    "tag",
    "tagged",
    "tags",
    "tema",
    "temas",
    "terms",
    "terms-of-service",
    "terms-of-use",
    "thema",
    "theme",
    "themen",
    "topic",
    "topics",
    "user",
    "users",
    "video",
    "videos",
    "weather",
    "wetter",
    "wp-admin",
    "wp-content",
    "wp-login.php",
    "writers",
    "xmlrpc.php",
};

/* What a link to a file, or to a form of the same page, ends in. */
static const char *const file_endings[] = {
    ".jpg", ".jpeg", ".png", ".gif",  ".svg", ".webp", ".pdf", ".mp3", ".mp4", ".zip",
    ".doc", ".docx", ".xls", ".xlsx", ".ics", ".xml",  ".rss", ".css", ".js",  ".epub",
};

static const char *const html_endings[] = {".html", ".htm", ".shtml", ".ece"};

/* Parameters whose number names one article of a site that has no paths for them. */
static const char *const number_names[] = {
    "a",  "aid",  "art",    "article", "article_id", "articleid", "artid",
    "id", "item", "itemid", "news",    "news_id",    "newsid",    "nid",
    "no", "nr",   "p",      "post",    "story",      "story_id",  "storyid",
};

enum { NUMBER_DIGITS = 3 }; /* fewer count sections and pages */

struct traits {
    unsigned segments;
    unsigned hyphens_most; /* in one segment */
    unsigned digits_most;  /* longest run of digits that is no year */
    size_t last_size;
    bool has_date;
    bool has_service;
    bool has_number; /* in the query: see number_names */
    bool is_file;
    bool is_page_number;
    bool ends_html;
};

static bool digits_only(struct span span)
{
    for (size_t i = 0; i < span.size; i++)
        if (!isdigit((unsigned char)span.data[i]))
            return false;
    return span.size > 0;
}

static bool among(struct span span, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((span.data[0] | 0x20) == words[i][0] && span_equals_nocase(span, words[i]))
            return true;
    return false;
}

/* Whether it is one of the service words. */
static bool is_service(struct span segment)
{
    size_t low = 0, high = COUNT(service_words);
    while (low < high) {
        size_t middle = (low + high) / 2, i = 0;
        const char *word = service_words[middle];
        while (i < segment.size && word[i] && tolower((unsigned char)segment.data[i]) == word[i])
            i++;
        if (i == segment.size && !word[i])
            return true;
        if (i < segment.size && tolower((unsigned char)segment.data[i]) > (unsigned char)word[i])
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is_year(struct span span)
{
    return span.size == 4 && digits_only(span) &&
           (memcmp(span.data, "20", 2) == 0 || memcmp(span.data, "19", 2) == 0);
}

static void read_segment(struct traits *traits, struct span segment)
{
    unsigned hyphens = 0, digits = 0;
    for (size_t i = 0; i < segment.size; i++) {
        hyphens += segment.data[i] == '-' || segment.data[i] == '_';
        digits = isdigit((unsigned char)segment.data[i]) ? digits + 1 : 0;
        if (digits > traits->digits_most && !is_year(segment))
            traits->digits_most = digits;
        if (digits == 8 && (memcmp(segment.data + i - 7, "20", 2) == 0))
            traits->has_date = true;
    }
    if (hyphens > traits->hyphens_most)
        traits->hyphens_most = hyphens;
    traits->has_service |= is_service(segment);
    traits->last_size = segment.size;
    traits->segments++;
}

/* The last of its dots and what follows, when that is short enough to be an ending. */
static struct span ending_of(struct span path)
{
    enum { LONGEST = 6 }; /* .shtml */
    for (size_t size = 1; size <= LONGEST && size <= path.size; size++)
        if (path.data[path.size - size] == '.')
            return (struct span){path.data + path.size - size, size};
    return (struct span){"", 0};
}

static void read_path(struct traits *traits, struct span path)
{
    struct span before = {"", 0};
    const char *at = path.data, *end = path.data + path.size;
    while (at < end && traits->segments < SEGMENTS_MAX) {
        at += *at == '/';
        const char *stop = memchr(at, '/', (size_t)(end - at));
        struct span segment = {at, (size_t)((stop ? stop : end) - at)};
        if (segment.size) {
            read_segment(traits, segment);
            traits->has_date |= is_year(before) && segment.size <= 2 && digits_only(segment);
            traits->is_page_number = span_equals(before, "page") && digits_only(segment);
            before = segment;
        }
        at += segment.size + (segment.size == 0 && at < end && *at != '/');
    }
    struct span ending = ending_of(path);
    if (!ending.size)
        return;
    traits->is_file = among(ending, file_endings, COUNT(file_endings));
    traits->ends_html = among(ending, html_endings, COUNT(html_endings));
}

/* "id=2815&lang=ru" */
static void read_query(struct traits *traits, struct span query)
{
    const char *at = query.data, *end = query.data + query.size;
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        if (equals) {
            struct span name = {at, (size_t)(equals - at)};
            struct span value = {equals + 1, (size_t)(stop - equals - 1)};
            traits->has_number |= value.size >= NUMBER_DIGITS && digits_only(value) &&
                                  among(name, number_names, COUNT(number_names));
        }
        at = stop + 1;
    }
}

/* Chinese and Japanese have no spaces: three of their characters (U+3000 to U+9FFF) count as a
 * word. */
static size_t words_of(const char *text)
{
    size_t words = 0, unspaced = 0;
    for (const char *at = text; *at;) {
        at += strspn(at, " ");
        size_t size = strcspn(at, " ");
        words += size > 1;
        for (size_t i = 0; i < size; i++)
            unspaced += (unsigned char)at[i] >= 0xe3 && (unsigned char)at[i] <= 0xe9;
        at += size;
    }
    return words + unspaced / 3;
}

static float score_of(const struct link_record *link, const struct url *url, const struct url *page)
{
    struct traits traits = {0};
    read_path(&traits, url->path);
    if (url->has_query)
        read_query(&traits, url->query);
    if ((!traits.segments && !traits.has_number) || traits.is_file)
        return 0.0F;
    size_t words = words_of(link->anchor);
    float sum = -2.2F;
    sum += traits.has_date ? 2.2F : 0;
    sum += traits.hyphens_most >= 4   ? 2.4F
           : traits.hyphens_most == 3 ? 1.4F
           : traits.hyphens_most == 2 ? 0.5F
                                      : 0;
    sum += traits.digits_most >= 5 ? 1.8F : traits.digits_most >= 3 ? 0.6F : 0;
    sum += traits.ends_html ? 0.7F : 0;
    sum += traits.has_number      ? 2.0F
           : traits.segments >= 3 ? 0.5F
           : traits.segments == 1 ? -0.6F
                                  : 0;
    sum += traits.last_size >= 30 ? 0.8F : 0;
    sum += words >= 5 ? 1.5F : words >= 3 ? 0.5F : -0.5F;
    sum -= traits.has_service ? 4.0F : 0;
    sum -= traits.is_page_number ? 4.0F : 0;
    sum -= url->has_query && !traits.has_number ? 0.4F : 0;
    if (page && !url_same_site(url, page))
        sum -= 1.5F;
    if (link->rel &&
        (strstr(link->rel, "tag") || strstr(link->rel, "author") || strstr(link->rel, "next") ||
         strstr(link->rel, "prev") || strstr(link->rel, "sponsored")))
        sum -= 3.0F;
    return 1.0F / (1.0F + expf(-sum));
}

void links_score(struct link_record *links, size_t count, const struct url *page)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < count; i++) {
        struct url url;
        links[i].score = 0;
        if (!url_parse(&url, &arena, span_of(links[i].url), NULL, "UTF-8"))
            links[i].score = score_of(&links[i], &url, page);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}
