#include "extract/pagedate_shown.h"

#include <string.h>

#include "base/alloc.h"
#include "extract/facts.h"

enum {
    LINE_BYTES_MAX = 110,    /* a longer line is prose that mentions a date */
    DATELINE_BYTES_MAX = 30, /* before a date that prose begins with: "(Berlin, 3 May 2024)" */
    SHOWN_BEFORE = 300,      /* bytes of text around the title where a page shows its date */
    SHOWN_BEHIND = 800,
    WEIGHT_SETTLED = 90 /* no visible text outweighs it */
};

/* Words that say what a date in their line is. */
static const char *const published_words[] = {
    "publi",
    "posted",
    "post\xc3\xa9",
    "ver\xc3\xb6"
    "ffentlicht",
    "erstellt",
    "geschrieben",
    "datum",
    "date",
    "fecha",
    "written",
    "erschien",
    "gepostet",
    "\xd0\xbe\xd0\xbf\xd1\x83\xd0\xb1\xd0\xbb",
    "yay\xc4\xb1n",
    "diterbitkan",
    "geplaatst",
    "opublik",
    "submitted",
    "created",
    "\xe5\x85\xac\xe9\x96\x8b",
    "\xe5\x8f\x91\xe5\xb8\x83",
    "\xe5\x8f\x91\xe8\xa1\xa8",
    "julkais",
    "k\xc3\xb6zz\xc3\xa9t",
    "pubblicat",
    "eingestellt",
    "entry",
    "blog",
};
static const char *const modified_words[] = {
    "updated",
    "update:",
    "modifi",
    "aktualisiert",
    "ge\xc3\xa4ndert",
    "actualiz",
    "mis \xc3\xa0 jour",
    "aggiornat",
    "bijgewerkt",
    "g\xc3\xbcncel",
    "diperbarui",
    "\xd0\xbe\xd0\xb1\xd0\xbd\xd0\xbe\xd0\xb2",
    "oppdatert",
    "opdateret",
    "uppdater",
    "p\xc3\xa4ivitet",
    "atualizad",
    "last edit",
    "stand:",
    "bearbeitet",
    "\xe6\x9b\xb4\xe6\x96\xb0",
    "aktualizov",
    "zaktualiz",
    "last change",
};
static const char *const foreign_words[] = {
    "\xc2\xa9",      "copyright", "(c) ",     "all rights", "geboren", "born",
    "abgerufen",     "retrieved", "accessed", "registr",    "joined",  "mitglied seit",
    "member since",  "seit ",     "since ",   "bis ",       "until ",  "expires",
    "g\xc3\xbcltig", "foto",      "photo",    "image:",     "bild:",
};

/* The line that holds an offset of the text. */
static struct span line_around(const struct document *document, uint32_t from, uint32_t to)
{
    const char *text = document->text;
    uint32_t begin = from, end = to;
    while (begin && text[begin - 1] != '\n' && from - begin < 2 * LINE_BYTES_MAX)
        begin--;
    while (end < document->text_size && text[end] != '\n' && end - to < 2 * LINE_BYTES_MAX)
        end++;
    return (struct span){text + begin, end - begin};
}

/* A line in small ASCII letters, for line_says(). */
struct small_line {
    char text[5 * LINE_BYTES_MAX + 1];
    size_t size;
    size_t date_at; /* how many bytes stand before the date */
};

static void read_line(struct small_line *out, const struct document *document,
                      const struct found_date *found)
{
    struct span line = line_around(document, found->from, found->to);
    out->date_at = (size_t)(document->text + found->from - line.data);
    out->size = line.size < sizeof out->text - 1 ? line.size : sizeof out->text - 1;
    for (size_t i = 0; i < out->size; i++)
        out->text[i] =
            (char)(line.data[i] >= 'A' && line.data[i] <= 'Z' ? line.data[i] + 32 : line.data[i]);
    out->text[out->size] = '\0';
}

static bool line_says(const struct small_line *line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(line->text, words[i]))
            return true;
    return false;
}

static void weigh_found(struct page_date_search *search, size_t i)
{
    const struct facts *facts = search->facts;
    const struct found_date *found = &search->found[i];
    struct small_line line;
    read_line(&line, facts->document, found);
    int near = facts_nearness(facts, found->from);
    int weight = 30 + near;
    if (facts_aside(facts, found->from) || search->found_quoted[i])
        weight -= 22;
    if (line.size > LINE_BYTES_MAX)
        weight -= line.date_at < DATELINE_BYTES_MAX ? 8 : 16;
    else if (line.size < 40)
        weight += 6;
    if (found->moment.has_time)
        weight += 4;
    bool published = line_says(&line, published_words, COUNT(published_words));
    bool modified = line_says(&line, modified_words, COUNT(modified_words));
    if (line_says(&line, foreign_words, COUNT(foreign_words)))
        weight -= 14;
    if (published && line.size <= LINE_BYTES_MAX)
        weight += 12;
    search->found_weight[i] = weight;
    pagedate_add(search, &found->moment, "text", weight, modified && !published);
}

/* A date in an element whose class says so is worth more. */
static void weigh_marked_text(struct page_date_search *search, const struct marked *marked)
{
    const struct facts *facts = search->facts;
    const struct node *node = &facts->document->nodes[marked->node];
    if (node->text_end - node->text > 2 * LINE_BYTES_MAX)
        return;
    bool modified =
        marked->kind == MARK_MODIFIED_PROP || pagedate_class_modified(facts, marked->node);
    int plus = marked->kind == MARK_PUBLISHED_PROP ? 40
               : marked->kind == MARK_TIME         ? 18
                                                   : 6 + marked->score;
    for (size_t i = 0; i < search->found_count; i++) {
        const struct found_date *found = &search->found[i];
        if (found->from < node->text || found->to > node->text_end || search->found_quoted[i])
            continue;
        pagedate_add(search, &found->moment, "text", search->found_weight[i] + plus, modified);
        return;
    }
}

/* Marks the dates that stand in quotations: posts of social networks have their own. */
static void mark_quoted(struct page_date_search *search)
{
    const struct document *document = search->facts->document;
    for (size_t at = 0; at < document->nodes_count; at++) {
        const struct node *node = &document->nodes[at];
        if (node->tag != TAG_BLOCKQUOTE)
            continue;
        for (size_t i = 0; i < search->found_count; i++)
            search->found_quoted[i] |=
                search->found[i].from >= node->text && search->found[i].from < node->text_end;
        at = node->end - 1;
    }
}

/* As scan_text(), of a text that writes its figures in another script. */
static size_t scan_foreign(struct page_date_search *search, struct span text, uint32_t from)
{
    const struct facts *facts = search->facts;
    char *ascii = arena_alloc(facts->arena, text.size);
    uint32_t *places = arena_alloc(facts->arena, (text.size + 1) * sizeof *places);
    size_t size = datescan_ascii(ascii, places, text);
    places[size] = (uint32_t)text.size;
    size_t count = datescan(search->found, FOUND_MAX, (struct span){ascii, size}, 0, facts->lang,
                            facts->now_ms);
    for (size_t i = 0; i < count; i++) {
        search->found[i].from = from + places[search->found[i].from];
        search->found[i].to = from + places[search->found[i].to];
    }
    return count;
}

static size_t scan_text(struct page_date_search *search, uint32_t from, size_t end)
{
    const struct facts *facts = search->facts;
    struct span text = {facts->document->text, end};
    struct span part = {text.data + from, end - from};
    size_t count = datescan(search->found, FOUND_MAX, text, from, facts->lang, facts->now_ms);
    return count || !datescan_is_foreign(part) ? count : scan_foreign(search, part, from);
}

/* Looks at the text from `from` on, at most `size` bytes. */
static void search_text(struct page_date_search *search, uint32_t from, size_t size)
{
    const struct facts *facts = search->facts;
    const struct document *document = facts->document;
    size_t end = document->text_size - from > size ? from + size : document->text_size;
    search->found_count = scan_text(search, from, end);
    if (search->found_count)
        mark_quoted(search);
    for (size_t i = 0; i < search->found_count; i++)
        weigh_found(search, i);
    for (size_t i = 0; i < facts->marked_count; i++) {
        uint8_t kind = facts->marked[i].kind;
        if (!facts_marked_aside(facts, &facts->marked[i]) &&
            (kind == MARK_PUBLISHED_PROP || kind == MARK_TIME || kind == MARK_DATE_CLASS ||
             kind == MARK_MODIFIED_PROP))
            weigh_marked_text(search, &facts->marked[i]);
    }
}

void pagedate_shown(struct page_date_search *search, const struct page_date *sure)
{
    uint32_t title = search->facts->title_text;
    if (!sure || sure->weight < WEIGHT_SETTLED || !sure->moment.has_time)
        search_text(search, 0, SIZE_MAX);
    else if (sure->moment.has_zone && !sure->moment.zone_min && title != UINT32_MAX)
        search_text(search, title > SHOWN_BEFORE ? title - SHOWN_BEFORE : 0,
                    SHOWN_BEFORE + SHOWN_BEHIND);
}
