#include "extract/datescan.h"

#include <stdbool.h>
#include <string.h>

#include "base/date_calendar.h"

enum {
    YEAR_MIN = 1994,
    WORD_BYTES_MAX = 40, /* of a month's name, in any script */
    TIME_GAP_MAX = 24,   /* bytes between a date and its time of day */
    TRIES_MAX = 400      /* shapes read on one page */
};

struct scanner {
    const char *start, *end, *at;
    const char *lang;
    int64_t now_ms;
    int year_max;
    int era; /* years of the language's own calendar are ahead by this much */
};

/* Of the Buddhist era 543 years, of the Solar Hijri calendar -621 (after Nowruz) or -622. */
static int era_of(const char *lang)
{
    static const struct {
        char lang[3];
        int era;
    } eras[] = {{"th", 543}, {"lo", 543}, {"fa", -622}, {"ps", -622}, {"ku", -622}};
    for (size_t i = 0; lang && i < sizeof eras / sizeof *eras; i++)
        if (strncmp(lang, eras[i].lang, 2) == 0)
            return eras[i].era;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Digits at `at`: their number, *value at most 9999. */
static size_t read_digits(const struct scanner *scanner, const char *at, int *value)
{
    size_t count = 0;
    *value = 0;
    for (; at + count < scanner->end && is_digit(at[count]); count++)
        if (count < 4)
            *value = *value * 10 + at[count] - '0';
    return count;
}

static const char *skip_blanks(const struct scanner *scanner, const char *at)
{
    for (;;) {
        if (at < scanner->end && *at == ' ')
            at++;
        else if (at + 1 < scanner->end && at[0] == '\xc2' && at[1] == '\xa0')
            at += 2;
        else
            return at;
    }
}

static bool is_year(const struct scanner *scanner, int year)
{
    int ahead = year - scanner->era;
    return (year >= YEAR_MIN && year <= scanner->year_max) ||
           (ahead >= YEAR_MIN && ahead <= scanner->year_max);
}

/* A year of four digits that a page may have been published in; NULL when there is none. */
static const char *read_year(const struct scanner *scanner, const char *at)
{
    int year;
    if (read_digits(scanner, at, &year) != 4 || !is_year(scanner, year))
        return NULL;
    return at + 4;
}

/* The end of a word (a month's name perhaps with a stop), or NULL. */
static const char *read_word(const struct scanner *scanner, const char *at)
{
    const char *from = at;
    while (at < scanner->end && is_letter(*at) && !(at[0] == '\xc2' && at[1] == '\xa0'))
        at++;
    if (at == from || at - from > WORD_BYTES_MAX)
        return NULL;
    return at < scanner->end && *at == '.' ? at + 1 : at;
}

/* "st", "nd", "rd", "th", "er", "º", ".", "," behind the number of a day. */
static const char *skip_ordinal(const struct scanner *scanner, const char *at)
{
    static const char *const ordinals[] = {"st", "nd", "rd", "th", "er", "\xc2\xba", "\xc2\xaa"};
    for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
        size_t size = strlen(ordinals[i]);
        if ((size_t)(scanner->end - at) > size && memcmp(at, ordinals[i], size) == 0 &&
            !is_letter(at[size])) {
            at += size;
            break;
        }
    }
    return at < scanner->end && *at == '.' ? at + 1 : at;
}

/* "03.05.2024", "3. 5. 2024", "03/05/24", "2024-05-03", "2024/5/3": after the first number. */
static const char *read_figures(const struct scanner *scanner, const char *at, bool year_first)
{
    int number;
    if (at >= scanner->end || !strchr("./-", *at))
        return NULL;
    char mark = *at;
    at = skip_blanks(scanner, at + 1);
    size_t digits = read_digits(scanner, at, &number);
    if (digits < 1 || digits > 2 || number < 1 || number > 31)
        return NULL;
    at += digits;
    if (at >= scanner->end || *at != mark)
        return NULL;
    at = skip_blanks(scanner, at + 1);
    digits = read_digits(scanner, at, &number);
    if (year_first)
        return digits >= 1 && digits <= 2 && number >= 1 && number <= 31 ? at + digits : NULL;
    if (digits == 4)
        return read_year(scanner, at);
    return digits == 2 && number <= scanner->year_max % 100 ? at + 2 : NULL;
}

/* "3. Mai 2024", "3 de mayo de 2024", "3-May-2024", "3rd of May, 2024": after the day. */
static const char *read_day_month_year(const struct scanner *scanner, const char *at)
{
    at = skip_ordinal(scanner, at);
    for (unsigned words = 0; words < 4; words++) {
        at = skip_blanks(scanner, at);
        if (at < scanner->end && (*at == '-' || *at == '/' || *at == ','))
            at = skip_blanks(scanner, at + 1);
        const char *year = words ? read_year(scanner, at) : NULL;
        if (year)
            return year;
        at = read_word(scanner, at);
        if (!at)
            return NULL;
    }
    return NULL;
}

/* "May 3, 2024", "May 3rd 2024": after the day, where a word stands before it. */
static const char *read_month_day_year(const struct scanner *scanner, const char *at)
{
    at = skip_blanks(scanner, skip_ordinal(scanner, at));
    if (at < scanner->end && *at == ',')
        at = skip_blanks(scanner, at + 1);
    return read_year(scanner, at);
}

/* Where the word before `at` begins; NULL when none stands there. */
static const char *word_before(const struct scanner *scanner, const char *at)
{
    const char *end = at;
    while (end > scanner->start && (end[-1] == ' ' || end[-1] == '.'))
        end--;
    const char *from = end;
    while (from > scanner->start && is_letter(from[-1]) && end - from < WORD_BYTES_MAX)
        from--;
    return from < end && end < at ? from : NULL;
}

/* "2024年5月3日", "2024. május 3.", "2024 m. gegužės 3": after the year. */
static const char *read_year_month_day(const struct scanner *scanner, const char *at)
{
    int number;
    for (unsigned parts = 0; parts < 5; parts++) {
        at = skip_blanks(scanner, at);
        if (at < scanner->end && *at == '.')
            at = skip_blanks(scanner, at + 1);
        size_t digits = read_digits(scanner, at, &number);
        if (digits > 2 || (digits && (number < 1 || number > 31)))
            return NULL;
        if (digits && parts >= 1) {
            at += digits;
            const char *behind = scanner->end - at > 3 && (*at & 0x80) ? at + 3 : at;
            if (parts >= 3 || behind == at)
                return at;
            /* a month in figures with its sign behind it: the day follows */
            const char *day = skip_blanks(scanner, behind);
            size_t day_digits = day < scanner->end ? read_digits(scanner, day, &number) : 0;
            if (!day_digits || day_digits > 2)
                return at;
            day += day_digits;
            return scanner->end - day >= 3 && (*day & 0x80) ? day + 3 : day;
        }
        at = read_word(scanner, at);
        if (!at)
            return NULL;
    }
    return NULL;
}

/* The end of the time of day behind a date, or `at`: "14:30", "14.30 Uhr", "2:30 pm", "14h30". */
static const char *read_time(const struct scanner *scanner, const char *at)
{
    const char *limit = scanner->end - at > TIME_GAP_MAX ? at + TIME_GAP_MAX : scanner->end;
    const char *digit = at;
    int number;
    while (digit < limit && !is_digit(*digit) && *digit != '\n')
        digit++;
    size_t digits = digit < limit ? read_digits(scanner, digit, &number) : 0;
    if (digits < 1 || digits > 2 || number > 24)
        return at;
    const char *mark = digit + digits;
    if (mark >= scanner->end || !strchr(":.h", *mark) ||
        read_digits(scanner, mark + 1, &number) != 2 || number > 59)
        return at;
    mark += 3;
    if (mark < scanner->end && *mark == ':' && read_digits(scanner, mark + 1, &number) == 2)
        mark += 3;
    if (mark < scanner->end && *mark == '.' && is_digit(mark[1]))
        return at;             /* "12.05.2020": another date */
    const char *behind = mark; /* "Uhr", "pm", "(CET)", "+02:00" */
    while (behind < scanner->end && behind - mark < 12 && *behind != '\n')
        behind++;
    while (behind > mark && (*behind & 0xc0) == 0x80)
        behind--;
    return behind;
}

/* The end of a date that begins at the number at `at`; *from moves back over a month's name. */
static const char *match(const struct scanner *scanner, const char *at, const char **from)
{
    int number;
    size_t digits = read_digits(scanner, at, &number);
    const char *end = NULL, *rest = at + digits;
    *from = at;
    if (digits == 4 && is_year(scanner, number)) {
        end = read_figures(scanner, rest, true);
        return end ? end : read_year_month_day(scanner, rest);
    }
    if (digits < 1 || digits > 2 || number < 1 || number > 31)
        return NULL;
    end = read_figures(scanner, rest, false);
    if (end)
        return end;
    const char *word = word_before(scanner, at);
    if (word && (end = read_month_day_year(scanner, rest))) {
        *from = word;
        return end;
    }
    return read_day_month_year(scanner, rest);
}

/* Whether a number that a date may begin with stands at `at`: not one inside of another, of a
 * time, a version or a name. Words may touch it where a page set no blank. */
static bool starts_number(const struct scanner *scanner, const char *at)
{
    if (!is_digit(*at))
        return false;
    if (at == scanner->start)
        return true;
    char before = at[-1];
    if (before == ':')
        return at - 2 < scanner->start || !is_digit(at[-2]);
    return !is_digit(before) && !strchr("./-_#", before);
}

/* Whether the figures go on behind what looked like a date: a version, an account's number. */
static bool goes_on(const struct scanner *scanner, const char *end)
{
    return (end < scanner->end && is_digit(*end)) ||
           (scanner->end - end >= 2 && (*end == '.' || *end == '-') && is_digit(end[1]));
}

static bool read_date(const struct scanner *scanner, const char *from, const char *end,
                      struct found_date *out, struct span text)
{
    const char *with_time = read_time(scanner, end);
    struct span whole = {from, (size_t)(with_time - from)};
    struct span day = {from, (size_t)(end - from)};
    struct moment moment, timed;
    if (date_parse_text(day, scanner->lang, scanner->now_ms, &moment))
        return false;
    moment.has_time = false;
    if (with_time > end && !date_parse_text(whole, scanner->lang, scanner->now_ms, &timed) &&
        timed.has_time) {
        int64_t apart = timed.ms + timed.zone_min * INT64_C(60000) - moment.ms;
        if (apart >= 0 && apart < DATE_DAY_MS)
            moment = timed;
    }
    out->moment = moment;
    out->from = (uint32_t)(from - text.data);
    out->to = (uint32_t)(end - text.data);
    return true;
}

size_t datescan(struct found_date *out, size_t max, struct span text, uint32_t from,
                const char *lang, int64_t now_ms)
{
    struct scanner scanner = {
        .start = text.data + from,
        .end = text.data + text.size,
        .at = text.data + from,
        .lang = lang,
        .now_ms = now_ms,
        .year_max = calendar_year_of(now_ms + DATE_DAY_MS),
        .era = era_of(lang),
    };
    size_t count = 0, tries = 0;
    while (scanner.at < scanner.end && count < max && tries < TRIES_MAX) {
        const char *begin, *end = NULL;
        if (starts_number(&scanner, scanner.at))
            end = match(&scanner, scanner.at, &begin);
        if (end && end <= scanner.end && !goes_on(&scanner, end)) {
            tries++;
            if (read_date(&scanner, begin, end, &out[count], text)) {
                scanner.at = end;
                count++;
                continue;
            }
        }
        scanner.at++;
    }
    return count;
}
