#include "extract/pagedate.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/date_calendar.h"
#include "extract/datescan.h"
#include "extract/facts.h"

enum {
    CANDIDATES_MAX = 160,
    FOUND_MAX = 80,        /* dates of the visible text that are looked at */
    CLASS_BYTES_MAX = 400, /* a longer class says everything, and so nothing */
    VALUE_BYTES_MAX = 120, /* a longer attribute is no date */
    LINE_BYTES_MAX = 110,  /* a longer line is prose that mentions a date */
    WEIGHT_WEAK = 50,      /* below, a plain date of change is better */
    SHOWN_BEFORE = 300,    /* bytes of text around the title where a page shows its date */
    SHOWN_BEHIND = 800,
    WEIGHT_SETTLED = 90, /* no visible text outweighs it */
    WEIGHT_SHOWN = 48,   /* of a date in the text that the reader takes for the page's */
    WEIGHT_LAST = 16,    /* better than nothing */
    WEIGHT_SURE = 60,    /* from here on a candidate may lend its time of day */
    DAY_SLACK_MS = 14 * 60 * 60 * 1000 /* today in the farthest zone */
};

/* The first page of the web, and so the first date of one. */
static const int64_t FIRST_MS = INT64_C(660000000000); /* December 1990 */

struct candidate {
    struct moment moment;
    struct moment swapped; /* "11/01/2023" the other way round; doubtful */
    bool doubtful;
    const char *from;
    int weight;
    bool modified;
};

struct search {
    const struct facts *facts;
    struct candidate candidates[CANDIDATES_MAX];
    size_t count;
    struct found_date found[FOUND_MAX]; /* in the visible text, in order */
    int found_weight[FOUND_MAX];
    size_t found_count;
};

static bool believable(const struct facts *facts, const struct moment *moment)
{
    return moment->ms >= FIRST_MS && moment->ms <= facts->now_ms + DAY_SLACK_MS;
}

static void add(struct search *search, const struct moment *moment, const char *from, int weight,
                bool modified)
{
    if (!believable(search->facts, moment) || search->count == CANDIDATES_MAX)
        return;
    search->candidates[search->count++] =
        (struct candidate){.moment = *moment, .from = from, .weight = weight, .modified = modified};
}

/* Seconds or milliseconds since 1970, as scripts write them into attributes. */
static bool read_epoch(struct span text, struct moment *out)
{
    int64_t value = 0;
    if (text.size != 10 && text.size != 13)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + text.data[i] - '0';
    }
    *out = (struct moment){
        .ms = text.size == 10 ? value * 1000 : value, .has_time = true, .has_zone = true};
    return true;
}

/* A date as machines write it, or people in a place meant for machines. */
static bool read_value(const struct facts *facts, const char *value, struct moment *out)
{
    struct span text = span_trimmed(span_of(value));
    struct found_date found;
    if (!text.size || text.size > VALUE_BYTES_MAX)
        return false;
    if (read_epoch(text, out))
        return true;
    bool slashes = memchr(text.data, '/', text.size); /* day or month first: the language tells */
    if (!slashes && !date_parse_feed(text, out) && believable(facts, out))
        return true;
    if (datescan(&found, 1, text, 0, facts->lang, facts->now_ms)) {
        *out = found.moment;
        return true;
    }
    return slashes && !date_parse_feed(text, out);
}

/* Day and month the other way round, where that is a date too: "11/01/2023". */
static void note_swapped(const struct search *search, struct candidate *candidate)
{
    int year, month, day;
    int64_t local_ms = candidate->moment.ms + candidate->moment.zone_min * INT64_C(60000);
    calendar_civil(local_ms / DATE_DAY_MS, &year, &month, &day);
    if (day > 12 || day == month)
        return;
    int64_t apart = calendar_days(year, day, month) - calendar_days(year, month, day);
    candidate->swapped = candidate->moment;
    candidate->swapped.ms += apart * DATE_DAY_MS;
    candidate->doubtful = believable(search->facts, &candidate->swapped);
}

static void add_value(struct search *search, const char *value, const char *from, int weight,
                      bool modified)
{
    struct moment moment;
    if (value && search->count < CANDIDATES_MAX && read_value(search->facts, value, &moment))
        add(search, &moment, from, weight, modified);
    else
        return;
    if (strchr(value, '/') && search->count)
        note_swapped(search, &search->candidates[search->count - 1]);
}

/* ---- the head ---- */

static void search_jsonld(struct search *search)
{
    const struct jsonld *jsonld = &search->facts->jsonld;
    add_value(search, jsonld->published, "json-ld", 100, false);
    add_value(search, jsonld->created, "json-ld", 84, false);
    add_value(search, jsonld->page_published, "json-ld", 80, false);
    add_value(search, jsonld->modified, "json-ld", 100, true);
    add_value(search, jsonld->page_modified, "json-ld", 80, true);
}

static void search_metas(struct search *search)
{
    for (size_t i = 0; i < search->facts->metas_count; i++) {
        const struct meta_fact *meta = &search->facts->metas[i];
        int rank = meta->rank;
        if (meta->key == META_PUBLISHED)
            add_value(search, meta->content, "meta", 96 - rank, false);
        else if (meta->key == META_CREATED)
            add_value(search, meta->content, "meta", 86 - rank, false);
        else if (meta->key == META_DATE)
            add_value(search, meta->content, "meta", 66 - rank, false);
        else if (meta->key == META_MODIFIED)
            add_value(search, meta->content, "meta", 96 - rank, true);
    }
}

/* ---- the URL, and what stands beside it in result lists ---- */

static void search_addresses(struct search *search)
{
    struct moment moment;
    struct found_date found;
    const struct facts *facts = search->facts;
    const char *image = facts_meta(facts, META_IMAGE);
    const char *texts[] = {facts->document->title, facts_meta(facts, META_DESCRIPTION)};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i] && datescan(&found, 1, span_of(texts[i]), 0, facts->lang, facts->now_ms))
            add(search, &found.moment, "meta", 36, false);
    /* the day its image was put there, where nothing else says one */
    if (image && pagedate_in_path(span_of(image), facts->now_ms, &moment))
        add(search, &moment, "image", WEIGHT_LAST, false);
    if (facts->has_url && pagedate_in_path(facts->url.path, facts->now_ms, &moment))
        add(search, &moment, "url", 76, false);
}

/* ---- places on the page ---- */

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

static const char *value_of(const struct facts *facts, uint32_t at)
{
    static const enum attribute_id names[] = {ATTRIBUTE_DATETIME,       ATTRIBUTE_CONTENT,
                                              ATTRIBUTE_DATA_DATETIME,  ATTRIBUTE_DATA_DATE,
                                              ATTRIBUTE_DATA_TIMESTAMP, ATTRIBUTE_DATA_PUBLISHED,
                                              ATTRIBUTE_DATA_TIME,      ATTRIBUTE_TITLE};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = node_attribute(facts->document, at, names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

/* An element with a machine's date in an attribute: <time>, microdata, data-*. */
static void search_marked(struct search *search, const struct marked *marked)
{
    const struct facts *facts = search->facts;
    const char *value = value_of(facts, marked->node);
    uint32_t text = facts->document->nodes[marked->node].text;
    if (!value)
        return;
    bool modified = marked->kind == MARK_MODIFIED_PROP ||
                    classes_hold(facts, marked->node, modified_classes, COUNT(modified_classes));
    bool published = classes_hold(facts, marked->node, published_classes, COUNT(published_classes));
    switch (marked->kind) {
    case MARK_PUBLISHED_PROP:
        add_value(search, value, "microdata", facts_marked_aside(facts, marked) ? 30 : 90, false);
        break;
    case MARK_MODIFIED_PROP:
        add_value(search, value, "microdata", facts_marked_aside(facts, marked) ? 30 : 90, true);
        break;
    case MARK_TIME:
        modified &= !published;
        add_value(search, value, "time-tag",
                  (facts_marked_aside(facts, marked) ? 20 : 56) + facts_nearness(facts, text) +
                      (published ? 10 : 0) +
                      (node_attribute(facts->document, marked->node, ATTRIBUTE_PUBDATE) ? 12 : 0),
                  modified);
        break;
    case MARK_DATE_CLASS:
        add_value(search, value, "time-tag",
                  (facts_marked_aside(facts, marked) ? 15 : 48) + facts_nearness(facts, text) +
                      (published ? 6 : 0),
                  modified && !published);
        break;
    default:
        break;
    }
}

/* ---- the visible text ---- */

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
};

static void read_line(struct small_line *out, const struct document *document,
                      const struct found_date *found)
{
    struct span line = line_around(document, found->from, found->to);
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

static void weigh_found(struct search *search, size_t i)
{
    const struct facts *facts = search->facts;
    const struct found_date *found = &search->found[i];
    struct small_line line;
    read_line(&line, facts->document, found);
    int near = facts_nearness(facts, found->from);
    int weight = 30 + near;
    if (facts_aside(facts, found->from))
        weight -= 22;
    if (line.size > LINE_BYTES_MAX)
        weight -= 16;
    else if (line.size < 40)
        weight += 6;
    bool published = line_says(&line, published_words, COUNT(published_words));
    bool modified = line_says(&line, modified_words, COUNT(modified_words));
    if (line_says(&line, foreign_words, COUNT(foreign_words)))
        weight -= 14;
    if (published && line.size <= LINE_BYTES_MAX)
        weight += 12;
    search->found_weight[i] = weight;
    add(search, &found->moment, "text", weight, modified && !published);
}

/* A date in an element whose class says so is worth more. */
static void weigh_marked_text(struct search *search, const struct marked *marked)
{
    const struct facts *facts = search->facts;
    const struct node *node = &facts->document->nodes[marked->node];
    if (node->text_end - node->text > 2 * LINE_BYTES_MAX)
        return;
    bool modified = marked->kind == MARK_MODIFIED_PROP ||
                    classes_hold(facts, marked->node, modified_classes, COUNT(modified_classes));
    int plus = marked->kind == MARK_PUBLISHED_PROP ? 40
               : marked->kind == MARK_TIME         ? 18
                                                   : 6 + marked->score;
    for (size_t i = 0; i < search->found_count; i++) {
        const struct found_date *found = &search->found[i];
        if (found->from < node->text || found->to > node->text_end)
            continue;
        add(search, &found->moment, "text", search->found_weight[i] + plus, modified);
        return;
    }
}

/* Looks at the text from `from` on, at most `size` bytes. */
static void search_text(struct search *search, uint32_t from, size_t size)
{
    const struct facts *facts = search->facts;
    const struct document *document = facts->document;
    size_t end = document->text_size - from > size ? from + size : document->text_size;
    search->found_count = datescan(search->found, FOUND_MAX, (struct span){document->text, end},
                                   from, facts->lang, facts->now_ms);
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

/* All of the text where the head does not settle the day; the lines around the title where it does
 * in UTC, for the day that the page shows to its readers. */
static void search_visible(struct search *search, const struct candidate *sure)
{
    uint32_t title = search->facts->title_text;
    if (!sure || sure->weight < WEIGHT_SETTLED || !sure->moment.has_time)
        search_text(search, 0, SIZE_MAX);
    else if (sure->moment.has_zone && !sure->moment.zone_min && title != UINT32_MAX)
        search_text(search, title > SHOWN_BEFORE ? title - SHOWN_BEFORE : 0,
                    SHOWN_BEFORE + SHOWN_BEHIND);
}

/* ---- choosing ---- */

static int64_t day_of(const struct moment *moment)
{
    return (moment->ms + moment->zone_min * INT64_C(60000)) / DATE_DAY_MS;
}

/* Whether another place, whose date can be read in one way, has this day. */
static bool is_confirmed(const struct search *search, const struct moment *moment)
{
    for (size_t i = 0; i < search->count; i++)
        if (!search->candidates[i].doubtful &&
            day_of(&search->candidates[i].moment) == day_of(moment))
            return true;
    return false;
}

/* Turns dates that another place of the page knows the other way round. */
static void settle_doubts(struct search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        struct candidate *candidate = &search->candidates[i];
        if (candidate->doubtful && !is_confirmed(search, &candidate->moment) &&
            is_confirmed(search, &candidate->swapped))
            candidate->moment = candidate->swapped;
    }
}

static const struct candidate *heaviest(const struct search *search, bool modified)
{
    const struct candidate *best = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct candidate *candidate = &search->candidates[i];
        if (candidate->modified == modified && (!best || candidate->weight > best->weight))
            best = candidate;
    }
    return best;
}

/* The time or the zone that the heaviest lacks, from another candidate of the same day. */
static struct moment completed(const struct search *search, const struct candidate *best)
{
    struct moment moment = best->moment;
    const struct candidate *lender = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct candidate *other = &search->candidates[i];
        if (other == best || other->modified || other->weight < WEIGHT_SURE ||
            day_of(&other->moment) != day_of(&moment) || !other->moment.has_time)
            continue;
        bool better = !moment.has_time || (!moment.has_zone && other->moment.has_zone);
        if (better && (!lender || other->weight > lender->weight))
            lender = other;
    }
    return lender ? lender->moment : moment;
}

/* Where 22:00 or 23:00 in UTC, by summer and winter, is the readers' midnight: a moment at just
 * that time is a bare day that a program wrote down as one. */
static bool is_midnight_there(const struct facts *facts, const struct moment *moment)
{
    static const char *const langs[] = {"de", "fr", "it", "es", "nl", "da", "no", "sv", "pl",
                                        "cs", "sk", "hu", "sl", "hr", "ca", "sq", "lb", "mt"};
    int64_t in_day_ms = moment->ms % DATE_DAY_MS, hour_ms = 60 * 60 * 1000;
    bool european = false;
    for (size_t i = 0; i < COUNT(langs); i++)
        european |= facts->lang && strncmp(facts->lang, langs[i], 2) == 0;
    return european && (in_day_ms == 22 * hour_ms || in_day_ms == 23 * hour_ms);
}

/* A moment in UTC whose page shows another day, in its address or near the title: an editor's zone
 * lies between. The nearest full hour that puts the moment into that day stands for it. */
static void localise(const struct search *search, struct moment *moment)
{
    int64_t day = day_of(moment);
    if (!moment->has_time || !moment->has_zone || moment->zone_min)
        return;
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->candidates[i].from, "url") == 0 &&
            day_of(&search->candidates[i].moment) == day)
            return;
    for (size_t i = 0; i < search->count; i++) {
        const struct candidate *other = &search->candidates[i];
        bool says_day = strcmp(other->from, "url") == 0 ||
                        (strcmp(other->from, "text") == 0 && other->weight >= WEIGHT_SHOWN);
        int64_t shown = day_of(&other->moment);
        if (!says_day || other->modified || (other->moment.has_zone && other->moment.has_time) ||
            (shown != day - 1 && shown != day + 1))
            continue;
        int64_t into_ms = moment->ms - day * DATE_DAY_MS;
        int64_t hour_ms = 60 * 60 * 1000;
        int64_t hours = shown < day ? -(into_ms / hour_ms + 1)
                                    : (DATE_DAY_MS - into_ms + hour_ms - 1) / hour_ms;
        if (hours >= -11 && hours <= 13)
            moment->zone_min = (int)hours * 60;
        return;
    }
    if (is_midnight_there(search->facts, moment))
        moment->zone_min = moment->ms % DATE_DAY_MS == 22 * (int64_t)60 * 60 * 1000 ? 120 : 60;
}

void pagedate_find(struct page_dates *out, const struct facts *facts)
{
    *out = (struct page_dates){0};
    struct search *search = arena_alloc(facts->arena, sizeof *search);
    search->facts = facts;
    search->count = 0;
    search->found_count = 0;
    search_jsonld(search);
    search_metas(search);
    search_addresses(search);
    for (size_t i = 0; i < facts->marked_count; i++)
        search_marked(search, &facts->marked[i]);
    const struct candidate *sure = heaviest(search, false);
    search_visible(search, sure);
    settle_doubts(search);
    const struct candidate *published = heaviest(search, false);
    const struct candidate *modified = heaviest(search, true);
    if (modified && (!published || published->weight < WEIGHT_WEAK))
        published = modified;
    if (published) {
        out->has_published = true;
        out->published = completed(search, published);
        localise(search, &out->published);
        out->published_from = published->from;
    }
    if (modified) {
        out->has_modified = true;
        out->modified = modified->moment;
    }
}
