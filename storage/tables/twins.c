/* twins.c - one article under several addresses: AMP, mobile, http and https, with and without
 * "www.". It is asked under one of them; the others are known, with the reason, and asked only if
 * that one has no article. */
#include "storage/tables/twins.h"

#include <stdio.h>
#include <string.h>

#include "storage/tables/batch.h"
#include "storage/tables/lease.h"

bool twins_are_told(const struct found_record *found)
{
    return found->via && (strcmp(found->via, "amp") == 0 || strcmp(found->via, "canonical") == 0);
}

static const char *form_of(struct batch *batch, const char *form, const char *url)
{
    size_t size = strlen(form) + strlen(url) + sizeof " form of ";
    char *why = pool_alloc(&batch->store->pool, size);
    snprintf(why, size, "%s form of %s", form, url);
    return why;
}

/* ---- addresses that a page tells ---- */

/* Takes a URL that waits out of the queue. Returns 1, or 0 where it is being asked, or an error. */
static int take_out(struct batch *batch, const struct find *find)
{
    int64_t host_id = find->host->host_id;
    struct statement *query = statement(batch->store, SQL_WAITING_PLACE);
    bind_integer(query, 1, host_id);
    bind_integer(query, 2, find->hash);
    int row = statement_step(query);
    if (row != 1)
        return row;
    int band = column_integer(query, 0);
    int64_t rank = column_integer(query, 1);
    statement_finish(query);
    if (frontier_is_leased(batch->frontier, host_id, band, rank, find->hash))
        return 0;
    struct statement *dequeue = statement(batch->store, SQL_DEQUEUE);
    bind_integer(dequeue, 1, host_id);
    bind_integer(dequeue, 2, band);
    bind_integer(dequeue, 3, rank);
    bind_integer(dequeue, 4, find->hash);
    int err = statement_run(dequeue);
    if (!err)
        batch_count(batch, find->host, band, -1);
    return err ? err : 1;
}

/* Its state: 0 nothing came of it so far, 1 something did, or an error. */
static int was_decided(struct batch *batch, const struct find *find)
{
    struct statement *query = statement(batch->store, SQL_URL_STATE);
    bind_integer(query, 1, find->host->host_id);
    bind_integer(query, 2, find->hash);
    int row = statement_step(query);
    if (row != 1)
        return row;
    bool skipped = strcmp(column_text(query, 1), "skipped") == 0;
    statement_finish(query);
    return !skipped;
}

/* The article is stored under the canonical address that was told: robots.txt allows it, and it is
 * not another article's. */
static int is_stored_as(struct batch *batch, const struct find *find, int64_t article_id)
{
    int64_t stored = 0;
    struct statement *query = statement(batch->store, SQL_IS_CANONICAL);
    bind_integer(query, 1, article_id);
    bind_text(query, 2, find->found->url);
    return statement_integer(query, &stored);
}

int twins_store(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    const struct stored *stored = &batch->stored[find->result];
    bool amp = strcmp(find->found->via, "amp") == 0;
    if (!stored->article_id || (find->host->host_id == lease->host_id && find->hash == lease->hash))
        return 0;
    int known = amp ? 1 : is_stored_as(batch, find, stored->article_id);
    if (known != 1)
        return known;
    known = was_decided(batch, find);
    if (known)
        return known < 0 ? known : 0;
    int fresh = urls_see(batch->store, find->host->host_id, find->hash);
    int free = fresh ? fresh : take_out(batch, find);
    if (free != 1)
        return free;
    struct statement *put = statement(batch->store, SQL_PUT_FORM);
    bind_integer(put, 1, find->host->host_id);
    bind_integer(put, 2, find->hash);
    bind_text(put, 3, find->found->url);
    bind_nonzero(put, 4, lease->site_id);
    bind_text(put, 5, form_of(batch, amp ? "AMP" : "plain", lease->url));
    bind_integer(put, 6, stored->now_ms);
    bind_integer(put, 7, stored->article_id);
    bind_integer(put, 8, lease->hash);
    return statement_run(put);
}

/* ---- forms that sources tell ---- */

static struct run_host *host_of(struct batch *batch, const char *scheme, const char *www,
                                const char *name, size_t name_size)
{
    char origin[300];
    int size = snprintf(origin, sizeof origin, "%s://%s%.*s", scheme, www, (int)name_size, name);
    if (size < 0 || (size_t)size >= sizeof origin)
        return NULL;
    struct run_host *host = frontier_host_of(batch->frontier, origin, (size_t)size);
    return host && host->host_id ? host : NULL;
}

/* Name and port of an origin, without "www.". */
static const char *bare_name(const char *origin)
{
    const char *name = strstr(origin, "://") + 3;
    return strncmp(name, "www.", 4) == 0 ? name + 4 : name;
}

static const char *const schemes[] = {"https", "http"};
static const char *const prefixes[] = {"", "www."};

/* A port that is written belongs to one scheme, so its hosts have only that. */
static bool is_scheme_of(const char *scheme, const char *origin, const char *name)
{
    size_t size = strlen(scheme);
    return !memchr(name, ':', strcspn(name, "/")) ||
           (strncmp(origin, scheme, size) == 0 && origin[size] == ':');
}

static void find_hosts(struct batch *batch, const struct run_host *of, struct other_hosts *out)
{
    const char *name = bare_name(of->origin);
    *out = (struct other_hosts){.of = of};
    for (size_t i = 0; i < 4; i++) {
        const char *scheme = schemes[i / 2];
        if (!is_scheme_of(scheme, of->origin, name))
            continue;
        struct run_host *host = host_of(batch, scheme, prefixes[i % 2], name, strlen(name));
        if (host && host != of)
            out->hosts[out->count++] = host;
    }
}

/* Whether a URL waits, has brought an article, or has led elsewhere. Returns 1, 0 or an error. */
static int is_served(struct batch *batch, const struct run_host *host, const char *key)
{
    int64_t hash = urls_hash(batch->store, key);
    int seen = urls_is_seen(batch->store, host->host_id, hash);
    if (seen != 1)
        return seen;
    struct statement *query = statement(batch->store, SQL_URL_STATE);
    bind_integer(query, 1, host->host_id);
    bind_integer(query, 2, hash);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : 1;
    bool served = strcmp(column_text(query, 1), "retry") == 0 || column_integer(query, 3) != 0 ||
                  (strcmp(column_text(query, 1), "done") == 0 && !column_is_null(query, 5));
    statement_finish(query);
    return served;
}

/* The same path on each of the other hosts; *out becomes the one that is served. */
static int find_elsewhere(struct batch *batch, const struct find *find,
                          const struct other_hosts *others, const char **out)
{
    const char *key = find->found->key ? find->found->key : find->found->url;
    const char *path = strstr(key, "://") + 3;
    path += strcspn(path, "/?");
    for (size_t i = 0; i < others->count; i++) {
        size_t size = strlen(others->hosts[i]->origin) + strlen(path) + 1;
        char *other = pool_alloc(&batch->store->pool, size);
        snprintf(other, size, "%s%s", others->hosts[i]->origin, path);
        int served = is_served(batch, others->hosts[i], other);
        if (served == 1)
            *out = other;
        if (served)
            return served;
    }
    return 0;
}

/* The plain form of a marked URL, whatever scheme, "www." and slash it has. */
static int find_plain(struct batch *batch, const struct find *find, const char **out)
{
    const char *plain = find->found->plain, *name_end = plain + strcspn(plain, "/?");
    const char *query = name_end + strcspn(name_end, "?");
    for (size_t i = 0; i < 4; i++) {
        const char *scheme = schemes[i / 2];
        struct run_host *host =
            is_scheme_of(scheme, find->host->origin, plain)
                ? host_of(batch, scheme, prefixes[i % 2], plain, (size_t)(name_end - plain))
                : NULL;
        for (int slash = 0; host && slash < 2; slash++) {
            size_t size = strlen(host->origin) + strlen(name_end) + 2;
            char *other = pool_alloc(&batch->store->pool, size);
            snprintf(other, size, "%s%.*s%s%s", host->origin, (int)(query - name_end), name_end,
                     slash ? "/" : "", query);
            int served = is_served(batch, host, other);
            if (served == 1)
                *out = other;
            if (served)
                return served;
        }
    }
    return 0;
}

bool twins_have_others(struct batch *batch, const struct find *find, struct other_hosts *others)
{
    if (others->of != find->host)
        find_hosts(batch, find->host, others);
    return others->count > 0;
}

int twins_leave_out(struct batch *batch, const struct find *find, struct other_hosts *others)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    const char *other = NULL;
    if (!twins_have_others(batch, find, others) && !find->found->plain)
        return 0;
    int known = urls_is_seen(batch->store, find->host->host_id, find->hash);
    if (known)
        return known < 0 ? known : 0;
    if (find->found->plain)
        known = find_plain(batch, find, &other);
    if (!known)
        known = find_elsewhere(batch, find, others, &other);
    if (known != 1)
        return known;
    struct statement *put = statement(batch->store, SQL_SKIP_FORM);
    bind_integer(put, 1, find->host->host_id);
    bind_integer(put, 2, find->hash);
    bind_text(put, 3, find->found->url);
    bind_nonzero(put, 4, lease->site_id);
    bind_nonzero(put, 5, lease->kind == URL_SOURCE ? lease->feed_id : 0);
    bind_text(put, 6, form_of(batch, "other", other));
    bind_integer(put, 7, batch->stored[find->result].now_ms);
    bind_integer(put, 8, urls_hash(batch->store, other));
    int err = statement_run(put);
    return err ? err : 1;
}

/* ---- when the one that was asked has no article ---- */

struct form {
    int64_t host_id, hash, site_id, feed_id;
    const char *url;
};

static int queue_form(struct batch *batch, const struct form *form, int64_t now_ms)
{
    struct url_parts parts;
    struct run_host *host;
    if (!urls_split(form->url, &parts))
        return 0;
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    struct statement *release = statement(batch->store, SQL_RELEASE_FORM);
    bind_integer(release, 1, form->host_id);
    bind_integer(release, 2, form->hash);
    err = statement_run(release);
    int fresh = err ? err : urls_see(batch->store, form->host_id, form->hash);
    if (fresh < 0)
        return fresh;
    struct queue_row row = {.host_id = form->host_id,
                            .band = BAND_NEW,
                            .hash = form->hash,
                            .rank = now_ms / 1000,
                            .kind = lease_kind(URL_ARTICLE, KIND_NO_SOURCE),
                            .site_id = form->site_id,
                            .feed_id = form->feed_id,
                            .found_ms = now_ms,
                            .hint_published_ms = MOMENT_NONE,
                            .path = parts.path};
    return batch_enqueue(batch, host, &row);
}

int twins_revive(struct batch *batch, size_t i)
{
    enum { FORMS_MAX = 8 };
    struct form forms[FORMS_MAX];
    size_t count = 0;
    struct statement *query = statement(batch->store, SQL_FORMS_OF_URL);
    bind_integer(query, 1, batch->results[i]->lease.hash);
    int row;
    while ((row = statement_step(query)) == 1 && count < FORMS_MAX) {
        const char *text = column_text(query, 2);
        forms[count++] = (struct form){.host_id = column_integer(query, 0),
                                       .hash = column_integer(query, 1),
                                       .site_id = column_integer(query, 3),
                                       .feed_id = column_integer(query, 4),
                                       .url = pool_copy(&batch->store->pool, text, strlen(text))};
    }
    if (row == 1)
        statement_finish(query);
    int err = row < 0 ? row : 0;
    for (size_t k = 0; k < count && !err; k++)
        err = queue_form(batch, &forms[k], batch->stored[i].now_ms);
    return err;
}
