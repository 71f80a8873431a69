/* takedown.c - crawler takedown: removes articles for good, with every trace of their texts. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/url.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"

static const struct rows_column log_columns[] = {
    {"at", "when", ROWS_MOMENT},        {"pattern", "what", ROWS_NAME},
    {"reason", "reason", ROWS_TEXT},    {"asked_by", "asked by", ROWS_TEXT},
    {"rows_gone", "rows", ROWS_NUMBER}, {"done", "done", ROWS_MOMENT},
};
static const struct rows_column article_columns[] = {
    {"published", "published", ROWS_DAY},
    {"versions", "versions", ROWS_NUMBER},
    {"title", "title", ROWS_TEXT},
    {"url", "address", ROWS_NAME},
};

/* ---- what a pattern means ---- */

static const char *behind_scheme(const char *url)
{
    return strstr(url, "://") + 3;
}

/* A name alone is a domain; with a port it is all of that server. Returns what is wrong, or NULL.
 */
static const char *read_domain(struct takedown_record *out, struct arena *arena, const char *word)
{
    struct url url;
    const char *text = arena_format(arena, "https://%s/", word);
    if (url_parse(&url, arena, span_of(text), NULL, NULL) || url.userinfo.size || url.path.size > 1)
        return "is neither a URL nor a domain";
    out->kind = url.has_port ? TAKEDOWN_PREFIX : TAKEDOWN_DOMAIN;
    out->matches = url.has_port ? behind_scheme(url_fetchable(&url, arena))
                                : arena_copy(arena, url.host.data, url.host.size);
    return url.has_port || url.host_is_ip || url_site(url.host, arena)
               ? NULL
               : "is no site's own domain: all sites under it would go";
}

static const char *read_pattern(struct takedown_record *out, struct arena *arena, const char *word)
{
    size_t size = strlen(word);
    const char *star = strchr(word, '*');
    struct url url;
    if (star && star != word + size - 1)
        return "has a * that does not stand at its end";
    if (!strpbrk(word, "/?#*"))
        return read_domain(out, arena, word);
    const char *text = arena_copy(arena, word, size - (star != NULL));
    if (!strstr(text, "://"))
        text = arena_format(arena, "https://%s", text);
    if (url_parse(&url, arena, span_of(text), NULL, NULL))
        return "is no http or https URL";
    out->kind = star ? TAKEDOWN_PREFIX : TAKEDOWN_URL;
    const char *plain = star ? url_fetchable(&url, arena) : url_key(&url, arena);
    if (url.has_fragment) /* an article out of an API's record may have no other address */
        plain = arena_format(arena, "%s#%.*s", url_fetchable(&url, arena), (int)url.fragment.size,
                             url.fragment.data);
    out->matches = behind_scheme(plain);
    return NULL;
}

static int read_patterns(const struct options *options, struct takedown_record *out,
                         struct arena *arena)
{
    for (size_t i = 0; i < options->arguments_count; i++) {
        const char *word = options->arguments[i];
        out[i] = (struct takedown_record){
            .pattern = word, .reason = options->reason, .asked_by = options->asked_by};
        const char *wrong = read_pattern(&out[i], arena, word);
        if (!wrong)
            continue;
        fprintf(stderr, "crawler takedown: '%s' %s\n", utf8_printable(arena, word), wrong);
        return EXIT_USAGE;
    }
    return EXIT_COMPLETED;
}

/* ---- looking ---- */

static void print_counts(const json_t *counts)
{
    static const char *const words[][2] = {
        {"articles", "articles"},
        {"revisions", "older versions of them"},
        {"raw_pages", "pages as they came"},
        {"api_records", "records of APIs"},
        {"waiting", "URLs that waited"},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        printf("%8lld %s\n", (long long)json_integer_value(json_object_get(counts, words[i][0])),
               words[i][1]);
}

/* Adds what one pattern covers to `list`, or prints it. */
static int preview_one(struct store *store, const struct options *options,
                       const struct takedown_record *takedown, json_t *list)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(takedown->kind),
                                         STORE_PARAM_TEXT(takedown->matches)};
    struct rows_query counts = {NULL, SQL_PREVIEW_TAKEDOWN, params, COUNT(params)};
    struct rows_query articles = {NULL, SQL_PREVIEW_TAKEN_ARTICLES, params, COUNT(params)};
    json_t *row = NULL, *rows = NULL;
    int err = rows_first(store, &counts, &row);
    if (!err && options->json) {
        err = rows_json(store, &articles, &rows);
        json_object_set_new(row, "pattern", json_string(takedown->pattern));
        json_object_set_new(row, "of", rows ? rows : json_null());
        json_array_append(list, row);
    } else if (!err) {
        struct arena arena;
        arena_init(&arena, 0);
        printf("%s would go, with\n", utf8_printable(&arena, takedown->pattern));
        arena_clear(&arena);
        print_counts(row);
        err = rows_print(store, &articles, article_columns, COUNT(article_columns), NULL);
    }
    json_decref(row);
    return err;
}

static int preview(const struct options *options, const struct takedown_record *takedowns)
{
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    json_t *list = json_array();
    int err = 0;
    for (size_t i = 0; i < options->arguments_count && !err; i++)
        err = preview_one(store, options, &takedowns[i], list);
    if (err)
        status = database_failed(store, err);
    if (!err && options->json)
        rows_dump(list);
    else
        json_decref(list);
    store_close(store);
    return status;
}

static int print_log(const struct options *options)
{
    struct rows_query query = {NULL, SQL_READ_TAKEDOWNS, NULL, 0};
    struct store *store;
    json_t *rows = NULL;
    size_t count = 0;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    int err = options->json ? rows_json(store, &query, &rows)
                            : rows_print(store, &query, log_columns, COUNT(log_columns), &count);
    if (err)
        status = database_failed(store, err);
    else if (options->json)
        rows_dump(rows);
    else if (!count)
        fputs("nothing was taken down\n", stderr);
    store_close(store);
    return status;
}

/* ---- removing ---- */

static int remove_all(struct store *store, const struct takedown_record *takedowns, size_t count,
                      struct takedown_progress *progress)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = store_takedown_begin(store, takedowns, count, clock_wall_ms());
    while (database_wait(err, &waited_ms));
    while (!err && !progress->done) {
        waited_ms = 0;
        do
            err = store_takedown_step(store, clock_wall_ms(), progress);
        while (database_wait(err, &waited_ms));
    }
    return err;
}

static void print_progress(const struct options *options, const struct takedown_progress *progress)
{
    json_t *counts = json_pack(
        "{s:I, s:I, s:I, s:I, s:I}", "articles", (json_int_t)progress->articles, "revisions",
        (json_int_t)progress->revisions, "raw_pages", (json_int_t)progress->raw_pages,
        "api_records", (json_int_t)progress->api_records, "waiting", (json_int_t)progress->waiting);
    if (options->json) {
        rows_dump(counts);
        return;
    }
    if (!options->quiet) {
        puts(store_is_server(options->sites)
                 ? "removed, and nothing of it is left in the tables; the server's log and its "
                   "backups have it until they are written anew:"
                 : "removed, and nothing of it is left in the file:");
        print_counts(counts);
    }
    json_decref(counts);
}

static int take_down(const struct options *options, const struct takedown_record *takedowns)
{
    struct takedown_progress progress = {0};
    struct store *store;
    int status = database_open(&store, options->sites, STORE_WRITE);
    if (status)
        return status;
    int err = remove_all(store, takedowns, options->arguments_count, &progress);
    if (err)
        status = database_failed(store, err);
    else
        print_progress(options, &progress);
    store_close(store);
    return status;
}

int command_takedown(const struct options *options)
{
    struct arena arena;
    if (!options->arguments_count)
        return print_log(options);
    if (!options->dry_run && (!options->reason || !*options->reason)) {
        fputs("crawler takedown: say why, with --reason TEXT; or look first, with --dry-run\n",
              stderr);
        return EXIT_USAGE;
    }
    arena_init(&arena, 0);
    struct takedown_record *takedowns =
        arena_alloc_zeroed(&arena, options->arguments_count * sizeof *takedowns);
    int status = read_patterns(options, takedowns, &arena);
    if (!status)
        status = options->dry_run ? preview(options, takedowns) : take_down(options, takedowns);
    arena_clear(&arena);
    return status;
}
