#include "support/prometheus.h"

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "support/program.h"

enum { NAME_BYTES = 128, SERIES_MAX = 4096, PROMTOOL_MS = 30000, NOT_FOUND = 127 };

/* What is being read. */
struct reader {
    const char *line;
    size_t size;
    char family[NAME_BYTES], type[NAME_BYTES];
    char *families[SERIES_MAX], *series[SERIES_MAX];
    size_t families_count, series_count;
};

static void refuse(const struct reader *reader, const char *why)
{
    fail_msg("%s: %.*s", why, (int)reader->size, reader->line);
}

static bool ends_with(const char *text, const char *tail)
{
    size_t size = strlen(text), tail_size = strlen(tail);
    return size >= tail_size && strcmp(text + size - tail_size, tail) == 0;
}

/* Keeps a copy and fails where it is there already. */
static void once(struct reader *reader, char **list, size_t *count, const char *text, size_t size)
{
    for (size_t i = 0; i < *count; i++)
        if (strlen(list[i]) == size && memcmp(list[i], text, size) == 0)
            refuse(reader, "twice");
    assert_in_range(*count, 0, SERIES_MAX - 1);
    list[*count] = alloc_zeroed(1, size + 1);
    memcpy(list[(*count)++], text, size);
}

/* A name at `at`, copied; returns what follows. */
static const char *read_name(const struct reader *reader, const char *at, char *out)
{
    size_t size = 0;
    while (islower((unsigned char)at[size]) || at[size] == '_' ||
           (size && isdigit((unsigned char)at[size])))
        size++;
    if (!size || size >= NAME_BYTES)
        refuse(reader, "no name");
    memcpy(out, at, size);
    out[size] = '\0';
    return at + size;
}

static void check_name(const struct reader *reader)
{
    static const char *const units[] = {"_ms",      "_milliseconds", "_minutes", "_hours",
                                        "_percent", "_kilobytes",    "_mb",      "_megabytes"};
    bool counter = strcmp(reader->type, "counter") == 0;
    if (strncmp(reader->family, "crawler_", 8) != 0)
        refuse(reader, "not ours");
    if (counter != ends_with(reader->family, "_total"))
        refuse(reader, "_total is for counters");
    if (ends_with(reader->family, "_count") || ends_with(reader->family, "_sum"))
        refuse(reader, "_sum and _count are for summaries");
    for (size_t i = 0; i < COUNT(units); i++)
        if (strstr(reader->family, units[i]))
            refuse(reader, "no base unit");
}

static void read_help(struct reader *reader)
{
    const char *after = read_name(reader, reader->line + 7, reader->family);
    once(reader, reader->families, &reader->families_count, reader->family, strlen(reader->family));
    if (*after != ' ' || !isalnum((unsigned char)after[1]))
        refuse(reader, "no help");
    *reader->type = '\0';
}

static void read_type(struct reader *reader)
{
    char name[NAME_BYTES];
    const char *after = read_name(reader, reader->line + 7, name);
    if (strcmp(name, reader->family) != 0 || *reader->type || *after != ' ')
        refuse(reader, "TYPE without its HELP");
    after = read_name(reader, after + 1, reader->type);
    if (*after != '\n' ||
        (strcmp(reader->type, "gauge") != 0 && strcmp(reader->type, "counter") != 0 &&
         strcmp(reader->type, "summary") != 0))
        refuse(reader, "no type");
    check_name(reader);
}

/* {a="…",b="…"}; returns what follows. */
static const char *read_labels(const struct reader *reader, const char *at)
{
    char name[NAME_BYTES];
    if (*at != '{')
        return at;
    do {
        at = read_name(reader, at + 1, name);
        if (at[0] != '=' || at[1] != '"')
            refuse(reader, "no label");
        for (at += 2; *at != '"'; at++) {
            if (*at == '\n')
                refuse(reader, "a label without an end");
            if (*at == '\\' && *++at != '\\' && *at != '"' && *at != 'n')
                refuse(reader, "no such escape");
        }
        at++;
    } while (*at == ',');
    if (*at != '}')
        refuse(reader, "labels without an end");
    return at + 1;
}

static void read_sample(struct reader *reader)
{
    char name[NAME_BYTES], *end;
    const char *after = read_name(reader, reader->line, name);
    bool summary = strcmp(reader->type, "summary") == 0;
    if (summary && (ends_with(name, "_sum") || ends_with(name, "_count")))
        *strrchr(name, '_') = '\0';
    if (!*reader->type || strcmp(name, reader->family) != 0)
        refuse(reader, "a sample outside of its family");
    after = read_labels(reader, after);
    once(reader, reader->series, &reader->series_count, reader->line,
         (size_t)(after - reader->line));
    if (*after != ' ')
        refuse(reader, "no value");
    double value = strtod(after + 1, &end);
    if (end == after + 1 || *end != '\n' || !isfinite(value) || value < 0)
        refuse(reader, "no good value");
}

/* promtool prints what it finds to standard error, and for some of it exits with 0. */
static void ask_promtool(const char *text)
{
    const char *const arguments[] = {"promtool", "check", "metrics", NULL};
    struct program_result result;
    program_wait(program_start(arguments, text), PROMTOOL_MS, &result);
    if (result.exit_status != NOT_FOUND &&
        (result.exit_status || result.out_size || result.err_size))
        fail_msg("promtool: %d %s%s", result.exit_status, result.out, result.err);
    program_result_clear(&result);
}

void prometheus_check(const char *text)
{
    struct reader reader = {.line = text};
    assert_true(utf8_valid(text, strlen(text)));
    for (; *reader.line; reader.line += reader.size + 1) {
        reader.size = strcspn(reader.line, "\n");
        if (!reader.line[reader.size])
            refuse(&reader, "the last line has no end");
        if (strncmp(reader.line, "# HELP ", 7) == 0)
            read_help(&reader);
        else if (strncmp(reader.line, "# TYPE ", 7) == 0)
            read_type(&reader);
        else
            read_sample(&reader);
    }
    assert_true(reader.series_count > 0);
    while (reader.families_count)
        free(reader.families[--reader.families_count]);
    while (reader.series_count)
        free(reader.series[--reader.series_count]);
    ask_promtool(text);
}

/* Steps to the next series of `name`; NULL: no more. */
static const char *next_series(const char *at, const char *name)
{
    size_t size = strlen(name);
    for (; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
        if (strncmp(at, name, size) == 0 && (at[size] == '{' || at[size] == ' '))
            return at;
    return NULL;
}

double prometheus_value(const char *text, const char *name, const char *labels)
{
    for (const char *at = next_series(text, name); at;
         at = next_series(strchr(at, '\n') + 1, name)) {
        const char *end = strchr(at, '\n'), *label = strstr(at, labels), *value = end;
        while (value[-1] != ' ')
            value--;
        if (label && label < end)
            return strtod(value, NULL);
    }
    return NAN;
}

unsigned prometheus_count(const char *text, const char *name)
{
    unsigned count = 0;
    for (const char *at = next_series(text, name); at; at = next_series(strchr(at, '\n') + 1, name))
        count++;
    return count;
}
