/* date_calendar.h - what the parsers of date.h share: days, fields, zones. Internal to date_*.c.
 *
 * Thread: any. */
#ifndef CRAWLER_BASE_DATE_CALENDAR_H
#define CRAWLER_BASE_DATE_CALENDAR_H

#include "base/date.h"

enum { DATE_DAY_MS = 24 * 60 * 60 * 1000 };

/* A date as its parts were read. Months and days count from 1; 0 is "not said". */
struct date_fields {
    int year, month, day;
    int hour, minute, second, ms;
    int zone_min;
    bool has_time, has_zone;
};

int64_t calendar_days(int year, int month, int day); /* since 1970, proleptic Gregorian */
void calendar_civil(int64_t days, int *year, int *month, int *day);
int calendar_month_days(int year, int month);
bool calendar_valid(int year, int month, int day);
int calendar_year_of(int64_t ms);

/* The same day in the Gregorian calendar, of one of the Solar Hijri calendar of Iran (leap years by
 * the 33-year cycle, right for 1300 to 1500). Returns false when there is no such day. */
bool calendar_from_jalali(int *year, int *month, int *day);

/* Writes the moment of `fields`, whose day may lie past the end of its month. Hour 24 is the next
 * day's 0, second 60 the next minute's 0. Returns 0, or ERR_INPUT when the time or zone can't be.
 */
int date_from_fields(const struct date_fields *fields, struct moment *out);

/* The minutes east of UTC of a zone's name, without case. Returns false when it is not one. A lone
 * letter is one where `letters`: the nautical zones, alphabetical from 1 hour east. */
bool date_zone_named(struct span name, bool letters, int *out_min);

#endif
