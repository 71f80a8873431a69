/* A command line, a word a line up to an empty one, and the config file behind it. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "options.h"
#include "options_table.h"

enum { WORDS_MAX = 16 };

/* A number that was accepted is within its limits, or the default. */
static void check_row(const struct options *options, const struct option_row *row)
{
    const void *field = (const char *)options + row->field;
    uint64_t number = row->type == TYPE_UNSIGNED ? *(const unsigned *)field
                      : row->type == TYPE_SIZE || row->type == TYPE_DURATION
                          ? *(const uint64_t *)field
                          : row->smallest;
    FUZZ_CHECK((number >= row->smallest && number <= row->largest) || !row->standard);
    if (row->type == TYPE_CHOICE)
        for (int i = 0; i < *(const int *)field; i++)
            FUZZ_CHECK(row->choices[i] != NULL);
}

void fuzz_input(const uint8_t *data, size_t size)
{
    char program[] = "crawler", *words[WORDS_MAX + 1] = {program}, message[512] = "";
    char config[64];
    int count = 1;
    struct arena arena;
    struct options options;
    struct span rest = {(const char *)data, size}, line;
    arena_init(&arena, 0);
    while (count < WORDS_MAX - 2 && (line = fuzz_line(&rest)).size)
        words[count++] = arena_copy(&arena, line.data, line.size);
    if (rest.size) {
        snprintf(config, sizeof config, "--config=%s", fuzz_file(rest.data, rest.size));
        words[count++] = config;
    }
    if (options_read(&options, count, words, message, sizeof message))
        FUZZ_CHECK(*message && !strchr(message, '\n'));
    else if (!options.request)
        for (size_t i = 0; i < option_rows_count; i++)
            if (option_rows[i].commands & options.command)
                check_row(&options, &option_rows[i]);
    options_clear(&options);
    arena_clear(&arena);
}
