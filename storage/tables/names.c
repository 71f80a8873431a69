#include "storage/tables/names.h"

#include "storage/tables/database.h"
#include "storage/tables/records.h"
#include "storage/tables/taken.h"

bool names_is_one(const char *name)
{
    return name && *name;
}

int names_insert(struct statement *insert, const char *const *names, size_t count)
{
    int err = 0;
    for (size_t i = 0; i < count && i < NAMES_MAX && !err; i++) {
        if (!names_is_one(names[i]))
            continue;
        bind_text(insert, 1, names[i]);
        err = statement_add(insert, ANSWER_CHANGED, NULL);
    }
    return err;
}

static int add_names(struct database *store, const struct article_record *article)
{
    if (!article || !article->is_article)
        return 0;
    int err =
        names_insert(statement(store, SQL_INSERT_AUTHOR), article->authors, article->authors_count);
    return err ? err
               : names_insert(statement(store, SQL_INSERT_TAG), article->tags, article->tags_count);
}

static int add_all(struct database *store, const struct result_record *const *results, size_t count)
{
    int err = 0;
    for (size_t i = 0; i < count && !err; i++) {
        const struct result_record *result = results[i];
        if (!taken_result(store, result))
            err = add_names(store, result->article);
        for (size_t k = 0; k < result->api_rows_count && !err; k++)
            if (!records_is_taken_down(store, &result->lease, &result->api_rows[k]))
                err = add_names(store, result->api_rows[k].article);
    }
    if (!err)
        err = statement_settle(statement(store, SQL_INSERT_AUTHOR));
    return err ? err : statement_settle(statement(store, SQL_INSERT_TAG));
}

static bool is_any(const struct result_record *const *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (results[i]->article || results[i]->api_rows_count)
            return true;
    return false;
}

int names_put(struct database *store, const struct result_record *const *results, size_t count)
{
    if (!is_any(results, count))
        return 0;
    int err = transaction_begin(store);
    return err ? err : transaction_end(store, add_all(store, results, count));
}
