#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "world/world.h"

enum { FEED_ITEMS = 15, NEWS_S = 2 * 86400 };

enum which { NO_ARTICLES, ALL_ARTICLES, NEWEST_ARTICLES, NEWS_ARTICLES };

/* A machine-readable page: where it is, which word of the site's sources has it, its blocks. */
static const struct source_row {
    const char *path, *source, *block, *item;
    const char *type;
    enum which which;
    bool local_charset; /* written in the site's own, not in UTF-8 */
    bool gzip;          /* the file itself */
    const char *between;
} rows[] = {
    {"/sitemap_index.xml", "index", "sitemap-index", "", "application/xml", NO_ARTICLES, false,
     false, ""},
    {"/sitemap-news.xml", "index", "news", "news-item", "application/xml", NEWS_ARTICLES, false,
     false, ""},
    {"/sitemap-articles.xml.gz", "index", "sitemap", "sitemap-item", "application/gzip",
     ALL_ARTICLES, false, true, ""},
    {"/sitemap-pages.xml", "index", "pages", "", "application/xml", NO_ARTICLES, false, false, ""},
    {"/sitemap.xml", "map", "sitemap", "sitemap-item", "text/xml", ALL_ARTICLES, false, false, ""},
    {"/sitemap.txt", "text", "text", "text-item", "text/plain", ALL_ARTICLES, false, false, ""},
    {"/rss.xml", "rss", "rss", "rss-item", "application/rss+xml", NEWEST_ARTICLES, true, false, ""},
    {"/index.rdf", "rdf", "rdf", "rdf-item", "application/rdf+xml", NEWEST_ARTICLES, true, false,
     ""},
    {"/atom.xml", "atom", "atom", "atom-item", "application/atom+xml", NEWEST_ARTICLES, true, false,
     ""},
    {"/feed.json", "json", "json", "json-item", "application/feed+json", NEWEST_ARTICLES, false,
     false, ","},
    {"/api/articles.json", "api", "api", "api-item", "application/json", ALL_ARTICLES, false, false,
     ","},
    {"/wp-json/wp/v2/posts", "wordpress", "wordpress", "wordpress-item", "application/json",
     ALL_ARTICLES, false, false, ","},
};

static bool is_wanted(const struct world_site *site, const struct article *article,
                      enum which which)
{
    if (which == NEWEST_ARTICLES)
        return article - site->articles < FEED_ITEMS;
    if (which == NEWS_ARTICLES)
        return article->published_s >= site->world->day_s - NEWS_S;
    return which == ALL_ARTICLES;
}

static void append_items(const struct world_site *site, const struct source_row *row,
                         struct arena *arena, struct bytes *out)
{
    bool first = true;
    for (size_t i = 0; i < site->articles_count; i++) {
        struct values values;
        if (!is_wanted(site, &site->articles[i], row->which))
            continue;
        values_of_site(&values, site, arena);
        values_of_article(&values, site, &site->articles[i], arena);
        bytes_append_string(out, first ? "" : row->between);
        template_fill(blocks_find(&site->world->sources, row->item), &values, out);
        first = false;
    }
}

static void make_source(const struct world_site *site, const struct source_row *row,
                        struct arena *arena, struct bytes *out)
{
    struct values values;
    struct bytes items;
    bytes_init(&items, 0);
    bytes_append_string(&items, "");
    if (row->which != NO_ARTICLES)
        append_items(site, row, arena, &items);
    values_of_site(&values, site, arena);
    if (site->articles_count)
        values_of_article(&values, site, &site->articles[0], arena);
    values_set(&values, "path", row->path);
    values_set(&values, "items", items.data);
    values_set(&values, "total", arena_format(arena, "%zu", site->articles_count));
    template_fill(blocks_find(&site->world->sources, row->block), &values, out);
    bytes_clear(&items);
    if (row->local_charset)
        charset_encode(out, site->charset);
    if (row->gzip)
        site_gzip(out);
}

static bool make_robots(const struct world_site *site, struct arena *arena, struct bytes *out)
{
    struct values values;
    if (strcmp(site->robots, "none") == 0 || strcmp(site->robots, "closed") == 0)
        return false;
    values_of_site(&values, site, arena);
    template_fill(blocks_find(&site->world->robots, site->robots), &values, out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool listed = strcmp(rows[i].block, "sitemap-index") == 0 ||
                      strcmp(rows[i].source, "map") == 0 || strcmp(rows[i].source, "text") == 0;
        if (listed && has_word(site->sources, rows[i].source))
            bytes_append_string(out,
                                arena_format(arena, "Sitemap: %s%s\n", site->base, rows[i].path));
    }
    return true;
}

bool source_make(const struct world_site *site, const char *path, struct arena *arena,
                 struct bytes *out, const char **type)
{
    size_t size = strcspn(path, "?");
    if (strcmp(path, "/robots.txt") == 0) {
        *type = "text/plain; charset=utf-8";
        return make_robots(site, arena, out);
    }
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strlen(rows[i].path) == size && strncmp(path, rows[i].path, size) == 0 &&
            has_word(site->sources, rows[i].source)) {
            *type = rows[i].type;
            make_source(site, &rows[i], arena, out);
            return true;
        }
    return false;
}
