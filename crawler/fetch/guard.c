#include "fetch/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

/* What is refused unless --allow-net opens it. */
static const char *const refused[] = {
    "0.0.0.0/8",       /* this host */
    "10.0.0.0/8",      /* private */
    "100.64.0.0/10",   /* carrier-grade NAT */
    "127.0.0.0/8",     /* loopback */
    "169.254.0.0/16",  /* link-local, cloud metadata */
    "172.16.0.0/12",   /* private */
    "192.0.0.0/24",    /* protocol assignments */
    "192.0.2.0/24",    /* documentation */
    "192.31.196.0/24", /* AS112 */
    "192.52.193.0/24", /* AMT */
    "192.88.99.0/24",  /* 6to4 relay */
    "192.168.0.0/16",  /* private */
    "192.175.48.0/24", /* AS112 */
    "198.18.0.0/15",   /* benchmarks */
    "198.51.100.0/24", /* documentation */
    "203.0.113.0/24",  /* documentation */
    "224.0.0.0/4",     /* multicast */
    "240.0.0.0/4",     /* reserved, broadcast */
    "::/128",          /* unspecified */
    "::1/128",         /* loopback */
    "::/96",           /* IPv4-compatible, long deprecated */
    "64:ff9b:1::/48",  /* local NAT64 */
    "100::/64",        /* discard */
    "2001::/23",       /* protocol assignments, Teredo among them */
    "2001:db8::/32",   /* documentation */
    "3fff::/20",       /* documentation */
    "5f00::/16",       /* segment routing */
    "fc00::/7",        /* unique local */
    "fe80::/10",       /* link-local */
    "fec0::/10",       /* site-local, deprecated */
    "ff00::/8",        /* multicast */
};

/* Addresses that carry an IPv4 address: where it stands in the sixteen bytes. */
static const struct {
    const char *range;
    size_t offset;
} carriers[] = {
    {"64:ff9b::/96", 12},    /* NAT64, RFC 6052 */
    {"2002::/16", 2},        /* 6to4, RFC 3056 */
    {"::ffff:0:0:0/96", 12}, /* IPv4-translated, RFC 2765 */
};

static void map_v4(uint8_t out[16], const void *v4)
{
    memset(out, 0, 10);
    out[10] = out[11] = 0xff;
    memcpy(out + 12, v4, 4);
}

static int parse_range(const char *text, struct guard_range *out)
{
    char address[INET6_ADDRSTRLEN + 1];
    const char *slash = strchr(text, '/');
    size_t size = slash ? (size_t)(slash - text) : strlen(text);
    if (size >= sizeof address)
        return ERR_USAGE;
    memcpy(address, text, size);
    address[size] = '\0';
    struct in_addr v4;
    unsigned offset = 0;
    if (inet_pton(AF_INET, address, &v4) == 1) {
        map_v4(out->address, &v4);
        offset = 96;
    } else if (inet_pton(AF_INET6, address, out->address) != 1) {
        return ERR_USAGE;
    }
    out->bits = 128;
    if (slash) {
        char *end;
        unsigned long bits = strtoul(slash + 1, &end, 10);
        if (end == slash + 1 || *end || bits > 128 - offset)
            return ERR_USAGE;
        out->bits = (unsigned)bits + offset;
    }
    return 0;
}

static bool in_range(const struct guard_range *range, const uint8_t address[16])
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->address, address, whole) != 0)
        return false;
    return !rest || !((range->address[whole] ^ address[whole]) >> (8 - rest));
}

/* The tables as prefixes; read anew each time would cost a parse per connection. */
static struct guard_range refused_ranges[COUNT(refused)], carrier_ranges[COUNT(carriers)];

int guard_init(struct guard *guard, const char *const *ranges, size_t count, const char **bad)
{
    for (size_t i = 0; i < COUNT(refused); i++)
        parse_range(refused[i], &refused_ranges[i]);
    for (size_t i = 0; i < COUNT(carriers); i++)
        parse_range(carriers[i].range, &carrier_ranges[i]);
    guard->allowed = alloc_zeroed(count, sizeof *guard->allowed);
    guard->allowed_count = count;
    for (size_t i = 0; i < count; i++)
        if (parse_range(ranges[i], &guard->allowed[i])) {
            *bad = ranges[i];
            guard_clear(guard);
            return ERR_USAGE;
        }
    return 0;
}

void guard_clear(struct guard *guard)
{
    free(guard->allowed);
    *guard = (struct guard){0};
}

static bool allows(const struct guard *guard, const uint8_t address[16])
{
    for (size_t i = 0; i < guard->allowed_count; i++)
        if (in_range(&guard->allowed[i], address))
            return true;
    for (size_t i = 0; i < COUNT(refused); i++)
        if (in_range(&refused_ranges[i], address))
            return false;
    for (size_t i = 0; i < COUNT(carriers); i++)
        if (in_range(&carrier_ranges[i], address)) {
            uint8_t inner[16];
            map_v4(inner, address + carriers[i].offset);
            return allows(guard, inner);
        }
    return true;
}

bool guard_allows(const struct guard *guard, const struct sockaddr *address)
{
    uint8_t bytes[16];
    if (address->sa_family == AF_INET)
        map_v4(bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr);
    else if (address->sa_family == AF_INET6)
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
    else
        return false;
    return allows(guard, bytes);
}
