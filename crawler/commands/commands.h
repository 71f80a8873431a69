/* commands.h - the subcommands, in one table.
 *
 * Each is one file of this folder with one public function, which prints results to standard
 * output, everything else to standard error, and returns the exit status. Thread: main. */
#ifndef CRAWLER_COMMANDS_COMMANDS_H
#define CRAWLER_COMMANDS_COMMANDS_H

#include <stddef.h>
#include <stdio.h>

#include "options.h"

struct option_row;

struct command_row {
    enum command command;
    const char *name;
    int (*run)(const struct options *options);
    const char *arguments; /* how its words are written in --help; NULL: it takes none */
    const char *summary;   /* one line; NULL: internal, not shown */
    const char *example;
};

extern const struct command_row command_rows[];
extern const size_t command_rows_count;

/* A key of the KEY=VALUE words that a command takes, with its values as those of an option; NULL
 * behind the last one, and of most commands at once. */
const struct option_row *command_key(enum command command, size_t place);

/* What --help prints of a command beside its options; of most nothing. */
void command_print_more(FILE *out, enum command command);
/* The same for the manual page, of all commands: sections as roff. */
void command_print_man_more(FILE *out);

int command_add(const struct options *options);
int command_copy(const struct options *options);
int command_doctor(const struct options *options);
int command_diff(const struct options *options);
int command_explain(const struct options *options);
int command_import(const struct options *options);
int command_pack(const struct options *options);
int command_reextract(const struct options *options);
int command_report(const struct options *options);
int command_search(const struct options *options);
int command_set(const struct options *options);
int command_sites(const struct options *options);
int command_takedown(const struct options *options);
int command_try(const struct options *options);
int command_url(const struct options *options);
int command_robots(const struct options *options);
int command_export(const struct options *options);
int command_feed(const struct options *options);
int command_sitemap(const struct options *options);
int command_charset(const struct options *options);
int command_date(const struct options *options);
int command_extract(const struct options *options);
int command_rules(const struct options *options);
int command_run(const struct options *options);
int command_worker(const struct options *options);

#endif
