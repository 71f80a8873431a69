#include "storage/tables/attachments.h"

#include <string.h>

#include "storage/tables/articles.h"
#include "storage/tables/database.h"

enum { LINKS_MAX = 500, DOMAIN_BYTES_MAX = 256 };

static int put_authors(struct database *store, int64_t article_id,
                       const struct article_record *record)
{
    for (size_t i = 0; i < record->authors_count && i < AUTHORS_MAX; i++) {
        const char *name = record->authors[i];
        if (!name || !*name)
            continue;
        struct statement *insert = statement(store, SQL_INSERT_AUTHOR);
        bind_text(insert, 1, name);
        int err = statement_run(insert);
        if (err)
            return err;
        struct statement *join = statement(store, SQL_INSERT_ARTICLE_AUTHOR);
        bind_integer(join, 1, article_id);
        bind_text(join, 2, name);
        bind_integer(join, 3, (int64_t)i + 1);
        err = statement_run(join);
        if (err)
            return err;
    }
    return 0;
}

static int put_tags(struct database *store, int64_t article_id, const struct article_record *record)
{
    for (size_t i = 0; i < record->tags_count && i < TAGS_MAX; i++) {
        const char *tag = record->tags[i];
        if (!tag || !*tag)
            continue;
        struct statement *insert = statement(store, SQL_INSERT_TAG);
        bind_text(insert, 1, tag);
        int err = statement_run(insert);
        if (err)
            return err;
        struct statement *join = statement(store, SQL_INSERT_ARTICLE_TAG);
        bind_integer(join, 1, article_id);
        bind_text(join, 2, tag);
        err = statement_run(join);
        if (err)
            return err;
    }
    return 0;
}

/* The host of a URL without user, port and "www."; empty for what has none. */
static void domain_of(const char *url, char *out)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : "";
    size_t size = strcspn(host, "/?#");
    const char *user = memchr(host, '@', size);
    if (user) {
        size -= (size_t)(user + 1 - host);
        host = user + 1;
    }
    const char *port = memchr(host, ':', size);
    if (port && *host != '[')
        size = (size_t)(port - host);
    if (size > 4 && strncmp(host, "www.", 4) == 0) {
        host += 4;
        size -= 4;
    }
    if (size >= DOMAIN_BYTES_MAX)
        size = 0;
    memcpy(out, host, size);
    out[size] = '\0';
}

static int put_links(struct database *store, int64_t article_id, const struct article_put *put)
{
    for (size_t i = 0; i < put->links_count && i < LINKS_MAX; i++) {
        const struct link_record *link = &put->links[i];
        char domain[DOMAIN_BYTES_MAX];
        if (!link->url || !link->in_body)
            continue;
        domain_of(link->url, domain);
        struct statement *insert = statement(store, SQL_INSERT_LINK);
        bind_integer(insert, 1, article_id);
        bind_text(insert, 2, link->url);
        bind_text(insert, 3, link->domain ? link->domain : domain);
        bind_text(insert, 4, link->anchor);
        bind_text(insert, 5, link->rel);
        int err = statement_run(insert);
        if (err)
            return err;
    }
    return 0;
}

int attachments_put_rights(struct database *store, int64_t article_id, const unsigned *rights)
{
    if (!rights)
        return 0;
    struct statement *put = statement(store, SQL_PUT_RESERVATIONS);
    bind_integer(put, 1, article_id);
    for (int i = 0; i < RIGHTS_CHANNELS; i++)
        bind_positive(put, i + 2,
                      rights[i] & RIGHTS_KNOWN ? (int64_t)(rights[i] & (RIGHTS_KNOWN - 1)) : -1);
    return statement_run(put);
}

int attachments_put(struct database *store, int64_t article_id, const struct article_put *put)
{
    int err = put_authors(store, article_id, put->record);
    if (!err)
        err = put_tags(store, article_id, put->record);
    if (!err)
        err = attachments_put_rights(store, article_id, put->rights);
    return err ? err : put_links(store, article_id, put);
}

int attachments_replace(struct database *store, int64_t article_id, const struct article_put *put)
{
    static const enum sql drops[] = {SQL_DROP_ARTICLE_AUTHORS, SQL_DROP_ARTICLE_TAGS,
                                     SQL_DROP_LINKS};
    for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
        struct statement *drop = statement(store, drops[i]);
        bind_integer(drop, 1, article_id);
        int err = statement_run(drop);
        if (err)
            return err;
    }
    return attachments_put(store, article_id, put);
}
