/* A site's rules on one of its pages. General extraction reads a stream of bare tags; only here is
 * a tree built, with all attributes, of the pages of the few sites that have rules.
 *
 * The page is hostile, the selectors are a person's: the parser stops at its own depth, and
 * an expression may take so many steps and no more. The worker's limits of time and memory hold
 * beyond that. */
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/date_calendar.h"
#include "base/url.h"
#include "base/utf8.h"
#include "extract/article.h"
#include "extract/charset.h"
#include "extract/names.h"
#include "extract/selector.h"
#include "extract/site_rules.h"
#include "extract/site_rules_private.h"
#include "extract/tag.h"

enum {
    PAGE_BYTES_MAX = 4 * 1024 * 1024,
    STEPS_MAX = 2000000,     /* of one expression */
    VALUES_MAX = 2000,       /* elements that one rule may choose */
    LINE_BYTES_MAX = 2000,   /* a field other than the body */
    BODY_BYTES_MAX = 500000, /* as long as books */
};

struct applying {
    struct page *page;
    struct arena *arena;
    int64_t now_ms;
    xmlDocPtr document;
    struct bytes told;
};

/* ---- the tree ---- */

/* Without HTML_PARSE_HUGE, so that what is nested too deeply ends the tree. */
static bool build_tree(struct applying *applying, const void *data, size_t size,
                       const char *content_type)
{
    struct bytes converted;
    struct span text;
    bytes_init(&converted, 0);
    charset_read(&text, &converted, (struct span){size ? data : "", size}, content_type,
                 CHARSET_HTML);
    if (text.size > 0 && text.size <= PAGE_BYTES_MAX)
        applying->document = htmlReadMemory(text.data, (int)text.size, NULL, "UTF-8",
                                            HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                                HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    bytes_clear(&converted);
    return applying->document != NULL;
}

/* ---- text ---- */

static enum tag tag_of_node(const xmlNode *node)
{
    return tag_of((const char *)node->name, strlen((const char *)node->name));
}

static bool is_silent(enum tag tag)
{
    return tag == TAG_SCRIPT || tag == TAG_STYLE || tag == TAG_NOSCRIPT || tag == TAG_TEMPLATE;
}

static void end_line(struct bytes *out)
{
    while (out->size && out->data[out->size - 1] == ' ')
        out->size--;
    if (out->size && out->data[out->size - 1] != '\n')
        bytes_append(out, "\n", 1);
}

/* White space, no-break spaces too, becomes one blank. What is past the limit is cut off. */
static void append_words(struct bytes *out, const char *text, size_t size_max)
{
    while (*text && out->size < size_max) {
        size_t blanks = strspn(text, " \t\r\n\f\v");
        while (strncmp(text + blanks, "\xc2\xa0", 2) == 0)
            blanks += 2;
        if (blanks && out->size && !strchr(" \n", out->data[out->size - 1]))
            bytes_append(out, " ", 1);
        text += blanks;
        size_t word = strcspn(text, " \t\r\n\f\v\xc2");
        if (!word && *text == '\xc2' && !blanks)
            word = 1 + strcspn(text + 1, " \t\r\n\f\v\xc2");
        size_t room = out->size < size_max ? size_max - out->size : 0;
        bytes_append(out, text, word <= room ? word : utf8_cut(text, room));
        text += word;
    }
}

/* What follows `node` in the order of the page, below `top`; `inside`: its children, too. Blocks
 * that end on the way end their line. */
static const xmlNode *next_node(const xmlNode *node, const xmlNode *top, bool inside,
                                struct bytes *out)
{
    if (inside && node->children)
        return node->children;
    while (node != top) {
        if (node->type == XML_ELEMENT_NODE && tag_flags_of(tag_of_node(node)) & TAG_BLOCK)
            end_line(out);
        if (node->next)
            return node->next;
        node = node->parent;
    }
    return NULL;
}

/* The text of an element, a line for each block. */
static void append_text(struct bytes *out, const xmlNode *top, size_t size_max)
{
    for (const xmlNode *node = top; node && out->size < size_max;) {
        enum tag tag = node->type == XML_ELEMENT_NODE ? tag_of_node(node) : TAG_TEXT;
        bool silent = node->type != XML_ELEMENT_NODE || is_silent(tag);
        if (node->type == XML_TEXT_NODE && node->content)
            append_words(out, (const char *)node->content, size_max);
        else if (tag == TAG_BR || tag_flags_of(tag) & TAG_BLOCK)
            end_line(out);
        node = next_node(node, top, !silent, out);
    }
}

/* What an element says: of some an attribute, of others its text. */
static void append_value(struct bytes *out, const xmlNode *node, size_t size_max)
{
    static const struct {
        enum tag tag;
        const char *attribute;
    } rows[] = {{TAG_META, "content"}, {TAG_TIME, "datetime"}, {TAG_IMG, "src"}};
    xmlChar *value = NULL;
    if (node->type == XML_ATTRIBUTE_NODE)
        value = xmlNodeGetContent(node);
    for (size_t i = 0; i < COUNT(rows) && node->type == XML_ELEMENT_NODE; i++)
        if (tag_of_node(node) == rows[i].tag)
            value = xmlGetProp(node, (const xmlChar *)rows[i].attribute);
    if (value)
        append_words(out, (const char *)value, size_max);
    else
        append_text(out, node, size_max);
    xmlFree(value);
}

/* ---- values ---- */

struct values {
    const char **items; /* none is empty */
    size_t count;
};

static void add_value(struct values *values, struct arena *arena, struct bytes *text, bool lines)
{
    end_line(text);
    text->size -= text->size > 0;
    for (size_t i = 0; i < text->size && !lines; i++)
        if (text->data[i] == '\n')
            text->data[i] = ' ';
    if (text->size)
        values->items[values->count++] = arena_copy(arena, text->data, text->size);
    text->size = 0;
}

/* What the rule chooses, in the order of the page. */
static void choose(struct applying *applying, const struct site_rule *rule, struct values *out)
{
    bool body = strcmp(rule->field, "body") == 0;
    size_t size_max = body ? BODY_BYTES_MAX : LINE_BYTES_MAX;
    const char *xpath = rule->selector;
    char reason[1];
    struct bytes text;
    *out = (struct values){0};
    if (rule->is_css && selector_to_xpath(&xpath, applying->arena, xpath, reason, sizeof reason))
        return;
    xmlXPathObjectPtr object = site_rule_evaluate(applying->document, xpath, STEPS_MAX);
    if (!object)
        return;
    size_t count = object->type == XPATH_NODESET && object->nodesetval
                       ? (size_t)object->nodesetval->nodeNr
                       : object->type == XPATH_STRING;
    count = count < VALUES_MAX ? count : VALUES_MAX;
    out->items = arena_alloc(applying->arena, (count + 1) * sizeof *out->items);
    bytes_init(&text, 0);
    for (size_t i = 0; i < count; i++) {
        if (object->type == XPATH_STRING)
            append_words(&text, (const char *)object->stringval, size_max);
        else
            append_value(&text, object->nodesetval->nodeTab[i], size_max);
        add_value(out, applying->arena, &text, body);
    }
    bytes_clear(&text);
    xmlXPathFreeObject(object);
}

/* ---- fields ---- */

typedef bool set_fn(struct applying *applying, const struct values *values);

static bool set_title(struct applying *applying, const struct values *values)
{
    applying->page->article.title = values->items[0];
    applying->page->article.title_from = "rule";
    return true;
}

static bool set_lead(struct applying *applying, const struct values *values)
{
    applying->page->article.lead = values->items[0];
    return true;
}

static bool set_section(struct applying *applying, const struct values *values)
{
    applying->page->article.section = values->items[0];
    return true;
}

static bool set_lang(struct applying *applying, const struct values *values)
{
    enum { TAG_BYTES_MAX = 35 }; /* RFC 5646, section 4.4.1 */
    if (strlen(values->items[0]) > TAG_BYTES_MAX || strchr(values->items[0], ' '))
        return false;
    applying->page->article.lang = values->items[0];
    return true;
}

static bool set_image(struct applying *applying, const struct values *values)
{
    struct url url;
    if (url_parse(&url, applying->arena, span_of(values->items[0]), applying->page->base,
                  applying->page->charset))
        return false;
    applying->page->article.image_url = url_fetchable(&url, applying->arena);
    return true;
}

static bool set_tags(struct applying *applying, const struct values *values)
{
    applying->page->article.tags = values->items;
    applying->page->article.tags_count = values->count;
    return true;
}

static bool set_authors(struct applying *applying, const struct values *values)
{
    struct article_record *article = &applying->page->article;
    struct names names = {.count = 0};
    for (size_t i = 0; i < values->count; i++)
        names_add(&names, applying->arena, span_of(values->items[i]), article->site_name,
                  NAMES_SHOWN);
    if (!names.count)
        return false;
    article->authors = arena_alloc(applying->arena, names.count * sizeof *article->authors);
    memcpy(article->authors, names.items, names.count * sizeof *article->authors);
    article->authors_count = names.count;
    article->authors_from = "rule";
    return true;
}

/* Moments after the page came are not believed, here as elsewhere. */
static bool read_moment(struct applying *applying, const struct values *values, struct moment *out)
{
    struct span text = span_of(values->items[0]);
    if (date_parse_feed(text, out) &&
        date_parse_text(text, applying->page->article.lang, applying->now_ms, out))
        return false;
    return out->ms <= applying->now_ms + DATE_DAY_MS;
}

static bool set_published(struct applying *applying, const struct values *values)
{
    struct article_record *article = &applying->page->article;
    struct moment moment;
    if (!read_moment(applying, values, &moment))
        return false;
    article->published_ms = moment.ms;
    article->published_has_time = moment.has_time;
    article->published_zone_min = moment.has_zone ? moment.zone_min : ZONE_NONE;
    article->published_from = "rule";
    return true;
}

static bool set_modified(struct applying *applying, const struct values *values)
{
    struct article_record *article = &applying->page->article;
    struct moment moment;
    if (!read_moment(applying, values, &moment))
        return false;
    article->modified_ms = moment.ms;
    article->modified_has_time = moment.has_time;
    article->modified_zone_min = moment.has_zone ? moment.zone_min : ZONE_NONE;
    return true;
}

/* An element chosen inside of another one is there twice; that is the selector's affair. */
static bool set_body(struct applying *applying, const struct values *values)
{
    struct article_record *article = &applying->page->article;
    struct bytes text;
    bytes_init(&text, 0);
    for (size_t i = 0; i < values->count && text.size < BODY_BYTES_MAX; i++)
        bytes_append_format(&text, "%s%s", i ? "\n" : "", values->items[i]);
    article->body = arena_copy(applying->arena, text.data, text.size);
    article->body_from = "rule";
    article->is_article = true;
    article->not_article_why = NULL;
    bytes_clear(&text);
    return true;
}

/* The body first: it tells whether the page is an article at all. */
static const struct {
    const char *field;
    set_fn *set;
} fields[] = {
    {"body", set_body},         {"title", set_title},     {"lead", set_lead},
    {"lang", set_lang},         {"authors", set_authors}, {"published", set_published},
    {"modified", set_modified}, {"section", set_section}, {"image", set_image},
    {"tags", set_tags},
};

static void apply_field(struct applying *applying, const struct site_rule *rules, size_t count,
                        size_t field)
{
    int64_t day = applying->now_ms / DATE_DAY_MS;
    for (size_t i = 0; i < count; i++) {
        const struct site_rule *rule = &rules[i];
        struct values values;
        if (strcmp(rule->field, fields[field].field) != 0 || day < rule->from_day ||
            day > rule->until_day)
            continue;
        choose(applying, rule, &values);
        bool found = values.count > 0 && fields[field].set(applying, &values);
        bytes_append_format(&applying->told, "%s%c%lld", applying->told.size ? " " : "",
                            found ? '+' : '-', (long long)rule->id);
        if (found)
            return;
    }
}

static bool any_holds(const struct site_rule *rules, size_t count, int64_t day)
{
    for (size_t i = 0; i < count; i++)
        if (day >= rules[i].from_day && day <= rules[i].until_day)
            return true;
    return false;
}

void site_rules_apply(struct page *page, const char *json, const void *data, size_t size,
                      const char *content_type, int64_t now_ms, const char **told)
{
    struct applying applying = {.page = page, .arena = page->arena, .now_ms = now_ms};
    struct site_rule *rules;
    size_t count = site_rules_read(&rules, page->arena, json);
    *told = NULL;
    if (!any_holds(rules, count, now_ms / DATE_DAY_MS) ||
        !build_tree(&applying, data, size, content_type))
        return;
    bytes_init(&applying.told, 0);
    for (size_t i = 0; i < COUNT(fields); i++)
        apply_field(&applying, rules, count, i);
    if (page->article.is_article && applying.told.size)
        *told = arena_copy(page->arena, applying.told.data, applying.told.size);
    bytes_clear(&applying.told);
    xmlFreeDoc(applying.document);
}
