#include "extract/title.h"

#include <string.h>

#include "base/alloc.h"
#include "base/url.h"
#include "extract/facts.h"
#include "extract/tidy.h"

enum {
    TITLE_BYTES_MAX = 600,
    H1_MAX = 12,
    H1_NODES_MAX = 60,
    WORDS_MAX = 48,
    TITLE_POINTS_MIN = 2,
    SITE_BYTES_MAX = 80,
    SHOWN_BYTES_MIN = 8
};

/* What stands between a headline and a site's name. Only " - " and the like: a hyphen inside a
 * word is none. */
static const char *const separators[] = {
    " | ",
    " - ",
    " \xe2\x80\x93 ",
    " \xe2\x80\x94 ",
    " \xc2\xbb ",
    " \xc2\xab ",
    " :: ",
    " \xc2\xb7 ",
    " \xe2\x80\xa2 ",
    " / ",
    " < ",
    " > ",
    " \xe2\x80\xb9 ",
    " \xe2\x80\xba ",
    "\xef\xbd\x9c",
    " \xe2\x98\x85 ",
    " ~ ",
    " \\ ",
    " -- ",
    " \xe2\x80\xa6 | ",
    " * ",
    "|",
    " # ",
    " \xe2\x80\x90 ",
    " \xe2\x88\x92 ",
    " \xe2\x86\x92 ",
    " \xe2\x9d\x98 ",
};

struct candidate {
    const char *text;
    const char *folded;
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

/* ---- the site's name ---- */

/* Letters and digits of a folded text without the blanks. */
static size_t squeezed(const char *folded, char *out, size_t size)
{
    size_t length = 0;
    for (; *folded && length < size - 1; folded++)
        if (*folded != ' ')
            out[length++] = *folded;
    out[length] = '\0';
    return length;
}

/* "Deutsche Welle" of "dw". */
static bool are_initials(const char *folded, const char *label)
{
    bool begin = true;
    for (; *folded; folded++) {
        if (begin && *folded != *label++)
            return false;
        begin = *folded == ' ';
    }
    return !*label;
}

/* "www.the-paper.co.uk" and its registrable part, squeezed: what a site's name is compared with. */
static bool is_host_name(const struct facts *facts, const char *folded)
{
    char name[128], host[256], label[256];
    if (!facts->has_url || !facts->url.host.size || facts->url.host.size > 200)
        return false;
    size_t size = squeezed(folded, name, sizeof name);
    if (size < 2)
        return false;
    squeezed(tidy_folded(facts->arena, facts->url.host), host, sizeof host);
    const char *site = url_site(facts->url.host, facts->arena);
    size_t label_size = site ? strcspn(site, ".") : 0;
    squeezed(tidy_folded(facts->arena, (struct span){site ? site : "", label_size}), label,
             sizeof label);
    if (strcmp(name, label) == 0 || are_initials(folded, label))
        return true;
    size_t site_size =
        site ? squeezed(tidy_folded(facts->arena, span_of(site)), host, sizeof host) : 0;
    return (site_size && strcmp(name, host) == 0) ||
           (size >= 5 && label_size >= 5 && (strstr(label, name) || strstr(name, label)));
}

bool title_is_site(const struct facts *facts, const char *folded)
{
    if (!*folded)
        return false;
    if (facts->site_name &&
        strcmp(folded, tidy_folded(facts->arena, span_of(facts->site_name))) == 0)
        return true;
    if (facts->jsonld.publisher &&
        strcmp(folded, tidy_folded(facts->arena, span_of(facts->jsonld.publisher))) == 0)
        return true;
    return is_host_name(facts, folded);
}

/* ---- the site's name off ---- */

/* The next separator at or after `at`, the longest that fits; *size becomes its length. */
static const char *find_separator(const char *at, size_t *size)
{
    const char *best = NULL;
    for (size_t i = 0; i < COUNT(separators); i++) {
        const char *found = strstr(at, separators[i]);
        if (found && (!best || found < best || (found == best && strlen(separators[i]) > *size))) {
            best = found;
            *size = strlen(separators[i]);
        }
    }
    return best;
}

static const char *find_last_separator(const char *text, size_t *size)
{
    const char *last = NULL;
    size_t length = 0;
    for (const char *at = text; (at = find_separator(at, &length)); at += length) {
        last = at;
        *size = length;
    }
    return last;
}

/* Whether some other place of the page has this very text as a headline. */
static bool is_confirmed(const char *folded, const struct candidate *others, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (others[i].folded && *others[i].folded && strcmp(others[i].folded, folded) == 0)
            return true;
    return false;
}

/* `text` without the site's name around it. `others` are headlines found elsewhere: a part that
 * equals one is the headline. */
static const char *without_site(const struct facts *facts, const char *text,
                                const struct candidate *others, size_t count)
{
    struct arena *arena = facts->arena;
    for (unsigned rounds = 0; rounds < 4; rounds++) {
        size_t size = 0, first_size = 0;
        const char *last = find_last_separator(text, &size);
        const char *first = find_separator(text, &first_size);
        if (!last || is_confirmed(tidy_folded(arena, span_of(text)), others, count))
            return text;
        struct span head = {text, (size_t)(last - text)};
        struct span rest = span_of(first + first_size);
        const char *front = tidy_folded(arena, (struct span){text, (size_t)(first - text)});
        if (is_confirmed(tidy_folded(arena, head), others, count) ||
            (head.size && title_is_site(facts, tidy_folded(arena, span_of(last + size)))))
            text = tidy_line(arena, head);
        else if (is_confirmed(tidy_folded(arena, rest), others, count) ||
                 (rest.size && title_is_site(facts, front)))
            text = tidy_line(arena, rest);
        else
            return text;
        if (!text)
            return NULL;
    }
    return text;
}

static void strip_site(const struct facts *facts, struct candidate *candidate,
                       const struct candidate *others, size_t count)
{
    if (!candidate->text)
        return;
    const char *text = without_site(facts, candidate->text, others, count);
    if (!text || tidy_points(span_of(text)) < TITLE_POINTS_MIN || text == candidate->text)
        return;
    candidate->text = text;
    candidate->folded = tidy_folded(facts->arena, span_of(text));
}

/* Whether the page shows this text in a line of its own. */
static bool is_line(const struct document *document, struct span text)
{
    const char *at = document->text, *end = document->text + document->text_size;
    while (text.size && at < end && (at = memmem(at, (size_t)(end - at), text.data, text.size))) {
        bool begins = at == document->text || at[-1] == '\n';
        const char *behind = at + text.size;
        if (begins && (behind == end || *behind == '\n'))
            return true;
        at += text.size;
    }
    return false;
}

/* The part of <title> that the page shows as a headline without h1: the longest that is a line and
 * no name of the site. */
static bool keep_shown_part(const struct facts *facts, struct candidate *candidate)
{
    struct span best = {0};
    size_t size = 0;
    for (const char *at = candidate->text, *end; at; at = end ? end + size : NULL) {
        end = find_separator(at, &size);
        struct span part = span_trimmed(end ? (struct span){at, (size_t)(end - at)} : span_of(at));
        if (part.size > best.size && part.size >= SHOWN_BYTES_MIN &&
            is_line(facts->document, part) &&
            !title_is_site(facts, tidy_folded(facts->arena, part)))
            best = part;
    }
    if (!best.size)
        return false;
    candidate->text = tidy_line(facts->arena, best);
    candidate->folded = tidy_folded(facts->arena, best);
    return true;
}

/* The <title> of a page that confirms nothing: its longest part, where the others are short. */
static void keep_main_part(const struct facts *facts, struct candidate *candidate)
{
    size_t size = 0;
    const char *last = candidate->text ? find_last_separator(candidate->text, &size) : NULL;
    if (!last)
        return;
    struct span head = {candidate->text, (size_t)(last - candidate->text)};
    struct span tail = span_of(last + size);
    if (tidy_points(head) >= 2 * tidy_points(tail) && tidy_points(tail) <= 40) {
        candidate->text = tidy_line(facts->arena, head);
        candidate->folded = tidy_folded(facts->arena, head);
    }
}

/* ---- choosing ---- */

struct choice {
    struct candidate og, ld, prop, tag; /* og:title, JSON-LD, itemprop=headline, <title> */
    struct candidate h1s[H1_MAX];
    size_t h1s_count;
};

/* "/", "https://example.org", also behind another address as archives write it. */
static bool is_home(const char *href)
{
    const char *at = href, *found;
    while ((found = strstr(at, "://")))
        at = found + 3;
    if (at == href)
        return strcmp(href, "/") == 0;
    at += strcspn(at, "/?#");
    return !*at || strcmp(at, "/") == 0;
}

/* Whether the heading is a link to the front page: a logo. */
static bool leads_home(const struct document *document, uint32_t node)
{
    uint32_t end = document->nodes[node].end;
    for (uint32_t at = node; at < end && at - node < H1_NODES_MAX; at++)
        if (document->nodes[at].tag == TAG_A) {
            const char *href = node_attribute(document, at, ATTRIBUTE_HREF);
            return href && is_home(href);
        }
    return false;
}

const char *title_site_name(const struct facts *facts)
{
    const struct document *document = facts->document;
    const char *name = tidy_string(facts->arena, facts_meta(facts, META_SITE));
    if (!name)
        name = facts->jsonld.publisher;
    for (size_t i = 0; i < document->h1s.count && !name; i++) {
        uint32_t node = document->h1s.nodes[i];
        if (leads_home(document, node) && node_text(document, node).size <= SITE_BYTES_MAX)
            name = tidy_line(facts->arena, node_text(document, node));
    }
    return name;
}

static void collect_h1s(const struct facts *facts, struct choice *choice)
{
    const struct document *document = facts->document;
    for (size_t i = 0; i < document->h1s.count && choice->h1s_count < H1_MAX; i++) {
        uint32_t node = document->h1s.nodes[i];
        struct span text = node_text(document, node);
        if (!text.size || text.size > TITLE_BYTES_MAX)
            continue;
        struct candidate h1 = candidate_of(facts, node_line(document, node, facts->arena), "h1");
        h1.node = node;
        if (h1.text && *h1.folded && !leads_home(document, node))
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
        if (title_is_site(facts, h1->folded))
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

/* Whether og:title is the better wording: JSON-LD agrees with it, or the h1 is the same with a
 * kicker or a topic line before it. */
static bool meta_beats(const struct choice *choice, const struct candidate *h1)
{
    const struct candidate *og = &choice->og;
    if (!og->text)
        return false;
    if (strcmp(og->folded, h1->folded) == 0) /* blanks get lost between the pieces of an h1 */
        return true;
    size_t size = strlen(og->text);
    if (size > 3 && (strcmp(og->text + size - 3, "...") == 0 ||
                     strcmp(og->text + size - 3, "\xe2\x80\xa6") == 0))
        return false;
    if (choice->ld.folded && strcmp(choice->ld.folded, og->folded) == 0)
        return true;
    const char *inside = strstr(h1->folded, og->folded);
    return strlen(og->folded) * 5 >= strlen(h1->folded) * 2 && inside && inside != h1->folded;
}

static const struct candidate *keep_node(struct candidate *chosen, const struct candidate *h1)
{
    chosen->node = h1->node;
    return chosen;
}

static const struct candidate *choose(const struct facts *facts, struct choice *choice)
{
    const struct candidate *h1 = best_h1(facts, choice);
    if (h1)
        return meta_beats(choice, h1) ? keep_node(&choice->og, h1) : h1;
    if (choice->og.text)
        return &choice->og;
    if (choice->ld.text)
        return &choice->ld;
    if (choice->prop.text)
        return &choice->prop;
    if (choice->h1s_count == 1 && !title_is_site(facts, choice->h1s[0].folded))
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

const char *title_choose(struct facts *facts)
{
    struct choice choice;
    collect(facts, &choice);
    struct candidate others[H1_MAX + 2];
    size_t count = 0;
    for (size_t i = 0; i < choice.h1s_count; i++)
        if (!title_is_site(facts, choice.h1s[i].folded))
            others[count++] = choice.h1s[i];
    others[count++] = choice.ld;
    strip_site(facts, &choice.og, others, count);
    others[count++] = choice.og;
    strip_site(facts, &choice.tag, others, count);
    strip_site(facts, &choice.ld, others, count - 2);
    if (!choice.og.text && !choice.ld.text && choice.tag.text &&
        !keep_shown_part(facts, &choice.tag))
        keep_main_part(facts, &choice.tag);
    const struct candidate *chosen = choose(facts, &choice);
    if (!chosen)
        return NULL;
    facts->title = chosen->text;
    locate(facts, chosen);
    return chosen->from;
}
