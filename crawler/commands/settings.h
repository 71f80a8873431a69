/* settings.h - what may be set for a site (`crawler set SITE KEY=VALUE`), in one table.
 *
 * A row names the key, the type and limits of its value (as an option's, and mostly those of the
 * run's option of the same name), the column of `sites` that it is kept in, and its help: the
 * command line, `crawler set --help` and what is shown of a site are all read from it.
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_SETTINGS_H
#define CRAWLER_COMMANDS_SETTINGS_H

#include <stdio.h>

#include "base/arena.h"
#include "fetch/credential.h"
#include "options_table.h"
#include "storage/store.h"

enum setting_kind {
    SETTING_COLUMN, /* one value, in a column of `sites` */
    SETTING_LABELS, /* any number of words */
    SETTING_SECRET, /* a credential: never shown */
};

struct setting_row {
    struct option_row value; /* name, type, limits, choices, argument, help */
    enum setting_kind kind;
    const char *column;              /* of `sites`; else NULL */
    enum credential_kind credential; /* of a SETTING_SECRET */
    /* Puts a text into the form that is kept; false where it is none. NULL: any will do. */
    bool (*fold)(char *text);
};

extern const struct setting_row setting_rows[];
extern const size_t setting_rows_count;

/* The row of that name, or NULL with the name that may have been meant in *nearest (or NULL). */
const struct setting_row *setting_find(const char *name, const char **nearest);

/* Reads the text of a SETTING_COLUMN as it is kept. Returns 0; or ERR_USAGE with a reason. */
int setting_read(const struct setting_row *row, struct arena *arena, const char *text,
                 struct store_value *out, char *reason, size_t reason_size);

/* The value of a SETTING_COLUMN as one would write it; NULL where the run's counts. */
const char *setting_write(const struct setting_row *row, struct arena *arena,
                          const struct store_value *value);

/* Puts a label into the form that is kept: lower case. False where it is none. */
bool setting_fold_label(char *text);

/* The table, for --help and for the manual page. */
void settings_print_help(FILE *out);
void settings_print_man(FILE *out);

#endif
