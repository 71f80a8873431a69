#include "storage/tables/quota.h"

#include "storage/tables/budget.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/urls.h"

enum { KNOWN_MAX = 100000 }; /* sources of one site: twice what one index may list (sitemaps.org) */

#define RANK_MAX INT64_C(9999999999) /* of what is new; as a second it would be in 2286 */

static const char left_why[] =
    "left to a later run: its site had as many sources as one run asks (--max-sources)";
static const char many_why[] = "more sources than one site may have";

enum quota_sort quota_sort(const struct frontier *frontier, const struct url_lease *lease)
{
    if (lease->rank <= RANK_MAX && lease->depth)
        return lease->found_ms < frontier->night_ms ? QUOTA_LEFT : QUOTA_NEW;
    if (lease->depth && (lease->source == KIND_SITEMAP || lease->source == KIND_API))
        return QUOTA_LISTED;
    return lease->source == KIND_SITEMAP ? QUOTA_SITEMAPS : QUOTA_OTHERS;
}

int64_t quota_rank(int64_t changed_ms, int64_t now_ms)
{
    int64_t known_ms = changed_ms == MOMENT_NONE || changed_ms < 0 ? 0 : changed_ms;
    int64_t latest_ms = known_ms < now_ms ? known_ms : now_ms;
    return RANK_MAX - latest_ms / 1000;
}

bool quota_counts(int band, unsigned tries, unsigned hops)
{
    return band == BAND_SOURCES && !tries && !hops;
}

int quota_allows(struct database *store, struct run_site *site, enum quota_sort sort, unsigned want,
                 bool *out)
{
    unsigned left;
    struct budget *reason;
    int err = room_find(store, &site->sources_of[sort], want, &left);
    *out = !err && left;
    if (err || left || site->left || room_ahead(store->frontier, &site->sources_of[sort], false))
        return err;
    err = budget_of_reason(store, site, left_why, &reason);
    if (err)
        return err;
    site->left = true;
    budget_note_run(store->frontier, reason);
    return 0;
}

static int count_known(struct database *store, struct run_site *site)
{
    int64_t known = 0;
    struct statement *query = statement(store, SQL_COUNT_SOURCES);
    bind_integer(query, 1, site->site_id);
    int row = statement_integer(query, &known);
    site->known = (unsigned)known;
    site->known_counted = row == 1;
    return row < 0 ? row : 0;
}

int quota_admits(struct database *store, struct run_site *site, int64_t host_id, int64_t hash,
                 struct budget **closed)
{
    int err = site->known_counted ? 0 : count_known(store, site);
    *closed = NULL;
    if (err || site->known < KNOWN_MAX)
        return err;
    int known = urls_is_seen(store, host_id, hash);
    if (known)
        return known < 0 ? known : 0;
    return budget_of_reason(store, site, many_why, closed);
}
