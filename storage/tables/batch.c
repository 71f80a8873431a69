#include "storage/tables/batch.h"

#include "storage/tables/lease.h"

struct run_host *batch_origin(struct batch *batch, const struct url_parts *parts)
{
    struct run_host *host = frontier_host_of(batch->frontier, parts->origin, parts->origin_size);
    if (!host)
        host = frontier_add_host(batch->frontier, 0, parts->origin, parts->origin_size);
    if (host->host_id || host->fresh)
        return host;
    host->fresh = true;
    batch->fresh = memory_room(batch->fresh, batch->fresh_count, &batch->fresh_capacity,
                               sizeof(*batch->fresh));
    batch->fresh[batch->fresh_count++] = host;
    return host;
}

int batch_number_hosts(struct batch *batch)
{
    struct pool *pool = &batch->store->pool;
    const char **origins = pool_alloc(pool, (batch->fresh_count + 1) * sizeof(*origins));
    int64_t **ids = pool_alloc(pool, (batch->fresh_count + 1) * sizeof(*ids));
    size_t count = 0;
    for (size_t i = 0; i < batch->fresh_count; i++) {
        if (batch->fresh[i]->host_id)
            continue;
        origins[count] = batch->fresh[i]->origin;
        ids[count++] = &batch->fresh[i]->host_id;
    }
    return count ? urls_put_hosts(batch->store, origins, count, ids) : 0;
}

int batch_host(struct batch *batch, const struct url_parts *parts, struct run_host **out)
{
    *out = batch_origin(batch, parts);
    return (*out)->host_id ? 0 : batch_number_hosts(batch);
}

/* The run's copy of hosts.site_id, which is written at the end. */
static void note_site(struct batch *batch, struct run_host *host, int64_t site_id)
{
    if (host->site_id == site_id || host->site_id == SITE_SEVERAL)
        return;
    batch->sited = memory_room(batch->sited, batch->sited_count, &batch->sited_capacity,
                               sizeof(*batch->sited));
    batch->sited[batch->sited_count++] = (struct sited){host, host->site_id};
    host->site_id = host->site_id == SITE_NONE ? site_id : SITE_SEVERAL;
}

int batch_enqueue(struct batch *batch, struct run_host *host, const struct queue_row *row)
{
    struct placing *placing = pool_alloc(&batch->store->pool, sizeof(*placing));
    *placing = (struct placing){.host = host, .row = *row};
    batch->placings = memory_room(batch->placings, batch->placings_count, &batch->placings_capacity,
                                  sizeof(struct placing *));
    batch->placings[batch->placings_count++] = placing;
    note_site(batch, host, row->site_id);
    return urls_add_queued(batch->store, &placing->row, &placing->placed);
}

int batch_place(struct batch *batch)
{
    /* Its place may be taken: two sources lead to the same URL. Then a millisecond earlier. */
    enum { PLACES_TRIED = 16 };
    int err = 0;
    for (int i = 0; i < PLACES_TRIED && !err && batch->placings_count; i++) {
        size_t left = 0;
        err = urls_settle_queued(batch->store);
        for (size_t k = 0; k < batch->placings_count && !err; k++) {
            struct placing *placing = batch->placings[k];
            struct queue_row *row = &placing->row;
            if (placing->placed) {
                batch_count(batch, placing->host, row->band, 1);
                batch_touch(batch, placing->host, row->band, row->rank, row->hash);
                continue;
            }
            row->rank--;
            batch->placings[left++] = placing;
            err = urls_add_queued(batch->store, row, &placing->placed);
        }
        batch->placings_count = left;
    }
    batch->placings_count = 0;
    return err ? err : urls_settle_queued(batch->store);
}

void batch_count(struct batch *batch, struct run_host *host, int band, int added)
{
    batch->queued += added;
    if (band != BAND_NEW || !host)
        return;
    host->new_added += added;
    if (host->new_counted)
        return;
    host->new_counted = true;
    batch->counted = memory_room(batch->counted, batch->counted_count, &batch->counted_capacity,
                                 sizeof(*batch->counted));
    batch->counted[batch->counted_count++] = host;
}

void batch_touch(struct batch *batch, struct run_host *host, int band, int64_t rank, int64_t hash)
{
    batch->touches = memory_room(batch->touches, batch->touches_count, &batch->touches_capacity,
                                 sizeof(*batch->touches));
    batch->touches[batch->touches_count++] = (struct touch){host, band, rank, hash};
}

int batch_charge(struct batch *batch, size_t result, enum verdict verdict)
{
    const struct url_lease *lease = &batch->results[result]->lease;
    struct url_parts parts;
    int err;
    struct run_site *site = lease_site(batch->store, lease->site_id, &err);
    if (err || !site || !urls_split(lease->url, &parts))
        return err;
    struct budget_url url = {parts.origin, parts.origin_size, parts.path, lease->feed_id};
    struct charge charge = {.verdict = verdict,
                            .simhash = batch->stored[result].simhash,
                            .words = batch->stored[result].words};
    err = budget_find(batch->store, site, &url, &charge);
    if (err)
        return err;
    batch->charges = memory_room(batch->charges, batch->charges_count, &batch->charges_capacity,
                                 sizeof(*batch->charges));
    batch->charges[batch->charges_count++] = charge;
    return 0;
}

bool batch_row_again(const struct batch *batch, size_t result, struct queue_row *out)
{
    const struct url_lease *lease = &batch->results[result]->lease;
    struct url_parts parts;
    if (!urls_split(lease->url, &parts))
        return false;
    *out = (struct queue_row){
        .host_id = lease->host_id,
        .band = lease->band,
        .rank = lease->rank,
        .hash = lease->hash,
        .kind = lease_kind(lease->kind, lease->source),
        .site_id = lease->site_id,
        .feed_id = lease->feed_id,
        .depth = lease->depth,
        .hops = lease->hops,
        .found_ms = batch->stored[result].found_ms,
        .hint_title = lease->hint_title,
        .hint_published_ms = lease->hint_published_ms,
        .path = parts.path,
    };
    return true;
}
