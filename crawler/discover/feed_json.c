#include "discover/feed_json.h"

#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "discover/address.h"
#include "discover/feed_draft.h"
#include "discover/plain.h"

static struct span text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value)
               ? (struct span){json_string_value(value), json_string_length(value)}
               : (struct span){NULL, 0};
}

static const char *plain_at(struct feed_build *build, const json_t *object, const char *key,
                            bool is_html)
{
    struct span text = text_of(object, key);
    if (!text.data)
        return NULL;
    return is_html ? plain_of_html(text, build->arena) : plain_of_text(text, build->arena);
}

/* 1.1 has a list, 1.0 one object; both are found in the other's place. */
static void add_authors(struct feed_build *build, const json_t *object)
{
    static const char *const keys[] = {"authors", "author"};
    for (size_t i = 0; i < 2; i++) {
        const json_t *value = json_object_get(object, keys[i]);
        size_t count = json_is_array(value) ? json_array_size(value) : 1;
        for (size_t k = 0; k < count; k++) {
            const json_t *person = json_is_array(value) ? json_array_get(value, k) : value;
            if (json_is_string(person))
                feed_author_add(build, span_of(json_string_value(person)));
            else
                feed_author_add(build, text_of(person, "name"));
        }
    }
}

/* Identifiers are strings; older feeds have numbers. */
static const char *id_of(struct feed_build *build, const json_t *item)
{
    const json_t *id = json_object_get(item, "id");
    if (json_is_string(id))
        return arena_string(build->arena, json_string_value(id));
    if (json_is_integer(id))
        return arena_format(build->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(id));
    return NULL;
}

static void read_item(struct feed_build *build, const json_t *item)
{
    feed_draft_begin(build);
    struct feed_entry *entry = &build->draft.entry;
    entry->id = id_of(build, item);
    entry->title = plain_at(build, item, "title", false);
    entry->summary = plain_at(build, item, "summary", false);
    entry->content = plain_at(build, item, "content_html", true);
    if (!entry->content || !*entry->content)
        entry->content = plain_at(build, item, "content_text", false);
    static const char *const links[] = {"url", "external_url", "id"};
    for (size_t i = 0; i < 3 && !entry->url; i++) {
        struct span text = text_of(item, links[i]);
        if (i < 2 || (text.size > 4 && memcmp(text.data, "http", 4) == 0))
            entry->url = address_of(text, build->base, build->arena);
    }
    feed_draft_date(build, FIELD_PUBLISHED, 0, text_of(item, "date_published"));
    feed_draft_date(build, FIELD_UPDATED, 0, text_of(item, "date_modified"));
    add_authors(build, item);
    feed_draft_end(build);
}

static void read_hub(struct feed_build *build, const json_t *root)
{
    const json_t *hub = json_array_get(json_object_get(root, "hubs"), 0);
    build->feed.hub = address_of(text_of(hub, "url"), build->base, build->arena);
}

int feed_read_json(struct feed_build *build, struct span document)
{
    json_error_t error;
    json_t *root = json_loadb(document.data, document.size, JSON_ALLOW_NUL, &error);
    const json_t *items = json_object_get(root, "items");
    struct span version = text_of(root, "version");
    bool is_named = version.size && memmem(version.data, version.size, "jsonfeed.org", 12);
    if (!json_is_array(items) && !is_named) {
        json_decref(root);
        return ERR_INPUT;
    }
    build->feed.kind = "jsonfeed";
    build->feed.title = plain_at(build, root, "title", false);
    build->feed.lang = plain_at(build, root, "language", false);
    build->feed.next_url = address_of(text_of(root, "next_url"), build->base, build->arena);
    read_hub(build, root);
    add_authors(build, root);
    build->feed_authors_count = build->authors_count;
    build->feed_authors = arena_alloc(build->arena, sizeof build->authors);
    memcpy(build->feed_authors, build->authors, sizeof build->authors);
    for (size_t i = 0; i < json_array_size(items); i++)
        if (json_is_object(json_array_get(items, i)))
            read_item(build, json_array_get(items, i));
    json_decref(root);
    return 0;
}
