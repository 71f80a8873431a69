#include "base/date.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date_calendar.h"
#include "base/error.h"

static int64_t floor_divided(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

/* Counted from 1 March of year 0: the leap day is then a year's last one. */
int64_t calendar_days(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t since_march = (month + 9) % 12;
    return y * 365 + floor_divided(y, 4) - floor_divided(y, 100) + floor_divided(y, 400) +
           (153 * since_march + 2) / 5 + day - 1 - 719468;
}

void calendar_civil(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = floor_divided(z, 146097), in_era = z - era * 146097;
    int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * y + y / 4 - y / 100);
    int64_t since_march = (5 * in_year + 2) / 153;
    *day = (int)(in_year - (153 * since_march + 2) / 5) + 1;
    *month = (int)(since_march < 10 ? since_march + 3 : since_march - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

int calendar_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool calendar_valid(int year, int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= calendar_month_days(year, month);
}

int calendar_year_of(int64_t ms)
{
    int year, month, day;
    calendar_civil(floor_divided(ms, DATE_DAY_MS), &year, &month, &day);
    return year;
}

static bool is_jalali_leap(int year)
{
    static const int leaps[] = {1, 5, 9, 13, 17, 22, 26, 30};
    for (size_t i = 0; i < COUNT(leaps); i++)
        if (year % 33 == leaps[i])
            return true;
    return false;
}

bool calendar_from_jalali(int *year, int *month, int *day)
{
    if (*year < 1300 || *year > 1500 || *month < 1 || *month > 12 || *day < 1)
        return false;
    int month_days = *month <= 6 ? 31 : *month <= 11 || is_jalali_leap(*year) ? 30 : 29;
    if (*day > month_days)
        return false;
    int64_t days = calendar_days(1921, 3, 21) - 1 + *day; /* 1 Farvardin 1300 */
    for (int y = 1300; y < *year; y++)
        days += 365 + is_jalali_leap(y);
    for (int m = 1; m < *month; m++)
        days += m <= 6 ? 31 : 30;
    calendar_civil(days, year, month, day);
    return true;
}

int date_from_fields(const struct date_fields *fields, struct moment *out)
{
    bool midnight = fields->hour == 24 && !fields->minute && !fields->second;
    if (fields->hour < 0 || (fields->hour > 23 && !midnight) || fields->minute < 0 ||
        fields->minute > 59 || fields->second < 0 || fields->second > 60 ||
        fields->zone_min < -15 * 60 || fields->zone_min > 15 * 60 || fields->month < 1 ||
        fields->month > 12 || fields->year < 0 || fields->year > 9999)
        return ERR_INPUT;
    int64_t minutes = calendar_days(fields->year, fields->month, fields->day) * 24 * 60 +
                      fields->hour * 60 + fields->minute - fields->zone_min;
    *out = (struct moment){.ms = (minutes * 60 + fields->second) * 1000 + fields->ms,
                           .zone_min = fields->zone_min,
                           .has_time = fields->has_time || fields->has_zone,
                           .has_zone = fields->has_zone};
    return 0;
}

/* ---- zones ---- */

static const struct {
    const char *name;
    int minutes;
} zones[] = {
    {"gmt", 0},    {"utc", 0},     {"ut", 0},      {"wet", 0},    {"west", 60},  {"bst", 60},
    {"cet", 60},   {"met", 60},    {"mez", 60},    {"mewt", 60},  {"cest", 120}, {"mest", 120},
    {"mesz", 120}, {"eet", 120},   {"eest", 180},  {"msk", 180},  {"msd", 240},  {"trt", 180},
    {"gst", 240},  {"pkt", 300},   {"ist", 330},   {"npt", 345},  {"ict", 420},  {"wib", 420},
    {"wita", 480}, {"sgt", 480},   {"hkt", 480},   {"myt", 480},  {"pht", 480},  {"awst", 480},
    {"wast", 120}, {"cct", 480},   {"wit", 540},   {"jst", 540},  {"kst", 540},  {"acst", 570},
    {"east", 600}, {"aest", 600},  {"acdt", 630},  {"eadt", 660}, {"aedt", 660}, {"nzt", 720},
    {"nzst", 720}, {"nzdt", 780},  {"sast", 120},  {"cat", 120},  {"eat", 180},  {"wat", 60},
    {"brt", -180}, {"art", -180},  {"nst", -210},  {"ndt", -150}, {"ast", -240}, {"at", -240},
    {"adt", -180}, {"est", -300},  {"et", -300},   {"edt", -240}, {"cst", -360}, {"ct", -360},
    {"cdt", -300}, {"mst", -420},  {"mt", -420},   {"mdt", -360}, {"pst", -480}, {"pt", -480},
    {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"yst", -540}, {"hst", -600}, {"ahst", -600},
    {"sst", -660}, {"idlw", -720}, {"idle", 720},
};

/* A to I and K to M go east, N to Y west; J is nobody's. */
static bool nautical_zone(char letter, int *out_min)
{
    static const char letters[] = "zabcdefghiklmnopqrstuvwxy";
    const char *at = strchr(letters, letter | 0x20);
    if (!letter || !at)
        return false;
    int hours = (int)(at - letters);
    *out_min = 60 * (hours <= 12 ? hours : 12 - hours);
    return true;
}

bool date_zone_named(struct span name, bool letters, int *out_min)
{
    if (name.size == 1 && (letters || (name.data[0] | 0x20) == 'z'))
        return nautical_zone(name.data[0], out_min);
    for (size_t i = 0; i < COUNT(zones); i++)
        if (span_equals_nocase(name, zones[i].name)) {
            *out_min = zones[i].minutes;
            return true;
        }
    return false;
}

/* ---- writing ---- */

char *date_format(const struct moment *moment, struct arena *arena)
{
    int64_t local_ms = moment->ms + (int64_t)moment->zone_min * 60000;
    int64_t days = floor_divided(local_ms, DATE_DAY_MS);
    int64_t seconds = floor_divided(local_ms - days * DATE_DAY_MS, 1000);
    int year, month, day;
    char zone[16] = "Z";
    calendar_civil(days, &year, &month, &day);
    if (!moment->has_time)
        return arena_format(arena, "%04d-%02d-%02d", year, month, day);
    if (moment->zone_min) {
        int minutes = moment->zone_min < 0 ? -moment->zone_min : moment->zone_min;
        snprintf(zone, sizeof zone, "%c%02d:%02d", moment->zone_min < 0 ? '-' : '+',
                 minutes / 60 % 24, minutes % 60);
    }
    return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d%s", year, month, day,
                        (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60), zone);
}

char *date_format_utc(int64_t ms, struct arena *arena)
{
    return date_format(&(struct moment){.ms = ms, .has_time = true}, arena);
}
