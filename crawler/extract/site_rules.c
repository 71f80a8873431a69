#include "extract/site_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libxml/HTMLparser.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_calendar.h"
#include "base/error.h"
#include "extract/selector.h"
#include "extract/site_rules_private.h"

enum { CHECK_STEPS_MAX = 100000 };

static const char *const fields[] = {"title",   "lead", "authors", "published", "modified",
                                     "section", "lang", "image",   "tags",      "body"};

const char *site_rule_fields(void)
{
    return "title, lead, authors, published, modified, section, lang, image, tags, body";
}

static const char *field_of(struct span word)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (strlen(fields[i]) == word.size && memcmp(fields[i], word.data, word.size) == 0)
            return fields[i];
    return NULL;
}

bool site_rule_is_blank(struct span line)
{
    line = span_trimmed(line);
    return line.size == 0 || line.data[0] == '#';
}

static struct span take_word(struct span *line)
{
    struct span word = {line->data, 0};
    while (word.size < line->size && !strchr(" \t", line->data[word.size]))
        word.size++;
    *line = span_trimmed((struct span){line->data + word.size, line->size - word.size});
    return word;
}

/* ---- days ---- */

/* 2024-05-01, or nothing for `none`. */
static int read_day(int32_t *out, struct span text, int32_t none)
{
    struct moment moment;
    *out = none;
    if (text.size == 0)
        return 0;
    if (text.size != 10 || date_parse_feed(text, &moment) || moment.has_time)
        return ERR_INPUT;
    *out = (int32_t)(moment.ms / DATE_DAY_MS);
    return 0;
}

static int read_days(struct site_rule *out, struct span range)
{
    const char *dots = memmem(range.data, range.size, "..", 2);
    struct span from = {range.data, (size_t)(dots - range.data)};
    struct span until = {dots + 2, range.size - from.size - 2};
    int err = read_day(&out->from_day, from, RULE_DAY_FIRST);
    if (!err)
        err = read_day(&out->until_day, until, RULE_DAY_LAST);
    return err || out->from_day > out->until_day ? ERR_INPUT : 0;
}

static void format_day(struct bytes *out, int32_t day)
{
    struct arena arena;
    struct moment moment = {.ms = (int64_t)day * DATE_DAY_MS};
    if (day == RULE_DAY_FIRST || day == RULE_DAY_LAST)
        return;
    arena_init(&arena, 0);
    bytes_append_string(out, date_format(&moment, &arena));
    arena_clear(&arena);
}

/* ---- lines ---- */

static void ignore_error(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

static void ignore_message(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

xmlXPathObjectPtr site_rule_evaluate(xmlDocPtr document, const char *xpath, unsigned long steps_max)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    context->error = ignore_error;
    context->opLimit = steps_max;
    xmlSetGenericErrorFunc(NULL, ignore_message); /* some of what goes wrong is told here alone */
    xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)xpath, context);
    xmlSetGenericErrorFunc(NULL, NULL);
    xmlXPathFreeContext(context);
    return object;
}

/* Names of functions are looked up only where they are called, so it is tried on a page. */
static int check_xpath(const char *selector, char *reason, size_t reason_size)
{
    static const char page[] = "<p>";
    htmlDocPtr document = htmlReadMemory(page, sizeof page - 1, NULL, "UTF-8", HTML_PARSE_NOERROR);
    xmlXPathObjectPtr object = site_rule_evaluate(document, selector, CHECK_STEPS_MAX);
    if (!object)
        snprintf(reason, reason_size, "'%.200s' is no XPath 1.0", selector);
    int err = object ? 0 : ERR_INPUT;
    xmlXPathFreeObject(object);
    xmlFreeDoc(document);
    return err;
}

static int check_css(struct arena *arena, const char *selector, char *reason, size_t reason_size)
{
    char why[400];
    const char *xpath;
    int err = selector_to_xpath(&xpath, arena, selector, why, sizeof why);
    if (err)
        snprintf(reason, reason_size, "'%.200s' %s", selector, why);
    return err;
}

int site_rule_parse(struct site_rule *out, struct arena *arena, struct span line, char *reason,
                    size_t reason_size)
{
    struct site_rule rule = {.id = out->id, .from_day = RULE_DAY_FIRST, .until_day = RULE_DAY_LAST};
    line = span_trimmed(line);
    struct span word = take_word(&line);
    rule.field = field_of(word);
    if (!rule.field) {
        snprintf(reason, reason_size, "there is no field '%.*s'; there are %s",
                 word.size < 40 ? (int)word.size : 40, word.data, site_rule_fields());
        return ERR_INPUT;
    }
    word = take_word(&line);
    if (memmem(word.data, word.size, "..", 2)) {
        if (read_days(&rule, word)) {
            snprintf(reason, reason_size,
                     "'%.*s' is no range of days like 2024-05-01..2025-04-30, 2024-05-01.. or "
                     "..2025-04-30",
                     word.size < 40 ? (int)word.size : 40, word.data);
            return ERR_INPUT;
        }
        word = take_word(&line);
    }
    rule.is_css = word.size == 3 && memcmp(word.data, "css", 3) == 0;
    if ((!rule.is_css && (word.size != 5 || memcmp(word.data, "xpath", 5) != 0)) || !line.size ||
        line.size > SELECTOR_BYTES_MAX || memchr(line.data, 0, line.size)) {
        snprintf(reason, reason_size,
                 "a rule is FIELD [FROM..UNTIL] css|xpath SELECTOR, as in title css h1.headline");
        return ERR_INPUT;
    }
    rule.selector = arena_copy(arena, line.data, line.size);
    int err = rule.is_css ? check_css(arena, rule.selector, reason, reason_size)
                          : check_xpath(rule.selector, reason, reason_size);
    if (!err)
        *out = rule;
    return err;
}

void site_rule_format(struct bytes *out, const struct site_rule *rule)
{
    bytes_append_format(out, "%s ", rule->field);
    if (rule->from_day != RULE_DAY_FIRST || rule->until_day != RULE_DAY_LAST) {
        format_day(out, rule->from_day);
        bytes_append_string(out, "..");
        format_day(out, rule->until_day);
        bytes_append_string(out, " ");
    }
    bytes_append_format(out, "%s %s", rule->is_css ? "css" : "xpath", rule->selector);
}

/* ---- JSON ---- */

static json_t *day_json(int32_t day)
{
    return day == RULE_DAY_FIRST || day == RULE_DAY_LAST ? json_null() : json_integer(day);
}

const char *site_rules_write(const struct site_rule *rules, size_t count, struct arena *arena)
{
    json_t *rows = json_array(), *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows, json_pack("[I, s, s, s, o, o]", (json_int_t)rules[i].id,
                                              rules[i].field, rules[i].is_css ? "css" : "xpath",
                                              rules[i].selector, day_json(rules[i].from_day),
                                              day_json(rules[i].until_day)));
    json_object_set_new(object, "fields", rows);
    char *text = json_dumps(object, JSON_COMPACT);
    const char *copy = arena_string(arena, text);
    free(text);
    json_decref(object);
    return copy;
}

static int32_t day_at(const json_t *row, size_t i, int32_t none)
{
    const json_t *day = json_array_get(row, i);
    json_int_t value = json_integer_value(day);
    return json_is_integer(day) && value > INT32_MIN && value < INT32_MAX ? (int32_t)value : none;
}

size_t site_rules_read(struct site_rule **out, struct arena *arena, const char *json)
{
    size_t count = 0;
    json_t *object = json ? json_loads(json, 0, NULL) : NULL;
    const json_t *rows = json_object_get(object, "fields");
    size_t places = json_array_size(rows) < SITE_RULES_MAX ? json_array_size(rows) : SITE_RULES_MAX;
    *out = arena_alloc(arena, (places + 1) * sizeof **out);
    for (size_t i = 0; i < places; i++) {
        const json_t *row = json_array_get(rows, i);
        const char *name = json_string_value(json_array_get(row, 1));
        const char *kind = json_string_value(json_array_get(row, 2));
        const char *selector = json_string_value(json_array_get(row, 3));
        const char *field = name ? field_of(span_of(name)) : NULL;
        if (!field || !kind || !selector)
            continue;
        (*out)[count++] = (struct site_rule){
            .id = json_integer_value(json_array_get(row, 0)),
            .field = field,
            .is_css = strcmp(kind, "css") == 0,
            .selector = arena_string(arena, selector),
            .from_day = day_at(row, 4, RULE_DAY_FIRST),
            .until_day = day_at(row, 5, RULE_DAY_LAST),
        };
    }
    json_decref(object);
    return count;
}
