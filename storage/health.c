/* The rules. A site is named when what it brings has fallen far, and so that chance explains it in
 * fewer than one of ten million nights (ODDS; of silence: one of a hundred thousand, as what is
 * expected there is little):
 *
 *  - Shares (articles with a body, pages that are articles, requests that are not refused …): the
 *    last 1 to 7 days have less than a fifth of what was usual, by the tail of the beta-binomial
 *    distribution (Gelman et al., Bayesian Data Analysis, section 2.4) with the weight of fifty
 *    cases at most for what was before (SHARE_WEIGHT), since days differ more than throws of a
 *    coin. Nor may the worst day before but one explain it (ODDS_AS_WELL).
 *  - Counts (new articles): the tail of the negative binomial distribution with the variance that
 *    the site's days show. A day is expected to bring what its weekday does, by the median. Before
 * a site is called silent, some working days in a row may be holidays (HOLIDAYS), on which it need
 *    not bring more than half of what the quietest weekday does.
 *
 * "Usual" are the thirty days before, without those on which the site was named: so an alarm stands
 * until the site is as before, or for a month, after which the new state is the usual one. */
#include "storage/health.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ODDS            1e-7
#define ODDS_AS_WELL    1e-3 /* beside another sign */
#define ODDS_OF_SILENCE 1e-5 /* counts are expected cautiously */
#define SHARE_WEIGHT    50.0
#define DAY_MS          INT64_C(86400000)
#define COVERED_MIN     0.8 /* of a day: what has only begun says nothing of how much it brings */

enum {
    KNOWN_DAYS_MIN = 14,   /* so that each weekday was there twice */
    KNOWN_CASES_MIN = 30,  /* of a share */
    SHARE_FALL = 5,        /* to a fifth */
    SHARE_WINDOW_DAYS = 7, /* that may be needed to see enough of a small site */
    CASES_MIN = 5,         /* for a share of its own */
    WORDS_CASES_MIN = 10,
    WORDS_FALL = 4,
    HOLIDAYS = 3,         /* working days in a row, as around Easter */
    HOLIDAYS_CLOSED = 6,  /* where nobody works at weekends: as at the end of a year */
    UNREACHABLE_DAYS = 3, /* without any answer before it is told */
    QUIET_PARTS = 20,     /* a twentieth of the usual articles is as good as none */
    NEVER_DAYS = 7,       /* a site that never brought anything is told after so many */
    WEEK = 7,
};

/* The last days, and those before that they are compared with. */
struct past {
    const struct health_day *all;
    size_t count, first; /* of all; where the window begins */
    int64_t now_ms;
};

typedef int64_t count_fn(const struct health_day *day);

static bool is_usual(const struct past *past, size_t i)
{
    return i < past->first && !past->all[i].alarmed &&
           past->all[i].day >= past->all[past->first].day - HEALTH_HISTORY_DAYS;
}

static bool is_observed(const struct health_day *day)
{
    return day->polls_ok > 0;
}

static int compare(const void *a, const void *b)
{
    const double *one = a, *other = b;
    return (*one > *other) - (*one < *other);
}

static double median(double *values, size_t count)
{
    if (!count)
        return 0;
    qsort(values, count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void say(struct health *out, enum health_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first state that is told stays; what is told of it is added. */
static void say(struct health *out, enum health_state state, const char *format, ...)
{
    size_t size = strlen(out->why);
    va_list values;
    if (out->state > HEALTH_NEW && out->state != state)
        return;
    out->state = state;
    if (size > 0 && size + 2 < sizeof out->why)
        size += (size_t)snprintf(out->why + size, sizeof out->why - size, "; ");
    va_start(values, format);
    vsnprintf(out->why + size, sizeof out->why - size, format, values);
    va_end(values);
}

/* ---- shares ---- */

struct share {
    const char *name;
    count_fn *good, *cases;
};

static double log_beta(double a, double b)
{
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* That at most `good` of `cases` are good, when `share` of them were. */
static double beta_binomial_tail(int64_t good, int64_t cases, double share)
{
    double a = share * SHARE_WEIGHT + 0.5, b = (1 - share) * SHARE_WEIGHT + 0.5, sum = 0;
    double n = (double)cases;
    for (int64_t i = 0; i <= good; i++) {
        double k = (double)i;
        sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + log_beta(k + a, n - k + b) -
                   log_beta(a, b));
    }
    return sum;
}

/* The share that was usual: of all cases or of the middle day, whichever is less; and that of the
 * worst day but one. Of a small site several days count as one. False: too little is known. */
static bool usual_share(const struct past *past, const struct share *share, double *usual,
                        double *worst)
{
    double days[HEALTH_DAYS + 1];
    size_t days_count = 0, known = 0;
    int64_t good = 0, cases = 0, day_good = 0, day_cases = 0;
    for (size_t i = 0; i < past->first; i++) {
        int64_t of = share->cases(&past->all[i]);
        if (!is_usual(past, i) || !of)
            continue;
        known++;
        good += share->good(&past->all[i]);
        cases += of;
        day_good += share->good(&past->all[i]);
        day_cases += of;
        if (day_cases < CASES_MIN)
            continue;
        days[days_count++] = (double)day_good / (double)day_cases;
        day_good = day_cases = 0;
    }
    if (known < KNOWN_DAYS_MIN || cases < KNOWN_CASES_MIN)
        return false;
    double middle = median(days, days_count);
    *usual = fmin(middle, (double)good / (double)cases);
    *worst = days[days_count > 2];
    return true;
}

/* Whether the share fell: in the window, and still on its last day. */
static bool share_fell(const struct past *past, const struct share *share, struct health *out,
                       enum health_state state)
{
    int64_t good = 0, cases = 0, last_good = 0, last_cases = 0;
    double usual, worst;
    for (size_t i = past->first; i < past->count; i++) {
        good += share->good(&past->all[i]);
        cases += share->cases(&past->all[i]);
        if (share->cases(&past->all[i])) {
            last_good = share->good(&past->all[i]);
            last_cases = share->cases(&past->all[i]);
        }
    }
    if (cases < CASES_MIN || !usual_share(past, share, &usual, &worst))
        return false;
    double now = (double)good / (double)cases;
    if (now >= usual / SHARE_FALL || (double)last_good >= usual / SHARE_FALL * (double)last_cases ||
        beta_binomial_tail(good, cases, usual) > ODDS ||
        beta_binomial_tail(good, cases, worst) > ODDS_AS_WELL)
        return false;
    if (out)
        say(out, state, "%s %lld of %lld, usual %.0f%%", share->name, (long long)good,
            (long long)cases, usual * 100);
    return true;
}

/* ---- counts ---- */

struct levels {
    double weekday[WEEK];
    double quietest, middle;
    double spread; /* variance by mean, at least that of chance and a half more */
    size_t known;  /* days */
};

/* What each weekday brings. Medians, so that a first crawl or a great event changes nothing. */
static void find_levels(const struct past *past, struct levels *out)
{
    double days[WEEK][HEALTH_DAYS], all[HEALTH_DAYS], spreads[HEALTH_DAYS];
    size_t counts[WEEK] = {0}, weekdays = 0;
    *out = (struct levels){0};
    for (size_t i = 0; i < past->first; i++) {
        const struct health_day *day = &past->all[i];
        if (!is_usual(past, i) || !is_observed(day))
            continue;
        days[day->day % WEEK][counts[day->day % WEEK]++] = (double)day->articles;
        all[out->known++] = (double)day->articles;
    }
    out->middle = median(all, out->known);
    out->quietest = out->middle;
    for (size_t i = 0; i < WEEK; i++) {
        out->weekday[i] = counts[i] ? median(days[i], counts[i]) : out->middle;
        out->quietest = fmin(out->quietest, out->weekday[i]);
        weekdays += counts[i] > 0;
    }
    if (weekdays < WEEK && out->known) /* asked once a week, say: then one day is like another */
        out->quietest = fmin(out->quietest, all[out->known / 4]);
    size_t count = 0;
    for (size_t i = 0; i < WEEK; i++)
        for (size_t k = 0; k < counts[i]; k++) {
            double off = days[i][k] - out->weekday[i];
            spreads[count++] = off * off / fmax(out->weekday[i], 1);
        }
    /* 0.455 is the median of chi squared with one degree of freedom; a median of four or five days
     * lies nearer to them than the mean that it stands for. */
    out->spread = fmin(20, fmax(1.5, 1.5 * median(spreads, count) / 0.455));
}

/* How much of its last day is over: since the day before was asked for the last time. */
static double covered(const struct past *past)
{
    int64_t before_ms = 0;
    for (size_t i = 0; i + 1 < past->count; i++)
        if (is_observed(&past->all[i]))
            before_ms = past->all[i].polled_ms;
    return fmin(1, (double)(past->now_ms - before_ms) / (double)DAY_MS);
}

/* New articles that the window should have brought at least, with so many holidays in it. */
static double expected(const struct past *past, const struct levels *levels, size_t holidays)
{
    size_t days = 0;
    double sum = 0;
    for (size_t i = past->first; i < past->count; i++) {
        const struct health_day *day = &past->all[i];
        if (!is_observed(day))
            continue;
        double level = levels->weekday[day->day % WEEK];
        if (level > levels->quietest && days++ < holidays)
            level = levels->quietest;
        if (holidays && days <= holidays)
            level /= 2;
        sum += i + 1 == past->count ? level * covered(past) : level;
    }
    return sum;
}

/* That at most `count` come when `mean` do, with variance `spread` times the mean. */
static double negative_binomial_tail(int64_t count, double mean, double spread)
{
    double size = mean / (spread - 1), sum = 0;
    for (int64_t i = 0; i <= count; i++)
        sum += exp(lgamma((double)i + size) - lgamma((double)i + 1) - lgamma(size) -
                   size * log(spread) + (double)i * log(1 - 1 / spread));
    return sum;
}

/* ---- the four troubles ---- */

/* Not all articles come with a page that was announced. */
static int64_t pages(const struct health_day *day)
{
    return day->pages > day->articles ? day->pages : day->articles;
}
static int64_t not_refused(const struct health_day *day)
{
    return day->polls_ok + pages(day);
}
static int64_t answered(const struct health_day *day)
{
    return not_refused(day) + day->refused;
}
static int64_t read_or_walled(const struct health_day *day)
{
    return day->open + day->walled;
}
static int64_t is_open(const struct health_day *day)
{
    return day->open;
}
static int64_t articles(const struct health_day *day)
{
    return day->articles;
}
static int64_t titled(const struct health_day *day)
{
    return day->titled;
}
static int64_t bodied(const struct health_day *day)
{
    return day->bodied;
}
static int64_t dated(const struct health_day *day)
{
    return day->dated;
}
static int64_t authored(const struct health_day *day)
{
    return day->authored;
}
static const struct share welcome = {"answered", not_refused, answered};
static const struct share readable = {"free to read", is_open, read_or_walled};
static const struct share fields[] = {
    {"title", titled, articles},
    {"body", bodied, articles},
    {"date", dated, articles},
    {"author", authored, articles},
};
static const struct share yield = {"articles in pages", bodied, pages};

/* A sitemap may announce other pages than usual, all at once: then the articles come all the same.
 * Who announces as many as ever has no holiday. */
static void judge_yield(const struct past *past, struct health *out)
{
    struct levels levels;
    int64_t found = 0;
    find_levels(past, &levels);
    for (size_t i = past->first; i < past->count; i++)
        found += past->all[i].bodied;
    double least = expected(past, &levels, 0);
    if (levels.known >= KNOWN_DAYS_MIN && least > 0 && (double)found <= least / 4 &&
        negative_binomial_tail(found, least, levels.spread) < ODDS_AS_WELL)
        share_fell(past, &yield, out, HEALTH_BROKEN);
}

/* Bodies that are there, but end early. */
static void judge_words(const struct past *past, struct health *out)
{
    double days[HEALTH_DAYS], least = 0;
    size_t days_count = 0;
    int64_t words = 0, cases = 0, last_words = 0, last_cases = 0;
    for (size_t i = 0; i < past->first; i++) {
        if (!is_usual(past, i) || past->all[i].articles < CASES_MIN)
            continue;
        double mean = (double)past->all[i].words / (double)past->all[i].articles;
        least = days_count && least < mean ? least : mean;
        days[days_count++] = mean;
    }
    for (size_t i = past->first; i < past->count; i++) {
        words += past->all[i].words;
        cases += past->all[i].articles;
        if (past->all[i].articles) {
            last_words = past->all[i].words;
            last_cases = past->all[i].articles;
        }
    }
    double usual = median(days, days_count), most = fmin(usual / WORDS_FALL, least / 2);
    if (days_count < KNOWN_DAYS_MIN || cases < WORDS_CASES_MIN ||
        (double)words >= most * (double)cases || (double)last_words >= most * (double)last_cases)
        return;
    say(out, HEALTH_BROKEN, "%.0f words an article, usual %.0f", (double)words / (double)cases,
        usual);
}

static void judge_fields(const struct past *past, struct health *out)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        share_fell(past, &fields[i], out, HEALTH_BROKEN);
    judge_words(past, out);
    if (out->state <= HEALTH_NEW)
        judge_yield(past, out);
}

static void judge_window(const struct past *past, struct health *out)
{
    if (!share_fell(past, &welcome, out, HEALTH_BLOCKED) &&
        !share_fell(past, &readable, out, HEALTH_PAYWALLED))
        judge_fields(past, out);
}

/* How many days the site has been quiet up to now. */
static size_t quiet_days(const struct past *past, double usual)
{
    size_t days = 0;
    for (size_t i = past->count; i--;) {
        const struct health_day *day = &past->all[i];
        if (is_observed(day) && (double)day->articles * QUIET_PARTS > usual)
            break;
        days++;
    }
    return days;
}

static void judge_silence(struct past past, struct health *out)
{
    struct levels levels;
    int64_t found = 0;
    past.first = past.count - 1;
    find_levels(&past, &levels);
    size_t days = quiet_days(&past, levels.middle);
    if (!days || covered(&past) < COVERED_MIN || !is_observed(&past.all[past.count - 1]))
        return;
    past.first = past.count - (days < HEALTH_WINDOW_DAYS ? days : HEALTH_WINDOW_DAYS);
    find_levels(&past, &levels);
    double least = expected(&past, &levels, levels.quietest > 0 ? HOLIDAYS : HOLIDAYS_CLOSED);
    for (size_t i = past.first; i < past.count; i++)
        found += past.all[i].articles;
    if (levels.known < KNOWN_DAYS_MIN || least <= 0 || (double)found * QUIET_PARTS > least ||
        negative_binomial_tail(found, least, levels.spread) > ODDS_OF_SILENCE)
        return;
    say(out, HEALTH_SILENT, "%lld new articles in %zu days, usual %.0f a day", (long long)found,
        past.count - past.first, levels.middle);
}

/* Nobody answers. A night of that happens to everybody. */
static void judge_reach(const struct past *past, struct health *out)
{
    int64_t polls = 0;
    size_t days = 0, before = 0;
    for (size_t i = past->count; i--;) {
        const struct health_day *day = &past->all[i];
        if (!before && !is_observed(day)) {
            days += day->polls > 0;
            polls += day->polls;
        } else {
            before += is_observed(day);
        }
    }
    if (days >= UNREACHABLE_DAYS && before >= KNOWN_DAYS_MIN)
        say(out, HEALTH_SILENT, "no answer to %lld requests in %zu days", (long long)polls, days);
}

/* A site that has been asked for a week and has not one article. */
static void judge_beginning(const struct past *past, struct health *out)
{
    size_t days = 0;
    if (past->all[0].day < past->all[past->count - 1].day - HEALTH_HISTORY_DAYS)
        return;
    for (size_t i = 0; i < past->count; i++) {
        if (past->all[i].articles)
            return;
        days += past->all[i].polls > 0;
    }
    if (days >= NEVER_DAYS)
        say(out, HEALTH_SILENT, "no article in %zu days", days);
}

void health_judge(const struct health_day *days, size_t count, int64_t now_ms, bool whole,
                  struct health *out)
{
    struct past past = {.all = days, .count = count, .now_ms = now_ms};
    size_t known = 0;
    for (size_t i = 0; i + 1 < count; i++)
        known += !days[i].alarmed && days[i].day >= days[count - 1].day - HEALTH_HISTORY_DAYS;
    *out = (struct health){.state = known < KNOWN_DAYS_MIN ? HEALTH_NEW : HEALTH_OK};
    for (size_t window = 1; window <= SHARE_WINDOW_DAYS && window < count; window++) {
        past.first = count - window;
        judge_window(&past, out);
        if (out->state > HEALTH_NEW)
            return;
    }
    if (whole)
        judge_silence(past, out);
    if (out->state <= HEALTH_NEW)
        judge_reach(&past, out);
    if (out->state <= HEALTH_NEW)
        judge_beginning(&past, out);
}

const char *health_name(enum health_state state)
{
    static const char *const names[] = {
        [HEALTH_OK] = "ok",
        [HEALTH_NEW] = "new",
        [HEALTH_SILENT] = "silent",
        [HEALTH_BROKEN] = "broken",
        [HEALTH_PAYWALLED] = "paywalled",
        [HEALTH_BLOCKED] = "blocked",
    };
    return names[state];
}
