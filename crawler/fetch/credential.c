#include "fetch/credential.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/url.h"

enum { SECRET_BYTES_MAX = 16 * 1024 };

const char *const credential_names[CREDENTIAL_KINDS] = {"auth", "cookie", "header", "proxy"};

/* Headers that are the program's own, or settings of their own. */
static const char *const own_headers[] = {
    "Accept-Encoding", "Authorization", "Connection",          "Content-Length",    "Cookie",
    "Expect",          "Host",          "If-Modified-Since",   "If-None-Match",     "If-Range",
    "Keep-Alive",      "Range",         "Proxy-Authorization", "Transfer-Encoding", "TE",
    "Trailer",         "Upgrade",       "User-Agent",
};

/* Headers whose values everybody may read. */
static const char *const harmless_headers[] = {
    "Accept", "Accept-Language", "Cache-Control", "DNT", "Referer", "Save-Data", "Sec-GPC",
};

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(names[i], name) == 0)
            return true;
    return false;
}

static int complain(char *reason, size_t size, const char *why)
{
    snprintf(reason, size, "%s", why);
    return ERR_USAGE;
}

/* ---- where the secret stands ---- */

/* The part of an auth value behind its scheme: "USER:SECRET" or "SECRET". */
static const char *behind(const char *value, const char *scheme)
{
    size_t size = strlen(scheme);
    return strncasecmp(value, scheme, size) == 0 ? value + size : NULL;
}

/* Where in the value the secret begins; NULL: the value has not the form of this kind. */
static const char *secret_of(enum credential_kind kind, const char *value)
{
    if (kind != CREDENTIAL_AUTH)
        return value;
    const char *basic = behind(value, "basic:"), *colon = basic ? strchr(basic, ':') : NULL;
    return basic ? colon ? colon + 1 : NULL : behind(value, "bearer:");
}

static bool is_reference(const char *secret)
{
    return (secret[0] == '@' || secret[0] == '$') && secret[1] != secret[0];
}

/* A line that can stand in a header as it is: no control characters (RFC 9110, section 5.5). */
static bool is_line(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return false;
    return true;
}

/* A header's name is a token (RFC 9110, section 5.6.2). */
static bool is_token(const char *text)
{
    static const char others[] = "!#$%&'*+-.^_`|~0123456789";
    size_t size = 0;
    for (; text[size]; size++)
        if (!((text[size] | 0x20) >= 'a' && (text[size] | 0x20) <= 'z') &&
            !strchr(others, text[size]))
            return false;
    return size > 0 && size <= 64;
}

static int check_header_name(const char *name, char *reason, size_t size)
{
    if (!is_token(name))
        return complain(reason, size, "is no header; write it like header='X-Api-Key: 123'");
    if (strcasecmp(name, "User-Agent") == 0 || strcasecmp(name, "Cookie") == 0)
        return complain(reason, size, "has a setting of its own: user-agent or cookie");
    if (strcasecmp(name, "Authorization") == 0)
        return complain(reason, size, "is set as auth=basic:USER:PASSWORD or auth=bearer:TOKEN");
    if (is_among(own_headers, COUNT(own_headers), name))
        return complain(reason, size, "is a header that the program itself has to set");
    return 0;
}

static int check_secret(const char *secret, char *reason, size_t size)
{
    if (!*secret)
        return complain(reason, size, "has nothing where the secret should be");
    if (!is_line(secret) || strlen(secret) > SECRET_BYTES_MAX)
        return complain(reason, size, "holds line breaks or control characters, or is too long");
    if (is_reference(secret) && secret[0] == '@' && secret[1] != '/')
        return complain(reason, size,
                        "names a file that can't be found from everywhere: @ wants a path that "
                        "begins with / (a secret that begins with @ is written @@)");
    if (is_reference(secret) && secret[0] == '$' &&
        (!secret[1] || strcspn(secret + 1, " =:/") != strlen(secret + 1)))
        return complain(reason, size,
                        "names no environment variable behind the $ (a secret that begins with $ "
                        "is written $$)");
    return 0;
}

int credential_check(enum credential_kind kind, const char *name, const char *value, bool *secret,
                     char *reason, size_t reason_size)
{
    const char *hidden = secret_of(kind, value);
    if (!hidden)
        return complain(reason, reason_size,
                        "has not the form basic:USER:PASSWORD or bearer:TOKEN, where @FILE or "
                        "$VARIABLE may stand for PASSWORD or TOKEN");
    int err = kind == CREDENTIAL_HEADER ? check_header_name(name, reason, reason_size) : 0;
    if (!err)
        err = check_secret(hidden, reason, reason_size);
    if (err)
        return err;
    *secret = !is_reference(hidden);
    if (kind == CREDENTIAL_HEADER && is_among(harmless_headers, COUNT(harmless_headers), name))
        *secret = false;
    if (kind != CREDENTIAL_PROXY || !*secret)
        return 0;
    struct credential_proxy proxy;
    struct arena arena;
    arena_init(&arena, 0);
    err = credential_read_proxy(hidden, &arena, &proxy, reason, reason_size);
    *secret = strchr(hidden, '@') != NULL;
    arena_clear(&arena);
    return err;
}

/* ---- looking it up ---- */

/* The first line of a file. */
static int read_line(const char *path, struct arena *arena, const char **out, char *reason,
                     size_t reason_size)
{
    char line[SECRET_BYTES_MAX + 2];
    FILE *file = fopen(path, "re");
    bool got = file && fgets(line, sizeof line, file);
    int failed = errno;
    if (file)
        fclose(file);
    if (!file) {
        snprintf(reason, reason_size, "%s can't be read: %s", path, strerror(failed));
        return ERR_USAGE;
    }
    struct span text = span_trimmed(span_of(got ? line : ""));
    if (!text.size || text.size > SECRET_BYTES_MAX) {
        snprintf(reason, reason_size, "%s %s", path, text.size ? "is too long" : "is empty");
        return ERR_USAGE;
    }
    *out = arena_copy(arena, text.data, text.size);
    return 0;
}

static int look_up(const char *secret, struct arena *arena, const char **out, char *reason,
                   size_t reason_size)
{
    if (!is_reference(secret)) {
        *out = secret + (*secret == '@' || *secret == '$'); /* @@ and $$ */
        return 0;
    }
    int err = 0;
    const char *value = getenv(secret + 1);
    if (secret[0] == '@')
        err = read_line(secret + 1, arena, out, reason, reason_size);
    else if (value && *value)
        *out = value;
    else {
        snprintf(reason, reason_size, "there is no %s in the environment", secret + 1);
        return ERR_USAGE;
    }
    return err             ? err
           : is_line(*out) ? 0
                           : complain(reason, reason_size, "holds control characters");
}

/* RFC 7617: the user's name and password, joined by a colon, in base64. */
static const char *basic_line(struct arena *arena, const char *user, size_t user_size,
                              const char *password)
{
    static const char begin[] = "Authorization: Basic ";
    char *pair = arena_format(arena, "%.*s:%s", (int)user_size, user, password);
    size_t size = strlen(pair);
    char *line = arena_alloc(arena, sizeof begin + (size + 2) / 3 * 4 + 1);
    memcpy(line, begin, sizeof begin);
    EVP_EncodeBlock((unsigned char *)line + sizeof begin - 1, (const unsigned char *)pair,
                    (int)size);
    return line;
}

int credential_resolve(enum credential_kind kind, const char *name, const char *value,
                       struct arena *arena, const char **out, char *reason, size_t reason_size)
{
    const char *hidden = secret_of(kind, value), *secret = NULL;
    if (!hidden)
        return complain(reason, reason_size, "has not the form that it had when it was set");
    int err = look_up(hidden, arena, &secret, reason, reason_size);
    if (err)
        return err;
    const char *user = behind(value, "basic:");
    if (kind == CREDENTIAL_AUTH && user)
        *out = basic_line(arena, user, (size_t)(hidden - user - 1), secret);
    else if (kind == CREDENTIAL_AUTH)
        *out = arena_format(arena, "Authorization: Bearer %s", secret);
    else if (kind == CREDENTIAL_HEADER)
        *out = arena_format(arena, "%s: %s", name, secret);
    else
        *out = arena_string(arena, secret);
    return 0;
}

/* ---- proxies ---- */

int credential_read_proxy(const char *url, struct arena *arena, struct credential_proxy *out,
                          char *reason, size_t reason_size)
{
    static const char *const schemes[] = {"http://", "socks5h://"};
    const char *rest = NULL;
    struct url parsed;
    for (size_t i = 0; i < COUNT(schemes) && !rest; i++)
        rest = behind(url, schemes[i]);
    if (!rest && behind(url, "socks"))
        return complain(reason, reason_size,
                        "is a proxy that leaves it to us to look names up; write socks5h://, which "
                        "looks them up itself");
    if (!rest ||
        url_parse(&parsed, arena, span_of(arena_format(arena, "http://%s", rest)), NULL, NULL))
        return complain(reason, reason_size,
                        "is no proxy; write it like http://proxy.example:3128 or "
                        "socks5h://127.0.0.1:9050");
    const char *at = strrchr(rest, '@'), *host = at ? at + 1 : rest;
    const char *after_host = *host == '[' ? strchr(host, ']') : host;
    if (!after_host || !strchr(after_host, ':'))
        return complain(reason, reason_size,
                        "names no port; write it like http://proxy.example:3128");
    if (parsed.path.size > 1 || parsed.has_query || parsed.has_fragment)
        return complain(reason, reason_size, "has more behind the port than a proxy can have");
    *out = (struct credential_proxy){
        .url = arena_format(arena, "%.*s%.*s%s%.*s:%u", (int)(rest - url), url,
                            (int)parsed.userinfo.size, parsed.userinfo.data,
                            parsed.userinfo.size ? "@" : "", (int)parsed.host.size,
                            parsed.host.data, parsed.port),
        .host = arena_copy(arena, parsed.host.data, parsed.host.size),
        .port = parsed.port,
        .host_is_ip = parsed.host_is_ip,
    };
    return 0;
}
