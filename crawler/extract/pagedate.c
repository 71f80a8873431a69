#include "extract/pagedate.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/date_calendar.h"
#include "extract/facts.h"
#include "extract/pagedate_places.h"
#include "extract/pagedate_shown.h"

enum {
    VALUE_BYTES_MAX = 120, /* a longer attribute is no date */
    WEIGHT_WEAK = 50,      /* below, a plain date of change is better */
    WEIGHT_SHOWN = 48,     /* of a date in the text that the reader takes for the page's */
    WEIGHT_LAST = 16,      /* better than nothing */
    WEIGHT_SURE = 60,      /* from here on a candidate may lend its time of day */
};

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
    if (!slashes && !date_parse_feed(text, out) && pagedate_believable(facts, out))
        return true;
    if (datescan(&found, 1, text, 0, facts->lang, facts->now_ms)) {
        *out = found.moment;
        return true;
    }
    return slashes && !date_parse_feed(text, out);
}

/* Day and month the other way round, where that is a date too: "11/01/2023". */
static void note_swapped(const struct page_date_search *search, struct page_date *candidate)
{
    int year, month, day;
    int64_t local_ms = candidate->moment.ms + candidate->moment.zone_min * INT64_C(60000);
    calendar_civil(local_ms / DATE_DAY_MS, &year, &month, &day);
    if (day > 12 || day == month)
        return;
    int64_t apart = calendar_days(year, day, month) - calendar_days(year, month, day);
    candidate->swapped = candidate->moment;
    candidate->swapped.ms += apart * DATE_DAY_MS;
    candidate->doubtful = pagedate_believable(search->facts, &candidate->swapped);
}

static void add_value(struct page_date_search *search, const char *value, const char *from,
                      int weight, bool modified)
{
    struct moment moment;
    if (value && search->count < CANDIDATES_MAX && read_value(search->facts, value, &moment))
        pagedate_add(search, &moment, from, weight, modified);
    else
        return;
    if (strchr(value, '/') && search->count)
        note_swapped(search, &search->candidates[search->count - 1]);
}

/* ---- the head ---- */

static void search_jsonld(struct page_date_search *search)
{
    const struct jsonld *jsonld = &search->facts->jsonld;
    add_value(search, jsonld->published, "json-ld", 100, false);
    add_value(search, jsonld->created, "json-ld", 84, false);
    add_value(search, jsonld->page_published, "json-ld", 80, false);
    add_value(search, jsonld->modified, "json-ld", 100, true);
    add_value(search, jsonld->page_modified, "json-ld", 80, true);
}

static void search_metas(struct page_date_search *search)
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

/* The address that the page says it has, which may tell more than the one it was fetched from. */
static const char *own_address(const struct facts *facts)
{
    for (size_t i = 0; i < facts->document->links_count; i++)
        if (strcasecmp(facts->document->links[i].rel, "canonical") == 0)
            return facts->document->links[i].href;
    return facts_meta(facts, META_URL);
}

static void search_addresses(struct page_date_search *search)
{
    struct moment moment;
    struct found_date found;
    const struct facts *facts = search->facts;
    const char *image = facts_meta(facts, META_IMAGE), *own = own_address(facts);
    const char *texts[] = {facts->document->title, facts_meta(facts, META_DESCRIPTION)};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i] && datescan(&found, 1, span_of(texts[i]), 0, facts->lang, facts->now_ms))
            pagedate_add(search, &found.moment, "meta", 36, false);
    /* the day its image was put there, where nothing else says one */
    if (image && pagedate_in_path(span_of(image), facts->now_ms, &moment))
        pagedate_add(search, &moment, "image", WEIGHT_LAST, false);
    if (facts->has_url && pagedate_in_path(facts->url.path, facts->now_ms, &moment))
        pagedate_add(search, &moment, "url", 76, false);
    else if (own && pagedate_in_path(span_of(own), facts->now_ms, &moment))
        pagedate_add(search, &moment, "url", 58, false);
}

/* ---- places on the page ---- */

static const char *value_of(const struct facts *facts, uint32_t at)
{
    static const enum attribute_id names[] = {
        ATTRIBUTE_DATETIME,  ATTRIBUTE_CONTENT,        ATTRIBUTE_DATA_DATETIME,
        ATTRIBUTE_DATA_DATE, ATTRIBUTE_DATA_TIMESTAMP, ATTRIBUTE_DATA_PUBLISHED,
        ATTRIBUTE_DATA_TIME, ATTRIBUTE_DATA_UTIME,     ATTRIBUTE_TITLE};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = node_attribute(facts->document, at, names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

/* An element with a machine's date in an attribute: <time>, microdata, data-*. */
static void search_marked(struct page_date_search *search, const struct marked *marked)
{
    const struct facts *facts = search->facts;
    const char *value = value_of(facts, marked->node);
    uint32_t text = facts->document->nodes[marked->node].text;
    if (!value)
        return;
    bool modified =
        marked->kind == MARK_MODIFIED_PROP || pagedate_class_modified(facts, marked->node);
    bool aside = facts_marked_aside(facts, marked) || pagedate_is_quoted(facts, marked->node);
    bool published = pagedate_class_published(facts, marked->node);
    switch (marked->kind) {
    case MARK_PUBLISHED_PROP:
        add_value(search, value, "microdata", aside ? 30 : 90, false);
        break;
    case MARK_MODIFIED_PROP:
        add_value(search, value, "microdata", aside ? 30 : 90, true);
        break;
    case MARK_TIME:
        modified &= !published;
        add_value(search, value, "time-tag",
                  (aside ? 20 : 56) + facts_nearness(facts, text) + (published ? 10 : 0) +
                      (node_attribute(facts->document, marked->node, ATTRIBUTE_PUBDATE) ? 12 : 0),
                  modified);
        break;
    case MARK_DATE_CLASS:
        add_value(search, value, "time-tag",
                  (aside ? 15 : 48) + facts_nearness(facts, text) + (published ? 6 : 0),
                  modified && !published);
        break;
    default:
        break;
    }
}

/* ---- choosing ---- */

static int64_t day_of(const struct moment *moment)
{
    return (moment->ms + moment->zone_min * INT64_C(60000)) / DATE_DAY_MS;
}

/* Whether another place, whose date can be read in one way, has this day. */
static bool is_confirmed(const struct page_date_search *search, const struct moment *moment)
{
    for (size_t i = 0; i < search->count; i++)
        if (!search->candidates[i].doubtful &&
            day_of(&search->candidates[i].moment) == day_of(moment))
            return true;
    return false;
}

/* Turns dates that another place of the page knows the other way round. */
static void settle_doubts(struct page_date_search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        struct page_date *candidate = &search->candidates[i];
        if (candidate->doubtful && !is_confirmed(search, &candidate->moment) &&
            is_confirmed(search, &candidate->swapped))
            candidate->moment = candidate->swapped;
    }
}

static const struct page_date *heaviest(const struct page_date_search *search, bool modified)
{
    const struct page_date *best = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct page_date *candidate = &search->candidates[i];
        if (candidate->modified == modified && (!best || candidate->weight > best->weight))
            best = candidate;
    }
    return best;
}

/* The time or the zone that the heaviest lacks, from another candidate of the same day. */
static struct moment completed(const struct page_date_search *search, const struct page_date *best)
{
    struct moment moment = best->moment;
    const struct page_date *lender = NULL;
    for (size_t i = 0; i < search->count; i++) {
        const struct page_date *other = &search->candidates[i];
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
static void localise(const struct page_date_search *search, struct moment *moment)
{
    int64_t day = day_of(moment);
    if (!moment->has_time || !moment->has_zone || moment->zone_min)
        return;
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->candidates[i].from, "url") == 0 &&
            day_of(&search->candidates[i].moment) == day)
            return;
    for (size_t i = 0; i < search->count; i++) {
        const struct page_date *other = &search->candidates[i];
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
    struct page_date_search *search = arena_alloc(facts->arena, sizeof *search);
    search->facts = facts;
    search->count = 0;
    search->found_count = 0;
    memset(search->found_quoted, 0, sizeof search->found_quoted);
    search_jsonld(search);
    search_metas(search);
    search_addresses(search);
    for (size_t i = 0; i < facts->marked_count; i++)
        search_marked(search, &facts->marked[i]);
    const struct page_date *sure = heaviest(search, false);
    pagedate_shown(search, sure);
    settle_doubts(search);
    const struct page_date *published = heaviest(search, false);
    const struct page_date *modified = heaviest(search, true);
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
