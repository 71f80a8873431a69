#include "commands/set_show.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "commands/settings.h"

/* What is gathered of one site: an object of texts, in the order of the table. */
struct shown {
    struct arena *arena;
    json_t *settings;
    const char *secrets[CREDENTIAL_KINDS]; /* as they are shown; NULL: not set */
};

static void put(struct shown *shown, const char *name, const char *text)
{
    size_t size;
    const char *clean = text ? utf8_cleaned(shown->arena, text, strlen(text), &size) : NULL;
    if (clean)
        json_object_set_new(shown->settings, name, json_stringn(clean, size));
}

/* A secret is "set"; what tells nobody anything, a file's name say, is shown. */
static int take_secret(const struct store_value *row, size_t count, void *context)
{
    struct shown *shown = context;
    const char *key = store_column(row, count, "key")->text;
    const char *name = store_column(row, count, "name")->text;
    const char *value = store_column(row, count, "value")->text;
    if (store_column(row, count, "secret")->integer)
        value = "set";
    for (size_t i = 0; i < CREDENTIAL_KINDS; i++) {
        const char *before = shown->secrets[i];
        if (strcmp(credential_names[i], key) == 0)
            shown->secrets[i] = arena_format(shown->arena, "%s%s%s%s%s", before ? before : "",
                                             before ? "; " : "", name, *name ? ": " : "", value);
    }
    return 0;
}

static int take_settings(const struct store_value *row, size_t count, void *context)
{
    struct shown *shown = context;
    for (size_t i = 0; i < setting_rows_count; i++) {
        const struct setting_row *setting = &setting_rows[i];
        const char *name = setting->value.name;
        if (setting->kind == SETTING_COLUMN)
            put(shown, name,
                setting_write(setting, shown->arena, store_column(row, count, setting->column)));
        else if (setting->kind == SETTING_LABELS)
            put(shown, name, store_column(row, count, "labels")->text);
        else
            put(shown, name, shown->secrets[setting->credential]);
    }
    return 0;
}

static void print(struct arena *arena, const char *url, json_t *settings)
{
    const char *name;
    json_t *text;
    puts(utf8_printable(arena, url));
    if (json_object_size(settings) == 0)
        puts("  nothing is set: the options of the run count");
    json_object_foreach(settings, name, text)
        printf("  %s=%s\n", name, utf8_printable(arena, json_string_value(text)));
}

static int show_site(struct store *store, const struct chosen_site *site, json_t *list)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct shown shown = {.arena = &arena, .settings = json_object()};
    const struct store_value params[] = {STORE_PARAM_INTEGER(site->site_id)};
    int err = store_each_row(store, SQL_READ_SECRETS, params, 1, take_secret, &shown);
    if (!err)
        err = store_each_row(store, SQL_READ_SETTINGS, params, 1, take_settings, &shown);
    if (!err && !list)
        print(&arena, site->url, shown.settings);
    if (!err && list)
        json_array_append_new(
            list, json_pack("{s:s, s:O}", "url", site->url, "settings", shown.settings));
    json_decref(shown.settings);
    arena_clear(&arena);
    return err;
}

int set_show(struct store *store, const struct chosen_site *sites, size_t count, bool json)
{
    json_t *list = json ? json_array() : NULL;
    int err = 0;
    for (size_t i = 0; i < count && !err; i++)
        err = show_site(store, &sites[i], list);
    if (!err && list)
        rows_dump(json_incref(list));
    json_decref(list);
    return err ? database_failed(store, err) : EXIT_COMPLETED;
}
