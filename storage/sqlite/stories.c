#include "storage/sqlite/stories.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "storage/sqlite/connection.h"

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

static void add_candidate(struct candidates *candidates, int64_t article_id)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->at[i].article_id == article_id) {
            candidates->at[i].keys++;
            return;
        }
    candidates->at[candidates->count++] = (struct candidate){article_id, 1};
}

/* Returns how many articles have the key, or a store_error. */
static int read_key(struct sqlite_store *store, int64_t key, int64_t before_id,
                    struct candidates *candidates)
{
    sqlite3_stmt *query = statement(store, SQL_ARTICLES_OF_STORY_KEY);
    bind_integer(query, 1, key);
    int row, count = 0;
    for (; (row = statement_step(store, query)) == 1; count++) {
        int64_t article_id = sqlite3_column_int64(query, 0);
        if (count < ALIKE_MAX && (!before_id || article_id < before_id))
            add_candidate(candidates, article_id);
    }
    return row ? row : count;
}

/* Reads who has the text's keys, in its own period and, near an edge, in the one beside. */
static int read_keys(struct sqlite_store *store, struct story_text *text,
                     struct candidates *candidates)
{
    int64_t day = day_of(text->moment_ms), period = period_of(day);
    int64_t place = day - period * PERIOD_DAYS;
    int64_t beside = place < MARGIN_DAYS                  ? period - 1
                     : place >= PERIOD_DAYS - MARGIN_DAYS ? period + 1
                                                          : period;
    int count = 0;
    for (unsigned i = 0; count >= 0 && i < text->figures->keys_count; i++) {
        count =
            read_key(store, key_of(period, text->figures->keys[i]), text->before_id, candidates);
        text->full_keys |= (unsigned)(count >= ALIKE_MAX) << i;
        if (count >= 0 && beside != period)
            count = read_key(store, key_of(beside, text->figures->keys[i]), text->before_id,
                             candidates);
    }
    return count < 0 ? count : 0;
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

bool stories_tell_the_same(struct sqlite_store *store, const char *one, const char *other)
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
static int compare(struct sqlite_store *store, const struct story_text *text, int64_t article_id,
                   bool *filled, int64_t *story_id)
{
    sqlite3_stmt *query = statement(store, SQL_ARTICLE_TO_COMPARE);
    bind_integer(query, 1, article_id);
    bind_integer(query, 2, text->site_id);
    int row = statement_step(store, query);
    if (row != 1)
        return row;
    uint64_t simhash = (uint64_t)sqlite3_column_int64(query, 1);
    if (__builtin_popcountll(simhash ^ text->figures->simhash) <= BITS_MAX) {
        if (!*filled)
            text_shingles_fill(&store->shingles[0], text->body);
        *filled = true;
        struct text_overlap overlap =
            text_compare(&store->shingles[0], column_text(query, 2), &store->shingles[1]);
        if (is_copy(&overlap))
            *story_id = sqlite3_column_int64(query, 0);
    }
    statement_finish(query);
    if (*story_id != article_id)
        return 0;
    sqlite3_stmt *mark = statement(store, SQL_BEGIN_STORY);
    bind_integer(mark, 1, article_id);
    return statement_run(store, mark);
}

int stories_find(struct sqlite_store *store, struct story_text *text)
{
    struct candidates candidates = {.count = 0};
    bool filled = false;
    text->story_id = 0;
    text->full_keys = 0;
    int err = read_keys(store, text, &candidates);
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

int stories_remember(struct sqlite_store *store, const struct story_text *text, int64_t article_id)
{
    int64_t period = period_of(day_of(text->moment_ms));
    int err = 0;
    for (unsigned i = 0; !err && i < text->figures->keys_count; i++) {
        if (text->full_keys & 1U << i)
            continue;
        sqlite3_stmt *insert = statement(store, SQL_ADD_STORY_KEY);
        bind_integer(insert, 1, key_of(period, text->figures->keys[i]));
        bind_integer(insert, 2, article_id);
        err = statement_run(store, insert);
    }
    return err;
}

int stories_forget(struct sqlite_store *store, int64_t moment_ms, const char *body,
                   int64_t article_id)
{
    struct text_figures figures = text_measure(body);
    int64_t period = period_of(day_of(moment_ms));
    int err = 0;
    for (unsigned i = 0; !err && i < figures.keys_count; i++) {
        sqlite3_stmt *drop = statement(store, SQL_DROP_STORY_KEY);
        bind_integer(drop, 1, key_of(period, figures.keys[i]));
        bind_integer(drop, 2, article_id);
        err = statement_run(store, drop);
    }
    return err;
}
