#include "storage/tables/names.h"

#include "storage/tables/attachments.h"
#include "storage/tables/database.h"
#include "storage/tables/records.h"
#include "storage/tables/taken.h"

static int add(struct statement *insert, const char *const *names, size_t count, size_t most)
{
    int err = 0;
    for (size_t i = 0; i < count && i < most && !err; i++) {
        if (!names[i] || !*names[i])
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
    int err = add(statement(store, SQL_INSERT_AUTHOR), article->authors, article->authors_count,
                  AUTHORS_MAX);
    return err ? err
               : add(statement(store, SQL_INSERT_TAG), article->tags, article->tags_count,
                     TAGS_MAX);
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
