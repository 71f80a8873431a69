/* pagedate_path.c - the day in an address. */
#include "extract/pagedate.h"

#include "base/date_calendar.h"

static int read_figures(struct span text, size_t at, size_t digits)
{
    int value = 0;
    if (at + digits > text.size)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        if (text.data[at + i] < '0' || text.data[at + i] > '9')
            return -1;
        value = value * 10 + text.data[at + i] - '0';
    }
    return value;
}

static bool is_figure(struct span text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* A day at `at`: "2024/05/03", "2024/5/3", "2024-05-03", "2024_05_03", "20240503". */
static bool day_at(struct span path, size_t at, struct date_fields *out)
{
    int year = read_figures(path, at, 4);
    if (year < 1991 || year > 2100 || at + 5 > path.size)
        return false;
    char mark = path.data[at + 4];
    size_t next = at + 4;
    bool marked = mark == '/' || mark == '-' || mark == '_' || mark == '.';
    next += marked;
    size_t month_digits = is_figure(path, next + 1) ? 2 : 1;
    int month = read_figures(path, next, month_digits);
    next += month_digits;
    if ((!marked && month_digits < 2) || (marked && (next >= path.size || path.data[next] != mark)))
        return false;
    next += marked;
    size_t day_digits = is_figure(path, next + 1) ? 2 : 1;
    int day = read_figures(path, next, day_digits);
    if ((!marked && day_digits < 2) || is_figure(path, next + day_digits) ||
        !calendar_valid(year, month, day))
        return false;
    *out = (struct date_fields){.year = year, .month = month, .day = day};
    return true;
}

bool pagedate_in_path(struct span path, int64_t now_ms, struct moment *out)
{
    for (size_t at = 0; at + 8 <= path.size; at++) {
        struct date_fields fields;
        if (is_figure(path, at) && (at == 0 || !is_figure(path, at - 1)) &&
            day_at(path, at, &fields) && !date_from_fields(&fields, out) && out->ms <= now_ms)
            return true;
    }
    return false;
}
