#include "storage/tables/taken.h"

#include <stdlib.h>
#include <string.h>

#include "storage/tables/database.h"
#include "storage/tables/urls.h"

enum { ADDRESS_BYTES_MAX = 8192 };

static const char *without_www(const char *address)
{
    return strncmp(address, "www.", 4) == 0 ? address + 4 : address;
}

/* What stands behind "https://" or "http://"; NULL: neither of them. */
static const char *behind_scheme(const char *url)
{
    if (!url || strncmp(url, "http", 4) != 0)
        return NULL;
    url += 4 + (url[4] == 's');
    return strncmp(url, "://", 3) == 0 ? url + 3 : NULL;
}

void taken_init(struct taken *out, const struct database *store, enum takedown_kind kind,
                const char *matches)
{
    static const char *const beginnings[] = {"http://", "https://", "http://www.", "https://www."};
    *out = (struct taken){.kind = kind, .matches = (char *)matches};
    for (int i = 0; kind == TAKEDOWN_URL && i < 4; i++) {
        char key[ADDRESS_BYTES_MAX + sizeof("https://www.")];
        if (strlen(matches) > ADDRESS_BYTES_MAX)
            return;
        strcat(strcpy(key, beginnings[i]), without_www(matches));
        out->hashes[i] = urls_hash(store, key);
    }
}

/* "news.example.org:8080/…" is of example.org. */
static bool is_of_domain(const char *address, const char *domain)
{
    size_t host = strcspn(address, "/?#:"), size = strlen(domain);
    return host >= size && memcmp(address + host - size, domain, size) == 0 &&
           (host == size || address[host - size - 1] == '.');
}

static bool is_of_host(const char *address, const char *other)
{
    size_t host = strcspn(address, "/?#");
    return strncmp(address, other, host) == 0 && strcspn(other, "/?#") == host;
}

static bool is_one_of(int64_t hash, const struct taken *taken)
{
    for (size_t i = 0; hash && i < sizeof(taken->hashes) / sizeof(taken->hashes[0]); i++)
        if (hash == taken->hashes[i])
            return true;
    return false;
}

bool taken_covers(const struct taken *taken, const char *url, int64_t hash)
{
    const char *address = behind_scheme(url), *matches = without_www(taken->matches);
    size_t size = strlen(matches);
    if (!address)
        return false;
    if (taken->kind == TAKEDOWN_DOMAIN)
        return is_of_domain(address, taken->matches);
    address = without_www(address);
    if (taken->kind == TAKEDOWN_PREFIX)
        return strncmp(address, matches, size) == 0;
    if (strncmp(address, matches, size) == 0 && (!address[size] || address[size] == '#'))
        return true;
    return is_one_of(hash, taken) && is_of_host(address, matches);
}

/* Copies what stands before the next quote, "\/" as "/". Returns false where it is too long. */
static bool read_string(const char *text, char *out, size_t room)
{
    size_t size = 0;
    for (; *text && *text != '"'; text++) {
        text += *text == '\\' && text[1] == '/';
        if (size + 1 == room)
            return false;
        out[size++] = *text;
    }
    out[size] = '\0';
    return true;
}

bool taken_is_named(const struct taken *taken, const char *json)
{
    for (const char *at = json; (at = strstr(at, "\"http")); at++) {
        char url[ADDRESS_BYTES_MAX];
        if (read_string(at + 1, url, sizeof(url)) && taken_covers(taken, url, 0))
            return true;
    }
    return false;
}

/* ---- of a run ---- */

int taken_load(struct database *store)
{
    size_t capacity = 0;
    int row;
    taken_unload(store);
    struct statement *query = statement(store, SQL_ALL_TAKEDOWNS);
    while ((row = statement_step(query)) == 1) {
        const char *matches = column_text(query, 1);
        store->taken =
            memory_room(store->taken, store->taken_count, &capacity, sizeof(*store->taken));
        taken_init(&store->taken[store->taken_count++], store,
                   (enum takedown_kind)column_integer(query, 0),
                   memory_string(matches, strlen(matches)));
    }
    return row;
}

void taken_unload(struct database *store)
{
    for (size_t i = 0; i < store->taken_count; i++)
        free(store->taken[i].matches);
    free(store->taken);
    store->taken = NULL;
    store->taken_count = 0;
}

bool taken_url(const struct database *store, const char *url, int64_t hash)
{
    for (size_t i = 0; url && i < store->taken_count; i++)
        if (taken_covers(&store->taken[i], url, hash))
            return true;
    return false;
}

bool taken_json(const struct database *store, const char *json)
{
    for (size_t i = 0; json && i < store->taken_count; i++)
        if (taken_is_named(&store->taken[i], json))
            return true;
    return false;
}

bool taken_result(const struct database *store, const struct result_record *result)
{
    return taken_url(store, result->lease.url, result->lease.hash) ||
           (result->article && taken_url(store, result->article->canonical_url, 0));
}
