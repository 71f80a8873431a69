/* feed.c - `crawler feed`: what feeds announce. */
#include "discover/feed.h"

#include "commands/batch.h"
#include "commands/commands.h"
#include "commands/listing.h"

static void set_moment(json_t *object, const char *key, bool has, const struct moment *moment,
                       struct arena *arena)
{
    batch_set_text(object, key, has ? date_format_utc(moment->ms, arena) : NULL);
}

static json_t *entry_to_json(const struct feed_entry *entry, struct arena *arena)
{
    json_t *object = json_object(), *authors = json_array(), *name = json_object();
    batch_set_text(object, "title", entry->title);
    batch_set_text(object, "url", entry->url);
    batch_set_text(object, "id", entry->id);
    set_moment(object, "published", entry->has_published, &entry->published, arena);
    set_moment(object, "updated", entry->has_updated, &entry->updated, arena);
    for (size_t i = 0; i < entry->authors_count; i++) {
        batch_set_text(name, "name", entry->authors[i]);
        json_array_append(authors, json_object_get(name, "name"));
    }
    json_object_set_new(object, "authors", authors);
    batch_set_text(object, "summary", entry->summary);
    batch_set_text(object, "content", entry->content);
    json_decref(name);
    return object;
}

static int read_feed(struct listing *out, struct arena *arena, struct span document,
                     const char *url, const char *content_type)
{
    struct feed feed;
    int err = feed_parse(&feed, arena, document.data, document.size, url, content_type);
    if (err)
        return err;
    batch_set_text(out->about, "feed_title", feed.title);
    for (size_t i = 0; i < feed.entries_count; i++)
        json_array_append_new(out->entries, entry_to_json(&feed.entries[i], arena));
    return 0;
}

int command_feed(const struct options *options)
{
    return listing_run(options, "feed", read_feed);
}
