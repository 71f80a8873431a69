/* set.c - crawler set: what a site has instead of the run's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/set_show.h"
#include "commands/settings.h"
#include "commands/site_choice.h"

enum { REASON_BYTES = 512 };

/* KEY=VALUE, KEY+=VALUE, KEY-=VALUE, ready to be stored. */
struct assignment {
    const struct setting_row *row;
    char sign;                /* '=', '+' or '-' */
    const char *text;         /* behind the sign; "" resets */
    struct store_value value; /* of a SETTING_COLUMN */
    const char *name;         /* of a header; else "" */
    bool secret;              /* of a SETTING_SECRET: the value itself is one */
};

struct setting_work {
    struct store *store;
    struct arena *arena;
    struct assignment *assignments;
    size_t assignments_count, assignments_places;
    const char **words; /* that name sites */
    size_t words_count, words_places;
    struct site_choice choice;
};

/* ---- the words ---- */

/* How much of the word is a key with its sign, as in "label+="; 0: it is no assignment. */
static size_t key_size(const char *word)
{
    size_t size = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    while (size && word[size] == '-' && word[size + 1] >= 'a' && word[size + 1] <= 'z')
        size += 1 + strspn(word + size + 1, "abcdefghijklmnopqrstuvwxyz");
    if (size && (word[size] == '+' || word[size] == '-') && word[size + 1] == '=')
        return size + 2;
    return size && word[size] == '=' ? size + 1 : 0;
}

/* A password in the arguments shows in every list of processes, so it stays there no longer than it
 * takes to read it. */
static const char *take_word(struct arena *arena, const char *word, size_t key)
{
    char *copy = arena_string(arena, word);
    if (key)
        memset((char *)(uintptr_t)word + key, '*', strlen(word + key));
    return copy;
}

static int complain(const struct assignment *assignment, const char *reason)
{
    fprintf(stderr, "crawler set: %s: %s\n", assignment->row->value.name, reason);
    return EXIT_USAGE;
}

/* "NAME: SECRET", or NAME alone to take it away. */
static int split_header(struct setting_work *work, struct assignment *assignment)
{
    const char *colon = strchr(assignment->text, ':');
    if (assignment->sign == '-' || !*assignment->text) {
        assignment->name = assignment->text;
        return 0;
    }
    if (!colon)
        return complain(assignment, "wants a name and a value: header='X-Api-Key: 123'");
    struct span name = {assignment->text, (size_t)(colon - assignment->text)};
    name = span_trimmed(name);
    struct span value = span_trimmed(span_of(colon + 1));
    assignment->name = arena_copy(work->arena, name.data, name.size);
    assignment->text = arena_copy(work->arena, value.data, value.size);
    return 0;
}

static int read_secret(struct setting_work *work, struct assignment *assignment)
{
    char reason[REASON_BYTES];
    int status = 0;
    if (assignment->row->credential == CREDENTIAL_HEADER)
        status = split_header(work, assignment);
    if (status || assignment->sign == '-' || !*assignment->text)
        return status;
    if (credential_check(assignment->row->credential, assignment->name, assignment->text,
                         &assignment->secret, reason, sizeof reason) == 0)
        return 0;
    if (*assignment->name)
        fprintf(stderr, "crawler set: header '%s' %s\n",
                utf8_printable(work->arena, assignment->name), reason);
    else
        fprintf(stderr, "crawler set: what %s is set to %s\n", assignment->row->value.name, reason);
    return EXIT_USAGE;
}

/* The words of a list, folded and parted by commas, none empty. */
static int read_labels(struct setting_work *work, struct assignment *assignment)
{
    char *text = arena_string(work->arena, assignment->text), *rest = text;
    const char *folded = "";
    for (char *label; (label = strsep(&rest, ", "));) {
        if (!*label)
            continue;
        if (!setting_fold_label(label)) {
            char *quoted = utf8_printable(work->arena, label);
            return complain(assignment,
                            arena_format(work->arena, "'%s' is no word for a label", quoted));
        }
        folded = arena_format(work->arena, "%s%s%s", folded, *folded ? "," : "", label);
    }
    assignment->text = folded;
    return 0;
}

static int read_value(struct setting_work *work, struct assignment *assignment)
{
    char reason[REASON_BYTES];
    const struct setting_row *row = assignment->row;
    bool several = row->kind == SETTING_LABELS ||
                   (row->kind == SETTING_SECRET && row->credential == CREDENTIAL_HEADER);
    if (assignment->sign != '=' && !several)
        return complain(assignment, "has one value, so it is set with = alone");
    if (row->kind == SETTING_LABELS)
        return read_labels(work, assignment);
    if (row->kind == SETTING_SECRET)
        return read_secret(work, assignment);
    if (!*assignment->text) {
        assignment->value = (struct store_value){.type = STORE_NULL};
        return 0;
    }
    if (setting_read(row, work->arena, assignment->text, &assignment->value, reason, sizeof reason))
        return complain(assignment, utf8_printable(work->arena, reason));
    return 0;
}

static int take_assignment(struct setting_work *work, const char *word, size_t size)
{
    size_t name_size = size - 1;
    char sign = '=';
    if (word[size - 2] == '+' || word[size - 2] == '-')
        sign = word[--name_size];
    const char *name = arena_copy(work->arena, word, name_size), *nearest = NULL;
    struct assignment assignment = {
        .row = setting_find(name, &nearest), .sign = sign, .text = word + size, .name = ""};
    if (!assignment.row) {
        fprintf(stderr, "crawler set: there is no setting '%s'%s%s%s See crawler set --help\n",
                name, nearest ? ", did you mean '" : "", nearest ? nearest : "",
                nearest ? "'?" : ".");
        return EXIT_USAGE;
    }
    int status = read_value(work, &assignment);
    work->assignments = arena_room(work->arena, work->assignments, work->assignments_count,
                                   &work->assignments_places, sizeof assignment);
    work->assignments[work->assignments_count++] = assignment;
    return status;
}

/* All words are taken before the first complaint, so that no secret is left where it shows. */
static int take_words(struct setting_work *work, const struct options *options)
{
    int status = 0;
    const char **words = arena_alloc_zeroed(work->arena, options->arguments_count * sizeof *words);
    for (size_t i = 0; i < options->arguments_count; i++)
        words[i] = take_word(work->arena, options->arguments[i], key_size(options->arguments[i]));
    for (size_t i = 0; i < options->arguments_count && !status; i++) {
        size_t size = key_size(words[i]);
        if (size) {
            status = take_assignment(work, words[i], size);
            continue;
        }
        work->words = arena_room(work->arena, work->words, work->words_count, &work->words_places,
                                 sizeof *work->words);
        work->words[work->words_count++] = words[i];
    }
    return status;
}

/* ---- into the database ---- */

static int change_labels(struct setting_work *work, const struct assignment *assignment,
                         int64_t site_id)
{
    int err = 0;
    struct store_value params[] = {STORE_PARAM_INTEGER(site_id),
                                   STORE_PARAM_TEXT((const char *)NULL)};
    if (assignment->sign == '=')
        err = store_change(work->store, SQL_DROP_LABEL, params, COUNT(params));
    char *rest = arena_string(work->arena, assignment->text);
    for (char *label; !err && (label = strsep(&rest, ","));) {
        if (!*label)
            continue;
        params[1] = STORE_PARAM_TEXT(label);
        err = store_change(work->store, assignment->sign == '-' ? SQL_DROP_LABEL : SQL_PUT_LABEL,
                           params, COUNT(params));
    }
    return err;
}

static int change_secret(struct setting_work *work, const struct assignment *assignment,
                         int64_t site_id)
{
    const char *key = credential_names[assignment->row->credential];
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(site_id), STORE_PARAM_TEXT(key), STORE_PARAM_TEXT(assignment->name),
        STORE_PARAM_TEXT(assignment->text), STORE_PARAM_INTEGER(assignment->secret)};
    const struct store_value all[] = {STORE_PARAM_INTEGER(site_id), STORE_PARAM_TEXT(key),
                                      STORE_PARAM_TEXT((const char *)NULL)};
    int err = assignment->sign == '='
                  ? store_change(work->store, SQL_DROP_SECRET, all, COUNT(all))
                  : store_change(work->store, SQL_DROP_SECRET, params, COUNT(all));
    if (!err && *assignment->text && assignment->sign != '-')
        err = store_change(work->store, SQL_PUT_SECRET, params, COUNT(params));
    return err;
}

static int change_site(struct setting_work *work, const struct assignment *assignment,
                       int64_t site_id)
{
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(site_id), STORE_PARAM_TEXT(assignment->row->column), assignment->value};
    switch (assignment->row->kind) {
    case SETTING_LABELS:
        return change_labels(work, assignment, site_id);
    case SETTING_SECRET:
        return change_secret(work, assignment, site_id);
    case SETTING_COLUMN:
        break;
    }
    int err = store_change(work->store, SQL_SET_SITE, params, COUNT(params));
    if (!err && strcmp(assignment->row->value.name, "user-agent") == 0)
        err = store_change(work->store, SQL_FORGET_ROBOTS, params, 1);
    return err;
}

/* All in one transaction; and before a secret is on the disk, the files are their owner's. */
static int change_all(struct setting_work *work, bool *protected)
{
    int err = store_begin(work->store);
    if (err)
        return err;
    for (size_t i = 0; i < work->choice.count && !err; i++)
        for (size_t k = 0; k < work->assignments_count && !err; k++)
            err = change_site(work, &work->assignments[k], work->choice.sites[i].site_id);
    if (!err)
        err = store_protect(work->store, protected);
    int end = store_end(work->store, !err);
    return err ? err : end;
}

static int change(struct setting_work *work, const struct options *options)
{
    unsigned waited_ms = 0;
    bool protected = false;
    int err;
    do
        err = change_all(work, &protected);
    while (database_wait(err, &waited_ms));
    if (err)
        return database_failed(work->store, err);
    if (protected)
        fprintf(stderr,
                "crawler: %s holds credentials now, so nobody but its owner may read it any more\n",
                options->sites);
    if (!options->quiet)
        printf("%zu %s changed\n", work->choice.count, work->choice.count == 1 ? "site" : "sites");
    return EXIT_COMPLETED;
}

static int set_or_show(struct setting_work *work, const struct options *options)
{
    int status = database_open(&work->store, options->sites,
                               work->assignments_count ? STORE_WRITE : STORE_READ);
    if (status)
        return status;
    work->choice = (struct site_choice){.store = work->store,
                                        .arena = work->arena,
                                        .command = "set",
                                        .hint = "; a setting is written KEY=VALUE"};
    status = site_choice_groups(&work->choice, &options->groups, options->all);
    for (size_t i = 0; i < work->words_count && !status; i++)
        status = site_choice_word(&work->choice, work->words[i]);
    if (!status && work->assignments_count)
        status = change(work, options);
    else if (!status)
        status = set_show(work->store, work->choice.sites, work->choice.count, options->json);
    store_close(work->store);
    return status;
}

int command_set(const struct options *options)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct setting_work work = {.arena = &arena};
    int status = take_words(&work, options);
    if (!status && !work.words_count && !options->groups.count && !options->all) {
        fputs("crawler set: which sites? Give addresses or domains, --group WORD or --all; see "
              "crawler set --help\n",
              stderr);
        status = EXIT_USAGE;
    }
    if (!status)
        status = set_or_show(&work, options);
    arena_clear(&arena);
    return status;
}
