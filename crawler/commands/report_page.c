#include "commands/report_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "commands/report_page_private.h"
#include "page/assets.h"
#include "page/markup.h"

int64_t page_number(const json_t *row, const char *key)
{
    return (int64_t)json_number_value(json_object_get(row, key));
}

const char *page_text(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

/* Whether it stands first in the list, for a person to look at. */
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

/* ---- the night in a sentence ---- */

static const struct {
    const char *outcome, *words;
} outcomes[] = {
    {"ok", "completed in"},           {"partial", "ended with work left after"},
    {"stopped", "was stopped after"}, {"failed", "failed after"},
    {"crashed", "broke off after"},   {"running", "has not ended; it is known to have taken"},
};

static void append_people(struct bytes *out, size_t troubles)
{
    if (troubles == 0)
        bytes_append_string(out, "Every site is as it was.");
    else
        bytes_append_format(out, "<strong>%zu site%s a person.</strong>", troubles,
                            troubles == 1 ? " needs" : "s need");
}

static void write_head(struct page *page, size_t troubles)
{
    struct bytes *out = page->out;
    const char *outcome = page_text(page->run, "outcome"), *words = "";
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (strcmp(outcome, outcomes[i].outcome) == 0)
            words = outcomes[i].words;
    bytes_append_string(out, "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
                             "<meta name=viewport content=\"width=device-width\">\n"
                             "<meta http-equiv=Content-Security-Policy content=\"default-src "
                             "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    bytes_append_format(out, "<title>crawler: run %lld</title>\n<style>\n",
                        (long long)page_number(page->run, "run"));
    bytes_append_string(out, page_style);
    bytes_append_format(out, "</style>\n<body>\n<main>\n<h1>Run %lld</h1>\n<p class=night>It %s ",
                        (long long)page_number(page->run, "run"), words);
    figures_span(out, (int64_t)(json_number_value(json_object_get(page->run, "seconds")) * 1000));
    bytes_append_string(out, ", and brought ");
    figures_count(out, page_number(page->run, "articles_new"));
    bytes_append_string(out, " new articles and ");
    figures_count(out, page_number(page->run, "articles_revised"));
    bytes_append_string(out, " revised ones for ");
    figures_count(out, page_number(page->run, "requests"));
    bytes_append_string(out, " requests. ");
    append_people(out, troubles);
    bytes_append_string(out, "</p>\n<p class=quiet>Begun ");
    page_moment(out, page_text(page->run, "started"));
    bytes_append_string(out, " on ");
    markup_text(out, page_text(page->run, "host"));
    bytes_append_string(out, ", crawler ");
    markup_text(out, page_text(page->run, "version"));
    bytes_append_string(out, "; ");
    figures_size(out, page_number(page->run, "bytes"));
    bytes_append_string(out, " over the net, ");
    figures_count(out, page_number(page->run, "urls_new"));
    bytes_append_string(out, " URLs found.</p>\n");
}

static int write_foot(struct page *page)
{
    struct bytes *out = page->out;
    json_t *rows;
    int err = page_rows(page, SQL_PAGE_TOTALS, NULL, 0, &rows);
    if (err)
        return err;
    const json_t *totals = json_array_get(rows, 0);
    bytes_append_string(out, "<h2>The database</h2>\n<p>");
    figures_count(out, page_number(totals, "articles"));
    bytes_append_string(out, " articles of ");
    figures_count(out, page_number(totals, "sites"));
    bytes_append_string(out, " sites in ");
    figures_size(out, page_number(totals, "bytes"));
    bytes_append_string(out, ".</p>\n</main>\n<script>\n");
    bytes_append_string(out, page_script);
    bytes_append_string(out, "</script>\n</body>\n</html>\n");
    json_decref(rows);
    return 0;
}

static int write_all(struct page *page, const json_t *sites, const json_t *troubles)
{
    write_head(page, json_array_size(troubles));
    page_write_troubles(page, troubles);
    int err = page_write_charts(page);
    if (!err)
        err = page_write_failures(page);
    if (!err)
        err = page_write_sites(page, sites);
    if (!err)
        err = page_write_runs(page);
    return err ? err : write_foot(page);
}

int report_page(struct store *store, const json_t *run, int64_t now_ms, struct bytes *out)
{
    struct page page = {.store = store, .out = out, .run = run};
    page.params[0] = STORE_PARAM_INTEGER(page_number(run, "run"));
    page.params[1] = STORE_PARAM_INTEGER(now_ms);
    const struct store_value all[] = {page.params[1], STORE_PARAM_INTEGER(0),
                                      STORE_PARAM_INTEGER(-1)};
    json_t *sites, *troubles;
    int err = page_rows(&page, SQL_READ_SITES, all, COUNT(all), &sites);
    if (err)
        return err;
    troubles = json_array();
    for (size_t i = 0; i < json_array_size(sites); i++)
        if (page_is_troubled(json_array_get(sites, i)))
            json_array_append(troubles, json_array_get(sites, i));
    arena_init(&page.arena, 0);
    err = write_all(&page, sites, troubles);
    arena_clear(&page.arena);
    json_decref(troubles);
    json_decref(sites);
    return err;
}
