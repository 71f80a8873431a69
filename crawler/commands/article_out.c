#include "commands/article_out.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "extract/article.h"
#include "extract/markdown.h"

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

/* A JSON string is a YAML one too, and needs no other rules. */
static void print_yaml_text(const char *text, struct arena *arena)
{
    json_t *string = json_string(utf8_printable(arena, text));
    json_dumpf(string, stdout, JSON_ENCODE_ANY);
    json_decref(string);
}

static void print_yaml_field(const char *name, const char *value, struct arena *arena)
{
    if (!value)
        return;
    printf("%s: ", name);
    print_yaml_text(value, arena);
    putchar('\n');
}

static void print_yaml_list(const char *name, const char *const *items, size_t count,
                            struct arena *arena)
{
    if (!count)
        return;
    printf("%s: [", name);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : "", stdout);
        print_yaml_text(items[i], arena);
    }
    puts("]");
}

/* NULL where the moment is not known. */
static const char *published_text(const struct article_record *article, struct arena *arena)
{
    struct moment published = {
        .ms = article->published_ms,
        .has_time = article->published_has_time,
        .has_zone = article->published_zone_min != ZONE_NONE,
        .zone_min = article->published_zone_min == ZONE_NONE ? 0 : article->published_zone_min,
    };
    return article->published_ms == MOMENT_NONE ? NULL : date_format(&published, arena);
}

void article_out_markdown(const struct page *page)
{
    const struct article_record *article = &page->article;
    struct arena *arena = page->arena;
    puts("---");
    print_yaml_field("title", article->title, arena);
    print_yaml_list("authors", (const char *const *)article->authors, article->authors_count,
                    arena);
    print_yaml_field("date", published_text(article, arena), arena);
    print_yaml_field("url", article->canonical_url ? article->canonical_url : article->url, arena);
    print_yaml_field("site", article->site_name, arena);
    print_yaml_field("language", article->lang, arena);
    print_yaml_field("section", article->section, arena);
    print_yaml_list("tags", (const char *const *)article->tags, article->tags_count, arena);
    print_yaml_field("description", article->lead, arena);
    print_yaml_field("image", article->image_url, arena);
    print_yaml_field("not_article", article->is_article ? NULL : article->not_article_why, arena);
    puts("---\n");
    if (article->title)
        printf("# %s\n\n", markdown_escaped(arena, utf8_printable(arena, article->title)));
    char *rest = markdown_of_body(page), *line;
    while ((line = strsep(&rest, "\n")) && (rest || *line))
        puts(utf8_printable(arena, line));
}

void article_out_print(const struct article_record *article, struct arena *arena)
{
    print_field("title", article->title, article->title_from, arena);
    for (size_t i = 0; i < article->authors_count; i++)
        print_field("author", article->authors[i], article->authors_from, arena);
    print_field("published", published_text(article, arena), article->published_from, arena);
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
