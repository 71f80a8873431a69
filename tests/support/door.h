/* door.h - a small server for what site.h can't do: TLS and plain HTTP on one port, and SOCKS5.
 *
 * One connection at a time, one request each, at a loopback address of its own; every head that was
 * read is kept. Thread: the test's; `answer` is called on the server's. */
#ifndef TESTS_SUPPORT_DOOR_H
#define TESTS_SUPPORT_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct door;

enum door_kind {
    DOOR_HTTP,  /* TLS where a client begins so, else plain */
    DOOR_SOCKS, /* SOCKS5 (RFC 1928) first; it "connects" to itself */
};

/* Appends the whole answer to a request, its head included. */
typedef void door_answer_fn(struct door *door, bool tls, const char *path, struct bytes *out);

struct door *door_start(enum door_kind kind, door_answer_fn *answer);
void door_stop(struct door *door);

/* "127.1.2.3:4567". Borrowed. */
const char *door_address(const struct door *door);
/* A file with the certificate to believe. Borrowed. */
const char *door_certificate(const struct door *door);

/* The index-th head that was read, NULL: there were fewer; whether it came by TLS; and where SOCKS
 * was asked to connect to, "name:port". Borrowed until door_stop(). */
const char *door_head(const struct door *door, size_t index, bool *tls);
const char *door_target(const struct door *door, size_t index);

#endif
