#include "storage/password.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/store.h"

enum { PASSWORD_BYTES = 1024, DSN_BYTES = 2048, KEPT_MAX = 2 }; /* a copy has two */

static struct kept {
    char dsn[DSN_BYTES]; /* as it is without the password */
    char password[PASSWORD_BYTES];
    bool found; /* one was there */
} kept[KEPT_MAX];
static size_t kept_count;

const char *password_of(const char *dsn)
{
    for (size_t i = kept_count; i--;)
        if (strncmp(kept[i].dsn, dsn, DSN_BYTES - 1) == 0)
            return kept[i].password;
    return NULL;
}

/* Takes out what stands from `begin` up to `end`, and closes the gap; no byte of it is left. */
static void cut(char *begin, char *end)
{
    size_t rest = strlen(end), gone = (size_t)(end - begin);
    memmove(begin, end, rest);
    memset(begin + rest, 0, gone);
}

/* As RFC 3986 writes it. */
static void keep_decoded(struct kept *hidden, const char *text, size_t size)
{
    size_t out = 0;
    for (size_t i = 0; i < size && out + 1 < PASSWORD_BYTES; i++) {
        bool coded = text[i] == '%' && i + 2 < size && isxdigit((unsigned char)text[i + 1]) &&
                     isxdigit((unsigned char)text[i + 2]);
        char digits[3] = {coded ? text[i + 1] : '0', coded ? text[i + 2] : '0', '\0'};
        hidden->password[out++] = coded ? (char)strtol(digits, NULL, 16) : text[i];
        i += coded ? 2 : 0;
    }
    hidden->password[out] = '\0';
    hidden->found = true;
}

/* postgresql://user:password@host/…?password=… (libpq, 34.1.1.2) */
static void hide_in_uri(struct kept *hidden, char *uri)
{
    char *authority = strstr(uri, "://") + 3;
    size_t size = strcspn(authority, "/?");
    char *at = memrchr(authority, '@', size);
    char *colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
    if (colon) {
        keep_decoded(hidden, colon + 1, (size_t)(at - colon - 1));
        cut(colon, at);
    }
    char *query = strchr(uri, '?');
    while (query && (query = strpbrk(query, "?&"))) {
        char *key = ++query, *end = key + strcspn(key, "&");
        if (strncmp(key, "password=", 9) != 0)
            continue;
        keep_decoded(hidden, key + 9, (size_t)(end - key - 9));
        cut(key, *end ? end + 1 : end);
        query = key - 1;
    }
}

/* host=… password='it''s' (34.1.1.1): a backslash takes the next character as it is. */
static void hide_in_keywords(struct kept *hidden, char *text)
{
    char *key = text;
    while ((key = strstr(key, "password"))) {
        char *value = key + strlen("password");
        value += strspn(value, " ");
        bool is_key = (key == text || key[-1] == ' ') && *value == '=';
        if (!is_key) {
            key++;
            continue;
        }
        value += 1 + strspn(value + 1, " ");
        bool quoted = *value == '\'';
        char *end = value + quoted;
        size_t out = 0;
        for (; *end && *end != (quoted ? '\'' : ' '); end++) {
            end += *end == '\\' && end[1];
            if (out + 1 < PASSWORD_BYTES)
                hidden->password[out++] = *end;
        }
        hidden->password[out] = '\0';
        hidden->found = true;
        cut(key, end + (quoted && *end));
    }
}

void store_hide_password(char *dsn)
{
    if (!store_is_server(dsn))
        return;
    struct kept *hidden = &kept[kept_count < KEPT_MAX ? kept_count : KEPT_MAX - 1];
    *hidden = (struct kept){0};
    if (strstr(dsn, "://"))
        hide_in_uri(hidden, dsn);
    else
        hide_in_keywords(hidden, dsn);
    if (!hidden->found)
        return;
    snprintf(hidden->dsn, sizeof(hidden->dsn), "%s", dsn);
    kept_count = (size_t)(hidden - kept) + 1;
}
