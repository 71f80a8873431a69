/* sites.c - crawler sites: the sites and how each is doing. */
#include "commands/sites.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/groups.h"
#include "commands/rows.h"
#include "discover/opml.h"
#include "exchange/text_rows.h"

static const struct rows_column columns[] = {
    {"url", "site", ROWS_NAME},
    {"kind", "kind", ROWS_TEXT},
    {"state", "state", ROWS_TEXT},
    {"sources", "sources", ROWS_NUMBER},
    {"sources_failing", "bad", ROWS_NUMBER},
    {"articles", "articles", ROWS_NUMBER},
    {"articles_7d", "7 days", ROWS_NUMBER},
    {"newest", "newest", ROWS_DAY},
    {"labels", "labels", ROWS_TEXT},
    {"trouble", "trouble", ROWS_TEXT},
};

static int take_count(const struct store_value *row, size_t count, void *context)
{
    (void)count;
    *(unsigned *)context = (unsigned)row[0].integer;
    return 0;
}

unsigned sites_count(struct store *store, const char *labels)
{
    unsigned count = 0;
    const struct store_value params[] = {STORE_PARAM_TEXT(labels)};
    store_each_row(store, SQL_COUNT_SITES, params, 1, take_count, &count);
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

int sites_count_troubled(struct store *store, const char *labels, size_t *out)
{
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(1),
        STORE_PARAM_INTEGER(-1),
        STORE_PARAM_TEXT(labels),
    };
    *out = 0;
    return store_each_row(store, SQL_READ_SITES, params, COUNT(params), count_troubled, out);
}

static int count_row(const struct store_value *row, size_t count, void *context)
{
    (void)row;
    (void)count;
    ++*(size_t *)context;
    return 0;
}

int sites_count_idle_rules(struct store *store, const char *labels, size_t *out)
{
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(-1),
        STORE_PARAM_TEXT(labels),
    };
    *out = 0;
    return store_each_row(store, SQL_READ_IDLE_RULES, params, COUNT(params), count_row, out);
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

static int print_opml(struct store *store, const char *labels)
{
    struct subscriptions list = {0};
    const struct store_value params[] = {STORE_PARAM_TEXT(labels)};
    struct bytes text;
    bytes_init(&text, 0);
    arena_init(&list.arena, 0);
    int err = store_each_row(store, SQL_READ_SUBSCRIPTIONS, params, 1, take_subscription, &list);
    if (!err)
        err = opml_write(&text, "Sites of crawler", list.outlines, list.count);
    if (!err)
        fwrite(text.data, 1, text.size, stdout);
    bytes_clear(&text);
    arena_clear(&list.arena);
    return err;
}

/* ---- which ones ---- */

static const char *const states[] = {"ok",     "new",       "off",     "failing", "silent",
                                     "broken", "paywalled", "blocked", "done",    "retry",
                                     "gone",   "denied",    "skipped", "error"};

/* --state as ",silent,broken,"; NULL where none was given. Returns 0 or an exit status. */
static int read_states(const struct option_list *given, struct arena *arena, const char **out)
{
    *out = given->count ? "," : NULL;
    for (size_t i = 0; i < given->count; i++) {
        struct nearest nearest = {.word = given->values[i]};
        bool known = false;
        for (size_t k = 0; k < COUNT(states); k++) {
            known |= strcmp(states[k], given->values[i]) == 0;
            nearest_consider(&nearest, states[k]);
        }
        if (!known) {
            fprintf(stderr, "crawler sites: there is no state '%s'%s%s%s\n",
                    utf8_printable(arena, given->values[i]),
                    nearest.best ? ", did you mean '"
                                 : ": sites are ok, new, off, failing, silent, "
                                   "broken, paywalled or blocked",
                    nearest.best ? nearest.best : "", nearest.best ? "'?" : "");
            return EXIT_USAGE;
        }
        *out = arena_format(arena, "%s%s,", *out, given->values[i]);
    }
    return 0;
}

/* ---- as CSV ---- */

struct csv {
    struct bytes text;
    size_t rows;
};

static int take_csv(const struct store_value *row, size_t count, void *context)
{
    struct csv *csv = context;
    if (!csv->rows++)
        text_rows_csv_names(&csv->text, row, count);
    text_rows_csv(&csv->text, row, count);
    return 0;
}

static int print_csv(struct store *store, const struct rows_query *query)
{
    struct csv csv = {0};
    bytes_init(&csv.text, 0);
    int err = store_each_row(store, query->sql, query->params, query->params_count, take_csv, &csv);
    if (!err)
        fwrite(csv.text.data, 1, csv.text.size, stdout);
    bytes_clear(&csv.text);
    return err;
}

static int print_table(struct store *store, const struct rows_query *query, bool all)
{
    size_t count = 0;
    int err = rows_print(store, query, columns, COUNT(columns), &count);
    if (!err && count == 0)
        puts(all ? "no sites yet: add some with crawler add" : "no such sites");
    return err;
}

static int print_json(struct store *store, const struct rows_query *query)
{
    json_t *rows = NULL;
    int err = rows_json(store, query, &rows);
    if (!err)
        rows_dump(rows);
    return err;
}

static int print_sites(struct store *store, const struct options *options, const char *labels,
                       const char *chosen)
{
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(0),
        STORE_PARAM_INTEGER(-1),
        STORE_PARAM_TEXT(labels),
        STORE_PARAM_TEXT(chosen),
    };
    struct rows_query query = {NULL, SQL_READ_SITES, params, COUNT(params)};
    int err = options->as_opml ? print_opml(store, labels)
              : options->csv   ? print_csv(store, &query)
              : options->json  ? print_json(store, &query)
                               : print_table(store, &query, !labels && !chosen);
    return err ? database_failed(store, err) : EXIT_COMPLETED;
}

int command_sites(const struct options *options)
{
    struct store *store;
    struct arena arena;
    const char *labels = NULL, *chosen = NULL;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    arena_init(&arena, 0);
    status = groups_read(store, &arena, &options->groups, &labels);
    if (!status)
        status = read_states(&options->states, &arena, &chosen);
    if (!status)
        status = print_sites(store, options, labels, chosen);
    arena_clear(&arena);
    store_close(store);
    return status;
}
