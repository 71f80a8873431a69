/* One connection of the test server: requests are read one after the other, each is answered
 * from its host's table, now or when its latency is over. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "support/site_private.h"

enum { HEAD_BYTES_MAX = 64 << 10, DRIP_MS = 100 };

struct connection {
    uv_tcp_t tcp; /* first: libuv's callbacks get the connection by it */
    uv_timer_t timer;
    uv_write_t write;
    struct host *host;
    struct connection *next, *previous;
    struct bytes in;  /* read and not yet answered */
    size_t head_size; /* of `in`: the request that is being answered; 0: none */
    size_t requests;
    size_t record;
    struct arena arena; /* of the request */
    const char *head_text;
    struct site_answer answer;
    struct bytes out; /* head and body */
    size_t out_sent;  /* of a drip */
    bool head_only;   /* HEAD */
    bool recorded;    /* the request's end is noted */
    bool keep_alive;
    unsigned handles_open;
    bool closing;
};

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer);
static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer);
static void next_request(struct connection *connection);
static void route_request(struct connection *connection, const char *path);
static void on_latency_over(uv_timer_t *timer);
static void send_answer(struct connection *connection);
static void on_written(uv_write_t *write, int status);
static void on_drip(uv_timer_t *timer);
static void on_closed(uv_handle_t *handle);

void connection_accept(uv_stream_t *listener, int status)
{
    struct host *host = listener->data;
    struct site *site = host->site;
    if (status < 0)
        return;
    struct connection *connection = alloc_zeroed(1, sizeof(*connection));
    connection->host = host;
    uv_tcp_init(&site->loop, &connection->tcp);
    uv_timer_init(&site->loop, &connection->timer);
    connection->timer.data = connection;
    connection->handles_open = 2;
    bytes_init(&connection->in, HEAD_BYTES_MAX);
    bytes_init(&connection->out, 0);
    bytes_init(&connection->answer.body, 0);
    arena_init(&connection->arena, 0);
    connection->next = site->connections;
    if (connection->next)
        connection->next->previous = connection;
    site->connections = connection;
    count_connection(host, true);
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) ||
        uv_tcp_nodelay(&connection->tcp, 1) ||
        uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read))
        connection_close(connection);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct connection *connection = (struct connection *)handle;
    size_t room = 4096;
    (void)suggested;
    if (bytes_reserve(&connection->in, room))
        room = 0; /* libuv answers with UV_ENOBUFS, and on_read closes */
    *buffer = uv_buf_init(connection->in.data + connection->in.size, (unsigned)room);
}

/* libuv: bytes came, or the client left (size < 0). */
static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct connection *connection = (struct connection *)stream;
    (void)buffer;
    if (size < 0) {
        connection_close(connection);
        return;
    }
    connection->in.size += (size_t)size;
    if (size > 0 && !connection->head_size)
        next_request(connection);
}

/* The size of the first request's head in `in`, its empty line included; 0: not whole yet. */
static size_t head_size(const struct bytes *in)
{
    const char *end = in->size ? memmem(in->data, in->size, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - in->data) + 4 : 0;
}

static void next_request(struct connection *connection)
{
    size_t size = head_size(&connection->in);
    if (size == 0)
        return;
    arena_reset(&connection->arena);
    char *head = arena_copy(&connection->arena, connection->in.data, size);
    char *method = arena_copy(&connection->arena, head, strcspn(head, "\r\n"));
    char *path = strchr(method, ' '), *version = path ? strchr(path + 1, ' ') : NULL;
    if (!version) {
        connection_close(connection);
        return;
    }
    *path++ = '\0';
    *version++ = '\0';
    if (strncmp(path, "http://", 7) == 0) /* as it is asked through a proxy */
        path += 7 + strcspn(path + 7, "/");

    char value[32];
    bool asks_close =
        site_header(head, "connection", value, sizeof(value)) && strcasecmp(value, "close") == 0;
    connection->keep_alive = strcmp(version, "HTTP/1.1") == 0 && !asks_close;
    connection->head_only = strcmp(method, "HEAD") == 0;
    connection->head_size = size;
    connection->head_text = head;
    connection->recorded = false;
    connection->record = record_start(connection->host, path, head, connection->requests++ > 0);
    route_request(connection, path);
    uv_update_time(&connection->host->site->loop); /* latency counts from now */
    if (connection->answer.latency_ms)
        uv_timer_start(&connection->timer, on_latency_over, connection->answer.latency_ms, 0);
    else
        send_answer(connection);
}

static bool path_matches(const char *pattern, const char *path)
{
    size_t size = strlen(pattern);
    if (size > 0 && pattern[size - 1] == '*')
        return strncmp(pattern, path, size - 1) == 0;
    return strcmp(pattern, path) == 0;
}

static const char *expanded(struct connection *connection, const char *text)
{
    if (!text)
        return NULL;
    struct bytes bytes;
    bytes_init(&bytes, 0);
    expand(connection->host, text, &bytes);
    const char *copy = arena_copy(&connection->arena, bytes.data, bytes.size);
    bytes_clear(&bytes);
    return copy;
}

static void fill_from_route(struct connection *connection, const struct site_route *route)
{
    struct site_answer *answer = &connection->answer;
    answer->status = route->status ? route->status : route->location ? 302 : 200;
    answer->type = route->type ? route->type : "text/html; charset=utf-8";
    answer->headers = expanded(connection, route->headers);
    answer->location = expanded(connection, route->location);
    answer->etag = route->etag;
    answer->last_modified = route->last_modified;
    answer->gzip = route->gzip;
    answer->latency_ms = route->latency_ms;
    answer->fault = route->fault;
    if (route->body && route->body_size)
        bytes_append(&answer->body, route->body, route->body_size);
    else if (route->body)
        expand(connection->host, route->body, &answer->body);
}

/* Whether what the client holds is what it would get. */
static bool client_has_it(const struct connection *connection)
{
    char value[256];
    const struct site_answer *answer = &connection->answer;
    if (site_header(connection->head_text, "if-none-match", value, sizeof(value)))
        return answer->etag && strcmp(value, answer->etag) == 0;
    return answer->last_modified &&
           site_header(connection->head_text, "if-modified-since", value, sizeof(value)) &&
           strcmp(value, answer->last_modified) == 0;
}

static void route_request(struct connection *connection, const char *path)
{
    struct host *host = connection->host;
    struct site_answer *answer = &connection->answer;
    const struct site_route *route = NULL;
    for (size_t i = 0; i < host->table->routes_count && !route; i++)
        if (path_matches(host->table->routes[i].path, path))
            route = &host->table->routes[i];

    *answer = (struct site_answer){.status = 404, .type = "text/plain"};
    answer->arena = &connection->arena;
    bytes_init(&answer->body, 0);
    if (site_banned(host->site, host->index)) {
        answer->status = 403;
        return;
    }
    if (!route)
        return;
    fill_from_route(connection, route);
    if (route->fail_first &&
        site_requests(host->site, (long)host->index, path) <= route->fail_first) {
        answer->status = route->fail_status ? route->fail_status : 503;
        answer->headers = expanded(connection, route->fail_headers);
        return;
    }
    if (route->answer) {
        struct site_request request = {host->site, host->index, path, connection->head_text};
        route->answer(&request, answer, route->context);
    }
    if (answer->status == 200 && client_has_it(connection)) {
        answer->status = 304;
        bytes_clear(&answer->body);
    }
}

/* libuv: the route's latency is over. */
static void on_latency_over(uv_timer_t *timer)
{
    send_answer(timer->data);
}

static void append_header(struct connection *connection, const char *name, const char *value)
{
    if (value)
        bytes_append_string(&connection->out,
                            arena_format(&connection->arena, "%s: %s\r\n", name, value));
}

static void write_head(struct connection *connection)
{
    struct site_answer *answer = &connection->answer;
    struct bytes *out = &connection->out;
    bytes_append_string(out, arena_format(&connection->arena, "HTTP/1.1 %d Status %d\r\n",
                                          answer->status, answer->status));
    char value[256];
    bool has_body = answer->status != 304 && answer->status != 204;
    bool takes_gzip = site_header(connection->head_text, "accept-encoding", value, sizeof(value)) &&
                      strstr(value, "gzip");
    if (answer->gzip && has_body && takes_gzip) {
        site_gzip(&answer->body);
        append_header(connection, "Content-Encoding", "gzip");
        append_header(connection, "Vary", "Accept-Encoding");
    }
    if (has_body) {
        append_header(connection, "Content-Type", answer->type);
        bytes_append_string(
            out, arena_format(&connection->arena, "Content-Length: %zu\r\n", answer->body.size));
    }
    append_header(connection, "Location", answer->location);
    append_header(connection, "ETag", answer->etag);
    append_header(connection, "Last-Modified", answer->last_modified);
    if (!connection->keep_alive)
        append_header(connection, "Connection", "close");
    if (answer->headers)
        bytes_append_string(out, answer->headers);
    bytes_append_string(out, "\r\n");
}

static void send_answer(struct connection *connection)
{
    struct site_answer *answer = &connection->answer;
    struct bytes *out = &connection->out;
    bytes_clear(out);
    if (answer->fault == SITE_HANG)
        return;
    if (answer->fault == SITE_RESET) {
        connection_close(connection);
        return;
    }
    if (answer->fault != SITE_FINE)
        connection->keep_alive = false;

    if (answer->fault == SITE_GARBAGE)
        bytes_append_string(out, "\x01\x02 this is no HTTP\n\n");
    else
        write_head(connection);
    size_t sent = out->size;
    if (!connection->head_only && answer->fault != SITE_GARBAGE) {
        size_t size = answer->fault == SITE_SHORT_BODY ? answer->body.size / 2 : answer->body.size;
        if (size)
            bytes_append(out, answer->body.data, size);
    }
    if (answer->fault == SITE_DRIP) {
        connection->out_sent = sent;
        uv_timer_start(&connection->timer, on_drip, DRIP_MS, DRIP_MS);
    } else {
        sent = out->size;
        /* Before the client can see the answer: what it does next must not seem to overlap. */
        record_end(connection->host, connection->record, answer->status);
        connection->recorded = true;
    }
    uv_buf_t buffer = uv_buf_init(out->data, (unsigned)sent);
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &buffer, 1, on_written))
        connection_close(connection);
}

static void finish_request(struct connection *connection)
{
    struct bytes *in = &connection->in;
    memmove(in->data, in->data + connection->head_size, in->size - connection->head_size);
    in->size -= connection->head_size;
    connection->head_size = 0;
    bytes_clear(&connection->answer.body);
}

/* libuv: all of it went out, or never will. */
static void on_written(uv_write_t *write, int status)
{
    struct connection *connection =
        (struct connection *)((char *)write - offsetof(struct connection, write));
    if (connection->closing || connection->answer.fault == SITE_DRIP)
        return;
    if (status == 0)
        finish_request(connection);
    if (status < 0 || !connection->keep_alive)
        connection_close(connection);
    else
        next_request(connection);
}

/* libuv: time for one more byte. */
static void on_drip(uv_timer_t *timer)
{
    struct connection *connection = timer->data;
    struct bytes *out = &connection->out;
    if (connection->out_sent < out->size) {
        uv_buf_t buffer = uv_buf_init(out->data + connection->out_sent++, 1);
        if (uv_try_write((uv_stream_t *)&connection->tcp, &buffer, 1) == 1)
            return;
    } else {
        record_end(connection->host, connection->record, connection->answer.status);
        connection->recorded = true;
    }
    connection_close(connection);
}

struct connection *connection_next(struct connection *connection)
{
    return connection->next;
}

void connection_close(struct connection *connection)
{
    struct site *site = connection->host->site;
    if (connection->closing)
        return;
    connection->closing = true;
    if (connection->head_size && !connection->recorded)
        record_end(connection->host, connection->record, 0);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        site->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    count_connection(connection->host, false);
    uv_close((uv_handle_t *)&connection->timer, on_closed);
    bool reset = connection->head_size && connection->answer.fault == SITE_RESET;
    if (!reset || uv_tcp_close_reset(&connection->tcp, on_closed))
        uv_close((uv_handle_t *)&connection->tcp, on_closed);
}

/* libuv: one of the two handles is closed; the last one frees. */
static void on_closed(uv_handle_t *handle)
{
    struct connection *connection =
        handle->type == UV_TIMER ? handle->data : (struct connection *)handle;
    if (--connection->handles_open > 0)
        return;
    bytes_clear(&connection->in);
    bytes_clear(&connection->out);
    bytes_clear(&connection->answer.body);
    arena_clear(&connection->arena);
    free(connection);
}

bool site_header(const char *head, const char *name, char *value, size_t size)
{
    size_t name_size = strlen(name);
    for (const char *line = head; line; line = strstr(line, "\r\n")) {
        line += line == head ? 0 : 2;
        if (strncasecmp(line, name, name_size) != 0 || line[name_size] != ':')
            continue;
        const char *start = line + name_size + 1;
        while (*start == ' ' || *start == '\t')
            start++;
        snprintf(value, size, "%.*s", (int)strcspn(start, "\r\n"), start);
        return true;
    }
    return false;
}
