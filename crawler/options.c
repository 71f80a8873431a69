/* options.c - environment, config file and command line, read by the rows of options_table.c. */
#include "options.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "options_table.h"

enum { CONFIG_BYTES_MAX = 1 << 20, NAME_MAX_BYTES = 64 };

/* What is being read, and where a complaint goes. */
struct reader {
    struct options *out;
    const char *command; /* its name; "crawler" alone where none was written */
    char *message;
    size_t message_size;
    bool seen[128]; /* rows that the layer being read has set: a list starts anew in each layer */
};

static int complain(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int read_command(struct reader *reader, int argc, char **argv, int *next);
static const char *find_config(int argc, char **argv);
static int read_environment(struct reader *reader);
static int read_config(struct reader *reader, const char *path);
static int read_line(struct reader *reader, int argc, char **argv, int next);
static int check(struct reader *reader);

int options_read(struct options *out, int argc, char **argv, char *message, size_t message_size)
{
    *out = (struct options){.argc = argc,
                            .argv = argv,
                            .site_delay_ms = OPTION_NOT_GIVEN,
                            .site_max_per_site = OPTION_NOT_GIVEN};
    arena_init(&out->texts, 0);
    out->arguments = arena_alloc_zeroed(&out->texts, ((size_t)argc + 1) * sizeof(char *));
    struct reader reader = {.out = out, .message = message, .message_size = message_size};
    assert(option_rows_count <= COUNT(reader.seen));
    for (size_t i = 0; i < option_rows_count; i++)
        if (option_rows[i].standard)
            option_set(out, &option_rows[i], option_rows[i].standard, message, message_size);

    int next;
    int err = read_command(&reader, argc, argv, &next);
    if (err || out->request)
        return err;
    const char *config = find_config(argc, argv);
    err = read_environment(&reader);
    if (!err && config)
        err = read_config(&reader, config);
    if (!err)
        err = read_line(&reader, argc, argv, next);
    if (!err && !out->request)
        err = check(&reader);
    return err;
}

static int complain(struct reader *reader, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(reader->message, reader->message_size, format, values);
    va_end(values);
    return ERR_USAGE;
}

/* ---- the nearest name ---- */

static const char *nearest_option(const char *name, unsigned commands)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < option_rows_count; i++)
        if (option_rows[i].commands & commands)
            nearest_consider(&nearest, option_rows[i].name);
    return nearest.best;
}

static const char *nearest_command(const char *name)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < command_rows_count; i++)
        if (command_rows[i].summary)
            nearest_consider(&nearest, command_rows[i].name);
    return nearest.best;
}

/* ---- rows ---- */

static const struct command_row *find_command(const char *name)
{
    for (size_t i = 0; i < command_rows_count; i++)
        if (strcmp(command_rows[i].name, name) == 0)
            return &command_rows[i];
    return NULL;
}

/* The row of a long name, of a command's own first. `commands` 0: of any that may be configured. */
static const struct option_row *find_option(struct span name, unsigned commands)
{
    for (size_t i = 0; i < option_rows_count; i++)
        if (span_equals(name, option_rows[i].name) &&
            (commands ? option_rows[i].commands & commands : !option_rows[i].typed_only))
            return &option_rows[i];
    return NULL;
}

static const struct option_row *find_letter(char letter, unsigned commands)
{
    for (size_t i = 0; i < option_rows_count; i++)
        if (option_rows[i].letter == letter && option_rows[i].commands & commands)
            return &option_rows[i];
    return NULL;
}

/* The forms in which results can be printed: of these one. */
static bool *form_of(const struct reader *reader, const struct option_row *row)
{
    const size_t fields[] = {offsetof(struct options, json), offsetof(struct options, jsonl),
                             offsetof(struct options, csv), offsetof(struct options, as_opml),
                             offsetof(struct options, markdown)};
    for (size_t i = 0; i < COUNT(fields); i++)
        if (row->field == fields[i])
            return (bool *)((char *)reader->out + row->field);
    return NULL;
}

/* A layer's form takes the place of that of the layer below; of two in one layer neither wins. */
static int check_form(struct reader *reader, const struct option_row *row, const char *where)
{
    bool *form = form_of(reader, row);
    for (size_t i = 0; form && *form && i < option_rows_count; i++) {
        bool *other = form_of(reader, &option_rows[i]);
        if (!other || other == form || !*other)
            continue;
        if (reader->seen[i])
            return complain(reader, "%s: --%s was given too, and it is one or the other", where,
                            option_rows[i].name);
        *other = false;
    }
    return 0;
}

/* Sets a field from a text; `where` begins the complaint. */
static int set(struct reader *reader, const struct option_row *row, const char *text,
               const char *where)
{
    char reason[256];
    size_t index = (size_t)(row - option_rows);
    if (row->type == TYPE_LIST && !reader->seen[index])
        *(struct option_list *)((char *)reader->out + row->field) = (struct option_list){0};
    reader->seen[index] = true;
    if (option_set(reader->out, row, text, reason, sizeof reason))
        return complain(reader, "%s: %s", where, reason);
    return check_form(reader, row, where);
}

/* ---- the command ---- */

static bool is_word(const char *text, const char *letter, const char *name)
{
    return strcmp(text, letter) == 0 || strcmp(text, name) == 0;
}

/* Finds which command this is; `crawler --sites DB` is a run. */
static int read_command(struct reader *reader, int argc, char **argv, int *next)
{
    reader->command = "crawler";
    reader->out->command = COMMAND_RUN;
    *next = 1;
    if (argc < 2)
        return complain(reader, "crawler: what shall I do? Give --sites DB to crawl, or a command; "
                                "see crawler --help");
    if (argv[1][0] == '-') {
        if (is_word(argv[1], "-h", "--help"))
            reader->out->request = REQUEST_HELP;
        else if (is_word(argv[1], "-V", "--version"))
            reader->out->request = REQUEST_VERSION;
        else if (strcmp(argv[1], "--man") == 0)
            reader->out->request = REQUEST_MAN;
        else if (strcmp(argv[1], "--completions") == 0)
            reader->out->request = REQUEST_COMPLETIONS;
        if (reader->out->request)
            reader->out->command = 0;
        return 0;
    }
    const struct command_row *row = find_command(argv[1]);
    if (!row) {
        const char *nearest = nearest_command(argv[1]);
        return complain(reader, "crawler: there is no command '%s'%s%s%s See crawler --help",
                        argv[1], nearest ? ", did you mean '" : "", nearest ? nearest : "",
                        nearest ? "'?" : ".");
    }
    reader->command = row->name;
    reader->out->command = row->command;
    *next = 2;
    return 0;
}

/* ---- environment ---- */

/* Every option may be set there. Empty is not set. */
static int read_environment(struct reader *reader)
{
    memset(reader->seen, 0, sizeof reader->seen);
    for (size_t i = 0; i < option_rows_count; i++) {
        const struct option_row *row = &option_rows[i];
        char name[NAME_MAX_BYTES + 1];
        option_environment_name(name, sizeof name, row);
        const char *value = getenv(name);
        if (row->typed_only || !(row->commands & reader->out->command) || !value || !*value)
            continue;
        int err = set(reader, row, value, name);
        if (err)
            return err;
    }
    return 0;
}

/* ---- config file ---- */

/* The config file must be known before the line is read, because the line wins over it. */
static const char *find_config(int argc, char **argv)
{
    const char *path = getenv("CRAWLER_CONFIG");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
            path = argv[i + 1];
        else if (strncmp(argv[i], "--config=", 9) == 0)
            path = argv[i] + 9;
    }
    return path && *path ? path : NULL;
}

/* Reads the file into the options' arena, with a NUL. */
static int load(struct reader *reader, const char *path, char **out)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return complain(reader, "crawler: can't read the config file %s: %s", path,
                        strerror(errno));
    char *text = arena_alloc(&reader->out->texts, CONFIG_BYTES_MAX + 1);
    size_t size = fread(text, 1, CONFIG_BYTES_MAX + 1, file);
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    if (failed)
        return complain(reader, "crawler: can't read the config file %s: %s", path,
                        strerror(failed));
    if (size > CONFIG_BYTES_MAX || memchr(text, '\0', size))
        return complain(reader, "crawler: %s is no config file: %s", path,
                        size > CONFIG_BYTES_MAX ? "it is larger than 1 MiB" : "it holds NUL bytes");
    text[size] = '\0';
    *out = text;
    return 0;
}

/* One `name = value`. A # begins a comment at the line's start or after a blank. */
static int read_setting(struct reader *reader, char *line, const char *where)
{
    for (char *at = strchr(line, '#'); at; at = strchr(at + 1, '#'))
        if (at == line || at[-1] == ' ' || at[-1] == '\t') {
            *at = '\0';
            break;
        }
    char *equals = strchr(line, '=');
    struct span name =
        span_trimmed((struct span){line, equals ? (size_t)(equals - line) : strlen(line)});
    if (name.size == 0 && !equals)
        return 0;
    if (!equals)
        return complain(reader, "%s: '%.*s' has no value, write name = value", where,
                        (int)(name.size < 80 ? name.size : 80), name.data);
    struct span value = span_trimmed(span_of(equals + 1));
    char *text = arena_copy(&reader->out->texts, value.data, value.size);
    char *word = arena_copy(&reader->out->texts, name.data, name.size);
    const struct option_row *row = find_option(name, 0);
    if (!row) {
        const char *nearest = nearest_option(word, ~0u);
        return complain(reader, "%s: there is no option '%s' for a config file%s%s%s", where, word,
                        nearest ? ", did you mean '" : "", nearest ? nearest : "",
                        nearest ? "'?" : "");
    }
    if (row->field == offsetof(struct options, config))
        return complain(reader, "%s: a config file can't name another one", where);
    struct options before = *reader->out;
    char *place = arena_format(&reader->out->texts, "%s: %s", where, word);
    int err = set(reader, row, text, place);
    if (!err && !(row->commands & reader->out->command)) { /* good, but not for this command */
        before.texts = reader->out->texts;
        *reader->out = before;
    }
    return err;
}

static int read_config(struct reader *reader, const char *path)
{
    char *text = NULL;
    int err = load(reader, path, &text);
    memset(reader->seen, 0, sizeof reader->seen);
    if (!err && strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    for (unsigned number = 1; !err && *text; number++) {
        size_t size = strcspn(text, "\n");
        char *line = text;
        text += size + (text[size] == '\n');
        line[size] = '\0';
        char *where = arena_format(&reader->out->texts, "%s:%u", path, number);
        err = read_setting(reader, line, where);
    }
    return err;
}

/* ---- command line ---- */

static int no_such_option(struct reader *reader, const char *word)
{
    bool bare = strcmp(reader->command, "crawler") == 0;
    const char *nearest = NULL;
    if (word[1] == '-') {
        char name[NAME_MAX_BYTES + 1];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
        nearest = nearest_option(name, reader->out->command);
    }
    return complain(reader, "%s%s: there is no option %.*s%s%s%s See crawler %s --help",
                    bare ? "" : "crawler ", reader->command, (int)strcspn(word, "="), word,
                    nearest ? ", did you mean --" : "", nearest ? nearest : "", nearest ? "?" : ".",
                    bare ? "run" : reader->command);
}

/* One option and its value, which may stand in the word itself (--name=value, -cvalue) or be the
 * next one. */
static int read_option(struct reader *reader, int argc, char **argv, int *next)
{
    const char *word = argv[(*next)++], *value = NULL;
    const struct option_row *row;
    char where[128];
    if (word[1] == '-') {
        size_t size = strcspn(word + 2, "=");
        row = find_option((struct span){word + 2, size}, reader->out->command);
        value = word[2 + size] == '=' ? word + 3 + size : NULL;
    } else {
        row = find_letter(word[1], reader->out->command);
        value = word[2] ? word + 2 : NULL;
    }
    if (!row || (word[1] != '-' && !row->argument && value))
        return no_such_option(reader, word);
    snprintf(where, sizeof where, "%s%s: --%s",
             strcmp(reader->command, "crawler") == 0 ? "" : "crawler ", reader->command, row->name);
    if (!row->argument)
        return set(reader, row, value ? value : "yes", where);
    if (!value && *next < argc && strncmp(argv[*next], "--", 2) != 0)
        value = argv[(*next)++];
    if (!value || (!*value && row->type != TYPE_TEXT))
        return complain(reader, "%s wants a value: --%s %s", where, row->name, row->argument);
    return set(reader, row, value, where);
}

static int read_line(struct reader *reader, int argc, char **argv, int next)
{
    struct options *out = reader->out;
    memset(reader->seen, 0, sizeof reader->seen);
    bool ended = false;
    while (next < argc) {
        const char *word = argv[next];
        int err = 0;
        if (ended || word[0] != '-' || word[1] == '\0') {
            out->arguments[out->arguments_count++] = word;
            next++;
        } else if (strcmp(word, "--") == 0) {
            ended = true;
            next++;
        } else if (is_word(word, "-h", "--help")) {
            out->request = REQUEST_HELP;
            return 0;
        } else if (is_word(word, "-V", "--version")) {
            out->request = REQUEST_VERSION;
            return 0;
        } else {
            err = read_option(reader, argc, argv, &next);
        }
        if (err)
            return err;
    }
    return 0;
}

/* What the command needs and what it can't use. */
static int check(struct reader *reader)
{
    const struct options *out = reader->out;
    const struct option_row *sites = find_option(span_of("sites"), COMMAND_RUN);
    bool bare = strcmp(reader->command, "crawler") == 0;
    const struct command_row *row = find_command(bare ? "run" : reader->command);
    if (out->arguments_count > 0 && row && !row->arguments) {
        const char *word = out->arguments[0];
        if (bare && find_command(word))
            return complain(reader, "crawler: the command stands first: crawler %s …", word);
        return complain(reader, "crawler %s: takes no words, but got '%s'; see crawler %s --help",
                        row->name, word, row->name);
    }
    if (out->since_ms && out->until_ms && out->until_ms < out->since_ms)
        return complain(reader, "crawler%s%s: --until lies before --since", bare ? "" : " ",
                        bare ? "" : reader->command);
    const struct {
        const char *name, *text;
    } sent[] = {{"contact", out->contact}, {"user-agent", out->user_agent}};
    for (size_t i = 0; i < COUNT(sent); i++)
        for (const char *at = sent[i].text; at && *at; at++)
            if ((unsigned char)*at < ' ' || *at == 0x7f)
                return complain(reader,
                                "crawler%s%s: --%s: a header can't hold a line break or another "
                                "control character",
                                bare ? "" : " ", bare ? "" : reader->command, sent[i].name);
    if (out->command & (COMMAND_DOCTOR | COMMAND_TRY)) /* the machine, a page: worth a look alone */
        return 0;
    if (sites->commands & out->command && (!out->sites || !*out->sites))
        return complain(reader, "crawler%s%s: which database? Give --sites DB", bare ? "" : " ",
                        bare ? "" : reader->command);
    return 0;
}

/* ---- for main ---- */

int options_parse(struct options *out, int argc, char **argv, bool *done)
{
    char message[1024];
    int err = options_read(out, argc, argv, message, sizeof message);
    *done = !err && out->request != REQUEST_NONE;
    if (!err && !*done && out->command != COMMAND_WORKER)
        option_tell_strangers(stderr);
    if (err) /* it may quote what somebody else wrote */
        fprintf(stderr, "%s\n", utf8_printable(&out->texts, message));
    else if (out->request == REQUEST_HELP)
        options_print_help(stdout, out->command);
    else if (out->request == REQUEST_VERSION)
        printf("crawler %s\n", CRAWLER_VERSION);
    else if (out->request == REQUEST_MAN)
        options_print_man(stdout);
    else if (out->request == REQUEST_COMPLETIONS)
        err = options_print_completions(stdout, argc == 3 ? argv[2] : "");
    return err;
}

void options_user_agent(const struct options *options, char *out, size_t size)
{
    if (options->user_agent)
        snprintf(out, size, "%s", options->user_agent);
    else if (options->contact)
        snprintf(out, size, "crawler/%s (+%s)", CRAWLER_VERSION, options->contact);
    else
        snprintf(out, size, "crawler/%s", CRAWLER_VERSION);
}

void options_clear(struct options *options)
{
    arena_clear(&options->texts);
    options->arguments = NULL;
    options->arguments_count = 0;
}
