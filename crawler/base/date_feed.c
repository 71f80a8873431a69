/* date_feed.c - dates of feeds, sitemaps and metadata. */
#include "base/date.h"
#include "base/date_calendar.h"
#include "base/date_cursor.h"
#include "base/date_text.h"
#include "base/error.h"

/* "Z", "+01:00", "+0100", "+01", also "+01:00Z" and "+01:00:00" as some generators write. */
static bool read_zone(struct date_cursor *cursor, struct date_fields *fields)
{
    while (cursor_take(cursor, ' '))
        ;
    bool west = cursor_take(cursor, '-');
    fields->has_zone = true;
    if (!west && !cursor_take(cursor, '+'))
        return cursor_take(cursor, 'z');
    size_t digits;
    int64_t hours = cursor_number(cursor, 4, &digits), minutes = 0;
    if (digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (cursor_take(cursor, ':')) {
        minutes = cursor_number(cursor, 2, NULL);
        if (cursor_take(cursor, ':') && cursor_number(cursor, 2, NULL) != 0)
            return false;
    }
    if (hours < 0 || minutes < 0 || minutes > 59 || digits == 3)
        return false;
    fields->zone_min = (int)(hours * 60 + minutes) * (west ? -1 : 1);
    cursor_take(cursor, 'z');
    return true;
}

/* A fraction of a second, of which three digits count; with "." or ",". */
static bool read_fraction(struct date_cursor *cursor, struct date_fields *fields)
{
    const char *before = cursor->at;
    if (!cursor_take(cursor, '.') && !cursor_take(cursor, ','))
        return true;
    for (int unit = 100; !cursor_done(cursor) && cursor_is_digit(*cursor->at); unit /= 10)
        fields->ms += unit * (*cursor->at++ - '0');
    return cursor->at > before + 1;
}

/* "10:14", "10:14:55", "10:14:55.123", "101455", "1014", "10". */
static bool read_time(struct date_cursor *cursor, struct date_fields *fields)
{
    size_t digits;
    int64_t number = cursor_number(cursor, 6, &digits), minute = 0, second = 0;
    if (digits == 6 || digits == 4) {
        if (digits == 6) {
            second = number % 100;
            number /= 100;
        }
        minute = number % 100;
        number /= 100;
    } else if (digits > 2 || number < 0) {
        return false;
    } else if (cursor_take(cursor, ':')) {
        minute = cursor_number(cursor, 2, NULL);
        if (cursor_take(cursor, ':'))
            second = cursor_number(cursor, 2, NULL);
    } else if (digits == 1) {
        return false;
    }
    fields->hour = (int)number;
    fields->minute = (int)minute;
    fields->second = (int)second;
    fields->has_time = true;
    return minute >= 0 && second >= 0 && read_fraction(cursor, fields);
}

/* The 335th day of a year is a day past the end of its January. */
static bool take_day_of_year(struct date_fields *fields, int64_t day)
{
    fields->month = 1;
    fields->day = (int)day;
    return day >= 1 && day <= 365 + (calendar_month_days(fields->year, 2) == 29);
}

/* What follows "2003-": a month and perhaps a day, of two digits each, or of three where somebody
 * padded too much; or a day of the year. */
static bool read_month_and_day(struct date_cursor *cursor, struct date_fields *fields)
{
    size_t digits;
    int64_t month = cursor_number(cursor, 3, &digits), day = 1;
    if (digits == 3 && (cursor_done(cursor) || *cursor->at != '-'))
        return take_day_of_year(fields, month);
    if (cursor_take(cursor, '-'))
        day = cursor_number(cursor, 3, NULL);
    fields->month = (int)month;
    fields->day = (int)day;
    return month > 0 && day > 0 && calendar_valid(fields->year, fields->month, fields->day);
}

static int year_of_two_digits(int64_t year)
{
    return (int)(year < 69 ? year + 2000 : year + 1900);
}

/* "2003", "2003-12", "2003-12-31", "2003-335", "20031231", "2003335", "031231", "03-335". */
static bool read_day(struct date_cursor *cursor, struct date_fields *fields)
{
    size_t digits;
    int64_t number = cursor_number(cursor, 8, &digits);
    fields->month = fields->day = 1;
    if (digits == 4) {
        fields->year = (int)number;
        return !cursor_take(cursor, '-') || read_month_and_day(cursor, fields);
    }
    if (digits == 7) {
        fields->year = (int)(number / 1000);
        return take_day_of_year(fields, number % 1000);
    }
    if (digits == 2 && cursor_take(cursor, '-')) {
        fields->year = year_of_two_digits(number);
        number = cursor_number(cursor, 3, &digits);
        return digits == 3 && take_day_of_year(fields, number);
    }
    fields->year = digits == 6 ? year_of_two_digits(number / 10000) : (int)(number / 10000);
    fields->month = (int)(number / 100 % 100);
    fields->day = (int)(number % 100);
    return (digits == 8 || digits == 6) && fields->year >= 1583 &&
           calendar_valid(fields->year, fields->month, fields->day);
}

/* W3CDTF, RFC 3339 and the rest of ISO 8601 that is met, with nothing before or after. */
static int parse_iso(struct span text, struct moment *out)
{
    struct date_cursor cursor = cursor_over(text);
    struct date_fields fields = {0};
    if (!text.size || !cursor_is_digit(*cursor.at) || !read_day(&cursor, &fields))
        return ERR_INPUT;
    if (cursor_done(&cursor))
        return date_from_fields(&fields, out);
    if (!cursor_take(&cursor, 't') && !cursor_take(&cursor, ' '))
        return ERR_INPUT;
    while (cursor_take(&cursor, ' '))
        ;
    if (!read_time(&cursor, &fields) || (!cursor_done(&cursor) && !read_zone(&cursor, &fields)) ||
        !cursor_done(&cursor))
        return ERR_INPUT;
    return date_from_fields(&fields, out);
}

/* Seconds or milliseconds since 1970, as some generators and many APIs write: of ten or thirteen
 * digits, so from 2001 on. */
static int parse_epoch(struct span text, struct moment *out)
{
    struct date_cursor cursor = cursor_over(text);
    size_t digits;
    int64_t number = cursor_number(&cursor, 13, &digits);
    if (!cursor_done(&cursor) || number < 0 || (digits != 10 && digits != 13))
        return ERR_INPUT;
    *out = (struct moment){
        .ms = digits == 10 ? number * 1000 : number, .has_time = true, .has_zone = true};
    return 0;
}

int date_parse_feed(struct span text, struct moment *out)
{
    text = span_trimmed(text);
    int err = parse_iso(text, out);
    if (err)
        err = parse_epoch(text, out);
    return err ? date_text_whole(text, out) : 0;
}
