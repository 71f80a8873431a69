#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "commands/commands.h"

enum {
    PARSERS = COMMAND_ROBOTS | COMMAND_FEED | COMMAND_SITEMAP | COMMAND_URL | COMMAND_CHARSET |
              COMMAND_DATE
};

enum option_type { TYPE_FLAG, TYPE_TEXT };

struct option_row {
    const char *name;
    enum option_type type;
    size_t field;
    unsigned commands;
    const char *argument;
    const char *help;
};

#define FIELD(name) offsetof(struct options, name)

static const struct option_row rows[] = {
    {"batch", TYPE_TEXT, FIELD(batch), PARSERS, "FILE",
     "many cases: JSON Lines in, JSON Lines out"},
    {"agent", TYPE_TEXT, FIELD(agent), COMMAND_ROBOTS, "NAME", "product token to obey"},
    {"url", TYPE_TEXT, FIELD(url), COMMAND_FEED | COMMAND_SITEMAP | COMMAND_EXTRACT | COMMAND_URL,
     "URL", "base of relative links"},
    {"content-type", TYPE_TEXT, FIELD(content_type),
     COMMAND_FEED | COMMAND_SITEMAP | COMMAND_CHARSET, "TYPE", "as the server said it"},
    {"url-map", TYPE_TEXT, FIELD(url_map), COMMAND_EXTRACT, "FILE", "path TAB URL of each page"},
    {"jsonl", TYPE_FLAG, FIELD(jsonl), COMMAND_EXTRACT, NULL, "a JSON object a line"},
    {"json", TYPE_FLAG, FIELD(json), COMMAND_EXTRACT | COMMAND_TRY | COMMAND_REPORT, NULL, "JSON"},
};

static const struct option_row *find_row(const char *name, size_t size, unsigned command)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (strlen(rows[i].name) == size && memcmp(rows[i].name, name, size) == 0 &&
            rows[i].commands & command)
            return &rows[i];
    return NULL;
}

int options_parse(struct options *out, int argc, char **argv, bool *done)
{
    *done = false;
    *out = (struct options){.arguments = alloc_zeroed((size_t)argc + 1, sizeof(char *))};
    const struct command_row *command = NULL;
    for (size_t i = 0; argc > 1 && i < command_rows_count; i++)
        if (strcmp(argv[1], command_rows[i].name) == 0)
            command = &command_rows[i];
    if (!command) {
        fprintf(stderr, "crawler: no such command: %s; see crawler --help\n",
                argc > 1 ? argv[1] : "");
        return ERR_USAGE;
    }
    out->command = command->command;
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] != '-' || argv[i][1] != '-') {
            out->arguments[out->arguments_count++] = argv[i];
            continue;
        }
        const char *name = argv[i] + 2, *equals = strchr(name, '=');
        size_t size = equals ? (size_t)(equals - name) : strlen(name);
        const struct option_row *row = find_row(name, size, out->command);
        if (!row) {
            fprintf(stderr, "crawler: %s takes no %s; see crawler %s --help\n", command->name,
                    argv[i], command->name);
            return ERR_USAGE;
        }
        void *field = (char *)out + row->field;
        if (row->type == TYPE_FLAG)
            *(bool *)field = true;
        else if (equals)
            *(const char **)field = equals + 1;
        else if (i + 1 < argc)
            *(const char **)field = argv[++i];
    }
    return 0;
}

void options_clear(struct options *options)
{
    free(options->arguments);
    options->arguments = NULL;
}
