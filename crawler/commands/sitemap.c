/* sitemap.c - `crawler sitemap`: which addresses sitemaps name. */
#include "discover/sitemap.h"

#include <stdio.h>

#include "base/error.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/decode.h"

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

/* Bytes may be gzip; of a broken one what can be had is read. */
static int parse(struct sitemap *sitemap, struct arena *arena, const char *data, size_t size,
                 const char *url, const char *content_type)
{
    struct bytes body;
    bytes_init(&body, 0);
    int err = decode_body(data, size, NULL, 0, &body);
    if (!err || body.size)
        err = sitemap_parse(sitemap, arena, body.data, body.size, url, content_type);
    bytes_clear(&body);
    return err;
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    char *data;
    size_t size;
    struct sitemap sitemap;
    int err = batch_bytes(input, "data", arena, &data, &size);
    if (!err)
        err = parse(&sitemap, arena, data, size, batch_string(input, "url"),
                    batch_string(input, "content_type"));
    if (err) {
        json_object_set_new(answer, "error", json_string("not a sitemap"));
        return err;
    }
    json_t *entries = json_array();
    for (size_t i = 0; i < sitemap.entries_count; i++)
        json_array_append_new(entries, entry_to_json(&sitemap.entries[i], arena));
    json_object_set_new(answer, "entries", entries);
    return 0;
}

static int print_file(const struct options *options, const char *path, struct arena *arena)
{
    char *data;
    size_t size;
    struct sitemap sitemap;
    int err = batch_read_file(path, arena, &data, &size);
    if (err)
        return err;
    err = parse(&sitemap, arena, data, size, options->url, options->content_type);
    if (err) {
        fprintf(stderr, "crawler: %s: not a sitemap\n", path);
        return err;
    }
    if (sitemap.truncated)
        fprintf(stderr, "crawler: %s: only the first %d entries are read\n", path,
                SITEMAP_ENTRIES_MAX);
    for (size_t i = 0; i < sitemap.entries_count; i++) {
        json_t *line = json_object(), *entry = entry_to_json(&sitemap.entries[i], arena);
        batch_set_text(line, "file", path);
        json_object_update(line, entry);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(entry);
        json_decref(line);
    }
    return 0;
}

int command_sitemap(const struct options *options)
{
    return options->batch ? batch_run(options->batch, answer_case, NULL)
                          : batch_files(options, "sitemap", print_file);
}
