#include "fetch/access.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/url.h"

enum { REASON_BYTES = 512 };

void access_init(struct access *access)
{
    *access = (struct access){0};
    arena_init(&access->arena, 0);
}

void access_clear(struct access *access)
{
    for (size_t i = 0; i < access->count; i++)
        curl_share_cleanup(access->sites[i].jar);
    arena_clear(&access->arena);
    access->sites = NULL;
    access->count = access->places = 0;
}

struct access_site *access_add(struct access *access, int64_t site_id, const char *origin)
{
    access->sites = arena_room(&access->arena, access->sites, access->count, &access->places,
                               sizeof *access->sites);
    struct access_site *site = &access->sites[access->count++];
    *site =
        (struct access_site){.site_id = site_id, .origin = arena_string(&access->arena, origin)};
    return site;
}

static int compare_site(const void *key, const void *item)
{
    int64_t wanted = *(const int64_t *)key, has = ((const struct access_site *)item)->site_id;
    return (wanted > has) - (wanted < has);
}

struct access_site *access_find(const struct access *access, int64_t site_id)
{
    if (!access || !access->count)
        return NULL;
    return bsearch(&site_id, access->sites, access->count, sizeof *access->sites, compare_site);
}

/* ---- credentials ---- */

static void add_line(struct access *access, struct access_site *site, const char *line)
{
    site->lines = arena_room(&access->arena, site->lines, site->lines_count, &site->lines_places,
                             sizeof *site->lines);
    site->lines[site->lines_count++] = line;
}

static int read_proxy(struct access *access, const char *url, const struct credential_proxy **out,
                      char *reason, size_t reason_size)
{
    struct credential_proxy *proxy = arena_alloc(&access->arena, sizeof *proxy);
    int err = credential_read_proxy(url, &access->arena, proxy, reason, reason_size);
    if (!err)
        *out = proxy;
    return err;
}

void access_add_credential(struct access *access, struct access_site *site,
                           enum credential_kind kind, const char *name, const char *value)
{
    char reason[REASON_BYTES];
    const char *text = NULL;
    int err = credential_resolve(kind, name, value, &access->arena, &text, reason, sizeof reason);
    if (!err && kind == CREDENTIAL_PROXY)
        err = read_proxy(access, text, &site->proxy, reason, sizeof reason);
    if (err) {
        site->lacks = arena_format(&access->arena, "%s: %s", credential_names[kind], reason);
        return;
    }
    access->secret = true;
    if (kind == CREDENTIAL_COOKIE)
        site->cookie = text;
    else if (kind != CREDENTIAL_PROXY)
        add_line(access, site, text);
}

/* Overwrites what stands between :// and the last @ before the path. */
static void hide(char *url)
{
    char *begin = strstr(url, "://"), *end = strrchr(url, '@');
    if (begin && end > begin)
        memset(begin + 3, '*', (size_t)(end - begin - 3));
}

int access_set_proxy(struct access *access, char *value, char *reason, size_t reason_size)
{
    bool secret = false;
    const char *text = NULL;
    if (!value)
        return 0;
    const char *copy = arena_string(&access->arena, value);
    hide(value);
    int err = credential_check(CREDENTIAL_PROXY, "", copy, &secret, reason, reason_size);
    if (!err)
        err = credential_resolve(CREDENTIAL_PROXY, "", copy, &access->arena, &text, reason,
                                 reason_size);
    if (!err)
        err = read_proxy(access, text, &access->proxy, reason, reason_size);
    access->secret |= secret;
    return err;
}

/* ---- what the fetcher asks ---- */

void access_make_jars(struct access *access)
{
    for (size_t i = 0; i < access->count; i++) {
        struct access_site *site = &access->sites[i];
        if (!site->keeps_cookies || site->jar)
            continue;
        site->jar = curl_share_init();
        if (!site->jar)
            alloc_failed(0);
        curl_share_setopt(site->jar, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    }
}

bool access_is_own(const struct access_site *site, const struct url *url, struct arena *arena)
{
    return strcmp(url_origin(url, arena), site->origin) == 0;
}

const struct credential_proxy *access_proxy(const struct access *access,
                                            const struct access_site *site)
{
    if (site && site->proxy)
        return site->proxy;
    return access ? access->proxy : NULL;
}
