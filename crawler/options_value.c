/* options_value.c - the value of an option: text → field. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "options_table.h"

/* What a number may end in, and what it then counts. */
struct unit {
    const char *suffix;
    uint64_t factor;
};

/* The first unit is that of a plain number. */
static const struct unit plain_units[] = {{"", 1}, {NULL, 0}};
static const struct unit size_units[] = {
    {"", 1},          {"B", 1},         {"K", 1 << 10},    {"KB", 1 << 10},
    {"KiB", 1 << 10}, {"M", 1 << 20},   {"MB", 1 << 20},   {"MiB", 1 << 20},
    {"G", 1u << 30},  {"GB", 1u << 30}, {"GiB", 1u << 30}, {NULL, 0},
};
static const struct unit time_units[] = {
    {"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {NULL, 0},
};

static const struct unit *units_of(enum option_type type)
{
    return type == TYPE_SIZE ? size_units : type == TYPE_DURATION ? time_units : plain_units;
}

/* Reads digits, perhaps a decimal point with more, and a unit. False for anything else and for
 * what passes 63 bits. */
static bool read_number(const char *text, const struct unit *units, uint64_t *out)
{
    uint64_t whole = 0, fraction = 0, scale = 1;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (whole > (UINT64_MAX / 2 - 9) / 10)
            return false;
        whole = whole * 10 + (uint64_t)(*at - '0');
    }
    bool digits = at > text, decimal = *at == '.' && units != plain_units;
    if (decimal)
        for (at++; *at >= '0' && *at <= '9'; at++, digits = true)
            if (scale < 1000000) { /* the rest is finer than any unit's last digit */
                fraction = fraction * 10 + (uint64_t)(*at - '0');
                scale *= 10;
            }
    const struct unit *unit = units;
    while (unit->suffix && strcasecmp(at, unit->suffix) != 0)
        unit++;
    if (!digits || !unit->suffix || whole > UINT64_MAX / 2 / unit->factor)
        return false;
    *out = whole * unit->factor + fraction * unit->factor / scale;
    return true;
}

bool option_read_duration(const char *text, uint64_t *out_ms)
{
    return read_number(text, time_units, out_ms);
}

void option_write_number(char *out, size_t size, uint64_t number, enum option_type type)
{
    static const struct unit sizes[] = {{"G", 1u << 30}, {"M", 1 << 20}, {"K", 1 << 10}};
    static const struct unit times[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}};
    const struct unit *units = type == TYPE_SIZE ? sizes : times;
    size_t count = type == TYPE_SIZE ? COUNT(sizes) : type == TYPE_DURATION ? COUNT(times) : 0;
    for (size_t i = 0; number > 0 && i < count; i++)
        if (number % units[i].factor == 0) {
            snprintf(out, size, "%ju%s", (uintmax_t)(number / units[i].factor), units[i].suffix);
            return;
        }
    snprintf(out, size, "%ju%s", (uintmax_t)number, type == TYPE_DURATION && number ? "ms" : "");
}

static int set_number(void *field, const struct option_row *row, const char *text, char *reason,
                      size_t reason_size)
{
    static const char *const forms[] = {
        [TYPE_UNSIGNED] = "a whole number",
        [TYPE_SIZE] = "a size like 500K, 10M or 1G",
        [TYPE_DURATION] = "a time like 200ms, 0.5s, 5m, 2h or 30d",
    };
    uint64_t number;
    if (!read_number(text, units_of(row->type), &number)) {
        snprintf(reason, reason_size, "'%s' is not %s", text, forms[row->type]);
        return ERR_USAGE;
    }
    if (number < row->smallest || number > row->largest) {
        char smallest[32], largest[32];
        option_write_number(smallest, sizeof smallest, row->smallest, row->type);
        option_write_number(largest, sizeof largest, row->largest, row->type);
        if (number < row->smallest)
            snprintf(reason, reason_size, "'%s' is too small, the least is %s", text, smallest);
        else
            snprintf(reason, reason_size, "'%s' is too large, the most is %s", text, largest);
        return ERR_USAGE;
    }
    if (row->type == TYPE_UNSIGNED)
        *(unsigned *)field = (unsigned)number;
    else
        *(uint64_t *)field = number;
    return 0;
}

/* The index of the word among `choices`, or -1 with all of them in `reason`. */
static int find_choice(const char *const *choices, struct span word, bool all, char *reason,
                       size_t reason_size)
{
    for (int i = 0; choices[i]; i++)
        if (span_equals_nocase(word, choices[i]))
            return i;
    int used = snprintf(reason, reason_size, "'%.*s' is none of",
                        (int)(word.size < 80 ? word.size : 80), word.data);
    for (size_t i = 0; choices[i] && used > 0 && (size_t)used < reason_size; i++)
        used +=
            snprintf(reason + used, reason_size - (size_t)used, "%s %s", i ? "," : "", choices[i]);
    if (all && used > 0 && (size_t)used < reason_size)
        snprintf(reason + used, reason_size - (size_t)used, ", all");
    return -1;
}

/* Takes the next word off a list separated by commas; false at its end. Empty words are none. */
static bool next_word(const char **text, struct span *out)
{
    while (**text) {
        size_t size = strcspn(*text, ",");
        *out = span_trimmed((struct span){*text, size});
        *text += size;
        *text += **text == ',';
        if (out->size > 0)
            return true;
    }
    return false;
}

static int set_bits(unsigned *field, const struct option_row *row, const char *text, char *reason,
                    size_t reason_size)
{
    unsigned all = 0, bits = 0;
    for (unsigned i = 0; row->choices[i]; i++)
        all |= 1u << i;
    struct span word;
    while (next_word(&text, &word)) {
        if (span_equals_nocase(word, "all")) {
            bits |= all;
            continue;
        }
        int choice = find_choice(row->choices, word, true, reason, reason_size);
        if (choice < 0)
            return ERR_USAGE;
        bits |= 1u << choice;
    }
    if (!bits) {
        snprintf(reason, reason_size, "names nothing");
        return ERR_USAGE;
    }
    *field = bits;
    return 0;
}

static int set_list(struct options *out, struct option_list *list, const char *text)
{
    struct span word;
    while (next_word(&text, &word)) {
        size_t size = list->count * sizeof(char *);
        list->values = arena_grow(&out->texts, list->values, size, size + sizeof(char *));
        list->values[list->count++] = arena_copy(&out->texts, word.data, word.size);
    }
    return 0;
}

static int set_moment(int64_t *field, enum option_type type, const char *text, char *reason,
                      size_t reason_size)
{
    struct moment moment;
    uint64_t back_ms;
    if (option_read_duration(text, &back_ms)) {
        *field = clock_wall_ms() - (int64_t)back_ms;
    } else if (date_parse_feed(span_of(text), &moment) == 0) {
        bool to_its_end = type == TYPE_UNTIL && !moment.has_time;
        *field = moment.ms + (to_its_end ? 86400000 - 1 : 0);
    } else {
        snprintf(reason, reason_size, "'%s' is neither a day like 2026-11-01 nor a time like 7d",
                 text);
        return ERR_USAGE;
    }
    return 0;
}

static int set_flag(bool *field, const struct option_row *row, const char *text, char *reason,
                    size_t reason_size)
{
    static const char *const answers[] = {"no", "yes", "false", "true", "off",
                                          "on", "0",   "1",     NULL};
    int choice = find_choice(row->choices ? row->choices : answers, span_of(text), false, reason,
                             reason_size);
    if (choice < 0)
        return ERR_USAGE;
    *field = choice & 1;
    return 0;
}

int option_set(struct options *out, const struct option_row *row, const char *text, char *reason,
               size_t reason_size)
{
    void *field = (char *)out + row->field;
    int choice;
    switch (row->type) {
    case TYPE_FLAG:
        return set_flag(field, row, text, reason, reason_size);
    case TYPE_UNSIGNED:
    case TYPE_SIZE:
    case TYPE_DURATION:
        return set_number(field, row, text, reason, reason_size);
    case TYPE_SINCE:
    case TYPE_UNTIL:
        return set_moment(field, row->type, text, reason, reason_size);
    case TYPE_LIST:
        return set_list(out, field, text);
    case TYPE_BITS:
        return set_bits(field, row, text, reason, reason_size);
    case TYPE_CHOICE:
        choice = find_choice(row->choices, span_of(text), false, reason, reason_size);
        if (choice >= 0)
            *(int *)field = choice;
        return choice < 0 ? ERR_USAGE : 0;
    case TYPE_TEXT:
        choice =
            row->choices ? find_choice(row->choices, span_of(text), false, reason, reason_size) : 0;
        if (choice >= 0)
            *(const char **)field = row->choices ? row->choices[choice] : text;
        return choice < 0 ? ERR_USAGE : 0;
    }
    return ERR_USAGE;
}
