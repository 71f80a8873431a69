/* Where requests to a host go: the address that a transfer will try first. */
#include "fetch/fetcher_private.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "fetch/guard.h"

struct question {
    struct fetcher *fetcher;
    located_fn *on_located;
    void *about, *context;
};

/* The address that a transfer will try first. NULL: none. */
static const char *first_allowed(const struct fetcher *fetcher, const struct resolved *resolved,
                                 char *text, size_t size)
{
    for (size_t i = 0; i < resolved->count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&resolved->addresses[i];
        if (!guard_allows(fetcher->config.guard, address))
            continue;
        if (address->sa_family == AF_INET6)
            uv_ip6_name((const struct sockaddr_in6 *)(const void *)address, text, size);
        else
            uv_ip4_name((const struct sockaddr_in *)(const void *)address, text, size);
        return text;
    }
    return NULL;
}

/* resolver: the addresses of a host that somebody asked for. */
static void on_located_host(const struct resolved *resolved, void *context)
{
    struct question *question = context;
    char text[INET6_ADDRSTRLEN];
    question->on_located(first_allowed(question->fetcher, resolved, text, sizeof text),
                         question->about, question->context);
    free(question);
}

void fetcher_locate(struct fetcher *fetcher, const char *origin, int64_t site_id,
                    located_fn *on_located, void *about, void *context)
{
    const struct access *access = fetcher->config.access;
    struct arena arena;
    struct url url;
    arena_init(&arena, 0);
    if (access_proxy(access, access_find(access, site_id)) ||
        url_parse(&url, &arena, span_of(origin), NULL, NULL)) {
        on_located(NULL, about, context);
    } else if (url.host_is_ip) {
        bool bracketed = url.host.size > 2 && url.host.data[0] == '[';
        on_located(arena_copy(&arena, url.host.data + bracketed, url.host.size - 2 * bracketed),
                   about, context);
    } else {
        struct question *question = alloc_bytes(sizeof *question);
        *question = (struct question){fetcher, on_located, about, context};
        resolver_ask(fetcher->resolver, arena_copy(&arena, url.host.data, url.host.size),
                     on_located_host, question);
    }
    arena_clear(&arena);
}
