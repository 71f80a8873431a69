#include "commands/report_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/figures.h"
#include "commands/groups.h"
#include "commands/report_charts.h"
#include "commands/report_parts.h"
#include "commands/report_sites.h"
#include "commands/report_tables.h"
#include "page/assets.h"
#include "page/markup.h"

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

/* The smallest distance between two starts at one host. */
static void append_gap(struct page *page)
{
    int64_t least = -1;
    for (size_t i = 0; i < json_array_size(page->sites); i++) {
        const json_t *gap = json_object_get(json_array_get(page->sites, i), "gap_ms");
        if (json_is_number(gap) && (least < 0 || json_number_value(gap) < (double)least))
            least = (int64_t)json_number_value(gap);
    }
    if (least < 0)
        return;
    bytes_append_string(page->out, "; no host was asked again sooner than after ");
    figures_span(page->out, least);
}

static void write_facts(struct page *page)
{
    struct bytes *out = page->out;
    bytes_append_string(out, "<p class=quiet>Begun ");
    page_moment(out, page_text(page->run, "started"));
    bytes_append_string(out, " on ");
    markup_text(out, page_text(page->run, "host"));
    bytes_append_string(out, ", crawler ");
    markup_text(out, page_text(page->run, "version"));
    bytes_append_string(out, "; ");
    figures_size(out, page_number(page->run, "bytes"));
    bytes_append_string(out, " over the net, ");
    figures_count(out, page_number(page->run, "urls_new"));
    bytes_append_string(out, " URLs found");
    append_gap(page);
    bytes_append_string(out, ".");
    if (page->labels) {
        bytes_append_string(out, " Told are the sites of the group ");
        markup_text(out, groups_names(page->labels, &page->arena));
        bytes_append_string(out, "; figures and charts are those of the whole run.");
    }
    if (page_number(json_array_get(page->totals, 0), "last_run") != page_number(page->run, "run"))
        bytes_append_string(out,
                            " This is not the last run: how sites are doing is told as of now.");
    bytes_append_string(out, "</p>\n");
}

static void write_head(struct page *page)
{
    struct bytes *out = page->out;
    const char *outcome = page_text(page->run, "outcome"), *words = "";
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (strcmp(outcome, outcomes[i].outcome) == 0)
            words = outcomes[i].words;
    bytes_append_string(out, "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
                             "<meta name=viewport content=\"width=device-width\">\n"
                             "<meta name=referrer content=no-referrer>\n"
                             "<meta http-equiv=Content-Security-Policy content=\"default-src "
                             "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    bytes_append_format(out, "<title>crawler: run %lld", (long long)page_number(page->run, "run"));
    if (page->troubles_count)
        bytes_append_format(out, ", %zu in trouble", page->troubles_count);
    bytes_append_string(out, "</title>\n<style>\n");
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
    append_people(out, page->troubles_count);
    bytes_append_string(out, "</p>\n");
    write_facts(page);
}

static int write_foot(struct page *page)
{
    struct bytes *out = page->out;
    const json_t *totals = json_array_get(page->totals, 0);
    bytes_append_string(out, "<h2>The database</h2>\n<p>");
    figures_count(out, page_number(totals, "articles"));
    bytes_append_string(out, " articles of ");
    figures_count(out, page_number(totals, "sites"));
    bytes_append_string(out, " sites in ");
    figures_size(out, page_number(totals, "bytes"));
    bytes_append_string(out, ".</p>\n");
    int err = page_write_growth(page);
    bytes_append_string(out, "</main>\n<script>\n");
    bytes_append_string(out, page_script);
    bytes_append_string(out, "</script>\n</body>\n</html>\n");
    return err;
}

static int write_all(struct page *page)
{
    write_head(page);
    page_write_troubles(page);
    int err = page_write_rules(page);
    if (!err)
        err = page_write_charts(page);
    if (!err)
        err = page_write_failures(page);
    if (err)
        return err;
    page_write_sites(page);
    err = page_write_runs(page);
    return err ? err : write_foot(page);
}

/* The database as a whole, and the sites, each with what the run did there. */
static int read_sites(struct page *page)
{
    const struct store_value all[] = {page->params[1], STORE_PARAM_INTEGER(0),
                                      STORE_PARAM_INTEGER(-1), STORE_PARAM_TEXT(page->labels)};
    json_t *rows, *by_url;
    int err = page_rows(page, SQL_PAGE_TOTALS, NULL, 0, &page->totals);
    if (!err)
        err = page_rows(page, SQL_READ_SITES, all, COUNT(all), &page->sites);
    if (err)
        return err;
    err = page_rows(page, SQL_PAGE_SITES, page->params, COUNT(page->params), &rows);
    if (err)
        return err;
    by_url = json_object();
    for (size_t i = 0; i < json_array_size(rows); i++)
        json_object_set(by_url, page_text(json_array_get(rows, i), "url"), json_array_get(rows, i));
    for (size_t i = 0; i < json_array_size(page->sites); i++) {
        json_t *site = json_array_get(page->sites, i);
        bool wrong = page_is_troubled(site);
        json_object_update_missing(site, json_object_get(by_url, page_text(site, "url")));
        json_object_set_new(site, "wrong", json_boolean(wrong));
        page->troubles_count += wrong;
    }
    json_decref(by_url);
    json_decref(rows);
    return 0;
}

int report_page(struct store *store, const json_t *run, const char *labels, int64_t now_ms,
                struct bytes *out)
{
    struct page page = {.store = store, .out = out, .run = run, .labels = labels};
    page.params[0] = STORE_PARAM_INTEGER(page_number(run, "run"));
    page.params[1] = STORE_PARAM_INTEGER(now_ms);
    arena_init(&page.arena, 0);
    int err = read_sites(&page);
    if (!err)
        err = write_all(&page);
    arena_clear(&page.arena);
    json_decref(page.sites);
    json_decref(page.totals);
    return err;
}
