#include "extract/heading.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/document.h"
#include "extract/tidy.h"

enum {
    NODES_MAX = 40,      /* of a heading; one with more is no headline */
    MARK_POINTS_MAX = 2, /* of what stands between a kicker and the headline */
    BARE_POINTS_MIN = 4
};

/* Parts of class names for what stands around a headline, in the languages that markup is written
 * in, and of those for what only screen readers say. */
static const char *const around[] = {
    "kicker",      "overline",   "over-line",   "roofline",        "roof-line",    "eyebrow",
    "topline",     "top-line",   "toptitle",    "top-title",       "dachzeile",    "spitzmarke",
    "pretitle",    "pre-title",  "preheadline", "pre-headline",    "supertitle",   "super-title",
    "suptitle",    "overtitle",  "surtitle",    "surtitre",        "sur-titre",    "antetitulo",
    "antetitol",   "volanta",    "occhiello",   "overskriftlabel", "stikktittel",  "bovenkop",
    "subtitle",    "sub-title",  "sub_title",   "subheadline",     "sub-headline", "subheading",
    "sub-heading", "undertitle", "tagline",     "label",           "badge",        "category",
    "rubric",      "rubrik",     "-flag",
};
static const char *const unseen[] = {
    "visually-hidden", "visuallyhidden", "sr-only",   "screen-reader", "offscreen",
    "off-screen",      "aural",          "invisible", "a11y-hidden",
};

static bool has_any(const char *value, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasestr(value, words[i]))
            return true;
    return false;
}

static bool is_around(const struct document *document, uint32_t node)
{
    const char *value = node_attribute(document, node, ATTRIBUTE_CLASS);
    return value &&
           (has_any(value, around, COUNT(around)) || has_any(value, unseen, COUNT(unseen)));
}

/* ":", "–", "|": nothing but what parts a kicker from its headline. */
static bool is_mark(struct span text)
{
    static const char marks[] = ":|-/\xe2\x80\x93\x94\xa2\xc2\xb7";
    if (!text.size || tidy_points(text) > MARK_POINTS_MAX)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!strchr(marks, text.data[i]))
            return false;
    return true;
}

/* Whether an element with nothing but a mark stands in `node` at its end, or right behind it. */
static bool is_marked_off(const struct document *document, uint32_t node, uint32_t end)
{
    uint32_t behind = document->nodes[node].end;
    for (uint32_t at = node + 1; at <= behind && at < end; at++)
        if (document->nodes[at].tag != TAG_TEXT && is_mark(node_text(document, at)))
            return true;
    return false;
}

const char *heading_bare(const struct document *document, uint32_t heading, struct arena *arena)
{
    const struct node *nodes = document->nodes;
    uint32_t end = nodes[heading].end;
    if (end - heading > NODES_MAX)
        return NULL;
    bool dropped = false;
    char *text = arena_alloc(arena, nodes[heading].text_end - nodes[heading].text + NODES_MAX);
    size_t size = 0;
    for (uint32_t at = heading + 1; at < end; at++) {
        struct span piece = node_text(document, at);
        bool leads = !size && nodes[at].parent == heading && nodes[at].end < end;
        if (nodes[at].tag != TAG_TEXT && piece.size &&
            (is_around(document, at) || is_mark(piece) ||
             (leads && is_marked_off(document, at, end)))) {
            dropped = true;
            at = nodes[at].end - 1;
        } else if (nodes[at].tag == TAG_TEXT && piece.size) {
            text[size++] = ' ';
            memcpy(text + size, piece.data, piece.size);
            size += piece.size;
        }
    }
    const char *line = dropped ? tidy_line(arena, (struct span){text, size}) : NULL;
    return line && tidy_points(span_of(line)) >= BARE_POINTS_MIN ? line : NULL;
}
