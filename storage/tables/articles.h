/* articles.h - articles, their revisions, people, tags and links.
 *
 * One article is one row however often it is announced, renamed or moved: known by its URL, else
 * by its canonical URL (unless title and text are quite others: some sites give one address on
 * every page), else by the number in its address (lasting.h) and much the same text, else by site,
 * title, day and nearly the same text. Thread: the store's. */
#ifndef STORAGE_TABLES_ARTICLES_H
#define STORAGE_TABLES_ARTICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/record.h"

struct database;
struct draft;

struct article_put {
    int64_t site_id;
    int64_t url_id;
    int64_t fetch_id; /* 0: none */
    int64_t known_id; /* the article that this URL brought before; 0: none */
    int64_t now_ms;
    const char *url;
    int64_t url_hash;
    bool same_page; /* it answered with the same bytes before: what differs is read otherwise */
    const struct article_record *record;
    const unsigned *rights; /* RIGHTS_CHANNELS of them; NULL: nobody was asked */
    const struct link_record *links;
    size_t links_count;
};

struct article_facts {
    int64_t article_id; /* 0: none */
    int64_t url_id;     /* its own address */
    int64_t text_hash;
    int64_t first_seen_ms;
    int64_t published_ms;
    bool published_has_time; /* false: published_ms is a day's 00:00 */
    int64_t gone_ms;
    int64_t simhash;
    int64_t words;
    int64_t title_hash; /* 0: no title */
    bool is_new;
    bool revised;
};

/* Stores the article, or what changed of it; *out says what it is now. */
int articles_put(struct database *store, const struct article_put *put, struct article_facts *out);
int articles_put_draft(struct database *store, struct draft *draft, struct article_facts *out);
int articles_facts(struct database *store, int64_t article_id, struct article_facts *out);

/* Makes the URL of an article that came without being asked for; sets put->url_id and known_id. */
int articles_put_url(struct database *store, struct article_put *put, int64_t host_id,
                     int64_t feed_id);

/* Gone since, or with MOMENT_NONE there again; only if the URL is the article's own. */
int articles_set_gone(struct database *store, int64_t article_id, int64_t url_id, int64_t gone_ms);

#endif
