#include "commands/report_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "commands/rows.h"
#include "page/assets.h"
#include "page/chart.h"
#include "page/markup.h"

enum { RUNS_SHOWN = 14, FAILURES_SHOWN = 20, TIME_PARTS = 48, DAYS = 30, STEPS_MAX = 64 };

struct page {
    struct store *store;
    struct bytes *out;
    const json_t *run;
    struct store_value params[2]; /* run_id, now_ms: what most queries take */
    struct arena arena;
};

static int64_t number_of(const json_t *row, const char *key)
{
    return (int64_t)json_number_value(json_object_get(row, key));
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

/* Whether it stands first in the list, for a person to look at. */
static bool is_troubled(const json_t *site)
{
    static const char *const calm[] = {"ok", "new", "off"};
    for (size_t i = 0; i < COUNT(calm); i++)
        if (strcmp(text_of(site, "state"), calm[i]) == 0)
            return false;
    return true;
}

static int read_rows(struct page *page, enum sql sql, const struct store_value *params,
                     size_t params_count, json_t **rows)
{
    struct rows_query query = {NULL, sql, params, params_count};
    return rows_json(page->store, &query, rows);
}

/* ---- the night in a sentence ---- */

static const struct {
    const char *outcome, *words;
} outcomes[] = {
    {"ok", "completed in"},           {"partial", "ended with work left after"},
    {"stopped", "was stopped after"}, {"failed", "failed after"},
    {"crashed", "broke off after"},   {"running", "has not ended; it is known to have taken"},
};

static void append_moment(struct bytes *out, const char *moment)
{
    if (strlen(moment) >= 16)
        markup_append(out, "%.10s %.5s UTC", moment, moment + 11);
}

static void append_people(struct bytes *out, size_t troubles)
{
    if (troubles == 0)
        bytes_append_string(out, "Every site is as it was.");
    else
        markup_append(out, "<strong>%zu site%s a person.</strong>", troubles,
                      troubles == 1 ? " needs" : "s need");
}

static void write_head(struct page *page, size_t troubles)
{
    struct bytes *out = page->out;
    const char *outcome = text_of(page->run, "outcome"), *words = "";
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (strcmp(outcome, outcomes[i].outcome) == 0)
            words = outcomes[i].words;
    bytes_append_string(out, "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
                             "<meta name=viewport content=\"width=device-width\">\n"
                             "<meta http-equiv=Content-Security-Policy content=\"default-src "
                             "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    markup_append(out, "<title>crawler: run %lld</title>\n<style>\n",
                  (long long)number_of(page->run, "run"));
    bytes_append_string(out, page_style);
    markup_append(out, "</style>\n<body>\n<main>\n<h1>Run %lld</h1>\n<p class=night>It %s ",
                  (long long)number_of(page->run, "run"), words);
    markup_span(out, (int64_t)(json_number_value(json_object_get(page->run, "seconds")) * 1000));
    bytes_append_string(out, ", and brought ");
    markup_count(out, number_of(page->run, "articles_new"));
    bytes_append_string(out, " new articles and ");
    markup_count(out, number_of(page->run, "articles_revised"));
    bytes_append_string(out, " revised ones for ");
    markup_count(out, number_of(page->run, "requests"));
    bytes_append_string(out, " requests. ");
    append_people(out, troubles);
    bytes_append_string(out, "</p>\n<p class=quiet>Begun ");
    append_moment(out, text_of(page->run, "started"));
    bytes_append_string(out, " on ");
    markup_text(out, text_of(page->run, "host"));
    bytes_append_string(out, ", crawler ");
    markup_text(out, text_of(page->run, "version"));
    bytes_append_string(out, "; ");
    markup_size(out, number_of(page->run, "bytes"));
    bytes_append_string(out, " over the net, ");
    markup_count(out, number_of(page->run, "urls_new"));
    bytes_append_string(out, " URLs found.</p>\n");
}

/* ---- tables ---- */

enum cell { CELL_TEXT, CELL_HEAD, CELL_WHY, CELL_COUNT, CELL_SPAN, CELL_SIZE, CELL_MOMENT };

struct column {
    const char *key, *title;
    enum cell cell;
};

static void begin_table(struct bytes *out, const char *id, const char *caption,
                        const struct column *columns, size_t count)
{
    markup_append(out,
                  "<div class=wide tabindex=0 role=region aria-label=\"%s\"><table%s%s>"
                  "<caption>%s</caption><thead><tr>",
                  caption, *id ? " id=" : "", id, caption);
    for (size_t i = 0; i < count; i++)
        markup_append(out, "<th scope=col%s>%s</th>",
                      columns[i].cell >= CELL_COUNT && columns[i].cell <= CELL_SIZE ? " class=n"
                                                                                    : "",
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
            markup_text(out, text_of(row, "name"));
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
        append_moment(out, json_string_value(value));
        break;
    case CELL_COUNT:
        bytes_append_string(out, "<td class=n>");
        if (known)
            markup_count(out, number);
        break;
    case CELL_SPAN:
    case CELL_SIZE: /* the script sorts by the key, not by what is shown */
        markup_append(out, "<td class=n data-key=%lld>", known ? (long long)number : -1LL);
        if (known && column->cell == CELL_SPAN)
            markup_span(out, number);
        else if (known)
            markup_size(out, number);
        break;
    }
    bytes_append_string(out, "</td>");
}

static void write_table(struct bytes *out, const char *heading, const char *caption,
                        const struct column *columns, size_t columns_count, const json_t *rows)
{
    if (json_array_size(rows) == 0)
        return;
    markup_append(out, "<h2>%s</h2>\n", heading);
    begin_table(out, "", caption, columns, columns_count);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        bytes_append_string(out, "<tr>");
        for (size_t k = 0; k < columns_count; k++)
            write_cell(out, &columns[k], json_array_get(rows, i));
        bytes_append_string(out, "</tr>\n");
    }
    end_table(out);
}

static int write_failures(struct page *page)
{
    static const struct column columns[] = {
        {"origin", "Host", CELL_HEAD},        {"error", "Error", CELL_TEXT},
        {"requests", "Requests", CELL_COUNT}, {"urls", "URLs", CELL_COUNT},
        {"example", "For example", CELL_WHY},
    };
    const struct store_value params[] = {page->params[0], STORE_PARAM_INTEGER(FAILURES_SHOWN)};
    json_t *rows;
    int err = read_rows(page, SQL_READ_FAILURES, params, COUNT(params), &rows);
    if (err)
        return err;
    write_table(page->out, "What failed", "Hosts and errors of this run, the most frequent first",
                columns, COUNT(columns), rows);
    json_decref(rows);
    return 0;
}

static int write_runs(struct page *page)
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
    int err = read_rows(page, SQL_READ_RUNS, params, COUNT(params), &rows);
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

static void write_troubles(struct page *page, const json_t *rows)
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

/* ---- charts ---- */

static int write_time(struct page *page)
{
    struct chart_value requests[TIME_PARTS] = {{0}}, articles[TIME_PARTS] = {{0}};
    const struct store_value params[] = {page->params[0], page->params[1],
                                         STORE_PARAM_INTEGER(TIME_PARTS)};
    json_t *rows;
    int err = read_rows(page, SQL_PAGE_TIME, params, COUNT(params), &rows);
    if (err)
        return err;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        size_t part = (size_t)number_of(row, "part");
        requests[part].count = number_of(row, "requests");
        requests[part].failed = number_of(row, "failed");
        articles[part].count = number_of(row, "articles");
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
    int err = read_rows(page, SQL_PAGE_GROWTH, page->params, COUNT(page->params), &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows) < DAYS ? json_array_size(rows) : DAYS;
    for (size_t i = 0; i < count; i++)
        days[i].count = number_of(json_array_get(rows, i), "articles");
    bytes_append_string(page->out, "<div><h3>New articles of 30 days</h3>");
    chart_columns(page->out, "New articles of 30 days", days, count,
                  count ? text_of(json_array_get(rows, 0), "day") : "",
                  count ? text_of(json_array_get(rows, count - 1), "day") : "");
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
    append(&text, number_of(row, last ? "least" : "below"));
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
    int err = read_rows(page, sql, page->params, 1, &rows);
    if (err)
        return err;
    size_t count = json_array_size(rows) < STEPS_MAX ? json_array_size(rows) : STEPS_MAX;
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        values[i] = (struct chart_value){.label = append ? step_label(page, row, append)
                                                         : text_of(row, "class"),
                                         .count = number_of(row, "requests"),
                                         .failed = number_of(row, "failed")};
    }
    markup_append(page->out, "<div><h3>%s</h3>", name);
    if (count)
        chart_bars(page->out, name, values, count);
    else
        bytes_append_string(page->out, "<p class=quiet>No request was made.</p>");
    bytes_append_string(page->out, "</div>\n");
    json_decref(rows);
    return 0;
}

static int write_charts(struct page *page)
{
    bytes_append_string(page->out, "<h2>The run</h2>\n<div class=charts>\n");
    int err = write_time(page);
    if (!err)
        err = write_bars(page, SQL_PAGE_RESULTS, "Requests by result", NULL);
    if (!err)
        err = write_bars(page, SQL_PAGE_LATENCY, "Requests by the time they took", markup_span);
    if (!err)
        err = write_bars(page, SQL_PAGE_BYTES, "Answers by size on the wire", markup_size);
    if (!err)
        err = write_growth(page);
    bytes_append_string(page->out, "</div>\n");
    return err;
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
    markup_append(out, "<td class=n data-key=%lld>", (long long)sum);
    if (sum > 0)
        chart_spark(out, name, counts, DAYS);
    bytes_append_string(out, "</td>");
}

static void write_share(struct bytes *out, const json_t *share)
{
    double value = json_number_value(share);
    if (json_is_number(share))
        markup_append(out, "<td class=n>%.0f&nbsp;%%</td>", value * 100);
    else
        bytes_append_string(out, "<td class=n></td>");
}

static void write_site(struct bytes *out, const json_t *site, const json_t *did)
{
    bytes_append_string(out, is_troubled(site) ? "<tr class=wrong>" : "<tr>");
    for (size_t i = 0; i < COUNT(site_columns); i++) {
        const struct column *column = &site_columns[i];
        const json_t *row = json_object_get(site, column->key) ? site : did;
        if (strcmp(column->key, "days") == 0)
            write_days(out, text_of(did, "days"));
        else if (strstr(column->key, "_ok"))
            write_share(out, json_object_get(did, column->key));
        else
            write_cell(out, column, row);
    }
    bytes_append_string(out, "</tr>\n");
}

static int write_sites(struct page *page, const json_t *sites)
{
    json_t *rows, *did;
    int err = read_rows(page, SQL_PAGE_SITES, page->params, COUNT(page->params), &rows);
    if (err)
        return err;
    did = json_object();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        json_object_set(did, text_of(row, "url"), row);
    }
    bytes_append_string(page->out,
                        "<h2>Sites</h2>\n<p id=find class=find hidden><label>Show those with "
                        "<input type=search></label> <span id=shown role=status></span></p>\n");
    begin_table(page->out, "sites", "Each site in this run; rates are of its last seven days",
                site_columns, COUNT(site_columns));
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        write_site(page->out, site, json_object_get(did, text_of(site, "url")));
    }
    end_table(page->out);
    json_decref(rows);
    json_decref(did);
    return 0;
}

static int write_foot(struct page *page)
{
    struct bytes *out = page->out;
    json_t *rows;
    int err = read_rows(page, SQL_PAGE_TOTALS, NULL, 0, &rows);
    if (err)
        return err;
    const json_t *totals = json_array_get(rows, 0);
    bytes_append_string(out, "<h2>The database</h2>\n<p>");
    markup_count(out, number_of(totals, "articles"));
    bytes_append_string(out, " articles of ");
    markup_count(out, number_of(totals, "sites"));
    bytes_append_string(out, " sites in ");
    markup_size(out, number_of(totals, "bytes"));
    bytes_append_string(out, ".</p>\n</main>\n<script>\n");
    bytes_append_string(out, page_script);
    bytes_append_string(out, "</script>\n</body>\n</html>\n");
    json_decref(rows);
    return 0;
}

static int write_all(struct page *page, const json_t *sites, const json_t *troubles)
{
    write_head(page, json_array_size(troubles));
    write_troubles(page, troubles);
    int err = write_charts(page);
    if (!err)
        err = write_failures(page);
    if (!err)
        err = write_sites(page, sites);
    if (!err)
        err = write_runs(page);
    return err ? err : write_foot(page);
}

int report_page(struct store *store, const json_t *run, int64_t now_ms, struct bytes *out)
{
    struct page page = {.store = store, .out = out, .run = run};
    page.params[0] = STORE_PARAM_INTEGER(number_of(run, "run"));
    page.params[1] = STORE_PARAM_INTEGER(now_ms);
    const struct store_value all[] = {page.params[1], STORE_PARAM_INTEGER(0),
                                      STORE_PARAM_INTEGER(-1)};
    json_t *sites, *troubles;
    int err = read_rows(&page, SQL_READ_SITES, all, COUNT(all), &sites);
    if (err)
        return err;
    troubles = json_array();
    for (size_t i = 0; i < json_array_size(sites); i++)
        if (is_troubled(json_array_get(sites, i)))
            json_array_append(troubles, json_array_get(sites, i));
    arena_init(&page.arena, 0);
    err = write_all(&page, sites, troubles);
    arena_clear(&page.arena);
    json_decref(troubles);
    json_decref(sites);
    return err;
}
