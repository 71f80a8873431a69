#include "storage/tables/known.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/articles.h"
#include "storage/tables/database.h"
#include "storage/tables/draft.h"
#include "storage/tables/stories.h"

enum kind { CANONICAL, LASTING, TITLE, STORY };

/* Something that articles can be known by. */
struct key {
    uint64_t hash; /* of its kind, value and site; 0: an empty place */
    int64_t found; /* the database has it, or this batch wrote it */
};

/* As known_articles gives it. */
struct reply {
    int64_t canonical, lasting, title;
    int64_t next_id;
};

struct known {
    struct key *keys; /* open addressing, never more than half full */
    size_t mask;
    struct reply *replies; /* whose numbers are given out in this order */
    size_t replies_count, next;
};

/* ---- the table ---- */

/* Seeded, so that nobody can make two that collide. */
static uint64_t hash_of(const struct database *store, enum kind kind, int64_t value,
                        int64_t site_id)
{
    const int64_t whole[] = {kind, value, site_id};
    uint64_t hash = XXH3_64bits_withSeed(whole, sizeof(whole), store->hash_seed);
    return hash ? hash : 1;
}

static uint64_t hash_of_canonical(const struct database *store, const struct draft *draft)
{
    const char *url = draft->canonical_url;
    uint64_t hash = XXH3_64bits_withSeed(url, strlen(url), store->hash_seed);
    return hash_of(store, CANONICAL, (int64_t)hash, draft->put->site_id);
}

/* Its place, or the empty one where it would be. */
static struct key *place_of(const struct known *known, uint64_t hash)
{
    size_t i = (size_t)hash & known->mask;
    while (known->keys[i].hash && known->keys[i].hash != hash)
        i = (i + 1) & known->mask;
    return &known->keys[i];
}

static bool is_absent(const struct database *store, uint64_t hash)
{
    const struct key *key = place_of(store->known, hash);
    return key->hash && !key->found;
}

static void note(struct database *store, uint64_t hash)
{
    struct key *key = place_of(store->known, hash);
    if (key->hash)
        key->found = 1;
}

bool known_no_canonical(const struct database *store, const struct draft *draft)
{
    return store->known && is_absent(store, hash_of_canonical(store, draft));
}

bool known_no_lasting(const struct database *store, const struct draft *draft)
{
    return store->known &&
           is_absent(store, hash_of(store, LASTING, draft_lasting(draft), draft->put->site_id));
}

bool known_no_title(const struct database *store, const struct draft *draft)
{
    return store->known &&
           is_absent(store, hash_of(store, TITLE, draft->title_hash, draft->put->site_id));
}

bool known_no_story_key(const struct database *store, int64_t key)
{
    return store->known && is_absent(store, hash_of(store, STORY, key, 0));
}

void known_note(struct database *store, const struct draft *draft)
{
    if (!store->known)
        return;
    int64_t site_id = draft->put->site_id;
    note(store, hash_of_canonical(store, draft));
    note(store, hash_of(store, LASTING, draft_lasting(draft), site_id));
    note(store, hash_of(store, TITLE, draft->title_hash, site_id));
}

void known_note_story_key(struct database *store, int64_t key)
{
    if (store->known)
        note(store, hash_of(store, STORY, key, 0));
}

void known_note_any(struct database *store)
{
    for (size_t i = 0; store->known && i <= store->known->mask; i++)
        store->known->keys[i].found = 1;
}

int64_t known_next_id(struct database *store)
{
    struct known *known = store->known;
    while (known && known->next < known->replies_count) {
        int64_t id = known->replies[known->next++].next_id;
        if (id)
            return id;
    }
    return 0;
}

/* ---- the questions ---- */

static struct known *make(struct database *store, size_t count)
{
    enum { KEYS_EACH = STORY + 2 * TEXT_KEYS };
    size_t size = 16;
    while (size < 2 * KEYS_EACH * count)
        size *= 2;
    struct known *known = pool_alloc(&store->pool, sizeof(*known));
    *known = (struct known){.keys = pool_alloc(&store->pool, size * sizeof(*known->keys)),
                            .mask = size - 1,
                            .replies = pool_alloc(&store->pool, count * sizeof(*known->replies)),
                            .replies_count = count};
    memset(known->keys, 0, size * sizeof(*known->keys));
    memset(known->replies, 0, count * sizeof(*known->replies));
    return known;
}

static int ask_article(struct database *store, const struct draft *draft, struct reply *reply)
{
    struct statement *query = statement(store, SQL_KNOWN_ARTICLES);
    bind_text(query, 1, draft->canonical_url);
    bind_integer(query, 2, draft->put->site_id);
    bind_nonzero(query, 3, draft_lasting(draft));
    bind_nonzero(query, 4, draft->title_hash);
    return statement_add(query, ANSWER_COLUMNS, (int64_t *)reply);
}

static int ask_story_keys(struct database *store, const struct draft *draft)
{
    int64_t keys[2 * TEXT_KEYS];
    size_t count = stories_asked(draft_moment(draft), &draft->figures, keys);
    struct statement *query = statement(store, SQL_KNOWN_STORY_KEYS);
    int err = 0;
    for (size_t i = 0; i < count && !err; i++) {
        uint64_t hash = hash_of(store, STORY, keys[i], 0);
        struct key *key = place_of(store->known, hash);
        if (key->hash)
            continue;
        key->hash = hash;
        bind_integer(query, 1, keys[i]);
        err = statement_add(query, ANSWER_COLUMNS, &key->found);
    }
    return err;
}

static void put(struct known *known, uint64_t hash, int64_t found)
{
    struct key *key = place_of(known, hash);
    key->hash = hash;
    key->found |= found;
}

static void take_reply(struct database *store, const struct draft *draft, const struct reply *reply)
{
    struct known *known = store->known;
    int64_t lasting = draft_lasting(draft), site_id = draft->put->site_id;
    put(known, hash_of_canonical(store, draft), reply->canonical);
    if (lasting)
        put(known, hash_of(store, LASTING, lasting, site_id), reply->lasting);
    if (draft->title_hash)
        put(known, hash_of(store, TITLE, draft->title_hash, site_id), reply->title);
}

int known_ask(struct database *store, struct draft *const *drafts, size_t count)
{
    if (!count)
        return 0;
    int err = 0;
    store->known = make(store, count);
    for (size_t i = 0; i < count && !err; i++) {
        draft_count(drafts[i]);
        err = ask_article(store, drafts[i], &store->known->replies[i]);
        if (!err)
            err = ask_story_keys(store, drafts[i]);
    }
    if (!err)
        err = statement_settle(statement(store, SQL_KNOWN_ARTICLES));
    if (!err)
        err = statement_settle(statement(store, SQL_KNOWN_STORY_KEYS));
    for (size_t i = 0; i < count && !err; i++)
        take_reply(store, drafts[i], &store->known->replies[i]);
    return err;
}

void known_end(struct database *store)
{
    store->known = NULL;
}
