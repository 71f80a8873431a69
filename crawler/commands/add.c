/* add.c - crawler add: sites, APIs and pages into the database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/url.h"
#include "base/utf8.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/settings.h"
#include "commands/site_word.h"
#include "commands/starter.h"
#include "discover/api.h"
#include "discover/opml.h"

enum { COMPLAINTS_MAX = 20, QUOTE_BYTES_MAX = 200 };

/* What was given, checked, before the database is touched. */
struct additions {
    const struct options *options;
    struct arena arena;
    const char *rules;   /* of every site, or NULL */
    const char **labels; /* as many as options have, in the form that is kept */
    struct site_record *sites;
    size_t count, places;
    size_t bad;
};

/* Where a URL stands, for complaints: "list.txt:3", or nothing for the command line. */
struct place {
    const char *file;
    unsigned line;
};

static void complain(struct additions *all, struct place place, const char *what, size_t size,
                     const char *why)
{
    char *quoted = arena_copy(&all->arena, what,
                              utf8_cut(what, size < QUOTE_BYTES_MAX ? size : QUOTE_BYTES_MAX));
    if (all->bad++ >= COMPLAINTS_MAX) {
        if (all->bad == COMPLAINTS_MAX + 1)
            fputs("crawler: … and more like that\n", stderr);
        return;
    }
    if (place.file)
        fprintf(stderr, "crawler: %s:%u: ", place.file, place.line);
    else
        fputs("crawler: ", stderr);
    fprintf(stderr, "'%s' %s\n", utf8_printable(&all->arena, quoted), why);
}

/* Returns the site's record, to be added to, or NULL after a complaint. */
static struct site_record *take_site(struct additions *all, struct place place, struct span text,
                                     const char *name)
{
    const struct options *options = all->options;
    struct url url;
    if (text.size > URL_BYTES_MAX) {
        complain(all, place, text.data, text.size, "is too long for a URL");
        return NULL;
    }
    const char *why = site_word_read(&all->arena, text, &url);
    if (why) {
        complain(all, place, text.data, text.size, why);
        return NULL;
    }
    const char *domain = url_site(url.host, &all->arena);
    all->sites = arena_room(&all->arena, all->sites, all->count, &all->places, sizeof *all->sites);
    all->sites[all->count++] = (struct site_record){
        .kind = options->kind,
        .url = url_fetchable(&url, &all->arena),
        .key = url_key(&url, &all->arena),
        .origin = url_origin(&url, &all->arena),
        .domain = domain ? domain : arena_copy(&all->arena, url.host.data, url.host.size),
        .name = options->name ? options->name : name,
        .rules = all->rules,
        .delay_ms =
            options->site_delay_ms == OPTION_NOT_GIVEN ? -1 : (int64_t)options->site_delay_ms,
        .max_per_run = options->site_max_per_site == OPTION_NOT_GIVEN
                           ? -1
                           : (int64_t)options->site_max_per_site,
    };
    return &all->sites[all->count - 1];
}

/* A list: a URL a line, after a blank perhaps the site's name; # begins a comment. */
static int take_list(struct additions *all, const char *path)
{
    char *text;
    size_t size;
    int err = batch_read_text(path, &all->arena, &text, &size);
    if (err)
        return err;
    struct place place = {strcmp(path, "-") == 0 ? "standard input" : path, 0};
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3, size -= 3;
    for (const char *end = text + size; text < end;) {
        char *line_end = memchr(text, '\n', (size_t)(end - text));
        struct span line =
            span_trimmed((struct span){text, (size_t)((line_end ? line_end : end) - text)});
        text = line_end ? line_end + 1 : (char *)end;
        place.line++;
        if (line.size == 0 || line.data[0] == '#')
            continue;
        size_t end_of_url = 0;
        while (end_of_url < line.size && !strchr(" \t", line.data[end_of_url]))
            end_of_url++;
        struct span rest =
            span_trimmed((struct span){line.data + end_of_url, line.size - end_of_url});
        const char *name = rest.size ? utf8_cleaned(&all->arena, rest.data, rest.size, NULL) : NULL;
        line.size = end_of_url;
        take_site(all, place, line, name);
    }
    return 0;
}

/* A subscription is a site with its feed. Where only the feed is given, the site is what the feed's
 * host shows. */
static void take_outline(struct additions *all, struct place place,
                         const struct opml_outline *outline)
{
    struct url feed, home;
    const char *why = NULL;
    const char *home_url = outline->home_url;
    if (outline->feed_url)
        why = site_word_read(&all->arena, span_of(outline->feed_url), &feed);
    if (why) {
        complain(all, place, outline->feed_url, strlen(outline->feed_url), why);
        return;
    }
    if (outline->feed_url && (!home_url || site_word_read(&all->arena, span_of(home_url), &home)))
        home_url = arena_format(&all->arena, "%s/", url_origin(&feed, &all->arena));
    struct site_record *site = take_site(all, place, span_of(home_url), outline->title);
    if (site && outline->folder)
        site->folder = utf8_cleaned(&all->arena, outline->folder, strlen(outline->folder), NULL);
    if (site && outline->feed_url) {
        site->feed_url = url_fetchable(&feed, &all->arena);
        site->feed_key = url_key(&feed, &all->arena);
    }
}

static int take_opml(struct additions *all, const char *path)
{
    char *text;
    size_t size, count;
    struct opml_outline *outlines;
    int err = batch_read_file(path, &all->arena, &text, &size);
    if (err)
        return err;
    err = opml_parse(&outlines, &count, &all->arena, text, size);
    for (size_t i = 0; i < count; i++)
        take_outline(all, (struct place){path, outlines[i].line}, &outlines[i]);
    if (err) {
        fprintf(stderr, "crawler: %s: %s\n", path,
                count ? "the OPML breaks off; what came before was read" : "this is no OPML file");
        all->bad++;
    }
    return 0;
}

/* ---- sites to start from ---- */

/* Those that a word of --starter means. Returns ERR_USAGE where it means none, with what there is.
 */
static int take_starter(struct additions *all, const char *word)
{
    size_t before = all->count;
    for (size_t i = 0; i < starter_sites_count; i++) {
        const struct starter_site *from = &starter_sites[i];
        if (!starter_matches(from, word))
            continue;
        struct site_record *site =
            take_site(all, (struct place){NULL, 0}, span_of(from->url), from->name);
        site->country = from->code;
        site->lang = from->lang;
        site->folder = from->country;
    }
    if (all->count > before)
        return 0;
    struct bytes known;
    bytes_init(&known, 0);
    starter_tell(&known);
    fprintf(stderr,
            "crawler: --starter: there is no country and no language '%s'. It takes `all`, or:\n%s",
            utf8_printable(&all->arena, word), known.data);
    bytes_clear(&known);
    return ERR_USAGE;
}

/* ---- the mapping of an API ---- */

/* One FIELD=POINTER of --map. Returns ERR_USAGE after a sentence. */
static int map_field(struct additions *all, struct api_mapping *mapping, const char *pair)
{
    const char *equals = strchr(pair, '=');
    if (!equals || (equals[1] && equals[1] != '/')) {
        fprintf(stderr, "crawler: --map: '%s' is not FIELD=POINTER, as title=/title/rendered\n",
                pair);
        return ERR_USAGE;
    }
    char *name = arena_copy(&all->arena, pair, (size_t)(equals - pair));
    if (api_mapping_set(mapping, name, equals + 1) == 0)
        return 0;
    fprintf(stderr,
            "crawler: --map: there is no field '%s'; it takes url, title, lead, body, published, "
            "modified, authors, lang, section, image, tags, id\n",
            name);
    return ERR_USAGE;
}

/* --items and --map as the JSON that a site's rules are stored in. */
static int read_rules(struct additions *all)
{
    const struct options *options = all->options;
    struct api_mapping mapping = {0};
    if (!options->items && options->map.count == 0)
        return 0;
    if (strcmp(options->kind, "api") != 0) {
        fputs("crawler: --items and --map are for --kind api\n", stderr);
        return ERR_USAGE;
    }
    if (options->items && api_mapping_set(&mapping, "items", options->items)) {
        fprintf(stderr, "crawler: --items: '%s' is no JSON Pointer; it begins with /\n",
                options->items);
        return ERR_USAGE;
    }
    int err = 0;
    for (size_t i = 0; i < options->map.count && !err; i++)
        err = map_field(all, &mapping, options->map.values[i]);
    all->rules = api_mapping_write(&mapping, &all->arena);
    return err;
}

/* --label in the form that is kept. */
static int read_labels(struct additions *all)
{
    const struct option_list *given = &all->options->labels;
    all->labels = arena_alloc_zeroed(&all->arena, (given->count + 1) * sizeof *all->labels);
    for (size_t i = 0; i < given->count; i++) {
        char *label = arena_string(&all->arena, given->values[i]);
        if (!setting_fold_label(label)) {
            fprintf(stderr, "crawler: --label: '%s' is no word for a label\n",
                    utf8_printable(&all->arena, given->values[i]));
            return ERR_USAGE;
        }
        all->labels[i] = label;
    }
    return 0;
}

/* ---- into the database ---- */

/* It keeps the labels that it has. */
static int add_labels(struct store *store, const struct additions *all,
                      const struct site_record *site)
{
    int err = 0;
    for (size_t i = 0; i < all->options->labels.count && !err; i++) {
        const struct store_value params[] = {STORE_PARAM_TEXT(site->url),
                                             STORE_PARAM_TEXT(all->labels[i])};
        err = store_change(store, SQL_PUT_LABEL_BY_URL, params, COUNT(params));
    }
    return err;
}

/* All in one transaction: what fails in the middle leaves nothing. */
static int store_all(struct store *store, const struct additions *all, size_t *added)
{
    int64_t now_ms = clock_wall_ms();
    *added = 0;
    int err = store_begin(store);
    if (err)
        return err;
    for (size_t i = 0; i < all->count && !err; i++) {
        bool new = false;
        err = store_add_site(store, &all->sites[i], now_ms, &new);
        *added += new;
        if (!err)
            err = add_labels(store, all, &all->sites[i]);
    }
    int end = store_end(store, !err);
    return err ? err : end;
}

static int add_all(struct additions *all)
{
    struct store *store;
    int status = database_open(&store, all->options->sites, STORE_CREATE);
    if (status)
        return status;
    size_t added;
    unsigned waited_ms = 0;
    int err;
    do
        err = store_all(store, all, &added);
    while (database_wait(err, &waited_ms));
    status = err ? database_failed(store, err) : all->bad ? EXIT_USAGE : EXIT_COMPLETED;
    store_close(store);
    if (!err && !all->options->quiet)
        printf("%zu added, %zu known already, %zu could not be read\n", added, all->count - added,
               all->bad);
    return status;
}

static int read_everything(struct additions *all)
{
    const struct options *options = all->options;
    int err = read_rules(all);
    if (!err)
        err = read_labels(all);
    for (size_t i = 0; i < options->arguments_count && !err; i++) {
        const char *word = options->arguments[i];
        if (strcmp(word, "-") == 0)
            err = take_list(all, word);
        else
            take_site(all, (struct place){NULL, 0}, span_of(word), NULL);
    }
    for (size_t i = 0; i < options->starter.count && !err; i++)
        err = take_starter(all, options->starter.values[i]);
    if (!err && options->file)
        err = take_list(all, options->file);
    if (!err && options->opml)
        err = take_opml(all, options->opml);
    return err;
}

int command_add(const struct options *options)
{
    if (options->arguments_count == 0 && !options->file && !options->opml &&
        !options->starter.count) {
        fputs(
            "crawler add: which sites? Give URLs, --file LIST, --opml FILE or --starter WHERE; see "
            "crawler add --help\n",
            stderr);
        return EXIT_USAGE;
    }
    struct additions all = {.options = options};
    arena_init(&all.arena, 0);
    int status = EXIT_USAGE;
    if (read_everything(&all) == 0) {
        if (all.count > 0)
            status = add_all(&all);
        else
            fputs("crawler add: nothing to add, so nothing was changed\n", stderr);
    }
    arena_clear(&all.arena);
    return status;
}
