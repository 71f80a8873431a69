#include "storage/tables/rules.h"

#include <errno.h>
#include <stdlib.h>

/* It comes from a worker, who may say anything: of another site's rules nothing is believed. */
int rules_count(struct database *store, const struct result_record *result)
{
    const char *at = result->rules_told;
    int err = 0;
    while (at && (*at == '+' || *at == '-') && !err) {
        char *end;
        errno = 0;
        long long id = strtoll(at + 1, &end, 10);
        if (errno || end == at + 1)
            break;
        struct statement *update = statement(store, SQL_TELL_SITE_RULE);
        bind_integer(update, 1, id);
        bind_integer(update, 2, result->lease.site_id);
        bind_integer(update, 3, *at == '+');
        bind_integer(update, 4, result->fetch.started_ms);
        err = statement_run(update);
        at = *end == ' ' ? end + 1 : end;
    }
    return err;
}
