#include "base/url.h"

#include "base/error.h"
#include "base/url_text.h"

/* The standard's states are functions here, in the order in which a URL is read. Each consumes its
 * part of `at` … `end` and writes it in its final form, so that nothing is copied twice. */
struct parse {
    struct url_writer out;
    const char *at, *end;
    const struct url *base; /* NULL: none */
    const char *encoding;
    size_t scheme_size;
    size_t userinfo_start, userinfo_size;
    size_t host_start, host_size;
    size_t path_start, path_size;
    size_t query_start, query_size;
    size_t fragment_start;
    unsigned port;
    bool has_port, has_query, has_fragment, host_is_ip;
};

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

static unsigned default_port(size_t scheme_size)
{
    return scheme_size == 5 ? 443 : 80;
}

/* ---- before the parser: white space ------------------------------------------------------------
 */

/* Controls and blanks go from both ends, tabs and line ends from everywhere. */
static struct span strip(struct arena *arena, struct span text)
{
    while (text.size && (unsigned char)text.data[0] <= ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && (unsigned char)text.data[text.size - 1] <= ' ')
        text.size--;
    if (!text.size || (!memchr(text.data, '\n', text.size) && !memchr(text.data, '\t', text.size) &&
                       !memchr(text.data, '\r', text.size)))
        return text;
    char *kept = arena_alloc(arena, text.size);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '\n' && text.data[i] != '\t' && text.data[i] != '\r')
            kept[size++] = text.data[i];
    return (struct span){kept, size};
}

/* ---- scheme ------------------------------------------------------------------------------------
 */

/* The size of the scheme before a colon, or 0 when the text is relative. */
static size_t scheme_length(const struct parse *parse)
{
    const char *at = parse->at;
    if (at == parse->end || !is_ascii_alpha(*at))
        return 0;
    while (at < parse->end &&
           (is_ascii_alpha(*at) || is_ascii_digit(*at) || *at == '+' || *at == '-' || *at == '.'))
        at++;
    return at < parse->end && *at == ':' ? (size_t)(at - parse->at) : 0;
}

static void write_scheme(struct parse *parse, size_t size)
{
    parse->scheme_size = size;
    url_write(&parse->out, "https", size);
    url_write(&parse->out, "://", 3);
}

/* ---- authority ---------------------------------------------------------------------------------
 */

/* "name:password@", with the colon and the at sign only where they separate something. */
static void write_userinfo(struct parse *parse, struct span text)
{
    const char *colon = text.size ? memchr(text.data, ':', text.size) : NULL;
    size_t name_size = colon ? (size_t)(colon - text.data) : text.size;
    size_t start = parse->out.size;
    url_write_escaped(&parse->out, (struct span){text.data, name_size}, ESCAPED_IN_USERINFO);
    if (text.size > name_size + 1) {
        url_write_byte(&parse->out, ':');
        url_write_escaped(&parse->out, (struct span){colon + 1, text.size - name_size - 1},
                          ESCAPED_IN_USERINFO);
    }
    parse->userinfo_start = start;
    parse->userinfo_size = parse->out.size - start;
    if (parse->userinfo_size)
        url_write_byte(&parse->out, '@');
}

static int write_port(struct parse *parse, struct span digits)
{
    unsigned port = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (!is_ascii_digit(digits.data[i]))
            return ERR_INPUT;
        port = port * 10 + (unsigned)(digits.data[i] - '0');
        if (port > 65535)
            return ERR_INPUT;
    }
    if (!digits.size || port == default_port(parse->scheme_size))
        return 0;
    char text[8];
    size_t size = 0;
    for (unsigned rest = port; size == 0 || rest; rest /= 10)
        text[sizeof text - ++size] = (char)('0' + rest % 10);
    url_write_byte(&parse->out, ':');
    url_write(&parse->out, text + sizeof text - size, size);
    parse->port = port;
    parse->has_port = true;
    return 0;
}

/* The colon before the port, outside of brackets; or the end. */
static const char *host_end(const char *at, const char *end)
{
    bool in_brackets = false;
    for (; at < end && (*at != ':' || in_brackets); at++)
        if (*at == '[')
            in_brackets = true;
        else if (*at == ']')
            in_brackets = false;
    return at;
}

static int parse_authority(struct parse *parse)
{
    const char *end = parse->at;
    while (end < parse->end && !url_is(*end, ENDS_SEGMENT))
        end++;
    const char *host = memrchr(parse->at, '@', (size_t)(end - parse->at));
    if (host)
        write_userinfo(parse, (struct span){parse->at, (size_t)(host - parse->at)});
    host = host ? host + 1 : parse->at;
    const char *colon = host_end(host, end);
    parse->host_start = parse->out.size;
    if (url_write_host(&parse->out, (struct span){host, (size_t)(colon - host)},
                       &parse->host_is_ip))
        return ERR_INPUT;
    parse->host_size = parse->out.size - parse->host_start;
    parse->at = end;
    return colon == end ? 0
                        : write_port(parse, (struct span){colon + 1, (size_t)(end - colon) - 1});
}

/* The base's user info, host and port, scheme included. */
static void copy_authority(struct parse *parse)
{
    const struct url *base = parse->base;
    parse->scheme_size = base->scheme.size;
    url_write(&parse->out, base->href, (size_t)(base->path.data - base->href));
    parse->userinfo_start = base->scheme.size + 3;
    parse->userinfo_size = base->userinfo.size;
    parse->host_start = (size_t)(base->host.data - base->href);
    parse->host_size = base->host.size;
    parse->host_is_ip = base->host_is_ip;
    parse->port = base->port;
    parse->has_port = base->has_port;
}

/* ---- path --------------------------------------------------------------------------------------
 */

/* How many dots a segment of dots has, escaped ones too: 0 for any other, 3 for three and more. */
static unsigned dots_of(struct span segment)
{
    unsigned dots = 0;
    for (size_t at = 0; at < segment.size; dots++) {
        if (segment.data[at] == '.')
            at++;
        else if (escape_value(segment.data + at, segment.size - at) == '.')
            at += 3;
        else
            return 0;
        if (dots == 2)
            return 3;
    }
    return dots;
}

/* Drops the last segment with its slash. */
static void shorten_path(struct parse *parse)
{
    struct url_writer *out = &parse->out;
    while (out->size > parse->path_start && out->data[--out->size] != '/')
        ;
}

/* Segments up to the query; `at` stands after the slash before the first. */
static void parse_path(struct parse *parse)
{
    bool more = true;
    while (more) {
        const char *end = parse->at;
        while (end < parse->end && !url_is(*end, ENDS_SEGMENT))
            end++;
        struct span segment = {parse->at, (size_t)(end - parse->at)};
        more = end < parse->end && is_slash(*end);
        parse->at = more ? end + 1 : end;
        unsigned dots = segment.size && (segment.data[0] == '.' || segment.data[0] == '%')
                            ? dots_of(segment)
                            : 0;
        if (dots == 2)
            shorten_path(parse);
        if (dots == 1 || dots == 2) {
            if (!more)
                url_write_byte(&parse->out, '/');
            continue;
        }
        url_write_byte(&parse->out, '/');
        url_write_escaped(&parse->out, segment, ESCAPED_IN_PATH);
    }
    parse->path_size = parse->out.size - parse->path_start;
}

static void parse_path_start(struct parse *parse)
{
    parse->path_start = parse->out.size;
    if (parse->at < parse->end && is_slash(*parse->at))
        parse->at++;
    parse_path(parse);
}

/* ---- query and fragment ------------------------------------------------------------------------
 */

static void parse_query(struct parse *parse)
{
    if (parse->at == parse->end || *parse->at != '?')
        return;
    const char *start = ++parse->at;
    const char *end = memchr(start, '#', (size_t)(parse->end - start));
    parse->at = end ? end : parse->end;
    url_write_byte(&parse->out, '?');
    parse->query_start = parse->out.size;
    url_write_query(&parse->out, (struct span){start, (size_t)(parse->at - start)},
                    parse->encoding);
    parse->query_size = parse->out.size - parse->query_start;
    parse->has_query = true;
}

static void parse_fragment(struct parse *parse)
{
    if (parse->at == parse->end)
        return;
    parse->at++;
    url_write_byte(&parse->out, '#');
    parse->fragment_start = parse->out.size;
    url_write_escaped(&parse->out, (struct span){parse->at, (size_t)(parse->end - parse->at)},
                      ESCAPED_IN_FRAGMENT);
    parse->has_fragment = true;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

/* Relative to the base's path: "#…", "?…", "name" or nothing at all. */
static void parse_relative_path(struct parse *parse)
{
    const struct url *base = parse->base;
    copy_authority(parse);
    parse->path_start = parse->out.size;
    url_write(&parse->out, base->path.data, base->path.size);
    if (parse->at < parse->end && *parse->at != '?' && *parse->at != '#') {
        shorten_path(parse);
        parse_path(parse);
        return;
    }
    parse->path_size = base->path.size;
    if ((parse->at == parse->end || *parse->at == '#') && base->has_query) {
        url_write_byte(&parse->out, '?');
        parse->query_start = parse->out.size;
        parse->query_size = base->query.size;
        url_write(&parse->out, base->query.data, base->query.size);
        parse->has_query = true;
    }
}

/* `at` stands after the slashes of "//". */
static int parse_from_authority(struct parse *parse, size_t scheme_size)
{
    while (parse->at < parse->end && is_slash(*parse->at))
        parse->at++;
    write_scheme(parse, scheme_size);
    parse->port = default_port(scheme_size);
    int err = parse_authority(parse);
    if (!err)
        parse_path_start(parse);
    return err;
}

/* "//host", "/path" or "name", relative to the base. */
static int parse_relative(struct parse *parse)
{
    size_t left = (size_t)(parse->end - parse->at);
    if (left >= 2 && is_slash(parse->at[0]) && is_slash(parse->at[1]))
        return parse_from_authority(parse, parse->base->scheme.size);
    if (left && is_slash(parse->at[0])) {
        copy_authority(parse);
        parse_path_start(parse);
    } else {
        parse_relative_path(parse);
    }
    return 0;
}

static int parse_all(struct parse *parse)
{
    size_t scheme = scheme_length(parse);
    struct span name = {parse->at, scheme};
    int err;
    if (scheme) {
        if (!span_equals_nocase(name, "https") && !span_equals_nocase(name, "http"))
            return ERR_INPUT;
        parse->at += scheme + 1;
        bool is_relative =
            parse->base && parse->base->scheme.size == scheme &&
            !(parse->end - parse->at >= 2 && parse->at[0] == '/' && parse->at[1] == '/');
        err = is_relative ? parse_relative(parse) : parse_from_authority(parse, scheme);
    } else {
        err = parse->base ? parse_relative(parse) : ERR_INPUT;
    }
    if (err)
        return err;
    parse_query(parse);
    parse_fragment(parse);
    return 0;
}

static void set_parts(struct url *out, const char *href, const struct parse *parse)
{
    *out = (struct url){
        .href = href,
        .href_size = parse->out.size,
        .scheme = {href, parse->scheme_size},
        .userinfo = {href + parse->userinfo_start, parse->userinfo_size},
        .host = {href + parse->host_start, parse->host_size},
        .path = {href + parse->path_start, parse->path_size},
        .query = {href + parse->query_start, parse->query_size},
        .port = parse->port,
        .has_port = parse->has_port,
        .has_query = parse->has_query,
        .has_fragment = parse->has_fragment,
        .host_is_ip = parse->host_is_ip,
    };
    if (parse->has_fragment)
        out->fragment =
            (struct span){href + parse->fragment_start, parse->out.size - parse->fragment_start};
}

int url_parse(struct url *out, struct arena *arena, struct span text, const struct url *base,
              const char *encoding)
{
    if (text.size > URL_BYTES_MAX)
        return ERR_TOO_LARGE;
    text = strip(arena, text);
    struct parse parse = {
        .at = text.data, .end = text.data + text.size, .base = base, .encoding = encoding};
    url_writer_init(&parse.out, arena, text.size + (base ? base->href_size : 0) + 16);
    int err = parse_all(&parse);
    if (err)
        return err;
    const char *href = url_writer_finish(&parse.out);
    set_parts(out, href, &parse);
    return 0;
}

/* ---- pieces of a parsed URL --------------------------------------------------------------------
 */

/* Where the fragment's # stands, or the end. */
static const char *end_without_fragment(const struct url *url)
{
    return url->has_fragment ? url->fragment.data - 1 : url->href + url->href_size;
}

/* The scheme and what stands from the host up to `end`. */
static const char *without_userinfo(const struct url *url, struct arena *arena, const char *end)
{
    struct url_writer out;
    url_writer_init(&out, arena, url->href_size + 1);
    url_write(&out, url->href, url->scheme.size + 3);
    url_write(&out, url->host.data, (size_t)(end - url->host.data));
    return url_writer_finish(&out);
}

const char *url_fetchable(const struct url *url, struct arena *arena)
{
    return without_userinfo(url, arena, end_without_fragment(url));
}

const char *url_origin(const struct url *url, struct arena *arena)
{
    return without_userinfo(url, arena, url->path.data);
}

struct span url_path_and_query(const struct url *url)
{
    return (struct span){url->path.data, (size_t)(end_without_fragment(url) - url->path.data)};
}
