/* rules.c - crawler rules: where on a site's pages its fields stand, told by a person. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "commands/rules_file.h"
#include "commands/site_choice.h"

/* ---- what there is ---- */

struct showing {
    struct arena *arena;
    int64_t site_id; /* of the last row */
};

static struct store_value day_of(int32_t day)
{
    return day == RULE_DAY_FIRST || day == RULE_DAY_LAST ? (struct store_value){.type = STORE_NULL}
                                                         : STORE_PARAM_INTEGER(day);
}

static int32_t day_at(const struct store_value *row, size_t count, const char *name, int32_t none)
{
    const struct store_value *value = store_column(row, count, name);
    return value->type == STORE_NULL ? none : (int32_t)value->integer;
}

/* As a file would have it: what there is to tell beside the rule stands in comments. */
static int show_rule(const struct store_value *row, size_t count, void *context)
{
    struct showing *showing = context;
    int64_t matched = store_column(row, count, "matched")->integer;
    int64_t missed = store_column(row, count, "missed_in_row")->integer;
    struct site_rule rule = {
        .field = store_column(row, count, "field")->text,
        .is_css = strcmp(store_column(row, count, "kind")->text, "css") == 0,
        .selector = store_column(row, count, "selector")->text,
        .from_day = day_at(row, count, "from_day", RULE_DAY_FIRST),
        .until_day = day_at(row, count, "until_day", RULE_DAY_LAST),
    };
    struct bytes line;
    int64_t site_id = store_column(row, count, "site_id")->integer;
    if (site_id != showing->site_id)
        printf("%s# %s\n", showing->site_id ? "\n" : "",
               utf8_printable(showing->arena, store_column(row, count, "site")->text));
    showing->site_id = site_id;
    if (matched)
        printf("# found on %lld pages, the last %s%s", (long long)matched,
               store_column(row, count, "matched_last")->text, missed ? "" : "\n");
    if (missed)
        printf("%s on none of the last %lld\n", matched ? ";" : "# found", (long long)missed);
    bytes_init(&line, 0);
    site_rule_format(&line, &rule);
    puts(utf8_printable(showing->arena, line.data));
    bytes_clear(&line);
    return 0;
}

static int show_site(struct store *store, struct showing *showing, const struct store_value *site,
                     json_t *all)
{
    struct rows_query query = {NULL, SQL_READ_SITE_RULES, site, 1};
    json_t *rows;
    if (!all)
        return store_each_row(store, SQL_READ_SITE_RULES, site, 1, show_rule, showing);
    int err = rows_json(store, &query, &rows);
    if (!err)
        json_array_extend(all, rows);
    json_decref(err ? NULL : rows);
    return err;
}

static int show(const struct site_choice *choice, bool every, bool as_json)
{
    const struct store_value none = {.type = STORE_NULL};
    struct showing showing = {.arena = choice->arena};
    json_t *all = as_json ? json_array() : NULL;
    int err = every ? show_site(choice->store, &showing, &none, all) : 0;
    for (size_t i = 0; i < choice->count && !err; i++) {
        const struct store_value site = STORE_PARAM_INTEGER(choice->sites[i].site_id);
        err = show_site(choice->store, &showing, &site, all);
    }
    if (all && !err)
        rows_dump(all);
    else
        json_decref(all);
    return err ? database_failed(choice->store, err) : EXIT_COMPLETED;
}

/* ---- into the database ---- */

/* What was read by other rules is to be read again, where its page is kept. */
static int replace_rules(struct store *store, int64_t site_id, const struct site_rule *rules,
                         size_t count)
{
    static const enum sql clearing[] = {SQL_DROP_SITE_RULES, SQL_REREAD_SITE_ARTICLES,
                                        SQL_REREAD_SITE_VERSIONS, SQL_REREAD_SITE_URLS};
    const struct store_value site[] = {STORE_PARAM_INTEGER(site_id)};
    int err = 0;
    for (size_t i = 0; i < COUNT(clearing) && !err; i++)
        err = store_change(store, clearing[i], site, COUNT(site));
    for (size_t i = 0; i < count && !err; i++) {
        const struct store_value params[] = {
            site[0],
            STORE_PARAM_TEXT(rules[i].field),
            STORE_PARAM_TEXT(rules[i].is_css ? "css" : "xpath"),
            STORE_PARAM_TEXT(rules[i].selector),
            day_of(rules[i].from_day),
            day_of(rules[i].until_day),
            STORE_PARAM_INTEGER(clock_wall_ms()),
        };
        err = store_change(store, SQL_PUT_SITE_RULE, params, COUNT(params));
    }
    return err;
}

static int replace_all(const struct site_choice *choice, const struct site_rule *rules,
                       size_t count)
{
    int err = store_begin(choice->store);
    if (err)
        return err;
    for (size_t i = 0; i < choice->count && !err; i++)
        err = replace_rules(choice->store, choice->sites[i].site_id, rules, count);
    int end = store_end(choice->store, !err);
    return err ? err : end;
}

static int store_rules(const struct site_choice *choice, const struct options *options,
                       const struct site_rule *rules, size_t count)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = replace_all(choice, rules, count);
    while (database_wait(err, &waited_ms));
    if (err)
        return database_failed(choice->store, err);
    if (!options->quiet)
        printf("%zu rules for %zu %s; crawler reextract reads the pages that were kept by them\n",
               count, choice->count, choice->count == 1 ? "site" : "sites");
    return EXIT_COMPLETED;
}

int command_rules(const struct options *options)
{
    struct arena arena;
    struct site_rule *rules = NULL;
    size_t count = 0;
    struct site_choice choice = {.command = "rules", .hint = ""};
    bool chosen = options->arguments_count > 0 || options->groups.count > 0;
    arena_init(&arena, 0);
    choice.arena = &arena;
    int status = 0;
    if (options->file && !chosen) {
        fputs("crawler rules: the rules of which site? Give its address, or --group WORD\n",
              stderr);
        status = EXIT_USAGE;
    }
    if (!status && options->file)
        status = rules_file_read(&rules, &count, &arena, "rules", options->file);
    if (!status)
        status =
            database_open(&choice.store, options->sites, options->file ? STORE_WRITE : STORE_READ);
    if (status) {
        arena_clear(&arena);
        return status;
    }
    status = site_choice_groups(&choice, &options->groups, false);
    for (size_t i = 0; i < options->arguments_count && !status; i++)
        status = site_choice_word(&choice, options->arguments[i]);
    if (!status)
        status = options->file ? store_rules(&choice, options, rules, count)
                               : show(&choice, !chosen, options->json);
    store_close(choice.store);
    arena_clear(&arena);
    return status;
}
