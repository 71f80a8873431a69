/* feed.c - `crawler feed`: what feeds announce. */
#include "discover/feed.h"

#include <stdio.h>

#include "base/error.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/decode.h"

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

/* Bytes may be gzip; of a broken one what can be had is read. */
static int parse(struct feed *feed, struct arena *arena, const char *data, size_t size,
                 const char *url, const char *content_type)
{
    struct bytes body;
    bytes_init(&body, 0);
    int err = decode_body(data, size, NULL, 0, &body);
    if (!err || body.size)
        err = feed_parse(feed, arena, body.data, body.size, url, content_type);
    bytes_clear(&body);
    return err;
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    char *data;
    size_t size;
    struct feed feed;
    int err = batch_bytes(input, "data", arena, &data, &size);
    if (!err)
        err = parse(&feed, arena, data, size, batch_string(input, "url"),
                    batch_string(input, "content_type"));
    if (err) {
        json_object_set_new(answer, "error", json_string("not a feed"));
        return err;
    }
    batch_set_text(answer, "feed_title", feed.title);
    json_t *entries = json_array();
    for (size_t i = 0; i < feed.entries_count; i++)
        json_array_append_new(entries, entry_to_json(&feed.entries[i], arena));
    json_object_set_new(answer, "entries", entries);
    return 0;
}

static int print_file(const struct options *options, const char *path, struct arena *arena)
{
    char *data;
    size_t size;
    struct feed feed;
    int err = batch_read_file(path, arena, &data, &size);
    if (err)
        return err;
    err = parse(&feed, arena, data, size, options->url, options->content_type);
    if (err) {
        fprintf(stderr, "crawler: %s: not a feed\n", path);
        return err;
    }
    for (size_t i = 0; i < feed.entries_count; i++) {
        json_t *line = json_object(), *entry = entry_to_json(&feed.entries[i], arena);
        batch_set_text(line, "file", path);
        batch_set_text(line, "feed_title", feed.title);
        json_object_update(line, entry);
        json_dumpf(line, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(entry);
        json_decref(line);
    }
    return 0;
}

int command_feed(const struct options *options)
{
    return options->batch ? batch_run(options->batch, answer_case, NULL)
                          : batch_files(options, "feed", print_file);
}
