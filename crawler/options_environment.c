/* options_environment.c - how options are called in the environment, and what there is called
 * alike.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "options_table.h"

enum { NAME_MAX_BYTES = 64 };

static const char prefix[] = "CRAWLER_";

void option_environment_name(char *out, size_t size, const struct option_row *row)
{
    snprintf(out, size, "%s%s", prefix, row->name);
    for (char *at = out; *at; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
}

static const struct option_row *find_option(const char *name)
{
    for (size_t i = 0; i < option_rows_count; i++)
        if (!option_rows[i].typed_only && strcmp(option_rows[i].name, name) == 0)
            return &option_rows[i];
    return NULL;
}

/* `name` is what stands behind the prefix. */
static void tell_stranger(FILE *out, const char *name, struct arena *arena)
{
    char *option = arena_string(arena, name), known[NAME_MAX_BYTES + 1] = "";
    for (char *at = option; *at; at++)
        *at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
    struct nearest nearest = {.word = option};
    for (size_t i = 0; i < option_rows_count; i++)
        if (!option_rows[i].typed_only)
            nearest_consider(&nearest, option_rows[i].name);
    if (nearest.best)
        option_environment_name(known, sizeof known, find_option(nearest.best));
    fprintf(out, "crawler: %s%s in the environment is no option, and left alone%s%s%s\n", prefix,
            utf8_printable(arena, name), *known ? "; did you mean " : "", known, *known ? "?" : "");
}

/* An option's, or what --on-finish tells its command (commands/finish.h), which may be crawler. */
static bool is_known(const char *name)
{
    bool known = strcmp(name, "OUTCOME") == 0 || strcmp(name, "EXIT_STATUS") == 0;
    for (size_t i = 0; i < option_rows_count && !known; i++) {
        char of_option[NAME_MAX_BYTES + 1];
        option_environment_name(of_option, sizeof of_option, &option_rows[i]);
        known = !option_rows[i].typed_only && strcmp(of_option + sizeof prefix - 1, name) == 0;
    }
    return known;
}

void option_tell_strangers(FILE *out)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (char **at = environ; at && *at; at++) {
        if (strncmp(*at, prefix, sizeof prefix - 1) != 0)
            continue;
        const char *rest = *at + sizeof prefix - 1;
        const char *name = arena_copy(&arena, rest, strcspn(rest, "="));
        if (!is_known(name))
            tell_stranger(out, name, &arena);
    }
    arena_clear(&arena);
}
