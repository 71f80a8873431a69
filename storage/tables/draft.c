#include "storage/tables/draft.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/articles.h"
#include "storage/tables/database.h"
#include "storage/tables/lasting.h"

#define DAY_MS       INT64_C(86400000)
#define YEAR_1900_MS INT64_C(-2208988800000)

int draft_free_access(const struct article_record *record)
{
    return record->free_access > 1 ? -1 : record->free_access;
}

const char *draft_text(const char *text)
{
    return text && *text ? text : NULL;
}

int64_t draft_plausible(int64_t moment_ms, int64_t now_ms)
{
    return moment_ms != MOMENT_NONE && moment_ms >= YEAR_1900_MS && moment_ms < now_ms + 2 * DAY_MS
               ? moment_ms
               : MOMENT_NONE;
}

static int64_t hash_texts(const char *title, const char *lead, const char *body)
{
    const char *texts[] = {title, lead, body};
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t i = 0; i < 3; i++) /* each with its NUL, so that texts can't run together */
        XXH3_64bits_update(&state, texts[i] ? texts[i] : "", texts[i] ? strlen(texts[i]) + 1 : 1);
    return (int64_t)XXH3_64bits_digest(&state);
}

void draft_init(struct draft *draft, const struct article_put *put)
{
    const struct article_record *record = put->record;
    *draft = (struct draft){.put = put, .record = record};
    draft->canonical_url = draft_text(record->canonical_url);
    if (!draft->canonical_url)
        draft->canonical_url = put->url;
    draft->title = draft_text(record->title);
    draft->lead = draft_text(record->lead);
    draft->body = draft_text(record->body);
    draft->text_hash = hash_texts(draft->title, draft->lead, draft->body);
    draft->title_hash = draft->title ? (int64_t)XXH3_64bits(draft->title, strlen(draft->title)) : 0;
    draft->published_ms = draft_plausible(record->published_ms, put->now_ms);
    draft->modified_ms = draft_plausible(record->modified_ms, put->now_ms);
}

void draft_count(struct draft *draft)
{
    if (draft->counted)
        return;
    draft->counted = true;
    draft->figures = text_measure(draft->body);
}

int64_t draft_moment(const struct draft *draft)
{
    return draft->published_ms != MOMENT_NONE ? draft->published_ms : draft->put->now_ms;
}

int64_t draft_lasting(const struct draft *draft)
{
    return lasting_hash(draft->canonical_url, draft_text(draft->record->short_url));
}

void draft_bind(struct statement *to, const struct draft *draft)
{
    const struct article_record *record = draft->record;
    bool dated = draft->published_ms != MOMENT_NONE;
    bool zoned = dated && record->published_zone_min != ZONE_NONE;
    bind_moment(to, 4, draft->published_ms);
    bind_positive(to, 5, dated ? record->published_has_time : -1);
    bind_moment(to, 6, zoned ? record->published_zone_min : MOMENT_NONE);
    bind_text(to, 7, dated ? record->published_from : NULL);
    bind_moment(to, 8, draft->modified_ms);
    bind_integer(to, 9, draft->figures.words);
    bind_text(to, 10, draft_text(record->lang));
    bind_text(to, 11, draft_text(record->section));
    bind_positive(to, 12, draft_free_access(record));
    bind_nonzero(to, 13, draft->put->fetch_id);
    bind_integer(to, 14, draft->text_hash);
    bind_nonzero(to, 15, draft->title_hash);
    bind_nonzero(to, 16, (int64_t)draft->figures.simhash);
    bind_text(to, 17, store_extractor());
    bind_text(to, 18, draft->canonical_url);
    bind_text(to, 19, draft_text(record->image_url));
    bind_text(to, 20, draft_text(record->site_name));
    bind_text(to, 21, draft->title ? record->title_from : NULL);
    bind_text(to, 22, draft->body ? record->body_from : NULL);
    bind_text(to, 23, record->authors_count ? record->authors_from : NULL);
    bind_text(to, 24, draft->title);
    bind_text(to, 25, draft->lead);
    bind_text(to, 26, draft->body);
}
