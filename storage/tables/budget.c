#include "storage/tables/budget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/shape.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/urls.h"
#include "storage/text.h"

enum budget_kind { BUDGET_PATTERN = 1, BUDGET_SOURCE, BUDGET_REASON };

/* For whom it is closed; as in the table. */
enum closed { OPEN, CLOSED_FOR_LINKS, CLOSED };

enum {
    PATTERNS_MAX = 100, /* of one site; those that come later share coarse ones */
    HELD_MAX = 200,     /* URLs of a closed budget that are queued all the same */
    KEPT_MAX = 20,      /* URLs that are left out and kept with the reason */
    UNWRITTEN_MAX = 16,
    TEXTS = 4, /* the latest, to tell when the same text comes again */
    TEXT_WORDS_MIN = 100,
    CLOSED_STEP = 4, /* so many closed patterns halve the patience with new ones */
    HALVINGS_MAX = 3,
    OTHERS_MS = 2000, /* after which what other runs on the same hosts' site have added is read */
};

/* Pages in a row without a new article: at first, and at most. */
static const struct {
    unsigned first, most;
} patience[][2] = {
    /* links in pages; feeds, sitemaps, APIs */
    [BUDGET_PATTERN] = {{32, 512}, {128, 2048}},
    [BUDGET_SOURCE] = {{128, 1024}, {512, 4096}},
};

struct budget {
    int64_t site_id;
    int64_t hash; /* of a source its feed_id */
    enum budget_kind kind;
    bool trusted; /* of a source: a feed, sitemap or API */
    unsigned asked, articles, barren, held, kept, skipped;
    enum closed closed;
    int64_t closed_ms; /* of a reason: when the last run began that put something off for it */
    struct stored {
        unsigned asked, articles, barren, held, kept, skipped;
        enum closed closed;
    } stored;             /* as the database had these when they were read or written last */
    unsigned probes[2];   /* taken in this run while it was closed; by trust */
    unsigned admitted[2]; /* queued in this run beyond HELD_MAX */
    unsigned unwritten;   /* changes */
    bool urgent;          /* in frontier.budgets_urgent */
    bool writing;
    struct {
        int64_t simhash, words;
    } texts[TEXTS];
    char *name;
    char *why; /* NULL: not asked so far */
};

struct budgets {
    struct budget **items; /* by kind and hash */
    size_t count, capacity;
    size_t patterns, closed_patterns;
    size_t closed; /* of all kinds: 0, and nothing need be looked up */
};

void budgets_free(struct budgets *budgets)
{
    if (!budgets)
        return;
    for (size_t i = 0; i < budgets->count; i++) {
        free(budgets->items[i]->name);
        free(budgets->items[i]->why);
        free(budgets->items[i]);
    }
    free(budgets->items);
    free(budgets);
}

/* ---- a site's budgets ---- */

static size_t place_of(const struct budgets *budgets, enum budget_kind kind, int64_t hash)
{
    size_t low = 0, high = budgets->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct budget *item = budgets->items[middle];
        if (item->kind < kind || (item->kind == kind && item->hash < hash))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct budget *find(const struct budgets *budgets, enum budget_kind kind, int64_t hash)
{
    size_t place = place_of(budgets, kind, hash);
    struct budget *item = place < budgets->count ? budgets->items[place] : NULL;
    return item && item->kind == kind && item->hash == hash ? item : NULL;
}

static struct budget *add(struct budgets *budgets, int64_t site_id, enum budget_kind kind,
                          int64_t hash, const char *name)
{
    size_t place = place_of(budgets, kind, hash);
    struct budget *item = memory_zeroed(1, sizeof(*item));
    item->site_id = site_id;
    item->kind = kind;
    item->hash = hash;
    item->closed_ms = MOMENT_NONE;
    item->name = memory_string(name, strlen(name));
    budgets->items =
        memory_room(budgets->items, budgets->count, &budgets->capacity, sizeof(struct budget *));
    memmove(&budgets->items[place + 1], &budgets->items[place],
            (budgets->count - place) * sizeof(struct budget *));
    budgets->items[place] = item;
    budgets->count++;
    budgets->patterns += kind == BUDGET_PATTERN;
    return item;
}

static bool is_closed(const struct budget *budget, bool trusted)
{
    return budget && budget->closed > (trusted ? CLOSED_FOR_LINKS : OPEN);
}

static unsigned patience_with(const struct budgets *budgets, const struct budget *budget,
                              bool trusted)
{
    unsigned first = patience[budget->kind][trusted].first;
    unsigned most = patience[budget->kind][trusted].most;
    if (budget->kind == BUDGET_PATTERN && !budget->articles && budget->closed == OPEN) {
        size_t halvings = budgets->closed_patterns / CLOSED_STEP;
        first >>= halvings < HALVINGS_MAX ? halvings : HALVINGS_MAX;
    }
    return first + budget->articles < most ? first + budget->articles : most;
}

static enum closed judge(const struct budgets *budgets, const struct budget *budget)
{
    bool trusted = budget->kind == BUDGET_SOURCE && budget->trusted;
    if (budget->kind == BUDGET_REASON || budget->barren < patience_with(budgets, budget, trusted))
        return OPEN;
    return budget->kind == BUDGET_SOURCE || budget->barren >= patience_with(budgets, budget, true)
               ? CLOSED
               : CLOSED_FOR_LINKS;
}

static void count_closed(struct budgets *budgets)
{
    budgets->closed = budgets->closed_patterns = 0;
    for (size_t i = 0; i < budgets->count; i++) {
        bool closed = budgets->items[i]->closed != OPEN;
        budgets->closed += closed;
        budgets->closed_patterns += closed && budgets->items[i]->kind == BUDGET_PATTERN;
    }
}

/* ---- reading them ---- */

static struct stored stored_of(const struct budget *budget)
{
    return (struct stored){budget->asked, budget->articles, budget->barren, budget->held,
                           budget->kept,  budget->skipped,  budget->closed};
}

/* What this run has added since, which the database adds to what it has: several runs may ask hosts
 * of one site at a time. `barren` counts from its own last article, where it had one, and `closed`
 * is OPEN where nothing is new. */
static struct stored added(const struct budget *budget)
{
    const struct stored *stored = &budget->stored;
    bool article = budget->articles != stored->articles;
    bool judged = article || budget->closed > stored->closed;
    return (struct stored){.asked = budget->asked - stored->asked,
                           .articles = budget->articles - stored->articles,
                           .barren = budget->barren - (article ? 0 : stored->barren),
                           .held = budget->held - stored->held, /* may be less, as all are modulo */
                           .kept = budget->kept - stored->kept,
                           .skipped = budget->skipped - stored->skipped,
                           .closed = judged ? budget->closed : OPEN};
}

/* The row as it is, and what this run has yet to write of its own; as put_budget does it. */
static void take_row(struct budget *item, struct statement *query)
{
    struct stored mine = added(item);
    struct stored row = {.asked = (unsigned)column_integer(query, 2),
                         .articles = (unsigned)column_integer(query, 3),
                         .barren = (unsigned)column_integer(query, 4),
                         .held = (unsigned)column_integer(query, 5),
                         .kept = (unsigned)column_integer(query, 6),
                         .skipped = (unsigned)column_integer(query, 7),
                         .closed = (enum closed)column_integer(query, 8)};
    bool mine_counts = mine.articles || mine.closed > row.closed;
    unsigned held = row.held + mine.held;
    item->asked = row.asked + mine.asked;
    item->articles = row.articles + mine.articles;
    item->barren = mine.barren + (mine.articles ? 0 : row.barren);
    item->held = (int)held > 0 ? held : 0;
    item->kept = row.kept + mine.kept;
    item->skipped = row.skipped + mine.skipped;
    item->closed = mine_counts ? mine.closed : row.closed;
    int64_t closed_ms = column_moment(query, 9);
    bool noted = item->kind == BUDGET_REASON && item->closed_ms > closed_ms;
    if (!mine_counts && !noted)
        item->closed_ms = closed_ms;
    item->trusted = column_integer(query, 11);
    item->stored = row;
}

static int load(struct database *store, struct run_site *site)
{
    struct budgets *budgets = site->budgets ? site->budgets : memory_zeroed(1, sizeof(*budgets));
    struct statement *query = statement(store, SQL_BUDGETS_OF_SITE);
    int row;
    bind_integer(query, 1, site->site_id);
    while ((row = statement_step(query)) == 1) {
        enum budget_kind kind = (enum budget_kind)column_integer(query, 0);
        int64_t hash = column_integer(query, 1);
        struct budget *item = find(budgets, kind, hash);
        take_row(item ? item : add(budgets, site->site_id, kind, hash, column_text(query, 10)),
                 query);
    }
    count_closed(budgets);
    site->budgets = budgets;
    site->budgets_stale = row < 0;
    site->budgets_ms = store->now_ms;
    return row;
}

static bool is_fresh(const struct database *store, const struct run_site *site)
{
    return site->budgets && !site->budgets_stale &&
           (!store->driver->sharing || store->now_ms - site->budgets_ms < OTHERS_MS);
}

static int load_once(struct database *store, struct run_site *site)
{
    return is_fresh(store, site) ? 0 : load(store, site);
}

static int64_t name_hash(const char *name)
{
    return (int64_t)XXH3_64bits(name, strlen(name));
}

/* NULL: it never brought anything to judge it by. */
static struct budget *pattern_of(const struct budgets *budgets, const struct budget_url *url,
                                 char name[SHAPE_BYTES])
{
    struct budget *found = NULL;
    for (int coarse = 0; coarse < 2 && !found; coarse++) {
        if (coarse && budgets->patterns < PATTERNS_MAX)
            break;
        shape_write(name, url->origin, url->origin_size, url->path, coarse);
        found = find(budgets, BUDGET_PATTERN, name_hash(name));
    }
    return found;
}

/* The source's budget, made where there is none. */
static int source_of(struct database *store, struct run_site *site, int64_t feed_id,
                     struct budget **out)
{
    *out = feed_id ? find(site->budgets, BUDGET_SOURCE, feed_id) : NULL;
    if (!feed_id || *out)
        return 0;
    struct statement *query = statement(store, SQL_SOURCE_OF_FEED);
    bind_integer(query, 1, feed_id);
    int row = statement_step(query);
    if (row != 1)
        return row;
    *out = add(site->budgets, site->site_id, BUDGET_SOURCE, feed_id, column_text(query, 1));
    int source = column_integer(query, 0);
    (*out)->trusted = source != KIND_FRONT && source != KIND_SECTION;
    statement_finish(query);
    return 0;
}

/* ---- what may be asked, and queued ---- */

/* The budgets that close a URL; each NULL where it doesn't. */
struct closing {
    struct budget *pattern, *source;
    bool trusted;
};

static int find_closing(struct database *store, struct run_site *site, const struct budget_url *url,
                        struct closing *out)
{
    char name[SHAPE_BYTES];
    *out = (struct closing){0};
    int err = load_once(store, site);
    if (err || !site->budgets->closed)
        return err;
    err = source_of(store, site, url->feed_id, &out->source);
    if (err)
        return err;
    out->trusted = !out->source || out->source->trusted;
    out->pattern = pattern_of(site->budgets, url, name);
    if ((out->pattern && out->pattern->articles) || !is_closed(out->source, true))
        out->source = NULL;
    if (!is_closed(out->pattern, out->trusted))
        out->pattern = NULL;
    return 0;
}

static bool may_probe(const struct budget *budget, bool trusted)
{
    return !budget || budget->probes[trusted] < BUDGET_PROBES;
}

int budget_allows(struct database *store, struct run_site *site, const struct budget_url *url,
                  bool *out)
{
    struct closing closing;
    int err = find_closing(store, site, url, &closing);
    *out = !err && may_probe(closing.pattern, closing.trusted) &&
           may_probe(closing.source, closing.trusted);
    return err;
}

static void note_change(struct frontier *frontier, struct budget *budget, bool urgent)
{
    budget->unwritten++;
    if (budget->urgent || (!urgent && budget->unwritten < UNWRITTEN_MAX))
        return;
    budget->urgent = true;
    frontier->budgets_urgent =
        memory_room(frontier->budgets_urgent, frontier->budgets_urgent_count,
                    &frontier->budgets_urgent_capacity, sizeof(struct budget *));
    frontier->budgets_urgent[frontier->budgets_urgent_count++] = budget;
}

static void take(struct frontier *frontier, struct budget *budget, bool trusted)
{
    if (!budget)
        return;
    budget->probes[trusted]++;
    budget->held -= budget->held > 0;
    note_change(frontier, budget, false);
}

int budget_take(struct database *store, struct run_site *site, const struct budget_url *url)
{
    struct closing closing;
    int err = find_closing(store, site, url, &closing);
    if (err)
        return err;
    take(store->frontier, closing.pattern, closing.trusted);
    take(store->frontier, closing.source, closing.trusted);
    return 0;
}

/* Some more, and always enough new ones to be tried: what waits may be long out of date. */
static bool has_room(const struct budget *budget, bool trusted)
{
    return budget->held < HELD_MAX || budget->admitted[trusted] < BUDGET_PROBES;
}

int budget_admits(struct database *store, struct run_site *site, const struct budget_url *url,
                  int64_t host_id, int64_t hash, struct budget **closed)
{
    struct closing closing;
    int err = find_closing(store, site, url, &closing);
    struct budget *budgets[] = {closing.pattern, closing.source};
    *closed = NULL;
    if (err || (!closing.pattern && !closing.source))
        return err;
    int known = urls_is_seen(store, host_id, hash);
    if (known)
        return known < 0 ? known : 0;
    for (int i = 0; i < 2 && !err && !*closed; i++)
        if (budgets[i] && !has_room(budgets[i], closing.trusted))
            *closed = budgets[i];
    for (int i = 0; i < 2 && !err && !*closed; i++) {
        if (!budgets[i])
            continue;
        budgets[i]->admitted[closing.trusted] += budgets[i]->held >= HELD_MAX;
        budgets[i]->held++;
        note_change(store->frontier, budgets[i], false);
    }
    return err;
}

/* ---- what is left out ---- */

int budget_of_reason(struct database *store, struct run_site *site, const char *reason,
                     struct budget **out)
{
    int err = load_once(store, site);
    if (err)
        return err;
    int64_t hash = name_hash(reason);
    *out = find(site->budgets, BUDGET_REASON, hash);
    if (!*out)
        *out = add(site->budgets, site->site_id, BUDGET_REASON, hash, reason);
    return 0;
}

bool budget_keeps(const struct budget *budget, unsigned before)
{
    return budget->kept < KEPT_MAX && before < KEPT_MAX;
}

const char *budget_why(const struct budget *budget)
{
    static const char *const beginnings[] = {
        [BUDGET_PATTERN] = "no new article in pages like ",
        [BUDGET_SOURCE] = "no new article from ",
        [BUDGET_REASON] = "",
    };
    const char *beginning = beginnings[budget->kind];
    struct budget *changed = (struct budget *)(uintptr_t)budget;
    if (!budget->why) {
        size_t size = strlen(beginning) + strlen(budget->name) + 1;
        changed->why = memory_zeroed(size, 1);
        snprintf(changed->why, size, "%s%s", beginning, budget->name);
    }
    return budget->why;
}

void budget_note_run(struct frontier *frontier, struct budget *budget)
{
    budget->closed_ms = frontier->run.started_ms;
    note_change(frontier, budget, true);
}

void budget_count_skipped(struct frontier *frontier, struct budget *budget, bool kept)
{
    budget->skipped++;
    budget->kept += kept;
    note_change(frontier, budget, false);
}

/* ---- what came of them ---- */

int budget_find(struct database *store, struct run_site *site, const struct budget_url *url,
                struct charge *out)
{
    char name[SHAPE_BYTES];
    out->site = site;
    int err = load_once(store, site);
    if (!err)
        err = source_of(store, site, url->feed_id, &out->source);
    if (err)
        return err;
    out->pattern = pattern_of(site->budgets, url, name);
    if (!out->pattern)
        out->pattern = add(site->budgets, site->site_id, BUDGET_PATTERN, name_hash(name), name);
    return 0;
}

/* Whether a text like it came before: pages that are filled from a form bring no news. What feeds
 * and sitemaps announce is believed, and a few words prove nothing: they may be a paywall's. */
static bool is_known_text(struct budget *budget, const struct charge *charge)
{
    unsigned next = budget->articles % TEXTS;
    if (!charge->source || charge->source->trusted || charge->words < TEXT_WORDS_MIN)
        return false;
    for (int i = 0; i < TEXTS; i++)
        if (budget->texts[i].words &&
            text_is_near((uint64_t)budget->texts[i].simhash, budget->texts[i].words,
                         (uint64_t)charge->simhash, charge->words))
            return true;
    budget->texts[next].simhash = charge->simhash;
    budget->texts[next].words = charge->words;
    return false;
}

static void charge_one(struct frontier *frontier, struct budgets *budgets, struct budget *budget,
                       bool article)
{
    enum closed before = budget->closed;
    budget->asked++;
    budget->articles += article;
    budget->barren = article ? 0 : budget->barren + 1;
    enum closed now = judge(budgets, budget);
    budget->closed = article || now > before ? now : before;
    if (budget->closed != OPEN && !article) /* tried enough, for this run */
        for (int trusted = 0; trusted < 2; trusted++)
            if (is_closed(budget, trusted))
                budget->probes[trusted] = BUDGET_PROBES;
    if (budget->closed > before)
        budget->closed_ms = frontier->run.started_ms;
    if (budget->closed != before)
        count_closed(budgets);
    if (budget->closed < before) {
        budget->held = 0;
        budget->closed_ms = budget->closed == OPEN ? MOMENT_NONE : budget->closed_ms;
        memset(budget->probes, 0, sizeof(budget->probes));
        frontier_reconsider(frontier);
    }
    note_change(frontier, budget, budget->closed != before);
}

void budget_charge(struct frontier *frontier, const struct charge *charge)
{
    if (charge->verdict == VERDICT_NONE)
        return;
    bool article = charge->verdict == VERDICT_ARTICLE && !is_known_text(charge->pattern, charge);
    charge_one(frontier, charge->site->budgets, charge->pattern, article);
    if (charge->source)
        charge_one(frontier, charge->site->budgets, charge->source, article);
}

/* ---- writing them ---- */

static int write_one(struct database *store, struct budget *budget)
{
    struct stored mine = added(budget);
    struct statement *put = statement(store, SQL_PUT_BUDGET);
    bind_integer(put, 1, budget->site_id);
    bind_integer(put, 2, budget->kind);
    bind_integer(put, 3, budget->hash);
    bind_integer(put, 4, mine.asked);
    bind_integer(put, 5, mine.articles);
    bind_integer(put, 6, mine.barren);
    bind_integer(put, 7, (int)mine.held);
    bind_integer(put, 8, mine.kept);
    bind_integer(put, 9, mine.skipped);
    bind_integer(put, 10, mine.closed);
    bind_moment(put, 11, budget->closed_ms);
    bind_integer(put, 12, budget->trusted);
    bind_text(put, 13, budget->name);
    return statement_run(put);
}

static int compare_keys(const void *a, const void *b)
{
    const struct budget *x = *(struct budget *const *)a, *y = *(struct budget *const *)b;
    if (x->site_id != y->site_id)
        return x->site_id < y->site_id ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* In the order of their keys, so that two runs with hosts of one site can't wait for each other. */
static int write_in_order(struct database *store, struct budget **budgets, size_t count)
{
    int err = 0;
    if (count)
        qsort(budgets, count, sizeof(struct budget *), compare_keys);
    for (size_t i = 0; i < count && !err; i++)
        err = write_one(store, budgets[i]);
    return err;
}

struct unwritten {
    struct budget **items;
    size_t count, capacity;
};

static void take_unwritten(struct unwritten *out, const struct budgets *budgets)
{
    for (size_t i = 0; budgets && i < budgets->count; i++) {
        if (!budgets->items[i]->unwritten)
            continue;
        out->items = memory_room(out->items, out->count, &out->capacity, sizeof(struct budget *));
        out->items[out->count++] = budgets->items[i];
    }
}

static int write_unwritten(struct database *store, struct unwritten *unwritten)
{
    int err = write_in_order(store, unwritten->items, unwritten->count);
    free(unwritten->items);
    return err;
}

int budgets_write(struct database *store, bool all)
{
    struct frontier *frontier = store->frontier;
    if (all) {
        struct unwritten unwritten = {0};
        struct run_site *site;
        for (size_t at = 0; (site = frontier_next_site(frontier, &at));)
            take_unwritten(&unwritten, site->budgets);
        return write_unwritten(store, &unwritten);
    }
    frontier->budgets_writing = frontier->budgets_urgent_count;
    return write_in_order(store, frontier->budgets_urgent, frontier->budgets_writing);
}

static void note_written(struct budget *budget)
{
    budget->unwritten = 0;
    budget->stored = stored_of(budget);
}

int budgets_hand_over(struct database *store, const struct run_site *site)
{
    struct unwritten unwritten = {0};
    take_unwritten(&unwritten, site->budgets);
    int err = write_unwritten(store, &unwritten);
    for (size_t i = 0; !err && site->budgets && i < site->budgets->count; i++)
        if (site->budgets->items[i]->unwritten)
            note_written(site->budgets->items[i]);
    return err;
}

void budgets_written(struct frontier *frontier)
{
    size_t written = frontier->budgets_writing;
    if (!written)
        return;
    for (size_t i = 0; i < written; i++) {
        frontier->budgets_urgent[i]->urgent = false;
        note_written(frontier->budgets_urgent[i]);
    }
    frontier->budgets_urgent_count -= written;
    memmove(frontier->budgets_urgent, frontier->budgets_urgent + written,
            frontier->budgets_urgent_count * sizeof(struct budget *));
    frontier->budgets_writing = 0;
}
