/* One connection to a host: requests one after the other, answered as the fault's row says, or else
 * as a site in order does. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "hostile/world_private.h"
#include "support/story.h"

enum { HEAD_BYTES_MAX = 64 * 1024, LETTERS = 1000, CLOSING_MS = 200 };

struct connection {
    struct visit visit; /* first: a visit is its connection */
    struct hostile_host *host;
    int socket;
    SSL *tls;
    struct bytes in; /* read and not yet answered */
    struct arena arena;
};

/* ---- bytes out ---- */

/* True when the socket is ready for `events`; false when the world ends, the client leaves or the
 * time is over. */
static bool wait_for(struct connection *connection, short events, int ms)
{
    struct pollfd polled[] = {{.fd = connection->socket, .events = events},
                              {.fd = connection->host->world->wake[0], .events = POLLIN}};
    if (poll(polled, 2, ms) <= 0 || polled[1].revents)
        return false;
    return polled[0].revents & events;
}

bool visit_send(struct visit *visit, const void *data, size_t size)
{
    struct connection *connection = (struct connection *)visit;
    const char *at = data, *end = at + size;
    while (at < end) {
        ssize_t sent;
        if (connection->tls) {
            size_t part = (size_t)(end - at) < 16384 ? (size_t)(end - at) : 16384;
            sent = SSL_write(connection->tls, at, (int)part);
        } else {
            if (!wait_for(connection, POLLOUT, -1))
                return false;
            sent = send(connection->socket, at, (size_t)(end - at), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
        }
        if (sent <= 0)
            return false;
        at += sent;
    }
    return true;
}

bool visit_wait(struct visit *visit, unsigned ms)
{
    struct connection *connection = (struct connection *)visit;
    struct pollfd polled[] = {{.fd = connection->socket, .events = POLLRDHUP},
                              {.fd = connection->host->world->wake[0], .events = POLLIN}};
    return poll(polled, 2, (int)ms) == 0;
}

void visit_story(const struct visit *visit, struct bytes *out)
{
    story_append(visit->path ? visit->path : FAULT_STORY, out);
}

static void append_number(struct bytes *out, const char *format, size_t number)
{
    char text[32];
    snprintf(text, sizeof text, format, number);
    bytes_append_string(out, text);
}

static void append_letters(struct bytes *out)
{
    for (unsigned i = 0; i < LETTERS; i++)
        bytes_append(out, &"abcdefghijklmnopqrstuvwxyz"[i % 26], 1);
}

/* Appends what stands for the mark at the beginning of `text`. Returns the mark's size; 0: it is
 * none. */
static size_t append_mark(const struct visit *visit, const char *text, struct bytes *out)
{
    static const char *const marks[] = {"{base}",   "{partner}", "{port}", "{story}", "{half}",
                                        "{length}", "{hex}",     "{nul}",  "{1k}"};
    enum { BASE, PARTNER, PORT, STORY, HALF, LENGTH, HEX, NUL, LETTERS_1K };
    size_t mark = 0;
    while (mark < COUNT(marks) && strncmp(text, marks[mark], strlen(marks[mark])) != 0)
        mark++;
    if (mark == COUNT(marks))
        return 0;
    struct bytes story;
    bytes_init(&story, 0);
    if (mark >= STORY && mark <= HEX)
        visit_story(visit, &story);
    if (mark == BASE)
        bytes_append_string(out, visit->base);
    else if (mark == PARTNER)
        bytes_append_string(out, visit->partner);
    else if (mark == PORT)
        append_number(out, "%zu", visit->port);
    else if (mark == STORY || mark == HALF)
        bytes_append(out, story.data, mark == STORY ? story.size : story.size / 2);
    else if (mark == LENGTH || mark == HEX)
        append_number(out, mark == HEX ? "%zx" : "%zu", story.size);
    else if (mark == NUL)
        bytes_append(out, "", 1);
    else
        append_letters(out);
    bytes_clear(&story);
    return strlen(marks[mark]);
}

void visit_expand(const struct visit *visit, const char *text, struct bytes *out)
{
    while (*text) {
        size_t plain = strcspn(text, "{");
        bytes_append(out, text, plain);
        text += plain;
        size_t mark = *text ? append_mark(visit, text, out) : 0;
        if (*text && !mark)
            bytes_append(out, text, mark = 1);
        text += mark;
    }
}

bool visit_say(struct visit *visit, const char *text)
{
    struct bytes out;
    bytes_init(&out, 0);
    visit_expand(visit, text, &out);
    bool alive = visit_send(visit, out.data, out.size);
    bytes_clear(&out);
    return alive;
}

bool visit_answer(struct visit *visit, const char *headers, const void *data, size_t size)
{
    struct bytes out;
    bytes_init(&out, 0);
    bytes_append_string(&out, "HTTP/1.1 200 OK\r\n");
    visit_expand(visit, headers, &out);
    append_number(&out, "Content-Length: %zu\r\n\r\n", size);
    bool alive = visit_send(visit, out.data, out.size);
    bytes_clear(&out);
    return alive && visit_send(visit, data, size);
}

/* ---- a site in order ---- */

static bool is_struck(const struct fault *fault, const char *path)
{
    const char *at = fault->path ? fault->path : FAULT_STORY;
    size_t size = strlen(at);
    if (size && at[size - 1] == '*')
        return strncmp(at, path, size - 1) == 0;
    return strcmp(at, path) == 0;
}

/* Named after the host, so that no two hosts have the same story. */
static const char *own_path(const struct connection *connection, unsigned index)
{
    return arena_format(connection->visit.arena, "/news/2026/own-report-from-town-%zu-number-%u",
                        connection->host->index, index);
}

/* An item of a list, in the three forms in which the site tells of its stories. */
static const char as_link[] = "<li><h2><a href=\"%s%s\">What the council of the town said in the "
                              "evening of day %u</a></h2></li>\n";
static const char as_entry[] =
    "<item><link>%s%s</link><title>The council on day %u</title></item>\n";
static const char as_place[] = "<url><loc>%s%s</loc></url>\n";

static void append_list(const struct connection *connection, const char *item, struct bytes *out)
{
    const struct fault *fault = connection->host->fault;
    struct arena *arena = connection->visit.arena;
    const char *base = connection->visit.base;
    unsigned count = fault ? OWN_STORIES : PARTNER_STORIES;
    for (unsigned i = 0; i < count; i++)
        bytes_append_string(out, arena_format(arena, item, base, own_path(connection, i), i));
    if (item == as_link && fault && is_struck(fault, FAULT_STORY))
        bytes_append_string(out, arena_format(arena, item, base, FAULT_STORY, count));
}

static void append_healthy(const struct connection *connection, const char **type,
                           struct bytes *out)
{
    const char *path = connection->visit.path;
    *type = "text/html; charset=utf-8";
    if (strcmp(path, "/robots.txt") == 0) {
        *type = "text/plain";
        bytes_append_string(out, arena_format(connection->visit.arena,
                                              "User-agent: *\nDisallow:\nSitemap: %s/sitemap.xml\n",
                                              connection->visit.base));
    } else if (strcmp(path, "/sitemap.xml") == 0) {
        *type = "application/xml";
        bytes_append_string(out, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
        append_list(connection, as_place, out);
        bytes_append_string(out, "</urlset>");
    } else if (strcmp(path, "/feed") == 0) {
        *type = "application/rss+xml";
        bytes_append_string(out, "<rss version=\"2.0\"><channel><title>Daily</title>");
        append_list(connection, as_entry, out);
        bytes_append_string(out, "</channel></rss>");
    } else if (strcmp(path, "/") == 0) {
        bytes_append_string(out,
                            "<!DOCTYPE html><html><head><title>Daily</title><link rel=\"alternate\""
                            " type=\"application/rss+xml\" href=\"/feed\"></head><body>"
                            "<h1>Daily</h1><ul>");
        append_list(connection, as_link, out);
        bytes_append_string(out, "</ul></body></html>");
    } else if (strncmp(path, "/news/", 6) == 0) {
        visit_story(&connection->visit, out);
    }
}

bool visit_healthy(struct visit *visit)
{
    struct connection *connection = (struct connection *)visit;
    const char *type;
    struct bytes body;
    bytes_init(&body, 0);
    append_healthy(connection, &type, &body);
    bool alive =
        body.size
            ? visit_answer(&connection->visit,
                           arena_format(connection->visit.arena, "Content-Type: %s\r\n", type),
                           body.data, body.size)
            : visit_say(&connection->visit, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    bytes_clear(&body);
    return alive;
}

/* ---- the fault ---- */

/* FIN and not RST: what the client sent is taken in, for a moment, though nobody reads it. */
static void close_fairly(struct connection *connection)
{
    char nothing[4096];
    shutdown(connection->socket, SHUT_WR);
    while (wait_for(connection, POLLIN, CLOSING_MS) &&
           recv(connection->socket, nothing, sizeof nothing, MSG_DONTWAIT) > 0)
        ;
}

/* Whether the connection goes on. */
static bool strike(struct connection *connection)
{
    struct visit *visit = &connection->visit;
    const struct fault *fault = connection->host->fault;
    bool alive = true;
    if (fault->serve)
        fault->serve(visit);
    else if (fault->bytes)
        alive = visit_say(visit, fault->bytes);
    while (alive && fault->endless)
        alive = visit_say(visit, fault->endless) &&
                (!fault->pause_ms || visit_wait(visit, fault->pause_ms));
    if (fault->ending == END_HANG)
        while (visit_wait(visit, 60000))
            ;
    if (fault->ending == END_RESET) {
        struct linger at_once = {.l_onoff = 1};
        setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    if (fault->ending == END_CLOSE)
        close_fairly(connection);
    return fault->ending == END_KEEP && alive;
}

/* ---- requests in ---- */

/* Reads until a request's head is whole. Returns its size; 0: there is none. */
static size_t read_head(struct connection *connection)
{
    struct bytes *in = &connection->in;
    for (;;) {
        const char *end = in->size ? memmem(in->data, in->size, "\r\n\r\n", 4) : NULL;
        if (end)
            return (size_t)(end - in->data) + 4;
        if (bytes_reserve(in, 4096))
            return 0;
        ssize_t got;
        if (connection->tls) {
            got = SSL_read(connection->tls, in->data + in->size, 4096);
        } else {
            if (!wait_for(connection, POLLIN, -1))
                return 0;
            got = recv(connection->socket, in->data + in->size, 4096, MSG_DONTWAIT);
            if (got < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
        }
        if (got <= 0)
            return 0;
        in->size += (size_t)got;
    }
}

static bool take_request(struct connection *connection)
{
    struct visit *visit = &connection->visit;
    struct bytes *in = &connection->in;
    size_t size = read_head(connection);
    if (!size)
        return false;
    char *head = arena_copy(&connection->arena, in->data, size);
    char *path = strchr(head, ' '), *end = path ? strpbrk(path + 1, " \r\n") : NULL;
    if (!end)
        return false;
    visit->head = head;
    visit->path = arena_copy(&connection->arena, path + 1, (size_t)(end - path - 1));
    visit->asked = host_note(connection->host, visit->path);
    memmove(in->data, in->data + size, in->size - size);
    in->size -= size;
    return true;
}

static void serve(struct connection *connection)
{
    const struct fault *fault = connection->host->fault;
    if (fault && fault->unasked) {
        strike(connection);
        return;
    }
    bool alive = true;
    while (alive && take_request(connection)) {
        bool struck = fault && is_struck(fault, connection->visit.path);
        alive = struck ? strike(connection) : visit_healthy(&connection->visit);
        arena_reset(&connection->arena);
    }
}

void connection_run(struct hostile_host *host, int socket)
{
    struct world *world = host->world;
    size_t partner = host->fault ? host->index + world->faults_count : host->index;
    struct connection connection = {.host = host, .socket = socket};
    int on = 1;
    arena_init(&connection.arena, 0);
    bytes_init(&connection.in, HEAD_BYTES_MAX);
    connection.visit = (struct visit){.fault = host->fault,
                                      .base = host->base,
                                      .partner = world->hosts[partner].base,
                                      .port = world->port,
                                      .arena = &connection.arena};
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bool secure = host->fault && host->fault->secure;
    if (secure) {
        const struct timeval patience = {.tv_sec = 30}; /* a blocked handshake must end too */
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        connection.tls = host->fault->secure(socket, host->fault);
    }
    if (!secure || connection.tls)
        serve(&connection);
    SSL_free(connection.tls);
    close(socket);
    bytes_clear(&connection.in);
    arena_clear(&connection.arena);
}
