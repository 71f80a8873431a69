#include "extract/pagedate_places.h"

#include <string.h>

#include "base/alloc.h"
#include "extract/facts.h"

enum {
    CLASS_BYTES_MAX = 400,             /* a longer class says everything, and so nothing */
    QUOTE_DEPTH_MAX = 12,              /* elements of a quotation around a date */
    DAY_SLACK_MS = 14 * 60 * 60 * 1000 /* today in the farthest zone */
};

/* The first page of the web, and so the first date of one. */
static const int64_t FIRST_MS = INT64_C(660000000000); /* December 1990 */

bool pagedate_believable(const struct facts *facts, const struct moment *moment)
{
    return moment->ms >= FIRST_MS && moment->ms <= facts->now_ms + DAY_SLACK_MS;
}

void pagedate_add(struct page_date_search *search, const struct moment *moment, const char *from,
                  int weight, bool modified)
{
    if (!pagedate_believable(search->facts, moment) || search->count == CANDIDATES_MAX)
        return;
    search->candidates[search->count++] =
        (struct page_date){.moment = *moment, .from = from, .weight = weight, .modified = modified};
}

static bool holds_word(const char *value, const char *const *words, size_t count)
{
    if (!value || strnlen(value, CLASS_BYTES_MAX) == CLASS_BYTES_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcasestr(value, words[i]))
            return true;
    return false;
}

static const char *const modified_classes[] = {"updat", "modif", "aktualis", "lastmod", "edited"};
static const char *const published_classes[] = {"publ",   "entry-date", "pubdate",
                                                "posted", "created",    "dateline"};

/* The classes of an element and of the one around it. */
static bool classes_hold(const struct facts *facts, uint32_t at, const char *const *words,
                         size_t count)
{
    for (unsigned i = 0; i < 2 && at != DOCUMENT_NONE; i++) {
        if (holds_word(node_attribute(facts->document, at, ATTRIBUTE_CLASS), words, count) ||
            holds_word(node_attribute(facts->document, at, ATTRIBUTE_ITEMPROP), words, count))
            return true;
        at = facts->document->nodes[at].parent;
    }
    return false;
}

bool pagedate_class_modified(const struct facts *facts, uint32_t node)
{
    return classes_hold(facts, node, modified_classes, COUNT(modified_classes));
}

bool pagedate_class_published(const struct facts *facts, uint32_t node)
{
    return classes_hold(facts, node, published_classes, COUNT(published_classes));
}

bool pagedate_is_quoted(const struct facts *facts, uint32_t node)
{
    const struct node *nodes = facts->document->nodes;
    for (unsigned i = 0; i < QUOTE_DEPTH_MAX && node != DOCUMENT_NONE; i++) {
        if (nodes[node].tag == TAG_BLOCKQUOTE)
            return true;
        node = nodes[node].parent;
    }
    return false;
}
