#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "world/world.h"

enum { FRONT_TEASERS = 10, RELATED = 4, INSET_AFTER = 2, MODIFIED_EVERY = 5, MODIFIED_S = 3600 };

static const struct {
    const char *source, *type, *path;
} feed_links[] = {
    {"rss", "application/rss+xml", "/rss.xml"},
    {"rdf", "application/rss+xml", "/index.rdf"},
    {"atom", "application/atom+xml", "/atom.xml"},
    {"json", "application/feed+json", "/feed.json"},
};

/* Takes the bytes of `text` into the arena. */
static const char *kept(struct bytes *text, struct arena *arena)
{
    const char *copy = arena_copy(arena, text->data ? text->data : "", text->size);
    bytes_clear(text);
    return copy;
}

static const char *feeds_of(const struct world_site *site, struct arena *arena)
{
    struct bytes links;
    bytes_init(&links, 0);
    for (size_t i = 0; i < COUNT(feed_links); i++)
        if (has_word(site->sources, feed_links[i].source))
            bytes_append_string(
                &links, arena_format(arena, "<link rel=\"alternate\" type=\"%s\" href=\"%s\">\n",
                                     feed_links[i].type, feed_links[i].path));
    return kept(&links, arena);
}

static const char *charset_meta_of(const struct world_site *site, struct arena *arena)
{
    bool old = site->layout == &site->world->layouts[0].blocks;
    if (!site->charset_in_page && strcmp(site->charset, "utf-8") != 0)
        return "";
    return arena_format(arena,
                        old ? "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=%s\">"
                            : "<meta charset=\"%s\">",
                        site->charset);
}

static const char *section_path(const struct world_site *site, size_t section, struct arena *arena)
{
    const char *form = strcmp(site->paths, "query") == 0 ? "/%s" : "/%s/";
    return arena_format(arena, form, site->language->topics[section].slug);
}

static void set_section(struct values *values, const struct world_site *site, size_t section,
                        struct arena *arena)
{
    values_set(values, "section", site->language->topics[section].label);
    values_set(values, "section_path", section_path(site, section, arena));
}

void values_of_site(struct values *values, const struct world_site *site, struct arena *arena)
{
    static const char *const labels[] = {
        "home",      "about",   "contact",       "privacy", "latest",   "share",      "read_more",
        "subscribe", "cookies", "advertisement", "rights",  "comments", "about_text", "locale"};
    const struct language *language = site->language;
    const char *direction = language_label(language, "direction");
    values->count = 0;
    for (size_t i = 0; i < COUNT(labels); i++)
        values_set(values, labels[i], language_label(language, labels[i]));
    values_set(values, "related_label", language_label(language, "related"));
    values_set(values, "published_label", language_label(language, "published"));
    values_set(values, "lang", language->code);
    values_set(values, "direction", *direction ? direction : "ltr");
    values_set(values, "site", site->name);
    values_set(values, "base", site->base);
    values_set(values, "charset", site->charset);
    values_set(values, "charset_meta", charset_meta_of(site, arena));
    values_set(values, "feeds", feeds_of(site, arena));

    struct bytes nav;
    bytes_init(&nav, 0);
    for (size_t i = 0; i < SECTIONS; i++) {
        set_section(values, site, i, arena);
        template_fill(blocks_find(site->layout, "nav"), values, &nav);
    }
    values_set(values, "nav", kept(&nav, arena));
    const struct language digits = {.labels = {{"year", "{Y}"}}, .labels_count = 1};
    values_set(values, "year", language_date(&digits, "year", site->world->day_s, arena));
}

static const char *moment(const char *form, int64_t at_s, const char *after, struct arena *arena)
{
    char text[64];
    time_t at = (time_t)at_s;
    struct tm parts;
    gmtime_r(&at, &parts);
    strftime(text, sizeof(text), form, &parts);
    return arena_format(arena, "%s%s", text, after);
}

static void set_moments(struct values *values, const struct world_site *site,
                        const struct article *article, struct arena *arena)
{
    int64_t local_s = article->published_s + site->zone_h * (int64_t)3600;
    int64_t edit_s = article->id % MODIFIED_EVERY == 0 ? MODIFIED_S : 0;
    char sign = site->zone_h < 0 ? '-' : '+';
    int hours = site->zone_h < 0 ? -site->zone_h : site->zone_h;
    const char *zone = arena_format(arena, "%c%02d:00", sign, hours);
    const char *short_zone = arena_format(arena, " %c%02d00", sign, hours);
    static const char iso[] = "%Y-%m-%dT%H:%M:%S";
    values_set(values, "iso", moment(iso, local_s, zone, arena));
    values_set(values, "iso_modified", moment(iso, local_s + edit_s, zone, arena));
    values_set(values, "iso_local", moment(iso, local_s, "", arena));
    values_set(values, "iso_gmt", moment(iso, article->published_s, "", arena));
    values_set(values, "iso_modified_gmt", moment(iso, article->published_s + edit_s, "", arena));
    values_set(values, "iso_day", moment("%Y-%m-%d", local_s, "", arena));
    values_set(values, "http_date", moment("%a, %d %b %Y %H:%M:%S", local_s, short_zone, arena));
    values_set(values, "date", language_date(site->language, "date", local_s, arena));
    values_set(values, "time", language_date(site->language, "time", local_s, arena));
}

void values_of_article(struct values *values, const struct world_site *site,
                       const struct article *article, struct arena *arena)
{
    struct facts facts = {.place = article->place, .author = article->author};
    struct random random = {0};
    struct bytes line, content;
    bytes_init(&line, 0);
    bytes_init(&content, 0);
    values_set(values, "id", arena_format(arena, "%zu", article->id));
    values_set(values, "title", article->title);
    values_set(values, "path", article->path);
    values_set(values, "campaign",
               strchr(article->path, '?') ? "&utm_source=rss&utm_medium=feed"
                                          : "?utm_source=rss&utm_medium=feed");
    values_set(values, "author", article->author);
    values_set(values, "summary", article->summary);
    set_section(values, site, article->section, arena);
    set_moments(values, site, article, arena);
    language_fill(site->language, language_label(site->language, "by"), &facts, &random, &line);
    values_set(values, "byline", kept(&line, arena));
    language_fill(site->language, language_label(site->language, "caption"), &facts, &random,
                  &line);
    values_set(values, "caption", kept(&line, arena));
    for (size_t i = 0; i < article->paragraphs_count; i++) {
        bytes_append_string(&content, i ? "\n\n" : "");
        bytes_append_string(&content, article->paragraphs[i]);
    }
    values_set(values, "content", kept(&content, arena));

    const char *paragraph = blocks_find(site->layout, "paragraph");
    for (size_t i = 0; i < article->paragraphs_count; i++) {
        values_set(values, "text", article->paragraphs[i]);
        template_fill(paragraph, values, &content);
        if (i + 1 == INSET_AFTER)
            template_fill(blocks_find(site->layout, "inset"), values, &content);
    }
    values_set(values, "body", kept(&content, arena));
}

/* Appends a block for each article that `wanted` names: a section, or SECTIONS for the newest. */
static const char *teasers(struct world_site *site, size_t section, struct arena *arena)
{
    struct bytes list;
    bytes_init(&list, 0);
    size_t count = 0;
    for (size_t i = 0; i < site->articles_count; i++) {
        const struct article *article = &site->articles[i];
        if (section == SECTIONS ? count == FRONT_TEASERS : article->section != section)
            continue;
        struct values values;
        values_of_site(&values, site, arena);
        values_of_article(&values, site, article, arena);
        template_fill(blocks_find(site->layout, "teaser"), &values, &list);
        count++;
    }
    return kept(&list, arena);
}

static const char *related(struct world_site *site, const struct article *article,
                           struct arena *arena)
{
    struct bytes list;
    bytes_init(&list, 0);
    size_t index = (size_t)(article - site->articles);
    for (size_t i = 1; i <= RELATED && i < site->articles_count; i++) {
        struct values values;
        const struct article *other = &site->articles[(index + i * 3) % site->articles_count];
        if (other == article || other->sponsored)
            continue;
        values_of_site(&values, site, arena);
        values_of_article(&values, site, other, arena);
        template_fill(blocks_find(site->layout, "related"), &values, &list);
    }
    return kept(&list, arena);
}

static void make_list(struct world_site *site, const char *path, const char *heading,
                      const char *content, struct arena *arena, struct bytes *out)
{
    struct values values;
    values_of_site(&values, site, arena);
    values_set(&values, "path", path);
    values_set(&values, "heading", heading);
    values_set(&values, "teasers", content);
    template_fill(blocks_find(site->layout, "list"), &values, out);
}

static void make_article_page(struct world_site *site, const struct article *article,
                              struct arena *arena, struct bytes *out)
{
    struct values values;
    values_of_site(&values, site, arena);
    values_of_article(&values, site, article, arena);
    values_set(&values, "related", related(site, article, arena));
    template_fill(blocks_find(site->layout, "article"), &values, out);
}

/* What campaigns hang onto a URL changes nothing. */
static size_t path_size(const char *path)
{
    const char *campaign = strstr(path, "utm_");
    return campaign ? (size_t)(campaign - path) - 1 : strlen(path);
}

static struct article *find_article(struct world_site *site, const char *path)
{
    size_t size = path_size(path);
    for (size_t i = 0; i < site->articles_count; i++)
        if (strlen(site->articles[i].path) == size &&
            strncmp(site->articles[i].path, path, size) == 0)
            return &site->articles[i];
    return NULL;
}

bool page_make(struct world_site *site, const char *path, struct arena *arena, struct bytes *out,
               struct article **article)
{
    static const char *const pages[] = {"about", "contact", "privacy"};
    const struct language *language = site->language;
    *article = find_article(site, path);
    if (*article) {
        make_article_page(site, *article, arena, out);
        return true;
    }
    if (strcmp(path, "/") == 0 || strcmp(path, "/start/") == 0) {
        make_list(site, path, language_label(language, "latest"), teasers(site, SECTIONS, arena),
                  arena, out);
        return true;
    }
    for (size_t i = 0; i < SECTIONS; i++)
        if (strcmp(path, section_path(site, i, arena)) == 0) {
            make_list(site, path, language->topics[i].label, teasers(site, i, arena), arena, out);
            return true;
        }
    for (size_t i = 0; i < COUNT(pages); i++)
        if (strcmp(path + 1, pages[i]) == 0) {
            const char *text = language_label(language, "about_text");
            make_list(site, path, language_label(language, pages[i]), text, arena, out);
            return true;
        }
    return false;
}
