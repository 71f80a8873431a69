#include "extract/facts.h"

#include <string.h>
#include <strings.h>
#include <xxhash.h>

#include "base/alloc.h"
#include "extract/facts_meta.h"

/* How surely a word says that an element is about something else. */
enum { SOFT = 1, HARD = 2 };

enum {
    WORD_SIZE = 24,
    MARKED_MAX = 4000,
    ASIDES_MAX = 4000,
    HEAD_BEFORE = 300, /* bytes of text around the title that are the article's head */
    HEAD_BEHIND = 500,
    NEAR_BEFORE = 400, /* bytes of text around the title */
    NEAR_BEHIND = 1000,
    FAR_BEHIND = 4000
};

/* ---- words of a class or id ---- */

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

size_t facts_next_word(const char **at, char *word, size_t size)
{
    const char *c = *at;
    size_t length = 0;
    while (*c && !is_small(*c) && !is_capital(*c))
        c++;
    for (; is_small(*c) || is_capital(*c); c++) {
        if (is_capital(*c) && length && is_small(c[-1]))
            break;
        if (length < size - 1)
            word[length++] = (char)(*c | 0x20);
    }
    word[length] = '\0';
    *at = c;
    return length;
}

/* What single words in a class or id mean. */
enum word_meaning { WORD_AUTHOR, WORD_DATE, WORD_ASIDE, WORD_TITLE, WORD_PAYWALL, WORD_MEANINGS };

static const struct class_word {
    const char *word;
    enum word_meaning meaning;
    uint8_t score;
} class_words[] = {
    {"author", WORD_AUTHOR, 6},
    {"authors", WORD_AUTHOR, 6},
    {"byline", WORD_AUTHOR, 8},
    {"bylines", WORD_AUTHOR, 8},
    {"autor", WORD_AUTHOR, 6},
    {"autoren", WORD_AUTHOR, 6},
    {"autorin", WORD_AUTHOR, 6},
    {"auteur", WORD_AUTHOR, 6},
    {"auteurs", WORD_AUTHOR, 6},
    {"autore", WORD_AUTHOR, 6},
    {"autori", WORD_AUTHOR, 6},
    {"autores", WORD_AUTHOR, 6},
    {"firma", WORD_AUTHOR, 4},
    {"redakteur", WORD_AUTHOR, 5},
    {"verfasser", WORD_AUTHOR, 6},
    {"writer", WORD_AUTHOR, 5},
    {"writers", WORD_AUTHOR, 5},
    {"reporter", WORD_AUTHOR, 5},
    {"journalist", WORD_AUTHOR, 5},
    {"vcard", WORD_AUTHOR, 3},
    {"contributor", WORD_AUTHOR, 4},
    {"contributors", WORD_AUTHOR, 4},
    {"creator", WORD_AUTHOR, 3},
    {"signature", WORD_AUTHOR, 3},
    {"submitted", WORD_AUTHOR, 3},
    {"postauthor", WORD_AUTHOR, 6},
    {"authorname", WORD_AUTHOR, 8},
    {"articleauthor", WORD_AUTHOR, 7},
    {"bylineauthor", WORD_AUTHOR, 8},
    {"yazar", WORD_AUTHOR, 5},
    {"redactor", WORD_AUTHOR, 5},
    {"skribent", WORD_AUTHOR, 5},
    {"forfatter", WORD_AUTHOR, 5},
    {"kirjoittaja", WORD_AUTHOR, 5},
    {"penulis", WORD_AUTHOR, 5},
    {"date", WORD_DATE, 6},
    {"dates", WORD_DATE, 5},
    {"datum", WORD_DATE, 6},
    {"fecha", WORD_DATE, 6},
    {"data", WORD_DATE, 1},
    {"datetime", WORD_DATE, 6},
    {"dateline", WORD_DATE, 6},
    {"published", WORD_DATE, 7},
    {"publish", WORD_DATE, 5},
    {"pubdate", WORD_DATE, 8},
    {"publishdate", WORD_DATE, 8},
    {"publication", WORD_DATE, 4},
    {"time", WORD_DATE, 4},
    {"timestamp", WORD_DATE, 6},
    {"posted", WORD_DATE, 5},
    {"dt", WORD_DATE, 2},
    {"dtstart", WORD_DATE, 1},
    {"tarih", WORD_DATE, 6},
    {"dato", WORD_DATE, 6},
    {"meta", WORD_DATE, 1},
    {"created", WORD_DATE, 4},
    {"postdate", WORD_DATE, 7},
    {"pubtime", WORD_DATE, 7},
    {"pvm", WORD_DATE, 5},
    {"related", WORD_ASIDE, HARD},
    {"comment", WORD_ASIDE, HARD},
    {"comments", WORD_ASIDE, HARD},
    {"commentlist", WORD_ASIDE, HARD},
    {"sidebar", WORD_ASIDE, HARD},
    {"recommended", WORD_ASIDE, HARD},
    {"recommendations", WORD_ASIDE, HARD},
    {"popular", WORD_ASIDE, HARD},
    {"trending", WORD_ASIDE, HARD},
    {"teaser", WORD_ASIDE, SOFT},
    {"teasers", WORD_ASIDE, SOFT},
    {"newsletter", WORD_ASIDE, HARD},
    {"carousel", WORD_ASIDE, HARD},
    {"disqus", WORD_ASIDE, HARD},
    {"respond", WORD_ASIDE, HARD},
    {"replies", WORD_ASIDE, HARD},
    {"mostread", WORD_ASIDE, HARD},
    {"latest", WORD_ASIDE, HARD},
    {"similar", WORD_ASIDE, HARD},
    {"verwandt", WORD_ASIDE, HARD},
    {"kommentare", WORD_ASIDE, HARD},
    {"kommentar", WORD_ASIDE, HARD},
    {"comentarios", WORD_ASIDE, HARD},
    {"commentaires", WORD_ASIDE, HARD},
    {"relacionadas", WORD_ASIDE, HARD},
    {"cookie", WORD_ASIDE, HARD},
    {"consent", WORD_ASIDE, HARD},
    {"nav", WORD_ASIDE, HARD},
    {"navigation", WORD_ASIDE, HARD},
    {"menu", WORD_ASIDE, HARD},
    {"breaking", WORD_ASIDE, HARD},
    {"ticker", WORD_ASIDE, HARD},
    {"promo", WORD_ASIDE, HARD},
    {"advert", WORD_ASIDE, HARD},
    {"headline", WORD_TITLE, 3},
    {"title", WORD_TITLE, 2},
    {"titel", WORD_TITLE, 2},
    {"titre", WORD_TITLE, 2},
    {"titulo", WORD_TITLE, 2},
    {"titolo", WORD_TITLE, 2},
    {"paywall", WORD_PAYWALL, 1},
    {"piano", WORD_PAYWALL, 1},
};

/* Open addressing over the table above: classes have thousands of words, so each costs one look. */
enum { SLOTS = 512 };

/* Class names come again and again: their words are looked up once. */
enum { CACHE_ROWS = 256 };

struct cached_value {
    uint64_t hash;
    uint8_t scores[WORD_MEANINGS]; /* the best of each meaning and 1; 0: none */
    bool used;
};

struct gatherer {
    struct facts *facts;
    struct cached_value cache[CACHE_ROWS];
    uint8_t slots[SLOTS]; /* index into class_words + 1; 0: free */
    uint32_t aside_end;   /* nodes before it stand in what is about something else */
    uint32_t article_end; /* nodes before it stand in an <article> */
};

static unsigned slot_of(const char *word)
{
    unsigned hash = 5381;
    for (; *word; word++)
        hash = hash * 33 + (unsigned char)*word;
    return (hash ^ hash >> 9) % SLOTS;
}

static void index_words(struct gatherer *gatherer)
{
    for (size_t i = 0; i < COUNT(class_words); i++) {
        unsigned slot = slot_of(class_words[i].word);
        while (gatherer->slots[slot])
            slot = (slot + 1) % SLOTS;
        gatherer->slots[slot] = (uint8_t)(i + 1);
    }
}

static const struct class_word *find_word(const struct gatherer *gatherer, const char *word)
{
    unsigned slot = slot_of(word);
    for (; gatherer->slots[slot]; slot = (slot + 1) % SLOTS) {
        const struct class_word *row = &class_words[gatherer->slots[slot] - 1];
        if (strcmp(row->word, word) == 0)
            return row;
    }
    return NULL;
}

/* "widget" alone names a box of the sidebar; some page builders put it into every class. */
static bool is_widget(const char *value)
{
    for (const char *at = value; (at = strstr(at, "widget")); at += 6)
        if ((at == value || at[-1] == ' ') && (at[6] == ' ' || !at[6]))
            return true;
    return false;
}

/* The best score of each meaning among the words of a class or id. */
static void read_words(const struct gatherer *gatherer, const char *value, bool is_class,
                       uint8_t scores[])
{
    char word[WORD_SIZE];
    if (is_class && is_widget(value))
        scores[WORD_ASIDE] = HARD + 1;
    for (const char *at = value; facts_next_word(&at, word, sizeof word);) {
        const struct class_word *row = find_word(gatherer, word);
        if (row && scores[row->meaning] < row->score + 1)
            scores[row->meaning] = (uint8_t)(row->score + 1);
    }
}

/* Raises the scores to those of a value. */
static void take_words(struct gatherer *gatherer, const char *value, bool is_class,
                       uint8_t scores[])
{
    uint64_t hash = XXH3_64bits_withSeed(value, strlen(value), is_class);
    struct cached_value *row = &gatherer->cache[hash % CACHE_ROWS];
    if (!row->used || row->hash != hash) {
        *row = (struct cached_value){.hash = hash, .used = true};
        read_words(gatherer, value, is_class, row->scores);
    }
    for (unsigned i = 0; i < WORD_MEANINGS; i++)
        if (scores[i] < row->scores[i])
            scores[i] = row->scores[i];
}

/* ---- the pass over the tree ---- */

static void mark(struct gatherer *gatherer, uint32_t node, enum mark kind, uint8_t score)
{
    struct facts *facts = gatherer->facts;
    if (facts->marked_count == MARKED_MAX)
        return;
    facts->marked = arena_room(facts->arena, facts->marked, facts->marked_count,
                               &facts->marked_capacity, sizeof *facts->marked);
    facts->marked[facts->marked_count++] = (struct marked){
        .node = node,
        .kind = (uint8_t)kind,
        .aside = node < gatherer->aside_end,
        .score = score,
    };
}

static void mark_itemprop(struct gatherer *gatherer, uint32_t node, const char *value)
{
    static const struct {
        const char *name;
        enum mark kind;
    } names[] = {
        {"author", MARK_AUTHOR_PROP},           {"creator", MARK_AUTHOR_PROP},
        {"datepublished", MARK_PUBLISHED_PROP}, {"datecreated", MARK_PUBLISHED_PROP},
        {"datemodified", MARK_MODIFIED_PROP},   {"headline", MARK_HEADLINE},
    };
    for (const char *at = value; *at;) {
        size_t size = strcspn(at, " \t\n");
        for (size_t i = 0; i < COUNT(names); i++)
            if (strlen(names[i].name) == size && strncasecmp(at, names[i].name, size) == 0)
                mark(gatherer, node, names[i].kind, 9);
        at += size;
        at += strspn(at, " \t\n");
    }
}

/* Notes that a node and all in it is about something else. One that holds half of the page's text
 * is no such thing, whatever its class ("with-sidebar"). */
static void open_aside(struct gatherer *gatherer, uint32_t at, bool soft)
{
    struct facts *facts = gatherer->facts;
    const struct node *node = &facts->document->nodes[at];
    if (at < gatherer->aside_end || facts->asides_count == ASIDES_MAX ||
        (node->text_end - node->text) * (uint64_t)2 > facts->document->text_size)
        return;
    gatherer->aside_end = node->end;
    if (node->text_end <= node->text)
        return;
    facts->asides = arena_room(facts->arena, facts->asides, facts->asides_count,
                               &facts->asides_capacity, sizeof *facts->asides);
    facts->asides[facts->asides_count++] = (struct text_range){node->text, node->text_end, soft};
}

static bool can_be_aside(const struct gatherer *gatherer, uint32_t at)
{
    switch (gatherer->facts->document->nodes[at].tag) {
    case TAG_HTML:
    case TAG_BODY:
    case TAG_MAIN:
    case TAG_H1:
    case TAG_TIME:
        return false;
    default:
        return true;
    }
}

static void note_tag(struct gatherer *gatherer, uint32_t at)
{
    struct facts *facts = gatherer->facts;
    switch (facts->document->nodes[at].tag) {
    case TAG_ARTICLE:
        if (at >= gatherer->article_end)
            gatherer->article_end = facts->document->nodes[at].end;
        /* fall through */
    case TAG_MAIN:
        if (facts->article == DOCUMENT_NONE)
            facts->article = at;
        break;
    case TAG_TIME:
        mark(gatherer, at, MARK_TIME, 5);
        break;
    case TAG_FOOTER:
        if (at >= gatherer->article_end)
            open_aside(gatherer, at, false);
        break;
    case TAG_NAV:
    case TAG_ASIDE:
        open_aside(gatherer, at, false);
        break;
    default:
        break;
    }
}

static void note_attributes(struct gatherer *gatherer, uint32_t at)
{
    const struct document *document = gatherer->facts->document;
    const struct node *node = &document->nodes[at];
    uint8_t scores[WORD_MEANINGS] = {0};
    for (unsigned i = 0; i < node->attributes_count; i++) {
        const struct attribute *attribute = &document->attributes[node->attributes + i];
        switch (attribute->id) {
        case ATTRIBUTE_CLASS:
        case ATTRIBUTE_ID:
        case ATTRIBUTE_DATA_TESTID:
        case ATTRIBUTE_DATA_COMPONENT:
            take_words(gatherer, attribute->value, attribute->id == ATTRIBUTE_CLASS, scores);
            break;
        case ATTRIBUTE_ITEMPROP:
        case ATTRIBUTE_PROPERTY:
            if (node->tag != TAG_META || !node_attribute(document, at, ATTRIBUTE_CONTENT))
                mark_itemprop(gatherer, at, attribute->value);
            break;
        case ATTRIBUTE_DATETIME: /* of <relative-time> and its like */
            if (node->tag == TAG_CUSTOM)
                mark(gatherer, at, MARK_TIME, 5);
            break;
        case ATTRIBUTE_DATA_UTIME: /* seconds since 1970 */
            mark(gatherer, at, MARK_TIME, 5);
            break;
        case ATTRIBUTE_REL:
            if (strcasestr(attribute->value, "author") && node->tag != TAG_LINK)
                mark(gatherer, at, MARK_AUTHOR_PROP, 7);
            break;
        default:
            break;
        }
    }
    if (scores[WORD_ASIDE] && can_be_aside(gatherer, at))
        open_aside(gatherer, at, scores[WORD_ASIDE] == SOFT + 1);
    if (scores[WORD_AUTHOR])
        mark(gatherer, at, MARK_AUTHOR_CLASS, scores[WORD_AUTHOR]);
    if (scores[WORD_DATE])
        mark(gatherer, at, MARK_DATE_CLASS, scores[WORD_DATE]);
    if (scores[WORD_TITLE])
        mark(gatherer, at, MARK_TITLE_CLASS, scores[WORD_TITLE]);
    if (scores[WORD_PAYWALL])
        mark(gatherer, at, MARK_PAYWALL, 1);
}

static void gather_nodes(struct gatherer *gatherer)
{
    const struct document *document = gatherer->facts->document;
    for (uint32_t at = 0; at < document->nodes_count; at++) {
        const struct node *node = &document->nodes[at];
        if (node->tag == TAG_TEXT || node->tag == TAG_LINK)
            continue;
        note_tag(gatherer, at);
        if (node->attributes_count)
            note_attributes(gatherer, at);
    }
}

static void gather_metas(struct facts *facts)
{
    const struct document *document = facts->document;
    facts->metas = arena_alloc(facts->arena, (document->metas_count + 1) * sizeof *facts->metas);
    for (size_t i = 0; i < document->metas_count; i++) {
        const struct meta *meta = &document->metas[i];
        struct meta_fact fact = {.content = meta->content};
        if (!*meta->content || !facts_meta_named(meta->name, &fact.key, &fact.rank))
            continue;
        if (meta->is_itemprop && fact.key == META_SITE)
            continue;
        facts->metas[facts->metas_count++] = fact;
    }
}

void facts_gather(struct facts *out, struct arena *arena, const struct document *document,
                  const char *url, int64_t now_ms)
{
    *out = (struct facts){
        .arena = arena,
        .document = document,
        .now_ms = now_ms,
        .article = DOCUMENT_NONE,
        .title_node = DOCUMENT_NONE,
        .title_text = UINT32_MAX,
    };
    out->has_url = url && !url_parse(&out->url, arena, span_of(url), NULL, NULL);
    gather_metas(out);
    jsonld_read(&out->jsonld, arena, document->json_ld, document->json_ld_count,
                out->has_url ? out->url.path : (struct span){"", 0});
    struct gatherer *gatherer = arena_alloc_zeroed(arena, sizeof *gatherer);
    gatherer->facts = out;
    index_words(gatherer);
    gather_nodes(gatherer);
}

const char *facts_meta(const struct facts *facts, enum meta_key key)
{
    const struct meta_fact *best = NULL;
    for (size_t i = 0; i < facts->metas_count; i++) {
        const struct meta_fact *fact = &facts->metas[i];
        if (fact->key == key && (!best || fact->rank < best->rank))
            best = fact;
    }
    return best ? best->content : NULL;
}

bool facts_aside(const struct facts *facts, uint32_t text)
{
    size_t low = 0, high = facts->asides_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (facts->asides[middle].to <= text)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == facts->asides_count || facts->asides[low].from > text)
        return false;
    const struct text_range *range = &facts->asides[low];
    uint32_t title = facts->title_text;
    if (range->from <= title && title < range->to) /* a page's frame: id=sidebar around it all */
        return false;
    return !range->soft || title == UINT32_MAX || range->from + HEAD_BEFORE < title ||
           range->from > title + HEAD_BEHIND;
}

bool facts_marked_aside(const struct facts *facts, const struct marked *marked)
{
    const struct node *node = &facts->document->nodes[marked->node];
    return marked->aside && (node->text_end == node->text || facts_aside(facts, node->text));
}

int facts_nearness(const struct facts *facts, uint32_t text)
{
    uint32_t title = facts->title_text;
    if (title == UINT32_MAX)
        return text < NEAR_BEHIND ? 6 : 0;
    if (text >= title)
        return text - title < NEAR_BEHIND ? 14 : text - title < FAR_BEHIND ? 5 : 0;
    return title - text < NEAR_BEFORE ? 10 : 0;
}
