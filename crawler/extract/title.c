#include "extract/title.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/facts.h"
#include "extract/heading.h"
#include "extract/site_name.h"
#include "extract/tidy.h"
#include "extract/title_parts.h"

enum {
    TITLE_BYTES_MAX = 600,
    H1_MAX = 12,
    WORDS_MAX = 48,
    LONE_WORDS_MIN = 3 /* of a headline that nothing else on the page confirms */
};

struct candidate {
    const char *text;
    const char *folded;
    const char *bare, *bare_folded; /* of an h1 without its kicker, or NULL */
    const char *from;
    uint32_t node;
};

static struct candidate candidate_of(const struct facts *facts, const char *text, const char *from)
{
    struct candidate made = {.from = from, .node = DOCUMENT_NONE};
    if (text && strlen(text) <= TITLE_BYTES_MAX) {
        made.text = tidy_string(facts->arena, text);
        made.folded = made.text ? tidy_folded(facts->arena, span_of(made.text)) : NULL;
    }
    return made;
}

/* ---- likeness ---- */

static size_t split_words(const char *folded, struct span words[WORDS_MAX])
{
    size_t count = 0;
    while (*folded && count < WORDS_MAX) {
        size_t size = strcspn(folded, " ");
        words[count++] = (struct span){folded, size};
        folded += size + (folded[size] == ' ');
    }
    return count;
}

/* The share of the shorter one's words that the other has too; 1 where one holds the other. */
static double likeness(const char *a, const char *b)
{
    struct span left[WORDS_MAX], right[WORDS_MAX];
    if (!*a || !*b)
        return 0;
    if (strcmp(a, b) == 0)
        return 1;
    const char *longer = strlen(a) > strlen(b) ? a : b, *shorter = longer == a ? b : a;
    if (strlen(shorter) >= 12 && strstr(longer, shorter))
        return 1;
    size_t count = split_words(shorter, left), others = split_words(longer, right), shared = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < others; k++)
            if (left[i].size == right[k].size &&
                memcmp(left[i].data, right[k].data, left[i].size) == 0) {
                right[k].size = 0;
                shared++;
                break;
            }
    return (double)shared / (double)(count < 3 ? 3 : count);
}

/* ---- choosing ---- */

struct choice {
    struct candidate og, ld, prop, tag; /* og:title, JSON-LD, itemprop=headline, <title> */
    struct candidate whole_tag;         /* <title> with the site's name */
    struct candidate h1s[H1_MAX];
    size_t h1s_count;
};

static void collect_h1s(const struct facts *facts, struct choice *choice)
{
    const struct document *document = facts->document;
    for (size_t i = 0; i < document->h1s.count && choice->h1s_count < H1_MAX; i++) {
        uint32_t node = document->h1s.nodes[i];
        struct span text = node_text(document, node);
        if (!text.size || text.size > TITLE_BYTES_MAX)
            continue;
        struct candidate h1 = candidate_of(facts, node_line(document, node, facts->arena), "h1");
        if (!h1.text || !*h1.folded || site_name_links(document, node))
            continue;
        h1.node = node;
        h1.bare = heading_bare(document, node, facts->arena);
        if (h1.bare)
            h1.bare_folded = tidy_folded(facts->arena, span_of(h1.bare));
        choice->h1s[choice->h1s_count++] = h1;
    }
}

static void collect(const struct facts *facts, struct choice *choice)
{
    const struct document *document = facts->document;
    *choice = (struct choice){
        .og = candidate_of(facts, facts_meta(facts, META_TITLE), "meta"),
        .ld = candidate_of(facts, facts->jsonld.headline, "json-ld"),
        .tag = candidate_of(facts, document->title, "title-tag"),
    };
    choice->whole_tag = choice->tag;
    collect_h1s(facts, choice);
    for (size_t i = 0; i < facts->marked_count && !choice->prop.text; i++) {
        const struct marked *marked = &facts->marked[i];
        const char *content = node_attribute(document, marked->node, ATTRIBUTE_CONTENT);
        if (marked->kind != MARK_HEADLINE || marked->aside ||
            node_text(document, marked->node).size > TITLE_BYTES_MAX)
            continue;
        choice->prop =
            candidate_of(facts, content ? content : node_line(document, marked->node, facts->arena),
                         "microdata");
        choice->prop.node = content ? DOCUMENT_NONE : marked->node;
    }
}

static double most_like(const struct candidate *h1, const struct choice *choice)
{
    const struct candidate *others[] = {&choice->og, &choice->ld, &choice->tag, &choice->prop};
    double best = 0;
    for (size_t i = 0; i < COUNT(others); i++) {
        double like = others[i]->folded ? likeness(h1->folded, others[i]->folded) : 0;
        best = like > best ? like : best;
    }
    return best;
}

/* The h1 that the rest of the page agrees with, or NULL. */
static const struct candidate *best_h1(const struct facts *facts, const struct choice *choice)
{
    const struct candidate *best = NULL;
    double best_like = 0;
    for (size_t i = 0; i < choice->h1s_count; i++) {
        const struct candidate *h1 = &choice->h1s[i];
        double like = most_like(h1, choice);
        if (site_name_is(facts, h1->folded))
            like *= 0.2;
        if (facts->document->nodes[h1->node].flags & NODE_HIDDEN)
            like *= 0.8;
        like += 0.001 * (double)strlen(h1->folded) / TITLE_BYTES_MAX;
        if (like > best_like) {
            best_like = like;
            best = h1;
        }
    }
    return best_like >= 0.5 ? best : NULL;
}

static bool same(const struct candidate *candidate, const char *folded)
{
    return candidate->folded && strcmp(candidate->folded, folded) == 0;
}

/* Cut off, by whoever shortened it for a stream of posts. */
static bool is_cut(const char *text)
{
    size_t size = strlen(text);
    return size > 3 &&
           (strcmp(text + size - 3, "...") == 0 || strcmp(text + size - 3, "\xe2\x80\xa6") == 0);
}

/* Whether og:title is the better wording: JSON-LD agrees with it and <title> not with the h1, or
 * the h1 is the same with a kicker or a topic line before it. */
static bool meta_beats(const struct choice *choice, const struct candidate *h1)
{
    const struct candidate *og = &choice->og;
    if (!og->text)
        return false;
    if (same(og, h1->folded)) /* blanks get lost between the pieces of an h1 */
        return true;
    if (is_cut(og->text))
        return false;
    if (same(&choice->ld, og->folded) && !same(&choice->tag, h1->folded))
        return true;
    const char *inside = strstr(h1->folded, og->folded);
    return strlen(og->folded) * 5 >= strlen(h1->folded) * 2 && inside && inside != h1->folded;
}

static const struct candidate *keep_node(struct candidate *chosen, const struct candidate *h1)
{
    chosen->node = h1->node;
    return chosen;
}

static bool declares_article(const struct facts *facts)
{
    const char *type = facts_meta(facts, META_TYPE);
    return facts->jsonld.has_article || (type && strcasecmp(type, "article") == 0);
}

/* The only h1 of a page that is worded like nothing else there, where og:title says what the page
 * is for search engines rather than what an article is called. Not the site's name, which <title>
 * has beside the headline, and not the word or two that name a section. */
static const struct candidate *lone_h1(const struct facts *facts, const struct choice *choice)
{
    const struct candidate *h1 = &choice->h1s[0];
    struct span words[WORDS_MAX];
    for (size_t i = 1; i < choice->h1s_count; i++)
        if (!same(&choice->h1s[i], h1->folded))
            return NULL;
    if (!choice->h1s_count || site_name_is(facts, h1->folded) ||
        (facts->document->nodes[h1->node].flags & NODE_HIDDEN) ||
        (choice->whole_tag.folded && strstr(choice->whole_tag.folded, h1->folded)) ||
        split_words(h1->folded, words) < LONE_WORDS_MIN)
        return NULL;
    return h1;
}

static const struct candidate *choose(const struct facts *facts, struct choice *choice)
{
    const struct candidate *h1 = best_h1(facts, choice);
    if (h1)
        return meta_beats(choice, h1) ? keep_node(&choice->og, h1) : h1;
    if (!declares_article(facts) && (h1 = lone_h1(facts, choice)))
        return h1;
    if (choice->og.text)
        return &choice->og;
    if (choice->ld.text)
        return &choice->ld;
    if (choice->prop.text)
        return &choice->prop;
    if (choice->h1s_count == 1 && !site_name_is(facts, choice->h1s[0].folded))
        return &choice->h1s[0];
    return choice->tag.text ? &choice->tag : choice->h1s_count ? &choice->h1s[0] : NULL;
}

/* Where the title stands on the page when no h1 shows it. */
static void locate(struct facts *facts, const struct candidate *chosen)
{
    const struct document *document = facts->document;
    facts->title_node = chosen->node;
    if (chosen->node != DOCUMENT_NONE) {
        facts->title_text = document->nodes[chosen->node].text;
        return;
    }
    for (size_t i = 0; i < facts->marked_count; i++) {
        const struct marked *marked = &facts->marked[i];
        const struct node *node = &document->nodes[marked->node];
        if (marked->kind == MARK_TITLE_CLASS && node->text_end - node->text < TITLE_BYTES_MAX &&
            strcmp(tidy_folded(facts->arena, node_text(document, marked->node)), chosen->folded) ==
                0) {
            facts->title_node = marked->node;
            facts->title_text = node->text;
            return;
        }
    }
    const char *found = document->text_size ? memmem(document->text, document->text_size,
                                                     chosen->text, strlen(chosen->text))
                                            : NULL;
    if (found)
        facts->title_text = (uint32_t)(found - document->text);
}

static void add_headline(struct headlines *headlines, const char *folded)
{
    if (folded && headlines->count < HEADLINES_MAX)
        headlines->folded[headlines->count++] = folded;
}

static void set_text(const struct facts *facts, struct candidate *candidate, const char *text)
{
    if (!text || text == candidate->text)
        return;
    candidate->text = text;
    candidate->folded = tidy_folded(facts->arena, span_of(text));
}

static void strip_site(const struct facts *facts, struct candidate *candidate,
                       const struct headlines *others)
{
    if (candidate->text)
        set_text(facts, candidate, title_without_site(facts, candidate->text, others));
}

/* Takes the site's name off og:title, JSON-LD's headline and <title>. */
static void strip_sites(const struct facts *facts, struct choice *choice)
{
    struct headlines others = {.count = 0};
    for (size_t i = 0; i < choice->h1s_count; i++)
        if (!site_name_is(facts, choice->h1s[i].folded)) {
            add_headline(&others, choice->h1s[i].folded);
            add_headline(&others, choice->h1s[i].bare_folded);
        }
    strip_site(facts, &choice->ld, &others);
    add_headline(&others, choice->ld.folded);
    strip_site(facts, &choice->og, &others);
    add_headline(&others, choice->og.folded);
    strip_site(facts, &choice->tag, &others);
}

/* Drops an og:title that ends where <title> goes on with a quotation mark: the mark ended the
 * attribute. */
static void drop_unquoted(struct choice *choice)
{
    const char *og = choice->og.text, *tag = choice->tag.text;
    size_t size = og ? strlen(og) : 0;
    if (!size || !tag || strncmp(og, tag, size) != 0)
        return;
    tag += size + (tag[size] == ' ');
    if (*tag == '"' || *tag == '\'')
        choice->og = (struct candidate){.from = choice->og.from, .node = DOCUMENT_NONE};
}

/* Takes kickers off the h1s, unless og:title or JSON-LD have them too and neither is without. */
static void bare_h1s(struct choice *choice)
{
    for (size_t i = 0; i < choice->h1s_count; i++) {
        struct candidate *h1 = &choice->h1s[i];
        if (!h1->bare)
            continue;
        bool bare = same(&choice->og, h1->bare_folded) || same(&choice->ld, h1->bare_folded);
        if (!bare && (same(&choice->og, h1->folded) || same(&choice->ld, h1->folded)))
            continue;
        h1->text = h1->bare;
        h1->folded = h1->bare_folded;
    }
}

const char *title_choose(struct facts *facts)
{
    struct choice choice;
    collect(facts, &choice);
    drop_unquoted(&choice);
    strip_sites(facts, &choice);
    bare_h1s(&choice);
    if (!choice.og.text && !choice.ld.text && choice.tag.text) {
        const char *shown = title_shown_part(facts, choice.tag.text);
        set_text(facts, &choice.tag, shown ? shown : title_main_part(facts, choice.tag.text));
    }
    const struct candidate *chosen = choose(facts, &choice);
    if (!chosen)
        return NULL;
    facts->title = chosen->text;
    locate(facts, chosen);
    return chosen->from;
}
