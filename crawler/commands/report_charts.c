/* What happened over the run, and over the last month, as drawings. */
#include "commands/report_page_private.h"

#include "base/alloc.h"
#include "base/figures.h"
#include "page/chart.h"
#include "page/markup.h"

enum { TIME_PARTS = 48, DAYS = 30, STEPS_MAX = 64 };

static int write_time(struct page *page)
{
    struct chart_value requests[TIME_PARTS] = {{0}}, articles[TIME_PARTS] = {{0}};
    const struct store_value params[] = {page->params[0], page->params[1],
                                         STORE_PARAM_INTEGER(TIME_PARTS)};
    json_t *rows;
    int err = page_rows(page, SQL_PAGE_TIME, params, COUNT(params), &rows);
    if (err)
        return err;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        size_t part = (size_t)page_number(row, "part");
        requests[part].count = page_number(row, "requests");
        requests[part].failed = page_number(row, "failed");
        articles[part].count = page_number(row, "articles");
    }
    json_decref(rows);
    bytes_append_string(page->out, "<div><h3>Requests over the run</h3>");
    chart_columns(page->out, "Requests over the run", requests, TIME_PARTS, "begin", "end");
    bytes_append_string(page->out, "</div>\n<div><h3>New articles over the run</h3>");
    chart_columns(page->out, "New articles over the run", articles, TIME_PARTS, "begin", "end");
    bytes_append_string(page->out, "</div>\n");
    return 0;
}

static int write_growth(struct page *page)
{
    struct chart_value days[DAYS] = {{0}};
    json_t *rows;
    int err = page_rows(page, SQL_PAGE_GROWTH, page->params, COUNT(page->params), &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows) < DAYS ? json_array_size(rows) : DAYS;
    for (size_t i = 0; i < count; i++)
        days[i].count = page_number(json_array_get(rows, i), "articles");
    bytes_append_string(page->out, "<div><h3>New articles of 30 days</h3>");
    chart_columns(page->out, "New articles of 30 days", days, count,
                  count ? page_text(json_array_get(rows, 0), "day") : "",
                  count ? page_text(json_array_get(rows, count - 1), "day") : "");
    bytes_append_string(page->out, "</div>\n");
    json_decref(rows);
    return 0;
}

static const char *step_label(struct page *page, const json_t *row,
                              void (*append)(struct bytes *out, int64_t value))
{
    struct bytes text;
    bool last = json_is_null(json_object_get(row, "below"));
    bytes_init(&text, 0);
    bytes_append_string(&text, last ? "from " : "below ");
    append(&text, page_number(row, last ? "least" : "below"));
    const char *label = arena_copy(&page->arena, text.data, text.size);
    bytes_clear(&text);
    return label;
}

/* A chart with a bar for each row; the label is a column, or is made of a step's ends. */
static int write_bars(struct page *page, enum sql sql, const char *name,
                      void (*append)(struct bytes *out, int64_t value))
{
    struct chart_value values[STEPS_MAX] = {{0}};
    json_t *rows;
    int err = page_rows(page, sql, page->params, 1, &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows) < STEPS_MAX ? json_array_size(rows) : STEPS_MAX;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        values[i] = (struct chart_value){.label = append ? step_label(page, row, append)
                                                         : page_text(row, "class"),
                                         .count = page_number(row, "requests"),
                                         .failed = page_number(row, "failed")};
    }
    bytes_append_format(page->out, "<div><h3>%s</h3>", name);
    if (count)
        chart_bars(page->out, name, values, count);
    else
        bytes_append_string(page->out, "<p class=quiet>No request was made.</p>");
    bytes_append_string(page->out, "</div>\n");
    json_decref(rows);
    return 0;
}

int page_write_charts(struct page *page)
{
    bytes_append_string(page->out, "<h2>The run</h2>\n<div class=charts>\n");
    int err = write_time(page);
    if (!err)
        err = write_bars(page, SQL_PAGE_RESULTS, "Requests by result", NULL);
    if (!err)
        err = write_bars(page, SQL_PAGE_LATENCY, "Requests by the time they took", figures_span);
    if (!err)
        err = write_bars(page, SQL_PAGE_BYTES, "Answers by size on the wire", figures_size);
    if (!err)
        err = write_growth(page);
    bytes_append_string(page->out, "</div>\n");
    return err;
}
