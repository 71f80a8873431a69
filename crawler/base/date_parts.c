#include "base/date_parts.h"

#include <string.h>

#include "base/date_calendar.h"
#include "base/date_words.h"

static int month_of(const struct date_reading *reading, const struct date_tokens *tokens, size_t i,
                    bool *jalali, size_t *words)
{
    int month = date_words_find(DATE_WORD_MONTH, tokens, i, 3, reading->lang, words);
    *jalali = !month;
    if (!month)
        month = date_words_find(DATE_WORD_JALALI_MONTH, tokens, i, 1, reading->lang, words);
    if (month)
        return month;
    struct span word = tokens->tokens[i].text;
    *jalali = false;
    if (date_word_find(DATE_WORD_FILLER, word, reading->lang) ||
        date_word_find(DATE_WORD_MONTH_BEFORE, word, reading->lang))
        return 0;
    return date_word_abbreviated(DATE_WORD_MONTH, word, reading->lang, reading->short_too);
}

/* What a mark does to the gap. Most stand inside dates somewhere; the others end one. */
static void take_mark(struct date_part *gap, char mark)
{
    if (!strchr(".,-/|[]()'\"\\_~", mark))
        gap->broken = true;
    gap->mark = !gap->mark || gap->mark == mark ? mark : '*';
}

/* A word that is no month: it may say what the number beside it is, or mean nothing; a long one
 * that is not known ends the date. */
static void take_word(struct date_reading *reading, struct date_part *gap,
                      const struct date_tokens *tokens, size_t i)
{
    const struct date_token *token = &tokens->tokens[i];
    struct date_part *last = reading->count ? &reading->parts[reading->count - 1] : NULL;
    bool behind = last && !last->month && !gap->words && !gap->broken && !gap->mark;
    int zone_min;
    if (last && !gap->mark)
        last->followed = true;
    if (behind && date_word_find(DATE_WORD_YEAR_BEHIND, token->text, reading->lang)) {
        last->year = true;
    } else if (behind && date_word_find(DATE_WORD_MONTH_BEHIND, token->text, reading->lang)) {
        last->month = last->digits <= 2 && last->value >= 1 && last->value <= 12;
    } else if (behind && date_word_find(DATE_WORD_DAY_BEHIND, token->text, reading->lang)) {
        last->day = true;
    } else {
        bool known = date_word_find(DATE_WORD_FILLER, token->text, reading->lang) ||
                     date_word_find(DATE_WORD_WEEKDAY, token->text, reading->lang) ||
                     date_zone_named(token->text, false, &zone_min);
        bool glued = behind && !token->spaced && i && !token[-1].used && /* "5th", "2015eko" */
                     date_points(token->text) <= 4;
        bool leading = !reading->count && !gap->mark; /* a weekday, in whatever language */
        gap->words = gap->words || !glued;
        if (!known && !glued && date_points(token->text) > 3)
            gap->broken = true;
        if (!known && !glued && !leading)
            reading->left_over = true;
    }
}

static void add_part(struct date_reading *reading, struct date_part *gap, struct date_part part)
{
    part.broken = gap->broken;
    part.words = gap->words;
    part.mark = gap->mark;
    if (reading->count < DATE_PARTS_MAX)
        reading->parts[reading->count++] = part;
    else
        reading->left_over = true;
    *gap = (struct date_part){0};
}

/* What has been read since the last part. */
struct between {
    struct date_part gap;
    bool month_next; /* the next number is said to be a month */
    int era;         /* the next one counts from this year */
};

static void add_number(struct date_reading *reading, struct between *between,
                       const struct date_token *token)
{
    bool month = between->month_next && token->value >= 1 && token->value <= 12;
    add_part(reading, &between->gap,
             (struct date_part){.value = token->value + between->era,
                                .digits = token->digits,
                                .year = between->era != 0,
                                .month = month});
    between->month_next = false;
    between->era = 0;
}

/* "24 نيسان / أبريل 2020": the month once more in other words. */
static bool is_month_again(const struct date_reading *reading, const struct between *between,
                           int month)
{
    const struct date_part *last = &reading->parts[reading->count - (reading->count > 0)];
    return reading->count && last->month && last->value == month && between->gap.mark == '/' &&
           !between->gap.words;
}

/* Returns how many tokens the word at `i` takes. */
static size_t add_word(struct date_reading *reading, struct between *between,
                       const struct date_tokens *tokens, size_t i)
{
    static const int era_years[] = {0, 2018, 1988, 1925, 1911};
    const struct date_token *token = &tokens->tokens[i];
    size_t words;
    bool jalali;
    between->era = era_years[date_words_find(DATE_WORD_ERA, tokens, i, 4, reading->lang, &words)];
    if (between->era)
        return words;
    int month = month_of(reading, tokens, i, &jalali, &words);
    if (month && is_month_again(reading, between, month)) {
        between->gap = (struct date_part){0};
        return words;
    }
    if (month) {
        add_part(reading, &between->gap,
                 (struct date_part){.value = month, .month = true, .jalali = jalali});
        reading->buddhist = reading->buddhist || date_is_thai(token->text);
        return words;
    }
    if (date_word_find(DATE_WORD_MONTH_BEFORE, token->text, reading->lang))
        between->month_next = true;
    else
        take_word(reading, &between->gap, tokens, i);
    return 1;
}

/* The mark before the ending of an ordinal, which says nothing either: "3:e maj", "3-р сар". */
static bool is_ordinal_mark(const struct date_reading *reading, const struct date_tokens *tokens,
                            size_t i)
{
    const struct date_token *token = &tokens->tokens[i];
    bool jalali;
    size_t words;
    if (!i || i + 1 >= tokens->count || token[-1].type != DATE_NUMBER || token->spaced ||
        token[1].type != DATE_WORD || token[1].spaced || token[1].used)
        return false;
    if (token->mark == ':')
        return token[1].text.size == 1;
    return token->mark == '-' && date_points(token[1].text) <= 2 && i + 2 < tokens->count &&
           tokens->tokens[i + 2].spaced && !month_of(reading, tokens, i + 1, &jalali, &words);
}

/* "berg2012" is a name: a number that a word runs into is no part of a date, unless the word says
 * what the number is. Scripts without blanks between words are another matter. */
static bool is_in_name(const struct date_reading *reading, const struct date_tokens *tokens,
                       size_t i)
{
    const struct date_token *number = &tokens->tokens[i], *word = number - 1;
    if (!i || number->spaced || word->type != DATE_WORD || !word->text.size ||
        (unsigned char)word->text.data[0] >= 0xe0)
        return false;
    return !date_word_find(DATE_WORD_FILLER, word->text, reading->lang) &&
           !date_word_find(DATE_WORD_MONTH_BEFORE, word->text, reading->lang) &&
           !date_word_find(DATE_WORD_MONTH, word->text, reading->lang);
}

void date_parts_find(struct date_reading *reading, const struct date_tokens *tokens)
{
    struct between between = {0};
    reading->count = 0;
    reading->left_over = reading->buddhist = false;
    for (size_t i = 0; i < tokens->count;) {
        const struct date_token *token = &tokens->tokens[i];
        if (token->type == DATE_WORD && !token->used) {
            i += add_word(reading, &between, tokens, i);
            continue;
        }
        if (token->type == DATE_MARK && is_ordinal_mark(reading, tokens, i))
            i++;
        else if (token->type == DATE_MARK && !token->used)
            take_mark(&between.gap, token->mark);
        else if (token->type == DATE_NUMBER && !token->used && is_in_name(reading, tokens, i))
            between.gap.broken = reading->left_over = true;
        else if (token->type == DATE_NUMBER && !token->used)
            add_number(reading, &between, token);
        i++;
    }
}
