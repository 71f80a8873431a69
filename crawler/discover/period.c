#include "discover/period.h"

#include <string.h>
#include <strings.h>

#include "base/date_calendar.h"

enum { YEAR_MIN = 1990, YEAR_MAX = 2099 };

#define DAY_MS ((int64_t)DATE_DAY_MS)

static bool is_figure(struct span text, size_t at)
{
    return at < text.size && text.data[at] >= '0' && text.data[at] <= '9';
}

/* The number of exactly so many figures at `at`, or -1. */
static int number_at(struct span text, size_t at, size_t figures)
{
    int value = 0;
    for (size_t i = 0; i < figures; i++) {
        if (!is_figure(text, at + i))
            return -1;
        value = value * 10 + text.data[at + i] - '0';
    }
    return value;
}

static bool is_year(int number)
{
    return number >= YEAR_MIN && number <= YEAR_MAX;
}

/* Where a part that is told apart from the one before begins: behind one mark, behind the name of a
 * query's parameter ("&mm="), or at once. */
static size_t next_part(struct span text, size_t at)
{
    static const char *const names[] = {"&mm=", "&month=", "&m=", "&dd=", "&day=", "&d="};
    if (at < text.size && memchr("-_/.", text.data[at], 4))
        return at + 1;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);
        if (at + size <= text.size && strncasecmp(text.data + at, names[i], size) == 0)
            return at + size;
    }
    return at;
}

/* Two figures, no more: "05" of "2024-05", but not of "2024-0512". Moves *at behind them. */
static int part_at(struct span text, size_t *at, int most, bool more_may_follow)
{
    size_t start = next_part(text, *at);
    int value = number_at(text, start, 2);
    if (value < 1 || value > most || (is_figure(text, start + 2) && !more_may_follow))
        return 0;
    *at = start + 2;
    return value;
}

static void set_days(struct period *out, int64_t from, int64_t until)
{
    *out = (struct period){from * DAY_MS, until * DAY_MS};
}

static void set_month(struct period *out, int year, int month)
{
    int64_t first = calendar_days(year, month, 1);
    set_days(out, first, first + calendar_month_days(year, month));
}

/* The year at `at` and what follows it. */
static bool period_at(struct span text, size_t at, struct period *out)
{
    int year = number_at(text, at, 4), day = 0;
    if (!is_year(year) || (at && is_figure(text, at - 1)))
        return false;
    at += 4;
    size_t behind = next_part(text, at);
    int last = behind > at ? number_at(text, behind, 4) : -1;
    if (is_year(last) && last >= year && !is_figure(text, behind + 4)) {
        set_days(out, calendar_days(year, 1, 1), calendar_days(last + 1, 1, 1));
        return true;
    }
    bool joined = is_figure(text, at); /* "20240503", else a number that is no year */
    int month = part_at(text, &at, 12, joined);
    if (month)
        day = part_at(text, &at, calendar_month_days(year, month), false);
    if (joined && (!month || is_figure(text, at)))
        return false;
    if (day) {
        int64_t first = calendar_days(year, month, day);
        set_days(out, first, first + 1);
    } else if (month) {
        set_month(out, year, month);
    } else {
        set_days(out, calendar_days(year, 1, 1), calendar_days(year + 1, 1, 1));
    }
    return true;
}

bool period_of_sitemap(struct span url, struct period *out)
{
    for (size_t at = 0; at + 4 <= url.size; at++)
        if (period_at(url, at, out))
            return true;
    return false;
}

bool period_of_article(struct span path, struct period *out)
{
    for (size_t at = 0; at + 8 <= path.size; at++) {
        struct period found;
        int month = number_at(path, at + 6, 2);
        if (path.data[at] == '/' && is_year(number_at(path, at + 1, 4)) &&
            path.data[at + 5] == '/' && month >= 1 && month <= 12 && at + 8 < path.size &&
            path.data[at + 8] == '/') {
            if (!period_at(path, at + 1, out))
                set_month(out, number_at(path, at + 1, 4), month);
            return true;
        }
        if (period_at(path, at, &found) && found.until_ms - found.from_ms == DAY_MS) {
            *out = found;
            return true;
        }
    }
    return false;
}

bool period_meets(const struct period *period, const struct period_range *range)
{
    return period->until_ms > range->since_ms && period->from_ms <= range->until_ms;
}
