#include "discover/api.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/error.h"
#include "discover/address.h"
#include "discover/plain.h"
#include "extract/charset.h"

/* ---- mappings ----------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
#define FIELD(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct api_mapping, name)                                                  \
    }
    FIELD(items), FIELD(url),  FIELD(title),   FIELD(published), FIELD(modified),
    FIELD(body),  FIELD(lead), FIELD(authors), FIELD(lang),      FIELD(section),
    FIELD(id),    FIELD(tags), FIELD(image),
#undef FIELD
};

static const char **field_at(const struct api_mapping *mapping, size_t index)
{
    return (const char **)((char *)(uintptr_t)mapping + fields[index].offset);
}

/* RFC 6901: empty, or parts that each begin with '/', in which '~' is followed by 0 or 1. */
static bool is_pointer(const char *text)
{
    if (*text && *text != '/')
        return false;
    for (; *text; text++)
        if (*text == '~' && text[1] != '0' && text[1] != '1')
            return false;
    return true;
}

int api_mapping_set(struct api_mapping *mapping, const char *field, const char *pointer)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (strcmp(fields[i].name, field) == 0 && is_pointer(pointer)) {
            *field_at(mapping, i) = pointer;
            return 0;
        }
    return ERR_USAGE;
}

/* jansson's text in the arena; NULL where it could not make one. */
static const char *dumped(const json_t *value, struct arena *arena)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *kept = arena_string(arena, text);
    free(text);
    return kept;
}

const char *api_mapping_write(const struct api_mapping *mapping, struct arena *arena)
{
    json_t *object = json_object();
    for (size_t i = 0; i < COUNT(fields); i++)
        if (*field_at(mapping, i))
            json_object_set_new(object, fields[i].name, json_string(*field_at(mapping, i)));
    const char *text = dumped(object, arena);
    json_decref(object);
    return text;
}

int api_mapping_read(struct api_mapping *out, struct arena *arena, const char *rules)
{
    struct api_mapping mapping = {0};
    json_t *object = json_loads(rules, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return ERR_INPUT;
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        const char *pointer = json_string_value(json_object_get(object, fields[i].name));
        if (pointer && is_pointer(pointer))
            *field_at(&mapping, i) = arena_string(arena, pointer);
    }
    json_decref(object);
    *out = mapping;
    return 0;
}

/* ---- pointers ----------------------------------------------------------------------------------
 */

static json_t *array_part(json_t *array, const char *part, size_t size)
{
    size_t index = 0;
    if (!size || size > 9)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        if (part[i] < '0' || part[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(part[i] - '0');
    }
    return json_array_get(array, index);
}

static json_t *object_part(json_t *object, const char *part, size_t size)
{
    char key[256];
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        if (used + 1 == sizeof key)
            return NULL;
        key[used] = part[i];
        if (part[i] == '~')
            key[used] = part[++i] == '1' ? '/' : '~';
        used++;
    }
    key[used] = '\0';
    return json_object_get(object, key);
}

/* Borrowed, or NULL where the pointer leads nowhere. */
static json_t *value_at(json_t *value, const char *pointer)
{
    while (value && *pointer == '/') {
        const char *part = pointer + 1;
        size_t size = strcspn(part, "/");
        value =
            json_is_array(value) ? array_part(value, part, size) : object_part(value, part, size);
        pointer = part + size;
    }
    return value;
}

/* ---- which records -----------------------------------------------------------------------------
 */

/* Fields of APIs that are known without a mapping; the first pointer that leads somewhere counts.
 */
struct known_field {
    const char *field;
    const char *pointers[3];
};

static const struct known_field wordpress[] = {
    {"url", {"/link"}},
    {"title", {"/title/rendered"}},
    {"published", {"/date_gmt", "/date"}},
    {"modified", {"/modified_gmt", "/modified"}},
    {"body", {"/content/rendered"}},
    {"lead", {"/excerpt/rendered"}},
    {"authors", {"/_embedded/author", "/yoast_head_json/author"}},
    {"lang", {"/lang", "/yoast_head_json/schema/@graph/0/inLanguage"}},
    {"section", {"/_embedded/wp:term/0/0"}},
    {"id", {"/id"}},
    {"tags", {"/_embedded/wp:term/1"}},
    {"image", {"/_embedded/wp:featuredmedia/0/source_url", "/jetpack_featured_media_url"}},
};

static const struct known_field jsonfeed[] = {
    {"url", {"/url", "/external_url"}},
    {"title", {"/title"}},
    {"published", {"/date_published"}},
    {"modified", {"/date_modified"}},
    {"body", {"/content_html", "/content_text"}},
    {"lead", {"/summary"}},
    {"authors", {"/authors", "/author"}},
    {"lang", {"/language"}},
    {"id", {"/id"}},
    {"tags", {"/tags"}},
    {"image", {"/image", "/banner_image"}},
};

struct reading {
    struct arena *arena;
    const struct url *base;
    const struct api_mapping *mapping; /* or NULL */
    const struct known_field *known;   /* or NULL */
    size_t known_count;
};

static bool looks_like_wordpress(json_t *record)
{
    return json_is_string(value_at(record, "/title/rendered")) &&
           json_is_string(json_object_get(record, "link")) &&
           json_is_string(json_object_get(record, "date"));
}

static size_t objects_in(json_t *array)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(array); i++)
        count += json_is_object(json_array_get(array, i));
    return count;
}

/* The array with the most objects among the members of `object` and, where these have none, of
 * its member objects: answers are seldom wrapped deeper. */
static json_t *find_items(json_t *object)
{
    json_t *best = NULL, *value, *inner;
    const char *key, *inner_key;
    size_t most = 0;
    json_object_foreach(object, key, value) if (json_is_array(value) && objects_in(value) > most)
    {
        most = objects_in(value);
        best = value;
    }
    if (best)
        return best;
    json_object_foreach(object, key, value) json_object_foreach(
        value, inner_key, inner) if (json_is_array(inner) && objects_in(inner) > most)
    {
        most = objects_in(inner);
        best = inner;
    }
    return best;
}

static bool is_jsonfeed(json_t *root)
{
    const char *version = json_string_value(json_object_get(root, "version"));
    return version && strstr(version, "jsonfeed.org") &&
           json_is_array(json_object_get(root, "items"));
}

/* The value that holds the records, and what kind of answer it is. */
static json_t *items_of(struct reading *reading, json_t *root, const char **shape)
{
    *shape = json_is_array(root) ? "array" : "object";
    json_t *items = root;
    if (reading->mapping && reading->mapping->items) {
        items = value_at(root, reading->mapping->items);
    } else if (is_jsonfeed(root)) {
        items = json_object_get(root, "items");
        *shape = "jsonfeed";
        reading->known = jsonfeed;
        reading->known_count = COUNT(jsonfeed);
    } else if (json_is_object(root)) {
        json_t *found = looks_like_wordpress(root) ? NULL : find_items(root);
        items = found ? found : root;
    }
    if (looks_like_wordpress(json_is_array(items) ? json_array_get(items, 0) : items)) {
        *shape = "wordpress";
        reading->known = wordpress;
        reading->known_count = COUNT(wordpress);
    }
    return items;
}

/* ---- fields of a record ------------------------------------------------------------------------
 */

/* What the mapping says goes before what is known of the API. */
static json_t *field_of(const struct reading *reading, json_t *record, const char *field)
{
    for (size_t i = 0; reading->mapping && i < COUNT(fields); i++)
        if (strcmp(fields[i].name, field) == 0 && *field_at(reading->mapping, i))
            return value_at(record, *field_at(reading->mapping, i));
    for (size_t i = 0; i < reading->known_count; i++) {
        if (strcmp(reading->known[i].field, field) != 0)
            continue;
        for (size_t k = 0; k < COUNT(reading->known[i].pointers); k++) {
            const char *pointer = reading->known[i].pointers[k];
            json_t *value = pointer ? value_at(record, pointer) : NULL;
            if (value && !json_is_null(value))
                return value;
        }
    }
    return NULL;
}

/* A string or number as text; of an object its name; NULL for the rest. */
static const char *text_of(const struct reading *reading, json_t *value)
{
    static const char *const keys[] = {"name", "title", "label", "rendered", "url"};
    for (size_t i = 0; json_is_object(value) && i < COUNT(keys); i++)
        if (json_is_string(json_object_get(value, keys[i])))
            value = json_object_get(value, keys[i]);
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_integer(value))
        return arena_format(reading->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return json_is_real(value) ? arena_format(reading->arena, "%.15g", json_real_value(value))
                               : NULL;
}

static const char *plain_field(const struct reading *reading, json_t *record, const char *field)
{
    json_t *value = field_of(reading, record, field);
    const char *text = text_of(reading, json_is_array(value) ? json_array_get(value, 0) : value);
    const char *plain = text ? plain_of_html(span_of(text), reading->arena) : NULL;
    return plain && *plain ? plain : NULL;
}

static const char *address_field(const struct reading *reading, json_t *record, const char *field)
{
    json_t *value = field_of(reading, record, field);
    if (json_is_array(value))
        value = json_array_get(value, 0);
    if (json_is_object(value) && json_object_get(value, "url"))
        value = json_object_get(value, "url");
    const char *text = text_of(reading, value);
    return text ? address_of(span_of(text), reading->base, reading->arena) : NULL;
}

static const char **list_field(const struct reading *reading, json_t *record, const char *field,
                               size_t *count)
{
    enum { LIST_MAX = 64 };
    json_t *value = field_of(reading, record, field);
    size_t size = json_is_array(value) ? json_array_size(value) : 1;
    if (size > LIST_MAX)
        size = LIST_MAX;
    const char **list = arena_alloc(reading->arena, (size + 1) * sizeof *list);
    *count = 0;
    for (size_t i = 0; i < size; i++) {
        const char *text =
            text_of(reading, json_is_array(value) ? json_array_get(value, i) : value);
        const char *plain = text ? plain_of_html(span_of(text), reading->arena) : NULL;
        if (plain && *plain)
            list[(*count)++] = plain;
    }
    return *count ? list : NULL;
}

/* A date as text, or as seconds or milliseconds since 1970. */
static bool moment_field(const struct reading *reading, json_t *record, const char *field,
                         struct moment *out)
{
    json_t *value = field_of(reading, record, field);
    if (json_is_string(value))
        return date_parse_feed(span_of(json_string_value(value)), out) == 0;
    double number = json_number_value(value);
    if (!(number > 0 && number < 4e12))
        return false;
    enum {
        SECONDS_MAX = 2000000000
    }; /* milliseconds of 24 January 1970, so no date of an article */
    *out = (struct moment){.ms = (int64_t)(number > 2.0 * SECONDS_MAX ? number : number * 1000),
                           .has_time = true,
                           .has_zone = true};
    return true;
}

static struct article_record *article_of(const struct reading *reading, json_t *record)
{
    const char *url = address_field(reading, record, "url");
    if (!url)
        return NULL;
    struct article_record *article = arena_alloc_zeroed(reading->arena, sizeof *article);
    struct moment moment;
    *article = (struct article_record){.url = url,
                                       .published_ms = MOMENT_NONE,
                                       .modified_ms = MOMENT_NONE,
                                       .published_zone_min = ZONE_NONE,
                                       .modified_zone_min = ZONE_NONE,
                                       .is_article = true,
                                       .free_access = -1};
    article->title = plain_field(reading, record, "title");
    article->title_from = article->title ? "api" : NULL;
    article->lead = plain_field(reading, record, "lead");
    article->lang = plain_field(reading, record, "lang");
    article->section = plain_field(reading, record, "section");
    article->image_url = address_field(reading, record, "image");
    article->authors = list_field(reading, record, "authors", &article->authors_count);
    article->authors_from = article->authors_count ? "api" : NULL;
    article->tags = list_field(reading, record, "tags", &article->tags_count);
    const char *body = text_of(reading, field_of(reading, record, "body"));
    if (body)
        body = plain_lines_of_html(span_of(body), reading->arena);
    article->body = body && *body ? body : NULL;
    article->body_from = article->body ? "api" : NULL;
    if (moment_field(reading, record, "published", &moment)) {
        article->published_ms = moment.ms;
        article->published_from = "api";
        article->published_has_time = moment.has_time;
        article->published_zone_min = moment.has_zone ? moment.zone_min : ZONE_NONE;
    }
    if (moment_field(reading, record, "modified", &moment)) {
        article->modified_ms = moment.ms;
        article->modified_has_time = moment.has_time;
        article->modified_zone_min = moment.has_zone ? moment.zone_min : ZONE_NONE;
    }
    return article;
}

/* What makes a record the same in the next answer. */
static const char *key_of(const struct reading *reading, json_t *record, size_t index)
{
    static const char *const names[] = {"id", "guid", "uuid", "_id", "url", "link", "slug"};
    const char *key = text_of(reading, field_of(reading, record, "id"));
    for (size_t i = 0; !key && i < COUNT(names); i++)
        if (!json_is_object(json_object_get(record, names[i])))
            key = text_of(reading, json_object_get(record, names[i]));
    if (!key)
        key = address_field(reading, record, "url");
    return key ? arena_string(reading->arena, key) : arena_format(reading->arena, "#%zu", index);
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static const char *next_of(const struct reading *reading, json_t *root)
{
    static const char *const pointers[] = {"/next_url",        "/next",
                                           "/next_page_url",   "/links/next",
                                           "/links/next/href", "/_links/next/href",
                                           "/paging/next",     "/meta/next",
                                           "/pagination/next"};
    for (size_t i = 0; json_is_object(root) && i < COUNT(pointers); i++) {
        const char *text = json_string_value(value_at(root, pointers[i]));
        if (text && (strstr(text, "://") || *text == '/' || *text == '?'))
            return address_of(span_of(text), reading->base, reading->arena);
    }
    return NULL;
}

static void read_records(const struct reading *reading, json_t *items, struct api_answer *answer)
{
    size_t count = json_is_array(items) ? json_array_size(items) : 1;
    bool makes_articles = reading->known || (reading->mapping && reading->mapping->url);
    answer->records = arena_alloc(reading->arena, (count + 1) * sizeof *answer->records);
    for (size_t i = 0; i < count; i++) {
        json_t *record = json_is_array(items) ? json_array_get(items, i) : items;
        const char *json = dumped(record, reading->arena);
        if (!json)
            continue;
        answer->records[answer->records_count++] = (struct api_record){
            key_of(reading, record, i), json, makes_articles ? article_of(reading, record) : NULL};
    }
}

static json_t *load(const void *data, size_t size)
{
    struct bytes text;
    bytes_init(&text, 0);
    charset_to_utf8(data, size, charset_of(data, size, NULL, CHARSET_TEXT), &text);
    json_t *root = json_loadb(text.size ? text.data : "", text.size, 0, NULL);
    bytes_clear(&text);
    return root;
}

int api_parse(struct api_answer *out, struct arena *arena, const void *data, size_t size,
              const char *base_url, const struct api_mapping *mapping)
{
    struct reading reading = {.arena = arena, .mapping = mapping};
    struct api_answer answer = {0};
    struct url base;
    if (base_url && url_parse(&base, arena, span_of(base_url), NULL, NULL) == 0)
        reading.base = &base;
    json_t *root = load(data, size);
    if (!root)
        return ERR_INPUT;
    json_t *items = items_of(&reading, root, &answer.shape);
    int err = items ? 0 : ERR_NOT_FOUND;
    if (!err) {
        read_records(&reading, items, &answer);
        answer.next_url = next_of(&reading, root);
        *out = answer;
    }
    json_decref(root);
    return err;
}
