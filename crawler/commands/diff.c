/* diff.c - crawler diff: what was changed in an article, word by word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/worddiff.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/one_url.h"
#include "commands/rows.h"

/* How much of what is the same is shown before and behind a change, in bytes. */
enum { AROUND = 100 };

static const char *const fields[] = {"title", "lead", "body"};

/* How a part is marked; as `git diff --word-diff` does it. */
struct marks {
    const char *begin[3], *end[3]; /* by enum worddiff_kind */
};
static const struct marks plain_marks = {{"", "[-", "{+"}, {"", "-]", "+}"}};
static const struct marks colour_marks = {{"", "\033[31;9m", "\033[32m"}, {"", "\033[m", "\033[m"}};

/* Colour is for terminals, and for those who want it (no-color.org). */
static const struct marks *choose_marks(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool colour =
        isatty(STDOUT_FILENO) && !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
    return colour ? &colour_marks : &plain_marks;
}

static struct span text_of(const json_t *version, const char *field)
{
    const char *text = json_string_value(json_object_get(version, field));
    return span_of(text ? text : "");
}

/* ---- for people ---- */

/* Each line of the text marked for itself, so that a mark never spans lines. */
static void print_marked(struct arena *arena, struct span text, const char *begin, const char *end)
{
    while (text.size) {
        const char *line_end = memchr(text.data, '\n', text.size);
        size_t size = line_end ? (size_t)(line_end - text.data) : text.size;
        if (size)
            printf("%s%s%s", begin, utf8_printable(arena, arena_copy(arena, text.data, size)), end);
        else if (*begin)
            printf("%s¶%s", begin, end);
        if (line_end)
            fputs("\n    ", stdout);
        text.data += size + (line_end != NULL);
        text.size -= size + (line_end != NULL);
    }
}

/* What is the same: the whole if it is short, else its ends. */
static void print_same(struct arena *arena, struct span text, bool first, bool last)
{
    size_t head = first ? 0 : AROUND, tail = last ? 0 : AROUND;
    if (text.size <= head + tail + AROUND) {
        print_marked(arena, text, "", "");
        return;
    }
    head = utf8_cut(text.data, head);
    size_t from = text.size - tail;
    while (from < text.size && ((unsigned char)text.data[from] & 0xc0) == 0x80)
        from++;
    print_marked(arena, (struct span){text.data, head}, "", "");
    fputs("…", stdout);
    print_marked(arena, (struct span){text.data + from, text.size - from}, "", "");
}

/* A blank where the text had one; what is the end of a line has its own. */
static void print_gap(const struct worddiff_part *part, struct span before, struct span after)
{
    struct span whole = part->kind == WORDDIFF_GONE ? before : after;
    if (part->text.data > whole.data && part->text.data[-1] == ' ')
        putchar(' ');
}

static void print_field(struct arena *arena, const char *field, struct span before,
                        struct span after, const struct marks *marks)
{
    struct worddiff_part *parts;
    size_t count = worddiff(arena, before, after, &parts);
    if (count == 0 || (count == 1 && parts[0].kind == WORDDIFF_SAME))
        return;
    printf("  %s\n    ", field);
    for (size_t i = 0; i < count; i++) {
        if (i)
            print_gap(&parts[i], before, after);
        if (parts[i].kind == WORDDIFF_SAME)
            print_same(arena, parts[i].text, i == 0, i + 1 == count);
        else
            print_marked(arena, parts[i].text, marks->begin[parts[i].kind],
                         marks->end[parts[i].kind]);
    }
    putchar('\n');
}

static void print_versions(struct arena *arena, const json_t *versions)
{
    const struct marks *marks = choose_marks();
    const json_t *last = json_array_get(versions, json_array_size(versions) - 1);
    const char *gone = json_string_value(json_object_get(last, "gone"));
    printf("%s\n", utf8_printable(arena, json_string_value(json_object_get(last, "url"))));
    printf("  first seen %s\n",
           json_string_value(json_object_get(json_array_get(versions, 0), "seen")));
    for (size_t i = 1; i < json_array_size(versions); i++) {
        const json_t *before = json_array_get(versions, i - 1),
                     *after = json_array_get(versions, i);
        printf("\nversion %lld, %s\n", (long long)json_integer_value(json_object_get(after, "rev")),
               json_string_value(json_object_get(after, "seen")));
        for (size_t k = 0; k < COUNT(fields); k++)
            print_field(arena, fields[k], text_of(before, fields[k]), text_of(after, fields[k]),
                        marks);
    }
    if (json_array_size(versions) == 1)
        puts("  not changed since");
    if (gone)
        printf("\ngone since %s: its address answers 404 or 410\n", gone);
}

/* ---- for programs ---- */

static json_t *field_json(struct arena *arena, struct span before, struct span after)
{
    static const char *const names[] = {"same", "gone", "new"};
    struct worddiff_part *parts;
    size_t count = worddiff(arena, before, after, &parts);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s%}", names[parts[i].kind], parts[i].text.data,
                                              parts[i].text.size));
    return list;
}

static void dump_versions(struct arena *arena, const json_t *versions)
{
    const json_t *last = json_array_get(versions, json_array_size(versions) - 1);
    json_t *changes = json_array();
    for (size_t i = 1; i < json_array_size(versions); i++) {
        const json_t *before = json_array_get(versions, i - 1),
                     *after = json_array_get(versions, i);
        json_t *change = json_object();
        json_object_set(change, "version", json_object_get(after, "rev"));
        json_object_set(change, "seen", json_object_get(after, "seen"));
        for (size_t k = 0; k < COUNT(fields); k++) {
            struct span old = text_of(before, fields[k]), new = text_of(after, fields[k]);
            if (old.size != new.size || memcmp(old.data, new.data, old.size) != 0)
                json_object_set_new(change, fields[k], field_json(arena, old, new));
        }
        json_array_append_new(changes, change);
    }
    rows_dump(json_pack("{s:O, s:O, s:O, s:O, s:o}", "article_id",
                        json_object_get(last, "article_id"), "url", json_object_get(last, "url"),
                        "first_seen", json_object_get(json_array_get(versions, 0), "seen"), "gone",
                        json_object_get(last, "gone"), "changes", changes));
}

/* ---- the whole ---- */

static int show(struct store *store, struct arena *arena, const struct url *url,
                const struct options *options)
{
    const struct store_value params[] = {STORE_PARAM_TEXT(url_origin(url, arena)),
                                         STORE_PARAM_TEXT(url_key(url, arena)),
                                         STORE_PARAM_TEXT(url->href)};
    struct rows_query query = {NULL, SQL_VERSIONS_OF_URL, params, COUNT(params)};
    json_t *versions;
    int err = rows_json(store, &query, &versions);
    if (err)
        return database_failed(store, err);
    int status = EXIT_COMPLETED;
    if (json_array_size(versions) == 0) {
        fprintf(stderr, "crawler diff: no article is stored of %s: crawler explain tells why\n",
                utf8_printable(arena, url->href));
        status = EXIT_USAGE;
    } else if (options->json) {
        dump_versions(arena, versions);
    } else {
        print_versions(arena, versions);
    }
    json_decref(versions);
    return status;
}

int command_diff(const struct options *options)
{
    struct store *store;
    struct arena arena;
    struct url url;
    arena_init(&arena, 0);
    int status = one_url_read(&url, &arena, options, "diff");
    if (status == EXIT_COMPLETED)
        status = database_open(&store, options->sites, STORE_READ);
    if (status == EXIT_COMPLETED) {
        status = show(store, &arena, &url, options);
        store_close(store);
    }
    arena_clear(&arena);
    return status;
}
