#include "extract/authors.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/authors_places.h"
#include "extract/facts.h"
#include "extract/names_east.h"
#include "extract/site_name.h"
#include "extract/tidy.h"

enum {
    BYLINE_BYTES_MAX = 400, /* a longer element is no byline */
    BYLINE_NODES_MAX = 200,
    METAS_MAX = 60, /* looked at for authors */
    LINE_BYTES_MAX = 130,
    LINES_MAX = 6,       /* of one element */
    CLUSTER_BYTES = 160, /* between the elements that name several authors */
    TEXT_BEFORE = 300,   /* around the title, where bylines stand */
    WEIGHT_SITE = 56,    /* percent left of the weight of a name that is the site's */
    WEIGHT_LOGIN = 24,   /* less for a name that one signs in with */
    WEIGHT_DESK = 26,    /* less for a desk */
    WEIGHT_WORD = 10,    /* less for a single word */
    WEIGHT_MARKED = 70   /* what no line of text outweighs */
};

/* "jane.doe", "jdoe": what somebody signs in with, where others show the name. */
static bool is_login(const char *name)
{
    for (; *name; name++)
        if (*name == ' ' || (*name >= 'A' && *name <= 'Z') || (*name & 0x80))
            return false;
    return true;
}

/* "Staff", "Redaktion", "Newsroom": nobody in particular. */
static bool is_desk(const char *folded)
{
    static const char *const words[] = {"staff",    "redaktion", "newsroom", "redaction",
                                        "desk",     "editors",   "team",     "redacci\xc3\xb3n",
                                        "redazione"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (strstr(folded, words[i]))
            return true;
    return false;
}

static bool all_site(const struct facts *facts, const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (!site_name_is(facts, names->folded[i]))
            return false;
    return true;
}

/* Takes `names` as the answer so far where they outweigh it. */
static void offer(struct place_names *best, const struct facts *facts, const struct names *names,
                  int weight, const char *from)
{
    if (!names->count)
        return;
    if (all_site(facts, names))
        weight = weight * WEIGHT_SITE / 100;
    else if (names->count == 1 && is_desk(names->folded[0]))
        weight -= WEIGHT_DESK;
    else if (names->count == 1 && is_login(names->items[0]))
        weight -= WEIGHT_LOGIN;
    else if (names->count == 1 && !strchr(names->items[0], ' '))
        weight -= WEIGHT_WORD;
    if (weight <= best->weight)
        return;
    best->names = *names;
    best->weight = weight;
    best->from = from;
}

/* ---- the head ---- */

/* A publisher's name may have commas in it. */
static void add_given(struct names *names, const struct facts *facts, const char *name)
{
    const char *folded = tidy_folded(facts->arena, span_of(name));
    if (site_name_is(facts, folded) && names->count < NAMES_MAX) {
        names->folded[names->count] = folded;
        names->items[names->count++] = name;
        return;
    }
    names_add(names, facts->arena, span_of(name), NULL, NAMES_GIVEN);
}

static void offer_jsonld(struct place_names *best, const struct facts *facts)
{
    struct names names = {.count = 0};
    for (size_t i = 0; i < facts->jsonld.authors_count; i++)
        add_given(&names, facts, facts->jsonld.authors[i]);
    offer(best, facts, &names, 100, "json-ld");
}

/* "The Herald, Hamburg, Germany" is an address: its first part. Else all of it. */
static struct span without_address(const struct facts *facts, struct span content)
{
    const char *comma = memchr(content.data, ',', content.size);
    struct span name = {content.data, comma ? (size_t)(comma - content.data) : content.size};
    bool parts = comma && memchr(comma + 1, ',', content.size - name.size - 1);
    return parts && site_name_is(facts, tidy_folded(facts->arena, name)) ? name : content;
}

static void offer_metas(struct place_names *best, const struct facts *facts)
{
    for (uint8_t rank = 0; rank <= 4; rank++) {
        struct names names = {.count = 0};
        unsigned looked = 0;
        for (size_t i = 0; i < facts->metas_count; i++)
            if (facts->metas[i].key == META_AUTHOR && facts->metas[i].rank == rank &&
                looked++ < METAS_MAX)
                names_add(&names, facts->arena,
                          without_address(facts, span_of(facts->metas[i].content)),
                          facts->site_name, NAMES_GIVEN);
        offer(best, facts, &names, 84 - rank, "meta");
    }
}

/* ---- elements ---- */

/* The text of an element, a line for each piece where pieces touch without a blank: "Jane Doe" and
 * "3 May" in two elements side by side. Returns its size. */
static size_t gather_lines(const struct facts *facts, uint32_t node, char *out, size_t size_max)
{
    const struct document *document = facts->document;
    size_t size = 0;
    for (uint32_t at = node; at < document->nodes[node].end; at++) {
        const struct node *piece = &document->nodes[at];
        if (piece->tag != TAG_TEXT || piece->text_end <= piece->text)
            continue;
        const char *text = document->text + piece->text;
        size_t length = piece->text_end - piece->text;
        if (size + length + 1 >= size_max)
            break;
        char before = piece->text ? text[-1] : ' ';
        if (size && before == '\n')
            out[size++] = '\n';
        else if (size && before == ' ' && out[size - 1] != ' ')
            out[size++] = ' ';
        else if (size && before >= 'a' && before <= 'z' &&
                 ((*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9')))
            out[size++] = '\n';
        memcpy(out + size, text, length);
        size += length;
    }
    return size;
}

/* The names in an element's lines: the first line with any, and those behind it that are names. */
static void read_lines(const struct facts *facts, uint32_t node, struct names *names)
{
    char gathered[BYLINE_BYTES_MAX * 2];
    struct span text = {gathered, gather_lines(facts, node, gathered, sizeof gathered)};
    unsigned lines = 0;
    while (text.size && lines++ < LINES_MAX) {
        const char *end = memchr(text.data, '\n', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;
        struct span line = span_trimmed((struct span){text.data, size});
        text.data += size + (end != NULL);
        text.size -= size + (end != NULL);
        if (!line.size || names_byword(line, NULL) == line.size)
            continue;
        enum names_trust trust = names->count ? NAMES_PROSE : NAMES_SHOWN;
        if (line.size > LINE_BYTES_MAX ||
            !names_add(names, facts->arena, line, facts->site_name, trust))
            return;
    }
}

static const char *const author_paths[] = {
    "author",     "authors",     "autor",        "autoren",    "auteur",      "auteurs",
    "autore",     "autori",      "autores",      "profile",    "profil",      "writer",
    "writers",    "staff",       "by",           "journalist", "journalists", "journalisten",
    "redaktion",  "contributor", "contributors", "people",     "reporter",    "person",
    "redakteure", "columnist",   "columnists",   "yazar",      "yazarlar",    "firma",
    "firmas",     "users",
};

/* Whether a link leads to somebody's page: "/author/jane-doe". */
static bool leads_to_author(const char *href)
{
    for (const char *at = strchr(href, '/'); at; at = strchr(at + 1, '/')) {
        size_t size = strcspn(at + 1, "/?#");
        if (size < 2 || size > 12 || at[1 + size] != '/' || !at[2 + size] || at[2 + size] == '?')
            continue;
        for (size_t i = 0; i < COUNT(author_paths); i++)
            if (strlen(author_paths[i]) == size && strncasecmp(author_paths[i], at + 1, size) == 0)
                return true;
    }
    return false;
}

/* A group of elements of one kind, close to each other, that name several authors. */
struct cluster {
    struct names names;
    uint32_t end; /* of its last element's text */
    int weight;
    int kind;
};

static void flush(struct place_names *best, const struct facts *facts, struct cluster *cluster,
                  const char *from)
{
    offer(best, facts, &cluster->names, cluster->weight, from);
    *cluster = (struct cluster){.kind = -1};
}

/* The next element with names: joins the cluster, or ends it and begins another. */
static void take_element(struct place_names *best, const struct facts *facts,
                         struct cluster *cluster, uint32_t node, int kind, int weight,
                         const char *from)
{
    const struct node *at = &facts->document->nodes[node];
    bool joins = cluster->names.count && cluster->kind == kind && at->text >= cluster->end &&
                 at->text - cluster->end < CLUSTER_BYTES;
    if (at->text_end <= at->text || at->text_end - at->text > BYLINE_BYTES_MAX ||
        at->end - node > BYLINE_NODES_MAX)
        return;
    struct names names = {.count = 0};
    if (joins)
        names = cluster->names;
    read_lines(facts, node, &names);
    if (!names.count || (joins && names.count == cluster->names.count))
        return;
    if (!joins) {
        flush(best, facts, cluster, from);
        cluster->kind = kind;
        cluster->weight = weight + facts_nearness(facts, at->text);
    }
    cluster->names = names;
    cluster->end = at->text_end;
}

static bool announces(const struct facts *facts, uint32_t node)
{
    return names_byword(node_text(facts->document, node), NULL) > 0;
}

static void offer_marked(struct place_names *best, const struct facts *facts, enum mark kind)
{
    struct cluster cluster = {.kind = -1};
    const char *from = kind == MARK_AUTHOR_PROP ? "microdata" : "byline";
    for (size_t i = 0; i < facts->marked_count; i++) {
        const struct marked *marked = &facts->marked[i];
        if (marked->kind != kind || facts_marked_aside(facts, marked))
            continue;
        const char *content = node_attribute(facts->document, marked->node, ATTRIBUTE_CONTENT);
        int weight = kind == MARK_AUTHOR_PROP ? 70 : 46 + marked->score;
        if (kind == MARK_AUTHOR_CLASS && announces(facts, marked->node))
            weight += 10;
        if (kind == MARK_AUTHOR_PROP && content && *content) {
            struct names names = {.count = 0};
            names_add(&names, facts->arena, span_of(content), facts->site_name, NAMES_GIVEN);
            offer(best, facts, &names, weight, from);
            continue;
        }
        take_element(best, facts, &cluster, marked->node, kind, weight, from);
    }
    flush(best, facts, &cluster, from);
}

static void offer_links(struct place_names *best, const struct facts *facts)
{
    const struct node_list *anchors = &facts->document->anchors;
    struct cluster cluster = {.kind = -1};
    for (size_t i = 0; i < anchors->count; i++) {
        uint32_t node = anchors->nodes[i];
        const char *href = node_attribute(facts->document, node, ATTRIBUTE_HREF);
        uint32_t text = facts->document->nodes[node].text;
        if (!facts_nearness(facts, text) || !href || !leads_to_author(href) ||
            facts_aside(facts, text))
            continue;
        take_element(best, facts, &cluster, node, MARK_KINDS, 56, "byline");
    }
    flush(best, facts, &cluster, "byline");
}

/* ---- lines of text ---- */

/* "Posted on 3 May 2024 by Jane Doe", "3. Mai 2024 von Max Muster": the name at the end. */
static struct span behind_inner_byword(struct span line)
{
    static const char *const inner[] = {" by ",   " By ",  " von ", " par ", " por ",
                                        " door ", " Von ", " av ",  " af ",  " di "};
    bool figures = false;
    for (size_t i = 0; i < line.size; i++)
        figures |= line.data[i] >= '0' && line.data[i] <= '9';
    for (size_t i = 0; figures && i < COUNT(inner); i++) {
        size_t size = strlen(inner[i]);
        const char *found = memmem(line.data, line.size, inner[i], size);
        if (found)
            return (struct span){found + size, (size_t)(line.data + line.size - found) - size};
    }
    return (struct span){line.data, 0};
}

/* Whether the page uses the words for something else than a name: in its title, as a section. */
static bool is_taken(const struct facts *facts, const char *folded)
{
    const char *section = facts_meta(facts, META_SECTION);
    const char *title = facts->title ? facts->title : "";
    return strstr(tidy_folded(facts->arena, span_of(title)), folded) ||
           (section && strcmp(tidy_folded(facts->arena, span_of(section)), folded) == 0);
}

/* "04.02.2022 | 13:10 Uhr | Jane Doe": a name between marks in a line with a date. */
static void read_dated_line(const struct facts *facts, struct span line, struct names *names)
{
    static const char *const marks[] = {" | ",  " - ",        " \xe2\x80\x93 ",
                                        " // ", " \xc2\xb7 ", " \xe2\x80\xa2 "};
    unsigned figures = 0;
    for (size_t i = 0; i < line.size; i++)
        figures += line.data[i] >= '0' && line.data[i] <= '9';
    for (size_t i = 0; figures >= 5 && i < COUNT(marks); i++) {
        size_t size = strlen(marks[i]);
        struct span rest = line;
        if (!memmem(line.data, line.size, marks[i], size))
            continue;
        while (rest.size && !names->count) {
            const char *next = memmem(rest.data, rest.size, marks[i], size);
            size_t part = next ? (size_t)(next - rest.data) : rest.size;
            names_add(names, facts->arena, (struct span){rest.data, part}, NULL, NAMES_PROSE);
            if (names->count && is_taken(facts, names->folded[0]))
                names->count = 0;
            size_t step = next ? part + size : rest.size;
            rest = (struct span){rest.data + step, rest.size - step};
        }
        return;
    }
}

/* "记者获悉，老桥将保留。": a sentence may begin with the word for a reporter. */
static bool is_east_sentence(struct span line)
{
    return memmem(line.data, line.size, "。", 3) || memmem(line.data, line.size, "，", 3);
}

static void offer_line(struct place_names *best, const struct facts *facts, struct span line,
                       uint32_t text)
{
    bool plain;
    struct names names = {.count = 0};
    if (is_east_sentence(line))
        return;
    size_t byword = names_byword(line, &plain);
    struct span rest = {line.data + byword, line.size - byword};
    int near = facts_nearness(facts, text);
    if (!byword && near >= 10 && names_east_reporter(line).size) {
        rest = names_east_reporter(line);
    } else if (!byword) {
        rest = near >= 10 ? behind_inner_byword(line) : rest;
        plain = true;
    }
    if (rest.size && (rest.data != line.data || rest.size != line.size))
        names_add(&names, facts->arena, rest, facts->site_name, NAMES_PROSE);
    else if (near >= 10)
        read_dated_line(facts, line, &names);
    offer(best, facts, &names, (plain ? 44 : 50) + near, "text");
}

/* "Von:" with the name in the next line: both. */
static struct span with_next(const struct document *document, struct span line)
{
    const char *end = document->text + document->text_size, *from = line.data + line.size;
    if (!line.size || line.size > LINE_BYTES_MAX || names_byword(line, NULL) != line.size)
        return line;
    while (from < end && (*from == '\n' || *from == ' '))
        from++;
    const char *stop = memchr(from, '\n', (size_t)(end - from));
    if (stop)
        line.size = (size_t)(stop - line.data);
    return line;
}

static void offer_text(struct place_names *best, const struct facts *facts)
{
    const struct document *document = facts->document;
    uint32_t title = facts->title_text == UINT32_MAX ? 0 : facts->title_text;
    uint32_t near_from = title > TEXT_BEFORE ? title - TEXT_BEFORE : 0;
    for (uint32_t at = 0; at < document->text_size;) {
        const char *line = document->text + at;
        const char *end = memchr(line, '\n', document->text_size - at);
        uint32_t size = end ? (uint32_t)(end - line) : (uint32_t)document->text_size - at;
        struct span text = with_next(document, span_trimmed((struct span){line, size}));
        if (text.size >= 6 && text.size <= LINE_BYTES_MAX && at >= near_from &&
            !facts_aside(facts, at))
            offer_line(best, facts, text, at);
        at += size + 1;
    }
}

void authors_find(struct authors *out, const struct facts *facts)
{
    struct place_names *places = arena_alloc_zeroed(facts->arena, PLACES * sizeof *places);
    struct place_names *shown = &places[PLACE_SHOWN];
    offer_jsonld(&places[PLACE_JSON_LD], facts);
    offer_metas(&places[PLACE_META], facts);
    if (places_unsettled(places)) {
        offer_marked(shown, facts, MARK_AUTHOR_PROP);
        offer_marked(shown, facts, MARK_AUTHOR_CLASS);
        offer_links(shown, facts);
        const struct place_names *heaviest = places_heaviest(places);
        if (!heaviest || heaviest->weight < WEIGHT_MARKED)
            offer_text(shown, facts);
    }
    const struct place_names *best = places_choose(places);
    *out = (struct authors){0};
    if (!best)
        return;
    out->names = arena_alloc(facts->arena, best->names.count * sizeof *out->names);
    memcpy(out->names, best->names.items, best->names.count * sizeof *out->names);
    out->count = best->names.count;
    out->from = best->from;
}
