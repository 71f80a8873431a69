/* search.c - crawler search: articles by their words. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "commands/site_choice.h"

/* The words as one query; `quoted`: each as a plain string, for words that FTS5 reads as syntax
 * (a dash, an apostrophe, a colon). */
static const char *join_words(struct arena *arena, const struct options *options, bool quoted)
{
    struct bytes query;
    bytes_init(&query, 0);
    for (size_t i = 0; i < options->arguments_count; i++) {
        bytes_append_string(&query, i ? " " : "");
        if (!quoted) {
            bytes_append_string(&query, options->arguments[i]);
            continue;
        }
        char *rest = arena_string(arena, options->arguments[i]), *word;
        while ((word = strsep(&rest, " \t\n"))) {
            bytes_append_string(&query, "\"");
            for (; *word; word++)
                bytes_append(&query, *word == '"' ? "\"\"" : word, *word == '"' ? 2 : 1);
            bytes_append_string(&query, rest ? "\" " : "\"");
        }
    }
    const char *text = arena_copy(arena, query.data, query.size);
    bytes_clear(&query);
    return text;
}

static void print_article(const json_t *row, struct arena *arena)
{
    const char *published = json_string_value(json_object_get(row, "published"));
    const char *title = json_string_value(json_object_get(row, "title"));
    printf("%.10s  %s\n", published ? published : "no date   ",
           title ? utf8_printable(arena, title) : "(no title)");
    printf("            %s\n",
           utf8_printable(arena, json_string_value(json_object_get(row, "url"))));
    const char *snippet = json_string_value(json_object_get(row, "snippet"));
    if (snippet)
        printf("            %s\n", utf8_printable(arena, snippet));
}

/* Asks once as FTS5 reads it, and once more word by word where it can't be read. */
static int find(struct store *store, struct arena *arena, const struct options *options,
                const char *domain, const char *labels, json_t **out)
{
    int err = 0;
    for (int quoted = 0; quoted <= 1; quoted++) {
        const struct store_value params[] = {
            STORE_PARAM_TEXT(join_words(arena, options, quoted)),
            STORE_PARAM_INTEGER(options->since_ms),
            STORE_PARAM_TEXT(domain),
            STORE_PARAM_INTEGER(options->limit),
            STORE_PARAM_INTEGER(clock_wall_ms()),
            STORE_PARAM_TEXT(labels),
        };
        struct rows_query query = {NULL, SQL_SEARCH_ARTICLES, params, COUNT(params)};
        err = rows_json(store, &query, out);
        if (err != STORE_FAILED)
            break;
    }
    return err;
}

int command_search(const struct options *options)
{
    if (options->arguments_count == 0) {
        fputs("crawler search: for which words? See crawler search --help\n", stderr);
        return EXIT_USAGE;
    }
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    struct arena arena;
    json_t *rows = NULL;
    const char *domain = NULL, *labels = NULL;
    arena_init(&arena, 0);
    status = site_choice_read(store, &arena, options, "search", &domain, &labels);
    int err = status ? 0 : find(store, &arena, options, domain, labels, &rows);
    if (err) {
        status = database_failed(store, err);
    } else if (rows && options->json) {
        rows_dump(rows);
    } else if (rows) {
        for (size_t i = 0; i < json_array_size(rows); i++)
            print_article(json_array_get(rows, i), &arena);
        if (json_array_size(rows) == 0)
            fputs("nothing found\n", stderr);
        json_decref(rows);
    }
    arena_clear(&arena);
    store_close(store);
    return status;
}
