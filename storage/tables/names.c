#include "storage/tables/names.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "storage/tables/attachments.h"
#include "storage/tables/database.h"

struct names {
    const char **list; /* borrowed texts, in the store's pool */
    size_t count;
};

static void add(struct names *names, const char *const *list, size_t count, size_t most)
{
    for (size_t i = 0; i < count && i < most; i++)
        if (list[i] && *list[i])
            names->list[names->count++] = list[i];
}

static void gather(const struct article_record *article, struct names *authors, struct names *tags)
{
    if (!article)
        return;
    add(authors, article->authors, article->authors_count, AUTHORS_MAX);
    add(tags, article->tags, article->tags_count, TAGS_MAX);
}

static void gather_all(struct database *store, const struct result_record *const *results,
                       size_t count, struct names *authors, struct names *tags)
{
    size_t articles = 0;
    for (size_t i = 0; i < count; i++)
        articles += (results[i]->article != NULL) + results[i]->api_rows_count;
    authors->list = pool_alloc(&store->pool, (articles * AUTHORS_MAX + 1) * sizeof(char *));
    tags->list = pool_alloc(&store->pool, (articles * TAGS_MAX + 1) * sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        gather(results[i]->article, authors, tags);
        for (size_t k = 0; k < results[i]->api_rows_count; k++)
            gather(results[i]->api_rows[k].article, authors, tags);
    }
}

/* As the tables tell them apart: text_key() of schema/postgres. */
static int compare(const void *left, const void *right)
{
    return strcasecmp(*(const char *const *)left, *(const char *const *)right);
}

static int put(struct database *store, enum sql sql, struct names *names)
{
    struct statement *insert = statement(store, sql);
    int err = 0;
    if (names->count)
        qsort(names->list, names->count, sizeof(char *), compare);
    for (size_t i = 0; i < names->count && !err; i++) {
        if (i && compare(&names->list[i - 1], &names->list[i]) == 0)
            continue;
        bind_text(insert, 1, names->list[i]);
        err = statement_add(insert, ANSWER_CHANGED, NULL);
    }
    return err ? err : statement_settle(insert);
}

int names_put(struct database *store, const struct result_record *const *results, size_t count)
{
    struct names authors = {0}, tags = {0};
    gather_all(store, results, count, &authors, &tags);
    if (!authors.count && !tags.count)
        return 0;
    int err = transaction_begin(store);
    if (err)
        return err;
    err = put(store, SQL_INSERT_AUTHOR, &authors);
    return transaction_end(store, err ? err : put(store, SQL_INSERT_TAG, &tags));
}
