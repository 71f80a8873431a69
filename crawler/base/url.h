/* url.h - URLs as the URL Standard reads them, and their identity.
 *
 * Parsing follows the WHATWG URL Standard (url.spec.whatwg.org, "basic URL parser") for http and
 * https; everything else is refused. Hosts follow UTS #46 non-transitional by libidn2, registrable
 * domains the public suffix list by libpsl. A `struct url` and all that is returned lives in the
 * arena that was given; nothing is freed. Linear in the text. Thread: any. */
#ifndef CRAWLER_BASE_URL_H
#define CRAWLER_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

/* A longer text is no URL (ERR_TOO_LARGE). No server takes one, and it bounds what a page costs. */
enum { URL_BYTES_MAX = 64 * 1024 };

/* The parts are pieces of href: ASCII, normalised, percent-encoded. */
struct url {
    const char *href; /* the standard's serialisation, NUL-terminated */
    size_t href_size;
    struct span scheme;   /* "http" or "https" */
    struct span userinfo; /* "name:password", without @; mostly empty */
    struct span host;     /* lower case; "[::1]" with its brackets */
    struct span path;     /* begins with / */
    struct span query;    /* without ? */
    struct span fragment; /* without # */
    unsigned port;        /* the one to connect to: 80 or 443 when none is written */
    bool has_port;        /* a port is written, so it is not the default */
    bool has_query;
    bool has_fragment;
    bool host_is_ip;
};

/* Parses `text`, relative to `base` when that is not NULL. `encoding` is the page's charset, in
 * which the query's non-ASCII characters are encoded; NULL means UTF-8. `text` is UTF-8; what is
 * not becomes U+FFFD.
 * Returns 0, ERR_INPUT (no http(s) URL) or ERR_TOO_LARGE, and then leaves *out as it was. */
int url_parse(struct url *out, struct arena *arena, struct span text, const struct url *base,
              const char *encoding);

/* The identity for de-duplication, of the same form as a URL. User info, fragment, default port,
 * the host's trailing dot, tracking parameters and sessions are dropped, escapes written in one way
 * and the query's parts sorted by byte value. Never the address to ask: servers may read more into
 * it. */
const char *url_key(const struct url *url, struct arena *arena);

/* href without fragment and user info: what is asked of the server. */
const char *url_fetchable(const struct url *url, struct arena *arena);

/* "https://example.org", with ":port" where it is not the default. */
const char *url_origin(const struct url *url, struct arena *arena);

/* The path and, where there is one, "?" with the query: one piece of href. */
struct span url_path_and_query(const struct url *url);

/* The registrable domain of a host of struct url, or NULL for IP addresses and bare suffixes. */
const char *url_site(struct span host, struct arena *arena);

/* Whether both have the same registrable domain or, where there is none, the same host. */
bool url_same_site(const struct url *a, const struct url *b);

/* Whether a query parameter of this name tells how a reader came and never names a page. */
bool url_is_tracking(struct span name);

/* Whether a parameter, of the query or of the path, carries a visitor's session. */
bool url_is_session(struct span name, struct span value);

#endif
