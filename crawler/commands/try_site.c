#include "commands/try_site.h"

#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/url.h"
#include "commands/database.h"
#include "commands/site_access.h"
#include "fetch/access.h"
#include "storage/store.h"

struct search {
    struct try_site *found;
    struct arena *arena;
    const struct url *url;
    int fit; /* of what was found */
};

/* How well a site's address fits that of a page of its domain. */
static int fit_of(const struct url *site, const struct url *page, struct arena *arena)
{
    if (strcmp(url_origin(site, arena), url_origin(page, arena)) == 0)
        return 3;
    return site->host.size == page->host.size &&
                   memcmp(site->host.data, page->host.data, page->host.size) == 0
               ? 2
               : 1;
}

static int consider_site(const struct store_value *row, size_t count, void *context)
{
    struct search *search = context;
    const char *home_url = store_column(row, count, "home_url")->text;
    struct url url;
    if (url_parse(&url, search->arena, span_of(home_url), NULL, NULL))
        return 0;
    int fit = fit_of(&url, search->url, search->arena);
    if (fit <= search->fit)
        return 0;
    search->fit = fit;
    search->found->site_id = store_column(row, count, "site_id")->integer;
    search->found->url = arena_string(search->arena, home_url);
    return 0;
}

/* As a lease of the site brings it to a run. */
static int take_facts(const struct store_value *row, size_t count, void *context)
{
    const struct search *search = context;
    struct try_site *site = search->found;
    site->off = !store_column(row, count, "enabled")->integer;
    site->rules_count =
        site_rules_read(&site->rules, search->arena, store_column(row, count, "rules")->text);
    return 0;
}

static const char *tell(const struct try_site *site, const struct access_site *set,
                        struct arena *arena)
{
    const struct {
        bool is_set;
        const char *name;
    } settings[] = {
        {set && set->user_agent, "its user agent"},
        {set && set->timeout_ms, "its time-out"},
        {set && (set->cookie || set->lines_count), "its credentials"},
        {set && set->keeps_cookies, "its cookies"},
        {set && set->proxy, "its proxy"},
        {site->rules_count,
         arena_format(arena, "%zu rule%s", site->rules_count, site->rules_count == 1 ? "" : "s")},
        {site->off, "off: a run does not ask it"},
    };
    const char *told = "";
    for (size_t i = 0; i < COUNT(settings); i++)
        if (settings[i].is_set)
            told = arena_format(arena, "%s%s%s", told, *told ? ", " : "", settings[i].name);
    return *told ? told : "as all the others";
}

static int read_site(struct search *search, struct access *access, struct store *store,
                     struct log *log)
{
    struct try_site *site = search->found;
    struct arena *arena = search->arena;
    const struct span host = search->url->host;
    const char *domain = url_site(host, arena);
    const struct store_value where[] = {
        STORE_PARAM_TEXT(search->url->href),
        STORE_PARAM_TEXT(domain ? domain : arena_copy(arena, host.data, host.size)),
        STORE_PARAM_TEXT((const char *)NULL), STORE_PARAM_INTEGER(0)};
    int err = store_each_row(store, SQL_FIND_SITES, where, COUNT(where), consider_site, search);
    if (err || !site->site_id)
        return err;
    const struct store_value facts[] = {STORE_PARAM_INTEGER(site->site_id),
                                        STORE_PARAM_TEXT((const char *)NULL)};
    err = store_each_row(store, SQL_SITE_FACTS, facts, COUNT(facts), take_facts, search);
    if (!err)
        err = site_access_read(access, store, NULL, site->site_id, log);
    return err;
}

int try_site_read(struct try_site *out, struct access *access, struct arena *arena,
                  const struct options *options, const struct url *url)
{
    struct search search = {.found = out, .arena = arena, .url = url};
    struct store *store;
    *out = (struct try_site){0};
    if (!options->sites)
        return EXIT_COMPLETED;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    struct log *log = log_create(2, options->log, false);
    int err = read_site(&search, access, store, log);
    if (err)
        status = database_failed(store, err);
    else if (out->site_id)
        out->told = tell(out, access_find(access, out->site_id), arena);
    access_make_jars(access);
    log_close(log);
    store_close(store);
    return status;
}
