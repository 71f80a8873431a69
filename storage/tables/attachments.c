#include "storage/tables/attachments.h"

#include <string.h>

#include "storage/tables/articles.h"
#include "storage/tables/database.h"
#include "storage/tables/names.h"

enum { LINKS_MAX = 500, DOMAIN_BYTES_MAX = 256 };

/* Names that articles have in common, and what joins the article to them. */
struct kind {
    enum sql insert, join;
    bool ordered; /* with the place of each */
};

static const struct kind authors = {SQL_INSERT_AUTHOR, SQL_INSERT_ARTICLE_AUTHOR, true};
static const struct kind tags = {SQL_INSERT_TAG, SQL_INSERT_ARTICLE_TAG, false};

static int put_names(struct database *store, int64_t article_id, const struct kind *kind,
                     const char *const *names, size_t count)
{
    struct statement *join = statement(store, kind->join);
    int err = names_insert(statement(store, kind->insert), names, count);
    for (size_t i = 0; i < count && i < NAMES_MAX && !err; i++) {
        if (!names_is_one(names[i]))
            continue;
        bind_integer(join, 1, article_id);
        bind_text(join, 2, names[i]);
        if (kind->ordered)
            bind_integer(join, 3, (int64_t)i + 1);
        err = statement_add(join, ANSWER_CHANGED, NULL);
    }
    return err;
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
    struct statement *insert = statement(store, SQL_INSERT_LINK);
    int err = 0;
    for (size_t i = 0; i < put->links_count && i < LINKS_MAX && !err; i++) {
        const struct link_record *link = &put->links[i];
        char domain[DOMAIN_BYTES_MAX];
        if (!link->url || !link->in_body)
            continue;
        domain_of(link->url, domain);
        bind_integer(insert, 1, article_id);
        bind_text(insert, 2, link->url);
        bind_text(insert, 3, link->domain ? link->domain : domain);
        bind_text(insert, 4, link->anchor);
        bind_text(insert, 5, link->rel);
        err = statement_add(insert, ANSWER_CHANGED, NULL);
    }
    return err;
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

static int add(struct database *store, int64_t article_id, const struct article_put *put)
{
    const struct article_record *record = put->record;
    int err = put_names(store, article_id, &authors, record->authors, record->authors_count);
    if (!err)
        err = put_names(store, article_id, &tags, record->tags, record->tags_count);
    return err ? err : put_links(store, article_id, put);
}

static bool reserves_any(const unsigned *rights)
{
    for (int i = 0; rights && i < RIGHTS_CHANNELS; i++)
        if (rights[i] & RIGHTS_KNOWN && rights[i] & (RIGHTS_KNOWN - 1))
            return true;
    return false;
}

/* That nothing is reserved is no row, so most new articles need none. */
int attachments_put(struct database *store, int64_t article_id, const struct article_put *put)
{
    int err = add(store, article_id, put);
    return err || !reserves_any(put->rights)
               ? err
               : attachments_put_rights(store, article_id, put->rights);
}

int attachments_settle(struct database *store)
{
    /* the names before what refers to them */
    const enum sql inserts[] = {authors.insert, authors.join, tags.insert, tags.join,
                                SQL_INSERT_LINK};
    int err = 0;
    for (size_t i = 0; i < sizeof(inserts) / sizeof(inserts[0]) && !err; i++)
        err = statement_settle(statement(store, inserts[i]));
    return err;
}

int attachments_replace(struct database *store, int64_t article_id, const struct article_put *put)
{
    static const enum sql drops[] = {SQL_DROP_ARTICLE_AUTHORS, SQL_DROP_ARTICLE_TAGS,
                                     SQL_DROP_LINKS};
    int settled = attachments_settle(store); /* or the old ones would come after the drops */
    if (settled)
        return settled;
    for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
        struct statement *drop = statement(store, drops[i]);
        bind_integer(drop, 1, article_id);
        int err = statement_run(drop);
        if (err)
            return err;
    }
    int err = add(store, article_id, put);
    if (!err)
        err = attachments_put_rights(store, article_id, put->rights);
    return err ? err : attachments_settle(store);
}
