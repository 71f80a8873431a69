/* sitemap.c - `crawler sitemap`: which addresses sitemaps name. */
#include "discover/sitemap.h"

#include "commands/batch.h"
#include "commands/commands.h"
#include "commands/listing.h"

/* A bare date stays one, a moment is given in UTC. */
static void set_moment(json_t *object, const char *key, bool has, const struct moment *moment,
                       struct arena *arena)
{
    const char *text = NULL;
    if (has)
        text = moment->has_time ? date_format_utc(moment->ms, arena) : date_format(moment, arena);
    batch_set_text(object, key, text);
}

static json_t *entry_to_json(const struct sitemap_entry *entry, struct arena *arena)
{
    json_t *object = json_object();
    batch_set_text(object, "kind", entry->is_sitemap ? "sitemap" : "url");
    batch_set_text(object, "url", entry->url);
    set_moment(object, "lastmod", entry->has_lastmod, &entry->lastmod, arena);
    batch_set_text(object, "news_title", entry->news_title);
    set_moment(object, "news_published", entry->has_news_published, &entry->news_published, arena);
    batch_set_text(object, "news_language", entry->news_language);
    return object;
}

static int read_sitemap(struct listing *out, struct arena *arena, struct span document,
                        const char *url, const char *content_type)
{
    struct sitemap sitemap;
    int err = sitemap_parse(&sitemap, arena, document.data, document.size, url, content_type);
    if (err)
        return err;
    for (size_t i = 0; i < sitemap.entries_count; i++)
        json_array_append_new(out->entries, entry_to_json(&sitemap.entries[i], arena));
    out->entries_max = sitemap.truncated ? SITEMAP_ENTRIES_MAX : 0;
    return 0;
}

int command_sitemap(const struct options *options)
{
    return listing_run(options, "sitemap", read_sitemap);
}
