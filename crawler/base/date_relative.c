/* date_relative.c - "3 hours ago", "vor einer Woche", "yesterday, 10:30". */
#include "base/date_text.h"
#include "base/date_words.h"
#include "base/error.h"

enum { UNIT_HOUR = 3, UNIT_MONTH = 6, UNIT_YEAR = 7, AMOUNT_MAX = 100000, DAY_NOW = 4 };

/* What a text says about its distance from now. */
struct distance {
    bool ago;       /* it says that it lies in the past */
    bool found;     /* a number with a unit */
    bool others;    /* other words, which make a lone "3 hours" something else */
    bool with_time; /* finer than a day */
    int64_t ms, months;
};

/* The number that stands right before token `i`, as digits or as a word; -1: none. */
static int64_t amount_before(const struct date_tokens *tokens, size_t i, unsigned lang)
{
    const struct date_token *token = i ? &tokens->tokens[i - 1] : NULL;
    if (!token || token->type == DATE_MARK)
        return -1;
    if (token->type == DATE_WORD) {
        int value = date_word_find(DATE_WORD_NUMBER, token->text, lang);
        return value ? value : -1;
    }
    return token->digits <= DATE_DIGITS_MAX && token->value <= AMOUNT_MAX ? token->value : -1;
}

static void add_amount(struct distance *distance, int unit, int64_t amount)
{
    static const int64_t unit_ms[] = {0,       1000,        60000,
                                      3600000, DATE_DAY_MS, 7 * (int64_t)DATE_DAY_MS};
    distance->found = true;
    distance->with_time = distance->with_time || unit <= UNIT_HOUR;
    if (unit < UNIT_MONTH)
        distance->ms += amount * unit_ms[unit];
    else
        distance->months += amount * (unit == UNIT_YEAR ? 12 : 1);
}

static struct distance measure(const struct date_tokens *tokens, unsigned lang)
{
    struct distance distance = {0};
    size_t words;
    for (size_t i = 0; i < tokens->count; i += words) {
        const struct date_token *token = &tokens->tokens[i];
        words = 1;
        if (token->type != DATE_WORD)
            continue;
        int unit = date_words_find(DATE_WORD_UNIT, tokens, i, 3, lang, &words);
        int64_t amount = amount_before(tokens, i, lang);
        if (unit && amount >= 0)
            add_amount(&distance, unit, amount);
        size_t ago_words;
        if (date_words_find(DATE_WORD_AGO, tokens, i, 3, lang, &ago_words)) {
            distance.ago = true;
            words = words > ago_words ? words : ago_words;
        } else if (!(unit && amount >= 0) && !date_word_find(DATE_WORD_FILLER, token->text, lang) &&
                   !date_word_find(DATE_WORD_NUMBER, token->text, lang)) {
            distance.others = true;
        }
    }
    return distance;
}

/* Months back keep the day where the month has it. */
static int64_t months_before(int64_t ms, int64_t months)
{
    int year, month, day;
    int64_t days = ms / DATE_DAY_MS;
    calendar_civil(days, &year, &month, &day);
    int64_t month_count = (int64_t)year * 12 + month - 1 - months;
    year = (int)(month_count / 12);
    month = (int)(month_count % 12) + 1;
    int last = calendar_month_days(year, month);
    return calendar_days(year, month, day < last ? day : last) * DATE_DAY_MS + ms % DATE_DAY_MS;
}

static int named_day(const struct date_tokens *tokens, unsigned lang, int64_t now_ms,
                     const struct date_fields *fields, struct moment *out)
{
    for (size_t i = 0; i < tokens->count; i++) {
        size_t words;
        if (tokens->tokens[i].type != DATE_WORD)
            continue;
        int day = date_words_find(DATE_WORD_DAY, tokens, i, 3, lang, &words);
        if (!day)
            continue;
        if (day == DAY_NOW) {
            *out = (struct moment){.ms = now_ms, .has_time = true, .has_zone = true};
            return 0;
        }
        struct date_fields dated = *fields;
        calendar_civil(now_ms / DATE_DAY_MS - (day - 1), &dated.year, &dated.month, &dated.day);
        return date_from_fields(&dated, out);
    }
    return ERR_INPUT;
}

int date_text_relative(const struct date_tokens *tokens, unsigned lang, int64_t now_ms,
                       const struct date_fields *fields, struct moment *out)
{
    if (now_ms <= 0)
        return ERR_INPUT;
    struct distance distance = measure(tokens, lang);
    if (!distance.found || (!distance.ago && distance.others) || distance.months > 12 * 200 ||
        (fields->has_time && !distance.ago && tokens->count > 2))
        return named_day(tokens, lang, now_ms, fields, out);
    int64_t ms = months_before(now_ms - distance.ms, distance.months);
    if (!distance.with_time)
        ms -= ms % DATE_DAY_MS;
    *out =
        (struct moment){.ms = ms, .has_time = distance.with_time, .has_zone = distance.with_time};
    return 0;
}
