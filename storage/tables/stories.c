#include "storage/tables/stories.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "storage/tables/database.h"
#include "storage/tables/known.h"

#define DAY_MS INT64_C(86400000)

/* PERIOD_DAYS: keys of so many days lie together. Within MARGIN_DAYS of its period's edge a text is
 * looked for in the neighbouring one too. A key that ALIKE_MAX articles have is noted for no more.
 */
enum {
    PERIOD_DAYS = 8,
    MARGIN_DAYS = 2,
    ALIKE_MAX = 8,
    CANDIDATES_MAX = 2 * TEXT_KEYS * ALIKE_MAX,
    READ_MAX = 4
};

/* Shorter texts hold too little to be told apart. Of two unrelated texts half of the 64 bits of the
 * fingerprints differ, in more than half of the cases more than BITS_MAX; reading a text costs far
 * more. */
enum { SHINGLES_MIN = 30, BITS_MAX = 31 };

struct candidate {
    int64_t article_id;
    unsigned keys;
};

struct candidates {
    struct candidate at[CANDIDATES_MAX];
    size_t count;
};

static int64_t day_of(int64_t moment_ms)
{
    return (moment_ms - (moment_ms < 0 ? DAY_MS - 1 : 0)) / DAY_MS;
}

static int64_t period_of(int64_t day)
{
    return (day - (day < 0 ? PERIOD_DAYS - 1 : 0)) / PERIOD_DAYS;
}

static int64_t key_of(int64_t period, uint32_t key)
{
    return period * (INT64_C(1) << 32) + key;
}

/* Binds the first `count` keys from parameter `place` on, NULL where the text has fewer. */
static void bind_keys(struct statement *statement, int place, const struct text_figures *figures,
                      int64_t period, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (i < figures->keys_count)
            bind_integer(statement, place + (int)i, key_of(period, figures->keys[i]));
        else
            bind_null(statement, place + (int)i);
}

size_t stories_keys(int64_t moment_ms, const char *body, int64_t keys[TEXT_KEYS_NOTED])
{
    struct text_figures figures = text_measure(body);
    int64_t period = period_of(day_of(moment_ms));
    size_t count = 0;
    for (; count < figures.keys_count && count < TEXT_KEYS_NOTED; count++)
        keys[count] = key_of(period, figures.keys[count]);
    return count;
}

/* Of a text near its period's edge the period beside; else its own. */
static int64_t period_beside(int64_t moment_ms)
{
    int64_t day = day_of(moment_ms), period = period_of(day);
    int64_t place = day - period * PERIOD_DAYS;
    if (place < MARGIN_DAYS)
        return period - 1;
    return place >= PERIOD_DAYS - MARGIN_DAYS ? period + 1 : period;
}

size_t stories_asked(int64_t moment_ms, const struct text_figures *figures,
                     int64_t keys[2 * TEXT_KEYS])
{
    int64_t own = period_of(day_of(moment_ms)), beside = period_beside(moment_ms);
    size_t count = 0;
    for (unsigned i = 0; i < figures->keys_count; i++) {
        keys[count++] = key_of(own, figures->keys[i]);
        if (beside != own)
            keys[count++] = key_of(beside, figures->keys[i]);
    }
    return count;
}

/* Surely nobody has any of the text's keys in a period. */
static bool is_free(const struct database *store, const struct text_figures *figures,
                    int64_t period)
{
    for (unsigned i = 0; i < figures->keys_count; i++)
        if (!known_no_story_key(store, key_of(period, figures->keys[i])))
            return false;
    return true;
}

static void add_candidate(struct candidates *candidates, int64_t article_id)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->at[i].article_id == article_id) {
            candidates->at[i].keys++;
            return;
        }
    candidates->at[candidates->count++] = (struct candidate){article_id, 1};
}

/* Reads who has the text's keys in a period; counts those who have the ones it will be noted
 * under, if it is its own period. */
static int read_keys(struct database *store, struct story_text *text, int64_t period, bool is_own,
                     struct candidates *candidates)
{
    if (is_free(store, text->figures, period))
        return 0;
    struct statement *query = statement(store, SQL_ARTICLES_OF_STORY_KEYS);
    unsigned counts[TEXT_KEYS] = {0};
    bind_keys(query, 1, text->figures, period, TEXT_KEYS);
    int row;
    while ((row = statement_step(query)) == 1) {
        unsigned key = (unsigned)column_integer(query, 0);
        int64_t article_id = column_integer(query, 1);
        if (counts[key]++ < ALIKE_MAX && (!text->before_id || article_id < text->before_id))
            add_candidate(candidates, article_id);
    }
    if (is_own)
        memcpy(text->holders, counts, sizeof(text->holders));
    return row;
}

/* In the text's own period and, near an edge, in the one beside. */
static int read_periods(struct database *store, struct story_text *text,
                        struct candidates *candidates)
{
    int64_t own = period_of(day_of(text->moment_ms)), beside = period_beside(text->moment_ms);
    int err = read_keys(store, text, own, true, candidates);
    return err || beside == own ? err : read_keys(store, text, beside, false, candidates);
}

/* The one with most keys in common, which is taken out; of equals the one found first. */
static int64_t take_best(struct candidates *candidates)
{
    struct candidate *best = NULL;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->at[i].keys && (!best || candidates->at[i].keys > best->keys))
            best = &candidates->at[i];
    if (!best)
        return 0;
    best->keys = 0;
    return best->article_id;
}

/* Half of a text may be cut, its headline and lead rewritten and a word in ten replaced, and two
 * fifths of the shorter one's shingles are still the other's. Two reports on one event that quote
 * the same statements share less of themselves. */
static bool is_copy(const struct text_overlap *overlap)
{
    return overlap->smaller >= SHINGLES_MIN && overlap->shared * 5 >= overlap->smaller * 2 &&
           overlap->shared * 5 >= overlap->larger;
}

bool stories_tell_the_same(struct database *store, const char *one, const char *other)
{
    if (!one || !other)
        return false;
    if (!store->shingles)
        store->shingles = memory_zeroed(2, sizeof(*store->shingles));
    text_shingles_fill(&store->shingles[0], one);
    struct text_overlap overlap = text_compare(&store->shingles[0], other, &store->shingles[1]);
    return is_copy(&overlap);
}

/* Sets *story_id if this article is a copy. *filled: whether the text's own shingles are there. */
static int compare(struct database *store, const struct story_text *text, int64_t article_id,
                   bool *filled, int64_t *story_id)
{
    struct statement *query = statement(store, SQL_ARTICLE_TO_COMPARE);
    bind_integer(query, 1, article_id);
    bind_integer(query, 2, text->site_id);
    int row = statement_step(query);
    if (row != 1)
        return row;
    bool begins = column_is_null(query, 0);
    uint64_t simhash = (uint64_t)column_integer(query, 1);
    if (__builtin_popcountll(simhash ^ text->figures->simhash) <= BITS_MAX) {
        if (!*filled)
            text_shingles_fill(&store->shingles[0], text->body);
        *filled = true;
        struct text_overlap overlap =
            text_compare(&store->shingles[0], column_text(query, 2), &store->shingles[1]);
        if (is_copy(&overlap))
            *story_id = begins ? article_id : column_integer(query, 0);
    }
    statement_finish(query);
    if (!begins || !*story_id)
        return 0;
    struct statement *mark = statement(store, SQL_BEGIN_STORY);
    bind_integer(mark, 1, article_id);
    return statement_run(mark);
}

int stories_find(struct database *store, struct story_text *text)
{
    struct candidates candidates = {.count = 0};
    bool filled = false;
    text->story_id = 0;
    memset(text->holders, 0, sizeof(text->holders));
    int err = text->figures->keys_count ? read_periods(store, text, &candidates) : 0;
    if (candidates.count && !store->shingles)
        store->shingles = memory_zeroed(2, sizeof(*store->shingles));
    for (unsigned i = 0; !err && !text->story_id && i < READ_MAX; i++) {
        int64_t article_id = take_best(&candidates);
        if (!article_id)
            break;
        err = compare(store, text, article_id, &filled, &text->story_id);
    }
    return err;
}

int stories_remember(struct database *store, const struct story_text *text, int64_t article_id)
{
    struct statement *insert = statement(store, SQL_ADD_STORY_KEYS);
    int64_t period = period_of(day_of(text->moment_ms));
    bind_keys(insert, 1, text->figures, period, TEXT_KEYS_NOTED);
    for (unsigned i = 0; i < TEXT_KEYS_NOTED && i < text->figures->keys_count; i++)
        known_note_story_key(store, key_of(period, text->figures->keys[i]));
    for (int i = 0; i < TEXT_KEYS_NOTED; i++)
        if (text->holders[i] >= ALIKE_MAX)
            bind_null(insert, i + 1);
    bind_integer(insert, TEXT_KEYS_NOTED + 1, article_id);
    return statement_run(insert);
}

int stories_forget(struct database *store, int64_t moment_ms, const char *body, int64_t article_id)
{
    struct text_figures figures = text_measure(body);
    struct statement *drop = statement(store, SQL_DROP_STORY_KEYS);
    bind_keys(drop, 1, &figures, period_of(day_of(moment_ms)), TEXT_KEYS_NOTED);
    bind_integer(drop, TEXT_KEYS_NOTED + 1, article_id);
    return statement_run(drop);
}
