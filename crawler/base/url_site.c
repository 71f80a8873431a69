/* url_site.c - registrable domains by the public suffix list. */
#include "base/url.h"

#include <libpsl.h>
#include <string.h>

#include "base/url_text.h"

/* The list that is compiled into libpsl: constant, so it needs no lock, no file and no loading, and
 * a sandboxed worker sees the same as everybody. It knows suffixes in UTF-8 and in ASCII. */
static const char *registrable(const char *host)
{
    return psl_registrable_domain(psl_builtin(), host);
}

/* Addresses have no domain. Of names none ends in a digit's label: url_parse() saw to that. */
static bool is_address(struct span host)
{
    const char *dot = host.size ? memrchr(host.data, '.', host.size) : NULL;
    size_t last = dot ? (size_t)(dot - host.data) + 1 : 0;
    return !host.size || host.data[0] == '[' ||
           (dot && last < host.size && is_ascii_digit(host.data[last]));
}

const char *url_site(struct span host, struct arena *arena)
{
    host = host_without_dot(host);
    if (is_address(host))
        return NULL;
    return registrable(arena_copy(arena, host.data, host.size));
}

/* "example.com" of "www.example.com": registrable domains have two labels and more. */
static struct span last_two_labels(struct span host)
{
    size_t at = host.size;
    for (int dots = 0; at; at--)
        if (host.data[at - 1] == '.' && ++dots == 2)
            break;
    return (struct span){host.data + at, host.size - at};
}

static bool same_bytes(struct span a, struct span b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

enum { DOMAIN_BYTES_MAX = 253 }; /* RFC 1035: longer ones can't be looked up */

bool url_same_site(const struct url *a, const struct url *b)
{
    struct span host_a = host_without_dot(a->host), host_b = host_without_dot(b->host);
    if (same_bytes(host_a, host_b))
        return true;
    /* Most links of a page lead to quite another name, which needs no list to tell. */
    if (!same_bytes(last_two_labels(host_a), last_two_labels(host_b)))
        return false;
    if (is_address(host_a) || is_address(host_b) || host_a.size > DOMAIN_BYTES_MAX ||
        host_b.size > DOMAIN_BYTES_MAX)
        return false;
    char name_a[DOMAIN_BYTES_MAX + 1], name_b[DOMAIN_BYTES_MAX + 1];
    memcpy(name_a, host_a.data, host_a.size);
    memcpy(name_b, host_b.data, host_b.size);
    name_a[host_a.size] = name_b[host_b.size] = '\0';
    const char *site_a = registrable(name_a), *site_b = registrable(name_b);
    return site_a && site_b && strcmp(site_a, site_b) == 0;
}
