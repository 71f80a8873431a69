/* Rows as tables: what needs a person, what failed, the sites, the runs. */
#include "commands/report_page_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "page/chart.h"
#include "page/markup.h"

enum { RUNS_SHOWN = 14, FAILURES_SHOWN = 20, DAYS = 30 };

enum cell { CELL_TEXT, CELL_HEAD, CELL_WHY, CELL_COUNT, CELL_SPAN, CELL_SIZE, CELL_MOMENT };

struct column {
    const char *key, *title;
    enum cell cell;
};

static void begin_table(struct bytes *out, const char *id, const char *caption,
                        const struct column *columns, size_t count)
{
    bytes_append_format(out,
                        "<div class=wide tabindex=0 role=region aria-label=\"%s\"><table%s%s>"
                        "<caption>%s</caption><thead><tr>",
                        caption, *id ? " id=" : "", id, caption);
    for (size_t i = 0; i < count; i++)
        bytes_append_format(
            out, "<th scope=col%s>%s</th>",
            columns[i].cell >= CELL_COUNT && columns[i].cell <= CELL_SIZE ? " class=n" : "",
            columns[i].title);
    bytes_append_string(out, "</tr></thead>\n<tbody>\n");
}

static void end_table(struct bytes *out)
{
    bytes_append_string(out, "</tbody></table></div>\n");
}

static const char *without_scheme(const char *url)
{
    const char *rest = url ? strstr(url, "://") : NULL;
    return rest ? rest + 3 : url;
}

static void write_cell(struct bytes *out, const struct column *column, const json_t *row)
{
    const json_t *value = json_object_get(row, column->key);
    bool known = value && !json_is_null(value);
    int64_t number = (int64_t)json_number_value(value);
    switch (column->cell) {
    case CELL_HEAD:
        bytes_append_string(out, "<th scope=row>");
        markup_link(out, json_string_value(value), without_scheme(json_string_value(value)));
        if (json_is_string(json_object_get(row, "name"))) {
            bytes_append_string(out, "<br><span class=quiet>");
            markup_text(out, page_text(row, "name"));
            bytes_append_string(out, "</span>");
        }
        bytes_append_string(out, "</th>");
        return;
    case CELL_TEXT:
    case CELL_WHY:
        bytes_append_string(out, column->cell == CELL_WHY ? "<td class=why>" : "<td class=state>");
        markup_text(out, json_string_value(value));
        break;
    case CELL_MOMENT:
        bytes_append_string(out, "<td class=state>");
        page_moment(out, json_string_value(value));
        break;
    case CELL_COUNT:
        bytes_append_string(out, "<td class=n>");
        if (known)
            figures_count(out, number);
        break;
    case CELL_SPAN:
    case CELL_SIZE: /* the script sorts by the key, not by what is shown */
        bytes_append_format(out, "<td class=n data-key=%lld>", known ? (long long)number : -1LL);
        if (known && column->cell == CELL_SPAN)
            figures_span(out, number);
        else if (known)
            figures_size(out, number);
        break;
    }
    bytes_append_string(out, "</td>");
}

static void write_table(struct bytes *out, const char *heading, const char *caption,
                        const struct column *columns, size_t columns_count, const json_t *rows)
{
    if (json_array_size(rows) == 0)
        return;
    bytes_append_format(out, "<h2>%s</h2>\n", heading);
    begin_table(out, "", caption, columns, columns_count);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        bytes_append_string(out, "<tr>");
        for (size_t k = 0; k < columns_count; k++)
            write_cell(out, &columns[k], json_array_get(rows, i));
        bytes_append_string(out, "</tr>\n");
    }
    end_table(out);
}

int page_write_failures(struct page *page)
{
    static const struct column columns[] = {
        {"origin", "Host", CELL_HEAD},        {"error", "Error", CELL_TEXT},
        {"requests", "Requests", CELL_COUNT}, {"urls", "URLs", CELL_COUNT},
        {"example", "For example", CELL_WHY},
    };
    const struct store_value params[] = {page->params[0], STORE_PARAM_INTEGER(FAILURES_SHOWN)};
    json_t *rows;
    int err = page_rows(page, SQL_READ_FAILURES, params, COUNT(params), &rows);
    if (err)
        return err;
    write_table(page->out, "What failed", "Hosts and errors of this run, the most frequent first",
                columns, COUNT(columns), rows);
    json_decref(rows);
    return 0;
}

int page_write_runs(struct page *page)
{
    static const struct column columns[] = {
        {"run", "Run", CELL_COUNT},
        {"started", "Begun", CELL_MOMENT},
        {"outcome", "Outcome", CELL_TEXT},
        {"ms", "Took", CELL_SPAN},
        {"requests", "Requests", CELL_COUNT},
        {"articles_new", "New articles", CELL_COUNT},
        {"articles_revised", "Revised", CELL_COUNT},
        {"throttled", "Throttled", CELL_COUNT},
        {"server_err", "Server errors", CELL_COUNT},
        {"net_err", "No answer", CELL_COUNT},
        {"bytes", "Over the net", CELL_SIZE},
    };
    const struct store_value params[] = {{.type = STORE_NULL}, STORE_PARAM_INTEGER(RUNS_SHOWN)};
    json_t *rows;
    int err = page_rows(page, SQL_READ_RUNS, params, COUNT(params), &rows);
    if (err)
        return err;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        double seconds = json_number_value(json_object_get(row, "seconds"));
        json_object_set_new(row, "ms", json_integer((json_int_t)(seconds * 1000)));
    }
    write_table(page->out, "The last runs", "Runs side by side, the latest first", columns,
                COUNT(columns), rows);
    json_decref(rows);
    return 0;
}

void page_write_troubles(struct page *page, const json_t *rows)
{
    static const struct column columns[] = {
        {"url", "Site", CELL_HEAD},
        {"state", "State", CELL_TEXT},
        {"since", "Since", CELL_TEXT},
        {"trouble", "Now and before", CELL_WHY},
    };
    write_table(page->out, "What needs a person",
                "Sites that do not answer, or are not as they were, with the figures", columns,
                COUNT(columns), rows);
}

/* ---- the sites ---- */

static const struct column site_columns[] = {
    {"url", "Site", CELL_HEAD},
    {"state", "State", CELL_TEXT},
    {"articles_new", "New", CELL_COUNT},
    {"days", "30 days", CELL_COUNT},
    {"title_ok", "Title", CELL_COUNT},
    {"body_ok", "Body", CELL_COUNT},
    {"date_ok", "Date", CELL_COUNT},
    {"requests", "Requests", CELL_COUNT},
    {"failed", "Errors", CELL_COUNT},
    {"slowest_ms", "Slowest", CELL_SPAN},
    {"gap_ms", "Smallest gap", CELL_SPAN},
    {"trouble", "Trouble", CELL_WHY},
};

/* "0:12,3:4": new articles of some of the thirty days. */
static void write_days(struct bytes *out, const char *days)
{
    int64_t counts[DAYS] = {0}, sum = 0;
    char name[64];
    while (*days) {
        char *end;
        long day = strtol(days, &end, 10);
        int64_t count = *end == ':' ? strtoll(end + 1, &end, 10) : 0;
        if (day >= 0 && day < DAYS)
            counts[day] = count;
        sum += count;
        days = *end == ',' ? end + 1 : "";
    }
    snprintf(name, sizeof name, "%lld in 30 days", (long long)sum);
    bytes_append_format(out, "<td class=n data-key=%lld>", (long long)sum);
    if (sum > 0)
        chart_spark(out, name, counts, DAYS);
    bytes_append_string(out, "</td>");
}

static void write_share(struct bytes *out, const json_t *share)
{
    double value = json_number_value(share);
    if (json_is_number(share))
        bytes_append_format(out, "<td class=n>%.0f&nbsp;%%</td>", value * 100);
    else
        bytes_append_string(out, "<td class=n></td>");
}

static void write_site(struct bytes *out, const json_t *site, const json_t *did)
{
    bytes_append_string(out, page_is_troubled(site) ? "<tr class=wrong>" : "<tr>");
    for (size_t i = 0; i < COUNT(site_columns); i++) {
        const struct column *column = &site_columns[i];
        const json_t *row = json_object_get(site, column->key) ? site : did;
        if (strcmp(column->key, "days") == 0)
            write_days(out, page_text(did, "days"));
        else if (strstr(column->key, "_ok"))
            write_share(out, json_object_get(did, column->key));
        else
            write_cell(out, column, row);
    }
    bytes_append_string(out, "</tr>\n");
}

int page_write_sites(struct page *page, const json_t *sites)
{
    json_t *rows, *did;
    int err = page_rows(page, SQL_PAGE_SITES, page->params, COUNT(page->params), &rows);
    if (err)
        return err;
    did = json_object();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        json_object_set(did, page_text(row, "url"), row);
    }
    bytes_append_string(page->out,
                        "<h2>Sites</h2>\n<p id=find class=find hidden><label>Show those with "
                        "<input type=search></label> <span id=shown role=status></span></p>\n");
    begin_table(page->out, "sites", "Each site in this run; rates are of its last seven days",
                site_columns, COUNT(site_columns));
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        write_site(page->out, site, json_object_get(did, page_text(site, "url")));
    }
    end_table(page->out);
    json_decref(rows);
    json_decref(did);
    return 0;
}
