#include "commands/article_out.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *texts(const char *const *items, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(items[i]));
    return array;
}

static json_t *moment_or_null(int64_t ms, bool has_time, int zone_min, struct arena *arena)
{
    if (ms == MOMENT_NONE)
        return json_null();
    struct moment moment = {
        .ms = ms,
        .has_time = has_time,
        .has_zone = zone_min != ZONE_NONE,
        .zone_min = zone_min == ZONE_NONE ? 0 : zone_min,
    };
    return json_string(date_format(&moment, arena));
}

json_t *article_out_json(const char *file, const struct article_record *article,
                         struct arena *arena)
{
    json_t *out = json_object();
    json_object_set_new(out, "file", json_string(file));
    json_object_set_new(out, "url", text_or_null(article->url));
    json_object_set_new(out, "canonical_url", text_or_null(article->canonical_url));
    json_object_set_new(out, "title", text_or_null(article->title));
    json_object_set_new(out, "authors",
                        texts((const char *const *)article->authors, article->authors_count));
    json_object_set_new(out, "published",
                        moment_or_null(article->published_ms, article->published_has_time,
                                       article->published_zone_min, arena));
    json_object_set_new(out, "modified",
                        moment_or_null(article->modified_ms, article->modified_has_time,
                                       article->modified_zone_min, arena));
    json_object_set_new(out, "language", text_or_null(article->lang));
    json_object_set_new(out, "site_name", text_or_null(article->site_name));
    json_object_set_new(out, "section", text_or_null(article->section));
    json_object_set_new(out, "tags",
                        texts((const char *const *)article->tags, article->tags_count));
    json_object_set_new(out, "description", text_or_null(article->lead));
    json_object_set_new(out, "image", text_or_null(article->image_url));
    json_object_set_new(out, "text", json_string(article->body ? article->body : ""));
    json_object_set_new(out, "is_article", json_boolean(article->is_article));
    json_object_set_new(out, "error", json_null());
    return out;
}

void article_out_add_provenance(json_t *out, const struct article_record *article)
{
    json_object_set_new(out, "title_from", text_or_null(article->title_from));
    json_object_set_new(out, "authors_from", text_or_null(article->authors_from));
    json_object_set_new(out, "published_from", text_or_null(article->published_from));
    json_object_set_new(out, "body_from", text_or_null(article->body_from));
    json_object_set_new(out, "not_article_why", text_or_null(article->not_article_why));
    json_object_set_new(out, "free_access",
                        article->free_access < 0 ? json_null()
                                                 : json_boolean(article->free_access));
}

/* `from` is where it was found, or NULL. */
static void print_field(const char *name, const char *value, const char *from, struct arena *arena)
{
    if (value)
        printf("%s: %s%s%s%s\n", name, utf8_printable(arena, value), from ? " (" : "",
               from ? utf8_printable(arena, from) : "", from ? ")" : "");
}

void article_out_print(const struct article_record *article, struct arena *arena)
{
    struct moment published = {
        .ms = article->published_ms,
        .has_time = article->published_has_time,
        .has_zone = article->published_zone_min != ZONE_NONE,
        .zone_min = article->published_zone_min == ZONE_NONE ? 0 : article->published_zone_min,
    };
    print_field("title", article->title, article->title_from, arena);
    for (size_t i = 0; i < article->authors_count; i++)
        print_field("author", article->authors[i], article->authors_from, arena);
    if (article->published_ms != MOMENT_NONE)
        print_field("published", date_format(&published, arena), article->published_from, arena);
    print_field("language", article->lang, NULL, arena);
    print_field("url", article->canonical_url ? article->canonical_url : article->url, NULL, arena);
    print_field("no article", article->is_article ? NULL : article->not_article_why, NULL, arena);
    size_t lines = 0;
    for (const char *at = article->body; at && *at;
         at = strchr(at, '\n') ? strchr(at, '\n') + 1 : "")
        lines++;
    if (lines > 0)
        print_field("text", arena_format(arena, "%zu lines", lines), article->body_from, arena);
    putchar('\n');
    char *rest = article->body ? arena_string(arena, article->body) : NULL, *line;
    while (rest && (line = strsep(&rest, "\n")))
        printf("%s\n\n", utf8_printable(arena, line));
}
