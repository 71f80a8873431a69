/* date_time.c - the time of day and its zone among the tokens of a printed date. */
#include "base/date_text.h"
#include "base/date_words.h"

static struct date_token *token_at(struct date_tokens *tokens, size_t i)
{
    return i < tokens->count ? &tokens->tokens[i] : NULL;
}

static bool is_mark(const struct date_token *token, char mark)
{
    return token && token->type == DATE_MARK && token->mark == mark;
}

static bool is_number(const struct date_token *token, size_t digits_max, int64_t max)
{
    return token && token->type == DATE_NUMBER && token->digits <= digits_max &&
           token->value <= max;
}

static bool is_word(const struct date_token *token, enum date_word_kind kind, unsigned lang)
{
    return token && token->type == DATE_WORD && date_word_find(kind, token->text, lang);
}

static void use(struct date_tokens *tokens, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        tokens->tokens[i].used = true;
}

/* ":55" and ".123" behind "10:14". Returns the index of what comes after. */
static size_t read_seconds(struct date_tokens *tokens, size_t i, struct date_fields *fields)
{
    if (!is_mark(token_at(tokens, i), ':') || !is_number(token_at(tokens, i + 1), 2, 60))
        return i;
    fields->second = (int)tokens->tokens[i + 1].value;
    i += 2;
    const struct date_token *fraction = token_at(tokens, i + 1);
    if ((is_mark(token_at(tokens, i), '.') || is_mark(token_at(tokens, i), ',')) &&
        is_number(fraction, 9, INT64_MAX) && !fraction->spaced && !tokens->tokens[i].spaced)
        i += 2;
    return i;
}

/* "kl. 13.47", "13.47 Uhr": a dot makes a time only beside a word that says so. */
static bool is_dotted_time(struct date_tokens *tokens, size_t i, unsigned lang)
{
    const struct date_token *minute = token_at(tokens, i + 2);
    if (!is_mark(token_at(tokens, i + 1), '.') || !is_number(minute, 2, 59) || minute->spaced ||
        minute->digits != 2 || is_mark(token_at(tokens, i + 3), '.'))
        return false;
    size_t before = i >= 2 && is_mark(&tokens->tokens[i - 1], '.') ? i - 2 : i - 1;
    return is_word(token_at(tokens, i + 3), DATE_WORD_HOUR, lang) ||
           (i && is_word(&tokens->tokens[before], DATE_WORD_HOUR_BEFORE, lang));
}

/* "10:14:55", "14h40", "21時40分", "15 Uhr" from the number at `i` on. Returns the index of what
 * comes after, or `i` when there is no time. */
static size_t read_clock(struct date_tokens *tokens, size_t i, unsigned lang,
                         struct date_fields *fields)
{
    const struct date_token *minute = token_at(tokens, i + 2);
    if (!is_number(token_at(tokens, i), 2, 24))
        return i;
    fields->hour = (int)tokens->tokens[i].value;
    fields->minute = fields->second = 0;
    if (is_mark(token_at(tokens, i + 1), ':') && is_number(minute, 2, 59)) {
        fields->minute = (int)minute->value;
        return read_seconds(tokens, i + 3, fields);
    }
    if (is_dotted_time(tokens, i, lang)) {
        fields->minute = (int)minute->value;
        return i + 3;
    }
    if (!is_word(token_at(tokens, i + 1), DATE_WORD_HOUR, lang))
        return i;
    if (!is_number(minute, 2, 59) || minute->spaced != tokens->tokens[i + 1].spaced)
        return i + 2;
    fields->minute = (int)minute->value;
    return i + 3 + is_word(token_at(tokens, i + 3), DATE_WORD_MINUTE, lang);
}

/* "4 pm": an hour that only its half of the day shows to be one. */
static size_t read_bare_hour(struct date_tokens *tokens, size_t i, unsigned lang,
                             struct date_fields *fields)
{
    const struct date_token *half = token_at(tokens, i + 1);
    if (!is_number(token_at(tokens, i), 2, 12) || !half || half->type != DATE_WORD ||
        half->text.size != 2 || half->text.data[1] != 'm' || /* am, pm: others are words too */
        !is_word(half, DATE_WORD_HALF, lang))
        return i;
    fields->hour = (int)tokens->tokens[i].value;
    fields->minute = fields->second = 0;
    return i + 1;
}

/* The half of the day stands behind the time, or before it. Returns the index of what comes after
 * it. */
static size_t read_half(struct date_tokens *tokens, size_t first, size_t end, unsigned lang,
                        struct date_fields *fields)
{
    struct date_token *after = token_at(tokens, end);
    size_t words;
    int half = 0;
    if (after && after->type == DATE_WORD)
        half = date_words_find(DATE_WORD_HALF, tokens, end, 2, lang, &words);
    end += half ? words : 0;
    for (size_t count = 2; count > 0 && !half; count--) {
        if (first < count || tokens->tokens[first - count].type != DATE_WORD)
            continue;
        half = date_words_find(DATE_WORD_HALF, tokens, first - count, count, lang, &words);
        if (words != count)
            half = 0;
        if (half)
            use(tokens, first - count, first);
    }
    if (half == 1 && fields->hour == 12)
        fields->hour = 0;
    if (half == 2 && fields->hour < 12)
        fields->hour += 12;
    return end;
}

/* "+01:00", "-0330"; "+01" where nothing stands between it and the time. */
static size_t read_offset(struct date_tokens *tokens, size_t i, struct date_fields *fields)
{
    const struct date_token *sign = token_at(tokens, i), *hours = token_at(tokens, i + 1);
    const struct date_token *minutes = token_at(tokens, i + 3);
    if ((!is_mark(sign, '+') && !is_mark(sign, '-')) || !hours || hours->spaced ||
        !is_number(hours, 4, 1500))
        return i;
    bool colon =
        hours->digits <= 2 && is_mark(token_at(tokens, i + 2), ':') && is_number(minutes, 2, 59);
    int64_t zone_min =
        hours->digits <= 2 ? hours->value * 60 : hours->value / 100 * 60 + hours->value % 100;
    if (colon)
        zone_min += minutes->value;
    else if (hours->digits == 3 || (hours->digits <= 2 && sign->spaced))
        return i;
    if (zone_min > 15 * 60)
        return i;
    fields->zone_min = (int)zone_min * (sign->mark == '-' ? -1 : 1);
    fields->has_zone = true;
    return i + (colon ? 4 : 2);
}

/* A short word of capitals behind a time is a zone that is not known, so taken as none. */
static bool is_unknown_zone(const struct date_token *word)
{
    return word->upper && word->text.size >= 2 && word->text.size <= 5;
}

/* "EST", "Etc/GMT". `any`: in small letters too, and of zones that are not known. */
static size_t read_zone_name(struct date_tokens *tokens, size_t i, bool any,
                             struct date_fields *fields)
{
    const struct date_token *word = token_at(tokens, i);
    int zone_min;
    if (word && span_equals(word->text, "etc") && is_mark(token_at(tokens, i + 1), '/'))
        word = token_at(tokens, i += 2);
    if (!word || word->type != DATE_WORD || !(word->upper || any))
        return i;
    if (!date_zone_named(word->text, false, &zone_min))
        return any && is_unknown_zone(word) ? i + 1 : i;
    fields->zone_min = zone_min;
    fields->has_zone = true;
    return i + 1;
}

/* "Z", "EST", "GMT+2", "(GMT+2)", "+01:00", "+01:00 (CET)": where both are there, the number
 * counts. */
static size_t read_zone(struct date_tokens *tokens, size_t i, bool any, struct date_fields *fields)
{
    struct date_fields comment = *fields;
    size_t after = read_offset(tokens, i, fields);
    size_t open = after + is_mark(token_at(tokens, after), '(');
    size_t end = read_zone_name(tokens, open, any, after > i ? &comment : fields);
    if (end == open)
        return after;
    if (after == i)
        end = read_offset(tokens, end, fields);
    return end + is_mark(token_at(tokens, end), ')');
}

/* "(Central European Time)", "Europe/Berlin": words to the end of the text, apart from the time,
 * are a zone's longer name or another comment. Returns the index after them, or `i`. */
static size_t read_comment(struct date_tokens *tokens, size_t i)
{
    const struct date_token *first = token_at(tokens, i);
    if (!first || !(first->spaced || is_mark(first, '(')))
        return i;
    for (size_t at = i; at < tokens->count; at++)
        if (tokens->tokens[at].type == DATE_NUMBER)
            return i;
    return tokens->count;
}

void date_text_time(struct date_tokens *tokens, unsigned lang, bool any_zone,
                    struct date_fields *fields)
{
    for (size_t i = 0; i < tokens->count; i++) {
        struct date_fields found = *fields;
        size_t end = read_clock(tokens, i, lang, &found);
        if (end == i)
            end = read_bare_hour(tokens, i, lang, &found);
        if (end == i || (i && is_mark(&tokens->tokens[i - 1], ':')))
            continue;
        end = read_half(tokens, i, end, lang, &found);
        size_t zone = end + is_mark(token_at(tokens, end), ',');
        size_t zone_end = read_zone(tokens, zone, any_zone, &found);
        end = zone_end > zone ? zone_end : end;
        if (any_zone)
            end = read_comment(tokens, end);
        found.has_time = true;
        use(tokens, i, end);
        *fields = found;
        return;
    }
}
