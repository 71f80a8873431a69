/* guard.h - which addresses may be reached.
 *
 * Private, loopback, link-local, metadata, multicast and reserved addresses are refused, also when
 * they are written inside an IPv6 address (mapped, NAT64, 6to4, Teredo). Sources: the IANA
 * special-purpose address registries (RFC 6890), RFC 6052, RFC 3056, RFC 4380.
 * The check is made on the address that is about to be connected to, after name look-up, for every
 * hop: a name that changes its mind (rebinding) gains nothing. Thread: any. */
#ifndef CRAWLER_FETCH_GUARD_H
#define CRAWLER_FETCH_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* Why something is not asked, and what to do where it is meant. */
#define GUARD_REFUSED      "a private or reserved address; --allow-net opens it"
#define GUARD_REFUSED_NAME "the name leads to a private or reserved address; --allow-net opens it"

struct guard_range {
    uint8_t address[16]; /* IPv4 as IPv4-mapped IPv6 */
    unsigned bits;       /* of the 128 that must match */
};

struct guard {
    struct guard_range *allowed; /* from --allow-net; owned */
    size_t allowed_count;
};

/* Reads CIDR texts ("127.0.0.0/8", "::1", "10.1.2.3"). Returns 0, or ERR_USAGE with *bad set to
 * the text that is none. */
int guard_init(struct guard *guard, const char *const *ranges, size_t count, const char **bad);
void guard_clear(struct guard *guard);

/* May `address` (IPv4 or IPv6) be connected to? */
bool guard_allows(const struct guard *guard, const struct sockaddr *address);

#endif
