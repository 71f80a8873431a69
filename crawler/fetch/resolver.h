/* resolver.h - names to addresses by c-ares in the event loop, with a cache of our own.
 *
 * libcurl's own look-ups start a thread each and can block the loop for seconds (measured: 3.5 s);
 * getaddrinfo in libuv's pool takes 50 s for a thousand slow names. So: c-ares, A and AAAA at once,
 * answers kept for their TTL (at least 30 s, at most an hour), "no such name" for 30 s, failures
 * for half a second. Thread: loop thread only. */
#ifndef CRAWLER_FETCH_RESOLVER_H
#define CRAWLER_FETCH_RESOLVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct uv_loop_s;
struct resolver;

enum { RESOLVER_ADDRESSES_MAX = 8 };

struct resolved {
    struct sockaddr_storage addresses[RESOLVER_ADDRESSES_MAX];
    size_t count;    /* 0: the name leads nowhere … */
    const char *why; /* … for this reason; static */
};

/* Gives the addresses of a name; `result` is borrowed during the call. Called once per
 * resolver_ask(), on the loop thread; from inside it when the answer is known already. */
typedef void resolved_fn(const struct resolved *result, void *context);

/* Stores a new resolver, owned by the caller, in *out and returns 0; or ERR_IO when the system has
 * no usable resolver configuration. It asks `servers` ("10.0.0.53,[fd00::53]:5353", else
 * ERR_USAGE), or those of the system if that is NULL. */
int resolver_create(struct resolver **out, struct uv_loop_s *loop, const char *servers);

/* Writes the name servers that such a resolver would ask ("10.0.0.53, fd00::53") and asks none.
 * Returns 0 or what resolver_create() would. */
int resolver_servers(const char *servers, char *out, size_t size);

/* Looks `host` up (a name, or an address in text, IPv6 in brackets or not). */
void resolver_ask(struct resolver *resolver, const char *host, resolved_fn *on_resolved,
                  void *context);

/* Ends all look-ups that are under way; their callbacks get count 0 before this returns. */
void resolver_cancel(struct resolver *resolver);

/* Takes the resolver, which must have nothing under way; its memory goes in the last close
 * callback. */
void resolver_close(struct resolver *resolver);

#endif
