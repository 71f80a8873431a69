/* access.h - how requests on behalf of a site differ from the others: credentials, cookies, proxy,
 * user agent, time.
 *
 * Made before a run begins, from what is set for its sites, and then only read; sites that have
 * nothing set are not in it. Credentials go to the site's own origin (scheme, host and port)
 * alone: nothing of them is sent where a redirect leads, to another host of the site, or by http
 * where the site is https.
 *
 * Through a proxy it is the proxy that looks names up and connects, so the address guard can't see
 * where to: it refuses addresses that a URL names itself, and localhost; what a name leads to in
 * the proxy's network is the proxy's affair. The proxy itself may have any address.
 * Thread: main. */
#ifndef CRAWLER_FETCH_ACCESS_H
#define CRAWLER_FETCH_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "fetch/credential.h"

struct url;

struct access_site {
    int64_t site_id;
    const char *origin;     /* "https://example.org": where its credentials go */
    uint64_t timeout_ms;    /* 0: the run's */
    const char *user_agent; /* NULL: the run's */
    const char *cookie;     /* NULL: none */
    const char **lines;     /* headers, "Authorization: …" among them */
    size_t lines_count, lines_places;
    const struct credential_proxy *proxy; /* NULL: the run's */
    const char *lacks; /* a credential that can't be had, and why: then the site is not asked */
    bool keeps_cookies;
    void *jar; /* libcurl's, of the run; NULL: none. Owned */
};

struct access {
    struct arena arena;
    struct access_site *sites; /* by site_id, ascending */
    size_t count, places;
    const struct credential_proxy *proxy; /* of the run; NULL: none */
    unsigned per_host_max; /* the most that a site has as requests at one time to a host; 0: none */
    bool secret;           /* there are credentials in memory */
};

void access_init(struct access *access);
void access_clear(struct access *access);

/* Adds a site, zeroed, with a copy of `origin`; in ascending order of site_id. Valid until the next
 * is added. */
struct access_site *access_add(struct access *access, int64_t site_id, const char *origin);

/* What is set for the site; NULL: nothing. Does not change what it finds. */
struct access_site *access_find(const struct access *access, int64_t site_id);

/* Looks a credential up and adds it. One that can't be had is noted in site->lacks. */
void access_add_credential(struct access *access, struct access_site *site,
                           enum credential_kind kind, const char *name, const char *value);

/* Sets the run's proxy from --proxy, whose user and password are overwritten where they stand. NULL
 * does nothing. Returns 0; or ERR_USAGE with a reason. */
int access_set_proxy(struct access *access, char *value, char *reason, size_t reason_size);

/* Makes the jars of the sites that keep cookies. */
void access_make_jars(struct access *access);

/* Whether the site's credentials may be sent to this address. */
bool access_is_own(const struct access_site *site, const struct url *url, struct arena *arena);

/* The proxy for requests on behalf of a site (NULL: without settings); NULL: none. */
const struct credential_proxy *access_proxy(const struct access *access,
                                            const struct access_site *site);

#endif
