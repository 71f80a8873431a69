#include "support/newsroom.h"

#include <math.h>
#include <stdbool.h>

#define DAY_MS INT64_C(86400000)

/* Randomness that depends on nothing but its names. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static double draw(uint64_t *state)
{
    *state = mix(*state);
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(draw(state)));
    return radius * cos(6.283185307179586 * draw(state));
}

static int64_t poisson(uint64_t *state, double mean)
{
    if (mean > 200)
        return (int64_t)fmax(0, mean + sqrt(mean) * normal(state) + 0.5);
    double product = draw(state), limit = exp(-mean);
    int64_t count = 0;
    while (product > limit) {
        product *= draw(state);
        count++;
    }
    return count;
}

static int64_t some_of(uint64_t *state, int64_t count, double share)
{
    int64_t chosen = 0;
    for (int64_t i = 0; i < count; i++)
        chosen += draw(state) < share;
    return chosen;
}

static uint64_t state_of(const struct newsroom *room, int site, int day, int what)
{
    return mix(mix(mix(mix(room->seed) + (uint64_t)site) + (uint64_t)(day + 1000)) +
               (uint64_t)what);
}

int64_t newsroom_ms(int day)
{
    return (NEWSROOM_MONDAY + day) * DAY_MS + 3 * (DAY_MS / 24);
}

void newsroom_init(struct newsroom *room, uint64_t seed)
{
    static const double sizes[] = {0.3, 1, 2, 3, 5, 8, 12, 20, 40, 80};
    room->seed = seed;
    for (int i = 0; i < NEWSROOM_SITES; i++) {
        uint64_t state = state_of(room, i, -1, 0);
        struct newsroom_site *site = &room->sites[i];
        bool trade = i % 5 == 4; /* no work at weekends */
        *site = (struct newsroom_site){
            .per_day = sizes[i % 10] * (0.8 + 0.4 * draw(&state)),
            .weekend = trade ? 0 : 0.2 + 0.6 * draw(&state),
            .swing = 0.1 + 0.4 * draw(&state),
            .title = 0.97 + 0.03 * draw(&state),
            .body = 0.7 + 0.3 * draw(&state),
            .date = i % 10 == 7 ? 0 : 0.85 + 0.15 * draw(&state), /* some never give a date */
            .author = i % 3 == 0 ? 0 : 0.3 + 0.7 * draw(&state),
            .walled = i % 4 == 1 ? 0.5 * draw(&state) : 0,
            .words = 200 + 500 * draw(&state),
            .sources = 2 + i % 6,
            .begins = i == 19 ? 12 : 0,
        };
        site->holiday = site->weekend * (0.4 + 0.8 * draw(&state));
        site->author_weekend = site->author * draw(&state); /* agency copy */
    }
}

/* About ten public holidays a year, Easter's four days in a row, and a week at the end of it. */
static bool is_holiday(int day)
{
    static const int holidays[] = {3, 60, 110, 138, 290, 291, 292, 293, 319, 330, 341};
    int of_year = day % 365;
    for (unsigned i = 0; i < sizeof(holidays) / sizeof(holidays[0]); i++)
        if (holidays[i] == of_year)
            return true;
    return of_year >= 192 && of_year <= 199;
}

static void add_articles(const struct newsroom_site *site, uint64_t *state, int64_t count,
                         bool weekend, enum newsroom_trouble trouble, struct health_day *out)
{
    bool broken = trouble == TROUBLE_TEMPLATE;
    double shorter = draw(state) < 0.05 ? 0.5 : 1; /* a day of short reports */
    out->articles = count;
    out->titled = some_of(state, count, site->title);
    out->bodied = broken ? 0 : some_of(state, count, site->body * (shorter < 1 ? 0.6 : 1));
    out->dated = broken ? 0 : some_of(state, count, site->date);
    out->authored =
        broken ? 0 : some_of(state, count, weekend ? site->author_weekend : site->author);
    for (int64_t i = 0; i < count; i++)
        out->words += broken ? 6 : (int64_t)(site->words * shorter * exp(0.7 * normal(state)));
    out->walled = trouble == TROUBLE_PAYWALL ? count : some_of(state, count, site->walled);
    if (!out->walled && count && draw(state) < 0.02)
        out->walled = 1; /* a single one */
    out->open = count - out->walled;
}

void newsroom_day(const struct newsroom *room, int index, int day, enum newsroom_trouble trouble,
                  struct health_day *out)
{
    const struct newsroom_site *site = &room->sites[index];
    uint64_t state = state_of(room, index, day, 1);
    bool weekend = day % 7 >= 5, down = draw(&state) < 0.01;
    *out = (struct health_day){.day = NEWSROOM_MONDAY + day,
                               .polled_ms = newsroom_ms(day) + (int64_t)(draw(&state) * 1.8e6),
                               .polls = site->sources};
    if (down || trouble == TROUBLE_REFUSALS) {
        out->refused = down ? 0 : site->sources + 1;
        return;
    }
    out->polls_ok = site->sources - (draw(&state) < 0.05); /* a feed that fails, or has moved */
    if (trouble == TROUBLE_NOTHING)
        return;
    double mean = site->per_day * exp(site->swing * normal(&state) - site->swing * site->swing / 2);
    mean *= is_holiday(day) ? site->holiday : weekend ? site->weekend : 1;
    int64_t count = poisson(&state, mean);
    int64_t others = poisson(&state, 0.1 * mean + 0.2); /* galleries, tickers, tag pages */
    if (draw(&state) < 0.002)
        others += 10 + poisson(&state, 30); /* a sitemap of all its tags */
    if (day == site->begins)
        count = 30 + poisson(&state, 10 * site->per_day);
    if (draw(&state) < 0.02)
        out->refused = poisson(&state, 0.2 * mean); /* too fast for it */
    out->pages = count + others;
    if (trouble == TROUBLE_NO_PAGES)
        return;
    add_articles(site, &state, count, weekend, trouble, out);
}
