#include "commands/report_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "commands/report_parts.h"
#include "page/chart.h"
#include "page/markup.h"

enum { RUNS_SHOWN = 14, FAILURES_SHOWN = 20, DAYS = 30, ALL = -1 };

/* Numbers need no class: they are most of what stands in the tables, which are most of the page. */
static const struct {
    const char *class;
    bool keyed; /* sorted by data-k, not by what is shown */
} cells[] = {
    [CELL_TEXT] = {" class=t", false},  [CELL_STATE] = {" class=s", false},
    [CELL_WHY] = {" class=why", false}, [CELL_MOMENT] = {" class=t", false},
    [CELL_COUNT] = {"", false},         [CELL_SPAN] = {"", true},
    [CELL_SIZE] = {"", true},           [CELL_SHARE] = {"", false},
    [CELL_DAYS] = {"", false},
};

static const char *without_scheme(const char *url)
{
    const char *rest = url ? strstr(url, "://") : NULL;
    return rest ? rest + 3 : url;
}

static void write_head(struct bytes *out, const struct column *column, const json_t *row)
{
    const char *url = json_string_value(json_object_get(row, column->key));
    markup_link(out, url, without_scheme(url));
    if (!json_is_string(json_object_get(row, "name")))
        return;
    bytes_append_string(out, "<br><span class=quiet>");
    markup_text(out, page_text(row, "name"));
    bytes_append_string(out, "</span>");
}

static void write_days(struct bytes *out, const char *days)
{
    int64_t counts[DAYS] = {0}, sum = 0;
    while (*days) {
        char *end;
        long day = strtol(days, &end, 10);
        int64_t count = *end == ':' ? strtoll(end + 1, &end, 10) : 0;
        if (day >= 0 && day < DAYS)
            counts[day] = count;
        sum += count;
        days = *end == ',' ? end + 1 : "";
    }
    figures_count(out, sum);
    if (sum > 0)
        chart_spark(out, counts, DAYS);
}

static void write_value(struct bytes *out, enum cell cell, const json_t *value)
{
    int64_t number = (int64_t)json_number_value(value);
    switch (cell) {
    case CELL_HEAD:
    case CELL_TEXT:
    case CELL_STATE:
    case CELL_WHY:
        markup_text(out, json_string_value(value));
        break;
    case CELL_MOMENT:
        page_moment(out, json_string_value(value));
        break;
    case CELL_COUNT:
        figures_count(out, number);
        break;
    case CELL_SPAN:
        figures_span(out, number);
        break;
    case CELL_SIZE:
        figures_size(out, number);
        break;
    case CELL_SHARE:
        bytes_append_format(out, "%.0f&nbsp;%%", json_number_value(value) * 100);
        break;
    case CELL_DAYS:
        write_days(out, json_string_value(value));
        break;
    }
}

/* End tags are left out where the next part or the table's end says the same (HTML, 13.1.2.4). */
static void write_cell(struct bytes *out, const struct table *table, const struct column *column,
                       const json_t *row)
{
    const json_t *value = json_object_get(row, column->key);
    bool known = value && !json_is_null(value);
    if (column->cell == CELL_HEAD) {
        bytes_append_format(out, "<th scope=row%s>", table->redrawn ? " role=rowheader" : "");
        write_head(out, column, row);
        return;
    }
    bytes_append_format(out, "<td%s%s", table->redrawn ? " role=cell" : "",
                        cells[column->cell].class);
    if (known && cells[column->cell].keyed)
        bytes_append_format(out, " data-k=%lld", (long long)json_number_value(value));
    bytes_append_string(out, ">");
    if (known)
        write_value(out, column->cell, value);
}

static void begin_table(struct bytes *out, const struct table *table)
{
    const char *group = table->redrawn ? " role=rowgroup" : "";
    bytes_append_format(out,
                        "<div class=\"wide%s\" tabindex=0 role=region aria-label=\"%s\">"
                        "<table class=%s aria-label=\"%s\"%s><thead%s><tr%s>",
                        table->scrolls ? " all" : "", table->caption, table->class, table->caption,
                        table->redrawn ? " role=table" : "", group,
                        table->redrawn ? " role=row" : "");
    for (size_t i = 0; i < table->columns_count; i++) {
        enum cell cell = table->columns[i].cell;
        bytes_append_format(out, "<th scope=col%s%s>%s", table->redrawn ? " role=columnheader" : "",
                            cell == CELL_HEAD ? " class=t" : cells[cell].class,
                            table->columns[i].title);
    }
    bytes_append_format(out, "<tbody%s>\n", group);
}

void page_table(struct bytes *out, const struct table *table, const json_t *rows, size_t first,
                size_t count)
{
    if (first == 0)
        bytes_append_format(out, "<p class=quiet>%s.</p>\n", table->caption);
    begin_table(out, table);
    for (size_t i = first; i < json_array_size(rows) && i - first < count; i++) {
        const json_t *row = json_array_get(rows, i);
        bytes_append_format(out, "<tr%s%s>", table->redrawn ? " role=row" : "",
                            json_is_true(json_object_get(row, "wrong")) ? " class=wrong" : "");
        for (size_t k = 0; k < table->columns_count; k++)
            write_cell(out, table, &table->columns[k], row);
        bytes_append_string(out, "\n");
    }
    bytes_append_string(out, "</table></div>\n");
}

int page_write_rules(struct page *page)
{
    static const struct column columns[] = {
        {"site", "Site", CELL_HEAD},
        {"field", "Field", CELL_TEXT},
        {"rule", "Rule", CELL_WHY},
        {"missed", "Articles without it", CELL_COUNT},
        {"matched_last", "Last found", CELL_MOMENT},
    };
    static const struct table table = {
        "rules", "Rules of sites that found nothing on the last articles",
        columns, COUNT(columns),
        false,   false};
    const struct store_value params[] = {page->params[1], STORE_PARAM_INTEGER(ALL),
                                         STORE_PARAM_TEXT(page->labels)};
    json_t *rows;
    int err = page_rows(page, SQL_READ_IDLE_RULES, params, COUNT(params), &rows);
    if (err)
        return err;
    if (json_array_size(rows) > 0) {
        bytes_append_string(page->out, "<h2>Rules that no longer match</h2>\n");
        page_table(page->out, &table, rows, 0, json_array_size(rows));
    }
    json_decref(rows);
    return 0;
}

int page_write_failures(struct page *page)
{
    static const struct column columns[] = {
        {"origin", "Host", CELL_HEAD},        {"error", "Error", CELL_TEXT},
        {"requests", "Requests", CELL_COUNT}, {"urls", "URLs", CELL_COUNT},
        {"example", "For example", CELL_WHY},
    };
    static const struct table table = {
        "failures", "Hosts and errors of this run, the most frequent first",
        columns,    COUNT(columns),
        false,      false};
    const struct store_value params[] = {page->params[0], STORE_PARAM_INTEGER(ALL),
                                         STORE_PARAM_TEXT(page->labels)};
    json_t *rows;
    int err = page_rows(page, SQL_READ_FAILURES, params, COUNT(params), &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows);
    if (count > 0) {
        bytes_append_string(page->out, "<h2>What failed</h2>\n");
        page_table(page->out, &table, rows, 0, FAILURES_SHOWN);
    }
    if (count > FAILURES_SHOWN)
        bytes_append_format(page->out,
                            "<p class=quiet>And %zu more, each with fewer requests or as many; "
                            "<code>crawler report --json</code> has them all.</p>\n",
                            count - FAILURES_SHOWN);
    json_decref(rows);
    return 0;
}

/* What a run's figures and its times tell, beside its columns. */
static void complete_run(json_t *row)
{
    const char *outcome = page_text(row, "outcome");
    json_t *bytes = json_object_get(json_object_get(row, "figures"), "database_bytes");
    if (json_is_string(json_object_get(row, "ended"))) {
        double seconds = json_number_value(json_object_get(row, "seconds"));
        json_object_set_new(row, "ms", json_integer((json_int_t)(seconds * 1000)));
    }
    if (bytes)
        json_object_set(row, "database", bytes);
    json_object_set_new(
        row, "wrong", json_boolean(strcmp(outcome, "crashed") == 0 || !strcmp(outcome, "failed")));
}

int page_write_runs(struct page *page)
{
    static const struct column columns[] = {
        {"run", "Run", CELL_COUNT},
        {"started", "Begun", CELL_MOMENT},
        {"outcome", "Outcome", CELL_STATE},
        {"ms", "Took", CELL_SPAN},
        {"requests", "Requests", CELL_COUNT},
        {"articles_new", "New articles", CELL_COUNT},
        {"articles_revised", "Revised", CELL_COUNT},
        {"throttled", "Throttled", CELL_COUNT},
        {"server_err", "Server errors", CELL_COUNT},
        {"net_err", "No answer", CELL_COUNT},
        {"bytes", "Over the net", CELL_SIZE},
        {"database", "Database", CELL_SIZE},
    };
    static const struct table table = {
        "runs", "Runs side by side, the latest first", columns, COUNT(columns), false, false};
    const struct store_value params[] = {{.type = STORE_NULL}, STORE_PARAM_INTEGER(RUNS_SHOWN)};
    json_t *rows;
    int err = page_rows(page, SQL_READ_RUNS, params, COUNT(params), &rows);
    if (err)
        return err;
    for (size_t i = 0; i < json_array_size(rows); i++)
        complete_run(json_array_get(rows, i));
    bytes_append_string(page->out, "<h2>The last runs</h2>\n");
    page_table(page->out, &table, rows, 0, RUNS_SHOWN);
    json_decref(rows);
    return 0;
}
