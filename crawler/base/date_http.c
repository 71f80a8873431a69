/* date_http.c - dates of HTTP headers, and Retry-After.
 *
 * Servers keep none of the three forms of RFC 9110 reliably, so the parts are taken as they come:
 * a word is a weekday, a month or a zone, a number with colons the time, a number the day while
 * none is known and then the year. */
#include <strings.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_calendar.h"
#include "base/date_cursor.h"
#include "base/error.h"

enum { PARTS_MAX = 6 }; /* weekday, day, month, year, time, zone: what follows is comment */

/* "8:49:37", "08:49". Moves on only when there is a time. */
static bool read_time(struct date_cursor *cursor, struct date_fields *fields)
{
    struct date_cursor ahead = *cursor;
    int64_t hour = cursor_number(&ahead, 2, NULL), second = 0;
    if (fields->has_time || hour < 0 || hour > 23 || !cursor_take(&ahead, ':'))
        return false;
    int64_t minute = cursor_number(&ahead, 2, NULL);
    if (minute < 0 || minute > 59)
        return false;
    if (cursor_take(&ahead, ':'))
        second = cursor_number(&ahead, 2, NULL);
    if (second < 0 || second > 60)
        return false;
    fields->hour = (int)hour;
    fields->minute = (int)minute;
    fields->second = (int)second;
    fields->has_time = true;
    *cursor = ahead;
    return true;
}

static int year_of_two_digits(int year, int64_t now_ms)
{
    int now = calendar_year_of(now_ms), full = now / 100 * 100 + year;
    return full > now + 50 ? full - 100 : full;
}

/* "+0100" behind a sign, "20040912" as long as nothing else is known, a day, a year. */
static bool read_plain_number(struct date_cursor *cursor, int64_t now_ms,
                              struct date_fields *fields)
{
    char sign = cursor->at > cursor->start ? cursor->at[-1] : ' ';
    size_t digits;
    int64_t value = cursor_number(cursor, 9, &digits);
    if (value < 0)
        return false;
    if (!fields->has_zone && digits == 4 && value <= 1400 && (sign == '+' || sign == '-')) {
        fields->zone_min = (int)(value / 100 * 60 + value % 100) * (sign == '-' ? -1 : 1);
        fields->has_zone = true;
    } else if (digits == 8 && !fields->year && !fields->month && !fields->day) {
        fields->year = (int)(value / 10000);
        fields->month = (int)(value / 100 % 100);
        fields->day = (int)(value % 100);
        return fields->month >= 1 && fields->month <= 12 && fields->day >= 1 && fields->day <= 31;
    } else if (!fields->day && value >= 1 && value <= 31) {
        fields->day = (int)value;
    } else if (!fields->year && value <= 9999) {
        fields->year = value < 100 ? year_of_two_digits((int)value, now_ms) : (int)value;
    } else {
        return false;
    }
    return true;
}

/* Whether `word` is one of the names, in full or as its first three letters; which one, from 1. */
static int find_name(struct span word, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equals_nocase(word, names[i]) ||
            (word.size == 3 && strncasecmp(word.data, names[i], 3) == 0))
            return (int)i + 1;
    return 0;
}

static bool read_word(struct date_cursor *cursor, struct date_fields *fields)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    struct span word = {cursor->at, 0};
    while (cursor->at < cursor->end && cursor_is_letter(*cursor->at))
        cursor->at++;
    word.size = (size_t)(cursor->at - word.data);
    int month = find_name(word, months, COUNT(months));
    if (month && !fields->month) {
        fields->month = month;
        return true;
    }
    if (find_name(word, weekdays, COUNT(weekdays)))
        return true;
    if (fields->has_zone || !date_zone_named(word, true, &fields->zone_min))
        return false;
    fields->has_zone = true;
    return true;
}

int date_parse_http(struct span text, int64_t now_ms, struct moment *out)
{
    struct date_cursor cursor = cursor_over(text);
    struct date_fields fields = {0};
    for (int parts = 0; parts < PARTS_MAX; parts++) {
        while (cursor.at < cursor.end && !cursor_is_letter(*cursor.at) &&
               !cursor_is_digit(*cursor.at))
            cursor.at++;
        if (cursor_done(&cursor))
            break;
        bool read = cursor_is_letter(*cursor.at) ? read_word(&cursor, &fields)
                                                 : read_time(&cursor, &fields) ||
                                                       read_plain_number(&cursor, now_ms, &fields);
        if (!read)
            return ERR_INPUT;
    }
    if (!fields.day || !fields.month || fields.year < 1583)
        return ERR_INPUT;
    return date_from_fields(&fields, out);
}

int date_retry_after(struct span text, int64_t now_ms, uint64_t *out_ms)
{
    const uint64_t seconds_max = 100 * UINT64_C(365) * 24 * 60 * 60;
    uint64_t seconds = 0;
    struct moment moment;
    text = span_trimmed(text);
    size_t digits = 0;
    for (; digits < text.size && cursor_is_digit(text.data[digits]); digits++)
        if (seconds <= seconds_max)
            seconds = seconds * 10 + (uint64_t)(text.data[digits] - '0');
    if (digits && digits == text.size) {
        *out_ms = (seconds < seconds_max ? seconds : seconds_max) * 1000;
        return 0;
    }
    int err = date_parse_http(text, now_ms, &moment);
    if (err)
        return err;
    *out_ms = moment.ms > now_ms ? (uint64_t)(moment.ms - now_ms) : 0;
    return 0;
}
