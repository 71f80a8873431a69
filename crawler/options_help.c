/* options_help.c - the table of options, printed for people: --help and the manual page. */
#include <string.h>

#include "base/alloc.h"
#include "base/paragraph.h"
#include "commands/commands.h"
#include "options_table.h"

enum { OPTION_COLUMN = 28, STATUS_COLUMN = 5 };

static const char description[] =
    "Crawls news sites from a database and stores articles in it: sources are asked for what is "
    "new, pages are fetched politely, texts, dates and authors extracted, and everything that "
    "happened is left in tables for SQL to ask.";

static const struct {
    unsigned status;
    const char *meaning;
} statuses[] = {
    {0, "completed; URLs that failed are data, not failure"},
    {1,
     "completed, but something needs a person: sites (run --strict), what crawler doctor calls an "
     "error, a page that crawler try could not read, an address that crawler url takes for none, "
     "pages of which the database did not take what reextract or import had read"},
    {2, "the command line, the configuration or a file that was given is wrong"},
    {3,
     "the database can't be opened, is foreign or newer, or a write (also of another file) finally "
     "failed"},
    {4, "stopped by a signal or a deadline, with work left"},
    {5, "another run holds the database"},
    {6, "out of disk space, memory, descriptors or processes"},
};

/* Appends the values that may be given and the one that is used otherwise. */
static const char *explain(const struct option_row *row, char *out, size_t size)
{
    int used = snprintf(out, size, "%s", row->help);
    const char *before = row->type == TYPE_TEXT ? NULL : ": ";
    for (size_t i = 0; before && row->choices && row->choices[i]; i++, before = ", ")
        used += snprintf(out + used, size - (size_t)used, "%s%s", before, row->choices[i]);
    if (row->standard && strcmp(row->standard, "0") != 0)
        snprintf(out + used, size - (size_t)used, " [%s]", row->standard);
    return out;
}

static void print_option(FILE *out, const struct option_row *row)
{
    char text[512];
    int used = row->letter ? fprintf(out, "  -%c, --%s", row->letter, row->name)
                           : fprintf(out, "      --%s", row->name);
    if (row->argument)
        used += fprintf(out, " %s", row->argument);
    if (used + 2 > OPTION_COLUMN) {
        fputc('\n', out);
        used = 0;
    }
    fprintf(out, "%*s", OPTION_COLUMN - used, "");
    paragraph_print(out, explain(row, text, sizeof text), OPTION_COLUMN);
}

static void print_commands(FILE *out)
{
    fputs("Usage: crawler --sites DB [OPTION...]\n"
          "       crawler COMMAND [OPTION...] [WORD...]\n\n",
          out);
    paragraph_print(out, description, 0);
    fputs("\nCommands:\n", out);
    for (size_t i = 0; i < command_rows_count; i++)
        if (command_rows[i].summary) {
            fprintf(out, "  %-11s", command_rows[i].name);
            paragraph_print(out, command_rows[i].summary, 13);
        }
    fputs(
        "\ncrawler COMMAND --help tells a command's options; those of a run can stand without it.\n"
        "Each option can be set in the environment (CRAWLER_PER_HOST=2) and in a config file\n"
        "(per-host = 2) as well; the command line wins over the file, the file over the "
        "environment.\n\nExample:\n"
        "  crawler add --sites news.db https://example.org/\n"
        "  crawler --sites news.db --contact mail@example.com\n"
        "  sqlite3 news.db 'SELECT published, title FROM v_articles ORDER BY 1 DESC LIMIT 10'\n"
        "\nExit status:\n",
        out);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        fprintf(out, "  %u  ", statuses[i].status);
        paragraph_print(out, statuses[i].meaning, STATUS_COLUMN);
    }
}

static void print_command(FILE *out, const struct command_row *row)
{
    fprintf(out, "Usage: crawler %s [OPTION...]%s%s\n\n", row->name, row->arguments ? " " : "",
            row->arguments ? row->arguments : "");
    if (row->summary)
        paragraph_print(out, row->summary, 0);
    for (int group = GROUPS - 1; group >= 0; group--) {
        bool titled = false;
        for (size_t i = 0; i < option_rows_count; i++) {
            const struct option_row *option = &option_rows[i];
            if ((int)option->group != group || !(option->commands & row->command))
                continue;
            if (!titled)
                fprintf(out, "\n%s:\n", option_groups[group]);
            titled = true;
            print_option(out, option);
        }
    }
    for (size_t i = 0; i < option_common_count; i++)
        print_option(out, &option_common[i]);
    command_print_more(out, row->command);
    if (row->example)
        fprintf(out, "\nExample:\n  %s\n", row->example);
}

void options_print_help(FILE *out, unsigned command)
{
    for (size_t i = 0; i < command_rows_count; i++)
        if (command_rows[i].command == command) {
            print_command(out, &command_rows[i]);
            return;
        }
    print_commands(out);
}

/* ---- the manual page ---- */

/* Several commands may have an option of one name, each with a meaning of its own. */
static void print_man_users(FILE *out, const struct option_row *row)
{
    const char *before = " (";
    for (size_t i = 0; i < command_rows_count; i++)
        if (row->commands & command_rows[i].command) {
            fprintf(out, "%s%s", before, command_rows[i].name);
            before = ", ";
        }
    fputc(')', out);
}

static void print_man_option(FILE *out, const struct option_row *row)
{
    char text[512];
    fputs(".TP\n", out);
    if (row->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", out);
    paragraph_print_roff(out, row->name);
    fputs("\\fR", out);
    if (row->argument)
        fprintf(out, " \\fI%s\\fR", row->argument);
    if (row->group == GROUP_COMMAND)
        print_man_users(out, row);
    fputc('\n', out);
    paragraph_print_roff(out, explain(row, text, sizeof text));
    fputc('\n', out);
}

static void print_man_commands(FILE *out)
{
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *row = &command_rows[i];
        if (!row->summary)
            continue;
        fprintf(out, ".TP\n\\fB%s\\fR%s", row->name, row->arguments ? " " : "");
        paragraph_print_roff(out, row->arguments ? row->arguments : "");
        fputc('\n', out);
        paragraph_print_roff(out, row->summary);
        if (row->example) {
            fputs("\n.br\n", out);
            paragraph_print_roff(out, row->example);
        }
        fputc('\n', out);
    }
}

void options_print_man(FILE *out)
{
    fprintf(out,
            ".TH CRAWLER 1 " CRAWLER_RELEASED
            " \"crawler %s\" \"User Commands\"\n.SH NAME\ncrawler \\- a list of "
            "news sites becomes rows of a database\n.SH SYNOPSIS\n\\fBcrawler \\-\\-sites\\fR "
            "\\fIDB\\fR [\\fIOPTION\\fR...]\n.br\n\\fBcrawler\\fR \\fICOMMAND\\fR "
            "[\\fIOPTION\\fR...] [\\fIWORD\\fR...]\n.SH DESCRIPTION\n",
            CRAWLER_VERSION);
    paragraph_print_roff(out, description);
    fputc('\n', out);
    print_man_commands(out);
    fputs(".SH OPTIONS\nWhich command takes which option is told by its \\fB\\-\\-help\\fR.\n",
          out);
    for (int group = 0; group < GROUPS; group++) {
        fprintf(out, ".SS %s\n",
                group == GROUP_COMMAND ? "Of single commands" : option_groups[group]);
        for (size_t i = 0; i < option_rows_count; i++)
            if ((int)option_rows[i].group == group)
                print_man_option(out, &option_rows[i]);
    }
    command_print_man_more(out);
    fputs(".SH ENVIRONMENT\nAn option \\fB\\-\\-per\\-host\\fR can be set as "
          "\\fBCRAWLER_PER_HOST\\fR. The config file wins over it, the command line over both. A "
          "CRAWLER_ that is no option is left alone, and told.\n"
          ".SH FILES\nA config file has one \\fIname\\fR = \\fIvalue\\fR a line, with the names of "
          "the options; # begins a comment.\n"
          ".SH COMPLETION\n\\fBcrawler \\-\\-completions\\fR \\fIbash\\fR, \\fIzsh\\fR or "
          "\\fIfish\\fR prints the script by which that shell completes commands, options and "
          "their values.\n.SH EXIT STATUS\n",
          out);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        fprintf(out, ".TP\n%u\n", statuses[i].status);
        paragraph_print_roff(out, statuses[i].meaning);
        fputc('\n', out);
    }
    fputs(".SH SEE ALSO\n\\fBcrawler\\-database\\fR(5)\n", out);
}
