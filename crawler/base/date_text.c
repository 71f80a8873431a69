/* date_text.c - dates as people print them.
 *
 * The text becomes tokens; the time of day is taken out of them; what is left of numbers and months
 * becomes parts, each with what stands before it; the first three parts that make a date are it. */
#include "base/date_text.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_parts.h"
#include "base/date_words.h"
#include "base/error.h"

/* The last: what two digits mean at most where nobody knows what year it is, as in POSIX. */
enum { YEAR_MIN = 1900, YEAR_MAX = 2100, YEAR_OF_TWO_MAX = 2068 };

/* ---- dates out of parts ---- */

/* The Gregorian year that `part` means, or 0. The Buddhist era is 543 years ahead; years of the
 * Solar Hijri calendar stay as they are. */
static int year_of(const struct date_reading *reading, const struct date_part *part)
{
    if (part->month || part->day)
        return 0;
    if (part->year && part->digits <= 3 && part->value >= YEAR_MIN)
        return (int)part->value; /* of an era */
    if (part->digits == 2) {
        int year = (int)part->value + 2000, buddhist = year + 500 - 543;
        if (reading->buddhist && buddhist <= reading->year_of_two_max &&
            (year > reading->year_of_two_max || buddhist > year))
            return buddhist;
        return year > reading->year_of_two_max ? year - 100 : year;
    }
    if (part->digits != 4)
        return 0;
    if (part->value >= YEAR_MIN + 543 && part->value <= YEAR_MAX + 543)
        return (int)part->value - 543;
    if (part->value >= 1300 && part->value < 1500)
        return (int)part->value;
    return part->value >= YEAR_MIN && part->value <= YEAR_MAX ? (int)part->value : 0;
}

static bool make_date(const struct date_reading *reading, int year, int month, int day, bool jalali,
                      struct date_fields *fields)
{
    if (!year)
        return false;
    if (year < YEAR_MIN) {
        if (reading->whole || !calendar_from_jalali(&year, &month, &day) ||
            (reading->now_ms > 0 &&
             calendar_days(year, month, day) > reading->now_ms / DATE_DAY_MS + 366))
            return false;
    } else if (jalali || !calendar_valid(year, month, day)) {
        return false;
    }
    fields->year = year;
    fields->month = month;
    fields->day = day;
    return true;
}

static bool is_day(const struct date_part *part)
{
    return !part->month && !part->year && part->digits <= 2 && part->value >= 1 &&
           part->value <= 31;
}

static bool is_long_year(const struct date_part *part)
{
    return !part->month && (part->digits == 4 || part->year);
}

/* Two digits are a year only where the form says so: "11-Dec-14", or at the end. */
static bool is_year_behind(const struct date_reading *reading, const struct date_part *parts,
                           size_t i)
{
    const struct date_part *part = &parts[i];
    if (is_long_year(part))
        return !part->broken;
    return part->digits == 2 && !part->month && !part->broken && !part->words &&
           (reading->whole || part->mark == '\'' || (i + 1 == reading->count && !part->followed) ||
            (part->mark && part->mark != ',' && part->mark == parts[i - 1].mark));
}

/* One of the three parts from `i` on is a month by name. */
static bool named_month(const struct date_reading *reading, size_t i, struct date_fields *fields)
{
    const struct date_part *p = &reading->parts[i];
    if (p[1].broken || p[2].broken)
        return false;
    if (p[1].month && is_long_year(&p[0]) && is_day(&p[2]))
        return make_date(reading, year_of(reading, &p[0]), (int)p[1].value, (int)p[2].value,
                         p[1].jalali, fields);
    if (p[2].month && is_long_year(&p[0]) && is_day(&p[1]))
        return make_date(reading, year_of(reading, &p[0]), (int)p[2].value, (int)p[1].value,
                         p[2].jalali, fields);
    if (!is_year_behind(reading, reading->parts, i + 2))
        return false;
    int year = year_of(reading, &p[2]);
    if (p[1].month && is_day(&p[0]))
        return make_date(reading, year, (int)p[1].value, (int)p[0].value, p[1].jalali, fields);
    if (p[0].month && is_day(&p[1]))
        return make_date(reading, year, (int)p[0].value, (int)p[1].value, p[0].jalali, fields);
    return false;
}

static bool numbers_as(const struct date_reading *reading, const struct date_part *year,
                       const struct date_part *month, const struct date_part *day,
                       struct date_fields *fields)
{
    int number = year_of(reading, year);
    return number && (year->digits != 2 || number >= 1970) && is_day(month) && is_day(day) &&
           make_date(reading, number, (int)month->value, (int)day->value, false, fields);
}

/* Whether the parts from `i` on stand in a longer row: "10.4.2.1", an address or a version. */
static bool in_longer_row(const struct date_reading *reading, size_t i)
{
    const struct date_part *p = &reading->parts[i];
    return (i && p[0].mark == p[1].mark && !p[0].broken && !p[0].words) ||
           (i + 3 < reading->count && p[3].mark == p[1].mark && !p[3].broken && !p[3].words);
}

/* "03.05.2024", "5/3/24", "2024-05-03": the same mark twice. */
static bool numbers_alone(const struct date_reading *reading, size_t i, struct date_fields *fields)
{
    const struct date_part *p = &reading->parts[i];
    if (p[0].month || p[1].month || p[2].month || p[1].broken || p[2].broken || p[1].words ||
        p[2].words || p[1].mark != p[2].mark || !p[1].mark || !strchr(".-/", p[1].mark) ||
        in_longer_row(reading, i))
        return false;
    if (p[0].digits == 4)
        return numbers_as(reading, &p[0], &p[1], &p[2], fields);
    bool swapped = reading->order == DATE_MONTH_FIRST && p[1].mark == '/';
    bool short_year = p[0].digits == 2 && p[2].digits <= 2;
    const struct date_part *day = &p[swapped ? 1 : 0], *month = &p[swapped ? 0 : 1];
    bool iso = reading->whole && p[1].mark == '-';
    if ((reading->order == DATE_YEAR_FIRST || iso) && short_year &&
        numbers_as(reading, &p[0], &p[1], &p[2], fields))
        return true;
    return numbers_as(reading, &p[2], month, day, fields) ||
           numbers_as(reading, &p[2], day, month, fields) ||
           (short_year && numbers_as(reading, &p[0], &p[1], &p[2], fields));
}

/* "20240503", and with a time behind it "202405031347", "20240503134742". */
static bool digits_alone(const struct date_reading *reading, size_t i, struct date_fields *fields)
{
    const struct date_part *part = &reading->parts[i];
    int64_t day = part->value;
    if (part->month || (part->digits != 8 && part->digits != 12 && part->digits != 14))
        return false;
    for (unsigned digits = part->digits; digits > 8; digits--)
        day /= 10;
    return day / 10000 >= 1970 && day / 10000 <= YEAR_MAX &&
           make_date(reading, (int)(day / 10000), (int)(day / 100 % 100), (int)(day % 100), false,
                     fields);
}

/* "3 May", "May 3", "5月3日": of the year that puts it last before now; a day ahead is for
 * zones.
 */
static bool without_year(const struct date_reading *reading, size_t i, struct date_fields *fields)
{
    const struct date_part *p = &reading->parts[i];
    bool month_first = p[0].month && is_day(&p[1]);
    bool day_first = p[1].month && is_day(&p[0]);
    bool jalali = p[month_first ? 0 : 1].jalali;
    if (reading->now_ms <= 0 || reading->whole || p[1].broken || (!month_first && !day_first) ||
        jalali)
        return false;
    bool followed = i + 2 < reading->count && !p[2].broken;
    if ((followed && month_first && p[2].month) /* "mar 5 mayo": a weekday like a month */
        || (followed && p[2].digits == 4) || (i && !p[0].broken && p[-1].digits == 4))
        return false; /* it has a year, but none that can be */
    int month = (int)p[month_first ? 0 : 1].value, day = (int)p[month_first ? 1 : 0].value;
    int year = calendar_year_of(reading->now_ms);
    if (calendar_days(year, month, day) > reading->now_ms / DATE_DAY_MS + 1)
        year--;
    return make_date(reading, year, month, day, false, fields);
}

/* In feeds, where nothing else is there: "May 2024" is its first day. */
static bool without_day(const struct date_reading *reading, struct date_fields *fields)
{
    const struct date_part *p = reading->parts;
    return reading->whole && reading->count == 2 && p[0].month && is_long_year(&p[1]) &&
           !p[1].broken &&
           make_date(reading, year_of(reading, &p[1]), (int)p[0].value, 1, false, fields);
}

/* The first parts that make a date; *first is the index of the first of them. Returns how many,
 * 0 when there are none. */
static size_t find_date(const struct date_reading *reading, size_t *first,
                        struct date_fields *fields)
{
    size_t i;
    for (i = 0; i < reading->count; i++) {
        *first = i;
        if (i + 2 < reading->count &&
            (named_month(reading, i, fields) || numbers_alone(reading, i, fields)))
            return 3;
        if (digits_alone(reading, i, fields))
            return 1;
    }
    for (i = 0; i + 1 < reading->count; i++) {
        *first = i;
        if (without_year(reading, i, fields))
            return 2;
    }
    *first = 0;
    return without_day(reading, fields) ? 2 : 0;
}

/* Nothing is left over but a weekday that looks like a month: "mar., 5 mai". */
static bool is_whole(const struct date_reading *reading, size_t first, size_t taken)
{
    bool weekday = first == 1 && reading->parts[0].month;
    return !reading->left_over && first + taken == reading->count && (first == 0 || weekday);
}

/* ---- the two ways in ---- */

static bool has_number(const struct date_tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->tokens[i].type == DATE_NUMBER)
            return true;
    return false;
}

static int read_date(struct date_reading *reading, const struct date_tokens *tokens,
                     struct date_fields *fields)
{
    if (!has_number(tokens))
        return ERR_INPUT;
    for (int pass = 0; pass < 2; pass++) {
        reading->short_too = pass == 1;
        date_parts_find(reading, tokens);
        size_t first, taken = find_date(reading, &first, fields);
        if (taken && (!reading->whole || is_whole(reading, first, taken)))
            return 0;
    }
    return ERR_INPUT;
}

static enum date_order order_of(const char *lang)
{
    static const struct {
        const char *tag;
        enum date_order order;
    } orders[] = {
        {"en-us", DATE_MONTH_FIRST}, {"en-ph", DATE_MONTH_FIRST}, {"en", DATE_MONTH_FIRST},
        {"tl", DATE_MONTH_FIRST},    {"fil", DATE_MONTH_FIRST},   {"zh", DATE_YEAR_FIRST},
        {"ja", DATE_YEAR_FIRST},     {"ko", DATE_YEAR_FIRST},     {"hu", DATE_YEAR_FIRST},
        {"lt", DATE_YEAR_FIRST},     {"mn", DATE_YEAR_FIRST},     {"eu", DATE_YEAR_FIRST},
        {"fa", DATE_YEAR_FIRST},
    };
    if (!lang)
        return DATE_MONTH_FIRST;
    for (size_t i = 0; i < COUNT(orders); i++)
        if (strcasecmp(lang, orders[i].tag) == 0)
            return orders[i].order;
    const char *region = strpbrk(lang, "-_");
    struct span language = {lang, region ? (size_t)(region - lang) : strlen(lang)};
    for (size_t i = 0; region && i < COUNT(orders); i++)
        if (span_equals_nocase(language, orders[i].tag) && orders[i].order == DATE_YEAR_FIRST)
            return DATE_YEAR_FIRST;
    return DATE_DAY_FIRST; /* en-GB, en-IN and the rest */
}

/* Feeds in Korean come from Korea, and name no zone. */
static bool is_korean(const struct date_tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->tokens[i].text.size) {
            unsigned char first = (unsigned char)tokens->tokens[i].text.data[0];
            if (first >= 0xea && first <= 0xed) /* Hangul in UTF-8, and little else */
                return true;
        }
    return false;
}

int date_text_whole(struct span text, struct moment *out)
{
    struct date_tokens tokens;
    struct date_fields fields = {0};
    struct date_reading reading = {
        .order = DATE_MONTH_FIRST, .whole = true, .year_of_two_max = YEAR_OF_TWO_MAX};
    if (text.size > DATE_TEXT_BYTES_MAX)
        return ERR_INPUT;
    date_tokens_read(&tokens, text);
    date_text_time(&tokens, 0, true, &fields);
    int err = read_date(&reading, &tokens, &fields);
    if (fields.has_time && !fields.has_zone && is_korean(&tokens)) {
        fields.zone_min = 9 * 60;
        fields.has_zone = true;
    }
    return err ? err : date_from_fields(&fields, out);
}

int date_parse_text(struct span text, const char *lang, int64_t now_ms, struct moment *out)
{
    struct date_tokens tokens;
    struct date_fields fields = {0};
    struct date_reading reading = {.lang = date_lang_find(lang),
                                   .order = order_of(lang),
                                   .year_of_two_max =
                                       now_ms > 0 ? calendar_year_of(now_ms) + 1 : YEAR_OF_TWO_MAX,
                                   .now_ms = now_ms};
    date_tokens_read(&tokens, span_trimmed(text));
    date_tokens_split_times(&tokens);
    date_text_time(&tokens, reading.lang, false, &fields);
    if (read_date(&reading, &tokens, &fields) == 0)
        return date_from_fields(&fields, out);
    return date_text_relative(&tokens, reading.lang, now_ms, &fields, out);
}
