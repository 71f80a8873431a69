#include "commands/site_choice.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "commands/database.h"
#include "commands/groups.h"
#include "commands/site_word.h"

static int take_site(const struct store_value *row, size_t count, void *context)
{
    struct site_choice *choice = context;
    int64_t site_id = store_column(row, count, "site_id")->integer;
    for (size_t i = 0; i < choice->count; i++)
        if (choice->sites[i].site_id == site_id)
            return 0;
    choice->sites = arena_room(choice->arena, choice->sites, choice->count, &choice->places,
                               sizeof *choice->sites);
    const char *url = store_column(row, count, "home_url")->text;
    choice->sites[choice->count++] =
        (struct chosen_site){site_id, arena_string(choice->arena, url)};
    return 0;
}

struct guess {
    struct arena *arena;
    struct nearest nearest;
};

static int consider_site(const struct store_value *row, size_t count, void *context)
{
    struct guess *guess = context;
    const char *name = store_column(row, count, "name")->text;
    nearest_consider(&guess->nearest, arena_string(guess->arena, name));
    return 0;
}

static int no_such_site(struct site_choice *choice, const char *word)
{
    struct guess guess = {choice->arena, {.word = word}};
    int err = store_each_row(choice->store, SQL_READ_SITE_NAMES, NULL, 0, consider_site, &guess);
    if (err)
        return database_failed(choice->store, err);
    const char *best = utf8_printable(choice->arena, guess.nearest.best);
    fprintf(stderr, "crawler %s: there is no site '%s'%s%s%s See crawler sites\n", choice->command,
            utf8_printable(choice->arena, word), best ? ", did you mean '" : "", best ? best : "",
            best ? "'?" : ".");
    return EXIT_USAGE;
}

int site_choice_word(struct site_choice *choice, const char *word)
{
    struct url url;
    size_t before = choice->count;
    const char *why = site_word_read(choice->arena, span_of(word), &url);
    const char *domain = NULL;
    if (why) {
        fprintf(stderr, "crawler %s: '%s' %s%s\n", choice->command,
                utf8_printable(choice->arena, word), why, choice->hint);
        return EXIT_USAGE;
    }
    if (!strstr(word, "://") && url.path.size == 1 && !url.has_query)
        domain = strstr(url_origin(&url, choice->arena), "://") + 3;
    const struct store_value params[] = {
        STORE_PARAM_TEXT(url_fetchable(&url, choice->arena)), STORE_PARAM_TEXT(domain),
        STORE_PARAM_TEXT((const char *)NULL), STORE_PARAM_INTEGER(0)};
    int err =
        store_each_row(choice->store, SQL_FIND_SITES, params, COUNT(params), take_site, choice);
    if (err)
        return database_failed(choice->store, err);
    return choice->count > before ? 0 : no_such_site(choice, word);
}

int site_choice_groups(struct site_choice *choice, const struct option_list *groups, bool all)
{
    const char *labels = NULL;
    int status = groups_read(choice->store, choice->arena, groups, &labels);
    if (status || (!labels && !all))
        return status;
    const struct store_value params[] = {STORE_PARAM_TEXT((const char *)NULL),
                                         STORE_PARAM_TEXT((const char *)NULL),
                                         STORE_PARAM_TEXT(labels), STORE_PARAM_INTEGER(all)};
    int err =
        store_each_row(choice->store, SQL_FIND_SITES, params, COUNT(params), take_site, choice);
    return err ? database_failed(choice->store, err) : 0;
}

struct wanted {
    const char *domain; /* as the word says it */
    bool found;
};

static int compare_domain(const struct store_value *row, size_t count, void *context)
{
    struct wanted *wanted = context;
    wanted->found |= strcmp(store_column(row, count, "name")->text, wanted->domain) == 0;
    return 0;
}

/* A domain, a host of it or an address there. */
static int read_domain(struct site_choice *choice, const char *word, const char **out)
{
    struct url url;
    const char *why = site_word_read(choice->arena, span_of(word), &url);
    if (why) {
        fprintf(stderr, "crawler %s: --site: '%s' %s\n", choice->command,
                utf8_printable(choice->arena, word), why);
        return EXIT_USAGE;
    }
    struct wanted wanted = {.domain = url_site(url.host, choice->arena)};
    if (!wanted.domain)
        wanted.domain = arena_copy(choice->arena, url.host.data, url.host.size);
    int err = store_each_row(choice->store, SQL_READ_SITE_NAMES, NULL, 0, compare_domain, &wanted);
    if (err)
        return database_failed(choice->store, err);
    *out = wanted.domain;
    return wanted.found ? 0 : no_such_site(choice, word);
}

int site_choice_read(struct store *store, struct arena *arena, const struct options *options,
                     const char *command, const char **domain, const char **labels)
{
    struct site_choice choice = {.store = store, .arena = arena, .command = command, .hint = ""};
    int status = options->site ? read_domain(&choice, options->site, domain) : 0;
    return status ? status : groups_read(store, arena, &options->groups, labels);
}
