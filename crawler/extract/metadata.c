#include "extract/metadata.h"

#include "extract/article.h"
#include "extract/authors.h"
#include "extract/details.h"
#include "extract/document.h"
#include "extract/facts.h"
#include "extract/language.h"
#include "extract/pagedate.h"
#include "extract/site_name.h"
#include "extract/title.h"

static int zone_of(const struct moment *moment)
{
    return moment->has_zone ? moment->zone_min : ZONE_NONE;
}

static void take_dates(struct article_record *article, const struct facts *facts)
{
    struct page_dates dates;
    pagedate_find(&dates, facts);
    if (dates.has_published) {
        article->published_ms = dates.published.ms;
        article->published_has_time = dates.published.has_time;
        article->published_zone_min = zone_of(&dates.published);
        article->published_from = dates.published_from;
    }
    if (dates.has_modified) {
        article->modified_ms = dates.modified.ms;
        article->modified_has_time = dates.modified.has_time;
        article->modified_zone_min = zone_of(&dates.modified);
    }
}

static void take_authors(struct article_record *article, const struct facts *facts)
{
    struct authors authors;
    authors_find(&authors, facts);
    article->authors = authors.names;
    article->authors_count = authors.count;
    article->authors_from = authors.from;
}

const struct facts *metadata_collect(struct page *page, const struct document *document,
                                     const char *url, int64_t now_ms)
{
    struct article_record *article = &page->article;
    struct facts *facts = arena_alloc(page->arena, sizeof *facts);
    facts_gather(facts, page->arena, document, url, now_ms);
    article->lang = facts->lang = language_choose(facts);
    site_name_find(facts);
    article->site_name = facts->site_name;
    article->title_from = title_choose(facts);
    article->title = facts->title;
    take_dates(article, facts);
    take_authors(article, facts);
    details_take(article, facts);
    return facts;
}
