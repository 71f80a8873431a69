#include "commands/report_parts.h"

#include <string.h>

#include "base/alloc.h"
#include "commands/rows.h"

int64_t page_number(const json_t *row, const char *key)
{
    return (int64_t)json_number_value(json_object_get(row, key));
}

const char *page_text(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

bool page_is_troubled(const json_t *site)
{
    static const char *const calm[] = {"ok", "new", "off"};
    for (size_t i = 0; i < COUNT(calm); i++)
        if (strcmp(page_text(site, "state"), calm[i]) == 0)
            return false;
    return true;
}

int page_rows(struct page *page, enum sql sql, const struct store_value *params,
              size_t params_count, json_t **rows)
{
    struct rows_query query = {NULL, sql, params, params_count};
    return rows_json(page->store, &query, rows);
}

void page_moment(struct bytes *out, const char *moment)
{
    if (strlen(moment) >= 16)
        bytes_append_format(out, "%.10s %.5s UTC", moment, moment + 11);
}
