/* url_key.c - the identity of a URL: one text for all that name the same page. */
#include "base/url.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/url_text.h"

/* Whether `digit`, written next, would make an escape of a percent sign that stands for itself. */
static bool completes_escape(const struct url_writer *out, int digit)
{
    const char *end = out->data + out->size;
    return hex_value((char)digit) >= 0 &&
           ((out->size > 0 && end[-1] == '%') || (out->size > 1 && end[-2] == '%'));
}

/* Escapes in one form: those of unreserved characters decoded, the others in upper case (RFC 3986,
 * sections 6.2.2.1 and 6.2.2.2), and what was left unescaped only by some is escaped. */
static void write_in_one_form(struct url_writer *out, struct span text)
{
    for (size_t at = 0; at < text.size;) {
        size_t run = at;
        while (run < text.size && !url_is(text.data[run], ESCAPED_IN_KEY))
            run++;
        url_write(out, text.data + at, run - at);
        at = run;
        if (at == text.size)
            return;
        int value = escape_value(text.data + at, text.size - at);
        if (value >= 0 && url_is((char)value, UNRESERVED) && !completes_escape(out, value))
            url_write_byte(out, (char)value);
        else if (value >= 0)
            url_write_escape(out, (unsigned char)value);
        else if (text.data[at] == '%')
            url_write_byte(out, '%'); /* escapes nothing: it stands for itself */
        else
            url_write_escape(out, (unsigned char)text.data[at]);
        at += value >= 0 ? 3 : 1;
    }
}

/* ---- sessions in the path -----------------------------------------------------------------------
 */

/* ";jsessionid=1A2B" (Java servlets), for which cookies were not to be had; how long it is, 0: no
 * such thing stands here. */
static size_t session_parameter(struct span text)
{
    size_t size = 0, equals = 0;
    while (++size < text.size && text.data[size] != '/' && text.data[size] != ';')
        if (text.data[size] == '=' && !equals)
            equals = size;
    return equals && url_is_session((struct span){text.data + 1, equals - 1},
                                    (struct span){text.data + equals + 1, size - equals - 1})
               ? size
               : 0;
}

/* "/(S(lit3py55t21z5v55vlm25s55))" (ASP.NET), likewise. */
static size_t session_segment(struct span text)
{
    const char *slash = memchr(text.data + 1, '/', text.size - 1);
    size_t size = slash ? (size_t)(slash - text.data) : text.size;
    return size > 6 && memcmp(text.data, "/(", 2) == 0 && text.data[3] == '(' &&
                   memcmp(text.data + size - 2, "))", 2) == 0
               ? size
               : 0;
}

static void write_path(struct url_writer *out, struct span path)
{
    size_t from = 0, start = out->size;
    for (size_t at = 0; at < path.size;) {
        struct span rest = {path.data + at, path.size - at};
        size_t session = rest.data[0] == ';'   ? session_parameter(rest)
                         : rest.data[0] == '/' ? session_segment(rest)
                                               : 0;
        if (session)
            write_in_one_form(out, (struct span){path.data + from, at - from});
        at += session ? session : 1;
        from = session ? at : from;
    }
    write_in_one_form(out, (struct span){path.data + from, path.size - from});
    if (out->size == start) /* a session was all there was */
        url_write_byte(out, '/');
}

/* ---- host --------------------------------------------------------------------------------------
 */

/* "hhhh:hhhh]", the second half of an IPv6 address that stands for an IPv4 one. */
static bool read_two_pieces(struct span text, unsigned pieces[2])
{
    size_t at = 0;
    for (size_t i = 0; i < 2; i++) {
        size_t start = at;
        for (pieces[i] = 0; at < text.size && hex_value(text.data[at]) >= 0; at++)
            pieces[i] = pieces[i] << 4 | (unsigned)hex_value(text.data[at]);
        if (at == start || at == text.size || text.data[at++] != (i ? ']' : ':'))
            return false;
    }
    return at == text.size;
}

/* Mapped addresses are shown dotted (RFC 5952, section 5); the URL Standard never does. */
static void write_host(struct url_writer *out, const struct url *url)
{
    static const char mapped[] = "[::ffff:";
    struct span host = host_without_dot(url->host);
    size_t prefix = sizeof mapped - 1;
    unsigned pieces[2];
    if (url->host_is_ip && host.size > prefix && memcmp(host.data, mapped, prefix) == 0 &&
        read_two_pieces((struct span){host.data + prefix, host.size - prefix}, pieces)) {
        char text[32];
        int size = snprintf(text, sizeof text, "%s%u.%u.%u.%u]", mapped, pieces[0] >> 8,
                            pieces[0] & 255, pieces[1] >> 8, pieces[1] & 255);
        url_write(out, text, (size_t)size);
        return;
    }
    url_write(out, host.data, host.size);
}

/* ---- query -------------------------------------------------------------------------------------
 */

static struct span parameter_name(struct span parameter)
{
    const char *equals = memchr(parameter.data, '=', parameter.size);
    if (equals)
        parameter.size = (size_t)(equals - parameter.data);
    return parameter;
}

static bool is_dropped(struct span parameter)
{
    struct span name = parameter_name(parameter), value = {parameter.data, 0};
    if (name.size < parameter.size)
        value = (struct span){name.data + name.size + 1, parameter.size - name.size - 1};
    return url_is_tracking(name) || url_is_session(name, value);
}

static int compare_spans(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    int order = memcmp(a->data, b->data, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* The parameters that matter, in their order; returns how many. `out` has room for every one. */
static size_t split_query(struct span query, struct span *out, bool *sorted)
{
    size_t count = 0;
    *sorted = true;
    for (size_t at = 0; at < query.size;) {
        const char *start = query.data + at;
        const char *end = memchr(start, '&', query.size - at);
        struct span parameter = {start, end ? (size_t)(end - start) : query.size - at};
        at += parameter.size + 1;
        if (!parameter.size || is_dropped(parameter))
            continue;
        if (count && compare_spans(&out[count - 1], &parameter) > 0)
            *sorted = false;
        out[count++] = parameter;
    }
    return count;
}

static void write_query(struct url_writer *out, struct span raw)
{
    struct url_writer query;
    url_writer_init(&query, out->arena, raw.size + 1);
    write_in_one_form(&query, raw);
    size_t ampersands = 0;
    for (size_t i = 0; i < query.size; i++)
        ampersands += query.data[i] == '&';
    struct span *parameters = arena_alloc(out->arena, (ampersands + 1) * sizeof *parameters);
    bool sorted;
    size_t count = split_query((struct span){query.data, query.size}, parameters, &sorted);
    if (!sorted)
        qsort(parameters, count, sizeof *parameters, compare_spans);
    for (size_t i = 0; i < count; i++) {
        url_write_byte(out, i ? '&' : '?');
        url_write(out, parameters[i].data, parameters[i].size);
    }
}

const char *url_key(const struct url *url, struct arena *arena)
{
    struct url_writer out;
    const char *host_end = url->host.data + url->host.size;
    url_writer_init(&out, arena, url->href_size + 1);
    url_write(&out, url->href, url->scheme.size + 3);
    write_host(&out, url);
    url_write(&out, host_end, (size_t)(url->path.data - host_end));
    write_path(&out, url->path);
    if (url->has_query)
        write_query(&out, url->query);
    return url_writer_finish(&out);
}
