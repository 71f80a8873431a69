/* rules_file.h - a file of rules for a site. Thread: main. */
#ifndef CRAWLER_COMMANDS_RULES_FILE_H
#define CRAWLER_COMMANDS_RULES_FILE_H

#include <stdio.h>

#include "base/arena.h"
#include "extract/site_rules.h"

/* Reads the rules of a file, "-" being standard input; each has its line as its id. Returns 0; or
 * an exit status after a sentence for each line that is no rule. */
int rules_file_read(struct site_rule **out, size_t *out_count, struct arena *arena,
                    const char *command, const char *path);

/* What a rule is, for --help and for the manual page. */
void rules_print_help(FILE *out);
void rules_print_man(FILE *out);

#endif
