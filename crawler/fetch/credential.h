/* credential.h - what opens a door at a site, as people write it: auth, cookie, header, proxy.
 *
 *     auth      basic:USER:SECRET or bearer:SECRET
 *     cookie    SECRET, as "session=1; consent=yes"
 *     header    SECRET, the value of the header of that name
 *     proxy     SECRET, as http://[USER:PASSWORD@]HOST:PORT or socks5h://…
 *
 * A SECRET that begins with @ is the first line of the file of that name, one that begins with $
 * the value of that environment variable; both are looked up when a run begins, so that nothing
 * secret need be stored. @@ and $$ begin a secret that begins with one of these signs.
 * Plain functions. Thread: main. */
#ifndef CRAWLER_FETCH_CREDENTIAL_H
#define CRAWLER_FETCH_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum credential_kind { CREDENTIAL_AUTH, CREDENTIAL_COOKIE, CREDENTIAL_HEADER, CREDENTIAL_PROXY };
enum { CREDENTIAL_KINDS = CREDENTIAL_PROXY + 1 };

/* As the kinds are called in settings and in the database. */
extern const char *const credential_names[CREDENTIAL_KINDS];

/* A proxy, taken apart. */
struct credential_proxy {
    const char *url;  /* as libcurl wants it, with user and password */
    const char *host; /* of the proxy; an IPv6 address with its brackets */
    unsigned port;
    bool host_is_ip;
};

/* Whether `value` can be used as this kind; `name` is a header's, else not looked at. Nothing is
 * looked up. *secret tells whether the value itself tells strangers anything they should not know.
 * Returns 0; or ERR_USAGE with what is wrong in `reason`, which quotes no secret. */
int credential_check(enum credential_kind kind, const char *name, const char *value, bool *secret,
                     char *reason, size_t reason_size);

/* The secret looked up: the line that goes to the server ("Authorization: Basic …", "Name: value"),
 * the cookies, or the proxy's URL, in the arena. Returns 0; or ERR_USAGE with a reason. */
int credential_resolve(enum credential_kind kind, const char *name, const char *value,
                       struct arena *arena, const char **out, char *reason, size_t reason_size);

/* Takes the URL of a proxy apart. Returns 0; or ERR_USAGE with a reason. */
int credential_read_proxy(const char *url, struct arena *arena, struct credential_proxy *out,
                          char *reason, size_t reason_size);

#endif
