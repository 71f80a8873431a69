/* sites.c - crawler sites: the sites and how each is doing. */
#include "commands/sites.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "discover/opml.h"

static const struct rows_column columns[] = {
    {"url", "site", ROWS_NAME},
    {"kind", "kind", ROWS_TEXT},
    {"state", "state", ROWS_TEXT},
    {"sources", "sources", ROWS_NUMBER},
    {"sources_failing", "bad", ROWS_NUMBER},
    {"articles", "articles", ROWS_NUMBER},
    {"articles_7d", "7 days", ROWS_NUMBER},
    {"newest", "newest", ROWS_DAY},
    {"trouble", "trouble", ROWS_TEXT},
};

static int take_count(const struct store_value *row, size_t count, void *context)
{
    (void)count;
    *(unsigned *)context = (unsigned)row[0].integer;
    return 0;
}

unsigned sites_count(struct store *store)
{
    unsigned count = 0;
    store_each_row(store, SQL_COUNT_SITES, NULL, 0, take_count, &count);
    return count;
}

static int count_troubled(const struct store_value *row, size_t count, void *context)
{
    static const char *const troubles[] = {"failing", "silent", "broken", "paywalled", "blocked"};
    const struct store_value *state = store_column(row, count, "state");
    for (size_t i = 0; i < COUNT(troubles); i++)
        *(size_t *)context += strcmp(state->text, troubles[i]) == 0;
    return 0;
}

int sites_count_troubled(struct store *store, size_t *out)
{
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(1),
        STORE_PARAM_INTEGER(-1),
    };
    *out = 0;
    return store_each_row(store, SQL_READ_SITES, params, COUNT(params), count_troubled, out);
}

/* ---- for feed readers ---- */

struct subscriptions {
    struct arena arena;
    struct opml_outline *outlines;
    size_t count, places;
};

static const char *kept_text(struct subscriptions *list, const struct store_value *row,
                             size_t count, const char *name)
{
    const char *text = store_column(row, count, name)->text;
    return text && *text ? arena_string(&list->arena, text) : NULL;
}

static int take_subscription(const struct store_value *row, size_t count, void *context)
{
    struct subscriptions *list = context;
    list->outlines = arena_room(&list->arena, list->outlines, list->count, &list->places,
                                sizeof *list->outlines);
    list->outlines[list->count++] =
        (struct opml_outline){.feed_url = kept_text(list, row, count, "feed_url"),
                              .home_url = kept_text(list, row, count, "home_url"),
                              .title = kept_text(list, row, count, "title"),
                              .folder = kept_text(list, row, count, "folder")};
    return 0;
}

static int print_opml(struct store *store)
{
    struct subscriptions list = {0};
    struct bytes text;
    bytes_init(&text, 0);
    arena_init(&list.arena, 0);
    int err = store_each_row(store, SQL_READ_SUBSCRIPTIONS, NULL, 0, take_subscription, &list);
    if (!err)
        err = opml_write(&text, "Sites of crawler", list.outlines, list.count);
    if (!err)
        fwrite(text.data, 1, text.size, stdout);
    bytes_clear(&text);
    arena_clear(&list.arena);
    return err;
}

int command_sites(const struct options *options)
{
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(0),
        STORE_PARAM_INTEGER(-1),
    };
    struct rows_query query = {NULL, SQL_READ_SITES, params, COUNT(params)};
    json_t *rows = NULL;
    size_t count = 0;
    int err = options->as_opml ? print_opml(store)
              : options->json  ? rows_json(store, &query, &rows)
                               : rows_print(store, &query, columns, COUNT(columns), &count);
    if (err)
        status = database_failed(store, err);
    else if (options->as_opml)
        status = EXIT_COMPLETED;
    else if (options->json)
        rows_dump(rows);
    else if (count == 0)
        puts("no sites yet: add some with crawler add");
    store_close(store);
    return status;
}
