/* options_completion.c - the tables of options and commands, printed as scripts by which shells
 * complete.
 *
 * Each script knows which command stands on the line (none: run), which options that takes, and of
 * each option whether its value is one of some words, a file, or anything; the same of what crawler
 * set sets. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "commands/commands.h"
#include "options_table.h"

typedef void print_fn(FILE *out);

static void print_bash(FILE *out);
static void print_zsh(FILE *out);
static void print_fish(FILE *out);

static const struct {
    const char *name;
    print_fn *print;
} shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

int options_print_completions(FILE *out, const char *shell)
{
    for (size_t i = 0; i < COUNT(shells); i++)
        if (strcmp(shells[i].name, shell) == 0) {
            fprintf(out,
                    "%s# What %s completes after crawler: printed by crawler --completions %s.\n",
                    shells[i].print == print_zsh ? "#compdef crawler\n" : "", shell, shell);
            shells[i].print(out);
            return 0;
        }
    fputs("crawler: completions for which shell? Give --completions bash, zsh or fish\n", stderr);
    return ERR_USAGE;
}

/* ---- what the rows say ---- */

/* The help calls values by what they are. */
static bool takes_file(const struct option_row *row)
{
    static const char *const files[] = {"FILE", "DB", "LIST"};
    for (size_t i = 0; row->argument && !row->choices && i < COUNT(files); i++)
        if (strcmp(row->argument, files[i]) == 0)
            return true;
    return false;
}

static bool takes_files(const struct command_row *row)
{
    return row->arguments && strstr(row->arguments, "FILE...");
}

static bool takes_keys(const struct command_row *row)
{
    return command_key(row->command, 0) != NULL;
}

/* Prints `before`KEY= for all keys of the command. */
static void print_keys(FILE *out, const char *before, const struct command_row *command)
{
    const struct option_row *key;
    for (size_t i = 0; (key = command_key(command->command, i)); i++)
        fprintf(out, "%s%s=", i ? " " : before, key->name);
}

static bool is_shown(const struct command_row *row)
{
    return row->summary != NULL;
}

static void print_choices(FILE *out, const struct option_row *row)
{
    for (size_t i = 0; row->choices[i]; i++)
        fprintf(out, "%s%s", i ? " " : "", row->choices[i]);
    if (row->type == TYPE_BITS)
        fputs(" all", out);
}

/* Prints text for between two single quotes, with a backslash before each of `marks`. A quote
 * itself is written as `quote`. */
static void print_quoted(FILE *out, const char *text, const char *marks, const char *quote)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs(quote, out);
        else
            fprintf(out, "%s%c", strchr(marks, *text) ? "\\" : "", *text);
}

/* ---- bash ---- */

static const char bash_head[] =
    "_crawler()\n"
    "{\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local command=run before= words= kind=\n"
    "    [[ $COMP_CWORD == 1 || ${COMP_WORDS[1]} == -* ]] || command=${COMP_WORDS[1]}\n"
    "    if [[ $word == = ]]; then # --option=word is three words to bash\n"
    "        word=\n"
    "    elif [[ $option == = ]]; then\n"
    "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    fi\n"
    "    case \"$command $option\" in\n";

static const char bash_tail[] =
    "    esac\n"
    "    case $kind in\n"
    "    anything) return ;;\n"
    "    files)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        local IFS=$'\\n' # a name may have blanks in it\n"
    "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
    "        return\n"
    "        ;;\n"
    "    list)\n"
    "        [[ $word != *,* ]] || before=${word%,*},\n"
    "        word=${word##*,}\n"
    "        ;;\n"
    "    keys) compopt -o nospace 2>/dev/null ;;\n"
    "    esac\n"
    "    COMPREPLY=($(compgen -P \"$before\" -W \"$words\" -- \"$word\"))\n"
    "}\n"
    "complete -F _crawler crawler\n";

/* An option as a pattern, one word for each command and form, and what its value is. */
static void print_bash_value(FILE *out, const struct option_row *row)
{
    const char *before = "    ";
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *command = &command_rows[i];
        if (!is_shown(command) || !(row->commands & command->command))
            continue;
        fprintf(out, "%s\"%s --%s\"", before, command->name, row->name);
        before = " | ";
        if (row->letter)
            fprintf(out, "%s\"%s -%c\"", before, command->name, row->letter);
    }
    fputs(") ", out);
    if (row->choices) {
        fprintf(out, "kind=%s words='", row->type == TYPE_BITS ? "list" : "word");
        print_choices(out, row);
        fputs("' ;;\n", out);
    } else {
        fprintf(out, "kind=%s ;;\n", takes_file(row) ? "files" : "anything");
    }
}

/* What stands behind KEY=, which is a word of its own to bash. */
static void print_bash_keys(FILE *out, const struct command_row *command)
{
    const struct option_row *key;
    for (size_t i = 0; (key = command_key(command->command, i)); i++) {
        fprintf(out, "    \"%s %s\") kind=", command->name, key->name);
        if (key->choices) {
            fprintf(out, "%s words='", key->type == TYPE_BITS ? "list" : "word");
            print_choices(out, key);
            fputs("' ;;\n", out);
        } else {
            fputs("anything ;;\n", out);
        }
    }
}

static void print_bash_options(FILE *out, const struct command_row *command)
{
    fprintf(out, "        %s:-*) words='", command->name);
    for (size_t i = 0; i < option_rows_count; i++)
        if (option_rows[i].commands & command->command)
            fprintf(out, "--%s ", option_rows[i].name);
    for (size_t i = 0; i < option_common_count; i++)
        fprintf(out, "%s--%s", i ? " " : "", option_common[i].name);
    fputs("' ;;\n", out);
    if (takes_files(command))
        fprintf(out, "        %s:*) kind=files ;;\n", command->name);
    if (takes_keys(command)) {
        fprintf(out, "        %s:*) kind=keys ", command->name);
        print_keys(out, "words='", command);
        fputs("' ;;\n", out);
    }
}

static void print_bash(FILE *out)
{
    fputs(bash_head, out);
    for (size_t i = 0; i < option_rows_count; i++)
        if (option_rows[i].argument)
            print_bash_value(out, &option_rows[i]);
    for (size_t i = 0; i < command_rows_count; i++)
        print_bash_keys(out, &command_rows[i]);
    fputs("    *)\n        case $command:$word in\n", out);
    for (size_t i = 0; i < command_rows_count; i++)
        if (is_shown(&command_rows[i]))
            print_bash_options(out, &command_rows[i]);
    fputs("        esac\n        if [[ $COMP_CWORD == 1 && $word != -* ]]; then\n"
          "            words='",
          out);
    for (size_t i = 0, shown = 0; i < command_rows_count; i++)
        if (is_shown(&command_rows[i]))
            fprintf(out, "%s%s", shown++ ? " " : "", command_rows[i].name);
    fputs("'\n        fi\n        ;;\n", out);
    fputs(bash_tail, out);
}

/* ---- zsh ---- */

/* One specification of _arguments. Either form of an option excludes the other, but for lists. */
static void print_zsh_option(FILE *out, const struct option_row *row)
{
    const char *long_end = row->argument ? "=" : "", *short_end = row->argument ? "+" : "";
    fputs("            ", out);
    if (row->type == TYPE_LIST)
        fprintf(out, "'*--%s%s", row->name, long_end);
    else if (row->letter)
        fprintf(out, "'(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name, row->letter, short_end,
                row->name, long_end);
    else
        fprintf(out, "'--%s%s", row->name, long_end);
    fputc('[', out);
    print_quoted(out, row->help, "\\[]:", "'\\''");
    fputc(']', out);
    if (row->argument) {
        fprintf(out, ":%s:", row->argument);
        if (row->type == TYPE_BITS)
            fprintf(out, "_values -s , %s ", row->name);
        else if (row->choices)
            fputc('(', out);
        if (row->choices)
            print_choices(out, row);
        if (row->choices && row->type != TYPE_BITS)
            fputc(')', out);
        else if (takes_file(row))
            fputs("_files", out);
    }
    fputs("'\n", out);
}

/* The function that completes KEY=VALUE. */
static void print_zsh_keys(FILE *out, const struct command_row *command)
{
    const struct option_row *key;
    fprintf(out, "_crawler_%s()\n{\n    case $PREFIX in\n", command->name);
    for (size_t i = 0; (key = command_key(command->command, i)); i++) {
        if (!key->choices)
            continue;
        fprintf(out, "    %s=*) compset -P '*=' && ", key->name);
        if (key->type == TYPE_BITS)
            fprintf(out, "_values -s , %s ", key->name);
        else
            fputs("compadd -- ", out);
        print_choices(out, key);
        fputs(" ;;\n", out);
    }
    fputs("    *=*) ;;\n", out);
    print_keys(out, "    *) compadd -S '' -- ", command);
    fputs(" ;;\n    esac\n}\n\n", out);
}

/* What may stand for the words of a command. */
static void print_zsh_words(FILE *out, const struct command_row *command)
{
    if (takes_keys(command))
        fprintf(out, "            '*:word:_crawler_%s'\n", command->name);
    else
        fprintf(out, "            '*:word:%s'\n", takes_files(command) ? "_files" : " ");
}

static void print_zsh(FILE *out)
{
    for (size_t i = 0; i < command_rows_count; i++)
        if (takes_keys(&command_rows[i]))
            print_zsh_keys(out, &command_rows[i]);
    fputs("_crawler()\n{\n    local command=run\n    local -a commands arguments\n"
          "    commands=(\n",
          out);
    for (size_t i = 0; i < command_rows_count; i++)
        if (is_shown(&command_rows[i])) {
            fprintf(out, "        '%s:", command_rows[i].name);
            print_quoted(out, command_rows[i].summary, "\\:", "'\\''");
            fputs("'\n", out);
        }
    fputs("    )\n"
          "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
          "        _describe -t commands command commands\n"
          "        return\n"
          "    fi\n"
          "    if [[ $words[2] != -* ]]; then\n"
          "        command=$words[2]\n"
          "        shift words\n"
          "        (( CURRENT-- ))\n"
          "    fi\n"
          "    case $command in\n",
          out);
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *command = &command_rows[i];
        if (!is_shown(command))
            continue;
        fprintf(out, "    %s)\n        arguments=(\n", command->name);
        for (size_t j = 0; j < option_rows_count; j++)
            if (option_rows[j].commands & command->command)
                print_zsh_option(out, &option_rows[j]);
        for (size_t j = 0; j < option_common_count; j++)
            print_zsh_option(out, &option_common[j]);
        if (command->arguments)
            print_zsh_words(out, command);
        fputs("        ) ;;\n", out);
    }
    fputs("    esac\n    _arguments -s -S $arguments\n}\n\n"
          "if [[ $funcstack[1] == _crawler ]]; then # found in $fpath; else read by a .zshrc\n"
          "    _crawler \"$@\"\nelse\n    compdef _crawler crawler\nfi\n",
          out);
}

/* ---- fish ---- */

static void print_fish_text(FILE *out, const char *text)
{
    fputc('\'', out);
    print_quoted(out, text, "\\", "\\'");
    fputc('\'', out);
}

static void print_fish_option(FILE *out, const struct option_row *row, const char *condition)
{
    fprintf(out, "complete -c crawler %s -l %s", condition, row->name);
    if (row->letter)
        fprintf(out, " -s %c", row->letter);
    if (row->argument)
        fputs(takes_file(row) ? " -r -F" : " -x", out);
    if (row->choices) {
        bool list = row->type == TYPE_BITS;
        fputs(list ? " -a '(__fish_complete_list , \"string split \\\" \\\" \\\"" : " -a '", out);
        print_choices(out, row);
        fputs(list ? "\\\"\")'" : "'", out);
    }
    fputs(" -d ", out);
    print_fish_text(out, row->help);
    fputc('\n', out);
}

/* Each key with its help; once it is typed, what may stand behind it. */
static void print_fish_keys(FILE *out, const struct command_row *command)
{
    const struct option_row *key;
    for (size_t i = 0; (key = command_key(command->command, i)); i++) {
        fprintf(out, "complete -c crawler -n '__crawler_command %s' -a %s= -d ", command->name,
                key->name);
        print_fish_text(out, key->help);
        if (key->choices)
            fprintf(out,
                    "\ncomplete -c crawler -n '__crawler_command %s; and string match -q -- %s=\\* "
                    "(commandline -ct)' -a '",
                    command->name, key->name);
        for (size_t k = 0; key->choices && key->choices[k]; k++)
            fprintf(out, "%s%s=%s", k ? " " : "", key->name, key->choices[k]);
        fputs(key->choices ? "'\n" : "\n", out);
    }
}

static void print_fish(FILE *out)
{
    fputs("function __crawler_command # whether the command on the line is one of these\n"
          "    set -l line (commandline -opc)\n"
          "    set -l command run\n"
          "    if set -q line[2]; and not string match -q -- '-*' $line[2]\n"
          "        set command $line[2]\n"
          "    end\n"
          "    contains -- $command $argv\n"
          "end\n\n"
          "complete -c crawler -f\n",
          out);
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *command = &command_rows[i];
        if (!is_shown(command))
            continue;
        fprintf(out, "complete -c crawler -n 'test (count (commandline -opc)) = 1' -a %s -d ",
                command->name);
        print_fish_text(out, command->summary);
        fputc('\n', out);
        if (takes_files(command))
            fprintf(out, "complete -c crawler -n '__crawler_command %s' -F\n", command->name);
        print_fish_keys(out, command);
    }
    for (size_t i = 0; i < option_rows_count; i++) {
        char condition[512];
        size_t used = (size_t)snprintf(condition, sizeof condition, "-n '__crawler_command");
        for (size_t j = 0; j < command_rows_count && used < sizeof condition; j++)
            if (is_shown(&command_rows[j]) && option_rows[i].commands & command_rows[j].command)
                used += (size_t)snprintf(condition + used, sizeof condition - used, " %s",
                                         command_rows[j].name);
        snprintf(condition + used, sizeof condition - used, "'");
        print_fish_option(out, &option_rows[i], condition);
    }
    for (size_t i = 0; i < option_common_count; i++)
        print_fish_option(out, &option_common[i], "");
}
