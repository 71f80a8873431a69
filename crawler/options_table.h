/* options_table.h - the rows from which options are read and explained. Thread: any.
 *
 * For the files of the options (options.c reads them, options_value.c understands their values,
 * options_help.c explains them, options_completion.c tells shells of them, options_environment.c
 * knows their names there), and for the settings of sites, whose values are written alike
 * (commands/settings.c). */
#ifndef CRAWLER_OPTIONS_TABLE_H
#define CRAWLER_OPTIONS_TABLE_H

#include <stdio.h>

#include "options.h"

enum option_type {
    TYPE_FLAG,     /* bool; with choices: the first one is false, and it takes a value */
    TYPE_UNSIGNED, /* unsigned */
    TYPE_SIZE,     /* uint64_t, bytes: 64M */
    TYPE_DURATION, /* uint64_t, milliseconds: 200ms, 0.5, 5m, 30d */
    TYPE_TEXT,     /* const char *; with choices: one of them */
    TYPE_LIST,     /* struct option_list: repeated, or separated by commas */
    TYPE_CHOICE,   /* an enum of int's size: the index of the choice */
    TYPE_SINCE,    /* int64_t, a moment: 2026-11-01, or 7d for so long ago; of a day its start */
    TYPE_UNTIL,    /* the same, of a day its end */
    TYPE_BITS,     /* unsigned: choices separated by commas, or `all`; 1 << index each */
};

enum option_group {
    GROUP_GENERAL,
    GROUP_WHAT,
    GROUP_SPEED,
    GROUP_PATIENCE,
    GROUP_NETWORK,
    GROUP_LIMITS,
    GROUP_STORAGE,
    GROUP_COMMAND, /* what one command alone takes */
    GROUPS,
};

struct option_row {
    const char *name; /* without the dashes */
    char letter;      /* short form, or 0 */
    enum option_type type;
    size_t field;
    unsigned commands; /* enum command bits: which of them take it */
    enum option_group group;
    uint64_t smallest;
    uint64_t largest;
    const char *standard; /* the default, as one would write it; NULL: none */
    const char *const *choices;
    const char *argument; /* how its value is called in the help; NULL: takes none */
    const char *help;
    bool typed_only; /* neither in the environment nor in a config file */
};

extern const struct option_row option_rows[];
extern const size_t option_rows_count;
/* What every command takes beside its options. */
extern const struct option_row option_common[];
extern const size_t option_common_count;
extern const char *const option_groups[GROUPS];

/* Reads `text` as row's value into its field of *out. Lists are appended to. Returns 0; or
 * ERR_USAGE with what is wrong with the value in `reason`. */
int option_set(struct options *out, const struct option_row *row, const char *text, char *reason,
               size_t reason_size);

/* What an option is called in the environment: CRAWLER_ and its name, upper case, _ for -. */
void option_environment_name(char *out, size_t size, const struct option_row *row);

/* A line for each CRAWLER_… in the environment that no option is called by. */
void option_tell_strangers(FILE *out);

/* A number as one would write it: 86400000 ms are 1d. */
void option_write_number(char *out, size_t size, uint64_t number, enum option_type type);

/* Reads a time as options have them (7d, 0.5, 200ms). False where it is none. */
bool option_read_duration(const char *text, uint64_t *out_ms);

#endif
