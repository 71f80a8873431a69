#include "extract/selector.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "extract/tidy.h"

enum { NAME_BYTES = 200 };

/* No condition counts positions in a node list, so that steps may be joined in any way. */
struct selector {
    const char *at;
    struct bytes out;
    char *reason;
    size_t reason_size;
    bool failed;
};

/* The first complaint stays. */
static void fail(struct selector *selector, const char *format, ...)
{
    va_list values;
    if (selector->failed)
        return;
    selector->failed = true;
    va_start(values, format);
    vsnprintf(selector->reason, selector->reason_size, format, values);
    va_end(values);
}

static void skip_blanks(struct selector *selector)
{
    selector->at += strspn(selector->at, " \t\r\n\f");
}

static bool take(struct selector *selector, const char *text)
{
    size_t size = strlen(text);
    if (strncmp(selector->at, text, size) != 0)
        return false;
    selector->at += size;
    return true;
}

static bool is_name_sign(char sign)
{
    return isalnum((unsigned char)sign) || sign == '-' || sign == '_' || (sign & 0x80);
}

static bool begins_name(const char *at)
{
    return *at == '\\' || (is_name_sign(*at) && !isdigit((unsigned char)*at));
}

/* A name into `name`; element and attribute names of HTML are in small letters. */
static void take_name(struct selector *selector, char *name, bool lower)
{
    size_t size = 0;
    if (!begins_name(selector->at))
        fail(selector, "has no name at '%.40s'", selector->at);
    while (is_name_sign(*selector->at) || (*selector->at == '\\' && selector->at[1])) {
        selector->at += *selector->at == '\\';
        if (size + 1 == NAME_BYTES) {
            fail(selector, "has a name that is too long");
            break;
        }
        char sign = *selector->at++;
        name[size++] = lower ? (char)tolower((unsigned char)sign) : sign;
    }
    name[size] = 0;
}

/* XPath 1.0 knows no escapes: a text has one kind of quotation marks or the other. */
static void put_text(struct selector *selector, const char *text)
{
    char quote = strchr(text, '\'') ? '"' : '\'';
    if (strchr(text, quote))
        fail(selector, "has both kinds of quotation marks in one text");
    bytes_append_format(&selector->out, "%c%s%c", quote, text, quote);
}

static void put_word_test(struct selector *selector, const char *attribute, const char *word)
{
    char padded[NAME_BYTES + 2];
    snprintf(padded, sizeof padded, " %s ", word);
    bytes_append_format(&selector->out, "contains(concat(' ',normalize-space(@%s),' '),",
                        attribute);
    put_text(selector, padded);
    bytes_append_string(&selector->out, ")");
}

/* ---- [attribute] ---- */

static void take_value(struct selector *selector, char *value)
{
    char quote = *selector->at;
    if (quote != '"' && quote != '\'') {
        take_name(selector, value, false);
        return;
    }
    const char *end = strchr(selector->at + 1, quote);
    size_t size = end ? (size_t)(end - selector->at - 1) : 0;
    if (!end || size >= NAME_BYTES || memchr(selector->at, '\\', size)) {
        fail(selector, "has a text that does not end, is too long or has a \\ in it: %.40s",
             selector->at);
        size = 0;
    }
    memcpy(value, selector->at + 1, size);
    value[size] = 0;
    if (end)
        selector->at = end + 1;
}

static void put_function(struct selector *selector, const char *function, const char *attribute,
                         const char *value)
{
    bytes_append_format(&selector->out, "%s(@%s,", function, attribute);
    put_text(selector, value);
    bytes_append_string(&selector->out, ")");
}

static void put_comparison(struct selector *selector, char sign, const char *attribute,
                           const char *value)
{
    char begin[NAME_BYTES + 1];
    if (!*value && sign != '=' && sign != '|') { /* as CSS has it */
        bytes_append_string(&selector->out, "false()");
        return;
    }
    switch (sign) {
    case '~':
        put_word_test(selector, attribute, value);
        break;
    case '^':
        put_function(selector, "starts-with", attribute, value);
        break;
    case '*':
        put_function(selector, "contains", attribute, value);
        break;
    case '$':
        bytes_append_format(&selector->out, "substring(@%s,string-length(@%s)-%zu)=", attribute,
                            attribute, tidy_points(span_of(value)) - 1);
        put_text(selector, value);
        break;
    case '|':
        snprintf(begin, sizeof begin, "%s-", value);
        put_function(selector, "starts-with", attribute, begin);
        bytes_append_format(&selector->out, " or @%s=", attribute);
        put_text(selector, value);
        break;
    default:
        bytes_append_format(&selector->out, "@%s=", attribute);
        put_text(selector, value);
    }
}

static void take_attribute(struct selector *selector)
{
    char name[NAME_BYTES], value[NAME_BYTES], sign = '=';
    skip_blanks(selector);
    take_name(selector, name, true);
    skip_blanks(selector);
    if (take(selector, "]")) {
        bytes_append_format(&selector->out, "@%s", name);
        return;
    }
    if (*selector->at && strchr("~|^$*", *selector->at) && selector->at[1] == '=')
        sign = *selector->at++;
    if (!take(selector, "="))
        fail(selector, "has no comparison that is known at '%.40s'", selector->at);
    skip_blanks(selector);
    take_value(selector, value);
    skip_blanks(selector);
    if (!take(selector, "]"))
        fail(selector, "lacks a ] at '%.40s'", selector->at);
    put_comparison(selector, sign, name, value);
}

/* ---- :pseudo-class ---- */

/* The number of a child in brackets. `what` are those that it is counted among. */
static void take_number(struct selector *selector, const char *what)
{
    bytes_append_format(&selector->out, "count(preceding-sibling::%s)", what);
    skip_blanks(selector);
    if (take(selector, "odd")) {
        bytes_append_string(&selector->out, " mod 2=0");
    } else if (take(selector, "even")) {
        bytes_append_string(&selector->out, " mod 2=1");
    } else {
        char *end;
        long number = isdigit((unsigned char)*selector->at) ? strtol(selector->at, &end, 10) : 0;
        if (number < 1 || number > 1000000)
            fail(selector, "takes a number, odd or even at '%.40s'", selector->at);
        else
            selector->at = end;
        bytes_append_format(&selector->out, "=%ld", number - 1);
    }
    skip_blanks(selector);
    if (!take(selector, ")"))
        fail(selector, "lacks a ) at '%.40s'", selector->at);
}

static void take_conditions(struct selector *selector, const char *name, bool in_not);

static void take_not(struct selector *selector, bool in_not)
{
    char name[NAME_BYTES] = "*";
    if (in_not)
        fail(selector, "has :not() inside of :not()");
    skip_blanks(selector);
    if (begins_name(selector->at))
        take_name(selector, name, true);
    else
        take(selector, "*");
    bytes_append_format(&selector->out, "not(self::%s", name);
    if (!selector->failed)
        take_conditions(selector, name, true);
    skip_blanks(selector);
    if (!take(selector, ")"))
        fail(selector, "lacks a ) at '%.40s'", selector->at);
    bytes_append_string(&selector->out, ")");
}

static void take_pseudo(struct selector *selector, const char *name, bool in_not)
{
    /* `begin`, then of those that are counted by type the element's name, then `end`. */
    static const struct {
        const char *name, *begin, *end;
        bool typed;
    } rows[] = {
        {"first-child", "not(preceding-sibling::*)", "", false},
        {"last-child", "not(following-sibling::*)", "", false},
        {"only-child", "not(preceding-sibling::* or following-sibling::*)", "", false},
        {"empty", "not(node())", "", false},
        {"first-of-type", "not(preceding-sibling::", ")", true},
        {"last-of-type", "not(following-sibling::", ")", true},
    };
    const char *begin = selector->at;
    if (take(selector, "nth-child(")) {
        take_number(selector, "*");
        return;
    }
    if (take(selector, "not(")) {
        take_not(selector, in_not);
        return;
    }
    bool of_type = take(selector, "nth-of-type(");
    for (size_t i = 0; i < COUNT(rows) && !of_type; i++) {
        size_t size = strlen(rows[i].name);
        if (strncmp(begin, rows[i].name, size) != 0 || is_name_sign(begin[size]))
            continue;
        selector->at += size;
        if (rows[i].typed && strcmp(name, "*") == 0)
            fail(selector, "says of which type only with an element's name: p:%s", rows[i].name);
        bytes_append_format(&selector->out, "%s%s%s", rows[i].begin, rows[i].typed ? name : "",
                            rows[i].end);
        return;
    }
    if (!of_type)
        fail(selector,
             "has ':%.40s', which is not known; known are first-child, last-child, only-child, "
             "nth-child(), empty, not(), first-of-type, last-of-type, nth-of-type()",
             begin);
    else if (strcmp(name, "*") == 0)
        fail(selector, "says of which type only with an element's name: p:%s", "nth-of-type()");
    else
        take_number(selector, name);
}

/* ---- steps ---- */

/* The conditions behind a name, each in brackets of its own. */
static void take_conditions(struct selector *selector, const char *name, bool in_not)
{
    char word[NAME_BYTES];
    while (!selector->failed && *selector->at && strchr(".#[:", *selector->at) &&
           strncmp(selector->at, "::", 2) != 0) {
        char sign = *selector->at++;
        bytes_append_string(&selector->out, "[");
        if (sign == '[') {
            take_attribute(selector);
        } else if (sign == ':') {
            take_pseudo(selector, name, in_not);
        } else {
            take_name(selector, word, false);
            if (sign == '.')
                put_word_test(selector, "class", word);
            else
                put_comparison(selector, '=', "id", word);
        }
        bytes_append_string(&selector->out, "]");
    }
}

/* An element's name with conditions, or one of both. */
static void take_compound(struct selector *selector)
{
    char name[NAME_BYTES] = "*";
    const char *begin = selector->at;
    if (begins_name(selector->at))
        take_name(selector, name, true);
    else
        take(selector, "*");
    bytes_append_string(&selector->out, name);
    take_conditions(selector, name, false);
    if (selector->at == begin && !*begin)
        fail(selector, "ends where an element is expected");
    else if (selector->at == begin)
        fail(selector, "can't be read at '%.40s'", begin);
}

static void take_attribute_name(struct selector *selector)
{
    char name[NAME_BYTES];
    if (!take(selector, "::attr(")) {
        fail(selector, "has '%.40s'; only ::attr(NAME) is known there", selector->at);
        return;
    }
    take_name(selector, name, true);
    if (!take(selector, ")"))
        fail(selector, "lacks a ) at '%.40s'", selector->at);
    bytes_append_format(&selector->out, "/@%s", name);
}

/* Compounds joined by blanks, > + and ~, up to a comma or the end. */
static void take_complex(struct selector *selector)
{
    static const struct {
        const char *sign, *step;
    } steps[] = {
        {">", "/"}, {"+", "/following-sibling::*[1]/self::"}, {"~", "/following-sibling::"}};
    const char *step = "/descendant::";
    skip_blanks(selector);
    while (!selector->failed) {
        bytes_append_string(&selector->out, step);
        take_compound(selector);
        skip_blanks(selector);
        if (!*selector->at || *selector->at == ',')
            return;
        if (strncmp(selector->at, "::", 2) == 0) {
            take_attribute_name(selector);
            skip_blanks(selector);
            if (*selector->at && *selector->at != ',')
                fail(selector, "goes on behind ::attr() with '%.40s'", selector->at);
            return;
        }
        step = "/descendant::";
        for (size_t i = 0; i < COUNT(steps); i++)
            if (take(selector, steps[i].sign)) {
                step = steps[i].step;
                break;
            }
        skip_blanks(selector);
    }
}

int selector_to_xpath(const char **xpath, struct arena *arena, const char *text, char *reason,
                      size_t reason_size)
{
    struct selector selector = {.at = text, .reason = reason, .reason_size = reason_size};
    bytes_init(&selector.out, 0);
    if (strlen(text) > SELECTOR_BYTES_MAX)
        fail(&selector, "is too long");
    while (!selector.failed) {
        take_complex(&selector);
        if (!take(&selector, ","))
            break;
        bytes_append_string(&selector.out, "|");
    }
    if (!selector.failed)
        *xpath = arena_copy(arena, selector.out.data, selector.out.size);
    bytes_clear(&selector.out);
    return selector.failed ? ERR_INPUT : 0;
}
