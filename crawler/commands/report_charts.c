#include "commands/report_charts.h"

#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "commands/report_parts.h"
#include "page/chart.h"
#include "page/markup.h"

enum { TIME_PARTS = 48, DAYS = 30, STEPS_MAX = 64, SIZES_SHOWN = 30 };

#define KEY                                                                                        \
    "<p class=quiet><svg class=key viewBox=\"0 0 1 1\" aria-hidden=true><rect class=bad width=1 "  \
    "height=1 /></svg> failed; that an address is gone (404, 410) is no failure</p>\n"

/* Columns with a heading, and with a name that tells of them. */
static void write_columns(struct page *page, const char *heading, const struct chart_value *values,
                          size_t count, const struct chart_axis *axis)
{
    struct bytes name;
    int64_t sum = 0, most = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i].count;
        failed += values[i].failed;
        most = values[i].count > most ? values[i].count : most;
    }
    bytes_init(&name, 0);
    bytes_append_format(&name, "%s: from %s to %s, at most ", heading, axis->left, axis->right);
    axis->figure(&name, most);
    if (axis->figure == figures_count) {
        bytes_append_string(&name, " in one column, in all ");
        figures_count(&name, sum);
    }
    if (failed) {
        bytes_append_string(&name, ", of which failed ");
        figures_count(&name, failed);
    }
    bytes_append_format(page->out, "<div><h3>%s</h3>", heading);
    chart_columns(page->out, name.data, values, count, axis);
    bytes_append_string(page->out, "</div>\n");
    bytes_clear(&name);
}

/* 16:36 of an ISO text; with the day where it is another one than that of `other`, with the second
 * where they share the minute. */
static const char *time_of(struct page *page, const char *key, const char *other)
{
    const char *moment = page_text(page->run, key);
    struct bytes text;
    if (strlen(moment) < 16)
        return "now";
    bytes_init(&text, 0);
    if (strncmp(moment, page_text(page->run, other), 10) != 0)
        bytes_append_format(&text, "%.10s ", moment);
    bool same_minute = strncmp(moment, page_text(page->run, other), 16) == 0;
    bytes_append_format(&text, "%.*s UTC", same_minute ? 8 : 5, moment + 11);
    const char *copy = arena_copy(&page->arena, text.data, text.size);
    bytes_clear(&text);
    return copy;
}

static int write_time(struct page *page, bool *failed)
{
    struct chart_value requests[TIME_PARTS] = {{0}}, articles[TIME_PARTS] = {{0}};
    const struct store_value params[] = {page->params[0], page->params[1],
                                         STORE_PARAM_INTEGER(TIME_PARTS)};
    const struct chart_axis axis = {time_of(page, "started", "ended"),
                                    time_of(page, "ended", "started"), figures_count};
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
        *failed = *failed || requests[part].failed;
    }
    json_decref(rows);
    write_columns(page, "Requests over the run", requests, TIME_PARTS, &axis);
    write_columns(page, "New articles over the run", articles, TIME_PARTS, &axis);
    return 0;
}

static const char *step_label(struct page *page, const json_t *row, chart_figure_fn *append)
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

/* A chart with a bar for each row; the label is a column, or is made of a step's ends. Leaves its
 * <div> open for what is told below. */
static int begin_bars(struct page *page, enum sql sql, const char *name, chart_figure_fn *append)
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
    json_decref(rows);
    return 0;
}

static int write_latency_points(struct page *page)
{
    static const struct {
        const char *key, *before;
    } points[] = {{"half_ms", "Half within "},
                  {"most_ms", ", 95&nbsp;% within "},
                  {"nearly_all_ms", ", 99&nbsp;% within "}};
    json_t *rows;
    int err = page_rows(page, SQL_PAGE_LATENCY_POINTS, page->params, 1, &rows);
    if (err)
        return err;
    const json_t *row = json_array_get(rows, 0);
    if (json_is_number(json_object_get(row, points[0].key))) {
        bytes_append_string(page->out, "<p class=quiet>");
        for (size_t i = 0; i < COUNT(points); i++) {
            bytes_append_string(page->out, points[i].before);
            figures_span(page->out, page_number(row, points[i].key));
        }
        bytes_append_string(page->out, ".</p>");
    }
    json_decref(rows);
    return 0;
}

int page_write_charts(struct page *page)
{
    bool failed = false;
    bytes_append_string(page->out, "<h2>The run</h2>\n<div class=charts>\n");
    int err = write_time(page, &failed);
    if (!err)
        err = begin_bars(page, SQL_PAGE_RESULTS, "Requests by result", NULL);
    bytes_append_string(page->out, "</div>\n");
    if (!err)
        err = begin_bars(page, SQL_PAGE_LATENCY, "Requests by the time they took", figures_span);
    if (!err)
        err = write_latency_points(page);
    bytes_append_string(page->out, "</div>\n");
    if (!err)
        err = begin_bars(page, SQL_PAGE_BYTES, "Answers by size on the wire", figures_size);
    bytes_append_string(page->out, "</div>\n</div>\n");
    bytes_append_string(page->out, failed ? KEY : "");
    return err;
}

/* One column for each row, of its column `key`. */
static int write_days(struct page *page, enum sql sql, const struct store_value *params,
                      const char *key, const char *heading, chart_figure_fn *figure)
{
    struct chart_value values[DAYS] = {{0}};
    json_t *rows;
    int err = page_rows(page, sql, params, 2, &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows) < DAYS ? json_array_size(rows) : DAYS;
    for (size_t i = 0; i < count; i++)
        values[i].count = page_number(json_array_get(rows, i), key);
    if (count) {
        const struct chart_axis axis = {page_text(json_array_get(rows, 0), "day"),
                                        page_text(json_array_get(rows, count - 1), "day"), figure};
        write_columns(page, heading, values, count, &axis);
    }
    json_decref(rows);
    return 0;
}

int page_write_growth(struct page *page)
{
    const struct store_value sizes[] = {page->params[0], STORE_PARAM_INTEGER(SIZES_SHOWN)};
    bytes_append_string(page->out, "<div class=charts>\n");
    int err = write_days(page, SQL_PAGE_GROWTH, page->params, "articles", "New articles of 30 days",
                         figures_count);
    if (!err)
        err = write_days(page, SQL_PAGE_SIZES, sizes, "bytes",
                         "Size of the database after each run", figures_size);
    bytes_append_string(page->out, "</div>\n");
    return err;
}
