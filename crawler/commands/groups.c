#include "commands/groups.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "commands/database.h"
#include "commands/settings.h"

struct search {
    struct arena *arena;
    struct nearest nearest;
    bool found;
};

static int compare_label(const struct store_value *row, size_t count, void *context)
{
    struct search *search = context;
    const struct store_value *name = store_column(row, count, "name");
    search->found |= strcmp(name->text, search->nearest.word) == 0;
    if (!search->found) /* the row's text is gone with it */
        nearest_consider(&search->nearest, arena_string(search->arena, name->text));
    return 0;
}

/* Whether a site has this label; else why not. */
static int check_group(struct store *store, struct arena *arena, const char *label, char *message,
                       size_t message_size)
{
    struct search search = {.arena = arena, .nearest = {.word = label}};
    int err = database_each_row(store, SQL_READ_LABELS, NULL, 0, compare_label, &search);
    if (err) {
        snprintf(message, message_size, "%s", store_message(store));
        return (int)database_exit_status(err);
    }
    if (search.found)
        return 0;
    const char *best = search.nearest.best;
    snprintf(message, message_size, "no site is in the group '%s'%s%s%s",
             utf8_printable(arena, label),
             best ? ", did you mean '" : "; give some the label: crawler set SITE label=WORD",
             best ? best : "", best ? "'?" : "");
    return EXIT_USAGE;
}

int groups_try(struct store *store, struct arena *arena, const struct option_list *groups,
               const char **out, char *message, size_t message_size)
{
    const char *labels = groups->count ? "," : NULL;
    for (size_t i = 0; i < groups->count; i++) {
        char *label = arena_string(arena, groups->values[i]);
        setting_fold_label(label);
        int status = check_group(store, arena, label, message, message_size);
        if (status)
            return status;
        labels = arena_format(arena, "%s%s,", labels, label);
    }
    *out = labels;
    return 0;
}

int groups_read(struct store *store, struct arena *arena, const struct option_list *groups,
                const char **out)
{
    char message[512];
    int status = groups_try(store, arena, groups, out, message, sizeof message);
    if (status)
        fprintf(stderr, "crawler: %s\n", message);
    return status;
}

const char *groups_names(const char *labels, struct arena *arena)
{
    const char *names = NULL;
    char *rest = arena_string(arena, labels), *label;
    while ((label = strsep(&rest, ",")))
        if (*label)
            names = names ? arena_format(arena, "%s, %s", names, label) : label;
    return names ? utf8_printable(arena, names) : "";
}
