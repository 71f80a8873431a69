#include "discover/twins.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/url.h"

/* First labels of a host, in front of a registrable domain or of what is below it. */
static const char *const labels[] = {"amp", "m", "mobile", "touch"};

/* A segment of the path: /amp/story, /story/amp/ (the AMP plugins of WordPress). */
static const char *const segments[] = {"amp"};

/* What the last segment ends with, before an extension or without one. */
static const char *const endings[] = {".amp"};

/* Parameters of the query; NULL: whatever its value. */
static const struct {
    const char *name, *value;
} parameters[] = {{"amp", NULL}, {"outputtype", "amp"}};

/* The identity, in its parts. */
struct address {
    struct span host, port, path, query; /* port with its ':' */
};

static bool is_one_of(struct span text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_equals_nocase(text, names[i]))
            return true;
    return false;
}

static struct address split(const char *key)
{
    struct address out;
    const char *host = strstr(key, "://") + 3;
    const char *path = host + strcspn(host, "/?");
    const char *query = path + strcspn(path, "?");
    const char *port = path;
    while (port > host && port[-1] >= '0' && port[-1] <= '9')
        port--;
    if (port == host || *--port != ':')
        port = path;
    out.host = (struct span){host, (size_t)(port - host)};
    out.port = (struct span){port, (size_t)(path - port)};
    out.path = (struct span){path, (size_t)(query - path)};
    out.query = span_of(*query ? query + 1 : query);
    return out;
}

/* Drops the first label where it is a mark, if a registrable domain is left. */
static bool unmark_host(struct span *host, struct arena *arena)
{
    const char *dot = memchr(host->data, '.', host->size);
    if (!dot ||
        !is_one_of((struct span){host->data, (size_t)(dot - host->data)}, labels, COUNT(labels)))
        return false;
    const char *site = url_site(*host, arena);
    struct span rest = {dot + 1, host->size - (size_t)(dot + 1 - host->data)};
    if (!site || strlen(site) > rest.size)
        return false;
    *host = rest;
    return true;
}

static void drop_www(struct span *host, struct arena *arena)
{
    const char *site = url_site(*host, arena);
    if (host->size > 4 && memcmp(host->data, "www.", 4) == 0 && site &&
        strlen(site) + 4 <= host->size)
        *host = (struct span){host->data + 4, host->size - 4};
}

/* Where the ending stands in the last segment, or NULL. */
static const char *find_ending(struct span segment, size_t *size)
{
    for (size_t i = 0; i < COUNT(endings); i++) {
        *size = strlen(endings[i]);
        for (size_t at = 1; at + *size <= segment.size; at++)
            if (strncasecmp(segment.data + at, endings[i], *size) == 0 &&
                (at + *size == segment.size ||
                 (segment.data[at + *size] == '.' &&
                  !memchr(segment.data + at + *size + 1, '.', segment.size - at - *size - 1))))
                return segment.data + at;
    }
    return NULL;
}

/* Returns whether a mark was left out. With nothing else in the path all of it stays. */
static bool write_path(struct bytes *out, struct span path)
{
    size_t start = out->size, size, cut = 0;
    bool marked = false;
    for (size_t at = 0; at < path.size; at += size + 1) {
        const char *rest = path.data + at, *slash = memchr(rest, '/', path.size - at);
        size = slash ? (size_t)(slash - rest) : path.size - at;
        struct span segment = {rest, size};
        if (is_one_of(segment, segments, COUNT(segments))) {
            marked = true;
            continue;
        }
        const char *ending = slash ? NULL : find_ending(segment, &cut);
        if (at)
            bytes_append(out, "/", 1);
        bytes_append(out, rest, ending ? (size_t)(ending - rest) : size);
        if (ending)
            bytes_append(out, ending + cut, (size_t)(rest + size - ending) - cut);
        marked |= ending != NULL;
    }
    while (out->size > start && out->data[out->size - 1] == '/')
        out->size--;
    if (marked && out->size == start) {
        bytes_append(out, path.data, path.size);
        return false;
    }
    return marked;
}

static bool is_marked(struct span parameter)
{
    const char *equals = memchr(parameter.data, '=', parameter.size);
    size_t size = equals ? (size_t)(equals - parameter.data) : parameter.size;
    struct span name = {parameter.data, size}, value = {parameter.data + size, 0};
    if (equals)
        value = (struct span){equals + 1, parameter.size - size - 1};
    for (size_t i = 0; i < COUNT(parameters); i++)
        if (span_equals_nocase(name, parameters[i].name) &&
            (!parameters[i].value || span_equals_nocase(value, parameters[i].value)))
            return true;
    return false;
}

static bool write_query(struct bytes *out, struct span query)
{
    bool marked = false, first = true;
    size_t size;
    for (size_t at = 0; at < query.size; at += size + 1) {
        const char *rest = query.data + at, *end = memchr(rest, '&', query.size - at);
        size = end ? (size_t)(end - rest) : query.size - at;
        if (is_marked((struct span){rest, size})) {
            marked = true;
            continue;
        }
        bytes_append(out, first ? "?" : "&", 1);
        bytes_append(out, rest, size);
        first = false;
    }
    return marked;
}

static const char *shared_part(const struct url *url, struct arena *arena, bool *marked)
{
    struct address address = split(url_key(url, arena));
    struct bytes out;
    bytes_init(&out, 0);
    *marked = !url->host_is_ip && unmark_host(&address.host, arena);
    drop_www(&address.host, arena);
    bytes_append(&out, address.host.data, address.host.size);
    bytes_append(&out, address.port.data, address.port.size);
    *marked |= write_path(&out, address.path);
    *marked |= write_query(&out, address.query);
    const char *shared = arena_copy(arena, out.data, out.size);
    bytes_clear(&out);
    return shared;
}

/* Nearly all addresses are told by their letters to bear none: sitemaps name a great many. */
static bool may_be_marked(const struct url *url)
{
    const char *dot = memchr(url->host.data, '.', url->host.size);
    size_t first = dot ? (size_t)(dot - url->host.data) : 0;
    return is_one_of((struct span){url->host.data, first}, labels, COUNT(labels)) ||
           strcasestr(url->path.data, "amp");
}

const char *twins_plain(const struct url *url, struct arena *arena)
{
    bool marked = false;
    const char *plain = may_be_marked(url) ? shared_part(url, arena, &marked) : NULL;
    return marked ? plain : NULL;
}

bool twins_share(const struct url *a, const struct url *b, struct arena *arena)
{
    bool marked;
    const char *one = shared_part(a, arena, &marked), *other = shared_part(b, arena, &marked);
    return strcmp(one, other) == 0;
}
